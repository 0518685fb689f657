"""The embedded engine: scans are read with what is installed, their words are marked and their figures doubted."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path

import coscribe
import numpy as np
import pypdfium2 as pdfium
import pytest
from coscribe.core.errors import LibraryError, ReadFailure
from coscribe.core.system.installed import checked_file, is_installed
from coscribe.vectorstore.reading.ocr.arrange import Scale, arranged
from coscribe.vectorstore.reading.ocr.choice import WEIGHTS
from coscribe.vectorstore.reading.ocr.engine import RecognisedLine, RecognisedWord
from coscribe.vectorstore.reading.ocr.lookalikes import told_apart
from coscribe.vectorstore.reading.ocr.regions import TextBox, boxes
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.sandbox import Readers, read_apart
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

with_weights = pytest.mark.skipif(not is_installed(WEIGHTS), reason="needs the extra `ocr`")

LINES = (
    "The plant at Högbacka takes 24.5 MW from the grid.",
    "Its cooling loop returns « chaleur » to the town of Señora.",
    "Operators are trained for sixteen weeks before a shift.",
)
OTHERS = ("Pumps stand below the hall, and filters beside them.", "Water enters at 32 °C and leaves at 45 °C.")
REST = ("Nobody may enter without a key of the guard.", "Visitors are shown the hall on Thursdays.")


def pictures(*pages: Sequence[str], turn: float = 0.0) -> list[Image.Image]:
    """Pictures of pages with these lines, as a scanner gives them."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(420, 300))
    for lines in pages:
        canvas.setFont("Helvetica", 12)
        for number, line in enumerate(lines):
            canvas.drawString(40, 240 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    with pdfium.PdfDocument(target.getvalue()) as document:
        clean = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    return [one.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255) for one in clean]


def scan(path: Path, pages: Sequence[Image.Image]) -> Path:
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=150, quality=70)
    return path


@pytest.fixture(autouse=True)
def _no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))


@with_weights
def test_a_scan_is_read_however_it_lies_and_a_blank_page_stays_bare(tmp_path: Path) -> None:
    [askew, blank] = pictures(LINES, (), turn=-2.0)
    [over, aside] = pictures(OTHERS, REST)
    turned = [over.transpose(Image.Transpose.ROTATE_180), aside.transpose(Image.Transpose.ROTATE_90)]
    seen: list[tuple[str, int, int]] = []
    with Readers(children=1, ocr=True, progress=lambda *told: seen.append(told)) as readers:
        [(_, document)] = readers.read_all([scan(tmp_path / "scan.pdf", [askew, *turned, blank])])
    assert isinstance(document, FileText)
    assert [tuple(page.text.splitlines()) for page in document.pages[:3]] == [LINES, OTHERS, REST]
    assert [(page.label, page.state, page.recognised) for page in document.pages[2:]] == [
        ("p. 3 (OCR)", "read", True),
        ("p. 4", "no_text", False),
    ]
    assert seen[0] == ("recognising pages", 0, 4) and seen[-1] == ("recognising pages", 4, 4)


@with_weights
def test_an_answer_from_a_scan_says_so_and_doubts_its_figures(tmp_path: Path) -> None:
    library = coscribe.Library(tmp_path / "library", embedder=None)
    path = scan(tmp_path / "plant.pdf", pictures(LINES))
    [bare] = library.ingest([path]).reports
    assert bare.state == "skipped" and "--ocr" in str(bare.reason)
    [read] = library.ingest([path], ocr="embedded").reports
    assert (read.state, read.pages_without_text) == ("indexed", [])
    assistant = coscribe.Assistant(library, model="evidence")
    answer = asyncio.run(assistant.ask("How many MW does the plant at Högbacka take from the grid?"))
    [claim] = [one for one in answer.claims if one.verdict == "supported"]
    [quote] = claim.quotes
    assert "24.5 MW" in quote.quote and quote.locator.recognised and "p. 1 (OCR)" in claim.text
    [doubt] = claim.doubts
    assert doubt.kind == "recognised" and doubt.span is not None and "24.5 MW" in doubt.detail
    assert claim.text[slice(*doubt.span)] == "24.5 MW"
    assert library.search("cooling loop")[0].locator.recognised


@with_weights
def test_a_page_that_takes_too_long_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scan(tmp_path / "scan.pdf", pictures(LINES))
    monkeypatch.setattr("coscribe.vectorstore.reading.sandbox.PAGE_SECONDS", 0.0)
    with pytest.raises(ReadFailure, match=r"page 1 of 'scan.pdf' was not recognised within 0 s"):
        read_apart(path, ocr=True)


