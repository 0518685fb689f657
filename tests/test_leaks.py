"""Nothing leaves: every command, in an environment that asks all libraries to send what they see, is heard by nobody.

Each runs as a program of its own over a report whose text, title, organisation, region and file name are marked; its
connections and look-ups are recorded, those of its children too.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from doubles.command_line import PROGRAM, Done, start
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint
from doubles.listener import Listener, Recorder, Traffic, env_file, hostile

MARKS = ("quokkatext", "quokkatitle", "quokkaoffice", "quokkaland", "quokkafile")
TEXT = """# Power

The hall of the quokkatext centre may draw at most 20 MW of electrical power by 2031.

Cooling of the hall takes 3 MW of power, and its heat is sold to the town.
"""
MANIFEST = """["quokkafile.md"]
title = "The quokkatitle plan"
organisation = "quokkaoffice"
region = "quokkaland"
date = "2026"
language = "en"
confidentiality = "internal"
"""
QUESTION = "How much power may the hall of the centre draw?"


@dataclass(frozen=True)
class World:
    """A downloaded folder with reports and a bad `.env`, a home, a user's empty profile, and who listens."""

    root: Path
    listener: Listener
    recorder: Recorder
    endpoint: Endpoint

    def run(self, *arguments: object, stdin: str = "", **more: str) -> Done:
        """Run a command; it must succeed, and nobody but the named endpoint may be spoken to."""
        profile = {name: str(self.root / "profile" / name) for name in PROFILE}
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        environ = {**kept, **hostile(self.listener), **profile, "COSCRIBE_HOME": str(self.root / "home"), **more}
        before = set(self.here.iterdir())
        command = [*PROGRAM, *arguments]
        done, traffic = self.recorder.run(command, cwd=self.here, environ=environ, stdin=stdin)
        assert done.code == 0, done.err
        self.assert_unheard(traffic)
        self.assert_kept_in(traffic)
        assert set(self.here.iterdir()) == before
        return done

    @property
    def here(self) -> Path:
        return self.root / "downloaded"

    def assert_unheard(self, traffic: Traffic) -> None:
        assert self.listener.connections == 0
        assert self.listener.received == b""
        model = self.endpoint.url.removeprefix("http://").removesuffix("/v1")
        assert traffic.reached <= {model}
        assert traffic.asked <= {"127.0.0.1"}  # an address needs no look-up

    def assert_kept_in(self, traffic: Traffic) -> None:
        """Nothing is written but below the home and where the output was asked for."""
        assert not [path for path in (self.root / "profile").rglob("*") if path.is_file()]
        allowed = (self.root / "home", self.root / "out", self.root / "profile" / "TMPDIR", Path("/dev"), Path("/proc"))
        strays = {path for path in traffic.written if not any(path.is_relative_to(folder) for folder in allowed)}
        assert not strays


PROFILE = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("leaks").resolve()
    listener, endpoint = Listener(), Endpoint(Author(repeat("power")))
    reports = root / "downloaded" / "reports"
    for folder in (reports, root / "out", *(root / "profile" / name for name in PROFILE)):
        folder.mkdir(parents=True)
    (reports / "quokkafile.md").write_text(TEXT, encoding="utf-8")
    (reports / "reports.toml").write_text(MANIFEST, encoding="utf-8")
    (root / "downloaded" / ".env").write_text(env_file(listener), encoding="utf-8")
    (root / "downloaded" / "pyproject.toml").write_text('[tool.coscribe]\nmodel = "theirs"\n', encoding="utf-8")
    (root / "questions.csv").write_text(f"question\n{QUESTION}\nWhat takes 3 MW?\n", encoding="utf-8")
    made = World(root, listener, Recorder(root / "recorded"), endpoint)
    try:
        made.run("ingest", "reports", "--manifest", "reports/reports.toml")
        yield made
    finally:
        listener.close()
        endpoint.close()


def test_what_is_done_would_be_recorded(tmp_path: Path) -> None:
    """A child of a child that connects, looks up and writes: the recorder misses none, or the rest proves nothing."""
    listener, recorder = Listener(), Recorder(tmp_path / "recorded")
    act = f"s = socket.create_connection(('localhost', {listener.port})); s.sendall(b'text'); s.recv(9); s.close()"
    act += "; open('written', 'w')"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {f'import socket; {act}'!r}], check=True)"
    _, traffic = recorder.run([sys.executable, "-c", child], cwd=tmp_path, environ=dict(os.environ))
    listener.close()
    assert f"127.0.0.1:{listener.port}" in traffic.reached and "localhost" in traffic.asked
    assert listener.connections == 1
    assert not traffic.is_traced or tmp_path / "written" in traffic.written


def assert_marked(text: str) -> None:
    """The command did have the marked report in its hands, or its silence would prove nothing."""
    assert any(mark in text for mark in MARKS)


def test_reading_commands_are_unheard(world: World) -> None:
    assert_marked(world.run("reports", "list", "--json").out)
    assert_marked(world.run("reports", "show", "quokkafile.md").out)
    assert_marked(world.run("search", "power of the hall", "--json").out)


@pytest.mark.parametrize("drafted", [False, True])
def test_ask_is_heard_by_its_model_alone(world: World, drafted: bool) -> None:
    model = ("--model", "m", "--base-url", world.endpoint.url) if drafted else ()
    before = len(world.endpoint.meter.requests)
    assert_marked(world.run("ask", QUESTION, "--json", *model).out)
    assert (len(world.endpoint.meter.requests) > before) == drafted


def test_chat_is_unheard(world: World) -> None:
    assert_marked(world.run("chat", stdin=f"{QUESTION}\nWhat takes 3 MW?\n/note power of the hall\n").out)


def test_a_note_and_its_check_are_unheard(world: World) -> None:
    note = world.root / "out" / "note.md"
    world.run("note", "power of the hall", "-o", note)
    assert_marked(note.read_text(encoding="utf-8"))
    world.run("verify", note)


def test_a_batch_and_its_workers_are_unheard(world: World) -> None:
    out = world.root / "out" / "answers.jsonl"
    model = ("--model", "m", "--base-url", world.endpoint.url, "--processes", 2)
    world.run("batch", world.root / "questions.csv", "-o", out, *model)
    assert_marked(out.read_text(encoding="utf-8"))


def test_the_demo_is_unheard(world: World) -> None:
    world.run("demo")


def test_the_doctor_says_what_is_ignored(world: World) -> None:
    world.run("cost", "--json")
    world.run("doctor")
    told = {check["name"]: check["detail"] for check in world.run("doctor", "--privacy", "--json").json["checks"]}
    assert "LANGSMITH_TRACING" in told["tracing"] and "CHROMA_API_IMPL" in told["tracing"]
    assert "HTTPS_PROXY" in told["proxy"] and "not used" in told["proxy"]
    assert "not read" in told["current folder"]


def test_what_a_folder_brings_along_breaks_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CHROMA_SERVER_HTTP_PORT=none\n\xff\xfe")
    done = start("search", "power of the hall", "--json", cwd=tmp_path, COSCRIBE_HOME=str(world.root / "home"))
    assert done.code == 0, done.err
    assert_marked(done.out)


def test_without_any_network_all_is_well(world: World) -> None:
    """In a name space of its own there is not even a loopback address."""
    apart = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no name space can be made here")
    done = subprocess.run(
        [*apart, *PROGRAM, "ask", QUESTION, "--json"], cwd=world.root, capture_output=True, text=True, timeout=600,
        env={**os.environ, "COSCRIBE_HOME": str(world.root / "home")}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert_marked(done.stdout)
