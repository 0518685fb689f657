"""Contents lists, works cited and running heads: found by a search, and no answer's words unless they are asked for."""

import asyncio
from pathlib import Path

import coscribe
import pytest
from coscribe.vectorstore.ingest.passages import passages
from coscribe.vectorstore.ingest.segments import cut
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import read
from docx import Document
from reportlab.pdfgen.canvas import Canvas

WORKS = [
    "[1] Ada Miller. Liquid cooling of large machines. Journal of Halls 12, 2019, pp. 4-19.",
    "[2] Ben Sorg. Immersion tanks in northern cities. Proceedings of Heat, 2021. https://example.org/tanks",
    "[3] Cleo Brandt. Zirconium pumps for data halls. Harbour Press, 2020.",
]
BODY = "The agency cools its hall with river water and gives the heat to the town."


def kinds(document: FileText) -> dict[str, str]:
    return {page.text[block.start : block.end]: block.kind for page in document.pages for block in page.blocks}


def paged(path: Path, pages: list[list[str]]) -> Path:
    canvas = Canvas(str(path))
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 24 * number, line)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize(
    "heading", ["References", "7. Literatur", "Références", "Bibliografía", "参考文献", "Works cited"]
)
def test_the_entries_below_a_heading_of_works_cited_are_references(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "report.md"
    path.write_text(
        f"# Plan\n\n{BODY}\n\n## {heading}\n\n" + "\n\n".join(WORKS) + f"\n\n## Annex\n\n{BODY} It did in 2020.\n"
    )
    found = kinds(read(path))
    assert [found[work] for work in WORKS] == ["reference"] * 3
    assert found[BODY] == found[f"{BODY} It did in 2020."] == "text"


def test_text_below_such_a_heading_that_is_no_entry_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(f"# References\n\n{BODY}\n\nThe plan follows the advice of the board.\n")
    assert set(kinds(read(path)).values()) == {"heading", "text"}


def test_word_files_have_references_too(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Literaturverzeichnis", 1)
    for work in WORKS:
        document.add_paragraph(work)
    document.save(str(tmp_path / "report.docx"))
    found = kinds(read(tmp_path / "report.docx"))
    assert [found[work] for work in WORKS] == ["reference"] * 3


def test_lines_with_leaders_and_rising_page_numbers_are_contents(tmp_path: Path) -> None:
    lines = ["Power and heat ................ 3", "Water ........................ 7", "Annex ...................... 12"]
    found = kinds(read(paged(tmp_path / "report.pdf", [lines, [BODY]])))
    assert [found[line] for line in lines] == ["contents"] * 3
    prices = ["Pump ........................ 90", "Hose ........................ 15", "Valve ...................... 40"]
    found = kinds(read(paged(tmp_path / "prices.pdf", [prices])))
    assert "contents" not in found.values()


def test_contents_under_their_heading_end_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(f"# Contents\n\n- Power and heat\n- Water\n\n# Power and heat\n\n{BODY}\n\n- Water\n")
    document = read(path)
    assert [(block.kind) for page in document.pages for block in page.blocks] == [
        "heading", "contents", "contents", "heading", "text", "item",
    ]  # fmt: skip


def test_a_running_head_is_indexed_once_and_in_a_passage_of_its_own(tmp_path: Path) -> None:
    words = ["river", "steam", "valve", "copper", "winter"]
    pages = [
        [
            "Quorlax Agency yearly plan", f"The {word} halls are looked at in this part.", f"So is the {word} tower.",
            f"No {word} is lost.", BODY, f"All {word} is counted.", f"The end of {word}.",
        ]
        for word in words
    ]  # fmt: skip
    document = read(paged(tmp_path / "report.pdf", pages))
    cuts = cut(document.pages, "en")
    (head,) = [
        one
        for one in cuts
        if one.kind == "furniture" and "Quorlax" in document.pages[one.page].text[one.start : one.end]
    ]
    assert head.position > max(one.position for one in cuts if one.kind != "furniture")
    (own,) = [one for one in passages(document.pages, cuts) if one.first <= head.position <= one.last]
    assert all(cuts[at].kind == "furniture" for at in range(own.first, own.last + 1))


def test_a_table_that_goes_on_over_the_page_has_the_header_of_the_page_before(tmp_path: Path) -> None:
    def table(canvas: Canvas, rows: list[tuple[str, ...]], columns: tuple[int, ...]) -> None:
        for at, row in enumerate(rows):
            for left, cell in zip(columns, row, strict=True):
                canvas.drawString(left, 780 - 18 * at, cell)
        canvas.showPage()

    columns = (60, 200, 330)
    further = [("Ara", "Chile", "9"), ("Vela", "Peru", "8"), ("Crux", "Mali", "5")]
    canvas = Canvas(str(tmp_path / "table.pdf"))
    table(
        canvas,
        [("Site", "Country", "Power"), ("Vega", "Spain", "17"), ("Lyra", "Japan", "14"), ("Mira", "Cuba", "3")],
        columns,
    )
    table(canvas, further, columns)
    table(canvas, further, (90, 260, 420))
    canvas.save()
    document = read(tmp_path / "table.pdf")
    cuts = cut(document.pages, "en")
    headers = {
        one.page: document.pages[cuts[one.header].page].text[cuts[one.header].start : cuts[one.header].end]
        for one in cuts
        if one.header is not None
    }
    assert headers == {0: "Site Country Power", 1: "Site Country Power"}


def test_works_cited_answer_no_question_but_one_for_them(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "plan.md").write_text(
        f"# Plan\n\n{BODY}\n\n## References\n\n" + "\n\n".join(WORKS) + "\n", encoding="utf-8"
    )
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([folder])
    assert WORKS[2] in library.search("zirconium pumps")[0].text
    assistant = coscribe.Assistant(library, home=tmp_path)

    async def ask(*questions: str) -> list[coscribe.Answer]:
        answers = [await assistant.ask(question) for question in questions]
        await assistant.close()
        return answers

    silent, cited, counted = asyncio.run(
        ask(
            "What is said about zirconium pumps for data halls?",
            "Which works on zirconium pumps are cited?",
            "Does any report mention zirconium pumps?",
        )
    )
    assert silent.status == "abstained" and "zirconium" not in silent.coverage.absent_words
    assert "Cleo Brandt" in " ".join(claim.text for claim in cited.claims)
    assert not any(claim.kind == "count" for claim in counted.claims)
