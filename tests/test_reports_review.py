"""What is known of reports is looked through and corrected: in a sheet, by a manifest, in a terminal."""

import csv
import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from doubles.command_line import Done, run

WORDS = "# Cooling plan\n\nRiver water cools the {} site, and lake water is kept for the summer.\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("north", "south"):
        (folder / f"{name}.md").write_text(WORDS.format(name), encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path, reports: Path) -> list[object]:
    where: list[object] = ["--library", tmp_path / "library", "--embedder", "none"]
    assert run("ingest", reports, *where).code == 0
    return where


def told(place: list[object], name: str = "north.md") -> dict[str, str | None]:
    return next(row for row in run("reports", "list", *place, "--json").json["reports"] if row["file"] == name)


def review(place: list[object], *arguments: object) -> Done:
    return run("reports", "review", *arguments, *place)


def corrected(path: Path, place: list[object], *arguments: object, **cells: str) -> Done:
    """Write a sheet, change cells of the row of north.md in it, and give it back."""
    assert review(place, "--out", path).code == 0
    if path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        next(row for row in rows if row["file"] == "north.md").update(cells)
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")
    elif path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        row = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == "north.md")
        for key, value in cells.items():
            row[heads.index(key)].value, row[heads.index(key)].data_type = value, "s"
        book.save(path)
    else:
        path.write_text("['north.md']\n" + "".join(f"{key} = '{value}'\n" for key, value in cells.items()))
    return review(place, *arguments, path)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "toml"])
def test_a_sheet_goes_out_and_comes_back_and_survives_what_is_read_again(
    ending: str, reports: Path, place: list[object], tmp_path: Path
) -> None:
    sheet = tmp_path / f"sheet.{ending}"
    assert review(place, "--out", sheet).code == 0
    assert "nothing to correct" in review(place, sheet).out
    done = corrected(sheet, place, "--json", title="=The north", organisation="Office", date="2031-04", kind="strategy")
    assert done.code == 0, done.err
    assert {one["field"]: (one["before"], one["after"]) for one in done.json["corrections"]} == {
        "title": ("Cooling plan", "=The north"), "organisation": (None, "Office"), "date": (None, "2031-04"),
        "kind": ("other", "strategy"),
    }  # fmt: skip
    facts = {"title": "=The north", "organisation": "Office", "date": "2031-04", "kind": "strategy"}
    assert told(place)["found"]["title"] == {"how": "a correction", "sure": 1}
    (reports / "north.md").write_text("# Cooling plan\n\nEverything was written anew.\n", encoding="utf-8")
    assert run("ingest", reports, *place).code == 0
    assert facts.items() <= told(place).items()
    assert "=The north" in run("search", "Office", *place).out  # what is indexed follows
    assert told(place, "south.md")["title"] == "Cooling plan"
    assert "nothing to correct" in review(place, sheet).out
    back = review(place, "--undo", "north.md", "--json")
    assert {one["field"] for one in back.json["corrections"]} == facts.keys()
    assert told(place)["title"] == "Cooling plan" and told(place)["organisation"] is None


def test_a_correction_wins_until_the_manifest_says_something_new(
    reports: Path, place: list[object], tmp_path: Path
) -> None:
    manifest = reports / "reports.toml"
    manifest.write_text("['north.md']\ntitle = 'Of the manifest'\n", encoding="utf-8")
    run("ingest", reports, *place)
    corrected(tmp_path / "sheet.csv", place, title="Corrected")
    for _ in range(2):
        run("ingest", reports, *place)
        assert told(place)["title"] == "Corrected"
    manifest.write_text("['north.md']\ntitle = 'Of the manifest'\nregion = 'Lakeland'\n", encoding="utf-8")
    run("ingest", reports, *place)
    assert (told(place)["title"], told(place)["region"]) == ("Corrected", "Lakeland")
    manifest.write_text("['north.md']\ntitle = 'Said later'\n", encoding="utf-8")
    run("ingest", reports, *place)
    assert told(place)["title"] == "Said later"


