"""A report is found by every name it goes by, and its year is that of its cover."""

import coscribe
import pytest

BODY = "\n\nRevenue of the group rose because of a new quay. The group used {mwh} MWh of grid electricity in the year."
# file name, cover, the year it is of, what is printed inside
SHELF = (
    ("TIDEMARKENERGY_{year}_AR.md",
     "# Tidemark Energy AS\n\nAnnual report\n\nfor the fiscal year ended 31 December {year}",
     'Tidemark Energy AS ("TMEAS") has its head office in Ulvik.'),
    ("9E-annual{short}.md", "# 9 Elders Foods plc\n\nYearly report\n\nfor the fiscal year ended 30 June {year}",
     'Nine of the sites of 9 Elders Foods plc ("9E") are new.'),
    ("tidemarkhealthgroupannualreportfy{short}web.md",
     "# T I D E M A R K H E A L T H\n\nAnnual report\n\nfor the fiscal year ended 30 June {year}\n\n"
     "(formerly Sandor Clinics)",
     "The Company was founded in 1907."),
    ("oldname_{next}.md",
     "# Orrel Paints AG\n\nAnnual report\n\nfor the fiscal year ended 30 September {year}\n\n"
     "Filed on 2 December {next}", "It was formerly known as Drava Colours."),
)  # fmt: skip
YEARS = (2018, 2019, 2020)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    place = tmp_path_factory.mktemp("names")
    (place / "reports").mkdir()
    for number, (file, cover, inside) in enumerate(SHELF):
        for year in YEARS:
            told = {"year": year, "short": year % 100, "next": year + 1}
            text = f"{cover}\n\n{inside}{BODY}\n".format(**told, mwh=1000 * year + number)
            (place / "reports" / file.format(**told)).write_text(text, encoding="utf-8")
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([place / "reports"])
    return made


@pytest.mark.parametrize(("name", "number"), [
    ("Tidemark Energy", 0), ("tidemark energy's", 0), ("TMEAS's", 0), ("tmeas", 0), ("Tidemark Energys", 0),
    ("9 Elders Foods", 1), ("9E", 1), ("9 elders", 1),
    ("Tidemark Health", 2), ("tidemark health’s", 2), ("Sandor Clinics", 2),
    ("Orrel Paints", 3), ("Orrel Paints AG", 3), ("Drava Colours'", 3),
])  # fmt: skip
def test_every_name_leads_to_the_report_of_that_year(name: str, number: int, library: coscribe.Library) -> None:
    file, year = SHELF[number][0], 2019
    wanted = file.format(year=year, short=year % 100, next=year + 1)
    for question in (f"{name} grid electricity fiscal {year}", f"grid electricity of {name} in FY{year % 100}"):
        assert {hit.file for hit in library.search(question)} == {wanted}, question


def test_another_number_is_another_name(library: coscribe.Library) -> None:
    found = {hit.file for hit in library.search("grid electricity of 4 Elders Foods in FY19")}
    assert len(found) > 1


@pytest.mark.parametrize(("said", "year"), [
    ("Tidemark Enregy in fiscal 2019", 2019), ("tidemrak energy's fiscal 2020", 2020),
    ("Tidemark Energy two years before fiscal 2020", 2018), ("Tidemark Energy in the year after fiscal 2019", 2020),
])  # fmt: skip
def test_slips_in_a_name_and_years_told_by_others_are_understood(
    said: str, year: int, library: coscribe.Library
) -> None:
    assert {hit.file for hit in library.search(f"grid electricity of {said}")} == {f"TIDEMARKENERGY_{year}_AR.md"}
