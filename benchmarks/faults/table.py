"""The rows of docs/reliability.md: what was done, how many times, and what was lost by it."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

_SHOWN = 3  # faults of a row


class Table:
    """Prints one Markdown row a fault as soon as it is known, and at the end what it all took."""

    def __init__(self, title: str) -> None:
        self._began, self._bad = time.monotonic(), 0
        print(f"{title}\n\n| what | how many times | what was lost |\n|---|---|---|", flush=True)

    def row(self, what: str, times: object, lost: Sequence[str], note: str = "") -> None:
        """Print a row; `lost` says what was lost, one item a loss, and is empty where nothing was."""
        self._bad += bool(lost)
        more = [f"and {len(lost) - _SHOWN} more"] if len(lost) > _SHOWN else []
        said = f"LOST: {'; '.join([*lost[:_SHOWN], *more])}" if lost else "nothing"
        cells = (what, times, f"{said}; {note}" if note else said)
        print("|", " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells), "|", flush=True)

    def end(self) -> None:
        """Print the time it took, of the clock and of all processes, and exit: 1 where anything was lost."""
        used = os.times()
        cpu = used.user + used.system + used.children_user + used.children_system
        print(f"\n{time.monotonic() - self._began:.0f} s, {cpu:.0f} s of CPU; {self._bad} rows with a loss", flush=True)
        sys.exit(bool(self._bad))


def chosen(doc: str | None, *, runs: int, of: str) -> argparse.Namespace:
    """Return `runs` and `seed` from the command line; `of` says what is run so often, `runs` how often by default."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=runs, help=f"{of} (default {runs})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="WORDS", help="only the rows whose name holds these words")
    return parser.parse_args()
