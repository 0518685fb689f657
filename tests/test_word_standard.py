"""Notes and answers as Word files: in the order of the standard, whole as packages, and one entry for each source."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from coscribe.tools.publish.publication import publication, write_files
from doubles.archives import repacked
from doubles.desk import Author, Shelf, repeat
from doubles.house import house
from doubles.ooxml import faults
from doubles.published import run_on

TOPIC, QUESTION = "energy of inference", "How much power may a rack draw?"
COMMANDS = {
    "a note": ["note", TOPIC],
    "a note in French": ["note", TOPIC, "--language", "fr"],
    "a table of positions": ["note", TOPIC, "--template", "position-comparison"],
    "a note of nothing": ["note", "underwater basket weaving"],
    "an answer": ["ask", QUESTION],
    "a comparison": ["ask", "Compare the peak electrical power of a site in Europe, Japan and the United States."],
    "a count": ["ask", "How many reports mention quantum software?"],
}
CONCLUSIONS = [
    {"section": section, "kind": kind, "cites": [1, 2], "text": text}
    for section, kind, text in (
        (5, "inference", "Several regions measure alike."),
        (6, "recommendation", "Europe should measure every service."),
    )
]


def assert_sound(file: Path, told: dict[str, Any]) -> None:
    """The file is as the standard wants it, opens elsewhere, and lists what is cited once: a note, its reports."""
    assert faults(file.read_bytes()) == []
    listed = [one.text for one in docx.Document(str(file)).paragraphs if one.style.name == "Source Entry"]
    claims = [claim for part in told.get("sections", [told]) for claim in part["claims"]]
    by = "report" if "sections" in told else "number"
    cited = {citation[by] for claim in claims for citation in claim["citations"]}
    assert [one.partition(".")[0] for one in listed] == [str(number) for number in range(1, len(cited) + 1)]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_published_is_as_the_standard_wants_it(shelf: Shelf, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "house.docx").write_bytes(house())
    ours, theirs, next_one = (tmp_path / f"{name}.docx" for name in ("ours", "theirs", "next"))
    for file, style in ((ours, []), (theirs, ["--style", tmp_path / "house.docx"]), (next_one, ["--style", theirs])):
        assert_sound(file, run_on(shelf, *command, "-o", file, *style, "--json").json)


async def test_a_note_with_conclusions_is_as_the_standard_wants_it(shelf, endpoint, assistant, tmp_path) -> None:
    endpoint.reply = Author(repeat("inference"), conclude=lambda prompt: CONCLUSIONS)
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    for style in (None, house()):
        write_files(publication(note, drafted_by="m", date="2026-01-01", style=style), [tmp_path / "a.docx"], "note")
        assert_sound(tmp_path / "a.docx", note.model_dump())
        said = "\n".join(one.text for one in docx.Document(str(tmp_path / "a.docx")).paragraphs)
        assert all(one["text"] in said for one in CONCLUSIONS)


@pytest.fixture(scope="module")
def sound(shelf: Shelf, tmp_path_factory) -> bytes:
    """A note with a table, as it is written."""
    file = tmp_path_factory.mktemp("sound") / "a.docx"
    run_on(shelf, *COMMANDS["a table of positions"], "-o", file)
    return file.read_bytes()


BODY, NOTES, STYLES = "word/document.xml", "word/footnotes.xml", "word/styles.xml"
BREAKS = {
    "properties behind the text": (BODY, '<w:pPr><w:pStyle w:val="Title"/></w:pPr>', "<w:r/><w:pPr/>", "properties"),
    "a reference twice": (BODY, '<w:footnoteReference w:id="2"/>', '<w:footnoteReference w:id="1"/>', "footnotes"),
    "a footnote without a number": (NOTES, '<w:footnote w:id="1">', '<w:footnote w:id="9">', "footnotes"),
    "a style that is not there": (BODY, 'w:pStyle w:val="Title"', 'w:pStyle w:val="Tilte"', "Tilte is no style"),
    "a link to nothing": (NOTES, 'w:anchor="Source1"', 'w:anchor="Source77"', "Source77"),
    "a cell too few": (BODY, "<w:gridCol", '<w:gridCol w:w="1"/><w:gridCol', "a cell for each column"),
    "a cell without a paragraph": (BODY, "</w:p></w:tc>", "</w:p><w:bookmarkEnd/></w:tc>", "end with a paragraph"),
    "a page before its header": (BODY, "<w:sectPr>", "<w:sectPr><w:cols/>", "sectPr has cols"),
    "a style in another order": (STYLES, "<w:qFormat/></w:style>", "<w:qFormat/><w:name/></w:style>", "style has name"),
    "a property that is none": (STYLES, "<w:keepNext/>", "<w:keepAll/>", "pPr may not have keepAll"),
    "an id of no link": (BODY, 'r:id="rId5"', 'r:id="rId50"', "rId50"),
    "a part without a type": ("[Content_Types].xml", 'Extension="xml"', 'Extension="x"', "has no type"),
    "a link to no part": ("word/_rels/document.xml.rels", 'Target="numbering.xml"', 'Target="no.xml"', "word/no.xml"),
}


@pytest.mark.parametrize(("part", "before", "after", "told"), BREAKS.values(), ids=BREAKS)
def test_what_the_standard_does_not_allow_is_found(sound: bytes, part: str, before: str, after: str, told: str) -> None:
    assert faults(sound) == []

    def change(content: bytes) -> bytes:
        assert before.encode() in content, before
        return content.replace(before.encode(), after.encode(), 1)

    assert [one for one in faults(repacked(sound, part, change)) if told in one]
    assert docx.Document(io.BytesIO(sound)).tables
