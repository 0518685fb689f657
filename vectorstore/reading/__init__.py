"""Readers: one a file format, all giving the same pages and blocks."""
