"""Caps beside the meter of servers that count as they like, under clocks that move as they like, 32 calls at once.

Usage: `python benchmarks/faults/caps.py [--runs 20] [--seed 1] [--only WORDS]`. The cap pays so many usual calls; three
times as many questions are put. Spent is what the server's own meter comes to at the price that was set.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import coscribe
import program  # puts the doubles on the path
from asking import batch_command, put
from author import questions, write_questions
from coscribe.core.errors import BudgetReached
from coscribe.core.settings import load
from coscribe.core.system.home import Home
from coscribe.models.port import Prompt, PromptPart
from coscribe.models.roles import open_models
from coscribe.money.ledger import Ledger
from doubles.accounts import scribe
from doubles.books import Said
from doubles.endpoint import Json, quarter
from server import Exchange, Meter, Server, frame
from table import Table, chosen

AT_ONCE = 32
DELAY = 0.2
ZONE = "Europe/Berlin"
# Dear input shows a server that counts more of it; dear output shows one that writes more than it may.
DEAR_INPUT, DEAR_OUTPUT = (Decimal(4), Decimal("0.5")), (Decimal("0.25"), Decimal(2))
SETTINGS = "cache_megabytes = 0\ntimeout_seconds = 20\n[caps]\n{} = {}\n[prices.m]\ninput = {}\noutput = {}\n"
WORDS = "The site draws twenty megawatts and reports the energy of inference every year. " * 60
Price = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Kind:
    """A server: how it counts, how many times the allowed output it writes, and what usage it shows."""

    name: str
    factor: float = 1.0
    longer: float = 0.0
    usage: str = ""
    price: Price = DEAR_INPUT
    processes: int = 1

    def befall(self, one: Exchange) -> None:
        """Answer as such a server does."""
        body = one.body(padded(one, self.longer)) if self.longer else one.body()
        content = str(body["choices"][0]["message"]["content"])
        if self.usage:
            body["usage"] = json.loads(self.usage)
        # The meter counts what was really used, whatever the client was told.
        one.tell(frame(200, json.dumps(body).encode()), content)


SERVERS = (
    Kind("a server that counts as we do"),
    Kind("a server that counts 1.3 of our tokens", factor=1.3),
    Kind("a server that counts 2 of our tokens", factor=2.0),
    Kind("a server that counts 3 of our tokens", factor=3.0),
    Kind("a server that writes 1.5 of the output allowed", longer=1.5, price=DEAR_OUTPUT),
    Kind("a server that writes 8 of the output allowed", longer=8.0, price=DEAR_OUTPUT),
    Kind("a server that reports no usage", usage="null"),
    Kind("a server that reports a usage of zero", usage='{"prompt_tokens": 0, "completion_tokens": 0}'),
    Kind("two processes on one ledger", processes=2),
)


def padded(one: Exchange, longer: float) -> str:
    """Return an answer so many times longer than allowed, by blanks."""
    asked: Json = one.request
    allowed = asked.get("max_completion_tokens") or asked.get("max_tokens") or 0
    return one.content().ljust(int(4 * longer * allowed))


def spent(meter: Meter, price: Price) -> Decimal:
    """Return what the metered tokens cost."""
    return sum(
        ((used[1] * price[0] + used[3] * price[1]) * times / 1_000_000 for used, times in meter.told.items()),
        Decimal(0),
    )


def homes(folder: Path, name: str, cap: str, most: Decimal, price: Price) -> Path:
    """Return a new home with a cap and a price."""
    home = folder / name
    (home / "state").mkdir(parents=True)
    text = SETTINGS.format(cap, f"{most:.9f}", *price)
    (home / "state" / "coscribe.toml").write_text(text, encoding="utf-8")
    return home


def served(kind: Kind, seed: int) -> Server:
    """Return a server of a kind."""
    server = Server(scribe, kind.befall, seed=seed)
    server.always, server.delay = 1, DELAY
    server.count = lambda text: int(quarter(text) * kind.factor)
    return server.open()


def price_of_a_call(folder: Path, price: Price) -> Decimal:
    """Return what a usual call costs at a server that counts as we do."""
    server = served(Kind("usual"), 1)
    home = homes(folder, f"usual-{time.monotonic_ns()}", "day", Decimal(100), price)
    put(questions(4), server, home, folder / "library", 4)
    server.close()
    return spent(server.meter, price) / server.meter.attempts


def play(kind: Kind, folder: Path, runs: int, seed: int) -> tuple[list[str], str, int]:
    """Spend a cap at a server; return what is wrong, what was spent, and how many questions were put."""
    most = price_of_a_call(folder, kind.price) * runs * Decimal(str(kind.factor))
    server, asked = served(kind, seed), questions(3 * runs)
    home = homes(folder, kind.name.replace(" ", "-"), "day", most, kind.price)
    wrong: list[str] = []
    if kind.processes == 1:
        outcome = put(asked, server, home, folder / "library", AT_ONCE)
        wrong += outcome.wrong
    else:
        source = write_questions(home.with_suffix(".jsonl"), asked)
        targets = [home.with_suffix(f".{at}.jsonl") for at in range(kind.processes)]
        commands = [batch_command(source, one, server, home, folder / "library", AT_ONCE) for one in targets]
        batches = [program.start(*command) for command in commands]
        ended = [program.end(batch, time.monotonic()) for batch in batches]
        wrong += [f"exit {one.code}" for one in ended if one.code != 5]
    used, calls = spent(server.meter, kind.price), server.meter.attempts
    server.close()
    # What a server writes beyond its limit is paid when it is known: one such answer cannot be held back.
    allowed = most
    if kind.longer:
        allowed += max(used[3] for used in server.meter.told) * kind.price[1] / 1_000_000
    if used > allowed:
        wrong.append(f"the cap was passed: {used / most:.0%} of it")
    if not calls:
        wrong.append("nothing was sent")
    over = ", all of it one answer longer than allowed" if kind.longer and calls == 1 else ""
    return wrong, f"{calls} calls, {used / most:.0%} of the cap{over}", len(asked)


@dataclass
class Clock:
    """A clock that somebody sets."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now.astimezone(UTC)