def test_a_level_is_raised_at_once_and_lowered_only_when_that_is_said(
    reports: Path, place: list[object], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.csv"
    assert corrected(sheet, place, confidentiality="internal").code == 0
    assert told(place)["confidentiality"] == "internal"
    for level in ("public", "unmarked", "-"):
        done = corrected(sheet, place, confidentiality=level, region="Lakeland")
        assert told(place)["confidentiality"] == "internal"
        assert (done.code, "Left as it was" in done.out) == ((0, False) if level == "unmarked" else (1, True))
    assert told(place)["region"] == "Lakeland"  # the rest of the row counts
    review(place, "--undo", "north.md")
    assert told(place)["confidentiality"] == "internal"  # nor by taking the correction back
    assert corrected(sheet, place, "--lower", confidentiality="public").code == 0
    assert told(place)["confidentiality"] == "public"
    (reports / "reports.toml").write_text("['north.md']\nconfidentiality = 'internal'\n", encoding="utf-8")
    run("ingest", reports, *place)
    assert told(place)["confidentiality"] == "internal"  # of levels the strictest
    done = corrected(sheet, place, "--lower", confidentiality="public")
    assert done.code == 1 and "marks it internal" in done.out
    assert told(place)["confidentiality"] == "internal"


def test_a_dash_empties_a_field_and_an_empty_cell_leaves_it(place: list[object], tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    corrected(sheet, place, organisation="Office", kind="law")
    corrected(sheet, place, organisation="", kind="-", title="")
    assert (told(place)["organisation"], told(place)["kind"]) == ("Office", "other")
    corrected(sheet, place, organisation="-")
    assert (told(place)["organisation"], told(place)["title"]) == (None, "Cooling plan")
    assert corrected(sheet, place, title="-").code == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("file,title\n", None),
        ("title\nA\n", "no column 'file'"),
        ("file,date\nnorth.md,soon\n", "'soon'"),
        ("file;title\nnorth.md;A, B\n", None),
        ("file,colour\nnorth.md,red\n", "'colour'"),
        ("file,title\nnorth.md,A,B\n", "below no heading"),
    ],
)
def test_a_sheet_that_is_wrong_is_named_and_nothing_is_changed(
    content: str, says: str | None, place: list[object], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(content, encoding="utf-8")
    done = review(place, sheet)
    assert done.code == (2 if says else 0)
    assert says is None or says in done.message
    assert told(place)["title"] == ("A, B" if ";" in content else "Cooling plan")


def test_a_row_on_no_report_is_named_with_the_nearest(place: list[object], tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("file,title\nnorht.md,A\nsouth.md,B\n", encoding="utf-8")
    done = review(place, "--from", tmp_path / "sheet.csv")
    assert done.code == 1 and "'norht.md', and there is no such report (the nearest is 'north.md')" in done.err
    assert told(place, "south.md")["title"] == "B"


@pytest.mark.parametrize("target", ["sheet.pdf", "sheet", "none/sheet.csv"])
def test_a_sheet_is_not_written_just_anywhere(target: str, place: list[object], tmp_path: Path) -> None:
    done = review(place, "--out", tmp_path / target)
    assert done.code == 2 and target.split("/")[0] in done.message


def test_what_is_unsure_comes_first_and_is_marked(reports: Path, place: list[object]) -> None:
    (reports / "reports.toml").write_text(
        "['north.md']\ntitle = 'A'\norganisation = 'O'\nregion = 'R'\ndate = '2031'\n", encoding="utf-8"
    )
    run("ingest", reports, *place)
    rows = review(place, "--json").json["reports"]
    assert [row["file"] for row in rows] == ["south.md", "north.md"]
    assert {"organisation", "region", "date"} <= set(rows[0]["unsure"])
    assert set(rows[1]["unsure"]) <= {"kind", "language"}
    plain = review(place).out
    assert plain.index("south-") < plain.index("north-") and "region: not known" in plain


def test_a_manifest_is_written_with_remarks_and_changes_nothing(
    reports: Path, place: list[object], tmp_path: Path
) -> None:
    (reports / "sub").mkdir()
    (reports / "sub" / "south.md").write_text('# A "quoted" \\ title [1]\n\nLake.\n', encoding="utf-8")
    other = tmp_path / "other" / "north.md"
    other.parent.mkdir()
    other.write_text(WORDS.format("other"), encoding="utf-8")
    run("ingest", reports, *place)
    run("ingest", other.parent, *place)
    before = {row["report"]: {**row, "found": 0} for row in run("reports", "list", *place, "--json").json["reports"]}
    written = run("reports", "list", "--toml", *place).out
    assert f'["{other}"]' in written and '["sub/south.md"]' in written and "# region = ?" in written
    manifest = tmp_path / "known.toml"
    manifest.write_text(written, encoding="utf-8")
    done = run("ingest", reports, other.parent, "--manifest", manifest, *place, "--json")
    assert (done.code, done.json["unmatched"]) == (0, [])
    after = {row["report"]: {**row, "found": 0} for row in run("reports", "list", *place, "--json").json["reports"]}
    assert after == before


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    done = run("reports", "review", "--library", tmp_path / "none")
    assert done.code == 3 and "ingest" in done.message


def test_a_working_sheet_of_corrections_is_read_with_all_its_rows_below_its_titles(
    place: list[object], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["file", "title"])
    sheet = book.create_sheet("Checked")
    for row in (
        ["Checked in May"],
        [],
        ["file", "title", "date"],
        ["north.md", "The north", datetime.date(2031, 4, 2)],
    ):
        sheet.append(row)
    sheet.append(["south.md", "The south"])
    sheet.row_dimensions[5].hidden = True
    book.active = 1
    book.save(tmp_path / "sheet.xlsx")
    assert review(place, tmp_path / "sheet.xlsx").code == 0
    assert (told(place)["title"], told(place)["date"]) == ("The north", "2031-04-02")
    assert told(place, "south.md")["title"] == "The south"
    sheet["B5"] = '="The "&"south"'
    book.save(tmp_path / "sheet.xlsx")
    done = review(place, tmp_path / "sheet.xlsx")
    assert done.code == 2 and "has a formula without a value in B5: open it in a spreadsheet program" in done.message
    (tmp_path / "sheet.csv").write_text("Checked in May;\n;\nfile;title\nnorth.md;Of the north\n", encoding="utf-8")
    assert review(place, tmp_path / "sheet.csv").code == 0 and told(place)["title"] == "Of the north"
