"""What graph, model port and ledger add to a question: CPU time at an endpoint that answers at once, search apart.

Usage: `python benchmarks/overhead.py [--questions 60]`. The endpoint runs in a process of its own, so its CPU is not in
the figures. The same requests are then made by the bare client library, and the same searches alone.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import coscribe
import openai  # noqa: TID251
from coscribe.agents.retriever import retrieve
from coscribe.agents.state import Deps, State
from coscribe.tools.evidence.scoring import score
from coscribe.tools.evidence.selection import select

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.accounts import prepare, scribe
from doubles.command_line import copy_samples
from doubles.endpoint import Endpoint

WARM_UP = 8  # questions that load tables, open connections and fill caches
TOPICS = ("power of a site", "energy of inference", "cooling of racks", "training of engineers", "open software")


def serve() -> None:
    """Serve until standard input is closed."""
    endpoint = Endpoint(scribe)
    print(endpoint.url, flush=True)
    sys.stdin.read()


async def cpu(work: Callable[[Any], Awaitable[object]], items: Sequence[Any]) -> float:
    """Return the milliseconds of CPU, of all threads, that `work` takes for an item after the first few."""
    for item in items[:WARM_UP]:
        await work(item)
    began = time.process_time()
    for item in items[WARM_UP:]:
        await work(item)
    return 1000 * (time.process_time() - began) / len(items[WARM_UP:])


async def measure(folder: Path, url: str, count: int) -> None:
    """Print the figures."""
    library = coscribe.Library(folder / "library", embedder="none")
    library.ingest([copy_samples(folder / "reports")])
    asked = [f"How much is said of the {TOPICS[at % len(TOPICS)]} in plan {at}?" for at in range(count + WARM_UP)]
    home = prepare(folder / "home")
    assistant = coscribe.Assistant(library, home=home, model="m", base_url=url, cache_megabytes=0)
    calls: list[int] = []

    async def ask(question: str) -> None:
        calls.append((await assistant.ask(question)).cost.calls)

    async def search(question: str) -> None:
        await retrieve(State(question=question), Deps(library=library))

    async def weigh(question: str) -> None:
        deps = Deps(library=library)
        found: Any = (await retrieve(State(question=question), deps))["evidence"]
        scored = await asyncio.to_thread(score, found, library.catalogue)
        await asyncio.to_thread(select, found, scored, library.catalogue, deps.threshold)

    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    prompt = "Report: x\n\n=====\nReport: x\n[1] " + "word " * 1900 + "\n=====\nQuestion: what?"
    messages = [{"role": "system", "content": "Draft. " * 300}, {"role": "user", "content": prompt}]

    async def bare(_: str) -> None:
        await client.chat.completions.create(model="m", messages=messages, max_completion_tokens=1500)  # type: ignore[arg-type]

    searched = await cpu(search, asked)
    whole = await cpu(ask, asked)
    weighed = await cpu(weigh, asked)
    again = await cpu(search, asked)
    alone = await cpu(bare, asked)
    await assistant.close()
    await client.close()
    mean = (searched + again) / 2
    each = sum(calls[WARM_UP:]) / count
    print(f"{count} questions, {each:.2f} calls each, load {os.getloadavg()[0]:.1f}; milliseconds of CPU a question:")
    print(f"    whole {whole:.1f}, search {mean:.1f} (before {searched:.1f}, after {again:.1f})")
    print(f"    all but the search {whole - mean:.1f}, of which weighing the evidence {weighed - mean:.1f}; "
          f"so graph, port, review and ledger {whole - weighed:.1f}; the bare client {alone * each:.1f}")  # fmt: skip


def main() -> None:
    """Measure, or serve for the process that measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None and server.stdout is not None
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(measure(Path(temporary), server.stdout.readline().strip(), options.questions))
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    main()
