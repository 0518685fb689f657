"""Reads what carries no data of its own: files of version 0.1.0, sheets without a journal, notes without a sidecar.

Their text is taken apart: into statements by the marks behind them, and a quote from the words in front of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from ...core.shapes import Mode
from ...core.text import squash
from ...core.types import ClaimKind, Report, Verb
from ...language.figures import figures
from ..evidence.framing import GAP, verb_of
from .finding import Findings, ProblemKind
from .held import Held
from .item import Assertion, Cited, Statement
from .wording_check import known_of, misframed, shown

_MARK = re.compile(r"(?<!\\)\[(\d+)\]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BULLETS = ("- ", "* ", "+ ")
_BY_CODE = (  # how sentences begin that code writes: about the library, not about what a report says; "#" is a number
    "At least # of ", "Found in at least # of ", "# of # ", "None of the # ", "The one report ", "The library holds ",
    "Nothing found", "Not found in the ", "The reports in scope do not say", "Nothing beyond what is quoted above",
    "Every region in the collection takes", "Silent on this topic, as far as", "No clear position was found:",
    "Not assessed, for want of",
)  # fmt: skip
_SAME_WORDS = ("and", "in", "the", "same", "words")  # where a quote is introduced with all who print it
_BEGINNING = 40  # squashed characters by which a quote is told from what is cited with it

Texts = Mapping[int, Sequence[str]]


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a text, with escapes taken off; headings and table rules are none."""
    for line in text.splitlines():
        row = line.strip()
        if not _has_word(row) or row.startswith("#"):
            continue
        if row.startswith("|"):
            for cell in row.replace("\\|", "\0").split("|"):
                yield from _of_line(cell.replace("\0", "\\|").strip(), is_loud=False, in_table=True)
            continue
        row = row[2:].lstrip() if row.startswith(_BULLETS) else row
        loud = row.startswith("**") and row.endswith("**")
        yield from _of_line(row[2:-2] if loud else row, is_loud=loud, in_table=False)


def _of_line(line: str, *, is_loud: bool, in_table: bool) -> Iterator[Statement]:
    whole = unescaped(line)
    by_code = " ".join("#" if word.isdigit() else word for word in whole.split()).startswith(_BY_CODE)
    begin, said = 0, ""
    numbers: tuple[int, ...] = ()
    for mark in _MARK.finditer(line):
        before = unescaped(line[begin : mark.start()]).strip()
        if numbers and before:
            yield Statement(said, numbers, whole, is_loud, in_table, by_code)
        said, numbers = (said, (*numbers, int(mark[1]))) if numbers and not before else (before, (int(mark[1]),))
        begin = mark.end()
    if numbers:
        yield Statement(said, numbers, whole, is_loud, in_table, by_code)
    if _has_word(rest := unescaped(line[begin:]).strip()):
        yield Statement(rest, (), whole, is_loud, in_table, by_code)


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def unescaped(text: str) -> str:
    """Return Markdown as the text it shows."""
    return _ESCAPED.sub(r"\1", text)


def derived(text: str, mode: Mode, cited: Sequence[Cited], where: str) -> list[Assertion]:
    """Return one claim for each marked statement; a strong paragraph, and a count, is one as a whole."""
    found: dict[str, Assertion] = {}
    for statement in statements(text):
        computed = statement.is_loud or statement.is_by_code
        said = statement.line if computed else statement.text
        if not statement.numbers or said in found:
            continue
        kind: ClaimKind = "inference" if statement.is_loud else "count" if statement.is_by_code else "stated"
        numbers = set(statement.numbers)
        if computed:
            numbers = {one.number for one in cited if f"[{one.number}]" in said}
        mine = tuple(one for one in cited if one.number in numbers)
        found[said] = Assertion(where, said, kind, mode, mine)
    return list(found.values())


def unclaimed(statement: Statement, claims: Sequence[Assertion]) -> tuple[ProblemKind, str | None]:
    """Return what is wrong with a statement that has to be one of the claims, or part of one."""
    whole = squash(statement.line)
    if any(whole == squash(claim.text) for claim in claims if claim.kind != "stated"):
        return "report", None
    if not claims or (not statement.numbers and statement.is_by_code):
        return "report", unsourced_figure(statement)
    fitting = [claim for claim in claims if _shares(statement, claim)]
    if all(any(piece in text for claim in fitting for text in _texts(claim)) for piece in _pieces(statement)):
        return "report", None
    if statement.in_table and not statement.numbers:
        is_told = any(squash(statement.text) in squash(claim.text) for claim in claims)
        return "report", None if is_told else unsourced_figure(statement)
    if not statement.numbers:
        head = statement.text.rstrip(":")
        is_head = head != statement.text and any(squash(head) in squash(claim.text) for claim in claims)
        return "report", None if is_head else f"this sentence has no mark: {shown(statement.text)}"
    kind: ProblemKind = "quote" if "“" in statement.text else "figure" if figures(statement.text) else "report"
    return kind, f"the text says what none of its claims says: {shown(statement.text)}"


def unsourced_figure(statement: Statement) -> str | None:
    """Return a complaint if a sentence of ours, which has no source, gives more than a bare count or a year."""
    found = [figure.text for figure in figures(statement.text) if figure.unit not in ("", "year")]
    return f"{found[0]} has no source: {shown(statement.text)}" if found else None


def _shares(statement: Statement, claim: Assertion) -> bool:
    if not statement.numbers:
        return claim.kind != "stated"
    return bool(set(statement.numbers) & {cited.number for cited in claim.cited})


def _pieces(statement: Statement) -> Iterator[str]:
    """Yield the squashed parts of a statement: what stands in quotation marks, and what stands around them."""
    before, opening, rest = statement.text.partition("“")
    words, _, after = rest.rpartition("”")
    parts = (before, *words.split(GAP), after.strip(" ()")) if opening else (before,)
    yield from (piece for part in parts if (piece := squash(part)) or not opening)


def _texts(claim: Assertion) -> Iterator[str]:
    """Yield the squashed texts in which a part of a statement may stand: the claim, its quotes, its places."""
    yield squash(claim.text)
    for cited in claim.cited:
        yield squash(cited.quote)
        yield squash(cited.label)


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
    known = [*_SAME_WORDS]
    for one, report in begun:
        first = places.first_segment(one, report, one.quote or words)
        known += [verb_of(first.text)] if first else get_args(Verb)
        known += [one.label, *known_of(one, report)]
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
