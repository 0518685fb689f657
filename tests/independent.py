"""Reads files by other means than the product's own, and tells whether words stand where a locator says.

pypdf for PDF pages, html.parser for web pages, the XML inside Word and slide files, and Markdown as the text it is.
Table cells are joined by " | ", ordered list items begin with their number: as a reader sees them.
"""

import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pypdf
from coscribe.core.shapes import Locator

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
IGNORED = ("Cc", "Cf", "Cn", "Pd", "Zs", "Zl", "Zp")  # control characters, noncharacters, hyphens and white space
# pypdf drops the ligature "ft" of some fonts and moves bullets and mathematical letters: not seen, so not compared.
LOST = re.compile("ft|[•\U0001d400-\U0001d7ff]")
Element = ElementTree.Element


@dataclass(frozen=True)
class Section:
    """What stands below one heading: `path` are the headings down to it, `paragraphs` includes items and rows."""

    path: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Slide:
    """The paragraphs of a slide and of its notes."""

    body: tuple[str, ...]
    notes: tuple[str, ...]


def bare(text: str) -> str:
    """What "verbatim" compares: NFKC without white space, control characters and hyphens."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in IGNORED)


def one_line(text: str) -> str:
    return " ".join(text.split())


def says(file: Path, locator: Locator, quote: str) -> bool:
    """Whether the quote stands, verbatim, at the very place of the file that the locator names."""
    texts = texts_at(file, locator)
    if locator.kind == "page" and not _holds(texts, quote):
        texts, quote = tuple(LOST.sub("", text) for text in texts), LOST.sub("", quote)
    return _holds(texts, quote)


def _holds(texts: tuple[str, ...], quote: str) -> bool:
    wanted = bare(quote)
    return bool(wanted) and any(wanted in bare(text) for text in texts)


def texts_at(file: Path, locator: Locator) -> tuple[str, ...]:
    """The text of a page, or the paragraphs of a slide, its notes or a section; empty for a place there is not."""
    if locator.kind == "page" and locator.page is not None and 0 < locator.page <= page_count(file):
        return (page_text(file, locator.page),)
    if locator.kind == "slide" and locator.page is not None and 0 < locator.page <= len(slides(file)):
        slide = slides(file)[locator.page - 1]
        return slide.notes if "(notes)" in locator.label else slide.body
    return _below(file, locator) if locator.kind == "section" else ()


def _below(file: Path, locator: Locator) -> tuple[str, ...]:
    """The named paragraph below the named headings, or all of them; paragraph 0 is the heading itself."""
    at = locator.paragraph
    if file.suffix == ".txt":
        return sections(file)[0].paragraphs
    path = [bare(heading) for heading in locator.path]
    below = [section for section in sections(file) if [bare(heading) for heading in section.path] == path]
    if at == 0:
        return tuple(section.path[-1] for section in below if section.path)
    if at is None:
        return tuple(paragraph for section in below for paragraph in section.paragraphs)
    return tuple(section.paragraphs[at - 1] for section in below if 0 < at <= len(section.paragraphs))


@cache
def _pdf(file: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(file)


def page_count(file: Path) -> int:
    return len(_pdf(file).pages)


@cache
def page_text(file: Path, page: int) -> str:
    """The text of a PDF page, counted from 1."""
    return _pdf(file).pages[page - 1].extract_text()


@cache
def sections(file: Path) -> tuple[Section, ...]:
    """The sections of a file without pages, in reading order; what comes before any heading has no path."""
    blocks = {".docx": _word_blocks, ".html": _html_blocks, ".md": _markdown_blocks, ".txt": _plain_blocks}[
        file.suffix
    ](file)
    found: list[tuple[tuple[tuple[int, str], ...], list[str]]] = [((), [])]
    for level, text in blocks:
        if level:
            above = tuple(entry for entry in found[-1][0] if entry[0] < level)
            found.append(((*above, (level, text)), []))
        else:
            found[-1][1].append(text)
    return tuple(Section(tuple(heading for _, heading in path), tuple(texts)) for path, texts in found)


@cache
def slides(file: Path) -> tuple[Slide, ...]:
    """The slides of a presentation in the order they are shown in, hidden ones too."""
    with zipfile.ZipFile(file) as archive:
        names = _related(archive, "ppt/presentation.xml")
        order = _xml(archive, "ppt/presentation.xml").iterfind(f"{SLIDES}sldIdLst/{SLIDES}sldId")
        return tuple(_slide(archive, names[entry.attrib[RELATION]]) for entry in order)


def _slide(archive: zipfile.ZipFile, name: str) -> Slide:
    body = tuple(_slide_blocks(_xml(archive, name)))
    notes = [target for target in _related(archive, name).values() if "/notesSlides/" in target]
    shapes = [shape for note in notes for shape in _xml(archive, note).iter(f"{SLIDES}sp")]
    spoken = [shape for shape in shapes if shape.find(f".//{SLIDES}ph[@type='body']") is not None]
    return Slide(body, tuple(text for shape in spoken for text in _slide_blocks(shape)))


def _slide_blocks(parent: Element) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{DRAWING}tbl":
            for row in child.iter(f"{DRAWING}tr"):
                yield " | ".join(one_line(" ".join(_slide_blocks(cell))) for cell in row.iter(f"{DRAWING}tc"))
        elif child.tag == f"{DRAWING}p":
            parts = [part.text or "" if part.tag == f"{DRAWING}t" else "\n" * _is_break(part) for part in child.iter()]
            if text := "".join(parts).strip():
                yield text
        else:
            yield from _slide_blocks(child)


def _is_break(element: Element) -> bool:
    return element.tag == f"{DRAWING}br"


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    return ElementTree.fromstring(archive.read(name))


def _related(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The parts that a part of the package points to, by relation id."""
    folder, base = posixpath.split(name)
    relations = _xml(archive, f"{folder}/_rels/{base}.rels")
    return {
        relation.attrib["Id"]: posixpath.normpath(posixpath.join(folder, relation.attrib["Target"]))
        for relation in relations
        if relation.get("TargetMode") != "External"
    }


