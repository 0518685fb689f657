"""A reader that stays open in a process of its own while reports change, and the judge of what it saw.

The reports of a `Stage` are of three sorts: steady ones never change, changing ones get new words in every round, and
one guest comes and goes. As a program it asks the same three questions over and over, a line of JSON a round.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import coscribe

QUESTIONS = {"steady": "lighthouse", "changing": "windmill", "guest": "aqueduct"}
MANY = 200  # hits asked for: more than any question has
PAUSE = 0.002  # seconds between looks, so that a writer gets its share of the machine
FILLER = "The committee met in spring and took note of what the sites had sent in since the last session. "


def version_words(version: int) -> str:
    """A word that only this version of a report holds."""
    return "version" + "".join("abcdefghij"[int(digit)] for digit in str(version))


@dataclass
class Stage:
    """A folder of reports in a known state; `paragraphs` sets how long each one is."""

    folder: Path
    steady: int = 4
    changing: int = 4
    paragraphs: int = 6

    def set(self, version: int, *, guest: bool) -> None:
        """Write every report as it is at this version."""
        self.folder.mkdir(exist_ok=True)
        for number in range(self.steady):
            self._write(f"steady-{number}", f"The lighthouse of site {number} is steady.")
        for number in range(self.changing):
            self._write(f"changing-{number}", f"The windmill of site {number} has {version_words(version)} now.")
        if guest:
            self._write("guest", f"The aqueduct has {version_words(version)} now.")
        else:
            (self.folder / "guest.md").unlink(missing_ok=True)

    def _write(self, name: str, words: str) -> None:
        body = "\n\n".join([FILLER * 8, words] * self.paragraphs)
        (self.folder / f"{name}.md").write_text(f"# Report {name}\n\n{body}\n", encoding="utf-8")


@dataclass(frozen=True)
class Round:
    """One ingest: what the reports said before and after, and when it ran."""

    before: int
    after: int
    guest_before: bool
    guest_after: bool
    began: float
    ended: float


@dataclass
class Verdict:
    """What was seen over all rounds; `faults` is empty when every search was right."""

    searches: int = 0
    while_writing: int = 0
    faults: list[str] = field(default_factory=list)
    gap: float = 0.0  # the longest time a changing report showed neither its old nor its new words, in seconds


class Witness:
    """The process that reads: started on entering, ended with `seen`; `fresh` opens the library anew for each look."""

    def __init__(self, library: Path, record: Path, *, fresh: bool = False, embedder: str = "none") -> None:
        self._record = record
        command = [sys.executable, "-P", __file__, str(library), embedder, str(int(fresh))]
        with record.open("w", encoding="utf-8") as out, record.with_suffix(".err").open("w", encoding="utf-8") as err:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait_for(self, looks: int) -> None:
        """Wait until it has looked that often again."""
        assert self._process.stdin is not None
        wanted = self._looks() + looks
        while self._looks() < wanted:
            assert self._process.poll() is None, self._record.with_suffix(".err").read_text(encoding="utf-8")
            time.sleep(0.01)

    def seen(self) -> list[dict[str, Any]]:
        """End the process and return its looks, in order."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        code = self._process.wait(timeout=300)
        assert code == 0, self._record.with_suffix(".err").read_text(encoding="utf-8")
        return [json.loads(line) for line in self._record.read_text(encoding="utf-8").splitlines()]

    def _looks(self) -> int:
        return self._record.read_bytes().count(b"\n")


def judge(stage: Stage, rounds: list[Round], looks: list[dict[str, Any]]) -> Verdict:
    """Compare every look with what may have been seen at its time."""
    verdict = Verdict()
    missing: dict[str, float] = {}
    for look in looks:
        verdict.searches += len(QUESTIONS)
        may, guest_may, writing = _possible(rounds, look["began"], look["ended"])
        verdict.while_writing += len(QUESTIONS) * writing
        if look["error"]:
            verdict.faults.append(f"error: {look['error']}")
            continue
        steady = look["hits"]["steady"]
        wanted = {f"steady-{n}.md": [f"The lighthouse of site {n} is steady."] for n in range(stage.steady)}
        if steady != wanted:
            verdict.faults.append(f"steady reports were {sorted(steady)}")
        for number in range(stage.changing):
            name = f"changing-{number}.md"
            said = look["hits"]["changing"].get(name, [])
            if len(said) != 1 or said[0] not in {f"The windmill of site {number} has {v} now." for v in may}:
                verdict.faults.append(f"{name} said {said}, not one of {sorted(may)}")
                began = missing.setdefault(name, look["began"])
                verdict.gap = max(verdict.gap, look["ended"] - began)
            else:
                missing.pop(name, None)
        guest = look["hits"]["guest"].get("guest.md")
        if guest not in guest_may:
            verdict.faults.append(f"the guest said {guest}, not one of {guest_may}")
    return verdict


def _possible(rounds: list[Round], began: float, ended: float) -> tuple[set[str], list[list[str] | None], bool]:
    """Return the versions a look may have seen, what the guest may have said, and whether a writer was at work."""
    may: set[str] = set()
    guest: list[list[str] | None] = []
    writing = False
    for one in rounds:
        during = began <= one.ended and ended >= one.began
        writing = writing or during
        if during or (ended < one.began and not may):
            may.add(version_words(one.before))
            guest.append([f"The aqueduct has {version_words(one.before)} now."] if one.guest_before else None)
        if during:
            may.add(version_words(one.after))
            guest.append([f"The aqueduct has {version_words(one.after)} now."] if one.guest_after else None)
    if not may:
        may.add(version_words(rounds[-1].after))
        guest.append([f"The aqueduct has {version_words(rounds[-1].after)} now."] if rounds[-1].guest_after else None)
    return may, guest, writing


def look_at(library: coscribe.Library) -> dict[str, dict[str, list[str]]]:
    """Ask the three questions; per question and file, the distinct sentences that answer it."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, word in QUESTIONS.items():
        files: dict[str, set[str]] = {}
        for hit in library.search(word, MANY):
            said = {line for line in hit.text.splitlines() if word in line}
            if said:
                files.setdefault(hit.file, set()).update(said)
        found[name] = {file: sorted(said) for file, said in files.items()}
    return found


def watch(folder: str, embedder: str, fresh: bool) -> None:
    """Look until standard input is closed."""
    import threading

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    library = coscribe.Library(folder, embedder=embedder)
    while not ended.is_set():
        if fresh:
            library = coscribe.Library(folder, embedder=embedder)
        look: dict[str, Any] = {"began": time.monotonic(), "error": None, "hits": {}}
        try:
            look["hits"] = look_at(library)
        except Exception as error:  # noqa: BLE001 - whatever a reader is thrown is what is being looked for
            look["error"] = f"{type(error).__name__}: {error}"
        look["ended"] = time.monotonic()
        print(json.dumps(look), flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    watch(sys.argv[1], sys.argv[2], sys.argv[3] == "1")
