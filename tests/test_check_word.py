"""A Word file comes back with comments at its sentences, and is byte for byte the same but for them."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import coscribe
import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import RGBColor
from doubles.command_line import copy_samples, run
from lxml import etree

TRUE = "A European site may draw at most 20 MW of peak electrical power by 2030."
FALSE = "The electrical power of one rack is limited to 150 kW in Europe by 2030."
UNFOUND = "Each site has ordered 340 spare transformers & a <spare> fuse."
MARKS = {qn("w:commentRangeStart"), qn("w:commentRangeEnd")}
CHANGED = {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
Run = tuple[bytes, tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("checked")
    coscribe.Library(place / "library").ingest([copy_samples(place / "reports")])
    return place / "library"


def draft_at(path: Path, *, commented: bool = False) -> Path:
    """Write a draft whose sentences begin and end within runs, in bold and in colour, beside a table."""
    word = docx.Document()
    word.add_heading("Power", 1)
    paragraph = word.add_paragraph()
    paragraph.add_run(f"{TRUE} The electrical power of ")
    bold = paragraph.add_run("one rack is limited")
    bold.bold = True
    paragraph.add_run(f" to 150 kW in Europe by 2030. {UNFOUND}").font.color.rgb = RGBColor(200, 0, 0)
    word.add_table(rows=1, cols=2).cell(0, 0).text = "A cell is no sentence of the draft, whatever it says."
    word.add_paragraph(FALSE, style="List Bullet")
    if commented:
        word.add_comment(bold, text="An older remark.", author="Somebody", initials="S")
    word.save(str(path))
    return path


def commented(library: Path, draft: Path) -> Path:
    out = draft.with_name(f"out-{draft.name}")
    done = run("check", draft, "--library", library, "-o", out)
    assert done.code == 0, done.err
    return out


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def plain(xml: bytes) -> etree._Element:
    """Return a document without its comments, with runs of one look that stand side by side merged into one."""
    root = etree.fromstring(xml)
    for mark in [one for one in root.iter() if one.tag in MARKS]:
        mark.getparent().remove(mark)
    for reference in list(root.iter(qn("w:commentReference"))):
        run_ = reference.getparent()
        run_.getparent().remove(run_)
    for paragraph in root.iter(qn("w:p")):
        merge(paragraph)
    return root


def merge(parent: etree._Element) -> None:
    previous = None
    for child in list(parent):
        if child.tag != qn("w:r"):
            previous = None
            if len(child):
                merge(child)
            continue
        if previous is not None and look(previous) == look(child) and texts_alone(previous) and texts_alone(child):
            previous.find(qn("w:t")).text += "".join(one.text or "" for one in child.iter(qn("w:t")))
            parent.remove(child)
        else:
            previous = child
    for text in parent.iter(qn("w:t")):
        text.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)


def look(run_: etree._Element) -> bytes:
    found = run_.find(qn("w:rPr"))
    return b"" if found is None else etree.tostring(found, method="c14n")


def texts_alone(run_: etree._Element) -> bool:
    return [one.tag for one in run_ if one.tag != qn("w:rPr")] == [qn("w:t")]


def covered(xml: bytes) -> Iterator[tuple[str, str]]:
    """Yield each comment's id with the words that it covers."""
    open_: dict[str, list[str]] = {}
    for event, element in etree.iterwalk(etree.fromstring(xml), events=("start", "end")):
        name = element.get(qn("w:id"), "")
        if event == "start" and element.tag == qn("w:commentRangeStart"):
            open_[name] = []
        elif event == "start" and element.tag == qn("w:commentRangeEnd"):
            yield name, "".join(open_.pop(name)).strip()
        elif event == "start" and element.tag == qn("w:t"):
            for words in open_.values():
                words.append(element.text or "")
    assert not open_


def test_comments_stand_at_their_sentences_and_nothing_else_changes(library: Path, tmp_path: Path) -> None:
    draft = draft_at(tmp_path / "draft.docx")
    out = commented(library, draft)
    before, after = parts(draft), parts(out)
    assert {name for name in after if before.get(name) != after[name]} <= CHANGED
    assert before.keys() <= after.keys()
    same = [etree.tostring(plain(one["word/document.xml"]), method="c14n") for one in (before, after)]
    assert same[0] == same[1]
    comments = {one.comment_id: one for one in docx.Document(str(out)).comments}
    words = dict(covered(after["word/document.xml"]))
    assert set(words) == {str(name) for name in comments}
    told = [(words[str(name)], one.text.partition("\n")[0]) for name, one in comments.items()]
    assert told[0][1].startswith("4 sentences: 1 supported, 2 contradicted, 1 not found")
    assert [words for words, _ in told[1:]] == [TRUE, FALSE, UNFOUND, FALSE]
    assert [label.partition(":")[0] for _, label in told[1:]] == [
        "Supported",
        "Contradicted",
        "Not found",
        "Contradicted",
    ]
    assert "180 kW" in comments[2].text and "150 kW here" in comments[2].text


def test_comments_that_were_there_are_kept(library: Path, tmp_path: Path) -> None:
    draft = draft_at(tmp_path / "draft.docx", commented=True)
    out = commented(library, draft)
    kept = docx.Document(str(draft)).comments
    texts = [one.text for one in docx.Document(str(out)).comments]
    assert texts[: len(kept)] == ["An older remark."] and len(texts) == len(kept) + 5
    assert len(re.findall(rb"<w:commentReference ", parts(out)["word/document.xml"])) == len(texts)
    assert dict(covered(parts(out)["word/document.xml"]))["0"] == "one rack is limited"
    names = {name for name, data in parts(out).items() if parts(draft).get(name) != data}
    assert names == {"word/document.xml", "word/comments.xml"}


def test_insertions_notes_and_deleted_words_stay_as_they_are(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "advice.docx"
    draft.write_bytes((library.parent / "reports" / "europe-advisory-draft.docx").read_bytes())
    out = commented(library, draft)
    before, after = parts(draft), parts(out)
    assert {name for name in after if before.get(name) != after[name]} <= CHANGED
    same = [etree.tostring(plain(one["word/document.xml"]), method="c14n") for one in (before, after)]
    assert same[0] == same[1]
    words = [one for _, one in covered(after["word/document.xml"])]
    assert any(one.startswith("The group recommends 15 MW as the ceiling") for one in words)
    assert not any("18 MW" in one or "Two members of the group" in one for one in words)


def test_a_footnote_is_followed_as_a_reference(library: Path, tmp_path: Path) -> None:
    draft = draft_at(tmp_path / "draft.docx")
    noted = tmp_path / "noted.docx"
    content = parts(draft)
    content["word/document.xml"] = content["word/document.xml"].replace(
        b" to 150 kW",
        b'</w:t></w:r><w:r><w:footnoteReference w:id="3"/></w:r><w:r><w:t xml:space="preserve"> to 150 kW',
        1,
    )
    content["word/footnotes.xml"] = (
        b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="3">'
        b"<w:p><w:r><w:t>Strategy for Post-Exascale Sites 2026, p. 3.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    content["word/_rels/document.xml.rels"] = content["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdN" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/footnotes"/></Relationships>',
    )
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'wordprocessingml.footnotes+xml"/></Types>',
    )
    with zipfile.ZipFile(noted, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    sentences = run("check", noted, "--library", library, "--json").json["sentences"]
    assert [one["text"] for one in sentences] == [TRUE, FALSE, UNFOUND, FALSE]
    (reference,) = [reference for one in sentences for reference in one["references"]]
    assert sentences[1]["references"] == [reference]
    assert reference["detail"] == "cites p. 3; the words stand on p. 1"
