"""What a drafted answer keeps, shows and leaves out on its way between the agents, over a real socket."""

import json

import pytest
from coscribe import Library
from coscribe.core.types import Scope
from doubles.desk import Author, assert_books, draft

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
STATES = "A post-exascale site may draw up to 60 MW of peak electrical power by 2029, cooling not included."
JAPAN = "The 40 MW are sustained power, cooling included."
RIGHT = "In Europe a post-exascale site may draw at most 20 MW of peak electrical power by 2030."
WRONG = RIGHT.replace("20 MW", "25 MW")
SOFT = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."
SPANISH = "La red financiará su digitalización con 12 millones de dólares hasta 2030."
FUNDS = "The network will fund its digitisation with 12 million dollars until 2030."


def writes(*texts, words=EUROPE):
    return lambda asked: draft(*(([asked.number(words)], text) for text in texts))


def stands(answer):
    return [claim.text for claim in answer.claims if claim.verdict == "supported"]


def shown(events):
    return [event.claim.text for event in events if event.claim]


async def test_a_claim_is_shown_before_others_go_to_the_reviewer(shelf, endpoint, assistant):
    events, then = [], []

    def judge(claim, cited):
        then.extend(shown(events))
        return True

    endpoint.reply = Author(writes(EUROPE, SOFT), judge=judge)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER, on_event=events.append)
    assert then[:1] == [EUROPE] and shown(events) == stands(answer) == [EUROPE, SOFT]


async def test_what_was_shown_stays_though_the_next_draft_leaves_it_out(shelf, endpoint, assistant):
    mended = STATES.replace("A post-exascale site", "In the United States a post-exascale site")
    first = lambda asked: draft(([asked.number(EUROPE)], RIGHT), ([asked.number(STATES)], mended.replace("60", "70")))  # noqa: E731
    endpoint.reply = Author(first, writes(mended, words=STATES))
    events = []
    answer = await assistant(shelf.library, endpoint.url).ask(POWER, on_event=events.append)
    assert (answer.status, stands(answer)[:2]) == ("answered", [RIGHT, mended])
    assert shown(events) == [RIGHT, mended]  # each once
    reworded = RIGHT.replace("may draw at most", "may at most draw")
    endpoint.reply = Author(first, lambda asked: draft(([asked.number(EUROPE)], reworded)))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert stands(answer)[0] == RIGHT and reworded not in stands(answer)


async def test_what_was_shown_stays_though_the_endpoint_dies_before_the_next_draft(shelf, endpoint, assistant):
    def write(asked):
        endpoint.statuses = [500]
        return draft(([asked.number(EUROPE)], EUROPE), ([asked.number(EUROPE)], WRONG))

    endpoint.reply = Author(write)
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.mode, stands(answer), answer.error.kind) == ("drafted", [EUROPE], "EndpointError")
    assert answer.degraded == answer.error.message and "25 MW" not in answer.answer
    assert_books(answer, endpoint)


async def test_a_true_sentence_that_is_beside_the_question_is_no_answer(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(([asked.lines[0].number], asked.lines[0].text)), answers="no")
    answer = await assistant(shelf.library, endpoint.url).ask("Which zoo keeps the oldest living tortoise?")
    assert (answer.status, answer.mode, stands(answer), answer.missing) == ("abstained", "drafted", [], [])
    assert [(claim.reason, claim.doubts[-1].kind) for claim in answer.claims] == [
        ("it does not answer the question", "beside")
    ]
    assert answer.nearest and answer.answer.startswith(
        "Nothing that surely answers this was found in what was searched."
    )
    assert len(endpoint.meter.requests) == 2  # nothing to mend, nothing to search again
    assert_books(answer, endpoint)


async def test_whether_a_sentence_answers_is_not_told_by_its_words(shelf, endpoint, assistant):
    question = "Who adjudicates tenancy quarrels of lodgers without a utility?"
    words = "Sites will be placed where a utility can deliver the power without a new transmission line."
    for answers, shown in (("wholly", [words]), ("no", [])):
        endpoint.reply = Author(writes(words, words=words), answers=answers)
        assert stands(await assistant(shelf.library, endpoint.url).ask(question)) == shown


async def test_the_reviewer_sees_what_stands_around_the_cited_words(shelf, endpoint, assistant):
    author = Author(writes(SOFT))
    prompts = []

    def reply(request):
        prompts.append(request["messages"][1]["content"])
        return author(request)

    endpoint.reply = reply
    await assistant(shelf.library, endpoint.url).ask(POWER)
    asked = prompts[-1]
    assert f"Question: {POWER}\n\nClaim 1: {SOFT}\nCited: {EUROPE}\n" in asked
    before, after = (asked.partition(f"{word} it: ")[2].split("\n")[0] for word in ("Before", "After"))
    (cited,) = [segment for segment in _page_one(shelf.library) if " ".join(segment.text.split()) == EUROPE]
    around = {s.position - cited.position: " ".join(s.text.split()) for s in _page_one(shelf.library)}
    assert before and around[-1].endswith(before) and after and around[1].startswith(after)


def _page_one(library: Library):
    catalogue = library.catalogue
    (report,) = [report for report in catalogue.reports() if report.file == "europe-strategy-2026.pdf"]
    return catalogue.stretch(report.id, 0, 40)


