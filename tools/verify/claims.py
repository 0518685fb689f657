"""Whether a claim says no more than its quotes: its figures, its own quotation marks, and what introduces them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from ...core.shapes import Doubt
from ...core.text import one_line, squash
from ...core.types import Report, Verb
from ...language.figures import Figure, figures
from ...language.languages import guess_language
from ...language.wording import Wording
from ..evidence.framing import GAP, framed, introduction
from ..review.checks import support
from ..review.names import names_beyond
from .finding import Findings
from .held import Held
from .item import Assertion, Cited, Item
from .marked import statements
from .wording_check import shown

_QUOTING = re.compile(r"^(?:(?!“)(?P<framing>.*?): )?“(?P<words>.*)”(?: \((?P<label>[^()]+)\))?[.]?$", re.DOTALL)
_QUOTED = re.compile(r"“([^“”]*)”")
_WORDS = re.compile(r"[^\W_]+")
_SAME_WORDS = ("and", "in", "the", "same", "words")  # where a quote is introduced with all who print it
_BEGINNING = 40  # squashed characters by which a quote is told from what is cited with it
_NO_QUOTES = "the file has no quotes for drafted sentences: their figures were compared with the whole places cited"

Texts = Mapping[int, Sequence[str]]


def check_claims(item: Item, places: Held, findings: Findings) -> None:
    """Check every claim against the words it cites; where the file has none, against those at the places it names."""
    for claim in item.assertions:
        texts = evidence(claim.cited, places)
        quoting = _quoting(claim)
        if claim.kind != "stated":
            _check_computed(claim, texts, places, findings)
        elif quoting is not None:
            _check_quoting(claim, quoting, texts, places, findings)
        else:
            _check_drafted(claim, texts, places, findings)


def evidence(cited: Iterable[Cited], places: Held) -> dict[int, list[str]]:
    """Return the words that each number stands for."""
    found: dict[int, list[str]] = {}
    for one in cited:
        report = None if one.quote else places.report(one)
        words = [one.quote] if one.quote else places.evidence(report, one.label) if report else []
        found.setdefault(one.number, []).extend(words)
    return found


def _quoting(claim: Assertion) -> re.Match[str] | None:
    """Return how a claim quotes if it is one of ours that lets a quote speak for itself."""
    match = _QUOTING.match(claim.text)
    if match is None or claim.mode == "evidence" or not match["framing"]:
        return match
    return match if any(f", {one.label}, " in match["framing"] for one in claim.cited) else None


def _check_quoting(
    claim: Assertion, quoting: re.Match[str], texts: Texts, places: Held, findings: Findings
) -> None:  # fmt: skip
    words = quoting["words"]
    if not _says(words, claim.cited, texts):
        findings.failed("quote", claim.where, f"{shown(words)} is not what it cites")
    elif any(not one.quote for one in claim.cited):
        findings.held("quote")  # the quote is looked up here alone
    findings.held("figure", len(figures(words)))
    wrong = _misframed(quoting["framing"] or "", words, claim, places)
    if quoting["label"] and quoting["label"] not in {one.label for one in claim.cited}:
        wrong = f"{shown(words)} is placed on {quoting['label']}, which it does not cite"
    findings.judge("report", claim.where, wrong)


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
    known = set(_SAME_WORDS)
    for one, report in begun:
        first = places.first_segment(one, report, one.quote or words)
        known |= set(
            _WORDS.findall(
                " ".join([introduction(framed(report, first)) if first else "", one.label, *_told(one, report)])
            )
        )
        known |= set() if first else set(get_args(Verb))
    strange = [word for word in _WORDS.findall(told) if word not in known]
    label = begun[0][0].label
    if strange:
        return f"{shown(told)}: neither {label} nor its report is introduced by {strange[0]!r}"
    if not any(f", {one.label}, " in told for one, _ in begun):
        return f"{shown(told)}: it is said to stand elsewhere than on {label}"
    return None


def _begins(one: Cited, report: Report, begin: str, places: Held) -> bool:
    """Tell whether words begin with a quote, or stand at a place that is cited without one."""
    if one.quote:
        return one.is_main and squash(one.quote).startswith(begin[:_BEGINNING])
    return any(begin in squash(text) for text in places.evidence(report, one.label))


def _check_drafted(claim: Assertion, texts: Texts, places: Held, findings: Findings) -> None:
    """Put a drafted sentence through the reviewer's free checks again."""
    words = [text for found in texts.values() for text in found]
    for quoted in _QUOTED.findall(claim.text):
        held = any(squash(quoted) in squash(text) for text in words)
        findings.judge("quote", claim.where, None if held else f"{shown(quoted)} stands in none of its quotes")
    first = claim.cited[0] if claim.cited else None
    report = places.report(first) if first else None
    told = [text for text in _told(first, report)[:4] if text] if first else []
    doubts = support(claim.text, words, told=told).doubts
    said = figures(one_line(claim.text))
    of_figures = [(doubt, _figures_of(doubt, said)) for doubt in doubts]
    wrong = [doubt.detail for doubt, doubted in of_figures if doubted]
    others = [doubt.detail for doubt, doubted in of_figures if not doubted]
    if any(not one.quote for one in claim.cited):  # a whole page says many things of many figures
        doubted = {figure for _, some in of_figures for figure in some}
        missing = [figure for figure in said if figure in doubted and not _gives(figure, words)]
        wrong = [f"figure {figure.text} is at none of the places cited" for figure in missing]
        findings.cannot_prove(_NO_QUOTES)
        others = []
    _count(findings, claim.where, len(said), wrong)
    foreign = report and report.language and guess_language(claim.text) not in (None, report.language)
    beyond = others and not foreign
    findings.judge("report", claim.where, f"{shown(claim.text)}: {'; '.join(others)}" if beyond else None)


