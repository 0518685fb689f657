"""The process: what `coscribe` and `python -m coscribe` start, and the one place that ends it."""

import sys
from importlib import import_module

from .core.system.process import Ending
from .core.system.streams import OutputLost, open_streams


def main() -> None:
    """Run the command line in a process of its own; it ends with an exit code, never with a traceback."""
    ending = Ending()
    ending.begin()
    open_streams()
    code = _run()
    try:
        sys.stdout.flush()
    except OutputLost as lost:
        code = code or lost.report()
    ending.finish()
    sys.exit(ending.code(code))


def _run() -> int:
    """Run the command line and return its exit code; it is imported here, where an interrupt is no traceback."""
    try:
        import_module(".cli", __package__).main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except OutputLost as lost:
        return lost.report()
    except Exception as error:  # noqa: BLE001  # the last resort: a traceback helps nobody who asked a question
        crash = import_module(".core.system.crash", __package__)
        print(f"coscribe: {crash.crash_line(error, sys.argv[1:])}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    main()
