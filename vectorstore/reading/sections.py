"""Formats without pages: the text below each heading becomes one citable page, named by its heading path."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ...core.types import SegmentKind
from .layout.bullets import BulletMark
from .page import Block, Page, Span
from .tables import title_rows, with_header


class Sections:
    """Takes headings, paragraphs, items and tables in reading order; gives pages of kind "section".

    A heading opens a new page and is its first block, with `paragraph` 0; what follows counts from 1. The text of a
    page is its block texts, one below the other. Text before the first heading has the empty path.
    `control` is what blocks stand in that are taken from now on; see `Block`.
    """

    def __init__(self) -> None:
        self.control = ""
        self._pages: list[Page] = []
        self._path: list[tuple[int, str]] = []
        self._left_out: dict[str, None] = {}
        self._unread: dict[str, None] = {}
        self._has_picture = False
        self._open([])

    def heading(self, text: str, level: int, inserted: Sequence[Span] = (), number: str = "") -> None:
        """Open the section below `text`; level 1 is the outermost. A heading without text opens nothing.

        `number` is what the program shows in front of it: part of its name in paths, not of the text.
        """
        name = " ".join(text.split())
        if not name:
            return
        self._close()
        name = f"{number} {name}" if number else name
        self._open([entry for entry in self._path if entry[0] < level] + [(level, name)])
        self._append(text, "heading", level, None, inserted)

    def add(self, text: str, kind: SegmentKind = "text", level: int = 0, inserted: Sequence[Span] = ()) -> None:
        """Append a paragraph or item; `inserted` are spans of `text`. A typed list mark makes a paragraph an item."""
        if kind == "text" and BulletMark.of(text.strip()):
            kind = "item"
        self._append(text, kind, level, None, inserted)

    def table(self, rows: Iterable[Sequence[str]], *, marked: bool = False, headers: int | None = None) -> None:
        """Append a table row by row, several header rows joined into one.

        `marked` says that the file itself calls the first row a header, `headers` how many rows it calls so.
        """
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        titles = title_rows(filled)
        if headers and titles:  # the title is marked as the header of all columns, those with names perhaps not
            headers = headers - titles if headers > titles else None
        joined, has_names = with_header(filled[titles:], marked=marked, headers=headers)
        header = len(self._blocks) + titles if has_names else None
        for number, row in enumerate([*filled[:titles], *joined]):
            text = " | ".join(" ".join(cell.split()) for cell in row)
            self._append(text, "row", 0, header if number > titles else None, ())

    def leave_out(self, what: str) -> None:
        """Note what stands in the section that is open now and is no part of its text ("struck text")."""
        self._left_out[what] = None

    def miss(self, what: str) -> None:
        """Note what the section that is open now shows and its text lacks ("an embedded page 'map'")."""
        self._unread[what] = None

    def later(self, text: str) -> None:
        """Keep a note for the end of the section that is open now."""
        self._notes.append(text)

    def picture(self) -> None:
        """Note a picture: where a section has no words but its heading, it is what could not be read."""
        self._has_picture = True

    def include(self, page: Page) -> None:
        """Append the blocks of a page that was read by itself as if they stood here, with what it lacks."""
        places: dict[int, int] = {}
        for at, block in enumerate(page.blocks):
            text = page.text[block.start : block.end]
            inserted = [(first - block.start, last - block.start) for first, last in page.inserted]
            inserted = [span for span in inserted if span[0] >= 0 and span[1] <= len(text)]
            if block.kind == "heading":
                self.heading(text, block.level, inserted)
                places.clear()
            else:
                header = None if block.header is None else places.get(block.header)
                self._append(text, block.kind, block.level, header, inserted)
            places[at] = len(self._blocks) - 1
        self._unread |= dict.fromkeys(page.unread)
        self._left_out |= dict.fromkeys(page.left_out)

    def pages(self) -> tuple[Page, ...]:
        """All sections in reading order; a file without any text is one page in state "no_text"."""
        self._close()
        self._open(self._path)
        if not self._pages:
            return (self._noted(Page("section", None, "whole text", "", (), state="no_text")),)
        if self._left_out or self._unread or self._has_picture:
            self._pages[-1] = self._noted(self._pages[-1])
        if not any(page.path for page in self._pages):
            return tuple(replace(page, label="whole text") for page in self._pages)
        return tuple(self._pages)

    def _open(self, path: list[tuple[int, str]]) -> None:
        self._path = path
        self._text = ""
        self._blocks: list[Block] = []
        self._inserted: list[Span] = []
        self._notes: list[str] = []

    def _append(self, text: str, kind: SegmentKind, level: int, header: int | None, inserted: Sequence[Span]) -> None:
        body = text.strip()
        if not body:
            return
        start = len(self._text) + 1 if self._text else 0
        self._text += f"\n{body}" if self._text else body
        paragraph = len(self._blocks) if self._path else len(self._blocks) + 1
        self._blocks.append(Block(start, start + len(body), kind, level, header, paragraph, control=self.control))
        shift = start - (len(text) - len(text.lstrip()))
        for first, last in inserted:
            first, last = max(first + shift, start), min(last + shift, start + len(body))
            if first < last:
                self._inserted.append((first, last))

    def _close(self) -> None:
        for note in self._notes:
            self._append(note, "text", 0, None, ())
        if self._blocks:
            path = tuple(name for _, name in self._path)
            label = "§ " + " › ".join(path) if path else "before the first heading"
            spans = merged(self._inserted)
            blocks = tuple(self._blocks)
            self._pages.append(self._noted(Page("section", None, label, self._text, blocks, path, inserted=spans)))

    def _noted(self, page: Page) -> Page:
        """The page with what was noted since the last one, before it or in it."""
        if self._has_picture and all(block.kind == "heading" for block in page.blocks):
            self._unread["a picture"] = None
        left_out, unread = dict.fromkeys(page.left_out), dict.fromkeys(page.unread)
        noted = replace(page, left_out=(*(left_out | self._left_out),), unread=(*(unread | self._unread),))
        self._left_out, self._unread, self._has_picture = {}, {}, False
        return noted


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that touch."""
    ordered = sorted(spans)
    cuts = [0, *(place + 1 for place, (one, two) in enumerate(pairwise(ordered)) if two[0] > one[1]), len(ordered)]
    return tuple((ordered[a][0], max(end for _, end in ordered[a:b])) for a, b in pairwise(cuts) if a < b)
