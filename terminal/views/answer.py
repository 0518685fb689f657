"""One answered question: the answer, the words it rests on, what was searched, what it cost."""

from rich.text import Text

from ...core.setting_sections import Currency
from ...core.shapes import Answer, Claim
from ..amount import count
from ..console import clean, flat
from ..sheet import BLANK, Either, Frame, Line, Part, Sheet, section, step
from .cost import cost_line
from .coverage import coverage_lines
from .document import document_lines, document_text
from .sources import nearest_lines, report_lines, short_lines, source_lines

# The title of the frame, its colour, and the word in the closing line.
LOOKS = {
    "answered": ("", "accent", "answered"),
    "partial": ("partly answered", "warn", "partly answered"),
    "abstained": ("no answer the reports support", "warn", "not answered"),
    "failed": ("failed", "bad", ""),
}
_MOST_QUERIES = 3  # other words looked for that are shown
MODES = {"drafted": "drafted, every claim checked", "evidence": "quotes only"}


def confidence_word(confidence: float) -> str:
    """Return "high" from 0.75, "fair" from 0.5, else "low"."""
    return "high" if confidence >= 0.75 else "fair" if confidence >= 0.5 else "low"


def answer_view(answer: Answer, question: bool = True, currency: Currency | None = None, *, account: str = "") -> Sheet:
    """Return the answer with its sources; where it abstained, what was searched and what to do next instead.

    `question` repeats the question above; a chat that just read it leaves it out. Amounts are shown in `currency` too.
    On a screen, what is asked for by `account` ("/why") is left out, and it is said where to look; without it all is
    told, as it is in a pipe but for the words looked for.
    """
    if answer.document and answer.document.says("reply") and not answer.claims:
        return Sheet([_body(answer)])
    title, style, _ = LOOKS[answer.status]
    parts: list[Part] = [Line(Text(flat(answer.question), "heading")), BLANK] if question else []
    parts.append(Frame([_body(answer, folds=bool(account))], title, style))
    if answer.status == "abstained":
        parts += _looked_for(answer, account)
    else:
        parts += _sources(answer, account)
    parts += section("Not found", [Line(Text(flat(part), "warn"), Text("– ", "meta")) for part in answer.missing])
    parts += section("Left out", [_left_out(claim) for claim in answer.claims if claim.verdict == "unsupported"])
    closing = _closing(answer, currency, "")
    if not account:
        return Sheet([*parts, BLANK, *closing])
    return Sheet([*parts, BLANK, Either(_closing(answer, currency, account), "\n".join(map(str, closing)))])


def _body(answer: Answer, *, folds: bool = False) -> Either | Line:
    if answer.document:
        return Either(document_lines(answer.document, folds=folds), document_text(answer.document))
    if answer.answer.strip():
        return Line(Text(clean(answer.answer).strip()))
    if answer.error:
        return Line(Text(flat(answer.error.message)))
    return Line(Text("No passage was found that surely answers this."))


def _sources(answer: Answer, account: str) -> list[Part]:
    """Return what the numbers stand for; an answer made of quotes has shown the words already.

    Below a short account each has one row on a screen, so that the answer above stays in view; none, where whose the
    quotes are is the answer itself.
    """
    shown = answer.document.shown() if answer.document else set()
    is_draft = answer.mode == "drafted"
    whole = section("Sources", source_lines(answer.claims) if is_draft else report_lines(answer.claims, shown))
    if not account or not whole:
        return whole
    is_told = any(claim.kind == "catalogue" and claim.citations for claim in answer.claims)
    heading = [BLANK, Line(Text("Sources", "heading"))]
    rows = [] if is_told else [*heading, *short_lines(answer.claims, drafted=is_draft)]
    return [Either(rows, "\n".join(map(str, whole)))]


def _left_out(claim: Claim) -> Line:
    reason = f": {flat(claim.reason)}" if claim.reason else ""
    return Line(Text.assemble((flat(claim.text), "meta"), (f" (not supported{reason})", "warn")), Text("– ", "meta"))


