"""Builds the sample reports that are not written by hand: PDF, Word, slides and a scan.

    python examples/build_reports.py [FOLDER]

The texts stand in `manuscripts.toml`, titles and institutions in `reports/reports.toml`; FOLDER is `reports` unless
named. The same bytes come out at every run: dates and ids are fixed, archives and PDF text are not compressed, and the
noise of the scan is seeded.
"""

import io
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import numpy
import pypdfium2
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph as WordParagraph
from PIL import Image
from pptx import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Pt
from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, FrameBreak, NextPageTemplate, PageTemplate
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable

NOTICE = "Sample document. The institution and all figures are invented. It is shipped with coscribe."
MARKS = {"# ": "heading", "- ": "item", "| ": "row", "> ": "notes", "! ": "hidden"}
DRAFTED = {qn("w:author"): "Drafting group", qn("w:date"): "2026-05-11T09:00:00Z"}
TABLE_STYLE = "Light Grid Accent 1"
FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
# Where a long word may be cut at a line end in the narrow columns.
SYLLABLES = (
    "accel·erator", "appli·cations", "cen·tres", "con·nections", "consul·tation", "elec·trical", "environ·ment",
    "favour·able", "heteroge·neous", "infer·ence", "institu·tions", "intelli·gence", "inter·national", "mea·sured",
    "neuro·morphic", "opera·tors", "pro·duction", "procure·ment", "program·ming", "renew·able", "research·ers",
    "separ·ate", "simu·lation", "special·ised", "stra·tegy", "sup·pliers", "work·flows",
)  # fmt: skip
LEFT, RIGHT, BOTTOM, TOP = 24 * mm, 186 * mm, 30 * mm, 264 * mm  # of the text on an A4 page
INK = colors.HexColor("#1f3a5f")
BODY = ParagraphStyle(
    "body",
    fontName="Times-Roman",
    fontSize=12,
    leading=18.5,
    spaceAfter=10,
    alignment=TA_JUSTIFY,
    embeddedHyphenation=1,
)
STYLES = {
    "text": BODY,
    "title": ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=18, leading=24, textColor=INK, spaceAfter=4),
    "byline": ParagraphStyle("byline", fontName="Helvetica", fontSize=10.5, leading=15, textColor=colors.dimgrey),
    "heading": ParagraphStyle(
        "heading",
        fontName="Helvetica-Bold",
        fontSize=13,
        leading=17,
        textColor=INK,
        spaceBefore=8,
        spaceAfter=4,
        keepWithNext=1,
    ),
    "item": ParagraphStyle("item", parent=BODY, leftIndent=12, bulletIndent=2, spaceAfter=4),
    "cell": ParagraphStyle("cell", fontName="Helvetica", fontSize=9, leading=12),
    "head cell": ParagraphStyle("head cell", fontName="Helvetica-Bold", fontSize=9, leading=12),
}


@dataclass(frozen=True)
class Manuscript:
    """A report before it has a format; `stage` is the line that says where it stands, e.g. when it was adopted."""

    title: str
    institution: str
    stage: str
    body: str
    columns: int = 1

    def blocks(self) -> Iterator[tuple[str, str]]:
        """Return kind and text of each block; a block without a mark is a paragraph, of kind "text"."""
        for block in re.split(r"\n\s*\n|\n(?=[#|>!-] )", self.body.strip()):
            kind = MARKS.get(block[:2], "text")
            yield kind, " ".join((block if kind == "text" else block[2:]).split())

    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """Return the blocks with neighbours of one kind gathered: a list as a whole, a table as a whole."""
        for kind, blocks in groupby(self.blocks(), key=lambda block: block[0]):
            yield kind, [text for _, text in blocks]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("| ").split("|")]


