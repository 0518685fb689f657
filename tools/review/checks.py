"""The reviewer's free checks: does a sentence say no more than the words it cites? No model call.

Each check looks for one way in which a claim can outrun its evidence: figures, names, negation, how binding it is,
whose opinion, how far it reaches. What remains is whether the cited words speak of the same matter at all. That is
asked leniently: a paraphrase may share few words, and is left to a model to settle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...core.shapes import Doubt
from ...core.text import one_line
from ...language.figures import figures
from ...language.joint import allows
from ...language.languages import guess_language
from ...language.pack import CHECKS
from ...language.wording import Wording
from .attribution import unattributed
from .figures.binding import figures_beyond
from .grounds import Grounds, carried, grounds
from .modality import raised
from .names import codes_beyond, is_known, names_beyond, subject_differs
from .negation import negation_differs
from .odds import against, precision
from .proofs import proven_wrong
from .quotation import misquoted
from .ranks import ranked_higher
from .reach import scope_widened

_LIKELY = 0.5  # score from which a claim is taken as said, if nothing speaks against it; the weights are fitted to it
_PROVABLE = ("figure", "quotation")
_SAME = 0.5  # of a claim's terms in the evidence: both are in one language


@dataclass(frozen=True, slots=True)
class Support:
    """How far evidence carries a claim: `score` is 0..1, `doubts` are what it does not say.

    "supported" is a claim whose words its evidence has, and nothing speaks against. "unsupported" is one with a written
    figure or a quotation that its evidence does not have: such an alarm is more often right than wrong even if one
    claim in twenty is. No other is, and so all else is "doubtful": what code has doubts about, what the evidence has
    too few words of, and what is in a language, or in two, of which code knows too little.
    """

    score: float
    verdict: Literal["supported", "doubtful", "unsupported"]
    doubts: tuple[Doubt, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """The doubts in words."""
        return [doubt.detail for doubt in self.doubts]


def support(
    claim: str, evidence: Sequence[str], *, told: Sequence[str] = (), language: str | None = None,
    spoken: str | None = None,
) -> Support:  # fmt: skip
    """Check a claim against the sentences it cites.

    `told` is what is known of the source without being quoted (title, organisation, region, date): names and years in
    it may appear in the claim. `language` is that of the source, for texts too short to tell theirs; `spoken` is that
    of the claim, where it is known.
    """
    found = compare(claim, evidence, told=told, language=language, spoken=spoken)
    score = round(carried(found.grounds), 3)
    verdict: Literal["supported", "doubtful", "unsupported"] = "doubtful"
    if any(doubt.kind in _PROVABLE for doubt in found.doubts) and proven_wrong(
        claim, evidence, told=told, language=found.language
    ):
        verdict = "unsupported"
    elif score >= _LIKELY and not found.doubts:
        verdict = "supported"
    return Support(score, verdict, found.doubts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far words carry a claim, and what of it its evidence does not say."""

    grounds: Grounds
    doubts: tuple[Doubt, ...]
    language: str


def compare(
    claim: str, evidence: Sequence[str], *, told: Sequence[str] = (), language: str | None = None,
    spoken: str | None = None,
) -> Comparison:  # fmt: skip
    """Compare a claim with the sentences it cites; see `support`."""
    line, lines = one_line(claim), [one_line(text) for text in evidence]
    written = guess_language(" ".join(lines)) or language
    is_known_to_be, spoken = spoken, spoken or guess_language(claim) or written
    if (
        spoken not in (written, is_known_to_be)
        and Wording(" ".join(lines), written or "en").share_of(Wording(line, written or "en")) >= _SAME
    ):
        spoken = written  # a short claim in the very words is easily taken for one in a kindred language
    said, held = Wording(line, spoken or "en"), Wording(" | ".join(lines), spoken or "en")
    around = Wording(" | ".join((*lines, *told)), said.language)
    years = [int(figure.value) for text in told for figure in figures(text) if figure.unit in ("", "year")]
    doubts = [*misquoted(claim, evidence), *figures_beyond(said, held, years)]
    if spoken == (written or spoken):  # in two languages words cannot be compared
        doubts += _worded_otherwise(said, held.closest_to(said), around)
    else:
        doubts += codes_beyond(said, around)
    nearest = max(held.sentences, key=lambda sentence: len(sentence.held(said.terms)), default=held).text
    found = [_completed(doubt, line, nearest) for doubt in doubts]
    ground = grounds(said, around, against=against(doubt.kind for doubt in doubts))
    return Comparison(ground, (*found, *_unchecked(spoken, written or spoken)), said.language)


def _worded_otherwise(said: Wording, close: Wording, around: Wording) -> Iterable[Doubt]:
    """Yield what words tell: a wording is compared with what says the same, not with a whole article."""
    yield from (names := [*names_beyond(said, around)])
    yield from [] if names else subject_differs(said, close, around)
    yield from negation_differs(said, close)
    if not _is_about(said, around):
        yield Doubt(kind="about", detail="the cited words do not say this")
        return
    yield from raised(said, close)
    yield from unattributed(said, close)
    yield from scope_widened(said, close)
    yield from ranked_higher(said, close)


def _completed(doubt: Doubt, line: str, nearest: str) -> Doubt:
    """Return a doubt with what it is about, the whole claim and its nearest words if nothing closer is known."""
    return Doubt(
        kind=doubt.kind, span=doubt.span or (0, len(line)), words=doubt.words or nearest, detail=doubt.detail,
        precision=precision(doubt.kind),
    )  # fmt: skip


def _unchecked(spoken: str | None, written: str | None) -> Iterable[Doubt]:
    """Yield a doubt for each language in which not every check may pass a text, and for a claim in another one."""
    for language in dict.fromkeys((spoken, written)):
        if missing := [check for check in CHECKS if not allows(language, check)]:
            known = f"in {language!r}" if language else "in a language that is not known"
            yield Doubt(kind="unchecked", detail=f"not checked {known}: {', '.join(missing)}")
    if spoken != written:
        detail = f"a claim in {spoken!r} and words in {written!r} are compared by their figures alone"
        yield Doubt(kind="unchecked", detail=detail)


def _is_about(claim: Wording, evidence: Wording) -> bool:
    """Tell whether claim and evidence have anything in common; whether that is enough is left to a model."""
    if claim.terms and evidence.held(claim.terms):
        return True
    keys = {(figure.value, figure.unit) for figure in evidence.figures}
    return any((figure.value, figure.unit) in keys for figure in claim.figures) or any(
        is_known(name, evidence) for name in claim.names
    )
