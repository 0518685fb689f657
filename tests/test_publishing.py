"""Answers and notes as files: `-o` as often as wanted, and what stands in a Word file stands in the reports."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import pytest
from coscribe.core.shapes import Locator
from coscribe.core.text import without_controls
from coscribe.tools.publish.word.word_reading import read_word
from doubles.command_line import Done
from doubles.desk import Shelf
from doubles.ooxml import W
from doubles.published import READERS, problems, run_on
from doubles.texts import shelve
from independent import one_line, says

TOPIC, QUESTION = "energy of inference", "How much power may a rack draw?"
STANDING = re.compile(r"^(.*\[\d+\]|), (.*?): “(.*?)”$")
TRAPS = [
    "The energy of inference <w:p><w:r><w:t>is</w:t></w:r></w:p> measured &amp; reported ]]> by every site.",
    "The energy of inference shall be =cmd|' /C calc'!A0 measured by {{ HYPERLINK \"http://a.test\" }} every site.",
    "The energy of inference is **never** [measured](http://a.test) by #eval(1) or $x_1$ @cite sites, one_two `said`.",
    "The energy of inference costs \x1b[31m12 MWh\x1b[0m for each site [7] and { PAGE \\* MERGEFORMAT } is reported.",
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def write(shelf: Shelf, *command: object) -> Done:
    done = run_on(shelf, *command)
    assert done.code == 0, done.err
    return done


def shelve_at(folder: Path, texts: dict[str, str]) -> Shelf:
    return Shelf(folder / "reports", shelve(folder, texts))


def footnotes(file: Path) -> list[list[str]]:
    """The lines of each footnote, read by nothing of ours."""
    with ZipFile(file) as archive:
        told = ElementTree.fromstring(archive.read("word/footnotes.xml"))
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    kept = [one for one in told if one.get(f"{W}type") is None]
    numbers = [one.get(f"{W}id") for one in kept]
    used = [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")]
    assert numbers == used == [str(at) for at in range(1, len(kept) + 1)]
    return [
        ["".join(text.text or "" for text in line.iter(f"{W}t")).strip() for line in one.iter(f"{W}p")] for one in kept
    ]


def test_every_footnote_of_a_note_quotes_what_stands_in_its_report(shelf: Shelf, here: Path) -> None:
    made = write(shelf, "note", TOPIC, "-o", "note.docx", "--json").json
    assert made["files"] == ["note.docx"] and [path.name for path in here.iterdir()] == ["note.docx"]
    cited = [one for part in made["sections"] for claim in part["claims"] for one in claim["citations"]]
    quoted = {(one["locator"]["label"], one_line(one["quote"])): one for one in cited if one["role"] == "quote"}
    found = set()
    for line in (line for note in footnotes(here / "note.docx") for line in note):
        head, label, words = STANDING.fullmatch(line).groups()
        one = quoted[label, words]
        assert says(shelf.reports / one["file"], Locator.model_validate(one["locator"]), words)
        assert one["organisation"] in head and f"[{one['number']}]" in head
        found.add((label, words))
    assert found == set(quoted) and len(found) >= 5
    numbers = {one["number"] for one in cited}
    for source in made["sources"]:  # each is told in full once
        full = f"{source['title']} ({source['date']}"
        assert source["number"] in numbers
        assert sum(full in line for note in footnotes(here / "note.docx") for line in note) == 1
    word = docx.Document("note.docx")
    listed = [one.text for one in word.paragraphs if one.style.name == "Source Entry"]
    assert [one.partition(".")[0] for one in listed] == [str(source["number"]) for source in made["sources"]]


def test_a_footnote_names_the_edition(tmp_path: Path, here: Path) -> None:
    report = "# Sites of the Region\n\n2nd edition\n\nThe energy of inference shall be measured by every site.\n"
    made = write(shelve_at(tmp_path, {"sites.md": report}), "note", TOPIC, "-o", "note.docx", "--json").json
    assert {source["edition"] for source in made["sources"]} == {"2nd edition"}
    assert "(2nd edition" in footnotes(here / "note.docx")[0][0]


def test_a_word_file_carries_what_it_was_made_of(shelf: Shelf, here: Path) -> None:
    made = write(shelf, "note", TOPIC, "-o", "note.docx", "--json").json
    told = read_word((here / "note.docx").read_bytes())
    carried = json.loads(told.carried or "")
    about, document = carried.pop("colophon"), carried.pop("document")
    assert {key: value for key, value in carried.items() if key != "files"} == {
        key: value for key, value in made.items() if key != "files"
    }
    assert (about["standing"], about["title"], about["drafted_by"]) == ("DRAFT", "Energy of inference", "")
    assert told.texts[0] == f"DRAFT · {about['date'][:10]}"
    assert document["title"] == told.texts[1] == docx.Document("note.docx").core_properties.title


def test_files_of_several_kinds_are_written_at_once(shelf: Shelf, here: Path) -> None:
    done = write(
        shelf,
        "ask",
        QUESTION,
        *["-o", "a.docx", "-o", "a.md", "-o", "a.md", "-o", "b.DOCX", "-o", "a.html", "-o", "a.pdf"],
    )
    names = ["a.docx", "a.html", "a.md", "a.md.json", "a.pdf", "b.DOCX"]
    assert sorted(path.name for path in here.iterdir()) == names
    assert [line for line in done.err.splitlines() if line.startswith("written: ")] == [
        f"written: {name}" for name in ("a.docx", "a.md", "b.DOCX", "a.html", "a.pdf")
    ]
    told = {ending: read((here / f"a{ending}").read_bytes()) for ending, read in READERS.items()}
    assert len({one.carried for one in told.values()}) == 1  # all were made of the same
    quote = json.loads(told[".pdf"].carried or "")["claims"][0]["citations"][0]["quote"]
    assert all(quote in "\n".join(one.texts) for one in told.values())
    assert (here / "a.docx").read_bytes() == (here / "b.DOCX").read_bytes()
    assert problems(shelf, Path("a.md")) == []
    asked = docx.Document("a.docx")
    assert asked.paragraphs[0].text == QUESTION and f"# {QUESTION}\n" in (here / "a.md").read_text(encoding="utf-8")
    printed = write(shelf, "ask", QUESTION, "-o", "c.docx", "--json").json
    assert "files" not in printed and footnotes(here / "c.docx")


def test_a_house_style_is_taken(shelf: Shelf, here: Path) -> None:
    house = docx.Document()
    house.styles["Heading 1"].font.name = "Georgia"
    house.save("house.docx")
    write(shelf, "note", TOPIC, "-o", "note.docx", "--style", "house.docx")
    assert docx.Document("note.docx").styles["Heading 1"].font.name == "Georgia"
    write(shelf, "note", TOPIC, "-o", "plain.docx")
    assert read_word(Path("plain.docx").read_bytes()).texts == read_word(Path("note.docx").read_bytes()).texts


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "note.odt"], ["'.odt'", ".md", ".docx"]),
        (["-o", "note.md", "-o", "note.xyz"], ["'.xyz'", ".docx"]),
        (["-o", "note.docx", "--style", "missing.docx"], ["'missing.docx'"]),
        (["-o", "note.docx", "--style", "text.docx"], ["'text.docx'", "no Word file"]),
        (["-o", "note.docx", "--style", "empty.docx"], ["'empty.docx'", "no Word file"]),
        (["-o", "text.docx", "--style", "text.docx"], ["'text.docx'", "itself"]),
        (["-o", "note.md", "--style", "text.docx"], ["--style", "-o note.docx"]),
        (["--style", "text.docx"], ["--style", "-o note.docx"]),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is(
    shelf: Shelf, here: Path, arguments: list[str], told: list[str]
) -> None:
    (here / "text.docx").write_text("no Word file", encoding="utf-8")
    with ZipFile(here / "empty.docx", "w") as archive:
        archive.writestr("a.xml", "<a/>")
    before = sorted(here.iterdir())
    for command in (["note", TOPIC], ["ask", QUESTION]):
        done = run_on(shelf, *command, *arguments)
        assert (done.code, done.out) == (2, "")
        assert [part for part in told if part not in done.message] == []
        assert sorted(here.iterdir()) == before


@pytest.fixture(scope="module")
def traps(tmp_path_factory) -> Shelf:
    texts = {f"trap{at}.txt": f"Report {at}\n\n{words}\n" for at, words in enumerate(TRAPS)}
    return shelve_at(tmp_path_factory.mktemp("traps"), texts)


@pytest.mark.parametrize("at", range(len(TRAPS)))
def test_text_of_a_report_stays_text(traps: Shelf, here: Path, at: int) -> None:
    question = "What is said about the energy of inference?"
    made = write(traps, "ask", question, "--report", f"trap{at}.txt", "-o", "a.docx", "--json").json
    (quote,) = {one["quote"] for claim in made["claims"] for one in claim["citations"]}
    assert one_line(quote) == one_line(without_controls(TRAPS[at]))  # it is quoted whole
    told = read_word((here / "a.docx").read_bytes()).texts
    assert sum(f"“{one_line(without_controls(quote))}”" in text for text in told) == 3  # told, proved, and listed
    with ZipFile(here / "a.docx") as archive:
        parts = [archive.read(f"word/{name}.xml") for name in ("document", "footnotes")]
    assert b"\x1b" not in b"".join(parts)
    assert not [one for part in parts for one in ElementTree.fromstring(part).iter(f"{W}instrText")]
    (shown,) = [one.text for one in docx.Document("a.docx").paragraphs if one.style.name == "Normal"]
    assert shown.endswith(f"“{one_line(without_controls(quote))}”")
