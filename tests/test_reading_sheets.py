"""Spreadsheets: rows under their header, values as the sheet shows them, nothing left out in silence."""

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import coscribe
import openpyxl
import pytest
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading.office import xlsx
from coscribe.vectorstore.reading.office.numerals import shown
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read
from xlsxwriter import Workbook  # python-pptx brings it


def book(path: Path, fill: Callable[[Workbook], None]) -> Path:
    workbook = Workbook(str(path))
    fill(workbook)
    workbook.close()
    return path


def ceilings(workbook: Workbook) -> None:
    workbook.set_properties({"title": "Ceilings of sites", "author": "Working group 3"})
    sheet = workbook.add_worksheet("Power limits")
    sheet.write("B2", "Ceilings that every site shall respect")
    sheet.write_row("B4", ["Region", "Site", "Power", "Cooling", "Decided"])
    rows = (("Europe", "North", 20, 0.1, (2026, 3, 12)), ("", "South", 17.5, 0.125, (2026, 4, 1)))
    for number, (region, site, power, share, decided) in enumerate(rows, 4):
        sheet.write_row(number, 1, [region, site])
        sheet.write_number(number, 3, power, workbook.add_format({"num_format": '0.0# "MW"'}))
        sheet.write_number(number, 4, share, workbook.add_format({"num_format": "0.0 %"}))
        sheet.write_datetime(number, 5, datetime.datetime(*decided), workbook.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.merge_range("B5:B6", "Europe")
    sheet.write_formula("D8", "=D5+D6", workbook.add_format({"num_format": '0.0 "MW"'}), 37.5)
    sheet.write("B8", "All sites")
    hidden = workbook.add_worksheet("Draft")
    hidden.write("A1", "Not decided yet")
    hidden.hide()
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "='Power limits'!$D$5:$D$6"})
    workbook.add_chartsheet("Chart").set_chart(chart)


def parts(page: Page) -> list[tuple[str, int, str]]:
    return [(block.kind, block.paragraph, page.text[block.start : block.end]) for block in page.blocks]


def test_rows_headers_merged_cells_formats_dates_and_stored_results(tmp_path: Path) -> None:
    document = read(book(tmp_path / "limits.xlsx", ceilings))
    first, hidden, chart = document.pages
    assert [(page.kind, page.page, page.label, page.state) for page in document.pages] == [
        ("sheet", 1, "sheet ‘Power limits’", "read"),
        ("sheet", 2, "sheet ‘Draft’", "read"),
        ("sheet", 3, "sheet ‘Chart’", "no_text"),
    ]
    assert parts(first) == [
        ("text", 2, "Ceilings that every site shall respect"),
        ("row", 4, "Region | Site | Power | Cooling | Decided"),
        ("row", 5, "Europe | North | 20.0 MW | 10.0 % | 2026-03-12"),
        ("row", 6, "Europe | South | 17.5 MW | 12.5 % | 2026-04-01"),
        ("row", 8, "All sites |  | 37.5 MW"),
    ]
    assert [block.header for block in first.blocks] == [None, None, 1, 1, None]
    assert first.text == "\n".join(text for _, _, text in parts(first))
    assert hidden.text == "" and hidden.left_out == ("a hidden sheet",) and chart.text == ""
    assert document.properties["title"] == "Ceilings of sites" and document.properties["author"] == "Working group 3"


def test_a_library_finds_the_row_and_says_which_sheet(tmp_path: Path) -> None:
    library = coscribe.Library(tmp_path / "library", embedder="none")
    (outcome,) = library.ingest([book(tmp_path / "limits.xlsx", ceilings)]).reports
    assert outcome.state == "indexed" and outcome.pages == 3 and outcome.pages_without_text == [3]
    assert [(gap.page, gap.what) for gap in outcome.left_out] == [(2, ["a hidden sheet"])]
    hit = library.search("cooling of the site South", k=1)[0]
    assert "Europe | South | 17.5 MW | 12.5 %" in hit.text
    assert (hit.locator.kind, hit.locator.page) == ("sheet", 1) and "Power limits" in hit.locator.label


def test_years_may_name_columns_and_a_row_outside_the_named_columns_has_no_header(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["Power in MW", 2026, 2030])
        sheet.write_row("A2", ["North", 5, 20])
        sheet.write_row("A3", ["South", 4, 15, "see note 7"])

    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert [(text, block.header) for block, (_, _, text) in zip(page.blocks, parts(page), strict=True)] == [
        ("Power in MW | 2026 | 2030", None),
        ("North | 5 | 20", 0),
        ("South | 4 | 15 | see note 7", None),
    ]


