"""A note lists what its abbreviations stand for, in words of the reports, and never touches a quote for it."""

import json

import coscribe
import pytest
from coscribe.core.types import Scope
from coscribe.tools.document.phrases import phrases
from coscribe.tools.publish.publication import publication, write_files
from coscribe.tools.verify.verify import verify_file
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
