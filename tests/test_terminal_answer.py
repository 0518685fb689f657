"""Answers over the sample reports as people see them: every word once, quotes easy to find, plain text plain."""

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from coscribe import Assistant, Library
from coscribe.core.document import Document, Origin, Paragraph, Quote, Section
from coscribe.core.shapes import Answer, Citation, Claim, IngestResult, Locator, UnreadablePages
from coscribe.terminal.console import screen
from coscribe.terminal.sheet import Sheet
from coscribe.terminal.views.answer import answer_view
from coscribe.terminal.views.ingest import intake_view
from coscribe.tools.answer.blocks import sections_of
from coscribe.tools.evidence.framing import framed
from doubles.documents import mark, told
from doubles.views import answer_text

POWER = "How much power may a post-exascale site draw?"
CHIPS = "What does the United States plan for neuromorphic chips?"

Render = Callable[..., str]


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, IngestResult]:
    folder = tmp_path_factory.mktemp("samples")
    shipped = files("coscribe.samples")
    manifest = shipped.joinpath("reports.toml").read_text(encoding="utf-8")
    for name in ("reports.toml", *tomllib.loads(manifest)):
        (folder / name).write_bytes(shipped.joinpath(name).read_bytes())
    library = Library(tmp_path_factory.mktemp("home") / "library", embedder="none")
    return library, library.ingest([folder])


def words(quote: str) -> str:
    """Return a quote as it stands on one line."""
    return " ".join(quote.split())


@pytest.fixture
async def ask(intake: tuple[Library, IngestResult], tmp_path: Path):
    assistant = Assistant(intake[0], home=tmp_path)
    yield assistant.ask
    await assistant.close()


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Render:
    def at(view: Sheet, width: int, colour: bool = False) -> str:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")  # a pipe that takes what a terminal takes
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        screen(colour).show(view)
        return capsys.readouterr().out

    return at


def citation(number: int, quote: str, page: int = 51, **fields: object) -> Citation:
    known: dict[str, object] = {
        "passage": f"passage-{number}", "report": "law", "file": "law.pdf", "title": "The Law", "organisation": None,
        "date": "2024", "status": "adopted", "start": number * 100, "end": number * 100 + len(quote),
    }  # fmt: skip
    locator = Locator(kind="page", page=page, label=f"p. {page}")
    return Citation(number=number, quote=quote, locator=locator, **(known | fields))


def quote(item: Citation) -> Quote:
    return Quote(words=words(item.quote), ids=(f"{item.passage}:{item.start}-{item.end}",))


def quoted(blocks: list[Paragraph], *citations: Citation, more: tuple[Section, ...] = ()) -> Answer:
    claims = [Claim(text="x", kind="stated", verdict="supported", citations=[item]) for item in citations]
    document = Document(sections=(Section(blocks=tuple(blocks)), *more))
    return Answer(
        question="?", status="answered", mode="evidence", answer="", claims=claims, confidence=0.9, document=document
    )  # fmt: skip


async def test_quotes_are_shown_once_and_sources_once_a_report(ask) -> None:
    answer = await ask(POWER)
    cited = [item for claim in answer.claims if claim.kind == "stated" for item in claim.citations]
    assert answer.mode == "evidence" and len({item.report for item in cited}) >= 4
    text = answer_text(answer)
    body, _, sources = text.partition("\nSources\n")
    for item in cited:
        assert body.count(words(item.quote)) == 1 and words(item.quote) not in sources
        assert re.search(rf"\[{item.number}\][^\[]*{re.escape(item.locator.label)}", sources)
    for report in {item.report: item for item in cited}.values():
        assert sources.count(report.title) == 1 and sources.count(report.file) == 1
    assert "europe-advisory-draft.docx · draft · internal" in sources


async def test_the_disagreement_stands_out_and_is_plain_in_a_pipe(ask, render: Render) -> None:
    answer = await ask(POWER)
    claim, changed = [claim for claim in answer.claims if claim.kind == "inference"]
    assert changed.text.startswith("Changed between editions (France): 2024: up to 24 MW")
    text = answer_text(answer)
    assert f"\n\n{claim.text}\n\n" in text
    assert "**" not in text and "\\" not in text
    rows = [row for row in render(answer_view(answer), 44).splitlines() if "▌" in row]
    rows = rows[: next(at for at, row in enumerate(rows) if "Changed" in row)]
    assert len(rows) > 2 and rows[0].strip().startswith("▌ They disagree:")
    assert "".join(row.strip().removeprefix("▌ ") for row in rows).replace(" ", "") == claim.text.replace(" ", "")
    assert "\x1b[1;33mThey disagree:\x1b[0m" in render(answer_view(answer), 100, colour=True)


