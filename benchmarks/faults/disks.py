"""A disk that is full, a library that may not be written to, and streams that are closed: what commands make of it.

The disks are small ones in memory, mounted where only this program sees them; where the system does not permit that,
their rows are left out. Every command must end with a documented code and one line, without a traceback; what a full
disk stopped is done once there is room; a read-only library answers as it did.
Usage: `python benchmarks/faults/disks.py [--runs 3] [--seed 1] [--only WORDS]`; `runs` is how many sizes are tried.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import shelf
from coscribe.core.errors import PRECEDENCE
from doubles.command_line import PROGRAM
from shelf import QUESTION, drafting, environment
from table import Table, chosen

_INSIDE = "FAULTS_OWN_MOUNTS"
_LONGEST = 120  # seconds a command may take


class Bench:
    """A library, and commands as programs of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.endpoint = folder, shelf.serve()
        self.reports = shelf.write_reports(folder / "reports")
        self.home, self.work = folder / "home", folder / "work"
        self.work.mkdir()
        self._environ = environment(self.endpoint, self.home)
        (self.work / "in.csv").write_text("".join(f"{row}\n" for row in shelf.BATCH), encoding="utf-8")

    def run(self, *arguments: object, stdin: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [*PROGRAM, *map(str, arguments)], cwd=self.work, env={**self._environ, **environ}, input=stdin,
            capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_LONGEST, check=False,
        )  # fmt: skip

    def shell(self, redirected: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """Run a command in a shell, its streams turned elsewhere."""
        line = f"{' '.join([*PROGRAM, *(repr(str(argument)) for argument in arguments)])} {redirected}"
        return subprocess.run(
            ["bash", "-c", line], cwd=self.work, env=self._environ, capture_output=True, text=True, encoding="utf-8",
            errors="replace", timeout=_LONGEST, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip


def faults_of(name: str, done: "subprocess.CompletedProcess[str]", wanted: Sequence[int]) -> list[str]:
    """Return what is wrong with how a command ended."""
    found = [
        f"{name}: {word!r} on its screen ({(done.stdout + done.stderr).strip().splitlines()[-1][:160]})"
        for word in ("Traceback", "Exception ignored")
        if word in done.stdout + done.stderr
    ]
    if done.returncode not in wanted:
        found.append(f"{name}: ended with {done.returncode} ({done.stderr.strip().splitlines()[-1:]})")
    said = [line for line in done.stderr.splitlines() if line.startswith("coscribe: ")]
    if done.returncode in (2, 3) and len(said) != 1:
        found.append(f"{name}: {len(said)} messages")
    return found


def small_disk(folder: Path, kilobytes: int) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)], check=True)


