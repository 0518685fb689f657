"""The language that a draft was asked for in: what its writers and readers are told, and where it is not kept to."""

from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...language.languages import guess_language, is_in_another
from ...language.quotation_marks import own_words
from ...prompts.prompt import load_prompt
from ...tools.document.phrases import phrases

_OF_THE_QUESTION = "the language of the question"


def to_write_in(language: str | None) -> str:
    """Return the language as a writer is told it, that of the question where none was asked for."""
    return _named(language) if language else _OF_THE_QUESTION


def writing(language: str | None) -> str:
    """Return what a writer is told at the end, on lines of its own; "" where no language was asked for."""
    return f"\n{load_prompt('written-in').fill(language=_named(language))}" if language else ""


def reading(language: str | None) -> str:
    """Return the same for who reads over what was written."""
    return f"\n{load_prompt('read-in').fill(language=_named(language))}" if language else ""


def other_language(
    text: str, language: str | None, written: str | None = None, *, names: Iterable[str] = (), is_copy: bool = False
) -> Doubt | None:
    """Return a doubt if a sentence is not in the language asked for, which may be that of the words it cites.

    `written` is that of the report. A copy of its words is in their language; of a sentence the function words tell,
    without those of what it quotes and of the report's `names`.
    """
    if language is None:
        return None
    if is_copy and written is not None:
        strays = written != language and not _is_in(text, language, written)
    else:
        strays = is_in_another(own_words(text, names), language)
    if not strays:
        return None
    return Doubt(kind="language", detail=f"it is not in {_named(language)}: write it in {_named(language)}")


def language_of(text: str, language: str | None, written: str | None) -> str | None:
    """Return the language of a sentence: the one asked for, or its own where that is surely not that of its report."""
    return language or (guess_language(text) if written and is_in_another(text, written) else None)


def language_of_words(quotes: Sequence[str], language: str | None, written: str | None) -> str | None:
    """Return the language of cited words, as far as it is known and is another than that of the sentence.

    Some words of a report may be in another language than it is.
    """
    if language is None or written is None:
        return None
    words = " ".join(quotes)
    own = (guess_language(words) or written) if is_in_another(words, written) else written
    return own if own != language else None


def _is_in(text: str, language: str, other: str) -> bool:
    return guess_language(text) == language and is_in_another(text, other)


def _named(language: str | None) -> str:
    return phrases("en").tongue(language or "en")
