"""The region a report speaks for: that of its issuer, of the names in its title, of the address it prints."""

from ...core.text import fold
from ...language.places import REGION_NAMES, REGION_OF_DOMAIN, known_forms, nested_region
from ..reading.layout.imprint import ENDING, WORD
from .found import Found
from .issuer import known
from .opening import Opening

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
    found = []
    for size in (3, 2, 1):
        for at in range(len(words) - size + 1):
            folded = " ".join(word for word, _ in words[at : at + size])
            if folded in _SHORT and not words[at][1].isupper():
                continue
            if (place := names.get(folded) or REGION_NAMES.get(folded)) and words[at][1][:1].isupper() | (size > 1):
                found.append(place)
    single = list(dict.fromkeys(found))
    return [place for place in single if not any(_holds(place, other) for other in single if other != place)]


def _holds(whole: str, part: str) -> bool:
    return nested_region(part).startswith(f"{nested_region(whole)}/")


def _ends(opening: Opening) -> list[str]:
    text = "\n".join((*opening.lines[:120], opening.imprint))
    return [match[1].lower() for match in ENDING.finditer(text) if match[1].lower() not in _GENERAL]
