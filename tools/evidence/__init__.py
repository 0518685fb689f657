"""Makes evidence citable: numbers, citations, quotes and what they are framed by."""
