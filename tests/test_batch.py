"""A file of questions becomes a file of answers: every kind of file, in order, each row in its own scope."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from coscribe.core.cost import Cost
from coscribe.terminal.console import screen
from coscribe.terminal.views.batch import BatchProgress
from doubles.batches import COOLING, ENERGY, POWER, BatchDesk, answer_of
from doubles.command_line import run
from doubles.desk import Author, Shelf, repeat
from doubles.endpoint import Endpoint

DRAFTING = ("--model", "m", "--base-url")


def sheet_of(desk: BatchDesk, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(desk.folder / "in.xlsx")
    return desk.folder / "in.xlsx"


def test_each_kind_of_file_is_read_alike(desk: BatchDesk) -> None:
    sources = [
        desk.csv("note,question,published_from", f"first,{POWER},2026", f",{ENERGY},"),
        desk.csv("\ufeffnote;Question;published_from", f"first;{POWER};2026", f";{ENERGY};", name="semicolon.csv"),
        desk.jsonl({"note": "first", "question": POWER, "published_from": 2026}, {"question": ENERGY}),
        sheet_of(desk, ["note", "question", "published_from"], ["first", POWER, 2026.0], [None, ENERGY, None]),
    ]
    answers = []
    for number, source in enumerate(sources):
        assert desk.run(source, f"{number}.jsonl").code == 0
        lines = desk.lines(f"{number}.jsonl")
        assert [line["id"] for line in lines] == ["1", "2"]
        assert lines[0]["row"]["note"] == "first"
        answers.append([answer_of(line).model_copy(update={"run": None}) for line in lines])
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert [answer.question for answer in answers[0]] == [POWER, ENERGY]


def test_a_line_is_what_ask_prints_with_id_and_row(desk: BatchDesk, shelf: Shelf) -> None:
    source = desk.csv("id,question,region,own", f"a,{POWER},Europe,kept")
    assert desk.run(source).code == 0
    (line,) = desk.lines()
    asked = run("ask", POWER, "--region", "Europe", "--json", "--library", desk.library).json
    assert line["id"] == "a"
    assert line["row"] == {"id": "a", "question": POWER, "region": "Europe", "own": "kept"}
    assert {key: value for key, value in line.items() if key not in ("id", "row", "each", "run", "document")} == {
        key: value for key, value in asked.items() if key != "run"
    }
    shelf.assert_verbatim([citation for claim in answer_of(line).claims for citation in claim.citations])


def test_rows_and_command_narrow_together(desk: BatchDesk) -> None:
    rows = (
        {"question": POWER, "region": "Japan;France"},
        {"question": POWER, "region": ["Japan"]},
        {"question": POWER},
    )
    assert desk.run(desk.jsonl(*rows), "all.jsonl").code == 0
    regions = [{citation.region for claim in answer_of(line).claims for citation in claim.citations}
               for line in desk.lines("all.jsonl")]  # fmt: skip
    assert regions[0] == {"Japan", "Europe/France"} and regions[1] == {"Japan"} and len(regions[2]) > 2

    done = desk.run(desk.jsonl(*rows), "narrow.jsonl", "--region", "France")
    lines = desk.lines("narrow.jsonl")
    assert done.code == 1
    assert [line["status"] for line in lines] == ["answered", "failed", "answered"]
    assert "in its own scope and in that of the command" in lines[1]["error"]["message"]
    for line in (lines[0], lines[2]):
        cited = {citation.region for claim in answer_of(line).claims for citation in claim.citations}
        assert cited == {"Europe/France"}


def test_each_report_is_asked_by_itself(desk: BatchDesk) -> None:
    source = desk.csv("id,question,region", f"power,{POWER},France", f"energy,{ENERGY},Japan")
    assert desk.run(source, "out.jsonl", "--each", "report").code == 0
    lines = desk.lines()
    listed = run("reports", "--json", "--library", desk.library).json["reports"]
    files = {
        region: [row["file"] for row in listed if row["region"] == region] for region in ("Europe/France", "Japan")
    }
    expected = [f"power/{file}" for file in files["Europe/France"]] + [f"energy/{file}" for file in files["Japan"]]
    assert [line["id"] for line in lines] == expected
    for line in lines:
        assert line["coverage"]["reports_searched"] <= 1
        assert {item["file"] for item in line["evidence"]} <= {line["each"]}


def test_each_region_is_asked_by_itself_and_the_homeless_are_named(desk: BatchDesk) -> None:
    done = desk.run(desk.csv("question", POWER), "out.csv", "--each", "region")
    assert done.code == 0
    listed = run("reports", "--json", "--library", desk.library).json["reports"]
    regions = {row["region"].split("/")[0] for row in listed if row["region"]}
    assert {row["each"] for row in desk.cells()} == regions and len(desk.cells()) == len(regions)
    for file in (row["file"] for row in listed if not row["region"]):
        assert file in done.err


def test_no_cell_of_a_table_is_a_formula(desk: BatchDesk) -> None:
    evil = ["=1+1", "+1", "-cmd|x", "@sum", "\tx", "＝1"]
    source = desk.jsonl(*({"question": POWER, "own": cell, "=head": "x\x07y"} for cell in evil))
    for name in ("out.csv", "out.xlsx"):
        assert desk.run(source, name).code == 0
    assert [row["own"] for row in desk.cells()] == [
        "\u00a0=1+1",
        "\u00a0+1",
        "\u00a0-cmd|x",
        "\u00a0@sum",
        " x",
        "\u00a0＝1",
    ]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in desk.cells() for cell in (*row, *row.values()))
    rows = list(desk.sheet().iter_rows())
    assert {cell.data_type for row in rows for cell in row} == {"s", "n"}
    assert [row[2].value.strip() for row in rows[1:]] == [cell.strip() for cell in evil]
    assert rows[1][3].value == "xy"


@pytest.mark.parametrize(
    ("head", "separator", "is_marked"),
    [
        ("\ufeffid;question;own", ";", True),
        ("\ufeffid,question,own", ",", True),
        ("id;question;own", ";", True),  # as it says nothing of other letters, what Excel needs
        ("id;question;größe", ";", False),  # a program reads this without a mark
        ("id\tquestion\town", "\t", True),
    ],
)
def test_answers_in_csv_have_the_form_of_the_questions(
    desk: BatchDesk, head: str, separator: str, is_marked: bool
) -> None:
    source = desk.csv(head, separator.join(["a", POWER, "=1; 2"]) if separator != ";" else f'a;{POWER};"=1; 2"')
    for _ in range(2):  # the second time there is nothing to do
        assert desk.run(source, "out.csv").code == 0
        text = (desk.folder / "out.csv").read_text(encoding="utf-8")
        assert text.startswith("\ufeff") is is_marked
        (row,) = csv.DictReader(text.removeprefix("\ufeff").splitlines(keepends=True), delimiter=separator)
        assert (row["id"], row["question"]) == ("a", POWER) and "20 MW" in row["answer"]
    assert run("verify", desk.folder / "out.csv", "--library", desk.library).code == 0
    # the answers can be asked again, as the cells that they were
    again = desk.folder / "out.csv"
    assert desk.run(again, "again.jsonl").code == 0
    (line,) = desk.lines("again.jsonl")
    assert line["row"][head.split(separator)[-1]] == "=1; 2"


def test_answers_to_other_files_are_csv_that_excel_reads(desk: BatchDesk) -> None:
    for source in (desk.jsonl({"question": POWER}), sheet_of(desk, ["question"], [POWER])):
        assert desk.run(source, f"{source.suffix[1:]}.csv").code == 0
        assert (desk.folder / f"{source.suffix[1:]}.csv").read_bytes().startswith(b"\xef\xbb\xbfid,question,")


def test_a_sheet_of_answers_is_a_sheet_of_questions(desk: BatchDesk) -> None:
    source = sheet_of(desk, ["question", "own"], [POWER, "@sum"])
    assert desk.run(source, "out.xlsx").code == 0
    assert desk.run(desk.folder / "out.xlsx", "again.xlsx").code == 0
    heads = [cell.value for cell in desk.sheet("again.xlsx")[1]]
    assert desk.sheet("again.xlsx").cell(2, heads.index("own") + 1).value == "@sum"
    assert run("verify", desk.folder / "again.xlsx", "--library", desk.library).code == 0


def test_a_sheet_is_for_people(desk: BatchDesk) -> None:
    assert desk.run(desk.csv("question,own", f"{POWER},{'x' * 40_000}"), "out.xlsx").code == 0
    sheet = desk.sheet()
    heads = [cell.value for cell in sheet[1]]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
    assert all(cell.font.bold for cell in sheet[1]) and all(cell.alignment.wrap_text for cell in sheet[2])
    assert "20 MW" in sheet.cell(2, heads.index("answer") + 1).value
    assert "europe-strategy-2026.pdf, p. 1: “A post-exascale" in sheet.cell(2, heads.index("sources") + 1).value
    assert len(sheet.cell(2, heads.index("own") + 1).value) == 32_767
    assert sheet.row_dimensions[2].height == 409  # the most there is
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")


def test_a_row_is_as_high_as_its_longest_cell(desk: BatchDesk) -> None:
    wide = "電力" * 21  # three lines of a narrow column, for each character takes two places
    source = desk.csv("question,own", f"{POWER},one", f"Who sells bicycles on the moon?,{'x' * 140}", f'"",{wide}')
    assert desk.run(source, "out.xlsx").code == 1
    sheet = desk.sheet()
    answer = sheet.cell(2, [cell.value for cell in sheet[1]].index("answer") + 1).value
    assert sheet.row_dimensions[2].height >= 15 * len(answer) / 80
    assert sheet.row_dimensions[3].height == 150
    assert sheet.row_dimensions[4].height == 15 * 6


def test_own_columns_with_our_names_stay_apart(desk: BatchDesk) -> None:
    assert desk.run(desk.csv("question,answer", f"{POWER},mine"), "out.csv").code == 0
    (row,) = desk.cells()
    assert row["answer"] == "mine" and "20 MW" in row["answer (coscribe)"]


def test_a_model_is_asked_so_many_times_at_once_and_each_row_knows_its_cost(
    desk: BatchDesk, endpoint: Endpoint, tmp_path: Path
) -> None:
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 3\noutput = 7\n", encoding="utf-8")
    endpoint.reply, endpoint.delay = Author(repeat("power", "energy")), 0.05
    # The same question twice: what it cost is told of each by itself.
    source = desk.csv("question", *([POWER, ENERGY, COOLING] * 4))
    done = desk.run(source, "out.jsonl", *DRAFTING, endpoint.url, "--concurrency", "3", "--json")
    lines, meter, summary = desk.lines(), endpoint.meter, done.json
    assert done.code == 0
    assert 1 < meter.busiest <= 3
    assert [line["question"] for line in lines] == [POWER, ENERGY, COOLING] * 4
    assert sum(line["cost"]["calls"] for line in lines) == len(meter.requests) == summary["cost"]["calls"]
    assert sum(line["cost"]["input_tokens"] for line in lines) == meter.input_tokens
    assert all(line["cost"]["calls"] >= 1 for line in lines)
    dollars = sum(Decimal(line["cost"]["usd"]) for line in lines)
    assert (
        dollars
        == Decimal(summary["cost"]["usd"])
        == (meter.input_tokens * 3 + meter.output_tokens * 7) / Decimal(10**6)
    )
    (row,) = run("cost", "--by", "run", "--json").json["rows"]
    assert row["key"] == summary["run"] == lines[0]["run"]


def test_an_error_that_nobody_foresaw_harms_its_own_row_alone(desk: BatchDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from coscribe.agents import retriever

    look_up = retriever.look_up

    def fails(library, plan, *others):
        if plan.question == ENERGY:
            raise ZeroDivisionError("by nothing")
        return look_up(library, plan, *others)

    monkeypatch.setattr(retriever, "look_up", fails)
    source = desk.csv("question", POWER, ENERGY, POWER)
    assert desk.run(source).code == 1
    lines = desk.lines()
    assert [line["status"] for line in lines] == ["answered", "failed", "answered"]
    assert lines[1]["error"]["kind"] == "ZeroDivisionError" and "by nothing" in lines[1]["error"]["message"]
    monkeypatch.setattr(retriever, "look_up", look_up)
    assert desk.run(source).code == 1  # it would fail again: it is asked when the user says so
    assert desk.run(source, "out.jsonl", "--refresh", "failed", "--json").json["asked"] == 1
    assert [line["status"] for line in desk.lines()] == ["answered"] * 3


def test_progress_tells_rate_cost_rest_and_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("coscribe.terminal.views.batch.monotonic", lambda: now[0])
    monkeypatch.setattr("sys.stderr", io.StringIO())
    cost = Cost(usd="0.25", calls=20)
    shown = screen(None)
    with BatchProgress(shown, 200, lambda: cost) as progress:
        for number in range(20):
            now[0] += 5
            progress.answered("EndpointError" if number == 3 else None)
    told = shown.err.file.getvalue().splitlines()
    assert told[0] == "answering 200 questions"
    assert told[1] == "13 of 200 · 12.0 a minute · about 15 min 35 s left · $0.25 · 1 × the endpoint failed"
    assert len(told) == 2  # a pipe gets a line a minute


def test_progress_breaks_no_part_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stderr", io.StringIO())
    now = iter(range(100, 200, 5))
    monkeypatch.setattr("coscribe.terminal.views.batch.monotonic", lambda: next(now))
    shown = screen(None)
    progress = BatchProgress(shown, 200, lambda: Cost(usd=None, priced=False, calls=20))
    for failure in ("EndpointError", None):
        progress.answered(failure)
    with shown.err.capture() as captured:
        shown.err.print(progress.picture())
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= 40 and len(lines) == 4
    assert [line.strip() for line in lines[2:]] == ["price unknown", "1 × the endpoint failed"]


def test_the_summary_is_the_same_for_people_and_programs(desk: BatchDesk) -> None:
    source = desk.csv("question", POWER, "", "Who sells bicycles on the moon?", '""')
    done = desk.run(source, "out.jsonl", "--json")
    assert json.loads(done.out) == done.json
    told = done.json
    assert (told["state"], told["questions"], told["answered"], told["abstained"], told["failed"]) == (
        "written", 3, 1, 1, 1,
    )  # fmt: skip
    assert "3 questions: 1 answered, 1 not found, 1 failed" in desk.run(source, "again.jsonl").out
