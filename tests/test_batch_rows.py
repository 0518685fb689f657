"""Question files that are wrong: one wrong row never harms another, and a wrong file sends and writes nothing."""

import datetime
from pathlib import Path

import openpyxl
import pytest
from doubles.batches import ENERGY, POWER, BatchDesk, Line, questions_asked
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint

HUGE = "x" * 10_000_000


def reasons(lines: list[Line]) -> list[str]:
    return [line["error"]["message"] if line["error"] else "" for line in lines]


def assert_said(told: list[str], expected: list[str]) -> None:
    assert len(told) == len(expected)
    for message, part in zip(told, expected, strict=True):
        assert bool(message) == bool(part) and part in message, (message, part)


def test_a_wrong_row_of_a_table_fails_alone(desk: BatchDesk, endpoint: Endpoint) -> None:
    endpoint.reply = Author(repeat("power", "energy"))
    source = desk.csv(
        "id,question,region,published_from,own", f"a,{POWER},,,", "b,,Europe,,", f"a,{ENERGY},,,",
        f"c,{ENERGY},,,own,too many, cells", f"d,{HUGE},,,", f"e,{ENERGY},Mars,,", f"f,{ENERGY},,soon,",
        f"{HUGE},{ENERGY},,,", "g, \u200b ,,,", f"h,{ENERGY},Japan,2049,", f"i,{ENERGY},,,{HUGE}",
    )  # fmt: skip
    done = desk.run(source, "out.jsonl", "--model", "m", "--base-url", endpoint.url)
    lines = desk.lines()
    assert done.code == 1
    assert [line["id"] for line in lines] == ["a", "b", "a", "c", "d", "e", "f", "8", "g", "h", "i"]
    assert_said(reasons(lines), [
        "", "row 2 (line 3): the question is empty", "row 3 (line 4): the id 'a' is that of row 1 already",
        "it has 7 cells below a header of 5", "the question has 10,000,000 characters: 4,000 are the most",
        "no report has the region 'Mars'", "published_from is 'soon': write a year like 2026",
        "the id has 10,000,000 characters", "the question is empty", "no report was published from 2049", "",
    ])  # fmt: skip
    failed = [line for line in lines if line["error"]]
    assert {(line["status"], line["mode"], line["answer"], line["error"]["kind"]) for line in failed} == {
        ("failed", "evidence", "", "UsageError")
    }
    assert [line["status"] for line in lines if not line["error"]] == ["answered", "answered"]
    assert lines[-1]["row"]["own"] == HUGE and max(len(line["question"]) for line in lines) < 300
    assert sorted(questions_asked(endpoint)) == [POWER, ENERGY]
    for number in range(2, 11):  # all are told before anything is sent
        assert f"row {number} (line {number + 1})" in done.err.partition("answering")[0]


