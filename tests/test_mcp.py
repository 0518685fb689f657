"""`coscribe mcp`: what its clients are shown and told, by the SDK's own client; what is internal is as if not there."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import coscribe
import httpx2
import pytest
from coscribe.commands.mcp import protocol
from coscribe.commands.mcp.offers import Offers
from coscribe.commands.mcp.serving import ServingWorkplace, listening_at, token_of
from doubles.command_line import PROGRAM, run
from doubles.desk import CANARY, Author, Shelf, repeat
from doubles.endpoint import Endpoint
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

TOOLS = ["search_reports", "read_page", "ask_reports", "check_text", "draft_note", "align_topics", "cost"]
POWER = "How much power may a post-exascale site draw?"
Served = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def folder(guarded_shelf: Shelf, tmp_path: Path) -> Path:
    """A library of its own, with a canary and an advice that are internal."""
    return Path(shutil.copytree(guarded_shelf.library.folder, tmp_path / "library"))


@contextlib.asynccontextmanager
async def offered(folder: Path, tmp_path: Path, **options: Any) -> AsyncIterator[tuple[ServingWorkplace, Offers]]:
    given = {"home": str(tmp_path / "home"), "library": str(folder), "embedder": "none", **options}
    with ServingWorkplace.of(given) as place:
        async with place.assistant(place.settings) as assistant:
            yield place, Offers(assistant, place.library, lambda: place.ledger)


@pytest.fixture
def serve(folder: Path, tmp_path: Path) -> Served:
    @contextlib.asynccontextmanager
    async def served(*, trusted: bool = False, **options: Any) -> AsyncIterator[Client]:
        settings = tmp_path / "home" / "state" / "coscribe.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"[trust]\nmcp = {str(trusted).lower()}\n[prices.m]\ninput = 3\noutput = 7\n", "utf-8")
        async with (
            offered(folder, tmp_path, **options) as (_, offers),
            Client(protocol.server_of(offers)) as client,
        ):
            yield client

    return served


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*.sqlite")}


async def given(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content == json.loads(result.content[0].text)  # type: ignore[union-attr]
    return dict(result.structured_content or {})


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    line: str = result.content[0].text  # type: ignore[union-attr]
    assert "\n" not in line and "Traceback" not in line and len(line) < 500
    return line


async def test_a_client_searches_reads_asks_and_checks_over_standard_streams(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    where = ["--home", str(tmp_path / "home"), "--library", str(folder), "--embedder", "none", "--quotes-only"]
    program = StdioServerParameters(command=sys.executable, args=[*PROGRAM[1:], "mcp", *where], env=dict(os.environ))
    told: list[str | None] = []

    async def tell(done: float, total: float | None, line: str | None) -> None:
        told.append(line)

    with (tmp_path / "stderr").open("w+", encoding="utf-8") as errors:
        async with Client(stdio_client(program, errlog=errors)) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            found = await given(client, "search_reports", query="electrical power of a site", region=["Europe/France"])
            first = found["passages"][0]
            assert first["locator"]["label"] == "p. 1" and found["internal_left_out"] == 2
            page = await given(client, "read_page", passage=first["passage"])
            assert first["text"] in page["text"] and (page["file"], page["page"]) == (first["file"], 1)
            asked = await client.call_tool("ask_reports", {"question": POWER}, progress_callback=tell)
            answer = asked.structured_content or {}
            assert (answer["status"], answer["mode"]) == ("answered", "evidence")
            cited = [one for claim in answer["claims"] for one in claim["citations"]]
            assert {"europe-strategy-2026.pdf", "us-facilities-plan-2026.html"} <= {one["file"] for one in cited}
            assert all(one["quote"] and one["locator"]["label"] for one in cited)
            draft = "# Power\n\nA European site may draw up to 60 MW of peak electrical power by 2030."
            checked = await given(client, "check_text", text=draft)
            assert [one["label"] for one in checked["sentences"]] == ["contradicted"]
            assert checked["sentences"][0]["citations"][0]["locator"]["page"] == 1
            assert (await given(client, "cost", by="model"))["total"]["usd"] == "0"
        errors.seek(0)
        said = errors.read()
    assert any(line and line.startswith("reviewer: ") for line in told)
    assert "2 internal left out" in said and "Traceback" not in said
    assert contents(folder) == before  # nothing is changed


async def test_what_is_internal_is_as_if_it_were_not_there(serve: Served, folder: Path) -> None:
    claimed = f"The {CANARY} hall may draw 33 MW of peak electrical power."
    question = f"Does the {CANARY} hall publish the energy of inference?"
    async with serve() as client:
        results = [
            await given(client, "search_reports", query=question, limit=20),
            await given(client, "ask_reports", question=question),
            await given(
                client, "ask_reports", question=f"What is a {CANARY[:-1]}?"
            ),  # misspelled: nothing puts it right
            await given(client, "check_text", text=claimed),
            await given(client, "draft_note", topic=f"{CANARY} hall"),
            await given(client, "align_topics", topics=[f"{CANARY} hall", "power"], by="report"),
        ]
        assert {result["internal_left_out"] for result in results} == {2}
        for result in results:
            text = json.dumps(result).replace(claimed, "")
            assert not any(word in text for word in ("canary.md", "europe-advisory", "33 MW", "15 MW"))
        assert CANARY in results[1]["coverage"]["absent_words"]  # that it stands somewhere is not told either
        assert results[2]["coverage"]["corrected"] == {}
        unknown, hidden = [await refusal(client, "read_page", report=name) for name in ("never.md", "canary.md")]
        assert unknown.replace("never", "canary") == hidden
        # Marked while the server is up, by somebody else: it goes at once, and what it replaced stays replaced.
        library = coscribe.Library(folder, embedder="none")
        newer = next(row for row in library.reports() if row.file == "france-roadmap-2026.pdf")
        library.correct({newer.report: {"confidentiality": "internal"}})
        older = await given(client, "read_page", report="france-roadmap-2024.pdf")
        assert older["status"] == "superseded" and older["internal_left_out"] == 3
        left = await given(client, "ask_reports", question=POWER)
        assert newer.report not in json.dumps(left) and newer.file not in json.dumps(left)
    async with serve(trusted=True) as client:
        shown = await given(client, "ask_reports", question=question)
        assert CANARY in shown["answer"] and shown["internal_left_out"] == 0


async def test_a_model_of_ours_is_shown_no_more_and_one_cap_holds_for_all_calls(serve: Served) -> None:
    endpoint = Endpoint(Author(repeat("power", CANARY)))
    with contextlib.closing(endpoint):
        model = {"model": "m", "base_url": endpoint.url, "cache_megabytes": "0"}
        async with serve(**model, max_cost="2") as client:
            for _ in range(2):
                answer = await given(client, "ask_reports", question=f"{POWER} And {CANARY}?")
                assert answer["mode"] == "drafted" and answer["cost"]["calls"] >= 1
            (run_of_all,) = (await given(client, "cost", by="run"))["rows"]
        sent = len(endpoint.meter.requests)
        assert run_of_all["calls"] == sent and "hall may draw" not in json.dumps(endpoint.meter.requests)
        async with serve(**model, max_cost="0.0001") as client:
            answer = await given(client, "ask_reports", question=POWER)
            assert answer["mode"] == "evidence" and "cap of 0.0001" in answer["degraded"]
        assert len(endpoint.meter.requests) == sent


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("remove_report", {}, "there is no tool 'remove_report'"),
    ("search_reports", {"query": "x" * 5_000}, "4000"),
    ("search_reports", {"query": "power", "limit": 10**9}, "limit"),
    ("search_reports", {"query": "power", "home": "/"}, "'home'"),
    ("search_reports", {"query": "power", "region": ["Atlantis"]}, "Atlantis"),
    ("search_reports", {"query": {"$ne": 1}}, "query"),
    ("read_page", {"report": "../../state/ledger.sqlite"}, "no report is called"),
    ("read_page", {"report": "europe-strategy-2026.pdf", "page": 400}, "page 400"),
    ("read_page", {"passage": "' OR 1=1 --"}, "no passage"),
    ("ask_reports", {"question": " \u0007 "}, "empty"),
    ("check_text", {"text": "x " * 30_000}, "40000"),
    ("check_text", {"text": "\x00\x1b[2J"}, "no sentence"),
    ("draft_note", {"topic": "power", "template": "/etc/passwd"}, "template"),
    ("align_topics", {"topics": []}, "topics"),
    ("cost", {"by": "question"}, "by"),
)  # fmt: skip


async def test_what_is_wrong_is_told_in_a_line(serve: Served) -> None:
    async with serve() as client:
        for tool, arguments, said in WRONG:
            assert said in await refusal(client, tool, **arguments), tool


async def test_over_http_a_client_needs_the_token_and_our_own_name(folder: Path, tmp_path: Path) -> None:
    async with offered(folder, tmp_path) as (place, offers):
        listening = listening_at(0)
        port = listening.getsockname()[1]
        token = token_of(place.home)
        assert token == token_of(place.home) and (os.name == "nt" or place.home.token.stat().st_mode & 0o777 == 0o600)
        serving = asyncio.create_task(protocol.over_http(offers, listening, token))
        shown, url = {"Authorization": f"Bearer {token}"}, f"http://127.0.0.1:{port}{protocol.PATH}"
        async with httpx2.AsyncClient(trust_env=False) as web:
            codes = [
                (await web.post(url, json={}, headers=headers)).status_code
                for headers in (
                    {}, {"Authorization": "Bearer x"}, {**shown, "Host": f"evil.example:{port}"},
                    {**shown, "Origin": "http://evil.example"},
                )
            ]  # fmt: skip
        assert codes == [401, 401, 421, 403]
        async with (
            httpx2.AsyncClient(headers=shown, trust_env=False) as web,
            Client(streamable_http_client(url, http_client=web)) as client,
        ):
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            assert (await given(client, "search_reports", query="power"))["passages"]
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError), listening:
            await serving


def test_without_the_extra_one_line_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "coscribe.commands.mcp.protocol", raising=False)
    done = run("mcp", "--library", folder)
    assert done.code == 2 and "pip install 'coscribe[mcp]'" in done.message
