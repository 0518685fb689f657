"""Every view at widths 80 and 40, in colour and plain: what it says, not how it is drawn."""

import re
from collections.abc import Callable

import pytest
from coscribe.core.cost import Cost, CostRow
from coscribe.core.document import Document, Sentence, SourceEntry, SourcePlace, Sources, Table
from coscribe.core.shapes import (
    Answer,
    Citation,
    Claim,
    CostTable,
    Coverage,
    DoctorCheck,
    EvidenceItem,
    Failure,
    IngestedFile,
    IngestResult,
    Locator,
    Note,
    NoteSection,
    PassageHit,
    ReportDetails,
    SearchResult,
    Source,
    UnreadablePages,
)
from coscribe.terminal.console import screen
from coscribe.terminal.sheet import Sheet
from coscribe.terminal.views.answer import answer_view
from coscribe.terminal.views.cost import cost_view
from coscribe.terminal.views.doctor import doctor_view
from coscribe.terminal.views.ingest import ingest_view
from coscribe.terminal.views.note import note_view
from coscribe.terminal.views.passages import passages_view
from coscribe.terminal.views.reports import report_view, reports_view
from doubles.documents import document, mark, told
from doubles.views import (
    answer_text,
    cost_text,
    doctor_text,
    ingest_text,
    note_text,
    passages_text,
    report_text,
    reports_text,
)

COOLING = "Warm-water cooling with inlet temperatures above 40 °C shall be the default for systems bought after 2027."
JAPANESE = "次世代機は、HPCとAIを一つのアーキテクチャに統合し、2030年頃の運用開始を目指す。"
CUT = "A single rack may draw up to 140 kW, which is more than most existing"
REST = "computing rooms were built for."
LEAD_IN = "The following applies to all procurements:"
HOSTILE = "\x1b[31mred\x1b[0m \x1b]8;;http://evil.test\x07link\x1b]8;;\x07 [bold red]x[/] \u202eabc\x9b2J\u200d"

Render = Callable[..., str]


def page(number: int) -> Locator:
    return Locator(kind="page", page=number, label=f"p. {number} (printed: {number - 4})")


def citation(number: int, quote: str, page_number: int = 12, **fields: object) -> Citation:
    known: dict[str, object] = {
        "passage": f"passage-{number}",
        "report": "agenda",
        "file": "europe/agenda.pdf",
        "title": "Research Agenda",
        "organisation": "Advisory Group",
        "date": "2024-03",
        "status": "adopted",
        "start": 0,
        "end": len(quote),
    }
    return Citation(number=number, quote=quote, locator=page(page_number), **(known | fields))


def stated(*citations: Citation) -> Claim:
    return Claim(text="a sentence", kind="stated", verdict="supported", citations=list(citations))


