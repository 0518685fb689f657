"""What a note says of how it was made, for people and for programs, and where whoever approves it signs."""

import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from coscribe.core.document import Aside, Table
from coscribe.tools.publish.publication import publication, write_files
from docx.text.paragraph import Paragraph
from doubles.desk import Author, repeat
from doubles.published import ENDINGS, READERS, problems, publish
from pypdf import PdfReader

TOPIC = "energy of inference"
QUOTED = "of verbatim quotes, no language model"
SIGNED = ["Name", "Date", "Read and approved"]
TERM = "compositeWithTrainedAlgorithmicMedia"


@pytest.fixture(scope="module")
def folder(shelf, tmp_path_factory) -> Path:
    """A note of verbatim quotes in each format."""
    place = tmp_path_factory.mktemp("signed")
    publish(shelf, place / "note", "note", TOPIC)
    return place


def properties(file: Path) -> str:
    """What a file says of itself to programs."""
    if file.suffix == ".docx":
        return ZipFile(file).read("docProps/custom.xml").decode()
    if file.suffix == ".pdf":
        return str(PdfReader(file).metadata)
    return file.read_text("utf-8").partition("<title>")[0]


@pytest.mark.parametrize("ending", READERS)
def test_a_file_ends_with_how_it_was_made_and_room_to_sign(folder, ending):
    texts = list(READERS[ending]((folder / f"note{ending}").read_bytes()).texts)
    at = len(texts) - 1 - texts[::-1].index("Sign-off")  # a table of contents may name it before
    assert QUOTED in texts[at + 1] and "".join(texts[at + 2 : at + 5]).replace(" ", "") == "NameDateReadandapproved"
    assert "digitalsourcetype" not in properties(folder / f"note{ending}").lower()


def test_room_to_sign_is_a_table_in_word_and_in_markdown(folder):
    table = docx.Document(folder / "note.docx").tables[-1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [SIGNED, ["", "", ""]]
    how = Paragraph(table._element.getprevious(), None)
    assert QUOTED in how.text and how.paragraph_format.keep_with_next  # on one page with it
    text = (folder / "note.md").read_text("utf-8")
    assert re.search(r"## Sign-off\n\n.*quotes.*\n\n\| Name \| Date \| Read and approved \|\n.*\n\|( +\|){3}\n$", text)


def test_a_note_without_its_json_gives_no_alarm(shelf, folder, tmp_path):
    assert problems(shelf, shutil.copy(folder / "note.md", tmp_path)) == []


async def test_a_drafted_note_names_its_models_and_bears_the_mark(shelf, endpoint, assistant, tmp_path):
    endpoint.reply = Author(repeat("inference"))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    making = note.making
    assert note.mode == "drafted" and making.drafted_by and making.digital_source_type.endswith(TERM)
    end = note.document.sections[-1]
    told, room = end.blocks
    assert end.role == "sign_off" and isinstance(told, Aside) and isinstance(room, Table)
    said = told.sentences[0].text
    assert f"drafted by {making.drafted_by}" in said and f"reviewed by {making.reviewed_by}" in said
    paths = [tmp_path / f"note{ending}" for ending in ENDINGS]
    write_files(publication(note, drafted_by=making.drafted_by, date="2026-11-30"), paths, "the note")
    assert all(TERM in properties(tmp_path / f"note{ending}") for ending in READERS)
    assert TERM in json.loads((tmp_path / "note.md.json").read_text("utf-8"))["making"]["digital_source_type"]


async def test_a_note_that_fell_back_to_quotes_names_no_model(shelf, endpoint, assistant):
    endpoint.reply = lambda request: "no json"
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    assert (note.making.drafted_by, note.making.reviewed_by, note.making.digital_source_type) == ("", "", "")
    assert QUOTED in note.markdown


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.update(mode="drafted", making={"drafted_by": "a model", "language": "en"}),
        lambda note: note["document"]["sections"].pop(),
    ],
    ids=["another maker", "no sign-off"],
)
def test_another_maker_or_a_note_without_its_sign_off_is_found(shelf, folder, tmp_path, change):
    made = json.loads((folder / "note.md.json").read_text("utf-8"))
    change(made)
    (tmp_path / "note.json").write_text(json.dumps(made), encoding="utf-8")
    assert any("not made of its title, sections and sources" in one for one in problems(shelf, tmp_path / "note.json"))
