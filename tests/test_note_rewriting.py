"""A note keeps its length by saying sentences more briefly first: checked and read again, and paid once."""

import re
import sqlite3
from contextlib import closing

import pytest
from coscribe.tools.publish.publication import publication, write_files
from doubles.desk import Author, assert_books, draft
from doubles.published import ENDINGS, problems

TOPIC = "energy of inference"
FRONT = "As the report in hand sets out at some length, "
LENGTHY = 10  # words of it, that a note is too long


def wordy(asked):
    """Write down two lines that hold the topic's word, each behind a long and empty beginning."""
    lines = [line for line in asked.lines if "inference" in line.text.lower() and line.text.endswith(".")]
    lines = [line for line in lines if len(line.text.split()) < 25][:2]
    return draft(
        *(([line.number], f"{FRONT}{line.text[:1].lower()}{line.text[1:]}") for line in lines),
        missing=() if lines else ("inference",),
    )


def briefly(text, cited):
    said = text.removeprefix(FRONT)
    return said[:1].upper() + said[1:] if said != text else ""


def stated(note):
    return [claim for section in note.sections for claim in section.claims if claim.kind == "stated"]


def rewritten(note):
    return {claim.rewritten_from: claim.text for claim in stated(note) if claim.rewritten_from}


@pytest.fixture
def make(shelf, endpoint, assistant):
    """Makes a note of wordy sentences; returns it with its author, whose books are compared."""

    async def made(*, rewrite=briefly, judge=lambda claim, cited: True, settings=None, **options):
        seen = len(endpoint.meter.requests)
        endpoint.reply = author = Author(wordy, rewrite=rewrite, judge=judge)
        one = assistant(shelf.library, endpoint.url, **(settings or {}))
        note = await one.note(TOPIC, **options)
        asked = [str(request.get("response_format")) for request in endpoint.meter.requests[seen:]]
        author.calls = sum("ModelRewritings" in one for one in asked)
        author.total = len(asked)
        return note, author

    return made


async def test_where_the_note_fits_nothing_is_asked(make):
    note, author = await make()
    assert note.left_out == [] and author.calls == 0 and rewritten(note) == {}
    assert any(claim.text.startswith(FRONT) for claim in stated(note))


async def test_sentences_are_said_more_briefly_before_any_is_left_out(make, shelf, endpoint, tmp_path):
    whole, _ = await make()
    shorter = whole.words - LENGTHY
    note, author = await make(words=shorter)
    assert note.words <= shorter and note.left_out == [] and author.calls == 1
    assert rewritten(note) and all(text == briefly(first, "") for first, text in rewritten(note).items())
    assert {claim.text for claim in stated(whole)} == {claim.rewritten_from or claim.text for claim in stated(note)}
    assert [claim.citations for claim in stated(note)] == [claim.citations for claim in stated(whole)]
    assert {claim.judged_by for claim in stated(note) if claim.rewritten_from} <= {"model", "code"}
    assert FRONT not in note.markdown
    paths = [tmp_path / f"note{ending}" for ending in ENDINGS]
    write_files(publication(note, drafted_by="m", date="2026-11-30"), paths, "the note")
    for path in paths:
        assert problems(shelf, path) == []


async def test_what_is_still_too_long_is_left_out_then(make):
    note, author = await make(words=230)
    assert note.words <= 230 and note.left_out and author.calls == 1 and rewritten(note)


async def test_quotes_are_never_rewritten(make, assistant, shelf, endpoint):
    note, author = await make(words=300)
    quoted = {claim.text for claim in stated(note) if claim.framing}
    assert author.rewritten and not quoted & set(author.rewritten)
    assert all(claim.rewritten_from is None for claim in stated(note) if claim.framing)
    evidence = await assistant(shelf.library, "http://127.0.0.1:1/v1", model="evidence").note(TOPIC, words=200)
    assert rewritten(evidence) == {}


