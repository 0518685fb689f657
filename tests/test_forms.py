"""`form`: twenty forms go out and come back with every mishap; nothing that was written is lost, all else is named."""

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import coscribe
import docx
import openpyxl
import pytest
from doubles import returned_forms as mishaps
from doubles.command_line import Done, run
from doubles.returned_forms import controls, fill, headed

QUESTIONS = [f"{section}.{at}" for section in range(1, 6) for at in (1, 2)]
LANGUAGES = {"p18": "fr", "p19": "ja", "p20": "de"}
NAMES = {f"p{number:02}": f"Institute {number:02} of Applied Tests" for number in range(1, 21)}
REPORT = """# Roadmap of the first institute

## Strengths

The institute is strong in the cooling of small machines with harbour water.

## Outlook

Nobody knows the tides.
"""
SOFFICE = shutil.which("soffice")


def answer(name: str, number: str) -> str:
    """What a partner answers: words that stand nowhere else."""
    return (
        f"{NAMES[name]} answers {number}: by 2031 it runs {int(name[1:]) * 100 + int(number.replace('.', ''))} racks."
    )


def all_answers(name: str) -> dict[str, str]:
    return {number: answer(name, number) for number in QUESTIONS}


def form(place: Path, *arguments: object) -> Done:
    return run("form", *arguments, "--home", place / "home", "--embedder", "none", "--json")


