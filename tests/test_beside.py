"""What is written beside a note: its sources for reference managers, and its sentences as a sheet."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from coscribe.core.document import (
    Aside,
    Document,
    Paragraph,
    Proof,
    Quote,
    Section,
    Sentence,
    SourceEntry,
    SourcePlace,
    Sources,
    Table,
)
from coscribe.tools.publish.fact_sheet import write_fact_sheet
from coscribe.vectorstore.bibliography import bibtex, csl, ris
from doubles.command_line import Done
from doubles.desk import Shelf
from doubles.documents import mark
from doubles.published import run_on
from doubles.texts import shelve

READERS = {".ris": ris.read, ".bib": bibtex.read, ".json": csl.read}
TOPIC = "energy of inference"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\t=1", "＝HYPERLINK(1)")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def note(shelf: Shelf, *options: str) -> Done:
    return run_on(shelf, "note", TOPIC, *options)


def sheet(content: bytes) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(isinstance(cell.value, int | float) for row in book.active.iter_rows() for cell in row)
    return list(book.active.iter_rows(values_only=True))


def written(document: Document) -> bytes:
    stream = io.BytesIO()
    write_fact_sheet(document)(stream)
    return stream.getvalue()


def proof(number: int, words: str, page: int | None = None) -> Proof:
    return Proof(source=number, words=words, place=SourcePlace(label=f"p. {page or 'x'}"), page=page)


@pytest.mark.parametrize("ending", READERS)
def test_references_are_the_sources_of_the_note_in_its_order(ending: str, shelf: Shelf) -> None:
    made = note(shelf, "--references", f"sources{ending}", "--json").json
    assert made["files"] == [f"sources{ending}"]
    text = Path(f"sources{ending}").read_text(encoding="utf-8")
    works = READERS[ending](text)
    assert [work.fields["title"] for work in works] == [source["title"] for source in made["sources"]]
    assert [work.attachments for work in works] == [(source["file"],) for source in made["sources"]]
    held = [source["report"] for source in made["sources"]]
    assert [text.index(key) for key in held] == sorted(text.index(key) for key in held)
    cited = {
        (one["number"], one["locator"]["label"])
        for section in made["sections"]
        for claim in section["claims"]
        for one in claim["citations"]
    }
    assert cited
    for number, place in cited:
        assert re.search(rf"\[{number}\][^\n]*{re.escape(place)}(?!\d)", text)


def test_references_keep_the_mark_of_internal_reports(tmp_path: Path) -> None:
    said = {
        name: f"# {name}\n\nThe energy of inference shall be measured by site {name}.\n" for name in ("A", "B", "C")
    }
    told = "['B.md']\nconfidentiality = 'internal'\n['C.md']\nconfidentiality = 'public'\n"
    shelf = Shelf(tmp_path / "reports", shelve(tmp_path, {f"{name}.md": text for name, text in said.items()}, told))
    made = note(shelf, "--references", "sources.json", "--json").json
    works = json.loads(Path("sources.json").read_text(encoding="utf-8"))
    held = {report.id: report.confidentiality for report in shelf.library.catalogue.reports()}
    assert {work["id"] for work in works} == {source["report"] for source in made["sources"]}
    for work in works:
        assert work.get("keyword") == ("internal" if held[work["id"]] == "internal" else None)
    assert {held[work["id"]] for work in works} == {"internal", "unmarked", "public"}


def test_the_fact_sheet_has_a_row_a_sentence_with_its_quote_page_issuer_date_and_status() -> None:
    entries = (
        SourceEntry(number=1, title="Roadmap", organisation="Council", date="2026-03", status="draft", file="a.pdf"),
        SourceEntry(number=2, title="Law", status="superseded", superseded_by="Law 2", file="b.docx"),
    )
    stated = Sentence(kind="quoted", parts=(Quote(words="must report"), mark(1)), proofs=(proof(1, "must report", 4),))
    both = Sentence(kind="drafted", parts=("Both ask.",), proofs=(proof(1, "must report", 4), proof(2, "shall")))
    ours = Sentence(kind="inference", parts=("One method is needed.",))
    made = Document(
        sections=(
            Section(blocks=(Aside(kind="made_by", sentences=(Sentence(kind="remark", parts=("Made so.",)),)),)),
            Section(heading="Key", blocks=(Paragraph(sentences=(stated, both, ours)),)),
            Section(heading="Table", blocks=(Table(heads=("a", "b"), rows=((ours, stated),)),)),
            Section(heading="Sources", blocks=(Sources(entries=entries),)),
        )
    )  # fmt: skip
    head, *rows = sheet(written(made))
    assert head[:5] == ("section", "sentence", "kind", "quote", "page")
    first = (
        "“must report”[1]", "quoted", "“must report”", "4", "p. 4", "Council", "Roadmap", "2026-03", "draft", "a.pdf",
        None,
    )  # fmt: skip
    assert rows[0] == ("Key", *first) and rows[3:] == [("Table", *first)]
    of_both = dict(zip(head, rows[1], strict=True))
    assert of_both["quote"] == "[1] “must report”\n[2] “shall”" and of_both["page"] == "[1] 4\n[2]"
    assert of_both["status"] == "[1] draft\n[2] superseded; newer edition: Law 2"
    assert rows[2][:3] == ("Key", "One method is needed.", "inference") and not any(rows[2][3:])


def test_no_cell_of_a_fact_sheet_is_a_formula() -> None:
    sentences = tuple(Sentence(kind="quoted", parts=(text,), proofs=(proof(1, text),)) for text in FORMULAS)
    entry = SourceEntry(number=1, title=FORMULAS[0], organisation=FORMULAS[1], date=FORMULAS[3], file=FORMULAS[2])
    blocks = (Paragraph(sentences=sentences), Sources(entries=(entry,)))
    content = written(Document(sections=(Section(heading=FORMULAS[0], blocks=blocks),)))
    assert len(sheet(content)) == 1 + len(FORMULAS)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_note_gets_both_and_says_so(shelf: Shelf) -> None:
    done = note(shelf, "-o", "note.md", "--references", "note.bib", "--facts", "note.xlsx", "--json")
    assert done.json["files"] == ["note.md", "note.bib", "note.xlsx"]
    told = "\n".join(row[1] for row in sheet(Path("note.xlsx").read_bytes())[1:])
    stated = [claim for one in done.json["sections"] for claim in one["claims"] if claim["kind"] == "stated"]
    assert stated and all(" ".join(claim["text"].split()) in told for claim in stated)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--references", "a.txt"),
            "the references cannot be written as '.txt': name a file that ends in .ris, .bib, .json",
        ),
        (("--facts", "a"), "the facts cannot be written as 'a file without ending': name a file that ends in .xlsx"),
        (("--facts", "none/a.xlsx"), "there is no folder"),
        (("-o", "note.md", "--references", "note.md.json"), "'note.md.json' is where the note is written"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_asked(
    options: tuple[str, ...], message: str, shelf: Shelf
) -> None:
    done = note(shelf, *options)
    assert done.code == 2 and message in done.message and not list(Path().glob("*.md"))
