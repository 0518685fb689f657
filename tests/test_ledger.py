"""The ledger: what is booked, what the caps hold back, and that both survive threads, processes and crashes."""

import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached, LibraryError, UsageError
from coscribe.money.energy import Energy
from coscribe.money.ledger import Attempt, Caps, Ledger, Usage
from coscribe.money.prices import Price, Prices, UserPrice
from coscribe.money.tokens import TokenCounter

DOLLAR = Price(Decimal(1), Decimal("0.5"), Decimal(2), "user", "")  # per million tokens


def attempt(run="r1", question="q1", agent="drafter", model="m"):
    return Attempt(run, question, agent, "draft", model, "127.0.0.1:1")


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger(tmp_path / "state" / "ledger.sqlite")
    yield opened
    opened.close()


def rows(tmp_path):
    connection = sqlite3.connect(tmp_path / "state" / "ledger.sqlite")
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute("SELECT * FROM attempts ORDER BY id")]
    connection.close()
    return found


def test_a_call_is_reserved_at_its_worst_and_settled_at_what_it_used(ledger, tmp_path):
    row = ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR)
    (pending,) = rows(tmp_path)
    assert (pending["status"], pending["usd"], pending["reserved_tokens"]) == ("pending", "0.002", 1500)
    assert ledger.cost("r1").usd == "0.002"

    ledger.settle(
        row,
        Usage(900, 100, cached_tokens=400, reasoning_tokens=20),
        price=DOLLAR,
        seconds=1.5,
        energy=Energy(0.1, 0.2, "by hand", "FRA"),
    )
    (settled,) = rows(tmp_path)
    assert settled["usd"] == "0.0009"  # 500 fresh, 400 cached at half, 100 out at two
    assert settled["reserved_usd"] == "0.002"
    assert (settled["status"], settled["estimated"], settled["reasoning_tokens"]) == ("ok", 0, 20)
    assert (settled["input_price"], settled["cached_price"], settled["output_price"]) == ("1", "0.5", "2")
    assert settled["started"].endswith("Z")
    cost = ledger.cost("r1")
    assert cost.model_dump() == {
        "usd": "0.0009", "priced": True, "calls": 1, "input_tokens": 900, "cached_tokens": 400, "output_tokens": 100,
        "seconds": 1.5, "cache_hits": 0, "saved_usd": "0", "wh_min": 0.1, "wh_max": 0.2, "unmetered_calls": 0,
    }  # fmt: skip
    assert (settled["energy_method"], settled["grid_zone"]) == ("by hand", "FRA")
    assert ledger.table("run").energy == ["by hand, grid FRA"]


def test_what_may_have_been_billed_stays_estimated_and_what_never_arrived_is_free(ledger, tmp_path):
    lost = Usage(800, 100, estimated=True)
    ledger.settle(
        ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR),
        lost,
        price=DOLLAR,
        seconds=1,
        status="cancelled",
    )
    ledger.fail(ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR), seconds=1)
    cancelled, failed = rows(tmp_path)
    assert (cancelled["status"], cancelled["usd"], cancelled["estimated"]) == ("cancelled", "0.001", 1)
    with pytest.raises(BudgetReached, match=r"0\.002 is spent or reserved"):  # a cap counts what it may have cost
        ledger.reserve(attempt(), input_tokens=1000, output_tokens=0, price=DOLLAR, caps=Caps(run=Decimal("0.0029")))
    with pytest.raises(BudgetReached, match="1500 are used or reserved"):
        ledger.reserve(attempt(), input_tokens=1000, output_tokens=0, price=DOLLAR, caps=Caps(tokens=2499))
    assert (failed["status"], failed["usd"], failed["estimated"], failed["output_tokens"]) == ("failed", "0", 0, 0)


