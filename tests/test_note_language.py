"""A note in another language: headings and our own sentences are in it, quotes stay in theirs, and it verifies."""

import re
from pathlib import Path

import pytest
from coscribe.core.errors import UsageError
from coscribe.prompts.template import SHIPPED, Template, load_template
from coscribe.tools.document.phrases import phrases
from coscribe.tools.publish.word.word_reading import read_word
from doubles.command_line import copy_samples, run
from doubles.desk import Author, repeat

TOPIC, LANGUAGES = "energy of inference", ("fr", "de", "es")
ENDINGS = ("docx", "html", "pdf", "md")
HEADINGS = {"fr": "Messages clés", "de": "Kernaussagen", "es": "Mensajes clave"}
VERBS = {"fr": "exige: “The energy", "de": "verlangt: “The energy", "es": "exige: “The energy"}
DRAFT = {"fr": "projet", "de": "Entwurf", "es": "borrador"}
BANNERS = {"fr": "PROJET", "de": "ENTWURF", "es": "BORRADOR"}
FIELD = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A library, and a note in each language, of each format."""
    place = tmp_path_factory.mktemp("languages")
    copy_samples(place / "reports")
    run("ingest", place / "reports", "--library", place / "library", "--embedder", "none")
    for language in LANGUAGES:
        note(place, language, *(part for ending in ENDINGS for part in ("-o", place / f"{language}.{ending}")))
    return place


def note(folder: Path, language: str, *options: object):
    done = run("note", TOPIC, "--language", language, *options, "--library", folder / "library", "--embedder", "none")
    assert done.code == 0, done.err
    return done


def problems(folder: Path, file: Path) -> list[str]:
    found = run("verify", file, "--library", folder / "library", "--json").json
    assert found["kinds"]["quote"]["checked"]
    return [one["message"] for one in found["problems"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_framing_are_in_the_language_and_quotes_in_theirs(folder, language):
    text = (folder / f"{language}.md").read_text("utf-8")
    assert f"## {HEADINGS[language]}\n" in text and VERBS[language] in text
    assert "Inference is becoming the largest single use of energy" in text and "La energía por inferencia" in text
    ours = re.sub(r"“.*?”", "", text.partition("\n## " + phrases(language).told("sources"))[0])
    listed = text.partition("\n## " + phrases(language).told("sources"))[2]
    assert f"({DRAFT[language]})" in listed and "(draft)" not in listed
    assert not re.search(r"\b(says|requires|Evidence for|reports in scope|Made of|Sign-off)\b", ours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_verifies_and_markdown_without_its_json_too(folder, tmp_path, language):
    for ending in ENDINGS:
        assert problems(folder, folder / f"{language}.{ending}") == []
    bare = tmp_path / "note.md"
    text = (folder / f"{language}.md").read_text("utf-8")
    bare.write_text(text, encoding="utf-8")
    assert problems(folder, bare) == []
    bare.write_text(text.replace(VERBS[language], f"ne {VERBS[language]}", 1), encoding="utf-8")
    assert any("introduced by 'ne'" in one for one in problems(folder, bare))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_positions_and_its_silences_are_in_the_language(folder, tmp_path, language):
    file = tmp_path / "table.md"
    note(folder, language, "--template", "position-comparison", "-o", file)
    words = phrases(language)
    assert f"|  | {words.told('table.source')} | {words.told('table.position')} |" in file.read_text("utf-8")
    assert problems(folder, file) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_say_their_language_and_standing(folder, language):
    texts = read_word((folder / f"{language}.docx").read_bytes()).texts
    assert texts[0].startswith(BANNERS[language]) and phrases(language).told("sign_off.approval") in texts
    assert any(f", {DRAFT[language]})" in one for one in texts)  # in a footnote
    page = (folder / f"{language}.html").read_text("utf-8")
    assert f'<html lang="{language}">' in page
    assert "verbatim quotes" not in page.partition('id="carried"')[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_with_its_fields(language):
    english, there = phrases("en").templates, phrases(language).templates
    assert there.keys() == english.keys()
    for name, sentence in english.items():
        assert set(FIELD.findall(there[name])) == set(FIELD.findall(sentence)), name
    assert sum(there[name] == english[name] for name in english) < 12  # such as "Position"
    for name in SHIPPED:
        template, told = load_template(name), load_template(name).told_in(language)
        assert told.title != template.title and len(told.sections) == len(template.sections)
        assert [one.questions for one in told.sections] == [one.questions for one in template.sections]


def test_a_template_of_ones_own_may_have_headings_in_a_language(tmp_path):
    lines = ['name = "mine"', 'title = "T"', "[[sections]]", 'heading = "H"', 'question = "What is {topic}?"']
    assert Template.model_validate(load_template(_kept(tmp_path, lines))).told_in("fr").title == "T"
    given = [*lines, "[told.fr]", 'title = "Titre"', 'headings = ["Un", "Deux"]']
    with pytest.raises(UsageError, match=r"told\.fr has 2 headings for 1 sections: give each one"):
        load_template(_kept(tmp_path, given))


def _kept(folder: Path, lines: list[str]) -> str:
    (folder / "mine.toml").write_text("\n".join(lines), encoding="utf-8")
    return str(folder / "mine.toml")


async def test_drafted_sentences_stay_as_they_are_and_the_frame_is_translated(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("inference"))
    made = await assistant(shelf.library, endpoint.url).note(TOPIC, language="de")
    assert made.mode == "drafted" and made.making.language == "de"
    assert "## Kernaussagen" in made.markdown and f"von {made.making.drafted_by} entworfen" in made.markdown


async def test_an_unknown_language_is_refused(folder, shelf, endpoint, assistant):
    with pytest.raises(UsageError, match="'xx': use one of en, fr, de, es"):
        await assistant(shelf.library, endpoint.url).note(TOPIC, language="xx")
    done = run("note", TOPIC, "--language", "xx", "--library", folder / "library")
    assert done.code == 2 and "'en', 'fr', 'de', 'es'" in done.err


async def test_a_model_is_asked_the_same_in_every_language(shelf, endpoint, assistant):
    """Else a note that is gone on with in another language would be paid again."""
    asked: dict[str, list[str]] = {}
    for language in ("en", "de"):
        prompts = asked.setdefault(language, [])
        endpoint.reply = Author(
            repeat("inference"), conclude=lambda prompt, prompts=prompts: prompts.append(prompt) or []
        )
        await assistant(shelf.library, endpoint.url).note(TOPIC, language=language)
    assert asked["en"] == asked["de"] != []
