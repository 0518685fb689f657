"""A child that works for long, and may be killed at any moment."""

import os
import pickle
import select
import signal
import struct
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 120  # seconds a piece of work may take


class Killed(Exception):
    """The child was killed before it had answered."""


class Worker:
    """A child that runs one operation after another, and a new one where it was killed."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self._environ, self._folder = environ, folder
        self._child, self.started = 0, 0

    def do(self, work: Callable[..., Any], arguments: Sequence[object], kill_after: float | None) -> Any:
        """Return what an operation gives; raises `Killed` where it was killed, after so many seconds."""
        if not self._child:
            self._start()
        told = pickle.dumps((work, tuple(arguments)))
        os.write(self._input, struct.pack("I", len(told)) + told)
        readable, _, _ = select.select([self._output], [], [], PATIENCE if kill_after is None else kill_after)
        if not readable:
            self.end()
            if kill_after is None:
                return f"hung for {PATIENCE} s"
            raise Killed
        size = os.read(self._output, 4)
        if len(size) < 4:
            status = self.end()
            return f"died with wait status {status}"
        left, parts = struct.unpack("I", size)[0], []
        while left and (part := os.read(self._output, min(left, 1 << 16))):
            parts.append(part)
            left -= len(part)
        return pickle.loads(b"".join(parts))

    def end(self) -> int:
        """Kill the child, if there is one, and return how it ended."""
        if not self._child:
            return 0
        os.kill(self._child, signal.SIGKILL)
        _, status = os.waitpid(self._child, 0)
        os.close(self._input)
        os.close(self._output)
        self._child = 0
        return status

    def _start(self) -> None:
        theirs, self._input = os.pipe()
        self._output, ours = os.pipe()
        self._child, self.started = os.fork(), self.started + 1
        if self._child:
            os.close(theirs)
            os.close(ours)
            return
        os.close(self._input)
        os.close(self._output)
        os.environ.clear()
        os.environ.update(self._environ)
        os.chdir(self._folder)
        with os.fdopen(theirs, "rb") as given, os.fdopen(ours, "wb") as answers:
            while size := given.read(4):
                work, arguments = pickle.loads(given.read(struct.unpack("I", size)[0]))
                try:
                    told = pickle.dumps(work(*arguments))
                except BaseException as error:  # noqa: BLE001  # a command may raise nothing at all
                    at = traceback.extract_tb(error.__traceback__)[-1]
                    where = f"{Path(at.filename).name} line {at.lineno}"
                    told = pickle.dumps(f"raised {type(error).__name__}: {error} ({where})")
                answers.write(struct.pack("I", len(told)) + told)
                answers.flush()
        os._exit(0)
