"""Attempts of processes that were killed: closed by rule, with all that they may have cost, and shown apart."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached
from coscribe.money.caps import Caps
from coscribe.money.ledger import Attempt, Ledger, Usage
from coscribe.money.prices import Price
from coscribe.money.rate_limit import RateLimit, TooEarly
from doubles.accounts import prepare, rows
from doubles.command_line import PROGRAM, run

DOLLAR = Price(Decimal(1), Decimal(1), Decimal(1), "user", "")
ATTEMPT = Attempt("r", "q", "drafter", "draft", "m", "h:1")
MILLION = {"input_tokens": 1_000_000, "output_tokens": 0, "price": DOLLAR}
POWER = "How much power may a post-exascale site draw?"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

KILLED = """
import os, signal, sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from coscribe.money.ledger import Attempt, Ledger
from coscribe.money.prices import Price
ledger = Ledger(Path(sys.argv[1]), clock=lambda: datetime.fromisoformat(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    ledger.reserve(Attempt("r", "q", "drafter", "draft", "m", "h:1"), input_tokens=1_000_000, output_tokens=0,
                   price=Price(Decimal(1), Decimal(1), Decimal(1), "user", ""), seconds=60)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "ledger.sqlite"


@pytest.fixture
def clock():
    return [NOON]


@pytest.fixture
def ledger(path, clock):
    opened = Ledger(path, clock=lambda: clock[-1])
    yield opened
    opened.close()


def killed(path, at=NOON, calls=1):
    """Reserve calls in a process that dies of it."""
    command = [sys.executable, "-c", KILLED, str(path), at.isoformat(), str(calls)]
    # `cwd`: what is imported is the installed package, not a folder of the checkout.
    assert subprocess.run(command, check=False, cwd=path.parents[1]).returncode == -signal.SIGKILL


def change(path, assignments):
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE attempts SET {assignments}")


def shown(ledger):
    total = ledger.table("run").total
    return (total.pending_calls, total.pending_usd, total.lost_calls, total.lost_usd, total.usd)


def test_a_killed_call_is_closed_when_its_time_is_over_and_keeps_all_it_may_have_cost(path, ledger, clock, tmp_path):
    killed(path, calls=2)
    clock.append(NOON + timedelta(seconds=59))
    assert shown(ledger) == (2, "2", 0, "0", "2")
    clock.append(NOON + timedelta(seconds=60))
    assert shown(ledger) == (0, "0", 2, "2", "2")
    closed = rows(tmp_path)
    told = {(row["status"], row["estimated"], row["usd"], row["reserved_usd"]) for row in closed}
    assert told == {("failed", 1, "1", "1")}
    with pytest.raises(BudgetReached, match="2 is spent or reserved"):  # a cap counts it as before
        ledger.reserve(ATTEMPT, **MILLION, caps=Caps(day=Decimal("2.5")))
    shown(ledger)
    assert rows(tmp_path) == closed


def test_the_next_call_closes_it_too(path, ledger, clock, tmp_path):
    killed(path)
    clock.append(NOON + timedelta(minutes=2))
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    assert [(row["status"], row["abandoned"]) for row in rows(tmp_path)] == [("failed", 1), ("pending", 0)]


def test_a_process_that_lives_keeps_its_call_however_late_it_is(path, ledger, clock):
    alive = subprocess.Popen(
        [sys.executable, "-c", KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "print(flush=True); input()"),
         str(path), NOON.isoformat(), "1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=path.parents[1],
    )  # fmt: skip
    assert alive.stdout.readline()
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)  # and so does this one
    clock.append(NOON + timedelta(days=40))
    assert shown(ledger) == (2, "2", 0, "0", "2")
    alive.kill()
    # Nobody has asked for its end yet: it waits to go, and is gone all the same.
    give_up = time.monotonic() + 100
    while shown(ledger)[2] == 0 and time.monotonic() < give_up:
        time.sleep(0.05)
    assert shown(ledger) == (1, "1", 1, "1", "2")
    alive.communicate()


def test_a_number_that_was_given_out_again_is_another_process(path, ledger, clock):
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    change(path, "process = process || '7'")  # the same number, begun at another time
    clock.append(NOON + timedelta(minutes=2))
    assert shown(ledger) == (0, "0", 1, "1", "1")


@pytest.mark.parametrize(
    "written",
    ["'another-start/pid:[4026531836] 1 1'", "NULL", "substr(process, 1, instr(process, '/')) || 'pid:[7] 1 1'"],
    ids=["another host, or before it was started", "could not be told", "another container"],
)
def test_where_it_cannot_be_told_only_time_closes_it(path, ledger, clock, written):
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    change(path, f"process = {written}")
    clock.append(NOON + timedelta(minutes=60))
    assert shown(ledger) == (1, "1", 0, "0", "1")
    clock.append(NOON + timedelta(minutes=61))
    assert shown(ledger) == (0, "0", 1, "1", "1")


def test_an_attempt_of_an_older_format_is_closed_by_its_age(path, ledger, clock):
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    change(path, "process = NULL, ends = NULL")
    clock.append(NOON + timedelta(minutes=59))
    assert shown(ledger)[0] == 1
    clock.append(NOON + timedelta(minutes=60))
    assert shown(ledger)[2:] == (1, "1", "1")


def test_an_answer_that_comes_after_all_counts_as_what_it_was(path, ledger, clock, tmp_path):
    row = ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    change(path, "process = NULL")
    clock.append(NOON + timedelta(hours=2))
    assert shown(ledger)[2] == 1
    ledger.settle(row, Usage(500_000), price=DOLLAR, seconds=1)
    assert shown(ledger) == (0, "0", 0, "0", "0.5")


def test_what_a_killed_process_holds_is_not_waited_for(path, ledger):
    """Neither by a cap nor by the first call to a server, though its time is not over."""
    killed(path)
    with pytest.raises(BudgetReached, match="1 is spent or reserved"):
        ledger.reserve(ATTEMPT, **MILLION, caps=Caps(day=Decimal("1.5")), seconds=60)
    ledger.reserve(ATTEMPT, **MILLION, seconds=60, alone=True)
    with pytest.raises(TooEarly):  # as it is for one that lives
        ledger.reserve(ATTEMPT, **MILLION, seconds=60, alone=True)
    with pytest.raises(TooEarly):
        ledger.reserve(ATTEMPT, **MILLION, caps=Caps(day=Decimal("2.5")), seconds=60)


def test_a_clock_that_was_set_back_forgets_no_money_and_makes_nobody_wait(path, ledger, clock):
    killed(path)
    ledger.reserve(ATTEMPT, **MILLION, seconds=60)
    clock.append(NOON - timedelta(days=40))
    assert shown(ledger) == (1, "1", 1, "1", "2")  # only the dead is closed
    with pytest.raises(BudgetReached, match="2 is spent or reserved"):
        ledger.reserve(ATTEMPT, **MILLION, caps=Caps(month=Decimal("2.5")), seconds=60)
    ledger.reserve(ATTEMPT, **MILLION, limit=RateLimit(requests=1), seconds=60)
    with pytest.raises(TooEarly) as early:
        ledger.reserve(ATTEMPT, **MILLION, limit=RateLimit(requests=1), seconds=60)
    assert early.value.seconds == 60


def test_a_day_that_begins_twice_is_one_day(path, ledger, clock, monkeypatch):
    monkeypatch.setenv("TZ", "America/Havana")
    time.tzset()
    try:
        for hour in (4, 5):  # half past midnight, before and after the clock went back to midnight
            clock.append(datetime(2026, 11, 1, hour, 30, tzinfo=UTC))
            ledger.reserve(ATTEMPT, **MILLION, caps=Caps(day=Decimal(2)))
        with pytest.raises(BudgetReached, match="2 is spent"):
            ledger.reserve(ATTEMPT, **MILLION, caps=Caps(day=Decimal(2)))
        assert [(line.key, line.calls) for line in ledger.table("day").rows] == [("2026-11-01", 2)]
    finally:
        monkeypatch.undo()
        time.tzset()


@contextlib.contextmanager
def asking(shelf, endpoint, home, seconds):
    """Give a command that waits for an endpoint which does not answer; an attempt may take so many seconds."""
    prepare(home, f"timeout_seconds = {seconds}\n")
    endpoint.delay = 600.0
    place = ("--model", "m", "--base-url", endpoint.url, "--library", shelf.library.folder, "--home", home)
    command = subprocess.Popen(
        [*PROGRAM, "ask", POWER, *map(str, place)], stdout=subprocess.DEVNULL, cwd=home,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a test run in the background ignores
    )  # fmt: skip
    while not endpoint.meter.requests and command.poll() is None:
        time.sleep(0.01)
    yield command
    command.kill()
    command.wait()


def test_a_killed_command_is_told_apart_by_the_next(shelf, endpoint, tmp_path):
    home = tmp_path / "home"
    with asking(shelf, endpoint, home, seconds=5):
        pass
    told = run("cost", "--json", "--home", home).json["total"]
    while told["pending_calls"]:  # its time is not over: five seconds, and no more than a few looks
        time.sleep(0.1)
        told = run("cost", "--json", "--home", home).json["total"]
    (row,) = rows(home)
    assert (told["lost_calls"], told["pending_calls"], told["calls"]) == (1, 0, 1)
    assert told["lost_usd"] == told["usd"] == row["reserved_usd"]
    said = run("cost", "--home", home).out
    assert f"${told['usd']} of it is an estimate, the worst case of 1 call whose program was killed" in said


def test_a_command_that_is_asked_to_end_books_its_estimate_itself(shelf, endpoint, tmp_path):
    home = tmp_path / "home"
    with asking(shelf, endpoint, home, seconds=300) as command:
        command.terminate()
        assert command.wait() == 128 + signal.SIGTERM
    told = run("cost", "--json", "--home", home).json["total"]
    (row,) = rows(home)
    assert (told["lost_calls"], told["pending_calls"], told["calls"]) == (0, 0, 1)
    assert row["estimated"]
    assert 0 < Decimal(told["usd"]) <= Decimal(row["reserved_usd"])
