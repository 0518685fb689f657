"""The cost command: sheets, other currencies, and what was embedded on this machine."""

import csv
import io
from decimal import Decimal

from coscribe.money.ledger import Attempt, Ledger, Usage
from coscribe.money.prices import Price
from doubles.command_line import run

DOLLAR = Price(Decimal(1), Decimal(1), Decimal(1), "user", "")
QUESTION = 'Who decides, "and"\nwhen?'


def book(home):
    ledger = Ledger(home / "state" / "ledger.sqlite")
    for model, price in (("m", DOLLAR), ("m", DOLLAR), ("n", None)):
        row = ledger.reserve(Attempt("r", QUESTION, "drafter", "draft", model, "h"), input_tokens=9, output_tokens=9,
                             price=price)  # fmt: skip
        ledger.settle(row, Usage(10_000, 2_000), price=price, seconds=1)
    ledger.book_hit(Attempt("r", QUESTION, "drafter", "draft", "m", "h"), Decimal("0.012"))
    ledger.close()


def settings(home, text):
    (home / "state").mkdir(parents=True, exist_ok=True)
    (home / "state" / "coscribe.toml").write_text(text, encoding="utf-8")


def test_a_sheet_of_the_rows(tmp_path):
    book(tmp_path)
    by_model = list(csv.DictReader(io.StringIO(run("cost", "--csv", "--by", "model", "--home", tmp_path).out)))
    figures = [(row["key"], row["calls"], row["usd"], row["unpriced_calls"], row["cache_hits"]) for row in by_model]
    assert figures == [("m", "2", "0.024", "0", "1"), ("n", "1", "", "1", "0")]
    (by_question,) = csv.DictReader(io.StringIO(run("cost", "--csv", "--by", "question", "--home", tmp_path).out))
    assert by_question["key"] == QUESTION


def test_answers_from_the_cache_are_no_calls(tmp_path):
    book(tmp_path)
    total = run("cost", "--json", "--home", tmp_path).json["total"]
    assert (total["calls"], total["cache_hits"], total["saved_usd"]) == (3, 1, "0.012")
    shown = run("cost", "--home", tmp_path).out
    assert "≥ $0.024 (1 call unpriced)" in shown and "1 answer from the cache, $0.012 saved" in shown
    assert "the energy of 3 calls is unknown" in shown


def test_amounts_in_another_currency_come_with_their_rate_and_its_day(tmp_path):
    book(tmp_path)
    settings(tmp_path, '[currency]\ncode = "EUR"\nper_usd = 0.875\ndate = 2026-11-02\n')
    shown = run("cost", "--by", "model", "--home", tmp_path).out
    assert "0.021 EUR" in shown and "$0.024" in shown
    assert "0.875 EUR per USD, the rate of 2026-11-02" in shown
    printed = run("cost", "--by", "model", "--json", "--home", tmp_path).json
    assert printed["display"] == {"code": "EUR", "per_usd": "0.875", "date": "2026-11-02", "total": "0.021"}
    assert (printed["currency"], printed["total"]["usd"]) == ("USD", "0.024")
    for wrong in ('code = "EUR"\nper_usd = 0.9', 'code = "euro"\nper_usd = 1\ndate = 2026-11-02'):
        settings(tmp_path, f"[currency]\n{wrong}\n")
        assert "currency." in run("cost", "--home", tmp_path).message


def test_embedding_on_this_machine_is_counted_and_is_no_call(tmp_path):
    home, report = tmp_path / "home", tmp_path / "hall.md"
    report.write_text("# Hall\n\nThe hall may draw 33 MW of electrical power by 2030.\n", encoding="utf-8")
    settings(home, '[prices."minilm-int8"]\nwatts = 36\nfree = true\n')
    assert run("ingest", report, "--home", home).code == 0
    (row,) = run("cost", "--json", "--home", home).json["rows"]
    assert (row["key"], row["calls"], row["input_tokens"], row["unpriced_calls"]) == ("embedder", 0, 0, 0)
    assert row["local_tokens"] > 10 and row["local_seconds"] > 0
    assert abs(row["wh_max"] - row["local_seconds"] / 100) < 1e-9
    cost = run("ask", "How much power may the hall draw?", "--json", "--home", home).json["cost"]
    assert (cost["usd"], cost["priced"], cost["calls"], cost["seconds"]) == ("0", True, 0, 0)
    (later,) = run("cost", "--json", "--home", home).json["rows"]
    assert later["local_tokens"] > row["local_tokens"]  # the question was embedded too
    assert "no model has been called yet: $0" in run("cost", "--home", home).out
    assert "embedded on this machine" in run("cost", "--home", home).out
