"""Cuts the pages of a document into segments, the unit of evidence: at most about 300 characters each.

Blocks come first, then sentences; only what is still too long is cut at a semicolon, a comma or a blank. An item keeps
a link to its lead-in ("The following shall be prohibited:"), a table row to its header row, and a sentence that a page
turn cuts in two is two linked segments. Running heads and feet come last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...core.types import SegmentKind
from ...language.sentences import BLANK, CELL, COMMA, GAP, QUOTED_STOP, SEMICOLON, sentences
from ..reading.page import Block, Page

SEGMENTER_VERSION = 3  # rises when the same pages would be cut differently; a library of another one is stale
LONGEST = 300  # characters
_FEWEST_LETTERS = 3  # of a running head: a page number alone says nothing
_LEADS = (":", "：")
_ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？", "”", '"', "»", "：", "；")
_MARKS = (SEMICOLON, QUOTED_STOP, COMMA, GAP, BLANK)


@dataclass(frozen=True, slots=True)
class Cut:
    """A segment before it has an id: links are positions in the same report; `page` counts pages from 0.

    `start:end` count in the page's text, `paragraph_start` is where the block begins that holds the segment.
    """

    position: int
    page: int
    block: int
    kind: SegmentKind
    start: int
    end: int
    paragraph: int
    paragraph_start: int
    lead_in: int | None = None
    header: int | None = None
    continues: int | None = None


@dataclass(slots=True)
class _Lead:
    """The lead-ins now open, by the nesting they introduce, and the last block before a page turn."""

    open: dict[int, int]
    last_block: Block | None = None
    last_page: Page | None = None
    last_cut: int | None = None


def cut(pages: Sequence[Page], language: str | None) -> list[Cut]:
    """Return the segments of a document in reading order; `text[start:end]` of each has no white space around it."""
    cuts: list[Cut] = []
    lead = _Lead(open={})
    block_number = 0
    above: int | None = None  # the header of the table that the last block was a row of
    for number, page in enumerate(pages):
        if page.kind != "page" or page.notes:
            lead = _Lead(open={})
        if page.state != "read":
            lead.last_block = None
            continue
        rows: dict[int, int] = {}
        for index, block in enumerate(page.blocks):
            carried = index == 0 and _carries_on(lead, page, block)
            kind, level = (
                (lead.last_block.kind, lead.last_block.level)
                if carried and lead.last_block
                else (block.kind, block.level)
            )
            first = len(cuts)
            lead_in = _lead_in_of(lead, kind, level, carried)
            for start, end in _pieces(page.text, block, language):
                cuts.append(
                    Cut(
                        position=len(cuts),
                        page=number,
                        block=block_number,
                        kind=kind,
                        start=start,
                        end=end,
                        paragraph=block.paragraph,
                        paragraph_start=block.start,
                        lead_in=lead_in,
                        header=above if block.goes_on else None if block.header is None else rows.get(block.header),
                    )
                )
            if len(cuts) == first:
                continue
            rows[index] = first
            above = cuts[first].header
            if carried and lead.last_cut is not None:
                cuts[lead.last_cut] = replace(cuts[lead.last_cut], continues=first)
            _note(lead, page, replace(block, kind=kind, level=level), len(cuts) - 1)
            block_number += 1
    for number, start, end in _running(pages):
        cuts.append(Cut(len(cuts), number, block_number, "furniture", start, end, 1, start))
        block_number += 1
    return cuts


def _running(pages: Sequence[Page]) -> Iterator[tuple[int, int, int]]:
    """Yield the running heads and feet, each on the first page that has it; their numbers make no difference."""
    seen: set[str] = set()
    for number, page in enumerate(pages):
        for start, end in page.furniture if page.state == "read" else ():
            signs = (sign for sign in page.text[start:end].casefold() if not sign.isdigit())
            words = " ".join(sorted("".join(signs).split()))
            if sum(map(str.isalpha, words)) >= _FEWEST_LETTERS and words not in seen:
                seen.add(words)
                yield from ((number, *piece) for piece in _split(page.text, (start, end)))


def _carries_on(lead: _Lead, page: Page, block: Block) -> bool:
    """Tell whether a page's first block is the rest of the last block of the page before."""
    before, last_page = lead.last_block, lead.last_page
    if before is None or last_page is None or page.kind != "page" or before.kind not in ("text", "item"):
        return False
    said = last_page.text[before.start : before.end].rstrip()
    begins = page.text[block.start : block.start + 1]
    return block.kind == "text" and begins.islower() and not said.endswith(_ENDS)


def _lead_in_of(lead: _Lead, kind: SegmentKind, level: int, carried: bool) -> int | None:
    if kind != "item":
        if not carried:
            lead.open.clear()
        return None
    if not carried:
        for deeper in [depth for depth in lead.open if depth > level]:
            del lead.open[deeper]
    return lead.open.get(max((depth for depth in lead.open if depth <= level), default=-1))


def _note(lead: _Lead, page: Page, block: Block, last: int) -> None:
    lead.last_block, lead.last_page, lead.last_cut = block, page, last
    if block.kind in ("text", "item") and page.text[block.start : block.end].rstrip().endswith(_LEADS):
        lead.open[block.level + 1 if block.kind == "item" else 0] = last


def _pieces(text: str, block: Block, language: str | None) -> Iterator[tuple[int, int]]:
    body = text[block.start : block.end]
    if block.kind in ("heading", "row", "contents", "reference") and len(body) <= LONGEST:
        spans = [(0, len(body))]
    elif block.kind == "row":
        spans = _split(body, (0, len(body)), (CELL, GAP, BLANK))
    else:
        spans = [piece for span in sentences(body, language) for piece in _split(body, span)]
    for start, end in spans:
        yield block.start + start, block.start + end


def _split(text: str, span: tuple[int, int], marks: Sequence[re.Pattern[str]] = _MARKS) -> list[tuple[int, int]]:
    """Cut a span that is too long at the first kind of mark that helps, filling each piece up to the limit."""
    start, end = span
    if end - start <= LONGEST:
        return [span]
    if not marks:
        return [(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST)]
    mark, *rest = marks
    pieces: list[tuple[int, int]] = []
    begin, last = start, None
    for match in mark.finditer(text, start, end):
        stop = match.start() if mark in (GAP, BLANK, CELL) else match.start() + 1
        if last is not None and stop - begin > LONGEST:
            pieces.append((begin, last[0]))
            begin = last[1]
        last = (stop, match.end())
    if last is not None and end - begin > LONGEST and last[1] > begin:
        pieces.append((begin, last[0]))
        begin = last[1]
    pieces.append((begin, end))
    return [piece for whole in pieces if whole[0] < whole[1] for piece in _split(text, whole, rest)]
