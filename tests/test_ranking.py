"""Words decide where they are rare, meaning where they are not, and no leg has a say on what it cannot read."""

from pathlib import Path

import coscribe
import pytest
from doubles.command_line import run

DISTANT = {
    "energy.md": """# Power for computing centres
The centre draws eleven megawatts on a winter day, and its electricity bill has doubled since the war began.

Waste heat of the machines warms two thousand homes, which pay less for it than for gas.

Operators are to report how much electricity and water they use, every year and in public.""",
    "skills.md": """# Skills for a digital society
Teachers are trained to use tools that answer questions, and pupils learn to doubt what such tools say.

Digital transformation of schools needs people before it needs devices: a course for every teacher by 2030.

The plan for digital transformation of the administration is to be written next year.""",
    "funding.md": """# Money for research machines
Half of the budget comes from the member states, the other half from the union.

A national plan may add to it; the strategy of each country says how much.""",
}
PLANS = {
    "es": ("colombia.md", """# Plan nacional de transformación digital
El documento CONPES 3975 define la política de transformación digital del país hasta el año 2026.

Las entidades públicas deberán presentar cada año un informe sobre los trámites que ya no requieren papel."""),
    "de": ("bund.md", """# Hochleistungsrechnen im Verbund
Das Vorhaben GAUSSVERBUND regelt die Datenstrategie der Rechenzentren bis zum Jahr 2028.

Die Länder tragen die Hälfte der Kosten, und jedes Zentrum berichtet jährlich über seinen Stromverbrauch."""),
    "fr": ("france.md", """# Souveraineté numérique
Le programme JULIETTE fixe la stratégie numérique des administrations pour les années 2025 à 2030.

Chaque ministère publie tous les ans un rapport sur les logiciels qu'il a remplacés."""),
    "en": ("kestrel.md", """# Supercomputing roadmap
The KESTREL programme sets the rules of shared machines for the years 2025 to 2030.

Every university names one person who answers for the hours that its projects consume."""),
}  # fmt: skip
COMMON = {
    "es": "La estrategia digital de la región y su política de transformación son asunto de cada gobierno.",
    "de": "Die digitale Strategie und ihre Regeln, auch für Daten, beschließt jede Gemeinde für sich.",
    "fr": "La stratégie numérique et les règles de la transformation sont fixées par chaque commune.",
    "en": "The plan for digital transformation and the rules of each data strategy are set by every town.",
}
NAMED = {
    "es": {"es": "política de transformación digital CONPES", "de": "estrategia de datos GAUSSVERBUND",
           "fr": "la estrategia digital JULIETTE", "en": "reglas del programa KESTREL"},
    "de": {"es": "Digitalisierung CONPES 3975", "de": "Datenstrategie GAUSSVERBUND", "fr": "Strategie JULIETTE",
           "en": "Regeln des Programms KESTREL"},
    "fr": {"es": "la transformation CONPES", "de": "la stratégie GAUSSVERBUND", "fr": "stratégie numérique JULIETTE",
           "en": "les règles du programme KESTREL"},
    "en": {"es": "digital transformation plan CONPES", "de": "data strategy GAUSSVERBUND",
           "fr": "the digital plan JULIETTE", "en": "the rules of KESTREL"},
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    place = tmp_path_factory.mktemp("ranking")
    (place / "reports").mkdir()
    for name, text in [*DISTANT.items(), *PLANS.values()]:
        (place / "reports" / name).write_text(f"{text}\n", encoding="utf-8")
    for language, text in COMMON.items():
        said = "\n\n".join(f"## {number}\n{text} ({number}) {text} {text} {text}" for number in range(25))
        (place / "reports" / f"{language}.md").write_text(said, encoding="utf-8")
    made = coscribe.Library(place / "library", embedder="minilm")
    made.ingest([place / "reports"])
    assert {report.file: report.language for report in made.reports()}.items() >= {
        file: language for language, (file, _) in PLANS.items()
    }.items()
    return made


def first(library: coscribe.Library, question: str) -> str:
    return library.search(question)[0].file


@pytest.mark.parametrize("held_in", PLANS)
@pytest.mark.parametrize("asked_in", NAMED)
def test_a_name_leads_to_its_report_in_whatever_language(
    asked_in: str, held_in: str, library: coscribe.Library
) -> None:
    assert first(library, NAMED[asked_in][held_in]) == PLANS[held_in][0]


@pytest.mark.parametrize(("question", "file"), [
    ("transformación digital CONPES", "colombia.md"), ("transformacion CONPES", "colombia.md"),
    ("logiciels remplacés", "france.md"), ("Stromverbrauch", "bund.md"),
    ("Which report covers trámites?", "colombia.md"),
])  # fmt: skip
def test_a_word_that_no_english_text_says_is_found_where_it_is_said(
    question: str, file: str, library: coscribe.Library
) -> None:
    assert first(library, question) == file


def test_where_words_are_common_or_nowhere_meaning_decides(library: coscribe.Library) -> None:
    for question, file in (
        ("Is the surplus warmth of computers put to use in dwellings?", "energy.md"),
        ("Are educators taught how to handle chatbots?", "skills.md"),
    ):
        assert first(library, question) == file


def test_a_rare_word_outweighs_nearness_of_meaning(library: coscribe.Library) -> None:
    assert first(library, "How do machines that heat homes with their energy relate to KESTREL?") == "kestrel.md"


def test_words_that_stand_together_outweigh_the_same_words_apart(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for name, text in (
        ("apart.md", "Water is clean in this lake. Nobody knows what fish may cost, and each price is a secret."),
        (
            "together.md",
            "A secret is kept in this lake: what the price of water may be. Nobody knows, and fish is clean.",
        ),
    ):
        (tmp_path / "reports" / name).write_text(f"{text}\n")
    made = coscribe.Library(tmp_path / "library", embedder="none")
    made.ingest([tmp_path / "reports"])
    assert [hit.file for hit in made.search("price of water")] == ["together.md", "apart.md"]


def test_a_name_that_leads_to_no_report_is_told(library: coscribe.Library) -> None:
    place = ("--library", library.folder, "--embedder", "none")
    for question, names in (
        ("What did Contoso Freight spend on electricity in 2024?", ["Contoso Freight"]),
        ("How much did Contoso's sites cost?", ["Contoso"]),
        ("What does the KESTREL programme set?", []),
        ("Wie hoch ist der Verbrauch von Contoso?", []),
    ):
        assert run("ask", question, *place, "--json").json["coverage"]["unknown_names"] == names
    told = run("ask", "What did Contoso Freight spend on electricity in 2024?", *place)
    assert "no report goes by the name of: Contoso Freight" in told.out


def test_a_year_alone_favours_nobody(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for issuer, year in (("Aldmoor", 2018), ("Aldmoor", 2019), ("Brackwell", 2018), ("Brackwell", 2019)):
        text = f"# {issuer} Annual Report {year}\n\nThe cooling of the halls cost {year % 10} million euros.\n"
        (tmp_path / "reports" / f"{issuer.lower()}-annual-report-{year}.md").write_text(text)
    made = coscribe.Library(tmp_path / "library", embedder="none")
    made.ingest([tmp_path / "reports"])
    routing = made.ranker().routing
    alone, named = (routing.route(f"What did {whose} cooling cost in 2018?") for whose in ("the", "Aldmoor's"))
    assert not alone.hinted and not alone.favoured and not alone.named and alone.dated
    assert {hit.file for hit in made.search("What did the cooling cost in 2018?")} >= {
        "aldmoor-annual-report-2018.md", "brackwell-annual-report-2018.md",
    }  # fmt: skip
    assert len(named.named) == 1
