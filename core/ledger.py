"""The ledger: one row per attempt to reach a model, reserved before it is sent and settled after.

What caps are compared with is the sum of all rows: a pending row holds its worst case, so a cap holds however many
calls run at once, in however many processes, and a crash leaves its reservation counted.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from .errors import BudgetReached, LibraryError, UsageError
from .prices import Price
from .types import Cost, CostRow, CostTable

FORMAT = 1
_PATIENCE_SECONDS = 30
Grouping = Literal["agent", "model", "run", "question", "day"]
Ending = Literal["ok", "failed", "cancelled"]

_TABLE = """
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL, question TEXT NOT NULL, agent TEXT NOT NULL, step TEXT NOT NULL,
    model TEXT NOT NULL, endpoint TEXT NOT NULL,
    started TEXT NOT NULL,  -- UTC, of fixed width: text order is time order
    seconds REAL NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ok', 'failed', 'cancelled')),
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 1,
    input_price TEXT, cached_price TEXT, output_price TEXT, price_source TEXT, price_version TEXT,
    reserved_tokens INTEGER NOT NULL, reserved_usd TEXT,
    usd TEXT,  -- a plain decimal; NULL is unknown, never free
    wh_min REAL, wh_max REAL
);
CREATE INDEX IF NOT EXISTS attempts_of_run ON attempts (run, question);
CREATE INDEX IF NOT EXISTS attempts_by_time ON attempts (started);
"""
_SUMS = (
    "count(*) AS calls, coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(cached_tokens), 0)"
    " AS cached_tokens, coalesce(sum(output_tokens), 0) AS output_tokens, usd_sum(usd) AS usd,"
    " count(*) - count(usd) AS unpriced_calls, coalesce(sum(seconds), 0.0) AS seconds,"
    " sum(wh_min) AS wh_min, sum(wh_max) AS wh_max"
)


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper bounds: US dollars per question, run, local day and local month, and tokens (in and out) per run."""

    question: Decimal | None = None
    run: Decimal | None = None
    day: Decimal | None = None
    month: Decimal | None = None
    tokens: int | None = None

    @property
    def bound_money(self) -> bool:
        """Whether any cap is in money, so that an unknown price cannot be held to it."""
        return any(cap is not None for cap in (self.question, self.run, self.day, self.month))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who calls which model, where and for what; `endpoint` is the host, with its port."""

    run: str
    question: str
    agent: str
    step: str
    model: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one attempt; cached ones are a part of the input, reasoning ones a part of the output."""

    input_tokens: int
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


def _plain(amount: Decimal) -> str:
    """Return an amount as a plain decimal, without exponent or closing zeros."""
    return format(amount.normalize(), "f")


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _local_day(started: str) -> str:
    return datetime.fromisoformat(started).astimezone().date().isoformat()


class _UsdSum:
    """SQL aggregate: the exact sum of the amounts (text) that are known, NULL where none is."""

    def __init__(self) -> None:
        self._total: Decimal | None = None

    def step(self, amount: Any) -> None:
        if amount is not None:
            self._total = (self._total or Decimal(0)) + Decimal(amount)

    def finalize(self) -> Any:
        return None if self._total is None else _plain(self._total)


