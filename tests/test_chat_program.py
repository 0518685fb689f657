"""The chat as a person meets it: the program on a terminal, from the first prompt to a session that is reopened."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from doubles.command_line import HEARING, PROGRAM, run
from doubles.desk import Asked, Author, Shelf, draft
from doubles.endpoint import Endpoint, Json

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from doubles.terminal import Terminal

POWER = "How much power may a post-exascale site draw in Europe?"
JAPAN = "How much power may a post-exascale site draw in Japan?"
SUPPORTED = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030"


class Analyst:
    """The model of the session: drafts what stands in the evidence and one thing that does not, rewrites follow-ups."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.author = Author(self.write)
        endpoint.reply = self

    def __call__(self, request: Json) -> Json | str:
        if "The analyst now asks: and in Japan?" in str(request):
            return {"question": JAPAN}
        if "The analyst now asks:" in str(request):
            return {"question": f"{JAPAN[:-1]}, since when?"}
        return self.author(request)

    def write(self, asked: Asked) -> Json:
        words = "could draw 40 MW" if asked.holds("could draw 40 MW") else "20 MW"
        found = [line for line in asked.lines if words in line.text][:1]
        wrong = [([found[0].number], "The site will draw 99 MW.")] if found else []
        return draft(*(([line.number], line.text) for line in found), *wrong, missing=() if found else ("power",))


@pytest.fixture
def chat(shelf: Shelf, endpoint: Endpoint, priced: None, tmp_path: Path) -> Callable[..., list[str]]:
    """Returns the command that starts the chat."""
    Analyst(endpoint)
    state = tmp_path / "home" / "state" / "coscribe.toml"
    state.write_text("cache_megabytes = 0\nmax_retries = 0\n" + state.read_text("utf-8"), encoding="utf-8")

    def command(*options: str) -> list[str]:
        places = ("--home", str(tmp_path / "home"), "--library", str(shelf.library.folder), "--embedder", "none")
        return [*PROGRAM, "chat", *places, "--model", "m", "--base-url", endpoint.url, *options]

    return command


