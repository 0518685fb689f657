"""The child process of `sandbox`: reads the files it is told to until its input ends."""

import json
import os
import pickle
import signal
import sys
from pathlib import Path

from ...core.errors import ReadFailure
from .page import FileText
from .read import read


def main() -> None:
    """Serve one path a line; the only argument is the limit of memory in MB."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked to stop, and stops its children
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # whatever a library prints must not mix with the answers
    for line in sys.stdin.buffer:
        pickle.dump(_outcome(Path(json.loads(line))), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _outcome(path: Path) -> FileText | ReadFailure:
    try:
        return read(path)
    except ReadFailure as failure:
        return failure.with_traceback(None)


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "linux":  # elsewhere the limit is missing or without effect
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    main()
