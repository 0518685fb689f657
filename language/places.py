"""Places and institutions by all names that texts, questions and manifests use for them, as the tables beside say."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from ..core.text import fold
from ..core.types import Report


class Country(BaseModel):
    """A country, continent or union under the folded name that a region is known by; see `places.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    asked: bool = False
    also: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    forms: str = ""
    domains: tuple[str, ...] = ()
    within: str = ""
    seats: tuple[str, ...] = ()


class Institution(BaseModel):
    """An institution that many reports come from; see `institutions.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    also: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    region: str = ""
    service: bool = False


_TABLE = tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))
_PLACES = tuple(map(Country.model_validate, _TABLE["place"]))
_KNOWN = tomllib.loads(files(__package__).joinpath("institutions.toml").read_text(encoding="utf-8"))
INSTITUTIONS = tuple(map(Institution.model_validate, _KNOWN["institution"]))
REGION_OF_DOMAIN = {domain: place.name for place in _PLACES for domain in place.domains}
REGION_NAMES = {other: place.name for place in _PLACES for other in place.also}
INHABITANTS = {people: place.name for place in _PLACES for people in place.people}
ASKED = frozenset(place.name for place in _PLACES if place.asked)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'.][^\W\d_]+)*")
_LONGEST_NAME = 3  # words of a place's name
_PEOPLE = "an"  # the end of an English adjective whose plural is a people: Brazilians
_SHORTEST_FORM = 4  # letters: "eu" and "us" are named by their own entries
# Other names, adjectives and inhabitants, in any language; several are words of their own ("polish", "turkey").
CAPITALISED = {
    fold(form.replace("-", " ")): place.name
    for place in _PLACES
    for said in place.forms.split()
    for form in (said, f"{said}s")[: 1 + said.endswith(_PEOPLE)]
    if len(form) >= _SHORTEST_FORM and fold(form) not in {place.name, *REGION_NAMES, *INHABITANTS}
}


def ways_to_name_regions(reports: Sequence[Report]) -> dict[str, str]:
    """Return the folded words that name a region, each with the region in canonical form.

    Those that are `CAPITALISED` name it only where they are written so.
    """
    held = {part for report in reports for part in region_parts(report.region)}
    ways = {**CAPITALISED, **{name: name for name in held}, **REGION_NAMES, **INHABITANTS}
    return {way: canonical_region(region) for way, region in ways.items()}


def canonical_region(name: str) -> str:
    """Return a region's name folded, and its common short forms as the full name ("US" -> "united states")."""
    folded = fold(name).strip()
    return REGION_NAMES.get(folded, folded)


def region_parts(region: str | None) -> list[str]:
    """Return the parts of a nested region, outermost first, each in canonical form."""
    return [canonical_region(part) for part in (region or "").split("/") if part.strip()]


@cache
def namesakes() -> dict[str, frozenset[str]]:
    """Return, for each folded form of the name of a country or a continent, all forms of it."""
    found: dict[str, frozenset[str]] = {}
    for place in _PLACES:
        group = frozenset(fold(form.replace("-", " ")) for form in place.forms.split())
        for form in group:
            found[form] = found.get(form, frozenset()) | group
    return found


def nested_region(name: str) -> str:
    """Return a region, folded, as a manifest writes it: with capitals, and behind the union it is a part of."""
    within = next((place.within for place in _PLACES if place.name == name), "")
    written = " ".join(word.capitalize() for word in name.split())
    return f"{nested_region(within)}/{written}" if within else written


@cache
def known_forms() -> dict[str, str]:
    """Return every folded form of the name, the adjective and the people of a place, with the place."""
    found: dict[str, str] = {}
    for place in _PLACES:
        forms = (place.name, *place.also, *place.people, *(form.replace("-", " ") for form in place.forms.split()))
        found |= {fold(form): place.name for form in forms if len(form) > 1}
    return found


@cache
def _governments() -> dict[str, str]:
    """Return every folded form of a place, and the towns and houses that stand for its government, with the place."""
    return {fold(seat): place.name for place in _PLACES for seat in place.seats} | known_forms()


def places_named(text: str, *, by_seat: bool = False) -> list[tuple[int, str, str]]:
    """Return the places that a text names: where, as written with a capital, and by the name we know them by.

    `by_seat` takes the seat of a government for its place: "Tokyo has decided …".
    """
    forms, words = _governments() if by_seat else known_forms(), list(_WORD.finditer(text))
    found: list[tuple[int, str, str]] = []
    at = 0
    while at < len(words):
        for length in range(_LONGEST_NAME, 0, -1):
            run = words[at : at + length]
            said = text[run[0].start() : run[-1].end()].removesuffix("'s").removesuffix("’s")
            place = forms.get(fold(said)) if said[:1].isupper() else None
            if place:
                found.append((run[0].start(), said, place))
                break
        at += length
    return found
