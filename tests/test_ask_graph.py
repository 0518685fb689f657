"""The ask graph over a real socket: every edge between retriever, drafter and reviewer, and what it costs."""

import hashlib
import json
import re
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import get_type_hints

import pytest
from coscribe.agents.graph import wired
from coscribe.agents.note.nodes import NoteState, NoteUpdate
from coscribe.agents.state import State, Update
from coscribe.core.types import Scope
from doubles.desk import Author, assert_books, draft, repeat
from independent import one_line

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
STATES = "A post-exascale site may draw up to 60 MW of peak electrical power by 2029, cooling not included."
RIGHT = "In Europe a post-exascale site may draw at most 20 MW of peak electrical power by 2030."
WRONG = RIGHT.replace("20 MW", "25 MW")
SOFT = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."
README = Path(__file__).parents[1] / "README.md"


def says_right(asked):
    return draft(([asked.number(EUROPE)], RIGHT))


def copies(asked):
    return draft(([asked.number(EUROPE)], EUROPE))


def says_wrong(asked):
    return draft(([asked.number(EUROPE)], WRONG))


def says_both(asked):
    return draft(([asked.number(EUROPE)], RIGHT), ([asked.number(STATES)], STATES.replace("60", "70")))


def says_softly(asked):
    return draft(([asked.number(EUROPE)], SOFT))


def stands(answer):
    return [claim.text for claim in answer.claims if claim.verdict == "supported"]


def dropped(answer):
    return {claim.text: claim.reason for claim in answer.claims if claim.verdict == "unsupported"}


def numbers(text):
    return [int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", text)]


def assert_quoted(answer, shelf):
    """The answer fell back: it is made of verbatim quotes, and says so."""
    assert (answer.mode, bool(answer.degraded)) == ("evidence", True)
    assert "20 MW" in answer.answer and "60 MW" in answer.answer
    for claim in answer.claims:
        if claim.verdict == "supported":
            shelf.assert_verbatim(claim.citations)


async def test_a_draft_that_copies_what_it_cites_is_accepted_at_once(shelf, endpoint, assistant):
    endpoint.reply = author = Author(copies)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, answer.mode, answer.degraded, answer.error) == ("answered", "drafted", None, None)
    assert answer.answer == f"{EUROPE} [1]"
    (claim,) = answer.claims
    (citation,) = claim.citations
    assert (one_line(citation.quote), citation.file, citation.locator.page) == (EUROPE, "europe-strategy-2026.pdf", 1)
    shelf.assert_verbatim(claim.citations)
    assert len(author.asked) == len(endpoint.meter.requests) == 1
    assert author.asked[0].question == POWER and not author.asked[0].problems
    assert_books(answer, endpoint)
    assert answer.cost.usd is None and not answer.cost.priced  # a loopback server is unpriced until the user says


@pytest.mark.parametrize("text", [RIGHT, SOFT])
async def test_what_is_no_copy_goes_to_the_reviewer_once(shelf, endpoint, assistant, text):
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(EUROPE)], text)))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert stands(answer) == [text]
    assert author.judged == [(text, EUROPE)]
    assert len(endpoint.meter.requests) == 2
    assert_books(answer, endpoint)


async def test_a_claim_in_another_language_than_its_source_always_goes_to_the_reviewer(shelf, endpoint, assistant):
    spanish = "La red financiará su digitalización con 12 millones de dólares hasta 2030."
    english = "The network will fund its digitisation with 12 million dollars until 2030."
    question = "¿Con cuánto dinero financiará la red la digitalización de los archivos?"
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(spanish)], english)))
    answer = await assistant(shelf.library, endpoint.url).ask(question)
    assert author.judged == [(english, spanish)]
    assert stands(answer) == [english]
    wrong = english.replace("12", "15")
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(spanish)], wrong)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(question)
    assert author.judged == []  # its figure is wrong in any language
    assert "figure 15 million dollars not in evidence" in dropped(answer)[wrong]


async def test_what_the_reviewer_refuses_is_dropped_with_its_reason(shelf, endpoint, assistant):
    endpoint.reply = author = Author(
        lambda asked: draft(*[([asked.number(EUROPE)], text) for text in (RIGHT, SOFT)]),
        judge=lambda claim, _: claim == RIGHT,
    )
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert answer.status == "partial"
    assert (stands(answer), dropped(answer)) == ([RIGHT], {SOFT: "not what it says"})
    assert SOFT not in answer.answer
    assert "not what it says" in author.asked[1].problems
    assert len(endpoint.meter.requests) == 4
    assert_books(answer, endpoint)


async def test_a_claim_without_a_verdict_does_not_stand(shelf, endpoint, assistant):
    author = Author(lambda asked: draft(*[([asked.number(EUROPE)], text) for text in (EUROPE, SOFT)]))
    endpoint.reply = lambda request: {"verdicts": []} if "ModelVerdicts" in str(request) else author(request)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert dropped(answer) == {SOFT: "the reviewer gave no verdict"}


