"""The commands `tracemill evaluate run`, `compare`, `report`."""
