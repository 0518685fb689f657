"""What may be asked: one limit and one reading for every question, topic and search, whichever way it comes in."""

from .errors import UsageError
from .text import without_controls

MOST_CHARACTERS = 4_000  # longer ones are a file or a cell gone wrong, and would fill a prompt


def askable(text: str, what: str = "question") -> str:
    """Return what is asked, without control characters and white space around it; it may be empty.

    `what` is what the message calls it. Raises UsageError for more than 4,000 characters, and for bytes that are no
    UTF-8, which Python passes on as halves of surrogate pairs.
    """
    if not is_unicode(text):
        raise UsageError(f"the {what} is not in UTF-8: write it as text, in UTF-8")
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"the {what} has {len(text):,} characters: {MOST_CHARACTERS:,} are the most")
    return without_controls(text).strip()


def is_unicode(text: str) -> bool:
    """Tell whether a text can be written as UTF-8, which halves of surrogate pairs cannot."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