class PrintedReport(BaseDocTemplate):
    """A PDF with a running header and footer, a title across the page and one or two columns below it."""

    def __init__(self, target: io.BytesIO, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        super().__init__(
            target,
            pagesize=A4,
            title=manuscript.title,
            author=manuscript.institution,
            subject=NOTICE,
            creator=manuscript.institution,
            lang="en",
            pageCompression=0,
            invariant=1,
        )
        gap, title_height = 8 * mm, 38 * mm
        width = (RIGHT - LEFT - gap * (manuscript.columns - 1)) / manuscript.columns
        padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)

        def frames(height: float) -> list[Frame]:
            return [
                Frame(LEFT + number * (width + gap), BOTTOM, width, height, **padding)
                for number in range(manuscript.columns)
            ]

        height = TOP - BOTTOM
        title = Frame(LEFT, TOP - title_height, RIGHT - LEFT, title_height, **padding)
        self.addPageTemplates(
            [
                PageTemplate(
                    "first",
                    [title, *frames(height - title_height)],
                    onPage=self.draw_header,
                    onPageEnd=self.draw_footer,
                ),
                PageTemplate("later", frames(height), onPage=self.draw_header, onPageEnd=self.draw_footer),
            ]
        )

    def draw_header(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Draw institution and title, and a rule below them, before anything else of a page."""
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(colors.dimgrey)
        canvas.drawString(LEFT, TOP + 13 * mm, self.manuscript.institution)
        canvas.drawRightString(RIGHT, TOP + 13 * mm, self.manuscript.title)
        canvas.setStrokeColor(INK)
        canvas.line(LEFT, TOP + 10 * mm, RIGHT, TOP + 10 * mm)

    def draw_footer(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Draw stage and page number after everything else of a page."""
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(colors.dimgrey)
        canvas.drawString(LEFT, BOTTOM - 13 * mm, self.manuscript.stage)
        canvas.drawRightString(RIGHT, BOTTOM - 13 * mm, f"Page {canvas.getPageNumber()}")

    def afterFlowable(self, flowable: Flowable) -> None:
        """Give each heading a bookmark, as word processors do."""
        if isinstance(flowable, PdfParagraph) and flowable.style.name == "heading":
            text = flowable.getPlainText()
            self.canv.bookmarkPage(text)
            self.canv.addOutlineEntry(text, text, level=0)


def pdf_part(kind: str, texts: list[str], width: float) -> list[Flowable]:
    if kind == "row":
        first, *others = (cells(row) for row in texts)
        head = [PdfParagraph(cell, STYLES["head cell"]) for cell in first]
        rows = [[PdfParagraph(cell, STYLES["cell"]) for cell in row] for row in others]
        shares = (0.13, 0.64, 0.23)
        style = [
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e4eaf2")),
        ]
        table = PdfTable([head, *rows], [share * width for share in shares], splitByRow=0, style=style)
        table.spaceBefore, table.spaceAfter = 2, 9
        return [table]
    if kind == "text" or kind == "item":
        # A soft hyphen shows only where the line is cut there.
        for word in SYLLABLES:
            texts = [text.replace(word.replace("·", ""), word.replace("·", "\u00ad")) for text in texts]
    return [PdfParagraph(text, STYLES[kind], bulletText="•" if kind == "item" else None) for text in texts]


def build_pdf(manuscript: Manuscript) -> bytes:
    """Return the PDF of a manuscript, its text in reading order."""
    target = io.BytesIO()
    report = PrintedReport(target, manuscript)
    story: list[Flowable] = [NextPageTemplate("later"), PdfParagraph(manuscript.title, STYLES["title"])]
    bylines = (manuscript.institution, manuscript.stage, f"<i>{NOTICE}</i>")
    story += [PdfParagraph(line, STYLES["byline"]) for line in bylines] + [FrameBreak()]
    width = report.pageTemplates[1].frames[0].width
    for kind, texts in manuscript.parts():
        story += pdf_part(kind, texts, width)
    report.build(story)
    return target.getvalue()


def build_scan(manuscript: Manuscript) -> bytes:
    """Return a PDF of page images only: slightly turned, grey and noisy, without a text layer."""
    noise = numpy.random.default_rng(7)
    sheets = []
    with pypdfium2.PdfDocument(build_pdf(manuscript)) as document:
        for number, page in enumerate(document):
            clean = page.render(scale=120 / 72).to_pil().convert("L")
            turned = clean.rotate((0.7, -0.5)[number % 2], resample=Image.Resampling.BICUBIC, fillcolor=255)
            grey = numpy.asarray(turned) * 0.86 + 22 + noise.normal(0, 7, (turned.height, turned.width))
            sheets.append(Image.fromarray(grey.clip(0, 255).astype(numpy.uint8)))
    target = io.BytesIO()
    day = datetime(2026, 3, 20).timetuple()
    sheets[0].save(
        target,
        "PDF",
        save_all=True,
        append_images=sheets[1:],
        resolution=120,
        quality=45,
        creationDate=day,
        modDate=day,
    )
    return target.getvalue()


def write_run(paragraph: WordParagraph, text: str, footnotes: list[str]) -> None:
    """Add text to a Word paragraph, with its tracked changes and footnotes as Word stores them."""
    for piece in re.split(r"(\{[+-].*?[+-]\}|\[\^.*?\])", text):
        if piece.startswith("[^"):
            footnotes.append(piece[2:-1])
            mark = OxmlElement("w:footnoteReference", {qn("w:id"): str(len(footnotes))})
            run = paragraph.add_run()
            run.font.superscript = True
            run._r.append(mark)
        elif piece.startswith("{"):
            inserted = piece[1] == "+"
            run = paragraph.add_run(piece[2:-2])
            change = OxmlElement(
                "w:ins" if inserted else "w:del", {qn("w:id"): "101" if inserted else "102", **DRAFTED}
            )
            if not inserted:
                run._r.find(qn("w:t")).tag = qn("w:delText")
            run._r.addprevious(change)
            change.append(run._r)
        elif piece:
            paragraph.add_run(piece)


def footnotes_xml(footnotes: list[str]) -> bytes:
    text = '<w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {}</w:t></w:r>'
    note = f'<w:footnote w:id="{{}}"><w:p>{text}</w:p></w:footnote>'
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    notes = "".join(note.format(number, escape(text)) for number, text in enumerate(footnotes, start=1))
    return f"<?xml version='1.0' encoding='UTF-8'?><w:footnotes {nsdecls('w')}>{rules}{notes}</w:footnotes>".encode()


def build_docx(manuscript: Manuscript) -> bytes:
    """Return a Word file with real headings, lists, tables, footnotes and tracked changes."""
    document = Document()
    describe(document.core_properties, manuscript)
    for style in list(document.styles):  # the template brings ninety table styles, 300 kB
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", TABLE_STYLE):
            style.delete()
    for name, relation in list(document.part.rels.items()):  # and the same styles once more for Word 2010
        if relation.reltype.endswith("stylesWithEffects"):
            document.part.rels.pop(name)
    document.sections[0].header.paragraphs[0].text = manuscript.stage
    document.add_heading(manuscript.title, 0)
    for line in (manuscript.institution, manuscript.stage, NOTICE):
        document.add_paragraph(line)
    footnotes: list[str] = []
    for kind, texts in manuscript.parts():
        if kind == "row":
            rows = [cells(row) for row in texts]
            table = document.add_table(0, len(rows[0]), TABLE_STYLE)
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            continue
        for text in texts:
            style = {"heading": "Heading 1", "item": "List Bullet"}.get(kind)
            write_run(document.add_paragraph(style=style), text, footnotes)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, footnotes_xml(footnotes), document.part.package)
    document.part.relate_to(part, FOOTNOTES)
    target = io.BytesIO()
    document.save(target)
    return settle(target.getvalue())


