"""The title as the first pages of a PDF print it: the words that stand out before any text, and what repeats them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...core.text import fold
from ...language.joint import pattern
from ...language.places import INSTITUTIONS
from ...language.years import days
from ..reading.layout.imprint import ADDRESS, MACHINE, NUMBERED, SECTION, WORD
from ..reading.page import FrontLine
from .found import Found
from .opening import NO_TITLE, Opening, letters, without_numbers

INSTITUTION = frozenset(fold(name) for one in INSTITUTIONS for name in (one.name, *one.also))
_REPORTS = pattern("reports.yearly", "reports.document", lead=r"(?<!\w)", end=r"(?!\w)")
_ISSUER = pattern("front.institution", lead=r"(?<!\w)", end=r"(?!\w)")
_LONGEST = 400  # of a title that is looked at: those of laws are long
_ALIKE = 0.97  # of a type size: the same
_COVER = 150  # words: a page with fewer is a cover
_EMPTY = 40  # words: a page with fewer may be followed by the title page
_JOINED = 0.75  # of the largest size: a line right above it belongs to the title
_BELOW = 0.6  # the same, of lines right below it
_BELOW_COLON = 0.4  # the same, below a line that ends in a colon
_SUBTITLE = 110  # characters
_LINES_OF_TITLE = 6  # more of one size are text
_LARGER = 1.15  # than the text: a line that stands out
_MUCH_LARGER = 1.3
_CLEAR = 0.8  # how sure words much larger than the text are
_UNSURE = 0.45
_PROSE = 3  # wide lines of the size of the text, one after the other: text
_WIDE = 45  # characters
_TOLD_BY = 12  # letters that a title has at least whose repetition tells something
_OF_HEAD = 4  # words of a running head that is a title: fewer name a chapter, a series or a warning
_FLUENT = 30  # words: more are a sentence
_FEW = 3  # words: fewer, told by their size alone, may be anything
_FEW_LETTERS = 5  # the same, of scripts that say more with each
_DAY = 10  # characters of an ISO date
_LABEL = 16  # characters: as many beside a whole date are its label, "Effective as at 9 April 2019"
_UNSPACED = "\u3000"  # from here on the scripts that set no blanks between words


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of one size and weight, one right below the other, the first of them being line `at` of its page."""

    at: int
    lines: tuple[FrontLine, ...]

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def end(self) -> int:
        return self.at + len(self.lines)

    @property
    def text(self) -> str:
        return joined([line.text for line in self.lines])


def printed(opening: Opening) -> Found | None:
    """Return the largest words of the first page that has some standing out before its text, joined over their lines.

    They are surest where a running head, the properties, a title page or a citation has them too.
    """
    for page in sorted({line.page for line in opening.front}):
        held = [line for line in opening.front if line.page == page]
        if found := _of_page(opening, held):
            return Found(found.value, found.how, round(found.sure - 0.1 * (page > 1), 2))
        if sum(len(WORD.findall(line.text)) for line in held) > _EMPTY:
            break
    return None


def of_running_head(opening: Opening) -> Found | None:
    """Return the one running head of a file that begins within a report: a short one may be a chapter's."""
    if not opening.front:
        return None
    heads = [head for head in opening.heads if may_be_title(head)]
    match = NUMBERED.match(opening.lines[0])
    before, after = (int(match[one] or 0) for one in ("before", "after")) if match else (0, 0)
    if not opening.is_part or len(heads) > 1:
        return None
    first = (
        opening.lines[0].removeprefix(str(before)).strip() if before and after else without_numbers(opening.lines[0])
    )
    if match and after == before + 1:  # two pages side by side, and the head of the second behind that of the first
        first = re.sub(r"\s+\S+$", "", match["head"])
    head = heads[0] if heads else first if max(before, after) else ""
    if not may_be_title(head) or len(WORD.findall(head)) < _OF_HEAD or len(head) > _SUBTITLE or _is_issuer(head):
        return None
    return Found(head, "running head of page 1", 0.6)


