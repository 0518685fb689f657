"""The region a report speaks for: that of its issuer, of the names in its title, of the address it prints."""

from collections import Counter

from ...core.text import fold
from ...language.places import REGION_OF_DOMAIN, known_forms, nested_region
from ..reading.layout.imprint import ENDING, WORD
from .found import Found
from .issuer import known
from .opening import Opening

_EARLY = 14  # lines
_MOST = 0.75  # of the lines that name a place
_GENERAL = frozenset({"com", "org", "net", "int", "edu", "info"})
_SHORT = frozenset({"us", "eu", "uk", "usa"})  # as folded words these mean a place only in capitals


def region_of(opening: Opening, title: str, organisation: str | None) -> Found | None:
    """Return the region, `None` where nothing but the language tells, or two are named."""
    if organisation and (held := known(organisation)) is not None:
        return Found(nested_region(held.region), "the organisation", 0.9) if held.region else None
    for text, how, sure in ((organisation or "", "the name of the organisation", 0.85), (title, "the title", 0.75)):
        places = _places(text)
        if len(places) == 1:
            return Found(nested_region(places[0]), how, sure)
        if len(places) > 1:
            return None
    if organisation and (place := _spoken_of(opening)):
        return Found(nested_region(place), "the place it speaks of", 0.6)
    state = {place for end in _ends(opening) if (place := REGION_OF_DOMAIN.get(end))}
    return (
        Found(nested_region(state.pop()), "an address on its first pages", 0.6)
        if len(state) == 1 and organisation
        else None
    )


def _places(text: str) -> list[str]:
    """Return the places a text names, or whose people it names, each once; a union beside a part of it is left out."""
    words = [(fold(word), word) for word in WORD.findall(text)]
    names = known_forms()
    found: list[str] = []
    at = 0
    while at < len(words):
        for size in (3, 2, 1):
            folded = " ".join(word for word, _ in words[at : at + size])
            short = folded in _SHORT and not words[at][1].isupper()
            place = names.get(folded)
            if place and words[at][1][:1].isupper() and not short:
                found.append(place)
                at += size - 1
                break
        at += 1
    single = list(dict.fromkeys(found))
    return [place for place in single if not any(_holds(place, other) for other in single if other != place)]


def _spoken_of(opening: Opening) -> str | None:
    """Return the one place that the opening of a report is about: named early, and hardly another beside it."""
    named = Counter(place for line in opening.lines for place in _places(line))
    early = {place for line in opening.lines[: min(opening.near, _EARLY)] for place in _places(line)}
    place, times = max(named.items(), key=lambda item: item[1], default=("", 0))
    return place if place in early and times >= _MOST * named.total() else None


def _holds(whole: str, part: str) -> bool:
    return nested_region(part).startswith(f"{nested_region(whole)}/")


def _ends(opening: Opening) -> list[str]:
    text = "\n".join((*opening.lines[:120], opening.around))
    return [match[1].lower() for match in ENDING.finditer(text) if match[1].lower() not in _GENERAL]