def test_weights_that_are_not_the_expected_ones_are_refused() -> None:
    with pytest.raises(LibraryError, match=r"'METADATA' of 'numpy' is not the one expected: install it again"):
        checked_file("numpy", "METADATA", "0" * 64)
    assert is_installed("numpy") and not is_installed("no-such-package")


def line(text: str, left: float, top: float, right: float) -> RecognisedLine:
    step = (right - left) / len(text)
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append(RecognisedWord(word, left + at * step, left + (at + len(word)) * step))
        at += len(word)
    return RecognisedLine(TextBox(left, top, right, top + 16), tuple(words), 0.99)


def in_order(*lines: RecognisedLine) -> list[str]:
    return arranged(lines, Scale(0.5, 1000))[0]


def test_columns_are_read_one_after_the_other_below_what_spans_both() -> None:
    heading = line("A heading that runs over both of the columns", 40, 20, 560)
    foot = line("A last line that runs over both of the columns", 40, 220, 560)
    left = [line(f"words of the left column {at}", 40, 60 + 20 * at, 280) for at in range(6)]
    right = [line(f"words of the right column {at}", 320, 64 + 20 * at, 560) for at in range(6)]
    mixed = [one for pair in zip(right, left, strict=True) for one in pair]
    wanted = [one.text for one in (heading, *left, *right, foot)]
    assert in_order(*mixed, foot, heading) == wanted


def test_the_cells_of_a_row_stay_side_by_side() -> None:
    rows = [(f"Meter {at}", "30 MW", "2031") for at in range(5)]
    cells = [
        line(text, 40 + 180 * column, 60 + 20 * row, 120 + 180 * column)
        for column in (2, 0, 1)
        for row, text in enumerate(one[column] for one in rows)
    ]
    texts, shapes = arranged(cells, Scale(0.5, 1000))
    assert texts == [" ".join(row) for row in rows]
    assert all(len(shape.pieces) == 3 for shape in shapes)


def test_text_beside_a_drawing_is_not_mixed_with_its_labels() -> None:
    text = [line(f"words of the text beside the drawing {at}", 40, 60 + 20 * at, 300) for at in range(8)]
    labels = [line(f"{number}.00", 340, 66 + 33 * at, 380) for at, number in enumerate((80, 60, 40, 20))]
    assert in_order(*text, *labels) == [one.text for one in (*text, *labels)]


def test_a_small_l_that_must_be_a_capital_i_is_one() -> None:
    english = line("The Al Act of the Union says what an Al system is, and that lEEE and HCl stay; Al-Ahram", 0, 0, 900)
    spanish = line("Al final del año, la red de los centros da el calor al barrio de la ciudad", 0, 0, 900)
    [told] = told_apart([english])
    assert told.text == "The AI Act of the Union says what an AI system is, and that IEEE and HCl stay; Al-Ahram"
    assert told_apart([spanish]) == [spanish]


def test_regions_of_a_map_become_boxes_that_hold_whole_lines() -> None:
    likelihood = np.zeros((100, 200), dtype=np.float32)
    likelihood[20:26, 10:150] = 0.9
    likelihood[60:66, 30:90] = 0.8
    likelihood[80:86, 30:90] = 0.4  # too unsure over all
    likelihood[40, 100] = 0.9  # a speck
    for at in range(100):  # falls by one in twenty
        likelihood[70 + at // 20 : 74 + at // 20, 95 + at] = 0.9
    first, second, third = boxes(likelihood)
    assert first.left < 10 and first.right > 150 and first.top < 20 and first.bottom > 26 and first.height < 20
    assert (second.left + second.right) / 2 == 60 and abs(second.slope) < 0.001
    assert third.slope == pytest.approx(0.05, abs=0.01)
    assert boxes(np.zeros((10, 10), dtype=np.float32)) == []


@with_weights
def test_files_within_are_read_with_it_as_without(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(scan(tmp_path / "scan.pdf", pictures(LINES, OTHERS))))
    writer.add_attachment("notes.txt", b"Heat is offered to towns.")
    writer.add_attachment("model.bin", bytes(range(256)))
    writer.write(tmp_path / "plan.pdf")
    bare, read = read_apart(tmp_path / "plan.pdf"), read_apart(tmp_path / "plan.pdf", ocr=True)
    assert [page.label for page in read.pages] == ["p. 1 (OCR)", "p. 2 (OCR)", "notes.txt, whole text"]
    assert read.pages[2] == bare.pages[2]
    assert read.unread == bare.unread == ("an embedded file 'model.bin'",)
