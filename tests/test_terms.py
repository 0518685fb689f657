"""Terms of the field: what says the same is found, in all languages; what differs is kept apart; silence is honest."""

import time
from pathlib import Path

import coscribe
import pytest
from coscribe.core.errors import UsageError
from coscribe.core.shapes import Answer
from coscribe.core.types import Scope
from coscribe.tools.search.kind import kind_of

# English terms, each with how a report of another language says it, inflected as it comes.
SAID = {
    "waste heat": {
        "de": "Mit der Abwärme der Anlage werden Gewächshäuser beheizt.",
        "fr": "La chaleur résiduelle de l'installation chauffe des serres.",
        "es": "El calor residual de la instalación calienta invernaderos.",
        "ja": "施設の排熱は温室の暖房に使われる。",
    },
    "neuromorphic computing": {
        "de": "Für neuromorphe Verfahren wird ein Prüffeld eingerichtet.",
        "fr": "Un banc pour les puces neuromorphiques sera installé.",
        "es": "Se instalará un banco para los dispositivos neuromórficos.",
        "ja": "ニューロモルフィック素子の試験場を設ける。",
    },
    "digital twins": {
        "de": "Der digitale Zwilling des Flusses wird stündlich erneuert.",
        "fr": "Le jumeau numérique du fleuve est recalculé chaque heure.",
        "es": "El gemelo digital del río se recalcula cada hora.",
        "ja": "河川のデジタルツインは毎時更新する。",
    },
    "liquid cooling": {
        "de": "Alle Schränke erhalten eine Flüssigkeitskühlung bis zum Herbst.",
        "fr": "Toutes les armoires auront un refroidissement liquide avant l'automne.",
        "es": "Todos los armarios tendrán refrigeración líquida antes del otoño.",
        "ja": "すべてのラックは秋までに液冷とする。",
    },
    "procurement": {
        "de": "Die Beschaffung wird auf vier Lose verteilt.",
        "fr": "Les marchés publics seront répartis en quatre lots.",
        "es": "La contratación pública se repartirá en cuatro lotes.",
        "ja": "調達は四つの区分に分ける。",
    },
    "AI": {
        "de": "Die KI soll nur mit eigenen Messreihen lernen.",
        "fr": "L'IA n'apprendra que sur nos propres mesures.",
        "es": "La IA solo aprenderá con mediciones propias.",
        "ja": "人工知能は自らの測定だけで学ぶ。",
    },
}
FILLER = "The council meets twice a year and keeps minutes of its sessions, which anyone may read."


def shelf(place: Path, reports: dict[str, str]) -> coscribe.Library:
    (place / "reports").mkdir(parents=True)
    for name, text in reports.items():
        (place / "reports" / name).write_text(text, encoding="utf-8")
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([place / "reports"])
    return made


async def ask(library: coscribe.Library, question: str, scope: Scope | None = None) -> Answer:
    assistant = coscribe.Assistant(library, home=library.folder.parent / "home")
    answer = await assistant.ask(question, scope=scope or Scope())
    await assistant.close()
    return answer


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    reports = {
        f"{language}.md": "\n\n".join(f"## {number}\n\n{said[language]}" for number, said in enumerate(SAID.values()))
        for language in ("de", "fr", "es", "ja")
    }
    return shelf(tmp_path_factory.mktemp("terms"), {**reports, "en.md": f"## Council\n\n{FILLER}"})


@pytest.mark.parametrize("term", SAID)
async def test_english_questions_find_terms_in_other_languages(term: str, library: coscribe.Library) -> None:
    answer = await ask(library, f"What do the reports say about {term}?")
    assert answer.status == "answered"
    quotes = {citation.quote for claim in answer.claims for citation in claim.citations}
    assert quotes == set(SAID[term].values())
    assert answer.coverage.languages_uncovered == [] and answer.coverage.absent_words == []
    assert answer.coverage.queries[0].endswith(f"{term}?") and len(answer.coverage.queries) > 4


@pytest.mark.parametrize(
    ("question", "language"),
    [("¿Qué dicen los informes sobre el calor residual?", "es"), ("Was sagen die Berichte über die Abwärme?", "de"),
     ("Que disent les rapports sur la chaleur fatale ?", "fr"), ("廃熱について報告書は何と述べていますか。", "ja")],
)  # fmt: skip
async def test_other_languages_find_each_other(question: str, language: str, library: coscribe.Library) -> None:
    answer = await ask(library, question)
    cited = [citation.quote for claim in answer.claims for citation in claim.citations]
    assert set(cited) == set(SAID["waste heat"].values())


