"""What `verify` makes of each kind of file: what a sheet or a Markdown note shows, and files that are none of ours."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from coscribe.core.shapes import Answer
from coscribe.tools.verify import finding
from doubles.command_line import run
from doubles.saved import POWER, Desk, sheet

SHEETS = ("out.csv", "out.xlsx", "drafted.csv")


def rows(saved: Desk, name: str) -> list[list[Any]]:
    if name.endswith(".csv"):
        return [list(row) for row in saved.cells(name)]
    return [list(row) for row in openpyxl.load_workbook(saved.folder / name)["answers"].values]


def altered(saved: Desk, name: str, tmp_path: Path, column: str, change: Callable[[str], str]) -> list[tuple[str, str]]:
    """The problems of a sheet, without its journal, in whose first row one cell was altered."""
    table = rows(saved, name)
    at = table[0].index(column)
    before = table[1][at]
    table[1][at] = change(before)
    assert table[1][at] != before
    return saved.problems(sheet(table, tmp_path / name))


def changed(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_alone_holds_and_says_what_it_cannot_prove(saved: Desk, name: str, tmp_path: Path) -> None:
    shutil.copy(saved.folder / name, tmp_path)
    found = saved.found(tmp_path / name)
    assert found["problems"] == [] and found["kinds"]["price"]["checked"] == 0
    assert found["kinds"]["quote"]["checked"] and found["kinds"]["figure"]["checked"]
    assert any("which version of a report" in line for line in found["unproven"])
    assert any("by which calls" in line for line in found["unproven"])
    again = sheet(rows(saved, name), tmp_path / f"again.{name}")  # as another program saves it
    assert saved.found(again)["kinds"] == found["kinds"]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
@pytest.mark.parametrize(
    ("column", "change", "kind", "message"),
    [
        ("sources", changed("20 MW", "30 MW"), "quote", "the report says “20”, not “30”"),
        ("sources", changed("p. 1", "p. 2"), "quote", "stands on p. 1, not on p. 2"),
        ("sources", changed("europe-strategy-2026", "removed"), "report", "is no longer in the library"),
        ("sources", lambda text: text.partition("\n")[2], "report", "has no source"),
        ("sources", changed("[1] ", "1. "), "report", "is not as coscribe writes it"),
        ("answer", changed("20 MW", "30 MW"), "quote", "is not what it cites"),
        ("answer", changed("p. 1", "p. 2"), "report", "introduced by '2'"),
        ("answer", changed(" [1]", ""), "report", "this sentence has no mark"),
        ("answer", changed(" [3][4]", " [3]"), "quote", "is not what it cites"),
        ("answer", changed("up to 60 MW (", "up to 70 MW ("), "figure", "up to 70 MW is not in the words"),
        ("answer", lambda text: f"{text}\n\nEurope has decided to build it.", "report", "this sentence has no mark"),
    ],
)
def test_what_was_altered_in_a_sheet_is_found(
    saved: Desk, name: str, column: str, change: Callable[[str], str], kind: str, message: str, tmp_path: Path
) -> None:
    problems = altered(saved, name, tmp_path, column, change)
    assert any(found == kind and message in text for found, text in problems), problems


def test_a_drafted_sentence_of_a_sheet_is_reviewed_again(saved: Desk, tmp_path: Path) -> None:
    problems = altered(saved, "drafted.csv", tmp_path, "answer", changed("20 MW of peak", "25 MW of peak"))
    assert ("figure", "figure 25 MW not in evidence") in problems
    problems = altered(saved, "drafted.csv", tmp_path, "answer", changed("may draw at most", "may never draw at most"))
    assert [kind for kind, _ in problems] == ["report"]


@pytest.mark.parametrize(
    ("column", "cell", "kind", "message"),
    [
        ("usd", "0.5", "price", "its usd is 0.5, that in the journal"),
        ("calls", "9", "price", "its calls is 9, that in the journal"),
        ("status", "partial", "report", "its status is 'partial', that in the journal 'answered'"),
        ("answer", "Europe will build it.", "report", "are not those that the journal beside it holds"),
    ],
)
def test_a_sheet_is_compared_with_the_journal_beside_it(
    saved: Desk, column: str, cell: str, kind: str, message: str, tmp_path: Path
) -> None:
    for name in ("drafted.csv", "drafted.csv.journal"):
        shutil.copy(saved.folder / name, tmp_path)
    assert saved.found(tmp_path / "drafted.csv")["kinds"]["price"]["checked"] == 3
    assert saved.problems(tmp_path / "drafted.csv") == []
    table = rows(saved, "drafted.csv")
    table[1][table[0].index(column)] = cell
    problems = saved.problems(sheet(table, tmp_path / "drafted.csv"))
    assert any(found == kind and message in text for found, text in problems), problems


def test_a_damaged_journal_is_as_good_as_none(saved: Desk, tmp_path: Path) -> None:
    shutil.copy(saved.folder / "out.csv", tmp_path)
    journal = tmp_path / "out.csv.journal"
    lines = saved.lines("out.csv.journal")
    for line in lines[:3]:
        line["record"]["claims"] = [{"text": 1}]
    journal.write_bytes(b"\xff\n[]\n" + "".join(f"{json.dumps(line)}\n" for line in lines).encode() + b'{"record": {')
    before = journal.read_bytes()
    found = saved.found(tmp_path / "out.csv")
    assert found["problems"] == [] and found["kinds"]["price"]["checked"] == 0
    assert journal.read_bytes() == before  # nothing is mended here


def test_own_columns_named_like_ours_do_not_confuse(saved: Desk, tmp_path: Path) -> None:
    table = rows(saved, "out.csv")
    for row in table:
        row.insert(2, "answer" if row is table[0] else "mine, without any mark, of 99 MW")
    table[0] = [*table[0][:3], *("answer (coscribe)" if name == "answer" else name for name in table[0][3:])]
    assert saved.problems(sheet(table, tmp_path / "own.csv")) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("largest single use", "smallest single use", "is not what it cites"),
        ("p. 2, says", "p. 1, says", "introduced by '1'"),
        ("p. 2, says", "p., says", "elsewhere than on p. 2"),
        ("`: p. 2", "`: p. 3", "is not what it cites"),
        ("`: p. 2", "`: p. 99", "has no p. 99"),
        ("2026-03-12", "2024-03-12", "is not introduced as the library has it: '2026-03-12'"),
        ("asked every day.” [1]", "asked every day.”", "this sentence has no mark"),
        ("asked every day.” [1]", "asked every day.” [11]", "mark [11] has no source"),
        ("## Sources", "Europe must act now.\n\n## Sources", "this sentence has no mark: “Europe must act now.”"),
        ("europe-strategy-2026.pdf`", "europe-strategy-2025.pdf`", "is no longer in the library"),
    ],
)
def test_what_was_altered_in_a_markdown_note_is_found(
    saved: Desk, old: str, new: str, message: str, tmp_path: Path
) -> None:
    problems = saved.tampered(tmp_path, "note.md", lambda text: text.replace(old, new, 1))
    assert any(message in text for _, text in problems), problems


def test_a_source_that_no_sentence_bears_any_more_is_found(saved: Desk, tmp_path: Path) -> None:
    problems = saved.tampered(tmp_path, "note.md", lambda text: text.replace(" [1]", ""))
    assert any("source [1] is never used in the text" in text for _, text in problems), problems


def test_a_drafted_note_has_its_figures_compared_with_the_places_it_cites(saved: Desk, tmp_path: Path) -> None:
    shutil.copy(saved.folder / "drafted.md", tmp_path)  # without the JSON beside it
    found = saved.found(tmp_path / "drafted.md")
    assert not found["problems"] and not found["kinds"]["price"]["checked"]
    assert any("were compared with the whole places cited" in line for line in found["unproven"])
    problems = saved.tampered(tmp_path, "drafted.md", lambda text: re.sub(r"\b\d+ MW", "77 MW", text))
    assert ("figure", "figure 77 MW is at none of the places cited") in problems


def test_line_ends_and_a_mark_at_the_head_are_no_change(saved: Desk, tmp_path: Path) -> None:
    text = (saved.folder / "note.md").read_text(encoding="utf-8")
    (tmp_path / "note.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert saved.problems(tmp_path / "note.md") == []


def test_what_the_terminal_printed_of_a_note_is_one(saved: Desk, tmp_path: Path) -> None:
    text = (saved.folder / "note.md").read_text(encoding="utf-8")
    closing = "\n123 words · template policy-note · quotes only\nsearched 7 reports, 7 with hits\n0 calls\n"
    (tmp_path / "note.md").write_text(text + closing, encoding="utf-8")
    assert saved.problems(tmp_path / "note.md") == []


FOREIGN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.json", b"", "is empty: name what ask, note, align, changes, check or batch wrote"),
    "blank lines": ("a.jsonl", b"\n\n", "it holds no line"),
    "no JSON": ("a.json", b"{", "it is no JSON"),
    "another JSON": ("a.json", b'{"claims": []}', "it is no answer, note or matrix of coscribe"),
    "a list": ("a.json", b"[1, 2]", "it is no answer, note or matrix of coscribe"),
    "deep JSON": ("a.json", b"[" * 100_000, "it is no JSON"),
    "binary JSON": ("a.json", b"\xff\xfe\x00\x01", "it is no text in UTF-8"),
    "damaged answer": ("a.json", json.dumps({"question": "q", "answer": 3, "claims": []}).encode(), "is damaged ("),
    "other lines": ("a.jsonl", b'{"question": "q"}\n' * 3, "it is no answer, note or matrix of coscribe"),
    "binary lines": ("a.jsonl", bytes(range(256)) * 40, "it is no text in UTF-8"),
    "another sheet": ("a.csv", b"question\nWhy?\n", "it has no column 'id'"),
    "binary sheet": ("a.csv", b"\xff\xfe\x00", "it is no text in UTF-8"),
    "no sheet": ("a.xlsx", b"PK no zip", "damaged"),
    "another note": ("a.md", b"# Mine\n\nText.\n", "it has no list of sources"),
    "binary note": ("a.md", b"\xff\xfe\x00", "it is no text in UTF-8"),
    "a Word file": ("a.docx", b"PK", "it is no Word file that can be read"),
    "a text": ("a.txt", b"text", "name a file that ends in .json, .jsonl"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_coscribe_did_not_make_is_told_so(saved: Desk, name: str, tmp_path: Path) -> None:
    file, content, message = FOREIGN[name]
    (tmp_path / file).write_bytes(content)
    done = saved.verify(tmp_path / file)
    assert done.code == 2 and done.out == ""
    assert message in done.message and file in done.message
    assert len(done.message) < 400


def test_a_missing_file_and_a_folder_are_told_so(saved: Desk, tmp_path: Path) -> None:
    assert "there is no file" in saved.verify(tmp_path / "none.json").message
    (tmp_path / "some.json").mkdir()
    assert "is a folder: name a file in it" in saved.verify(tmp_path / "some.json").message


def test_a_damaged_line_harms_no_other(saved: Desk, tmp_path: Path) -> None:
    lines = (saved.folder / "out.jsonl").read_bytes().splitlines()
    for content in ([b'{"cut', *lines], [*lines[:1], b'{"cut', *lines[1:]], [*lines, lines[0][:500]]):
        (tmp_path / "cut.jsonl").write_bytes(b"\n".join(content))
        ((kind, message),) = saved.problems(tmp_path / "cut.jsonl")
        assert kind == "report" and "it is no JSON" in message
        found = saved.found(tmp_path / "cut.jsonl")
        assert found["checked"] == saved.found("out.jsonl")["checked"] + 1


def test_keys_of_a_later_version_are_no_damage(saved: Desk, tmp_path: Path) -> None:
    def add(data: Any) -> None:
        data["later"] = data["claims"][0]["later"] = data["claims"][0]["citations"][0]["locator"]["later"] = 1

    assert saved.tampered(tmp_path, "answer.json", add) == []


def test_a_run_record_is_an_answer_too(saved: Desk, tmp_path: Path) -> None:
    record = next(path for path in sorted((saved.home / "state" / "runs").glob("*.json")))
    assert saved.found(record)["checked"] > 10


def test_many_lines_take_no_more_memory_and_many_problems_are_counted(
    saved: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_MOST_LISTED", 3)
    line = (saved.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "many.jsonl").write_text(f"{line.replace('20 MW', '21 MW')}\n" * 5, encoding="utf-8")
    found = saved.found(tmp_path / "many.jsonl")
    assert len(found["problems"]) == 3 and found["unlisted"] >= 7
    assert "21" in found["problems"][0]["message"] and found["problems"][0]["where"].startswith("line 1 (1), claim ")


def test_an_answer_from_python_is_the_same_file(saved: Desk, tmp_path: Path) -> None:
    answer = Answer.model_validate(saved.load("answer.json"))
    (tmp_path / "python.json").write_text(answer.model_dump_json(), encoding="utf-8")
    assert answer.question == POWER
    assert saved.found(tmp_path / "python.json")["kinds"] == saved.found("answer.json")["kinds"]


LISTED = """# Practices

