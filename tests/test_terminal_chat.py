"""The conversation in the terminal: lines in, views out, over a desk that is scripted."""

import asyncio
import re
from decimal import Decimal
from pathlib import Path

import pytest
from coscribe.core.conversation import OpenedPage, SessionRow, Standing, Turn
from coscribe.core.cost import Cost, CostRow
from coscribe.core.errors import BudgetReached, UsageError
from coscribe.core.events import Event, OnEvent
from coscribe.core.shapes import Answer, Citation, Claim, CostTable, Locator, Note, NoteSection, ReportRow
from coscribe.core.types import EVERYTHING, Scope
from coscribe.terminal.chat.commands import COMMANDS, NAMES
from coscribe.terminal.chat.completion import ChatCompleter, ScopeValues
from coscribe.terminal.chat.live import Live
from coscribe.terminal.chat.scope import with_filter
from coscribe.terminal.chat.status import status_line
from coscribe.terminal.chat.talk import Talk
from coscribe.terminal.console import screen
from prompt_toolkit.completion import CompleteEvent  # noqa: TID251, what a completer is asked with
from prompt_toolkit.document import Document  # noqa: TID251

HOSTILE = "\x1b[2Jwiped \x1b]0;title\x07 [red]said[/red] \u202etfel\u202c"
PAGE = "Above it all.\nThe site may draw 20 MW.\nBelow."


def citation(number: int, quote: str = "The site may draw 20 MW.") -> Citation:
    locator = Locator(kind="page", page=3, label="p. 3")
    start = PAGE.find(quote)
    return Citation(
        number=number, passage=f"p{number}", report="r1", file="strategy.pdf", title="Strategy", organisation="Council",
        date="2026", status="draft", locator=locator, quote=quote, start=start, end=start + len(quote),
    )  # fmt: skip


def row(file: str, region: str, organisation: str) -> ReportRow:
    return ReportRow(
        report=file.partition(".")[0], file=file, title=file, organisation=organisation, region=region, date="2026",
        kind="roadmap", status="adopted", superseded_by=None, language="en", confidentiality="public", pages=3,
        passages=4,
    )  # fmt: skip


ROWS = [row("strategy.pdf", "Europe/France", "Council"), row("talk.pptx", "Japan", "Hinode Institute")]


def said(rows: list[list[tuple[str, str]]]) -> str:
    """The words of a picture, without its styles."""
    return "\n".join("".join(text for _, text in row) for row in rows)


