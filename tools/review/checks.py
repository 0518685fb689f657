"""The reviewer's free checks: does a sentence say no more than the words it cites? No model call.

Each check looks for one way in which a claim can outrun its evidence: figures, names, negation, how binding it is,
whose opinion, how far it reaches. What remains is whether the cited words speak of the same matter at all. That is
asked leniently: a paraphrase may share few words, and its low score leaves it to a model to settle.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...core.shapes import Doubt
from ...core.text import one_line
from ...language.figures import figures
from ...language.joint import allows, pattern
from ...language.languages import guess_language
from ...language.pack import CHECKS
from ...language.wording import Wording
from .attribution import unattributed
from .figures.binding import figures_beyond, figures_misplaced
from .grounds import Grounds, carried, grounds
from .modality import raised
from .names import is_known, names_beyond, wrong_subject
from .negation import negation_differs
from .parties import roles_swapped
from .quotation import misquoted
from .ranks import ranked_higher
from .reach import scope_widened
from .subjects import subjects_joined

SETTLED_SHARE = 0.75  # from this score on no model needs to be asked: by the words, more likely true than not
_OPEN_SCORE = 0.7  # a claim of which a part stands nowhere is left to a model
_PART_END = pattern(
    "grammar.joining", "grammar.but", "grammar.whereas", lead=r"[,;:]\s|\s[–—]\s|\s", end=r"\s", flags=re.NOFLAG
)
_PART, _HARDLY = 4, 0.6  # terms of such a part, and the share of them that may be there


@dataclass(frozen=True, slots=True)
class Support:
    """How far evidence carries a claim: `score` is 0..1, `doubts` are what it does not say.

    A claim is doubtful where nothing speaks against it, but code knows too little of a language to be relied on.
    """

    score: float
    verdict: Literal["supported", "doubtful", "unsupported"]
    doubts: tuple[Doubt, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """The doubts in words."""
        return [doubt.detail for doubt in self.doubts]


def support(claim: str, evidence: Sequence[str], *, told: Sequence[str] = (), language: str | None = None) -> Support:
    """Check a claim against the sentences it cites.

    `told` is what is known of the source without being quoted (title, organisation, region, date): names and years in
    it may appear in the claim. `language` is that of the source, for texts too short to tell theirs.
    """
    found = compare(claim, evidence, told=told, language=language)
    verdict: Literal["supported", "doubtful", "unsupported"] = "doubtful" if found.doubts else "supported"
    verdict = "unsupported" if found.is_contradicted else verdict
    return Support(round(found.score(carried(found.grounds)), 3), verdict, found.doubts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far words carry a claim, what of it its evidence does not say, and whether a part of it stands nowhere."""

    grounds: Grounds
    doubts: tuple[Doubt, ...]
    has_part_apart: bool

    def score(self, share: float) -> float:
        """Return the score of a claim carried so far by words: 0.5 or more if nothing speaks against it, else less."""
        if self.is_contradicted:
            return 0.4 * share / (1 + sum(doubt.kind != "unchecked" for doubt in self.doubts) / 4)
        return min(0.5 + share / 2, _OPEN_SCORE) if self.has_part_apart or self.doubts else 0.5 + share / 2

    @property
    def is_contradicted(self) -> bool:
        """Whether anything speaks against the claim, besides that not all was checked."""
        return any(doubt.kind != "unchecked" for doubt in self.doubts)


def compare(
    claim: str, evidence: Sequence[str], *, told: Sequence[str] = (), language: str | None = None
) -> Comparison:
    """Compare a claim with the sentences it cites; see `support`."""
    lines = [one_line(text) for text in evidence]  # a page breaks its lines anywhere
    written = guess_language(" ".join(lines)) or language
    spoken = guess_language(claim) or written
    unread, language = list(_unchecked(spoken, written or spoken)), spoken or "en"
    said, held = Wording(one_line(claim), language), Wording(" | ".join(lines), language)
    around = Wording(" | ".join((*lines, *told)), language)
    years = [int(figure.value) for text in told for figure in figures(text) if figure.unit in ("", "year")]
    unknown, names = list(figures_beyond(said, held, years)), list(names_beyond(said, around))
    close = held.closest_to(said)  # a wording is compared with what says the same, not with a whole article
    doubts = [*misquoted(claim, evidence), *unknown, *names]
    doubts += [*figures_misplaced(said, close), *negation_differs(said, close)]
    if not names and close.is_short:  # in a long text a name may stand beside many others
        doubts += [*wrong_subject(said, close, around), *roles_swapped(said, close)]
    if _is_about(said, around):
        doubts += [] if doubts else [*subjects_joined(said, close)]
        doubts += [*raised(said, close), *unattributed(said, close)]
        doubts += [*scope_widened(said, close), *ranked_higher(said, close)]
    else:
        doubts.append(Doubt(kind="about", detail="the cited words do not say this"))
    ground = grounds(said, around, figures=len(unknown), names=len(names))
    return Comparison(ground, (*doubts, *unread), _has_part_apart(said, around))


def _unchecked(*languages: str | None) -> Iterable[Doubt]:
    """Yield a doubt for each language in which not every check may pass a text."""
    for language in dict.fromkeys(languages):
        if missing := [check for check in CHECKS if not allows(language, check)]:
            known = f"in {language!r}" if language else "in a language that is not known"
            yield Doubt(kind="unchecked", detail=f"not checked {known}: {', '.join(missing)}")


def _has_part_apart(claim: Wording, evidence: Wording) -> bool:
    """Tell whether many words of one part of a claim stand nowhere in the evidence, whatever the rest has."""
    parts = [Wording(part, claim.language) for part in _PART_END.split(claim.text)]
    return len(parts) > 1 and any(len(one.terms) >= _PART and evidence.share_of(one) <= _HARDLY for one in parts)


def _is_about(claim: Wording, evidence: Wording) -> bool:
    """Tell whether claim and evidence have anything in common; whether that is enough is left to a model."""
    if claim.terms and evidence.held(claim.terms):
        return True
    keys = {(figure.value, figure.unit) for figure in evidence.figures}
    return any((figure.value, figure.unit) in keys for figure in claim.figures) or any(
        is_known(name, evidence) for name in claim.names
    )