@dataclass
class _Word:
    """A Word document: heading levels by style, footnotes by number, and the notes to give below the open section."""

    levels: dict[str, int]
    notes: dict[str, str]
    waiting: list[str] = field(default_factory=list)

    def blocks(self, parent: Element) -> Iterator[tuple[int, str]]:
        for child in parent:
            if child.tag == f"{WORD}p":
                yield from self._paragraph(child)
            elif child.tag == f"{WORD}tbl":
                for row in child.iter(f"{WORD}tr"):
                    yield 0, " | ".join(one_line(self.words(cell)) for cell in row.iter(f"{WORD}tc"))
            elif child.tag not in (f"{WORD}del", f"{WORD}moveFrom"):
                yield from self.blocks(child)

    def _paragraph(self, element: Element) -> Iterator[tuple[int, str]]:
        style = element.find(f"{WORD}pPr/{WORD}pStyle")
        level = self.levels.get(style.attrib[f"{WORD}val"], 0) if style is not None else 0
        text = self.words(element).strip()
        if text and level:
            yield from self.footnotes()
        if text:
            yield level, text
        marks = element.iter(f"{WORD}footnoteReference")
        self.waiting += [self.notes[mark.attrib[f"{WORD}id"]] for mark in marks]

    def footnotes(self) -> Iterator[tuple[int, str]]:
        yield from ((0, note) for note in self.waiting)
        self.waiting = []

    def words(self, parent: Element) -> str:
        """The words as they stand once insertions are accepted and deletions made."""
        parts = []
        for child in parent:
            if child.tag == f"{WORD}t":
                parts.append(child.text or "")
            elif child.tag in (f"{WORD}tab", f"{WORD}br"):
                parts.append(" ")
            elif child.tag not in (f"{WORD}del", f"{WORD}moveFrom", f"{WORD}pPr", f"{WORD}rPr"):
                parts.append(self.words(child) + " " * (child.tag == f"{WORD}p"))
        return "".join(parts)


