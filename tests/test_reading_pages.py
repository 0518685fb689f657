"""PDF, slides and plain text: every marker on its page, cut words mended, blocks as a reader would see them."""

from pathlib import Path
from unicodedata import normalize

import pptx
import pytest
from coscribe.vectorstore.reading.layout.bullets import BulletMark
from coscribe.vectorstore.reading.layout.hyphens import CUT, Vocabulary, mend
from coscribe.vectorstore.reading.layout.legibility import state_of
from coscribe.vectorstore.reading.layout.lines import Flow, LineShape, split
from coscribe.vectorstore.reading.page import Block, Page
from coscribe.vectorstore.reading.read import read
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas


def draw(path: Path, pages: list[list[str]], *, size: float = 11) -> Path:
    canvas = Canvas(str(path))
    canvas.setTitle("Roadmap for cooling")
    for lines in pages:
        canvas.setFont("Helvetica", size)
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return path


def parts(page: Page) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, page.text[block.start : block.end].replace("\n", " ")) for block in page.blocks]


def flow(text: str) -> list[tuple[str, int, str]]:
    blocks = Flow().blocks(split(text))
    return [(block.kind, block.level, text[block.start : block.end].replace("\n", " ")) for block in blocks]


def check(text: str, blocks: tuple[Block, ...], furniture: tuple[tuple[int, int], ...] = ()) -> None:
    end = 0
    covered = {place for first, last in furniture for place in range(first, last)}
    for block in blocks:
        assert end <= block.start < block.end
        assert not text[block.start].isspace() and not text[block.end - 1].isspace()
        assert covered.isdisjoint(range(block.start, block.end))
        assert block.header is None or blocks[block.header].kind == "row"
        end = block.end
    for block in blocks:
        covered.update(range(block.start, block.end))
    assert all(sign.isspace() or place in covered for place, sign in enumerate(text))


def test_each_pdf_page_holds_its_own_words_as_an_independent_reader_sees_them(tmp_path: Path) -> None:
    body = [[f"Marker {name} says that cooling takes a share of the power.", "It is measured."] for name in "ABCDE"]
    path = draw(tmp_path / "report.pdf", body)
    document = read(path)
    assert document.properties["title"] == "Roadmap for cooling"
    assert [page.label for page in document.pages] == ["p. 1", "p. 2", "p. 3", "p. 4", "p. 5"]
    for page, other in zip(document.pages, PdfReader(path).pages, strict=True):
        assert "".join(page.text.split()) == "".join(other.extract_text().split())
        check(page.text, page.blocks, page.furniture)


def test_running_headers_are_furniture_on_facing_pages_too(tmp_path: Path) -> None:
    pages = []
    for number in range(1, 9):
        head = ["Annual outlook 2031", f"{number}"] if number % 2 else [f"{number} Annual outlook 2031"]
        pages.append(
            [*head, f"Section {number * 7} tells of matters {'xyz'[number % 3] * 9}.", "The end of it.", "So it is."]
        )
    for page in read(draw(tmp_path / "report.pdf", pages)).pages:
        assert page.furniture and all("Annual" not in text for _, _, text in parts(page))
        check(page.text, page.blocks, page.furniture)


def test_printed_page_labels_stand_beside_the_position(tmp_path: Path) -> None:
    path = draw(tmp_path / "report.pdf", [[f"Page number {word} of the file."] for word in ("one", "two", "three")])
    writer = PdfWriter(clone_from=path)
    writer.set_page_label(0, 0, style="/r")
    writer.set_page_label(1, 2, style="/D", start=2)
    writer.write(path)
    assert [page.label for page in read(path).pages] == ["p. 1 (printed: i)", "p. 2", "p. 3"]


def test_ligatures_are_spelled_out_so_that_words_are_found(tmp_path: Path) -> None:
    registerFont(TTFont("Vera", "Vera.ttf"))  # reportlab brings it
    canvas = Canvas(str(tmp_path / "report.pdf"))
    lines = ["The ﬁrst ﬂow of ofﬁcial ﬁgures deﬁnes", "what is sufﬁcient for efﬁcient cooling."] * 6
    for number, line in enumerate(lines):
        canvas.setFont("Vera", 11)
        canvas.drawString(60, 780 - 14 * number, line)
    canvas.save()
    (page,) = read(tmp_path / "report.pdf").pages
    assert page.state == "read" and page.text.split() == normalize("NFKC", " ".join(lines)).split()
    assert "\ufb01" in " ".join(lines) and "official figures" in page.text
    assert all(kind == "text" for kind, _, _ in parts(page))