async def test_missing_evidence_is_searched_for(shelf, endpoint, assistant):
    wanted, words = (
        "coding assistants trained on open source code",
        "Coding assistants will be offered on all machines.",
    )
    endpoint.reply = author = Author(
        lambda asked: draft(missing=(wanted,)), lambda asked: draft(([asked.number(words)], words))
    )
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert [asked.holds(words) for asked in author.asked] == [False, True]
    assert [query for query in answer.coverage.queries if query in (POWER, wanted)] == [POWER, wanted]
    assert (answer.status, stands(answer)[0]) == ("answered", words)
    assert "20 MW" in answer.answer  # the reports' own words are surer of what was asked
    assert answer.claims[0].citations[0].passage in {item.passage for item in answer.evidence}
    assert_books(answer, endpoint)


@pytest.mark.parametrize("missing", [("",), ("(((",), ("a" * 400, "AND OR NOT", '"', "[3]", "")])
async def test_whatever_a_model_calls_missing_can_be_searched(shelf, endpoint, assistant, missing):
    endpoint.reply = Author(lambda asked: draft(missing=missing), says_right)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert stands(answer) == [RIGHT]


async def test_what_stays_missing_is_said(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: {**copies(asked), "missing": ["what Africa plans"]})
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, len(endpoint.meter.requests)) == ("partial", 1)
    endpoint.reply = Author(lambda asked: draft(missing=("what Africa plans",)), answers="no")
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, answer.mode, answer.claims) == ("abstained", "drafted", [])
    assert answer.answer.startswith("Nothing that surely answers this was found in what was searched.")
    assert answer.nearest and answer.evidence
    shelf.assert_verbatim(answer.nearest)


@pytest.mark.parametrize(("answers", "reviewer"), [("wholly", "m"), ("partly", "m"), ("no", "evidence")])
async def test_what_a_draft_calls_missing_is_quoted_unless_a_reader_says_no(
    shelf, endpoint, assistant, answers, reviewer
):
    """Not found is what both the model and the search found nothing for."""
    endpoint.reply = author = Author(lambda asked: draft(missing=("the power of a site",)), answers=answers)
    told = {"rounds": 0} | ({"reviewer": reviewer} if reviewer != "m" else {})
    answer = await assistant(shelf.library, endpoint.url, **told).ask(POWER)
    assert (answer.status, answer.mode, answer.missing) == ("answered", "evidence", [])
    assert answer.degraded == "the draft left open what the reports seem to answer"
    assert "20 MW" in answer.answer
    assert len(endpoint.meter.requests) == (1 if reviewer == "evidence" else 2) and len(author.asked) == 1


async def test_what_a_comparison_misses_is_looked_for_in_the_reports_that_it_compares(
    guarded_shelf, endpoint, assistant
):
    """A report of no region is none of them."""
    endpoint.reply = author = Author(lambda asked: draft(missing=("the turquoise budget",)), answers="no")
    question = "How does the power of European sites compare with other regions?"
    answer = await assistant(guarded_shelf.library, endpoint.url).ask(question)
    assert len(author.asked) == 2 and answer.error is None
    assert answer.evidence and "hostile.md" not in {item.file for item in answer.evidence}


async def test_a_wrong_figure_goes_back_and_is_mended(shelf, endpoint, assistant):
    endpoint.reply = author = Author(says_wrong, says_right)
    seen = []
    answer = await assistant(shelf.library, endpoint.url).ask(POWER, on_event=seen.append)
    assert "25 MW" in author.asked[1].problems
    assert "figure 25 MW not in evidence" in author.asked[1].problems
    assert (answer.status, stands(answer), dropped(answer)) == ("answered", [RIGHT], {})
    assert len(endpoint.meter.requests) == 3
    # Who watches sees verified claims, and never a raw draft.
    assert [event.claim.text for event in seen if event.claim] == [RIGHT]
    assert not [event for event in seen if "25 MW" in event.detail and event.kind != "dropped"]
    assert [event.agent for event in seen if event.kind in ("searched", "drafted", "sent back", "reviewed")] == [
        "retriever", "drafter", "reviewer", "drafter", "reviewer",
    ]  # fmt: skip
    assert_books(answer, endpoint)


async def test_a_figure_that_stays_wrong_is_dropped_and_listed(shelf, endpoint, assistant):
    endpoint.reply = Author(says_both)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    right, quoted, conflict = stands(answer)
    assert (answer.status, right) == ("partial", RIGHT)
    assert quoted.endswith(f"“{STATES}”") and conflict.startswith("They disagree")  # the words it rests on
    ((text, reason),) = dropped(answer).items()
    assert "70 MW" in text and reason == "figure 70 MW not in evidence"
    assert "70 MW" not in answer.answer
    assert [citation.number for claim in answer.claims for citation in claim.citations] == [1, 2, 1, 2, 2]


