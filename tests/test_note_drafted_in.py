"""A note that a model drafts in another language than the reports': asked for, read by its meaning, marked as ours."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
from coscribe.core.document import Table
from coscribe.core.shapes import Note
from coscribe.tools.publish.beside import beside
from coscribe.tools.publish.publication import publication, write_files
from doubles.command_line import run
from doubles.desk import HEADING, Asked, Author, Shelf, draft, repeat
from doubles.published import ENDINGS, READERS, problems, run_on
from doubles.texts import shelve

TOPIC = "energy of inference"
NAMES = {"fr": "French", "de": "German", "es": "Spanish"}
SAID = {
    "fr": "Le rapport traite de l’énergie de l’inférence et de la façon dont elle est mesurée.",
    "de": "Der Bericht behandelt den Energiebedarf der Inferenz und wie er gemessen wird.",
    "es": "El informe trata de la energía de la inferencia y de cómo se mide en los centros.",
}
CONCLUDED = {
    "fr": "Plusieurs régions mesurent de la même façon.",
    "de": "Mehrere Regionen messen auf die gleiche Weise.",
    "es": "Varias regiones miden de la misma manera que las otras.",
}
MARKS = {
    "fr": "(la phrase du texte est notre formulation de ces mots en anglais)",
    "de": "(der Satz im Text ist unsere Formulierung dieser Worte auf Englisch)",
    "es": "(la frase del texto es nuestra redacción de estas palabras en inglés)",
}


def writes(text: str):
    """Writes a sentence of its own on each of the first two lines about inference."""

    def write(asked: Asked):
        lines = [line for line in asked.lines if not HEADING.fullmatch(line.text) and "inferenc" in line.text.lower()]
        found = [([line.number], text) for line in lines[:2]]
        return draft(*found, missing=() if found else ("inference",))

    return write


def requests(endpoint, agent: str) -> list[tuple[str, str]]:
    """System and text of what an agent was asked, told apart by the form of its answer."""
    form = {"drafter": "ModelDraft", "editor": "ModelConclusions", "reviewer": "ModelVerdicts"}[agent]
    found = [one for one in endpoint.meter.requests if form in json.dumps(one.get("response_format"))]
    return [(one["messages"][0]["content"], one["messages"][1]["content"]) for one in found]


def stated(note: Note):
    return [claim for part in note.sections for claim in part.claims if claim.kind == "stated"]


def drafted(note: Note):
    return [claim for claim in stated(note) if claim.framing is None]


def inference(text: str):
    return [{"section": 5, "kind": "inference", "cites": [1], "text": text}]


@pytest.mark.parametrize("language", NAMES)
async def test_a_model_drafts_and_concludes_in_the_language_and_its_reader_is_told(
    shelf, endpoint, assistant, tmp_path, language
):
    endpoint.reply = Author(writes(SAID[language]), conclude=lambda prompt: inference(CONCLUDED[language]))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, language=language)
    name = NAMES[language]
    assert all(f"in {name}. At most" in system and f"Write every sentence in {name}," in text
               for system, text in requests(endpoint, "drafter"))  # fmt: skip
    assert all(f"Write every sentence in {name}," in text for _, text in requests(endpoint, "editor"))
    read = [text for _, text in requests(endpoint, "reviewer")]
    assert read and all(f"The claims are written in {name}" in text for text in read)
    assert not any("Asked:" in text for text in read)  # nothing that words alone could tell
    ours = drafted(note)
    assert note.mode == "drafted" and ours and {one.text for one in ours} == {SAID[language]}
    spoken = {(one.language, one.words_language) for one in ours}
    assert spoken == {(language, "en"), (language, None if language == "es" else "es")}
    assert CONCLUDED[language] in note.markdown
    write_and_verify(shelf, note, tmp_path, language)


def write_and_verify(shelf, note: Note, folder: Path, language: str) -> None:
    paths = [folder / f"note{ending}" for ending in ENDINGS]
    write_files(publication(note, drafted_by=note.making.drafted_by, date="2026-11-30"), paths, "the note")
    for path in paths:
        assert problems(shelf, path) == []
    for ending, read in READERS.items():
        texts = read((folder / f"note{ending}").read_bytes()).texts
        assert any(MARKS[language] in one for one in texts), ending  # in a note behind the sentence
        end = {"fr": "le modèle relecteur a", "de": "das prüfende Modell hat", "es": "el modelo revisor comparó"}
        assert any(end[language] in one for one in texts)
    text = (folder / "note.md").read_text("utf-8")
    assert end[language] in text
    (folder / "note.md.json").unlink()
    assert problems(shelf, folder / "note.md") == []
    beside(None, str(folder / "facts.xlsx"), ()).write(note)
    head, *rows = openpyxl.load_workbook(folder / "facts.xlsx").active.iter_rows(values_only=True)
    of_ours = [dict(zip(head, row, strict=True)) for row in rows if SAID[language] in str(row[1])]
    assert "en" in {one["original"] for one in of_ours}


async def test_nothing_is_told_where_no_language_was_asked_for(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("inference"))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    everything = json.dumps(endpoint.meter.requests)
    assert "Write every sentence in" not in everything and "The claims are written in" not in everything
    assert all("in the language of the question. At most" in system for system, _ in requests(endpoint, "drafter"))
    assert {(one.language, one.words_language) for one in stated(note)} == {(None, None)}


@pytest.mark.parametrize(
    "write",
    [
        repeat("inference"),
        writes("The report says what the energy of inference is and how it has to be measured by the sites."),
    ],
    ids=["a copy", "in its own words"],
)
async def test_who_does_not_keep_to_the_language_is_asked_once_more_and_then_quoted(shelf, endpoint, assistant, write):
    author = endpoint.reply = Author(write)
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, language="de")
    assert any("it is not in German: write it in German" in one.problems for one in author.asked)
    assert stated(note) and not [one for one in drafted(note) if one.citations[0].report.startswith(("europe", "us"))]
    framed = [one for one in stated(note) if one.framing is not None]
    assert framed and all(one.framing.language == "de" for one in framed)


async def test_a_copy_of_words_in_the_language_stands_and_is_no_wording_of_ours(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("inferencia"))
    note = await assistant(shelf.library, endpoint.url).note("energía de la inferencia", language="es")
    copies = drafted(note)
    assert copies and {(one.language, one.words_language) for one in copies} == {(None, None)}


@pytest.mark.parametrize("name", ["„the plan of the United States for the use of the energy“", "TITLE"])
async def test_what_it_quotes_or_names_does_not_tell_the_language_of_a_sentence(tmp_path, endpoint, assistant, name):
    title = "The Future of the Energy of Inference in the States of the South"
    words = f"The energy of inference shall be measured: {name.strip('„“')}."
    library = shelve(tmp_path, {"a.md": f"# A\n\n{words}\n"}, f"['a.md']\ntitle = '{title}'\nlanguage = 'en'\n")
    said = f"Dies gilt, so {name.replace('TITLE', title)}, ab sofort: Inferenz wird gemessen."
    endpoint.reply = Author(writes(said))
    note = await assistant(library, endpoint.url).note(TOPIC, language="de")
    assert {one.text for one in drafted(note)} == {said}
    (tmp_path / "note.json").write_text(json.dumps(note.stored()), encoding="utf-8")
    assert problems(Shelf(tmp_path / "reports", library), tmp_path / "note.json") == []


@pytest.mark.parametrize("reviewer", ["evidence", "m"], ids=["none", "one that refuses"])
async def test_what_no_reviewer_confirms_gives_way_to_its_quote(shelf, endpoint, assistant, reviewer):
    endpoint.reply = Author(writes(SAID["de"]), judge=lambda claim, cited: False)
    told = {"reviewer": reviewer} if reviewer != "m" else {}
    note = await assistant(shelf.library, endpoint.url, rounds=0, **told).note(TOPIC, language="de")
    assert SAID["de"] not in note.markdown and not drafted(note)
    assert any(one.framing is not None for one in stated(note))


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("Frankreich baut bis 2031 einen Standort mit höchstens 24 MW Leistung.", None),
        ("Die Leistung darf laut dem Bericht 77 MW nicht übersteigen.", False),
        ("Der Bericht nennt „die Energie der Inferenz als größten Posten“ und mehr dazu.", False),
    ],
    ids=["may be asked", "a new figure", "a translation in quotation marks"],
)
async def test_figures_and_quotations_are_measured_across_languages(shelf, endpoint, assistant, text, is_right):
    author = endpoint.reply = Author(writes(text))
    note = await assistant(shelf.library, endpoint.url, rounds=0).note(TOPIC, language="de")
    if is_right is False:
        assert text not in note.markdown and not any(claim == text for claim, _ in author.judged)


async def test_a_name_of_letters_and_digits_is_asked_about_and_others_are_not(shelf, endpoint, assistant):
    text = "Der Bericht nennt Brüssel, Bayern und die Karte H100 als Maß der Inferenz."
    endpoint.reply = Author(writes(text))
    await assistant(shelf.library, endpoint.url).note(TOPIC, language="de")
    asked = {line for _, text in requests(endpoint, "reviewer") for line in text.splitlines() if "Asked:" in line}
    assert asked == {"Asked: name H100 not in evidence; is the claim still what they say?"}


async def test_the_cells_of_a_table_are_marked_too(shelf, endpoint, assistant):
    endpoint.reply = Author(writes(SAID["de"]))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, language="de", template="position-comparison")
    tables = [block for block in note.document.blocks() if isinstance(block, Table)]
    cells = [cell for table in tables for row in table.rows for cell in row if SAID["de"] in cell.text]
    assert cells and {cell.original for cell in cells} == {"en", "es"}


async def test_an_english_sentence_on_spanish_words_is_marked_where_nothing_was_asked_for(shelf, endpoint, assistant):
    said = "The roadmap says what the energy of inference is and how it has to be measured by the sites."
    endpoint.reply = Author(writes(said))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    spoken = {one.citations[0].file: (one.language, one.words_language) for one in drafted(note) if one.text == said}
    assert spoken.pop("latinoamerica-hoja-de-ruta.md") == ("en", "es")
    assert spoken and set(spoken.values()) == {(None, None)}


async def test_a_language_that_is_not_that_of_a_sentence_hides_nothing(shelf, endpoint, assistant, tmp_path):
    """Words of two languages are compared by figures alone, which a file could claim of a sentence in the same."""
    said = "The report says what the energy of inference is and how it has to be measured by the sites."
    endpoint.reply = Author(writes(said))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, template="briefing")
    file = tmp_path / "note.json"
    for spoken in (None, "de"):
        made = json.loads(json.dumps(note.stored()).replace(said, said.replace("the sites", "the sites of Atlantis")))
        for claim in (claim for part in made["sections"] for claim in part["claims"]):
            claim["language"] = spoken
        file.write_text(json.dumps(made), encoding="utf-8")
        assert any("name Atlantis not in evidence" in one for one in problems(shelf, file))


async def test_a_conclusion_in_another_language_is_left_out(shelf, endpoint, assistant):
    spoken = "Several of the regions are to measure it in the same way as the others."
    endpoint.reply = Author(writes(SAID["de"]), conclude=lambda prompt: inference(spoken) + inference(CONCLUDED["de"]))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, language="de")
    assert spoken not in note.markdown and CONCLUDED["de"] in note.markdown


async def test_a_short_conclusion_gives_no_alarm_for_the_nouns_of_its_language(shelf, endpoint, assistant, tmp_path):
    said = "Mehrere Regionen messen Rechenzentren gleich."
    endpoint.reply = Author(writes(SAID["de"]), conclude=lambda prompt: inference(said))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, language="de")
    (tmp_path / "note.json").write_text(json.dumps(note.stored()), encoding="utf-8")
    assert said in note.markdown and problems(shelf, tmp_path / "note.json") == []


async def test_the_estimate_holds_in_a_language_too(shelf, endpoint, assistant, priced):
    endpoint.reply = Author(writes(SAID["de"]))
    made = assistant(shelf.library, endpoint.url)
    told = await made.estimate(TOPIC, template="policy-note", language="de")
    note = await made.note(TOPIC, language="de")
    assert note.cost.usd <= told.at_most.usd
    unasked = await made.estimate(TOPIC, template="policy-note")
    assert unasked.at_most.input_tokens < told.at_most.input_tokens


def test_a_note_that_is_gone_on_with_keeps_its_language(shelf, tmp_path):
    where = ("--home", tmp_path / "home")
    kept = run_on(shelf, "note", TOPIC, "--language", "de", "--review", *where)
    name = re.search(r"--resume (\S+?)`", kept.err)[1]
    other = run("note", "--resume", name, "--language", "fr", *where)
    assert other.code == 2 and "goes on as it was begun: leave the --language out" in other.err
    done = run("note", "--resume", name, "--json", *where)
    assert done.json["making"]["language"] == "de"


HINT = "the note is in English, its topic perhaps in {}: {} writes all but the quotes in that"


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("Energieverbrauch von KI", HINT.format("German", "--language de")),
        ("l'énergie de l'inférence pour les sites", HINT.format("French", "--language fr")),
        ("energía de la inferencia", HINT.format("French or Spanish", "--language fr or --language es")),
        ("National AI strategy", ""),
        ("energy of inference", ""),
        ("EU AI Act: enforcement", ""),
        ("AI in education", ""),
        ("Rechenzentren", ""),
    ],
)
def test_a_topic_in_another_language_decides_nothing_and_is_hinted_at(shelf, topic, told):
    done = run_on(shelf, "note", topic, "--template", "briefing", "--json")
    assert done.json["making"]["language"] == "en"
    hints = [line for line in done.err.splitlines() if "the note is in English" in line]
    assert hints == ([told] if told else [])
    asked = run_on(shelf, "note", topic, "--template", "briefing", "--json", "--language", "en")
    assert "the note is in English" not in asked.err


def test_sentences_that_turned_out_in_another_language_are_hinted_at(shelf, endpoint):
    endpoint.reply = Author(writes(SAID["de"]))
    model = ("--model", "m", "--base-url", endpoint.url, "--no-cache", "--json")
    done = run_on(shelf, "note", TOPIC, *model)
    assert done.json["mode"] == "drafted"
    told = "the note is in English, its sentences in German: --language de writes all but the quotes in that"
    assert told in done.err
    assert "the note is in English" not in run_on(shelf, "note", TOPIC, "--language", "de", *model).err
