"""A document survives JSON, and each writer shows its words and nothing else."""

import itertools
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import pytest
from coscribe.core.document import (
    Aside,
    Document,
    Mark,
    Sentence,
    Table,
    sentences_of,
)
from coscribe.core.text import one_line, without_controls
from coscribe.terminal.console import clean, flat, screen
from coscribe.terminal.sheet import Either, Sheet
from coscribe.terminal.views.document import document_lines, document_text
from coscribe.tools.publish.colophon import Colophon
from coscribe.tools.publish.html.published_page import read_html
from coscribe.tools.publish.html.web_page import html_file
from coscribe.tools.publish.markdown import markdown
from doubles.any_document import DOCUMENTS
from doubles.documents import document, mark, told
from doubles.markdown_text import read, words
from hypothesis import example, given, settings
from hypothesis import strategies as st


def shown(made: Document) -> list[str]:
    """Return the words that a document has to show, in their order."""
    found = [made.title]
    for section in made.sections:
        found.append(section.heading)
        for block in section.blocks:
            found += block.heads if isinstance(block, Table) else []
            found += [sentence.text for sentence in sentences_of(block)]
    return found


def shown_apart(made: Document) -> list[str]:
    """Return the same as a terminal is given them: each part of a sentence cleaned by itself."""
    found = [made.title, *(section.heading for section in made.sections)]
    for block in made.blocks():
        found += block.heads if isinstance(block, Table) else []
        found += ["".join(clean(str(part)) for part in one.parts) for one in sentences_of(block)]
    return found


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS)
def test_any_document_survives_json(made: Document) -> None:
    stored = json.loads(json.dumps(made.stored()))
    assert stored["format"] == 1
    assert Document.model_validate(stored) == made


@settings(deadline=None, max_examples=150)
@example(document(told("See ", mark(1), "(http://a.test)"), told(mark(2), ": http://a.test"), told("No [3]", "(b)")))
@given(DOCUMENTS)
def test_markdown_shows_the_words_of_a_document_and_makes_no_markup_of_them(made: Document) -> None:
    told_words, marks = read(markdown(made))
    assert told_words == words("".join(one_line(without_controls(text)) for text in shown(made)))
    parts = [part for block in made.blocks() for sentence in sentences_of(block) for part in sentence.parts]
    assert marks == [f"[{number}]" for part in parts if isinstance(part, Mark) for number in part.numbers]


def on_a_page(sentence: Sentence, notes: Iterator[int], *, is_cell: bool) -> str:
    """Return a sentence as a web page tells it: with the name of its kind, and the number of its note."""
    text = words(without_controls(sentence.text))
    mark = str(next(notes)) if sentence.proofs else ""
    tag = "Count:" if (text or mark) and sentence.kind == "count" and not is_cell else ""
    return f"{tag}{text}{mark}"


@settings(deadline=None, max_examples=100)
@given(DOCUMENTS)
def test_a_web_page_shows_the_words_of_a_document_and_nothing_else(made: Document) -> None:
    page = html_file(made, Colophon(title="a", language="en", date="", made_by="", carried="{}"))
    found = words("".join(read_html(page).texts))
    told, notes = [], itertools.count(1)
    for section in made.sections:
        told.append(section.heading)
        for block in section.blocks:
            is_cell = isinstance(block, Table)
            told += block.heads if is_cell else []
            told += [on_a_page(sentence, notes, is_cell=is_cell) for sentence in sentences_of(block)]
    assert words(without_controls("".join(told))) in found
    assert words(without_controls(made.title)) in found


@settings(deadline=None, max_examples=40)
@given(DOCUMENTS, st.sampled_from([80, 40]))
def test_a_terminal_shows_the_words_of_a_document_at_every_width(made: Document, width: int) -> None:
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.setenv("TTY_COMPATIBLE", "1")  # a pipe that takes what a terminal takes
        patch.setenv("COLUMNS", str(width))
        screen(False).show(Sheet([Either(document_lines(made), document_text(made))]))
    laid, plain = words(out.getvalue()), words(document_text(made))
    has_more = any(isinstance(block, Aside | Table) for block in made.blocks())  # drawn beside each other, or left out
    for part in shown_apart(made):
        assert has_more or words(flat(part)) in laid.replace("•", "").replace("▌", "")
        assert words(flat(part)) in plain or part is made.title
