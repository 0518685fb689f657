"""What is going on right now, for whoever is waiting: live lines on stderr that leave no trace."""

from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ..core.events import Event
from .amount import duration
from .console import Screen, flat

PATIENCE = 0.5  # seconds; quicker work shows nothing


class Progress:
    """A context manager that shows stages and agents at work; call it from any thread.

    Where stderr is no terminal it writes at most one line per stage, and none for agents.
    """

    def __init__(self, screen: Screen):
        self._console = screen.err
        self._began = monotonic()
        self._stages: dict[str, tuple[int, int]] = {}
        self._agents: dict[str, str] = {}
        self._latest = ""
        self._spinner = Spinner("dots", style="accent")
        self._live = Live(
            console=self._console,
            get_renderable=self._picture,
            refresh_per_second=10,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        if self._console.is_interactive:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def advance(self, stage: str, done: int, total: int) -> None:
        """Say how far a stage is, e.g. `("reading files", 3, 8)`; a total of 0 is unknown. New names are new stages."""
        new = stage not in self._stages
        self._stages[stage] = (done, total)
        self._latest = stage
        if new and not self._console.is_interactive:
            self._console.print(Text(f"{flat(stage)}: {total:,}" if total else flat(stage)))

    def event(self, event: Event) -> None:
        """Show what an agent just did, in place of what it did before."""
        self._agents[event.agent] = event.detail
        self._latest = event.agent

    def _picture(self) -> Group | Table:
        waited = monotonic() - self._began
        if waited < PATIENCE:
            return Group()
        lines = Table.grid(padding=(0, 1))
        lines.add_column(width=1)
        # Columns that may not wrap would squeeze out the sign on a narrow screen; so the texts themselves do not wrap.
        lines.add_column()
        lines.add_column()
        stages, agents = dict(self._stages), dict(self._agents)  # other threads may add to them meanwhile
        for name, (done, total) in stages.items():
            lines.add_row(self._sign(name), _clipped(name), _bar(done, total))
        for name, detail in agents.items():
            lines.add_row(
                self._sign(name), _clipped(name, "accent"), _clipped(detail, "" if name == self._latest else "meta")
            )
        if not stages and not agents:
            lines.add_row(self._spinner, Text("working"), Text(duration(waited), "meta"))
        return lines

    def _sign(self, name: str) -> Spinner | Text:
        return self._spinner if name == self._latest else Text("✓", "good")


def _clipped(text: str, style: str = "") -> Text:
    return Text(flat(text), style, no_wrap=True, overflow="ellipsis")


def _bar(done: int, total: int) -> Table | Text:
    if not total:
        return Text(f"{done:,}", "meta")
    line = Table.grid(padding=(0, 1))
    line.add_row(
        ProgressBar(total=total, completed=done, width=12, complete_style="accent", finished_style="good"),
        Text(f"{done:,} of {total:,}", "meta"),
    )
    return line
