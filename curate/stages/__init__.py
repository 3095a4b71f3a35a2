"""The stages: the only place that joins the parts."""
