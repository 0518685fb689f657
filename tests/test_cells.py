"""What a spreadsheet program makes of our cells: text and numbers, never a formula, wherever it cuts the columns."""

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import coscribe
import openpyxl
from coscribe.core.cells import guarded, shown, unguarded, write_csv
from doubles.command_line import run
from hypothesis import given, settings
from hypothesis import strategies as st

TITLES = [
    '=HYPERLINK("http://evil.example";"x")', "+1+1", "@SUM(A1)", "-2+3", "-5", "'=1+1", "''=1", '"=1+1"', "  =1+1",
    "＝1+1", "﹣1+1", "“=1", "Costs;=1+1", "a, =1", "plain - title", "'quoted'", "−1+1",
]  # fmt: skip
NUMBER = re.compile(r"-\d+(\.\d+)?")
BULLET = re.compile(r"[\s'\"“\u200c\u200d]*[-−] ")
hostile = st.sampled_from("=+-@＝＋－＠\t\r\n ;'\"“\u200b\u202e\u200d\ufeffa1|\x00\x1b")
texts = st.text(hostile, max_size=12) | st.text(max_size=20)


def as_typed(char: str) -> str:
    """Return a character as the plain key, and nothing for one that is not seen; one of private use has some glyph."""
    if unicodedata.category(char) in ("Cc", "Cf", "Cn", "Cs"):
        return ""
    is_form = unicodedata.decomposition(char).startswith(("<wide>", "<small>", "<narrow>"))
    return unicodedata.normalize("NFKC", char) if is_form else char


def is_live(cell: str) -> bool:
    """Tell whether a cell begins as a formula does, read with the wide forms as plain ones and what is unseen gone."""
    plain = "".join(map(as_typed, cell))
    return plain.strip(' \t\r\n"“”').startswith(("=", "+", "-", "@")) and not NUMBER.fullmatch(cell)


@settings(max_examples=300)
@given(st.lists(texts, min_size=1, max_size=4))
def test_no_cell_is_live_and_every_cell_reads_back(row: list[str]) -> None:
    out = io.StringIO()
    write_csv(out, [row, [1, -2.5, None]])
    (cells, numbers) = csv.reader(io.StringIO(out.getvalue(), newline="")) if any(row) else (row, ["1", "-2.5", ""])
    assert not any(map(is_live, cells))
    assert not any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for cell in cells for char in cell)
    assert not set("".join(cells)) & set("\u200b\u202e\ufeff\u2066")
    assert [unguarded(cell) for cell in cells] == [shown(text) for text in row]
    assert numbers == ["1", "-2.5", ""]


@settings(max_examples=300)
@given(texts)
def test_no_piece_is_live_where_semicolons_part_the_columns(text: str) -> None:
    for piece in re.split("[;\n]", guarded(text)):
        assert not is_live(piece) or BULLET.match(piece) or NUMBER.fullmatch(piece.strip())


def test_a_list_of_reports_reads_back_as_the_manifest_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    tables = []
    for number, title in enumerate(TITLES):
        (folder / f"r{number}.md").write_text(f"# Report {number}\n\nNumber {number} says so.\n", encoding="utf-8")
        tables.append(f'["r{number}.md"]\ntitle = {json.dumps(title)}\nregion = "=Europe"\n')
    (folder / "reports.toml").write_text("\n".join(tables), encoding="utf-8")
    coscribe.Library(tmp_path / "one", embedder="none").ingest([folder])
    sheet = run("reports", "list", "--csv", "--library", tmp_path / "one").out
    assert not any(is_live(cell) for row in csv.reader(io.StringIO(sheet)) for cell in row)
    (folder / "reports.toml").unlink()
    (tmp_path / "given.csv").write_text(sheet, encoding="utf-8")
    place = ("--library", tmp_path / "two", "--embedder", "none")
    assert run("ingest", folder, "--manifest", tmp_path / "given.csv", *place).code == 0
    held = {row["file"]: (row["title"], row["region"]) for row in run("reports", "--json", *place).json["reports"]}
    assert held == {f"r{number}.md": (title.strip(), "=Europe") for number, title in enumerate(TITLES)}


def test_no_cell_of_the_answers_is_live_and_they_still_verify(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("# A report\n\nCooling takes energy.\n", encoding="utf-8")
    place = ("--library", tmp_path / "library", "--embedder", "none")
    assert run("ingest", tmp_path / "report.md", *place).code == 0
    rows = [{"id": f"={number}", "question": f"{title} energy?", "x": title} for number, title in enumerate(TITLES[:8])]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for ending in ("csv", "xlsx"):
        assert run("batch", tmp_path / "q.jsonl", "-o", tmp_path / f"a.{ending}", *place).code == 0
        assert run("verify", tmp_path / f"a.{ending}", *place[:2]).code == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert "-5" in cells and not any(map(is_live, cells))
    typed = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows() for cell in row]
    live = [cell for cell in typed if isinstance(cell.value, str) and is_live(cell.value)]
    assert live and all(cell.data_type == "s" and cell.quotePrefix for cell in live)


def test_a_sheet_on_a_pipe_bears_a_mark_only_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("# Rapport d'été\n\nCooling takes energy.\n", encoding="utf-8")
    place = ("--library", tmp_path / "library")
    assert run("ingest", tmp_path / "report.md", *place, "--embedder", "none").code == 0
    for command in (("reports", "list", *place), ("cost", "--home", tmp_path / "home")):
        plain, marked = run(*command, "--csv").out, run(*command, "--csv", "--bom").out
        assert marked == f"\ufeff{plain}" and not plain.startswith("\ufeff")


def test_a_manifest_is_read_as_a_spreadsheet_program_saves_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# A report\n\nCooling takes energy.\n", encoding="utf-8")
    place = ("--library", tmp_path / "library", "--embedder", "none")
    for mark, guard in ((";", "'"), ("\t", "\u00a0"), (",", "")):
        text = f"\ufefffile{mark}title\r\na.md{mark}{guard}=Été\r\n"
        (tmp_path / "in" / "reports.csv").write_text(text, encoding="utf-8", newline="")
        assert run("ingest", tmp_path / "in", *place).code == 0
        assert run("reports", "--json", *place).json["reports"][0]["title"] == "=Été"