COVERAGE = Coverage(
    reports_searched=7,
    reports_with_hits=3,
    queries=["exascale cooling", "冷却"],
    unreadable=[UnreadablePages(file="scan.pdf"), UnreadablePages(file="annex.pdf", pages=[3, 5, 6, 7])],
    withheld=["minutes.docx"],
    languages_uncovered=["ja"],
)
EVIDENCE = [EvidenceItem(passage="e", report="r", file="near.pdf", locator=page(5), score=0.5)]
ANSWER = Answer(
    question="What is said about cooling?",
    status="answered",
    mode="drafted",
    answer="Warm water becomes the default [1].\n\n- One architecture [2], says \\[12\\].\n- 140 kW per rack [3].",
    document=document(
        told("Warm water becomes the default ", mark(1), "."),
        told("One architecture ", mark(2), ", says [12].", item_of=0),
        told("140 kW per rack ", mark(3), ".", item_of=0),
    ),
    claims=[
        stated(citation(1, COOLING), citation(1, LEAD_IN, role="lead_in", start=200, end=240)),
        stated(citation(2, JAPANESE, 3, title="次世代計画", organisation="Institute", file="japan/plan.pdf")),
        stated(
            citation(
                3, CUT, 7, title="Contribution", status="draft", confidentiality="internal", superseded_by="new-one"
            ),
            citation(3, REST, 8, role="continuation", passage="passage-4"),
        ),
        Claim(text="Europe leads.", kind="stated", verdict="unsupported", reason="no figure 2030 in the evidence"),
    ],
    evidence=EVIDENCE,
    coverage=COVERAGE,
    confidence=0.82,
    cost=Cost(seconds=0.42),
)
ABSTAINED = ANSWER.model_copy(
    update={
        "status": "abstained",
        "answer": "",
        "document": None,
        "claims": [],
        "confidence": 0.1,
        "nearest": [citation(1, COOLING, region="World/Europe", status="draft"), citation(2, CUT, status="draft")],
    }
)
AGENDA = SourceEntry(
    number=1, title="Research Agenda", date="2024-03", file="agenda.pdf", places=(SourcePlace(label="p. 12"),)
)
NOTE = Note(
    title="Cooling after exascale",
    template="brief",
    mode="evidence",
    sections=[NoteSection(heading="Context", text="Racks grow hotter [1].\n\n- Rooms do not.", claims=ANSWER.claims)],
    sources=[Source(**AGENDA.model_dump(exclude={"places", "quotes"}), report="agenda")],
    silent=["immersion cooling"],
    words=412,
    files=["cooling.docx"],
    markdown="# Cooling after exascale\n\nRacks grow hotter [1].",
    coverage=COVERAGE,
    document=Document(
        title="Cooling after exascale",
        sections=(
            *document(told("Racks grow ", mark(1), "."), told("Rooms do not.", item_of=0), heading="Context").sections,
            *document(Sources(entries=(AGENDA,)), heading="Sources").sections,
        ),
    ),
)
REPORT = ReportDetails(
    report="agenda-2020", file="europe/agenda.pdf", title="Research Agenda", organisation="Advisory Group",
    region="Europe", date="2020-03", kind="strategy", status="draft", superseded_by="agenda-2024", language="en",
    confidentiality="internal", pages=120, passages=900,
)  # fmt: skip
FOUND = SearchResult(
    query="warm-water cooling",
    passages=[
        PassageHit(
            passage="p",
            report="r",
            file="agenda.pdf",
            title="Research Agenda",
            locator=page(12),
            text="Systems grow. " * 40 + COOLING + " Racks draw power." * 40,
            score=0.83,
        )
    ],
    seconds=0.012,
)


def cost_row(key: str, calls: int, usd: str | None, unpriced: int = 0) -> CostRow:
    return CostRow(
        key=key,
        calls=calls,
        input_tokens=2000,
        cached_tokens=0,
        output_tokens=300,
        usd=usd,
        unpriced_calls=unpriced,
        wh_min=0.1,
        wh_max=0.4,
    )


COSTS = CostTable(
    rows=[cost_row("drafter", 2, "0.0123", 2), cost_row("reviewer", 3, None, 3)],
    total=cost_row("total", 5, "0.0123", 5),
    zone="Europe/Paris",
)
CHECKS = [
    DoctorCheck(name="home", state="ok", detail="mode 0700"),
    DoctorCheck(name="endpoint", state="warn", detail="no model named", next="name one with --model"),
    DoctorCheck(name="index", state="fail", detail="format 3 is newer", next="update coscribe"),
]


def ingested(file: str, state: str, reason: str | None = None, **fields: object) -> IngestedFile:
    return IngestedFile.model_validate({"report": None, "file": file, "state": state, "reason": reason, **fields})


INGEST = IngestResult(
    reports=[
        *(ingested(f"r{i}.pdf", "indexed", passages=40) for i in range(6)),
        ingested("annex.pdf", "indexed", pages=12, pages_without_text=[3, 5, 6]),
        ingested("scan.pdf", "skipped", "scanned: run OCR first"),
    ],
    generation=2,
    seconds=75.2,
)


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Render:
    def at(view: Sheet, width: int = 80, colour: bool = False) -> str:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")  # a pipe that takes what a terminal takes
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        screen(colour).show(view)
        return capsys.readouterr().out

    return at


def words(text: str) -> str:
    """Drop escapes, frames and white space: what remains is what can be read."""
    return re.sub(r"\x1b\[[0-9;]*m|[\s│╭╮╰╯─]", "", text)