def enlarge(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=200m", str(folder)], check=True)


def full_library(bench: Bench, kilobytes: int) -> list[str]:
    """Take reports in on a disk that is too small, then on one that is not."""
    disk = bench.folder / f"disk-{kilobytes}"
    small_disk(disk, kilobytes)
    found = faults_of("ingest", bench.run("ingest", bench.reports, "--home", disk / "home"), PRECEDENCE)
    found += faults_of("search", bench.run("search", "electrical power", "--home", disk / "home"), PRECEDENCE)
    enlarge(disk)
    found += faults_of("ingest with room", bench.run("ingest", bench.reports, "--home", disk / "home"), (0,))
    done = bench.run("ask", QUESTION, "--json", "--home", disk / "home")
    found += faults_of("ask with room", done, (0,))
    found += shelf.misquoted(json.loads(done.stdout), bench.reports) if done.returncode == 0 else []
    subprocess.run(["umount", str(disk)], check=False)
    return found


def full_state(bench: Bench, kilobytes: int) -> list[str]:
    """Ask with a state on a disk that is too small: what was asked is answered, or a line says why not."""
    disk, model = bench.folder / f"state-{kilobytes}", drafting(bench.endpoint)
    small_disk(disk, kilobytes)
    options = ["--home", disk / "home", "--library", bench.home / "library"]
    found: list[str] = []
    for name, arguments in (("ask", ["ask", QUESTION]), ("drafted", ["ask", QUESTION, *model]), ("cost", ["cost"]),
                            ("note", ["note", "electrical power"])):  # fmt: skip
        found += faults_of(name, bench.run(*arguments, *options), PRECEDENCE)
    enlarge(disk)
    found += faults_of("ask with room", bench.run("ask", QUESTION, *options), (0,))
    found += faults_of("cost with room", bench.run("cost", *options), (0,))
    subprocess.run(["umount", str(disk)], check=False)
    return found


def full_journal(bench: Bench, kilobytes: int) -> list[str]:
    """Answer a batch onto a disk that is too small, then onto one that is not: nothing is paid for twice."""
    disk, model = bench.folder / f"out-{kilobytes}", drafting(bench.endpoint)
    small_disk(disk, kilobytes)
    command = ["batch", "in.csv", "-o", disk / "out.jsonl", "--json", *model]
    cacheless = {"COSCRIBE_CACHE_MEGABYTES": "0"}
    found = faults_of("batch", bench.run(*command, **cacheless), PRECEDENCE)
    journal = disk / "out.jsonl.journal"
    kept = journal.read_bytes().count(b'"record"') if journal.exists() else 0
    enlarge(disk)
    bench.endpoint.meter.requests.clear()
    found += faults_of("batch with room", bench.run(*command, **cacheless), (0, 1))
    again = len([request for request in bench.endpoint.meter.requests if "input" not in request])
    if again > len(shelf.BATCH) - 1 - max(0, kept - 1):  # of the rows counted, the last may be torn
        found.append(f"{again} questions were asked again, though {kept} were journaled")
    lines = (disk / "out.jsonl").read_text("utf-8").splitlines() if (disk / "out.jsonl").exists() else []
    if [json.loads(line)["question"] for line in lines] != list(shelf.BATCH[1:]):
        found.append("the output is not whole")
    subprocess.run(["umount", str(disk)], check=False)
    return found


def read_only(bench: Bench) -> list[str]:
    """Read a library that nobody may write to, with a state elsewhere."""
    place = bench.folder / "mounted"
    place.mkdir()
    subprocess.run(["mount", "--bind", str(bench.home / "library"), str(place)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
    options, found = ["--home", bench.folder / "elsewhere", "--library", place], []
    before = sorted(path.name for path in place.rglob("*"))
    for name, arguments in (("search", ["search", "electrical power", "--json"]), ("ask", ["ask", QUESTION, "--json"]),
                            ("reports", ["reports", "list", "--json"]), ("doctor", ["doctor"]),
                            ("note", ["note", "electrical power"])):  # fmt: skip
        done = bench.run(*arguments, *options)
        found += faults_of(name, done, (0, 1) if name == "doctor" else (0,))
        found += (
            shelf.misquoted(json.loads(done.stdout), bench.reports) if name == "ask" and not done.returncode else []
        )
    found += faults_of("chat", bench.run("chat", *options, stdin=f"{QUESTION}\n/quit\n"), (0,))
    for name, arguments in (("ingest", ["ingest", bench.reports]), ("rebuild", ["reports", "rebuild"]),
                            ("remove", ["reports", "remove", "one.md"])):  # fmt: skip
        done = bench.run(*arguments, *options)
        found += faults_of(name, done, (3,))
        if "read-only" not in done.stderr.lower():
            found.append(f"{name}: no word of read-only in {done.stderr.strip().splitlines()[-1:]}")
    found += [] if before == sorted(path.name for path in place.rglob("*")) else ["its files are others"]
    subprocess.run(["umount", str(place)], check=False)
    return found


# How streams are turned elsewhere, and the codes that a command may end with then; 141 is what a shell makes of a pipe.
STREAMS = (
    ("stdout is a pipe that nobody reads", "| true; exit ${PIPESTATUS[0]}", (0, 1, 2, 3, 141)),
    (
        "stdout is a pipe that is closed after a byte",
        "| head -c 1 >/dev/null; exit ${PIPESTATUS[0]}",
        (0, 1, 2, 3, 141),
    ),
    ("stdout is closed", ">&-", (0, 1, 2, 3, 74)),
    ("stderr is closed", "2>&-", (0, 1)),
    ("stdin is closed", "<&-", (0, 1, 2)),
    ("all three are closed", "<&- >&- 2>&-", (0, 1, 2, 3, 74)),
    ("stdout is /dev/full", ">/dev/full", (1, 2, 3, 74)),
    ("stderr is /dev/full", "2>/dev/full", (0, 1)),
)


def main() -> None:
    """Try everything, and print a row each."""
    options = chosen(__doc__, runs=3, of="how many sizes of disk are tried")
    if not os.environ.get(_INSIDE):
        allowed = (
            subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
            if shutil.which("unshare")
            else None
        )
        if allowed is not None and allowed.returncode == 0:
            os.execvpe("unshare", ["unshare", "-rm", sys.executable, *sys.argv], {**os.environ, _INSIDE: "1"})
    chance = random.Random(options.seed)
    table = Table("## Full disks, read-only libraries, closed streams (`benchmarks/faults/disks.py`)")
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        shelf.fill(bench.home, bench.reports, bench.work, bench.endpoint)
        if os.environ.get(_INSIDE):
            # The sizes run from too small to begin with to nearly enough.
            for what, work, sizes in (("library", full_library, (60, 300, 1200)), ("state", full_state, (30, 150, 400)),
                                      ("journal", full_journal, (4, 12, 24))):  # fmt: skip
                if options.only in f"the disk of the {what} is full":
                    tried = [size + chance.randrange(size) for size in sizes * options.runs][: options.runs]
                    lost = [f"{size} kB: {line}" for size in tried for line in work(bench, size)]
                    table.row(
                        f"the disk of the {what} is full", f"{len(tried)} ({', '.join(map(str, tried))} kB)", lost
                    )
            if options.only in "the library is read-only":
                table.row("the library is read-only", 1, read_only(bench))
        else:
            print(
                "mounts of its own are not permitted here: no rows for full disks and read-only libraries",
                file=sys.stderr,
            )
        commands = (["search", "electrical power"], ["ask", QUESTION], ["reports", "list"], ["cost"], ["doctor"],
                    ["batch", "in.csv", "-o", "streams.jsonl"], ["--help"], ["ask", "--json", QUESTION])  # fmt: skip
        for what, redirected, wanted in STREAMS:
            if options.only in what:
                lost = [line for command in commands
                        for line in faults_of(command[0], bench.shell(redirected, *command), wanted)]  # fmt: skip
                table.row(what, len(commands), lost)
    table.end()


if __name__ == "__main__":
    main()