def test_a_page_without_text_is_named(tmp_path: Path) -> None:
    document = read(
        draw(tmp_path / "scan.pdf", [["Some words that can be read well."], [], ["More words to be read."]])
    )
    assert [page.state for page in document.pages] == ["read", "no_text", "read"]


def test_a_page_of_rules_alone_harms_no_other(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "rules.pdf"))
    canvas.drawString(60, 700, "The council meets in spring.")
    canvas.showPage()
    for height in (300, 320):
        canvas.line(60, height, 400, height)
    canvas.showPage()
    canvas.save()
    first, second = read(tmp_path / "rules.pdf").pages
    assert (first.text, second.text) == ("The council meets in spring.", "")


@pytest.mark.parametrize(
    ("text", "undecoded", "state"),
    [
        ("", 0, "no_text"),
        ("12", 0, "no_text"),
        ("4.2 8.1 " * 10, 0, "read"),
        ("Cooling takes a tenth of the power. " * 3, 0, "read"),
        ("\ue001\ue002\ue003 " * 30, 0, "garbled"),
        ("plain words here", 300, "garbled"),
        ("Frrolqj wdnhv zrughv glhv lqwr srzhu frpsxwlqj fhqwuhv " * 5, 0, "garbled"),
        ("冷却は電力の一割を占める。" * 3, 0, "read"),
    ],
)
def test_state_of_a_page(text: str, undecoded: int, state: str) -> None:
    assert state_of(text, undecoded) == state


def test_cut_words_follow_the_reports_own_spelling() -> None:
    vocabulary = Vocabulary.of(["The cooling of post-exascale systems. Low power, high density. A Research plan."])
    cases = {
        f"the coo{CUT}ling": ("the cooling", False),
        f"of post{CUT}exascale": ("of post-exascale", False),
        f"EuroHPC{CUT}JU": ("EuroHPC-JU", False),
        f"COVID{CUT}19": ("COVID-19", False),
        f"low{CUT}density": ("low-density", True),
        f"quan{CUT}tum": ("quan-tum", True),
        f"pre{CUT}and post-exascale": ("pre- and post-exascale", False),
        f"www.example.org/a{CUT}page": ("www.example.org/a-page", False),
    }
    for given_line, (mended, unsure) in cases.items():
        found = mend([given_line], vocabulary)
        assert found.lines == [mended]
        assert bool(found.breaks) is unsure, given_line


def test_a_plain_hyphen_at_a_line_end_joins_the_lines_and_marks_the_place() -> None:
    found = mend(["all low-", "density racks", "stay"], Vocabulary.of(["low and density"]))
    assert found.lines == ["all low-density racks", "stay"]
    assert found.origins == [(0, 1), (2, 2)]
    assert "\n".join(found.lines)[found.breaks[0]] == "-"


LAW = """Article 5
Prohibited practices
1. The following practices shall be prohibited:
(a) the placing on the market of a system that works by means that are beyond
a person's notice;
(g) biometric systems as referred to in point
(a) of this paragraph;
(h) the use of such systems for one of the following objectives:
(i) the search for missing persons;
(ii) the prevention of a threat.
(i) anything else that the board names.
2. This Article applies from 2031."""


def test_points_and_nested_points_of_a_law() -> None:
    found = flow(LAW)
    assert [(kind, level, text[:6]) for kind, level, text in found] == [
        ("heading", 1, "Articl"),
        ("heading", 1, "Prohib"),
        ("item", 0, "1. The"),
        ("item", 1, "(a) th"),
        ("item", 1, "(g) bi"),
        ("item", 1, "(h) th"),
        ("item", 2, "(i) th"),
        ("item", 2, "(ii) t"),
        ("item", 1, "(i) an"),
        ("item", 0, "2. Thi"),
    ]
    assert found[2][2].endswith(":")


def test_paragraphs_bullets_and_dashes_inside_a_sentence() -> None:
    text = (
        "The centre runs a large machine, which all its users want to see replaced\n"
        "– a wish that the board shares. It will be done by the end of the decade\n"
        "at the latest.\n"
        "Another paragraph begins here and it goes on for as long as the first one.\n"
        "• first point, which runs on\nover two lines\n• second point\n\n"
        "Closing words."
    )
    assert [(kind, text[:9]) for kind, _, text in flow(text)] == [
        ("text", "The centr"),
        ("text", "Another p"),
        ("item", "• first p"),
        ("item", "• second "),
        ("text", "Closing w"),
    ]


