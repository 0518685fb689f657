"""Reports made for tests: every page, slide, section and paragraph bears a word that stands nowhere else.

Hypothesis draws plans, `write` makes files of them, and a `Mark` says where its word truly is. Page lengths run from
12 to 10,000 characters; printed page numbers mislead, pages are empty, headings skip levels, slides are hidden.
"""

import itertools
import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Literal

import coscribe
import docx
import pptx
from hypothesis import strategies as st
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

SHORTEST, LONGEST = 12, 10_000  # characters of a page or paragraph
LONG = 1_500  # characters from which a second word stands near the end
WORDS = (
    "cooling", "power", "network", "storage", "budget", "region", "centre", "annual", "rack", "water", "energy",
    "policy", "plan", "measure", "request", "supply", "market", "quantum", "system", "partner", "student", "council",
    "summer", "winter", "outlook", "progress", "target", "shared", "public", "training",
)  # fmt: skip
ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")

Format = Literal["pdf", "pptx", "docx", "html", "md"]
FORMATS: tuple[Format, ...] = ("pdf", "pptx", "docx", "html", "md")


@dataclass(frozen=True)
class Place:
    """Where something truly stands; `paragraph` is known in sections alone, `path` where the format has headings."""

    kind: str
    page: int | None
    label: str
    path: tuple[str, ...] | None = None
    paragraph: int | None = None


@dataclass(frozen=True)
class Mark:
    """A word that stands in one place of one file, and nowhere else."""

    word: str
    file: str
    place: Place


