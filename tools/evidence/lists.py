"""Finds the list that answers a question, whole: below its lead-in, spread over headings, or in the rows of a table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...core.types import Segment
from ...language.stems import content_terms
from ...vectorstore.index.catalogue import Catalogue
from ..search.search import Evidence
from .scoring import Scored

Items = tuple[tuple[Segment, ...], ...]
MOST_ITEMS = 40  # of one list
_SHORTEST = 2
_SHORTEST_SPREAD = 3  # parts with a number each, of a list that has no lead-in of its own
_WORTH = 0.8  # share of the best score that a lead-in, or one of the parts, needs
_LOOKED_AT = 5  # best segments that may be one of the parts, or a row
_REACH = 400  # segments around a part among which the others are looked for
_BETWEEN = 2  # segments of text between two items of one list
_FAR = 60  # segments behind an item that may still be of its list
_NEAR = 8  # segments in front of the first part that may announce them
_COLONS = (":", "：")
_APART = ("furniture", "contents", "reference")


def list_of(evidence: Evidence, catalogue: Catalogue, scored: Sequence[Scored]) -> Items:
    """Return the items of the list that answers a question, one run of segments each, or nothing.

    What belongs to an item is in its run; its segments have the lead-in that announces them, headings too.
    """
    close = [item for item in scored[:_LOOKED_AT] if item.score >= _WORTH * scored[0].score]
    terms = set(evidence.plan.terms)
    spread = _spread(close, catalogue, evidence.plan.language, terms)
    return (spread or _below_lead_in(catalogue, scored) or _rows(close, evidence, catalogue, terms))[:MOST_ITEMS]


def items_of(lead: Segment, catalogue: Catalogue, depth: int = 2) -> list[tuple[Segment, ...]]:
    """Return the items below a lead-in, one run of segments each, followed by the items below it.

    Text that an item leads to, and items behind it that the report goes on with, are part of the list.
    """
    found: list[tuple[Segment, ...]] = []
    own = _by_block(catalogue.items_of(lead))
    for run in [*own, *_goes_on(lead, own, catalogue)]:
        below = [one for segment in run for one in items_of(segment, catalogue, depth - 1)] if depth > 1 else []
        found += [run if below else (*run, *_led_text(run, catalogue)), *below]
    return found


def _below_lead_in(catalogue: Catalogue, scored: Sequence[Scored]) -> Items:
    """Return the items of the list whose lead-in fits best, as far as it fits nearly as well as anything does."""
    needed = _WORTH * scored[0].score
    scores = {item.segment.id: item.score for item in scored}
    reached = dict.fromkeys(item.segment.lead_in for item in scored if item.segment.lead_in is not None)
    leads = catalogue.segments(link for link in reached if scores.get(link, 0.0) >= needed)
    for lead in sorted(leads.values(), key=lambda found: (-scores[found.id], found.id)):
        items = items_of(lead, catalogue)
        if len(items) >= _SHORTEST:
            return tuple(items)
    return ()


def _by_block(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """Return segments block by block; the rest of an item behind a page turn stays with it."""
    found: list[tuple[Segment, ...]] = []
    for segment in segments:
        last = found[-1][-1] if found else None
        if last is not None and _is_rest(segment, last):
            found[-1] = (*found[-1], segment)
        else:
            found.append((segment,))
    return found


def _goes_on(lead: Segment, own: Sequence[tuple[Segment, ...]], catalogue: Catalogue) -> list[tuple[Segment, ...]]:
    """Return the items behind those of a lead-in with the same sign in front, where but a few words stand between."""
    if not own or not (sign := _sign(own[0][0].text)):
        return []
    last, between, found = own[-1][-1], 0, list[Segment]()
    for segment in catalogue.stretch(last.report, last.position + 1, last.position + _FAR):
        if segment.kind in _APART:
            continue
        is_same = segment.kind == "item" and segment.lead_in is None
        if is_same and (_sign(segment.text) == sign or (found and _is_rest(segment, found[-1]))):
            found.append(replace(segment, lead_in=lead.id))
            between = 0
        elif segment.kind != "text" or (between := between + 1) > _BETWEEN:
            break
    return _by_block(found)


def _is_rest(segment: Segment, of: Segment) -> bool:
    return of.block == segment.block or of.continues == segment.id


def _sign(text: str) -> str:
    """Return the bullet that a text begins with, "" for none."""
    return text[0] if text and not text[0].isalnum() and text[0] not in "(“\"'«[" else ""


def _led_text(run: Sequence[Segment], catalogue: Catalogue) -> Iterator[Segment]:
    """Yield the text right behind an item that only announces it, up to the next item."""
    if not run[-1].text.endswith(_COLONS):
        return
    for segment in catalogue.stretch(run[-1].report, run[-1].position + 1, run[-1].position + _BETWEEN):
        if segment.kind != "text":
            return
        yield segment


def _spread(close: Sequence[Scored], catalogue: Catalogue, language: str, terms: set[str]) -> Items:
    """Return the parts of a list that is spread over a text, each begun by a word that is asked for and its number."""
    for item in close:
        at = item.segment.position
        around = catalogue.stretch(item.segment.report, max(0, at - _REACH), at + _REACH)
        around = [one for one in around if one.kind not in _APART]
        begun = dict.fromkeys(part[0] for one in around if (part := _numbered(one.text)))
        for word in begun:
            named = set(content_terms(word, language)) & terms
            parts = _sequence(word, around, item.segment) if named else []
            if len(parts) >= _SHORTEST_SPREAD:
                first = parts[0].position
                before = [one for one in around if first - _NEAR <= one.position < first and one.kind == "text"]
                leads = (one for one in before[::-1] if named & set(content_terms(one.text, language)))
                lead = next(leads, None)
                return tuple((replace(one, lead_in=lead.id) if lead else one,) for one in parts)
    return ()


def _numbered(text: str) -> tuple[str, int] | None:
    """Return the word and the number that a text begins with: "Step 2: …"."""
    word, _, rest = text.strip().partition(" ")
    number = rest.strip().partition(" ")[0].rstrip(".:)–-")
    return (word.casefold(), int(number)) if word.isalpha() and number.isascii() and number.isdigit() else None


def _sequence(word: str, segments: Iterable[Segment], within: Segment) -> list[Segment]:
    """Return the parts numbered from one on, in order, that a segment is one of or announces."""
    runs: list[list[Segment]] = []
    for segment in segments:
        found = _numbered(segment.text)
        if found is None or found[0] != word:
            continue
        if found[1] == 1:
            runs.append([segment])
        elif runs and found[1] == len(runs[-1]) + 1:
            runs[-1].append(segment)
    return next((run for run in runs if within in run or 0 < run[0].position - within.position <= _NEAR), [])


def _rows(close: Sequence[Scored], evidence: Evidence, catalogue: Catalogue, terms: set[str]) -> Items:
    """Return all rows of a table whose header has a word asked for, where the question names nothing in a row."""
    for item in close:
        header = item.segment.header
        if item.segment.kind != "row" or header is None or header == item.segment.id or evidence.plan.names:
            continue
        head = catalogue.segments([header]).get(header)
        if head is None or not terms & set(content_terms(head.text, evidence.plan.language)):
            continue
        around = catalogue.stretch(head.report, head.position + 1, head.position + _REACH)
        rows = _by_block([one for one in around if one.header == header])
        if len(rows) >= _SHORTEST:
            return tuple(rows)
    return ()
