"""Writes a document as one web page that needs nothing else, and reads such a page back."""
