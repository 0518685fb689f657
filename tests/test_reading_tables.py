"""Tables on PDF pages: rows with their header, and nothing else taken for one."""

from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from coscribe.vectorstore.ingest.segments import cut
from coscribe.vectorstore.reading.layout.columns import Piece, grids, parted
from coscribe.vectorstore.reading.layout.lines import LineShape
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

TEXT = (
    "A site may draw at most twenty megawatts of electrical power and shall publish each year how much of it was used "
    "for cooling the machines and how much heat was given to the town nearby so that everybody can see what it costs"
)
PROSE = TEXT.split()


def rows(page: Page) -> list[tuple[str, int | None]]:
    """Each row's words, and the position of its header among the rows."""
    places = [at for at, block in enumerate(page.blocks) if block.kind == "row"]
    return [
        (
            " ".join(page.text[page.blocks[at].start : page.blocks[at].end].split()),
            None if page.blocks[at].header is None else places.index(page.blocks[at].header),
        )
        for at in places
    ]


def drawn(path: Path, draw: Callable[[Canvas], None]) -> Page:
    canvas = Canvas(str(path))
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.save()
    (page,) = read(path).pages
    return page


def lay(path: Path, table: Sequence[Sequence[object]], widths: Sequence[float], *, bold: bool = False) -> Page:
    """A table between two paragraphs, as a page layout program sets it."""
    body = getSampleStyleSheet()["BodyText"]
    style = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")] if bold else []
    cells = [[Paragraph(cell, body) if len(str(cell)) > 30 else cell for cell in row] for row in table]
    around = Paragraph(f"{TEXT}.", body)
    SimpleDocTemplate(str(path)).build([around, Table(cells, colWidths=widths, style=TableStyle(style)), around])
    (page,) = read(path).pages
    return page


def test_the_sample_report_gives_its_ceilings_as_rows_below_their_header() -> None:
    with as_file(files("coscribe.samples") / "europe-strategy-2026.pdf") as path:
        page = read(path).pages[0]
    assert rows(page) == [
        ("Year Metric Ceiling", None),
        ("2030 Peak electrical power of a site 20 MW", 0),
        ("2030 Electrical power of one rack 180 kW", 0),
        ("2029 Cooling, as a share of energy 10 %", 0),
        ("2029 Heat that is released unused 60 %", 0),
    ]
    cuts = cut([page], "en")
    row = next(one for one in cuts if page.text[one.start : one.end].startswith("2030 Peak"))
    assert row.kind == "row" and row.header is not None
    assert page.text[cuts[row.header].start : cuts[row.header].end] == "Year Metric Ceiling"


def test_cells_that_wrap_belong_to_their_row_and_the_text_stays_that_of_the_page(tmp_path: Path) -> None:
    table = [
        ["Site", "What it will run on in the years after that", "Power"],
        ["North", "water from the river, as long as the summer leaves enough of it", "20 MW"],
        ["South", "air", "5 MW"],
        ["West", "what the plant nearby does not need, which is a lot in winter", "7 MW"],
    ]
    page = lay(tmp_path / "a.pdf", table, (60, 150, 60))
    assert [(" ".join(sorted(text.split())), header) for text, header in rows(page)] == [
        (" ".join(sorted(" ".join(row).split())), 0 if number else None) for number, row in enumerate(table)
    ]
    assert sorted(page.text.split()) == sorted(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())


def test_figures_under_words_or_bold_type_make_a_header_and_nothing_else(tmp_path: Path) -> None:
    words = [
        ["Site", "State", "Partner"],
        ["North", "open", "Town"],
        ["South", "closed", "Port"],
        ["West", "new", "Mill"],
    ]
    figures = [
        ["Site", "Power", "Share"],
        ["North", "20 MW", "10 %"],
        ["South", "5 MW", "4 %"],
        ["West", "7 MW", "5 %"],
    ]
    plain = lay(tmp_path / "plain.pdf", words, (90, 90, 90))
    assert [header for _, header in rows(plain)] == [None] * 4
    assert [header for _, header in rows(lay(tmp_path / "bold.pdf", words, (90, 90, 90), bold=True))] == [None, 0, 0, 0]
    assert [header for _, header in rows(lay(tmp_path / "figures.pdf", figures, (90, 90, 90)))] == [None, 0, 0, 0]
    assert [header for _, header in rows(lay(tmp_path / "bare.pdf", figures[1:], (90, 90, 90)))] == [None] * 3


def test_a_header_of_several_lines_is_one_row(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "Table 3.")
        for x, lines in (
            (60, ("Rank", "by size")),
            (120, ("Name of", "the site")),
            (260, ("Total", "power")),
            (360, ("Share of", "cooling")),
        ):
            for number, line in enumerate(lines):
                canvas.drawString(x, 730 - 12 * number, line)
        for number, row in enumerate(
            (("11", "North", "20.4", "10.1"), ("12", "South", "15.0", "9.7"), ("13", "West", "7.2", "9.0"))
        ):
            for x, cell in zip((60, 120, 260, 360), row, strict=True):
                canvas.drawString(x, 700 - 14 * number, cell)

    assert rows(drawn(tmp_path / "a.pdf", draw)) == [
        ("Rank by size Name of the site Total power Share of cooling", None),
        ("11 North 20.4 10.1", 0),
        ("12 South 15.0 9.7", 0),
        ("13 West 7.2 9.0", 0),
    ]


