"""Word, web pages and Markdown: sections by heading path, lists, tables, tracked changes."""

import zipfile
from pathlib import Path

import docx
import pptx
import pytest
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read
from coscribe.vectorstore.reading.sections import Sections
from coscribe.vectorstore.reading.tables import Cell, expand, has_header
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st


def parts(page: Page) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks]


def save(word: Word, folder: Path) -> tuple[Page, ...]:
    word.save(str(folder / "report.docx"))
    return read(folder / "report.docx").pages


def append(word: Word, xml: str) -> None:
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))


def test_word_sections_paragraphs_and_lists(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.title, word.core_properties.author = "Energy of centres", "Working group 3"
    word.add_paragraph("Preface.")
    word.add_heading("3 Energy", 1)
    word.add_paragraph("Marker energy.")
    word.add_heading("3.2 Cooling", 2)
    word.add_paragraph("Marker cooling.")
    word.add_paragraph("bullet", style="List Bullet")
    word.add_paragraph("deeper", style="List Bullet 2")
    word.add_heading("4 Outlook", 1)
    pages = save(word, tmp_path)
    assert [(page.label, page.path, page.page) for page in pages] == [
        ("before the first heading", (), None),
        ("§ 3 Energy", ("3 Energy",), None),
        ("§ 3 Energy › 3.2 Cooling", ("3 Energy", "3.2 Cooling"), None),
        ("§ 4 Outlook", ("4 Outlook",), None),
    ]
    assert parts(pages[2]) == [
        ("heading", 2, "3.2 Cooling"),
        ("text", 0, "Marker cooling."),
        ("item", 0, "bullet"),
        ("item", 1, "deeper"),
    ]
    assert [block.paragraph for block in pages[2].blocks] == [0, 1, 2, 3]
    assert pages[0].blocks[0].paragraph == 1
    assert read(tmp_path / "report.docx").properties == {
        "title": "Energy of centres",
        "author": "Working group 3",
    }


def test_tracked_insertions_are_read_and_marked_and_deletions_are_not(tmp_path: Path) -> None:
    word = docx.Document()
    append(
        word,
        f"<w:p {nsdecls('w')}><w:r><w:t xml:space='preserve'>The plan </w:t></w:r>"
        "<w:del w:id='1' w:author='A'><w:r><w:delText>excludes</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='A'><w:r><w:t>includes</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> all</w:t></w:r></w:ins>"
        "<w:moveFrom w:id='3' w:author='A'><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
        "<w:r><w:t xml:space='preserve'> centres.</w:t></w:r></w:p>",
    )
    (page,) = save(word, tmp_path)
    assert page.label == "whole text"
    assert page.text == "The plan includes all centres."
    assert [page.text[first:last] for first, last in page.inserted] == ["includes all"]


def test_text_boxes_once_and_content_controls_and_notes_at_the_end(tmp_path: Path) -> None:
    word = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed words.</w:t></w:r></w:p></w:txbxContent>"
    append(
        word,
        f"<w:p {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
        " xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'><w:r><w:t>Around.</w:t>"
        f"<mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    append(
        word,
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    (page,) = save(word, tmp_path)
    assert page.text == "Around.\nBoxed words.\nControlled."


def test_word_tables_carry_their_header_and_merged_cells(tmp_path: Path) -> None:
    word = docx.Document()
    rows = [("Region", "Site", "Power"), ("Europe", "North", "20 MW"), ("", "South", "30 MW")]
    table = word.add_table(rows=3, cols=3)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    frame = word.add_table(rows=1, cols=1)
    frame.cell(0, 0).text = "Framed paragraph."
    (page,) = save(word, tmp_path)
    assert page.text.split("\n") == [
        "Region | Site | Power",
        "Europe | North | 20 MW",
        "Europe | South | 30 MW",
        "Framed paragraph.",
    ]
    assert [(block.kind, block.header) for block in page.blocks] == [
        ("row", None),
        ("row", 0),
        ("row", 0),
        ("text", None),
    ]


LEVEL = "<w:lvl w:ilvl='{}'><w:start w:val='{}'/><w:numFmt w:val='{}'/><w:lvlText w:val='{}'/></w:lvl>"


def number_headings(word: Word, forms: list[tuple[int, str, str]]) -> None:
    """Let the heading styles count themselves, as a document with numbered headings does."""
    levels = "".join(LEVEL.format(depth, *form) for depth, form in enumerate(forms))
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{levels}</w:abstractNum>"))
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))
    for depth in range(len(forms)):
        settings = word.styles[f"Heading {depth + 1}"].element.get_or_add_pPr()
        settings.append(parse_xml(f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{depth}'/><w:numId w:val='77'/></w:numPr>"))


def test_headings_that_word_numbers_have_their_number_in_the_path_but_not_in_the_text(tmp_path: Path) -> None:
    word = docx.Document()
    number_headings(word, [(3, "decimal", "%1"), (1, "decimal", "%1.%2"), (1, "lowerLetter", "(%3)")])
    for text, level in (
        ("Energy", 1),
        ("Cooling", 2),
        ("Water", 3),
        ("Air", 3),
        ("Heat", 2),
        ("People", 1),
        ("Pay", 2),
    ):
        word.add_heading(text, level)
    unnumbered = word.add_heading("Annex", 1)
    unnumbered._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='0'/></w:numPr>"))
    pages = save(word, tmp_path)
    assert [page.path[-1] for page in pages] == [
        "3 Energy", "3.1 Cooling", "(a) Water", "(b) Air", "3.2 Heat", "4 People", "4.1 Pay", "Annex"
    ]  # fmt: skip
    assert pages[2].path == ("3 Energy", "3.1 Cooling", "(a) Water") and pages[2].text == "Water"


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("upperRoman", ["XIV.", "XV."]),
        ("lowerRoman", ["xiv.", "xv."]),
        ("upperLetter", ["N.", "O."]),
        ("bullet", ["", ""]),
        ("ordinalText", ["", ""]),
    ],
)
def test_forms_of_heading_numbers(tmp_path: Path, form: str, numbers: list[str]) -> None:
    word = docx.Document()
    number_headings(word, [(14, form, "%1." if form != "bullet" else "-")])
    word.add_heading("Energy", 1)
    word.add_heading("People", 1)
    assert [page.path[0] for page in save(word, tmp_path)] == [
        f"{number} {name}".strip() for number, name in zip(numbers, ("Energy", "People"), strict=True)
    ]


