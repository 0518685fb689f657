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
from doubles.command_line import copy_samples, run
from doubles.documents import mark

READERS = {".ris": ris.read, ".bib": bibtex.read, ".json": csl.read}
NOTE = ("note", "energy of inference", "--embedder", "none")
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\t=1", "＝HYPERLINK(1)")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples, and a home that holds them."""
    folder = tmp_path_factory.mktemp("shelf")
    copy_samples(folder / "samples")
    assert run("ingest", folder / "samples", "--home", folder / "home", "--embedder", "none").code == 1  # one is a scan
    return folder


@pytest.fixture
def here(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COSCRIBE_HOME", str(shelf / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
def test_references_are_the_sources_of_the_note_in_its_order(ending: str, here: Path) -> None:
    made = run(*NOTE, "--references", f"sources{ending}", "--json").json
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
    for number, place in cited:
        assert re.search(rf"\[{number}\][^\n]*{re.escape(place)}(?!\d)", text)


def test_references_keep_the_mark_of_internal_reports(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_samples(here / "samples")
    monkeypatch.setenv("COSCRIBE_HOME", str(here / "home"))
    (here / "samples" / "reports.toml").write_text("['*.pdf']\nconfidentiality = 'internal'\n", encoding="utf-8")
    run("ingest", "samples", "--embedder", "none")
    made = run(*NOTE, "--references", "sources.json", "--json").json
    works = json.loads(Path("sources.json").read_text(encoding="utf-8"))
    held = {one["report"]: one["confidentiality"] for one in run("reports", "--json").json["reports"]}
    assert {work["id"] for work in works} == {source["report"] for source in made["sources"]}
    for work in works:
        assert work.get("keyword") == ("internal" if held[work["id"]] == "internal" else None)
    assert {"internal", "unmarked"} <= {held[work["id"]] for work in works}


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
        "“must report”[1]",
        "quoted",
        "“must report”",
        "4",
        "p. 4",
        "Council",
        "Roadmap",
        "2026-03",
        "draft",
        "a.pdf",
    )
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


def test_a_note_gets_both_and_says_so(here: Path) -> None:
    done = run(*NOTE, "-o", "note.md", "--references", "note.bib", "--facts", "note.xlsx", "--json")
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
    options: tuple[str, ...], message: str, here: Path
) -> None:
    done = run(*NOTE, *options)
    assert done.code == 2 and message in done.message and not list(Path().glob("*.md"))