def test_a_caption_over_an_empty_corner_is_no_part_of_the_header(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 730, "Table 3.")
        for number, row in enumerate(
            (("", "Power", "Share"), ("North", "20", "10.1"), ("South", "15", "9.7"), ("West", "7", "9"))
        ):
            for x, cell in zip((60, 260, 360), row, strict=True):
                canvas.drawString(x, 705 - 14 * number, cell)

    assert rows(drawn(tmp_path / "a.pdf", draw)) == [
        ("Power Share", None),
        ("North 20 10.1", 0),
        ("South 15 9.7", 0),
        ("West 7 9", 0),
    ]


@pytest.mark.parametrize(
    ("gaps", "pieces"),
    [
        ((9, 9, 10, 9), 1),
        ((9, 9, 10, 30), 2),
        ((3, 3, 9, 3), 2),
        ((9, 3), 2),
        ((9, 9, 9, 9, 9, 9), 2),  # the last two are figures
    ],
)
def test_words_spread_over_the_line_are_no_cells(gaps: tuple[float, ...], pieces: int) -> None:
    lefts = [60 + 40 * at + sum(gaps[:at]) for at in range(len(gaps) + 1)]
    words = ["20" if at > 4 else "word" for at in range(len(lefts))]
    assert len(parted(words, lefts, [left + 40 for left in lefts], 10)) == pieces


def justified(canvas: Canvas, left: float, top: float, width: float, lines: int) -> None:
    """Running text set to both margins, which makes its gaps wide."""
    for number in range(lines):
        words = [PROSE[(number * 5 + at * 3 + at * number) % len(PROSE)] for at in range(6)]
        used = sum(stringWidth(word, "Helvetica", 10) for word in words)
        gap = (width - used) / (len(words) - 1)
        x = left
        for word in words:
            canvas.drawString(x, top - 13 * number, word)
            x += stringWidth(word, "Helvetica", 10) + gap


def side_by_side(canvas: Canvas) -> None:
    for number in range(20):
        for x in (60, 320):
            words = [PROSE[(number * 7 + at + int(x)) % len(PROSE)] for at in range(7)]
            canvas.drawString(x, 760 - 13 * number, " ".join(words))


def two_columns(canvas: Canvas) -> None:
    justified(canvas, 60, 760, 230, 20)
    justified(canvas, 320, 760, 230, 20)


def wide_gaps(canvas: Canvas) -> None:
    justified(canvas, 60, 760, 330, 30)


def listed(canvas: Canvas) -> None:
    for number in range(12):
        canvas.drawString(60, 760 - 14 * number, f"{number + 1}." if number > 5 else "\u2022")
        canvas.drawString(90, 760 - 14 * number, f"{PROSE[number]} {PROSE[number + 3]} of {number} MW")


def footnotes(canvas: Canvas) -> None:
    for number in range(6):
        canvas.drawString(60, 160 - 12 * number, str(number + 17))
        canvas.drawString(85, 160 - 12 * number, f"See {PROSE[number]} {PROSE[number + 5]} (2029), p. {number}.")


def title_page(canvas: Canvas) -> None:
    for number, (left, right) in enumerate(
        (("A. Author", "B. Writer"), ("North site", "South site"), ("Town", "Port"))
    ):
        canvas.drawString(150, 700 - 20 * number, left)
        canvas.drawString(380, 700 - 20 * number, right)


def contents(canvas: Canvas) -> None:
    for number in range(8):
        canvas.drawString(60, 760 - 18 * number, f"{number + 1}")
        canvas.drawString(90, 760 - 18 * number, f"{PROSE[number]} {PROSE[number + 9]}".capitalize())
        canvas.drawRightString(500, 760 - 18 * number, str(3 + 4 * number))


@pytest.mark.parametrize("draw", [two_columns, side_by_side, wide_gaps, listed, footnotes, title_page, contents])
def test_what_only_looks_like_a_table_is_none(tmp_path: Path, draw: Callable[[Canvas], None]) -> None:
    page = drawn(tmp_path / "a.pdf", draw)
    assert rows(page) == []
    assert page.text.split()


PIECES = st.lists(
    st.builds(
        lambda left, width, text: Piece(left, left + width, text),
        st.sampled_from([60, 61.5, 150, 152, 240, 300, 420]),
        st.sampled_from([0, 5, 40, 80, 250]),
        st.sampled_from(["Power", "20 MW", "1.", "•", "in the town nearby", "2030", "."]),
    ),
    max_size=4,
)


@settings(max_examples=300)
@given(st.lists(st.tuples(PIECES, st.sampled_from([-26, -13, 0, 3, 13, 26, 90]), st.booleans()), max_size=14))
def test_tables_are_found_without_fail_and_never_overlap(lines: list[tuple[list[Piece], int, bool]]) -> None:
    shapes, base = [], 700.0
    for pieces, drop, bold in lines:
        base -= drop
        shapes.append(LineShape(10, bold, 60, base, base, tuple(pieces)))
    end = 0
    for first, grid in sorted(grids(shapes).items()):
        assert first == grid.rows[0][0] >= end and len(grid.rows) >= 3
        for start, after in grid.rows:
            assert start < after and start in (first, end)
            end = after
        assert grid.end == end <= len(shapes)