def test_strict_open_xml_reads_as_the_common_kind_does(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Energy", 1)
    word.add_table(rows=2, cols=2).cell(1, 1).text = "20 MW"
    word.save(str(tmp_path / "plain.docx"))
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Cooling of racks"
    deck.save(str(tmp_path / "plain.pptx"))
    for kind in ("docx", "pptx"):
        plain, strict = tmp_path / f"plain.{kind}", tmp_path / f"strict.{kind}"
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(strict, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                for family in (b"officeDocument", b"wordprocessingml", b"drawingml", b"presentationml"):
                    common = b"http://schemas.openxmlformats.org/" + family + b"/2006/"
                    data = data.replace(common, b"http://purl.oclc.org/ooxml/" + family + b"/")
                new.writestr(name, data)
        assert b"purl.oclc.org" in zipfile.ZipFile(strict).read("_rels/.rels")
        assert read(strict) == read(plain) and read(strict).pages[0].text


def test_a_first_row_with_figures_or_prose_is_no_header() -> None:
    assert has_header([["Region", "Power"], ["Chile", "5"]], marked=False)
    assert not has_header([["Chile", "5"], ["Peru", "6"]], marked=False)
    assert not has_header([["Region", "Power"], ["Chile", "low"]], marked=False)
    assert not has_header([["a", "b"]], marked=True)
    assert has_header([["Power", "2026", "2030"], ["Chile", "5", "6"]], marked=False)
    assert not has_header([["Chile", "2026", "2030"], ["Peru", "2027", "2031"]], marked=False)
    assert not has_header([["2026", "2030"], ["5", "6"]], marked=False)


def test_cells_that_span_rows_and_columns() -> None:
    rows = expand([[Cell("a", down=2), Cell("b", across=2)], [Cell("c"), Cell("d")], [Cell("all", across=3)]])
    assert rows == [["a", "b", "b"], ["a", "c", "d"], ["all"]]


PAGE = """<!doctype html><html lang="de-AT"><head><title>Kühlung im Blick</title><meta charset="windows-1252">
<meta name="author" content="Arbeitsgruppe"><meta name="date" content="2031-05-02"></head><body>
<header><p>Site header</p></header><nav><a>Menu entry</a></nav><div class="cookie-banner">We use cookies</div>
<main><h1>1 Energy</h1><p>Marker energy<br>next line <b>bold</b>er<script>no()</script><span hidden>unseen</span>.</p>
<h2>1.1 Cooling</h2><ol start="3"><li>third<ul><li>inner</li></ul></li><li>fourth</li></ol>
<table><caption>Shares</caption><tr><th>Region</th><th>Share</th></tr><tr><td rowspan="2">Europe</td><td>10 %</td></tr>
<tr><td>12 %</td></tr></table>
<dl><dt>Term</dt><dd>Meaning</dd></dl><figure><figcaption>Figure words</figcaption></figure>
<aside><a>Related page</a></aside></main>
<div><a>More</a> <a>pages</a></div><aside>Boxed 7 MW.</aside><footer>Imprint</footer></body></html>"""


def test_web_page_keeps_its_main_text_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.encode("windows-1252"))
    document = read(path)
    assert [page.path for page in document.pages] == [("1 Energy",), ("1 Energy", "1.1 Cooling")]
    assert parts(document.pages[0])[1] == ("text", 0, "Marker energy\nnext line bolder.")
    assert parts(document.pages[1])[1:] == [
        ("item", 0, "3. third"),
        ("item", 1, "inner"),
        ("item", 0, "4. fourth"),
        ("text", 0, "Shares"),
        ("row", 0, "Region | Share"),
        ("row", 0, "Europe | 10 %"),
        ("row", 0, "Europe | 12 %"),
        ("text", 0, "Term"),
        ("text", 0, "Meaning"),
        ("text", 0, "Figure words"),
        ("text", 0, "Boxed 7 MW."),
    ]
    assert document.pages[1].blocks[6].header == 5
    assert document.properties == {
        "title": "Kühlung im Blick",
        "author": "Arbeitsgruppe",
        "date": "2031-05-02",
        "language": "de",
    }


def test_a_page_that_is_one_form_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<body><form><p>All the words of this report stand in a form.</p></form></body>")
    assert read(path).pages[0].text == "All the words of this report stand in a form."


MARKDOWN = """---
title: "Energy of centres"
date: 2031-05
---
Before.

# 1 Energy

Some *stressed* text with a [link](https://example.org)
and &amp; `code`.

## 1.1 Cooling

3. third
   - inner
4. fourth

<div>Plain <b>words</b></div>

| Region | Share |
|---|---|
| Europe | 10 % |
"""


def test_markdown_sections(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    document = read(path)
    assert document.properties == {"title": "Energy of centres", "date": "2031-05"}
    assert [page.path for page in document.pages] == [(), ("1 Energy",), ("1 Energy", "1.1 Cooling")]
    assert parts(document.pages[1])[1] == ("text", 0, "Some stressed text with a link\nand & code.")
    assert parts(document.pages[2])[1:] == [
        ("item", 0, "3. third"),
        ("item", 1, "inner"),
        ("item", 0, "4. fourth"),
        ("text", 0, "Plain words"),
        ("row", 0, "Region | Share"),
        ("row", 0, "Europe | 10 %"),
    ]


@given(st.lists(st.tuples(st.sampled_from("htir"), st.text(max_size=8), st.integers(1, 4)), max_size=12))
def test_sections_cover_their_text(entries: list[tuple[str, str, int]]) -> None:
    sections = Sections()
    for kind, text, level in entries:
        if kind == "h":
            sections.heading(text, level)
        elif kind == "r":
            sections.table([[text, "x"], ["1", text]])
        else:
            sections.add(text, "item" if kind == "i" else "text", inserted=[(0, len(text))])
    for page in sections.pages():
        covered = [page.text[block.start : block.end] for block in page.blocks]
        assert "\n".join(covered) == page.text
        assert all(text == text.strip() != "" for text in covered)
        assert all(0 <= first < last <= len(page.text) for first, last in page.inserted)
