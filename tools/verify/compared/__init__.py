"""Reads matrices and changes as what they assert, and checks the sheets of both, which people sort and fill in."""
