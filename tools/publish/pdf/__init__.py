"""Writes a document as PDF, and reads such a file back."""