def top_lines(opening: Opening) -> list[str]:
    """Return the first lines of the first page that may be a title, as far as they are bold or large."""
    held = [line for line in opening.front if line.page == 1][:_LINES_OF_TITLE]
    return [line.text for line in held if may_be_part(line.text)]


def may_be_title(text: str) -> bool:
    """Tell whether a text may be a title: words, not the name a machine gave."""
    signs = sum(sign.isalpha() for sign in text)
    return signs >= 3 and signs * 2 >= len(text.replace(" ", "")) and not MACHINE.search(text) and may_be_part(text)


def may_be_part(text: str) -> bool:
    """Tell whether a line may be one of a title: it is no heading of every report, no address, no date alone."""
    if NO_TITLE.match(text) or ADDRESS.search(text):
        return False
    dated = days(text)
    if not dated:
        return True
    rest = text[: dated[0].start] + text[dated[-1].end :]
    whole_day = len(dated[0].iso) == _DAY and not _REPORTS.search(rest)
    return len(rest.strip()) > max(0.3 * len(text.strip()), _LABEL if whole_day else 0)


def joined(lines: Sequence[str]) -> str:
    """Return lines as one, without the hyphen at the end of one; no blank between those of a script without blanks."""
    text = lines[0]
    for line in lines[1:]:
        unspaced = text[-1:] >= _UNSPACED and line[:1] >= _UNSPACED
        text = text[:-1] + line if text.endswith("\u00ad") else text + line if unspaced else f"{text} {line}"
    return text


def _of_page(opening: Opening, held: Sequence[FrontLine]) -> Found | None:
    page, body = held[0].page, _body(opening.front)
    numbered = bool(held) and page == 1 and opening.is_part and without_numbers(held[0].text) != held[0].text
    before = held[numbered : _text_begins(held, body)]
    runs = [run for run in _runs(before) if may_be_title(run.text) and len(run.text) <= _LONGEST]
    runs = [run for run in runs if not SECTION.match(run.text)]
    largest = max((run.size for run in runs), default=0.0)
    top = [run for run in runs if run.size >= _ALIKE * largest]
    if numbered and NO_TITLE.match(without_numbers(held[0].text)):  # "Appendix B 200"
        return None
    if not runs or not body or largest < _LARGER * body or max(len(run.lines) for run in top) > _LINES_OF_TITLE:
        return None
    is_cover = sum(len(WORD.findall(line.text)) for line in held) <= _COVER
    chosen = _whole(runs, top[0], is_cover=is_cover)
    how = f"largest words of page {page}"
    if told := _repeated(opening, page, _others(opening, chosen, top)):
        return Found(told, f"{how}, repeated", 0.9)
    sure = _sureness(chosen, largest / body)
    return Found(chosen, how, sure if sure >= _CLEAR or not opening.is_part else _UNSURE)


def _sureness(title: str, larger: float) -> float:
    """Return how sure the largest words alone are: not at all of one word, of a sentence, of a part of one."""
    words = WORD.findall(title)
    torn = bool(words) and len(words[-1]) == 1 and words[-1].islower()
    cut = torn or title[:1].islower() or title[-1:] in ",;" or len(words) > _FLUENT
    alone = len(words) < _FEW if title.isascii() else sum(map(str.isalpha, title)) < _FEW_LETTERS
    return _UNSURE if cut or alone else _CLEAR if larger >= _MUCH_LARGER else 0.65


def _whole(runs: Sequence[_Run], core: _Run, *, is_cover: bool) -> str:
    """Return the largest words with what stands right above and below in nearly their size, and one subtitle."""
    place = runs.index(core)
    parts, end = [core.text], core.end
    for run in runs[place + 1 :]:
        same = run.size >= _ALIKE * core.size
        least = _BELOW_COLON if parts[-1][-1:] == ":" else _BELOW
        if run.at != end or not (same or (is_cover and _is_subtitle(run, parts))) or run.size < least * core.size:
            break
        if same and len(parts) == 1:
            parts[-1] = joined([parts[-1], run.text])
        else:
            parts.append(run.text)
        end = run.end
        if run.size < _JOINED * core.size:
            break
    begin = core.at
    for run in reversed(runs[:place]) if is_cover else ():
        if run.end != begin or run.size < _JOINED * core.size or _names(run):
            break
        parts.insert(0, run.text)
        begin = run.at
    text = parts[0]
    for part in parts[1:]:
        runs_on = part[:1].isdigit() or part[:1].islower() or text[-1:] in ":–—-"
        text += f" {part}" if runs_on else f": {part}"
    return text


