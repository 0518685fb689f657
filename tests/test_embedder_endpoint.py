"""Texts embedded at an endpoint: booked, bounded, kept, gated, and never a reason to find nothing."""

import json
import re
import sqlite3
from contextlib import closing

import coscribe
import pytest
from doubles.accounts import rows
from doubles.command_line import run

# What the double knows of meaning: words of one line are alike, in whatever language.
MEANINGS = ("power puissance 電力 draw", "heat chaleur warmth", "software logiciel", "quantum quantique", "budget")
REPORTS = {
    "power.md": "# Power\n\nA site may draw at most 20 MW of electrical power by 2030.\n",
    "heat.md": "# Chaleur\n\nLa chaleur des machines sera offerte aux réseaux urbains avant la fin de la décennie.\n",
    "secret.md": "# Hall\n\nThe zephyrine hall has a budget of 7 million euros for its quantum partition.\n",
}
MANIFEST = '["secret.md"]\nconfidentiality = "internal"\n["power.md"]\nconfidentiality = "public"\n'
SECRET = b"zephyrine"


def meaning(text):
    words = text.lower()
    found = [float(sum(word in words for word in line.split())) for line in MEANINGS]
    return [0.2, *found]


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "reports.toml").write_text(MANIFEST, encoding="utf-8")
    return folder


@pytest.fixture
def embedding(endpoint, monkeypatch):
    """Lets every command embed at the endpoint, whose meter books that under the agent's name."""
    endpoint.vector = meaning
    endpoint.agent = lambda request: "embedder"
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "endpoint")
    monkeypatch.setenv("COSCRIBE_EMBEDDER_MODEL", "e")
    monkeypatch.setenv("COSCRIBE_EMBEDDER_BASE_URL", endpoint.url)
    monkeypatch.setenv("COSCRIBE_MAX_RETRIES", "0")
    return endpoint


def booked(tmp_path):
    return [row for row in rows(tmp_path / "home") if row["agent"] == "embedder"]


def texts(endpoint):
    return [text for request in endpoint.meter.requests for text in request["input"]]


def test_what_is_embedded_is_booked_as_the_server_counts_it(embedding, reports, tmp_path):
    done = run("ingest", reports, "--json")
    assert (done.code, done.json["error"]) == (0, None)
    assert done.json["cost"]["calls"] == len(embedding.meter.requests) > 0
    found = run("search", "electricity a place may draw", "--json").json["passages"]
    assert found[0]["file"] == "power.md"
    ledger = booked(tmp_path)
    assert sum(row["input_tokens"] for row in ledger) == embedding.meter.input_tokens
    assert len(ledger) == len(embedding.meter.requests)
    assert {row["usd"] for row in ledger} == {None}  # a loopback server is unpriced until the user says
    sent = {name for row in ledger for name in json.loads(row["passages"])}
    assert len(sent) == len(REPORTS)  # the egress log knows them


def test_a_question_finds_passages_of_another_language_by_their_meaning(embedding, reports):
    run("ingest", reports)
    answer = run("ask", "What becomes of the warmth?", "--json").json
    assert answer["evidence"][0]["file"] == "heat.md"
    assert answer["coverage"]["languages_uncovered"] == []


def test_a_language_the_embedder_is_not_said_to_read_is_not_covered(embedding, reports, tmp_path):
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    (state / "coscribe.toml").write_text('[embedder]\nlanguages = ["en"]\n', encoding="utf-8")
    run("ingest", reports)
    assert not any("chaleur" in text for text in texts(embedding))
    answer = run("ask", "What becomes of the warmth?", "--json").json
    assert answer["coverage"]["languages_uncovered"] == ["fr"]


def test_nothing_is_embedded_twice(embedding, reports, tmp_path):
    run("ingest", reports)
    run("ask", "How much power may a site draw?")
    before = len(embedding.meter.requests)
    assert run("ingest", reports).code == 0
    assert run("reports", "rebuild").code == 0
    answer = run("ask", "How much power may a site draw?", "--json").json
    assert len(embedding.meter.requests) == before
    assert (answer["cost"]["calls"], answer["cost"]["usd"]) == (0, "0")
    assert booked(tmp_path)[-1]["status"] == "cached"


def test_an_internal_report_stays_with_the_words_where_the_host_is_not_trusted(embedding, reports, monkeypatch):
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    refused = run("ingest", reports)
    assert refused.code == 2 and "--allow-remote 127.0.0.1" in refused.message
    assert embedding.meter.received == b""
    assert run("ingest", reports, "--allow-remote", "127.0.0.1").code == 0
    found = run("search", "budget of the hall", "--allow-remote", "127.0.0.1", "--json").json["passages"]
    assert found[0]["file"] == "secret.md"
    answer = run("ask", "Quel budget a la salle?", "--allow-remote", "127.0.0.1", "--json").json
    assert embedding.meter.requests and SECRET not in embedding.meter.received
    assert "en" in answer["coverage"]["languages_uncovered"]  # of the internal report, the meaning is not compared


def test_a_report_that_is_no_longer_internal_is_embedded(embedding, reports, monkeypatch):
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    run("ingest", reports, "--allow-remote", "127.0.0.1")
    (reports / "reports.toml").write_text(MANIFEST.replace("internal", "public"), encoding="utf-8")
    assert run("ingest", reports, "--allow-remote", "127.0.0.1").code == 0
    assert SECRET in embedding.meter.received


