"""How a source is named in a file that is handed over: in a note behind a sentence, and in the list of sources."""

from ...core.document import SourceEntry
from ...core.shapes import Source
from ..document.phrases import phrases


def in_full(entry: SourceEntry, language: str) -> str:
    """Return whose words they are: "Council, Roadmap (2026-03, 2nd edition, draft, newer edition: Roadmap 2027)"."""
    known = ", ".join([*([entry.date] if entry.date else []), *standing(entry, language)])
    return f"{', '.join(filter(None, (entry.organisation, entry.title)))}{f' ({known})' if known else ''}"


def in_short(entry: SourceEntry) -> str:
    """Return the same where it has been said in full before: "Council"."""
    return entry.organisation or entry.title


def listed(entry: SourceEntry, language: str) -> str:
    """Return a source as the list names it: "Roadmap. Council. 2026-03 (draft). roadmap.pdf: p. 2; p. 4"."""
    who = ". ".join(item for item in (entry.title, entry.organisation, entry.date) if item)
    known = "; ".join(standing(entry, language))
    places = "; ".join(place.label for place in entry.places if place.label)
    return f"{who}{f' ({known})' if known else ''}. {entry.file}{f': {places}' if places else ''}"


def standing(entry: SourceEntry, language: str) -> list[str]:
    """Return what is to be known of a source besides: its edition, its status, and whether there is a newer one."""
    words = phrases(language)
    newer = [words.told("source.newer", title=title)] if (title := newer_edition(entry)) else []
    edition = [entry.edition] if entry.edition else []
    return [*edition, *([words.state(entry.status)] if entry.status != "unknown" else []), *newer]


def newer_edition(source: SourceEntry | Source) -> str | None:
    """Return what the newer edition of a source is called: by title and date, by its id where these are not known."""
    return str(source.newer) if source.newer else source.superseded_by
