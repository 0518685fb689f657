"""Ledgers of earlier formats are opened, with every row as it was."""

import sqlite3
from decimal import Decimal

from coscribe.money.ledger import Attempt, Ledger, Usage
from coscribe.money.prices import Price

FIRST = """
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL, question TEXT NOT NULL, agent TEXT NOT NULL, step TEXT NOT NULL,
    model TEXT NOT NULL, endpoint TEXT NOT NULL,
    started TEXT NOT NULL,
    seconds REAL NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ok', 'failed', 'cancelled')),
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 1,
    input_price TEXT, cached_price TEXT, output_price TEXT, price_source TEXT, price_version TEXT,
    reserved_tokens INTEGER NOT NULL, reserved_usd TEXT,
    usd TEXT,
    wh_min REAL, wh_max REAL
);
CREATE INDEX attempts_of_run ON attempts (run, question);
CREATE INDEX attempts_by_time ON attempts (started);
PRAGMA user_version = 1;
"""
ROWS = [
    (1, "r1", "q", "drafter", "draft", "m", "h:1", "2026-05-01T10:00:00.000000Z", 1.5, "ok", 900, 400, 100, 20, 0,
     "1", "0.5", "2", "user", "", 1500, "0.002", "0.0009", 0.1, 0.2),
    (2, "r1", "q", "reviewer", "review", "m", "h:1", "2026-05-01T10:00:05.000000Z", 0, "pending", 50, 0, 20, 0, 1,
     None, None, None, None, None, 70, None, None, None, None),
]  # fmt: skip
DOLLAR = Price(Decimal(1), Decimal(1), Decimal(1), "user", "")


def old_ledger(path):
    connection = sqlite3.connect(path)
    connection.executescript(FIRST)
    connection.executemany(f"INSERT INTO attempts VALUES ({', '.join('?' * len(ROWS[0]))})", ROWS)
    connection.commit()
    connection.close()


def read(path, columns="*"):
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute(f"SELECT {columns} FROM attempts ORDER BY id")]
    connection.close()
    return found


def test_a_ledger_of_the_first_format_keeps_its_rows_and_takes_new_ones(tmp_path):
    path = tmp_path / "ledger.sqlite"
    old_ledger(path)
    before = read(path)
    ledger = Ledger(path)
    after = read(path)
    assert [{name: row[name] for name in before[0]} for row in after] == before
    assert [row["passages"] for row in after] == ["[]", "[]"]
    assert (ledger.cost("r1").usd, ledger.cost("r1").calls) == (None, 2)
    ledger.settle(2, Usage(40, 10), price=DOLLAR, seconds=1)
    ledger.book_hit(Attempt("r1", "q", "drafter", "draft", "m", "h:1"), Decimal("0.0009"))
    assert (ledger.cost("r1").usd, ledger.cost("r1").cache_hits) == ("0.00095", 1)
    ledger.close()
    rows = read(path)
    Ledger(path).close()  # opened again, nothing changes
    assert read(path) == rows and len(rows) == 3