def test_a_dead_endpoint_leaves_the_words(embedding, reports):
    run("ingest", reports)
    embedding.statuses = [500] * 9
    done = run("ask", "How much power may a site draw?", "--json")
    assert (done.code, done.json["status"]) == (4, "answered")
    assert done.json["degraded"].startswith("searched by words alone: ")
    assert "20 MW" in done.json["answer"]
    embedding.statuses = [500] * 9
    found = run("search", "electrical power", "--json")
    assert found.code == 4 and found.json["passages"][0]["file"] == "power.md"
    assert "searched by words alone" in found.err


def test_an_ingest_goes_on_where_the_endpoint_failed(embedding, reports):
    embedding.disturb = lambda number: None if number < 2 else 500
    done = run("ingest", reports, "--json")
    assert done.code == 4 and "not all embedded" in done.json["error"]["message"]
    assert all(file["state"] == "indexed" for file in done.json["reports"])
    embedding.disturb = lambda number: None
    before = texts(embedding)
    assert run("ingest", reports).code == 0
    lacking = texts(embedding)[len(before) :]
    assert lacking and not set(lacking) & set(before[:2])


def test_a_cap_holds_for_embedding_too(embedding, reports, tmp_path):
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    (state / "coscribe.toml").write_text("[prices.e]\ninput = 1\noutput = 0\n", encoding="utf-8")
    done = run("ingest", reports, "--max-cost", "0.0000001", "--json")
    assert (done.code, embedding.meter.requests) == (5, [])
    answer = run("ask", "How much power may a site draw?", "--json", "--max-cost", "0.0000001")
    assert "20 MW" in answer.json["answer"]
    assert run("ingest", reports).code == 0
    asked = run("ask", "How much power may a site draw?", "--json")
    assert (asked.code, asked.json["cost"]["usd"] is None) == (0, False)


def test_models_are_not_mixed(embedding, reports, monkeypatch):
    run("ingest", reports)
    monkeypatch.setenv("COSCRIBE_EMBEDDER_MODEL", "another")
    done = run("ask", "How much power may a site draw?")
    assert done.code == 3 and "'another'" in done.message and "reports rebuild" in done.message
    assert run("reports", "rebuild").code == 0
    assert run("ask", "How much power may a site draw?").code == 0


def test_words_answer_after_a_rebuild_that_was_broken_off(embedding, reports, monkeypatch):
    run("ingest", reports)
    monkeypatch.setenv("COSCRIBE_EMBEDDER_MODEL", "another")
    embedding.statuses = [500] * 9
    assert run("reports", "rebuild").code == 4
    embedding.statuses = []
    done = run("ask", "How much power may a site draw?", "--json")
    assert (done.code, done.json["status"]) == (0, "answered") and "20 MW" in done.json["answer"]
    assert run("ingest", reports).code == 0
    assert run("search", "warmth", "--json").json["passages"][0]["file"] == "heat.md"


def test_vectors_of_another_size_are_refused(embedding, reports):
    run("ingest", reports)
    embedding.vector = lambda text: [1.0, 2.0]
    done = run("ask", "How much heat is there?")
    assert done.code == 3 and "reports rebuild" in done.message


def test_the_python_door(embedding, reports, tmp_path):
    made = coscribe.embedder(model="e", base_url=embedding.url, home=tmp_path / "elsewhere")
    library = coscribe.Library(tmp_path / "library", embedder=made)
    library.ingest([reports])
    assert library.search("warmth", 1)[0].file == "heat.md"
    assert rows(tmp_path / "elsewhere")
    made.close()


def test_an_endpoint_without_a_model_is_refused(monkeypatch, reports):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "endpoint")
    done = run("ingest", reports)
    assert done.code == 2 and "embedder.model" in done.message


def test_purging_forgets_the_vectors_kept(embedding, reports, tmp_path):
    run("ingest", reports)
    file = tmp_path / "home" / "state" / "cache" / "vectors.sqlite"
    with closing(sqlite3.connect(file)) as kept:
        assert kept.execute("SELECT count(*) FROM replies").fetchone()[0] > 0
    assert run("reports", "remove", "power.md", "--purge").code == 0
    with closing(sqlite3.connect(file)) as kept:
        assert kept.execute("SELECT count(*) FROM replies").fetchone()[0] == 0


@pytest.mark.parametrize("scope", [{}, {"--report": "power.md"}])
def test_what_is_too_much_for_memory_is_found_by_the_graph(embedding, reports, monkeypatch, scope):
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "127.0.0.0/8")
    run("ingest", reports)
    asked = ("search", "warmth and power", *(part for pair in scope.items() for part in pair), "--json")
    in_memory = run(*asked).json["passages"]
    monkeypatch.setattr("coscribe.vectorstore.index.vectors._IN_MEMORY", 0)
    monkeypatch.setattr("coscribe.vectorstore.index.vectors._COMPARED", 0)
    by_graph = run(*asked).json["passages"]
    assert by_graph == in_memory and by_graph


def test_an_estimate_embeds_nothing(embedding, reports):
    run("ingest", reports)
    before = len(embedding.meter.requests)
    done = run("ask", "How much power may a site draw?", "--estimate", "--model", "m", "--base-url", embedding.url)
    assert done.code == 0 and "typically" in done.out
    assert len(embedding.meter.requests) == before


def test_amounts_stand_in_the_users_currency_too(embedding, reports, tmp_path):
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    priced = "[prices.e]\ninput = 1000\noutput = 0\n[currency]\ncode = 'EUR'\nper_usd = 2\ndate = 2026-11-02\n"
    (state / "coscribe.toml").write_text(priced, encoding="utf-8")
    run("ingest", reports)
    done = run("ask", "How much power may a site draw?")
    dollars, euros = re.search(r"\$(\S+) \((\S+) EUR, rate of 2026-11-02\)", done.out).groups()
    assert float(euros) == pytest.approx(2 * float(dollars), abs=0.0001) and float(dollars) > 0
