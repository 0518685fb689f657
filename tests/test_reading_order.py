"""PDF pages that are not painted in the order in which they are read: columns, side headings, turned text, stamps."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read
from reportlab.pdfgen.canvas import Canvas

LEFT = [
    "The harbour board keeps a ledger of every barge that",
    "passes the upper lock between spring and the first",
    "frost. Each entry names the master, the cargo and the",
    "hour. A clerk copies the ledger twice so that one book",
    "may be lost without harm to the dues.",
]
RIGHT = [
    "Salt is weighed on the old quay scale, which reads a",
    "little heavy after rain. The keeper dries the chain",
    "over a stove and writes down the weather beside the",
    "weight. Nobody has argued with his figures since the",
    "new scale of the railway was found to be wrong.",
]
THIRD = [
    "Eels leave the pond on the",
    "darkest night of autumn and",
    "cross the wet meadow on foot,",
    "as the children say. A lamp at",
    "the sluice turns them back.",
]

Line = tuple[float, float, str]


def paint(
    path: Path,
    lines: Sequence[Line],
    *,
    size: float = 10,
    turned: Sequence[Line] = (),
    at: int = -1,
    bold: Mapping[str, float] | None = None,
) -> Page:
    """Paint lines as given, some bold in a size of their own; the turned ones run upward, after `at` lines."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    for number, (left, base, text) in enumerate([*lines, (0, 0, "")]):
        if number == (at if at >= 0 else len(lines)):
            for x, y, words in turned:
                canvas.saveState()
                canvas.translate(x, y)
                canvas.rotate(90)
                canvas.setFont("Helvetica", size)
                canvas.drawString(0, 0, words)
                canvas.restoreState()
        own = (bold or {}).get(text)
        canvas.setFont("Helvetica-Bold" if own else "Helvetica", own or size)
        if text:
            canvas.drawString(left, base, text)
    canvas.showPage()
    canvas.save()
    return read(path).pages[0]


def rows(*columns: tuple[float, Sequence[str]], top: float = 780, pitch: float = 13) -> list[Line]:
    """Columns painted line by line."""
    longest = max(len(lines) for _, lines in columns)
    return [(left, top - pitch * at, lines[at]) for at in range(longest) for left, lines in columns if at < len(lines)]


def said(page: Page) -> str:
    return " ".join(page.text.split())


def texts(page: Page) -> list[str]:
    return [" ".join(page.text[block.start : block.end].split()) for block in page.blocks]


@pytest.mark.parametrize("gutter", [12, 40])
@pytest.mark.parametrize("shown", [2, 5])
def test_two_columns_painted_line_by_line_are_read_one_after_the_other(tmp_path: Path, gutter: int, shown: int) -> None:
    if shown == 2 and gutter < 18:
        pytest.skip("two lines with a gap as wide as that of justified text are no columns")
    page = paint(tmp_path / "columns.pdf", rows((50, LEFT[:shown]), (50 + 242 + gutter, RIGHT[:shown])))
    assert said(page) == " ".join([*LEFT[:shown], *RIGHT[:shown]])


def test_three_columns_and_a_heading_over_all(tmp_path: Path) -> None:
    short = [" ".join(line.split()[:5]) for line in LEFT]
    heading = (50.0, 810.0, "What the wardens wrote down in the year of the long frost and after it")
    foot = (290.0, 40.0, "12")
    page = paint(tmp_path / "three.pdf", [heading, *rows((50, short), (230, THIRD), (390, THIRD)), foot], size=9)
    assert said(page) == " ".join([heading[2], *short, *THIRD, *THIRD, "12"])


def test_a_heading_over_both_columns_parts_what_is_above_from_what_is_below(tmp_path: Path) -> None:
    heading = (50.0, 690.0, "A second matter, over both columns, about the eels and the lamp at the sluice of the mill")
    lines = [*rows((50, LEFT), (310, RIGHT)), heading, *rows((50, RIGHT), (310, LEFT), top=660)]
    page = paint(tmp_path / "over.pdf", lines)
    assert said(page) == " ".join([*LEFT, *RIGHT, heading[2], *RIGHT, *LEFT])


