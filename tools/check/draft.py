"""A draft as it is checked: its sentences, each with where it stands and what stands behind it as a reference."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft, on one line; `number` counts from 1.

    `section` is the heading it stands below, `page` its 1-based page where the file has pages. `before` are the
    sentences of its paragraph in front of it, `notes` the texts of the footnotes behind it.
    """

    number: int
    text: str
    section: str
    page: int | None
    before: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as read: `works` are the entries of its list of references by the number they bear there.

    `title` is that of its first heading, "" without one; `language` is an ISO 639-1 code, `None` where it is not known.
    """

    file: str
    title: str
    language: str | None
    sentences: tuple[DraftSentence, ...]
    works: dict[int, str] = field(default_factory=dict)