async def test_a_foreign_claim_that_nobody_can_judge_gives_way_to_its_quote(shelf, endpoint, assistant):
    def write(asked):
        endpoint.hang_ups = 9
        return draft(([asked.number(SPANISH)], FUNDS))

    endpoint.reply = Author(write)
    question = "¿Con cuánto dinero financiará la red la digitalización de los archivos?"
    answer = await assistant(shelf.library, endpoint.url).ask(question)
    assert f"“{SPANISH}”" in stands(answer)[0] and FUNDS not in answer.answer
    assert (answer.mode, answer.error.kind) == ("evidence", "EndpointError")


async def test_a_drafted_comparison_is_a_table_and_its_claims_stay_claims(shelf, endpoint, assistant):
    question = "Compare Europe, Japan and the US on the electrical power that a site may draw"
    japan = "In Japan the 40 MW are sustained power, cooling included."
    both = lambda asked: draft(([asked.number(EUROPE)], RIGHT), ([asked.number(JAPAN)], japan))  # noqa: E731
    endpoint.reply = author = Author(both)
    answer = await assistant(shelf.library, endpoint.url).ask(question)
    assert author.asked[0].holds(EUROPE) and author.asked[0].holds(JAPAN) and author.asked[0].holds(STATES)
    assert {claim.text: claim.leg for claim in answer.claims[:2]} == {RIGHT: "Europe", japan: "Japan"}
    assert "| Europe |" in answer.answer and f"| {RIGHT} [1] |" in answer.answer
    assert answer.status == "answered" and answer.missing == []
    # The draft left a row empty that the evidence could fill.
    (line,) = [line for line in answer.answer.splitlines() if line.startswith("| United States |")]
    assert f"“{STATES}”" in line
    assert len(endpoint.meter.requests) == 2


@pytest.mark.parametrize(
    "question", ["How many reports mention photonic links?", "Does any report mention blockchain?", "What do you hold?"]
)
async def test_what_code_can_say_is_not_asked_of_a_model(question, shelf, endpoint, assistant):
    endpoint.reply = Author(writes(RIGHT))
    answer = await assistant(shelf.library, endpoint.url).ask(question)
    assert answer.status in ("answered", "partial") and answer.claims and answer.degraded is None
    assert not endpoint.meter.requests and answer.cost.usd == "0"


async def test_how_many_reports_a_draft_found_it_in_is_counted_by_code(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(([asked.number(EUROPE)], RIGHT), ([asked.number(STATES)], STATES)))
    answer = await assistant(shelf.library, endpoint.url).ask("Which countries tell how much power a site may draw?")
    count, *others = answer.claims
    assert count.kind == "count" and [claim.text for claim in others][:2] == [RIGHT, STATES]
    assert count.text == "Found in at least 2 of 6 readable reports searched: Europe [1]; United States [2]."
    assert answer.answer.startswith(count.text)


async def test_what_a_model_finds_missing_is_told(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: {**writes(RIGHT)(asked), "missing": ["what\x1b[31m Africa\nplans"]})
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (answer.status, answer.missing) == ("partial", ["what[31m Africa plans"])


async def test_an_empty_library_is_not_asked_of_a_model(tmp_path, endpoint, assistant):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.md").write_text(EUROPE, encoding="utf-8")
    library = Library(tmp_path / "library", embedder="none")
    library.ingest([tmp_path / "reports"])
    library.remove("a.md")
    made = assistant(library, endpoint.url)
    for question in (POWER, "Which reports mention power?", "Compare Europe and Japan on power"):
        answer = await made.ask(question)
        assert (answer.status, answer.claims, answer.coverage.reports_searched) == ("abstained", [], 0), question
    assert (await made.ask("What do you hold?")).answer == "The library holds no report."
    assert not endpoint.meter.requests


async def test_filters_that_leave_nothing_leave_nothing_to_any_shape(shelf, endpoint, assistant):
    nothing = Scope(regions=("Japan",), kinds=("strategy",))
    made = assistant(shelf.library, endpoint.url)
    for question in (POWER, "Which reports mention power?", "Compare Europe and Japan on power"):
        answer = await made.ask(question, scope=nothing)
        assert (answer.status, answer.claims) == ("abstained", []), question
    assert not endpoint.meter.requests


async def test_the_steps_are_told_without_report_text(shelf, endpoint, assistant):
    endpoint.reply = Author(writes(WRONG))
    events = []
    await assistant(shelf.library, endpoint.url).ask(POWER, on_event=events.append)
    kinds = [event.kind for event in events]
    assert kinds == [
        "planned", "searched", "drafted", "sent back", "drafted", "degraded", "dropped", "reviewed", "drafted",
        *["claim"] * kinds.count("claim"), "reviewed",
    ]  # fmt: skip
    planned, searched, _, back = events[:4]
    assert planned.data == {"kind": "lookup", "form": "prose", "legs": []}
    assert searched.data["queries"][0] == POWER and len(searched.data["passages"]) > 5
    assert back.data == {"step": "drafter", "reasons": ["figure 25 MW not in evidence"]}
    told = json.dumps([[event.detail, event.data] for event in events])
    assert "at most 20 MW" not in told and "25 MW of peak" not in told


async def test_a_plain_question_is_frugal(shelf, endpoint, assistant):
    endpoint.reply = Author(writes(RIGHT, SOFT))
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert answer.cost.calls == 2
    assert answer.cost.input_tokens + answer.cost.output_tokens < 3_000
