"""Sessions: what survives the program, what is told of what was cut off, and that a long one stays of one size."""

import asyncio
import json
import sqlite3
import stat
import threading
from decimal import Decimal
from pathlib import Path
from typing import Literal

import coscribe
import ormsgpack
import pytest
from coscribe.agents.chat.conversation import Conversation
from coscribe.agents.chat.sessions import Sessions
from coscribe.core.errors import LibraryError, UsageError
from coscribe.core.system.home import Home
from coscribe.core.types import Scope
from coscribe.money.caps import Caps
from coscribe.tools.publish.markdown import markdown
from coscribe.tools.search.memory import Exchange, Memory
from doubles.command_line import run
from doubles.desk import Asked, Author, draft, repeat
from doubles.endpoint import Endpoint, Json
from hypothesis import given, settings
from hypothesis import strategies as st

POWER = "How much power may a post-exascale site draw in Europe?"


@pytest.fixture
def home(tmp_path: Path, shelf) -> Home:
    return Home(tmp_path / "home", shelf.library.folder)


def quoting(home: Home, shelf, session=None) -> Conversation:
    made = coscribe.Assistant(shelf.library, home=home.root, model="evidence")
    return Conversation(made, home, session=session)


def entry(home: Home, name: str = ""):
    sessions = Sessions(home.sessions)
    try:
        return sessions.find(name)
    finally:
        sessions.close()


