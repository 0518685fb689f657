"""The egress log: which passages went to which host, and when; the doctor shows it."""

from datetime import UTC, datetime

import pytest
from coscribe.core.ledger import Ledger
from doubles.command_line import run
from doubles.desk import Author, draft, repeat
from independent import bare

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
SOFT = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."


@pytest.fixture
def log(tmp_path):
    def read():
        ledger = Ledger(tmp_path / "home" / "state" / "ledger.sqlite")
        found = ledger.egress()
        ledger.close()
        return found

    return read


async def test_every_passage_on_the_wire_is_in_the_log_and_no_other(shelf, endpoint, assistant, log):
    endpoint.reply = author = Author(lambda asked: draft(([asked.number(EUROPE)], SOFT)))
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    sent = log()
    assert {entry.endpoint for entry in sent} == {endpoint.url.split("/")[2]}
    assert all(began <= entry.first <= entry.last for entry in sent)
    held = shelf.library.catalogue.passages([entry.passage for entry in sent])
    texts = [bare(passage.text) for passage in held.values()]
    assert len(texts) == len(sent)
    lines = [bare(line.text) for line in author.asked[0].lines]
    assert all(any(line in text for text in texts) for line in lines)
    assert all(any(line in text for line in lines) for text in texts)
    assert len(author.judged) == 1  # the words that were cited went out a second time
    cited = {citation.passage for citation in answer.claims[0].citations}
    assert {entry.passage for entry in sent if entry.times == 2} == cited


async def test_what_was_not_sent_is_not_in_the_log(shelf, endpoint, assistant, log):
    await assistant(shelf.library, endpoint.url, model="evidence").ask(POWER)
    made = assistant(shelf.library, endpoint.url, cache_megabytes=9)
    await made.estimate(POWER)
    assert log() == []
    endpoint.reply = Author(repeat("power"))
    await made.ask(POWER)
    once = log()
    await made.ask(POWER)  # from the cache
    assert log() == once != []


def test_the_doctor_says_what_left(shelf, endpoint, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    place = ("--library", shelf.library.folder)

    def sent():
        checks = run("doctor", "--privacy", *place, "--json").json["checks"]
        return {check["name"]: check["detail"] for check in checks if check["name"].startswith("sent")}

    assert sent() == {"sent so far": "nothing: no passage went to any model"}
    endpoint.reply = Author(repeat("power"))
    assert run("ask", POWER, "--report", "europe-strategy-2026.pdf", "--model", "m", "--base-url", endpoint.url, *place)
    ((name, detail),) = sent().items()
    assert name == f"sent to {endpoint.url.split('/')[2]}"
    assert "passages of europe-strategy-2026.pdf" in detail and f"{datetime.now(UTC):%Y-%m-%d}" in detail