def test_a_wrong_line_of_json_fails_alone(desk: BatchDesk) -> None:
    rows = [
        b'{"question": "%s"}' % POWER.encode(), b"no json", b"[1]", b'{"question": ["a"]}', b'{"frage": 1}', b"\xff{}",
        b'{"question": "%s", "own": "\\ud83d", "deep": %s}' % (ENERGY.encode(), b"[" * 50 + b"]" * 50),
        b"[" * 100_000, b"", b'{"question": "%s", "region": {"a": 1}}' % ENERGY.encode(),
    ]  # fmt: skip
    for output in ("out.jsonl", "out.csv", "out.xlsx"):
        assert desk.run(desk.write("in.jsonl", b"\n".join(rows)), output).code == 1
    assert_said(reasons(desk.lines()), [
        "", "it is no JSON", "it is no JSON object", "question is no text but a JSON list", "the question is empty",
        "it is not in UTF-8", "", "it is no JSON", "row 9 (line 10): region is no text but a JSON object",
    ])  # fmt: skip
    assert len(desk.cells()) == 9 and desk.sheet().max_row == 10


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.csv", "id,quest\n1,a\n", "has no column 'question', only 'id', 'quest'"),
        ("in.csv", "", "holds no questions"),
        ("in.csv", "question\n", "holds no questions"),
        ("in.csv", 'question,own\na,"b\nc,d\n', "is no CSV from line 2 on"),
        ("in.csv", "question,Question\na,b\n", "has two columns 'question'"),
        ("in.csv", "question\nWas kostet es wirklich für\n".encode("cp1252"), "is not in UTF-8"),
        ("in.jsonl", '{"frage": "a"}\n', "has no column 'question', only 'frage'"),
        ("in.xlsx", "no archive", "is damaged or cut short"),
        ("in.txt", POWER, "name a file that ends in .csv, .jsonl, .xlsx"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(desk: BatchDesk, name: str, content: str | bytes, said: str) -> None:
    done = desk.run(desk.write(name, content))
    assert (done.code, said in done.message) == (2, True), done.message
    assert not list(desk.folder.glob("out*"))


def test_a_wrong_output_is_refused_and_left_alone(desk: BatchDesk) -> None:
    source = desk.csv("question", POWER)
    kept = source.read_bytes()
    for output, said in (
        ("in.csv", "would overwrite the questions"), ("out.md", "name a file that ends in .jsonl, .csv, .xlsx"),
        ("nowhere/out.csv", "there is no folder"), ("missing/../in.csv", "there is no folder"),
    ):  # fmt: skip
        done = desk.run(source, output)
        assert (done.code, said in done.message) == (2, True), done.message
    foreign = desk.write("out.csv", "the work of a week\n")
    done = desk.run(source, "out.csv")
    assert done.code == 2 and "would be lost" in done.message
    assert foreign.read_text(encoding="utf-8") == "the work of a week\n" and source.read_bytes() == kept
    missing = desk.run(desk.folder / "nothing.csv")
    assert missing.code == 2 and "nothing.csv' cannot be read (no such file or directory)" in missing.message


def test_a_column_that_is_nearly_known_is_named(desk: BatchDesk) -> None:
    done = desk.run(desk.csv("question,regoin", f"{POWER},Japan"))
    assert done.code == 0
    assert "column 'regoin' narrows nothing: did you mean 'region'?" in done.err


def working_sheet(path: Path, *rows: list[object]) -> None:
    """Write a sheet as people work with: behind a hidden one, with titles, and a row and a column that are hidden."""
    book = openpyxl.Workbook()
    book.active.append(["question", "Of the hidden sheet?"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Asked")
    for row in (["For the call of May"], [], *rows):
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["A"].hidden = True
    book.active = 1
    book.save(path)


def test_a_working_sheet_is_read_with_all_its_rows_below_its_titles(desk: BatchDesk) -> None:
    working_sheet(
        desk.folder / "in.xlsx", ["id", "question", "region", "when", "share"],
        ["a", POWER, None, datetime.date(2026, 3, 12), 0.5], ["b", f'="{ENERGY[:-1]}"&"?"', None, None, None],
        ["c", ENERGY, None, datetime.datetime(2026, 3, 12, 9, 30), "=1/2"], ["d", "#REF!", None, None, 3.0],
    )  # fmt: skip
    done = desk.run(desk.folder / "in.xlsx")
    lines = desk.lines()
    assert done.code == 1 and [line["id"] for line in lines] == ["a", "b", "c", "d"]
    assert_said(reasons(lines), [
        "", "row 2 (sheet row 5): it has a formula without a value in B5: open the file in a spreadsheet program", "",
        "row 4 (sheet row 7): it has the error #REF! in B7",
    ])  # fmt: skip
    assert [line["row"]["when"] for line in lines] == ["2026-03-12", None, "2026-03-12 09:30:00", None]
    assert [line["row"]["share"] for line in lines] == [0.5, None, None, 3]


def test_titles_may_stand_above_the_header_of_csv(desk: BatchDesk) -> None:
    rows = ["For the call of May;;", ";;", "id;question;own", f"a;{POWER};x", f"b;{ENERGY};=1+1"]
    assert desk.run(desk.csv(*rows), "out.csv").code == 0
    text = (desk.folder / "out.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeffid;question;own;each;") and f"\nb;{ENERGY};\u00a0=1+1;" in text
