"""What a Word document is made of: numbers, styles, the runs of its paragraphs."""
