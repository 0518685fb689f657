"""The program with its streams closed, full or left by their reader: an exit code, at most one line, no traceback."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import coscribe
import pytest
from doubles.command_line import PROGRAM

pytestmark = pytest.mark.skipif(os.name == "nt", reason="streams are handed over by a POSIX shell")

QUESTION = "What takes energy?"
COMMANDS = {
    "--help": 0, "frobnicate": 2, "reports": 0, "reports list --csv": 0, "cost --csv": 0, "reports --library none": 3,
    "search energy --json": 0, "ask -": 0, "chat": 0, "batch q.csv -o {}.jsonl --json": 0,
    "ingest report.md --home {}": 0,
}  # fmt: skip
CLOSED = ("<&- >&- 2>&-", ">&-")
FULL = (">/dev/full", "2>/dev/full")
STATES = (*CLOSED, *FULL, "gone")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("streams")
    (place / "report.md").write_text("# A report\n\nCooling takes energy.\n", encoding="utf-8")
    (place / "q.csv").write_text(f"question\n{QUESTION}\n", encoding="utf-8")
    (place / "question").write_text(f"{QUESTION}\n", encoding="utf-8")
    coscribe.Library(place / "home" / "library", embedder="none").ingest([place / "report.md"])
    done = begin(place, ["ask", QUESTION, "--json"], "").communicate(timeout=300)
    (place / "a.json").write_text(done[0], encoding="utf-8")
    return place


def begin(here: Path, arguments: list[str], handed: str, out: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    """Start the program by a shell that hands its streams over as `handed` says; stdin is a file with a question."""
    environ = {**os.environ, "COSCRIBE_HOME": str(here / "home"), "COSCRIBE_EMBEDDER": "none"}
    question = here / "question"
    with question.open() if question.exists() else open(os.devnull) as stdin:
        return subprocess.Popen(
            ["sh", "-c", f'exec "$@" {handed}', "sh", *PROGRAM, *arguments], cwd=here, env=environ, stdin=stdin,
            stdout=out, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip


def ended(here: Path, command: str) -> dict[str, Ended]:
    """Return how a command ended in each state of its streams; all of them are started side by side."""
    programs = {}
    for number, state in enumerate(STATES):
        arguments = command.format(f"out{number}").split()
        if state != "gone":
            programs[state] = begin(here, arguments, state)
            continue
        reader, writer = os.pipe()
        os.close(reader)
        programs[state] = begin(here, arguments, "", writer)
        os.close(writer)
    said = {state: program.communicate(timeout=600) for state, program in programs.items()}
    return {state: Ended(programs[state].returncode, out or "", err) for state, (out, err) in said.items()}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_the_streams_a_command_ends_with_its_code_and_without_a_traceback(command: str, here: Path) -> None:
    own = COMMANDS[command]
    for state, done in ended(here, command).items():
        lost = state == FULL[0] and own == 0
        asks = command in ("ask -",) and state == CLOSED[0]  # with stdin closed there is no question
        assert (state, done.code) == (state, 1 if lost else 2 if asks else own), done.err
        assert "Traceback" not in done.err and "Exception ignored" not in done.err and "unforeseen" not in done.err
        said = [line for line in done.err.splitlines() if line.startswith("coscribe: ")]
        if lost:
            assert len(said) == 1 and "standard output takes no more (no space left on device)" in said[0]
            assert done.err.endswith(f"{said[0]}\n")
        else:
            assert len(said) == (1 if own and "2>" not in state else 0), done.err
        if own == 0 and state == FULL[1]:
            assert done.out
    assert not (here / "home" / "state" / "crash.txt").exists()


@pytest.mark.parametrize("command", ["ask -", "chat"])
def test_bytes_that_are_no_text_are_no_question(command: str, here: Path) -> None:
    (here / "random").write_bytes(bytes(range(256)) * 40)
    program = begin(here, command.split(), "<random")
    out, err = program.communicate(timeout=300)
    assert (program.returncode, out) == (2, "")
    assert [line for line in err.splitlines() if "UTF-8" in line] == err.splitlines()[-1:]


@pytest.mark.parametrize(
    ("argument", "environ", "says"),
    [(b"caf\xe9?", {}, "write it in UTF-8"),
     ("café?".encode(), {"PYTHONUTF8": "0", "LC_ALL": "C"}, "set PYTHONUTF8=1")],
)  # fmt: skip
def test_an_argument_in_another_encoding_is_refused(argument: bytes, environ: dict[str, str], says: str) -> None:
    done = subprocess.run(
        [*map(os.fsencode, PROGRAM), b"search", argument], env={**os.environ, **environ}, capture_output=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"coscribe: the argument 'caf") and done.stderr.decode().endswith(f": {says}\n")


def test_a_pipe_that_another_process_has_made_non_blocking_gets_everything(here: Path) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    many = "".join(f"# Report {number}\n\n{'Cooling takes energy. ' * 40}\n\n" for number in range(200))
    (here / "long.md").write_text(many, encoding="utf-8")
    coscribe.Library(here / "long", embedder="none").ingest([here / "long.md"])
    program = begin(here, ["search", "energy", "-k", "1000", "--json", "--library", "long"], "", writer)
    os.close(writer)
    assert program.stderr is not None
    assert program.stderr.readline()  # by now it is at work; its pipe takes 64 KiB
    with open(reader, encoding="utf-8") as out:
        text = out.read()
    assert (program.wait(300), program.stderr.read()) == (0, "")
    program.stderr.close()
    assert len(text) > 70_000 and text.endswith("}\n")


def test_a_folder_that_is_gone_is_one_line(here: Path) -> None:
    command = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    done = subprocess.run(["sh", "-c", command, "sh", *PROGRAM, "reports"], cwd=here, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("coscribe: the current folder cannot be told")


def test_what_nobody_foresaw_is_one_line_and_a_file_without_any_text(here: Path) -> None:
    broken = (
        "import sys\nimport coscribe.commands.search as command\nfrom coscribe.__main__ import main\n"
        "def search(options):\n    raise LookupError(options['query'])\n"
        "command.search = search\nsys.argv = ['coscribe', 'search', 'secret', '--home', 'own']\nmain()\n"
    )
    done = subprocess.run([PROGRAM[0], "-P", "-c", broken], cwd=here, capture_output=True, text=True, timeout=300,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    details = here / "own" / "state" / "crash.txt"
    assert line.startswith("coscribe: unforeseen LookupError") and str(details) in line
    text = details.read_text(encoding="utf-8")
    assert "secret" not in text + line and "LookupError" in text and "cli.py:" in text
    assert details.stat().st_mode & 0o777 == 0o600