VIEWS = {
    "answer": (answer_view(ANSWER), [COOLING, JAPANESE, CUT, REST, LEAD_IN, "[1]", "continued on p. 8", "new-one"]),
    "abstained": (
        answer_view(ABSTAINED),
        ["no answer the reports support", "冷却", COOLING, CUT, "agenda.pdf", "scan.pdf"],
    ),
    "note": (note_view(NOTE), ["Cooling after exascale", "Context", "immersion cooling", "412 words", "p. 12"]),
    "reports": (reports_view([REPORT] * 3), ["agenda-2020", "Research Agenda", "older edition", "3 reports"]),
    "report": (report_view(REPORT), ["europe/agenda.pdf", "agenda-2024", "internal", "strategy"]),
    "passages": (passages_view(FOUND), ["Warm-water cooling", "p. 12", "agenda.pdf", "1 passage"]),
    "cost": (cost_view(COSTS), ["≥ $0.0123 (2 calls unpriced)", "unpriced (3 calls)", "0.1–0.4", "Europe/Paris"]),
    "doctor": (doctor_view(CHECKS), ["✓", "!", "✗", "update coscribe", "1 warning", "1 failure"]),
    "ingest": (ingest_view(INGEST), ["8 files: 7 read, 1 not readable", "run OCR first", "pp. 3, 5–6 of 12"]),
}


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_the_same_at_every_width(name: str, width: int, render: Render) -> None:
    view, expected = VIEWS[name]
    shown = render(view, width)
    assert "\x1b" not in shown
    assert all(sum(2 if char > "\u2e80" else 1 for char in line) <= width for line in shown.splitlines())
    for text in expected:
        # A table cell wraps beside its neighbours, so there only single words stay together.
        parts = text.split() if name in ("reports", "cost") else [text]
        assert all(words(part) in words(shown) for part in parts), text


@pytest.mark.parametrize("name", VIEWS)
def test_colour_changes_no_word(name: str, render: Render) -> None:
    view, _ = VIEWS[name]
    coloured = render(view, 80, colour=True)
    assert "\x1b[" in coloured
    assert words(coloured) == words(render(view, 80))


@pytest.mark.parametrize("name", VIEWS)
def test_the_plain_form_has_no_frames_and_no_wrapping(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    view, _ = VIEWS[name]
    screen().show(view)
    plain = capsys.readouterr().out
    assert plain == f"{view}\n"
    assert not re.search(r"[\x1b╭│╰]", plain)


def test_no_color_leaves_no_escape_byte(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], render: Render
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in render(answer_view(ANSWER), colour=None)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b" in render(answer_view(ANSWER), colour=None)


def test_every_quote_stands_on_one_plain_line() -> None:
    lines = answer_text(ANSWER).splitlines()
    for quote in (COOLING, JAPANESE, CUT, REST):
        assert sum(f"“{quote}”" in line for line in lines) == 1
    assert [line.strip() for line in lines].index(LEAD_IN) < next(i for i, line in enumerate(lines) if COOLING in line)


def test_an_answer_tells_its_sources_status_coverage_and_cost() -> None:
    text = answer_text(ANSWER)
    assert "[1] Research Agenda · Advisory Group · 2024-03 · p. 12 (printed: 8)" in text
    assert "draft · older edition, superseded by new-one · internal" in text
    assert "answered · drafted, every claim checked · confidence high (0.82)" in text
    assert "searched 7 reports, 3 with hits" in text
    assert "not readable: scan.pdf (whole file), annex.pdf (pp. 3, 5–7)" in text
    assert "withheld, internal: minutes.docx" in text
    assert "0 calls · nothing left this machine · 0.42 s" in text
    assert "Europe leads. (not supported: no figure 2030 in the evidence)" in text
    assert answer_text(ANSWER, question=False) in text.removeprefix("What is said about cooling?\n\n")


def test_the_same_citation_of_two_claims_is_listed_once() -> None:
    twice = ANSWER.model_copy(update={"claims": [*ANSWER.claims, *ANSWER.claims]})
    assert answer_text(twice).count(COOLING) == 1


def test_an_escaped_bracket_of_the_source_is_not_coloured_as_a_mark(render: Render) -> None:
    shown = render(answer_view(ANSWER), colour=True)
    assert "\x1b[1;36m[2]\x1b[0m" in shown
    assert "[12]" in shown and "\x1b[1;36m[12]" not in shown
    assert "- One architecture [2], says [12]." in answer_text(ANSWER)


def test_abstention_shows_what_was_looked_for_and_what_to_do() -> None:
    text = answer_text(ABSTAINED)
    assert "Looked for, in 7 reports\n  “exascale cooling”\n  “冷却”" in text
    assert f"Nearest, but no answer\n- Advisory Group (Europe, 2024, draft), p. 12 (printed: 8): “{COOLING}”\n" in text
    assert f"- Advisory Group (2024, draft), p. 12 (printed: 8): “{CUT}”\n  europe/agenda.pdf" in text
    assert "no proof of silence" in text and "--quotes-only" in text and "language (ja)" in text
    assert "Sources" not in text
    empty = ABSTAINED.model_copy(update={"coverage": Coverage(), "evidence": []})
    assert "no report was in scope" in answer_text(empty)


def test_failure_and_fall_back_give_their_reason() -> None:
    failed = ANSWER.model_copy(
        update={
            "status": "failed",
            "answer": "",
            "document": None,
            "claims": [],
            "error": Failure(kind="UsageError", message="row 7 is empty"),
        }
    )
    assert "row 7 is empty" in answer_text(failed)
    assert "confidence" not in answer_text(failed)
    degraded = ANSWER.model_copy(update={"degraded": "the endpoint did not answer"})
    assert "fell back to quotes only: the endpoint did not answer" in answer_text(degraded)


@pytest.mark.parametrize("colour", [True, False])
def test_hostile_report_text_is_inert(colour: bool, render: Render) -> None:
    table = Table(heads=(HOSTILE,), rows=((Sentence(kind="remark", parts=(HOSTILE,)),),))
    source = citation(1, HOSTILE, title=HOSTILE, organisation=HOSTILE, file=HOSTILE, superseded_by=HOSTILE)
    answer = ANSWER.model_copy(
        update={
            "question": HOSTILE,
            "answer": f"{HOSTILE} [1]",
            "claims": [stated(source)],
            "document": document(told(HOSTILE, " ", mark(1)), table, heading=HOSTILE),
        }
    )
    hit = FOUND.passages[0].model_copy(update={"title": HOSTILE, "text": HOSTILE, "file": HOSTILE})
    views = [
        answer_view(answer),
        answer_view(answer.model_copy(update={"mode": "evidence"})),
        answer_view(answer.model_copy(update={"document": None})),
        answer_view(answer.model_copy(update={"status": "abstained", "degraded": HOSTILE, "nearest": [source]})),
        note_view(NOTE.model_copy(update={"title": HOSTILE, "markdown": HOSTILE, "silent": [HOSTILE]})),
        reports_view([REPORT.model_copy(update={"title": HOSTILE, "report": HOSTILE})]),
        report_view(REPORT.model_copy(update={"title": HOSTILE, "kind": HOSTILE})),
        passages_view(FOUND.model_copy(update={"passages": [hit], "query": HOSTILE})),
        doctor_view([DoctorCheck(name=HOSTILE, state="fail", detail=HOSTILE, next=HOSTILE)]),
        ingest_view(IngestResult(reports=[ingested(HOSTILE, "failed", HOSTILE)], generation=1, seconds=1)),
    ]
    for view in views:
        for shown in (render(view, 200, colour), str(view)):
            ours = re.sub(r"\x1b\[[0-9;]*m", "", shown) if colour else shown
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200d\u202e]", ours)
            assert "[31m" not in ours and "evil.test" not in ours
            assert "[bold red]x[/]" in ours


