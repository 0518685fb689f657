"""What a verification found, problems first by kind, or one line that all is well."""

from rich.text import Text

from ...tools.verify.finding import KINDS, ProblemKind, Verification
from ..amount import count
from ..console import flat
from ..sheet import BLANK, Line, Part, Sheet, section

_TITLES: dict[ProblemKind, str] = {
    "quote": "Quotes",
    "figure": "Figures",
    "report": "Reports and marks",
    "price": "Price",
}
_NOUNS: dict[ProblemKind, tuple[str, str]] = {
    "quote": ("quote", "quotes"),
    "figure": ("figure", "figures"),
    "report": ("report or mark", "reports and marks"),
    "price": ("price", "prices"),
}
_MOST_SHOWN = 50  # problems of one kind


def verification_view(found: Verification) -> Sheet:
    """Return a line for each problem, grouped by kind, what was checked, and what the file leaves open."""
    parts: list[Part] = []
    for kind in KINDS:
        parts += section(_TITLES[kind], _lines(found, kind))
    parts = parts[1:]  # no blank line at the top
    parts += [BLANK, *_sum(found)] if parts else _sum(found)
    return Sheet([*parts, *(Line(Text(flat(text), "meta"), Text("? ", "warn")) for text in found.unproven)])


def _lines(found: Verification, kind: ProblemKind) -> list[Part]:
    mine = [problem for problem in found.problems if problem.kind == kind]
    lines: list[Part] = [
        Line(Text.assemble((f"{flat(problem.where)}: ", "meta"), flat(problem.message)), Text("✗ ", "bad"))
        for problem in mine[:_MOST_SHOWN]
    ]
    wrong = found.kinds[kind].checked - found.kinds[kind].ok
    if wrong > _MOST_SHOWN:
        lines.append(Line(Text(f"and {wrong - _MOST_SHOWN:,} more: --json lists them", "meta")))
    return lines


def _sum(found: Verification) -> list[Part]:
    """Return how much was checked and held, in one line."""
    numbers = {kind: found.kinds[kind].checked for kind in KINDS}
    told = [f"{number:,} {_NOUNS[kind][number != 1]}" for kind, number in numbers.items() if number]
    if not found.checked:
        return [Line(Text(f"{flat(found.file)} states nothing that could be checked"), Text("✓ ", "good"))]
    if found.ok == found.checked:
        said = f"{flat(found.file)} holds: {', '.join(told)} checked"
        return [Line(Text(said, "good"), Text("✓ ", "good"))]
    wrong = count(found.checked - found.ok, "problem")
    return [Line(Text(f"{flat(found.file)}: {wrong}, {found.ok:,} of {found.checked:,} checks hold ({', '.join(told)})",
                      "heading"))]  # fmt: skip
