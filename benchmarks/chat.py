"""How the chat feels: time to the first prompt, from verdicts and keys to the screen, and after 200 turns.

Usage: `python benchmarks/chat.py [--starts 7] [--claims 120] [--turns 200]`. The program runs on a pseudo-terminal of
its own; what is on screen is read by an emulator, and times are those at which the bytes arrived. The first prompt is
compared with a bare interpreter that prints one, keys during an answer with keys at rest, the last turns with the
first.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import coscribe
from coscribe.commands.chat.talking import TURN_SECONDS
from coscribe.core.conversation import OpenedPage, Standing, Turn
from coscribe.core.cost import Cost
from coscribe.core.events import Event, OnEvent
from coscribe.core.shapes import Answer, Citation, Claim, ReportRow
from coscribe.core.types import EVERYTHING, Scope
from coscribe.terminal.chat.input_line import InputLine
from coscribe.terminal.chat.talk import Talk
from coscribe.terminal.console import screen
from coscribe.tools.evidence.opened_page import open_page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.command_line import PROGRAM, copy_samples
from doubles.terminal import Terminal

BARE = (sys.executable, "-P", "-c", "print('\u203a', flush=True); input()")
QUESTIONS = ("How much power may a site draw?", "What is said of cooling?", "What does Japan plan?", "and in France?")
PAUSE = 0.05  # seconds between claims, and between keys
ANSWERED = "nothing left this machine"


def shown(numbers: Sequence[float]) -> str:
    ordered = sorted(numbers)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"median {1000 * statistics.median(ordered):.0f}, p95 {1000 * p95:.0f}, most {1000 * ordered[-1]:.0f} ms"


def first_prompt(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return the seconds from the start of a command to its prompt, and the CPU seconds it took until then."""
    found: list[tuple[float, float]] = []
    began = time.monotonic()

    def look(when: float, rows: Sequence[str]) -> None:
        if not found and "›" in rows[0]:
            found.append((when - began, cpu_of(terminal.pid)))

    with Terminal(command, cwd=folder) as terminal:
        terminal.on_change = look
        terminal.wait_until(lambda: bool(found) or "›" in terminal.screen[0], "the prompt")
        return found[0] if found else (time.monotonic() - began, cpu_of(terminal.pid))


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far, 0 where the system does not tell."""
    try:
        figures = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


class ScriptedDesk:
    """Emits verdicts one after another and notes when, while searches keep the interpreter busy."""

    session = ""

    def __init__(self, library: coscribe.Library, count: int, log: Path) -> None:
        self._library, self._count, self._log = library, count, log

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        busy = threading.Event()
        searching = asyncio.create_task(asyncio.to_thread(self._search_on, busy))
        for number in range(self._count):
            await asyncio.sleep(PAUSE)
            claim = Claim(text=f"claim {number:04} was verified", kind="stated", verdict="supported")
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{number} {time.monotonic()}\n")
            if on_event:
                on_event(Event("reviewer", "claim", "supported", claim=claim))
        busy.set()
        await searching
        answer = Answer(question=question, status="answered", mode="evidence", answer="done")
        return Turn(1, question, question, "done", answer=answer)

    def _search_on(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self._library.search("energy of cooling and inference", 30)

    @property
    def turns(self) -> list[Turn]:
        return []

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        return self._library.reports(scope)

    def standing(self) -> Standing:
        return Standing("m", Cost())

    def price_hint(self) -> str:
        return ""

    def opened(self, citation: Citation) -> OpenedPage:
        return open_page(self._library.catalogue, citation)


def verify(folder: Path, count: int, log: Path) -> None:
    """Run the terminal half of the chat over the scripted desk."""
    history = folder / "history"
    history.touch()
    prompt = InputLine(history, coloured=True)
    sys.setswitchinterval(TURN_SECONDS)

    async def work() -> None:
        desk = ScriptedDesk(coscribe.Library(folder / "library", embedder="none"), count, log)
        talk = Talk(desk, screen(), show=prompt.above, refresh=prompt.refresh, at_prompt=True)
        await talk.greet()
        prompt.serve(live=talk.picture, status=talk.status, on_interrupt=talk.give_up, coloured=True)
        while (line := await prompt.read()) is not None and await talk.take(line):
            pass

    asyncio.run(prompt.run(work))


def keys(terminal: Terminal, count: int, until: Callable[[], bool] = lambda: False) -> list[float]:
    """Return the seconds from each of so many keys to its letter on the line."""
    latencies: list[float] = []
    for number in range(count):
        if until():
            break
        wanted = f"› {'x' * (number % 20 + 1)}"
        seen: list[float] = []

        def look(when: float, rows: Sequence[str], wanted: str = wanted, seen: list[float] = seen) -> None:
            if not seen and any(row.rstrip() == wanted for row in rows):
                seen.append(when)

        before, terminal.on_change = terminal.on_change, _both(terminal.on_change, look)
        began = time.monotonic()
        terminal.type("x")
        while not seen and time.monotonic() < began + 5:
            time.sleep(0.001)
        terminal.on_change = before
        latencies.append((seen[0] if seen else time.monotonic()) - began)
        if number % 20 == 19:
            for _ in range(20):
                terminal.press("backspace")
            time.sleep(0.2)
        time.sleep(PAUSE)
    for _ in range(20):
        terminal.press("backspace")
    return latencies


def _both(one: Callable[..., None], two: Callable[..., None]) -> Callable[[float, Sequence[str]], None]:
    def call(when: float, rows: Sequence[str]) -> None:
        one(when, rows)
        two(when, rows)

    return call


def measure_claims(folder: Path, count: int) -> None:
    log, seen = folder / "verdicts", {}
    command = [sys.executable, "-P", __file__, "--claims", str(count), "--verify", str(folder), "--log", str(log)]

    def look(when: float, rows: Sequence[str]) -> None:
        for row in rows:
            if "✓ claim " in row:
                seen.setdefault(int(row.partition("✓ claim ")[2][:4]), when)

    with Terminal(command, cwd=folder, rows=40) as terminal:
        terminal.wait_for("/help shows")
        at_rest = keys(terminal, 40)
        terminal.on_change = look
        terminal.enter("go on")
        terminal.wait_for("working")
        during = keys(terminal, 60, until=lambda: len(seen) >= count)
        terminal.wait_for("answered")
        terminal.press("ctrl-d")
        terminal.wait()
    made = {int(number): float(when) for number, when in map(str.split, log.read_text("utf-8").splitlines())}
    late = [seen[number] - made[number] for number in seen]
    print(f"verdict to screen, {len(seen)} of {count} claims, searches going on: {shown(late)}")
    print(f"key to screen, at rest: {shown(at_rest)}")
    print(f"key to screen, while an answer arrives: {shown(during)}")


def measure_turns(folder: Path, count: int) -> None:
    places = ("--home", str(folder / "home"), "--library", str(folder / "library"), "--embedder", "none")
    seconds: list[float] = []
    with Terminal([*PROGRAM, "chat", *places, "--quotes-only"], cwd=folder, rows=50) as terminal:
        terminal.wait_for("/help shows")
        first_keys: list[float] = []
        for number in range(count):
            answered: list[float] = []
            question = QUESTIONS[number % len(QUESTIONS)]

            def look(when: float, rows: Sequence[str], answered: list[float] = answered, asked: str = question) -> None:
                text = [row.rstrip() for row in rows]
                at = max((place for place, row in enumerate(text) if row == f"› {asked}"), default=-1)
                if not answered and any(ANSWERED in row for row in text[at + 1 :]) and "working" not in "".join(text):
                    answered.append(when)

            terminal.type("\x0c")  # clears the screen, so that one answer is on it
            terminal.wait_until(lambda: not any(ANSWERED in row for row in terminal.screen), "a clear screen")
            terminal.on_change = look
            began = time.monotonic()
            terminal.enter(question)
            terminal.wait_until(lambda answered=answered: bool(answered), "the answer")
            seconds.append(answered[0] - began)
            terminal.on_change = lambda when, rows: None
            if number == 4:
                first_keys = keys(terminal, 20)
        last_keys = keys(terminal, 20)
        terminal.press("ctrl-d")
        terminal.wait()
    print(f"question to answer, turns 2 to 11: {shown(seconds[1:11])}")
    print(f"question to answer, turns {count - 9} to {count}: {shown(seconds[-10:])}")
    print(f"key to screen at turn 5: {shown(first_keys)}; at turn {count}: {shown(last_keys)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--claims", type=int, default=120)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--verify", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--log", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.verify:
        verify(chosen.verify, chosen.claims, chosen.log)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        coscribe.Library(folder / "library", embedder="none").ingest([copy_samples(folder / "reports")])
        places = ("--home", str(folder / "home"), "--library", str(folder / "library"), "--embedder", "none")
        command = [*PROGRAM, "chat", *places]
        subprocess.run([*command, "--quotes-only"], input=b"", check=True, capture_output=True)  # byte code, caches
        pairs = [(first_prompt(command, folder), first_prompt(BARE, folder)) for _ in range(chosen.starts)]
        for name, starts in zip(("first prompt", "a bare interpreter's"), zip(*pairs, strict=True), strict=True):
            seconds, cpu = zip(*starts, strict=True)
            print(f"{name}: {shown(seconds)}, least {1000 * min(seconds):.0f} ms; of CPU {shown(cpu)}")
        measure_claims(folder, chosen.claims)
        measure_turns(folder, chosen.turns)


if __name__ == "__main__":
    main()
