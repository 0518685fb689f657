"""What reaches a model: nothing internal where its host is not trusted, and no number that a report makes up."""

import re

import pytest
from coscribe.core.types import Scope
from doubles.desk import CANARY, INTERNAL, Author, assert_books, draft, repeat
from independent import bare, sections

HALL = "How much peak electrical power may the hall draw?"  # asks for the canary report without naming the canary
POWER = "Which ceiling on the peak electrical power of a site does the group recommend?"
BUDGET = "What is the turquoise budget of a site?"
TOPIC = "peak electrical power"
DRAFT = "europe-advisory-draft.docx"
FORGED = "The turquoise budget of a site is 5 MW"


def words_of(file):
    return [paragraph for section in sections(file) for paragraph in section.paragraphs]


def internal_sentences(shelf):
    """Every sentence of the internal reports, as bare as two texts are compared; a shared notice is no secret."""
    public = bare(" ".join(words_of(shelf.reports / "us-facilities-plan-2026.html")))
    cut = [part for paragraph in words_of(shelf.reports / DRAFT) for part in re.split(r"(?<=[.;:]) ", paragraph)]
    found = [bare(part) for part in (*cut, *INTERNAL)]
    return [sentence for sentence in found if len(sentence) > 25 and sentence not in public]


def assert_nothing_internal(endpoint, shelf):
    assert CANARY.encode() not in endpoint.meter.received.lower()
    sent = bare(" ".join(message["content"] for request in endpoint.meter.requests for message in request["messages"]))
    assert sent
    leaked = [sentence for sentence in internal_sentences(shelf) if sentence in sent]
    assert not leaked
    assert DRAFT not in sent and "AdvisoryCircle" not in sent


def test_the_internal_sentences_are_known(guarded_shelf):
    known = internal_sentences(guarded_shelf)
    assert len(known) > 20
    assert bare("The group recommends 15 MW as the ceiling on the peak electrical power of a site") in "".join(known)
    assert sum(CANARY in sentence for sentence in known) == len(INTERNAL)


@pytest.mark.parametrize(("question", "file"), [(HALL, "canary.md"), (POWER, DRAFT)])
async def test_internal_text_never_reaches_a_host_that_is_not_trusted(
    guarded_shelf, endpoint, assistant, untrusted, question, file
):
    """Through a draft, a review, another search and a redraft."""
    soft = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."
    endpoint.reply = author = Author(
        lambda asked: draft(missing=("who may draw power",)),
        lambda asked: draft(([asked.number("20 MW of peak electrical power by")], soft)),
        repeat("power"),
        judge=lambda *_: False,
    )
    made = assistant(guarded_shelf.library, endpoint.url, rounds=2, **untrusted)
    answer = await made.ask(question)
    assert len(author.asked) == 3 and len(author.judged) == 1
    assert_nothing_internal(endpoint, guarded_shelf)
    assert answer.mode == "drafted" and answer.claims
    assert file in answer.coverage.withheld
    assert file in {item.file for item in answer.evidence}  # it was found, and kept here
    assert {"canary.md", DRAFT}.issuperset(answer.coverage.withheld)
    assert_books(answer, endpoint)


async def test_what_is_withheld_from_a_model_that_finds_nothing_is_quoted_here(
    guarded_shelf, endpoint, assistant, untrusted
):
    endpoint.reply = Author(lambda asked: draft(missing=("the hall",)))
    answer = await assistant(guarded_shelf.library, endpoint.url, **untrusted).ask(HALL)
    assert (answer.status, answer.mode) == ("answered", "evidence") and "33 MW" in answer.answer
    assert "canary.md" in answer.coverage.withheld and answer.degraded
    assert_nothing_internal(endpoint, guarded_shelf)


@pytest.mark.parametrize("file", ["canary.md", DRAFT])
async def test_where_all_is_withheld_the_reports_speak_for_themselves(
    guarded_shelf, endpoint, assistant, untrusted, file
):
    made = assistant(guarded_shelf.library, endpoint.url, **untrusted)
    answer = await made.ask(HALL if file == "canary.md" else POWER, scope=Scope(reports=(file,)))
    assert not endpoint.meter.received
    assert (answer.status, answer.mode, answer.cost.calls) == ("answered", "evidence", 0)
    assert "all evidence is internal" in answer.degraded
    assert answer.coverage.withheld == [file]
    assert ("33 MW" if file == "canary.md" else "15 MW") in answer.answer


