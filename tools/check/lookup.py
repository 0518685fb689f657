"""Looks a sentence of a draft up: the stretches of reports that speak of the same, and what was searched."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...core.shapes import Coverage
from ...core.types import Depth, Report, Scope, Segment
from ...language.figures import figures
from ...language.languages import guess_language
from ...language.stems import same_leg
from ...language.terms import Terms
from ...models.embedder import Embedder
from ...models.port import Asking
from ...vectorstore.searchable import Searchable
from ..review.figures.measures import amounts
from ..search.question import plan_question
from ..search.relevance import Relevance
from ..search.search import PASSAGES, Evidence, look_up, merge
from .cited_work import CitedWork

_SAID = ("text", "item", "row")  # what says something
_PAIRED = 6  # best segments that are read together with their neighbours as well
# passages of a search, segments whose meaning is compared, and stretches that a verdict is given by
_USUAL = (PASSAGES, 28, 16)
_READ: dict[Depth, tuple[int, int, int]] = {
    "quick": (PASSAGES, 12, 6), "auto": _USUAL, "standard": _USUAL, "deep": (3 * PASSAGES, 96, 40),
}  # fmt: skip
_SAME_FIGURE = 0.2  # what it adds to the rank of a stretch that a telling figure is the same
_CHANCE = 12  # a bare count up to it stands in many words
_NAMED = 0.15  # what it adds to a stretch that its report is cited or named
_WORDS_ALONE = 1.6  # what the share of words counts where meaning cannot be compared
_SPARED = 0.1  # nearness by which one segment comes before two that hold it
_LONGEST = 1_000_000  # segments of a report
_FEWEST = 0.2  # below it a stretch speaks of something else


@dataclass(frozen=True, slots=True)
class NearStretch:
    """Words of a report, one segment or two in a row, with the texts they are read with: lead-in, table head, heading.

    `share` is that of the sentence's words they hold, by rarity, `likeness` how alike both are in meaning, 0 where that
    is not compared; `near` is both together, about 0..2, and more where the sentence names or cites the report.
    """

    segments: tuple[Segment, ...]
    around: tuple[str, ...]
    share: float
    likeness: float
    near: float

    @property
    def report(self) -> str:
        """The id of the report."""
        return self.segments[0].report

    @property
    def words(self) -> str:
        """The words themselves."""
        return " ".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a search brought for a sentence; `meant` are the reports that it cites or names, empty for none."""

    stretches: tuple[NearStretch, ...]
    reports: dict[str, Report]
    coverage: Coverage
    relevance: Relevance
    meant: frozenset[str]
    language: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks sentences up in a library, by its own legs and no model; `scope` narrows all of it.

    Texts are compared by meaning where that is done on this machine; a search embeds on behalf of `asking`. `depth` is
    how much of what is found is read.
    """

    library: Searchable
    scope: Scope
    terms: Terms
    asking: Asking | None
    depth: Depth = "auto"

    def look(self, text: str, works: Sequence[CitedWork] = (), language: str | None = None) -> LookedUp:
        """Return what the reports have for a sentence without its references; the `works` that it cites come first."""
        reports = self.library.catalogue.reports()
        asked = plan_question(text, reports, self.scope)
        plan = replace(asked, scope=self.scope, narrowed_to=(), kind="lookup", form="prose", apart=())
        plan = replace(plan, language=guess_language(text) or language or plan.language)
        passages, *_ = _READ[self.depth]
        found = look_up(self.library, plan, self.terms, self.asking, passages)
        held = {report.id for report in self.library.in_scope(self.scope)}
        cited = {work.report: work for work in works if work.report in held}
        if cited:
            only = replace(plan, scope=replace(self.scope, reports=tuple(filter(None, cited))))
            found = merge(found, look_up(self.library, only, self.terms, self.asking, passages))
            found = self._with_pages(found, cited.values())
        named = self.library.in_scope(asked.scope) if asked.narrowed_to else ()
        meant = frozenset(filter(None, cited)) or frozenset(report.id for report in named) & held
        stretches = self._stretches(text, found, meant, plan.language)
        return LookedUp(stretches, found.reports, found.coverage, found.relevance, meant, plan.language)

    def _with_pages(self, found: Evidence, works: Iterable[CitedWork]) -> Evidence:
        """Return evidence with all that stands on the pages which references give, and on those beside them."""
        segments = {segment.id: segment for segment in found.segments}
        for work in works:
            if work.first is not None and work.report is not None:
                whole = self.library.catalogue.stretch(work.report, 0, _LONGEST)
                segments |= {one.id: one for one in whole if work.holds(one.locator.page, one.locator.label)}
        ordered = sorted(segments.values(), key=lambda segment: (segment.report, segment.position))
        return replace(found, segments=tuple(ordered))

    def _stretches(
        self, text: str, found: Evidence, meant: frozenset[str], language: str
    ) -> tuple[NearStretch, ...]:  # fmt: skip
        """Return the stretches that come near a sentence, best first."""
        known = {segment.id: segment for segment in found.segments}
        told = {one.passage.id: one.passage.score for one in found.ranked}
        singles = [(segment,) for segment in found.segments if segment.kind in _SAID]
        shares = {run[0].id: found.relevance.share(run[0].text, *_around(run, known)) for run in singles}
        wanted = _telling(text)
        worth = {
            run[0].id: shares[run[0].id] + (_SAME_FIGURE if wanted & _telling(run[0].text) else 0.0) for run in singles
        }
        _, most, kept_most = _READ[self.depth]
        best = sorted(singles, key=lambda run: (-worth[run[0].id], -told.get(run[0].passage, 0.0)))[:most]
        first = {one.passage.id for one in found.ranked[:3]}
        best += [run for run in singles if run[0].passage in first and run not in best]
        weighed = self._weighed(text, best, known, found, meant, language)
        pairs = [pair for one in weighed[:_PAIRED] for pair in _paired(one.segments[0], found)]
        pairs = list({(pair[0].id, pair[1].id): pair for pair in pairs}.values())
        weighed += self._weighed(text, pairs, known, found, meant, language)
        ranked = sorted(weighed, key=lambda one: -one.near - (_SAME_FIGURE if wanted & _telling(one.words) else 0.0))
        kept = [one for one in ranked if one.near >= _FEWEST][:kept_most]
        return tuple(sorted(kept, key=lambda one: _SPARED * len(one.segments) - one.near))

    def _weighed(
        self, text: str, runs: Sequence[tuple[Segment, ...]], known: dict[int, Segment], found: Evidence,
        meant: frozenset[str], language: str,
    ) -> list[NearStretch]:  # fmt: skip
        around = [_around(run, known) for run in runs]
        wholes = [
            " ".join((*led, *(one.text for one in run))) for led, run in zip(around, runs, strict=True)
        ]  # fmt: skip
        alike = self._alike(text, wholes, language)
        stretches = []
        for run, led, whole, likeness in zip(runs, around, wholes, alike, strict=True):
            report = found.reports[run[0].report]
            share = found.relevance.share(whole, *_frame(report))
            is_compared = likeness > 0 and same_leg(report.language or language, language)
            near = share + likeness if is_compared else _WORDS_ALONE * share
            near += _NAMED if run[0].report in meant else 0.0
            stretches.append(NearStretch(run, led, share, likeness if is_compared else 0.0, near))
        return sorted(stretches, key=lambda one: -one.near)

    def _alike(self, text: str, others: Sequence[str], language: str) -> list[float]:
        """Return how alike a text is to others in meaning, 0 for each where that is not compared on this machine."""
        embedder: Embedder | None = self.library.embedder() if self.library.embeds_here else None
        if embedder is None or not others or not embedder.reads(language):
            return [0.0] * len(others)
        vectors = embedder.embed([text, *others])
        return [max(0.0, float(one)) for one in vectors[1:] @ vectors[0]]


def _telling(text: str) -> set[tuple[object, object]]:
    """Return the figures of a text that stand in no other by chance, and its amounts, however they are written."""
    line = " ".join(text.split())
    keys = {one.key for one in figures(line) if one.unit not in ("", "year") or one.value > _CHANCE}
    return {*keys, *amounts(line)}


def _around(run: tuple[Segment, ...], known: dict[int, Segment]) -> tuple[str, ...]:
    """Return what a stretch is read with: its lead-in, the head of its table, and the heading above."""
    first = run[0]
    led = [known[link].text for link in (first.lead_in, first.header) if link in known and link != first.id]
    return (*first.locator.path[-1:], *led)


def _frame(report: Report) -> Iterable[str]:
    return filter(None, (report.title, report.organisation, report.region))


def _paired(segment: Segment, found: Evidence) -> Iterator[tuple[Segment, ...]]:
    """Yield a segment with the one in front, and with the one behind, where they are text of one page."""
    near = {
        other.position: other for other in found.segments
        if other.passage == segment.passage and other.kind in ("text", "item")
    }  # fmt: skip
    for pair in ((segment.position - 1, segment.position), (segment.position, segment.position + 1)):
        if all(place in near for place in pair):
            yield tuple(near[place] for place in pair)
