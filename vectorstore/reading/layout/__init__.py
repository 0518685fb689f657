"""How a page is set: lines, columns, running heads, glyphs."""
