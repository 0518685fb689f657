"""Reads a question and finds the evidence for it."""
