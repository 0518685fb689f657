"""Turns what was judged into the claims of an answer, and adds those that code writes: counts, conflicts, silence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ...core.shapes import Claim
from ...language.stems import content_terms
from ...tools.answer.count import answered_by, tally
from ...tools.answer.disagreement import changes, disagreements
from ...tools.answer.missing import Missing
from ...tools.answer.provenance import provenance
from ...tools.evidence.citations import Citations
from ...tools.evidence.framing import framed, sentence, verb_of
from ...tools.review.figures.recognised import figures_recognised
from ...tools.search.form import is_denied
from ...tools.search.joint_evidence import legs_with
from ...tools.search.legs import Leg
from ...tools.search.question import is_of_kind, plan_question
from ...tools.search.reaction import OF_ANSWER
from ...tools.search.search import Evidence
from ...vectorstore.index.catalogue import Catalogue
from ..state import Extent, State, Statement, Update
from .tongue import language_of, language_of_words
from .verdict import Verdict


def settle(
    state: State, judged: Sequence[Verdict], evidence: Evidence, catalogue: Catalogue, answers: Extent | None
) -> Update:
    """Return the claims that stand, those dropped, and what is missing.

    What was dropped gives way to the quote it rests on, where that bears on the question; where the reports' own words
    are sure of a part that no claim rests on, they are quoted. `answers` is what the reader said of the claims.
    Citation numbers are counted over those that stand, then over those dropped.
    """
    reports = evidence.reports
    cites = Citations(catalogue, reports)
    standing = [item.statement for item in judged if item.stands]
    if standing and state.mode == "drafted":
        if not _is_section(state):
            standing = _in_full(standing, state, evidence)
        is_lost = any(item.standing == "unjudged" for item in judged)
        quotes = [*standing_in(judged, state.bearing), *_spared(state, standing, evidence, answers, is_lost=is_lost)]
        standing += _unsaid(quotes, standing)
    claims = [claim_of(one, cites, evidence, state) for one in standing]
    dropped = [_moved(claim, claims) for claim in state.dropped]
    dropped += [
        Claim(
            text=item.statement.text, kind="stated", verdict="unsupported", reason=item.reason, doubts=item.doubts,
            judged_by=item.statement.judged_by, citations=cites.cite(item.statement.segments),
        )
        for item in judged
        if not item.stands
    ]  # fmt: skip
    left = [part for part in state.missing if part.kind != "unanswered" or not _is_answered(part, evidence, claims)]
    missing = dict.fromkeys((*left, *_missing(state, evidence, claims)))
    return {
        "claims": (*_written(state, evidence, claims, catalogue), *claims, *_conflicts(state, claims)),
        "dropped": tuple(dropped),
        "missing": tuple(missing),
    }


def standing_in(judged: Sequence[Verdict], bearing: Collection[int]) -> tuple[Statement, ...]:
    """Return the quotes that statements which do not stand give way to: the words they rest on, of one report.

    Those beside the point are quoted by nobody, and no more are words that do not bear on the question.
    """
    found: dict[tuple[int, ...], Statement] = {}
    for item in judged:
        run = tuple(segment for segment in item.statement.segments if segment.id in bearing)
        one_report = len({segment.report for segment in item.statement.segments}) == 1
        if not item.stands and one_report and run and not any(doubt.kind == "beside" for doubt in item.doubts):
            key = tuple(segment.id for segment in run)
            found.setdefault(key, replace(item.statement, text="", segments=run, unknown=(), judged_by="code"))
    return tuple(found.values())


def _spared(
    state: State, standing: Sequence[Statement], evidence: Evidence, answers: Extent | None, *, is_lost: bool
) -> list[Statement]:
    """Return what the reports would be quoted with for each part of a question, where claims do not rest on it.

    Where a reader says that all is answered, that is the surest quote of a part, unless it is a row that has its claim,
    and all of them where claims rest on none of these: reader and search then disagree. A figure or a date that is
    asked for and that no claim gives is not answered, whatever a reader says.
    Where nobody had to be asked, it is those quotes that are surer than any that a claim rests on; and where a reader
    misses something, or there was none to ask, all that no claim rests on.
    """
    rows = {leg.name for leg in state.legs if leg.row}
    said = {segment.id for one in standing for segment in one.segments}
    spoken = {one.leg or _row_of(state, evidence, one.segments[0].report, _words_of(one)) for one in standing}
    found: list[Statement] = []
    for leg in dict.fromkeys(one.leg for one in state.spares):
        mine = [one for one in state.spares if one.leg == leg]
        left = [one for one in mine if said.isdisjoint(segment.id for segment in one.segments)]
        surer = left[: next((at for at, one in enumerate(mine) if one not in left), len(mine))]
        if answers == "wholly" and (_is_section(state) or _is_given(standing, evidence.parts.get(leg or "", evidence))):
            apart = left == mine and not _is_section(state)
            left = [] if leg in rows and leg in spoken else surer if apart else surer[:1]
        elif answers is None and not is_lost:
            left = surer
        found += left
    return found


def _is_section(state: State) -> bool:
    """Tell whether it is a section of a note: it has several questions, and need not answer each in figures."""
    return state.guidance is not None


def _is_given(standing: Sequence[Statement], part: Evidence) -> bool:
    """Tell whether some statement gives the figure or date that is asked for."""
    return any(is_of_kind(_words_of(one), part.plan) for one in standing)


def _in_full(standing: Sequence[Statement], state: State, evidence: Evidence) -> list[Statement]:
    """Return statements, of which those give way to the words they rest on that leave out what is asked for.

    That is a figure or a date which stands in these words, where no statement on that part of the question gives one.
    """
    legs = [one.leg or _row_of(state, evidence, one.segments[0].report, _words_of(one)) for one in standing]
    plans = [evidence.parts[leg].plan if leg in evidence.parts else evidence.plan for leg in legs]
    told = {leg for leg, plan, one in zip(legs, plans, standing, strict=True) if is_of_kind(_words_of(one), plan)}
    found = []
    for leg, plan, one in zip(legs, plans, standing, strict=True):
        is_short = leg not in told and is_of_kind(_quoted(one), plan)
        found.append(replace(one, text="", judged_by="code") if is_short else one)
    return found


def _words_of(statement: Statement) -> str:
    return statement.text or _quoted(statement)


def _quoted(statement: Statement) -> str:
    return " ".join(segment.text for segment in statement.segments)


def _unsaid(quotes: Iterable[Statement], standing: Sequence[Statement]) -> Iterable[Statement]:
    """Yield quotes each once, without those of words that a claim rests on."""
    said = {segment.id for one in standing for segment in one.segments}
    for one in quotes:
        if said.isdisjoint(segment.id for segment in one.segments):
            said |= {segment.id for segment in one.segments}
            yield one


def claim_of(statement: Statement, cites: Citations, evidence: Evidence, state: State) -> Claim:
    """Return a statement that stands as a claim; of a quote that others print too, their places are cited as well."""
    citations = cites.cite(statement.segments)
    quotes = [citation for citation in citations if citation.role == "quote"]
    also = []
    for echo in statement.echoes:
        citations += (same := cites.cite([echo]))
        also += [framed(one, verb_of(echo.text)) for one in same if one.role == "quote"]
    framing = None if statement.text else framed(quotes[0], verb_of(statement.segments[0].text), also)
    text = sentence(framing, quotes) if framing else statement.text
    report = statement.segments[0].report
    leg = statement.leg or _row_of(state, evidence, report, text)
    written = evidence.reports[report].language
    is_ours = framing is None and statement.judged_by == "model"  # else it is a copy
    spoken = language_of(text, state.language, written) if is_ours else None
    return Claim(
        text=text, kind="stated", framing=framing, verdict="supported", judged_by=statement.judged_by, leg=leg,
        citations=citations, doubts=tuple(figures_recognised(text, citations)),
        language=spoken, words_language=language_of_words([one.quote for one in quotes], spoken, written),
    )  # fmt: skip


def _row_of(state: State, evidence: Evidence, report: str, text: str) -> str | None:
    """Return the row of a comparison that what a report says belongs to."""
    known = {leg.name: leg for leg in state.legs if leg.row}
    names = legs_with(report, evidence.parts) if known else ()
    return next((name for name in names if name in known and known[name].is_about(text)), None)


def _written(state: State, evidence: Evidence, claims: Sequence[Claim], catalogue: Catalogue) -> list[Claim]:
    """Return what code says by itself: what is held, how many reports mention it, that none does."""
    if state.mentions is not None:
        return tally(state.question, state.mentions, claims)
    if state.reaction and state.reaction.kind in OF_ANSWER:
        return provenance(state.reaction.kind, claims, evidence.reports, catalogue)
    if evidence.plan.form == "count" and claims and not is_denied(state.question):
        mute, counts = set(evidence.coverage.languages_uncovered), catalogue.passage_counts()
        heard = {citation.report for claim in claims for citation in claim.citations}
        searched = [one for one in evidence.reports.values() if (one.language or "unknown") not in mute]
        heard |= {report.id for report in searched if counts.get(report.id)}
        found = answered_by(claims, len(heard), evidence.reports)
        return [found] if found else []
    return list(state.written)


def _conflicts(state: State, claims: Sequence[Claim]) -> list[Claim]:
    if state.is_list or state.mentions is not None:
        return []
    return [*disagreements(claims), *changes(claims)]


def _missing(state: State, evidence: Evidence, claims: Sequence[Claim]) -> list[Missing]:
    """Return the legs that no claim answers, and the reports that a count or an absence could not take in."""
    found = state.mentions
    if found is not None and found.searched and found.unsearched:
        titles = ", ".join(found.reports[name].title for name in found.unsearched)
        return [Missing(None, "unread", f"what stands in {titles}")]
    answered = {claim.leg for claim in claims}
    told = []
    for leg in state.legs:
        if leg.name not in answered and (leg.row or state.mode == "evidence"):
            told.append(_unanswered(leg, evidence.parts[leg.name]))
    return told


def _is_answered(part: Missing, evidence: Evidence, claims: Sequence[Claim]) -> bool:
    """Tell whether what a draft calls missing stands in one of its claims: all its words, and what it asks for."""
    plan = plan_question(part.detail, list(evidence.reports.values()))
    for claim in claims:
        said = " ".join([claim.text, *(citation.quote for citation in claim.citations)])
        if set(plan.terms) <= set(content_terms(said, plan.language)) and is_of_kind(said, plan):
            return bool(plan.terms)
    return False


def _unanswered(leg: Leg, part: Evidence) -> Missing:
    """Return why a leg has no claim: silence is said only of words that no readable page in scope holds."""
    coverage = part.coverage
    if leg.by_name:
        return Missing(leg.name, "no_report", "no report in scope speaks for it, and the others were searched in vain")
    mute = set(coverage.languages_uncovered)
    if mute and all((report.language or "unknown") in mute for report in part.reports.values()):
        languages = ", ".join(coverage.languages_uncovered)
        return Missing(leg.name, "language", f"not searched: its reports are in {languages}")
    number = coverage.reports_searched
    searched = f"{number} report{'' if number == 1 else 's'}"
    if set(part.plan.spelled) <= set(coverage.absent_words):
        words = ", ".join(f"“{word}”" for word in coverage.absent_words)
        return Missing(leg.name, "unclear", f"no readable page of {searched} holds {words}")
    return Missing(leg.name, "unclear", f"this search found no clear statement in {searched}")


def _moved(dropped: Claim, claims: Sequence[Claim]) -> Claim:
    """Return a claim that was dropped before these were made with numbers that are none of theirs."""
    last = max((citation.number for claim in claims for citation in claim.citations), default=0)
    moved = [citation.model_copy(update={"number": last + citation.number}) for citation in dropped.citations]
    return dropped.model_copy(update={"citations": moved})
