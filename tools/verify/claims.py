"""Whether a claim says no more than its quotes: its figures, its own quotation marks, and what introduces them."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Claim, Doubt
from ...core.text import one_line, squash
from ...core.types import Framing, Verb
from ...language.figures import Figure, figures
from ...language.languages import guess_language, is_in_another
from ...language.quotation_marks import is_quoted, own_words, quotations
from ...language.wording import Wording
from ..evidence.framing import framed, introduction, quoted, sentence, verb_of
from ..review.checks import support
from ..review.names import codes_beyond, names_beyond
from .earlier import Texts, check_quoting
from .finding import Findings
from .held import Held
from .item import Assertion, Cited, Item
from .wording_check import known_of, misframed, shown

_NO_QUOTES = "the file has no quotes for drafted sentences: their figures were compared with the whole places cited"


def check_claims(item: Item, places: Held, findings: Findings) -> None:
    """Check every claim against the words it cites; where the file has none, against those at the places it names."""
    for claim in item.assertions:
        texts = evidence(claim.cited, places)
        if claim.kind != "stated":
            _check_computed(claim, texts, places, findings)
        elif claim.claim is not None and claim.claim.framing is not None:
            _check_framed(claim, claim.claim, places, findings)
        elif not check_quoting(claim, texts, places, findings):
            _check_drafted(claim, texts, places, findings)


def evidence(cited: Iterable[Cited], places: Held) -> dict[int, list[str]]:
    """Return the words that each number stands for."""
    found: dict[int, list[str]] = {}
    for one in cited:
        report = None if one.quote else places.report(one)
        words = [one.quote] if one.quote else places.evidence(report, one.label) if report else []
        found.setdefault(one.number, []).extend(words)
    return found


def _check_framed(claim: Assertion, made: Claim, places: Held, findings: Findings) -> None:
    """Compare a claim that lets quotes speak for themselves with what its citations and the library say of them."""
    words = quoted(made.quotes)
    findings.held("figure", len(figures(words)))
    framing = _framing(claim, made, places)
    front, whole = (f"{introduction(framing)}: ", squash(claim.text)) if framing else ("", "")
    if framing is None or not (claim.text.startswith(front) or whole.endswith(squash(f"“{words}”"))):
        findings.failed("quote", claim.where, f"{shown(claim.text)} is not what it cites")
    elif whole == squash(sentence(framing, made.quotes)):
        wrong = None if framing == made.framing else f"its framing is not that of its source: {shown(front)}"
        findings.judge("report", claim.where, wrong)
    elif claim.text.startswith(front):
        findings.failed("quote", claim.where, f"{shown(claim.text[len(front) :].strip('“”'))} is not what it cites")
    else:
        told = claim.text.removesuffix(f": “{words}”")
        elsewhere = f"{shown(told)}: it is said to stand elsewhere than on {framing.place}"
        findings.failed("report", claim.where, misframed(told, [front], framing.place) or elsewhere)


def _framing(claim: Assertion, made: Claim, places: Held) -> Framing | None:
    """Return the framing that a claim's citations give, and the library for how they are meant; `None` without any."""
    main = [one for one in claim.cited if one.is_main]
    found = [framed(one.citation, _verb(one, made, places)) for one in main if one.citation is not None]
    also = [framing for one, framing in zip(main, found, strict=True) if one.report != main[0].report]
    language = made.framing.language if made.framing else "en"
    return found[0].model_copy(update={"also": tuple(also), "language": language}) if found else None


def _verb(one: Cited, made: Claim, places: Held) -> Verb:
    """Return how cited words are meant: as the library has them, or as is claimed where it does not hold them."""
    report = places.report(one)
    first = places.first_segment(one, report, one.quote) if report else None
    return verb_of(first.text) if first else made.framing.verb if made.framing else "says"


def _check_drafted(claim: Assertion, texts: Texts, places: Held, findings: Findings) -> None:
    """Put a drafted sentence through the reviewer's free checks again."""
    words = [text for found in texts.values() for text in found]
    for quotation, start, _ in quotations(claim.text):
        if claim.text[start] == "“":
            held = any(is_quoted(quotation, text) for text in words)
            findings.judge("quote", claim.where, None if held else f"{shown(quotation)} stands in none of its quotes")
    first = claim.cited[0] if claim.cited else None
    report = places.report(first) if first else None
    told = [text for text in known_of(first, report)[:4] if text] if first else []
    spoken, language = _spoken(claim), report.language if report else None
    found = support(claim.text, words, told=told, language=language, spoken=spoken).doubts
    doubts = [doubt for doubt in found if doubt.kind != "unchecked"]
    for doubt in found[len(doubts) :]:
        findings.cannot_prove(f"what code can tell of {shown(claim.text)} ({doubt.detail})")
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
    foreign = language and (spoken or guess_language(claim.text)) not in (None, language)
    beyond = others and not foreign
    findings.judge("report", claim.where, f"{shown(claim.text)}: {'; '.join(others)}" if beyond else None)


def _spoken(claim: Assertion) -> str | None:
    """Return the language that a claim is said to be in, if it does not surely read as another."""
    told = claim.claim.language if claim.claim else None
    names = [one.citation.title for one in claim.cited if one.citation is not None]
    return None if told is None or is_in_another(own_words(claim.text, names), told) else told


def _figures_of(doubt: Doubt, said: Sequence[Figure]) -> list[Figure]:
    """Return the figures of a claim that a doubt is about."""
    start, end = doubt.span if doubt.span and doubt.kind in ("figure", "figure_of_another") else (0, 0)
    return [figure for figure in said if start <= figure.start < end]


def _check_computed(claim: Assertion, texts: Texts, places: Held, findings: Findings) -> None:
    """Compare figures and names of a claim that was drawn from others with the words, and reports, behind its marks."""
    for statement in claim.statements:
        sources = [one for one in claim.cited if not statement.numbers or one.number in statement.numbers]
        told = [text for one in sources for text in (one.label, *known_of(one, places.report(one)))]
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
            is_foreign = _spoken(claim) not in (None, "en") or is_in_another(statement.text, "en")
            beyond_in = codes_beyond if is_foreign else names_beyond  # names are compared in English alone
            around = Wording(" | ".join((*known, *told)), "en")
            beyond = next(iter(beyond_in(Wording(statement.text, "en"), around)), None)
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
