"""Reads what carries no data of its own: files of version 0.1.0, sheets without a journal, notes without a sidecar.

Their text is taken apart: into statements by the marks behind them, and a quote from the words in front of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from ...core.document import Document
from ...core.errors import UsageError
from ...core.shapes import Mode, Note
from ...core.text import one_line, squash
from ...core.types import ClaimKind, Report, Verb
from ...language.figures import figures
from ..document.abbreviations import abbreviation_section
from ..document.page import sign_off
from ..document.phrases import beginnings_of, in_any_language
from ..evidence.framing import GAP, STATES_TOLD, verb_of
from ..publish.markdown import markdown
from .finding import Findings, ProblemKind
from .held import Held
from .item import Assertion, Cited, Item, MarkedText, MarkedWords, NotOurs, has_word, is_number
from .wording_check import known_of, misframed, shown

_MARKS = re.compile(r"(?:\s*(?<!\\)\[\d{1,9}\])+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BULLETS = ("- ", "* ", "+ ")
_LONGEST = 16_000_000  # bytes of one note
_AS_FIRST: tuple[str, Mode] = ("*Made of verbatim quotes", "evidence")  # of version 0.1.0
_NO_VERSIONS = "a Markdown note does not say which version of a report was cited: whether it changed since is unknown"
_NO_PRICE = "a Markdown note does not say what it cost: `note --json` does"
_SAME_WORDS = ("and", "in", "the", "same", "words")  # where a quote is introduced with all who print it
_BEGINNING = 40  # squashed characters by which a quote is told from what is cited with it

Texts = Mapping[int, Sequence[str]]


def statements(text: str) -> Iterator[MarkedWords]:
    """Yield the statements of a text, with escapes taken off; headings and table rules are none."""
    for line in text.splitlines():
        row = line.strip()
        if not has_word(row) or row.startswith("#"):
            continue
        if row.startswith("|"):
            for cell in row.replace("\\|", "\0").split("|"):
                yield from _of_line(cell.replace("\0", "\\|").strip(), is_loud=False, in_table=True)
            continue
        row = row[2:].lstrip() if row.startswith(_BULLETS) else row
        loud = row.startswith("**") and row.endswith("**")
        yield from _of_line(row[2:-2] if loud else row, is_loud=loud, in_table=False)


def _of_line(line: str, *, is_loud: bool, in_table: bool) -> Iterator[MarkedWords]:
    begin, whole = 0, unescaped(line)
    for marks in _MARKS.finditer(line):
        said = unescaped(line[begin : marks.start()]).strip()
        numbers = tuple(int(mark.partition("[")[2]) for mark in marks[0].split("]")[:-1])
        yield MarkedWords(said, numbers, whole, tuple(_pieces(said)), is_loud, in_table)
        begin = marks.end()
    if has_word(rest := unescaped(line[begin:]).strip()):
        yield MarkedWords(rest, (), whole, tuple(_pieces(rest)), is_loud, in_table)


def unescaped(text: str) -> str:
    """Return Markdown as the text it shows."""
    return _ESCAPED.sub(r"\1", text)


def derived(told: Iterable[MarkedWords], mode: Mode, cited: Sequence[Cited], where: str) -> list[Assertion]:
    """Return one claim for each marked statement; a strong paragraph, and a count, is one as a whole."""
    found: dict[str, Assertion] = {}
    for statement in told:
        computed = statement.is_loud or statement.is_by_code
        said = statement.line if computed else statement.text
        if not statement.numbers or said in found:
            continue
        kind: ClaimKind = "inference" if statement.is_loud else "count" if statement.is_by_code else "stated"
        numbers = set(statement.numbers)
        if computed:
            numbers = {one.number for one in cited if f"[{one.number}]" in said}
        mine = tuple(one for one in cited if one.number in numbers)
        parts = tuple(statements(said)) if computed else ()
        found[said] = Assertion(where, said, kind, mode, mine, statements=parts)
    return list(found.values())


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts of a statement: what stands in quotation marks, and what stands around them."""
    before, opening, rest = text.partition("“")
    words, _, after = rest.rpartition("”")
    yield from (before, *words.split(GAP), after.strip(" ()")) if opening else (before,)


