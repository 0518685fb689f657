"""Look-alike yearly reports: the one that is meant comes first, by any of its names and years, and repeats give way."""

import re
from pathlib import Path

import coscribe
import pytest
from coscribe.core.types import Scope
from doubles.command_line import copy_samples
from doubles.shelf import ISSUERS, Issuer, Shelf, build

YEARS = range(2016, 2020)
NORRVIK, SOLANO, SORVIK, HARROWGATE = (ISSUERS[number] for number in (0, 2, 5, 6))  # Solano and Sorvik: both SRC
FRANCE_26, FRANCE_24 = "france-roadmap-2026.pdf", "france-roadmap-2024.pdf"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[coscribe.Library, Shelf]:
    place = tmp_path_factory.mktemp("shelf")
    shelf = build(place / "reports", [NORRVIK, SOLANO, SORVIK, HARROWGATE], YEARS)
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([place / "reports"])
    return made, shelf


@pytest.fixture(scope="module")
def library(written: tuple[coscribe.Library, Shelf]) -> coscribe.Library:
    return written[0]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    place = tmp_path_factory.mktemp("samples")
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([copy_samples(place / "reports")])
    return made


def files(library: coscribe.Library, question: str, k: int = 10, scope: Scope | None = None) -> list[str]:
    return [hit.file for hit in library.search(question, k, scope=scope or Scope())]


def pick(shelf: Shelf, issuer: Issuer, *years: int) -> set[str]:
    return {shelf.files[issuer.name, year] for year in years}


@pytest.mark.parametrize("when", [
    "in fiscal 2017", "in fiscal year 2017", "in FY17", "in FY2017", "in FY 16/17", "in FY2016/17", "in 2016-17",
    "in 2016/2017", "in 2017", "in the year ended 31 December 2017", "according to the 2017 annual report",
])  # fmt: skip
@pytest.mark.parametrize("issuer", [NORRVIK, HARROWGATE], ids=lambda issuer: issuer.acronym)
def test_a_year_in_any_form_names_the_edition(
    when: str, issuer: Issuer, written: tuple[coscribe.Library, Shelf]
) -> None:
    library, shelf = written
    found = files(library, f"What was {issuer.acronym}'s capital expenditure {when}?")
    assert found and set(found) == pick(shelf, issuer, 2017)