async def test_the_framing_is_dim_and_the_quote_begins_a_line_of_its_own(ask, render: Render) -> None:
    answer = await ask(POWER)
    shown = render(answer_view(answer), 100, colour=True)
    first = answer.claims[0]
    framing, quote = first.text.split(": “")[0], words(first.citations[0].quote)
    assert f"\x1b[2m{framing[:40]}" in shown
    row = next(row for row in shown.splitlines() if quote[:40] in row)
    assert re.search(rf"(?:^| |\x1b\[0m)“{re.escape(quote[:40])}", row)  # neither dim nor behind other words
    assert re.sub(r"\x1b\[[0-9;]*m", "", row).strip("│ ").startswith("“")
    assert any(framing in line and quote in line for line in answer_text(answer).splitlines())


async def test_what_was_not_found_is_said_once_with_the_nearest_quotes(ask) -> None:
    answer = await ask(CHIPS)
    assert answer.status == "abstained" and answer.coverage.absent_words and answer.nearest
    text = answer_text(answer)
    for word in answer.coverage.absent_words:
        assert text.count(f"“{word}”") == 1
    nearest = text.partition("\nNearest, but no answer\n")[2].partition("\n\n")[0]
    for item in answer.nearest:
        assert f"“{words(item.quote)}”" in nearest and item.file in nearest
        assert f"(United States, 2026), {item.locator.label}: “" in nearest
    assert text.count(CHIPS) == 1  # as the heading; that it was looked for goes without saying
    assert text.count("annex-scanned.pdf") == 1


def test_numbers_of_one_place_are_drawn_together() -> None:
    pages = {1: 51, 2: 51, 3: 51, 4: 52, 5: 52, 7: 51, 9: 53}
    quotes = [citation(number, f"quote {number}.", page) for number, page in pages.items()]
    text = answer_text(quoted([told(quote(item), kind="quoted") for item in quotes], *quotes))
    assert "The Law · 2024\n  law.pdf\n  [1]–[3][7] p. 51 · [4][5] p. 52 · [9] p. 53\n\n" in text


def test_cited_words_that_the_answer_lacks_are_not_lost() -> None:
    row = citation(1, "Fugaku | 30 MW")
    header = citation(1, "System | Power", role="header", start=0)
    answer = quoted([told(Origin(origin="Somebody (2024), p. 51, says"), quote(row), " ", mark(1))], row)
    claim = answer.claims[0].model_copy(update={"citations": [header, row]})
    text = answer_text(answer.model_copy(update={"claims": [claim]}))
    assert text.endswith("  law.pdf\n  [1] p. 51\n  [1] “System | Power”\n\n" + text[text.index("answered ·") :])
    assert text.count("Fugaku | 30 MW") == 1


def test_plain_text_keeps_bullets_and_marks_but_no_markdown() -> None:
    blocks = [
        told(Origin(origin="Who, p. 1, says"), Quote(words="All *must* see [12]:"), " ", mark(1)),
        told(Quote(words="(a) one;"), " ", mark(1), item_of=0),
        told(Quote(words="(i) **two**"), " ", mark(2), item_of=1),
    ]
    end = Section(heading="End", blocks=(told("1. x"),))
    body = answer_text(quoted(blocks, more=(end,))).removeprefix("?\n\n")
    expected = "Who, p. 1, says: “All *must* see [12]:” [1]\n\n- “(a) one;” [1]\n  - “(i) **two**” [2]\n\nEnd\n\n1. x\n"
    assert body.startswith(expected)


def test_wrapped_bullets_hang_below_their_words(render: Render) -> None:
    many = "word " * 30
    quotes = [Quote(words=f"(a) {many}:"), Quote(words=f"(i) {many}")]
    shown = render(answer_view(quoted([told(one, item_of=depth) for depth, one in enumerate(quotes)])), 44)
    rows = [row.rstrip() for row in shown.splitlines()]
    outer, inner = (
        rows.index(next(row for row in rows if "(a)" in row)),
        rows.index(next(r for r in rows if "(i)" in r)),
    )
    margin = rows[outer].index("•")
    assert rows[inner].index("•") == margin + 2
    assert inner - outer > 2
    for row in rows[outer + 1 : inner]:
        assert len(row) - len(row.lstrip()) == margin + 2
    assert len(rows[inner + 1]) - len(rows[inner + 1].lstrip()) == margin + 4