@dataclass(frozen=True)
class Turn:
    """A run of clock times, each with the day or month whose cap holds then."""

    name: str
    cap: str
    moments: Sequence[tuple[datetime, str]]
    together: bool = False  # whether one cap must hold over all of it


def at(text: str, fold: int = 0) -> datetime:
    """Return a moment of the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE), fold=fold)


TURNS = (
    Turn("a clock set back by an hour and over midnight", "day", (
        (at("2026-06-10T15:00"), "10"), (at("2026-06-10T14:00"), "10"), (at("2026-06-10T00:20"), "10"),
        (at("2026-06-09T23:50"), "10"),
    ), together=True),
    Turn("midnight", "day", (
        (at("2026-06-10T23:58"), "10"), (at("2026-06-11T00:01"), "11"), (at("2026-06-11T23:59"), "11"),
    )),
    Turn("days of 25 and 23 hours", "day", (
        (at("2026-10-25T00:05"), "25"), (at("2026-10-25T02:30"), "25"), (at("2026-10-25T02:30", 1), "25"),
        (at("2026-10-25T23:55"), "25"), (at("2026-10-26T00:05"), "26"), (at("2027-03-28T00:30"), "28"),
        (at("2027-03-28T23:30"), "28"), (at("2027-03-29T00:30"), "29"),
    )),
    Turn("the turn of a month", "month", (
        (at("2026-10-01T00:01"), "10"), (at("2026-10-31T23:59"), "10"), (at("2026-11-01T00:01"), "11"),
        (at("2026-11-30T23:59"), "11"),
    )),
)  # fmt: skip


def prompts(count: int, begin: int) -> list[Prompt]:
    """Return so many different prompts."""
    return [
        Prompt("Answer.", (PromptPart(f"{WORDS} {begin + number}", "public"),), agent="drafter", step="draft", run="r",
               question=str(begin + number), max_output_tokens=200)
        for number in range(count)
    ]  # fmt: skip


async def spend(turn: Turn, server: Server, home: Path, count: int) -> dict[str, Decimal]:
    """Put prompts at each moment of a turn, and return what was spent by the names of its days or months."""
    clock, place = Clock(turn.moments[0][0]), Home.find(home, None, os.environ)
    settings = load({"model": "m", "base_url": server.url}, os.environ, Path.cwd(), place)
    place.create()
    ledger = Ledger(place.ledger, clock=clock)
    model = open_models(place, settings, ledger, at_once=AT_ONCE)["drafter"]
    by_name: dict[str, Decimal] = {}
    for number, (moment, name) in enumerate(turn.moments):
        clock.now, before = moment, spent(server.meter, DEAR_INPUT)
        asked = (model.parse(prompt, Said) for prompt in prompts(count, number * count))
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, BudgetReached):
                raise outcome
        by_name[name] = by_name.get(name, Decimal(0)) + spent(server.meter, DEAR_INPUT) - before
    await model.close()
    ledger.close()
    return by_name


def turn_of(turn: Turn, folder: Path, runs: int, seed: int) -> tuple[list[str], str, int]:
    """Spend a cap over a turn of the clock; return what is wrong, what was spent, and how many prompts were put."""
    os.environ["TZ"] = ZONE
    time.tzset()
    server = served(replace(SERVERS[0], name=turn.name), seed)
    server.reply = lambda request: {"text": "yes", "inner": None}
    one = (quarter("Answer." + WORDS) * DEAR_INPUT[0] + 10 * DEAR_INPUT[1]) / 1_000_000
    most = one * runs
    home = homes(folder, turn.name.replace(" ", "-"), turn.cap, most, DEAR_INPUT)
    by_name = asyncio.run(spend(turn, server, home, 2 * runs))
    server.close()
    groups = {"all": sum(by_name.values(), Decimal(0))} if turn.together else by_name
    wrong = [f"the cap of {name} was passed: {used / most:.0%}" for name, used in groups.items() if used > most]
    wrong += [f"nothing was allowed in {name}" for name, used in groups.items() if not used]
    shares = ", ".join(f"{used / most:.0%}" for used in groups.values())
    return wrong, f"{shares} of the cap a {turn.cap}", 2 * runs * len(turn.moments)


def main() -> None:
    """Play all kinds."""
    options = chosen(__doc__, runs=20, of="calls that a cap pays")
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    table = Table(f"caps, seed {options.seed}: {len(SERVERS) + len(TURNS)} kinds of servers and clocks, 32 at once")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reports = program.copy_samples(folder / "reports")
        coscribe.Library(folder / "library", embedder="none").ingest([reports])
        kinds: list[tuple[str, Callable[[], tuple[list[str], str, int]]]] = [
            (kind.name, lambda kind=kind: play(kind, folder, options.runs, options.seed)) for kind in SERVERS
        ]
        kinds += [(turn.name, lambda turn=turn: turn_of(turn, folder, options.runs, options.seed)) for turn in TURNS]
        for name, played in kinds:
            if options.only in name:
                wrong, note, count = played()
                table.row(name, f"{count} questions", wrong, note)
    table.end()


if __name__ == "__main__":
    main()
