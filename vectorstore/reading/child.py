"""The child process of `sandbox`: reads the files it is told to until its input ends."""

import os
import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import LibraryError, ReadFailure
from .page import FileText
from .read import failures_told, read

if TYPE_CHECKING:
    from .ocr.engine import Engine


class _Desk:
    """Answers what is asked; the engine that recognises text is loaded when it is first needed."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def answer(self, path: Path, number: int | None, recognised: dict[int, bytes]) -> FileText | bytes | ReadFailure:
        """What a file holds, with the pages recognised before; or, of a page with a number, what is recognised in it.

        The parent keeps the latter as it comes, so that it needs neither the engine nor what the page is made of.
        """
        try:
            if number is not None:
                return self._recognised(path, number)
            return self._with(path, recognised) if recognised else read(path)
        except ReadFailure as failure:
            return failure.with_traceback(None)
        except (ImportError, LibraryError) as error:
            return ReadFailure(f"{path.name!r} is not recognised: {error}")

    def _recognised(self, path: Path, number: int) -> bytes:
        from .ocr.engine import Engine
        from .ocr.pages import recognise

        self._engine = self._engine or Engine()
        with failures_told(path):
            return pickle.dumps(recognise(path, number, self._engine))

    def _with(self, path: Path, recognised: dict[int, bytes]) -> FileText:
        from .ocr.pages import read_with

        with failures_told(path):
            return read_with(path, {number: pickle.loads(page) for number, page in recognised.items()})


def main() -> None:
    """Serve one request after the other; the only argument is the limit of memory in MB."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked to stop, and stops its children
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # whatever a library prints must not mix with the answers
    desk = _Desk()
    with suppress(EOFError):
        while True:
            pickle.dump(desk.answer(*pickle.load(sys.stdin.buffer)), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "linux":  # elsewhere the limit is missing or without effect
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    main()
