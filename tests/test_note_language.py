"""A note in another language: headings and our own sentences are in it, quotes stay in theirs, and it verifies."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from coscribe.core.errors import UsageError
from coscribe.prompts.template import SHIPPED, load_template
from coscribe.tools.document.phrases import phrases
from coscribe.tools.publish.word.word_reading import read_word
from doubles.published import ENDINGS, READERS, problems, publish, run_on
from pypdf import PdfReader

TOPIC, LANGUAGES = "energy of inference", ("fr", "de", "es")
HEADINGS = {"fr": "Messages clés", "de": "Kernaussagen", "es": "Mensajes clave"}
VERBS = {"fr": "exige: “The energy", "de": "verlangt: “The energy", "es": "exige: “The energy"}
DRAFT = {"fr": "projet", "de": "Entwurf", "es": "borrador"}
BANNERS = {"fr": "PROJET", "de": "ENTWURF", "es": "BORRADOR"}
FIELD = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def folder(shelf, tmp_path_factory) -> Path:
    """A note in each language, of each format."""
    place = tmp_path_factory.mktemp("languages")
    for language in LANGUAGES:
        publish(shelf, place / language, "note", TOPIC, "--language", language)
    return place


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_framing_are_in_the_language_and_quotes_in_theirs(folder, language):
    text = (folder / f"{language}.md").read_text("utf-8")
    assert f"## {HEADINGS[language]}\n" in text and VERBS[language] in text
    assert "Inference is becoming the largest single use of energy" in text and "La energía por inferencia" in text
    ours = re.sub(r"“.*?”", "", text.partition("\n## " + phrases(language).told("sources"))[0])
    listed = text.partition("\n## " + phrases(language).told("sources"))[2]
    assert f" {DRAFT[language]})" in listed and "draft)" not in listed
    assert not re.search(r"\b(says|requires|Evidence for|reports in scope|Made of|Sign-off)\b", ours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_verifies_and_markdown_without_its_json_too(shelf, folder, tmp_path, language):
    for ending in ENDINGS:
        assert problems(shelf, folder / f"{language}{ending}") == []
    bare = tmp_path / "note.md"
    text = (folder / f"{language}.md").read_text("utf-8")
    bare.write_text(text, encoding="utf-8")
    assert problems(shelf, bare) == []
    bare.write_text(text.replace(VERBS[language], f"ne {VERBS[language]}", 1), encoding="utf-8")
    assert any("introduced by 'ne'" in one for one in problems(shelf, bare))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_positions_and_its_silences_are_in_the_language(shelf, tmp_path, language):
    file = tmp_path / "table.md"
    run_on(shelf, "note", TOPIC, "--language", language, "--template", "position-comparison", "-o", file)
    words = phrases(language)
    assert f"|  | {words.told('table.source')} | {words.told('table.position')} |" in file.read_text("utf-8")
    assert problems(shelf, file) == []


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
    file = tmp_path / "mine.toml"

    def told(*more: str) -> tuple[str, list[str]]:
        file.write_text("\n".join([*lines, *more]), encoding="utf-8")
        made = load_template(str(file)).told_in("fr")
        return made.title, [section.heading for section in made.sections]

    assert told() == ("T", ["H"])
    assert told("[told.fr]", 'title = "Titre"', 'headings = ["Un"]') == ("Titre", ["Un"])
    with pytest.raises(UsageError, match=r"told\.fr has 2 headings for 1 sections: give each one"):
        told("[told.fr]", 'title = "Titre"', 'headings = ["Un", "Deux"]')


async def test_an_unknown_language_is_refused(shelf, endpoint, assistant):
    with pytest.raises(UsageError, match="'xx': use one of en, fr, de, es"):
        await assistant(shelf.library, endpoint.url).note(TOPIC, language="xx")
    done = run_on(shelf, "note", TOPIC, "--language", "xx")
    assert done.code == 2 and "'en', 'fr', 'de', 'es'" in done.err


@pytest.mark.parametrize("ending", READERS)
def test_no_line_of_french_begins_with_a_mark_that_ends_the_one_before(folder, ending):
    written = (folder / f"fr{ending}").read_bytes()
    if ending == ".docx":
        written = ZipFile(folder / f"fr{ending}").read("word/document.xml")
    if ending == ".pdf":
        written = " ".join(page.extract_text() for page in PdfReader(folder / f"fr{ending}").pages).encode()
    text = re.sub(r".*<main|</main>.*|<style.*?</style>", "", written.decode(), flags=re.DOTALL)
    assert "faite\N{NO-BREAK SPACE}: de citations" in text and " :" not in text and "« " not in text
