"""What can be seen of the evidence for a question, from which it is told whether it answers."""

from collections.abc import Iterable, Sequence

from ...core.text import fold
from ...language.figures import figures
from ...language.places import known_forms
from ...vectorstore.ranking.fusion import scaled
from ..search.search import Evidence
from .confidence import Features
from .scoring import Scored

_LOOKED_AT = 4  # best segments, one of which should hold the question's words close together
_BEST = 6  # hits of a leg, the first of which is compared with the others


def features(evidence: Evidence, scored: Sequence[Scored]) -> Features:
    """Return what speaks for the evidence, all 0 where there is none; `scored` are its segments, best first."""
    if not scored:
        return Features(**dict.fromkeys(Features.__dataclass_fields__, 0.0))
    best = scored[0]
    elsewhere = next((item.score for item in scored if item.segment.passage != best.segment.passage), 0.0)
    similar = sorted((scaled(item.similarity) for item in evidence.ranked if item.similarity), reverse=True)
    told = evidence.reports[best.segment.report]
    passage = next(item.passage for item in evidence.ranked if item.passage.id == best.segment.passage)
    frame = [
        *passage.locator.path, told.title, told.organisation or "", told.file, told.region or "", told.date or "",
    ]  # fmt: skip
    known = [passage.text, *frame]
    own = [best.segment.text, *best.led_by, *frame]
    return Features(
        segment=min(1.0, max(0.0, best.score)),
        lead=evidence.relevance.share(best.segment.text, *best.led_by),
        closeness=max(evidence.relevance.closeness(item.segment.text) for item in scored[:_LOOKED_AT]),
        word_margin=_margin([item.words for item in evidence.ranked]),
        segment_margin=min(1.0, max(0.0, best.score - max(0.0, elsewhere))),
        similarity_margin=similar[0] - sum(similar[1:_BEST]) / len(similar[1:_BEST]) if len(similar) > 1 else 0.0,
        similarity=similar[0] if similar else 0.0,
        names=_share_of_names(evidence.plan.names, own if best.is_of_another else known),
        years=_share_of_names(evidence.plan.years, known),
        figures=_share_of_figures(evidence.plan.question, known),
        typed=_typed(evidence, best),
    )


def _typed(evidence: Evidence, best: Scored) -> float:
    """Return 1 where the best segment or what stands beside it gives what is asked for, 0.5 where any text would do."""
    if evidence.plan.expects == "anything":
        return 0.5
    return float(any(evidence.relevance.gives(text) for text in (best.segment.text, *best.led_by, *best.around)))


def _margin(scores: Iterable[float]) -> float:
    """Return by how much the best score stands out from the next ones, as a share of it."""
    best, *others = sorted(scores, reverse=True)[:_BEST]
    return (best - sum(others) / len(others)) / best if best and others else 0.0


def _share_of_names(names: Sequence[str], texts: Sequence[str]) -> float:
    """Return the share of names that stand in any of the texts; 1 when there are none to look for.

    An acronym stands where it begins with a capital: INCITE is not in "to incite". That of a place may be spelled out.
    """
    if not names:
        return 1.0
    written = " ".join(texts)
    whole = fold(written)
    return sum(_stands(name, written, whole) for name in names) / len(names)


def _stands(name: str, written: str, whole: str) -> bool:
    if not (name.isalpha() and name.isupper()):
        return fold(name) in whole
    place = known_forms().get(fold(name))
    return name in written or name.capitalize() in written or (place is not None and place in whole)


def _share_of_figures(question: str, texts: Sequence[str]) -> float:
    """Return the share of a question's figures, years among them, that the texts give; 1 when there are none."""
    asked = {figure.key for figure in figures(question)}
    given = {figure.key for text in texts for figure in figures(text)} if asked else set()
    return len(asked & given) / len(asked) if asked else 1.0
