"""How an answer came about: how it was understood, what was searched and found, what stood, and what was left out."""

from rich.text import Text

from ...core.conversation import Turn
from ...core.events import Event
from ...core.shapes import Answer
from ..console import flat
from ..sheet import Line, Part, Sheet, section, step
from ..views.cost import cost_line
from ..views.coverage import coverage_lines

_PASSAGES = 6  # best ones that are named


def why_view(turn: Turn) -> Sheet:
    """Return the account of a turn, in the order in which things happened."""
    parts: list[Part] = [Line(Text(flat(turn.asked), "heading"))]
    if turn.question != turn.asked:
        parts.append(step(f"understood as “{flat(turn.question)}”"))
    parts += section("What the agents did", [_event(event) for event in turn.events if event.claim is None])
    if turn.answer is not None:
        parts += _of_answer(turn.answer)
    elif turn.note is not None:
        told = [*turn.note.silent, *turn.note.unclear, *turn.note.not_assessed]
        parts += section("Regions without a position", [Line(Text(flat(name)), Text("– ", "meta")) for name in told])
    if turn.memory:
        parts += section("The conversation", [Line(Text(flat(turn.memory), "meta"))])
    return Sheet([*parts, *section("What it cost", [Line(Text(cost_line(turn.cost), "meta"))])])


def passage_lines(answer: Answer) -> list[Part]:
    """Return the passages that fitted best, under their heading."""
    passages: list[Part] = [
        Line(Text.assemble(flat(item.file), (f" · {flat(item.locator.label)} · {item.score:.2f}", "meta")))
        for item in answer.evidence[:_PASSAGES]
    ]
    if more := len(answer.evidence) - _PASSAGES:
        passages += [Line(Text(f"and {more:,} more", "meta"))] if more > 0 else []
    return section("Best passages", passages)


def _of_answer(answer: Answer) -> list[Part]:
    stand = [claim for claim in answer.claims if claim.verdict == "supported"]
    dropped = [claim for claim in answer.claims if claim.verdict == "unsupported"]
    verified: list[Part] = [Line(Text(flat(claim.text)), Text("✓ ", "good")) for claim in stand]
    left_out: list[Part] = [
        Line(Text.assemble((flat(claim.text), "meta"), (f": {flat(claim.reason or 'not supported')}", "warn")), "✗ ")
        for claim in dropped
    ]
    searched: list[Part] = [Line(Text(f"“{flat(query)}”")) for query in answer.coverage.queries]
    degraded: list[Part] = [Line(Text(flat(answer.degraded), "warn"))] if answer.degraded else []
    confidence = Line(Text(f"{answer.status} · confidence {answer.confidence:.2f}", "meta"))
    return [
        *section("Looked for", [*searched, *coverage_lines(answer.coverage)]),
        *passage_lines(answer),
        *section("Stood the checks", verified),
        *section("Left out, and why", left_out or [Line(Text("nothing was left out", "meta"))]),
        *section("Fell back to quotes", degraded),
        *section("How sure", [confidence]),
    ]


def _event(event: Event) -> Line:
    return Line(Text.assemble((f"{event.kind}: ", "meta"), flat(event.detail)), Text(f"{event.agent}  ", "accent"))
