"""What a batch would cost: only for what is still missing, with nothing sent and nothing written."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from coscribe.agents.batch.batch import forecast
from coscribe.core.shapes import Bound, Estimate
from coscribe.core.types import EVERYTHING
from coscribe.money.estimate import estimate_all
from coscribe.tools.batch.inquiry import Inquiry
from coscribe.tools.batch.question_file import QuestionRow
from doubles.batches import COOLING, ENERGY, POWER, BatchDesk
from doubles.command_line import run
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint

SOURCE = ("id,question", f"a,{POWER}", f"b,{ENERGY}", "c,", f"d,{COOLING}")


@pytest.fixture
def priced_home(tmp_path: Path) -> Path:
    """A home with a price for model "m": 3 dollars a million tokens in, 7 out."""
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 3\noutput = 7\n", encoding="utf-8")
    return tmp_path / "home"


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def amounts(bound: Any) -> tuple[Any, ...]:
    return bound["calls"], bound["input_tokens"], bound["output_tokens"], Decimal(bound["usd"])


def test_it_is_the_sum_of_what_each_question_would_cost(desk: BatchDesk, endpoint: Endpoint, priced_home: Path) -> None:
    model = ("--model", "m", "--base-url", endpoint.url, "--home", priced_home)
    source = desk.csv(*SOURCE)
    before = files_in(desk.folder)
    done = desk.run(source, "out.jsonl", *model, "--estimate", "--json")
    each = [
        run("ask", question, "--estimate", *model, "--json", "--library", desk.library).json
        for question in (POWER, ENERGY, COOLING)
    ]
    assert done.code == 0 and "row 3" in done.err
    told = done.json
    assert (told["questions"], told["weighed"], told["unpriced"], told["currency"]) == (3, 3, [], "USD")
    for kind in ("typical", "at_most"):
        sums = tuple(map(sum, zip(*(amounts(one[kind]) for one in each), strict=True)))
        assert amounts(told[kind]) == sums and sums[0] > 0
    assert files_in(desk.folder) == before  # no journal, no lock, no output
    assert not endpoint.meter.received


def test_what_the_journal_holds_is_not_counted(desk: BatchDesk, endpoint: Endpoint, priced_home: Path) -> None:
    endpoint.reply = Author(repeat("power", "energy", "cool"))
    model = ("--model", "m", "--base-url", endpoint.url, "--home", priced_home)
    assert desk.run(desk.csv("id,question", f"a,{POWER}"), "out.jsonl", *model).code == 0
    source = desk.csv(*SOURCE)
    before, sent = files_in(desk.folder), len(endpoint.meter.requests)
    told = desk.run(source, "out.jsonl", *model, "--estimate", "--json").json
    assert told["questions"] == 2
    assert desk.run(source, "out.jsonl", *model, "--estimate", "--refresh", "all", "--json").json["questions"] == 3
    shown = desk.run(desk.csv("id,question", f"a,{POWER}"), "out.jsonl", *model, "--estimate").out
    assert "nothing to pay" in shown
    assert files_in(desk.folder) == {**before, "in.csv": (desk.folder / "in.csv").read_bytes()}
    assert len(endpoint.meter.requests) == sent


def test_a_torn_and_a_damaged_line_of_the_journal_stay_as_they_are(desk: BatchDesk) -> None:
    source = desk.csv("question", POWER, ENERGY)
    assert desk.run(source).code == 0
    journal = desk.folder / "out.jsonl.journal"
    torn = journal.read_bytes().splitlines(keepends=True)[0] + b"nonsense\n" + b'{"id": "2", "as'
    journal.write_bytes(torn)
    told = desk.run(source, "out.jsonl", "--estimate", "--json").json
    assert (told["questions"], told["typical"]["usd"]) == (1, "0")  # quotes cost nothing
    assert journal.read_bytes() == torn


def test_no_consent_is_asked_and_a_missing_price_is_told(
    desk: BatchDesk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    model = ("--model", "m", "--base-url", endpoint.url)
    shown = desk.run(desk.csv("question", POWER), "out.jsonl", *model, "--estimate")
    assert shown.code == 0 and "1 question to ask" in shown.out and '[prices."m"]' in shown.out
    assert desk.run(desk.csv("question", POWER), "out.jsonl", *model).code == 2  # while asking does
    assert not endpoint.meter.received


class Scales:
    """Stands in for an assistant: a question costs as many calls as its number says."""

    def __init__(self) -> None:
        self.weighed: list[int] = []

    async def estimate(self, question: str, **_: object) -> Estimate:
        self.weighed.append(number := int(question))
        bound = Bound(calls=number, input_tokens=10 * number, output_tokens=number, usd=str(number))
        return Estimate(question=question, typical=bound, at_most=bound, unpriced=[])


def test_of_many_questions_some_are_weighed_for_all() -> None:
    asked = [
        Inquiry(str(at), QuestionRow(at, f"line {at}", str(at), str(at), {}), EVERYTHING, str(at))
        for at in range(1, 2001)
    ]
    scales, again = Scales(), Scales()
    seen: list[tuple[int, int]] = []
    told = asyncio.run(forecast(scales, asked, lambda *progress: seen.append(progress)))  # type: ignore[arg-type]
    assert told == asyncio.run(forecast(again, asked, lambda *_: None))  # type: ignore[arg-type]
    weighed = scales.weighed
    assert weighed == again.weighed  # the same ones at each call
    assert (told.questions, told.weighed, len(set(weighed))) == (2000, 100, 100)
    assert seen[0] == (0, 100) and len(seen) == 100
    assert told.typical.calls == 20 * sum(weighed) and Decimal(told.typical.usd or 0) == 20 * sum(weighed)
    assert told.at_most.calls == sum(weighed) + 1900 * max(weighed)
    assert told.typical.calls == pytest.approx(sum(range(2001)), rel=0.15)  # they are no biased choice


def test_an_unknown_price_stays_unknown_however_many_are_known() -> None:
    known, unknown = (Bound(calls=1, usd=usd) for usd in ("1", None))
    one = Estimate(question="a", typical=known, at_most=known, unpriced=[])
    other = Estimate(question="b", typical=unknown, at_most=unknown, unpriced=["m"])
    told = estimate_all([one, other], 9)
    assert (told.typical.usd, told.at_most.usd, told.unpriced) == (None, None, ["m"])
    assert (told.typical.calls, told.at_most.calls) == (9, 9)
    assert estimate_all([], 0).at_most == Bound()