def test_an_unknown_price_is_unknown_and_never_nothing(ledger):
    row = ledger.reserve(attempt(), input_tokens=10, output_tokens=5, price=None)
    ledger.settle(row, Usage(10, 5), price=None, seconds=0)
    assert ledger.cost("r1").usd is None
    assert ledger.cost("r1").priced is False
    assert ledger.cost("another run").model_dump(include={"usd", "priced", "calls"}) == {
        "usd": "0",
        "priced": True,
        "calls": 0,
    }
    row = ledger.reserve(attempt(model="priced"), input_tokens=10, output_tokens=5, price=DOLLAR)
    ledger.settle(row, Usage(10, 5), price=DOLLAR, seconds=0)
    table = ledger.table("model")
    assert [(line.key, line.usd, line.unpriced_calls) for line in table.rows] == [
        ("m", None, 1),
        ("priced", "0.00002", 0),
    ]
    assert (table.total.usd, table.total.unpriced_calls, table.total.calls) == ("0.00002", 1, 2)
    assert ledger.cost("r1").usd is None


def test_an_empty_ledger_cost_nothing(ledger):
    table = ledger.table("day")
    assert (table.rows, table.total.usd, table.total.calls, table.currency) == ([], "0", 0, "USD")


@pytest.mark.parametrize(
    ("caps", "named"),
    [
        (Caps(question=Decimal("0.003")), "0.003 usd per question"),
        (Caps(run=Decimal("0.003")), "0.003 usd per run"),
        (Caps(day=Decimal("0.003")), "0.003 usd per day"),
        (Caps(month=Decimal("0.003")), "0.003 usd per month"),
        (Caps(tokens=2500), "2500 tokens per run"),
    ],
)
def test_each_cap_holds_back_the_call_that_would_pass_it(ledger, caps, named):
    ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR, caps=caps)
    with pytest.raises(BudgetReached, match=named):
        ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR, caps=caps)
    assert ledger.cost("r1").calls == 1
    ledger.reserve(
        attempt(), input_tokens=500, output_tokens=250, price=DOLLAR, caps=caps
    )  # exactly the cap is allowed


def test_a_cap_counts_its_own_scope_alone(ledger):
    big = {"input_tokens": 1000, "output_tokens": 500, "price": DOLLAR}
    ledger.reserve(attempt("r1", "q1"), **big)
    ledger.reserve(attempt("r1", "q2"), **big, caps=Caps(question=Decimal("0.002")))
    ledger.reserve(attempt("r2", "q1"), **big, caps=Caps(run=Decimal("0.002"), question=Decimal("0.002"), tokens=1500))
    with pytest.raises(BudgetReached):
        ledger.reserve(attempt("r3", "q1"), **big, caps=Caps(day=Decimal("0.006")))


def test_a_cap_in_money_needs_a_price_or_a_cap_in_tokens(ledger):
    with pytest.raises(UsageError, match=r"set its price under \[prices\], or a cap in tokens"):
        ledger.reserve(attempt(), input_tokens=10, output_tokens=5, price=None, caps=Caps(month=Decimal(1)))
    assert ledger.cost("r1").calls == 0
    ledger.reserve(attempt(), input_tokens=10, output_tokens=5, price=None, caps=Caps(month=Decimal(1), tokens=100))
    with pytest.raises(BudgetReached, match="tokens per run"):
        ledger.reserve(attempt(), input_tokens=80, output_tokens=6, price=None, caps=Caps(tokens=100))


