"""A comparison as a small table: one row a claim, under the region, report or year that it speaks for."""

from collections.abc import Sequence

from ...core.document import Inline, Sentence, Table
from ...core.shapes import Citation, Claim
from .disagreement import speaker
from .sentences import mark, origin_of, quote_of

_HEADS = ("", "Source", "Position")
_NOTHING = "no clear statement found"


def comparison(claims: Sequence[tuple[int, Claim]], legs: Sequence[str] = (), missing: Sequence[str] = ()) -> Table:
    """Return the table of the stated claims, each with its place among all; `legs` order its rows.

    A row without a claim says why, in the words of `missing`.

    Every position bears its marks. A quote stands apart from its framing, which goes to the source.
    """
    stated = [(at, claim) for at, claim in claims if claim.citations]
    rows: list[tuple[Sentence, ...]] = []
    for name in dict.fromkeys([*legs, *(_row(claim) for _, claim in stated)]):
        mine = [(at, claim) for at, claim in stated if _row(claim) == name]
        rows += [_cells(at, claim, name) for at, claim in mine] or [(_said(name), _said(), _said(_why(name, missing)))]
    return Table(heads=_HEADS, rows=tuple(rows))


def _why(name: str, missing: Sequence[str]) -> str:
    reasons = (part.removeprefix(f"{name} (").removesuffix(")") for part in missing if part.startswith(f"{name} ("))
    return next(reasons, _NOTHING)


def _row(claim: Claim) -> str:
    return claim.leg or speaker(claim.citations[0])


def _cells(at: int, claim: Claim, row: str) -> tuple[Sentence, ...]:
    origin, quote = origin_of(claim), quote_of(claim)
    source = origin.removesuffix(", says") if origin is not None else _source(_main(claim))
    position = (quote or claim.text, " ", mark(claim.citations))
    told = Sentence(kind="quoted" if quote else "drafted", parts=position, claim=at)
    return _said(row), _said(_apart(source, row)), told


def _said(*parts: Inline) -> Sentence:
    return Sentence(kind="remark", parts=parts)


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
