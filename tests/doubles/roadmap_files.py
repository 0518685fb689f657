"""Writes the blocks of a report as Markdown, Word or PDF."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from reportlab.pdfgen.canvas import Canvas

Block = tuple[str, str]  # "title", "heading" or "text", and what it says


def write_blocks(path: Path, blocks: Sequence[Block], scanned: bool = False) -> None:
    """Write blocks in the format of a file's name; a PDF that is `scanned` ends with a page without text."""
    if path.suffix == ".md":
        _markdown(path, blocks)
    elif path.suffix == ".docx":
        _word(path, blocks)
    else:
        _pdf(path, blocks, scanned)


def _markdown(path: Path, blocks: Sequence[Block]) -> None:
    marks = {"title": "# ", "heading": "## ", "text": ""}
    path.write_text("\n\n".join(marks[kind] + text for kind, text in blocks) + "\n", encoding="utf-8")


def _word(path: Path, blocks: Sequence[Block]) -> None:
    word = docx.Document()
    for kind, text in blocks:
        if kind == "text":
            word.add_paragraph(text)
        else:
            word.add_heading(text, 0 if kind == "title" else 1)
    word.save(str(path))


def _pdf(path: Path, blocks: Sequence[Block], scanned: bool) -> None:
    canvas = Canvas(str(path), pageCompression=1)
    for page in _pages(blocks):
        height = 780
        for kind, text in page:
            size = {"title": 20, "heading": 15, "text": 10}[kind]
            canvas.setFont("Helvetica" if kind == "text" else "Helvetica-Bold", size)
            for line in textwrap.wrap(text, 95 if kind == "text" else 60):
                canvas.drawString(60, height, line)
                height -= size + 3
            height -= 10
        canvas.showPage()
    if scanned:
        canvas.showPage()
    canvas.save()


def _pages(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    for at in range(0, len(blocks), 10):
        yield blocks[at : at + 10]
