"""What an asker gets when the endpoint fails, the budget is reached or there is nothing to ask: quotes, and why."""

import json
import socket
import sys

import pytest
from coscribe import Library
from coscribe.cli import main
from coscribe.core.errors import LibraryError, UsageError
from coscribe.core.shapes import Answer
from coscribe.core.types import Scope
from doubles.desk import Author, assert_books, draft
from independent import one_line

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
RIGHT = "In Europe a post-exascale site may draw at most 20 MW of peak electrical power by 2030."
SOFT = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"  # bound and not listening: connections are refused


@pytest.fixture
def coscribe(shelf, monkeypatch, capsys):
    """Runs a command on the samples and returns its exit code, standard output and standard error."""
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")

    def run(*words, library=shelf.library.folder):
        monkeypatch.setattr(sys, "argv", ["coscribe", *words, "--library", str(library)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run


def assert_quoted(answer, shelf, kind):
    """The answer is the one that quotes alone would have given, and says why it is."""
    assert (answer.status, answer.mode, answer.error.kind) == ("answered", "evidence", kind)
    assert answer.degraded == answer.error.message
    assert any(one_line(citation.quote) == EUROPE for claim in answer.claims for citation in claim.citations)
    for claim in answer.claims:
        shelf.assert_verbatim(claim.citations)


async def test_an_endpoint_that_refuses_leaves_the_quotes(shelf, closed_port, assistant):
    answer = await assistant(shelf.library, closed_port).ask(POWER)
    assert_quoted(answer, shelf, "EndpointError")
    assert "cannot be reached" in answer.degraded
    quotes = await assistant(shelf.library, closed_port, model="evidence").ask(POWER)
    assert (answer.answer, answer.claims) == (quotes.answer, quotes.claims)
    assert (quotes.degraded, quotes.cost.calls) == (None, 0)


def test_an_endpoint_that_refuses_is_exit_code_4(coscribe, shelf, closed_port):
    asked = ("ask", POWER, "--model", "m", "--base-url", closed_port)
    code, printed, _ = coscribe(*asked, "--json")
    assert code == 4
    assert_quoted(Answer.model_validate_json(printed), shelf, "EndpointError")
    code, printed, _ = coscribe(*asked)
    assert code == 4
    assert "20 MW" in printed and "cannot be reached" in one_line(printed)


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_an_endpoint_that_answers_with_an_error_leaves_the_quotes(shelf, endpoint, assistant, status):
    endpoint.statuses = [status]
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert_quoted(answer, shelf, "EndpointError")
    assert len(endpoint.meter.requests) == answer.cost.calls == 1
    assert (answer.cost.input_tokens, answer.cost.output_tokens) == (0, 0)


async def test_an_endpoint_that_dies_before_the_redraft_leaves_the_quotes(shelf, endpoint, assistant):
    def write(asked):
        endpoint.statuses = [500]
        return draft(([asked.number(EUROPE)], RIGHT.replace("20", "25")))

    endpoint.reply = Author(write)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert_quoted(answer, shelf, "EndpointError")
    assert "25 MW" not in answer.model_dump_json()
    assert_books(answer, endpoint)


@pytest.fixture
def dies_after_draft(endpoint):
    """Makes the endpoint write down some sentences on Europe, and then never answer again."""

    def make(*texts):
        def write(asked):
            endpoint.hang_ups = 9
            return draft(*(([asked.number(EUROPE)], text) for text in texts))

        endpoint.reply = Author(write)

    return make


def assert_led_by_the_copy(answer):
    """What needs no reader stands first, and then the reports speak for themselves: nobody said that it is enough."""
    first, *rest = [claim for claim in answer.claims if claim.verdict == "supported"]
    assert first.text == EUROPE and first.framing is None and answer.answer.startswith(f"{EUROPE} [1]")
    assert all(claim.framing for claim in rest if claim.kind == "stated") and SOFT not in answer.answer
    assert not {one.id for one in first.citations} & {one.id for claim in rest for one in claim.quotes if claim.framing}


async def test_an_endpoint_that_dies_before_the_review_leaves_what_needs_none(
    shelf, endpoint, assistant, dies_after_draft
):
    dies_after_draft(EUROPE, SOFT)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, answer.mode, answer.error.kind) == ("partial", "drafted", "EndpointError")
    assert answer.degraded == answer.error.message and "hung up" in answer.degraded
    assert_led_by_the_copy(answer)
    assert [(claim.text, claim.reason) for claim in answer.claims if claim.verdict == "unsupported"] == [
        (SOFT, "no reviewer could confirm it")
    ]
    assert answer.cost.calls == len(endpoint.meter.requests) == 2


async def test_an_endpoint_that_dies_before_a_review_that_all_needed_leaves_the_quotes(
    shelf, endpoint, assistant, dies_after_draft
):
    dies_after_draft(SOFT)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, answer.mode, answer.error.kind) == ("partial", "evidence", "EndpointError")
    assert "20 MW" in answer.answer and SOFT not in answer.answer
    assert [claim.text for claim in answer.claims if claim.verdict == "unsupported"] == [SOFT]
    assert len(endpoint.meter.requests) == 2


