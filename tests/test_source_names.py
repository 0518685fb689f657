"""How sources are named in what is handed over: with edition, status and the title of a newer edition, everywhere."""

import json
from pathlib import Path

import openpyxl
import pytest
from coscribe.core.shapes import Answer, Note
from coscribe.tools.document.page import answer_page
from coscribe.tools.publish.markdown import markdown
from coscribe.tools.publish.sidecar import publish as save
from coscribe.tools.publish.sidecar import sidecar
from doubles.desk import Shelf
from doubles.published import ENDINGS, READERS, problems, publish, run_on
from doubles.texts import shelve

TOPIC = "energy of inference"
TEXTS = {
    "old.md": "# Old\n\nThe energy of inference shall be measured by every site of Arland.\n",
    "new.md": "# New\n\nThe energy of inference shall be measured by every hall of Arland each year.\n",
    "law.md": "# Law\n\nVersion 3.1\n\nThe energy of inference must be reported by every site of Borland.\n",
}
MANIFEST = """
['old.md']
title = "Plan of Arland"
organisation = "Council of Arland"
date = "2024-05-14"
status = "adopted"
language = "en"
['new.md']
title = "Plan of *Arland* 2026"
organisation = "Council of Arland"
date = "2026-05-02"
supersedes = "old.md"
language = "en"
['law.md']
title = "Law of Borland"
organisation = "Parliament of Borland"
date = "2025-01-01"
status = "adopted"
language = "en"
"""
NEWER = {
    "en": "newer edition: Plan of *Arland* 2026, 2026-05-02",
    "de": "neuere Ausgabe: Plan of *Arland* 2026, 2026-05-02",
}
LAW = {"en": "(Version 3.1; adopted)", "de": "(Version 3.1; beschlossen)"}


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Shelf:
    """Three reports, one of which has a newer edition."""
    folder = tmp_path_factory.mktemp("editions")
    return Shelf(folder / "reports", shelve(folder, TEXTS, MANIFEST))


@pytest.fixture(scope="module", params=["en", "de"])
def written(held, tmp_path_factory, request) -> tuple[str, Path]:
    """A note on all three in each format, and its language."""
    stem = tmp_path_factory.mktemp("written") / "note"
    publish(held, stem, "note", TOPIC, "--language", request.param, "--facts", f"{stem}.xlsx")
    return request.param, stem


def note_of(stem: Path) -> Note:
    return Note.model_validate(json.loads(sidecar(Path(f"{stem}.md")).read_text("utf-8")))


def test_a_newer_edition_is_named_by_its_title_in_every_format(held, written):
    language, stem = written
    source = next(one for one in note_of(stem).sources if one.superseded_by)
    assert (source.newer.title, source.newer.date) == ("Plan of *Arland* 2026", "2026-05-02")
    for ending, read in READERS.items():
        texts = read(Path(f"{stem}{ending}").read_bytes()).texts
        told = [text for text in texts if NEWER[language] in text]
        assert len(told) >= 2, ending  # in a note and in the list
        assert not any(source.superseded_by in text for text in texts), ending
    for ending in ENDINGS:
        assert problems(held, Path(f"{stem}{ending}")) == []
    book = openpyxl.load_workbook(f"{stem}.xlsx").active
    statuses = [str(row[9].value) for row in book.iter_rows()]
    assert any(NEWER["en"] in one for one in statuses) and not any(source.superseded_by in one for one in statuses)


def test_markdown_lists_sources_with_the_words_of_the_others(held, written):
    language, stem = written
    text = Path(f"{stem}.md").read_text("utf-8")
    assert NEWER[language].replace("*", "\\*") in text and LAW[language] in text
    listed = next(line for line in text.splitlines() if line.startswith("1. "))
    there = read_word_list(stem)
    assert unmarked(listed).partition(": ")[0] in there


def read_word_list(stem: Path) -> str:
    return unmarked("\n".join(READERS[".docx"](Path(f"{stem}.docx").read_bytes()).texts))


def unmarked(text: str) -> str:
    return text.replace("\\", "").replace("`", "").removeprefix("1. ")


def test_references_name_it_too(held, tmp_path):
    run_on(held, "note", TOPIC, "--references", tmp_path / "sources.ris", "-o", tmp_path / "note.md")
    assert NEWER["en"] in (tmp_path / "sources.ris").read_text("utf-8")


def in_brief(text: str) -> str:
    """The list as it was written before it told edition and every status."""
    for language in LAW:
        text = text.replace(f" {LAW[language]}", "")
    return text


def test_a_note_from_before_verifies_and_a_status_that_a_hand_took_out_does_not(held, written, tmp_path):
    _, stem = written
    text, made = Path(f"{stem}.md").read_text("utf-8"), json.loads(sidecar(Path(f"{stem}.md")).read_text("utf-8"))
    old = tmp_path / "old.md"
    assert in_brief(text) != text
    old.write_text(in_brief(text), encoding="utf-8")
    assert problems(held, old) == []  # without its JSON
    sidecar(old).write_text(json.dumps({**made, "markdown": in_brief(text)}), encoding="utf-8")
    assert problems(held, old) == []
    sidecar(old).write_text(json.dumps(made), encoding="utf-8")
    assert any("its text is not that of the JSON beside it" in one for one in problems(held, old))


def test_an_answer_from_before_verifies_and_a_status_that_a_hand_took_out_does_not(held, tmp_path):
    asked = run_on(held, "ask", "What must be reported by every site of Borland?", "--json")
    answer = Answer.model_validate(asked.json)
    file = tmp_path / "answer.md"
    text = f"{markdown(answer_page(answer, made_by=''))}\n"
    save(file, text, answer, "it", advice="")
    assert problems(held, file) == [] and LAW["en"] in text
    file.write_text(in_brief(text), encoding="utf-8")
    assert any("its text is not that of the JSON beside it" in one for one in problems(held, file))
    sidecar(file).write_text(json.dumps(answer.stored()), encoding="utf-8")
    assert problems(held, file) == []


def test_a_newer_edition_by_another_title_is_found(held, written, tmp_path):
    _, stem = written
    made = json.loads(sidecar(Path(f"{stem}.md")).read_text("utf-8").replace("Plan of *Arland* 2026", "Plan of Nobody"))
    file = tmp_path / "note.md"
    file.write_text(made["markdown"].replace("Plan of \\*Arland\\* 2026", "Plan of Nobody"), encoding="utf-8")
    sidecar(file).write_text(json.dumps({**made, "markdown": file.read_text("utf-8")}), encoding="utf-8")
    assert any("the list calls the newer edition 'Plan of Nobody'" in one for one in problems(held, file))


def test_a_newer_edition_that_is_not_in_the_library_goes_by_its_id(held, written, tmp_path):
    """As in files from before its title was told."""
    _, stem = written
    made = json.loads(sidecar(Path(f"{stem}.md")).read_text("utf-8"))
    for source in made["sources"]:
        source.pop("newer", None)
    for section in made["document"]["sections"]:
        for block in section.get("blocks", []):
            for entry in block.get("entries", []):
                entry.pop("newer", None)
    note = Note.model_validate(made)
    old = tmp_path / "old.md"
    text = f"{markdown(note.document, in_brief=True)}\n"
    assert next(one.superseded_by for one in note.sources if one.superseded_by) in text.replace("\\", "")
    old.write_text(text, encoding="utf-8")
    sidecar(old).write_text(json.dumps({**made, "markdown": text}), encoding="utf-8")
    assert problems(held, old) == []
