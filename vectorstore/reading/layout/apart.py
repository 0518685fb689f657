"""Tells contents lists and the lists of works cited from what a report says, in every format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ....core.types import SegmentKind
from ....language.joint import pattern
from ..page import Block, FileText, Page

NUMBERING = re.compile(r"^(?:[\dIVX]+(?:\.\d+)*|[A-Z])[.):]?\s+|[\s:.]+$")
LEADING = re.compile(r"(?:(?:[.·•…_]\s?){4,}|…{2,}|\t)\s*(\d{1,4})\s*$")
ENTRY = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b|\bdoi\b|https?://|\bn\.\s?d\.|^\s*\[\d+\]", re.IGNORECASE)
FEWEST = 3  # lines that make a contents list
MISSES = 3  # paragraphs that are no entry, after which a list of works has ended
LONGEST_LINE = 160  # characters of a contents line
LONGEST_ENTRY = 700
REFERENCES = pattern("reports.references", lead="", end="")
CONTENTS = pattern("reports.contents", lead="", end="")
ENDS = (".", "!", "?", ";", "。", "！", "？")


def told_apart(document: FileText) -> FileText:
    """The document with its contents lines and the entries of its lists of works marked as such."""
    listing = _Listing()
    return replace(document, pages=tuple(_marked(page, listing) for page in document.pages))


@dataclass(slots=True)
class _Listing:
    """The list that the headings passed so far have opened, and the paragraphs in it that are no part of one."""

    kind: SegmentKind | None = None
    level: int = 0
    misses: int = 0

    def enter(self, name: str, level: int) -> None:
        """Pass a heading."""
        name = NUMBERING.sub("", NUMBERING.sub("", name.strip()))
        if REFERENCES.fullmatch(name):
            self.kind, self.level, self.misses = "reference", level, 0
        elif CONTENTS.fullmatch(name):
            self.kind, self.level, self.misses = "contents", level, 0
        elif self.kind == "contents" or level <= self.level:
            self.kind = None

    def takes(self, text: str) -> SegmentKind | None:
        """What a paragraph below the headings is, `None` for plain text."""
        if self.kind == "reference" and len(text) <= LONGEST_ENTRY and ENTRY.search(text):
            self.misses = 0
            return "reference"
        if self.kind == "contents" and len(text) <= LONGEST_LINE and not text.endswith(ENDS):
            return "contents"
        self.misses += 1
        if self.kind == "contents" or self.misses >= MISSES:
            self.kind = None
        return None


def _marked(page: Page, listing: _Listing) -> Page:
    led = _led(page)
    blocks: list[Block] = []
    for at, block in enumerate(page.blocks):
        text = page.text[block.start : block.end]
        kind: SegmentKind | None = None
        if block.kind == "heading" and at not in led:
            listing.enter(text, block.level)
        elif at in led:
            kind = "contents"
        elif listing.kind and block.kind in ("text", "item"):
            kind = listing.takes(text)
        blocks.append(replace(block, kind=kind, header=None) if kind else block)
    return replace(page, blocks=tuple(blocks)) if blocks != list(page.blocks) else page


def _led(page: Page) -> set[int]:
    """The blocks of a page that are lines of a contents list: leaders, and page numbers that never fall."""
    found: list[tuple[int, list[int]]] = []
    for at, block in enumerate(page.blocks):
        text = page.text[block.start : block.end]
        if len(text) > LONGEST_LINE * 12 or not ("." in text or "…" in text or "\t" in text or "·" in text):
            continue
        numbers = [int(match[1]) for line in text.split("\n") if (match := LEADING.search(line))]
        if numbers:
            found.append((at, numbers))
    led: set[int] = set()
    for run in _neighbours(found):
        numbers = [number for _, own in run for number in own]
        if len(numbers) >= FEWEST and numbers == sorted(numbers):
            led.update(range(run[0][0], run[-1][0] + 1))
    return led


def _neighbours(found: Sequence[tuple[int, list[int]]]) -> list[list[tuple[int, list[int]]]]:
    """Blocks that follow each other, with at most one between them."""
    groups: list[list[tuple[int, list[int]]]] = []
    for entry in found:
        if groups and entry[0] - groups[-1][-1][0] <= 2:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups
