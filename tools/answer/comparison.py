"""A comparison as a small table: one row a claim, under the region, report or year that it speaks for."""

from collections.abc import Sequence

from ...core.document import Inline, Sentence, Table
from ...core.shapes import Claim
from ..document.phrases import Phrases, phrases
from ..evidence.framing import framed, introduction, source
from .disagreement import speaker
from .missing import Missing
from .sentences import mark, proofs, quote_of


def comparison(
    claims: Sequence[tuple[int, Claim]], legs: Sequence[str] = (), missing: Sequence[Missing] = (), language: str = "en"
) -> Table:
    """Return the table of the stated claims, each with its place among all; `legs` order its rows.

    A row without a claim says why, in the words of `missing`; what is ours is in a `language`.
    Every position bears its marks. A quote stands apart from its framing, which goes to the source.
    """
    stated = [(at, claim) for at, claim in claims if claim.citations]
    rows: list[tuple[Sentence, ...]] = []
    words = phrases(language)
    for name in dict.fromkeys([*legs, *(_row(claim) for _, claim in stated)]):
        mine = [(at, claim) for at, claim in stated if _row(claim) == name]
        rows += [_cells(at, claim, name, language) for at, claim in mine] or [
            (_said(name), _said(), _said(_why(name, missing, words)))
        ]
    return Table(heads=("", words.told("table.source"), words.told("table.position")), rows=tuple(rows))


def _why(name: str, missing: Sequence[Missing], words: Phrases) -> str:
    return next((part.detail for part in missing if part.leg == name), words.told("table.nothing"))


def _row(claim: Claim) -> str:
    return claim.leg or speaker(claim.citations[0])


def _cells(at: int, claim: Claim, row: str, language: str) -> tuple[Sentence, ...]:
    if framing := claim.framing:
        told = source(framing) if framing.verb == "says" and not framing.also else introduction(framing)
    else:
        main = next((citation for citation in claim.citations if citation.role == "quote"), claim.citations[0])
        told = source(framed(main, "says").model_copy(update={"region": None, "language": language}))
    words = quote_of(claim) if framing else claim.text
    position = Sentence(
        kind="quoted" if framing else "drafted", parts=(words, " ", mark(claim.citations)), claim=at,
        proofs=proofs(claim.citations), original=claim.words_language,
    )  # fmt: skip
    return _said(row), _said(_apart(told, row)), position


def _said(*parts: Inline) -> Sentence:
    return Sentence(kind="remark", parts=parts)


def _apart(source: str, row: str) -> str:
    """Return a source without the name that stands in front of its row anyway."""
    rest = source.removeprefix(row)
    return rest.lstrip(", ") if rest.startswith((",", " (")) else source