def test_what_is_not_read_of_a_sheet_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet("Long")
        for number in range(12):
            sheet.write_row(number * 2, 0, [f"row {number}", number])

    monkeypatch.setattr(xlsx, "MOST_ROWS", 10)
    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert (page.label, page.page, page.state) == ("sheet ‘Long’", 1, "read")
    assert page.text.endswith("row 9 | 9") and page.unread == ("rows from 21 on (there are too many)",)


def test_a_formula_that_was_never_computed_is_marked_in_its_row_and_named_once_a_sheet(tmp_path: Path) -> None:
    plain = openpyxl.Workbook()  # its formulas were never in a program that computes
    first = plain.active
    first.title = "Power"
    for row in (["Site", "MW", "Share"], ["Lyra", 14, "=B2/B4"], ["Vega", "=7+10", "=B3/B4"], ["All", "=SUM(B2:B3)"]):
        first.append(row)
    first.append(["Secret", "=1+1"])
    first.row_dimensions[5].hidden = True
    first["E2"] = "=B2"
    first.column_dimensions["E"].hidden = True
    plain.create_sheet("Sums")["B7"] = "=Power!B4"
    plain.create_sheet("Nothing")
    plain.save(tmp_path / "a.xlsx")
    power, sums, nothing = read(tmp_path / "a.xlsx").pages
    assert parts(power) == [
        ("row", 1, "Site | MW | Share"), ("row", 2, "Lyra | 14 | □"), ("row", 3, "Vega | □ | □"), ("row", 4, "All | □"),
    ]  # fmt: skip
    assert [block.header for block in power.blocks] == [None, 0, 0, 0]
    assert power.unread == ("4 formulas without a value, the first in C2",)
    assert (parts(sums), sums.unread) == ([("text", 7, "□")], ("a formula without a value in B7",))
    assert [page.state for page in (power, sums, nothing)] == ["read"] * 3 and nothing.unread == ()

    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["Lyra", 14, 0])
        for place, value in (("A2", "All"), ("B2", 31), ("C2", 0)):  # its writer stores 0 for what it does not compute
            sheet.write_formula(place, "=B1+17", None, value)

    (page,) = read(book(tmp_path / "b.xlsx", fill)).pages
    assert page.text == "Lyra | 14 | 0\nAll | 31 | □" and page.unread == ("a formula without a value in C2",)


