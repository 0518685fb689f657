"""The work on an answer while it goes on: what the agents did, and the claims that have passed their checks."""

from collections.abc import Sequence
from io import StringIO
from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.spinner import Spinner
from rich.style import Style
from rich.text import Text

from ...core.events import Event
from ...core.shapes import Claim
from ..amount import duration
from ..console import THEME, flat
from ..sheet import MEASURE, Line

LiveRow = list[tuple[str, str]]
_STEPS = 4  # latest steps that are shown above the claims
_CLAIM_ROWS = 3  # of one claim; the answer shows it whole


class Live:
    """Collects the events of one answer and draws them, the latest last; draft text is never among them.

    `numbered` shows claims with their marks; those of a note get theirs when it is put together.
    """

    def __init__(self, *, coloured: bool, numbered: bool = True) -> None:
        self._numbered = numbered
        self._coloured = coloured
        self._began = monotonic()
        self._steps: list[tuple[str, str, str]] = []
        self._claims: list[Claim] = []
        self._spinner = Spinner("dots", style="accent")
        self._console = self._wide(MEASURE)
        self._rows: dict[
            str, list[LiveRow]
        ] = {}  # of each claim at the console's width: every picture shows them again

    def take(self, event: Event) -> None:
        """Note what an agent just did."""
        if event.claim is not None:
            if event.claim.text not in {claim.text for claim in self._claims}:
                self._claims.append(event.claim)
            return
        if event.kind == "sent back":  # the sentences are written anew
            self._claims.clear()
        style = {"dropped": "warn", "degraded": "warn", "withheld": "warn"}.get(event.kind, "meta")
        self._steps.append((event.agent, f"{event.kind}: {event.detail}", style))

    def picture(self, width: int, height: int, waiting: Sequence[str] = ()) -> list[LiveRow]:
        """Return the rows of the picture, at most so many; the newest win. Each is made of styles and their words."""
        wide = max(10, min(width - 1, MEASURE))
        if wide != self._console.width:
            self._console, self._rows = self._wide(wide), {}
        lines: list[LiveRow] = []
        for text in [Text.assemble(("  next: ", "meta"), flat(line)) for line in reversed(waiting)]:
            lines[:0] = self._rendered(_one_row(text))
        for claim in reversed(self._claims):
            if len(lines) >= height:
                break
            lines[:0] = self._claim(claim)
        for agent, detail, style in reversed(self._steps[-_STEPS:]):
            lines[:0] = self._rendered(
                _one_row(Text.assemble(("  ", ""), (agent, "accent"), (f" {flat(detail)}", style)))
            )
        return [*self._rendered(self._head()), *lines[max(0, len(lines) - height + 1) :]]

    def _head(self) -> RenderableType:
        turning = self._spinner.render(self._console.get_time())
        said = Text(" working", "accent")
        said.append(f" · {duration(monotonic() - self._began)} · Ctrl-C gives it up", "meta")
        return _one_row(Text.assemble(turning if isinstance(turning, Text) else "", said))

    def _claim(self, claim: Claim) -> list[LiveRow]:
        if claim.text not in self._rows:
            self._rows[claim.text] = self._rendered(_claim(claim, self._console.width, self._numbered))
        return self._rows[claim.text]

    def _rendered(self, part: RenderableType) -> list[LiveRow]:
        rows = self._console.render_lines(part, pad=False)
        return [[(self._style(piece.style), piece.text) for piece in row] for row in rows]

    def _style(self, style: Style | None) -> str:
        """Return a style as the prompt names it; escape sequences would be parsed anew for every picture."""
        if style is None or not self._coloured:
            return ""
        named = style.color.name if style.color else "default"
        told = [f"ansi{named}" if named != "default" else "", "bold" if style.bold else "", "dim" if style.dim else ""]
        return " ".join(filter(None, told))

    def _wide(self, width: int) -> Console:
        return Console(
            file=StringIO(), width=width, force_terminal=True, theme=THEME, markup=False, emoji=False, highlight=False,
            color_system="standard", legacy_windows=False,
        )  # fmt: skip


def _claim(claim: Claim, width: int, numbered: bool) -> RenderableType:
    numbers = dict.fromkeys(citation.number for citation in claim.citations if numbered)
    marks = "".join(f"[{number}]" for number in numbers)
    room = max(10, (width - 4) * _CLAIM_ROWS - len(marks) - 2)
    said = flat(claim.text)
    text = Text(said if len(said) <= room else f"{said[: room - 1]}…")
    if marks and not claim.parts:
        text.append(f" {marks}", "mark")
    return Group(Line(text, Text("  ✓ ", "good")))


def _one_row(text: Text) -> RenderableType:
    text.no_wrap, text.overflow = True, "ellipsis"
    return Group(text)  # printed by itself, a text would forget that it must not wrap
