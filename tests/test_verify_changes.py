"""What `verify` says once the library has gone on: reports corrected, moved, superseded, renamed and removed."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coscribe
import pytest
from coscribe.core.shapes import Answer
from doubles.command_line import run

QUESTION = "How much power may a site draw?"
POWER = "A site may draw at most 12 MW of electrical power by 2031."
FIRST = f"# Power\n\n{POWER}\n\nIts cooling shall use no drinking water.\n"
OTHER = "# Other\n\nA site of the north may draw 9 MW of electrical power.\n"


@dataclass(frozen=True)
class Place:
    """A folder of reports, its library, and an answer and a sheet that quote them."""

    reports: Path
    library: Path
    answer: Path
    sheet: Path

    def write(self, name: str, text: str) -> None:
        (self.reports / name).write_text(text, encoding="utf-8")

    def ingest(self, *options: str) -> None:
        done = run("ingest", self.reports, "--library", self.library, *options)
        assert done.code == 0, done.err

    def problems(self, file: Path) -> list[tuple[str, str]]:
        found = run("verify", file, "--library", self.library, "--json").json["problems"]
        return [(problem["kind"], problem["message"]) for problem in found]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    made = Place(tmp_path / "reports", tmp_path / "library", tmp_path / "answer.json", tmp_path / "out.csv")
    made.reports.mkdir()
    made.write("one.md", FIRST)
    made.write("two.md", OTHER)
    made.ingest()
    made.answer.write_text(run("ask", QUESTION, "--json", "--library", made.library).out, encoding="utf-8")
    (tmp_path / "in.csv").write_text(f"question\n{QUESTION}\n", encoding="utf-8")
    assert run("batch", tmp_path / "in.csv", "-o", made.sheet, "--library", made.library).code == 0
    (tmp_path / "out.csv.journal").unlink()
    answer = Answer.model_validate_json(made.answer.read_text(encoding="utf-8"))
    assert {citation.file for claim in answer.claims for citation in claim.citations} == {"one.md", "two.md"}
    assert made.problems(made.answer) == made.problems(made.sheet) == []
    return made


def test_a_report_that_changed_elsewhere_is_told_and_its_quote_still_holds(place: Place) -> None:
    place.write("one.md", FIRST + "\nThe council may review this.\n")
    place.ingest()
    problems = place.problems(place.answer)
    assert len(problems) == len({message for _, message in problems})
    assert {kind for kind, _ in problems} == {"report"}
    versions = r"one\.md has changed since it was cited \(version [0-9a-f]{8} then, [0-9a-f]{8} now\)"
    assert all(re.fullmatch(versions, message) for _, message in problems)
    assert place.problems(place.sheet) == []  # it does not say which version it quotes


def test_a_quote_that_moved_is_found_at_its_new_place(place: Place) -> None:
    place.write("one.md", FIRST.replace("# Power\n", "# Power\n\nThis edition was corrected.\n"))
    place.ingest()
    problems = place.problems(place.answer)
    assert any(kind == "report" and "has changed since" in message for kind, message in problems)
    moved = [message for kind, message in problems if kind == "quote" and "12 MW" in message]
    assert moved and all("stands on opening, para. 2, not on opening, para. 1" in message for message in moved)
    assert [kind for kind, _ in place.problems(place.sheet)] == ["quote"]


def test_a_quote_that_was_corrected_away_is_told_with_what_stands_there(place: Place) -> None:
    place.write("one.md", FIRST.replace("12 MW", "14 MW"))
    place.ingest()
    problems = place.problems(place.answer)
    gone = [message for kind, message in problems if kind == "quote"]
    assert gone and all("is not in the newer version: the report says “14”, not “12”" in message for message in gone)
    (sheet,) = place.problems(place.sheet)
    assert sheet[0] == "quote" and "is not in the report: the report says “14”, not “12”" in sheet[1]


def test_a_removed_report_is_told_with_each_of_its_quotes(place: Place) -> None:
    assert run("reports", "remove", "one.md", "--library", place.library).code == 0
    for file in (place.answer, place.sheet):
        problems = place.problems(file)
        assert ("report", "one.md is no longer in the library") in problems
        assert any(kind == "quote" and "its report is not in the library" in message for kind, message in problems)
        assert all("9 MW" not in message for _, message in problems)
    place.write("one.md", FIRST + " ")  # back again, as another report of the same words
    place.ingest()
    assert {kind for kind, _ in place.problems(place.answer)} == {"report"}


def test_a_report_that_is_superseded_since_is_told(place: Place) -> None:
    place.write("new.md", FIRST.replace("12 MW", "15 MW"))
    manifest = {"new.md": {"supersedes": "one.md"}}
    text = "".join(f'["{file}"]\nsupersedes = "{entry["supersedes"]}"\n' for file, entry in manifest.items())
    place.write("reports.toml", text)
    place.ingest()
    problems = place.problems(place.answer)
    assert ("report", "one.md has since been superseded by new.md") in problems
    assert not [message for kind, message in problems if kind == "quote"]


def test_a_renamed_report_is_told_and_found(place: Place) -> None:
    (place.reports / "one.md").rename(place.reports / "renamed.md")
    place.ingest()
    problems = place.problems(place.answer)
    assert {kind for kind, _ in problems} == {"report"}
    assert any("has the file 'renamed.md' in the library, not 'one.md'" in message for _, message in problems)


def test_another_library_of_the_same_files_verifies_under_other_ids(place: Place, tmp_path: Path) -> None:
    """Taken in from another folder, the same file has another id: its version tells that it is the same."""
    below = tmp_path / "all" / "deeper"
    below.mkdir(parents=True)
    for file in place.reports.iterdir():
        (below / file.name).write_bytes(file.read_bytes())
    library = coscribe.Library(tmp_path / "elsewhere", embedder="none")
    library.ingest([tmp_path / "all"])
    cited = json.loads(place.answer.read_text(encoding="utf-8"))["claims"][0]["citations"][0]["report"]
    assert cited not in {row.report for row in library.reports()}
    found: Any = coscribe.verify(place.answer, library)
    assert {problem.kind for problem in found.problems} == {"report"}
    assert all("has the file 'deeper/" in problem.message for problem in found.problems)