def test_columns_are_rows_only_when_unmistakable() -> None:
    table = "Region   Power   Share\nEurope   20 MW   10 %\nJapan   30 MW   12 %\n\nTwo   parts\nonly here"
    blocks = Flow().blocks(split(table))
    assert [block.kind for block in blocks] == ["row", "row", "row", "text"]
    assert [block.header for block in blocks[:3]] == [None, 0, 0]


def test_larger_type_is_a_heading_and_distance_ends_a_paragraph() -> None:
    text = "Cooling of racks\nwater flows through\nthe racks all day\nanother thing stands apart"
    shapes = [LineShape(16, False, 60, 700, 700), *(LineShape(10, False, 60, base, base) for base in (680, 668, 630))]
    found = Flow(10).blocks(split(text, (), shapes))
    assert [(block.kind, text[block.start : block.end].count("\n")) for block in found] == [
        ("heading", 0),
        ("text", 1),
        ("text", 0),
    ]


@pytest.mark.parametrize("line", ["(eu) law", "e.g. this", "o come", "2031. Then", "-5 degrees", "plain"])
def test_what_is_no_mark(line: str) -> None:
    assert BulletMark.of(line) is None


PIECES = st.sampled_from(
    [
        "1. One",
        "(a) of",
        "(i) x:",
        "•",
        "- dash",
        "Title Words",
        "ends here.",
        "and",
        "\t",
        "   ",
        "",
        "a  b  c",
        "o Og",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES | st.text(max_size=12), max_size=25), st.booleans(), st.randoms())
def test_blocks_cover_the_page_in_order(lines: list[str], shaped: bool, random: object) -> None:
    text = "\n".join(lines)
    rows = text.split("\n")
    sizes = [(10.0, False), (14.0, False), (10.0, True)]
    shapes = [LineShape(*sizes[len(row) % 3], 60, 800 - 12 * n - len(row), 800 - 12 * n) for n, row in enumerate(rows)]
    spans = ((0, len(rows[0].strip())),) if rows[0] and rows[0] == rows[0].strip() and shaped else ()
    flowing = Flow(10.0 if shaped else 0.0)
    for _ in range(2):
        check(text, flowing.blocks(split(text, spans, shapes if shaped else ())), spans)


def test_slides_notes_tables_groups_and_charts(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Marker title"
    frame = first.placeholders[1].text_frame
    frame.text = "Marker bullet"
    nested = frame.add_paragraph()
    nested.text, nested.level = "Marker nested", 1
    first.notes_slide.notes_text_frame.text = "Marker spoken"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Marker grouped"
    table = second.shapes.add_table(2, 2, 0, Inches(2), Inches(4), Inches(1)).table
    for row, words in enumerate([("Region", "Power"), ("Chile", "5 MW")]):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    data = CategoryChartData()
    data.categories = ["Chile"]
    data.add_series("Power", (5.5,))
    second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, Inches(4), Inches(4), Inches(2), data)
    deck.slides.add_slide(deck.slide_layouts[6])
    unseen = deck.slides.add_slide(deck.slide_layouts[1])
    unseen._element.set("show", "0")
    unseen.shapes.title.text = unseen.notes_slide.notes_text_frame.text = "Marker unseen"
    deck.save(str(tmp_path / "talk.pptx"))
    pages = read(tmp_path / "talk.pptx").pages
    assert [(page.page, page.label, page.notes, page.state) for page in pages] == [
        (1, "slide 1", False, "read"),
        (1, "slide 1 (notes)", True, "read"),
        (2, "slide 2", False, "read"),
        (3, "slide 3", False, "no_text"),
        (4, "slide 4", False, "read"),
    ]
    assert [(page.text, page.left_out) for page in pages[4:]] == [("", ("a hidden slide",))]
    assert parts(pages[0]) == [
        ("heading", 1, "Marker title"),
        ("item", 0, "Marker bullet"),
        ("item", 1, "Marker nested"),
    ]
    assert pages[1].text == "Marker spoken"
    lines = pages[2].text.split("\n")
    assert lines[:3] == ["Marker grouped", "Region | Power", "Chile | 5 MW"] and lines[-1] == "Chile | 5.5"
    assert pages[2].blocks[2].header == 1
    for page in pages:
        check(page.text, page.blocks)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
def test_plain_text_of_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Die Kühlung größerer Rechner\fkostet viel.\r\n\r\nZweiter Absatz – fertig.".encode(encoding))
    (page,) = read(path).pages
    assert page.kind == "section" and page.path == () and page.page is None
    assert page.text == "Die Kühlung größerer Rechner\nkostet viel.\n\nZweiter Absatz – fertig."
    assert parts(page)[-1] == ("text", 0, "Zweiter Absatz – fertig.")
