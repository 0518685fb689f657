"""Whether everything is in place, and what to do where it is not."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from ...core.shapes import DoctorCheck
from ..amount import count
from ..console import flat
from ..sheet import BLANK, Line, Part, Sheet, step

MARKS = {"ok": ("✓", "good"), "warn": ("!", "warn"), "fail": ("✗", "bad")}


def doctor_view(checks: Sequence[DoctorCheck]) -> Sheet:
    """Return a line per check with its mark, the next step below where there is one, and the sum."""
    if not checks:
        return Sheet([Line(Text("nothing was checked"))])
    width = max(cell_len(flat(check.name)) for check in checks) + 2
    parts: list[Part] = []
    for check in checks:
        glyph, style = MARKS[check.state]
        name = flat(check.name)
        label = Text.assemble((f"{glyph} ", style), name, " " * (width - cell_len(name)))
        parts.append(Line(Text(flat(check.detail), "meta" if check.state == "ok" else ""), label))
        if check.next:
            parts.append(step(flat(check.next), indent=2))
    troubles = [
        count(number, noun)
        for state, noun in (("warn", "warning"), ("fail", "failure"))
        if (number := sum(check.state == state for check in checks))
    ]
    total = " · ".join([count(len(checks), "check"), *(troubles or ["all is well"])])
    return Sheet([*parts, BLANK, Line(Text(total, "meta"))])
