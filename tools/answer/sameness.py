"""Whether two figures are of the same matter: only then can they disagree, or one of them have become the other.

A false "they disagree" is worse than none, so what cannot be told from the words is taken for another matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ...core.shapes import Citation
from ...core.text import fold
from ...language.figures import UNIT_WORDS, Figure, figures
from ...language.joint import pattern, vocabulary
from ...language.languages import guess_language
from ...language.stems import content_terms, terms
from ...language.wording import NAME, NOUNS_ARE_CAPITAL
from ...language.years import YEAR
from ..review.names import CALENDAR

_LEAST = 2  # words that both must have
_HELD = 0.6  # share of the shorter one's words that the other has, at least
_SHARED = 0.3  # share of the words of both that are common, at least
_MODAL = ("modality.advice", "modality.intent", "modality.duty", "modality.leave", "modality.possible")
_BINDS = pattern(*_MODAL)
_BINDS_ALL = pattern("modality.duty", "modality.leave")
_DOES = pattern(*_MODAL, end=r"\b(?:\s[^\W\d_]+\b)?")  # with its verb: one may draw, use or follow
# "the agency expects the site …": it is the site that the figure is of
_TOLD = pattern(
    "modality.advice", "attribution.speech", lead=r"^\W*(?:[^\W\d_][\w-]*\s){1,4}?(?:", end=r")(?:\sthat)?\b"
)
_BOUND = pattern("figures.at_most", "figures.at_least", "figures.about", lead="^", end="$")
_BY = pattern("time.bound", "time.until", end=r"\s(?:\w+\s){0,3}$")
_MATTERS_NOT = frozenset(fold(word) for word in (*vocabulary("question.compared"), *UNIT_WORDS))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a figure is of: the words around it in their order, but names, bounds, what is done and who says so.

    `all` are these words with what is done, `names` the proper names beside it, `years` those it holds for (no
    deadlines), `heading` the words of the heading it stands under. `binds` tells a limit, a plan or a duty from what
    was merely counted, `limits` a limit or a duty alone.
    """

    words: tuple[str, ...]
    all: frozenset[str]
    names: frozenset[str]
    years: frozenset[str]
    heading: tuple[str, ...]
    binds: bool
    limits: bool
    speaker: tuple[str, ...]
    speaks_for_region: bool


def matter(citation: Citation, figure: Figure) -> Matter:
    """Return what a figure of a quote is of."""
    quote = citation.quote
    language = guess_language(quote) or "en"
    said = _TOLD.sub(" ", _beside(quote, figure))
    bounded = figure.bound in ("at most", "at least")
    names = _names(said, language)
    path = citation.locator.path
    return Matter(
        words=tuple(_words(_DOES.sub(" ", said), language, names)), all=frozenset(_words(said, language, names)),
        names=names,
        years=frozenset(year.group() for year in YEAR.finditer(quote) if not _BY.search(quote[: year.start()])),
        heading=tuple(_words(path[-1], language, frozenset())) if path else (),
        binds=bounded or bool(_BINDS.search(quote)), limits=bounded or bool(_BINDS_ALL.search(quote)),
        speaker=tuple(filter(None, (citation.organisation or citation.title, citation.region))),
        speaks_for_region=citation.region is not None,
    )  # fmt: skip


def may_disagree(one: Matter, other: Matter) -> bool:
    """Tell whether two speakers can contradict each other with their figures.

    They do so on what binds somebody, each for its region, on limits, or on something that both name: what two
    companies each counted or plan of their own differs without any contradiction, and so do the years of one speaker.
    """
    if one.speaker == other.speaker or not _is_alike(one, other):
        return False
    regions = one.speaks_for_region and other.speaks_for_region and (one.binds or other.binds)
    return regions or (one.limits and other.limits) or bool(one.names & other.names)


def is_same_provision(old: Matter, new: Matter) -> bool:
    """Tell whether two editions give a figure in the same provision: the same words, under headings that are akin."""
    akin = not old.heading or not new.heading or bool(set(old.heading) & set(new.heading))
    return akin and _is_alike(old, new)


def _is_alike(one: Matter, other: Matter) -> bool:
    """Tell whether two figures are of one thing: much the same words, and no word that stands for another."""
    if one.years and other.years and one.years != other.years:
        return False
    mine, theirs = one.all, other.all
    common = len(mine & theirs)
    if common < _LEAST or common < _HELD * min(len(mine), len(theirs)) or common < _SHARED * len(mine | theirs):
        return False
    return not _is_contrary(one.words, other.words) and not (
        set(one.heading) & set(other.heading) and _is_contrary(one.heading, other.heading)
    )


def _is_contrary(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether a word stands where the other has another: "fines for providers", "fines for institutions".

    At the beginning, where the subject is, also one word for several.
    """
    return any(
        kind == "replace" and (start - end == begin - stop or start == begin == 0)
        for kind, start, end, begin, stop in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
        if not set(mine[start:end]) & set(theirs) and not set(theirs[begin:stop]) & set(mine)
    )


def _beside(quote: str, figure: Figure) -> str:
    """Return the words a figure belongs to: the whole quote, or where it has several such figures those up to it."""
    others = [other for other in figures(quote) if other.unit not in ("", "year") and other.start != figure.start]
    begin = max((other.end for other in others if other.end <= figure.start), default=0)
    head = _without_bound(quote[begin : figure.start])
    if not others:
        return f"{head} {quote[figure.end :]}"
    end = min((other.start for other in figures(quote) if other.start >= figure.end), default=len(quote))
    return f"{head} {quote[figure.end : end]}"


def _without_bound(head: str) -> str:
    words = head.split()
    for length in (4, 3, 2, 1):
        if _BOUND.search(" ".join(words[-length:])):
            return " ".join(words[:-length])
    return head


def _names(text: str, language: str) -> frozenset[str]:
    """Return the proper names in a text; a word that begins it may be none, and no month is one."""
    if language in NOUNS_ARE_CAPITAL:
        return frozenset()
    begins = len(text) - len(text.lstrip(" \t\n\"'“‘(|•-–"))
    found = (match[0] for match in NAME.finditer(text) if match.start() > begins)
    return frozenset(term for name in found if fold(name) not in CALENDAR for term in terms(name, language))


def _words(text: str, language: str, names: Iterable[str]) -> list[str]:
    own = set(names)
    bounds = {word for word in text.split() if _BOUND.search(f"{word} of")}
    plain = " ".join(
        word for word in text.split() if word not in bounds and fold(word.strip(".,;:()")) not in _MATTERS_NOT
    )
    return [word for word in content_terms(plain, language) if not word[0].isdigit() and word not in own]
