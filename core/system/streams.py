"""The three streams of the process, in UTF-8 and usable in whatever state they were handed over.

A closed one reads as empty, or takes what is written to nowhere. What goes to stderr may get lost, for the exit code
says the same; what stdout does not take is told by `OutputLost`, once: whatever is written after that is dropped, so
that neither a handler nor the flush at exit can fail over it again.
"""

import io
import os
import select
import sys
from typing import Any

from ..errors import DONE, UsageError

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_LOST = 1


class OutputLost(Exception):
    """Standard output takes no more, so nobody hears what is said; no OSError, or it could be taken for a file's.

    `reason` is the system's, in lower case; it is "" where the reader has seen enough and left, which is no failure.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def report(self) -> int:
        """Say on stderr what was lost, and return the exit code: 0, and without a word, where the reader left."""
        if not self.reason:
            return DONE
        print(
            f"coscribe: standard output takes no more ({self.reason}): make room, or send it elsewhere", file=sys.stderr
        )
        return _LOST


def open_streams() -> None:
    """Give this process its three streams; call it once, before anything else opens a file.

    On Windows, where the console has ways of its own, Python's streams stay.
    """
    if os.name == "nt":
        return
    for number in (_STDIN, _STDOUT, _STDERR):
        _occupy(number)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(_Source(_STDIN)), encoding="utf-8", errors="surrogateescape")
    sys.stdout = _writer(_STDOUT, must_arrive=True, by_line=os.isatty(_STDOUT))
    sys.stderr = _writer(_STDERR, must_arrive=False, by_line=True)


def _occupy(number: int) -> None:
    """Open a closed stream to nowhere: else the next file, maybe a database, would get its number and what is said."""
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDONLY if number == _STDIN else os.O_WRONLY)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        os.set_inheritable(number, True)


def _writer(number: int, *, must_arrive: bool, by_line: bool) -> io.TextIOWrapper:
    sink = io.BufferedWriter(_Sink(number, must_arrive=must_arrive))
    return io.TextIOWrapper(sink, encoding="utf-8", errors="replace", line_buffering=by_line)


class _Raw(io.RawIOBase):
    """What both directions share; the descriptor is the process' and stays open."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        """Return the number of the descriptor."""
        return self._number

    def isatty(self) -> bool:
        """Tell whether a terminal is at the other end."""
        return os.isatty(self._number)


class _Source(_Raw):
    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer and return how far; waits where another process has made the descriptor non-blocking."""
        while True:
            try:
                read = os.read(self._number, len(buffer))
            except BlockingIOError:
                select.select((self._number,), (), ())
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise UsageError(f"standard input cannot be read ({reason}): give it a file or a pipe") from error
            else:
                buffer[: len(read)] = read
                return len(read)


class _Sink(_Raw):
    def __init__(self, number: int, *, must_arrive: bool) -> None:
        super().__init__(number)
        self._must_arrive = must_arrive
        self._is_lost = False

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass bytes on and return how many; waits where another process has made the descriptor non-blocking."""
        while not self._is_lost:
            try:
                return os.write(self._number, data)
            except BlockingIOError:
                select.select((), (self._number,), ())
            except OSError as error:
                self._is_lost = True
                if self._must_arrive:
                    gone = isinstance(error, BrokenPipeError)
                    raise OutputLost("" if gone else (error.strerror or str(error)).lower()) from error
        return len(data)
