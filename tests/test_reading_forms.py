"""What is filled in or laid on a PDF page: the values of forms stand at their labels, each a paragraph of its own."""

from collections.abc import Callable
from pathlib import Path

from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import read
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfgen.canvas import Canvas


def drawn(path: Path, paint: Callable[[Canvas], object]) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont("Helvetica", 11)
    paint(canvas)
    canvas.showPage()
    canvas.save()
    return path


def paragraphs(file: FileText) -> list[str]:
    page = file.pages[0]
    assert {block.kind for block in page.blocks} == {"text"}
    return [" ".join(page.text[block.start : block.end].split()) for block in page.blocks]


def test_the_values_of_a_form_stand_at_their_labels(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(60, 760, "Name of the site:")
        form.textfield(name="site", value="Møllehus", x=180, y=752, width=150, height=20)
        canvas.drawString(60, 730, "Power:")
        form.choice(name="power", value="20 MW", options=["10 MW", "20 MW"], x=180, y=722, width=90, height=20)
        form.checkbox(name="heat", checked=True, x=60, y=700, size=12)
        canvas.drawString(80, 702, "Heat is offered")
        form.checkbox(name="grid", checked=False, x=60, y=680, size=12)
        canvas.drawString(80, 682, "Grid is ready")
        form.textfield(name="empty", value="", x=180, y=650, width=150, height=20)
        canvas.drawString(60, 640, "Signed.")

    file = read(drawn(tmp_path / "page.pdf", page))
    wanted = ["Name of the site: Møllehus", "Power: 20 MW", "☒ Heat is offered", "☐ Grid is ready", "Signed."]
    assert [line.strip() for line in file.pages[0].text.splitlines()] == wanted
    assert paragraphs(file) == wanted


def test_what_is_filled_in_is_a_paragraph_of_its_own(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(60, 760, "Power budget")
        form.textfield(name="power", value="20 MW", x=180, y=752, width=150, height=20)
        canvas.drawString(60, 740, "Heat expected in the first")
        canvas.drawString(60, 728, "year of operation")
        form.textfield(name="heat", value="12 GWh", x=180, y=722, width=150, height=20)
        canvas.drawString(60, 700, "The operator")
        form.textfield(name="who", value="Northern Halls", x=125, y=692, width=100, height=20)
        canvas.drawString(230, 700, "declares that its budget of")
        form.textfield(name="sum", value="3 million", x=380, y=692, width=60, height=20)
        canvas.drawString(60, 686, "is kept to in each year of the plan.")
        form.textfield(name="free", value="Seen by the fire brigade", x=60, y=640, width=400, height=20)

    writer = PdfWriter(clone_from=PdfReader(drawn(tmp_path / "form.pdf", page)))
    writer.add_annotation(0, FreeText(text="this was typed into a box\nTwo doors face east", rect=(340, 730, 560, 765)))
    writer.add_annotation(0, FreeText(text="Stamp of June", rect=(300, 680, 560, 698)))
    writer.write(tmp_path / "filled.pdf")
    assert paragraphs(read(tmp_path / "filled.pdf")) == [
        "Power budget 20 MW", "this was typed into a box", "Two doors face east",
        "Heat expected in the first year of operation 12 GWh",
        "The operator Northern Halls declares that its budget of 3 million is kept to in each year of the plan.",
        "Stamp of June", "Seen by the fire brigade",
    ]  # fmt: skip


def test_a_text_box_laid_on_the_page_is_read(tmp_path: Path) -> None:
    plain = drawn(tmp_path / "plain.pdf", lambda canvas: canvas.drawString(60, 760, "Plan of the hall."))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.add_annotation(0, FreeText(text="Door of 92 cm, added in June", rect=(60, 600, 260, 640)))
    writer.write(tmp_path / "box.pdf")
    assert paragraphs(read(tmp_path / "box.pdf")) == ["Plan of the hall.", "Door of 92 cm, added in June"]
