"""Ranks passages: search, names of reports, near repeats."""
