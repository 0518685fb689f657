"""What is not in a report's text and where: in the words of pages, slides, sections or sheets."""

from collections.abc import Iterable, Sequence

from ..core.shapes import Gaps, Locator, NotInText
from .amount import number_list
from .console import flat

_MOST = 5  # places that are named one by one


def gaps_told(file: Gaps) -> list[str]:
    """Return a few words a gap: "no readable text (pp. 3, 5–6 of 12)", "left out: struck text (§ 2 Costs)"."""
    told = []
    if file.pages_without_text:
        places = file.places_without_text
        of = f" of {file.pages:,}" if file.pages and all(place.kind in ("page", "slide") for place in places) else ""
        told.append(f"no readable text ({place_list(file.pages_without_text, places)}{of})")
    told += [f"not read: {what}" for what in _by_what(file.unread)]
    return told + [f"left out: {what}" for what in _by_what(file.left_out)]


def place_list(pages: Sequence[int], places: Sequence[Locator]) -> str:
    """Return "p. 3", "slides 3, 5–9", "sheet ‘Costs’, sheet ‘Sites’"; `places` are none for the pages of a PDF."""
    if not places:
        return number_list(pages, "p.", "pp.")
    parts = []
    for kind, one, several in (("page", "p.", "pp."), ("slide", "slide", "slides")):
        if numbers := [place.page for place in places if place.kind == kind and place.page is not None]:
            parts.append(number_list(numbers, one, several))
    labels = list(dict.fromkeys(flat(place.label) for place in places if place.kind in ("section", "sheet")))
    parts += labels if len(labels) <= _MOST else [*labels[: _MOST - 1], f"and {len(labels) - _MOST + 1:,} more"]
    return ", ".join(parts)


def _by_what(parts: Iterable[NotInText]) -> list[str]:
    """Return what is not in a file's text, each with the places where it stands."""
    places: dict[str, list[Locator]] = {}
    for part in parts:
        for what in part.what:
            places.setdefault(flat(what), []).extend([part.place] if part.place else [])
    return [f"{what} ({place_list((), found)})" if found else what for what, found in places.items()]
