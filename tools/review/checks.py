"""The reviewer's free checks: does a sentence say no more than the words it cites? No model call.

Each check looks for one way in which a claim can outrun its evidence: figures, names, negation, how binding it is,
whose opinion, how far it reaches. What remains is whether the cited words speak of the same matter at all. That is
asked leniently: a paraphrase may share few words, and its low score leaves it to a model to settle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ...core.languages import guess_language
from ..figures import figures
from .binding import figures_beyond, figures_misplaced
from .contraries import contrary
from .grounds import Grounds, carried, grounds
from .modality import raised, unattributed
from .names import is_known, names_beyond, wrong_subject
from .negation import negation_differs
from .reach import ranked_higher, scope_widened
from .subjects import subjects_joined
from .wording import Wording

SETTLED_SHARE = 0.75  # from this score on no model needs to be asked: by the words, more likely true than not
_ENOUGH = 2  # words, names or figures in common, without which the evidence is about something else
_ENOUGH_UNNAMED = 4  # where the evidence names somebody whom the claim does not
_NAME, _FIGURE = 2, 2  # what a common name or figure counts, a word being 1


@dataclass(frozen=True, slots=True)
class Support:
    """How far evidence carries a claim: `score` is 0..1, `reasons` name what it does not say."""

    score: float
    verdict: Literal["supported", "unsupported"]
    reasons: list[str] = field(default_factory=list)


def support(claim: str, evidence: Sequence[str], *, told: Sequence[str] = ()) -> Support:
    """Check a claim against the sentences it cites.

    `told` is what is known of the source without being quoted (title, organisation, region, date): names and years in
    it may appear in the claim.
    """
    found, reasons = compare(claim, evidence, told=told)
    return Support(round(score(carried(found), reasons), 3), "unsupported" if reasons else "supported", reasons)


def score(share: float, reasons: Sequence[str]) -> float:
    """Return the score of a claim carried this far by words: 0.5 or more if nothing speaks against it, else less."""
    return 0.4 * share / (1 + len(reasons) / 4) if reasons else 0.5 + share / 2


def compare(claim: str, evidence: Sequence[str], *, told: Sequence[str] = ()) -> tuple[Grounds, list[str]]:
    """Return how much of a claim stands in the evidence, and what of it does not; see `support`."""
    language = guess_language(claim) or "en"
    said, held = Wording(claim, language), Wording(" | ".join(evidence), language)
    around = Wording(" | ".join((*evidence, *told)), language)
    years = [int(figure.value) for text in told for figure in figures(text) if figure.unit in ("", "year")]
    unknown, names = list(figures_beyond(said, held, years)), list(names_beyond(said, around))
    close = held.closest_to(said)  # a wording is compared with what says the same, not with a whole article
    reasons = [*unknown, *names, *figures_misplaced(said, close), *negation_differs(said, close)]
    reasons += [] if names else wrong_subject(said, close)
    if _is_about(said, around):
        reasons += [] if reasons else [*contrary(said, close), *subjects_joined(said, close)]
        reasons += [*raised(said, close), *unattributed(said, close)]
        reasons += [*scope_widened(said, close), *ranked_higher(said, close)]
    else:
        reasons.append("the cited words do not say this")
    return grounds(said, around, figures=len(unknown), names=len(names)), reasons


def _is_about(claim: Wording, evidence: Wording) -> bool:
    """Tell whether claim and evidence have enough in common to speak of the same matter."""
    known = evidence.held(claim.terms)
    keys = {figure.key for figure in evidence.figures}
    own = claim.figures
    named = {name for name in claim.names if is_known(name, evidence)} | (
        evidence.bearers & claim.held(evidence.bearers)
    )
    common = len(known) + _FIGURE * sum(figure.key in keys for figure in own) + (_NAME - 1) * len(named)
    enough = _ENOUGH if named or not evidence.names else _ENOUGH_UNNAMED
    return 0 < min(enough, len(claim.terms) + _FIGURE * len(own)) <= common
