"""A library handed over: packed into one file, checked, and taken over elsewhere."""