async def test_a_session_is_gone_on_with(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        assert conversation.session == "" and not home.sessions.read_bytes().count(b"turns_of")
        await conversation.ask(POWER)
        note = await conversation.note("cooling")
        assert note.note is not None and note.cost.calls == 0
        (row,) = conversation.sessions()
        assert (row.title, row.turns, row.unfinished, row.cost.usd) == (POWER, 2, 0, "0")
    async with quoting(home, shelf, entry(home)) as again:
        first, second = again.turns
        assert (first.asked, first.state, second.asked) == (POWER, "done", "cooling")
        assert "20 MW" in first.answer.answer and second.note.markdown == note.note.markdown
        assert markdown(first.answer.document) == first.answer.answer and second.note.document == note.note.document
        turn = await again.ask("and in Japan?")
        assert turn.number == 3 and turn.question == "How much power may a post-exascale site draw in Japan?"


async def test_what_is_kept_is_private_and_plain(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        await conversation.ask(POWER)
        await conversation.ask("and in Japan?")
        kept = [*home.state.glob("sessions.sqlite*"), *(home.state / "sessions").iterdir()]
        assert len(kept) > 1
        assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
    with sqlite3.connect(home.sessions) as connection:
        checkpoints = connection.execute("SELECT type, checkpoint FROM checkpoints").fetchall()
        writes = connection.execute("SELECT channel, type, value FROM writes").fetchall()
    assert {kind for kind, _ in checkpoints} == {"msgpack"} and {"memory"} <= {channel for channel, *_ in writes}
    # Read without any hook for extension types: an object of a class would fail here.
    for data in [blob for _, blob in checkpoints] + [value for _, kind, value in writes if kind == "msgpack"]:
        ormsgpack.unpackb(data)
    assert not {channel for channel, *_ in writes} & {"done"}


async def test_an_answer_that_was_kept_without_its_document_gets_one(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        made = await conversation.ask(POWER)
    (kept,) = home.runs.glob("*.json")
    record = json.loads(kept.read_text("utf-8"))
    assert record["result"].pop("document")["format"] == 1
    kept.write_text(json.dumps(record), encoding="utf-8")
    async with quoting(home, shelf, entry(home)) as again:
        assert again.turns[0].answer.document.shown() == made.answer.document.shown() != set()


async def test_a_turn_that_was_given_up_is_marked_and_the_session_goes_on(
    home: Home, shelf, endpoint: Endpoint, assistant
) -> None:
    endpoint.reply, endpoint.stall = Author(repeat("power")), 5
    arrived = threading.Event()

    def disturb(number: int) -> Literal["stall"] | None:
        arrived.set()
        return None if number else "stall"

    endpoint.disturb = disturb
    async with Conversation(assistant(shelf.library, endpoint.url), home) as conversation:
        asking = asyncio.create_task(conversation.ask(POWER))
        await asyncio.to_thread(arrived.wait, 30)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        turn = await conversation.ask("How much power may a site draw in Japan?")
        assert [turn.state for turn in conversation.turns] == ["cancelled", "done"]
        assert conversation.turns[0].cost.calls == 1 and turn.cost.calls >= 1
        assert conversation.spent().calls == 1 + turn.cost.calls
        assert (await conversation._chat.memory(conversation.session)).recent[0].number == 2


async def test_a_claim_is_told_as_soon_as_its_free_checks_pass(
    home: Home, shelf, endpoint: Endpoint, assistant
) -> None:
    said: list[str] = []
    told_before: list[list[str]] = []

    def judge(claim: str, cited: str) -> bool:
        told_before.append(list(said))
        return False

    def write(asked: Asked) -> Json:
        (line,) = [line for line in asked.lines if "at most 20 MW" in line.text]
        unsure = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."
        return draft(([line.number], line.text), ([line.number], unsure))

    endpoint.reply = Author(write, judge=judge)
    async with Conversation(assistant(shelf.library, endpoint.url, rounds=0), home) as conversation:
        turn = await conversation.ask(
            POWER, on_event=lambda event: said.append(event.claim.text) if event.claim else None
        )
    assert told_before  # what was on screen while the model was asked: about the other sentence, and what both answer
    assert all("at most 20 MW" in first and not others for first, *others in told_before)
    (dropped,) = [claim.text for claim in turn.answer.claims if claim.verdict == "unsupported"]
    assert dropped.startswith("Europe caps")
    assert not any("future centre" in text for text in said)


async def test_the_session_is_one_run_with_one_cap(
    home: Home, shelf, endpoint: Endpoint, assistant, priced: None
) -> None:
    endpoint.reply = Author(repeat("power"))
    made = assistant(shelf.library, endpoint.url, max_cost="0.05")
    ledger, caps = made._ledger, Caps(run=Decimal("0.05"))
    async with Conversation(made, home) as conversation:
        first = await conversation.ask(POWER)
        second = await conversation.ask("How much power may a site draw in Japan?")
        assert first.cost.usd != "0" and ledger.cost(conversation.session).calls == first.cost.calls + second.cost.calls
        spent = Decimal(first.cost.usd) + Decimal(second.cost.usd)
        assert ledger.remaining(caps, conversation.session) == (Decimal("0.05") - spent, "run")
        assert ledger.table("agent", conversation.session).total.usd == str(spent)
        for number in range(9):
            turn = await conversation.ask(f"How much power may site {number} draw in Europe?")
        assert turn.answer.error.kind == "BudgetReached" and turn.answer.mode == "evidence"
        assert Decimal(conversation.spent().usd) <= Decimal("0.05")
    assert ledger.remaining(Caps(), "nobody") is None


async def test_a_session_is_open_once(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        await conversation.ask(POWER)
        with pytest.raises(LibraryError, match="open in another terminal"):
            await quoting(home, shelf, entry(home)).__aenter__()
        await conversation.clear()
        async with quoting(home, shelf, entry(home)) as again:
            assert len(again.turns) == 1


async def test_a_session_belongs_to_its_library(home: Home, shelf, tmp_path: Path) -> None:
    async with quoting(home, shelf) as conversation:
        await conversation.ask(POWER)
        assert conversation.sessions()
    elsewhere = Home(home.root, tmp_path / "other")
    with pytest.raises(UsageError, match="say --library"):
        quoting(elsewhere, shelf, entry(home))
    async with quoting(elsewhere, shelf) as other:
        assert other.sessions() == []


async def test_sessions_are_found_by_the_beginning_of_their_names(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        await conversation.ask(POWER)
        name = conversation.session
        await conversation.clear()
        await conversation.ask("What does Japan plan?")
    sessions = Sessions(home.sessions)
    assert sessions.find(name).title == POWER
    with pytest.raises(UsageError, match="means several sessions"):
        sessions.find(name[:4])
    with pytest.raises(UsageError, match="there is no session 'nowhere'"):
        sessions.find("nowhere")
    sessions.close()


async def test_purging_a_report_takes_the_sessions_that_quote_it(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.md").write_text(
        "# Alpha\n\nThe amberjack hall may draw 33 MW of electrical power.\n", encoding="utf-8"
    )
    (folder / "b.md").write_text("# Beta\n\nPhotonic links shall connect all racks by 2030.\n", encoding="utf-8")
    home = Home(tmp_path / "home", tmp_path / "home" / "library")
    library = coscribe.Library(home.library, embedder="none")
    library.ingest([folder])
    assistant = coscribe.Assistant(library, home=home.root)
    async with Conversation(assistant, home) as conversation:
        await conversation.ask("How much power may the hall draw?", scope=Scope(reports=("a.md",)))
        await conversation.clear()
        await conversation.ask("When shall photonic links connect racks?", scope=Scope(reports=("b.md",)))
        kept = conversation.session
    assert b"amberjack" in all_of(home.state)
    done = run("reports", "remove", "a.md", "--purge", "--home", home.root, "--json", "--embedder", "none")
    assert done.code == 0, done.err
    assert done.json["sessions"] == 1
    assert b"amberjack" not in all_of(home.state)
    assert entry(home).session == kept


async def test_two_hundred_turns_fill_a_prompt_no_more_than_twenty(
    home: Home, shelf, endpoint: Endpoint, assistant
) -> None:
    def reply(request):
        if "The analyst now asks:" in str(request):
            return {"question": "How much power may a site draw in Japan, say the reports?"}
        return author(request)

    author = Author(repeat("power"))
    endpoint.reply = reply
    prompts = []
    async with quoting(home, shelf) as conversation:
        for number in range(1, 201):
            await conversation.ask(f"How much power may site {number} draw, and how is it cooled in the years to come?")
            if number in (20, 200):
                own = conversation._assistant
                conversation._assistant = made = assistant(shelf.library, endpoint.url)
                turn = await conversation.ask("and in Japan?")
                conversation._assistant = own
                prompts.append([request for request in endpoint.meter.requests if "now asks:" in str(request)][-1])
        assert conversation.compacted == "198 older turns in short"
        assert turn.memory == "turns remembered: 4 in full, 12 by their questions, 186 not any more"
    early, late = ("".join(message["content"] for message in prompt["messages"]) for prompt in prompts)
    assert "site 200 draw" in late and "site 150 draw" not in late
    tokens = [made._models["retriever"]._line._tokens.count(prompt, "gpt-5-mini").tokens for prompt in (early, late)]
    assert tokens[1] < 1.1 * tokens[0] and tokens[1] < 1_600


def all_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def _exchange(number: int) -> Exchange:
    asked = f"question {number} " + "about the power of sites " * 20
    return Exchange(
        number=number, asked=asked, question=asked[:200], needed=asked[:200], said="The site says so. " * 80
    )


@settings(max_examples=30)
@given(st.integers(0, 260))
def test_a_memory_is_bounded_and_comes_back_as_it_was(turns: int) -> None:
    memory = Memory()
    for number in range(1, turns + 1):
        memory = memory.with_exchange(_exchange(number))
    assert Memory.read(memory.plain()) == memory
    assert len(memory.recent) + len(memory.older) + memory.forgotten == turns
    assert [one.number for one in (*memory.older, *memory.recent)] == list(range(memory.forgotten + 1, turns + 1))
    assert len(ormsgpack.packb(memory.plain())) < 20_000


async def test_what_was_quoted_is_known_when_a_session_is_gone_on_with(home: Home, shelf) -> None:
    async with quoting(home, shelf) as conversation:
        first = await conversation.ask(POWER)
    async with quoting(home, shelf, entry(home)) as again:
        turn = await again.ask("who says that?")
    assert turn.answer.answer.startswith("This is said by:")
    quotes = [[one.id for one in claim.quotes] for claim in first.answer.claims if claim.kind == "stated"]
    assert quotes == [[one.id for one in claim.quotes] for claim in turn.answer.claims if claim.kind == "stated"]


def test_a_memory_of_a_version_without_quotes_is_read() -> None:
    plain = Memory().with_exchange(Exchange(1, POWER, POWER, POWER, quotes=((("p", None, 0, 4),),))).plain()
    assert Memory.read(plain).last.quotes == ((("p", None, 0, 4),),)
    del plain["recent"][0]["quotes"]
    assert Memory.read(json.loads(json.dumps(plain))).last.quotes == ()
