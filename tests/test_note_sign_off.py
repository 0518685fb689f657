"""What a note says of how it was made, for people and for programs, and where whoever approves it signs."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from coscribe.core.document import Aside, Table
from coscribe.tools.publish.html.published_page import read_html
from coscribe.tools.publish.pdf.pdf_texts import read_pdf
from coscribe.tools.publish.publication import publication, write_files
from coscribe.tools.publish.word.word_reading import read_word
from doubles.command_line import copy_samples, run
from doubles.desk import Author, repeat
from pypdf import PdfReader

TOPIC = "energy of inference"
QUOTED = "of verbatim quotes, no language model"
SIGNED = ["Name", "Date", "Read and approved"]
TERM = "compositeWithTrainedAlgorithmicMedia"
READERS = {".docx": read_word, ".html": read_html, ".pdf": read_pdf}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A library, and a note of verbatim quotes in each format."""
    place = tmp_path_factory.mktemp("signed")
    copy_samples(place / "reports")
    library = ("--library", place / "library", "--embedder", "none")
    run("ingest", place / "reports", *library)
    files = [part for ending in ("docx", "html", "pdf", "md") for part in ("-o", place / f"note.{ending}")]
    assert run("note", TOPIC, *files, *library).code == 0
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
    text = (folder / "note.md").read_text("utf-8")
    assert re.search(r"## Sign-off\n\n.*quotes.*\n\n\| Name \| Date \| Read and approved \|\n.*\n\|( +\|){3}\n$", text)


def test_a_note_without_its_json_gives_no_alarm(folder, tmp_path):
    (tmp_path / "note.md").write_bytes((folder / "note.md").read_bytes())
    done = run("verify", tmp_path / "note.md", "--library", folder / "library", "--json")
    assert (done.code, done.json["problems"]) == (0, [])


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
    paths = [tmp_path / f"note{ending}" for ending in (*READERS, ".md")]
    write_files(publication(note, drafted_by=making.drafted_by, date="2026-11-30"), paths, "the note")
    assert all(TERM in properties(tmp_path / f"note{ending}") for ending in READERS)
    assert TERM in json.loads((tmp_path / "note.md.json").read_text("utf-8"))["making"]["digital_source_type"]


async def test_a_note_that_fell_back_to_quotes_names_no_model(shelf, endpoint, assistant):
    endpoint.reply = lambda request: "no json"
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    assert (note.making.drafted_by, note.making.reviewed_by, note.making.digital_source_type) == ("", "", "")
    assert QUOTED in note.markdown


def test_another_maker_or_a_note_without_its_sign_off_is_found(folder, tmp_path):
    data = json.loads((folder / "note.md.json").read_text("utf-8"))
    for change in (
        lambda note: note["making"].update(drafted_by="a model", language="en"),
        lambda note: note["document"]["sections"].pop(),
    ):
        made = json.loads(json.dumps(data))
        made["making"] = {**made.get("making", {})}
        change(made)
        if made["making"].get("drafted_by"):
            made["mode"] = "drafted"
        (tmp_path / "note.json").write_text(json.dumps(made), encoding="utf-8")
        found = run("verify", tmp_path / "note.json", "--library", folder / "library", "--json").json["problems"]
        assert any("not made of its title, sections and sources" in one["message"] for one in found)