class ScriptedDesk:
    """Answers with the question turned round; some words make it slow or costly."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Scope]] = []
        self.cancelled: list[str] = []
        self.done: list[Turn] = []
        self.model, self.cap = "", None
        self.started = asyncio.Event()
        self.saved: list[str] = []
        self.session = "20260101T000000-abcd"

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        self.asked.append((question, scope))
        self.started.set()
        claim = Claim(text=f"{question[::-1]}", kind="stated", verdict="supported", citations=[citation(1)])
        dropped = Claim(text="It draws 99 MW.", kind="stated", verdict="unsupported", reason="figure 99 MW not there")
        events = (Event("retriever", "searched", "2 passages"), Event("reviewer", "claim", "supported", claim=claim))
        for event in events if on_event else ():
            on_event(event)
        if "costly" in question:
            raise BudgetReached("the cap of $1 would be passed: raise --max-cost")
        if "slow" in question:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.cancelled.append(question)
                raise
        answer = Answer(
            question=f"{question}!", status="partial", mode="drafted", answer=f"{question[::-1]} [1]",
            claims=[claim, dropped], confidence=0.8,
        )  # fmt: skip
        turn = Turn(
            len(self.done) + 1, question, answer.question, "done", answer=answer, events=events, memory="memory"
        )
        self.done.append(turn)
        return turn

    async def note(self, topic: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        claim = Claim(text=topic, kind="stated", verdict="supported", citations=[citation(1)])
        note = Note(
            title=topic, template="brief", mode="evidence", sources=[], silent=["Oceania"], words=1,
            sections=[NoteSection(heading="Context", text=topic, claims=[claim])], markdown=f"# {topic}",
        )  # fmt: skip
        self.done.append(Turn(len(self.done) + 1, topic, topic, "done", note=note))
        return self.done[-1]

    @property
    def turns(self) -> list[Turn]:
        return list(self.done)

    def sessions(self) -> list[SessionRow]:
        told = {"library": "l", "started": "2026-01-01T00:00:00Z", "used": "2026-01-02T00:00:00Z"}
        return [SessionRow(session=self.session, title="one two", turns=2, unfinished=1, cost=Cost(), **told)]

    async def clear(self) -> None:
        self.done.clear()

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        found = [one for one in ROWS if not scope.regions or set(scope.regions) & {one.region, "France"}]
        if scope.regions == ("Atlantis",):
            raise UsageError("no report has the region 'Atlantis': there is Europe/France, Japan")
        return found

    def opened(self, cited: Citation) -> OpenedPage:
        start = PAGE.find("The")
        return OpenedPage(cited, PAGE, (start, start + 24), (cited.start, cited.end))

    def standing(self) -> Standing:
        left = None if self.cap is None else Decimal(self.cap)
        return Standing(self.model, Cost(usd="0.0123", calls=1), left, "run" if self.cap else "")

    def costs(self) -> CostTable:
        figures = {"calls": 1, "input_tokens": 7, "cached_tokens": 0, "output_tokens": 5, "usd": "0.0123"}
        line = CostRow(key="drafter", unpriced_calls=0, **figures)
        return CostTable(rows=[line], total=line.model_copy(update={"key": "total"}), zone="UTC")

    def price_hint(self) -> str:
        return ""

    async def set_model(self, model: str) -> None:
        self.model = model

    async def set_cap(self, usd: str) -> None:
        self.cap = usd

    def save(self, name: str, turn: Turn) -> Path:
        self.saved.append(name)
        return Path(name)


async def talk(*lines: str, desk: ScriptedDesk | None = None) -> ScriptedDesk:
    desk = desk or ScriptedDesk()
    conversation = Talk(desk, screen())
    await conversation.greet()
    for line in lines:
        if not await conversation.take(line):
            break
    return desk


async def test_questions_are_answered_line_after_line(capsys: pytest.CaptureFixture[str]) -> None:
    desk = await talk("one two\n", "\n", "   ", "three")
    out, err = capsys.readouterr()
    assert [question for question, _ in desk.asked] == ["one two", "three"]
    assert out.index("› one two") < out.index("understood as “one two!”") < out.index("owt eno") < out.index("eerht")
    assert "[1] Strategy · Council · 2026 · p. 3" in out and "“The site may draw 20 MW.”" in out
    assert "It draws 99 MW. (not supported: figure 99 MW not there)" in out
    assert err == "coscribe · all 2 reports · quotes only · /help shows what you can type\n"


async def test_quit_leaves_the_rest_unread() -> None:
    assert (await talk("/quit", "one")).asked == []


async def test_every_command_answers(capsys: pytest.CaptureFixture[str]) -> None:
    desk = await talk(
        "one", "/help", "/sources", "/open 1", "/why", "/scope Japan", "/model m", "/cost", "/cap 0.50",
        "/note  cooling ", "/save note.md", "/reports", "/sessions", "two", "/clear", "/why",
    )  # fmt: skip
    out, err = capsys.readouterr()
    assert all(command.usage in out for command in COMMANDS)
    assert "Above it all.\n»» The site may draw 20 MW. ««\nBelow." in out
    assert "Left out, and why\n✗ It draws 99 MW.: figure 99 MW not there" in out
    assert "asked: Japan (1 report)" in err and desk.asked[-1] == ("two", Scope(regions=("Japan",)))
    assert "drafts: m" in err and "$0.5 left for this session" in err
    assert "this session: $0.0123" in out and "drafter" in out
    assert "# cooling" in out and desk.saved == ["note.md"] and "→ written to note.md" in out
    assert "20260101T000000-abcd" in out and "strategy.pdf" not in out.split("› /reports")[1].split("› /sessions")[0]
    assert "a new session begins" in err and "nothing to explain yet" in err
    covered = {line.split()[1] for line in out.splitlines() if line.startswith("› /")}
    assert covered == {*NAMES} - {"/quit"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/qiut", "unknown command '/qiut': did you mean /quit?"),
        ("/zzzzzz", "unknown command '/zzzzzz': /help lists what there is"),
        ("/note", "a note needs a topic"),
        ("/sources", "there are no sources yet"),
        ("/open 7", "no source '7': write /open N, there is none yet"),
        ("/save x.md", "there is nothing to save yet"),
        ("/scope from yesterday", "'yesterday' is no year"),
        ("/scope region Atlantis", "no report has the region 'Atlantis': there is"),
        ("costly", "raise --max-cost"),
    ],
)
async def test_what_cannot_be_done_is_explained(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    desk = await talk(line, "cheap")
    out, err = capsys.readouterr()
    assert said in err and "Traceback" not in out + err
    assert desk.asked[-1][0] == "cheap" and "paehc" in out


async def test_an_answer_is_given_up_and_the_talk_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    desk = ScriptedDesk()
    conversation = Talk(desk, screen())
    assert not conversation.give_up()
    taking = asyncio.create_task(conversation.take("slow one"))
    await desk.started.wait()
    assert "owls" not in said(conversation.picture(80, 20))  # the claim is turned round, and its words are these:
    assert "eno wols" in said(conversation.picture(80, 20))
    assert conversation.give_up()
    assert await taking and desk.cancelled == ["slow one"]
    assert await conversation.take("quick") and conversation.picture(80, 20) == []
    out, err = capsys.readouterr()
    assert err.count("given up") == 1 and "kciuq" in out and "wols" not in out


async def test_a_cancelled_talk_takes_its_answer_along() -> None:
    desk = ScriptedDesk()
    talking = asyncio.create_task(Talk(desk, screen()).take("slow"))
    await desk.started.wait()
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert desk.cancelled == ["slow"]


async def test_report_text_never_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    desk = ScriptedDesk()
    desk.opened = lambda cited: OpenedPage(cited, HOSTILE + PAGE, (0, 30), (0, 5))
    desk.session = HOSTILE
    await talk(HOSTILE, "/why", "/open 1", "/sessions", f"/scope {HOSTILE}", f"/model {HOSTILE}", desk=desk)
    out, err = capsys.readouterr()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out + err)
    assert "[red]said[/red]" in out
    live = Live(coloured=False)
    live.take(Event("retriever", "searched", HOSTILE))
    live.take(Event("reviewer", "claim", "", claim=Claim(text=HOSTILE, kind="stated", verdict="supported")))
    drawn = said(live.picture(80, 20, [HOSTILE]))
    assert "\x1b" not in drawn and "[red]said[/red]" in drawn


@pytest.mark.parametrize("width", [20, 40, 80])
def test_the_work_fits_the_screen(width: int) -> None:
    live = Live(coloured=True)
    for number in range(30):
        live.take(Event("drafter", "drafted", f"{number} " + "日本のスーパーコンピュータ" * 9))
        claim = Claim(text=f"{number} " + "電力は四十メガワット" * 20, kind="stated", verdict="supported")
        live.take(Event("reviewer", "claim", "", claim=claim))
    drawn = said(live.picture(width, 12, ["next one"])).split("\n")
    wide = [len(re.sub(r"[\u3000-\u9fff]", "xx", line)) for line in drawn]
    assert len(drawn) <= 12 and max(wide) < width
    assert "working" in drawn[0] and "next one" in drawn[-1] and any("29 " in line for line in drawn)


def test_draft_text_is_not_shown_and_sentences_sent_back_go() -> None:
    live = Live(coloured=False)
    live.take(Event("reviewer", "claim", "", claim=Claim(text="First draft.", kind="stated", verdict="supported")))
    live.take(Event("reviewer", "claim", "", claim=Claim(text="First draft.", kind="stated", verdict="supported")))
    assert said(live.picture(80, 20)).count("First draft.") == 1
    live.take(Event("reviewer", "sent back", "to the drafter: 1 problems"))
    assert "First draft." not in said(live.picture(80, 20))


def test_the_status_line_tells_what_it_costs_and_is_cut_where_there_is_no_room() -> None:
    told = Standing("model-x", Cost(usd="0.0123", calls=2), Decimal("0.4877"), "run", "3 older turns in short")
    line = status_line(told, "Japan (1 report)", 120)
    assert line == "model-x · Japan (1 report) · $0.0123 · $0.4877 left for this session · 3 older turns in short"
    assert status_line(Standing("", Cost()), "all 2 reports", 80) == "quotes only · all 2 reports · $0 · no cap"
    short = status_line(told, "日本 (1 report)", 24)
    assert short.endswith("…") and len(short.replace("日本", "xxxx")) < 24
    assert "price unknown" in status_line(Standing("m", Cost(usd=None, calls=1)), "all", 80)


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("Japan", Scope(regions=("Japan",))),
        ("region Europe; Japan", Scope(regions=("Europe", "Japan"))),
        ("hinode institute", Scope(organisations=("hinode institute",))),
        ("strategy.pdf", Scope(reports=("strategy.pdf",))),
        ("from 2025", Scope(kinds=("talk",), published_from=2025)),
        ("status draft", Scope(kinds=("talk",), statuses=("draft",))),
        ("kind", EVERYTHING),
        ("all", EVERYTHING),
    ],
)
def test_a_scope_is_what_is_typed(typed: str, scope: Scope) -> None:
    before = Scope(kinds=("talk",)) if scope.kinds or typed in ("all", "kind") else EVERYTHING
    assert with_filter(before, typed, ROWS) == scope


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("/s", ["/sources", "/scope", "/save", "/sessions"]),
        ("/scope J", ["Japan"]),
        ("/scope region ", ["Europe", "Japan"]),
        ("/scope report ta", ["talk.pptx"]),
        ("/open ", ["1", "2"]),
        ("/model e", ["evidence"]),
        ("What does Hinode Ins", ["Hinode Institute"]),
        ("What does jap", ["Japan"]),
        ("What", []),
    ],
)
def test_commands_and_names_are_completed(text: str, offered: list[str]) -> None:
    completer = ChatCompleter()
    completer.names = ScopeValues(
        ["Europe", "Japan"], ["strategy.pdf", "talk.pptx"], ["Hinode Institute"], [], ["1", "2"]
    )
    found = completer.get_completions(Document(text), CompleteEvent(completion_requested=True))
    assert [completion.text for completion in found] == offered
    if not text.startswith("/"):
        assert not list(completer.get_completions(Document(text), CompleteEvent(text_inserted=True)))


async def test_without_colour_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await talk("one", "/open 1", "/why", "/help")
    assert "\x1b" not in "".join(capsys.readouterr())
