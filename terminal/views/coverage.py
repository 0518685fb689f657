"""What was searched and what could not be: the lines that give "not found" its meaning."""

from collections.abc import Collection

from rich.text import Text

from ...core.shapes import Coverage, UnreadablePages
from ..amount import count
from ..console import flat
from ..omissions import place_list
from ..sheet import Line


def _unreadable(item: UnreadablePages) -> str:
    where = place_list(item.pages, item.places) if item.pages else "" if item.what else "whole file"
    return f"{flat(item.file)} ({': '.join(filter(None, (where, ', '.join(map(flat, item.what)))))})"


def coverage_lines(coverage: Coverage, is_named: bool = False, bears: Collection[str] | None = None) -> list[Line]:
    """Return how much was searched and, one line each, what was not: unreadable, withheld, in another language.

    Whole files are left out where the text above has named what is not readable. Where some reports bear on an answer,
    only their gaps are named, and the others counted.
    """
    searched = f"searched {count(coverage.reports_searched, 'report')}, {coverage.reports_with_hits:,} with hits"
    unread = [item for item in coverage.unreadable if not (item.is_whole and is_named)]
    named = [item for item in unread if bears is None or item.file in bears]
    others = {item.file for item in unread} - {item.file for item in named}
    if others:
        searched += f" · {count(len(others), 'other file' if named else 'file')} not readable in full"
    if bears is not None and coverage.languages_uncovered:
        searched += f" · not searchable in your language: {', '.join(map(flat, coverage.languages_uncovered))}"
    if coverage.narrowed_to:
        searched += f" · narrowed by the question to {', '.join(map(flat, coverage.narrowed_to))}"
    lines = [Line(Text(searched, "meta"))]
    if coverage.corrected:
        said = ", ".join(f"{flat(meant)} for {flat(slip)}" for slip, meant in coverage.corrected.items())
        lines.append(Line(Text(f"searched for {said}; a word in quotes is searched for as it is written", "meta")))
    gaps = {
        "in the library no report goes by the name of": [flat(name) for name in coverage.unknown_names],
        "not readable": [_unreadable(item) for item in named],
        "withheld, internal": [flat(name) for name in coverage.withheld],
        "not searchable in your language": [flat(name) for name in coverage.languages_uncovered if bears is None],
    }
    for label, names in gaps.items():
        if names:
            lines.append(Line(Text.assemble((f"{label}: ", "warn"), (", ".join(names), "meta"))))
    return lines