@pytest.mark.parametrize(
    "broken",
    [
        lambda text, cited: f"{briefly(text, cited)[:-1]} at 777 MW.",
        lambda text, cited: re.sub(r"\d+", "77", briefly(text, cited)) if re.search(r"\d", text) else "",
        lambda text, cited: f"{text} And it says so at length.",
        lambda text, cited: 'A minister calls it "the end of all reason" in it.',
        lambda text, cited: "Энергия вывода растёт.",
        lambda text, cited: "",
    ],
    ids=["new figure", "changed figure", "longer", "quotation", "letters", "nothing"],
)
async def test_what_code_refuses_keeps_its_first_words(make, broken):
    whole, _ = await make()
    note, author = await make(rewrite=broken, words=whole.words - LENGTHY)
    assert author.calls == 1 and rewritten(note) == {}
    assert note.words <= whole.words - LENGTHY and note.left_out  # by choosing
    assert {claim.text for claim in stated(note)} <= {claim.text for claim in stated(whole)}


async def test_what_the_reviewer_rejects_keeps_its_first_words(make):
    whole, _ = await make()
    first = [claim.text for claim in stated(whole) if claim.text.startswith(FRONT)]
    refused = "In short: "

    def rewrite(text, cited):
        return f"{refused}{briefly(text, cited)}" if text == first[0] else briefly(text, cited)

    note, author = await make(
        rewrite=rewrite, judge=lambda claim, cited: not claim.startswith(refused), words=whole.words - LENGTHY
    )
    assert any(claim.startswith(refused) for claim, _ in author.judged)
    assert refused not in note.markdown and first[0] not in rewritten(note) and rewritten(note)


async def test_long_sentences_are_shortened_though_the_note_fits(shelf, endpoint, assistant):
    def endless(asked):
        said = wordy(asked)
        for one in said["sentences"]:
            one["text"] = f"{3 * FRONT}{one['text']}"
        return said

    endpoint.reply = author = Author(endless, rewrite=lambda text, cited: briefly(FRONT + text.split(FRONT)[-1], cited))
    note = await assistant(shelf.library, endpoint.url).note(TOPIC)
    assert note.left_out == [] and len(rewritten(note)) == len(author.rewritten) >= 2
    assert all(len(text.split()) > 35 for text in author.rewritten)
    assert_books(note, endpoint)


async def test_pages_are_kept_by_saying_it_more_briefly_first(make):
    whole, _ = await make()
    note, author = await make(fits=lambda note: note.words < whole.words)
    assert note.words < whole.words and note.left_out == [] and author.calls == 1 and rewritten(note)
    _, author = await make(fits=lambda note: True)
    assert author.calls == 0


async def test_it_is_booked_with_the_note_and_resumed_from_the_cache(make, tmp_path):
    whole, _ = await make()
    cached = {"settings": {"cache_megabytes": 9}, "words": whole.words - LENGTHY}
    first, author = await make(**cached)
    assert author.calls == 1 and first.cost.calls == author.total
    with closing(sqlite3.connect(tmp_path / "home" / "state" / "ledger.sqlite")) as books:
        booked = books.execute("SELECT agent, step FROM attempts WHERE run = ? ORDER BY id", (first.run,)).fetchall()
    assert booked[-2:] == [("editor", "rewrite"), ("reviewer", "review")] and len(booked) == author.total
    again, author = await make(**cached)
    assert author.total == 0 and again.markdown == first.markdown


@pytest.mark.parametrize("agent", ["ModelRewritings", "ModelVerdicts"])
async def test_an_endpoint_that_is_lost_leaves_it_to_choosing(make, shelf, endpoint, assistant, agent):
    whole, _ = await make()
    author = endpoint.reply = Author(wordy, rewrite=briefly)

    def lost(request):
        last = author.rewritten if agent == "ModelVerdicts" else [agent]
        return "no json" if last and agent in str(request) else author(request)

    endpoint.reply = lost
    note = await assistant(shelf.library, endpoint.url).note(TOPIC, words=whole.words - LENGTHY)
    assert note.mode == "drafted" and note.left_out and rewritten(note) == {} and note.words <= whole.words - LENGTHY
    assert note.cost.calls + whole.cost.calls == len(endpoint.meter.requests)


async def test_the_estimate_has_it_at_most_and_where_it_is_short_usually(shelf, endpoint, assistant):
    made = assistant(shelf.library, endpoint.url)
    fits, short = (
        await made.estimate(TOPIC, template="policy-note"),
        await made.estimate(TOPIC, template="policy-note", words=60),
    )
    assert short.typical.calls == fits.typical.calls + 2 and short.at_most == fits.at_most
    endpoint.reply = Author(wordy, rewrite=briefly)
    note = await made.note(TOPIC, words=60)
    assert note.cost.calls <= short.at_most.calls and note.cost.input_tokens <= short.at_most.input_tokens