@dataclass
class Written:
    """The files written: their marks, the pages left empty by file, and each file's pages or sections as plain text.

    `hidden` are the words of slides that no audience sees, `unseen` the numbers of those slides by file.
    """

    marks: list[Mark] = field(default_factory=list)
    empty: dict[str, list[int]] = field(default_factory=dict)
    units: dict[str, list[tuple[Place, str]]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    unseen: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class PagePlan:
    """A PDF page: its length, 0 for an empty one; `lie` is a page number that its text claims."""

    length: int
    columns: int
    lie: int | None


@dataclass(frozen=True)
class PdfPlan:
    """A PDF: its pages, whether headers and footers run through it, and how its pages are labelled."""

    pages: tuple[PagePlan, ...]
    running: bool
    labels: Literal["none", "roman", "shifted"]


@dataclass(frozen=True)
class SlidePlan:
    """A slide: lengths of title, of each bullet and of the notes; 0 for none."""

    title: int
    bullets: tuple[int, ...]
    notes: int
    hidden: bool
    table: bool


@dataclass(frozen=True)
class SectionPlan:
    """A heading of a level, 0 for the text before the first one, and the lengths of what stands below it."""

    level: int
    blocks: tuple[tuple[Literal["text", "item"], int], ...]


@dataclass(frozen=True)
class FolderPlan:
    """What a folder of reports holds."""

    pdf: tuple[PdfPlan, ...]
    pptx: tuple[tuple[SlidePlan, ...], ...]
    sections: tuple[tuple[Format, tuple[SectionPlan, ...]], ...]


LENGTHS = st.one_of(
    st.integers(SHORTEST, 60), st.integers(60, 900), st.integers(900, 3_000), st.integers(3_000, LONGEST)
)
SHORT = st.integers(SHORTEST, 120)
PAGES = st.builds(
    PagePlan,
    length=st.one_of(LENGTHS, LENGTHS, LENGTHS, st.just(0)),
    columns=st.sampled_from((1, 1, 2)),
    lie=st.none() | st.integers(1, 99),
)
PDFS = st.builds(
    PdfPlan,
    pages=st.lists(PAGES, min_size=1, max_size=14).map(tuple),
    running=st.booleans(),
    labels=st.sampled_from(("none", "roman", "shifted")),
)
SLIDES = st.builds(
    SlidePlan,
    title=st.just(0) | st.integers(SHORTEST, 60),
    bullets=st.lists(st.one_of(SHORT, SHORT, LENGTHS), max_size=4).map(tuple),
    notes=st.just(0) | LENGTHS,
    hidden=st.booleans(),
    table=st.booleans(),
)
SECTIONS = st.builds(
    SectionPlan,
    level=st.integers(1, 6),
    blocks=st.lists(st.tuples(st.sampled_from(("text", "item")), st.one_of(SHORT, LENGTHS)), max_size=5).map(tuple),
)


@st.composite
def outlines(draw: st.DrawFn) -> tuple[SectionPlan, ...]:
    """Sections of any levels in any order, with text before the first heading or without."""
    sections = draw(st.lists(SECTIONS, min_size=1, max_size=8))
    if draw(st.booleans()):
        sections.insert(0, replace(draw(SECTIONS), level=0))
    return tuple(sections)


@st.composite
def folders(draw: st.DrawFn, each: int = 3) -> FolderPlan:
    """A folder with some reports of every format."""
    texts = [
        (form, outline)
        for form in ("docx", "html", "md")
        for outline in draw(st.lists(outlines(), min_size=each, max_size=each))
    ]
    return FolderPlan(
        pdf=tuple(draw(st.lists(PDFS, min_size=each, max_size=each))),
        pptx=tuple(map(tuple, draw(st.lists(st.lists(SLIDES, min_size=1, max_size=8), min_size=each, max_size=each)))),
        sections=tuple(texts),  # type: ignore[arg-type]
    )


def words() -> Iterator[str]:
    """Words of 12 letters that no stemmer shortens and no language has."""
    for number in itertools.count(7_919):
        rest, syllables = number * 31, []
        for _ in range(4):
            rest, low = divmod(rest, 60)
            syllables.append("bcdfghklmnpr"[low // 5] + "aeiou"[low % 5])
        yield f"z{''.join(syllables)}bix"


def prose(length: int, first: str, last: str) -> str:
    """Sentences of about `length` characters with one word near the beginning and, in a long text, one near the end."""
    chance = random.Random(first)
    if length < 40:
        return " ".join([first, *chance.choices(WORDS, k=max(0, (length - len(first)) // 8))])
    sentences = [f"Here {first} is told of the {chance.choice(WORDS)}."]
    closing = f" Here {last} is told as well." if length >= LONG else ""
    size = len(sentences[0]) + len(closing)
    while size < length - 30:
        sentence = f" The {' '.join(chance.choices(WORDS, k=chance.randint(4, 14)))}."
        sentences.append(sentence)
        size += len(sentence)
    return "".join(sentences) + closing


def write(plan: FolderPlan, folder: Path) -> Written:
    """Make the files of a plan and return where each of their words stands."""
    written, fresh = Written(), words()
    for number, pdf in enumerate(plan.pdf):
        _Author(f"report-{number}.pdf", folder, fresh, written).pdf(pdf)
    for number, slides in enumerate(plan.pptx):
        _Author(f"talk-{number}.pptx", folder, fresh, written).pptx(slides)
    for number, (form, sections) in enumerate(plan.sections):
        _Author(f"text-{number}.{form}", folder, fresh, written).sections(form, sections)
    return written


class _Author:
    """Writes one file and notes where its words are."""

    def __init__(self, name: str, folder: Path, fresh: Iterator[str], written: Written) -> None:
        self._name, self._path = name, folder / name
        self._fresh, self._written = fresh, written

    def _kept(self, place: Place, length: int) -> str:
        """Return words for a place that no audience sees."""
        first = next(self._fresh)
        self._written.hidden.append(first)
        return prose(length, first, next(self._fresh))

    def _told(self, place: Place, length: int) -> str:
        first, last = next(self._fresh), next(self._fresh)
        text = prose(length, first, last)
        marks = [Mark(word, self._name, place) for word in (first, last) if word in text]
        self._written.marks.extend(marks)
        unit = replace(place, paragraph=None)
        units = self._written.units.setdefault(self._name, [])
        if units and units[-1][0] == unit:
            text_before = units.pop()[1]
            units.append((unit, f"{text_before}\n{text}"))
        else:
            units.append((unit, text))
        return text

    def pdf(self, plan: PdfPlan) -> None:
        canvas = Canvas(str(self._path), pageCompression=1)
        if plan.labels == "roman":
            canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        elif plan.labels == "shifted":
            canvas.addPageLabel(0, style="ARABIC", start=8)
        for number, page in enumerate(plan.pages, start=1):
            printed = {"none": "", "roman": ROMAN[number], "shifted": str(number + 7)}[plan.labels]
            label = f"p. {number} (printed: {printed})" if printed and printed != str(number) else f"p. {number}"
            if page.length:
                self._page(canvas, page, self._told(Place("page", number, label), page.length))
                if plan.running:
                    canvas.setFont("Helvetica", 8)
                    canvas.drawString(60, 815, "Annual outlook of the council")
                    canvas.drawString(60, 20, f"Page {number + 4} of {len(plan.pages) + 9}")
            else:
                self._written.empty.setdefault(self._name, []).append(number)
            canvas.showPage()
        canvas.save()

    @staticmethod
    def _page(canvas: Canvas, page: PagePlan, text: str) -> None:
        size, leading, per_line, rows = (6, 7, 150, 105) if page.length > 4_000 else (10, 12, 88, 60)
        per_line = per_line // page.columns - 6 * (page.columns - 1)
        lines = textwrap.wrap(text, per_line, break_long_words=False)
        if page.lie:
            lines.insert(len(lines) // 2, f"Page {page.lie} of 99")
        canvas.setFont("Helvetica", size)
        rows = max(rows, -(-len(lines) // page.columns))
        share = rows if page.columns == 1 else -(-len(lines) // page.columns)
        for at, line in enumerate(lines):
            canvas.drawString(60 + 260 * (at // share), 790 - leading * (at % share), line)

    def pptx(self, slides: tuple[SlidePlan, ...]) -> None:
        deck = pptx.Presentation()
        for number, plan in enumerate(slides, start=1):
            slide = deck.slides.add_slide(deck.slide_layouts[1 if plan.title else 6])
            place = Place("slide", number, f"slide {number}", path=())
            told = self._kept if plan.hidden else self._told
            if plan.hidden:
                slide._element.set("show", "0")
                self._written.unseen.setdefault(self._name, []).append(number)
            if plan.title and plan.hidden:
                slide.shapes.title.text = told(place, plan.title)
            elif plan.title:
                first = next(self._fresh)
                title = " ".join([first, *random.Random(first).choices(WORDS, k=plan.title // 12)])
                slide.shapes.title.text = title
                place = replace(place, path=(title,))
                self._written.marks.append(Mark(first, self._name, place))
                self._written.units.setdefault(self._name, []).append((place, title))
            bullets = [told(place, length) for length in plan.bullets]
            if bullets:
                box = slide.placeholders[1] if plan.title else slide.shapes.add_textbox(0, 0, Inches(8), Inches(3))
                box.text_frame.text = "\n".join(bullets)
            if plan.table:
                table = slide.shapes.add_table(2, 2, 0, Inches(4), Inches(6), Inches(1)).table
                for row, texts in enumerate((("Site", "Power"), (told(place, 20), "12 MW"))):
                    for column, text in enumerate(texts):
                        table.cell(row, column).text = text
            if plan.notes:
                spoken = replace(place, label=f"slide {number} (notes)")
                slide.notes_slide.notes_text_frame.text = told(spoken, plan.notes)
            if not (plan.hidden or plan.title or bullets or plan.table):
                self._written.empty.setdefault(self._name, []).append(number)
        deck.save(str(self._path))

    def sections(self, form: Format, sections: tuple[SectionPlan, ...]) -> None:
        open_headings: list[tuple[int, str]] = []
        told: list[tuple[str, int, str]] = []  # kind of block, heading level, text
        for plan in sections:
            if plan.level:
                first = next(self._fresh)
                heading = " ".join([first, *random.Random(first).choices(WORDS, k=2)])
                open_headings = [entry for entry in open_headings if entry[0] < plan.level] + [(plan.level, heading)]
                told.append(("heading", plan.level, heading))
            path = tuple(name for _, name in open_headings)
            bare = "before the first heading" if any(other.level for other in sections) else "whole text"
            place = Place("section", None, "§ " + " › ".join(path) if path else bare, path, 0)
            if plan.level:
                self._written.marks.append(Mark(first, self._name, place))
                unit = replace(place, paragraph=None)
                self._written.units.setdefault(self._name, []).append((unit, heading))
            for count, (kind, length) in enumerate(plan.blocks, start=1):
                told.append((kind, 0, self._told(replace(place, paragraph=count), length)))
        {"docx": self._docx, "html": self._html, "md": self._md}[form](told)

    def _docx(self, told: list[tuple[str, int, str]]) -> None:
        word = docx.Document()
        for kind, level, text in told:
            if kind == "heading":
                word.add_heading(text, level)
            else:
                word.add_paragraph(text, style="List Bullet" if kind == "item" else None)
        word.save(str(self._path))

    def _html(self, told: list[tuple[str, int, str]]) -> None:
        parts = []
        for kind, level, text in told:
            tag = {"heading": f"h{level}", "text": "p", "item": "li"}[kind]
            part = f"<{tag}>{escape(text)}</{tag}>"
            parts.append(f"<ul>{part}</ul>" if kind == "item" else part)
        page = f"<html><head><meta charset='utf-8'></head><body><main>{''.join(parts)}</main></body></html>"
        self._path.write_text(page, encoding="utf-8")

    def _md(self, told: list[tuple[str, int, str]]) -> None:
        marks = {"heading": "#", "text": "", "item": "- "}
        parts = [f"{marks[kind] * level} {text}" if level else marks[kind] + text for kind, level, text in told]
        self._path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def misplaced(library: coscribe.Library, marks: list[Mark]) -> list[str]:
    """Return, one line each, the words that a search or a segment shows anywhere else than where they stand."""
    found = []
    for mark in marks:
        hits = [hit for hit in library.search(mark.word, 10) if mark.word in hit.text]
        segments = [
            segment
            for segment in library.catalogue.segments_of([hit.passage for hit in hits])
            if mark.word in segment.text
        ]
        if not hits or not segments:
            found.append(f"{mark.word} of {mark.file} {mark.place} is not found")
        for hit in hits:
            where = hit.locator
            shown = Place(where.kind, where.page, where.label, tuple(where.path), mark.place.paragraph)
            if mark.place.path is None:
                shown = replace(shown, path=None)
            if (hit.file, shown) != (mark.file, mark.place):
                found.append(f"{mark.word} of {mark.file} {mark.place} was shown at {hit.file} {shown}")
        for segment in segments:
            where = segment.locator
            if (where.kind, where.page) != (mark.place.kind, mark.place.page):
                found.append(f"{mark.word} of {mark.file} {mark.place} was cited at {where}")
            if mark.place.kind == "section":
                right = (tuple(where.path), where.paragraph) == (mark.place.path, mark.place.paragraph)
                said = where.label.endswith(f", para. {where.paragraph}") if where.paragraph else True
                if not right or not said:
                    found.append(f"{mark.word} of {mark.file} {mark.place} was cited at {where}")
            elif where.label != mark.place.label:
                found.append(f"{mark.word} of {mark.file} {mark.place} was cited as {where.label!r}")
    return found
