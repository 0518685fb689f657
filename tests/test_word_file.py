"""A document as a Word file: its footnotes are footnotes, its words stay words, and it is read back as it was."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import pytest
from coscribe.core.document import (
    Aside,
    Document,
    Mark,
    Origin,
    Paragraph,
    Proof,
    Quote,
    Section,
    Sentence,
    SourceEntry,
    SourcePlace,
    Sources,
    Table,
    sentences_of,
)
from coscribe.core.errors import ReadFailure, UsageError
from coscribe.core.text import one_line, without_controls
from coscribe.tools.publish.colophon import Colophon
from coscribe.tools.publish.word.word_reading import read_word
from coscribe.tools.publish.word.word_styles import house_style
from coscribe.tools.publish.word.word_writer import word_file
from docx.shared import Mm
from doubles.any_document import DOCUMENTS
from doubles.archives import repacked
from doubles.documents import mark, told
from doubles.house import house
from doubles.ooxml import W, faults
from hypothesis import given
from hypothesis import strategies as st

COLOPHON = Colophon("Energy", "en", "2026-11-30T14:00:00+00:00", "coscribe: verbatim quotes", '{"title": "Energy"}')
HOSTILE = [
    "<w:p><w:r><w:t>injected</w:t></w:r></w:p>", "]]></w:t>", "&lt;b&gt; &amp;", "<!-- gone -->", "\x1b[31mred\x1b[0m",
    "=cmd|' /C calc'!A0", '{ HYPERLINK "http://a.test" }', "{ INCLUDETEXT }", "\\* MERGEFORMAT", "**bold** [1](b)",
    "#let x = 1", "$x$", "tab\there\nand there", "a\u202eb\u200bc\ufffe", "\u2028 line", "“quoted” [9]", "]]>", "\x07",
]  # fmt: skip


def place(label: str) -> SourcePlace:
    return SourcePlace(label=label)


def proof(source: int, words: str, label: str = "p. 1") -> Proof:
    return Proof(source=source, words=words, place=place(label), page=1, id=f"{source}:{label}:{words}")


def claim(kind: str, *parts: object, proofs: tuple[Proof, ...] = ()) -> Sentence:
    return Sentence.model_validate({"kind": kind, "parts": parts, "claim": 0, "proofs": proofs})


def item(*sentences: Sentence, form: str = "item", depth: int = 0) -> Paragraph:
    return Paragraph.model_validate({"sentences": sentences, "form": form, "depth": depth})


def of_words(first: str, second: str) -> Document:
    """A note that quotes these words, compares them, and lists their sources."""
    one, two = proof(1, first), proof(2, second, "slide 4")
    quoted = [
        claim("quoted", Origin(origin="Site Council (Europe, 2026), p. 1, says"), Quote(words=first), " ", mark(1),
              proofs=(one,)),
        claim("quoted", Origin(origin="Institute (Japan), slide 4, says"), Quote(words=second), " ", mark(2),
              proofs=(two,)),
    ]  # fmt: skip
    drafted = claim("drafted", f"Both say {first}.", " ", mark(1, 2), proofs=(one, two))
    advice = claim("recommendation", "Every site should report.", " ", mark(1), proofs=(one,))
    differ = claim("inference", "They disagree: 1 (Europe ", mark(1), "), 2 (Japan ", mark(2), ").", proofs=(one, two))
    entries = (
        SourceEntry(number=1, title="Strategy", organisation="Site Council", date="2026-03", status="adopted",
                    file="a.pdf", places=(place("p. 1"),)),
        SourceEntry(number=2, title="Talk", organisation="Institute", status="draft", superseded_by="Talk 2",
                    edition="2nd edition", file="b.pptx", places=(place("slide 4"),), quotes=(second,)),
    )  # fmt: skip
    return Document(
        title=f"Energy {first}",
        sections=(
            Section(blocks=(Aside(kind="made_by", sentences=(claim("remark", "Made of verbatim quotes."),)),)),
            Section(heading=f"What {first}", blocks=(item(quoted[0]), item(quoted[1], depth=1))),
            Section(heading="Positions", blocks=(
                told(f"Nobody {second}"), item(drafted, claim("count", "Found twice."), form="plain"),
                Table(heads=("", f"Source {first}"), rows=((claim("remark", "Europe"), quoted[0]),)),
            )),
            Section(heading="Part", level=3, blocks=(item(differ, form="notice"), item(advice))),
            Section(heading="Sources", blocks=(Sources(entries=entries),)),
        ),
    )  # fmt: skip


PLAIN = of_words("Sites report", "we use 40 MW")


def part(file: bytes, name: str) -> ElementTree.Element:
    with ZipFile(BytesIO(file)) as archive:
        return ElementTree.fromstring(archive.read(name))


def texts(inside: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in inside.iter(f"{W}t"))


def changed(file: bytes, name: str, before: str, after: str) -> bytes:
    """The file with one of its parts changed by hand."""

    def change(data: bytes) -> bytes:
        assert before.encode() in data
        return data.replace(before.encode(), after.encode())

    return repacked(file, name, change)


def said(document: Document) -> list[str]:
    """The words that a document has to show, marks left out."""
    found = [document.title, *(section.heading for section in document.sections)]
    for block in document.blocks():
        found += block.heads if isinstance(block, Table) else []
        for one in sentences_of(block):
            found += [str(part) for part in one.parts if not isinstance(part, Mark)]
            found += [proof.words for proof in one.proofs if one.kind in ("quoted", "drafted")]
    return [words for text in found if (words := "".join(without_controls(text).split()))]


def test_footnotes_are_footnotes_numbered_without_gaps() -> None:
    file = word_file(PLAIN, COLOPHON)
    proved = [one for block in PLAIN.blocks() for one in sentences_of(block) if one.proofs]
    notes = part(file, "word/footnotes.xml")
    kept = [one.get(f"{W}id") for one in notes if one.get(f"{W}type") is None]
    used = [one.get(f"{W}id") for one in part(file, "word/document.xml").iter(f"{W}footnoteReference")]
    assert kept == used == [str(at) for at in range(1, len(proved) + 1)]
    first, second, third, again, differ, _ = (texts(note) for note in list(notes)[2:])
    assert first == " Site Council, Strategy (2026-03, adopted) [1], p. 1: “Sites report”"
    assert second == " Institute, Talk (2nd edition, draft, newer edition: Talk 2) [2], slide 4: “we use 40 MW”"
    assert third == " Site Council [1], p. 1: “Sites report”Institute [2], slide 4: “we use 40 MW”"
    assert again == " Site Council [1], p. 1: “Sites report”"
    assert differ == " Site Council [1], p. 1: note 1Institute [2], slide 4: note 2"  # as they are quoted there


def test_a_footnote_stands_for_the_mark_that_ends_a_sentence_and_inner_marks_lead_to_their_sources() -> None:
    body = part(word_file(PLAIN, COLOPHON), "word/document.xml")
    lines = [texts(one) for one in body.iter(f"{W}p")]
    assert "Both say Sites report. Found twice." in lines
    assert "They disagree: 1 (Europe [1]), 2 (Japan [2])." in lines
    named = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    ids = [one.get(f"{W}id") for one in body.iter(f"{W}bookmarkStart")]
    links = {one.get(f"{W}anchor") for one in body.iter(f"{W}hyperlink")}
    assert {"Source1", "Source2"} <= links <= named and len(ids) == len(set(ids))


def test_headings_lists_tables_and_kinds_of_sentences_have_styles_of_their_own() -> None:
    word = docx.Document(BytesIO(word_file(PLAIN, COLOPHON)))
    styles = {one.text: one.style.name for one in word.paragraphs}
    assert styles["Energy Sites report"] == "Title"
    assert (styles["Positions"], styles["Part"]) == ("Heading 1", "Heading 2")
    assert styles["Made of verbatim quotes."] == "Aside"
    assert [one.style.name for one in word.paragraphs if "says" in one.text] == ["List Bullet", "List Bullet 2"]
    assert styles["They disagree: 1 (Europe [1]), 2 (Japan [2])."] == "Notice"
    spoken = {run.text: run.style.name for one in word.paragraphs for run in one.runs}
    assert (spoken["“Sites report”"], spoken["Both say Sites report."]) == ("Quoted Words", "Drafted")
    assert (spoken["They disagree: 1 (Europe "], spoken["Found twice."]) == ("Inference", "Computed")
    assert spoken["Every site should report."] == "Recommendation"
    table = word.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["", "Source Sites report"]
    assert table.rows[0]._tr.find(f".//{W}tblHeader") is not None


def test_a_table_of_contents_names_the_headings() -> None:
    body = part(word_file(PLAIN, COLOPHON), "word/document.xml")
    contents = body.find(f".//{W}sdtContent")
    assert contents is not None
    assert [texts(one) for one in contents.iter(f"{W}p")] == ["What Sites report", "Positions", "Part", "Sources"]
    assert [one.text.split()[0] for one in contents.iter(f"{W}instrText") if one.text] == ["TOC"]
    short = Document(title="Short", sections=(Section(heading="One", blocks=(told("Said."),)),))
    assert part(word_file(short, COLOPHON), "word/document.xml").find(f".//{W}sdt") is None


def test_a_file_says_what_it_is_and_how_it_was_made() -> None:
    file = word_file(PLAIN, replace(COLOPHON, made_by="coscribe with a model & more", standing="FINAL", language="fr"))
    word = docx.Document(BytesIO(file))
    assert word.core_properties.title == "Energy Sites report"
    assert (word.core_properties.language, word.core_properties.content_status) == ("fr", "FINAL")
    assert word.core_properties.created.isoformat().startswith("2026-11-30T14:00:00")
    own = {one.get("name"): "".join(one.itertext()) for one in part(file, "docProps/custom.xml")}
    assert own["Generator"].startswith("coscribe ") and own["MadeBy"] == "coscribe with a model & more"
    section = word.sections[0]
    assert section.header.paragraphs[0].text == "FINAL · 2026-11-30"
    assert section.footer.paragraphs[0].text == "1 / 1"


def test_what_is_written_is_as_the_standard_wants_it() -> None:
    assert faults(word_file(PLAIN, COLOPHON)) == []


@given(DOCUMENTS)
def test_any_document_is_shown_whole_and_read_back(made: Document) -> None:
    file = word_file(made, COLOPHON)
    docx.Document(BytesIO(file))
    assert faults(file) == []
    shown = "".join("".join(text.split()) for text in read_word(file).texts)
    for words in said(made):
        assert words in shown


def skeleton(file: bytes) -> list[list[str]]:
    """What a file is made of, without its words."""
    return [
        [one.tag for one in part(file, f"word/{name}.xml").iter()]
        for name in ("document", "footnotes", "header1", "settings")
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_looks_like_markup_stays_text(words: str) -> None:
    harmless = of_words("x", "y")
    file = word_file(of_words(f"x{words}", f"y{words}"), replace(COLOPHON, made_by=words, carried=json.dumps(words)))
    assert skeleton(file) == skeleton(word_file(harmless, COLOPHON))
    written = one_line(without_controls(f"x{words}"))
    assert [one for one in read_word(file).texts if f"“{written}”" in one]
    assert json.loads(read_word(file).carried or "") == words
    assert docx.Document(BytesIO(file)).paragraphs[0].text == one_line(f"Energy {written}")
    commands = [one.text for one in part(file, "word/document.xml").iter(f"{W}instrText")]
    assert {str(code).split()[0] for code in commands} == {"TOC"}


def test_the_same_document_makes_the_same_bytes() -> None:
    assert word_file(PLAIN, COLOPHON) == word_file(PLAIN, COLOPHON)


def test_what_it_was_made_of_is_carried_whole() -> None:
    carried = json.dumps({"a": "é\ufffe\uffff & <b> ]]>", "b": ["\x00", "\n"]}, ensure_ascii=False, indent=1)
    told = read_word(word_file(PLAIN, replace(COLOPHON, carried=carried))).carried
    assert told is not None and json.loads(told) == json.loads(carried)
    assert read_word(word_file(PLAIN, COLOPHON)).carried == COLOPHON.carried


def test_a_house_style_gives_its_look_and_none_of_its_text() -> None:
    file = word_file(PLAIN, COLOPHON, house())
    assert faults(file) == []
    word = docx.Document(BytesIO(file))
    assert abs(word.sections[0].page_width - Mm(148)) < Mm(1)
    heading = next(one for one in word.paragraphs if one.text == "Positions")
    assert (heading.style.style_id, str(heading.style.font.color.rgb)) == ("berschrift1", "0010FE")
    assert read_word(file).texts == read_word(word_file(PLAIN, COLOPHON)).texts
    used = {one.get(f"{W}val") for one in part(file, "word/document.xml").iter(f"{W}pStyle")}
    assert used <= {style.style_id for style in word.styles}
    assert word_file(PLAIN, COLOPHON, file)  # one of ours does for the next


WRITTEN, HOUSE = word_file(PLAIN, COLOPHON), house()


@pytest.mark.parametrize("content", [b"", b"no archive", WRITTEN[:2_000]])
def test_a_style_that_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="house style"):
        word_file(PLAIN, COLOPHON, content)


def test_a_change_by_hand_is_read_and_a_number_of_pages_is_none() -> None:
    file = word_file(PLAIN, COLOPHON)
    before = read_word(file).texts
    for name in ("document", "footnotes"):
        texts = read_word(changed(file, f"word/{name}.xml", "40 MW", "50 MW")).texts
        assert texts != before and [one for one in texts if "50 MW" in one]
    assert read_word(changed(file, "word/header1.xml", "DRAFT", "FINAL")).texts[0] == "FINAL · 2026-11-30"
    assert read_word(changed(file, "word/footer1.xml", ">1<", ">12<")).texts == before
    kept, gone = "<w:ins><w:r><w:t>added</w:t></w:r></w:ins>", "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
    tracked = changed(file, "word/document.xml", "<w:sectPr>", f"<w:p>{kept}{gone}</w:p><w:sectPr>")
    assert read_word(tracked).texts == (*before[:-1], "added", before[-1])


def test_every_word_changed_by_hand_is_read() -> None:
    file = word_file(PLAIN, COLOPHON)
    before, tried = read_word(file).texts, 0
    for name in ("document", "footnotes", "header1"):
        with ZipFile(BytesIO(file)) as archive:
            told = archive.read(f"word/{name}.xml").decode()
        for found in re.finditer(r"(?<=<w:t xml:space=\"preserve\">)[^<]*\w[^<]*", told):
            for word in re.finditer(r"\w+", found[0]):
                at = found.start() + word.start()
                other = f"{told[:at]}{'x' if word[0] != 'x' else 'y'}{told[at + len(word[0]) :]}"
                assert read_word(changed(file, f"word/{name}.xml", told, other)).texts != before, (name, found[0])
                tried += 1
    assert tried > 100


def test_footnotes_that_change_places_or_go_are_missed() -> None:
    file = word_file(PLAIN, COLOPHON)
    texts = read_word(file).texts
    swapped = changed(file, "word/footnotes.xml", '<w:footnote w:id="1">', '<w:footnote w:id="99">')
    assert len(read_word(swapped).texts) == len(texts) - 1
    for before, after in (("2", "1"), ("1", "2")):
        name = '<w:footnoteReference w:id="{}"/>'
        moved = changed(file, "word/document.xml", name.format(before), name.format(after))
        assert read_word(moved).texts != texts


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(ReadFailure, match="no Word file"):
        read_word(content)


@given(st.integers(0, 2**31))
def test_a_file_with_a_wrong_byte_is_read_or_refused(seed: int) -> None:
    for file, read, wrong in (
        (WRITTEN, read_word, ReadFailure),
        (HOUSE, lambda told: house_style(told, "en"), UsageError),
    ):
        damaged = bytearray(file)
        damaged[seed % len(file)] ^= 1 + seed % 255
        with suppress(wrong):
            read(bytes(damaged))


def test_a_damaged_or_hostile_file_is_refused() -> None:
    file = word_file(PLAIN, COLOPHON)
    for before, after in (
        ("<w:document", "<!DOCTYPE x [<!ENTITY a 'b'>]><w:document"),
        ("<w:body>", "<w:body>" + "<w:sdt>" * 300),
    ):
        with pytest.raises(ReadFailure, match="no Word file"):
            read_word(changed(file, "word/document.xml", before, after))
    with pytest.raises(ReadFailure, match="no Word file"):
        read_word(file[:-200])
