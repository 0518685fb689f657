"""The document that every writer renders: sentences with their kind, quotes, marks and tables, not text to be parsed.

Its JSON is what a published file carries. All of it is plain text; markup is a writer's business.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

SentenceKind = Literal[
    "quoted", "drafted", "count", "absence", "catalogue", "computed", "inference", "recommendation", "remark"
]  # fmt: skip
AsideKind = Literal[
    "made_by", "disclosure", "not_found", "absent_words", "languages", "withheld", "unreadable", "silence", "reply",
]  # fmt: skip

ParagraphForm = Literal["plain", "item", "notice"]
SectionRole = Literal["text", "sign_off"]


class DocumentPart(BaseModel):
    """A part of a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(DocumentPart):
    """Whose words follow, and where: "Site Council (Europe, 2026), p. 2, requires"; a colon and a blank go with it.

    `short` is the same for a screen, where the whole place stands among the sources; "" where it is short already.
    """

    origin: str
    short: str = ""

    def __str__(self) -> str:
        return f"{self.origin}: "


class Quote(DocumentPart):
    """Words of a report, its pieces with " … " between; `ids` are the places where they stand, "passage:start-end"."""

    words: str
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"“{self.words}”"


class Mark(DocumentPart):
    """The numbers of the sources behind what stands before them."""

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return "".join(f"[{number}]" for number in self.numbers)


Inline = str | Origin | Quote | Mark


class SourcePlace(DocumentPart):
    """Where in a report something stands; a `paragraph` is the last part of its label."""

    label: str
    paragraph: int | None = None


class Proof(DocumentPart):
    """Words that a sentence rests on: `source` is their number in the list, `place` is where they stand.

    `page` is the 1-based page or slide of the file, none where the format has none; `id` is "passage:start-end".
    """

    source: int
    words: str
    place: SourcePlace
    page: int | None = None
    id: str = ""


class Sentence(DocumentPart):
    """A sentence, what it rests on, and at which place among the claims of its answer or section its claim stands.

    `original` is the language (ISO 639-1) of the words it rests on, where it is our wording of them in another one.
    """

    kind: SentenceKind
    parts: tuple[Inline, ...]
    claim: int | None = None
    proofs: tuple[Proof, ...] = ()
    original: str | None = None

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return plain_text(self.parts)


class Paragraph(DocumentPart):
    """Sentences behind each other; an "item" of a list stands `depth` lists deep, a "notice" stands out."""

    sentences: tuple[Sentence, ...]
    form: ParagraphForm = "plain"
    depth: int = 0


class Table(DocumentPart):
    """A table: every row has as many cells as there are heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Sentence, ...], ...]


class Aside(DocumentPart):
    """What is said of the answer itself: how it was made, what was not found or not read.

    Asides that follow each other are one paragraph.
    """

    kind: AsideKind
    sentences: tuple[Sentence, ...]


class NewerEdition(DocumentPart):
    """The report that took the place of another: its title, and its date (ISO 8601, or a part of it) if it is known."""

    title: str
    date: str | None = None

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.title, self.date)))


class SourceEntry(DocumentPart):
    """One entry of a numbered list of sources, with the places that are cited and, where they are shown, the words."""

    number: int
    title: str
    organisation: str | None = None
    date: str | None = None
    status: str = "unknown"
    superseded_by: str | None = None
    edition: str | None = None
    file: str
    newer: NewerEdition | None = None
    places: tuple[SourcePlace, ...] = ()
    quotes: tuple[str, ...] = ()


class Sources(DocumentPart):
    """A list of sources."""

    entries: tuple[SourceEntry, ...]


TextBlock = Paragraph | Table | Aside | Sources


class Section(DocumentPart):
    """Blocks under a heading, or under none; the document's title is of level 1.

    A "sign_off" says how the document was made, and has room for whoever approves it.
    """

    heading: str = ""
    level: Literal[2, 3] = 2
    blocks: tuple[TextBlock, ...] = ()
    role: SectionRole = "text"


class Document(DocumentPart):
    """An answer or a note, composed; our own sentences are in its `language`, wide tables on `landscape` pages.

    `format` is raised when a reader of this one could not read it any more.
    """

    format: Literal[1] = 1
    language: str = "en"
    title: str = ""
    landscape: bool = False
    sections: tuple[Section, ...] = ()

    def blocks(self) -> Iterator[TextBlock]:
        """Yield the blocks of all sections."""
        for section in self.sections:
            yield from section.blocks

    def shown(self) -> set[str]:
        """Return the ids of the quotes that a reader of the document has seen."""
        sentences = (sentence for block in self.blocks() for sentence in sentences_of(block))
        parts = (part for sentence in sentences for part in sentence.parts)
        return {name for part in parts if isinstance(part, Quote) for name in part.ids}

    def says(self, kind: AsideKind) -> bool:
        """Tell whether one of the asides is of a kind."""
        return any(isinstance(block, Aside) and block.kind == kind for block in self.blocks())

    def stored(self) -> dict[str, Any]:
        """Return its JSON, in short: what is left out is as it is by default."""
        return {"format": self.format, **self.model_dump(mode="json", exclude_defaults=True)}


def sentences_of(block: TextBlock) -> Iterator[Sentence]:
    """Yield the sentences of a block; the cells of a table are some, a list of sources has none."""
    if isinstance(block, Table):
        for row in block.rows:
            yield from row
    elif not isinstance(block, Sources):
        yield from block.sentences


def runs(blocks: Iterable[TextBlock]) -> Iterator[tuple[TextBlock, ...]]:
    """Yield blocks that no blank line parts: the items of a list, and asides that follow each other."""
    for _, run in groupby(enumerate(blocks), lambda pair: _run(*pair)):
        yield tuple(block for _, block in run)


def _run(at: int, block: TextBlock) -> str | int:
    if isinstance(block, Paragraph) and block.form == "item":
        return "item"
    return "aside" if isinstance(block, Aside) and block.kind != "made_by" else at


def plain_text(parts: Iterable[Inline]) -> str:
    """Return parts as plain text: quotes in quotation marks, marks as [1][2]."""
    return "".join(map(str, parts))
