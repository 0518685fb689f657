"""A batch under way in one line that renews itself, and how it ended."""

from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ...core.cost import Cost
from ...core.errors import PASSING
from ...core.setting_sections import Currency
from ...tools.batch.tally import Tally
from ..amount import count, duration
from ..console import Screen, flat
from ..sheet import BLANK, Line, Part, Sheet, section, step
from .cost import cost_line

_REPORTED_SECONDS = 60  # between two lines where stderr is no terminal
_PRICED_SECONDS = 1  # between two looks at the ledger
_BAR = 12  # columns
_JOINT = " · "
# Kinds of failure as a person would call them; any other is an error of the program.
_KINDS = {
    "EndpointError": "the endpoint failed",
    "MalformedReply": "the model answered in a wrong form",
    "BudgetReached": "the budget was reached",
    "Withheld": "the evidence may not go to the model",
    "UsageError": "the row is wrong",
    "WorkerDied": "the process died",
}


class BatchProgress:
    """A context manager that shows how many of `total` questions are answered, how fast, and at what cost.

    Where stderr is no terminal it writes one line a minute.
    """

    def __init__(self, screen: Screen, total: int, spent: Callable[[], Cost]) -> None:
        self._console = screen.err
        self._total, self._spent = total, spent
        self._done = 0
        self._failures: Counter[str] = Counter()
        self._began = self._told = monotonic()
        self._priced, self._cost = 0.0, ""
        self._live = Live(
            console=self._console, get_renderable=self.picture, refresh_per_second=4, transient=True,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip

    def __enter__(self) -> Self:
        if self._console.is_interactive:
            self._live.start()
        else:
            self._console.print(Text(f"answering {count(self._total, 'question')}"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def answered(self, failure: str | None) -> None:
        """Count one more question; `failure` is the kind of error that made it fail or fall back."""
        self._done += 1
        if failure is not None:
            self._failures[failure] += 1
        if not self._console.is_interactive and monotonic() - self._told > _REPORTED_SECONDS:
            self._told = monotonic()
            self._console.print(Text(_JOINT.join(self._parts())), soft_wrap=True)

    def _parts(self) -> list[str]:
        elapsed = monotonic() - self._began
        parts = [f"{self._done:,} of {self._total:,}"]
        if self._done:
            rate = self._done / elapsed
            parts.append(f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute")
            parts.append(f"about {duration((self._total - self._done) / rate)} left")
        return [part for part in (*parts, self._price(), *_counted(self._failures)) if part]

    def _price(self) -> str:
        if monotonic() - self._priced > _PRICED_SECONDS:
            cost = self._spent()
            self._priced = monotonic()
            self._cost = "" if not cost.calls else "price unknown" if cost.usd is None else f"${cost.usd}"
        return self._cost

    def picture(self) -> Group | Table:
        """Return the bar and, beside it, all that there is to say; where it is narrow, part below part."""
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(
            total=self._total, completed=self._done, width=_BAR, complete_style="accent", finished_style="good"
        )
        line.add_row(bar, Text(_packed(self._parts(), self._console.width - _BAR - 2), "meta"))
        return line


def _packed(parts: Sequence[str], width: int) -> str:
    """Return parts in lines of at most `width` columns, where a part is not broken in two unless it is longer."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1] + _JOINT + part) <= width:
            lines[-1] += _JOINT + part
        else:
            lines.append(part)
    return "\n".join(lines)


def _counted(failures: Counter[str]) -> list[str]:
    return [f"{number:,} × {flat(_KINDS.get(kind, kind))}" for kind, number in failures.most_common()]


def batch_view(result: Tally, currency: Currency | None = None) -> Sheet:
    """Return the sums of a batch, its failures by kind, and what to do next."""
    sums = {
        "answered": result.answered, "answered in part": result.partial, "not found": result.abstained,
        "failed": result.failed, "not yet asked": result.missing,
    }  # fmt: skip
    said = ", ".join(f"{number:,} {word}" for word, number in sums.items() if number)
    parts: list[Part] = [Line(Text(f"{count(result.questions, 'question')}: {said}", "heading"))]
    told = [f"{result.asked:,} asked now", f"{result.kept:,} kept from before"]
    if result.asked:
        told += [cost_line(result.cost.model_copy(update={"seconds": 0.0}), currency), duration(result.seconds)]
    parts.append(Line(Text(" · ".join(told), "meta")))
    wrong = [Line(Text(text), Text("! ", "warn")) for text in _counted(Counter(result.failures))]
    parts += section("Failed or answered by quotes alone", wrong)
    return Sheet([*parts, BLANK, *_next(result)])


def _next(result: Tally) -> list[Part]:
    if result.state == "stopped":
        return [step("run the same command again to answer the rest; nothing is asked twice")]
    where = f"{flat(result.output)} " + ("is as it was" if result.state == "unchanged" else "is written")
    again = step("run the same command again to ask those whose endpoint or budget failed")
    return [Line(Text(where)), *([again] if PASSING & result.failures.keys() else [])]
