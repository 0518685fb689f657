"""Words of reports in their place: the text around them, and their page with boxes where they stand on it."""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from coscribe.core.document import Proof, SourcePlace
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.facsimiles import Facsimiles
from coscribe.vectorstore.library import Library
from coscribe.vectorstore.reading.facsimile.facsimile import Facsimile, WordBox
from coscribe.vectorstore.reading.sandbox import Readers
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

FIRST = "Every site publishes its energy."
SECOND = "The council reviews each figure once a year."
TURNED = "This page lies on its side in the file."
DOTS = 110 / 72  # a point


@pytest.fixture
def library(tmp_path: Path) -> Library:
    pdf = Canvas(str(tmp_path / "plan.pdf"), pagesize=(600, 800))
    for top in (700, 400):  # the same words twice, and what they stand in
        pdf.drawString(60, top, "Report on measurement.")
        pdf.drawString(60, top - 20, FIRST)
        pdf.drawString(60, top - 40, "The council reviews each fig-")
        pdf.drawString(60, top - 60, "ure once a year.")
        pdf.drawString(60, top - 80, f"It stands at {top} points.")
    pdf.showPage()
    pdf.setPageRotation(90)
    pdf.drawString(100, 300, TURNED)
    pdf.save()
    document = docx.Document()
    document.add_heading("Advice", 1)
    for text in ("The group met in May.", FIRST, "It will meet again."):
        document.add_paragraph(text)
    document.save(str(tmp_path / "advice.docx"))
    made = Library(tmp_path / "library", embedder="none")
    made.ingest([tmp_path / "plan.pdf", tmp_path / "advice.docx"])
    return made


@pytest.fixture
def shown(library: Library) -> Iterator[Facsimiles]:
    with Facsimiles(library.catalogue) as made:
        yield made


def proofs(library: Library, words: str, file: str = "plan.pdf") -> list[Proof]:
    """What a sentence would rest on that quotes these words, for each segment that holds them."""
    catalogue = library.catalogue
    (report,) = (report for report in catalogue.reports() if report.file == file)
    found = [one for one in catalogue.stretch(report.id, 0, 99) if words[:12] in one.text]
    return [
        Proof(
            source=1, words=one.text, place=SourcePlace(label=one.locator.label), page=one.locator.page,
            id=f"{one.passage}:{one.start}-{one.end}",
        )
        for one in found
    ]  # fmt: skip


