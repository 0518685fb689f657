"""What of a report is not in its text is told with its place, in the words of its kind: wherever it is told."""

import io
from pathlib import Path
from typing import Any

import coscribe
import docx
import openpyxl
import pptx
import pytest
from coscribe.core.types import Locator
from coscribe.terminal.omissions import place_list
from doubles.command_line import Done, run
from pptx.util import Inches
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
TOLD = {
    "book.xlsx": "not read: 2 formulas without a value, the first in B2 (sheet ‘Costs’); "
    "left out: a hidden sheet (sheet ‘Draft’, sheet ‘Older’)",
    "page.html": "not read: an embedded page 'ferry.html' (§ Ferries); left out: struck text (opening, § Bridges)",
    "scan.pdf": "no readable text (pp. 2–3 of 3)",
    "talk.pptx": "no readable text (slide 4 of 5); left out: a hidden slide (slides 2–3, 5)",
    "word.docx": "not read: a picture (§ Tolls › Night); left out: struck text (§ Tolls)",
}


def word(path: Path) -> None:
    made = docx.Document()
    made.add_heading("The bridge plan", 0)
    made.add_paragraph("All bridges stay open.")
    made.add_heading("Tolls", 1)
    made.add_paragraph("The toll is fifty marks").add_run(" or forty").font.strike = True
    made.add_heading("Night", 2)
    made.add_paragraph().add_run().add_picture(io.BytesIO(PIXEL), 900_000)
    made.save(str(path))


def talk(path: Path) -> None:
    deck = pptx.Presentation()
    for number in range(1, 6):
        slide = deck.slides.add_slide(deck.slide_layouts[5 if number != 4 else 6])
        if number == 4:
            slide.shapes.add_picture(io.BytesIO(PIXEL), 0, 0, Inches(9), Inches(7))
        else:
            slide.shapes.title.text = f"Ferry number {number} crosses"
        if number in (2, 3, 5):
            slide._element.set("show", "0")
    deck.save(str(path))


