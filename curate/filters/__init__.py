"""Filter rules: one file per rule, policies as ordered lists of rules."""