def _word_blocks(file: Path) -> Iterator[tuple[int, str]]:
    with zipfile.ZipFile(file) as archive:
        document, styles = _xml(archive, "word/document.xml"), _xml(archive, "word/styles.xml")
        has_notes = "word/footnotes.xml" in archive.namelist()
        footnotes = list(_xml(archive, "word/footnotes.xml")) if has_notes else []
    named = {style.attrib[f"{WORD}styleId"]: style.find(f"{WORD}name") for style in styles.iter(f"{WORD}style")}
    titles = {key: name.attrib[f"{WORD}val"].lower() for key, name in named.items() if name is not None}
    levels = {key: int(name[-1]) for key, name in titles.items() if re.fullmatch(r"heading \d", name)}
    word = _Word(levels | {key: 1 for key, name in titles.items() if name == "title"}, {})
    word.notes = {note.attrib[f"{WORD}id"]: word.words(note).strip() for note in footnotes}
    for child in document:
        yield from word.blocks(child)
    yield from word.footnotes()


class _Blocks(HTMLParser):
    """Gathers a page's headings and blocks; a table row is one block. What never is text, and menus, are left out."""

    APART = re.compile("address|article|aside|blockquote|body|caption|d[dlt]|div|fig(caption|ure)|footer|h[1-6]|header"
                       "|hr|li|main|[ou]l|p|pre|section|table|tbody|tfoot|thead|tr")  # fmt: skip
    UNSEEN = re.compile("head|script|style|noscript|template|svg|nav|form|button")

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[int, str]] = []
        self.unseen: list[str] = []
        self.numbers: list[int | None] = []  # of the lists now open: how many items an ordered one has had
        self.text = ""
        self.in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.UNSEEN.fullmatch(tag):
            self.unseen.append(tag)
        elif tag == "br":
            self.text += " "
        elif tag in ("td", "th") and self.text:
            self.text += " | "
        elif self.APART.fullmatch(tag) and not self.in_row:
            self._end(0)
        if tag in ("ol", "ul"):
            self.numbers.append(0 if tag == "ol" else None)
        elif tag == "li" and self.numbers and (last := self.numbers[-1]) is not None:
            self.numbers[-1] = last + 1
            self.text = f"{last + 1}. "
        self.in_row = self.in_row or tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unseen:
            del self.unseen[self.unseen.index(tag) :]
        if tag in ("ol", "ul") and self.numbers:
            self.numbers.pop()
        self.in_row = self.in_row and tag != "tr"
        if self.APART.fullmatch(tag) and not self.in_row:
            self._end(int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text += data

    def _end(self, level: int) -> None:
        text, self.text = one_line(self.text), ""
        if text:
            self.blocks.append((level, text))


def _html_blocks(file: Path) -> list[tuple[int, str]]:
    parser = _Blocks()
    parser.feed(file.read_text(encoding="utf-8"))
    parser.close()
    return parser.blocks


def _markdown_blocks(file: Path) -> Iterator[tuple[int, str]]:
    """Headings, paragraphs, items and table rows, with the marks of emphasis and links taken off."""
    text = re.sub(r"(\*+|(?<!\w)_+|_+(?!\w)|`+)(?=\S)|(?<=\S)(\*+|`+)", "", file.read_text(encoding="utf-8"))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\|[ |:-]+\|$\n?", "", text, flags=re.MULTILINE)  # the line between a table's head and its body
    for block in re.split(r"\n\s*\n|\n(?=[-+] |\d+[.)] |\||#)", text):
        words = one_line(block.strip().strip("|"))
        if heading := re.match(r"(#{1,6}) +", words):
            yield len(heading[1]), words[heading.end() :]
        elif words:
            yield 0, re.sub(r"^[-+] ", "", words)


def _plain_blocks(file: Path) -> list[tuple[int, str]]:
    """The whole text: only a reader's judgement tells its headings and paragraphs apart."""
    return [(0, file.read_text(encoding="utf-8"))]


BLOCKS = {".docx": _word_blocks, ".html": _html_blocks, ".md": _markdown_blocks, ".txt": _plain_blocks}
