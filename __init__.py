"""Answers questions and drafts policy notes over a collection of reports, each sentence with its source."""
