"""What the numbers in an answer stand for: the report, the place, and the very words."""

from collections.abc import Sequence

from rich.text import Text

from ..core.types import Citation, Claim, Level
from .console import flat
from .sheet import BLANK, Line, Part

# The order in which the pieces of one citation are read.
ROLES = ("lead_in", "header", "quote", "continuation")


def tags(status: str, confidentiality: Level, superseded_by: str | None) -> list[str]:
    """Return what a reader must know before relying on a report: draft, internal, older edition.

    An adopted, public, current report has none.
    """
    found = ["draft"] if status == "draft" else []
    if superseded_by:
        found.append(f"older edition, superseded by {flat(superseded_by)}")
    elif status == "superseded":
        found.append("older edition")
    return [*found, "internal"] if confidentiality == "internal" else found


def origin(title: str, *details: str | None) -> Text:
    """Return the title and, less loud, the details that are known."""
    text = Text(flat(title), "heading")
    for detail in details:
        if detail:
            text.append(" · ", "meta").append(flat(detail), "not bold dim")
    return text


def file_line(file: str, marks: Sequence[str], indent: int) -> Line:
    """Return the file a source came from, with its tags."""
    return Line(Text.assemble((flat(file), "meta"), *((f" · {mark}", "warn") for mark in marks)), indent=indent)


def source_lines(claims: Sequence[Claim]) -> list[Part]:
    """Return one entry per citation number of the supported claims: where it stands, and its words verbatim."""
    entries: dict[int, dict[tuple[str, int, int], Citation]] = {}
    for claim in claims:
        for citation in claim.citations if claim.verdict == "supported" else ():
            place = (citation.passage, citation.start, citation.end)
            entries.setdefault(citation.number, {}).setdefault(place, citation)
    width = len(str(max(entries, default=0))) + 3
    lines: list[Part] = []
    for number, pieces in sorted(entries.items()):
        lines += [BLANK] if lines else []
        lines += _entry(number, sorted(pieces.values(), key=lambda piece: ROLES.index(piece.role)), width)
    return lines


def _entry(number: int, pieces: Sequence[Citation], width: int) -> list[Line]:
    main = next((piece for piece in pieces if piece.role == "quote"), pieces[0])
    label = Text(f"[{number}]".ljust(width), "mark")
    marks = tags(main.status, main.confidentiality, main.superseded_by)
    lines = [Line(origin(main.title or main.file, main.organisation, main.date, main.locator.label), label)]
    lines.append(file_line(main.file, marks, width))
    for piece in pieces:
        words = flat(piece.quote)
        text = Text(words, "meta") if piece.role in ("lead_in", "header") else Text(f"“{words}”")
        if piece.locator != main.locator:
            joint = "continued on" if piece.role == "continuation" else "from"
            text.append(f" ({joint} {flat(piece.locator.label)})", "meta")
        lines.append(Line(text, indent=width))
    return lines
