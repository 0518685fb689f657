"""Where a sentence stands among the words that a draft was shown, if not in those it cites: models mistake numbers."""

from collections.abc import Iterable, Sequence

from ...core.text import one_line
from ...core.types import Segment
from ...language.wording import Wording

_LEAST = 0.75  # of the sentence's terms, in the words that could carry it
_MOST = 4  # runs of segments that are worth a check
Stretch = tuple[Segment, ...]


def places(claim: Wording, cited: Sequence[str], shown: Sequence[Segment]) -> list[Stretch]:
    """Return the segments, or pairs of neighbours, with most of a sentence's words, best first; no headings.

    None has fewer of them than the cited words together.
    """
    least = max(_LEAST, Wording(one_line(" | ".join(cited)), claim.language).share_of(claim))
    held = {
        one.id: Wording(one_line(one.text), claim.language).held(claim.terms) for one in shown if one.kind != "heading"
    }
    for one in shown:  # what a page turn cuts off is cited with it
        if one.id in held and one.continues in held:
            held[one.id] |= held[one.continues]
    ranked: list[tuple[float, int, int, Stretch]] = []
    for run in _runs([one for one in shown if one.id in held]):
        parts = [held[one.id] for one in run]
        share = len(set().union(*parts)) / len(claim.terms) if claim.terms else 0.0
        needed = all(part - set().union(*(other for other in parts if other is not part)) for part in parts)
        if share >= least and (needed or len(run) == 1):
            ranked.append((-share, len(run), len(ranked), run))
    return [run for *_, run in sorted(ranked, key=lambda entry: entry[:3])[:_MOST]]


def _runs(segments: Sequence[Segment]) -> Iterable[Stretch]:
    for at, segment in enumerate(segments):
        yield (segment,)
        after = segments[at + 1] if at + 1 < len(segments) else None
        if after and (after.report, after.block, after.position) == (
            segment.report,
            segment.block,
            segment.position + 1,
        ):
            yield segment, after