def book(path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Costs"
    for row in (["Bridge", "Marks"], ["North", "=40+10"], ["South", "=B2+1"]):
        made.active.append(row)
    for name, state in (("Draft", "hidden"), ("Older", "veryHidden")):
        made.create_sheet(name)["A1"] = "A bridge of gold"
        made[name].sheet_state = state
    made.save(path)


def page(path: Path) -> None:
    struck = "<p>It is open <del>at night</del> by day.</p>"
    ferries = "<h2>Ferries</h2><p>They go hourly.</p><iframe src='ferry.html'></iframe>"
    path.write_text(f"<h1>Crossings</h1>{struck}<h2>Bridges</h2>{struck}{ferries}", encoding="utf-8")


def scan(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.drawString(60, 700, "The bridges of the north are old.")
    for _ in range(2):
        canvas.showPage()
        canvas.drawImage(ImageReader(io.BytesIO(PIXEL)), 0, 0, 500, 700)
    canvas.save()


@pytest.fixture
def place(tmp_path: Path) -> list[object]:
    (tmp_path / "reports").mkdir()
    for name, make in (
        ("word.docx", word),
        ("talk.pptx", talk),
        ("book.xlsx", book),
        ("page.html", page),
        ("scan.pdf", scan),
    ):
        make(tmp_path / "reports" / name)
    return ["--library", tmp_path / "library", "--embedder", "none"]


def lines(done: Done) -> list[str]:
    return [line.strip() for line in done.out.splitlines()]


def test_ingest_and_show_tell_places_as_citations_do(tmp_path: Path, place: list[object]) -> None:
    shown = run("ingest", tmp_path / "reports", *place)
    assert shown.code == 0
    for name, told in TOLD.items():
        assert f"! {name}: {told}" in lines(shown)
        details = lines(run("reports", "show", name, *place))
        assert told.split("; ") == details[details.index("Read with gaps") + 1 :]


def test_json_has_the_places_beside_their_numbers(tmp_path: Path, place: list[object]) -> None:
    told = {file["file"]: file for file in run("ingest", tmp_path / "reports", *place, "--json").json["reports"]}

    def gaps(name: str, kind: str) -> list[Any]:
        return [
            (gap["page"], gap["place"]["kind"], gap["place"]["label"], gap["place"]["path"]) for gap in told[name][kind]
        ]

    assert gaps("word.docx", "unread") == [(3, "section", "§ Tolls › Night", ["Tolls", "Night"])]
    assert gaps("book.xlsx", "unread") == [(1, "sheet", "sheet ‘Costs’", [])]
    assert gaps("talk.pptx", "left_out")[0] == (2, "slide", "slide 2", [])
    assert [place["label"] for place in told["talk.pptx"]["places_without_text"]] == ["slide 4"]
    assert (told["scan.pdf"]["pages_without_text"], told["scan.pdf"]["places_without_text"]) == ([2, 3], [])
    for name, file in told.items():
        details = run("reports", "show", name, *place, "--json").json
        keys = ("pages_without_text", "places_without_text", "unread", "left_out")
        assert {key: details[key] for key in keys} == {key: file[key] for key in keys}


def test_an_answer_names_the_places_that_its_absence_does_not_cover(tmp_path: Path, place: list[object]) -> None:
    run("ingest", tmp_path / "reports", *place)
    asked = ["ask", "Which ferry carries neuromorphic chips?", *place, "--home", tmp_path / "home", "--quotes-only"]
    answer = run(*asked, "--json").json
    unreadable = {item["file"]: item for item in answer["coverage"]["unreadable"]}
    assert unreadable["word.docx"]["pages"] == [3] and unreadable["scan.pdf"]["places"] == []
    assert [one["label"] for one in unreadable["word.docx"]["places"]] == ["§ Tolls › Night"]
    (told,) = [line for line in lines(run(*asked)) if line.startswith("not readable:")]
    for part in (
        "word.docx (§ Tolls › Night: a picture)", "talk.pptx (slide 4)", "scan.pdf (pp. 2–3)",
        "book.xlsx (sheet ‘Costs’: 2 formulas without a value, the first in B2)",
    ):  # fmt: skip
        assert part in told
    asked[1] = "What is the toll of the bridge, in marks?"
    cited = {one["locator"]["label"] for claim in run(*asked, "--json").json["claims"] for one in claim["citations"]}
    assert "§ Tolls, para. 1" in cited


def test_many_places_are_drawn_together_or_counted() -> None:
    slides = [Locator(kind="slide", page=number, label=f"slide {number}") for number in (9, 3, 4, 5, 3)]
    sections = [Locator(kind="section", page=None, label=f"§ {number}") for number in range(1, 8)]
    assert place_list((), slides) == "slides 3–5, 9"
    assert place_list((), sections) == "§ 1, § 2, § 3, § 4, and 3 more"
    assert place_list((), [Locator(kind="page", page=2, label="p. 2 (printed: ii)"), *sections[:1]]) == "p. 2, § 1"
    assert place_list([2, 3], []) == "pp. 2–3"


def test_what_cannot_be_read_is_read_anew_only_after_a_change(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "plan.md").write_text("# Plan\n\nAll bridges stay open.\n", encoding="utf-8")
    library, reader = (coscribe.Library(tmp_path / "library", embedder="none") for _ in range(2))
    library.ingest([given])
    assert reader.catalogue.unreadable() == []
    asked: list[str] = []
    reader.catalogue.connection.set_trace_callback(asked.append)
    assert reader.catalogue.unreadable() == []
    assert not [statement for statement in asked if "pages" in statement]
    word(given / "word.docx")
    library.ingest([given])
    assert [item.file for item in reader.catalogue.unreadable()] == ["word.docx"]
    (report,) = (report.id for report in reader.catalogue.reports() if report.file == "plan.md")
    assert reader.catalogue.unreadable([report]) == []
