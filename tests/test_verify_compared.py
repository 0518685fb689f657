"""What `verify` says of the sheets of a matrix and of the papers of changes: whatever of ours was changed is named."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from doubles.archives import repacked
from doubles.command_line import Done, run
from doubles.texts import shelve

TOPICS = """
[[topics]]
name = "Liquid cooling"
synonyms = ["liquid cooling"]
[[topics]]
name = "Chiplets"
synonyms = ["chiplets"]
"""
EUROPE = "All sites shall use liquid cooling by {}.\n\nThe council rejects chiplets."
REPORTS = {
    "europe": EUROPE.format(2030),
    "japan": "The institute plans to have liquid cooling in 2032.\n\nAll sites shall buy chiplets.",
    "chile": "The network grows to three sites.",
}
LATER = {"europe": EUROPE.format(2034), "chile": "The network plans to buy chiplets in 2031."}
PAPERS = (".md", ".docx", ".html", ".pdf", ".xlsx")
WORDS_ALONE = ("--embedder", "none")
OURS = {"matrix": 4, "cells": 13, "divergences": 6, "actions": 6, "judgements": 5, "searched": 10}


@dataclass(frozen=True)
class Place:
    """A folder with the matrix of three regions as sheets, and what changed in two of them in every format."""

    folder: Path

    def verified(self, file: Path) -> Any:
        done = run("verify", file, "--library", self.folder / "library", "--json")
        assert done.code == (1 if done.json["problems"] else 0), done.err
        return done.json

    def messages(self, file: Path) -> list[str]:
        return [one["message"] for one in self.verified(file)["problems"]]

    def refused(self, file: Path) -> str:
        done: Done = run("verify", file, "--library", self.folder / "library")
        assert done.code == 2
        return done.message

    def altered(self, change: Callable[[Any], None], source: str = "m.xlsx") -> Path:
        """A copy of a workbook that somebody changed."""
        book = openpyxl.load_workbook(self.folder / source)
        change(book)
        target = self.folder / "altered.xlsx"
        book.save(target)
        return target


def write(folder: Path, reports: dict[str, str]) -> None:
    for name, text in reports.items():
        (folder / f"{name}.md").write_text(f"# Roadmap of {name.title()}\n\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("compared")
    (folder / "topics.toml").write_text(TOPICS, encoding="utf-8")
    manifest = "".join(
        f'["{name}.md"]\nregion = "{name.title()}"\nlanguage = "en"\nstatus = "adopted"\n' for name in REPORTS
    )
    shelve(folder, {f"{name}.md": "x" for name in REPORTS}, manifest).interrupt()
    where = ["--library", folder / "library", "--home", folder / "home", *WORDS_ALONE]
    topics = ["--topics", folder / "topics.toml"]
    write(folder / "reports", REPORTS)
    assert run("ingest", folder / "reports", *where).code == 0
    assert run("snapshot", "first", *topics, *where).code == 0
    write(folder / "reports", LATER)
    assert run("ingest", folder / "reports", *where).code == 0
    assert run("align", *topics, "-o", folder / "m.xlsx", "-o", folder / "m.csv", *where).code == 0
    papers = [part for ending in PAPERS for part in ("-o", folder / f"c{ending}")]
    done = run("changes", "first", *papers, *where, "--json")
    assert done.code == 0 and done.json["years"] and done.json["first_spoken"], done.err
    return Place(folder)


@pytest.mark.parametrize("name", ["m.xlsx", "m.csv", *(f"c{ending}" for ending in PAPERS)])
def test_what_was_left_as_it_was_holds(place: Place, name: str) -> None:
    told = place.verified(place.folder / name)
    assert told["problems"] == [] and told["kinds"]["quote"]["ok"] >= 2
    assert any("said before" in one for one in told["unproven"]) == name.startswith("c")  # its report has another text


@pytest.mark.parametrize("sheet", OURS)
def test_every_cell_of_ours_that_was_changed_is_named(place: Place, sheet: str) -> None:
    filled = [
        (cell.row, cell.column) for row in openpyxl.load_workbook(place.folder / "m.xlsx")[sheet].iter_rows(min_row=2)
        for cell in row[: OURS[sheet]] if cell.value
    ]  # fmt: skip
    assert filled
    for row, column in filled:
        file = place.altered(lambda book, at=(row, column): put(book, sheet, *at, "otherwise"))
        (message,) = [one for one in place.messages(file) if "otherwise" in one]
        assert message.startswith(f"sheet '{sheet}', row {row}")


def put(book: Any, sheet: str, row: int, column: int, text: object) -> None:
    book[sheet].cell(row, column).value = text


def test_figures_formulas_rows_and_columns_are_named(place: Place) -> None:
    def change(book: Any) -> None:
        cells = book["cells"]
        put(book, "cells", 2, 8, "=1+1")
        cells.delete_rows(4)
        cells.append(["Liquid cooling", "Nowhere", "commits"])
        book["divergences"].delete_cols(3)
        del book["searched"]

    told = place.messages(place.altered(change))
    named = (
        "row 2, confidence", "missing since it was published: “Liquid cooling Japan", "“Liquid cooling Nowhere",
        "sheet 'divergences', its column 'type' is missing", "sheet 'searched', nothing is left",
    )  # fmt: skip
    for words in named:
        assert any(words in one for one in told), (words, told)


def test_what_people_do_with_the_sheets_is_no_alarm(place: Place) -> None:
    def change(book: Any) -> None:
        judged, cells = book["judgements"], book["cells"]
        for column, text in zip(range(6, 10), ("Ada", "opposes", "=see page 3", "2026-03-12"), strict=True):
            put(book, "judgements", 2, column, text)
        judged.delete_rows(4)
        judged.insert_cols(1)
        put(book, "judgements", 1, 1, "my notes")
        put(book, "judgements", 3, 1, "to be discussed")
        judged.append(["", "Chiplets | Japan", "", "", "", "", "Bo", "commits"])
        rows = [[cell.value for cell in row] for row in cells.iter_rows(min_row=2)]
        for at, row in enumerate(reversed(rows), 2):  # sorted the other way round
            for column, value in enumerate(row, 1):
                put(book, "cells", at, column, value)
        put(book, "cells", 1, 20, "mine")
        put(book, "cells", 2, 20, "a note")
        book.create_sheet("my sheet")["A1"] = "notes"

    assert place.messages(place.altered(change)) == []


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_sheet_of_cells_is_held_against_the_json_beside_it(place: Place, tmp_path: Path, separator: str) -> None:
    file = tmp_path / "m.csv"
    with (place.folder / "m.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][3] = "otherwise"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows(rows)
    assert "'m.csv.json', is missing" in place.refused(file)
    (tmp_path / "m.csv.json").write_bytes((place.folder / "m.csv.json").read_bytes())
    (message,) = place.messages(file)
    assert message.startswith("row 2, position: changed since it was published: “otherwise”")


@pytest.mark.parametrize("words", ["All sites shall use liquid cooling by 2030.", "plans to buy chiplets", "2034"])
@pytest.mark.parametrize("ending", [".md", ".docx", ".html", ".xlsx"])
def test_a_changed_word_of_the_paper_is_named(place: Place, tmp_path: Path, ending: str, words: str) -> None:
    source, target = place.folder / f"c{ending}", tmp_path / f"c{ending}"
    other = words[:-1].replace("203", "204").replace("chiplets", "choplets") + words[-1]
    other = other if other != words else "2039"
    if ending == ".xlsx":
        target = place.altered(lambda book: swap(book, words, other), "c.xlsx")
    elif ending == ".docx":
        content = source.read_bytes()
        assert words.encode() in ZipFile(source).read("word/document.xml")
        change = lambda part: part.replace(words.encode(), other.encode(), 1)  # noqa: E731
        target.write_bytes(repacked(content, "word/document.xml", change))
    else:
        text = source.read_text(encoding="utf-8")
        at = text.index(words, text.index("<main") if ending == ".html" else 0)
        target.write_text(text[:at] + other + text[at + len(words) :], encoding="utf-8")
        if ending == ".md":
            (tmp_path / "c.md.json").write_bytes((place.folder / "c.md.json").read_bytes())
    assert place.messages(target), (ending, words)


def swap(book: Any, words: str, other: str) -> None:
    for sheet in book.worksheets[:-1]:
        for row in sheet.iter_rows():
            for cell in row:
                if words in str(cell.value):
                    cell.value = cell.value.replace(words, other)
                    return
    raise AssertionError(words)


def test_data_that_do_not_fit_together_or_the_library_are_named(place: Place, tmp_path: Path) -> None:
    told = json.loads((place.folder / "c.md.json").read_text(encoding="utf-8"))
    told["document"] = None
    told["first_spoken"][0]["new"][0]["quote"] = "The network plans to buy nothing in 2031."
    file = tmp_path / "c.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    assert any("“chiplets”" in one for one in place.messages(file))


def test_a_damaged_record_is_refused_in_a_line(place: Place) -> None:
    def change(book: Any) -> None:
        book["coscribe"]["A2"] = str(book["coscribe"]["A2"].value)[:-40]

    assert "damaged" in place.refused(place.altered(change)) or "cut off" in place.refused(place.altered(change))
    assert "was not made by coscribe" in place.refused(place.altered(lambda book: book.remove(book["coscribe"])))


def test_a_paper_on_answers_is_verified_by_what_it_carries(place: Place, tmp_path: Path) -> None:
    where = ["--library", place.folder / "library", "--home", place.folder / "home", *WORDS_ALONE]
    for name, question in (("old", "Who buys chiplets?"), ("new", "Who uses liquid cooling?")):
        (tmp_path / f"{name}.csv").write_text(f"question\n{question}\n", encoding="utf-8")
        assert run("batch", tmp_path / f"{name}.csv", "-o", tmp_path / f"{name}.jsonl", *where).code == 0
    papers = [part for ending in (".docx", ".xlsx") for part in ("-o", tmp_path / f"p{ending}")]
    assert run("changes", tmp_path / "old.jsonl", tmp_path / "new.jsonl", *papers, *where).code == 0
    assert place.messages(tmp_path / "p.docx") == place.messages(tmp_path / "p.xlsx") == []
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    put(book, "added", 2, 2, "Who buys nothing?")
    book.save(tmp_path / "p.xlsx")
    assert any("Who buys nothing?" in one for one in place.messages(tmp_path / "p.xlsx"))
