"""Finds every report that uses the words asked for, by an exhaustive search: what "none of them" has to rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...core.text import fold
from ...core.types import APART, Report, Segment
from ...language.stems import terms
from ...language.terms import KnownExpression
from ...vectorstore.ranking.search import HybridSearch
from ...vectorstore.searchable import Searchable
from .search import Evidence

_LOOKED_AT = 12  # passages of one report in which the words are looked for close together
_WHOLE = 0.999  # share of the words, that is all of them
_COMPOUND = 2  # words from the first of two that the question has side by side to the second: one may stand between


@dataclass(frozen=True, slots=True)
class Mentions:
    """The readable reports of a scope, sorted by whether they use the words asked for, in any known expression.

    `said`: the segment of each report that holds all of them. `apart`: reports with a passage that holds them all, but
    in no one sentence, or in works cited, a contents list or running heads alone. `lacking`: reports without such a
    passage. `unsearched`: reports in a language that was not searched, or without readable text. `gaps`: files with
    pages that could not be read. `absent`: the words that stand on no page. `ways` are all expressions searched for.
    """

    words: str
    said: dict[str, Segment]
    apart: tuple[str, ...]
    lacking: tuple[str, ...]
    unsearched: tuple[str, ...]
    gaps: tuple[str, ...]
    absent: tuple[str, ...]
    ways: tuple[str, ...]
    reports: dict[str, Report]

    @property
    def searched(self) -> int:
        """The number of reports that were searched to the end."""
        return len(self.said) + len(self.apart) + len(self.lacking)

    @property
    def reach(self) -> float:
        """The share, 0..1, of the files in scope of which every page was searched."""
        files = {report.file for report in self.reports.values()} | set(self.gaps)
        partly = {self.reports[name].file for name in self.unsearched} | set(self.gaps)
        return 1 - len(partly) / len(files) if files else 0.0


def mentions(library: Searchable, evidence: Evidence) -> Mentions:
    """Search all passages of the evidence's scope for its plan's words, each in all forms and expressions known."""
    with library.reading() as ranker:
        passages = _passages(ranker, evidence)
    by_report: dict[str, list[str]] = {}
    for name, report in passages.items():
        by_report.setdefault(report, []).append(name)
    said = {
        report: found
        for report, names in by_report.items()
        if (found := _closest(library, evidence, names[:_LOOKED_AT])) is not None
    }
    counts = library.catalogue.passage_counts()
    mute = set(evidence.coverage.languages_uncovered)
    readable = [report for report in evidence.reports.values() if counts.get(report.id)]
    reached = [report for report in readable if report.id in by_report or (report.language or "unknown") not in mute]
    names = {report.id for report in reached}
    words = " ".join(dict.fromkeys(evidence.plan.spelled))
    asked = {fold(one) for one in (words, *evidence.plan.queries)}
    return Mentions(
        words=words,
        said=said,
        apart=tuple(report.id for report in reached if report.id in by_report and report.id not in said),
        lacking=tuple(report.id for report in reached if report.id not in by_report),
        unsearched=tuple(name for name in evidence.reports if name not in names),
        gaps=tuple(item.file for item in evidence.coverage.unreadable),
        absent=tuple(evidence.coverage.absent_words),
        ways=tuple(one for one in evidence.coverage.queries if fold(one) not in asked),
        reports=dict(evidence.reports),
    )


def _passages(ranker: HybridSearch, evidence: Evidence) -> dict[str, str]:
    """Return the passages that hold all words of the plan, best first, each with its report."""
    plan = evidence.plan
    every: dict[str, str] | None = None
    for term, spelled in zip(plan.terms, plan.spelled, strict=True):
        also = [one.expressions for one in evidence.relevance.known if term in one.terms]
        hits = ranker.words.search(spelled, plan.language, max(1, ranker.words.size), list(evidence.reports), also=also)
        found = {hit.passage: hit.report for hit in hits}
        every = found if every is None else {name: found[name] for name in every if name in found}
    return every or {}


def _closest(library: Searchable, evidence: Evidence, passages: Sequence[str]) -> Segment | None:
    """Return the best segment that holds all the words, by itself or with its lead-in or table header."""
    segments = library.catalogue.segments_of(passages)
    linked = {link for segment in segments for link in (segment.lead_in, segment.header) if link is not None}
    leads = library.catalogue.segments(linked)
    best, most = None, 0.0
    for segment in segments:
        if segment.kind in APART and segment.kind not in evidence.plan.apart:
            continue  # no report says what stands in its list of works cited alone
        led_by = [leads[link].text for link in (segment.lead_in, segment.header) if link in leads]
        score = evidence.relevance.of(segment, led_by)
        whole = evidence.relevance.share(segment.text, *led_by) >= _WHOLE
        if (
            score > most
            and whole
            and _is_compound(segment.text, evidence)
            and _is_plain((segment.text, *led_by), evidence)
        ):
            best, most = segment, score
    return best


def _is_compound(text: str, evidence: Evidence) -> bool:
    """Tell whether a text has side by side, in their order, the words that the question has side by side.

    "Computing with quantum methods" is no quantum computing. What stands in other words or beside the text is not
    asked for that.
    """
    language, wanted = evidence.plan.language, set(evidence.plan.terms)
    asked, said = terms(evidence.plan.question, language), terms(text, language)
    places = {term: [at for at, one in enumerate(said) if one == term] for term in wanted}
    return all(
        any(0 < there - here <= _COMPOUND for here in places[one] for there in places[two])
        for one, two in pairwise(asked)
        if one in wanted and two in wanted and places[one] and places[two]
    )


def _is_plain(texts: Sequence[str], evidence: Evidence) -> bool:
    """Tell whether none of the words is held by another single word of the same language alone, put for it alone.

    Such a word may mean much else: who fine-tunes a model speaks of no penalties.
    """
    language = evidence.plan.language
    said = {term for text in texts for term in terms(text, language)}
    for term in evidence.plan.terms:
        known = [one for one in evidence.relevance.known if term in one.terms]
        if term not in said and known and not any(_otherwise(one, texts, language) for one in known):
            return False
    return True


def _otherwise(known: KnownExpression, texts: Sequence[str], language: str) -> bool:
    """Tell whether texts hold an expression of several words, an acronym, or one in another language."""
    for one in known.expressions:
        words = terms(one.text, one.language)
        if len(words) == len(known.terms) == 1 and one.language == language and not one.is_acronym:
            continue
        for text in texts:
            held = terms(text, one.language)
            if any(held[at : at + len(words)] == words for at in range(len(held))):
                return True
    return False
