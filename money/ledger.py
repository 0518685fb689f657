"""The ledger: one row per attempt to reach a model, reserved before it is sent and settled after.

What caps are compared with is the sum of all rows: a pending row holds its worst case, so a cap holds however many
calls run at once, in however many processes, and a crash leaves its reservation counted (see `abandoned`). Rows are
also the egress log: which passages went to which host, and when. Answers from the response cache and work of models on
this very machine have rows too; these are no calls.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ..core.amounts import UsdSum, local_day, moment, plain, zone
from ..core.cost import Cost, CostRow
from ..core.errors import LibraryError, UsageError
from ..core.shapes import CostTable
from ..core.system.database import Database
from ..core.system.home import Home
from ..core.system.processes import Processes
from .abandoned import close_abandoned, has_open
from .caps import Caps, hold_for_first
from .energy import Energy
from .ledger_format import STEPS
from .prices import Price
from .rate_limit import RateLimit, TooEarly

Grouping = Literal["agent", "model", "run", "question", "day"]
CallEnd = Literal["ok", "failed", "cancelled"]

_NO_CAPS = Caps()
_LOOK_SECONDS = 60.0  # between two looks for attempts of processes that were killed
# A call is what went over a wire.
_CALL = "status NOT IN ('cached', 'local')"
_SUMS = f"""
    count(*) FILTER (WHERE {_CALL}) AS calls,
    coalesce(sum(input_tokens) FILTER (WHERE {_CALL}), 0) AS input_tokens,
    coalesce(sum(cached_tokens) FILTER (WHERE {_CALL}), 0) AS cached_tokens,
    coalesce(sum(output_tokens) FILTER (WHERE {_CALL}), 0) AS output_tokens,
    coalesce(sum(seconds) FILTER (WHERE {_CALL}), 0.0) AS seconds,
    usd_sum(usd) AS usd,
    count(*) FILTER (WHERE {_CALL} AND usd IS NULL) AS unpriced_calls,
    sum(wh_min) AS wh_min, sum(wh_max) AS wh_max,
    count(*) FILTER (WHERE {_CALL} AND wh_max IS NULL) AS unmetered_calls,
    count(*) FILTER (WHERE status = 'pending') AS pending_calls,
    usd_sum(CASE WHEN status = 'pending' THEN usd END) AS pending_usd,
    count(*) FILTER (WHERE abandoned) AS lost_calls, usd_sum(CASE WHEN abandoned THEN usd END) AS lost_usd,
    count(*) FILTER (WHERE status = 'cached') AS cache_hits,
    CASE WHEN count(*) FILTER (WHERE status = 'cached' AND saved_usd IS NULL) = 0
        THEN coalesce(usd_sum(saved_usd), '0') END AS saved_usd,
    coalesce(sum(input_tokens) FILTER (WHERE status = 'local'), 0) AS local_tokens,
    coalesce(sum(seconds) FILTER (WHERE status = 'local'), 0.0) AS local_seconds
