"""The body of a Word file: title, table of contents, sections, and the references to its footnotes."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from ....core.document import (
    Aside,
    Document,
    Inline,
    Mark,
    Origin,
    Quote,
    Section,
    Sentence,
    SentenceKind,
    SourceEntry,
    Sources,
    Table,
    TextBlock,
    runs,
)
from ..proof_notes import Elsewhere, Footnote, NotePart
from ..source_names import listed
from .word_markup import (
    NOTHING,
    Xml,
    bookmarked,
    field,
    field_begin,
    field_end,
    joined,
    link,
    paragraph,
    reference,
    run,
    tab,
    w,
    written,
)

StyleIds = Mapping[str, str]  # the id that a style has in a file, by its name here

HEADING_STYLES = {2: "heading 1", 3: "heading 2"}  # by the level of a section
_CONTENTS_STYLES = {2: "toc 1", 3: "toc 2"}
_ITEM_STYLES = ("List Bullet", "List Bullet 2", "List Bullet 3")
_SENTENCE_STYLES: Mapping[SentenceKind, str] = {
    "quoted": "Quote Origin", "drafted": "Drafted", "count": "Computed", "absence": "Computed",
    "catalogue": "Computed", "computed": "Computed", "inference": "Inference", "recommendation": "Recommendation",
}  # fmt: skip
_FEW = 3  # headings that need no table of contents
_NARROW, _WIDE = 14, 60  # characters: what a column has at least, and what gives it no more room


@dataclass
class WordBody:
    """Writes the body of one document, whose sources and notes lead to each other.

    `width` is that of its text in twentieths of a point; a table takes what its page has.
    """

    styles: StyleIds
    notes: list[Footnote]
    sources: frozenset[int]
    language: str
    width: int
    bookmarks: Iterator[int] = dataclasses.field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._next = iter(self.notes)
        self._referred = {number for note in self.notes for number in note.refers_to}

    def content(self, document: Document, title: str) -> Xml:
        """Return all paragraphs and tables; a table of contents stands behind what has no heading."""
        told = [self.section(at, one) for at, one in enumerate(document.sections, 1)]
        heads = int(bool(document.sections) and not document.sections[0].heading)
        contents = self.contents(document.sections)
        return joined(paragraph(self.styles["Title"], run(title)), *told[:heads], contents, *told[heads:])

    def contents(self, sections: Iterable[Section]) -> Xml:
        """Return a table of contents that leads to the headings; an office program adds the numbers of pages."""
        headed = [(at, one) for at, one in enumerate(sections, 1) if written(one.heading).strip()]
        if len(headed) <= _FEW:
            return NOTHING
        lines = [
            joined(
                field_begin('TOC \\o "1-2" \\h \\z \\u') if at == headed[0][0] else NOTHING,
                link(_heading(at), run(one.heading)),
                field_end() if at == headed[-1][0] else NOTHING,
            )
            for at, one in headed
        ]
        styled = [self.styles[_CONTENTS_STYLES[one.level]] for _, one in headed]
        about = w("sdtPr", w("docPartObj", w("docPartGallery", val="Table of Contents"), w("docPartUnique")))
        return w("sdt", about, w("sdtContent", *map(paragraph, styled, lines)))

    def section(self, at: int, section: Section) -> Xml:
        """Return a section under its heading."""
        head = NOTHING
        if written(section.heading).strip():
            named = bookmarked(_heading(at), next(self.bookmarks), run(section.heading))
            head = paragraph(self.styles[HEADING_STYLES[section.level]], named)
        keeps = section.role == "sign_off"  # how it was made, and the room to sign below it, on one page
        return joined(head, *(self._run_of(blocks, keeps=keeps) for blocks in runs(section.blocks)))

    def line(self, parts: Iterable[NotePart]) -> Xml:
        """Return a line of a footnote."""
        return joined(*map(self._part, parts))

    def _run_of(self, blocks: tuple[TextBlock, ...], *, keeps: bool) -> Xml:
        if isinstance(blocks[0], Aside):
            sentences = [one for block in blocks if isinstance(block, Aside) for one in block.sentences]
            return self._paragraph("Aside", sentences, keeps=keeps)
        return joined(*map(self._block, blocks))

    def _block(self, block: TextBlock) -> Xml:
        match block:
            case Table():
                return self._table(block)
            case Sources():
                return joined(*map(self._entry, block.entries))
            case Aside():
                return self._paragraph("Aside", block.sentences)
        style = {"item": _ITEM_STYLES[min(block.depth, len(_ITEM_STYLES) - 1)], "notice": "Notice"}
        return self._paragraph(style.get(block.form, "Normal"), block.sentences)

    def _paragraph(self, style: str, sentences: Iterable[Sentence], *, keeps: bool = False) -> Xml:
        told = list(filter(None, map(self._sentence, sentences)))
        return paragraph(self.styles[style], *_spaced(told), keeps=keeps) if told else NOTHING

    def _table(self, table: Table) -> Xml:
        widths = _widths(table, self.width)
        grid = w("tblGrid", *(w("gridCol", w=width) for width in widths))
        about = w(
            "tblPr", w("tblStyle", val=self.styles["Table Grid"]), w("tblW", w=5000, type="pct"),
            w("tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        )  # fmt: skip
        head = w(
            "tr", w("trPr", w("cantSplit"), w("tblHeader")),
            *(
                _cell(width, paragraph(self.styles["Table Head"], run(one)))
                for width, one in zip(widths, table.heads, strict=True)
            ),
        )  # fmt: skip
        rows = (
            w("tr", w("trPr", w("cantSplit")), *(
                _cell(width, paragraph(self.styles["Table Text"], self._sentence(cell)))
                for width, cell in zip(widths, row, strict=True)
            )) for row in table.rows
        )  # fmt: skip
        return joined(w("tbl", about, grid, head, *rows), paragraph(self.styles["Normal"]))

    def _entry(self, entry: SourceEntry) -> Xml:
        head = listed(entry, self.language)
        words = [self._part(Quote(words=quote)) for quote in entry.quotes]
        number = bookmarked(_source(entry.number), next(self.bookmarks), run(f"{entry.number}."))
        told = [run(f"{head}{':' if words else ''}"), *words]
        return paragraph(self.styles["Source Entry"], number, tab(), *_spaced(told))

    def _sentence(self, sentence: Sentence) -> Xml:
        """Return a sentence with the reference to its footnote, which stands for a mark that ends it."""
        parts, style = list(sentence.parts), _SENTENCE_STYLES.get(sentence.kind)
        note = next(self._next) if sentence.proofs else None
        marks = [part for part in parts if isinstance(part, Mark)]
        if note is not None and len(marks) == 1 and parts[-1] is marks[0]:
            parts.pop()
            parts += [last.rstrip() if isinstance(last := parts.pop(), str) else last] if parts else []
        told = joined(*(self._part(part, style) for part in parts))
        return joined(told, self._reference(note)) if note is not None else told

    def _reference(self, note: Footnote) -> Xml:
        told = reference(note.number, self.styles["footnote reference"])
        return bookmarked(_note(note.number), next(self.bookmarks), told) if note.number in self._referred else told

    def _part(self, part: Inline | NotePart, style: str | None = None) -> Xml:
        match part:
            case Mark():
                return joined(*map(self._mark, part.numbers))
            case Quote():
                return run(str(part), w("rStyle", val=self.styles["Quoted Words"]))
            case Elsewhere():
                words = run(str(part.number))
                return joined(run(f"{part.word} "), field(f"NOTEREF {_note(part.number)} \\h", words))
        styled = [w("rStyle", val=self.styles["Quote Origin" if isinstance(part, Origin) else style])] if style else []
        return run(str(part), *styled)

    def _mark(self, number: int) -> Xml:
        told = run(f"[{number}]")
        return link(_source(number), told) if number in self.sources else told


def _spaced(told: Iterable[Xml]) -> Iterator[Xml]:
    for at, one in enumerate(told):
        if at:
            yield run(" ")
        yield one


def _cell(width: int, content: Xml) -> Xml:
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa")), content)


def _widths(table: Table, width: int) -> list[int]:
    """Return how wide columns are: what is long has more room, up to a point."""
    texts = zip(table.heads, *([cell.text for cell in row] for row in table.rows), strict=True)
    shares = [_NARROW + min(max(map(len, column)), _WIDE) for column in texts]
    return [width * share // sum(shares) for share in shares]


def _heading(at: int) -> str:
    return f"_Toc{at}"


def _source(number: int) -> str:
    return f"Source{number}"


def _note(number: int) -> str:
    return f"_RefNote{number}"
