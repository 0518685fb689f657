"""A document as PDF: made to be kept and read aloud, its words as they were, and read back word by word."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from coscribe.core.document import (
    Document,
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
from coscribe.core.errors import ReadFailure
from coscribe.core.text import without_controls, without_hidden
from coscribe.tools.document.phrases import phrases
from coscribe.tools.publish.colophon import Colophon
from coscribe.tools.publish.pdf.pdf_file import pdf_file
from coscribe.tools.publish.pdf.pdf_texts import pages, read_pdf
from doubles.documents import document, mark, told
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfgen.canvas import Canvas

COLOPHON = Colophon(
    title="Energy of inference", language="en", date="2026-11-30", made_by="Made of verbatim quotes",
    carried=json.dumps({"question": "Größe?"}, ensure_ascii=False),
)  # fmt: skip
SOURCES = Sources(
    entries=(
        SourceEntry(
            number=1, title="Roadmap", organisation="Site Council", date="2026-03", status="draft", file="a.pdf"
        ),
        SourceEntry(number=2, title="先端計算", status="superseded", superseded_by="Next", file="b.docx"),
    )
)
WORDS = "every site reports the energy of inference"
HOSTILE = (
    "#panic()", "#strong[x] *y* _z_", "$x^2$ @ref <label>", "`raw` // comment /* c */",
    "\\u{1f600} \\ #import \"@x/y:1\"",
    "= Heading", "- item + item / term: x", "=cmd|' /C calc'!A0", "<b>&amp;</b> [1](http://a.test)",
    "\x1b[31mred\x1b[0m",
    "-- --- ... 'single' \"double\" ~", "#sys.inputs #read(\"/etc/passwd\") #eval(\"1\")", "¹ ² [^1] ﬁ",
)  # fmt: skip
TEXT = st.text("ab1 \t\n\\`*_[]()<>#+-.=~|!&;:“”/\"'@$%^{}é中かΩ\u200b\u202e", max_size=14)
PARTS = st.one_of(
    TEXT, st.builds(Origin, origin=TEXT), st.builds(Quote, words=TEXT), st.builds(mark, st.integers(1, 3))
)
SENTENCES = st.builds(
    Sentence, kind=st.sampled_from(["quoted", "inference", "absence"]),
    parts=st.lists(PARTS, max_size=4).map(tuple),
)  # fmt: skip
ROWS = st.lists(st.tuples(SENTENCES, SENTENCES), max_size=2).map(tuple)
BLOCKS = st.one_of(
    st.builds(
        Paragraph, sentences=st.lists(SENTENCES, max_size=3).map(tuple),
        form=st.sampled_from(["plain", "item", "notice"]), depth=st.integers(0, 3),
    ),
    st.builds(Table, heads=st.tuples(TEXT, TEXT), rows=ROWS),
)  # fmt: skip
DOCUMENTS = st.lists(
    st.builds(Section, heading=TEXT, level=st.sampled_from([2, 3]), blocks=st.lists(BLOCKS, max_size=4).map(tuple)),
    max_size=3,
).map(lambda sections: Document(title="T", sections=tuple(sections)))  # fmt: skip


def proof(number: int, words: str = WORDS, **about: Any) -> Proof:
    return Proof(source=number, words=words, place=SourcePlace(label="p. 2, paragraph 3"), **about)


def proven(*parts: Any, proofs: tuple[Proof, ...], kind: str = "quoted") -> Paragraph:
    return Paragraph(sentences=(Sentence(kind=kind, parts=parts, proofs=proofs),))


def note(*, times: int = 1) -> Document:
    far = Proof(source=1, words="first", place=SourcePlace(label="p. 9"), page=9)
    said = proven(
        Origin(origin="The council requires"), Quote(words=WORDS), mark(1), ".", proofs=(proof(1), proof(2), far)
    )
    again = proven("Again: ", Quote(words="later words"), " ", mark(1), proofs=(proof(1, "later words"),))
    both = proven("Both sites report.", proofs=(proof(1),), kind="count")
    row = (Sentence(kind="catalogue", parts=("Europe",)), Sentence(kind="count", parts=("2027",)))
    body = Section(
        heading="Key messages",
        blocks=(
            said, again, both, told("One method is needed.", kind="inference"), told("first", item_of=0),
            told("below", item_of=1), told("second", item_of=0), Table(heads=("Region", "Since"), rows=(row,)),
        ),
    )  # fmt: skip
    return Document(
        title="Energy of inference", sections=(*[body] * times, Section(heading="Sources", blocks=(SOURCES,)))
    )


def words(text: str) -> str:
    return "".join(without_hidden(without_controls(text)).split())


def shown(made: Document) -> str:
    found = ["T", "DRAFT2026-11-30"]
    for section in made.sections:
        found.append(section.heading)
        for block in section.blocks:
            found += block.heads if isinstance(block, Table) else []
            found += [str(sentence.text) for sentence in sentences_of(block)]
    return words("".join(found))


def tags(node: Any) -> Iterator[str]:
    """Yield the names of the tags below one of pypdf's."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from tags(one)
    elif isinstance(node, dict):
        yield str(node.get("/S", ""))
        yield from tags(node.get("/K", []))


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS)
def test_a_pdf_shows_the_words_of_any_document_in_their_order(made: Document) -> None:
    found = read_pdf(pdf_file(made, Colophon("T", "en", "2026-11-30", "m", "{}"))).texts
    told = words("".join(found))
    for name in ("unshown", "note", "recommendation", "inference", "quote"):  # what its signs mean, from the end
        told = told.removesuffix(words(phrases("en").told(f"paper.{name}")))
    assert told == shown(made)