"""
_METHODS = "SELECT DISTINCT energy_method, grid_zone FROM attempts WHERE energy_method IS NOT NULL ORDER BY 1, 2"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who calls which model, where and for what; `endpoint` is the host, with its port.

    `passages` are the ids of those whose words are sent along.
    """

    run: str
    question: str
    agent: str
    step: str
    model: str
    endpoint: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one attempt; cached ones are a part of the input, reasoning ones a part of the output."""

    input_tokens: int
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Usual:
    """What the calls of an agent to a model took on average so far: tokens written, and seconds."""

    output_tokens: float
    seconds: float


@dataclass(frozen=True, slots=True)
class EgressEntry:
    """An entry of the egress log: a passage that went to `endpoint`, first and last (UTC) and how often."""

    endpoint: str
    passage: str
    first: str
    last: str
    times: int


def _now() -> datetime:
    return datetime.now(UTC)


def open_ledger(home: Home) -> "Ledger":
    """Return the ledger of a home, which is made where it is missing; raises what `Home.create` and `Ledger` do."""
    home.create()
    return Ledger(home.ledger)


class Ledger:
    """The ledger file at `path`, shared by threads and processes.

    Calls take well under a millisecond and are therefore made straight from async code: what is reserved is known
    to be reserved, even when the task is cancelled the next moment.

    Raises `LibraryError` where the file is of a newer format, damaged or locked for 30 seconds, `UsageError` where it
    cannot be written. `clock` returns the present as an aware datetime; days are those of the system's zone.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._clock, self._processes, self._looked = clock, Processes(), -_LOOK_SECONDS
        self._file = Database(path, "ledger", STEPS)
        self._file.connection.create_aggregate("usd_sum", 1, UsdSum)
        self._file.connection.create_function("local_day", 1, local_day, deterministic=True)
        self._file.connection.create_function("is_gone", 1, self._processes.is_gone)

    def close(self) -> None:
        """Close the file; the ledger is of no use afterwards."""
        self._file.close()

    def reserve(
        self, attempt: Attempt, *, input_tokens: int, output_tokens: int, price: Price | None, caps: Caps = _NO_CAPS,
        seconds: float = 0.0, limit: RateLimit | None = None, alone: bool = False,
    ) -> int:  # fmt: skip
        """Book the worst case of an attempt that is about to be sent and return its row id.

        `seconds` is how long it may take. Raises `BudgetReached` when a cap would be passed, `TooEarly` when `limit`
        holds it back, when calls under way may yet leave room for it, or when it is to be `alone` with its model and
        another call to it is under way, and `UsageError` when there is a cap in money, no price and no cap in tokens.
        Nothing is booked then.
        """
        worst = None
        if price is not None:
            worst = price.worst(input_tokens=input_tokens, output_tokens=output_tokens, seconds=seconds)
        elif caps.bound_money and caps.tokens is None:
            raise UsageError(
                f"no price is known for model {attempt.model!r} at {attempt.endpoint}, so no cap in money can hold: "
                "set its price under [prices], or a cap in tokens"
            )
        tokens = input_tokens + output_tokens
        self._look()
        with self._file.writing() as connection:
            now = self._clock()
            if alone:
                hold_for_first(connection, endpoint=attempt.endpoint, model=attempt.model, now=now)
            caps.check(
                connection, run=attempt.run, question=attempt.question, model=attempt.model, usd=worst or Decimal(0),
                tokens=tokens, now=now,
            )  # fmt: skip
            if limit is not None:
                _hold_back(connection, attempt.endpoint, limit, tokens, now)
            return _insert(connection, attempt, now, {
                "input_tokens": input_tokens, "output_tokens": output_tokens, "reserved_tokens": tokens,
                "reserved_usd": None if worst is None else plain(worst), "usd": None if worst is None else plain(worst),
                "process": self._processes.own(), "ends": moment(now + timedelta(seconds=seconds)),
                **_price_columns(price),
            })  # fmt: skip

    def settle(
        self, row: int, usage: Usage, *, price: Price | None, seconds: float, status: CallEnd = "ok",
        tier: str | None = None, energy: Energy | None = None,
    ) -> Decimal | None:  # fmt: skip
        """Replace the reservation by what the attempt used at `price`, and return that amount; `None` is unknown."""
        usd = _usd(usage, price, seconds)
        self._update(row, {
            "status": status, "abandoned": False, "seconds": seconds, "input_tokens": usage.input_tokens,
            "cached_tokens": usage.cached_tokens, "output_tokens": usage.output_tokens,
            "reasoning_tokens": usage.reasoning_tokens, "estimated": usage.estimated, "service_tier": tier,
            "usd": None if usd is None else plain(usd), **_price_columns(price), **_energy_columns(energy),
        })  # fmt: skip
        return usd

    def fail(self, row: int, *, seconds: float, status: CallEnd = "failed") -> None:
        """Close an attempt that was refused or never arrived: it cost nothing."""
        self._update(row, {
            "status": status, "abandoned": False, "seconds": seconds, "input_tokens": 0, "output_tokens": 0,
            "estimated": False, "usd": "0", "wh_min": 0.0, "wh_max": 0.0,
        })  # fmt: skip

    def book_hit(self, attempt: Attempt, saved: Decimal | None) -> None:
        """Book an answer from the response cache: nothing was sent or paid, and `saved` is what it would have cost."""
        with self._file.writing() as connection:
            _insert(connection, attempt, self._clock(), {
                "status": "cached", "input_tokens": 0, "output_tokens": 0, "reserved_tokens": 0, "estimated": False,
                "usd": "0", "saved_usd": None if saved is None else plain(saved),
            })  # fmt: skip

    def book_local(
        self, attempt: Attempt, usage: Usage, *, price: Price | None, seconds: float, energy: Energy | None = None
    ) -> None:
        """Book what a model inside this program did: no call, and of unknown price unless the user gave one."""
        usd = _usd(usage, price, seconds)
        with self._file.writing() as connection:
            _insert(connection, attempt, self._clock(), {
                "status": "local", "seconds": seconds, "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens, "reserved_tokens": 0, "estimated": usage.estimated,
                "usd": None if usd is None else plain(usd), **_price_columns(price), **_energy_columns(energy),
            })  # fmt: skip

    def cost(self, run: str, question: str | None = None) -> Cost:
        """Return what a run, or one question of it, cost so far; a call under way counts with its worst case."""
        where, wanted = ("run = ?", (run,)) if question is None else ("run = ? AND question = ?", (run, question))
        with self._file.reading() as connection:
            row = connection.execute(f"SELECT {_SUMS} FROM attempts WHERE {where}", wanted).fetchone()
        priced = row["unpriced_calls"] == 0
        values = {name: row[name] for name in Cost.model_fields if name not in ("usd", "priced")}
        return Cost(usd=(row["usd"] or "0") if priced else None, priced=priced, **values)

    def booked(self, run: str, question: str) -> list[str]:
        """Return the names, ending in a question, under which the attempts of a run are booked."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT DISTINCT question FROM attempts WHERE run = ?", (run,))
            return [row["question"] for row in rows if row["question"].endswith(question)]

    def remaining(self, caps: Caps, run: str) -> tuple[Decimal, str] | None:
        """Return what is left for a run under the tightest cap in money, and what that is on; `None` without any."""
        with self._file.reading() as connection:
            return caps.remaining(connection, run, self._clock())

    def table(self, by: Grouping, run: str | None = None) -> CostTable:
        """Return all attempts, or those of a run, grouped, in order of first use.

        Days are local ones, in the zone the table names. Those of processes that were killed are closed first, where
        the file may be written.
        """
        with suppress(LibraryError):
            self._close_abandoned()
        key = "local_day(started)" if by == "day" else by
        of_run, wanted = ("", ()) if run is None else (" WHERE run = ?", (run,))
        grouped = f"SELECT {key} AS key, {_SUMS} FROM attempts{of_run} GROUP BY 1 ORDER BY min(started), min(id)"
        with self._file.reading() as connection:
            rows = connection.execute(grouped, wanted).fetchall()
            total = connection.execute(f"SELECT 'total' AS key, {_SUMS} FROM attempts{of_run}", wanted).fetchone()
            methods = connection.execute(_METHODS).fetchall()
        return CostTable(
            rows=[_cost_row(row) for row in rows], total=_cost_row(total), zone=zone(self._clock()),
            energy=[", grid ".join(filter(None, method)) for method in methods],
        )  # fmt: skip

    def usual(self, agent: str, model: str) -> Usual | None:
        """Return what an agent's answered calls to a model took on average; `None` before the first one."""
        means = "SELECT avg(output_tokens), avg(seconds) FROM attempts WHERE agent = ? AND model = ? AND status = 'ok'"
        with self._file.reading() as connection:
            tokens, seconds = connection.execute(means, (agent, model)).fetchone()
        return None if tokens is None else Usual(tokens, seconds)

    def egress(self) -> list[EgressEntry]:
        """Return which passages went to which endpoint and when, those sent last first.

        An attempt that failed counts as sent: its words were about to be on the wire, or on it.
        """
        listed = (
            "SELECT endpoint, sent.value AS passage, min(started) AS first, max(started) AS last, count(*) AS times"
            f" FROM attempts, json_each(passages) AS sent WHERE {_CALL} GROUP BY 1, 2 ORDER BY last DESC, 1, 2"
        )
        with self._file.reading() as connection:
            return [EgressEntry(**row) for row in connection.execute(listed)]

    def _look(self) -> None:
        """Close what killed processes left open, at the first call and every minute after."""
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._close_abandoned()
            self._looked = time.monotonic()

    def _close_abandoned(self) -> None:
        with self._file.reading() as connection:
            found = has_open(connection)
        if found:
            with self._file.writing() as connection:
                close_abandoned(connection, self._clock())

    def _update(self, row: int, values: Mapping[str, object]) -> None:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        with self._file.writing() as connection:
            connection.execute(f"UPDATE attempts SET {settings} WHERE id = :row", {**values, "row": row})


