"""A note lists what its abbreviations stand for, in words of the reports, and never touches a quote for it."""

import json

import coscribe
import pytest
from coscribe.core.types import Scope
from coscribe.tools.document.phrases import phrases
from coscribe.tools.publish.publication import publication, write_files
from coscribe.tools.verify.verify import verify_file
from doubles.desk import Author, draft
from doubles.published import ENDINGS, READERS
from doubles.texts import FILLER, shelve

TOPIC = "peak power"
EUROPE = "The board requires a peak power of 4 MW for each site with HBM."
DEFINES = "What is stacked on the processor is high-bandwidth memory (HBM) of a new kind."
JAPAN = "The council plans a peak power of 2 MW for each site with an NPU."
NETWORK = "A network processing unit (NPU) moves packets."
NEURAL = "The neural processing units (NPUs) of a phone save energy."
TOLD = {
    "europe.md": {"region": "Europe", "organisation": "Board"},
    "japan.md": {"region": "Japan", "organisation": "Council"},
    "glossary.md": {"region": "Europe", "organisation": "Office"},
}


TEMPLATE = """name = "short"
title = "T"
[[sections]]
heading = "Positions"
question = "What is the position on {topic}?"
kind = "positions"
"""


@pytest.fixture
def make(tmp_path):
    """Makes a note of quotes on a collection of these texts."""

    async def note(texts, **options):
        told = "\n".join(f'["{name}"]\n' + "".join(f'{key} = "{one}"\n' for key, one in each.items())
                         for name, each in TOLD.items() if name in texts)  # fmt: skip
        library = shelve(tmp_path, {name: f"# On it\n\n{text}\n\n{FILLER}\n" for name, text in texts.items()}, told)
        (tmp_path / "short.toml").write_text(TEMPLATE, encoding="utf-8")
        async with coscribe.Assistant(library, home=tmp_path / "home") as assistant:
            return await assistant.note(TOPIC, template=str(tmp_path / "short.toml"), **options), library

    return note


def told(note):
    return [(one.short, one.meaning, one.citation.file) for one in note.abbreviations]


async def test_what_another_report_defines_is_listed_with_its_source(make):
    note, _ = await make({"europe.md": EUROPE, "glossary.md": DEFINES})
    assert told(note) == [("HBM", "high-bandwidth memory", "glossary.md")]
    assert note.abbreviations[0].citation.quote == "high-bandwidth memory (HBM)"
    number = next(source.number for source in note.sources if source.file == "glossary.md")
    assert f"## Abbreviations\n\n- “high-bandwidth memory (HBM)” [{number}]\n\n## Sources\n" in note.markdown
    assert f"“{EUROPE}”" in note.markdown and note.words == len(note.sections[0].text.split())


async def test_what_a_claim_explains_where_it_stands_first_is_not_listed(make):
    note, _ = await make({"europe.md": EUROPE.replace("HBM", "high-bandwidth memory (HBM)")})
    assert "HBM" in note.markdown and told(note) == [] and "Abbreviations" not in note.markdown


async def test_a_report_means_what_it_defines_itself(make):
    note, _ = await make({"japan.md": f"{NEURAL}\n\n{JAPAN}", "glossary.md": NETWORK})
    assert told(note) == [("NPU", "neural processing units", "japan.md")]


async def test_where_the_collection_disagrees_all_are_told_up_to_two(make):
    note, _ = await make({"japan.md": JAPAN, "glossary.md": NETWORK, "europe.md": NEURAL})
    assert sorted(told(note)) == [
        ("NPU", "network processing unit", "glossary.md"), ("NPU", "neural processing units", "europe.md"),
    ]  # fmt: skip


async def test_of_three_meanings_none_is_told(make):
    third = "The national planning unit (NPU) met."
    note, _ = await make({"japan.md": JAPAN, "glossary.md": f"{NETWORK}\n\n{third}", "europe.md": NEURAL})
    assert "NPU" in note.markdown and told(note) == []


async def test_no_report_out_of_scope_explains_anything(make):
    note, _ = await make({"europe.md": EUROPE, "japan.md": DEFINES}, scope=Scope(regions=("Europe",)))
    assert "HBM" in note.markdown and told(note) == []


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
async def test_every_format_has_the_list_and_verifies(make, tmp_path, language):
    note, library = await make({"europe.md": EUROPE, "glossary.md": DEFINES}, language=language)
    paths = [tmp_path / f"note{ending}" for ending in ENDINGS]
    write_files(publication(note, drafted_by="", date="2026-11-30"), paths, "the note")
    for path in paths:
        found = verify_file(path, library.catalogue, None)
        assert [one.message for one in found.problems] == []
        if reader := READERS.get(path.suffix):
            texts = reader(path.read_bytes()).texts
            assert phrases(language).told("abbreviations") in texts
            assert any(text.startswith("“high-bandwidth memory (HBM)”") for text in texts)
    (tmp_path / "note.md.json").unlink()
    assert verify_file(tmp_path / "note.md", library.catalogue, None).problems == []
    plain = tmp_path / "plain.json"  # what `--json` prints has no document
    plain.write_text(json.dumps(note.model_dump(mode="json")), encoding="utf-8")
    assert verify_file(plain, library.catalogue, None).problems == []