@pytest.mark.parametrize("size", [10, 14])
@pytest.mark.parametrize("by_line", [True, False])
@pytest.mark.parametrize("below", [1, 5])
def test_a_short_heading_over_both_columns_parts_them_too(
    tmp_path: Path, size: float, below: int, *, by_line: bool
) -> None:
    heading = (50.0, 690.0, "A second matter")
    parts = [rows((50, LEFT), (310, RIGHT)), rows((50, RIGHT[:below]), (310, LEFT[:below]), top=668)]
    if not by_line:
        parts = [sorted(part, key=lambda line: line[0]) for part in parts]
    page = paint(tmp_path / "short.pdf", [*parts[0], heading, *parts[1]], bold={heading[2]: size})
    assert said(page) == " ".join([*LEFT, *RIGHT, heading[2], *RIGHT[:below], *LEFT[:below]])


def test_headings_of_two_levels_over_both_columns_stay_together(tmp_path: Path) -> None:
    heads = [(50.0, 690.0, "A second matter"), (50.0, 672.0, "Of eels"), (50.0, 658.0, "and their lamps")]
    lines = [*rows((50, LEFT), (310, RIGHT)), *heads, *rows((50, RIGHT), (310, LEFT), top=640)]
    page = paint(tmp_path / "levels.pdf", lines, bold={heads[0][2]: 15, heads[1][2]: 11, heads[2][2]: 11})
    assert said(page) == " ".join([*LEFT, *RIGHT, *(head for _, _, head in heads), *RIGHT, *LEFT])


HEAD = "A second matter"
IN_ONE = {
    "text beside it": ([*LEFT, "", HEAD, *RIGHT], [*RIGHT, *LEFT[:2], *RIGHT], HEAD),
    "no space above": ([*LEFT, HEAD, *RIGHT], [*RIGHT, "", *LEFT], HEAD),
    "text goes on lower": ([*LEFT, "", HEAD, *RIGHT], [*RIGHT, "", "", "", *LEFT], HEAD),
    "a picture beside it": ([*LEFT, "", HEAD, *RIGHT], [*RIGHT[:2], "", "", "", "", "", *LEFT], HEAD),
    "set as the text": ([*LEFT, "", HEAD, *RIGHT], [*RIGHT, "", "", *LEFT], ""),
}


@pytest.mark.parametrize(("left", "right", "bold"), IN_ONE.values(), ids=IN_ONE)
def test_a_heading_in_one_column_does_not_part_the_other(
    tmp_path: Path, left: Sequence[str], right: Sequence[str], bold: str
) -> None:
    page = paint(tmp_path / "one.pdf", rows((50, left), (310, right)), bold={bold: 12} if bold else {})
    assert said(page) == " ".join(" ".join([*left, *right]).split())


def test_a_heading_painted_before_what_is_beside_and_above_it_does_not_part_that(tmp_path: Path) -> None:
    above = [*rows((50, LEFT)), (50.0, 695.0, HEAD), *rows((310, RIGHT))]
    page = paint(tmp_path / "one.pdf", [*above, *rows((50, RIGHT), (310, LEFT), top=675)], bold={HEAD: 12})
    assert said(page) == " ".join([*LEFT, HEAD, *RIGHT, *RIGHT, *LEFT])


@pytest.mark.parametrize("mark", ["-", "[{}]", "{}."])
@pytest.mark.parametrize("shift", [0, 5])
def test_items_in_two_columns_are_read_column_by_column(tmp_path: Path, mark: str, shift: float) -> None:
    lines: list[Line] = []
    told: list[str] = []
    for column in range(2):
        top = 780.0 - shift * column
        for at in range(8):
            own = (LEFT, RIGHT)[(at + column) % 2][: 1 + (at + column) % 3]
            number = mark.format(8 * column + at + 1)
            lines += [(50 + 270 * column, top, number), *rows((72 + 270 * column, own), top=top)]
            told += [number, *own]
            top -= 13 * len(own) + 4
    page = paint(tmp_path / "items.pdf", sorted(lines, key=lambda line: (-line[1], line[0])), size=9.5)
    assert said(page) == " ".join(told)


