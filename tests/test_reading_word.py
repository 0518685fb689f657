"""Word files whose words are raised, struck, hidden or hard to come by, written by the test itself."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import read
from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SHAPE = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
Build = Callable[[Document], None]


@pytest.fixture
def as_read(tmp_path: Path) -> Callable[[Build], FileText]:
    def made(build: Build) -> FileText:
        word = docx.Document()
        build(word)
        word.save(str(tmp_path / "plan.docx"))
        return read(tmp_path / "plan.docx")

    return made


def words(text: FileText) -> str:
    return " ".join(" ".join(page.text for page in text.pages).split())


def left_out(text: FileText) -> set[str]:
    return {what for page in text.pages for what in page.left_out}


def runs(word: Document, *parts: tuple[str, str]) -> Paragraph:
    paragraph = word.add_paragraph()
    for text, how in parts:
        run = paragraph.add_run(text)
        if how in ("superscript", "subscript", "strike", "double_strike", "hidden"):
            setattr(run.font, how, True)
        elif how == "white":
            run.font.color.rgb = RGBColor(255, 255, 255)
        elif how == "white on dark":
            run.font.color.rgb = RGBColor(255, 255, 255)
            run.font.highlight_color = WD_COLOR_INDEX.BLACK
        elif how == "tiny":
            run.font.size = Pt(0.5)
        elif how:
            run._element.get_or_add_rPr().append(parse_xml(f"<w:{how} {nsdecls('w')}/>"))
    return paragraph


def test_raised_and_lowered_runs_bend_no_figure(as_read: Callable[[Build], FileText]) -> None:
    def build(word: Document) -> None:
        runs(word, ("It makes 10", ""), ("18", "superscript"), (" steps by 2030", ""), ("3", "superscript"), (".", ""))
        runs(word, ("CO", ""), ("2", "subscript"), (" per m", ""), ("2", "superscript"), (" in base 10", ""),
             ("2", "subscript"))  # fmt: skip
        runs(word, ("It needs 10", ""), ("25", 'position w:val="10"'), (" more.", ""))

    said = words(as_read(build))
    assert "10¹⁸ steps by 2030³." in said and "CO2 per m² in base 10₂" in said and "10²⁵ more" in said


def test_formulas_are_read_where_they_stand(as_read: Callable[[Build], FileText]) -> None:
    def power(base: str, raised: str) -> str:
        return f"<m:sSup><m:e><m:r><m:t>{base}</m:t></m:r></m:e><m:sup><m:r><m:t>{raised}</m:t></m:r></m:sup></m:sSup>"

    fraction = "<m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"

    def build(word: Document) -> None:
        for made, tail in ((power("10", "18"), " steps"), (fraction, " of the heat")):
            paragraph = word.add_paragraph("Sites take ")
            paragraph._element.append(parse_xml(f"<m:oMath {MATH}>{made}</m:oMath>"))
            paragraph.add_run(tail)

    said = words(as_read(build))
    assert "Sites take 10¹⁸ steps" in said and "Sites take 3/4 of the heat" in said


@pytest.mark.parametrize("how", ["strike", "double_strike", "hidden", "white", "tiny"])
def test_withdrawn_and_hidden_words_are_left_out_and_named(as_read: Callable[[Build], FileText], how: str) -> None:
    text = as_read(lambda word: runs(word, ("It draws ", ""), ("24 MW", how), (" 20 MW.", "")) and None)
    assert words(text) == "It draws 20 MW." and len(left_out(text)) == 1


def test_white_words_on_dark_ground_are_read(as_read: Callable[[Build], FileText]) -> None:
    text = as_read(lambda word: runs(word, ("It draws ", ""), ("20 MW", "white on dark"), (".", "")) and None)
    assert words(text) == "It draws 20 MW." and not left_out(text)


def test_signs_of_symbol_fonts_are_those_they_show(as_read: Callable[[Build], FileText]) -> None:
    def build(word: Document) -> None:
        paragraph = word.add_paragraph("Efficiency ")
        for code in ("F0B3", "F0A3", "F06D"):
            sign = f'<w:r {nsdecls("w")}><w:sym w:font="Symbol" w:char="{code}"/></w:r>'
            paragraph._element.append(parse_xml(sign))
        run = paragraph.add_run(" soft­ware")
        run._element.append(parse_xml(f"<w:softHyphen {nsdecls('w')}/>"))

    said = words(as_read(build))
    assert "≥" in said and "≤" in said and ("μ" in said or "µ" in said) and "software" in said


def test_one_of_two_alternates_is_read(as_read: Callable[[Build], FileText]) -> None:
    def box(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    def build(word: Document) -> None:
        paragraph = word.add_paragraph("Before. ")
        paragraph._element.append(parse_xml(
            f"<mc:AlternateContent {MC} {nsdecls('w')} {SHAPE}><mc:Choice Requires='wps'>{box('Heat is sold.')}"
            f"</mc:Choice><mc:Fallback>{box('Heat is sold.')}</mc:Fallback></mc:AlternateContent>"
        ))  # fmt: skip

    assert words(as_read(build)).count("Heat is sold.") == 1


@pytest.mark.parametrize(
    ("kind", "name", "body", "is_read"),
    [
        ("text/html", "chunk.html", b"<html><body><p>A site draws 20 MW.</p></body></html>", True),
        ("application/rtf", "chunk.rtf", rb"{\rtf1 A site draws 20 MW.}", False),
    ],
)
def test_a_part_shown_as_body_is_read_or_named(
    as_read: Callable[[Build], FileText], kind: str, name: str, body: bytes, is_read: bool
) -> None:
    def build(word: Document) -> None:
        word.add_paragraph("The plan follows.")
        part = Part(PackURI(f"/word/{name}"), kind, body, word.part.package)
        link = word.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)
        chunk = f'<w:altChunk {nsdecls("w", "r")} r:id="{link}"/>'
        word.element.body.insert(1, parse_xml(chunk))

    text = as_read(build)
    unread = text.unread + tuple(what for page in text.pages for what in page.unread)
    assert ("A site draws 20 MW." in words(text)) is is_read and bool(unread) is not is_read


def test_a_table_in_a_cell_is_read_once(as_read: Callable[[Build], FileText]) -> None:
    def build(word: Document) -> None:
        outer = word.add_table(rows=1, cols=2)
        outer.cell(0, 0).text = "Machines"
        inner = outer.cell(0, 1).add_table(rows=2, cols=2)
        for at, text in enumerate(("Machine", "Power", "Lyra", "14 MW")):
            inner.cell(at // 2, at % 2).text = text

    said = words(as_read(build))
    assert said.count("Lyra") == 1 and said.count("14 MW") == 1