def test_a_cell_far_out_and_a_false_size_cost_nothing(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write(1_048_575, 16_383, "the last cell")
        sheet.write(0, 0, "the first cell")

    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert parts(page) == [("text", 1, "the first cell"), ("text", 1_048_576, "the last cell")]


def test_runs_of_a_cell_are_raised_lowered_or_left_out_when_struck(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        up, down = workbook.add_format({"font_script": 1}), workbook.add_format({"font_script": 2})
        struck = workbook.add_format({"font_strikeout": True})
        sheet = workbook.add_worksheet()
        sheet.write_rich_string("A1", "At least 10", up, "18", " operations by 2030", up, "3", " without CO", down, "2")
        sheet.write_rich_string("A2", "At most ", struck, "24 MW", " 20 MW")
        sheet.write("A3", "Withdrawn rule", struck)
        sheet.write("A4", "soft\xadhyphen of the o\ufb03ce\u200b_x000a_below")

    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert page.text.split("\n") == [
        "At least 10¹⁸ operations by 2030³ without CO2",
        "At most 20 MW",
        "softhyphen of the office below",
    ]
    assert page.left_out == ("struck text",)


def test_what_a_sheet_hides_is_left_out_and_named(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        white, dark = workbook.add_format({"font_color": "white"}), {"font_color": "white", "bg_color": "#123456"}
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["Site", "Secret", "Power", "Kind"], workbook.add_format(dark))
        sheet.write_row("A2", ["Lyra", "s1", 14, "hot"])
        sheet.write_row("A3", ["Hidden", "s2", 99, "hot"])
        sheet.write_row("A4", ["Vega", "s3", 17, "cold"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.write("A6", "Ghost", white)
        sheet.write("A7", 4711, workbook.add_format({"num_format": ";;;"}))

    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert parts(page) == [
        ("row", 1, "Site | Power | Kind"),
        ("row", 2, "Lyra | 14 | hot"),
        ("row", 4, "Vega | 17 | cold"),
    ]
    assert [block.header for block in page.blocks] == [None, 0, 0]
    assert set(page.left_out) == {"hidden rows", "hidden columns", "hidden text"}


def test_white_words_under_a_rule_that_may_paint_the_ground_are_read(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "Alert", workbook.add_format({"font_color": "white"}))
        red = workbook.add_format({"bg_color": "red"})
        sheet.conditional_format("A1", {"type": "no_blanks", "format": red})

    assert read(book(tmp_path / "a.xlsx", fill)).pages[0].text == "Alert"


def test_two_header_rows_are_joined(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "Power of the sites")
        sheet.merge_range("A2:A3", "Site")
        sheet.merge_range("B2:C2", "Power in MW")
        sheet.write_row("B3", [2028, 2030])
        sheet.write_row("A4", ["Lyra", 14, 15])
        sheet.write_row("A5", ["Vega", 17, 18])

    (page,) = read(book(tmp_path / "a.xlsx", fill)).pages
    assert parts(page) == [
        ("text", 1, "Power of the sites"),
        ("row", 3, "Site | Power in MW › 2028 | Power in MW › 2030"),
        ("row", 4, "Lyra | 14 | 15"),
        ("row", 5, "Vega | 17 | 18"),
    ]
    assert [block.header for block in page.blocks] == [None, None, 1, 1]


def test_text_boxes_comments_titles_and_values_that_only_a_chart_shows(tmp_path: Path) -> None:
    def fill(workbook: Workbook) -> None:
        sheet, values = workbook.add_worksheet("Seen"), workbook.add_worksheet("Values")
        sheet.write_row("A1", ["Site", "Power"])
        sheet.write_row("A2", ["Lyra", 14])
        sheet.insert_textbox("D4", "Boxed words")
        sheet.write_comment("B2", "Measured in May")
        values.write_row("A1", ["North", 61])
        values.write_row("A2", ["South", 62])
        values.hide()
        for title, source in (("Plain chart", "Seen!$B$2:$B$2"), ("Chart of hidden values", "Values!$B$1:$B$2")):
            chart = workbook.add_chart({"type": "column"})
            chart.add_series({"values": f"={source}", "name": "Load"})
            chart.set_title({"name": title})
            chart.set_y_axis({"name": "MW"})
            sheet.insert_chart("F9", chart)

    page = read(book(tmp_path / "a.xlsx", fill)).pages[0]
    assert ("text", 4, "Boxed words") in parts(page) and ("text", 2, "Measured in May") in parts(page)
    lines = page.text.split("\n")
    assert "Plain chart" in lines and "Chart of hidden values" in lines and "MW" in lines
    assert page.text.count("14") == 1 and "61" in page.text and "62" in page.text


def test_a_spreadsheet_that_is_a_bomb_or_declares_entities_is_refused(tmp_path: Path) -> None:
    original = book(tmp_path / "limits.xlsx", ceilings)

    def repacked(name: str, change: Callable[[bytes], bytes]) -> Path:
        with zipfile.ZipFile(original) as old, zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                data = old.read(part)
                new.writestr(part, change(data) if part == "xl/worksheets/sheet1.xml" else data)
        return tmp_path / name

    with pytest.raises(ReadFailure, match="zip bomb"):
        read(repacked("bomb.xlsx", lambda data: data + b" " * 40_000_000))
    with pytest.raises(ReadFailure, match="XML entities"):
        read(repacked("entity.xlsx", lambda data: data.replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "a">]>', 1)))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (2030, "General", "2030"),
        (0.456, "0%", "46%"),
        (1234567.891, "#,##0.00", "1234567.89"),
        (1234.5, "[$€-407] #,##0.00", "€ 1234.50"),
        (-3.5, "_($* #,##0.00_);_($* (#,##0.00)", "-$3.50"),
        (2_500_000, '0.0,,"M"', "2.5M"),
        (3.1, "0.0##", "3.1"),
        (5, "yyyy", "5"),
        (0.5, "# ?/?", "0.5"),
        (20, '"up to "0" MW"', "up to 20 MW"),
        (True, "General", "TRUE"),
        (datetime.datetime(2026, 3, 12, 9, 30), "General", "2026-03-12 09:30:00"),
        (datetime.date(2026, 3, 12), "General", "2026-03-12"),
        (datetime.datetime(2026, 3, 12), "mmm yyyy", "2026-03"),
        (datetime.datetime(2026, 3, 12), "yyyy", "2026"),
        (datetime.datetime(2026, 3, 12, 9, 30), "dd/mm/yyyy hh:mm", "2026-03-12 09:30"),
        (datetime.time(9, 30), "h:mm", "09:30"),
        (0, "0;-0;;@", ""),
        (datetime.timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
        ("two\nlines", "@", "two lines"),
    ],
)
def test_values_read_as_the_sheet_shows_them(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text