def test_a_session_of_fifteen_turns(chat, endpoint: Endpoint, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    turns = [
        (POWER, [f"› {POWER}", SUPPORTED, "[1] Strategy for Post-Exascale Sites 2026", "Left out", "99 MW", "2 calls"]),
        ("and in Japan?", [f"understood as “{JAPAN}”", "could draw 40 MW", "searched 1 report"]),
        ("/sources", ["› /sources", "“A post-exascale site in Japan could draw 40 MW”"]),
        ("/open 1", ["Power of the site", "The connection to the grid could be ready in 2031"]),
        ("/why", ["What the agents did", f"understood: as “{JAPAN}”", "Left out, and why", "2 in full"]),
        ("/scope Japan", ["asked: Japan (1 report)"]),
        ("/reports", ["japan-talk-2026-", "1 report · 7 pages"]),
        ("/model", ["drafts: m"]),
        ("/cost", ["this session: $0.0", "drafter", "retriever"]),
        ("/cap 0.90", ["left for this session"]),
        ("/note power", ["What each region says", "could draw 40 MW", "/save FILE.md writes it"]),
        (f"/save {note}", ["written to"]),
        ("/sessions", ["last used", "coscribe chat --session ID goes on"]),
        ("/help", ["/scope [REGION, REPORT …]", "Alt-Enter"]),
        ("/qiut", ["unknown command '/qiut': did you mean /quit?"]),
    ]
    with Terminal(chat("--max-cost", "0.80"), cwd=tmp_path) as terminal:
        terminal.wait_for("coscribe · all 7 reports · m · /help shows what you can type")
        for typed, expected in turns:
            before = terminal.flat
            terminal.enter(typed)
            terminal.wait_for(*expected, after=before)
        assert "# Power" in note.read_text("utf-8")
        assert '"document"' in note.with_name(f"{note.name}.json").read_text("utf-8")
        assert terminal.screen[-1] == "" or "m · Japan (1 report)" in "\n".join(terminal.screen)

        endpoint.delay, sent = 20, len(endpoint.meter.requests)
        terminal.enter("What does Japan plan for quantum machines?")
        terminal.wait_for("working")
        terminal.wait_until(lambda: len(endpoint.meter.requests) > sent, "the call to be under way")
        terminal.type("typed while it works")
        terminal.wait_until(lambda: "› typed while it works" in terminal.screen, "what is typed to appear")
        terminal.press("ctrl-c")
        terminal.wait_for("given up; what it cost so far is booked")
        # Neither the session nor the line is lost.
        terminal.wait_until(lambda: "› typed while it works" in terminal.screen, "the line to be there still")
        terminal.press("ctrl-c")
        endpoint.delay = 0

        terminal.resize(40, 30)
        terminal.enter("/why")
        terminal.wait_for("What does Japan plan for quantum machines?")
        terminal.wait_until(lambda: any(row.startswith("m · Japan") for row in terminal.screen), "the status line")
        assert max(map(len, terminal.screen)) <= 40
        terminal.enter("/clear")
        terminal.wait_for("a new session begins with the next question")
        terminal.enter("/quit")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.transcript

        assert "coscribe chat --continue goes on with it" not in terminal.flat  # the new session had no turn yet

    with Terminal(chat("--continue"), cwd=tmp_path) as again:
        again.wait_for("4 turns", f"› {POWER}", "What does Japan plan for quantum machines? (given up, $0.")
        again.enter("since when?")
        again.wait_for(f"understood as “{JAPAN[:-1]}, since when?”", "could draw 40 MW")
        endpoint.delay, sent = 30, len(endpoint.meter.requests)
        again.enter("What does France plan for quantum machines?")
        again.wait_until(lambda: len(endpoint.meter.requests) > sent, "the call to be under way")
        again.kill()

    endpoint.delay = 0
    after = subprocess.run(chat("--continue"), input="", capture_output=True, text=True, cwd=tmp_path, timeout=300)
    (told,) = re.findall(
        r"^› What does France plan for quantum machines\? \(interrupted, \$(.*)\)$", after.stdout, re.M
    )
    assert float(told) > 0 and "› since when?" in after.stdout and after.returncode == 0
    listed = run("cost", "--by", "run", "--home", tmp_path / "home", "--json").json
    (row,) = listed["rows"]
    (pending,) = [one for one in run("cost", "--by", "question", "--home", tmp_path / "home", "--json").json["rows"]
                  if "France" in one["key"]]  # fmt: skip
    assert float(pending["usd"]) == pytest.approx(float(told), abs=5e-5) and float(row["usd"]) > float(told)


def test_what_is_typed_ahead_waits_and_ctrl_d_leaves(chat, tmp_path: Path) -> None:
    began = time.monotonic()
    with Terminal(chat("--quotes-only", "--region", "Japan"), cwd=tmp_path, columns=60, NO_COLOR="1") as terminal:
        terminal.enter("How much power may a site draw?")  # no prompt is there yet, nor anything that could answer
        terminal.wait_for("›")
        shown = time.monotonic() - began
        terminal.wait_for("next: How much power may a site draw? › ask the reports")
        terminal.type("two lines")
        terminal.press("alt-enter")
        terminal.type("of one question")
        terminal.wait_for("Japan (1 report)", "could draw 40 MW")
        assert time.monotonic() - began > shown
        terminal.wait_until(
            lambda: "› two lines" in terminal.screen and "  of one question" in terminal.screen, "two lines"
        )
        terminal.press("enter")
        terminal.wait_for("› two lines of one question", "found in the 1 readable report")
        terminal.press("up")
        terminal.wait_until(lambda: "› two lines" in terminal.screen, "the line before")
        terminal.press("ctrl-c", "ctrl-c")
        terminal.wait_for("/quit or Ctrl-D leaves")
        terminal.type("/sc")
        terminal.press("tab")
        terminal.wait_until(lambda: "› /scope" in terminal.screen, "the completed command")
        terminal.press("ctrl-c", "ctrl-d")
        assert terminal.wait() == 0
        assert "2 turns · $0 · coscribe chat --continue goes on with it" in terminal.flat
        assert not re.search(rb"\x1b\[([0-9;]*;)?([34][0-8]|9[0-7]|10[0-7])(;[0-9;]*)?m", terminal.received)
    history = tmp_path / "home" / "state" / "chat-history"
    assert history.stat().st_mode & 0o777 == 0o600 and "two lines" in history.read_text("utf-8")


def test_the_prompt_waits_for_nothing_heavy() -> None:
    code = "import sys, coscribe.cli, coscribe.commands.chat.chat; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=300)
    heavy = {"openai", "langgraph", "chromadb", "onnxruntime", "numpy", "tantivy", "pydantic", "rich", "markdown_it"}
    assert "prompt_toolkit" in done.stdout.split() and not heavy & set(done.stdout.split())


def test_a_remote_host_is_asked_for_beside_the_prompt(chat, endpoint: Endpoint, tmp_path: Path) -> None:
    with Terminal(chat(), cwd=tmp_path, COSCRIBE_TRUST_HOSTS="") as terminal:
        terminal.wait_for("'m' runs at 127.0.0.1", "allow it from now on? [y/N]")
        assert not endpoint.meter.requests
        terminal.enter("n")
        assert terminal.wait() == 2
        assert "nothing was sent to 127.0.0.1" in terminal.flat


def test_a_pipe_gets_plain_text(chat, tmp_path: Path) -> None:
    lines = f"{POWER}\nand in Japan?\n/open 1\n\nnaïve\n/quit\nnever asked\n".encode()
    done = subprocess.run(
        chat("--quotes-only"), input=lines,
        capture_output=True, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0 and "\x1b" not in out + err and "never asked" not in out
    assert f"understood as “{JAPAN}”" in out and "»» A post-exascale site in Japan could draw 40 MW ««" in out
    assert err.splitlines() == ["coscribe · all 7 reports · quotes only · /help shows what you can type"]


def test_a_line_of_a_pipe_that_is_no_utf8_ends_it(chat, tmp_path: Path) -> None:
    lines = f"{POWER}\nna".encode() + b"\xefve\nnever asked\n"
    done = subprocess.run(chat("--quotes-only"), input=lines, capture_output=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 2 and "20 MW" in done.stdout.decode() and b"never asked" not in done.stdout
    _, last = done.stderr.decode().splitlines()
    assert "UTF-8" in last


def test_an_interrupted_pipe_ends_with_130(chat, endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.delay = 20
    command = [*HEARING, *chat()[len(PROGRAM) :]]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, text=True
    ) as program:
        assert program.stdin is not None
        program.stdin.write(f"{POWER}\n")
        program.stdin.flush()
        deadline = time.monotonic() + 300
        while not endpoint.meter.requests and time.monotonic() < deadline:
            time.sleep(0.02)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=300)
    assert program.returncode == 130 and err.splitlines()[-1] == "coscribe: interrupted"
    (row,) = run("cost", "--by", "agent", "--home", tmp_path / "home", "--json").json["rows"]
    assert row["calls"] == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--session", "nowhere"], 2, "there is no session 'nowhere'"),
        (["--region", "Atlantis"], 2, "no report has the region 'Atlantis'"),
        (["--library", "no/such"], 3, "no library at"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    options: list[str], code: int, said: str, shelf: Shelf, tmp_path: Path
) -> None:
    places = ["--home", tmp_path / "home", "--library", shelf.library.folder, "--embedder", "none"]
    done = run("chat", *places, *options)
    assert done.code == code and said in done.message
    assert not Path("no").exists()  # asking for a library makes none


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_same_under_tmux(chat, tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]

    def call(*words: str) -> str:
        return subprocess.run([*tmux, *words], capture_output=True, text=True, check=True, timeout=150).stdout

    def wait_for(words: str) -> None:
        deadline = time.monotonic() + 300
        while words not in " ".join(call("capture-pane", "-p", "-S", "-500", "-t", "chat").split()):
            assert time.monotonic() < deadline, call("capture-pane", "-p", "-t", "chat")
            time.sleep(0.05)

    command = chat("--quotes-only")
    call("new-session", "-d", "-s", "chat", "-x", "80", "-y", "30", "-c", str(tmp_path), *command)
    try:
        wait_for("/help shows what you can type")
        call("send-keys", "-t", "chat", "-l", POWER)
        call("send-keys", "-t", "chat", "Enter")
        wait_for("at most 20 MW of peak electrical power by")
        call("resize-window", "-t", "chat", "-x", "40", "-y", "24")
        call("send-keys", "-t", "chat", "-l", "and in Japan?")
        call("send-keys", "-t", "chat", "Enter")
        wait_for("could draw 40 MW")
        assert max(map(len, call("capture-pane", "-p", "-t", "chat").splitlines())) <= 40
        call("send-keys", "-t", "chat", "C-d")
        deadline = time.monotonic() + 150
        while subprocess.run([*tmux, "has-session", "-t", "chat"], capture_output=True, check=False).returncode == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False, timeout=150)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_at_the_prompt_leaves_the_terminal_as_it_was(chat, tmp_path: Path, number: int, code: int) -> None:
    command = [*HEARING, *chat()[len(PROGRAM) :]]
    with Terminal(command, cwd=tmp_path) as terminal:
        terminal.wait_for("ask the reports", "/help shows")
        assert not terminal.echoes
        terminal.type("half a quest")
        terminal.wait_for("half a quest")
        os.kill(terminal.pid, number)
        terminal.wait_until(lambda: terminal.echoes, "the terminal to be put right")
        assert terminal.wait() == code
        assert "Traceback" not in terminal.transcript
