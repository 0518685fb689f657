"""The title of a report: as its cover prints it, as its file's properties have it, or both."""

import re

from ...core.text import fold
from ..reading.layout.imprint import NUMBER, SITE, WORD
from .found import SURE, Found
from .opening import Opening, letters
from .printed import INSTITUTION, joined, may_be_title, of_running_head, printed, top_lines

_LONGEST = 160  # of a title that is shown
_SAME = 0.6  # share of words at which two titles are the same one
_SHARE = 0.34  # of the words of the longer title that the shorter one has at least, to be the same one
_TOP = 12  # lines
_TELLING = 20  # letters of a title that stands nowhere by chance
_UNSURE = 0.45
_STRONG = 0.85
_MORE = 3  # words more than the file's properties have: a title and what stands below it
_SIBLINGS = 3  # headings of the level of the first: sections of a text that has no title


def title_of(opening: Opening) -> Found | None:
    """Return the title, as the first pages print it or the file says it, whichever is the better supported."""
    said = _said(opening)
    found = _printed(opening) if opening.front else _heading(opening)
    if found and len(found.value) > _LONGEST:
        found = Found(shortened(found.value), found.how, found.sure)
    if said and found and _are_same(said.value, found.value):
        return _better(said, found)
    if said and opening.front and (aligned := _aligned(said, opening)):
        return aligned
    if said and found:
        if len(WORD.findall(found.value)) == 1 < len(WORD.findall(said.value)):  # "Header": a part of a form or a page
            return said
        if said.sure >= found.sure and (found.sure >= SURE or said.sure >= _STRONG):
            return said
        return found if found.sure >= said.sure else Found(said.value, said.how, _UNSURE)
    return said or found or _first_line(opening) or _plain(opening)


def _printed(opening: Opening) -> Found | None:
    """Return what page 1 prints largest, else the running head of a file that is a part of a report."""
    largest = printed(opening)
    return largest if largest and largest.sure >= SURE else of_running_head(opening) or largest


def shortened(title: str) -> str:
    """Cut a title that runs on, keeping the short name that a law gives itself in brackets."""
    if len(title) <= _LONGEST:
        return title
    name = re.search(r"\(([A-Z][^()]{4,60})\)\W*(?:Text with EEA relevance\W*)?$", title)
    head = title[: _LONGEST - (len(name[1]) + 6 if name else 2)].rsplit(" ", 1)[0]
    return f"{head} … ({name[1]})" if name else f"{head} …"


def _better(said: Found, found: Found) -> Found:
    """Return the one that says more of the same; of equals the one that is not in capitals."""
    mine, theirs = _clean_words(said.value), _clean_words(found.value)
    how, sure = f"{found.how}, as in the file's properties", 0.95
    if mine > theirs or (mine == theirs and (found.value.isupper() or said.value.lower() == found.value.lower())):
        return Found(said.value, "the file's properties, as printed", sure)
    return Found(found.value, how, sure)


def _said(opening: Opening) -> Found | None:
    """Return the title of the file's properties, without the name of its site, unless a machine put it there.

    Of a PDF, whose properties may be those of an older one or of a template, it is sure only where it is printed.
    """
    title = opening.said.get("title", "")
    if not title or not may_be_title(title) or fold(title) == fold(opening.name):
        return None
    parts = SITE.split(title)
    site = len(parts) > 1 and (
        (not opening.front and any(fold(heading) == fold(_without_last(title)) for _, heading in opening.headings))
        or fold(parts[-1]) in INSTITUTION
        or "|" in title
    )
    if site and may_be_title(_without_last(title)):
        title = _without_last(title)
    how = "the file's properties"
    if _is_printed(title, opening):
        return Found(shortened(title), f"{how}, as printed", 0.92 if opening.front else 0.8)
    return Found(shortened(title), how, 0.55 if opening.front else 0.7)


def _is_printed(title: str, opening: Opening) -> bool:
    """Tell whether the first lines have a title word by word, or nearly all words of it near the top."""
    words = set(WORD.findall(fold(title)))
    if len(words) < 2:
        return False
    top = "\n".join(opening.lines[: _TOP if opening.front else None])
    held = set(WORD.findall(fold(top)))
    long = len(letters(title)) >= _TELLING and letters(title) in letters("\n".join(opening.lines))
    return long or len(words & held) >= 0.8 * len(words)