@pytest.mark.parametrize("rounds", [0, 1, 3])
async def test_the_rounds_are_bounded(shelf, endpoint, assistant, rounds):
    endpoint.reply = Author(lambda asked: draft(([asked.number(EUROPE)], EUROPE), ([asked.number(STATES)], WRONG)))
    answer = await assistant(shelf.library, endpoint.url, rounds=rounds).ask(POWER)
    assert len(endpoint.meter.requests) == 1 + rounds
    assert len(dropped(answer)) == 1
    assert_books(answer, endpoint)


@pytest.mark.parametrize("rounds", [0, 1, 3])
async def test_missing_evidence_is_searched_for_within_the_rounds(shelf, endpoint, assistant, rounds):
    endpoint.reply = Author(lambda asked: {**says_wrong(asked), "missing": ["more"]})
    answer = await assistant(shelf.library, endpoint.url, rounds=rounds).ask(POWER)
    assert len(endpoint.meter.requests) == 1 + rounds
    assert list(dropped(answer)) == [WRONG]


async def test_when_nothing_of_a_draft_stands_the_reports_speak_for_themselves(shelf, endpoint, assistant):
    endpoint.reply = Author(says_wrong)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert_quoted(answer, shelf)
    assert (answer.status, answer.degraded) == ("partial", "no sentence of the draft stood the review")
    assert answer.error is None
    assert list(dropped(answer)) == [WRONG] and "25 MW" not in answer.answer
    used = [{citation.number for citation in claim.citations} for claim in answer.claims if claim.kind == "stated"]
    assert sum(map(len, used)) == len(set().union(*used))  # no number twice, not even for what was dropped
    assert len(endpoint.meter.requests) == 2


async def test_an_invented_number_is_a_problem(shelf, endpoint, assistant):
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(EUROPE), 999], RIGHT)), says_right)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert "it cites [999], which is not in the evidence" in author.asked[1].problems
    assert stands(answer) == [RIGHT]
    endpoint.reply = Author(lambda asked: draft(([0], RIGHT), ([], RIGHT), ([asked.number(EUROPE)], RIGHT)))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    reasons = [claim.reason for claim in answer.claims if claim.verdict == "unsupported"]
    assert reasons == ["it cites [0], which is not in the evidence", "it cites nothing"]
    assert (answer.status, stands(answer)) == ("partial", [RIGHT])


@pytest.mark.parametrize("text", ["A site may draw 20 MW to 60 MW of peak electrical power by 2030.", ""])
async def test_a_sentence_that_merges_two_reports_is_refused(shelf, endpoint, assistant, text):
    def merges(asked):
        both = [asked.number(EUROPE), asked.number(STATES)]
        return draft((both, text), ([asked.number(EUROPE)], RIGHT))

    endpoint.reply = author = Author(merges)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert "it merges several reports" in author.asked[1].problems
    assert stands(answer) == [RIGHT]
    assert list(dropped(answer)) == [text]


async def test_a_bare_citation_is_shown_as_the_quote_it_is(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(([asked.number(EUROPE)], " ")))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    (text,) = stands(answer)
    assert text == f"European Post-Exascale Site Council (Europe, 2026), p. 1, says: “{EUROPE}”"


@pytest.mark.parametrize(("said", "requests"), [("I would rather chat.", 3), ({"sentences": "none"}, 2)])
async def test_a_reply_that_stays_malformed_falls_back_to_quotes(shelf, endpoint, assistant, said, requests):
    endpoint.reply = lambda request: said
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert_quoted(answer, shelf)
    assert (answer.status, answer.error.kind) == ("answered", "MalformedReply")
    assert answer.degraded == answer.error.message and "try a larger model" in answer.degraded
    assert len(endpoint.meter.requests) == requests
    assert_books(answer, endpoint)


async def test_a_model_that_writes_nothing_makes_no_silence(shelf, endpoint, assistant):
    endpoint.reply = lambda request: draft()
    made = assistant(shelf.library, endpoint.url)
    answer = await made.ask(POWER)
    assert_quoted(answer, shelf)
    assert (answer.status, answer.error) == ("answered", None)
    answer = await made.ask("What does the United States plan for neuromorphic chips?")
    assert (answer.status, answer.mode, answer.degraded) == ("abstained", "drafted", None)


