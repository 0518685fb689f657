"""The response cache: what was answered once costs nothing again, and is never shown to whom it is not meant for."""

import sqlite3
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from coscribe.core.errors import LibraryError, MalformedReply, Withheld
from coscribe.models.cache import KeptReply, ReplyCache
from doubles.books import Said, prompt
from doubles.command_line import run
from doubles.desk import Author, draft, repeat

POWER = "How much power may a post-exascale site draw?"


@pytest.fixture
def kept(tmp_path):
    cache = ReplyCache(tmp_path / "replies.sqlite", 1)
    yield cache
    cache.close()


def stored(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.rglob("replies.sqlite*"))


@pytest.mark.usefixtures("priced")
async def test_the_same_question_costs_nothing_again_in_another_run_too(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("power"))
    first = await assistant(shelf.library, endpoint.url, cache_megabytes=9).ask(POWER)
    sent = len(endpoint.meter.requests)
    again = await assistant(shelf.library, endpoint.url, cache_megabytes=9).ask(POWER)
    assert sent == first.cost.calls > 0 and Decimal(first.cost.usd) > 0
    assert len(endpoint.meter.requests) == sent
    assert (again.cost.usd, again.cost.priced, again.cost.calls) == ("0", True, 0)
    assert (again.cost.input_tokens, again.cost.output_tokens) == (0, 0)
    assert (again.cost.cache_hits, again.cost.saved_usd) == (sent, first.cost.usd)
    assert [claim.text for claim in again.claims] == [claim.text for claim in first.claims] != []


async def test_what_was_saved_is_unknown_where_the_price_was(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("power"))
    made = assistant(shelf.library, endpoint.url, cache_megabytes=9)
    assert (await made.ask(POWER)).cost.usd is None
    again = (await made.ask(POWER)).cost
    assert (again.usd, again.saved_usd, again.calls) == ("0", None, 0) and again.cache_hits


async def test_without_the_cache_the_model_is_asked_anew(shelf, endpoint, assistant, tmp_path):
    endpoint.reply = Author(repeat("power"))
    made = assistant(shelf.library, endpoint.url, cache_megabytes=0)
    calls = [(await made.ask(POWER)).cost.calls for _ in range(2)]
    assert calls[0] == calls[1] > 0 and len(endpoint.meter.requests) == sum(calls)
    assert not list(tmp_path.rglob("replies.sqlite*"))


async def test_a_draft_sent_back_is_asked_for_anew_though_nothing_of_it_changed(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(missing=("what nobody wrote down",)))
    made = assistant(shelf.library, endpoint.url, cache_megabytes=9, rounds=2)
    first, again = (await made.ask(POWER)).cost, (await made.ask(POWER)).cost
    assert (first.calls, first.cache_hits, again.calls, again.cache_hits) == (
        4,
        0,
        0,
        4,
    )  # two rounds more, and who reads what the reports say


async def test_another_way_of_asking_is_the_same_question(endpoint, connect, kept, books):
    endpoint.refuse = {"json_schema": 400}
    await connect(endpoint.url, cache=kept).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 2
    assert (await connect(endpoint.url, cache=kept).parse(prompt(), Said)).text == "yes"  # begins at schemas again
    assert len(endpoint.meter.requests) == 2
    assert books.statuses() == ["failed", "ok", "cached"]


@pytest.mark.parametrize(
    "other",
    [{"text": "Other text."}, {"level": "public"}, {"level": "unmarked"}],
)
async def test_another_text_or_level_is_another_question(endpoint, connect, kept, other):
    model = connect(endpoint.url, cache=kept)
    await model.parse(prompt(), Said)
    await model.parse(prompt(**other), Said)
    assert len(endpoint.meter.requests) == 2


async def test_trust_is_a_part_of_the_question(endpoint, connect, kept):
    await connect(endpoint.url, cache=kept).parse(prompt(level="public"), Said)
    await connect(endpoint.url, cache=kept).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 2
    distrusted = connect(endpoint.url, cache=kept, trusted=(), allowed=("127.0.0.1",))
    await distrusted.parse(prompt(level="public"), Said)
    assert len(endpoint.meter.requests) == 3
    with pytest.raises(Withheld):
        await distrusted.parse(prompt(), Said)
    await connect(endpoint.url, cache=kept, model="m2").parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 4


async def test_only_answers_that_fit_are_kept_and_all_that_they_cost_is_saved(endpoint, connect, kept, books):
    endpoint.reply = lambda request: {"text": "mended"} if len(request["messages"]) > 2 else {"txt": 1}
    model = connect(endpoint.url, cache=kept)
    await model.parse(prompt(), Said)
    paid = books.cost("r").usd
    assert (await model.parse(prompt(), Said)).text == "mended"
    assert (books.cost("r").saved_usd, books.cost("r").usd, books.cost("r").calls) == (paid, paid, 2)
    endpoint.reply = lambda request: "I would rather chat."
    for _ in range(2):
        with pytest.raises(MalformedReply):
            await model.parse(prompt("Chat."), Said)
    assert books.cost("r").cache_hits == 1


def test_the_oldest_answers_go_where_there_is_no_room(kept, tmp_path):
    for number in range(40):
        kept.put(str(number), KeptReply(f"{number}:".ljust(100_000, "x"), Decimal(number)))
    assert kept.get("0") is None and kept.get("25") is None
    assert kept.get("39").usd == 39 and kept.get("39").reply.startswith("39:")
    assert sum(kept.get(str(number)) is not None for number in range(40)) >= 6
    assert (tmp_path / "replies.sqlite").stat().st_size < 1_300_000


def test_what_is_cleared_is_off_the_disk(kept, tmp_path):
    kept.put("a", KeptReply("zephyrine", None))
    assert b"zephyrine" in stored(tmp_path)
    assert kept.clear() == 1
    assert kept.get("a") is None and b"zephyrine" not in stored(tmp_path)


def test_the_file_is_private_and_a_damaged_one_is_begun_anew(tmp_path):
    path = tmp_path / "replies.sqlite"
    path.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    cache = ReplyCache(path, 1)
    cache.put("a", KeptReply("b", None))
    assert cache.get("a") == KeptReply("b", None)
    for file in tmp_path.glob("replies.sqlite*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    cache.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match=r"format 99.*upgrade coscribe"):
        ReplyCache(path, 1)


def test_a_purge_leaves_no_answer_that_quotes_the_report(endpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    report = tmp_path / "hall.md"
    report.write_text("# Hall\n\nThe zephyrine hall may draw 33 MW of power.\n", encoding="utf-8")
    assert run("ingest", report).code == 0
    endpoint.reply = Author(repeat("zephyrine"))
    asked = ("ask", "How much power may the zephyrine hall draw?", "--model", "m", "--base-url", endpoint.url)
    assert run(*asked).code == 0 and b"zephyrine" in stored(tmp_path)
    sent = len(endpoint.meter.requests)
    assert "from the cache" in run(*asked).out and len(endpoint.meter.requests) == sent
    assert run(*asked, "--no-cache").code == 0 and len(endpoint.meter.requests) == 2 * sent
    assert run("reports", "remove", "hall.md", "--purge").code == 0
    assert b"zephyrine" not in stored(tmp_path)
