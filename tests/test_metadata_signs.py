"""What stands large on a page and is no title, and what a page says of other reports: nothing is better than that."""

from pathlib import Path

import docx
import pytest
from coscribe.vectorstore.metadata.guess import guess
from coscribe.vectorstore.reading.page import FileText, FrontLine, Page
from front_pages import BODY, TODAY, Line, pdf, text_page, told, values

TITLE = "Heat of Machines in Large Halls"
TEXT = [line for _, line in text_page()]


def title(path: Path) -> str | None:
    """Return the title of a file, `None` where its name alone is shown."""
    found = told(path)["title"]
    return None if found.how == "the name of the file" else found.value


@pytest.mark.parametrize(
    "heading", ["The Success of the Programme", "5.2. Continuing Work", "Table 5-3 Power of Halls"]
)
def test_a_heading_within_the_text_of_a_page_is_no_title(heading: str, tmp_path: Path) -> None:
    pages = [[(10.0, "32"), *text_page(), (18.0, heading), *text_page()]]
    assert title(pdf(tmp_path / "part.pdf", pages)) is None


@pytest.mark.parametrize(
    "head", ["Chapter 2 45", "Appendix B 200", "Board of Heat and Power 17", "Working Paper Series 37"]
)
def test_a_part_of_a_report_has_no_title_by_its_chapter_series_or_issuer(head: str, tmp_path: Path) -> None:
    pages = [[(10.0, head), (12.5, "Halls Beyond the Town"), *text_page()], text_page(), text_page()]
    assert title(pdf(tmp_path / "part.pdf", pages)) is None


def test_a_series_above_and_an_issuer_below_are_no_part_of_the_title(tmp_path: Path) -> None:
    cover: list[Line] = [
        (20.0, "Working Papers on Energy"), (42.0, "07"), (24.0, "Heat of Machines:"), (24.0, "Halls and Towns"),
        (20.0, "Ministry of Power"), (9.0, "Second printing"),
    ]  # fmt: skip
    assert title(pdf(tmp_path / "a.pdf", [cover, text_page(), text_page()])) == "Heat of Machines: Halls and Towns"


@pytest.mark.parametrize("below", ["Maria Gonzalez", "Written by the Council for Heat"])
def test_who_wrote_it_is_no_subtitle(below: str, tmp_path: Path) -> None:
    cover = [(30.0, TITLE), (22.0, below), (9.0, "Second printing")]
    assert title(pdf(tmp_path / "a.pdf", [cover, text_page(), text_page()])) == TITLE


def test_a_subtitle_is_kept(tmp_path: Path) -> None:
    cover = [(30.0, TITLE), (20.0, "what the towns can do with it"), (9.0, "Second printing")]
    found = title(pdf(tmp_path / "a.pdf", [cover, text_page(), text_page()]))
    assert found == f"{TITLE} what the towns can do with it"


def test_a_title_that_a_logo_cuts_is_told_by_its_citation(tmp_path: Path) -> None:
    cover = [(20.0, "Recommendation of the Board on"), (13.0, "Legal Instruments"), (20.0, "the Heat of Machines")]
    cite = "Board (2025), Recommendation of the Board on the Heat of Machines, BOARD/0449"
    found = told(pdf(tmp_path / "a.pdf", [cover, text_page("Please cite as:", cite), text_page()]))["title"]
    assert found.value == "Recommendation of the Board on the Heat of Machines"
    assert found.sure > told(pdf(tmp_path / "b.pdf", [[(20.0, TITLE)], text_page(), text_page()]))["title"].sure


def test_properties_of_a_template_yield_to_what_is_printed(tmp_path: Path) -> None:
    cover = [(26.0, TITLE), (10.0, "2025")]
    path = pdf(tmp_path / "a.pdf", [cover, text_page(), text_page()], title="Plan for the Paths of the Region")
    assert title(path) == TITLE


def test_printed_properties_are_surer_than_the_name_of_the_journal(tmp_path: Path) -> None:
    page = [(22.0, "Journal of Warm Halls"), (15.0, TITLE), (10.0, "Abstract"), *text_page()]
    assert title(pdf(tmp_path / "a.pdf", [page, text_page()], title=TITLE)) == TITLE


