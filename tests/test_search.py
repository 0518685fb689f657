"""Finding passages: filters mean the same everywhere, ranks are sane, and words are taken literally."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import coscribe
import pytest
from coscribe.core.errors import LibraryError, UsageError
from coscribe.core.types import Scope
from coscribe.vectorstore.ranking.search import HybridSearch
from doubles.command_line import copy_samples, run

STRATEGY, ADVICE, TALK = "europe-strategy-2026.pdf", "europe-advisory-draft.docx", "japan-talk-2026.pptx"
FRANCE_26, FRANCE_24 = "france-roadmap-2026.pdf", "france-roadmap-2024.pdf"
US, LATAM = "us-facilities-plan-2026.html", "latinoamerica-hoja-de-ruta.md"
EUROPE = {STRATEGY, ADVICE, FRANCE_26, FRANCE_24}
ALL = {*EUROPE, TALK, US, LATAM}
QUERY = "power energy energía"  # stands in every report


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    place = tmp_path_factory.mktemp("search")
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([copy_samples(place / "reports")])
    return made


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ([], ALL),
        (["--region", "Europe"], EUROPE),
        (["--region", "EU"], EUROPE),
        (["--region", "european union"], EUROPE),
        (["--region", "France"], {FRANCE_26, FRANCE_24}),
        (["--region", "Francia"], {FRANCE_26, FRANCE_24}),
        (["--region", "USA"], {US}),
        (["--region", "América Latina"], {LATAM}),
        (["--region", "japan", "--region", "latam"], {TALK, LATAM}),
        (["--organisation", "hexacalcul"], {FRANCE_26, FRANCE_24}),
        (["--organisation", "Red Condor"], {LATAM}),
        (["--kind", "roadmap"], {FRANCE_26, FRANCE_24, US, LATAM}),
        (["--kind", "talk", "--kind", "strategy"], {TALK, STRATEGY}),
        (["--kind", "roadmap", "--region", "Europe"], {FRANCE_26, FRANCE_24}),
        (["--status", "draft"], {ADVICE}),
        (["--status", "superseded"], {FRANCE_24}),
        (["--status", "adopted", "--region", "Europe"], {STRATEGY, FRANCE_26}),
        (["--published-from", "2026"], ALL - {FRANCE_24}),
        (["--published-to", "2025"], {FRANCE_24}),
        (["--published-from", "2024", "--published-to", "2026"], ALL),
        (["--report", TALK], {TALK}),
        (["--report", "draft.docx", "--report", US], {ADVICE, US}),
        (["--report", STRATEGY, "--region", "Japan"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_filter_means_the_same_reports_everywhere(
    options: list[str], files: set[str], library: coscribe.Library
) -> None:
    place = ("--library", library.folder, "--embedder", "none", "--json")
    listed = run("reports", "list", *options, *place).json["reports"]
    assert {report["file"] for report in listed} == files
    hits = run("search", QUERY, "-k", 1000, *options, *place).json["passages"]
    assert {hit["file"] for hit in hits} == files
    asked = run("ask", "How much power may a site draw?", *options, *place).json
    assert asked["coverage"]["reports_searched"] == len(files)
    cited = {citation["file"] for claim in asked["claims"] for citation in claim["citations"]}
    assert cited <= files and {item["file"] for item in asked["evidence"]} <= files


def test_a_report_may_be_named_by_its_id(library: coscribe.Library) -> None:
    for row in library.reports():
        assert {hit.file for hit in library.search(QUERY, report=row.report)} == {row.file}


def test_a_nested_region_is_named_by_its_path_too(library: coscribe.Library) -> None:
    french = {hit.file for hit in library.search(QUERY, 1000, region="France")}
    assert french
    assert {hit.file for hit in library.search(QUERY, 1000, region="europe / France")} == french
    with pytest.raises(UsageError, match="Japan/France"):
        library.search(QUERY, region="Japan/France")


def test_python_has_the_filters_of_the_command_line(library: coscribe.Library) -> None:
    assert {hit.file for hit in library.search(QUERY, 1000, region="EU", status="draft")} == {ADVICE}
    scope = Scope(kinds=("talk",))
    assert library.search(QUERY, scope=scope) == library.search(QUERY, kind="talk") != []
    with pytest.raises(UsageError, match=r"'year'.*region"):
        library.search(QUERY, year="2026")
    with pytest.raises(UsageError, match=r"'Atlantis'.*Europe/France"):
        library.search(QUERY, region="Atlantis")


@pytest.mark.parametrize(
    ("query", "file", "page", "words"),
    [
        ("sustained power, cooling included", TALK, 3, "sustained power"),
        ("computo avanzado regional", LATAM, None, "cómputo"),
        ("ceiling on peak power recommended by the group", ADVICE, None, "15 MW"),
    ],
)
def test_the_best_hit_says_what_was_asked(
    query: str, file: str, page: int | None, words: str, library: coscribe.Library
) -> None:
    best = library.search(query)[0]
    assert (best.file, best.locator.page) == (file, page)
    assert words in best.text
    assert best.text in library.catalogue.page_text(best.passage)


def test_ranks_fall_and_are_the_same_again(library: coscribe.Library) -> None:
    hits = library.search("energy of inference", k=15)
    scores = [hit.score for hit in hits]
    assert len(hits) == 15 and scores == sorted(scores, reverse=True)
    assert scores[0] == 1 and min(scores) > 0
    assert len({hit.passage for hit in hits}) == 15
    assert library.search("energy of inference", k=15) == hits
    assert library.search("energy of inference", k=4) == hits[:4]
    assert coscribe.Library(library.folder, embedder="none").search("energy of inference", k=15) == hits


@pytest.mark.parametrize(
    "query", ['power AND (', '"power', "power^", "-power", "report:power", "power*", "po/wer [a TO", "+power\\"]
)  # fmt: skip
def test_no_query_language_can_be_injected(query: str, library: coscribe.Library) -> None:
    assert library.search("power") != []
    literal = {hit.passage for hit in library.search(query, k=1000)}
    words = "".join(sign if sign.isalnum() else " " for sign in query)
    assert literal == {hit.passage for hit in library.search(words, k=1000)}


@pytest.mark.parametrize("query", ["", "  ", "?!", "the of and", "xylophones"])
def test_nothing_is_found_for_nothing(query: str, library: coscribe.Library) -> None:
    assert library.search(query) == []


def test_what_nothing_was_found_for_is_said(library: coscribe.Library) -> None:
    done = run("search", "xylophones", "--library", library.folder, "--embedder", "none")
    assert done.code == 0
    assert "nothing found for “xylophones”" in done.out and "coscribe reports" in done.out


def test_words_are_found_in_any_form_and_script(tmp_path: Path) -> None:
    texts = {
        "en.md": "The machines were cooled by the operators of each facility last year and the year before.",
        "de.md": "Die Kühlung der Großrechner wird von den Betreibern gemäß der Verordnung jährlich geprüft.",
        "fr.md": "Les centres de calcul mesurent la consommation électrique des réseaux et la publient chaque année.",
        "ja.md": "本計画では、冷却を含む電力消費を毎年公表する。電力は二十メガワットを上限とする。",
    }
    (tmp_path / "reports").mkdir()
    for name, text in texts.items():
        (tmp_path / "reports" / name).write_text(text, encoding="utf-8")
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([tmp_path / "reports"])
    assert {row.file: row.language for row in library.reports()} == {name: name[:2] for name in texts}
    forms = {
        "cooling facilities": "en.md", "kuhlung": "de.md", "Grossrechner": "de.md", "RESEAUX": "fr.md",
        "Quelle est la mesure des consommations ?": "fr.md", "電力消費": "ja.md", "冷却": "ja.md",
    }  # fmt: skip
    for query, file in forms.items():
        assert [hit.file for hit in library.search(query)] == [file], query


def test_behind_a_filter_no_passage_is_missed_that_is_near_in_meaning(tmp_path: Path) -> None:
    """Passages of another report, all of them nearer, must not crowd out those that are searched."""
    reports = tmp_path / "reports"
    reports.mkdir()
    near = [f"# Garage {n}\n\nThe physician repaired automobile engine {n}.\n" for n in range(150)]
    far = [f"# Site {n}\n\n{what} were counted.\n" for n, what in enumerate(("Ships", "Apples", "Lorries", "Laws"))]
    (reports / "near.md").write_text("\n".join(near), encoding="utf-8")
    (reports / "far.md").write_text("\n".join(far), encoding="utf-8")
    library = coscribe.Library(tmp_path / "library")
    library.ingest([reports])
    query, embedder = "Which doctor mends cars?", library.embedder()
    assert embedder is not None

    def by_similarity() -> list[str]:
        held = [
            item
            for row in library.reports()
            if row.file == "far.md"
            for item in library.catalogue.indexable(row.report)
        ]
        scores = embedder.embed([item.text for item in held]) @ embedder.embed([query])[0]
        return [held[at].text for at in scores.argsort()[::-1]]

    assert {hit.file for hit in library.search(query, 10)} == {"near.md"}
    assert [hit.text for hit in library.search(query, 1, report="far.md")] == by_similarity()[:1]
    assert {hit.text for hit in library.search(query, 10, report="far.md")} == set(by_similarity())
    (reports / "far.md").write_text("\n".join(far[1:]).replace("Apples", "Trucks"), encoding="utf-8")
    library.ingest([reports])
    assert {hit.text for hit in library.search(query, 10, report="far.md")} == set(by_similarity())
    assert library.search(query, 1, report="far.md")[0].text == by_similarity()[0]
    assert library.inconsistencies() == []


def test_json_carries_the_hits_of_the_library(library: coscribe.Library) -> None:
    done = run("search", "energy of cooling", "-k", 5, "--library", library.folder, "--embedder", "none", "--json")
    assert done.json["query"] == "energy of cooling"
    hits = library.search("energy of cooling", k=5)
    assert done.json["passages"] == [json.loads(hit.model_dump_json()) for hit in hits]


def test_threads_that_ask_at_once_share_one_search(library: coscribe.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*parts: Any) -> HybridSearch:
        time.sleep(0.05)
        return HybridSearch(*parts)

    monkeypatch.setattr("coscribe.vectorstore.searchable.HybridSearch", slow)
    reader = coscribe.Library(library.folder, embedder="none")
    together = Barrier(8)

    def opened(_: int) -> object:
        together.wait()
        return reader.ranker()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(map(id, threads.map(opened, range(8))))) == 1


def test_a_library_that_is_not_there_is_said(tmp_path: Path) -> None:
    library = coscribe.Library(tmp_path / "none")
    assert not library.exists
    with pytest.raises(LibraryError, match="coscribe ingest"):
        library.search("power")
    assert not (tmp_path / "none").exists()
