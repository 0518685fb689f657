"""A key is sent to its own server and is found nowhere else: no file of the home, no screen, no JSON, no error."""

import pytest
from doubles.command_line import run
from doubles.desk import Author, repeat

KEY = "sk-planted-0123456789abcdefghij"
POWER = "How much power may a post-exascale site draw?"


@pytest.fixture
def named(shelf, endpoint, tmp_path, monkeypatch):
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("key_variable = 'PLANTED_KEY'\nmax_retries = 0\n", encoding="utf-8")
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    monkeypatch.setenv("PLANTED_KEY", KEY)
    return ("--library", shelf.library.folder, "--model", "m", "--base-url", endpoint.url)


def assert_nowhere(done, tmp_path):
    assert KEY not in done.out and KEY not in done.err
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert any(file.name == "ledger.sqlite" for file in files)
    found = [file for file in files if KEY.encode() in file.read_bytes()]
    assert not found


def test_a_key_is_sent_and_kept_nowhere(endpoint, named, tmp_path):
    endpoint.reply = Author(repeat("power"))
    for command in (("ask", POWER, "--json"), ("ask", POWER), ("note", "power"), ("cost", "--json"), ("doctor",)):
        done = run(*command, *(named if command[0] != "cost" else ()))
        assert done.out
        assert_nowhere(done, tmp_path)
    assert f"authorization: bearer {KEY}".encode() in endpoint.meter.received.lower()


@pytest.mark.parametrize("status", [200, 307, 400, 401, 404, 429, 500])
def test_a_server_that_says_the_key_is_not_repeated(endpoint, named, tmp_path, status):
    echo = f"wrong key {KEY}, {'x' * 150} {KEY}"  # the second one would be cut in the middle
    if status == 200:
        endpoint.whole_body = ("application/json", f'{{"error": {{"message": "{echo}"}}}}')
    elif status == 307:
        endpoint.redirect = f"http://127.0.0.1:1/{KEY}"
    else:
        endpoint.refuse, endpoint.refusal = {"messages": status}, echo
    done = run("ask", POWER, "--json", *named)
    assert done.code == 4
    assert ("[key]" in done.out) == (status != 401)
    assert KEY[:12] not in done.out
    assert_nowhere(done, tmp_path)