def _insert(connection: sqlite3.Connection, attempt: Attempt, now: datetime, values: Mapping[str, object]) -> int:
    columns = {
        "run": attempt.run, "question": attempt.question, "agent": attempt.agent, "step": attempt.step,
        "model": attempt.model, "endpoint": attempt.endpoint, "passages": json.dumps(attempt.passages),
        "started": moment(now), **values,
    }  # fmt: skip
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    return connection.execute(f"INSERT INTO attempts ({names}) VALUES ({marks})", columns).lastrowid or 0


def _hold_back(connection: sqlite3.Connection, endpoint: str, limit: RateLimit, tokens: int, now: datetime) -> None:
    """Raise `TooEarly` while the endpoint had too much of late, whichever process or thread it came from."""
    recent = (
        f"SELECT started, input_tokens + output_tokens FROM attempts"
        f" WHERE endpoint = ? AND started > ? AND started <= ? AND {_CALL} ORDER BY started"
    )
    # What is yet to come was booked before the clock was set back: it would be waited for until then.
    since = moment(now - timedelta(seconds=limit.seconds))
    calls = [
        ((now - datetime.fromisoformat(started)).total_seconds(), size)
        for started, size in connection.execute(recent, (endpoint, since, moment(now)))
    ]
    wait = limit.pause(calls, tokens)
    if wait:
        raise TooEarly(wait)


