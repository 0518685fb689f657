"""PDF: raised and lowered letters, words nobody can see, words that stand outside the text, signs of odd fonts."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import read
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.colors import Color, black, white
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Painter = Callable[[Canvas], None]


def drawn(path: Path, *pages: Painter, **how: object) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842), **how)
    for paint in pages:
        canvas.setFont("Helvetica", 11)
        paint(canvas)
        canvas.showPage()
    canvas.save()
    return path


def words(file: FileText, number: int = 0) -> str:
    return " ".join(file.pages[number].text.split())


def seen(tmp_path: Path, paint: Painter) -> str:
    return words(read(drawn(tmp_path / "page.pdf", paint)))


def set_runs(canvas: Canvas, y: float, *runs: tuple[str, float], late: bool = False, rise: bool = False) -> None:
    """Runs of text on one line, each with its rise in points; what is raised or lowered is smaller, or comes last."""
    x, placed = 60.0, []
    for text, offset in runs:
        size = 7 if offset else 11
        placed.append((x, text, offset, size))
        x += canvas.stringWidth(text, "Helvetica", size)
    for x, text, offset, size in sorted(placed, key=lambda run: run[2] != 0) if late else placed:
        _run(canvas, x, y, text, offset, size, rise=rise)


def _run(canvas: Canvas, x: float, y: float, text: str, offset: float, size: float, *, rise: bool) -> None:
    line = canvas.beginText(x, y if rise else y + offset)
    line.setFont("Helvetica", size)
    if rise:
        line.setRise(offset)
    line.textOut(text)
    canvas.drawText(line)


@pytest.mark.parametrize("how", [{}, {"rise": True}, {"late": True}])
def test_raised_and_lowered_letters_never_bend_a_figure(tmp_path: Path, how: dict[str, bool]) -> None:
    def paint(canvas: Canvas) -> None:
        set_runs(
            canvas, 760, ("The limit is 10", 0), ("25", 4), (" operations, and 10", 0), ("-6", 4), (" m.", 0), **how
        )
        set_runs(
            canvas, 740, ("It holds until 2030", 0), ("7", 4), (" and the 4", 0), ("th", 4), (" of May.", 0), **how
        )
        set_runs(
            canvas, 720, ("All CO", 0), ("2", -2), (" of 40 m", 0), ("2", 4), (" is 10", 0), ("2", -2), (".", 0), **how
        )
        canvas.drawString(60, 700, "The end of the page.")

    text = seen(tmp_path, paint)
    assert "is 10²⁵ operations, and 10⁻⁶ m." in text
    assert "until 2030⁷ and the 4th of May." in text
    assert "All CO2 of 40 m² is 10₂." in text
    assert text.endswith("The end of the page.")


def test_fractions_are_told_from_figures(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        set_runs(canvas, 760, ("Cut it to 2", 0), ("3", 4), ("/", 0), ("4", -2), (" inches.", 0))
        canvas.drawString(60, 720, "A share of ")
        x = 60 + canvas.stringWidth("A share of ", "Helvetica", 11)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(x + 4, 725, "7")
        canvas.drawString(x + 2, 713, "12")
        canvas.line(x, 723, x + 12, 723)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(x + 14, 720, "is due.")

    text = seen(tmp_path, paint)
    assert "to 2 3/4 inches." in text
    assert "A share of 7/12 is due." in text


@pytest.mark.parametrize("late", [False, True])
def test_the_mark_of_a_note_stands_before_its_words(tmp_path: Path, late: bool) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "The first paragraph of the page.")
        set_runs(canvas, 100, ("3", 4), ("2030 is the year of the plan.", 0), late=late)

    assert seen(tmp_path, paint).endswith("3 2030 is the year of the plan.")


def test_larger_type_beside_smaller_type_raises_nothing(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 30)
        canvas.drawString(60, 760, "T")
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(
            ("his is the first line of an article", "and this is its second line, on and on")
        ):
            canvas.drawString(80, 776 - 13 * number, line)

    text = seen(tmp_path, paint)
    assert "his is the first line of an article" in text
    assert "^" not in text


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(300, 300, 20, 20)
    canvas.saveState()
    canvas.clipPath(path, stroke=0)
    canvas.drawString(60, 700, "hidden words")
    canvas.restoreState()


def invisible(canvas: Canvas) -> None:
    line = canvas.beginText(60, 700)
    line.setTextRenderMode(3)
    line.textOut("hidden words")
    line.setTextRenderMode(0)
    canvas.drawText(line)


def coloured(colour: Color, behind: Color | None = None) -> Painter:
    def paint(canvas: Canvas) -> None:
        if behind is not None:
            canvas.setFillColor(behind)
            canvas.rect(40, 690, 300, 30, stroke=0, fill=1)
        canvas.setFillColor(colour)
        canvas.drawString(60, 700, "hidden words")
        canvas.setFillColor(black)

    return paint


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(60, 700, "hidden words")
    canvas.setFont("Helvetica", 11)


def shrunk(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.scale(0.05, 0.05)
    canvas.drawString(1200, 14000, "hidden words")
    canvas.restoreState()


def outside(canvas: Canvas) -> None:
    canvas.drawString(60, 900, "hidden words")


def covered(canvas: Canvas) -> None:
    canvas.drawString(60, 700, "hidden words")
    canvas.rect(50, 690, 100, 24, stroke=0, fill=1)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("inner")
    canvas.setFillColor(white)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 700, "hidden words")
    canvas.endForm()
    canvas.doForm("inner")


HIDDEN = {
    "white on white": coloured(white), "nearly white": coloured(Color(0.99, 0.98, 0.99)),
    "clear": coloured(Color(0, 0, 0, alpha=0)), "grey on grey": coloured(Color(0.4, 0.4, 0.4), Color(0.41, 0.4, 0.4)),
    "invisible": invisible, "tiny": tiny, "shrunk": shrunk, "outside": outside, "covered": covered,
    "clipped": clipped, "in a form": in_a_form,
}  # fmt: skip


@pytest.mark.parametrize("paint", HIDDEN.values(), ids=HIDDEN)
def test_words_that_nobody_can_see_are_left_out_and_named(tmp_path: Path, paint: Painter) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "What can be seen.")
        paint(canvas)
        canvas.drawString(60, 640, "And its end.")

    file = read(drawn(tmp_path / "page.pdf", page))
    assert words(file) == "What can be seen. And its end."
    assert file.pages[0].left_out == ("hidden text",)


def on_dark(canvas: Canvas) -> None:
    coloured(white, Color(0.1, 0.2, 0.5))(canvas)


def on_a_thick_line(canvas: Canvas) -> None:
    canvas.setLineWidth(30)
    canvas.line(40, 705, 300, 705)
    coloured(white)(canvas)


def on_a_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (30, 10), (20, 30, 90))), 40, 680, 300, 50)
    coloured(white)(canvas)


def scanned(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 230)), 0, 600, 595, 140)
    invisible(canvas)


def framed(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(30, 650, 400, 100)
    canvas.saveState()
    canvas.clipPath(path, stroke=0)
    canvas.drawString(60, 700, "hidden words")
    canvas.restoreState()


def scaled_up(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 0.5)
    canvas.scale(22, 22)
    canvas.drawString(60 / 22, 700 / 22, "hidden words")
    canvas.restoreState()


SEEN = [on_dark, on_a_thick_line, on_a_picture, scanned, framed, scaled_up]


@pytest.mark.parametrize("paint", SEEN)
def test_words_that_only_look_hidden_are_read(tmp_path: Path, paint: Painter) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "What can be seen.")
        paint(canvas)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 640, "And its end.")

    file = read(drawn(tmp_path / "page.pdf", page))
    assert "hidden words" in words(file)
    assert file.pages[0].left_out == ()


def test_text_painted_twice_is_read_once(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for shift in (0, 0.4):
            for number in range(8):
                canvas.drawString(60 + shift, 760 - 15 * number, f"Line {number} of 20 MW.")

    assert seen(tmp_path, page) == " ".join(f"Line {number} of 20 MW." for number in range(8))


def test_struck_words_are_left_out(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "The toll is fourpence sixpence for a cart.")
        start = 60 + canvas.stringWidth("The toll is ", "Helvetica", 11)
        end = start + canvas.stringWidth("fourpence", "Helvetica", 11)
        canvas.line(start, 763, end, 763)
        canvas.drawString(60, 740, "An underlined word stays.")
        canvas.line(60, 738.5, 200, 738.5)

    file = read(drawn(tmp_path / "page.pdf", page))
    assert words(file) == "The toll is sixpence for a cart. An underlined word stays."
    assert file.pages[0].left_out == ("struck text",)


def test_files_within_are_read_or_named(tmp_path: Path) -> None:
    inner = drawn(tmp_path / "inner.pdf", lambda canvas: canvas.drawString(60, 760, "At most 20 MW in 2030."))
    cover = drawn(tmp_path / "cover.pdf", lambda canvas: canvas.drawString(60, 760, "Open this in another viewer."))
    writer = PdfWriter(clone_from=PdfReader(cover))
    writer.add_attachment("limits.pdf", inner.read_bytes())
    writer.add_attachment("notes.txt", b"Heat is offered to towns.")
    writer.add_attachment("model.bin", bytes(range(256)))
    writer.write(tmp_path / "portfolio.pdf")
    file = read(tmp_path / "portfolio.pdf")
    assert {page.label.split(",")[0]: words(file, number) for number, page in enumerate(file.pages)} == {
        "p. 1": "Open this in another viewer.", "limits.pdf": "At most 20 MW in 2030.",
        "notes.txt": "Heat is offered to towns.",
    }  # fmt: skip
    assert file.unread == ("an embedded file 'model.bin'",)
    assert file.page_count == 1


def test_a_portfolio_within_itself_is_not_followed_for_ever(tmp_path: Path) -> None:
    page = drawn(tmp_path / "page.pdf", lambda canvas: canvas.drawString(60, 760, "A page of each of all."))
    data = page.read_bytes()
    for _ in range(5):
        writer = PdfWriter(clone_from=PdfReader(page))
        writer.add_attachment("inner.pdf", data)
        room = BytesIO()
        writer.write(room)
        data = room.getvalue()
    (tmp_path / "nested.pdf").write_bytes(data)
    file = read(tmp_path / "nested.pdf")
    assert len(file.pages) == 3
    assert file.unread == ("an embedded file 'inner.pdf'",)


def test_an_empty_user_password_opens(tmp_path: Path) -> None:
    lock = StandardEncryption("", ownerPassword="owner", strength=128)
    path = drawn(tmp_path / "locked.pdf", lambda canvas: canvas.drawString(60, 760, "At most 20 MW."), encrypt=lock)
    assert words(read(path)) == "At most 20 MW."


def test_the_letters_of_symbol_fonts_are_read_by_their_meaning(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "An angle of at most ")
        canvas.setFont("Symbol", 11)
        canvas.drawString(165, 760, "α ≤ π")
        canvas.setFont("ZapfDingbats", 11)
        canvas.drawString(60, 740, "✔")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(75, 740, "Approved")

    text = seen(tmp_path, page)
    assert "at most α ≤ π" in text
    assert "✔ Approved" in text


@pytest.mark.parametrize("shown", [True, False])
def test_a_layer_that_is_switched_off_is_not_read(tmp_path: Path, shown: bool) -> None:
    content = (
        b"BT /F 11 Tf 60 760 Td (What can be seen.) Tj ET /OC /L BDC BT /F 11 Tf 60 700 Td (layered words) Tj ET EMC"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<<%s>>>>>>" % (b"" if shown else b"/OFF[6 0 R]"),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/Properties<</L 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/OCG/Name(Old)>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, one) for number, one in enumerate(objects, 1))
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n")
    file = read(tmp_path / "page.pdf")
    assert ("layered words" in words(file)) is shown
    assert file.pages[0].left_out == (() if shown else ("hidden text",))
