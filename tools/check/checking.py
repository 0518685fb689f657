"""Checks a draft: every sentence is looked up and labelled, and its references are followed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...core.events import OnProgress, silent
from ...core.shapes import Citation
from ...core.types import Report
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.searchable import Searchable
from ..evidence.citations import Citations
from .assessment import Assessment, assess
from .checked_draft import CheckedDraft, CheckedFigure, CheckedSentence, SoughtFor, summary_of
from .cited_work import CitedWork, CitedWorks
from .draft import Draft, DraftSentence
from .figure_match import MatchedFigure
from .following import followed
from .lookup import LookedUp, Lookup, NearStretch

_NEAREST = 3  # quotes that are told where nothing bears a sentence out


@dataclass(frozen=True, slots=True)
class FirstReading:
    """A sentence as it was read: without its `works`, what was looked up for it, and what is said of it, by whom.

    `text` is in the language of the reports, where somebody has rendered it.
    """

    sentence: DraftSentence
    text: str
    works: tuple[CitedWork, ...]
    looked: LookedUp
    assessment: Assessment
    judged_by: Literal["code", "model"] = "code"


def without_references(draft: Draft, library: Searchable) -> list[str]:
    """Return the sentences of a draft without their references."""
    works = CitedWorks(draft, library.catalogue.reports(), library.ranker().routing)
    return [works.apart(sentence)[0] for sentence in draft.sentences]


def read_by_code(
    draft: Draft, lookup: Lookup, progress: OnProgress = silent, said: Mapping[int, str] | None = None
) -> Iterator[FirstReading]:
    """Yield each sentence of a draft as code reads it, in order; raises what searching does.

    `said` are sentences as they are rendered in the language of the reports, by their numbers.
    """
    reports = lookup.library.catalogue.reports()
    works = CitedWorks(draft, reports, lookup.library.ranker().routing)
    for at, sentence in enumerate(draft.sentences):
        progress("checking", at, len(draft.sentences))
        text, cited = works.apart(sentence)
        rendered = (said or {}).get(sentence.number)
        text = rendered or text
        looked = lookup.look(text, cited, None if rendered else draft.language)
        yield FirstReading(sentence, text, cited, looked, assess(text, looked))


def checked(draft: Draft, readings: Sequence[FirstReading], catalogue: Catalogue) -> CheckedDraft:
    """Return a draft with what was found; sources are numbered in the order of their first use, nearest words last."""
    reports = {report.id: report for report in catalogue.reports()}
    cites = Citations(catalogue, reports)
    cited = [_cited(cites, one.assessment.stretches) if _is_cited(one) else [] for one in readings]
    unborne = [one.looked.stretches[:_NEAREST] if one.assessment.label == "not_found" else () for one in readings]
    first = [_cited(cites, one[:1]) for one in unborne]  # those that are shown have the lower numbers
    near = [[*best, *_others(cites, one)] for best, one in zip(first, unborne, strict=True)]
    numbers = {name: number for number, name in enumerate(_reports_in_order(cited, near), 1)}
    sentences = [
        _sentence(one, _by_report(own, numbers), _by_report(beside, numbers), reports)
        for one, own, beside in zip(readings, cited, near, strict=True)
    ]
    return CheckedDraft(
        file=draft.file, title=draft.title, language=draft.language, summary=summary_of(sentences), sentences=sentences
    )  # fmt: skip


def _reports_in_order(*cited: Sequence[Sequence[Citation]]) -> Iterator[str]:
    """Yield the reports that sentences cite, each once, in the order of sentences."""
    yield from dict.fromkeys(one.report for own in zip(*cited, strict=True) for each in own for one in each)


def _by_report(cited: Sequence[Citation], numbers: Mapping[str, int]) -> list[Citation]:
    """Return citations with the numbers of their reports: one source, one entry."""
    return [one.model_copy(update={"number": numbers[one.report]}) for one in cited]


def _others(cites: Citations, stretches: Sequence[NearStretch]) -> list[Citation]:
    """Return the citations of all stretches but the first, without segments that stand in one before."""
    seen: set[int] = set()
    found: list[Citation] = []
    for at, stretch in enumerate(stretches):
        fresh = [one for one in stretch.segments if one.id not in seen]
        seen.update(one.id for one in fresh)
        found += cites.cite(fresh) if at and fresh else []
    return found


def _is_cited(one: FirstReading) -> bool:
    return one.assessment.label in ("supported", "contradicted", "partly")


def _cited(cites: Citations, stretches: Sequence[NearStretch]) -> list[Citation]:
    """Return the citations of stretches, the words of each place once."""
    segments = {segment.id: segment for stretch in stretches for segment in stretch.segments}
    ordered = sorted(segments.values(), key=lambda one: (one.report, one.position))
    return cites.cite(ordered) if ordered else []


def _sentence(
    one: FirstReading, cited: list[Citation], near: list[Citation], reports: dict[str, Report]
) -> CheckedSentence:  # fmt: skip
    found, coverage = one.assessment, one.looked.coverage
    label = found.label
    return CheckedSentence(
        number=one.sentence.number, text=one.sentence.text, section=one.sentence.section, page=one.sentence.page,
        label=label, judged_by=one.judged_by, reason=found.why or _reason(one, reports), unsaid=list(found.unsaid),
        citations=cited, nearest=near,
        figures=[
            _figure(figure, one.sentence.text)
            for figure in found.figures
        ],
        references=[followed(work, label, cited, reports) for work in one.works],
        searched=SoughtFor(
            queries=coverage.queries, reports=coverage.reports_searched,
            languages_uncovered=coverage.languages_uncovered,
        ),
    )  # fmt: skip


def _figure(figure: MatchedFigure, text: str) -> CheckedFigure:
    """Return a figure with its place in the draft, none where that writes it otherwise."""
    at = text.find(figure.text)
    place = (at, at + len(figure.text)) if at >= 0 else (None, None)
    return CheckedFigure(
        text=figure.text, start=place[0], end=place[1], standing=figure.standing, other=figure.other or None
    )  # fmt: skip


def _reason(one: FirstReading, reports: Mapping[str, Report]) -> str:
    """Return why nothing was found, where that is for want of a common language with the reports that are meant."""
    meant = [reports[name] for name in one.looked.meant] or list(reports.values())
    uncovered = [
        report for report in meant if (report.language or "unknown") in one.looked.coverage.languages_uncovered
    ]
    if one.assessment.label == "not_found" and 2 * len(uncovered) > len(meant):
        languages = sorted({report.language or "unknown" for report in uncovered})
        return f"without a model it cannot be compared with reports in {', '.join(languages)}"
    return ""
