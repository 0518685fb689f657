"""First pages made for tests, line by line with their type sizes, and what is found of them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from coscribe.vectorstore.metadata.found import Found
from coscribe.vectorstore.metadata.guess import guess
from coscribe.vectorstore.reading.read import read
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

TODAY = date(2026, 11, 30)
BODY = "The sites of the network draw more power every year, and their heat is used in the town beside them. " * 12
Line = tuple[float, str]  # type size, words


def pdf(path: Path, pages: Sequence[Sequence[Line]], **properties: str) -> Path:
    """Write a PDF of these lines, large ones bold."""
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    canvas.setTitle(properties.get("title", ""))
    canvas.setAuthor(properties.get("author", ""))
    for lines in pages:
        y = 800.0
        for size, words in lines:
            canvas.setFont("Helvetica-Bold" if size > 12 else "Helvetica", size)
            y -= size * 1.4 + (8 if size > 12 else 0)
            canvas.drawString(60, y, words)
        canvas.showPage()
    canvas.save()
    return path


def text_page(*first: str) -> list[Line]:
    """Return a page of running text below some first lines of its size."""
    words = BODY.split()
    rows = [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)]
    return [*((10.0, line) for line in first), *((10.0, row) for row in rows)]


def told(path: Path) -> dict[str, Found]:
    """Return every fact found of a file, with how."""
    return guess(read(path), path.name, TODAY)


def values(path: Path) -> dict[str, str]:
    """Return every fact found of a file."""
    return {field: found.value for field, found in told(path).items()}
