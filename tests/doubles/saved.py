"""Files as the program itself saves them, copies of them that were tampered with, and what `verify` says of either."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from doubles.command_line import Done, run
from doubles.desk import Asked, Author, Shelf, draft, repeat
from doubles.endpoint import Endpoint

POWER = "How much power may a post-exascale site draw?"
DRAFTED = "In Europe a post-exascale site may draw at most 20 MW of peak electrical power by 2030."
QUESTIONS = [POWER, "Which sites must report the energy of inference?", "Who sells bicycles on the moon?"]
MADE = ("answer.json", "drafted.json", "note.json", "note.md", "drafted.md", "out.jsonl", "out.csv", "out.xlsx",
        "drafted.jsonl", "drafted.csv", "out.csv.journal")  # fmt: skip
Json = Any


@dataclass(frozen=True)
class Desk:
    """A folder of saved files, the library they quote and the home that has their ledger."""

    folder: Path
    library: Path
    home: Path

    def verify(self, file: Path | str, *options: object) -> Done:
        """Run `verify` on a file, one of this folder if it is a bare name."""
        where = ("--library", self.library, "--home", self.home)
        return run("verify", self.folder / file, *where, *options)

    def found(self, file: Path | str) -> Json:
        """What `verify --json` prints; exit code and counts fit."""
        done = self.verify(file, "--json")
        found = done.json
        assert found["checked"] == found["ok"] + len(found["problems"]) + found["unlisted"]
        assert done.code == (1 if found["ok"] < found["checked"] else 0)
        return found

    def problems(self, file: Path | str) -> list[tuple[str, str]]:
        """Kind and message of each problem."""
        return [(problem["kind"], problem["message"]) for problem in self.found(file)["problems"]]

    def load(self, name: str) -> Json:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def lines(self, name: str) -> list[Json]:
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]

    def cells(self, name: str) -> list[list[str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def tampered(self, target: Path, name: str, change: Callable[[Json], object]) -> list[tuple[str, str]]:
        """The problems of a copy in `target` in which `change` has altered the JSON in place, or replaced the text.

        Before that the copy is verified as it is.
        """
        copy = target / name
        shutil.copy(self.folder / name, copy)
        assert self.problems(copy) == []
        if copy.suffix == ".json":
            data = self.load(name)
            change(data)
            copy.write_text(json.dumps(data), encoding="utf-8")
        else:
            before = copy.read_text(encoding="utf-8")
            after = change(before)
            assert after != before
            copy.write_text(str(after), encoding="utf-8", newline="")
        return self.problems(copy)


def sheet(rows: list[list[Any]], path: Path) -> Path:
    """Write rows as CSV or XLSX, as a spreadsheet program would."""
    if path.suffix == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    return path


def _write(asked: Asked) -> Json:
    """Draft one sentence in words of its own, and the others word for word."""
    if asked.question == POWER:
        number = asked.number("at most 20 MW of peak electrical power by 2030")
        other = asked.number("up to 60 MW of peak")
        return draft(([number], DRAFTED), ([other], next(line.text for line in asked.lines if line.number == other)))
    return repeat("power", "energy", "moon")(asked)


@pytest.fixture(scope="session")
def saved(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An answer, a note and a batch, of quotes and drafted by a priced model, in every format there is."""
    folder = tmp_path_factory.mktemp("saved")
    desk = Desk(folder, shelf.library.folder, folder / "home")
    settings = desk.home / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 3\noutput = 7\n", encoding="utf-8")
    (folder / "in.csv").write_text("".join(f"{line}\n" for line in ("question", *QUESTIONS)), encoding="utf-8")
    endpoint = Endpoint(Author(_write))
    drafting = ("--model", "m", "--base-url", endpoint.url)
    where = ("--library", desk.library, "--home", desk.home, "--embedder", "none")

    def make(*command: object) -> Done:
        done = run(*command, *where)
        assert done.code == 0, done.err
        return done

    for name, options in (("answer.json", ()), ("drafted.json", drafting)):
        (folder / name).write_text(make("ask", POWER, "--json", *options).out, encoding="utf-8")
    note = make("note", "energy of inference", "-o", folder / "note.md", "--json")
    (folder / "note.json").write_text(note.out, encoding="utf-8")
    make("note", "peak electrical power of a site", "-o", folder / "drafted.md", *drafting)
    for name in ("out.jsonl", "out.csv", "out.xlsx"):
        make("batch", folder / "in.csv", "-o", folder / name)
    for name in ("drafted.jsonl", "drafted.csv"):
        make("batch", folder / "in.csv", "-o", folder / name, *drafting)
    endpoint.close()
    return desk