def test_the_file_is_tagged_titled_and_claims_the_standards_the_compiler_has_checked() -> None:
    made = pdf_file(note(), COLOPHON)
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.findall(r"pdfaid:(?:part|conformance)>(\w)<", xmp) == ["3", "A"] and "pdfuaid:part>1<" in xmp
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    about = reader.metadata
    assert about is not None and about.title == "Energy of inference" and about.author == "coscribe"
    assert "DRAFT" in str(about["/Keywords"]) and str(about.creation_date).startswith("2026-11-30")
    assert [one["/Title"] for one in reader.outline if isinstance(one, dict)] == ["Key messages", "Sources"]
    found = set(tags(root["/StructTreeRoot"]))
    assert {"/H1", "/P", "/L", "/LI", "/Table", "/THead", "/TH", "/TD", "/Note", "/Link"} <= found


def test_each_sentence_with_proofs_has_one_note_that_names_report_standing_page_and_words() -> None:
    found = read_pdf(pdf_file(note(), COLOPHON)).texts
    at = found.index(f"The council requires: “{WORDS}”[1].")
    assert found[at + 1] == f"Site Council, Roadmap (2026-03, draft) [1], p. 2, paragraph 3: “{WORDS}”; p. 9: “first”"
    assert found[at + 2] == f"先端計算 (superseded, newer edition: Next) [2], p. 2, paragraph 3: “{WORDS}”"
    at = found.index("Again: “later words”")  # the number of the note stands for a mark at the end
    assert found[at + 1] == "Site Council [1], p. 2, paragraph 3: “later words”"
    at = found.index("Both sites report.")  # what is computed refers to the notes that have the words
    assert found[at + 1] == "Site Council [1], p. 2, paragraph 3: note 1"
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(pdf_file(note(), COLOPHON))).pages]
    assert texts[0].index("The council requires") < texts[0].index("One method") < texts[0].index("Site Council")


def test_the_list_of_sources_shows_the_words_that_no_note_has() -> None:
    entry = SourceEntry(number=1, title="Roadmap", file="a.pdf", quotes=(WORDS, "other words"))
    made = document(proven(Quote(words=WORDS), mark(1), proofs=(proof(1),)), Sources(entries=(entry,)))
    assert "Roadmap. a.pdf: “other words”" in read_pdf(pdf_file(made, COLOPHON)).texts


def test_it_carries_its_json_and_two_runs_give_the_same_bytes() -> None:
    made = pdf_file(note(), COLOPHON)
    assert made == pdf_file(note(), COLOPHON)
    assert read_pdf(made).carried == COLOPHON.carried
    assert json.loads(PdfReader(io.BytesIO(made)).attachments["coscribe.json"][0]) == {"question": "Größe?"}


