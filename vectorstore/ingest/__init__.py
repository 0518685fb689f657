"""From files to the index."""