async def test_words_in_another_language_stand_in_for_a_sentence_that_nobody_can_judge(shelf, endpoint, assistant):
    words = "Modular machines were considered"

    def write(asked):
        endpoint.hang_ups = 9
        return draft(([asked.number(words)], "Se examinaron, pero eran demasiado complicadas."))

    endpoint.reply = Author(write)
    question = "¿Qué se concluyó en 2024 sobre las máquinas modulares?"
    answer = await assistant(shelf.library, endpoint.url).ask(question)
    assert any(words in citation.quote for claim in answer.claims if claim.framing for citation in claim.citations)


@pytest.mark.usefixtures("priced")
async def test_a_reached_budget_sends_nothing_and_leaves_the_quotes(shelf, endpoint, assistant):
    answer = await assistant(shelf.library, endpoint.url, max_cost="0.000001").ask(POWER)
    assert_quoted(answer, shelf, "BudgetReached")
    assert "the cap of 0.000001 usd per run would be passed" in answer.degraded
    assert not endpoint.meter.received
    assert (answer.cost.calls, answer.cost.usd, answer.cost.priced) == (0, "0", True)


@pytest.mark.usefixtures("priced")
async def test_a_budget_that_is_reached_before_the_review_keeps_what_was_drafted(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(*(([asked.number(EUROPE)], text) for text in (EUROPE, SOFT))))
    endpoint.shown_input = 10**6  # the draft turns out dearer than any estimate
    answer = await assistant(shelf.library, endpoint.url, max_cost="1").ask(POWER)
    assert (answer.status, answer.mode, answer.error.kind) == ("partial", "drafted", "BudgetReached")
    assert_led_by_the_copy(answer)
    assert len(endpoint.meter.requests) == 1
    assert_books(answer, endpoint)


@pytest.mark.usefixtures("priced")
def test_a_reached_budget_is_exit_code_5(coscribe, shelf, endpoint):
    asked = ("ask", POWER, "--model", "m", "--base-url", endpoint.url, "--max-cost", "0.000001")
    code, printed, _ = coscribe(*asked, "--json")
    assert code == 5
    assert_quoted(Answer.model_validate_json(printed), shelf, "BudgetReached")
    assert not endpoint.meter.received


async def test_a_cap_in_money_without_a_price_is_told_before_anything_is_sent(shelf, endpoint, assistant):
    with pytest.raises(UsageError, match="no price is known for model 'm'"):
        await assistant(shelf.library, endpoint.url, max_cost="1").ask(POWER)
    assert not endpoint.meter.received


async def test_without_a_library_there_is_nothing_to_ask(endpoint, assistant, coscribe, tmp_path):
    with pytest.raises(LibraryError, match="coscribe ingest"):
        await assistant(Library(tmp_path / "none", embedder="none"), endpoint.url).ask(POWER)
    assert not endpoint.meter.received


def test_without_a_library_the_exit_code_is_3(coscribe, endpoint, tmp_path):
    asked = ("ask", POWER, "--model", "m", "--base-url", endpoint.url, "--json")
    code, printed, told = coscribe(*asked, library=tmp_path / "none")
    assert (code, printed) == (3, "")
    assert told.startswith("coscribe: ") and "coscribe ingest" in told
    assert not endpoint.meter.received


async def test_a_scope_that_matches_nothing_is_refused(shelf, endpoint, assistant):
    with pytest.raises(UsageError, match=r"no report has the region 'Atlantis': the library has .*Japan"):
        await assistant(shelf.library, endpoint.url).ask(POWER, scope=Scope(regions=("Atlantis",)))
    assert not endpoint.meter.received


def test_a_scope_that_matches_nothing_is_exit_code_2(coscribe, endpoint):
    code, printed, told = coscribe("ask", POWER, "--region", "Atlantis", "--model", "m", "--base-url", endpoint.url)
    assert (code, printed) == (2, "")
    assert "no report has the region 'Atlantis'" in told
    assert not endpoint.meter.received


async def test_filters_that_leave_no_report_ask_nobody(shelf, endpoint, assistant):
    answer = await assistant(shelf.library, endpoint.url).ask(
        POWER, scope=Scope(regions=("Japan",), kinds=("strategy",))
    )
    assert (answer.status, answer.claims, answer.coverage.reports_searched) == ("abstained", [], 0)
    assert not endpoint.meter.received


def test_a_dropped_sentence_is_exit_code_6_when_that_was_asked_for(coscribe, endpoint):
    endpoint.reply = Author(
        lambda asked: draft(*(([asked.number(EUROPE)], t) for t in (RIGHT, RIGHT.replace("20", "25"))))
    )
    asked = ("ask", POWER, "--model", "m", "--base-url", endpoint.url, "--json")
    assert coscribe(*asked, "--strict")[0] == 6
    code, printed, _ = coscribe(*asked)
    assert (code, json.loads(printed)["status"]) == (0, "partial")


def test_what_calls_cost_is_in_the_ledger_afterwards(coscribe, endpoint):
    endpoint.reply = Author(lambda asked: draft(*(([asked.number(EUROPE)], text) for text in (RIGHT, SOFT))))
    asked = ("ask", POWER, "--model", "m", "--base-url", endpoint.url, "--json", "--no-cache")
    answers = [Answer.model_validate_json(coscribe(*asked)[1]) for _ in range(2)]
    rows = {row["key"]: row for row in json.loads(coscribe("cost", "--json")[1])["rows"]}
    assert {key: row["calls"] for key, row in rows.items()} == {"drafter": 2, "reviewer": 2}
    assert sum(row["input_tokens"] for row in rows.values()) == endpoint.meter.input_tokens
    assert sum(answer.cost.output_tokens for answer in answers) == endpoint.meter.output_tokens