async def test_equivalents_weigh_less_than_the_words_asked(tmp_path: Path) -> None:
    made = shelf(tmp_path, {
        "one.md": f"## Plan\n\nThe data center in Oakmoor opens in May. {FILLER}",
        "two.md": f"## Plan\n\nThe data centre in Elmford opens in June. {FILLER}",
    })  # fmt: skip
    answer = await ask(made, "When does the data centre open?")
    assert [item.file for item in answer.evidence] == ["two.md", "one.md"]
    assert {citation.file for claim in answer.claims for citation in claim.citations} == {"one.md", "two.md"}
    assert "data center" in answer.coverage.queries
    answer = await ask(made, "When does the data center open?")
    assert [item.file for item in answer.evidence] == ["one.md", "two.md"]


async def test_exascale_post_exascale_and_zettascale_are_kept_apart(tmp_path: Path) -> None:
    texts = {
        "exa.md": "La máquina de exaescala de Roblar funciona desde el año pasado y la usan veinte grupos.",
        "post.md": "El sitio de post-exaescala de Encinar se construirá en la costa y lo usarán diez grupos.",
        "ja.md": "ポストエクサスケールの拠点は海辺に建設し、十の研究班が使う。",
    }
    made = shelf(tmp_path, texts)
    exa = await ask(made, "Which reports mention exascale?")
    assert {citation.file for claim in exa.claims for citation in claim.citations} == {"exa.md"}
    post = await ask(made, "Which reports mention post-exascale?")
    assert {citation.file for claim in post.claims for citation in claim.citations} == {"post.md", "ja.md"}
    zetta = await ask(made, "Which reports mention zettascale?")
    (none,) = zetta.claims
    assert none.kind == "absence" and none.text.startswith("None of the 3 reports that were searched mentions")
    assert zetta.coverage.absent_words == ["zettascale"]
    assert {"zettaescala", "ゼタスケール"} <= set(zetta.coverage.queries)


async def test_an_acronym_counts_in_capitals_alone(tmp_path: Path) -> None:
    text = "J'ai lu le plan et je l'ai approuvé avec les autres membres de la commission."
    made = shelf(tmp_path, {"fr.md": text})
    answer = await ask(made, "What do the reports say about artificial intelligence?")
    assert answer.status == "abstained" and not answer.claims
    assert answer.coverage.absent_words == ["artificial", "intelligence"]


async def test_a_language_is_covered_only_where_every_word_is_translated(library: coscribe.Library) -> None:
    uncovered = (await ask(library, "Which violins does the orchestra tune?")).coverage.languages_uncovered
    assert uncovered == ["de", "es", "fr", "ja"]
    partly = await ask(library, "Which violins need liquid cooling?", Scope(reports=("es.md",)))
    assert partly.status == "answered" or partly.coverage.languages_uncovered == ["es"]
    numbers = await ask(library, "zettascale 2031", Scope(reports=("ja.md",)))
    assert numbers.coverage.languages_uncovered == []


async def test_a_region_is_silent_only_where_no_expression_for_it_stands(tmp_path: Path) -> None:
    rows = {"en.md": "Europe", "es.md": "Chile", "ja.md": "Japan", "fr.md": "France"}
    texts = {
        "en.md": "All racks will have liquid cooling by 2030, the board recommends.",
        "es.md": "Todos los armarios tendrán refrigeración líquida antes de 2030.",
        "ja.md": "会議は毎年二回、春と秋に開かれる。",
        "fr.md": "Le refroidissement des armoires reste à l'étude dans les deux centres.",
    }
    table = "".join(f'["{file}"]\nregion = "{region}"\n' for file, region in rows.items())
    made = shelf(tmp_path, {**texts, "reports.toml": table})
    assistant = coscribe.Assistant(made, home=tmp_path / "home")
    note = await assistant.note("liquid cooling")
    await assistant.close()
    assert note.silent == ["Japan"] and note.not_assessed == []
    assert note.unclear == ["France (never says “liquid”)"]
    assert any(texts["es.md"][:-1] in section.text for section in note.sections)
    assert {"refrigeración líquida", "液冷"} <= set(note.coverage.queries)