@pytest.mark.parametrize("width", [100, 44])
def test_the_intake_shows_every_file_and_how_it_ended(
    width: int, intake: tuple[Library, IngestResult], render: Render
) -> None:
    library, result = intake
    view = intake_view(result, library.reports())
    shown = render(view, width)
    assert max(map(len, shown.splitlines())) <= width
    flat = " ".join(shown.split())
    for row in library.reports():
        assert row.title.split()[0] in flat and (row.region or "").split("/")[-1] in flat
    assert "not readable" in flat and "run OCR" in flat
    assert "8 files: 7 read, 1 not readable (scanned)" in flat
    lines = str(view).splitlines()
    assert [line.split()[-1] for line in lines[1:9]].count("read") == 7
    assert next(line for line in lines if line.startswith("Advice on")).split()[-3:] == ["draft,", "internal", "read"]


SHORT = "--why tells all"


def rows_of(shown: str) -> list[str]:
    return [row.rstrip() for row in shown.rstrip("\n").split("\n")]


@pytest.mark.parametrize(("width", "height"), [(100, 32), (80, 24), (60, 40)])
async def test_the_best_quote_stays_in_view(
    ask, render: Render, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    answer = await ask(POWER)
    monkeypatch.setenv("LINES", str(height))
    shown = rows_of(render(answer_view(answer, question=False, account=SHORT), width))
    best = words(answer.claims[0].quotes[0].quote)
    flat = " ".join(" ".join(row.strip("│ ") for row in shown).split())
    assert best in flat and max(map(len, shown)) <= width
    assert all(f"[{one.number}]" in flat for claim in answer.claims for one in claim.quotes)
    if width == 100:
        assert len(shown) <= height
    whole = rows_of(render(answer_view(answer, question=False), width))
    told = " ".join(" ".join(row.strip("│ ") for row in whole).split())
    assert len(whole) > len(shown)
    assert all(words(one.quote) in told for claim in answer.claims for one in claim.quotes)  # nothing is cut there


async def test_a_pipe_is_told_everything_but_all_words_looked_for(ask) -> None:
    for question in (POWER, CHIPS):
        answer = await ask(question)
        assert str(answer_view(answer, account=SHORT)) == str(answer_view(answer))
    many = [f"query {number}" for number in range(5)]
    coverage = answer.coverage.model_copy(update={"queries": [CHIPS, *many]})
    answer = answer.model_copy(update={"coverage": coverage})
    text = str(answer_view(answer, account=SHORT))
    assert "“query 2”" in text and "“query 3”" not in text and f"  and 2 more: {SHORT}\n" in text
    assert all(f"“{query}”" in str(answer_view(answer)) for query in many)


async def test_a_gap_is_named_where_it_bears_on_the_answer(ask, render: Render) -> None:
    answer = await ask(POWER)
    cited = answer.claims[0].citations[0].file
    gaps = [UnreadablePages(file=cited, pages=[3]), UnreadablePages(file="other.pdf"), UnreadablePages(file="more.pdf")]
    coverage = answer.coverage.model_copy(update={"unreadable": gaps})
    shown = render(answer_view(answer.model_copy(update={"coverage": coverage}), account=SHORT), 100)
    assert f"not readable: {cited} (p. 3)" in shown and "2 other files not readable in full" in shown
    assert "other.pdf" not in shown
    whole = render(answer_view(answer.model_copy(update={"coverage": coverage})), 100)
    assert "other.pdf (whole file)" in whole


def test_a_long_path_stands_among_the_sources_and_its_last_part_in_front_of_the_quote(render: Render) -> None:
    item = citation(1, "The site may draw 20 MW.")
    place = Locator(kind="section", page=None, label="§ 2. Power › 2.1 Peak, para. 3", path=["2. Power", "2.1 Peak"])
    item = item.model_copy(update={"locator": place, "organisation": "Council"})
    claim = Claim(text="x", kind="stated", verdict="supported", citations=[item], framing=framed(item, "says"))
    answer = quoted([], item).model_copy(
        update={"claims": [claim], "document": Document(sections=sections_of([claim]))}
    )  # fmt: skip
    front, _, sources = render(answer_view(answer, account=SHORT), 100).partition("Sources")
    assert "Council (2024), § 2.1 Peak, says:" in front and "§ 2. Power › 2.1 Peak, para. 3" in sources
    assert "Council (2024), § 2. Power › 2.1 Peak, para. 3, says: “The site" in answer_text(answer)


def test_a_bullet_of_the_report_is_not_drawn_twice(render: Render) -> None:
    answer = quoted([told(Quote(words="● Labelling: content is labelled."), " ", mark(1), kind="quoted", item_of=0)])
    assert "• “Labelling: content" in render(answer_view(answer), 100)
    assert "“● Labelling" in answer_text(answer)  # as it stands there


async def test_without_colour_nothing_but_text_is_written(ask, render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in render(answer_view(await ask(POWER), account=SHORT), 60, colour=None)
