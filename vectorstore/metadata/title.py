"""The title of a report: as its cover prints it, as its file's properties have it, or both."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ...core.text import fold
from ...language.places import INSTITUTIONS
from ...language.years import days
from ..reading.layout.imprint import ADDRESS, MACHINE, NUMBER, NUMBERED, SITE, WORD
from ..reading.page import FrontLine
from .found import Found
from .opening import NO_TITLE, Opening

_INSTITUTION = frozenset(fold(name) for one in INSTITUTIONS for name in (one.name, *one.also))
_LONGEST = 160  # of a title that is shown
_LONGEST_PRINTED = 400  # of one that is looked at: those of laws are long
_SAME = 0.6  # share of words at which two titles are the same one
_ALIKE = 0.97  # of a type size: the same
_COVER = 150  # words: a page with fewer is a cover
_JOINED = 0.75  # of the largest size on a cover: belongs to the title
_PART = 4  # the number of a first page from which on the file is a part of a report
_LINES_OF_TITLE = 6  # more of one size are text
_WRAPPED = 0.7  # of the longest line: a line that goes on in the next
_BELOW = 0.6  # the same, right below it
_LARGER = 1.15  # than the text: a line that stands out


def title_of(opening: Opening) -> Found | None:
    """Return the title, as the first pages print it or the file says it, whichever is the better supported."""
    said = _said(opening)
    printed = _running_head(opening) or _printed(opening)
    if said and printed:
        if _overlap(said.value, printed.value) >= _SAME:
            return _better(said, printed)
        if _supported(said.value, opening) and (printed.sure < _sure_of(said) or _supported(said.value, opening, 12)):
            return said
        return printed if printed.sure >= said.sure else said
    return said or printed or _first_line(opening) or _plain(opening)


def shortened(title: str) -> str:
    """Cut a title that runs on, keeping the short name that a law gives itself in brackets."""
    if len(title) <= _LONGEST:
        return title
    name = re.search(r"\(([A-Z][^()]{4,60})\)\W*(?:Text with EEA relevance\W*)?$", title)
    head = title[: _LONGEST - (len(name[1]) + 6 if name else 2)].rsplit(" ", 1)[0]
    return f"{head} … ({name[1]})" if name else f"{head} …"


def _sure_of(said: Found) -> float:
    return said.sure + 0.1


def _better(said: Found, printed: Found) -> Found:
    """Return the one that says more of the same; of equals the one that is not in capitals."""
    mine, theirs = _clean_words(said.value), _clean_words(printed.value)
    how, sure = f"{printed.how}, as in the file's properties", 0.95
    if mine > theirs or (mine == theirs and (printed.value.isupper() or said.value.lower() == printed.value.lower())):
        return Found(said.value, "the file's properties, as printed", sure)
    return Found(printed.value, how, sure)


def _said(opening: Opening) -> Found | None:
    """Return the title of the file's properties, without the name of its site, unless a machine put it there."""
    title = opening.said.get("title", "")
    if not title or not _may_be(title) or fold(title) == fold(opening.name):
        return None
    parts = SITE.split(title)
    site = len(parts) > 1 and (
        (not opening.front and any(fold(heading) == fold(_without_last(title)) for _, heading in opening.headings))
        or fold(parts[-1]) in _INSTITUTION
        or "|" in title
    )
    if site and _may_be(_without_last(title)):
        title = _without_last(title)
    return Found(shortened(title), "the file's properties", 0.8 if _supported(title, opening) else 0.7)


def _without_last(title: str) -> str:
    *_, last = SITE.finditer(title)
    return title[: last.start()]


def _printed(opening: Opening) -> Found | None:
    if opening.front:
        return _by_size(opening.front)
    held = [(level, text) for level, text in opening.headings if _may_be(text)]
    if not held:
        return None
    outer = [text for level, text in opening.headings if level < min(level for level, _ in held)]
    if len(outer) == 1:  # the one title there is, whatever it is
        return Found(shortened(outer[0]), "first heading", 0.55)
    top = min(level for level, _ in held)
    first = next(text for level, text in held if level == top)
    below = _right_below(opening, top, first)
    if below and len(first) + len(below) < _LONGEST:
        first = f"{first}{' ' if below[:1].isdigit() else ': '}{below}"
    return Found(shortened(first), "first slide" if opening.is_talk else "first heading", 0.85)


def _right_below(opening: Opening, level: int, title: str) -> str:
    """Return a second heading of the level of the title with nothing between, as covers have it."""
    held = [text for one, text in opening.headings if one == level]
    lines = [line for line in opening.lines if any(map(str.isalnum, line))]
    if len(held) > 1 and lines[:2] == [title, held[1]] == held[:2] and not NUMBER.match(held[1]) and _may_be(held[1]):
        return held[1]
    return ""


def _by_size(front: Sequence[FrontLine]) -> Found | None:
    """Return the largest words of the first page that has some standing out, joined over their lines."""
    body = _body(front)
    for page, lines in groupby(front, key=lambda line: line.page):
        held = list(lines)
        runs = [run for run in _runs(held) if _may_be(_text(run)) and len(_text(run)) <= _LONGEST_PRINTED]
        if not runs:
            continue
        largest = max(run[0].size for run in runs)
        stands_out = largest >= _LARGER * body
        top = runs[0] if runs[0][0] is next((line for line in held if _may_be(line.text)), None) else None
        if top and len(top) <= _LINES_OF_TITLE and _is_top(top, largest, body, stands_out=stands_out):
            return Found(shortened(_text(top)), f"top of page {page}", 0.75)
        if not stands_out:
            continue
        if max(len(run) for run in runs if run[0].size >= _ALIKE * largest) > _LINES_OF_TITLE:
            return None  # all of one size: text
        words = sum(len(WORD.findall(line.text)) for line in held)
        chosen = _joined(runs, largest, is_cover=words <= _COVER)
        sure = 0.85 if largest >= 1.3 * body else 0.7
        return Found(shortened(chosen), f"largest words of page {page}", sure - 0.1 * (page > 1))
    return None


