"""Reports, from files to searchable passages."""
