"""A model that notes what it answered, and may end the program that asks it in place of an answer."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from doubles.endpoint import Json

PATIENCE = 225.0  # seconds; what is waited for comes far sooner, unless the machine is very busy
UNHEARD = "{}"  # what the dead are answered


class Witnessed:
    """An author that notes what it answered, and may end a program in place of an answer.

    It ends it at the `fatal`-th request, or at the first that has it as a word, once all answers before are booked:
    these are known to have come in.
    """

    def __init__(self, home: Path, author: Callable[[Json], Json | str]) -> None:
        self._author = author
        self._ledger = home / "state" / "ledger.sqlite"
        self._lock = threading.Lock()
        self.answered: list[str] = []
        self.fatal: int | str | None = None
        self.stop: Callable[[], object] = lambda: None
        self._began, self._is_over = 0, False

    def __call__(self, request: Json) -> Json | str:
        with self._lock:
            self._began += 1
            has_word = isinstance(self.fatal, str) and self.fatal in json.dumps(request)
            if has_word or self.fatal == self._began:
                self._wait_for(self._began - 1)
                self.stop()
                self._is_over = True
            if self._is_over:
                return UNHEARD
            self.answered.append(json.dumps(request, sort_keys=True))
            return self._author(request)

    def begin_anew(self, fatal: int | str) -> None:
        self.answered.clear()
        self.fatal, self._began = fatal, 0

    def survive(self) -> None:
        self.fatal, self._is_over = None, False

    def _wait_for(self, count: int) -> None:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and self._booked() < count:
            time.sleep(0.01)

    def _booked(self) -> int:
        with closing(sqlite3.connect(self._ledger)) as ledger:
            found: int = ledger.execute("SELECT count(*) FROM attempts WHERE status = 'ok'").fetchone()[0]
            return found
