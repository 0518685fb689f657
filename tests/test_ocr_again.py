"""What was recognised is kept: files read again without `--ocr` lose none of it, and no page is recognised twice."""

import hashlib
import shutil
import sqlite3
import sys
from pathlib import Path

import coscribe
import pytest
from coscribe.core.system.installed import is_installed
from coscribe.vectorstore.reading.ocr.choice import WEIGHTS
from doubles.command_line import Done, run
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

WORDS = "The plan is open to all towns of the valley."
STAND_IN = """#!{python}
import pathlib, shutil, sys
here = pathlib.Path(__file__).parent
with open(here / "calls", "a") as calls:
    print(*sys.argv[1:-2], file=calls)
shutil.copy(here / "found.pdf", sys.argv[-1])
"""


def draw(path: Path, *pages: str | int) -> Path:
    """Pages of text, and where a number stands, a picture of that height: a scan, to whoever reads the file."""
    canvas = Canvas(str(path))
    for page in pages:
        if isinstance(page, int):
            canvas.rect(60, 600, 200, page, fill=1)
        else:
            canvas.drawString(60, 700, page)
        canvas.showPage()
    canvas.save()
    return path


class Desk:
    def __init__(self, folder: Path) -> None:
        self.reports, self.bin = folder / "reports", folder / "bin"
        self.reports.mkdir(), self.bin.mkdir()
        self.catalogue = folder / "library" / "catalogue.sqlite"
        self.place = ["--library", folder / "library", "--embedder", "none"]

    def recognises(self, *pages: str | int) -> None:
        """Stand in for ocrmypdf: whatever it is given, it finds these pages."""
        draw(self.bin / "found.pdf", *pages)
        program = self.bin / "ocrmypdf"
        program.write_text(STAND_IN.format(python=sys.executable))
        program.chmod(0o755)

    def ingest(self, *options: str) -> Done:
        return run("ingest", self.reports, *self.place, *options, "--json")

    def labels(self) -> list[str]:
        library = coscribe.Library(self.place[1], embedder="none")
        return [label for report in library.reports() for label, _ in library.catalogue.page_texts(report.report)]

    def found(self, query: str) -> list[str]:
        return [hit.locator.label for hit in coscribe.Library(self.place[1], embedder="none").search(query, 1)]

    def calls(self) -> int:
        return len((self.bin / "calls").read_text().splitlines())

    def stored(self, statement: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.catalogue) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(tmp_path)
    monkeypatch.setenv("PATH", str(found.bin))
    found.recognises(WORDS, "Twenty megawatts were seen here.", "Pumps stand below the hall.")
    draw(found.reports / "plan.pdf", WORDS, 30, 50)
    assert found.ingest("--ocr-engine", "ocrmypdf").code == 0
    return found


READ = ["p. 1", "p. 2 (OCR)", "p. 3 (OCR)"]


def test_a_file_that_is_read_again_keeps_its_recognised_pages(desk: Desk) -> None:
    assert desk.labels() == READ and desk.calls() == 1
    (desk.reports / "plan.pdf").rename(desk.reports / "plan of 2031.pdf")
    assert desk.ingest().json["reports"][0]["state"] == "updated"
    assert desk.labels() == READ and desk.found("pumps below the hall") == ["p. 3 (OCR)"]
    desk.stored("UPDATE files SET reader = 0")
    desk.stored("DROP TABLE recognised")  # as before there was one: of its pages the words are known
    [again] = desk.ingest().json["reports"]
    assert (again["state"], again["pages_without_text"]) == ("updated", [])
    assert desk.labels() == READ and desk.found("megawatts") == ["p. 2 (OCR)"] and desk.calls() == 1


def test_scanned_pages_that_look_as_before_are_known_in_a_changed_file(desk: Desk) -> None:
    writer = PdfWriter(clone_from=PdfReader(draw(desk.bin / "cover.pdf", "A cover was put before it.")))
    writer.append(desk.reports / "plan.pdf")
    writer.write(desk.reports / "plan.pdf")
    [report] = desk.ingest().json["reports"]
    assert (report["state"], report["reason"]) == ("updated", None)
    assert desk.labels() == ["p. 1", "p. 2", "p. 3 (OCR)", "p. 4 (OCR)"] and desk.calls() == 1
    assert desk.stored("SELECT count(DISTINCT version), count(*) FROM recognised") == [(1, 2)]