def test_one_changed_word_is_one_changed_text() -> None:
    before = read_pdf(pdf_file(note(), COLOPHON)).texts
    changed = json.loads(json.dumps(note().stored()).replace("method is needed", "method was needed"))
    after = read_pdf(pdf_file(Document.model_validate(changed), COLOPHON)).texts
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("One method is needed.", "One method was needed.")
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_reports_is_never_markup(text: str) -> None:
    made = Document(
        title=text,
        sections=(
            Section(
                heading=text,
                blocks=(
                    proven(Quote(words=text), mark(1), proofs=(proof(1, text),)), told(text, item_of=0),
                    Table(heads=(text,), rows=((Sentence(kind="quoted", parts=(text,)),),)),
                    Sources(entries=(SourceEntry(number=1, title=text, organisation=text, file=text),)),
                ),
            ),
        ),
    )  # fmt: skip
    found = [words(one) for one in read_pdf(pdf_file(made, Colophon(text, "en", "2026-11-30", text, text))).texts]
    plain = words(text).replace("ﬁ", "fi")
    found = [one.replace("ﬁ", "fi") for one in found]
    assert found[:4] == [plain, "DRAFT2026-11-30", plain, f"“{plain}”"]
    assert found[4].endswith(f"“{plain}”") and found[5:8] == [plain, plain, plain]


def test_long_documents_have_a_table_of_contents_and_every_page_its_standing_and_number() -> None:
    short, long = pdf_file(note(), COLOPHON), pdf_file(note(times=12), COLOPHON)
    assert (pages(short), "Contents" in read_pdf(short).texts) == (1, False)
    assert pages(long) > 2 and "Contents" in read_pdf(long).texts
    for number, page in enumerate(PdfReader(io.BytesIO(long)).pages, 1):
        text = page.extract_text()
        assert "DRAFT 2026-11-30" in " ".join(text.split()) and f"{number} / {pages(long)}" in text
        assert "\u2060" not in text  # nor in any figure, which could not be searched for


def test_characters_without_a_glyph_are_named_by_their_codes_and_the_file_says_so() -> None:
    found = read_pdf(pdf_file(document(told("Say ไทยแลนด์ and 😀, 中文, かな, 한국어, Жук, \ue000")), COLOPHON)).texts
    assert found[2] == "Say [U+0E44 … U+0E4C] and [U+1F600], 中文, かな, 한국어, Жук, [U+E000]"
    assert found[-1] == phrases("en").told("paper.unshown")


def test_lines_from_right_to_left_that_no_font_has_stop_nothing() -> None:
    marks = " ".join(map(chr, range(0x8A0, 0xCA0)))  # the compiler panics on these
    assert "[U+" in read_pdf(pdf_file(document(told(marks)), COLOPHON)).texts[2]


def test_what_is_put_on_a_page_since_is_read_too() -> None:
    made = pdf_file(note(), COLOPHON)
    layer = io.BytesIO()
    canvas = Canvas(layer)
    canvas.drawString(100, 400, "And it was agreed.")
    canvas.save()
    writer = PdfWriter(clone_from=io.BytesIO(made))
    writer.pages[0].merge_page(PdfReader(layer).pages[0])
    writer.add_annotation(0, FreeText(text="typed onto it", rect=(100, 500, 300, 520)))
    changed = io.BytesIO()
    writer.write(changed)
    before, after = read_pdf(made), read_pdf(changed.getvalue())
    assert after.texts == (*before.texts, "And it was agreed.", "typed onto it") and after.carried == before.carried


def test_what_is_no_pdf_of_ours_is_read_or_refused_in_a_line() -> None:
    plain = io.BytesIO()
    canvas = Canvas(plain)
    canvas.drawString(100, 400, "Plain words.")
    canvas.save()
    assert read_pdf(plain.getvalue()).texts == ("Plain words.",) and read_pdf(plain.getvalue()).carried is None
    writer = PdfWriter(clone_from=io.BytesIO(plain.getvalue()))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    made = pdf_file(note(), COLOPHON)
    for content in (b"", b"%PDF-1.7", locked.getvalue(), made[:200]):
        with pytest.raises(ReadFailure, match=r"^the PDF cannot be read"):
            read_pdf(content)
    for at in range(500, len(made), len(made) // 25):  # damaged anywhere: read, or refused
        try:
            read_pdf(made[:at] + b"\0\xff/K 1 0 R" + made[at + 11 :])
        except ReadFailure:
            continue


def test_a_file_in_another_language_says_so_and_speaks_it() -> None:
    made = pdf_file(note(times=12), Colophon("Énergie", "fr", "2026-11-30", "m", "{}"))
    assert PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == "fr"
    told = read_pdf(made).texts
    assert phrases("fr").told("paper.inference") in told[-1] and "Table des matières" in told