def _is_subtitle(run: _Run, parts: Sequence[str]) -> bool:
    text = run.text
    return len(text) <= _SUBTITLE and len(parts[-1]) < 60 and text[-1:] != "." and text not in parts and not _names(run)


def _names(run: _Run) -> bool:
    """Tell whether lines name who made the report, an institution or people, and not what it is about."""
    if _is_issuer(run.text):
        return True
    return not _REPORTS.search(run.text) and all(_is_person(line.text) for line in run.lines)


def _is_issuer(text: str) -> bool:
    return fold(text) in INSTITUTION or (_ISSUER.search(text) is not None and not _REPORTS.search(text))


def _is_person(line: str) -> bool:
    words = re.findall(r"[^\W\d_]+\.?", line)
    return 2 <= len(words) <= 4 and len(line) < 30 and all(word[:1].upper() == word[:1] for word in words)


def _others(opening: Opening, chosen: str, top: Sequence[_Run]) -> list[str]:
    """Return the chosen words, and what else the largest ones may be: all of them, or the first lines alone."""
    whole = joined([line.text for run in top for line in run.lines])
    lines = top[0].lines
    author = letters(opening.said.get("author", ""))[:_TOLD_BY]
    issued = [_ISSUER.search(line.text) or (author and author in letters(line.text)) for line in lines]
    cuts = [end for end in range(len(lines) - 1, 0, -1) if issued[end]]
    others = [whole, *(joined([line.text for line in lines[:end]]) for end in cuts)]
    return [chosen, *(other for number, other in enumerate(others) if number or not chosen.startswith(other))]


def _repeated(opening: Opening, page: int, titles: Sequence[str]) -> str:
    """Return the longest of the titles that the file repeats elsewhere: in a running head, a title page, a citation."""
    heads = {letters(head) for head in opening.heads}
    said = letters(opening.said.get("title", ""))
    elsewhere = letters("\n".join(line.text for line in opening.front if line.page != page))
    held = []
    for title in titles:
        key, words = letters(title), len(WORD.findall(title))
        if len(key) >= _TOLD_BY and words > 1 and (key in heads or key == said or (words > 2 and key in elsewhere)):
            held.append(title)
    return max(held, key=len, default="")


def _text_begins(lines: Sequence[FrontLine], body: float) -> int:
    """Return the number of the line at which running text begins: wide lines of its size, one after the other."""
    lengths = sorted(len(line.text) for line in lines)
    width = max(_WIDE, 0.7 * lengths[len(lengths) * 3 // 4])
    wide = 0
    for number, line in enumerate(lines):
        wide = wide + 1 if len(line.text) >= width and line.size < _LARGER * body else 0
        if wide == _PROSE:
            return number - _PROSE + 1
    return len(lines)


def _body(front: Sequence[FrontLine]) -> float:
    """Return the size most of the text is set in; of a few lines the smallest, for then there is a cover alone."""
    sizes = sorted(line.size for line in front for _ in range(len(line.text)))
    return sizes[len(sizes) // 2] if len(front) > 12 else sizes[0]


def _runs(lines: Sequence[FrontLine]) -> Iterator[_Run]:
    """Yield the lines in runs of one size and weight, as a title is set that takes several."""
    run: list[FrontLine] = []
    for number, line in enumerate(lines):
        if run and (abs(line.size / (run[0].size or 1) - 1) > 1 - _ALIKE or line.bold != run[0].bold):
            yield _Run(number - len(run), tuple(run))
            run = []
        if may_be_part(line.text):
            run.append(line)
        elif run:
            yield _Run(number - len(run), tuple(run))
            run = []
    if run:
        yield _Run(len(lines) - len(run), tuple(run))
