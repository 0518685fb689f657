"""A terminal that a program thinks it runs on: a real pseudo-terminal, and an emulator that shows what is on screen."""

import fcntl
import os
import pty
import selectors
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "alt-enter": "\x1b\r", "ctrl-c": "\x03", "ctrl-d": "\x04",
    "up": "\x1b[A", "down": "\x1b[B", "backspace": "\x7f",
}  # fmt: skip
PATIENCE = 225.0  # seconds; what is waited for comes far sooner, unless the machine is very busy


class Emulator(pyte.HistoryScreen):
    """A screen that answers where its cursor is, as terminals do."""

    def __init__(self, columns: int, rows: int, master: int) -> None:
        self._master = master
        super().__init__(columns, rows, history=5000, ratio=0.5)

    def write_process_input(self, data: str) -> None:
        os.write(self._master, data.encode())

    def select_graphic_rendition(self, *attributes: int, **options: Any) -> None:
        # It knows no dim text; most terminals show it in about this colour.
        super().select_graphic_rendition(*(90 if one == 2 else one for one in attributes), **options)


class Terminal:
    """Runs a command on a terminal of a size; use it as a context manager, which ends the command."""

    def __init__(self, command: Sequence[str], *, columns: int = 80, rows: int = 40, cwd: Path, **environ: str) -> None:
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        self._screen = Emulator(columns, rows, self._master)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._lost: list[dict[int, Any]] = []
        self._flat = (-1, "")
        self.received = b""
        """All bytes that the program wrote."""
        self.on_change: Callable[[float, Sequence[str]], None] = lambda when, rows: None
        """Gets the rows of the screen after each thing written, and the time (monotonic) at which it came."""
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, start_new_session=True, close_fds=True,
            env={**_surroundings(), "TERM": "xterm-256color", **environ},
        )  # fmt: skip
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self.kill()
        self._reader.join(25)
        os.close(self._master)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows by itself what is typed, as it does for a shell."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    @property
    def screen(self) -> list[str]:
        """The rows of the screen, without blanks at their ends."""
        with self._lock:
            return [row.rstrip() for row in self._screen.display]

    @property
    def cells(self) -> tuple[Mapping[int, Mapping[int, Any]], int, int]:
        """The characters of the screen with their looks, and its columns and rows."""
        with self._lock:
            return deepcopy(self._screen.buffer), self._screen.columns, self._screen.lines

    def settle(self, seconds: float = 0.4) -> None:
        """Wait until nothing more was written for a while; a clock on the screen is let run."""
        quiet, received, last = time.monotonic(), len(self.received), time.monotonic() + 5 * seconds
        while time.monotonic() < min(quiet + seconds, last):
            time.sleep(0.02)
            if len(self.received) != received:
                quiet, received = time.monotonic(), len(self.received)

    @property
    def transcript(self) -> str:
        """Everything that is on the screen or has left it at its top."""
        with self._lock:
            above = [_text(row) for row in (*self._lost, *self._screen.history.top)]
            return "\n".join([*above, *(row.rstrip() for row in self._screen.display)]).rstrip() + "\n"

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        for key in keys:
            self.type(KEYS[key])

    def enter(self, line: str) -> None:
        self.type(line)
        self.press("enter")

    def resize(self, columns: int, rows: int) -> None:
        with self._lock:
            # The emulator forgets what no longer fits; a person scrolls up.
            if rows < self._screen.lines:
                kept = [dict(self._screen.buffer[row]) for row in range(self._screen.lines - rows)]
                self._lost += [*map(dict, self._screen.history.top), *kept]
                self._screen.history.top.clear()
            self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        os.killpg(self._process.pid, signal.SIGWINCH)

    def wait_for(self, *words: str, after: str = "", seconds: float = PATIENCE) -> None:
        """Wait until all words are in what the transcript has more than `after`, an earlier value of `flat`.

        White space counts as one blank, however lines are broken.
        """
        held = {word: after.count(word) for word in words}
        self.wait_until(lambda: all(self.flat.count(word) > held[word] for word in words), f"{words}", seconds)

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while True:
            ended = self._process.poll() is not None
            if holds():
                return
            assert not ended, f"ended before {what}:\n{self.transcript}"
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.transcript}"
            time.sleep(0.01)

    @property
    def flat(self) -> str:
        """The transcript with frames taken out and white space drawn together."""
        received = len(self.received)
        if received != self._flat[0]:
            bare = self.transcript.translate(dict.fromkeys(map(ord, "│╭╮╰╯─▌"), " "))
            self._flat = received, " ".join(bare.split())
        return self._flat[1]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(50)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Return the exit code of the program once it has ended."""
        code = self._process.wait(seconds)
        self._reader.join(25)
        return code

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        with selectors.DefaultSelector() as waiting:  # unlike select(), it takes a descriptor of any number
            waiting.register(self._master, selectors.EVENT_READ)
            self._read_on(waiting)

    def _read_on(self, waiting: selectors.BaseSelector) -> None:
        while True:
            try:
                ready = waiting.select(0.2)
                data = os.read(self._master, 65536) if ready else b"\0"
            except OSError:  # the other end is closed
                return
            if not data:
                return
            if not ready:
                continue
            came = time.monotonic()
            with self._lock:
                self.received += data
                self._stream.feed(data)
                self.on_change(came, self._screen.display)


def _text(row: Mapping[int, Any]) -> str:
    return "".join(row[column].data if column in row else " " for column in range(max(row, default=-1) + 1)).rstrip()


def _surroundings() -> dict[str, str]:
    """The environment, without the size of another terminal: pytest-xdist sets that for its workers."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
