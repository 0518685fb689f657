"""Reads a note that was written as Markdown: its sentences, and its list of sources with their places."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...core.errors import UsageError
from ...core.shapes import Mode
from ...core.text import one_line
from .finding import ProblemKind
from .held import Held
from .item import Cited, Item, MarkedText, derived
from .marked import unescaped
from .saved import NotOurs

_LONGEST = 16_000_000  # bytes of one note
_MADE = re.compile(r"^\*(?P<how>Drafted by|Made of verbatim quotes)\b", re.MULTILINE)
_SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
_SOURCES = "Sources"
_ENTRY = re.compile(r"^(?P<number>\d+)\. (?P<told>.*) `(?P<file>[^`]+)`: (?P<places>.*)$", re.MULTILINE)
_NO_VERSIONS = "a Markdown note does not say which version of a report was cited: whether it changed since is unknown"
_NO_PRICE = "a Markdown note does not say what it cost: `note --json` does"


def read_note(path: Path, places: Held) -> Iterator[Item]:
    """Yield the one item of a .md file; raises NotOurs."""
    if path.stat().st_size > _LONGEST:
        raise UsageError(f"{str(path)!r} is too large for a note: name a file that coscribe wrote")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotOurs("it is no text in UTF-8") from error
    text = text.replace("\r\n", "\n")
    made, (head, *parts) = _MADE.search(text), _SECTION.split(text)
    sections = list(zip(parts[::2], parts[1::2], strict=True))
    listed = "".join(body for heading, body in sections if heading.strip() == _SOURCES)
    entries = list(_ENTRY.finditer(listed))
    if made is None and not entries:
        raise NotOurs("it is no note of coscribe: it has no list of sources")
    mode: Mode = "drafted" if made and made["how"].startswith("Drafted") else "evidence"
    cited = [one for entry in entries for one in _cited(entry, places)]
    problems: list[tuple[ProblemKind, str]] = [
        ("report", problem) for entry in entries for problem in _problems(entry, places)
    ]
    shown = [("the top", _below_title(head)), *(part for part in sections if part[0].strip() != _SOURCES)]
    passages = [MarkedText(repr(one_line(heading)), body) for heading, body in shown]
    yield Item(
        where="", mode=mode, passages=tuple(passages), cited=tuple(cited), problems=tuple(problems),
        assertions=tuple(one for part in passages for one in derived(part.text, mode, cited, part.where)),
        unproven=(_NO_VERSIONS, _NO_PRICE),
    )  # fmt: skip


def _below_title(head: str) -> str:
    """Return what stands above the first section but for the title and the line that says how the note was made."""
    return "\n".join(line for line in head.splitlines() if not line.startswith("# ") and not _MADE.match(line))


def _cited(entry: re.Match[str], places: Held) -> Iterator[Cited]:
    number, file = int(entry["number"]), entry["file"]
    for label in _labels(entry["places"], file, places):
        yield Cited(f"source {number}", number, file, label)


def _labels(told: str, file: str, places: Held) -> list[str]:
    """Return the places of an entry; a heading in one of them may itself hold what parts them."""
    report = places.report(Cited("", 0, file, ""))
    known = places.labels(report) if report else set()
    parts = unescaped(told).split("; ")
    found: list[str] = []
    while parts:
        size = next((size for size in range(len(parts), 0, -1) if "; ".join(parts[:size]) in known), 1)
        found.append("; ".join(parts[:size]))
        parts = parts[size:]
    return found


def _problems(entry: re.Match[str], places: Held) -> Iterator[str]:
    """Yield what the library says otherwise of a source."""
    number, file = entry["number"], entry["file"]
    report = places.report(Cited("", 0, file, ""))
    if report is None:
        return  # the check of the reports says so
    told = unescaped(entry["told"])
    lost = [text for text in (report.title, report.organisation, report.date) if text and one_line(text) not in told]
    if lost:
        yield f"source {number} is not introduced as the library has it: {lost[0]!r}"
    if report.superseded_by and "newer edition" not in told:
        yield f"source {number}: {file} has since been superseded by {places.file_of(report.superseded_by)}"
    strange: Sequence[str] = [
        label for label in _labels(entry["places"], file, places) if label not in places.labels(report)
    ]
    if strange:
        yield f"source {number}: {file} has no {strange[0]}"