async def test_several_draft_claims_are_numbered_and_their_disagreement_is_told(shelf, endpoint, assistant):
    endpoint.reply = Author(repeat("20 mw of peak electrical power by", "60 mw of peak"))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert set(stands(answer)[:2]) == {EUROPE, STATES}
    (told,) = [claim for claim in answer.claims if claim.kind == "inference"]
    assert re.fullmatch(
        r"They disagree: at most 20 MW \(Europe \[\d\]\); up to 60 MW \(United States \[\d\]\)\.", told.text
    )
    assert set(numbers(answer.answer)) == {1, 2}


async def test_marks_and_markup_of_a_draft_are_not_ours(shelf, endpoint, assistant):
    text = f"[7] {RIGHT[:-1]} [7][12, 3], *as* <b>Europe</b> [says](http://x)\n\n# it."
    endpoint.reply = Author(lambda asked: draft(([asked.number(EUROPE)], text)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert answer.answer == f"{RIGHT[:-1]}, \\*as\\* \\<b>Europe\\</b> [says\\](http://x) # it. [1]"


async def test_a_sentence_written_again_and_again_is_one_claim(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(*[([asked.number(EUROPE)], RIGHT)] * 5))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert stands(answer) == [RIGHT] and answer.status == "answered"


async def test_a_priced_model_costs_what_the_server_metered(shelf, endpoint, assistant, tmp_path):
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 3\ncached = 1\noutput = 7\n", encoding="utf-8")
    endpoint.reply = Author(says_wrong, says_softly)
    answer = await assistant(shelf.library, endpoint.url, max_cost="1").ask(POWER)
    meter = endpoint.meter
    fresh = meter.input_tokens - meter.cached_tokens
    assert Decimal(answer.cost.usd) == Decimal(fresh * 3 + meter.cached_tokens + meter.output_tokens * 7) / 1_000_000
    assert answer.cost.priced and len(meter.requests) == 3
    assert_books(answer, endpoint)


async def test_a_scope_holds_for_what_the_model_is_shown(shelf, endpoint, assistant):
    endpoint.reply = author = Author(repeat("60 mw"))
    made = assistant(shelf.library, endpoint.url)
    answer = await made.ask(POWER, scope=Scope(regions=("US",)))
    assert {line.report for line in author.asked[0].lines} == {author.asked[0].lines[0].report}
    assert {item.file for item in answer.evidence} == {"us-facilities-plan-2026.html"}


async def test_a_peer_nobody_here_wrote_drafts_and_reviews(shelf, endpoint, llmock, assistant):
    endpoint.reply = author = Author(says_softly)
    await assistant(shelf.library, endpoint.url).ask(POWER)
    llmock.reply(json.dumps(says_softly(author.asked[0])))
    llmock.reply(json.dumps({"verdicts": [{"claim": 1, "reason": "as cited", "supported": True}]}))
    answer = await assistant(shelf.library, llmock.base_url("openai")).ask(POWER)
    assert (answer.status, answer.mode, stands(answer)) == ("answered", "drafted", [SOFT])
    assert answer.cost.calls == len(llmock.requests) == 2
    llmock.assert_resilient()


async def test_a_peer_with_nothing_useful_to_say_ends_in_quotes(shelf, llmock, assistant):
    answer = await assistant(shelf.library, llmock.base_url("openai")).ask(POWER)  # it fills the schema itself
    assert_quoted(answer, shelf)
    assert answer.cost.calls == len(llmock.requests)
    llmock.reset().reply("no json", times=None)
    answer = await assistant(shelf.library, llmock.base_url("openai")).ask(POWER)
    assert_quoted(answer, shelf)
    assert answer.error.kind == "MalformedReply"
    assert len(llmock.requests) == 3


async def test_the_record_names_the_prompts_a_model_was_given(shelf, endpoint, assistant, tmp_path):
    endpoint.reply = Author(says_right)
    drafted = await assistant(shelf.library, endpoint.url).ask(POWER)
    quoted = await assistant(shelf.library, endpoint.url, model="evidence").ask(POWER)
    told, none = (
        json.loads((tmp_path / "home" / "state" / "runs" / f"{answer.run}.json").read_text(encoding="utf-8"))["prompts"]
        for answer in (drafted, quoted)
    )
    assert {"drafter", "reviewer", "question"} <= told.keys()
    shipped = (files("coscribe.prompts") / "drafter.md").read_bytes()
    assert told["drafter"] == hashlib.sha256(shipped).hexdigest()[:12]
    assert none == {}


@pytest.mark.parametrize(("update", "state"), [(Update, State), (NoteUpdate, NoteState)])
def test_what_nodes_change_are_fields_of_their_state(update, state):
    assert get_type_hints(update).items() <= get_type_hints(state).items()


@pytest.mark.skipif(not README.is_file(), reason="there is no README beside the tests")
def test_the_graph_in_the_readme_is_the_graph():
    (shown,) = re.findall(r"^```mermaid\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert shown.split() == wired().get_graph().draw_mermaid().split()
