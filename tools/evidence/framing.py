"""Whose words follow: the line in front of a quote, and a quote with it as one sentence."""

from collections.abc import Sequence

from ...core.shapes import Claim
from ...core.text import one_line
from ...core.types import Citation, Framing, Locator, Verb
from ...language.joint import pattern
from ..document.phrases import phrases

_VERBS: tuple[Verb, ...] = ("recommends", "proposes", "expects", "aims", "plans", "requires")
_CUES = tuple((verb, pattern(f"modality.verbs.{verb}")) for verb in _VERBS)
_NEGATED = pattern("denial.plain")
STATES_TOLD = ("draft", "superseded")  # other states of a report go without saying
GAP = " … "


def framed(quote: Citation, verb: Verb, also: Sequence[Framing] = ()) -> Framing:
    """Return whose words are quoted, where they stand, and how they are meant."""
    return Framing(
        issuer=quote.organisation or quote.title, region=quote.region, date=quote.date, status=quote.status,
        place=quote.locator.label, verb=verb, also=tuple(also),
    )  # fmt: skip


def introduction(framing: Framing) -> str:
    """Return the line in front of a quote: "Site Council (Europe, 2026), p. 2, requires"."""
    words = phrases(framing.language)
    others = "; ".join(source(one.model_copy(update={"language": framing.language})) for one in framing.also)
    same = f", {words.told('framing.also', others=others)}" if others else ""
    return f"{source(framing)}, {words.told(f'verb.{framing.verb}')}{same}"


def in_short(framing: Framing, place: Locator) -> str:
    """Return the line in front of a quote with the last part of its place alone, "" where that is all of it.

    Who else prints the same words is only counted.
    """
    label = place.label if place.page is not None or not place.path else f"§ {place.path[-1]}"
    words = phrases(framing.language)
    others = f", {words.told('framing.and_more', number=len(framing.also))}" if framing.also else ""
    told = f"{source(framing.model_copy(update={'place': label}))}, {words.told(f'verb.{framing.verb}')}{others}"
    return "" if told == introduction(framing) else told


def source(framing: Framing) -> str:
    """Return whose words they are and where they stand: "Site Council (Europe, 2026), p. 2"."""
    status = phrases(framing.language).state(framing.status) if framing.status in STATES_TOLD else ""
    tags = [(framing.region or "").split("/")[-1], (framing.date or "")[:4], status]
    told = ", ".join(tag for tag in tags if tag)
    return f"{framing.issuer}{f' ({told})' if told else ''}, {framing.place}"


def quoted(quotes: Sequence[Citation]) -> str:
    """Return quotes as one, with a gap between them."""
    return GAP.join(one_line(quote.quote) for quote in quotes)


def sentence(framing: Framing, quotes: Sequence[Citation]) -> str:
    """Return quotes that speak for themselves as the text of a claim."""
    return f"{introduction(framing)}: “{quoted(quotes)}”"


def reworded(claim: Claim, language: str) -> Claim:
    """Return a claim whose quotes speak for themselves with the line in front of them in a language."""
    if claim.framing is None or claim.framing.language == language:
        return claim
    framing = claim.framing.model_copy(update={"language": language})
    return claim.model_copy(update={"framing": framing, "text": sentence(framing, claim.quotes)})


def verb_of(text: str) -> Verb:
    """Return how words are meant, by their own verb; a negated or mixed one becomes "says"."""
    cues = [verb for verb, sign in _CUES if sign.search(text)]
    return cues[0] if len(cues) == 1 and not _NEGATED.search(text) else "says"
