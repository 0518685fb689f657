"""Writes a document: one writer a format."""
