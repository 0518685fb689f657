"""Regions by all the names a question or a manifest may use for them."""

from collections.abc import Sequence

from ..core.text import fold
from ..core.types import Report

INHABITANTS = {
    "european": "europe", "europeans": "europe", "japanese": "japan", "french": "france", "american": "united states",
    "americans": "united states", "latin american": "latin america", "german": "germany", "spanish": "spain",
    "italian": "italy", "chilean": "chile", "british": "united kingdom", "europea": "europe", "europeo": "europe",
    "japones": "japan", "japonesa": "japan", "frances": "france", "francesa": "france",
}  # fmt: skip


def ways_to_name_regions(reports: Sequence[Report]) -> dict[str, str]:
    """Return the folded words that name a region, each with the region in canonical form."""
    held = {part for report in reports for part in region_parts(report.region)}
    ways = {**{name: name for name in held}, **REGION_NAMES, **INHABITANTS}
    return {way: canonical_region(region) for way, region in ways.items()}


REGION_NAMES = {
    "eu": "europe",
    "european union": "europe",
    "europa": "europe",
    "us": "united states",
    "usa": "united states",
    "u.s.": "united states",
    "united states of america": "united states",
    "america": "united states",
    "estados unidos": "united states",
    "uk": "united kingdom",
    "latam": "latin america",
    "america latina": "latin america",
    "latinoamerica": "latin america",
    "japon": "japan",
    "francia": "france",
}  # other names of a region, folded; a manifest may use any of them


def canonical_region(name: str) -> str:
    """Return a region's name folded, and its common short forms as the full name ("US" -> "united states")."""
    folded = fold(name).strip()
    return REGION_NAMES.get(folded, folded)


def region_parts(region: str | None) -> list[str]:
    """Return the parts of a nested region, outermost first, each in canonical form."""
    return [canonical_region(part) for part in (region or "").split("/") if part.strip()]
