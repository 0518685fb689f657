"""The question sets are well formed, and their answers stand where they say: read by pypdf, not by coscribe."""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

ROOT = Path(__file__).parents[1]
COLLECTION = ROOT.parent / "shared" / "devpack" / "domain_open"
SETS: dict[str, list[dict[str, Any]]] = tomllib.loads((ROOT / "tests/questions/domain_open.toml").read_text("utf-8"))
ANSWERABLE, UNANSWERABLE = SETS["questions"], SETS["unanswerable"]
REACH = 350  # compact characters that two adjacent sentences may span

with_collection = pytest.mark.skipif(not COLLECTION.is_dir(), reason="the open collection is not beside the checkout")


def compact(text: str) -> str:
    """NFKC and lower case, without white space, control characters, noncharacters and hyphens."""
    dropped = ("Cc", "Cf", "Cn", "Pd", "Zs", "Zl", "Zp")
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text).lower()
        if unicodedata.category(character) not in dropped
    )


def stand_together(words: list[str], text: str) -> bool:
    """Whether all words stand within `REACH` compact characters of the text."""
    first, *others = sorted((compact(word) for word in words), key=len, reverse=True)
    for found in re.finditer(re.escape(first), text):
        around = text[max(0, found.end() - REACH) : found.start() + REACH]
        if all(word in around for word in others):
            return True
    return False


class Sections(HTMLParser):
    """The text below each heading of a page; text before the first heading is below ""."""

    def __init__(self) -> None:
        super().__init__()
        self.sections = [["", ""]]
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style") or re.fullmatch("h[1-6]", tag):
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.sections.append(["", ""])

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.sections[-1][1] += data
        elif self.open[-1].startswith("h"):
            self.sections[-1][0] += data


def locate(suffix: str) -> Path:
    (path,) = (path for path in COLLECTION.rglob("*") if path.as_posix().endswith("/" + suffix))
    return path


@cache
def pdf(path: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(path)


@cache
def page_text(path: Path, page: int) -> str:
    return compact(pdf(path).pages[page - 1].extract_text())


@cache
def sections(path: Path) -> list[tuple[str, str]]:
    parser = Sections()
    parser.feed(path.read_text("utf-8"))
    return [(compact(heading), compact(text)) for heading, text in parser.sections]


@cache
def whole_text(path: Path) -> str:
    if path.suffix == ".html":
        return "".join(heading + text for heading, text in sections(path))
    # Absence is looked for on every page of the collection, where pypdf would take ten times as long.
    with pypdfium2.PdfDocument(path) as document:
        return "".join(compact(page.get_textpage().get_text_range()) for page in document)


def named(questions: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(question, id=question["id"]) for question in questions]


def test_ids_and_questions_are_unique() -> None:
    for key in ("id", "question"):
        counts = Counter(question[key] for question in ANSWERABLE + UNANSWERABLE)
        assert [value for value, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("question", named(ANSWERABLE))
def test_an_answerable_question_names_its_place(question: dict[str, Any]) -> None:
    is_pdf = question["file"].endswith(".pdf")
    assert set(question) == {"id", "question", "file", "pages", "words", "split"} | (set() if is_pdf else {"path"})
    assert question["question"].endswith("?")
    assert bool(question["pages"]) is is_pdf
    assert question["pages"] == sorted(set(question["pages"]))
    assert question["words"] and all(word == word.lower().strip() and compact(word) for word in question["words"])


@pytest.mark.parametrize("question", named(UNANSWERABLE))
def test_an_unanswerable_question_expects_abstention(question: dict[str, Any]) -> None:
    assert set(question) == {"id", "question", "kind", "file", "absent", "status", "split"}
    assert question["question"].endswith("?")
    assert question["status"] == "abstained"
    assert (question["kind"] == "near") is bool(question["file"])
    assert question["kind"] in ("near", "far") and question["absent"]


def test_the_halves_alternate() -> None:
    for questions in (ANSWERABLE, UNANSWERABLE):
        assert {question["split"] for question in questions} == {"tune", "check"}
        assert all(one["split"] != other["split"] for one, other in pairwise(questions))


def test_every_document_is_asked_about() -> None:
    per_pdf = Counter(question["file"] for question in ANSWERABLE if question["pages"])
    assert len(per_pdf) == 7 and min(per_pdf.values()) >= 4
    assert sum(not question["pages"] for question in ANSWERABLE) >= 12
    near = sum(question["kind"] == "near" for question in UNANSWERABLE)
    assert len(UNANSWERABLE) >= 20 and near >= len(UNANSWERABLE) / 2


@with_collection
@pytest.mark.parametrize("question", named([question for question in ANSWERABLE if question["pages"]]))
def test_the_words_stand_on_every_named_page(question: dict[str, Any]) -> None:
    path = locate(question["file"])
    missing = [page for page in question["pages"] if not stand_together(question["words"], page_text(path, page))]
    assert missing == []


@with_collection
@pytest.mark.parametrize("question", named([question for question in ANSWERABLE if not question["pages"]]))
def test_the_words_stand_below_the_named_heading(question: dict[str, Any]) -> None:
    below = [text for heading, text in sections(locate(question["file"])) if compact(question["path"]) in (heading, "")]
    assert any(stand_together(question["words"], text) for text in below)


@with_collection
@pytest.mark.parametrize("question", named(UNANSWERABLE))
def test_nothing_answers_an_unanswerable_question(question: dict[str, Any]) -> None:
    documents = [*COLLECTION.rglob("*.pdf"), *COLLECTION.rglob("*.html")]
    files = [locate(question["file"])] if question["file"] else documents
    found = [(file.name, word) for file in files for word in question["absent"] if compact(word) in whole_text(file)]
    assert found == []
