"""The work on an answer while it goes on: what the agents did, and the claims that have passed their checks."""

from collections.abc import Sequence
from io import StringIO
from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.spinner import Spinner
from rich.text import Text

from ...core.types import Claim, Event
from ..amount import duration
from ..console import THEME, flat
from ..prose import MARK
from ..sheet import MEASURE, Line

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

    def drawn(self, width: int, height: int, waiting: Sequence[str] = ()) -> str:
        """Return the picture as text with ANSI colours, at most so high; the newest lines win."""
        wide = max(10, min(width - 1, MEASURE))
        sink = Console(
            file=StringIO(), width=wide, force_terminal=True, theme=THEME, markup=False, emoji=False, highlight=False,
            color_system="standard" if self._coloured else None, no_color=not self._coloured, legacy_windows=False,
        )  # fmt: skip
        lines = [line for part in self._parts(sink, waiting) for line in _lines(sink, part)]
        head, rest = lines[:1], lines[1:]
        return "\n".join([*head, *rest[max(0, len(rest) - height + 1) :]])

    def _parts(self, console: Console, waiting: Sequence[str]) -> list[RenderableType]:
        waited = monotonic() - self._began
        working = self._spinner.render(console.get_time())
        said = Text(" working", "accent").append(f" · {duration(waited)} · Ctrl-C gives it up", "meta")
        head = Text.assemble(working if isinstance(working, Text) else "", said)
        parts: list[RenderableType] = [_one_row(head)]
        for agent, detail, style in self._steps[-_STEPS:]:
            parts.append(_one_row(Text.assemble(("  ", ""), (agent, "accent"), (f" {flat(detail)}", style))))
        parts += [_claim(claim, console.width, self._numbered) for claim in self._claims]
        parts += [_one_row(Text.assemble(("  next: ", "meta"), flat(line))) for line in waiting]
        return parts


def _claim(claim: Claim, width: int, numbered: bool) -> RenderableType:
    numbers = dict.fromkeys(citation.number for citation in claim.citations if numbered)
    marks = "".join(f"[{number}]" for number in numbers)
    room = max(10, (width - 4) * _CLAIM_ROWS - len(marks) - 2)
    said = flat(claim.text)
    text = Text(said if len(said) <= room else f"{said[: room - 1]}…")
    if marks and not MARK.search(said):
        text.append(f" {marks}", "mark")
    return Group(Line(text, Text("  ✓ ", "good")))


def _one_row(text: Text) -> RenderableType:
    text.no_wrap, text.overflow = True, "ellipsis"
    return Group(text)  # printed by itself, a text would forget that it must not wrap


def _lines(console: Console, part: RenderableType) -> list[str]:
    with console.capture() as caught:
        console.print(part)
    return caught.get().rstrip("\n").split("\n")