@pytest.mark.parametrize("shift", [2, 4, 5, 8])
def test_columns_whose_lines_are_at_different_heights(tmp_path: Path, shift: float) -> None:
    left, right = [*LEFT, *RIGHT], [*RIGHT, *LEFT]
    lines = [*rows((50, left)), *rows((310, right), top=780 - shift)]
    page = paint(tmp_path / "shifted.pdf", sorted(lines, key=lambda line: (-line[1], line[0])))
    assert said(page) == " ".join([*left, *right])


def test_paragraphs_of_two_columns_that_nearly_begin_at_one_height_are_no_rows_of_a_table(tmp_path: Path) -> None:
    left = [line for top in (780, 702, 624, 546) for line in rows((50, LEFT), top=top)]
    right = [line for top in (780, 700, 620, 540) for line in rows((310, RIGHT), top=top)]
    page = paint(tmp_path / "box.pdf", sorted([*left, *right], key=lambda line: (-line[1], line[0])))
    assert said(page) == " ".join([*LEFT * 4, *RIGHT * 4])


def test_a_longer_column_above_smaller_notes_is_no_heading_over_them(tmp_path: Path) -> None:
    notes = [f"{at} {line}" for at, line in enumerate(THIRD[:4], 1)]
    lines = [*rows((50, [*LEFT, LEFT[0]]), (310, RIGHT)), *rows((50, notes[:2]), (310, notes[2:]), top=693, pitch=9)]
    page = paint(tmp_path / "notes.pdf", lines, bold=dict.fromkeys(notes, 7.5))
    assert said(page) == " ".join([*LEFT, LEFT[0], *notes[:2], *RIGHT, *notes[2:]])


def test_a_word_cut_at_the_end_of_a_column_goes_on_below(tmp_path: Path) -> None:
    left = [
        "The board keeps a ledger of every barge that moves car-",
        "goes through the upper lock between spring and frost.",
    ]
    right = [
        "Salt is weighed on the old scale, and the harbour mas-",
        "ter dries the chain of it over a stove when it rains.",
    ]
    page = paint(tmp_path / "cut.pdf", rows((50, [*left, *LEFT]), (320, [*right, *RIGHT])))
    assert "cargoes through the upper lock" in said(page).replace("car-goes", "cargoes")
    assert "master dries the chain" in said(page).replace("mas-ter", "master")


def test_a_table_in_one_column_does_not_tear_the_other(tmp_path: Path) -> None:
    table = [
        (left, 690.0 - 14 * at, cell)
        for at, row in enumerate([("Lock", "Barges", "Tolls"), ("Upper", "14", "310"), ("Lower", "16", "402")])
        for left, cell in zip((55, 130, 200), row, strict=True)
    ]
    lines = [*rows((50, LEFT), (310, [*RIGHT, *LEFT, *RIGHT])), *table]
    page = paint(tmp_path / "table.pdf", lines)
    assert " ".join([*RIGHT, *LEFT, *RIGHT]) in said(page)
    assert [text for text, block in zip(texts(page), page.blocks, strict=True) if block.kind == "row"] == [
        "Lock Barges Tolls", "Upper 14 310", "Lower 16 402",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [3, 12])
