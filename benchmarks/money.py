"""The ledger beside the meter of a server that misbehaves, caps under load, and what a plain question takes.

Usage: `python benchmarks/money.py [--rows 200] [--caps 20] [--plain 20]`; 0 leaves a part out. Batches run in processes
of their own, 32 questions at once, on the shipped samples; what happened is read from the ledger's file and the meter.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import coscribe

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.accounts import (  # noqa: E402
    Accounts,
    agent_of,
    clerk,
    disturb,
    moody_clerk,
    prepare,
    price,
    questions,
    rows,
    scribe,
    size,
    total,
)  # fmt: skip
from doubles.command_line import PROGRAM, copy_samples  # noqa: E402
from doubles.desk import Asked  # noqa: E402
from doubles.endpoint import Endpoint, quarter  # noqa: E402
from question_set import load  # noqa: E402

AT_ONCE = 32
TIMEOUT = "timeout_seconds = 10"
STALL = 14.0
COLLECTION = ROOT.parent / "shared" / "devpack" / "domain_open"


@contextmanager
def serving(*, delay: float = 0.05, troubled: bool = False, factor: float = 1.0) -> Iterator[Endpoint]:
    """Give a server with the two agents; a troubled one fails every now and then, in six ways."""
    endpoint = Endpoint(clerk)
    endpoint.agent, endpoint.delay, endpoint.stall = agent_of, delay, STALL
    endpoint.count = lambda text: int(quarter(text) * factor)
    if troubled:
        endpoint.disturb, endpoint.reply = disturb, moody_clerk
    yield endpoint
    endpoint.close()


def command(folder: Path, endpoint: Endpoint, home: Path, source: Path, name: str, *options: str) -> list[str]:
    """Return the batch that answers `source` into `name`.jsonl."""
    where = ["--home", str(home), "--library", str(folder / "library"), "--concurrency", str(AT_ONCE), "--json"]
    model = ["--model", "m", "--base-url", endpoint.url]
    return [*PROGRAM, "batch", str(source), "-o", str(folder / f"{name}.jsonl"), *where, *model, *options]


def show(accounts: Accounts, endpoint: Endpoint) -> int:
    """Print both books by agent, and what does not agree; return how many things do not."""
    meter = endpoint.meter
    for title, booked, true in (
        ("reported", accounts.told, meter.told), ("not reported", accounts.estimated, meter.untold),
    ):  # fmt: skip
        for agent in sorted(booked.keys() | true.keys()):
            print(f"    {title}, {agent}: ledger {booked.get(agent)}, meter {true.get(agent)}")
    ours, theirs = size(total(accounts.estimated)), size(total(meter.untold))
    print(f"    not reported in total: {ours} estimated, {theirs} metered ({ours / max(theirs, 1):.1%}); "
          f"{accounts.refused} refused; {len(meter.requests)} requests, {meter.busiest} at once at most")  # fmt: skip
    wrong = accounts.faults(endpoint)
    print(*(f"    WRONG {line}" for line in wrong or ()), sep="\n", end="\n" if wrong else "")
    return len(wrong)


def books(folder: Path, count: int) -> int:
    """Answer so many questions at a troubled server and compare the books."""
    home = prepare(folder / "books", TIMEOUT)
    source = questions(folder / "books.jsonl.in.jsonl", count)
    began = time.monotonic()
    with serving(troubled=True) as endpoint:
        done = subprocess.run(
            command(folder, endpoint, home, source, "books"), capture_output=True, text=True, check=False
        )
        print(
            f"books: {count} questions, {AT_ONCE} at once, in {time.monotonic() - began:.0f} s, exit {done.returncode}"
        )
        return show(Accounts.of(home), endpoint)


def answered(journal: Path) -> set[str]:
    """Return the questions that have an answer with which nothing went wrong."""
    whole = (line for line in journal.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))
    records = [entry["record"] for entry in map(json.loads, whole) if "record" in entry]
    return {record["question"] for record in records if record["error"] is None}


def asked_of(endpoint: Endpoint) -> Counter[str]:
    """Return how often the server was shown each question."""
    whole = [request for request in endpoint.meter.requests if request]
    drafts = (request["messages"][1]["content"] for request in whole if agent_of(request) == "drafter")
    return Counter(Asked.of(text).question for text in drafts)


def kill(folder: Path, count: int) -> int:
    """Kill a batch half-way, run it again, and compare the books: only what was in flight may be sent again."""
    home, source = prepare(folder / "killed", TIMEOUT), questions(folder / "killed.in.jsonl", count)
    journal = folder / "killed.jsonl.journal"
    with serving(delay=0.1) as endpoint:
        told = command(folder, endpoint, home, source, "killed")
        batch = subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while batch.poll() is None and len(endpoint.meter.calls) < count:
            time.sleep(0.02)
        batch.send_signal(signal.SIGKILL)
        batch.wait()
        time.sleep(0.3)  # what the server still had in its hands
        before, done = asked_of(endpoint), answered(journal)
        rerun = subprocess.run(told, capture_output=True, text=True, check=False)
        again = {question for question in done if asked_of(endpoint)[question] > before[question]}
        booked = rows(home)
        metered = Counter(endpoint.meter.calls)
    settled = Counter(
        (row["agent"], row["input_tokens"], row["output_tokens"]) for row in booked if row["status"] == "ok"
    )
    pending = [row for row in booked if row["status"] == "pending" or row["abandoned"]]
    flying = (metered - settled).total()
    wrong = [
        *([f"{len(again)} answered questions were sent again"] if again else []),
        *(["rows that no call explains"] if settled - metered else []),
        *([f"{flying} calls without a row, {len(pending)} rows open"] if flying > len(pending) else []),
        *([f"{len(pending)} rows open, {AT_ONCE} at once"] if len(pending) > AT_ONCE else []),
        *([f"exit {rerun.returncode}"] if rerun.returncode else []),
    ]
    print(f"kill -9 after {len(done)} of {count} answers, and a rerun: {len(again)} answered questions sent again, "
          f"{sum(metered.values())} calls metered, {settled.total()} settled to the token, {flying} unheard, "
          f"{len(pending)} still reserved; {'; '.join(wrong) or 'as it should be'}")  # fmt: skip
    return len(wrong)


def price_of_a_call(folder: Path) -> Decimal:
    """Return the mean price of the calls of twelve questions."""
    home, source = prepare(folder / "probe"), questions(folder / "probe.in.jsonl", 12)
    with serving() as endpoint:
        endpoint.reply = scribe
        subprocess.run(command(folder, endpoint, home, source, "probe"), capture_output=True, check=False)
        return price(endpoint.meter.told) / total(endpoint.meter.told).calls


def cap(folder: Path, name: str, calls: int, one: Decimal, *, processes: int = 1, factor: float = 1.0) -> int:
    """Spend a day's cap of so many calls with more questions than it pays for, and compare with the meter."""
    most = (one * calls * Decimal(str(factor))).quantize(Decimal("1e-9"))
    home = prepare(folder / f"cap-{name}", f"[caps]\nday = {most}")
    source = questions(folder / f"cap-{name}.in.jsonl", 3 * calls)
    with serving(factor=factor) as endpoint:
        endpoint.reply = scribe
        batches = [
            subprocess.Popen(
                command(folder, endpoint, home, source, f"cap-{name}-{number}", "--no-cache"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) for number in range(processes)
        ]  # fmt: skip
        codes = [batch.wait() for batch in batches]
        spent, sent = price(endpoint.meter.told), len(endpoint.meter.requests)
    right = spent <= most and sent >= calls - 1 and set(codes) == {5}
    print(f"cap, {name}: ${most} pays {calls} calls; {sent} sent, ${spent} metered ({spent / most:.1%}), exit {codes}"
          f"{'' if right else ': WRONG'}")  # fmt: skip
    return not right


async def plain(folder: Path, count: int) -> None:
    """Print calls and tokens of plain questions on the open collection, by agent, and of the same ones again."""
    library = coscribe.Library(folder / "open", embedder="none")
    library.ingest([COLLECTION])
    home = prepare(folder / "plain")
    with serving(delay=0) as endpoint:
        made = coscribe.Assistant(library, home=home, model="m", base_url=endpoint.url)
        golds = [gold for gold in load("domain_open", "tune") if gold.answerable][:count]
        costs = [(await made.ask(gold.question)).cost for gold in golds]
        again = [(await made.ask(gold.question)).cost for gold in golds]
        await made.close()
        told = endpoint.meter.told
    tokens = [cost.input_tokens + cost.output_tokens for cost in costs]
    print(f"plain questions on domain_open: {len(costs)}; calls {mean([cost.calls for cost in costs]):.2f} a question, "
          f"at most {max(cost.calls for cost in costs)}; tokens {mean(tokens):.0f}, at most {max(tokens)}")  # fmt: skip
    for agent, used in told.items():
        print(f"    {agent}: {used.calls} calls, {used.input / used.calls:.0f} tokens in and "
              f"{used.output / used.calls:.0f} out a call")  # fmt: skip
    print(
        f"    again: {sum(cost.calls for cost in again)} calls, {sum(cost.input_tokens for cost in again)} tokens, "
        f"${sum(Decimal(cost.usd or 'nan') for cost in again)}, {sum(cost.cache_hits for cost in again)} from the cache"
    )


def mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def main() -> None:
    """Run the parts; the exit code is 1 when books disagree or a cap does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200, help="questions of the two batches whose books are compared")
    parser.add_argument("--caps", type=int, default=20, help="calls that a cap pays")
    parser.add_argument("--plain", type=int, default=20, help="questions on the open collection")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        coscribe.Library(folder / "library", embedder="none").ingest([copy_samples(folder / "reports")])
        if options.rows:
            bad += books(folder, options.rows) + kill(folder, options.rows)
        if options.caps:
            one = price_of_a_call(folder)
            bad += cap(folder, "32 workers", options.caps, one)
            bad += cap(folder, "two processes", options.caps, one, processes=2)
            bad += cap(folder, "a server that counts 1.2 times", options.caps, one, factor=1.2)
        if options.plain and COLLECTION.is_dir():
            asyncio.run(plain(folder, options.plain))
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
