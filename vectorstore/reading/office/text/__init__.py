"""What Word and PowerPoint share inside a paragraph: runs, signs, formulas, and what is kept twice."""
