"""What an export says of one work, in whichever format, and what of that is said of reports here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...core.text import one_line, without_controls
from ...language.years import YEAR

_KINDS = ("roadmap", "strategy", "advisory", "law", "contribution", "minutes", "talk", "technical")
# The names that babel and polyglossia, and so biblatex, give to languages; other formats write the code.
_LANGUAGES = {
    "english": "en", "american": "en", "british": "en", "german": "de", "ngerman": "de", "french": "fr",
    "spanish": "es", "italian": "it", "portuguese": "pt", "brazilian": "pt", "japanese": "ja", "chinese": "zh",
    "dutch": "nl", "polish": "pl", "swedish": "sv", "danish": "da", "finnish": "fi", "greek": "el", "korean": "ko",
}  # fmt: skip
INTERNAL = "internal"  # the keyword that carries the mark of an internal report through a reference manager


@dataclass(frozen=True, slots=True)
class Work:
    """One work of an export: manifest `fields`, and its `attachments` as the export writes their paths."""

    fields: Mapping[str, str]
    attachments: tuple[str, ...] = field(default=())


def fields_of(
    *, title: str = "", corporate: str = "", publisher: str = "", date: str = "", language: str = "",
    genre: str = "", kind: str = "", keywords: Iterable[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Return manifest fields of what an export says, without those that it leaves open.

    The organisation is the `corporate` author, or who publishes it. `genre` are words on what sort of work it is, which
    say more than `kind`, the one that belongs to its type. A keyword marks it internal; none makes it public.
    """
    found = {
        "title": flat(title),
        "organisation": flat(corporate) or flat(publisher),
        "date": date_of(date),
        "language": _language(language),
        "kind": next((one for one in _KINDS if one in genre.lower()), kind),
        "confidentiality": INTERNAL if INTERNAL in (flat(word).lower() for word in keywords) else "",
    }
    return {key: value for key, value in found.items() if value}


def flat(text: str) -> str:
    """Return a text on one line, without control characters."""
    return without_controls(one_line(text))


def date_of(text: str) -> str:
    """Return the date that a text begins with, as a manifest writes it, or its first year; empty for neither."""
    if match := re.match(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)", text.strip()):
        year, month, day = match[1], int(match[2] or 0), int(match[3] or 0)
        if not 1 <= month <= 12:
            return year
        return f"{year}-{month:02}-{day:02}" if 1 <= day <= 31 else f"{year}-{month:02}"
    return match.group() if (match := YEAR.search(text)) else ""


def _language(text: str) -> str:
    name = flat(text).lower()
    if re.fullmatch(r"[a-z]{2}([-_].*)?", name):
        return name[:2]
    return _LANGUAGES.get(name, "")
