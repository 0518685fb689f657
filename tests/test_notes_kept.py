"""A note that is cut off is gone on with: the same note, and no answer is paid twice."""

import json
import os
import signal
import subprocess
import time
from collections import Counter

import pytest
from doubles.command_line import HEARING, PROGRAM, run, unfinished
from doubles.desk import Author, repeat
from doubles.witnessed import PATIENCE, Witnessed

TOPIC = "energy of inference"
SHORT = ["--words", "380"]
MOMENTS = [
    (1, []), (4, []), (8, []), ("ModelConclusions", []), ("ModelConclusions", ["--no-cache"]),
    ("ModelRewritings", SHORT), ("In short:", [*SHORT, "--no-cache"]),
]  # fmt: skip
CONCLUSIONS = [{"section": 6, "kind": "inference", "cites": [1], "text": "Several regions measure alike."}]


def shorter(text, cited):
    return " ".join(["In short:", *text.split()[3:]])


@pytest.fixture
def asked(shelf, endpoint, tmp_path):
    """Who answers a note, the options that name its home, and those with which it is drafted there."""
    author = Author(repeat("inference"), conclude=lambda prompt: CONCLUSIONS, rewrite=shorter)
    witness = endpoint.reply = Witnessed(tmp_path / "home", author)
    where = ["--home", tmp_path / "home"]
    model = ["--library", shelf.library.folder, "--embedder", "none", "--model", "m", "--base-url", endpoint.url]
    return witness, where, [*where, *model]


def told(note):
    """What a note is, whatever it cost and when it was made."""
    return {name: value for name, value in note.items() if name not in ("cost", "run", "files")}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("fatal", "more"), MOMENTS)
def test_a_killed_note_goes_on_and_nothing_is_paid_twice(asked, endpoint, tmp_path, fatal, more):
    witness, where, options = asked
    whole = run("note", TOPIC, *options, *more, "--home", tmp_path / "other", "--json")
    calls = Counter(witness.answered)
    assert whole.code == 0 and len(calls) > 10

    witness.begin_anew(fatal)
    command = [*PROGRAM, "note", TOPIC, *options, *more, "-o", "note.md", "--json"]
    with subprocess.Popen(list(map(str, command)), cwd=tmp_path, stdout=subprocess.DEVNULL) as drafting:
        witness.stop = drafting.kill
        assert drafting.wait(timeout=2 * PATIENCE) == -signal.SIGKILL
    while endpoint.meter.busy:  # with what the program asked before it ended
        time.sleep(0.01)

    (row,) = unfinished(*where)
    assert row["topic"] == TOPIC and row["template"] == "policy-note"
    witness.survive()
    done = run("note", "--resume", row["id"], *where, "--json")
    assert done.code == 0, done.err
    assert told(done.json) == told(whole.json)
    assert set(witness.answered) == set(calls) and Counter(witness.answered) <= calls
    assert done.json["run"] == row["id"] and done.json["files"] == [str(tmp_path / "note.md")]
    assert (tmp_path / "note.md").read_text("utf-8").count("Several regions measure alike.")
    assert unfinished(*where) == [] and not list((tmp_path / "home/state/notes").glob("*.sqlite*"))
    again = run("note", "--resume", row["id"], *where)
    assert again.code == 2 and "is finished" in again.message


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupted_note_says_how_to_go_on(asked, tmp_path):
    witness, where, options = asked
    witness.fatal = 3
    command = [*HEARING, "note", TOPIC, *options, "--words", "400"]
    with subprocess.Popen(
        list(map(str, command)), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as drafting:
        witness.stop = lambda: drafting.send_signal(signal.SIGINT)
        out, err = drafting.communicate(timeout=2 * PATIENCE)
    (row,) = unfinished(*where)
    assert (drafting.returncode, out) == (130, "")
    assert list(filter(None, err.splitlines()))[-2:] == [
        f"the note is kept: `coscribe note --resume {row['id']}` goes on", "coscribe: interrupted",
    ]  # fmt: skip
    shown = run("note", "--list", *where).out
    assert row["id"] in shown and TOPIC in shown and "unfinished" in shown


def test_a_note_that_fell_back_is_not_finished(asked, endpoint):
    _, where, options = asked
    endpoint.disturb = lambda number: 400
    assert run("note", TOPIC, *options).code == 4
    (row,) = unfinished(*where)
    endpoint.disturb = lambda number: None
    done = run("note", "--resume", row["id"][:15], *where, "--json")
    assert (done.code, done.json["mode"]) == (0, "drafted") and unfinished(*where) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([TOPIC], "leave the topic out"), (["--model", "n"], "--model"), (["--quotes-only"], "--quotes-only"),
        (["--region", "Japan"], "--region"), (["--no-cache"], "--no-cache"), (["--template", "briefing"], "--template"),
    ],
)  # fmt: skip
def test_a_note_goes_on_as_it_was_begun(asked, endpoint, given, named):
    _, where, options = asked
    endpoint.disturb = lambda number: 400
    run("note", TOPIC, *options)
    (row,) = unfinished(*where)
    done = run("note", "--resume", row["id"], *where, *given)
    assert done.code == 2 and named in done.message