def test_sections_of_a_text_without_title_are_none(tmp_path: Path) -> None:
    word = docx.Document()
    for heading in ("Objective", "Experience", "Training"):
        word.add_heading(heading, 1)
        word.add_paragraph(BODY)
    word.save(str(tmp_path / "curriculum.docx"))
    assert title(tmp_path / "curriculum.docx") is None


def test_institutions_of_the_authors_are_no_issuer(tmp_path: Path) -> None:
    page = [
        (22.0, TITLE), (10.0, "Maria Gonzalez"), (9.0, "Hill Valley University"), (10.0, "Ann Brook"),
        (9.0, "Long Lake Institute"), (10.0, "Abstract"), *text_page(),
    ]  # fmt: skip
    assert "organisation" not in values(pdf(tmp_path / "a.pdf", [page, text_page()]))


def test_references_on_the_last_page_name_no_issuer(tmp_path: Path) -> None:
    cited = ["© 2003 Hill Valley Research Institute", "Published by UNESCO", *TEXT]
    pages = [[(22.0, TITLE), *text_page()], *(text_page() for _ in range(4)), text_page("References", *cited)]
    found = values(pdf(tmp_path / "a.pdf", pages))
    assert not found.keys() & {"organisation", "date"}


@pytest.mark.parametrize(
    "said",
    [
        "In every hall the heat that is sold was produced by the Hill Valley Institute.",
        "Source: the data of halls published by the Hill Valley Institute",
    ],
)
def test_what_another_published_has_no_issuer_of_the_report(said: str, tmp_path: Path) -> None:
    pages = [[(22.0, TITLE), (10.0, said), *text_page()], text_page()]
    assert "organisation" not in values(pdf(tmp_path / "a.pdf", pages))


def test_an_issuer_over_two_lines_is_read_whole(tmp_path: Path) -> None:
    cover = [(30.0, "National Plan for Halls"), (18.0, "Ministry of Human"), (18.0, "Resource Development"), (9.0, "1")]
    assert (
        values(pdf(tmp_path / "a.pdf", [cover, text_page()]))["organisation"]
        == "Ministry of Human Resource Development"
    )


@pytest.mark.parametrize(
    "lines",
    [
        [f"{day} June 2015" for day in range(20, 26)],  # a column of a table
        ["As of 30 June 2011, the board had a total of four hundred halls in its care"],
        ["2006–07"],  # a year of schools
        ["Halls of the Lake 4 May 1998 Gamma Florida"],
        ["Source: the Daily, May 1998"],
    ],
)
def test_dates_of_something_else_are_none_of_the_report(lines: list[str], tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [[(22.0, TITLE), *((10.0, line) for line in lines), *text_page()], text_page()])
    assert "date" not in values(path)


def test_of_the_dates_of_a_paper_the_one_it_came_out_on_is_told(tmp_path: Path) -> None:
    dates = ["Revised 12 November 2021", "Available online 22 November 2021"]
    path = pdf(tmp_path / "a.pdf", [[(22.0, TITLE), *((10.0, line) for line in dates), *text_page()], text_page()])
    assert values(path)["date"] == "2021-11-22"


def test_lists_of_contents_and_references_tell_nothing(tmp_path: Path) -> None:
    path = tmp_path / "halls.md"
    sources = "\n".join(
        f"- Brook, A. (200{number}). Halls of the Lake. Published on {number} May 200{number}."
        for number in range(1, 6)
    )
    path.write_text(f"# {TITLE}\n\n{BODY}\n\n## References\n\n{sources}\n", encoding="utf-8")
    assert "date" not in values(path)


@pytest.mark.parametrize("word", ["보안분", "五年计"])
def test_a_few_signs_of_another_script_are_no_title(word: str, tmp_path: Path) -> None:
    lines = tuple(FrontLine(text, 1, size, size > 12) for size, text in [(20.0, word), *text_page()])
    page = Page("page", 1, "", "\n".join(line.text for line in lines), ())
    found = guess(FileText((page,), front=lines), "a.pdf", TODAY)["title"]
    assert found.how == "the name of the file"


def test_a_word_alone_at_the_head_of_a_web_page_yields_to_the_title_of_its_file(tmp_path: Path) -> None:
    page = "<title>Heat of the Halls</title><h1>Overview</h1><p>" + BODY + "</p>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert title(tmp_path / "a.html") == "Heat of the Halls"
