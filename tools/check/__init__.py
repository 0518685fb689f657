"""Anybody's draft against the collection: sentences, what the reports say of each, and a verdict with its words."""
