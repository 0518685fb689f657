"""Writes a matrix to files: those of any document, a page to look at, a workbook and a sheet of its cells."""