def build_pptx(manuscript: Manuscript) -> bytes:
    """Return slides: each heading starts one; speaker notes, a table and a hidden slide where the text has them."""
    slides = Presentation()
    describe(slides.core_properties, manuscript)
    slide = slides.slides.add_slide(slides.slide_layouts[0])
    slide.shapes.title.text = manuscript.title
    slide.placeholders[1].text = "\n".join((manuscript.institution, manuscript.stage, NOTICE))
    fit(slide)
    for kind, texts in manuscript.parts():
        if kind in ("heading", "hidden"):
            slide = slides.slides.add_slide(slides.slide_layouts[1])
            slide.shapes.title.text = texts[0]
            if kind == "hidden":
                slide._element.set("show", "0")
        elif kind == "item":
            slide.placeholders[1].text = "\n".join(texts)
            fit(slide)
        elif kind == "notes":
            slide.notes_slide.notes_text_frame.text = "\n".join(texts)
        elif kind == "row":
            rows = [cells(row) for row in texts]
            slide.placeholders[1]._element.getparent().remove(slide.placeholders[1]._element)
            frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.6), Inches(1.8), Inches(8.8), Inches(3))
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    frame.table.cell(number, column).text = text
    target = io.BytesIO()
    slides.save(target)
    return settle(target.getvalue())


def fit(slide: Slide) -> None:
    """Set sizes at which the title and a full list stay inside their boxes."""
    for shape, size in ((slide.shapes.title, 34), (slide.placeholders[1], 22)):
        for paragraph in shape.text_frame.paragraphs:
            paragraph.font.size = Pt(size)


def describe(properties: object, manuscript: Manuscript) -> None:
    """Fill in what a Word or slide file says of itself; both libraries name these fields alike."""
    day = datetime(2026, 5, 11)
    fields = {
        "title": manuscript.title,
        "author": manuscript.institution,
        "language": "en",
        "created": day,
        "modified": day,
    }
    for name, value in {**fields, "last_modified_by": manuscript.institution, "comments": NOTICE}.items():
        setattr(properties, name, value)


def settle(archive: bytes) -> bytes:
    """Return the same zip archive with fixed dates and stored members: no clock and no zlib version shows in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w") as settled:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system = 0
            settled.writestr(member, source.read(name))
    return target.getvalue()


def read_manuscripts(folder: Path) -> dict[str, Manuscript]:
    """Return the manuscripts by the name of the file they become, with title and institution from the manifest."""
    manifest = tomllib.loads((folder / "reports" / "reports.toml").read_text(encoding="utf-8"))
    texts = tomllib.loads((folder / "manuscripts.toml").read_text(encoding="utf-8"))
    return {
        file: Manuscript(manifest[file]["title"], manifest[file]["organisation"], **text)
        for file, text in texts.items()
    }


def main() -> None:
    here = Path(__file__).parent
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here / "reports"
    builders = {".pdf": build_pdf, ".docx": build_docx, ".pptx": build_pptx}
    for file, manuscript in read_manuscripts(here).items():
        build = build_scan if "scanned" in file else builders[Path(file).suffix]
        (folder / file).write_bytes(build(manuscript))


if __name__ == "__main__":
    main()