def test_what_decides_the_note_is_kept_and_trust_is_that_of_today(asked, endpoint, tmp_path, monkeypatch):
    """A key goes where somebody named its variable; a cap is not forgotten, nor that a host is trusted no more."""
    _, where, options = asked
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    refused = run("note", TOPIC, *options, "--max-cost", "0")
    assert refused.code == 2 and "price" in refused.message and unfinished(*where) == []  # nothing was begun
    with (tmp_path / "home/state/coscribe.toml").open("a", encoding="utf-8") as settings:
        settings.write("[prices.m]\ninput = 3\noutput = 7\n")
    assert run("note", TOPIC, *options, "--max-cost", "0", "--region", "Japan", "--words", "300").code == 5
    (row,) = unfinished(*where)
    kept = json.loads((tmp_path / f"home/state/notes/{row['id']}.json").read_text("utf-8"))
    assert kept["max_cost"] == "0" and kept["scope"]["regions"] == ["Japan"] and kept["files"]["words"] == 300
    assert "key_variable" not in kept["settings"] and "sk-canary" not in json.dumps(kept)

    monkeypatch.setenv("COSCRIBE_MODEL", "other")
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    refused = run("note", "--resume", row["id"], *where)
    assert refused.code == 2 and "--allow-remote 127.0.0.1" in refused.message and "'m'" in refused.message
    monkeypatch.delenv("COSCRIBE_TRUST_HOSTS")
    endpoint.disturb = lambda number: None
    capped = run("note", "--resume", row["id"], *where, "--json")
    assert capped.code == 5 and endpoint.meter.requests == []
    done = run("note", "--resume", row["id"], *where, "--json", "--max-cost", "9")
    assert done.code == 0 and {request["model"] for request in endpoint.meter.requests} == {"m"}
    assert b"sk-canary" not in endpoint.meter.received
    assert {
        claim["region"] for part in done.json["sections"] for one in part["claims"] for claim in one["citations"]
    } == {"Japan"}


def test_answers_kept_for_a_note_go_with_a_report_that_is_purged(endpoint, tmp_path):
    home, mine = ["--home", tmp_path / "home"], tmp_path / "mine.md"
    mine.write_text("# Plan\n\nThe energy of inference is 3 MWh a year.\n", encoding="utf-8")
    assert run("ingest", mine, *home, "--embedder", "none").code == 0
    endpoint.reply = Author(repeat("inference"))
    endpoint.disturb = lambda number: 400 if number else None
    run("note", TOPIC, *home, "--embedder", "none", "--model", "m", "--base-url", endpoint.url, "--no-cache")
    (row,) = unfinished(*home)
    kept = tmp_path / "home" / "state" / "notes"
    assert any(b"3 MWh" in path.read_bytes() for path in kept.glob("*.sqlite*"))
    assert run("reports", "remove", "mine.md", "--purge", *home).code == 0
    assert [path.name for path in kept.iterdir()] == [f"{row['id']}.json"]


@pytest.mark.parametrize("name", ["nothing", "", "../runs/x"])
def test_a_note_that_is_not_there_is_told(asked, name):
    done = run("note", "--resume", name, *asked[1])
    assert done.code == 2 and f"there is no note {name!r}" in done.message


def test_what_was_kept_and_is_damaged_is_named(asked, tmp_path):
    folder = tmp_path / "home" / "state" / "notes"
    folder.mkdir(parents=True)
    (folder / "20260101T000000-abcd.json").write_text("{", encoding="utf-8")
    for command in (["--list"], ["--resume", "2026"]):
        done = run("note", *command, *asked[1])
        assert done.code == 2 and "is damaged" in done.message


def test_a_finished_note_of_quotes_is_listed(shelf, tmp_path):
    where = ["--home", tmp_path / "home"]
    assert run("note", "--list", *where, "--json").json == {"notes": []}
    assert "no notes yet" in run("note", "--list", *where).out
    made = run("note", TOPIC, *where, "--library", shelf.library.folder, "--embedder", "none", "--json").json
    (row,) = run("note", "--list", *where, "--json").json["notes"]
    assert (row["id"], row["state"], row["cost"]["calls"]) == (made["run"], "finished", 0)
    assert run("note", TOPIC, *where, "--library", shelf.library.folder, "--region", "Atlantis").code == 2
    assert len(run("note", "--list", *where, "--json").json["notes"]) == 1