def send(place: Path) -> Path:
    """Make the forms of all partners; one of them has a report in the library, and one an internal one."""
    reports = place / "reports"
    reports.mkdir()
    (reports / "first.md").write_text(REPORT, encoding="utf-8")
    (reports / "secret.md").write_text(REPORT.replace("first", "secret"), encoding="utf-8")
    told = "".join(f'["{file}.md"]\norganisation = "{NAMES[name]}"\nconfidentiality = "{level}"\n'
                   for file, name, level in (("first", "p01", "public"), ("secret", "p02", "internal")))  # fmt: skip
    (reports / "reports.toml").write_text(told, encoding="utf-8")
    assert run("ingest", reports, "--home", place / "home", "--embedder", "none").code == 0
    with (place / "partners.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = [[name, "Europe/Norway", LANGUAGES.get(key, "en"), "a@b"] for key, name in NAMES.items()]
        csv.writer(stream).writerows([["organisation", "region", "language", "e-mail"], *rows])
    made = form(place, "make", "--to", place / "partners.csv", "-o", place / "forms", "--round", "spring")
    assert made.code == 0, made.err
    assert [len(made.json["files"]), made.json["withheld"], made.json["unread_columns"]] == [20, 1, ["e-mail"]]
    return place / "forms"


def come_back(forms: Path, back: Path) -> None:
    """Fill the forms in, each with a mishap of its own; that of p11 does not come back."""
    sent = {key: forms / f"institute-{key[1:]}-of-applied-tests.docx" for key in NAMES}
    for key in ("p01", "p18", "p19", "p20"):
        fill(sent[key], back / sent[key].name, all_answers(key))
    for key, mishap in {
        "p02": mishaps.move_section, "p07": mishaps.lose_fields, "p08": mishaps.track, "p12": mishaps.add_question,
        "p13": mishaps.reword, "p14": mishaps.comment, "p15": mishaps.tabulate,
    }.items():  # fmt: skip
        fill(sent[key], back / sent[key].name, all_answers(key), mishap=mishap)
    without = {number: text for number, text in all_answers("p03").items() if number != "2.1"}
    fill(sent["p03"], back / sent["p03"].name, without, mishap=mishaps.delete_question)
    fill(sent["p04"], back / "our reply (final).docx", all_answers("p04"))
    mishaps.to_pdf(fill(sent["p05"], forms.parent / "p05.docx", all_answers("p05")), back / "p05.pdf")
    fill(sent["p06"], back / sent["p06"].name, all_answers("p06"), changed="2026-11-09T08:00:00")
    fill(sent["p06"], back / "p06-early.docx", {"1.1": "An early thought on 3 racks."}, changed="2026-11-08T08:00:00")
    shutil.copy(sent["p10"], back)
    (back / sent["p09"].name).write_bytes(fill(sent["p09"], forms.parent / "p09.docx", {}).read_bytes()[:4000])
    most = {number: text for number, text in all_answers("p16").items() if number != "5.2"}
    fill(sent["p16"], back / sent["p16"].name, most, mishap=mishaps.write_before_placeholder)
    two = {number: f"{text}\nA second paragraph on {number}." for number, text in all_answers("p17").items()}
    fill(sent["p17"], back / sent["p17"].name, two, mishap=mishaps.keep_titles_alone)
    shutil.copy(back / sent["p01"].name, back / "p01 copy.docx")
    docx.Document().save(str(back / "agenda.docx"))
    fill(back / "agenda.docx", back / "agenda.docx", {}, mishap=lambda word: word.add_paragraph("Lunch is at noon."))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("forms")
    (made / "returned").mkdir()
    come_back(send(made), made / "returned")
    return made


@pytest.fixture(scope="module")
def taken(place: Path) -> dict[str, Any]:
    done = form(place, "take", place / "returned", "-o", place / "round.xlsx")
    assert done.code == 1, done.err  # two files could not be taken
    found: dict[str, Any] = done.json
    return found


def row_of(taken: dict[str, Any], key: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = taken["forms"][0]["partners"]
    return next(row for row in rows if row["organisation"] == NAMES[key])


def remarks(taken: dict[str, Any], key: str) -> dict[str, str]:
    return {one["kind"]: one["text"] for one in row_of(taken, key)["remarks"]}


def kept(place: Path, taken: dict[str, Any], key: str) -> list[tuple[tuple[str, ...], str]]:
    """What the library was given of a partner, each line with its section and question."""
    return list(headed(place / "home" / "library" / "contributions" / row_of(taken, key)["report"]))


def test_a_form_begins_with_what_is_held_and_says_where_nothing_is(place: Path) -> None:
    told = [one.text for one in docx.Document(str(place / "forms" / "institute-01-of-applied-tests.docx")).paragraphs]
    assert any(
        "“The institute is strong in the cooling of small machines with harbour water.” (" in one for one in told
    )
    assert "The collection holds nothing from you on this question." in told
    secret = docx.Document(str(place / "forms" / "institute-02-of-applied-tests.docx"))
    assert not any("harbour" in one.text for one in secret.paragraphs)  # internal, and forms leave the house
    tags = [str(one.tag) for one in controls(secret).values()]
    assert len(tags) == len(QUESTIONS)


def test_nothing_that_was_written_is_lost(place: Path, taken: dict[str, Any]) -> None:
    for key in set(NAMES) - {"p09", "p10", "p11"}:
        lines = kept(place, taken, key)
        for number in QUESTIONS:
            if (key, number) in (("p03", "2.1"), ("p16", "5.2")):
                continue
            at = [path for path, text in lines if text == answer(key, number)]
            assert [[path[0][:2], path[1][:3]] for path in at] == [[number[:2], number]], (key, number, lines)
        said = "p12 p15 p16 p17"
        assert key in said.split() or len(lines) == len(QUESTIONS) - (key == "p03")
    assert ("2.2", "a pilot near the harbour") in [(path[1][:3], text) for path, text in kept(place, taken, "p15")]
    assert "2031 | 417" in [text for _, text in kept(place, taken, "p15")]
    assert ("5.2", "It should name a date.") in [(path[1][:3], text) for path, text in kept(place, taken, "p16")]
    assert ("4.1", "A second paragraph on 4.1.") in [(path[1][:3], text) for path, text in kept(place, taken, "p17")]
    extra = {text: path for path, text in kept(place, taken, "p12")}
    assert extra["They were asked of us."][1] == "3.3 Which questions did you forget?"
    assert "Dear colleagues, with thanks." in extra


def test_everything_is_named(taken: dict[str, Any]) -> None:
    assert remarks(taken, "p02") == {"moved": "section 4 was moved"}
    assert remarks(taken, "p03") == {"deleted": "question 2.1 was deleted"}
    assert set(remarks(taken, "p04")) == {"renamed"}
    assert set(remarks(taken, "p05")) == {"renamed", "not_word"}
    assert "10" not in remarks(taken, "p07") and set(remarks(taken, "p07")) == {"field_lost"}
    assert set(remarks(taken, "p08")) == {"tracked_changes"}
    assert set(remarks(taken, "p10")) == {"unfilled"}
    assert set(remarks(taken, "p12")) == {"added", "outside"}
    assert remarks(taken, "p13") == {"reworded": "question 3.1 was put in other words: “3.1 What are we good at?”"}
    assert remarks(taken, "p14") == {"comments": "a comment is not taken: see the file"}
    for key in ("p01", "p06", "p15", "p16", "p17", "p18", "p19", "p20"):
        assert remarks(taken, key) == {}, key
    files = {one["file"]: one for one in taken["files"]}
    states = {name: one["state"] for name, one in files.items() if one["state"] != "taken"}
    assert states == {
        "agenda.docx": "foreign", "institute-09-of-applied-tests.docx": "failed", "p06-early.docx": "superseded",
        "institute-10-of-applied-tests.docx": "unfilled",
        "p01 copy.docx" if "p01 copy.docx" in states else "institute-01-of-applied-tests.docx": "unchanged",
    }  # fmt: skip
    assert "counts instead" in files["p06-early.docx"]["remarks"][-1]["text"]
    assert row_of(taken, "p06")["superseded"] == ["p06-early.docx"]
    assert {key for key in NAMES if row_of(taken, key)["file"] is None} == {"p09", "p11"}


def test_the_sheet_tells_partners_by_questions(place: Path, taken: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(place / "round.xlsx")
    head, *rows = book["partners x questions"].iter_rows(values_only=True)
    cells = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    first = next(name for name in head if name.startswith("2.1 "))
    assert [cells[NAMES[key]][first] for key in ("p01", "p03", "p10", "p11")] == [
        "answered (13 words)", "question deleted", "empty", "not returned",
    ]  # fmt: skip
    assert cells[NAMES["p06"]]["Last change"] == "2026-11-09 08:00"
    assert [len(rows), len(list(book["answers"].rows))] == [20, 201]


def test_contributions_are_drafts_that_are_quoted_with_section_and_question(
    place: Path, taken: dict[str, Any]
) -> None:  # fmt: skip
    library = coscribe.Library(place / "home" / "library", embedder="none")
    held = {row.file: row for row in library.reports()}
    counts = held[row_of(taken, "p06")["report"]]
    assert (counts.kind, counts.status, counts.organisation, counts.region, counts.date) == (
        "contribution", "draft", NAMES["p06"], "Europe/Norway", "2026-11-09",
    )  # fmt: skip
    older = [row for row in held.values() if row.superseded_by == counts.report]
    assert [row.status for row in older] == ["superseded"]
    asked = run("ask", f"How many racks does {NAMES['p07']} run by 2031?", "--kind", "contribution", "--home",
                place / "home", "--embedder", "none", "--json").json  # fmt: skip
    cited = [one for claim in asked["claims"] for one in claim["citations"] if one["organisation"] == NAMES["p07"]]
    assert cited and cited[0]["locator"]["path"][0][:2] == cited[0]["locator"]["path"][1][:2]
    matrix = run("align", "racks", "--by", "organisation", "--home", place / "home", "--embedder", "none",
                 "--json").json  # fmt: skip
    said = [cell for cell in matrix["cells"] if cell["roadmap"] in NAMES.values() and cell["citations"]]
    assert said and not any(cell["counted"] for cell in said)


def test_taking_twice_changes_nothing_and_a_later_version_takes_its_place(place: Path, taken: dict[str, Any]) -> None:
    home, back = place / "home", place / "returned"
    library = home / "library"

    def state() -> tuple[int, dict[str, bytes]]:
        kept_files = {str(one): one.read_bytes() for one in (library / "contributions").rglob("*") if one.is_file()}
        return coscribe.Library(library, embedder="none").catalogue.generation, kept_files

    before = state()
    again = form(place, "take", back)
    assert again.code == 1 and not again.json["changed"] and state() == before
    assert again.json["forms"] == taken["forms"]
    late = fill(place / "forms" / "institute-03-of-applied-tests.docx", place / "late.docx", {"2.1": "We run 9 racks."},
                changed="2026-12-01T00:00:00")  # fmt: skip
    later = form(place, "take", late)
    assert later.code == 0 and later.json["changed"], later.err
    row = row_of(later.json, "p03")
    assert (row["file"], row["superseded"]) == ("late.docx", ["institute-03-of-applied-tests.docx"])
    assert "counts instead of" in later.json["files"][0]["remarks"][-1]["text"]


def test_what_is_wrong_is_said_in_a_line(tmp_path: Path) -> None:
    sheet = tmp_path / "partners.csv"
    for text, said in (
        ("who\nx\n", "no column 'organisation'"), ("organisation\n", "name nobody"), ("", "no column 'organisation'"),
        ("organisation;language\nx;xx\n", "use en, fr, de, es, ja"), ("organisation\nx\nX\n", "'X' twice"),
    ):  # fmt: skip
        sheet.write_text(text, encoding="utf-8")
        done = run("form", "make", "--to", sheet, "-o", tmp_path / "forms")
        assert (done.code, said in done.message) == (2, True), done.message
    assert not (tmp_path / "forms").exists()
    sheet.write_text("organisation\nx\n", encoding="utf-8")
    assert "did you mean" in run("form", "make", "--template", "roadmap", "--to", sheet, "-o", tmp_path).message
    assert "--made" in run("form", "take", tmp_path).message
    assert form(tmp_path, "make", "--to", sheet, "-o", tmp_path / "forms").code == 0  # without any library
    (tmp_path / "forms" / "x.docx").write_bytes(b"filled in by somebody")
    done = run("form", "make", "--to", sheet, "-o", tmp_path / "forms", "--home", tmp_path / "home")
    assert done.code == 2 and "--replace" in done.message


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_form_saved_by_libreoffice_is_taken(tmp_path: Path) -> None:
    sheet, back, raw = (tmp_path / name for name in ("partners.csv", "back", "raw"))
    sheet.write_text("name,language\nÉcole,fr\n", encoding="utf-8")
    assert form(tmp_path, "make", "--to", sheet, "-o", tmp_path / "forms").code == 0
    raw.mkdir()
    answers = {number: f"By 2031 we run {number} racks.\nAnd more on {number}." for number in QUESTIONS[:-1]}
    filled = fill(tmp_path / "forms" / "ecole.docx", raw / "ecole.docx", answers)
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "docx",
         "--outdir", str(back), str(filled)], check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    done = form(tmp_path, "take", back)
    assert done.code == 0, done.err
    row = done.json["forms"][0]["partners"][0]
    lines = list(headed(tmp_path / "home" / "library" / "contributions" / row["report"]))
    found = {number: " ".join(text for path, text in lines if path[1].startswith(number)) for number in QUESTIONS}
    assert found == {**{number: text.replace("\n", " ") for number, text in answers.items()}, "5.2": ""}
    assert row["remarks"] == []