def _is_top(run: Sequence[FrontLine], largest: float, body: float, *, stands_out: bool) -> bool:
    """Tell whether the first bold lines of a page are its title, though a heading below may be a little larger."""
    first = run[0]
    near = 0.85 * largest <= first.size < (_ALIKE * largest if stands_out else largest + 1)
    return first.bold and near and first.size >= body and len(_text(run)) >= 12


def _body(front: Sequence[FrontLine]) -> float:
    """Return the size most of the text is set in; of a few lines the smallest, for then there is a cover alone."""
    sizes = sorted(line.size for line in front for _ in range(len(line.text)))
    return sizes[len(sizes) // 2] if len(front) > 12 else sizes[0]


def _runs(lines: Sequence[FrontLine]) -> Iterator[list[FrontLine]]:
    """Yield the lines in runs of one size and weight, as a title is set that takes several."""
    run: list[FrontLine] = []
    for line in lines:
        if run and (abs(line.size / (run[0].size or 1) - 1) > 1 - _ALIKE or line.bold != run[0].bold):
            yield run
            run = []
        if not _may_be_part(line.text):
            if run:
                yield run
            run = []
            continue
        run.append(line)
    if run:
        yield run


def _joined(runs: Sequence[Sequence[FrontLine]], largest: float, *, is_cover: bool) -> str:
    at = next(number for number, run in enumerate(runs) if run[0].size >= _ALIKE * largest)
    parts = []
    for number, run in enumerate(runs):
        size = run[0].size
        chosen = number == at or (is_cover and size >= _JOINED * largest)
        below = is_cover and number == at + 1 and size >= _BELOW * largest and len(_text(runs[at])) < 60
        if (chosen or below) and fold(_text(run)) not in _INSTITUTION and _text(run) not in parts:
            parts.append(_text(run))
    text = parts[0]
    for part in parts[1:]:
        text += f" {part}" if part[:1].isdigit() or part[:1].islower() or text.endswith(":") else f": {part}"
    return text


def _text(run: Sequence[FrontLine]) -> str:
    text = run[0].text
    for line in run[1:]:
        text = text[:-1] + line.text if text.endswith("\u00ad") else f"{text} {line.text}"
    return text


def _running_head(opening: Opening) -> Found | None:
    """Return the title that the head of its first page prints beside a number, where it is a part of a report."""
    if not opening.front or opening.front[0].size > _LARGER * _body(opening.front):
        return None
    match = NUMBERED.match(opening.front[0].text)
    if match is None or max(int(match["before"] or 0), int(match["after"] or 0)) < _PART:
        return None
    head = re.sub(r"\s+\S+$", "", match["head"]) if match["before"] and match["after"] else match["head"]
    return Found(head, "running head of page 1", 0.6) if _may_be(head) and len(WORD.findall(head)) > 2 else None


def _first_line(opening: Opening) -> Found | None:
    first = next((line for line in opening.lines[:4] if _may_be(line)), "")
    short = "|" not in first and 2 <= len(WORD.findall(first)) <= 14 and len(first) <= 100 and first[-1:] not in ".,;"
    wraps = bool(opening.front) and len(first) > _WRAPPED * max(map(len, opening.lines))
    return Found(first, "first line", 0.5) if short and not wraps and first[:1].isupper() else None


def _plain(opening: Opening) -> Found | None:
    """Return a heading that no cover would have, as "Disclaimer", where the file says the same."""
    title = SITE.split(opening.said.get("title", ""))[0]
    same = any(fold(title) == fold(heading) for _, heading in opening.headings)
    return Found(title, "the file's properties, as printed", 0.6) if title and same else None


def _may_be(text: str) -> bool:
    letters = sum(sign.isalpha() for sign in text)
    return (
        letters >= 3 and letters * 2 >= len(text.replace(" ", "")) and not MACHINE.search(text) and _may_be_part(text)
    )


def _may_be_part(text: str) -> bool:
    """Tell whether a line may be one of a title: it is no heading of every report, no address, no date alone."""
    if NO_TITLE.match(text) or ADDRESS.search(text):
        return False
    dated = days(text)
    return not (dated and sum(one.end - one.start for one in dated) >= 0.7 * len(text.strip()))


def _supported(title: str, opening: Opening, most: int = 10_000) -> bool:
    """Tell whether the first lines have nearly all words of a title."""
    words = set(WORD.findall(fold(title)))
    held = set(WORD.findall(fold("\n".join(opening.lines[:most]))))
    return len(words) >= 2 and len(words & held) >= 0.8 * len(words)


def _overlap(one: str, other: str) -> float:
    """Return the share of the shorter title's words that the other one has too."""
    mine, theirs = (set(WORD.findall(fold(title))) for title in (one, other))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _clean_words(title: str) -> int:
    """Count the words of a title that no machine put there ("JRCB4", "final")."""
    words = WORD.findall(title)
    return sum(not (re.fullmatch(r"(?=.*\d)(?=.*[A-Z])\w+|final|draft|v\d+", word)) for word in words)