async def test_own_terms_extend_the_table(library: coscribe.Library) -> None:
    own = library.folder.parent / "own" / "state" / "terms.toml"
    own.parent.mkdir(parents=True)
    lines = '[[terms]]\nen = ["waste heat"]\nde = ["Prüffeld"]\n[[terms]]\nen = ["session log"]\nfr = ["serres"]\n'
    own.write_text(lines, encoding="utf-8")
    assistant = coscribe.Assistant(library, home=own.parents[1])
    heat = await assistant.ask("What do the reports say about waste heat?")
    log = await assistant.ask("What do the reports say about the session log?")
    await assistant.close()
    assert {"Prüffeld", "Abwärme"} <= set(heat.coverage.queries)
    assert SAID["neuromorphic computing"]["de"] in heat.answer and "serres" in log.answer


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[[terms]\n", "cannot be read"),
        ('[[words]]\nen = ["a"]\n', r"unknown table 'words'.*\[\[terms\]\]"),
        ('[terms]\nen = ["a"]\n', "once for every meaning"),
        ('[[terms]]\nenglish = ["a"]\n', "'english'.*two letters"),
        ('[[terms]]\nen = "a"\n', "'a'.*write a list"),
        ('[[terms]]\nen = ["a", ""]\n', "write a list"),
    ],
)
def test_a_wrong_table_is_explained(written: str, message: str, library: coscribe.Library, tmp_path: Path) -> None:
    own = tmp_path / "home" / "state" / "terms.toml"
    own.parent.mkdir(parents=True)
    own.write_text(written, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as told:
        coscribe.Assistant(library, home=tmp_path / "home")
    assert "terms.toml" in str(told.value) and "\n" not in str(told.value)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    """Fifty reports that speak of cooling at length, and ten that mention it once, in a long paragraph."""
    loud = "\n\n".join(
        f"## Cooling {part}\n\nCooling of hall {part}: the cooling plan for its racks." for part in "abc"
    )
    quiet = f"## Council\n\n{FILLER * 6} Then it spoke of cooling. {FILLER * 3}"
    reports = {f"loud-{number}.md": f"# Loud {number}\n\n{loud}" for number in range(50)}
    reports |= {f"quiet-{number}.md": f"# Quiet {number}\n\n{quiet}" for number in range(10)}
    return shelf(tmp_path_factory.mktemp("crowd"), reports)


@pytest.mark.parametrize(
    "question", ["Which reports mention cooling?", "List all cooling plans.", "Compare the cooling of the halls."]
)
async def test_every_report_is_searched_where_all_are_asked(question: str, crowd: coscribe.Library) -> None:
    began = time.process_time()
    answer = await ask(crowd, question)
    assert answer.coverage.reports_searched == answer.coverage.reports_with_hits == 60
    assert time.process_time() - began < 10
    lookup = await ask(crowd, "How is the hall cooled by the council?")
    assert lookup.coverage.reports_with_hits < 60


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which country comes first?", "lookup"), ("What is the ceiling on power?", "lookup"),
        ("What does the advisory group recommend?", "lookup"), ("Which system uses 20 MW?", "lookup"),
        ("Which agency publishes the energy of inference?", "lookup"), ("Which bus is used?", "lookup"),
        ("Which year is named?", "lookup"), ("Welche Leistung hat der Standort?", "lookup"),
        ("¿Qué potencia tiene el sitio?", "lookup"), ("Quelle est la puissance ?", "lookup"),
        ("Which sites report their energy?", "list"), ("Which technology trends matter most?", "list"),
        ("Which European sites draw more than 20 MW?", "list"), ("What are the bottlenecks?", "list"),
        ("Which country representatives are named?", "list"), ("In which years were they opened?", "list"),
        ("List all quantum testbeds.", "list"), ("Quels sites publient leur énergie ?", "list"),
        ("量子拠点の一覧を示してください。", "list"), ("Which reports mention liquid cooling?", "overview"),
        ("Which regions never mention quantum?", "overview"), ("What do the reports say about inference?", "overview"),
        ("Compare the ceilings of Europe and Japan.", "overview"), ("Welche Berichte erwähnen Kühlung?", "overview"),
        ("Que disent les rapports de l'énergie ?", "overview"), ("¿Qué dicen los informes?", "overview"),
        ("どの報告書が量子に言及していますか。", "overview"),
    ],
)  # fmt: skip
def test_a_question_tells_how_widely_to_search(question: str, kind: str) -> None:
    assert kind_of(question) == kind
