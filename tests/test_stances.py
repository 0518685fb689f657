"""What stance a sentence shows: one report a language, a topic a sentence, as `align` reads them."""

import json

import pytest
from doubles.command_line import run
from doubles.texts import shelve

# Topic, which stance the one sentence on it has, and that sentence.
SAID = {
    "en": [
        ("liquid cooling", "commits", "From 2030 onwards liquid cooling shall be mandatory at every site."),
        ("chiplet accelerators", "commits", "The council has approved 40 million euros for chiplet accelerators."),
        ("optical interconnects", "plans", "We intend to introduce optical interconnects in the second phase."),
        ("open compilers", "recommends", "The experts urge every member to support open compilers."),
        ("tape archives", "opposes", "The council will not fund tape archives any longer."),
        ("diesel backup", "opposes", "Diesel backup is banned at new sites."),
        ("neuromorphic pilots", "reported", "Tokyo has decided to fund neuromorphic pilots."),
        ("photonic processors", "reported", "Korea's ministry plans to buy photonic processors."),
        ("seismic models", "mentions", "Seismic models describe the risk of damage after an earthquake."),
        ("digital twins", "mentions", "A digital twin is a model of a thing, and digital twins have errors."),
    ],
    "de": [
        ("Flüssigkühlung", "commits", "Die Regierung hat beschlossen, Flüssigkühlung zu fördern."),
        ("Bandarchive", "opposes", "Das Ministerium lehnt Bandarchive ab."),
        ("Testfelder", "recommends", "Die Fachleute empfehlen Testfelder an jedem Standort."),
    ],
    "fr": [
        ("refroidissement liquide", "plans", "L'agence prévoit d'introduire le refroidissement liquide en 2031."),
        ("archives sur bande", "opposes", "Le ministère refuse de financer les archives sur bande."),
    ],
    "es": [
        ("refrigeración líquida", "commits", "El gobierno ha aprobado fondos para la refrigeración líquida."),
        ("archivos en cinta", "opposes", "El ministerio rechaza los archivos en cinta."),
    ],
}  # fmt: skip
ROW = "| Year | Step |\n| --- | --- |\n| 2031 | quantum partition |"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What `align` shows of each topic's one quote, and of its cell."""
    folder = tmp_path_factory.mktemp("stances")
    texts = {f"{code}.md": "# Roadmap\n\n" + "\n\n".join(text for *_, text in said) for code, said in SAID.items()}
    texts["en.md"] += f"\n\n{ROW}"
    manifest = "".join(f'["{code}.md"]\nregion = "Europe"\nlanguage = "{code}"\n' for code in SAID)
    library = shelve(folder, texts, manifest)
    named = [(code, topic) for code, said in SAID.items() for topic, *_ in said] + [("en", "quantum partition")]
    topics = "".join(f'[[topics]]\nname = "{topic}"\nsynonyms.{code} = ["{topic}"]\n' for code, topic in named)
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    asked = ("--library", folder / "library", "--embedder", "none", "--topics", folder / "topics.toml", "--json")
    done = run("align", *asked)
    library.interrupt()
    assert done.code == 0, done.err
    return {cell["topic"]: cell for cell in json.loads(done.out)["cells"]}


@pytest.mark.parametrize(("topic", "stance", "text"), [one for said in SAID.values() for one in said])
def test_a_sentence_shows_its_stance(shown, topic, stance, text):
    (sign,) = shown[topic]["signs"]
    assert sign["stance"] == stance, (sign, text)
    assert (sign["words"] in text) is True  # by which of its words, "" for none


@pytest.mark.parametrize(("topic", "of"), [("neuromorphic pilots", "Tokyo"), ("photonic processors", "Korea")])
def test_what_another_government_does_is_told_as_theirs(shown, topic, of):
    assert shown[topic]["signs"][0]["reported_of"] == of and shown[topic]["stance"] == "mentions"


def test_a_step_with_its_year_in_a_table_is_planned(shown):
    assert shown["quantum partition"]["stance"] == "plans"


def test_a_cell_is_as_sure_as_its_stance(shown):
    sure = {topic: cell["confidence"] for topic, cell in shown.items() if cell["stance"] not in ("mentions", "silent")}
    assert max(sure.values()) <= 0.9 and min(sure.values()) < 0.7 < max(sure.values())
