"""Topics that are suggested for a matrix."""

from collections.abc import Sequence

from rich.text import Text

from ....tools.align.suggestions import Suggestion, Suggestions
from ...console import flat
from ...sheet import BLANK, Columns, Line, Part, Sheet, step


def suggestions_view(found: Suggestions) -> Sheet:
    """Return what several reports speak of, and what one alone does, each with how often and since when."""
    if not (found.shared or found.alone):
        return Sheet([Line(Text("no concept is in three passages that no topic covers", "meta"))])
    parts: list[Part] = [*_listed("In several reports", found.shared), *_listed("In one report only", found.alone)]
    advice = '`coscribe align "NAME"` compares one; a file of topics with synonyms is given by `--topics FILE`'
    return Sheet([*parts, BLANK, step(advice)])


def _listed(title: str, found: Sequence[Suggestion]) -> list[Part]:
    if not found:
        return []
    heads = ("Concept", "Passages", "Reports", "Regions", "Since", "Where")
    rows = [
        (
            Text(flat(one.name)), Text(str(one.passages)), Text(str(one.reports)), Text(str(one.regions)),
            Text(flat(one.first_seen or "")), Text(_where(one), "meta"),
        )
        for one in found
    ]  # fmt: skip
    return [BLANK, Line(Text(title, "heading")), Columns(heads, rows, frozenset({"Passages", "Reports", "Regions"}))]


def _where(one: Suggestion) -> str:
    if one.citation is None:
        return ""
    return flat(f"{one.citation.file}, {one.citation.locator.label}")
