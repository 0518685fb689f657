"""A folder of reports that changes at random while `ingest --watch` looks at it, and how the library should end."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.errors import LibraryError
from coscribe.vectorstore.ingest.report_files import content_hash

WORDS = ("turbine", "lantern", "orchard", "harbour", "granite", "meadow", "falcon", "copper", "willow", "ember")
PATIENCE = 90.0  # seconds that a library is given to come to rest


class Folder:
    """A folder to which random things happen; the same seed makes the same ones happen."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.dice = random.Random(seed)
        self.made = 0
        path.mkdir(parents=True)

    def change(self) -> str:
        """Do one thing to the folder and return what."""
        files = sorted(path for path in self.path.rglob("*.md"))
        deeds: list[Callable[[Path], None]] = [self.write, self.copy, self.move, self.delete]
        deed = self.write if not files else self.dice.choices(deeds, (4, 2, 3, 2))[0]
        chosen = self.dice.choice(files) if files else self.path
        deed(chosen)
        return f"{deed.__name__} {chosen.name}"

    def write(self, near: Path) -> None:
        """Write a new file, or another text into one that is there."""
        self.made += 1
        place = near if near.is_file() and self.dice.random() < 0.5 else self._name()
        words, year = " ".join(self.dice.choices(WORDS, k=8)), self.dice.randint(2027, 2036)
        place.write_text(f"# Harbour plan, part {self.dice.randint(1, 30)}\n\nThe {words} are due in {year}.\n")

    def copy(self, file: Path) -> None:
        """Copy a file under a new name."""
        self._name().write_bytes(file.read_bytes())

    def move(self, file: Path) -> None:
        """Move a file to another folder or name, perhaps over one that is there."""
        file.replace(self._name())

    def delete(self, file: Path) -> None:
        """Delete a file, now and then with the whole folder it lies in."""
        if file.parent != self.path and self.dice.random() < 0.3:
            shutil.rmtree(file.parent)
        else:
            file.unlink()

    def _name(self) -> Path:
        folder = self.path / self.dice.choice((".", ".", "north", "north/old", "south"))
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.dice.choice(WORDS)}-{self.dice.randint(1, 9)}.md"


class Watcher:
    """`ingest --watch` in a process of its own, which can be killed and started again."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._command = [sys.executable, "-P", "-m", "coscribe", "ingest", "--watch", str(folder), "--json"]
        self._command += ["--home", str(home), "--embedder", "none"]
        self._log = home.with_suffix(".log")
        self.start()

    def start(self) -> None:
        """Start it."""
        self._output = self._log.open("ab")
        self.process = subprocess.Popen(
            self._command, stdout=self._output, stderr=self._output, cwd=self._log.parent,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.wait()
        self._output.close()

    def stop(self) -> int:
        """End it as Ctrl-C does and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self._output.close()
        return code

    @property
    def said(self) -> str:
        """All it has put out so far."""
        return self._log.read_text(encoding="utf-8")


def files_held(library: coscribe.Library) -> list[str]:
    """Return the files of the reports a library holds, none for a library that is only just being made."""
    try:
        return [row.file for row in library.reports()]
    except LibraryError:  # no library yet, or a catalogue without its tables for a moment
        return []


def state(home: Path, folder: Path) -> dict[str, Any]:
    """Return what a library holds of a folder, but for the names that depend on the order of events.

    Of files with equal content one gives the report its name, whichever came first.
    """
    library = coscribe.Library(home / "library", embedder="none")
    texts: dict[str, list[str]] = {}
    for report in library.catalogue.reports() if files_held(library) else ():
        file = folder / report.file
        held = content_hash(file)[:16] == report.version if file.is_file() else False
        pages = [text for _, text in library.catalogue.page_texts(report.id)]
        texts[json.dumps(pages)] = [report.title, "" if held else f"{report.file} is not what it holds"]
    hits = {word: sorted({hit.text for hit in library.search(word, k=100)}) for word in WORDS} if texts else {}
    return {"texts": texts, "hits": hits}


def wait_until_equal(home: Path, folder: Path, fresh_home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the states of the watched library and of one made afresh, as soon as they are equal or time is up."""
    coscribe.Library(fresh_home / "library", embedder="none").ingest([folder], may_be_empty=True)
    fresh, until = state(fresh_home, folder), time.monotonic() + PATIENCE
    while (watched := state(home, folder)) != fresh and time.monotonic() < until:
        time.sleep(0.5)
    return watched, fresh


def live(folder: Folder, watcher: Watcher, operations: int, kills: int) -> None:
    """Let so many things happen to the folder, in bursts, while the watcher is killed now and then."""
    deaths = set(folder.dice.sample(range(operations), kills))
    for number in range(operations):
        folder.change()
        if number in deaths:
            time.sleep(folder.dice.random() * 2.5)
            watcher.kill()
            if folder.dice.random() < 0.5:
                folder.change()
            watcher.start()
        elif folder.dice.random() < 0.2:
            time.sleep(folder.dice.random() * 2)
    assert os.path.isdir(folder.path)
