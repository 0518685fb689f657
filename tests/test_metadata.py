"""What reports say of themselves: title, issuer, region, date, status, each with how it was found and how sure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from doubles.command_line import copy_samples, run
from front_pages import BODY, pdf, text_page, told, values
from pptx import Presentation
from pptx.util import Inches

QUESTIONS = (
    "How much power may a post-exascale site draw?",
    "Where do regions disagree on power?",
    "To whom shall European sites offer their heat?",
)
COVERS = [
    (
        ["Ministry of Energy of Norway", "Strategy for Clean", "Computing Centres", "4 March 2025"],
        ["Ministry of Energy of Norway", "Strategy for Clean Computing Centres", "Norway", "2025-03-04"],
    ),
    (
        ["Bundesministerium für Energie", "Fahrplan für saubere", "Rechenzentren in Deutschland",
         "Stand: 4. März 2025"],
        ["Bundesministerium für Energie", "Fahrplan für saubere Rechenzentren in Deutschland", "Europe/Germany",
         "2025-03-04"],
    ),
    (
        ["Agence des réseaux", "Feuille de route des", "centres de calcul en France", "Adopté le 4 mars 2025"],
        ["Agence des réseaux", "Feuille de route des centres de calcul en France", "Europe/France", "2025-03-04"],
    ),
    (
        ["Consejo de Energía", "Hoja de ruta de los", "centros de cómputo de España", "Aprobada el 4 de marzo de 2025"],
        ["Consejo de Energía", "Hoja de ruta de los centros de cómputo de España", "Europe/Spain", "2025-03-04"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "wanted"), COVERS, ids=["en", "de", "fr", "es"])
def test_a_cover_tells_issuer_title_region_and_date(lines: list[str], wanted: list[str], tmp_path: Path) -> None:
    issuer, first, second, dated = lines
    cover = [(11.0, issuer), (30.0, first), (30.0, second), (11.0, dated)]
    found = values(pdf(tmp_path / "job_8812.pdf", [cover, text_page()], title="Microsoft Word - job_8812.doc"))
    assert [found.get(field) for field in ("organisation", "title", "region", "date")] == wanted


def test_a_japanese_page_tells_its_title_and_date(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html lang='ja'><body><h1>計算機センターのエネルギー戦略</h1><p>発行者：日本エネルギー研究所</p>"
        f"<p>公表日 2025年3月4日</p><p>{'計算機センターは毎年より多くの電力を使います。' * 9}</p></body></html>",
        encoding="utf-8",
    )
    found = values(path)
    assert (found["title"], found["date"]) == ("計算機センターのエネルギー戦略", "2025-03-04")
    assert (found["organisation"], found["kind"]) == ("日本エネルギー研究所", "strategy")


@pytest.mark.parametrize(
    "above", ["FOR RELEASE MARCH 4, 2021", "Contents", "0000764478-23-000006", "March 2021", "www.example.org"]
)
def test_what_is_no_title_is_none_however_large(above: str, tmp_path: Path) -> None:
    cover = [(34.0, above), (24.0, "Results of the Third Quarter"), (10.0, "Northern Lakes")]
    found = told(pdf(tmp_path / "x.pdf", [cover, text_page()], title=above))
    assert found["title"].value == "Results of the Third Quarter"
    assert found["title"].how.startswith("largest words")


@pytest.mark.parametrize("title", ["Microsoft Word - plan.doc", "plan_final.indd", "0000764478-23-000006", "Untitled"])
def test_properties_of_a_machine_are_no_title(title: str, tmp_path: Path) -> None:
    assert values(pdf(tmp_path / "plan.pdf", [[(10.0, "No"), *text_page()]], title=title))["title"] != title


def test_where_nothing_tells_nothing_is_said(tmp_path: Path) -> None:
    found = told(pdf(tmp_path / "scan_0012.pdf", [text_page()]))
    assert (found["title"].value, found["title"].how) == ("scan 0012", "the name of the file")
    assert found["title"].sure < 0.5
    assert not found.keys() & {"organisation", "region", "date", "status", "edition", "family"}


def test_properties_and_cover_together_are_surer_than_either(tmp_path: Path) -> None:
    cover = [(30.0, "Heat of Large Machines")]
    alone = told(pdf(tmp_path / "a.pdf", [cover, text_page()]))
    both = told(pdf(tmp_path / "b.pdf", [cover, text_page()], title="Heat of large machines"))
    assert alone["title"].sure < both["title"].sure
    assert both["title"].value == "Heat of large machines"


@pytest.mark.parametrize("name", ["strategy-2031.md", "plan.md"])
def test_no_year_of_the_future_is_a_date(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(f"# Horizon 2031\n\nPublished in 2025 by the Energy Council\n\nBy 2030 and 2035: {BODY}", "utf-8")
    assert values(path)["date"] == "2025"
    path.write_text(f"# Horizon 2031\n\nAdopted on 4 March 2031\n\nBy 2030 and 2035: {BODY}", "utf-8")
    assert "date" not in values(path)


def test_a_labelled_date_stands_before_the_years_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(
        f"# Heat\n\nIn 2012 and in 2024 sites were built.\n\nPublished on 6 December 2023\n\n{BODY}", "utf-8"
    )
    found = told(path)["date"]
    assert (found.value, found.how) == ("2023-12-06", "“Published on” before the date")


def test_fiscal_years_are_named_after_their_end(tmp_path: Path) -> None:
    path = tmp_path / "AR 2018-19.md"
    path.write_text(f"# Annual Report\n\nPublished on 6 December 2019\n\n{BODY}", "utf-8")
    assert values(path)["date"] == "2019"


def test_a_person_is_no_organisation(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.author, word.core_properties.title = "Maria Gonzalez", "Heat of Machines"
    word.add_heading("Heat of Machines", 0)
    word.add_paragraph("Maria Gonzalez")
    word.add_paragraph("© 2024 Maria Gonzalez")
    word.add_paragraph(BODY)
    word.save(str(tmp_path / "heat.docx"))
    assert "organisation" not in told(tmp_path / "heat.docx")


def test_word_tells_title_draft_and_edition(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.author = "Council for Heat and Power"
    word.add_heading("Annex B to the Strategy for Heat", 0)
    word.add_paragraph("Council for Heat and Power")
    word.add_paragraph("DRAFT, version 0.7 of 11 May 2026, 2nd edition")
    word.add_paragraph(BODY)
    word.save(str(tmp_path / "annex.docx"))
    found = values(tmp_path / "annex.docx")
    assert (found["organisation"], found["status"]) == ("Council for Heat and Power", "draft")
    assert (found["date"], found["edition"]) == ("2026-05-11", "version 0.7")
    assert found["family"] == "Annex B to the Strategy for Heat"


def test_slides_are_a_talk(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    assert slide.shapes.title is not None
    slide.shapes.title.text = "Heat of Swiss Machines"
    box = slide.shapes.add_textbox(Inches(1), Inches(3), Inches(6), Inches(1))
    box.text_frame.text = "Alpine Institute of Computing"
    deck.save(str(tmp_path / "deck.pptx"))
    found = values(tmp_path / "deck.pptx")
    assert (found["title"], found["kind"]) == ("Heat of Swiss Machines", "talk")
    assert (found["organisation"], found["region"]) == ("Alpine Institute of Computing", "Switzerland")
    assert "status" not in found


def test_a_web_page_is_told_from_its_site(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text(
        "<html lang='en'><head><title>Rivers of Heat - Wikipedia</title></head><body><h1>Rivers of Heat</h1>"
        f"<p>In 2019 {BODY}</p><footer>This page was last edited on 21 September 2024, at 12:11. "
        "Privacy policy</footer></body></html>",
        encoding="utf-8",
    )
    found = values(path)
    assert (found["title"], found["organisation"], found["date"]) == ("Rivers of Heat", "Wikipedia", "2024-09-21")
    assert "region" not in found


def test_an_address_names_an_institution_and_its_country(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        f"<html lang='en'><body><h1>Training of Users</h1><p>{BODY}</p>"
        "<footer>Contact media@alcf.anl.gov</footer></body></html>",
        encoding="utf-8",
    )
    found = told(path)
    assert found["organisation"].value == "Argonne Leadership Computing Facility"
    assert found["region"].value == "United States"
    assert found["organisation"].how == "an address on its first pages"


@pytest.mark.parametrize(
    ("imprint", "issuer"),
    [
        ("Published in 2021 by the United Nations Educational, Scientific and Cultural Organization", "UNESCO"),
        ("© 2021 Hill Valley Research Institute. All rights reserved.", "Hill Valley Research Institute"),
        ("Herausgeber: Deutsche Energieagentur", "Deutsche Energieagentur"),
        ("This report was produced by Blue Insights. Contact office@blueinsights.com", "Blue Insights"),
    ],
)
def test_the_imprint_names_the_issuer(imprint: str, issuer: str, tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [[(30.0, "Heat of Machines")], text_page(imprint), text_page()])
    assert values(path)["organisation"] == issuer


def test_a_law_is_cut_and_keeps_its_short_name(tmp_path: Path) -> None:
    title = (
        "Regulation (EU) 2024/1689 of the European Parliament and of the Council of 13 June 2024 laying down "
        "harmonised rules on machines and amending Regulations (EC) No 300/2008 and (EU) No 167/2013 (Machines Act)"
    )
    cover = [(9.0, title[at : at + 90]) for at in range(0, len(title), 90)]
    found = values(pdf(tmp_path / "law.pdf", [[*cover, *text_page()]], title=title))
    assert found["title"].startswith("Regulation (EU) 2024/1689") and found["title"].endswith("… (Machines Act)")
    assert (found["kind"], found["status"], found["date"]) == ("law", "adopted", "2024-06-13")
    assert found["region"] == "European Union"


def test_a_part_of_a_report_has_the_title_of_its_running_head(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "pages.pdf", [text_page("Heat of Machines in Large Halls 19", "order to tell the heat apart")]
    )
    found = told(path)["title"]
    assert (found.value, found.how) == ("Heat of Machines in Large Halls", "running head of page 1")


def test_a_report_replaces_the_older_one_of_the_title_it_names(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for year, said in (("2022", "First of its kind."), ("2024", "This plan replaces the Plan for Heat 2022.")):
        text = f"# Plan for Heat {year}\n\nAdopted on 4 March {year}\n\n{said}\n\n{BODY}"
        (shelf / f"plan-{year}.md").write_text(text, encoding="utf-8")
    place = ["--library", tmp_path / "library", "--embedder", "none"]
    run("ingest", shelf, *place)
    newer, older = (report(place, f"plan-{year}.md") for year in ("2024", "2022"))
    assert (older["superseded_by"], newer["superseded_by"]) == (newer["report"], None)
    assert (older["status"], newer["status"]) == ("superseded", "adopted")


def test_list_and_show_tell_how_a_fact_was_found(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "a.md").write_text(f"# Plan for Heat\n\nPublished on 4 March 2024\n\n{BODY}", encoding="utf-8")
    (shelf / "reports.toml").write_text('["a.md"]\nregion = "Europe"\n', encoding="utf-8")
    place = ["--library", tmp_path / "library", "--embedder", "none"]
    run("ingest", shelf, *place)
    found = report(place, "a.md")["found"]
    assert found["date"] == {"how": "“Published on” before the date", "sure": 0.9}
    assert found["region"] == {"how": "a manifest", "sure": 1.0}
    assert found["title"]["how"] == "first heading"
    shown = run("reports", "show", "a.md", *place).out
    assert "2024-03-04  “Published on” before the date" in shown
    assert "Europe  a manifest" in shown


def test_without_a_manifest_the_samples_name_the_same_institutions(tmp_path: Path) -> None:
    said = []
    for name in ("with", "without"):
        samples = copy_samples(tmp_path / name)
        if name == "without":
            (samples / "reports.toml").unlink()
        place = ["--library", tmp_path / f"library-{name}", "--embedder", "none"]
        run("ingest", samples, *place)
        answers = [run("ask", question, *place, "--json").json for question in QUESTIONS]
        said.append([issuers(answer) for answer in answers])
    assert said[0] == said[1]
    assert all(said[0])


def issuers(answer: dict[str, Any]) -> set[str]:
    cited = (citation for claim in answer["claims"] for citation in claim["citations"])
    return {str(citation["organisation"]) for citation in cited}


def report(place: Sequence[object], file: str) -> dict[str, Any]:
    rows = run("reports", "list", *place, "--json").json["reports"]
    return next(row for row in rows if row["file"] == file)
