"""Word and PowerPoint: no figure bent, no word lost, none that is struck or hidden taken for plain."""

from io import BytesIO
from pathlib import Path

import docx
import pptx
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Deck
from pptx.util import Inches, Pt

SPACES = (
    f"{nsdecls('w', 'r')} xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    " xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'"
    " xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'"
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def run(text: str, settings: str = "") -> str:
    return f"<w:r><w:rPr>{settings}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def maths(body: str) -> str:
    return f"<m:oMath>{body}</m:oMath>"


def sign(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def append(word: Word, xml: str) -> None:
    root = parse_xml(f"<w:body {SPACES}>{xml}</w:body>")
    for child in list(root):
        word.element.body.insert(len(word.element.body) - 1, child)


def saved(word: Word, folder: Path) -> tuple[Page, ...]:
    word.save(str(folder / "report.docx"))
    return read(folder / "report.docx").pages


def page_of(folder: Path, *paragraphs: str) -> Page:
    word = docx.Document()
    for body in paragraphs:
        append(word, f"<w:p>{body}</w:p>")
    (page,) = saved(word, folder)
    return page


UP = "<w:vertAlign w:val='superscript'/>"


def test_styles_of_characters_raise_and_strike_and_hide(tmp_path: Path) -> None:
    word = docx.Document()
    for key, settings in (("Up", UP), ("Gone", "<w:strike/>"), ("Unseen", "<w:vanish/>")):
        word.styles.element.append(
            parse_xml(
                f"<w:style {nsdecls('w')} w:type='character' w:styleId='{key}'><w:name w:val='{key}'/>"
                f"<w:rPr>{settings}</w:rPr></w:style>"
            )
        )
    words = "".join(run(text, f"<w:rStyle w:val='{key}'/>" if key else "") for text, key in (
        ("10", ""), ("25", "Up"), (" is ", ""), ("thirty ", "Gone"), ("secret ", "Unseen"), ("forty", ""),
    ))  # fmt: skip
    kept = run(" kept", "<w:rStyle w:val='Gone'/><w:strike w:val='0'/>")
    append(word, f"<w:p>{words}{kept}</w:p>")
    (page,) = saved(word, tmp_path)
    assert page.text == "10²⁵ is forty kept"
    assert page.left_out == ("struck text", "hidden text")


def test_formulas_in_one_line(tmp_path: Path) -> None:
    def part(name: str, text: str) -> str:
        return f"<m:{name}>{sign(text)}</m:{name}>"

    power = f"<m:sSup>{part('e', '10')}{part('sup', '18')}</m:sSup>"
    limits = part("sub", "k=1") + part("sup", "n")
    sums = f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{limits}{part('e', 'k')}</m:nary>"
    forms = {
        power: "10¹⁸",
        f"<m:sSub>{part('e', 'q')}{part('sub', '3')}</m:sSub>": "q_3",
        f"<m:sSubSup>{part('e', 'x')}{part('sub', 'i')}{part('sup', '2')}</m:sSubSup>": "x_i²",
        f"<m:sSup>{part('e', 'a+b')}{part('sup', 'k+1')}</m:sSup>": "(a+b)^(k+1)",
        f"<m:f>{part('num', '3')}{part('den', '4')}</m:f>": "3/4",
        sign("2") + f"<m:f>{part('num', '3')}{part('den', '4')}</m:f>": "2 3/4",
        f"<m:f>{part('num', 'a+b')}{part('den', 'c+d')}</m:f>": "(a+b)/(c+d)",
        f"<m:sSup><m:e>{power}</m:e>{part('sup', '2')}</m:sSup>": "(10¹⁸)²",
        f"<m:f><m:num>{power}</m:num>{part('den', '2n')}</m:f>": "10¹⁸/(2n)",
        f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/>{part('e', '49')}</m:rad>": "√49",
        f"<m:rad>{part('deg', '3')}{part('e', 'n+1')}</m:rad>": "³√(n+1)",
        sums: "∑_(k=1)^n k",
        f"<m:func>{part('fName', 'log')}{part('e', 'x')}</m:func>": "log x",
        f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr>{part('e', 'a+b')}</m:d>": "[a+b]",
        f"<m:m><m:mr>{part('e', '1')}{part('e', '2')}</m:mr><m:mr>{part('e', '3')}{part('e', '4')}</m:mr></m:m>":
            "[1, 2; 3, 4]",
        f"<m:acc><m:accPr><m:chr m:val='&#x302;'/></m:accPr>{part('e', 'e')}</m:acc>": "ê",
        f"<m:sPre>{part('sub', '6')}{part('sup', '14')}{part('e', 'C')}</m:sPre>": "¹⁴₆C",
    }  # fmt: skip
    page = page_of(tmp_path, *(run("Is ") + maths(form) + run(".") for form in forms))
    assert page.text.split("\n") == [f"Is {text}." for text in forms.values()]


def test_struck_hidden_white_and_tiny_words_are_left_out_and_named(tmp_path: Path) -> None:
    white, dark = "<w:color w:val='FFFFFF'/>", "<w:shd w:val='clear' w:fill='1F3864'/>"
    page = page_of(
        tmp_path,
        run("The fee is ") + run("forty ", "<w:dstrike/>") + run("fifty.") + run(" On paper", white),
        run("Shown on blue", white + dark) + run(" unseen", "<w:vanish/>") + run(" tiny", "<w:sz w:val='1'/>"),
        f"<w:pPr>{dark}</w:pPr>" + run("Shown on a band", white),
        run("Gone is ") + "<w:del w:id='1' w:author='A'><w:r><w:delText>this</w:delText></w:r></w:del>" + run("all."),
    )
    assert page.text == "The fee is fifty.\nShown on blue\nShown on a band\nGone is all."
    assert set(page.left_out) == {"struck text", "hidden text", "deleted text"}


def embed(word: Word, name: str, kind: str, data: bytes) -> str:
    part = Part(PackURI(f"/word/{name}"), kind, data, word.part.package)
    return word.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)


def test_embedded_objects_and_pictures_without_words_are_named(tmp_path: Path) -> None:
    word = docx.Document()
    number = embed(word, "embeddings/oleObject1.bin", "application/x-ole", b"\xd0\xcf\x11\xe0 nothing")
    append(
        word, f"<w:p>{run('Old.')}<w:r><w:object><o:OLEObject ProgID='Package' r:id='{number}'/></w:object></w:r></w:p>"
    )
    append(word, "<w:p><w:r><w:object><o:OLEObject ProgID='Equation.3' r:id='rId1'/></w:object></w:r></w:p>")
    word.add_heading("Map", 1)
    word.add_picture(BytesIO(PIXEL))
    word.add_heading("Logo and words", 1)
    word.add_picture(BytesIO(PIXEL))
    word.add_paragraph("Words.")
    pages = saved(word, tmp_path)
    assert [page.unread for page in pages] == [
        ("an embedded file 'oleObject1.bin'", "a formula"), ("a picture",), ()
    ]  # fmt: skip


def test_clauses_that_word_numbers_begin_with_their_number(tmp_path: Path) -> None:
    word = docx.Document()
    level = "<w:lvl w:ilvl='{}'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='{}'/></w:lvl>"
    numbering = word.part.numbering_part.element
    levels = level.format(0, "§ %1") + level.format(1, "%1.%2")
    numbering.insert(0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{levels}</w:abstractNum>"))
    again = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride>"
    for key, change in (("77", ""), ("78", again)):
        numbering.append(
            parse_xml(f"<w:num {nsdecls('w')} w:numId='{key}'><w:abstractNumId w:val='77'/>{change}</w:num>")
        )
    for text, depth, key in (("Gates", 0, 77), ("Shut.", 1, 77), ("Keys.", 1, 77), ("Dogs", 0, 77), ("Anew", 0, 78)):
        place = f"<w:pPr><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{key}'/></w:numPr></w:pPr>"
        append(word, f"<w:p>{place}{run(text)}</w:p>")
    (page,) = saved(word, tmp_path)
    assert page.text.split("\n") == ["§ 1 Gates", "1.1 Shut.", "1.2 Keys.", "§ 2 Dogs", "§ 1 Anew"]


def test_a_table_in_a_cell_is_read_once_with_its_header(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=3, cols=2)
    for row, texts in enumerate((("Region", "Power"), ("Chile", "5 MW"), ("Peru", "see inside"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    inside = table.cell(2, 1).add_table(rows=2, cols=2)
    for row, texts in enumerate((("Year", "Share"), ("Then", "12 %"))):
        for column, text in enumerate(texts):
            inside.cell(row, column).text = text
    (page,) = saved(word, tmp_path)
    assert page.text.split("\n") == [
        "Region | Power", "Chile | 5 MW", "Peru | see inside", "Year | Share", "Then | 12 %"
    ]  # fmt: skip
    assert [block.header for block in page.blocks] == [None, 0, 0, None, 3]


def slides(deck: Deck, folder: Path) -> tuple[Page, ...]:
    deck.save(str(folder / "talk.pptx"))
    return read(folder / "talk.pptx").pages


def test_runs_of_slides_bend_no_figure_and_struck_ones_are_left_out(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    frame = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, Inches(4), Inches(1)).text_frame
    told = (
        ("10", ""),
        ("18", "30000"),
        (" t of CO", ""),
        ("2", "-25000"),
        (" in 2030", ""),
        ("3", "30%"),
        (" or ", ""),
    )
    for text, base in told:
        one = frame.paragraphs[0].add_run()
        one.text = text
        one._r.get_or_add_rPr().set("baseline", base or "0")
    for text, strike in (("forty ", "sngStrike"), ("fifty", "noStrike")):
        one = frame.paragraphs[0].add_run()
        one.text = text
        one._r.get_or_add_rPr().set("strike", strike)
    (page,) = slides(deck, tmp_path)
    assert page.text == "10¹⁸ t of CO2 in 2030³ or fifty" and page.left_out == ("struck text",)


def test_what_no_audience_sees_is_no_text_of_a_slide(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])

    def box(text: str, left: float, top: float) -> object:
        shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
        shape.text_frame.text = text
        return shape

    def white(shape: object) -> None:
        shape.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)  # type: ignore[attr-defined]

    box("Plain words.", 1, 1)
    box("hidden one", 1, 2)._element.nvSpPr.cNvPr.set("hidden", "1")  # type: ignore[attr-defined]
    box("beside it", 20, 1)
    white(box("white on white", 1, 3))
    slide.shapes.add_picture(BytesIO(PIXEL), Inches(5), Inches(5), Inches(3), Inches(2))
    white(box("White on a picture.", 5, 5.5))
    tiny = box("too small", 1, 4)
    tiny.text_frame.paragraphs[0].runs[0].font.size = Pt(1)  # type: ignore[attr-defined]
    (page,) = slides(deck, tmp_path)
    assert page.text == "Plain words.\nWhite on a picture." and page.left_out == ("hidden text",)
    assert page.unread == ()


def test_a_slide_that_is_a_picture_names_it(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(BytesIO(PIXEL), 0, 0, Inches(1), Inches(1))
    (page,) = slides(deck, tmp_path)
    assert (page.state, page.unread) == ("no_text", ("a picture",))


def test_a_shape_kept_twice_is_read_once_with_its_formula(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for space, words, other in (
        ("http://schemas.microsoft.com/office/drawing/2010/main", "Seeds: ", "a picture of it"),
        ("urn:example:zz", "no one knows", "High water"),
    ):
        shape = slide.shapes.add_textbox(0, Inches(len(slide.shapes)), Inches(4), Inches(1))
        shape.text_frame.text = "{}"
        body = etree.tostring(shape._element).decode()
        power = "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r></m:den></m:f>"
        formula = f"<zz:m><m:oMath>{power}</m:oMath></zz:m>"
        chosen = body.replace("<a:r><a:t>{}</a:t></a:r>", f"<a:r><a:t>{words}</a:t></a:r>{formula}")
        twice = (
            f"<mc:AlternateContent {SPACES} xmlns:zz='{space}'><mc:Choice Requires='zz'>{chosen}</mc:Choice>"
            f"<mc:Fallback>{body.replace('{}', other)}</mc:Fallback></mc:AlternateContent>"
        )
        shape._element.getparent().replace(shape._element, etree.fromstring(twice))
    (page,) = slides(deck, tmp_path)
    assert page.text == "Seeds: (a+b)/c\nHigh water"
