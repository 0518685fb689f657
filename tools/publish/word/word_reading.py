"""Reads a published Word file back, also one that an office program has saved since: its texts, and what it carries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile
from zlib import error as DecompressionError

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ....core.errors import ReadFailure
from ....core.text import one_line
from ..colophon import Published
from .word_markup import R
from .word_properties import PROVENANCE

_Element = Any  # of lxml, which carries no types
UNREADABLE = (
    BadZipFile, LargeZipFile, DecompressionError, NotImplementedError, RuntimeError, EOFError, OSError, SyntaxError,
    ValueError,
)  # fmt: skip
MOST = 64_000_000  # bytes that a part may unpack to: a hundred times what any has been
_COUNTS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF")  # fields that say where something stands on paper
_NUMERALS = set("0123456789ivxlcdm ")
_LEFT_OUT = (
    qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same once more
)  # fmt: skip
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def read_word(content: bytes) -> Published:
    """Return what a Word file says: its header, each paragraph with its footnotes behind it, its footer.

    What was struck with changes tracked is left out, and so are numbers of pages. Raises ReadFailure.
    """
    try:
        with opened(content) as archive:
            body, notes = parsed(archive, "word/document.xml"), parsed(archive, "word/footnotes.xml")
            if body is None:
                raise ValueError("word/document.xml")
            told = {one.get(qn("w:id")): one for one in (notes if notes is not None else ())}
            above, below = _around(archive, body, "header"), _around(archive, body, "footer")
            return Published((*above, *_Reader(told).texts(body), *below), _carried(archive))
    except UNREADABLE as error:
        raise ReadFailure("it is no Word file that can be read: it is damaged, cut short or of another kind") from error


def opened(content: bytes) -> ZipFile:
    """Return the package; raises one of UNREADABLE, also for one that would unpack to far more than it should."""
    archive = ZipFile(BytesIO(content))
    if sum(part.file_size for part in archive.infolist()) > 4 * MOST:
        raise ValueError("too large")
    return archive


def parsed(archive: ZipFile, name: str) -> _Element | None:
    """Return a part, if there is one; raises ValueError for one that is too large or declares entities."""
    if name not in archive.namelist():
        return None
    with archive.open(name) as stream:
        data = stream.read(MOST + 1)
    if len(data) > MOST or b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise ValueError(name)
    return parse_xml(data)


def _around(archive: ZipFile, body: _Element, what: str) -> Iterator[str]:
    """Yield the texts above or below the pages, of each part once."""
    links = parsed(archive, "word/_rels/document.xml.rels")
    ends = {one.get("Id"): one.get("Target") for one in links.iter(_LINKS)} if links is not None else {}
    named = (ends.get(one.get(f"{{{R}}}id")) for one in body.iter(qn(f"w:{what}Reference")))
    for name in dict.fromkeys(filter(None, named)):
        part = parsed(archive, name.removeprefix("/") if name.startswith("/") else f"word/{name}")
        if part is not None:
            yield from _Reader({}).texts(part)


def _carried(archive: ZipFile) -> str | None:
    for name in archive.namelist():
        if name.startswith("customXml/item") and name.endswith(".xml"):
            part = parsed(archive, name)
            if part is not None and part.tag == f"{{{PROVENANCE}}}provenance":
                return part.text or None
    return None


@dataclass
class _Reader:
    """Reads paragraphs, with their footnotes, by the numbers that these have in the file."""

    notes: dict[str, _Element]
    codes: list[str] = field(default_factory=list)  # of the fields that are open

    def texts(self, inside: _Element) -> Iterator[str]:
        """Yield the text of each paragraph, and behind it those of its footnotes."""
        for paragraph in _paragraphs(inside):
            if told := one_line("".join(self._words(paragraph))):
                yield told
            for name in [one.get(qn("w:id")) for one in _inside(paragraph) if one.tag == qn("w:footnoteReference")]:
                if (note := self.notes.pop(name, None)) is not None:
                    yield from self.texts(note)

    def _words(self, paragraph: _Element) -> Iterator[str]:
        self.codes.clear()
        for one in _inside(paragraph):
            if one.tag == qn("w:fldChar"):
                self._turn(one.get(qn("w:fldCharType")))
            elif one.tag == qn("w:instrText") and self.codes:
                self.codes[-1] += one.text or ""
            elif one.tag == qn("w:t") and not self._counts(one):
                yield one.text or ""
            elif one.tag in _SIGNS:
                yield _SIGNS[one.tag]

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            self.codes.append("")
        elif kind == "end" and self.codes:
            self.codes.pop()

    def _counts(self, words: _Element) -> bool:
        """Tell whether words are a number of pages, Arabic or Roman; LibreOffice has headings stand in such fields."""
        if set((words.text or "").lower()) - _NUMERALS:
            return False
        simple = (one.get(qn("w:instr"), "") for one in words.iterancestors(qn("w:fldSimple")))
        return any(code.split()[:1] and code.split()[0] in _COUNTS for code in (*self.codes, *simple))


def _paragraphs(inside: _Element) -> Iterator[_Element]:
    for one in inside:
        if one.tag == qn("w:p"):
            yield one
        if one.tag not in _LEFT_OUT and isinstance(one.tag, str):
            yield from _paragraphs(one)


def _inside(paragraph: _Element) -> Iterator[_Element]:
    """Yield what stands in a paragraph, but for paragraphs in it and what is left out."""
    for one in paragraph:
        if isinstance(one.tag, str) and one.tag not in _LEFT_OUT and one.tag != qn("w:p"):
            yield one
            yield from _inside(one)
