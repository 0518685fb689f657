"""What the marks of a web page say of its words: how they are set, what is hidden, formulas and tables."""
