"""Kills an ingest at random moments and checks that a rerun leaves the library as if nothing had happened.

Each round starts `coscribe ingest` on the sample reports in a process of its own, ends it with SIGKILL after a random
time, notes what it had acknowledged, runs it again to the end, and compares the library with an undisturbed one: by
content, and passage by passage in both indexes. Usage: `python benchmarks/kill.py [--rounds 30] [--seed 1]`.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

from coscribe.vectorstore.library import Library

# Everything a library says, without the ids and moments that differ from run to run.
CONTENT = {
    "reports": """SELECT id, file, version, pages, title, region, status, supersedes, superseded_by FROM reports
        ORDER BY id""",
    "files": "SELECT file, hash, state, reason, report FROM files ORDER BY file",
    "versions": "SELECT version, report FROM versions ORDER BY version, report",
    "pages": "SELECT report, number, label, state, text FROM pages ORDER BY report, number",
    "passages": "SELECT * FROM passages ORDER BY id",
    "segments": """SELECT s.report, s.position, s.passage, s.kind, s.start, s."end", l.position, h.position, c.position
        FROM segments s LEFT JOIN segments l ON l.id = s.lead_in LEFT JOIN segments h ON h.id = s.header
        LEFT JOIN segments c ON c.id = s.continues ORDER BY s.report, s.position""",
    "legs": "SELECT leg, report, version FROM legs ORDER BY leg, report",
}


def contents(home: Path) -> dict[str, str]:
    """Return a digest of each kind of content of the library below a home."""
    with sqlite3.connect(home / "library" / "catalogue.sqlite") as connection:
        return {
            name: hashlib.sha256(repr(connection.execute(query).fetchall()).encode()).hexdigest()[:12]
            for name, query in CONTENT.items()
        }


def acknowledged(home: Path) -> set[tuple[str, str]]:
    """Return the reports, with their versions, that a library had committed when its writer was killed."""
    path = home / "library" / "catalogue.sqlite"
    if not path.is_file():
        return set()
    with sqlite3.connect(path) as connection:
        if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'reports'").fetchall():
            return set()
        return set(connection.execute("SELECT id, version FROM reports").fetchall())


def ingest(home: Path, reports: Path) -> "subprocess.Popen[bytes]":
    """Start an ingest in a process group of its own, so that its readers die with it."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "coscribe", "ingest", str(reports), "--home", str(home)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def copy_samples(folder: Path) -> Path:
    """Copy the shipped sample reports."""
    folder.mkdir()
    for item in files("coscribe.samples").iterdir():
        if item.is_file() and not item.name.startswith("__"):
            (folder / item.name).write_bytes(item.read_bytes())
    return folder


def main() -> None:
    """Run the rounds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reports = copy_samples(folder / "reports")
        began = time.monotonic()
        ingest(folder / "undisturbed", reports).wait()
        whole = time.monotonic() - began
        wanted = contents(folder / "undisturbed")
        print(f"undisturbed: {whole:.1f} s; {options.rounds} rounds with seed {options.seed}")
        bad, mid_way = 0, 0
        for number in range(1, options.rounds + 1):
            home = folder / f"disturbed-{number}"
            moment = chance.uniform(0.2, 1.0) * whole
            process = ingest(home, reports)
            time.sleep(moment)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kept = acknowledged(home)
            mid_way += bool(kept)
            code = ingest(home, reports).wait()
            faults = [name for name, digest in contents(home).items() if digest != wanted[name]]
            faults += Library(home / "library").inconsistencies()
            faults += ["something acknowledged was lost"] if kept - acknowledged(home) else []
            bad += bool(faults)
            shutil.rmtree(home)
            print(f"{number:>3}: killed at {moment:4.1f} s with {len(kept)} reports kept, rerun ended with {code}: "
                  f"{'; '.join(faults) or 'equal'}")  # fmt: skip
        print(f"{options.rounds - bad} of {options.rounds} equal; {mid_way} were killed with reports already kept")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