def _figures_of(doubt: Doubt, said: Sequence[Figure]) -> list[Figure]:
    """Return the figures of a claim that a doubt is about."""
    start, end = doubt.span if doubt.span and doubt.kind in ("figure", "figure_of_another") else (0, 0)
    return [figure for figure in said if start <= figure.start < end]


def _check_computed(claim: Assertion, texts: Texts, places: Held, findings: Findings) -> None:
    """Compare figures and names of a claim that was drawn from others with the words, and reports, behind its marks."""
    for statement in statements(claim.text):
        sources = [one for one in claim.cited if not statement.numbers or one.number in statement.numbers]
        told = [text for one in sources for text in (one.label, *_told(one, places.report(one)))]
        known = [text for number in {one.number: None for one in sources} for text in texts.get(number, ())]
        said = [
            figure for figure in figures(statement.text) if figure.unit not in ("", "year") or claim.kind == "inference"
        ]
        wrong = [
            f"{figure.said} is not in the words it is marked with"
            for figure in said
            if not _gives(figure, (*known, *told))
        ]
        _count(findings, claim.where, len(said), wrong)
        if statement.numbers:
            around = Wording(" | ".join((*known, *told)), "en")
            beyond = next(iter(names_beyond(Wording(statement.text, "en"), around)), None)
            findings.judge("report", claim.where, beyond.detail if beyond else None)


def _gives(figure: Figure, texts: Iterable[str]) -> bool:
    """Tell whether one of the texts gives a figure with the same bound, or as it is written."""
    for text in texts:
        same = [other for other in figures(text) if other.key == figure.key]
        if any(figure.bound in ("", other.bound) for other in same):
            return True
        if not same and re.search(rf"(?<![\w.,]){re.escape(figure.said)}(?!\w)", one_line(text)):
            return True
    return False


def _count(findings: Findings, where: str, number: int, wrong: Sequence[str]) -> None:
    for reason in wrong:
        findings.failed("figure", where, reason)
    findings.held("figure", max(0, number - len(wrong)))


def _told(one: Cited, report: Report | None) -> list[str]:
    """Return what is known of a source beside its words: that of the library, and as it was when it was cited."""
    told: list[str] = []
    for source in (report, one.citation):
        if source is not None:
            told += [source.title, source.organisation or "", source.region or "", source.date or "", source.status]
    return told