def _aligned(said: Found, opening: Opening) -> Found | None:
    """Return the first lines of the first page that have the words of the properties' title."""
    words = set(WORD.findall(fold(said.value)))
    lines = top_lines(opening)
    for end in range(1, len(lines) + 1):
        text = joined(lines[:end])
        held = WORD.findall(fold(text))
        if len(words) >= 2 and len(words & set(held)) >= 0.8 * len(words):
            near = len(held) <= len(words) + _MORE and not text.isupper() and ">" not in text
            return Found(text if near else said.value, "top of page 1, as in the file's properties", 0.9)
    return None


def _without_last(title: str) -> str:
    *_, last = SITE.finditer(title)
    return title[: last.start()]


def _heading(opening: Opening) -> Found | None:
    """Return the first heading of the outermost level, unless it is one of several sections of a text without title."""
    held = [(level, text) for level, text in opening.headings if may_be_title(text)]
    if not held:
        return None
    outer = [text for level, text in opening.headings if level < min(level for level, _ in held)]
    if len(outer) == 1:  # the one title there is, whatever it is
        return Found(outer[0], "first heading", 0.55)
    top = min(level for level, _ in held)
    first = next(text for level, text in held if level == top)
    below = _right_below(opening, top, first)
    if below and len(first) + len(below) < _LONGEST:
        first = f"{first}{' ' if below[:1].isdigit() else ': '}{below}"
    if opening.is_talk:
        return Found(first, "first slide", 0.85)
    return Found(first, "first heading", _UNSURE if _is_section(opening, top, first) else 0.85)


def _is_section(opening: Opening, top: int, first: str) -> bool:
    """Tell whether the first heading is of a section: of one level with many, and numbered, a word, or behind text."""
    if len(opening.headings) < _SIBLINGS or any(level != top for level, _ in opening.headings):
        return False
    alone = first.isascii() and len(WORD.findall(first)) < 2
    return alone or NUMBER.match(first) is not None or opening.lines[0] not in first


def _right_below(opening: Opening, level: int, title: str) -> str:
    """Return a second heading of the level of the title with nothing between, as covers have it."""
    held = [text for one, text in opening.headings if one == level]
    lines = [line for line in opening.lines if any(map(str.isalnum, line))]
    second = held[1] if len(held) > 1 else ""
    is_next = bool(second) and lines[:2] == [title, second] == held[:2]
    return second if is_next and not NUMBER.match(second) and may_be_title(second) else ""


def _first_line(opening: Opening) -> Found | None:
    """Return the first line of a text without headings or type sizes; that of a PDF or a slide may be anything."""
    if opening.front or opening.is_talk:
        return None
    first = next((line for line in opening.lines[:4] if may_be_title(line)), "")
    short = "|" not in first and 2 <= len(WORD.findall(first)) <= 14 and len(first) <= 100 and first[-1:] not in ".,;"
    return Found(first, "first line", 0.5) if short and first[:1].isupper() else None


def _plain(opening: Opening) -> Found | None:
    """Return a heading that no cover would have, as "Disclaimer", where the file says the same."""
    title = SITE.split(opening.said.get("title", ""))[0]
    same = any(fold(title) == fold(heading) for _, heading in opening.headings)
    return Found(title, "the file's properties, as printed", 0.6) if title and same else None


def _are_same(one: str, other: str) -> bool:
    """Tell whether two titles are the same, one of them perhaps with a subtitle: it has most words of the other."""
    mine, theirs = (set(WORD.findall(fold(title))) for title in (one, other))
    fewer, more = sorted((len(mine), len(theirs)))
    return len(mine & theirs) >= _SAME * max(1, fewer) and fewer >= _SHARE * more


def _clean_words(title: str) -> int:
    """Count the words of a title that no machine put there ("JRCB4", "final")."""
    words = WORD.findall(title)
    return sum(not (re.fullmatch(r"(?=.*\d)(?=.*[A-Z])\w+|final|draft|v\d+", word)) for word in words)
