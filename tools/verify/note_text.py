"""Reads a note that was written as Markdown: its sentences, and its list of sources with their places."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import UsageError
from ...core.shapes import Mode
from ...core.text import one_line
from .earlier import derived, unescaped
from .finding import ProblemKind
from .held import Held
from .item import Cited, Item, MarkedText, NotOurs

_LONGEST = 16_000_000  # bytes of one note
_MADE: dict[str, Mode] = {"*Drafted by ": "drafted", "*Made of verbatim quotes": "evidence"}
_SOURCES = "Sources"
_NO_VERSIONS = "a Markdown note does not say which version of a report was cited: whether it changed since is unknown"
_NO_PRICE = "a Markdown note does not say what it cost: `note --json` does"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A source as the list has it: `told` introduces it."""

    number: int
    told: str
    file: str
    labels: tuple[str, ...]


def read_note(path: Path, places: Held) -> Iterator[Item]:
    """Yield the one item of a .md file; raises NotOurs."""
    if path.stat().st_size > _LONGEST:
        raise UsageError(f"{str(path)!r} is too large for a note: name a file that coscribe wrote")
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotOurs("it is no text in UTF-8") from error
    sections: list[tuple[str, list[str]]] = [("the top", [])]
    made: Mode | None = None
    for line in text.split("\n"):
        how = next((mode for begins, mode in _MADE.items() if line.startswith(begins)), None)
        made = made or how
        if line.startswith("## "):
            sections.append((line[3:], []))
        elif len(sections) > 1 or not (how or line.startswith("# ")):
            sections[-1][1].append(line)
    listed = [line for heading, lines in sections if heading.strip() == _SOURCES for line in lines]
    entries = [entry for line in listed if (entry := _entry(line, places))]
    if made is None and not entries:
        raise NotOurs("it is no note of coscribe: it has no list of sources")
    mode: Mode = made or "evidence"
    cited = [
        Cited(f"source {entry.number}", entry.number, entry.file, label) for entry in entries for label in entry.labels
    ]
    problems: list[tuple[ProblemKind, str]] = [
        ("report", problem) for entry in entries for problem in _problems(entry, places)
    ]
    shown = [(heading, "\n".join(lines)) for heading, lines in sections if heading.strip() != _SOURCES]
    passages = [MarkedText(repr(one_line(heading)), body) for heading, body in shown]
    yield Item(
        where="", mode=mode, passages=tuple(passages), cited=tuple(cited), problems=tuple(problems),
        assertions=tuple(one for part in passages for one in derived(part.text, mode, cited, part.where)),
        unproven=(_NO_VERSIONS, _NO_PRICE),
    )  # fmt: skip


def _entry(line: str, places: Held) -> _Entry | None:
    """Return the entry that a line of the list is, if it is one: "1. Title. Council. `file.pdf`: p. 1; p. 2"."""
    number, stop, rest = line.partition(". ")
    rest, parts, labels = rest.rpartition("`: ")
    told, opening, file = rest.rpartition(" `")
    if not (number.isdecimal() and stop and parts and opening):
        return None
    return _Entry(int(number), unescaped(told), file, tuple(_labels(unescaped(labels), file, places)))


def _labels(told: str, file: str, places: Held) -> list[str]:
    """Return the places of an entry; a heading in one of them may itself hold what parts them."""
    report = places.report(Cited("", 0, file, ""))
    known = places.labels(report) if report else set()
    parts = told.split("; ")
    found: list[str] = []
    while parts:
        size = next((size for size in range(len(parts), 0, -1) if "; ".join(parts[:size]) in known), 1)
        found.append("; ".join(parts[:size]))
        parts = parts[size:]
    return found


def _problems(entry: _Entry, places: Held) -> Iterator[str]:
    """Yield what the library says otherwise of a source."""
    report = places.report(Cited("", 0, entry.file, ""))
    if report is None:
        return  # the check of the reports says so
    lost = [
        text for text in (report.title, report.organisation, report.date) if text and one_line(text) not in entry.told
    ]
    if lost:
        yield f"source {entry.number} is not introduced as the library has it: {lost[0]!r}"
    if report.superseded_by and "newer edition" not in entry.told:
        yield f"source {entry.number}: {entry.file} has since been superseded by {places.file_of(report.superseded_by)}"
    strange = [label for label in entry.labels if label not in places.labels(report)]
    if strange:
        yield f"source {entry.number}: {entry.file} has no {strange[0]}"
