"""Checks whose figures a claim states, and of what."""