def test_scans_that_are_new_are_told_and_the_others_are_not_recognised_again(desk: Desk) -> None:
    draw(desk.reports / "plan.pdf", WORDS, 30, 77)
    [report] = desk.ingest().json["reports"]
    assert report["reason"] == "a page is a scan and not read any more: `coscribe ingest --ocr` reads it"
    assert desk.labels() == ["p. 1", "p. 2 (OCR)", "p. 3"] and report["pages_without_text"] == [3]
    desk.recognises(WORDS, 30, "Filters stand beside them.")
    assert desk.ingest("--ocr-engine", "ocrmypdf").json["reports"][0]["pages_without_text"] == []
    assert (desk.bin / "calls").read_text().splitlines()[1:] == ["--skip-text --pages 3 --quiet --"]
    assert desk.labels() == READ and desk.found("megawatts") == ["p. 2 (OCR)"]


def test_a_page_without_words_is_tried_once_by_each_engine(desk: Desk) -> None:
    draw(desk.reports / "plan.pdf", WORDS, 30, 77)
    assert desk.ingest("--ocr-engine", "ocrmypdf").json["reports"][0]["pages_without_text"] == []
    desk.recognises(WORDS, "Twenty megawatts were seen here.", 99)
    draw(desk.reports / "plan.pdf", WORDS, 30, 99)
    assert desk.ingest("--ocr-engine", "ocrmypdf").json["reports"][0]["pages_without_text"] == [3]
    calls = desk.calls()
    assert [desk.ingest("--ocr-engine", "ocrmypdf").json["reports"][0]["state"] for _ in "ab"] == ["unchanged"] * 2
    assert desk.calls() == calls


def test_what_was_recognised_goes_with_its_report(desk: Desk) -> None:
    shutil.copy(desk.reports / "plan.pdf", desk.reports / "copy.pdf")
    desk.ingest()
    (desk.reports / "plan.pdf").unlink()
    desk.ingest("--prune")
    assert desk.stored("SELECT count(*) FROM recognised") == [(2,)]
    assert run("reports", "remove", "copy.pdf", *desk.place).code == 0
    assert desk.stored("SELECT count(*) FROM recognised") == [(0,)]


@pytest.mark.skipif(not is_installed(WEIGHTS), reason="needs the extra `ocr`")
def test_what_was_recognised_before_an_interruption_is_kept(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def broken_off(stage: str, done: int, total: int) -> None:
        if stage == "recognising pages" and done == 2:
            raise KeyboardInterrupt

    def watched(stage: str, done: int, total: int) -> None:
        seen.extend([(done, total)] if stage == "recognising pages" else [])

    path = draw(tmp_path / "scan.pdf", 30, 50, 70)
    library = coscribe.Library(tmp_path / "library", embedder="none")
    with pytest.raises(KeyboardInterrupt):
        library.ingest([path], ocr="embedded", progress=broken_off)
    assert library.reports() == []
    [report] = library.ingest([path], ocr="embedded", progress=watched).reports
    assert seen[0] == (0, 1) and report.reason == "text recognition found no words on any page: scan it anew"


def test_what_is_recognised_of_a_file_that_changes_is_not_kept_under_its_hash(desk: Desk) -> None:
    plan = draw(desk.reports / "plan.pdf", WORDS, 70, 90)
    (desk.reports / "second.md").write_text("# Heat\n\nHeat is offered to the towns.\n", encoding="utf-8")
    hashed = [hashlib.sha256(plan.read_bytes()).hexdigest()[:16]]

    def edit(stage: str, done: int, _total: int) -> None:
        if stage == "checking files" and done == 2 and len(hashed) == 1:  # the plan is hashed, and not read yet
            draw(plan, WORDS, 110, 130)
            hashed.append(hashlib.sha256(plan.read_bytes()).hexdigest()[:16])

    coscribe.Library(desk.place[1], embedder="none").ingest([desk.reports], ocr="ocrmypdf", progress=edit)
    kept = {version for (version,) in desk.stored("SELECT version FROM recognised")}
    assert hashed[0] not in kept and hashed[1] in kept
