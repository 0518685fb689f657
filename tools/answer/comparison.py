"""A comparison as a small Markdown table: one row a claim, under the region, report or year that it speaks for."""

from collections.abc import Sequence

from ...core.shapes import Citation, Claim
from ..document.markdown import escaped
from ..evidence.framing import introduction, quoted, source
from .disagreement import speaker
from .missing import Missing

_HEADS = ("", "Source", "Position")
_NOTHING = "no clear statement found"


def comparison(claims: Sequence[Claim], legs: Sequence[str] = (), missing: Sequence[Missing] = ()) -> str:
    """Return the table of the stated claims; `legs` order its rows.

    A row without a claim says why, in the words of `missing`.
    Every position bears its marks. A quote stands apart from its framing, which goes to the source.
    """
    stated = [claim for claim in claims if claim.kind == "stated" and claim.citations]
    rows = dict.fromkeys([*legs, *(_row(claim) for claim in stated)])
    lines = ["| " + " | ".join(_HEADS) + " |", "|" + " --- |" * len(_HEADS)]
    for name in rows:
        mine = [claim for claim in stated if _row(claim) == name]
        lines += [_line(name, *_cells(claim, name)) for claim in mine] or [_line(name, "", _why(name, missing))]
    return "\n".join(lines)


def _why(name: str, missing: Sequence[Missing]) -> str:
    return escaped(next((part.detail for part in missing if part.leg == name), _NOTHING))


def _row(claim: Claim) -> str:
    return claim.leg or speaker(claim.citations[0])


def _cells(claim: Claim, row: str) -> tuple[str, str]:
    marks = "".join(dict.fromkeys(f"[{citation.number}]" for citation in claim.citations))
    if framing := claim.framing:
        told = source(framing) if framing.verb == "says" and not framing.also else introduction(framing)
        return escaped(_apart(told, row)), f"“{escaped(quoted(claim.quotes))}” {marks}"
    return escaped(_apart(_source(_main(claim)), row)), f"{escaped(claim.text)} {marks}"


def _apart(source: str, row: str) -> str:
    """Return a source without the name that stands in front of its row anyway."""
    rest = source.removeprefix(row)
    return rest.lstrip(", ") if rest.startswith((",", " (")) else source


def _main(claim: Claim) -> Citation:
    return next((citation for citation in claim.citations if citation.role == "quote"), claim.citations[0])


def _source(citation: Citation) -> str:
    tags = [(citation.date or "")[:4], citation.status if citation.status in ("draft", "superseded") else ""]
    told = ", ".join(tag for tag in tags if tag)
    return f"{citation.organisation or citation.title}{f' ({told})' if told else ''}, {citation.locator.label}"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
