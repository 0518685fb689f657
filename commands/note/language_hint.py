"""Says by which option a note would be in one language, where its topic or its sentences are in another than it is."""

from collections.abc import Iterable

from ...core.shapes import Note
from ...language.languages import guess_language, likely_languages
from ...tools.document.phrases import note_languages, phrases


def hint_of_topic(topic: str) -> str:
    """Return what to say of a topic that may be in another language than English; "" where it need not be.

    A few words tell no more than that: what a note is written in is never decided by them.
    """
    likely = likely_languages(topic)
    return "" if "en" in likely else _hint("the note is in English, its topic perhaps", likely)


def hint_of_sentences(note: Note) -> str:
    """Return what to say of a note whose drafted sentences are, together, in another language than it is, else ""."""
    drafted = (one.text for part in note.sections for one in part.claims if one.kind == "stated" and not one.framing)
    spoken = guess_language(" ".join(drafted))
    return "" if spoken in (None, "en") else _hint("the note is in English, its sentences", {str(spoken)})


def _hint(told: str, languages: Iterable[str]) -> str:
    ours = [one for one in note_languages() if one in set(languages)]
    named = " or ".join(phrases("en").tongue(one) for one in ours)
    options = " or ".join(f"--language {one}" for one in ours)
    return f"{told} in {named}: {options} writes all but the quotes in that" if ours else ""
