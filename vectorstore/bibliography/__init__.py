"""Exports of reference managers: RIS, BibTeX and CSL-JSON, read and written."""
