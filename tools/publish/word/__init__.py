"""Writes a document as a Word file, and reads one back."""