async def test_another_meaning_than_the_report_has_is_named(make, tmp_path):
    note, library = await make({"europe.md": EUROPE, "glossary.md": DEFINES})
    write_files(publication(note, drafted_by="", date="2026-11-30"), [tmp_path / "note.md"], "the note")
    text = (tmp_path / "note.md").read_text("utf-8")
    (tmp_path / "other.md").write_text(text.replace("“high-bandwidth", "“half-bandwidth"), encoding="utf-8")
    assert verify_file(tmp_path / "other.md", library.catalogue, None).problems
    made = json.loads((tmp_path / "note.md.json").read_text("utf-8"))
    made["abbreviations"][0]["meaning"] = "Heavy burden of memory"
    (tmp_path / "other.json").write_text(json.dumps(made), encoding="utf-8")
    assert verify_file(tmp_path / "other.json", library.catalogue, None).problems


IN_FULL = "HBM (high-bandwidth memory)"
SAID = "Each site of the board with HBM may have a peak power of 4 MW, and HBM is a must."
WITH_MESSAGES = f"""{TEMPLATE.partition("[[")[0]}[[sections]]
heading = "In short"
kind = "key_messages"
[[{TEMPLATE.partition("[[")[2]}"""


@pytest.fixture
def make_drafted(tmp_path, endpoint, assistant):
    """Makes a note that a model drafted, a sentence on each report that has the abbreviation."""

    async def note(said, *, defines=DEFINES, elsewhere="", **options):
        texts = {"europe.md": f"{EUROPE}\n\n{defines}", "glossary.md": elsewhere or FILLER}
        written = {name: f"# On it\n\n{text}\n\n{FILLER}\n" for name, text in texts.items()}
        library = shelve(tmp_path, written, "\n".join(f'["{name}"]\nregion = "Europe"\n' for name in texts))
        (tmp_path / "short.toml").write_text(WITH_MESSAGES, encoding="utf-8")
        endpoint.reply = Author(
            lambda asked: draft(*(([line.number], said) for line in asked.lines if "4 MW" in line.text))
        )
        drafts = assistant(library, endpoint.url)
        return await drafts.note(TOPIC, template=str(tmp_path / "short.toml"), **options), library

    return note


async def test_a_drafted_sentence_explains_what_stands_first_in_it(make_drafted, tmp_path):
    note, library = await make_drafted(SAID)
    first, again = (section.claims[0] for section in note.sections)
    assert first.text == again.text == SAID.replace("HBM", IN_FULL, 1) and told(note) == []
    assert [one.quote for one in first.citations] == [EUROPE, DEFINES]
    assert note.words == len(" ".join(section.text for section in note.sections).split())
    paths = [tmp_path / f"note{ending}" for ending in ENDINGS]
    write_files(publication(note, drafted_by="m", date="2026-11-30"), paths, "the note")
    for path in paths:
        assert [one.message for one in verify_file(path, library.catalogue, None).problems] == []
    (tmp_path / "note.md.json").write_text(
        (tmp_path / "note.md.json").read_text("utf-8").replace("HBM (high-", "HBM (half-"), encoding="utf-8"
    )
    assert verify_file(tmp_path / "note.md", library.catalogue, None).problems


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("Each site of the board with HBM may have a peak power of 4 MW.", {"elsewhere": DEFINES, "defines": ""}),
        ("Each site of the board under the HBM Act may have a peak power of 4 MW.", {}),
        ("Each site of the board with Fast HBM may have a peak power of 4 MW.", {}),
        ("Each HBM-based site of the board may have a peak power of 4 MW.", {}),
        ("Each non-HBM site of the board may have a peak power of 4 MW.", {}),
        ("Each site of the board with HBMs may have a peak power of 4 MW.", {}),
        ("The board requires “a peak power of 4 MW for each site with HBM.”", {}),
        ("Each site of the board with HBM may have 4 MW.", {"defines": f"{DEFINES} A heavy burden mask (HBM) is not."}),
    ],
    ids=["another report", "a name", "behind one", "a compound", "its end", "plural", "quoted", "two meanings"],
)
async def test_where_code_cannot_be_sure_it_is_listed_below(make_drafted, said, options):
    note, _ = await make_drafted(said, **options)
    assert said in {claim.text for section in note.sections for claim in section.claims}
    assert {one.short for one in note.abbreviations} == {"HBM"}


async def test_a_sentence_that_explains_itself_is_left_alone(make_drafted):
    said = f"Each site of the board with {IN_FULL} may have a peak power of 4 MW."
    note, _ = await make_drafted(said)
    assert note.sections[1].claims[0].text == said and told(note) == []


@pytest.mark.parametrize("spare", [0, 1, 3, 4])
async def test_no_note_gets_too_long_by_it(make_drafted, spare):
    fits = 2 * len(f"{SAID} [1]".split())
    note, _ = await make_drafted(SAID, words=fits + spare)
    assert note.words <= fits + spare and note.left_out == []
    assert note.words == fits + 4 * (spare == 4)
    assert told(note) == ([] if spare == 4 else [("HBM", "high-bandwidth memory", "europe.md")])
