"""Earlier sessions, and where one that is gone on with was left."""

from collections.abc import Sequence

from rich.text import Text

from ...core.conversation import SessionRow, Turn
from ..amount import count, day_and_time, money
from ..console import flat
from ..sheet import BLANK, Columns, Line, Part, Sheet, step

_STATES = {
    "interrupted": "interrupted", "cancelled": "given up", "failed": "failed", "pending": "under way", "done": "",
}  # fmt: skip
_TURNS = 5  # latest ones that are listed when a session is reopened


def sessions_view(rows: Sequence[SessionRow], here: str) -> Sheet:
    """Return one row a session, the one that is open marked; none yet says when there will be."""
    if not rows:
        return Sheet([Line(Text("no sessions yet: the first question begins one"))])
    cells = [
        [
            Text(flat(row.session), "accent"), Text(flat(row.title), "heading" if row.session == here else ""),
            Text(day_and_time(row.used), "meta"), Text(f"{row.turns:,}"), Text(money(row.cost), "meta"),
        ]
        for row in rows
    ]  # fmt: skip
    heads = ("session", "title", "last used", "turns", "cost")
    advice = step("coscribe chat --session ID goes on with one; the beginning of its name is enough")
    return Sheet([Columns(heads, cells, frozenset({"turns"})), BLANK, advice])


def reopened_view(turns: Sequence[Turn], session: str) -> Sheet:
    """Return the latest turns of a reopened session, those without an answer marked, with what they cost."""
    parts: list[Part] = [Line(Text(f"session {flat(session)} · {count(len(turns), 'turn')}", "meta"))]
    if len(turns) > _TURNS:
        parts.append(Line(Text(f"… {count(len(turns) - _TURNS, 'turn')} before these", "meta")))
    for turn in turns[-_TURNS:]:
        text = Text(f"{'/note ' if turn.note else ''}{flat(turn.asked)}")
        if turn.state != "done":
            text.append(f" ({_STATES[turn.state]}", "warn")
            text.append(f", {money(turn.cost)}" if turn.cost.calls else "", "warn").append(")", "warn")
        elif turn.answer is None and turn.note is None:
            text.append(" (its record was removed)", "meta")
        parts.append(Line(text, Text("› ", "mark")))
    return Sheet(parts)
