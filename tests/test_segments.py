"""The unit of evidence: whatever the text, segments are short, whole, in order, and lose not one character."""

import io
from itertools import pairwise
from pathlib import Path

import coscribe
import pytest
from coscribe.core.types import Segment, SegmentKind
from coscribe.vectorstore.ingest.segments import Cut, cut
from coscribe.vectorstore.reading.layout.lines import Flow, split
from coscribe.vectorstore.reading.page import Block, Page
from coscribe.vectorstore.reading.read import read
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

LONGEST = 300
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "es", "it", "pt", "ja", "zh", "pl"])
WORDS = [
    "power", "cooling", "The", "site", "MW", "20", "1.5", "2,000", "e.g.", "Art.", "5", "Abs.", "z.", "B.",
    "etc.", "U.S.", "n°", "nº", "3.", "(a)", "a)", "1.", "•", "-", "–", "|", ":", ";", ",", ".", "!", "?", "…",
    "«", "»", "“", "”", '"', "'", "(", ")", "[1]", "電力", "冷却。", "上限、", "！", "？", "；", "：",
    "énergie", "¿Cuánto", "¡Sí", "Maßnahme;", "co\u00adop", "\u00a0", "\u2028", "\t",
]  # fmt: skip
TOKENS = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=12), st.just("x" * 350), st.sampled_from(["word,", "end.", "tail;"])
)
GLUE = st.sampled_from([" ", " ", " ", "\n", "", "  ", " | "])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(TOKENS, GLUE), min_size=1, max_size=40))
    repeat = draw(st.sampled_from([1, 1, 1, 6]))
    return ("".join(token + glue for token, glue in parts) * repeat).strip()


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page as readers make it: blocks without white space around them, and furniture that is in no block."""
    text, blocks = "", []
    for body in draw(st.lists(bodies(), max_size=6)):
        if not body:
            continue
        if draw(st.integers(0, 3)) == 0:
            text += "Running header 7\n"
        kind: SegmentKind = draw(st.sampled_from(["heading", "text", "item", "row"]))
        rows = [number for number, block in enumerate(blocks) if block.kind == "row"]
        header = rows[0] if kind == "row" and rows else None
        blocks.append(Block(len(text), len(text) + len(body), kind, draw(st.integers(0, 2)), header, len(blocks) + 1))
        text += body + draw(st.sampled_from(["\n", "\n\n"]))
    kind_of_page = draw(st.sampled_from(["page", "page", "slide", "section"]))
    state = draw(st.sampled_from(["read", "read", "read", "garbled", "no_text"]))
    return Page(kind_of_page, 1, "p. 1", text, tuple(blocks), state=state)


def assert_sound(given_pages: list[Page], cuts: list[Cut]) -> None:
    assert [item.position for item in cuts] == list(range(len(cuts)))
    places = [(item.page, item.start, item.end) for item in cuts]
    assert places == sorted(places)
    for item, after in pairwise(cuts):
        assert item.page != after.page or item.end <= after.start
        assert item.block <= after.block <= item.block + 1
    for number, page in enumerate(given_pages):
        mine = [item for item in cuts if item.page == number]
        covered = {at for item in mine for at in range(item.start, item.end)}
        in_blocks = {at for block in page.blocks for at in range(block.start, block.end)}
        assert covered <= in_blocks
        if page.state != "read":
            assert not mine
            continue
        bars = {at for block in page.blocks if block.kind == "row" for at in range(block.start, block.end)}
        lost = {at for at in in_blocks - covered if not page.text[at].isspace()}
        # Between the cells of a row that is too long, the bar that parted them may go.
        assert {at for at in lost if not (at in bars and page.text[at] == "|")} == set()
        for item in mine:
            said = page.text[item.start : item.end]
            assert said == said.strip() and 0 < len(said) <= LONGEST
    for item in cuts:
        assert item.lead_in is None or (item.lead_in < item.position and item.kind == "item")
        assert item.header is None or (item.header < item.position and cuts[item.header].kind == "row")
        assert item.continues is None or cuts[item.continues].page > item.page


@settings(max_examples=150, derandomize=True)
@given(st.lists(pages(), max_size=3), LANGUAGES)
def test_segments_lose_nothing_and_stay_short(given_pages: list[Page], language: str | None) -> None:
    assert_sound(given_pages, cut(given_pages, language))


@settings(max_examples=150, derandomize=True)
@given(st.lists(bodies(), min_size=1, max_size=8), LANGUAGES)
def test_segments_of_plain_text_hold_all_of_it(paragraphs: list[str], language: str | None) -> None:
    """With the blocks that the reader of plain text finds, whatever it takes the lines for."""
    text = "\n\n".join(paragraphs)
    page = Page("section", None, "whole text", text, Flow().blocks(split(text)))
    cuts = cut([page], language)
    assert_sound([page], cuts)
    wanted = {at for at, sign in enumerate(text) if not sign.isspace()}
    held = {at for item in cuts for at in range(item.start, item.end)}
    rows = {at for item in page.blocks if item.kind == "row" for at in range(item.start, item.end)}
    assert {text[at] for at in wanted - held} <= {"|"} and wanted - held <= rows


def one_block(text: str, language: str | None) -> list[str]:
    page = Page("page", 1, "p. 1", text, (Block(0, len(text), "text"),))
    return [text[item.start : item.end] for item in cut([page], language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The U.S. plan (see Fig. 3) allows 1.5 MW per hall, e.g. for cooling.", "It ends in 2030."]),
        ("de", ["Gemäß Art. 5 Abs. 2 gilt z. B. der 3. Bericht vom 12. März 2026.", "Die Anlage braucht 1.500 kW."]),
        ("de", ["Die Obergrenze liegt bei 20 MW.", "„Mehr ist nicht zulässig.“", "Das gilt bzgl. aller Standorte."]),
        ("fr", ["Cf. l'art. 5, al. 2, p. ex. la fig. 3.", "Le plafond est de 1,5 MW.", "« Est-ce assez ? »", "Oui."]),
        ("es", ["El art. 5 (pág. 3) limita a EE. UU. con 1.500 kW.", "¿Cuánta energía queda?", "¡Poca!", "Nada más."]),
        ("ja", ["電力は20MWです。", "冷却は含みません！", "「なぜですか？」", "理由は不明です。"]),
        ("zh", ["功率上限为20兆瓦。", "是否包括冷却？", "不包括！"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(language: str, expected: list[str]) -> None:
    glue = "" if language in ("ja", "zh") else " "
    assert one_block(glue.join(expected), language) == expected
    assert one_block((glue or "\n").join(expected).replace(" ", "\n", 1), language)[-1] == expected[-1]


def test_a_long_sentence_is_cut_at_semicolons_before_commas() -> None:
    clauses = [f"the hall number {number}, which is cooled by water, shall report its energy" for number in range(8)]
    text = "; ".join(clauses) + "."
    pieces = one_block(text, "en")
    assert len(text) > LONGEST and len(pieces) > 1
    assert all(piece.endswith(";") for piece in pieces[:-1]) and pieces[-1].endswith(".")
    assert " ".join(pieces) == text
    commas = one_block(text.replace(";", ","), "en")
    assert all(piece.endswith(",") for piece in commas[:-1])
    assert {len(piece) for piece in one_block("y" * 700, "en")} == {300, 100}


def words_of(path: Path) -> tuple[list[Cut], list[str]]:
    document = read(path)
    cuts = cut(document.pages, "en")
    return cuts, [document.pages[item.page].text[item.start : item.end] for item in cuts]


def test_items_keep_what_leads_them_in(tmp_path: Path) -> None:
    (tmp_path / "law.md").write_text(
        "# Rules\n\nThe following shall be prohibited:\n\n- drawing more than 20 MW;\n- open cooling, namely:\n"
        "  - river water;\n  - lake water;\n- noise at night.\n\nOther things are allowed.\n\n- parking\n",
        encoding="utf-8",
    )
    cuts, texts = words_of(tmp_path / "law.md")
    led_by = {texts[item.position]: item.lead_in for item in cuts}
    told = {text: None if lead is None else texts[lead] for text, lead in led_by.items()}
    assert told == {
        "Rules": None,
        "The following shall be prohibited:": None,
        "drawing more than 20 MW;": "The following shall be prohibited:",
        "open cooling, namely:": "The following shall be prohibited:",
        "river water;": "open cooling, namely:",
        "lake water;": "open cooling, namely:",
        "noise at night.": "The following shall be prohibited:",
        "Other things are allowed.": None,
        "parking": None,
    }


def test_a_row_keeps_its_header(tmp_path: Path) -> None:
    (tmp_path / "table.md").write_text(
        "# Sites\n\n| Site | Power (MW) |\n|---|---|\n| North | 20 |\n| South | 60 |\n\nAll told.\n", encoding="utf-8"
    )
    cuts, texts = words_of(tmp_path / "table.md")
    told = {texts[item.position]: None if item.header is None else texts[item.header] for item in cuts}
    assert told["North | 20"] == told["South | 60"] == "Site | Power (MW)"
    assert told["Site | Power (MW)"] is told["All told."] is told["Sites"] is None


def pdf_file(*texts: list[str]) -> bytes:
    """Pages with a running header and a numbered footer around their lines."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number, lines in enumerate(texts, start=1):
        canvas.drawString(60, 800, "Rules for sites of the region")
        for row, line in enumerate(lines):
            canvas.drawString(60, 740 - 14 * row, line)
        canvas.drawString(60, 30, f"page {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def turning(tmp_path: Path) -> coscribe.Library:
    filler = ["The halls were built by several owners in the years before, and each of them", "keeps books of its own."]
    (tmp_path / "rules.pdf").write_bytes(
        pdf_file(
            [*filler, "Every site of the region shall from its first day of operation on publish the"],
            ["energy of inference for each service that it offers to the public.", *filler],
            ["The rules apply from 2027.", *filler],
            ["They are reviewed every third year.", *filler],
        )
    )
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([tmp_path / "rules.pdf"])
    return library


def everything(library: coscribe.Library) -> list[Segment]:
    (report,) = library.reports()
    return library.catalogue.stretch(report.report, 0, 10_000)


def test_a_sentence_that_a_page_turn_cuts_is_two_linked_segments(turning: coscribe.Library) -> None:
    held = everything(turning)
    (begun,) = [segment for segment in held if segment.text.startswith("Every site")]
    (ended,) = [segment for segment in held if segment.text.startswith("energy of inference")]
    assert begun.continues == ended.id
    assert (begun.locator.page, ended.locator.page) == (1, 2)
    assert begun.block + 1 == ended.block
    assert [segment.text for segment in held if segment.continues] == [begun.text]
    assert not [segment for segment in held if "Rules for sites" in segment.text and segment.locator.page != 1]
    assert not [segment for segment in held if segment.text.startswith("page ") and segment.locator.page != 1]


async def test_citing_half_of_a_sentence_cites_both_halves(turning: coscribe.Library) -> None:
    assistant = coscribe.Assistant(turning)
    answer = await assistant.ask("Who shall publish the energy of inference for each service?")
    await assistant.close()
    (claim,) = [claim for claim in answer.claims if "energy of inference" in claim.text]
    assert [citation.locator.page for citation in claim.citations] == [1, 2]
    assert len({citation.number for citation in claim.citations}) == 1
    pages_text = [turning.catalogue.page_text(citation.passage) for citation in claim.citations]
    for citation, text in zip(claim.citations, pages_text, strict=True):
        assert text[citation.start : citation.end] == citation.quote