def ink(found: Facsimile, box: WordBox) -> float:
    """The share of dark dots in a box."""
    assert found.picture
    with Image.open(io.BytesIO(found.picture.data)) as image:
        assert image.get_format_mimetype() == found.picture.media_type
        assert image.size == (found.picture.width, found.picture.height)
        wide, high = image.size
        part = image.convert("L").crop(
            (box.left * wide // 1000, box.top * high // 1000, box.right * wide // 1000, box.bottom * high // 1000)
        )
    return sum(part.histogram()[:128]) / (part.width * part.height)


def at(box: WordBox, left: float, base: float) -> bool:
    """Whether a box stands around a line that begins so many points from the left and the foot of the first page."""
    return abs(box.left * 0.6 - left) < 4 and box.top * 0.8 < 800 - base < box.bottom * 0.8 + 1


def test_words_are_boxed_where_they_stand(library: Library, shown: Facsimiles) -> None:
    for proof, top in zip(proofs(library, FIRST), (700, 400), strict=True):
        found = shown(proof)
        assert found and found.picture and len(found.boxes) == 1
        assert (found.picture.width, found.picture.height) == pytest.approx((600 * DOTS, 800 * DOTS), abs=1.5)
        assert at(found.boxes[0], 60, top - 20)
        assert ink(found, found.boxes[0]) > 0.05
        assert found.before.endswith("Report on measurement. ") and found.after.startswith(" The council")


def test_words_parted_at_the_end_of_a_line_have_a_box_a_line(library: Library, shown: Facsimiles) -> None:
    for proof, top in zip(proofs(library, SECOND), (700, 400), strict=True):
        found = shown(proof)
        assert found and len(found.boxes) == 2
        assert at(found.boxes[0], 60, top - 40) and at(found.boxes[1], 60, top - 60)
        assert found.after.startswith(" It stands")


def test_a_turned_page_is_shown_upright_and_boxed_as_it_is_seen(library: Library, shown: Facsimiles) -> None:
    (proof,) = proofs(library, TURNED)
    found = shown(proof)
    assert found and found.picture
    (box,) = found.boxes
    assert box.bottom - box.top > box.right - box.left  # the words run down the page
    assert ink(found, box) > 0.05


def test_a_page_is_drawn_once_for_all_words_on_it(library: Library, shown: Facsimiles) -> None:
    found = [shown(proof) for words in (FIRST, SECOND) for proof in proofs(library, words)]
    assert len(found) == 4 and len({id(one.picture) for one in found if one}) == 1


def test_what_has_no_pages_is_shown_in_its_text(library: Library, shown: Facsimiles) -> None:
    (proof,) = proofs(library, FIRST, "advice.docx")
    found = shown(proof)
    assert found == Facsimile(before="Advice\nThe group met in May.\n", after="\nIt will meet again.")


def test_lines_that_a_file_wraps_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# Advice\n\nThe group met\nin May, with\nothers.\n\n{FIRST}\n\n- one;\n- two.\n")
    library = Library(tmp_path / "library", embedder="none")
    library.ingest([tmp_path / "a.md"])
    with Facsimiles(library.catalogue) as shown:
        found = shown(proofs(library, FIRST, "a.md")[0])
    assert found == Facsimile("Advice\nThe group met in May, with others.\n", "\none;\ntwo.")


def test_words_that_the_library_does_not_have_are_not_shown(library: Library, shown: Facsimiles) -> None:
    (proof, _) = proofs(library, FIRST)
    assert shown(proof.model_copy(update={"words": "Every site hides its energy."})) is None
    assert shown(proof.model_copy(update={"id": "nothing:1-2"})) is None
    assert shown(proof.model_copy(update={"id": ""})) is None
    assert shown(proof.model_copy(update={"words": "…"})) is None
    odd = shown(proof.model_copy(update={"id": proof.id.partition(":")[0] + ":x-y"}))
    assert odd and odd.boxes


@pytest.mark.parametrize(
    ("content", "said"), [(None, "no longer"), (b"%PDF-1.4 other", "has changed"), (b"", "has changed")]
)
def test_a_file_that_is_gone_or_another_is_not_drawn(
    library: Library, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "plan.pdf"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with Facsimiles(library.catalogue) as shown:
        found = shown(proofs(library, FIRST)[0])
    assert found and found.picture is None and said in found.lacks
    assert found.before.endswith("Report on measurement. ")


def test_pictures_have_a_size_together(library: Library) -> None:
    (first, _), (turned,) = proofs(library, FIRST), proofs(library, TURNED)
    with Facsimiles(library.catalogue) as shown:
        whole = shown(first)
    assert whole and whole.picture
    with Facsimiles(library.catalogue, most_bytes=len(whole.picture.data)) as shown:
        one, other, again = shown(first), shown(turned), shown(first)
    assert one and one.picture and again and again.picture is one.picture
    assert other and other.picture is None and "too large" in other.lacks and other.boxes == ()


def test_a_file_that_cannot_be_drawn_is_tried_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(_: Readers, path: Path, number: int) -> ReadFailure:
        tried.append((path.name, number))
        return ReadFailure("it hangs")

    monkeypatch.setattr(Readers, "draw", fail)
    with Facsimiles(library.catalogue) as shown:
        found = [shown(proof) for words in (FIRST, TURNED) for proof in proofs(library, words)]
    assert len(found) == 3 and all(one and "cannot be drawn" in one.lacks for one in found)
    assert tried == [("plan.pdf", 1)]


def test_a_damaged_page_of_the_library_is_not_shown(library: Library, tmp_path: Path) -> None:
    proof = proofs(library, FIRST)[0]
    connection = sqlite3.connect(tmp_path / "library" / "catalogue.sqlite")
    connection.execute("UPDATE pages SET text = replace(text, 'measurement', 'something')")
    connection.commit()
    connection.close()
    with Facsimiles(Library(tmp_path / "library", embedder="none").catalogue) as shown:
        assert shown(proof) is None