@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("leads", [True, False])
def test_a_table_on_the_lines_of_the_other_column_does_not_tear_it(
    tmp_path: Path, number: int, at: int, *, leads: bool
) -> None:
    table = [("Lock", "Barges", "Tolls"), *((f"Weir{row}", str(12 + row), str(300 + row)) for row in range(number))]
    text = [*RIGHT, *LEFT, *RIGHT, *LEFT]
    edges = (50.0, 310.0)
    first, top = (len(LEFT) + 1, 0) if leads else (0, len(table) + 1)
    lines = rows((edges[1 - at], text))
    lines += [(edges[at], 780.0 - 13 * (row + top), words) for row, words in enumerate(LEFT)]
    lines += [
        (edges[at] + left, 780.0 - 13 * (row + first), cell)
        for row, cells in enumerate(table)
        for left, cell in zip((0, 90, 170), cells, strict=True)
    ]
    page = paint(tmp_path / "beside.pdf", sorted(lines, key=lambda line: (-line[1], line[0])))
    assert " ".join(text) in said(page)
    assert " ".join(LEFT) in said(page)
    found = [text for text, block in zip(texts(page), page.blocks, strict=True) if block.kind == "row"]
    assert found == [" ".join(row) for row in table]


def test_a_table_below_columns_with_a_long_first_column_stays_in_rows(tmp_path: Path) -> None:
    table = [(f"Barges that pass weir {row} of the upper lock", str(12 + row), str(300 + row)) for row in range(5)]
    cells = [
        (left, 715.0 - 13 * at, cell)
        for at, row in enumerate(table)
        for left, cell in zip((50, 310, 400), row, strict=True)
    ]
    page = paint(tmp_path / "long.pdf", [*rows((50, LEFT), (310, RIGHT)), *cells])
    assert said(page) == " ".join([*LEFT, *RIGHT, *(" ".join(row) for row in table)])


def test_a_table_over_the_page_stays_in_rows(tmp_path: Path) -> None:
    table = [
        ("Site", "Country", "Power"),
        ("Vega", "Spain", "17 MW"),
        ("Lyra", "Japan", "14 MW"),
        ("Ara", "Chile", "9 MW"),
    ]
    lines = [
        (left, 780.0 - 14 * at, cell)
        for at, row in enumerate(table)
        for left, cell in zip((55, 230, 420), row, strict=True)
    ]
    page = paint(tmp_path / "plain.pdf", lines)
    assert texts(page) == [" ".join(row) for row in table]


def test_side_headings_stay_with_the_paragraph_at_their_right(tmp_path: Path) -> None:
    lines: list[Line] = []
    for at, (name, words) in enumerate([("Ledger", LEFT), ("Salt", RIGHT), ("Eels", LEFT)]):
        lines += rows((50, [name]), (180, words), top=780 - 90 * at)
    page = paint(tmp_path / "side.pdf", lines)
    assert texts(page) == ["Ledger", " ".join(LEFT), "Salt", " ".join(RIGHT), "Eels", " ".join(LEFT)]
    assert [block.kind for block in page.blocks] == ["heading", "text"] * 3


def test_numbers_and_marks_beside_their_text_are_items(tmp_path: Path) -> None:
    lines: list[Line] = []
    for at, words in enumerate([LEFT, RIGHT, LEFT]):
        lines += rows((50, [f"({at + 1})"]), (80, words), top=780 - 70 * at)
    page = paint(tmp_path / "items.pdf", lines)
    assert texts(page) == [f"({at + 1}) {' '.join(words)}" for at, words in enumerate([LEFT, RIGHT, LEFT])]


def test_a_stamp_in_the_margin_does_not_cut_a_paragraph(tmp_path: Path) -> None:
    stamp = (20.0, 300.0, "Archive copy 2401 of the harbour board")
    page = paint(tmp_path / "stamp.pdf", rows((60, LEFT)), turned=[stamp], at=2)
    assert texts(page) == [" ".join(LEFT), stamp[2]]


def test_a_table_painted_sideways_is_a_table(tmp_path: Path) -> None:
    table = [("Site", "Power", "Year"), ("Vega", "17 MW", "2029"), ("Lyra", "14 MW", "2030"), ("Ara", "9 MW", "2031")]
    turned = [
        (100.0 + 16 * at, left, cell)
        for at, row in enumerate(table)
        for left, cell in zip((72, 200, 330), row, strict=True)
    ]
    path = tmp_path / "sideways.pdf"
    page = paint(path, [], turned=turned)
    assert texts(page) == [" ".join(row) for row in table]
    assert [block.header for block in page.blocks] == [None, 0, 0, 0]