@pytest.mark.parametrize("name", [
    "Harrowgate Exascale Facility", "the Harrowgate Exascale Facility", "Harrowgate Exascale Facility Ltd", "HEF",
    "Harrowgate", "harrowgate exascale facility",
])  # fmt: skip
def test_an_institution_is_known_by_all_its_names(name: str, written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    for question in (f"How much water did the cooling of {name} consume in FY18?", f"{name} water FY18".lower()):
        found = files(library, question)
        assert found and set(found) == pick(shelf, HARROWGATE, 2018), question


def test_the_right_page_of_the_right_report_is_found(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    assert len(shelf.questions) == 96
    for asked in shelf.questions:
        hits = library.search(asked.question)
        assert hits[0].file == asked.file, asked.question
        right = [hit for hit in hits if hit.file == asked.file and hit.locator.page in asked.pages]
        assert any(asked.figure in hit.text for hit in right), asked.question


def test_a_shared_acronym_names_neither_alone(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    found = files(library, "What was SRC's capital expenditure in FY17?", 40)
    assert set(found[:4]) == pick(shelf, SOLANO, 2017) | pick(shelf, SORVIK, 2017)
    assert set(found) > set(found[:4])  # the others are still searched


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("What was NSC's water consumption in 2016 and in FY19?", {2016, 2019}),
        ("How did NSC's water consumption develop from 2016 to 2018?", {2016, 2017, 2018}),
        ("What did NSC consume in 2017–2019?", {2017, 2018, 2019}),
    ],
)
def test_several_years_name_several_editions(
    question: str, years: set[int], written: tuple[coscribe.Library, Shelf]
) -> None:
    library, shelf = written
    assert set(files(library, question, 40)) == pick(shelf, NORRVIK, *years)


def test_two_institutions_are_compared(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    found = files(library, "Did Norrvik or HEF have more users in FY18?", 40)
    assert set(found) == pick(shelf, NORRVIK, 2018) | pick(shelf, HARROWGATE, 2018)


def test_a_year_that_only_bounds_a_time_names_no_edition(written: tuple[coscribe.Library, Shelf]) -> None:
    library = written[0]
    for words in ("since 2017", "before 2017", "by 2017"):
        assert len(set(files(library, f"How did NSC's water consumption develop {words}?", 40))) > 1, words


def test_a_year_without_an_edition_hides_nothing(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    found = files(library, "What capital expenditure does Norrvik plan for fiscal 2030?", 40)
    assert len(set(found)) > 4
    # The first edition looks back on the year before it.
    assert files(library, "What was Norrvik's capital expenditure in FY15?")[0] in pick(shelf, NORRVIK, 2016)


def test_the_newest_edition_comes_first_where_no_year_is_asked(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    for question in ("How much electricity did Norrvik use?", "What is NSC's power usage effectiveness?"):
        hits = library.search(question, 60)
        scores = [hit.score for hit in hits]
        assert hits[0].file in pick(shelf, NORRVIK, 2019) and scores == sorted(scores, reverse=True)
        assert {hit.file for hit in hits} > pick(shelf, NORRVIK, *YEARS)
    latest = files(library, "How much electricity did Norrvik use in its latest fiscal year?")
    assert set(latest) == pick(shelf, NORRVIK, 2019)
    until = Scope(published_to=2018)
    assert files(library, "How much electricity did Norrvik use?", scope=until)[0] in pick(shelf, NORRVIK, 2018)
    assert set(files(library, "Norrvik's latest electricity figure", scope=until)) == pick(shelf, NORRVIK, 2018)


def test_a_name_never_leads_out_of_the_scope(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    (other,) = pick(shelf, HARROWGATE, 2018)
    found = files(library, "What was NSC's capital expenditure in FY17?", scope=Scope(reports=(other,)))
    assert found and set(found) == {other}
    early = Scope(published_from=2016, published_to=2017)
    found = files(library, "What was NSC's capital expenditure in FY19?", 60, scope=early)
    assert found and {int(re.findall(r"\d+", file)[-1]) % 2000 for file in found} == {16, 17}


def test_the_years_of_names_become_dates(written: tuple[coscribe.Library, Shelf]) -> None:
    library, shelf = written
    dates = {row.file: row.date for row in library.reports()}
    assert dates == {file: str(year) for (_, year), file in shelf.files.items()}


async def test_quotes_come_from_the_edition_asked_about(
    written: tuple[coscribe.Library, Shelf], tmp_path: Path
) -> None:
    library, shelf = written
    assistant = coscribe.Assistant(library, home=tmp_path / "home")
    for issuer, year, said in (
        (NORRVIK, 2019, "FY19"),
        (NORRVIK, 2017, "2017"),
        (NORRVIK, 2017, "FY17"),
        (HARROWGATE, 2018, "FY2017/18"),
    ):
        asked = f"What was the power usage effectiveness of {issuer.acronym} in {said}?"
        answer = await assistant.ask(asked)
        quotes = [citation for claim in answer.claims for citation in claim.citations]
        assert {citation.file for citation in quotes} == pick(shelf, issuer, year)
        (own,) = (hit.text for hit in library.search(asked) if hit.locator.page == 5)
        figure = re.search(r"effectiveness, averaged over .*?, was\s+(\d\.\d+)", own)
        assert figure and any(figure[1] in citation.quote for citation in quotes)
    await assistant.close()


def test_a_roadmap_is_not_about_the_year_it_bears(samples: coscribe.Library) -> None:
    tied = files(samples, "What did Hexacalcul say of power in its 2024 roadmap?")
    assert tied and set(tied) == {FRANCE_24}
    assert len(set(files(samples, "What power does Hexacalcul plan for 2026?"))) > 2


def test_a_title_names_its_report(samples: coscribe.Library) -> None:
    found = files(samples, "What does the France Post-Exascale Roadmap 2024 say of power?")
    assert found and set(found) == {FRANCE_24}
    assert len(set(files(samples, "what is the post-exascale roadmap of france for power?"))) > 2


@pytest.mark.parametrize("question", [
    "How much power may a site draw?", "energy of inference", "Who pays for the network?", "cooling water and heat",
    "From which year must sites report the energy of inference?", "What is planned by 2030?",
])  # fmt: skip
def test_a_question_that_names_nothing_is_left_alone(question: str, tmp_path: Path, samples: coscribe.Library) -> None:
    reports = copy_samples(tmp_path / "reports")
    (reports / FRANCE_24).unlink()  # no report is left that has two editions
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([reports])
    with library.reading() as ranker:
        alone = ranker.rank(question, 20, routed=False)
        assert alone and ranker.rank(question, 20) == alone


PARAGRAPH = "The council publishes the minutes of its meetings within thirty days, and any member may ask for a vote."
EDITIONS = {
    "lakeside-annual-report-{}.md": "# Lakeside Council Annual Report {}\n\n" + PARAGRAPH + " The fee was {fee} euros.",
    "copy-{}.md": "# Notes on procedure\n\nMeetings and minutes, as seen from outside, with another vote of thanks.",
}


@pytest.fixture
def editions(tmp_path: Path) -> coscribe.Library:
    (tmp_path / "reports").mkdir()
    for year in range(2010, 2020):
        fee = 50 if year < 2015 else 40 + year - 2010
        text = EDITIONS["lakeside-annual-report-{}.md"].format(year, fee=fee)
        (tmp_path / "reports" / f"lakeside-annual-report-{year}.md").write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        text = f"{EDITIONS['copy-{}.md']}\n\n<!-- {name} -->\n"
        (tmp_path / "reports" / f"copy-{name}.md").write_text(text, encoding="utf-8")
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([tmp_path / "reports"])
    return library


def test_what_repeats_gives_way(editions: coscribe.Library) -> None:
    hits = editions.search("minutes of its meetings vote", 12)
    assert {hit.file for hit in hits[:2]} == {"lakeside-annual-report-2019.md", "copy-one.md"}
    assert len(hits) == 12 and len({hit.passage for hit in hits}) == 12  # given way, not gone
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    # Where a year is asked, another fee is another statement; the same fee is not.
    dated = files(editions, "Which fee did the council ask for since 2010?", 6)
    assert {f"lakeside-annual-report-{year}.md" for year in range(2015, 2020)} <= set(dated)
    assert len([file for file in dated if file < "lakeside-annual-report-2015.md" and "lakeside" in file]) == 1
