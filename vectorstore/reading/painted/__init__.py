"""What is painted on a PDF page, piece by piece: what of it can be seen, and what is raised, lowered or struck."""