@pytest.fixture
def in_paris(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_days_and_months_are_local_ones_in_winter_and_in_summer(tmp_path, in_paris):
    moments = [
        datetime(2026, 3, 27, 22, 30, tzinfo=UTC),  # 23:30 in Paris
        datetime(2026, 3, 27, 23, 30, tzinfo=UTC),  # 00:30 of the next day
        datetime(2026, 3, 28, 22, 30, tzinfo=UTC),  # 23:30, the night the clocks go forward
        datetime(2026, 3, 29, 12, 0, tzinfo=UTC),  # two hours ahead now, one hour at midnight
    ]
    clock = []
    ledger = Ledger(tmp_path / "ledger.sqlite", clock=lambda: clock[-1])
    million = {"input_tokens": 1_000_000, "output_tokens": 0, "price": DOLLAR}
    for moment in moments:
        clock.append(moment)
        ledger.reserve(attempt(), **million, caps=Caps(day=Decimal(2), month=Decimal(4)))
    table = ledger.table("day")
    assert [(line.key, line.calls) for line in table.rows] == [("2026-03-27", 1), ("2026-03-28", 2), ("2026-03-29", 1)]
    assert table.zone == "CEST (UTC+02:00)"
    ledger.reserve(attempt(), **million, caps=Caps(day=Decimal(2)))
    with pytest.raises(BudgetReached, match="per day would be passed: 2 is spent"):
        ledger.reserve(attempt(), **million, caps=Caps(day=Decimal("2.5")))
    with pytest.raises(BudgetReached, match="per month would be passed: 5 is spent"):
        ledger.reserve(attempt(), **million, caps=Caps(month=Decimal(5)))
    clock.append(datetime(2026, 3, 31, 22, 0, tzinfo=UTC))  # the first of April in Paris
    ledger.reserve(attempt(), **million, caps=Caps(day=Decimal(1), month=Decimal(1)))
    ledger.close()


@pytest.mark.parametrize("by", ["agent", "model", "run", "question", "day"])
def test_every_grouping_adds_up_to_the_same_total(ledger, by):
    for number in range(6):
        who = attempt(f"r{number % 2}", f"q{number % 3}", f"agent{number % 2}", f"m{number % 3}")
        row = ledger.reserve(who, input_tokens=10, output_tokens=5, price=DOLLAR)
        ledger.settle(
            row, Usage(7, 3, cached_tokens=2), price=DOLLAR, seconds=0.5, energy=Energy(1.0, 2.0, "by hand", None)
        )
    table = ledger.table(by)
    assert sum(line.calls for line in table.rows) == table.total.calls == 6
    assert sum(Decimal(line.usd) for line in table.rows) == Decimal(table.total.usd) == Decimal("0.000072")
    assert sum(line.wh_max for line in table.rows) == table.total.wh_max == 12.0


def test_amounts_are_exact_and_plain(ledger):
    tiny = Price(Decimal("0.0000001"), Decimal("0.0000001"), Decimal(0), "user", "")
    for _ in range(3):
        row = ledger.reserve(attempt(), input_tokens=1, output_tokens=0, price=tiny)
        ledger.settle(row, Usage(1), price=tiny, seconds=0)
    assert ledger.cost("r1").usd == "0.0000000000003"


def test_the_file_is_private_and_a_newer_or_broken_one_is_refused(tmp_path):
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.reserve(attempt(), input_tokens=1, output_tokens=0, price=None)
    for file in tmp_path.glob("ledger.sqlite*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    ledger.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match=r"format 99.*upgrade coscribe"):
        Ledger(path)
    path.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(LibraryError, match="damaged"):
        Ledger(path)
    with pytest.raises(UsageError, match="choose another --home"):
        Ledger(path / "below" / "ledger.sqlite")


def test_sixteen_threads_never_pass_the_cap(ledger):
    caps, refused = Caps(run=Decimal("0.020")), []

    def spend():
        for _ in range(4):
            try:
                row = ledger.reserve(attempt(), input_tokens=1000, output_tokens=500, price=DOLLAR, caps=caps)
            except BudgetReached:
                refused.append(1)
            else:
                ledger.settle(row, Usage(1000, 500), price=DOLLAR, seconds=0)

    threads = [threading.Thread(target=spend) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.cost("r1").usd == "0.02"
    assert len(refused) == 64 - 10


SPENDER = """
import sys
from decimal import Decimal
from pathlib import Path
from coscribe.core.errors import BudgetReached
from coscribe.money.ledger import Attempt, Caps, Ledger, Usage
from coscribe.money.prices import Price
one = Price(Decimal(1), Decimal(1), Decimal(1), "user", "")
ledger = Ledger(Path(sys.argv[1]))
done = 0
for _ in range(50):
    try:
        row = ledger.reserve(Attempt("r1", "q", "a", "s", "m", "h"), input_tokens=1_000_000, output_tokens=0, price=one,
                             caps=Caps(day=Decimal(30)))
    except BudgetReached:
        continue
    ledger.settle(row, Usage(1_000_000), price=one, seconds=0)
    done += 1
print(done)
"""


def test_two_processes_that_open_a_new_ledger_at_once_never_pass_the_cap(tmp_path):
    path = tmp_path / "state" / "ledger.sqlite"
    # `tmp_path` as working folder: what is imported is the installed package, not a folder of the checkout.
    command = [sys.executable, "-c", SPENDER, str(path)]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) for _ in range(2)]
    done = [int(spender.communicate(timeout=300)[0]) for spender in spenders]
    assert [spender.returncode for spender in spenders] == [0, 0]
    assert sum(done) == 30
    ledger = Ledger(path)
    assert ledger.cost("r1").usd == "30"
    ledger.close()


OPENER = """
import sys, time
from pathlib import Path
from coscribe.money.ledger import Ledger
for number in range(30):
    time.sleep(max(0.0, float(sys.argv[2]) + number / 50 - time.time()))
    Ledger(Path(sys.argv[1]) / str(number) / "ledger.sqlite").close()
"""


def test_a_new_ledger_may_be_opened_by_several_processes_at_the_same_moment(tmp_path):
    command = [sys.executable, "-c", OPENER, str(tmp_path), str(time.time() + 1.0)]
    openers = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=tmp_path, text=True) for _ in range(4)]
    assert [opener.communicate(timeout=300)[1] for opener in openers] == [""] * 4


