"""The question sets are well formed, and their answers stand where they say: read by pypdf, not by coscribe."""

import re
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import independent
import pypdfium2
import pytest

ROOT = Path(__file__).parents[1]
COLLECTION = ROOT.parent / "shared" / "devpack" / "domain_open"
SETS: dict[str, list[dict[str, Any]]] = tomllib.loads((ROOT / "tests/questions/domain_open.toml").read_text("utf-8"))
ANSWERABLE, UNANSWERABLE = SETS["questions"], SETS["unanswerable"]
REACH = 350  # compact characters that two adjacent sentences may span

with_collection = pytest.mark.skipif(not COLLECTION.is_dir(), reason="the open collection is not beside the checkout")


def compact(text: str) -> str:
    return independent.bare(text).lower()


def stand_together(words: list[str], text: str) -> bool:
    """Whether all words stand within `REACH` compact characters of the text."""
    first, *others = sorted((compact(word) for word in words), key=len, reverse=True)
    for found in re.finditer(re.escape(first), text):
        around = text[max(0, found.end() - REACH) : found.start() + REACH]
        if all(word in around for word in others):
            return True
    return False


def locate(suffix: str) -> Path:
    (path,) = (path for path in COLLECTION.rglob("*") if path.as_posix().endswith("/" + suffix))
    return path


@cache
def page_text(path: Path, page: int) -> str:
    return compact(independent.page_text(path, page))


@cache
def sections(path: Path) -> list[tuple[str, str]]:
    """Each heading with the text directly below it; text before the first heading is below ""."""
    found = independent.sections(path)
    return [(compact("".join(one.path[-1:])), compact("".join(one.paragraphs))) for one in found]


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
