"""What a published file says of itself beside its text: in its header, its properties, and to whoever checks it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colophon:
    """What goes into header and properties of a file; `carried` is the JSON of what it was made of.

    `language` is the code of our own sentences, `date` is ISO 8601, `standing` is "DRAFT" until a person signs,
    `made_by` says how it came about.
    """

    title: str
    language: str
    date: str
    made_by: str
    carried: str
    standing: str = "DRAFT"


@dataclass(frozen=True, slots=True)
class Published:
    """A published file as read back: its `texts` in the order of reading, and the JSON it carries, if it does."""

    texts: tuple[str, ...]
    carried: str | None