def test_prices_come_from_the_user_first_and_are_never_guessed():
    prices = Prices({"mine": UserPrice(Decimal("0.2"), Decimal("0.4"))})
    mine = prices.look_up("mine", "http://127.0.0.1:1/v1")
    assert (mine.input, mine.cached, mine.output, mine.source) == (
        Decimal("0.2"),
        Decimal("0.2"),
        Decimal("0.4"),
        "user",
    )
    public = prices.look_up("gpt-4o-mini", "https://api.openai.com/v1")
    assert public.source == "genai-prices"
    assert public.version
    assert Decimal(0) < public.cached < public.input < public.output
    assert prices.look_up("gpt-4o-mini", "http://127.0.0.1:1/v1") is None
    assert prices.look_up("gpt-4o-mini", "https://llm.reseller.example/v1") is None
    assert prices.look_up("no-such-model", "https://api.openai.com/v1") is None
    assert prices.look_up("text-embedding-3-small", "https://api.openai.com/v1").output == 0
    flex = prices.look_up("gpt-5-mini", "https://api.openai.com/v1", tier="flex")
    assert flex.input < prices.look_up("gpt-5-mini", "https://api.openai.com/v1").input
    gemini = "https://generativelanguage.googleapis.com/v1beta/openai"
    short, long = (prices.look_up("gemini-2.5-pro", gemini, input_tokens=count) for count in (1000, 300_000))
    assert short.input < long.input


def test_tokens_are_counted_offline_and_marks_in_reports_are_plain_text(tmp_path):
    counter = TokenCounter(tmp_path / "tokens")
    known = counter.count("Post-exascale energy targets.", "gpt-4o-mini")
    assert (known.estimated, known.margin) == (False, 1.0)
    assert 5 <= known.tokens <= 9
    assert counter.count("Post-exascale", "gpt-4").estimated is False
    unknown = counter.count("<|endoftext|> 富岳NEXT", "qwen2.5:7b")
    assert (unknown.estimated, unknown.margin) == (True, 1.3)
    assert counter.count("a", "openai/gpt-4o").estimated is False
    assert len(list((tmp_path / "tokens").iterdir())) == 2


def test_prices_and_ledger_load_no_client_library():
    wanted = "coscribe.money.ledger, coscribe.money.prices, coscribe.models.gate, coscribe.models.port"
    probe = f"import sys, {wanted}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert not {"openai", "httpx2", "genai_prices", "tiktoken"} & set(loaded)


def test_a_damaged_token_table_is_unpacked_anew_and_never_fetched(tmp_path):
    whole = TokenCounter(tmp_path).count("twenty megawatts", "gpt-4o")
    (table,) = tmp_path.iterdir()
    table.write_bytes(table.read_bytes()[:-100])
    probe = (
        "import socket, pathlib, coscribe.money.tokens as t; socket.getaddrinfo = socket.socket.connect = None; "
        f"print(t.TokenCounter(pathlib.Path({str(tmp_path)!r})).count('twenty megawatts', 'gpt-4o'))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (str(whole), "")
