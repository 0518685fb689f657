"""What goes wrong, by exit code: one lower-case line that names the value, and never a traceback."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import coscribe
import pytest
from coscribe.vectorstore.index.writer import writer_lock
from doubles.command_line import copy_samples, run, start

QUESTION = "How much power may a post-exascale site draw?"
READING = [
    ["reports"], ["reports", "list"], ["reports", "list", "--csv"], ["reports", "show", "x"],
    ["reports", "remove", "x"], ["reports", "rebuild"], ["search", "x"], ["ask", "x"], ["note", "x"], ["chat"],
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("failures")
    coscribe.Library(place / "library", embedder="none").ingest([copy_samples(place / "reports")])
    return place / "library"


@pytest.fixture(autouse=True)
def here(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COSCRIBE_LIBRARY", str(library))
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    return folder


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frobnicate"], ["no such command 'frobnicate'"]),
        (["reports", "frobnicate"], ["no such command 'frobnicate'"]),
        (["search", "x", "--jsn"], ["--jsn", "--json"]),
        (["ask"], ["'QUESTION'", "coscribe ask --help"]),
        (["search", "x", "-k", "0"], ["0"]),
        (["search", "x", "-k", "many"], ["many"]),
        (["cost", "--by", "moon"], ["moon", "agent"]),
        (["search", "x", "--published-from", "soon"], ["soon"]),
        (["reports", "list", "--embedder", "bert"], ["bert", "minilm"]),
        (["search", "  "], ["empty", "coscribe search"]),
        (["ask", " "], ["empty", "coscribe ask"]),
        (["ask", "-"], ["empty"]),
        (["note", ""], ["empty"]),
        (["ingest"], ["at least one file"]),
        (["ingest", "missing.pdf"], ["'missing.pdf'"]),
        (["ingest", "empty"], ["'empty'"]),
        (["ingest", "empty/*.pdf"], ["'empty/*.pdf'"]),
        (["ingest", "empty", "--manifest", "missing.toml"], ["'empty'"]),
        (["ingest", "report.md", "--manifest", "missing.toml"], ["'missing.toml'"]),
        (["ingest", "report.md", "--manifest", "empty"], ["'empty'"]),
        (["ask", QUESTION, "--report", "2026.pdf"], ["europe-strategy-2026.pdf", "france-roadmap-2026.pdf"]),
        (["search", "power", "--report", "nobody.pdf"], ["'nobody.pdf'", "coscribe reports"]),
        (["reports", "show", "nobody.pdf"], ["'nobody.pdf'"]),
        (["reports", "remove", "nobody.pdf"], ["'nobody.pdf'"]),
        (["ask", QUESTION, "--region", "Atlantis"], ["'Atlantis'", "Europe/France", "Japan", "Latin America"]),
        (["search", "power", "--organisation", "Nobody"], ["'Nobody'", "Agence Hexacalcul"]),
        (["search", "power", "--kind", "novel"], ["'novel'", "roadmap", "talk"]),
        (["search", "power", "--status", "burnt"], ["'burnt'", "superseded"]),
        (["search", "power", "--published-from", "2040"], ["2040", "2024 to 2026"]),
        (["reports", "list", "--published-to", "1990"], ["1990", "2024 to 2026"]),
        (["note", "power", "--template", "sonnet"], ["'sonnet'", "policy-note"]),
        (["note", "power", "--template", "report.md"], ["'report.md'"]),
        (["note", "power", "--template", "broken.toml"], ["'broken.toml'"]),
        (["note", "power", "--template", "binary.toml"], ["'binary.toml'"]),
        (["note", "power", "-o", "missing/note.md"], ["missing"]),
        (["note", "power", "-o", "note.odt"], ["'.odt'", ".md", ".docx"]),
        (["note", "power", "-o", "note"], [".md"]),
        (["note", "power", "-o", "folder.md"], ["folder.md"]),
        (["ask", QUESTION, "--max-cost", "much"], ["--max-cost", "'much'"]),
        (["ask", QUESTION, "--model", "m", "--base-url", "nowhere"], ["--base-url", "'nowhere'"]),
        (["doctor", "--home", "report.md"], ["report.md"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_2_and_changes_nothing(arguments: list[str], says: list[str], here: Path) -> None:
    (here / "empty").mkdir()
    (here / "folder.md").mkdir()
    (here / "report.md").write_text("# A report\n\nIt says something.\n", encoding="utf-8")
    (here / "broken.toml").write_text("title = 'no sections'\n", encoding="utf-8")
    (here / "binary.toml").write_bytes(b"\xff\xfe\x00")
    before = sorted(here.rglob("*")), run("reports", "list", "--json").json
    done = run(*arguments)
    assert (done.code, done.out) == (2, ""), done.err
    assert [part for part in says if part not in done.message] == []
    assert (sorted(here.rglob("*")), run("reports", "list", "--json").json) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_folder_that_may_not_be_read_is_2(here: Path) -> None:
    closed = here / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        done = run("ingest", "closed", "--library", "new")
    finally:
        closed.chmod(0o700)
    assert done.code == 2
    assert "closed" in done.message
    assert not (here / "new" / "catalogue.sqlite").exists()


def test_what_is_no_file_is_2(here: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(here / "pipe")
    done = run("ingest", "pipe")
    assert done.code == 2
    assert "'pipe'" in done.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modle = 'm'", ["modle", "'model'"]),
        ("[embedder]\nkinds = 'none'", ["embedder.kinds", "'embedder.kind'"]),
        ("base_url = 'http://elsewhere.example/v1'", ["base_url", "may not be set"]),
        ("allow_remote = ['elsewhere.example']", ["allow_remote", "may not be set"]),
        ("[caps]\nrun = 99", ["caps.run", "may not be set"]),
        ("rounds = ", ["coscribe.toml"]),
    ],
)
def test_a_wrong_settings_file_is_2(text: str, says: list[str], here: Path) -> None:
    (here / "coscribe.toml").write_text(text, encoding="utf-8")
    done = run("reports")
    assert (done.code, done.out) == (2, "")
    assert [part for part in says if part not in done.message] == []


def test_an_unknown_variable_is_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSCRIBE_MODLE", "m")
    done = run("reports")
    assert done.code == 2
    assert "'COSCRIBE_MODLE'" in done.message and "'COSCRIBE_MODEL'" in done.message


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_no_library_yet_is_3(arguments: list[str], here: Path) -> None:
    done = run(*arguments, "--library", "none")
    assert (done.code, done.out) == (3, "")
    assert "coscribe ingest PATH" in done.message and "coscribe demo" in done.message
    assert not (here / "none" / "catalogue.sqlite").exists()


def of_newer_format(catalogue: Path) -> None:
    connection = sqlite3.connect(catalogue)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def no_database(catalogue: Path) -> None:
    catalogue.write_bytes(b"no database at all " * 100)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("small")
    (place / "report.md").write_text("# A report\n\nCooling takes energy.\n", encoding="utf-8")
    coscribe.Library(place / "library", embedder="none").ingest([place / "report.md"])
    return place


@pytest.mark.parametrize("arguments", [*READING, ["ingest", "report.md"]], ids=" ".join)
@pytest.mark.parametrize(("spoil", "says"), [(of_newer_format, "format 99"), (no_database, "not a database")])
def test_a_library_that_cannot_be_read_is_3(
    arguments: list[str], spoil: Callable[[Path], None], says: str, small: Path, here: Path
) -> None:
    shutil.copy(small / "report.md", here)
    shutil.copytree(small / "library", here / "spoilt")
    spoil(here / "spoilt" / "catalogue.sqlite")
    content = (here / "spoilt" / "catalogue.sqlite").read_bytes()
    done = run(*arguments, "--library", "spoilt")
    assert (done.code, done.out) == (3, "")
    assert says in done.message
    assert (here / "spoilt" / "catalogue.sqlite").read_bytes() == content


def test_a_second_writer_is_3_and_readers_go_on(small: Path, here: Path) -> None:
    shutil.copy(small / "report.md", here)
    shutil.copytree(small / "library", here / "shared")
    with writer_lock(here / "shared"):
        for arguments in (["ingest", "report.md"], ["reports", "rebuild"], ["reports", "remove", "report.md"]):
            done = run(*arguments, "--library", "shared")
            assert done.code == 3
            assert "'" + str(here / "shared") + "'" in done.message and "wait" in done.message
        assert start("ingest", "report.md", "--library", "shared", cwd=here).code == 3
        assert "Cooling takes energy." in run("search", "cooling", "--library", "shared").out
    assert run("ingest", "report.md", "--library", "shared").code == 0


def test_words_that_are_lost_are_3_not_silence(small: Path, here: Path) -> None:
    shutil.copytree(small / "library", here / "own")
    for item in sorted((here / "own" / "words").iterdir()):
        item.unlink()
    for command in ("search", "ask"):
        done = run(command, "cooling", "--library", "own")
        assert done.code == 3
        assert "coscribe reports rebuild" in done.message
    assert run("reports", "rebuild", "--library", "own").code == 0
    assert "Cooling takes energy." in run("search", "cooling", "--library", "own").out


def test_an_endpoint_that_refuses_is_4_and_the_quotes_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSCRIBE_MAX_RETRIES", "0")
    refusing = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--json")
    done = run("ask", QUESTION, *refusing)
    assert done.code == 4
    answer = done.json
    assert (answer["status"], answer["mode"], answer["error"]["kind"]) == ("answered", "evidence", "EndpointError")
    assert "127.0.0.1" in answer["degraded"]
    assert any("60 MW" in claim["text"] for claim in answer["claims"])
    written = run("note", "power of a site", *refusing)
    assert (written.code, written.json["mode"]) == (4, "evidence")
    checked = run("doctor", *refusing)
    assert checked.code == 1
    assert any(check["state"] == "fail" and "127.0.0.1:9" in check["detail"] for check in checked.json["checks"])


@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["note", "power"], ["chat"]])
def test_a_remote_host_needs_consent(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, "--model", "m", "--base-url", "https://llm.example.eu/v1")
    assert (done.code, done.out) == (2, "")
    assert "--allow-remote llm.example.eu" in done.message and "--quotes-only" in done.message
    assert run("ask", QUESTION, "--model", "m", "--base-url", "https://llm.example.eu/v1", "--quotes-only").code == 0


def test_a_cap_that_is_reached_is_5(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "home" / "state" / "coscribe.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[prices.m]\ninput = 1\noutput = 1\n", encoding="utf-8")
    done = run("ask", QUESTION, "--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--max-cost", "0", "--json")
    assert done.code == 5, done.err
    assert done.json["error"]["kind"] == "BudgetReached"
    assert done.json["cost"]["calls"] == 0


def test_the_program_ends_with_the_same_code(here: Path) -> None:
    done = start("search", "x", "--library", "none", cwd=here)
    assert done.code == 3
    assert "no library" in done.message
