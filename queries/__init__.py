"""SQL in files: schema (numbered migrations), reports (users' questions), checks (must return no row)."""