class Ledger:
    """The ledger file at `path`, shared by threads and processes.

    Calls take well under a millisecond and are therefore made straight from async code: what is reserved is known
    to be reserved, even when the task is cancelled the next moment.

    Raises `LibraryError` where the file is of a newer format, damaged or locked for 30 seconds, `UsageError` where it
    cannot be written. `clock` returns the present as an aware datetime; days are those of the system's zone.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # before SQLite does: its side files take over the mode
        except OSError as error:
            raise UsageError(
                f"ledger {str(path)!r} cannot be written ({error.strerror}): choose another --home"
            ) from error
        self._connection = sqlite3.connect(
            path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.create_aggregate("usd_sum", 1, _UsdSum)
        self._connection.create_function("local_day", 1, _local_day, deterministic=True)
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; the ledger is of no use afterwards."""
        self._connection.close()

    def reserve(
        self, attempt: Attempt, *, input_tokens: int, output_tokens: int, price: Price | None, caps: Caps = Caps()
    ) -> int:
        """Book the worst case of an attempt that is about to be sent and return its row id.

        Raises `BudgetReached` when a cap would be passed, and `UsageError` when there is a cap in money, no price and
        no cap in tokens. Nothing is booked then.
        """
        worst = None
        if price is not None:
            worst = price.usd(input_tokens=input_tokens, cached_tokens=0, output_tokens=output_tokens)
        elif caps.bound_money and caps.tokens is None:
            raise UsageError(
                f"no price is known for model {attempt.model!r} at {attempt.endpoint}, so no cap in money can hold: "
                "set its price under [prices], or a cap in tokens"
            )
        with self._transaction() as connection:
            now = self._clock()
            self._check_money(connection, attempt, worst or Decimal(0), caps, now)
            self._check_tokens(connection, attempt, input_tokens + output_tokens, caps)
            values = {
                "run": attempt.run, "question": attempt.question, "agent": attempt.agent, "step": attempt.step,
                "model": attempt.model, "endpoint": attempt.endpoint, "started": _moment(now),
                "input_tokens": input_tokens, "output_tokens": output_tokens,
                "reserved_tokens": input_tokens + output_tokens,
                "reserved_usd": None if worst is None else _plain(worst),
                "usd": None if worst is None else _plain(worst),
                **_price_columns(price),
            }  # fmt: skip
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            return connection.execute(f"INSERT INTO attempts ({names}) VALUES ({marks})", values).lastrowid or 0

    def settle(
        self, row: int, usage: Usage, *, price: Price | None, seconds: float, status: Ending = "ok",
        wh: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        """Replace the reservation by what the attempt used, at `price`; `wh` is its range of energy in watt-hours."""
        usd = None
        if price is not None:
            usd = price.usd(
                input_tokens=usage.input_tokens, cached_tokens=usage.cached_tokens, output_tokens=usage.output_tokens
            )
        low, high = wh or (None, None)
        values = {
            "status": status, "seconds": seconds, "input_tokens": usage.input_tokens,
            "cached_tokens": usage.cached_tokens, "output_tokens": usage.output_tokens,
            "reasoning_tokens": usage.reasoning_tokens, "estimated": usage.estimated,
            "usd": None if usd is None else _plain(usd), "wh_min": low, "wh_max": high, **_price_columns(price),
        }  # fmt: skip
        self._update(row, values)

    def fail(self, row: int, *, seconds: float, status: Ending = "failed", billed: bool) -> None:
        """Close an attempt that brought no usage.

        `billed` says that the server may have worked on it (it timed out, broke off, was cancelled): the reservation
        then stays as the estimate. Otherwise (refused, never reached) it cost nothing.
        """
        values: dict[str, object] = {"status": status, "seconds": seconds}
        if not billed:
            values |= {"input_tokens": 0, "output_tokens": 0, "estimated": False, "usd": "0"}
        self._update(row, values)

    def cost(self, run: str) -> Cost:
        """Return what one run cost so far; a call still under way counts with its worst case."""
        with self._lock, self._explained():
            row = self._connection.execute(f"SELECT {_SUMS} FROM attempts WHERE run = ?", (run,)).fetchone()
        priced = row["unpriced_calls"] == 0
        return Cost(
            usd=(row["usd"] or "0") if priced else None,
            priced=priced,
            calls=row["calls"],
            input_tokens=row["input_tokens"],
            cached_tokens=row["cached_tokens"],
            output_tokens=row["output_tokens"],
            seconds=row["seconds"],
        )

    def table(self, by: Grouping) -> CostTable:
        """Return all attempts grouped, in order of first use; days are local ones, in the zone the table names."""
        key = "local_day(started)" if by == "day" else by
        grouped = f"SELECT {key} AS key, {_SUMS} FROM attempts GROUP BY 1 ORDER BY min(started), min(id)"
        with self._lock, self._explained():
            rows = self._connection.execute(grouped).fetchall()
            total = self._connection.execute(f"SELECT 'total' AS key, {_SUMS} FROM attempts").fetchone()
        return CostTable(rows=[_cost_row(row) for row in rows], total=_cost_row(total), zone=_zone(self._clock()))

    def _prepare(self) -> None:
        with self._explained():
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction() as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found > FORMAT:
                problem = f"ledger {str(self._path)!r} has format {found}, this program reads up to {FORMAT}"
                raise LibraryError(f"{problem}: upgrade coscribe")
            if found < FORMAT:
                for statement in _TABLE.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _write_ahead(self) -> None:
        """Turn the file into a write-ahead one; SQLite itself does not wait when another process is doing the same."""
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)

    def _check_money(
        self, connection: sqlite3.Connection, attempt: Attempt, worst: Decimal, caps: Caps, now: datetime
    ) -> None:
        # Without its zone first: the offset at midnight may differ from the one now.
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        scopes = (
            ("question", caps.question, "run = ? AND question = ?", (attempt.run, attempt.question)),
            ("run", caps.run, "run = ?", (attempt.run,)),
            ("day", caps.day, "started >= ?", (_moment(midnight),)),
            ("month", caps.month, "started >= ?", (_moment(midnight.replace(day=1)),)),
        )
        for scope, cap, where, values in scopes:
            if cap is None:
                continue
            # A rough sum takes a tenth of the time, and is enough wherever the cap is far away.
            rough = connection.execute(f"SELECT total(usd) FROM attempts WHERE {where}", values).fetchone()[0]
            if rough + float(worst) < 0.999 * float(cap):
                continue
            exact = connection.execute(f"SELECT usd_sum(usd) FROM attempts WHERE {where}", values).fetchone()[0]
            spent = Decimal(exact or 0)
            if spent + worst > cap:
                raise BudgetReached(
                    f"the cap of {_plain(cap)} usd per {scope} would be passed: {_plain(spent)} is spent or reserved "
                    f"and the next call to {attempt.model!r} may cost {_plain(worst)}; raise the cap or ask for less"
                )

    def _check_tokens(self, connection: sqlite3.Connection, attempt: Attempt, worst: int, caps: Caps) -> None:
        if caps.tokens is None:
            return
        sums = "SELECT coalesce(sum(input_tokens + output_tokens), 0) FROM attempts WHERE run = ?"
        spent = connection.execute(sums, (attempt.run,)).fetchone()[0]
        if spent + worst > caps.tokens:
            raise BudgetReached(
                f"the cap of {caps.tokens} tokens per run would be passed: {spent} are used or reserved "
                f"and the next call to {attempt.model!r} may take {worst}; raise the cap or ask for less"
            )

    def _update(self, row: int, values: Mapping[str, object]) -> None:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        with self._transaction() as connection:
            connection.execute(f"UPDATE attempts SET {settings} WHERE id = :row", {**values, "row": row})

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the file from the first read on: what is compared is what is booked upon."""
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"ledger {str(self._path)!r} cannot be used ({error}): close other runs and try again"
            ) from error
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"ledger {str(self._path)!r} is damaged ({error}): move it away and try again"
            ) from error


def _price_columns(price: Price | None) -> dict[str, str | None]:
    if price is None:
        return dict.fromkeys(("input_price", "cached_price", "output_price", "price_source", "price_version"))
    return {
        "input_price": _plain(price.input),
        "cached_price": _plain(price.cached),
        "output_price": _plain(price.output),
        "price_source": price.source,
        "price_version": price.version,
    }


def _cost_row(row: sqlite3.Row) -> CostRow:
    values = {name: row[name] for name in CostRow.model_fields}
    if not row["calls"]:
        values["usd"] = "0"
    return CostRow(**values)


def _zone(moment: datetime) -> str:
    """Return the zone's name with its present offset, such as `CET (UTC+01:00)`."""
    now = moment.astimezone()
    offset = now.strftime("%z")
    return f"{now.tzname()} (UTC{offset[:3]}:{offset[3:5]})"