The following practices shall be prohibited at every site:

- the sale of waste heat without a meter;
- the use of drinking water for cooling;
- the purchase of electricity without a certificate of its origin.

## Systems

| System | Power | Purpose |
|---|---|---|
| Norrvik | 12 MW of electrical power, cooling not included | PURPOSE |
""".replace("PURPOSE", "; ".join(f"simulation of subject {name}" for name in ("ocean", "air", "ice", "soil") * 4))


def test_lists_and_long_rows_of_tables_hold_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    (tmp_path / "practices.md").write_text(LISTED, encoding="utf-8")
    where = ("--library", tmp_path / "library")
    assert run("ingest", tmp_path / "practices.md", *where).code == 0
    questions = ["Which practices are prohibited at every site?", "What is the electrical power of Norrvik?"]
    (tmp_path / "in.csv").write_text("\n".join(["question", *questions]), encoding="utf-8")
    for name in ("out.jsonl", "out.csv", "out.xlsx"):
        assert run("batch", tmp_path / "in.csv", "-o", tmp_path / name, *where).code == 0
        (tmp_path / f"{name}.journal").unlink()
    practices, power = ((json.loads(line)) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert "\n- “the use of drinking water" in practices["answer"]
    assert any(len(citation["quote"]) > 350 for claim in power["claims"] for citation in claim["citations"])
    for name in ("out.jsonl", "out.csv", "out.xlsx"):
        done = run("verify", tmp_path / name, *where)
        assert done.code == 0, done.out
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    (tmp_path / "out.csv").write_text(text.replace("drinking water", "river water", 1), encoding="utf-8")
    done = run("verify", tmp_path / "out.csv", *where)
    assert done.code == 1 and "“the use of river water for cooling;” is not what it cites" in done.out
