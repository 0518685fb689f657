"""Puts many questions at once to an assistant in this process, or to a batch in a process of its own."""

import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import coscribe
from coscribe.agents.assistant import Assistant
from coscribe.core.errors import CoscribeError
from coscribe.core.settings import load
from coscribe.core.system.home import Home
from coscribe.money.ledger import open_ledger
from server import Server

LONGEST_WAIT = 60.0  # seconds until a question that is to be given up has reached the server


@dataclass
class Outcome:
    """The homes that were used, the questions left without an answer or with quotes alone, and what else went wrong."""

    homes: list[Path] = field(default_factory=list)
    unanswered: int = 0
    quoted: int = 0
    cancelled: int = 0
    wrong: list[str] = field(default_factory=list)
    killed: bool = False


def put(
    asked: list[str], server: Server, home: Path, folder: Path, at_once: int, *, cancel: bool = False,
    embed: bool = False,
) -> Outcome:  # fmt: skip
    """Put questions, so many at once, to the library in a folder; `cancel` gives half of them up on their way."""
    return asyncio.run(_put(asked, server, home, folder, at_once, cancel, embed))


async def _put(
    asked: list[str], server: Server, home: Path, folder: Path, at_once: int, cancel: bool, embed: bool
) -> Outcome:
    chance, slots, outcome = random.Random(server.seed), asyncio.Semaphore(at_once), Outcome([home])
    embedder = coscribe.embedder(model="m", base_url=server.url, home=home) if embed else "none"
    library = coscribe.Library(folder, embedder=embedder)
    place = Home.find(home, library.folder, os.environ)
    settings = load({"model": "m", "base_url": server.url}, os.environ, Path.cwd(), place)
    assistant = Assistant.with_settings(library, place, settings, partial(open_ledger, place), at_once=at_once)

    async def one(question: str, given_up_after: float | None) -> None:
        async with slots:
            asking = asyncio.ensure_future(assistant.ask(question))
            try:
                if given_up_after is not None:
                    await _reached(server, question)
                    await asyncio.sleep(given_up_after)
                    asking.cancel()
                answer = await asking
                outcome.unanswered += not (answer.answer and answer.claims)
                outcome.quoted += answer.mode == "evidence"
            except asyncio.CancelledError:
                outcome.cancelled += 1
            except Exception as error:  # noqa: BLE001  # what nobody foresaw is what is looked for
                outcome.unanswered += isinstance(error, CoscribeError)
                outcome.wrong.append(f"{type(error).__name__}: {error}")

    moments = [chance.uniform(0.0, 2 * server.delay) if cancel and at % 2 else None for at in range(len(asked))]
    await asyncio.gather(*map(one, asked, moments))
    await assistant.close()
    library.interrupt()
    return outcome


async def _reached(server: Server, question: str) -> None:
    give_up = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < give_up:
        with server.lock:
            if any(question in prompt for prompt in server.meter.prompts):
                return
        await asyncio.sleep(0.01)


def batch_command(source: Path, target: Path, server: Server, home: Path, library: Path, at_once: int) -> list[object]:
    """Return the command that answers a file of questions in a process of its own."""
    model = ["--model", "m", "--base-url", server.url, "--concurrency", at_once, "--processes", 1]
    return ["batch", source, "-o", target, *model, "--home", home, "--library", library, "--embedder", "none", "--json"]
