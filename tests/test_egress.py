"""The egress log: which passages went to which host, and when; the doctor shows it."""

from datetime import UTC, datetime

import pytest
from coscribe.money.ledger import Ledger
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


def ways(*options):
    checks = run("doctor", "--privacy", *options, "--json").json["checks"]
    return {check["name"]: (check["state"], check["detail"], check["next"]) for check in checks}


def test_the_doctor_names_the_proxy_of_each_host(monkeypatch, endpoint):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    told = ways("--model", "m", "--base-url", endpoint.url)
    assert told["way to m"][:2] == ("ok", "a loopback address: no name is looked up, no proxy is used")
    assert told["proxy"] == ("ok", "HTTPS_PROXY: not used, for no call leaves this machine", None)
    far = ("--model", "m", "--base-url", "https://api.example.org/v1", "--allow-remote", "api.example.org")
    state, detail, advice = ways(*far)["way to m"]
    assert (state, advice) == ("warn", "to go straight, export NO_PROXY=api.example.org")
    assert detail == "to api.example.org through the proxy proxy.example:3128 that the environment names"
    monkeypatch.setenv("NO_PROXY", "example.org")
    told = ways(*far)
    assert told["way to m"][:2] == ("ok", "straight to api.example.org: the environment names no proxy for it")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "api.example.org")
    assert ways(*far)["way to m"][:2] == ("ok", "straight to api.example.org, which is trusted: no proxy is used")


def test_the_doctor_says_what_would_have_text_sent(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert ways()["tracing"][1] == "off: nothing asks for it"
    assert "current folder" not in ways()
    (tmp_path / ".env").write_text("", encoding="utf-8")
    for name in ("LANGCHAIN_TRACING", "CHROMA_SERVER_HOST"):
        monkeypatch.setenv(name, "true")
    assert ways()["tracing"][1] == "off, and these variables are ignored: CHROMA_SERVER_HOST, LANGCHAIN_TRACING"
    assert ways()["current folder"][1] == "its .env is not read"
    monkeypatch.setenv("SSLKEYLOGFILE", "keys.log")
    assert "keys of connections" not in ways()
    far = ("--model", "m", "--base-url", "https://api.example.org/v1", "--allow-remote", "api.example.org")
    assert ways(*far)["keys of connections"][0] == "warn"