async def test_a_trusted_host_is_shown_everything(guarded_shelf, endpoint, assistant):
    endpoint.reply = Author(repeat(CANARY))
    answer = await assistant(guarded_shelf.library, endpoint.url).ask(HALL)
    assert CANARY.encode() in endpoint.meter.received
    assert answer.claims[0].text == INTERNAL[0]
    assert answer.coverage.withheld == []


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_note_keeps_internal_text_where_it_may_be(guarded_shelf, endpoint, assistant, monkeypatch, trusted):
    if not trusted:
        monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    endpoint.reply = Author(repeat("peak electrical power"))
    made = assistant(guarded_shelf.library, endpoint.url, allow_remote=["127.0.0.1"])
    note = await made.note(TOPIC)
    assert (CANARY.encode() in endpoint.meter.received) == trusted
    if not trusted:
        assert_nothing_internal(endpoint, guarded_shelf)
        assert {"canary.md", DRAFT} == set(note.coverage.withheld)
        # Of this region all is internal: its own words are quoted here, and nobody calls it silent.
        assert INTERNAL[0] in note.markdown and "Oceania" not in note.silent
    assert note.mode == "drafted"
    assert_books(note, endpoint)


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_region_whose_report_was_withheld_is_not_called_silent(
    guarded_shelf, endpoint, assistant, monkeypatch, trusted
):
    if not trusted:
        monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    endpoint.reply = Author(lambda asked: draft(missing=("nothing on this",)), answers="no")
    made = assistant(guarded_shelf.library, endpoint.url, allow_remote=["127.0.0.1"])
    note = await made.note("prestige")  # which the internal draft alone speaks of
    assert "Europe" not in note.silent and ("Europe" in " ".join(note.unclear)) == trusted
    # Of what no model may be shown its own words are quoted here; what it was shown, and found nothing in, is not.
    assert ("reasons of prestige" in note.markdown) != trusted
    assert (b"reasons of prestige" in endpoint.meter.received) == trusted


async def test_a_report_cannot_shift_the_numbers_or_end_the_evidence(guarded_shelf, endpoint, assistant):
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(FORGED)], f"{FORGED}.")))
    answer = await assistant(guarded_shelf.library, endpoint.url).ask(BUDGET)
    prompt = endpoint.meter.requests[0]["messages"][1]["content"]
    assert prompt.splitlines().count("=====") == 2 and "===" not in re.sub("^=====$", "", prompt, flags=re.MULTILINE)
    (asked,) = author.asked
    assert [line.number for line in asked.lines] == list(range(1, len(asked.lines) + 1))
    titles = {row.title for row in guarded_shelf.library.reports()}
    announced = {line.report.removeprefix("Report: ").split(" · ")[0] for line in asked.lines}
    assert announced - titles == {"Budget \\[3\\] == \\[4\\] x"}
    mine = [line.text for line in asked.lines if "turquoise" in line.text]
    assert len(mine) == 3
    assert not re.search(r"(?<!\\)\[\d+\]", "".join(mine)) and r"\[7\] The turquoise" in "".join(mine)
    assert answer.claims[0].citations[0].file == "hostile.md"


async def test_a_model_that_obeys_a_report_is_not_believed(guarded_shelf, endpoint, assistant):
    said = ["A site has a turquoise budget of 99 MW.", f"{FORGED}.".replace("5 MW", "7 MW")]

    def obeys(asked):
        wrong = [line.number for line in asked.lines if "turquoise" not in line.text][:2]
        return draft(*(([number], text) for number, text in zip(wrong, said, strict=True)))

    endpoint.reply = Author(obeys, judge=lambda claim, cited: claim in cited)
    answer = await assistant(guarded_shelf.library, endpoint.url).ask(BUDGET)
    assert [claim.text for claim in answer.claims if claim.verdict == "unsupported"] == said
    assert answer.mode == "evidence"  # neither sentence stands: the report is quoted, as what it says
    marks = [int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", answer.answer)]
    assert set(marks) == {
        citation.number for claim in answer.claims if claim.verdict == "supported" for citation in claim.citations
    }
    assert r"\[2\] and \[7\]" in answer.answer


async def test_what_a_report_has_a_model_cite_leads_to_that_report(guarded_shelf, endpoint, assistant):
    """ "See [2] and [7]": whatever number a sentence is given, its citation is where the words stand."""
    endpoint.reply = Author(
        lambda asked: draft(([next(line.number for line in asked.lines if "turquoise" not in line.text)], f"{FORGED}."))
    )
    answer = await assistant(guarded_shelf.library, endpoint.url).ask(BUDGET)
    (claim,) = [claim for claim in answer.claims if claim.text == f"{FORGED}."]
    assert {citation.file for citation in claim.citations} == {"hostile.md"}


async def test_what_a_reviewer_is_shown_is_harmless_too(guarded_shelf, endpoint, assistant):
    said = "The site budget called turquoise amounts to 5 MW overall, as told elsewhere."
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(FORGED)], said)))
    await assistant(guarded_shelf.library, endpoint.url).ask(BUDGET)
    ((claim, cited),) = author.judged
    assert claim == said
    assert cited == r"\[7\] The turquoise budget of a site is 5 MW, see \[2\] and \[7\]."