def _usd(usage: Usage, price: Price | None, seconds: float) -> Decimal | None:
    if price is None:
        return None
    return price.usd(
        input_tokens=usage.input_tokens, cached_tokens=usage.cached_tokens, output_tokens=usage.output_tokens,
        reasoning_tokens=usage.reasoning_tokens, seconds=seconds,
    )  # fmt: skip


def _price_columns(price: Price | None) -> dict[str, str | None]:
    if price is None:
        names = ("input", "cached", "output", "reasoning", "hour")
        return dict.fromkeys([*(f"{name}_price" for name in names), "price_source", "price_version"])
    return {
        "input_price": plain(price.input),
        "cached_price": plain(price.cached),
        "output_price": plain(price.output),
        "reasoning_price": None if price.reasoning is None else plain(price.reasoning),
        "hour_price": plain(price.hour) if price.hour else None,
        "price_source": price.source,
        "price_version": price.version,
    }


def _energy_columns(energy: Energy | None) -> dict[str, object]:
    if energy is None:
        return dict.fromkeys(("wh_min", "wh_max", "energy_method", "grid_zone"))
    return {
        "wh_min": energy.low, "wh_max": energy.high, "energy_method": energy.method, "grid_zone": energy.zone,
    }  # fmt: skip


def _cost_row(row: sqlite3.Row) -> CostRow:
    values = {name: row[name] for name in CostRow.model_fields}
    for calls, usd in (("calls", "usd"), ("pending_calls", "pending_usd"), ("lost_calls", "lost_usd")):
        if not row[calls]:
            values[usd] = row[usd] or "0"
    return CostRow(**values)