def test_empty_lists_say_what_to_do() -> None:
    assert "coscribe ingest PATH" in reports_text([])
    assert "no files found" in ingest_text(IngestResult(reports=[], generation=0, seconds=0))
    assert "no model has been called yet" in cost_text(COSTS.model_copy(update={"rows": []}))
    assert "nothing found for “x”" in passages_text(SearchResult(query="x", passages=[], seconds=0))
    assert doctor_text([])


def test_a_note_is_plain_markdown_in_a_pipe() -> None:
    assert note_text(NOTE).startswith(NOTE.markdown)
    assert "→ cooling.docx" in note_text(NOTE)


def test_a_search_is_an_excerpt_on_screen_and_whole_in_a_pipe(render: Render) -> None:
    assert FOUND.passages[0].text in passages_text(FOUND)
    assert len(render(passages_view(FOUND))) < 800
    japanese = FOUND.passages[0].model_copy(update={"text": JAPANESE})
    shown = render(passages_view(SearchResult(query="運用 統合", passages=[japanese], seconds=0)), colour=True)
    assert "\x1b[1;36m運用\x1b[0m" in shown


def test_reports_are_one_plain_line_each() -> None:
    wide = REPORT.model_copy(update={"title": "次世代計画", "region": None, "pages": None})
    head, first, second, *_ = reports_text([REPORT, wide]).splitlines()
    assert head.split() == ["report", "title", "organisation", "region", "date", "pages", "remarks"]
    assert first.endswith("draft, older edition, internal") and second.endswith("draft, older edition, internal")
    assert "region" not in reports_text([wide])
    assert "superseded by" in report_text(REPORT)
