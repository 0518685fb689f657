"""The child process of `sandbox`: reads the files it is told to until its input ends."""

import os
import pickle
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ...core.errors import LibraryError, ReadFailure
from .facsimile.drawing import draw, find
from .facsimile.facsimile import PagePicture, WordBox
from .ocr.given_pages import read_with
from .ocr.kept_pages import RecognisedPage
from .ocr.pictures import fingerprint
from .page import FileText
from .pdf import sheets_of_copy
from .read import failures_told, read
from .requests import Draw, Find, Fingerprint, Read, ReadCopy, Recognise, Request

if TYPE_CHECKING:
    from .ocr.engine import Engine

Answered = FileText | str | bytes | dict[int, bytes] | PagePicture | tuple[WordBox, ...]


class _Desk:
    """Answers what is asked; the engine that recognises text is loaded when it is first needed."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def answer(self, asked: Request) -> Answered | ReadFailure:
        """What a request asks for; recognised pages go out, and come back, in the form in which they are kept."""
        try:
            with failures_told(asked.path):
                return self._answered(asked)
        except ReadFailure as failure:
            return failure.with_traceback(None)
        except (ImportError, LibraryError) as error:
            return ReadFailure(f"{asked.path.name!r} is not recognised: {error}")

    def _answered(self, asked: Request) -> Answered:
        match asked:
            case Read(path, recognised) if not recognised:
                return read(path)
            case Read(path, recognised):
                return read_with(path, {number: RecognisedPage.restored(page) for number, page in recognised.items()})
            case Fingerprint(path, number):
                return fingerprint(path, number)
            case ReadCopy(path, copy, numbers):
                sheets = sheets_of_copy(copy, path, numbers)
                return {number: RecognisedPage(sheet).kept() for number, sheet in sheets.items()}
            case Draw(path, number):
                return draw(path, number)
            case Find(path, number, words, rank):
                return find(path, number, words, rank)
            case Recognise(path, number):
                from .ocr.engine import Engine
                from .ocr.pages import recognise

                self._engine = self._engine or Engine()
                return recognise(path, number, self._engine).kept()


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
            pickle.dump(desk.answer(pickle.load(sys.stdin.buffer)), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "linux":  # elsewhere the limit is missing or without effect
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    main()