def check_quoting(claim: Assertion, texts: Texts, places: Held, findings: Findings) -> bool:
    """Check a claim that lets a quote speak for itself, and tell whether it does."""
    parts = _quoting(claim.text)
    if parts is None:
        return False
    told, words, label = parts
    if claim.mode == "drafted" and told and not any(f", {one.label}, " in told for one in claim.cited):
        return False
    if not _says(words, claim.cited, texts):
        findings.failed("quote", claim.where, f"{shown(words)} is not what it cites")
    elif any(not one.quote for one in claim.cited):
        findings.held("quote")  # the quote is looked up here alone
    findings.held("figure", len(figures(words)))
    wrong = _misframed(told, words, claim, places)
    if label and label not in {one.label for one in claim.cited}:
        wrong = f"{shown(words)} is placed on {label}, which it does not cite"
    findings.judge("report", claim.where, wrong)
    return True


def _quoting(text: str) -> tuple[str, str, str] | None:
    """Return what stands in front of a quote, its words, and the label that may stand in brackets behind it."""
    told, opening, rest = ("", "“", text[1:]) if text.startswith("“") else text.partition(": “")
    words, closing, tail = rest.rpartition("”")
    tail = tail.removesuffix(".")
    if not opening or not closing or (tail and not (tail.startswith(" (") and tail.endswith(")"))):
        return None
    return told, words, tail[2:-1]


def _says(words: str, cited: Sequence[Cited], texts: Texts) -> bool:
    """Tell whether quoted words are those that are cited, in full or in parts with a gap between them."""
    main = [one.quote for one in cited if one.is_main and one.quote]
    # What is cited last may be other places where the same words stand.
    if any(squash(words) == squash(GAP.join(main[:size])) for size in range(1, len(main) + 1)):
        return True
    if any(one.citation is not None for one in cited):
        return False
    held = [squash(text) for found in texts.values() for text in found]
    whole = squash(words)
    parts = [squash(part) for part in words.split(GAP)]
    return any(whole in text for text in held) or all(part and any(part in text for text in held) for part in parts)


def _misframed(told: str, words: str, claim: Assertion, places: Held) -> str | None:
    """Return what the words in front of a quote say of its source that neither library nor citation do."""
    sources = [(one, report) for one in claim.cited if (report := places.report(one)) is not None]
    begin = squash(words.split(GAP)[0])
    begun = [(one, report) for one, report in sources if _begins(one, report, begin, places)]
    if not told or not begun:
        return None
    if begun[0][0].citation is None and begun[0][0].quote:
        begun = sources  # the head of a list is introduced as its first item is, and a sheet does not tell them apart
    known = [*_SAME_WORDS, *in_any_language("framing.also")]
    for one, report in begun:
        first = places.first_segment(one, report, one.quote or words)
        for verb in [verb_of(first.text)] if first else get_args(Verb):
            known += in_any_language(f"verb.{verb}")
        for word in known_of(one, report):
            known += in_any_language(f"state.{word}") if word in STATES_TOLD else [word]
        known.append(one.label)
    if wrong := misframed(told, known, begun[0][0].label):
        return wrong
    if not any(f", {one.label}, " in told for one, _ in begun):
        return f"{shown(told)}: it is said to stand elsewhere than on {begun[0][0].label}"
    return None


