"""What inference cost, on the screen: never better than known, and never cut off."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from coscribe.core.cost import Cost
from coscribe.money.energy import Energy
from coscribe.money.ledger import Attempt, Ledger, Usage
from coscribe.money.prices import Price
from coscribe.terminal.amount import count, duration, number_list
from coscribe.terminal.console import screen
from coscribe.terminal.views.cost import cost_line, cost_view
from doubles.views import cost_text

PRICE = Price(Decimal(1), Decimal("0.5"), Decimal(2), "user", "")  # dollars per million tokens
QUESTION = "How much power may a post-exascale site draw from the grid of its country?"


def book(home: Path) -> Ledger:
    """Open the ledger of a home in which three calls had a price and one had none."""
    ledger = Ledger(home / "state" / "ledger.sqlite")
    for agent, price in (("drafter", PRICE), ("drafter", PRICE), ("retriever", PRICE), ("reviewer", None)):
        call = Attempt("run-1", QUESTION, agent, "draft", "some-model", "127.0.0.1:1")
        row = ledger.reserve(call, input_tokens=2000, output_tokens=500, price=price)
        ledger.settle(
            row, Usage(1000, 100), price=price, seconds=1, energy=Energy(0.1, 0.4, "by hand", None) if price else None
        )
    return ledger


def test_the_table_adds_up_what_the_ledger_holds(tmp_path: Path) -> None:
    ledger = book(tmp_path)
    head, drafter, retriever, reviewer, total, *_ = cost_text(ledger.table("agent")).splitlines()
    ledger.close()
    assert head.split() == ["calls", "input", "tokens", "cached", "output", "tokens", "Wh", "cost"]
    assert drafter.split() == ["drafter", "2", "2,000", "0", "200", "0.2–0.8", "$0.0024"]
    assert retriever.split() == ["retriever", "1", "1,000", "0", "100", "0.1–0.4", "$0.0012"]
    assert reviewer.split() == ["reviewer", "1", "1,000", "0", "100", "unknown", "unpriced", "(1", "call)"]
    assert total.endswith("≥ $0.0036 (1 call unpriced)")


@pytest.mark.parametrize("width", [44, 80, 100, 140])
def test_the_price_is_on_the_screen_however_long_the_key(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    ledger = book(tmp_path)
    screen(False).show(cost_view(ledger.table("question")))
    ledger.close()
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("$0.0036") == 2 and "0.3–1.2" in shown  # the one question, and the total
    assert all(word in shown for word in QUESTION.split())


def test_the_command_reads_the_ledger_of_its_home(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "coscribe", "cost", "--home", str(tmp_path)]
    before = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    assert before == "no model has been called yet: $0\nquotes-only answers need none\n"
    book(tmp_path).close()
    after = subprocess.run([*command, "--by", "model"], capture_output=True, text=True, timeout=300, check=True).stdout
    assert after.splitlines()[1].split()[:2] == ["some-model", "4"]
    assert "≥ $0.0036 (1 call unpriced)" in after and "≥ is a lower bound" in after


def test_prices_are_never_better_than_known() -> None:
    calls = {"calls": 2, "input_tokens": 4210, "cached_tokens": 1024, "output_tokens": 388, "seconds": 14.2}
    assert cost_line(Cost(usd="0.0123", **calls)) == "$0.0123 · 2 calls · 4,210 (1,024 cached) + 388 tokens · 14 s"
    assert cost_line(Cost(usd=None, priced=False, **calls)).startswith("price unknown · 2 calls")
    assert cost_line(Cost(usd="0.01", priced=False, calls=2)).startswith("≥ $0.01 (some calls unpriced)")
    assert cost_line(Cost()) == "0 calls · nothing left this machine"


def test_amounts() -> None:
    assert [count(1, "report"), count(1200, "report")] == ["1 report", "1,200 reports"]
    assert [duration(0.42), duration(12), duration(75.2)] == ["0.42 s", "12 s", "1 min 15 s"]
    assert [number_list(pages, "p.", "pp.") for pages in ([4], [9, 3, 5, 6, 5])] == ["p. 4", "pp. 3, 5–6, 9"]