def _looked_for(answer: Answer, account: str) -> list[Part]:
    # The question itself was looked for in any case.
    others = [query for query in map(flat, answer.coverage.queries) if query != flat(answer.question)]
    shown = others[:_MOST_QUERIES] if account else others
    queries: list[Part] = [Line(Text(f"“{query}”"), indent=2) for query in shown]
    if left := len(others) - len(shown):
        queries.append(Line(Text(f"and {left:,} more: {account}", "meta"), indent=2))
    steps: list[Part] = [step(advice) for advice in _next_steps(answer)]
    return [
        *section(f"Looked for, in {count(answer.coverage.reports_searched, 'report')}", queries),
        *section("Nearest, but no answer", nearest_lines(answer.nearest)),
        *section("What to do next", steps),
    ]


def _next_steps(answer: Answer) -> list[str]:
    coverage, steps = answer.coverage, []
    if not coverage.reports_searched:
        steps.append("no report was in scope: loosen the filters, or add reports with `coscribe ingest PATH`")
    if coverage.unreadable:
        files = count(len(coverage.unreadable), "file")
        steps.append(f"{files} could not be read in full, so this is no proof of silence: ingest copies with text")
    if coverage.withheld and answer.mode == "drafted":
        steps.append("internal reports were withheld from the model: ask again with --quotes-only to include them")
    if coverage.languages_uncovered:
        steps.append(f"ask again in the reports' language ({', '.join(map(flat, coverage.languages_uncovered))})")
    if answer.evidence:
        steps.append('read around: `coscribe search "words"` shows passages with their text')
    return steps or ["ask again in the reports' own terms, or see what is held with `coscribe reports`"]


def _closing(answer: Answer, currency: Currency | None, account: str) -> list[Line]:
    lines = []
    if answer.degraded:
        fell_back = "" if answer.fallback == "words" else "fell back to quotes only: "
        lines.append(Line(Text(f"{fell_back}{flat(answer.degraded)}", "warn")))
    if answer.error and answer.answer.strip():
        lines.append(Line(Text(f"error: {flat(answer.error.message)}", "bad")))
    if answer.status != "failed":
        is_named = answer.document is not None and answer.document.says("unreadable")
        confidence = f"confidence {confidence_word(answer.confidence)} ({answer.confidence:.2f})"
        status = " · ".join([LOOKS[answer.status][2], _made(answer), confidence])
        strength = _strength(answer, account)
        lines += [Line(Text(f"{status} · {strength}" if account and strength else status, "meta"))]
        lines += [Line(Text(strength, "meta"))] if strength and not account else []
        bears = _cited_files(answer) if account and answer.status != "abstained" else None
        lines += coverage_lines(answer.coverage, is_named, bears)
        lines += [Line(Text(flat(detail), "warn")) for detail in _doubts(answer)]
    return [*lines, Line(Text(cost_line(answer.cost, currency), "meta"))]


def _doubts(answer: Answer) -> list[str]:
    """Return what speaks against claims that stand all the same, each said once."""
    stand = (claim for claim in answer.claims if claim.verdict == "supported")
    return list(dict.fromkeys(doubt.detail for claim in stand for doubt in claim.doubts))


def _made(answer: Answer) -> str:
    """Return in a few words where the answer comes from."""
    written = {claim.kind for claim in answer.claims[:1]}
    return "from the list of reports" if written == {"catalogue"} else MODES[answer.mode]


def _strength(answer: Answer, account: str) -> str:
    if answer.strength is None:
        return ""
    agreement = f", agreement {answer.strength.agreement}" if answer.strength.agreement else ""
    said = f"evidence {answer.strength.evidence}{agreement}"
    return said if account else f"{said} ({flat(answer.strength.why)})"


def _cited_files(answer: Answer) -> set[str]:
    return {citation.file for claim in answer.claims for citation in claim.citations}