def _begins(one: Cited, report: Report, begin: str, places: Held) -> bool:
    """Tell whether words begin with a quote, or stand at a place that is cited without one."""
    if one.quote:
        return one.is_main and squash(one.quote).startswith(begin[:_BEGINNING])
    return any(begin in squash(text) for text in places.evidence(report, one.label))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A source as the list has it: `told` introduces it."""

    number: int
    told: str
    file: str
    labels: tuple[str, ...]


def text_of(path: Path) -> str:
    """Return the text of a note; raises NotOurs."""
    if path.stat().st_size > _LONGEST:
        raise UsageError(f"{str(path)!r} is too large for a note: name a file that coscribe wrote")
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotOurs("it is no text in UTF-8") from error


def read_note(path: Path, places: Held) -> Item:
    """Return the one item of a .md file; raises NotOurs."""
    text = text_of(path)
    sections: list[tuple[str, list[str]]] = [("the top", [])]
    made: Mode | None = None
    for line in text.split("\n"):
        how = next((mode for begins, mode in _made() if line.startswith(begins)), None)
        made = made or how
        if line.startswith("## "):
            sections.append((line[3:], []))
        elif len(sections) > 1 or not (how or line.startswith("# ")):
            sections[-1][1].append(line)
    at_end = in_any_language("sources") | in_any_language("sign_off.heading")
    listed = [line for heading, lines in sections if heading.strip() in in_any_language("sources") for line in lines]
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
    shown = [(heading, "\n".join(lines)) for heading, lines in sections if heading.strip() not in at_end]
    passages = [MarkedText(repr(one_line(heading)), tuple(statements(body))) for heading, body in shown]
    return Item(
        where="", mode=mode, passages=tuple(passages), cited=tuple(cited), problems=tuple(problems),
        assertions=tuple(one for part in passages for one in derived(part.statements, mode, cited, part.where)),
        unproven=(_NO_VERSIONS, _NO_PRICE),
    )  # fmt: skip


def _made() -> Iterator[tuple[str, Mode]]:
    """Yield how the line begins that tells how a note was made, in each language."""
    for mode in get_args(Mode):
        yield from ((f"*{begins}", mode) for begins in beginnings_of(f"made.{mode}"))
    yield _AS_FIRST


def _entry(line: str, places: Held) -> _Entry | None:
    """Return the entry that a line of the list is, if it is one: "1. Title. Council. `file.pdf`: p. 1; p. 2"."""
    number, stop, rest = line.partition(". ")
    rest, parts, labels = rest.rpartition("`: ")
    told, opening, file = rest.rpartition(" `")
    if not (is_number(number) and stop and parts and opening):
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
    if report.superseded_by and not any(begin in entry.told for begin in beginnings_of("source.newer")):
        yield f"source {entry.number}: {entry.file} has since been superseded by {places.file_of(report.superseded_by)}"
    strange = [label for label in entry.labels if label not in places.labels(report)]
    if strange:
        yield f"source {entry.number}: {entry.file} has no {strange[0]}"


def published_otherwise(note: Note) -> Iterator[str]:
    """Yield where the Markdown of a note is not that of its title, sections and sources."""
    rest = note.markdown
    if note.making is not None:
        claims = [claim for section in note.sections for claim in section.claims]
        rendered = list(dict.fromkeys(one.words_language for one in claims if one.words_language))
        closing = markdown(Document(sections=(sign_off(note.mode, note.making, rendered),)))
        if not rest.rstrip().endswith(closing):
            yield "its markdown does not end with how it was made and who signs"
        rest = rest.rstrip().removesuffix(closing)
    if note.abbreviations:
        language = note.making.language if note.making else "en"
        below = markdown(Document(sections=(abbreviation_section(note.abbreviations, language),)))
        if below not in rest:
            yield "its markdown lacks its abbreviations"
        rest = rest.replace(below, "", 1)
    for section in note.sections:
        if section.text not in rest:
            yield f"its markdown lacks the text of {one_line(section.heading)!r}"
        rest = rest.replace(section.text, "", 1)
    lines = [one_line(line) for line in rest.splitlines() if line.strip()]
    heads = [note.title, *(section.heading for section in note.sections)]
    for head in map(one_line, heads):
        if head not in (unescaped(line.lstrip("# ")) for line in lines if line.startswith("#")):
            yield f"its markdown has no heading {head!r}"
    for source in note.sources:
        if not any(line.startswith(f"{source.number}. ") and f"`{source.file}`" in line for line in lines):
            yield f"its markdown does not list source {source.number}, {source.file!r}"
    for line in lines:
        if not line.startswith(("#", "*")) and not line.partition(". ")[0].isdigit():
            yield f"its markdown says what no section does: {line[:80]!r}"
