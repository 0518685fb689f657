"""What people decided, as a section of the document: cell by cell, what is no longer there, and how far they agree."""

from collections.abc import Iterable, Iterator, Sequence

from ....core.document import Section, Sentence, Table
from ....core.text import one_line
from ..matrix import Agreement, AlignmentMatrix, Judged, Judgement, MatrixCell

OURS = "coscribe"  # beside people
_HEADING = "Judged by people"


def judged_sections(matrix: AlignmentMatrix) -> list[Section]:
    """Return the section, or none where nobody judged anything."""
    tables = [
        _table(("Topic", "Roadmap", "Decided", "By", "Date", "Ours", "Comment"), map(_decided, judged_cells(matrix))),
        _table(("No longer there", "By", "Stance", "Date", "Comment"), map(_gone, matrix.no_longer_there)),
        _table(("Topic", "Between", "Cells", "Agreed", "Cohen's kappa"), map(_agreement, matrix.agreement)),
    ]
    blocks = tuple(one for one in tables if one.rows)
    return [Section(heading=_HEADING, blocks=blocks)] if blocks else []


def judged_cells(matrix: AlignmentMatrix) -> list[tuple[MatrixCell, Judged]]:
    """Return the cells that people judged, those in conflict first."""
    found = [(cell, cell.judged) for cell in matrix.cells if cell.judged]
    return sorted(found, key=lambda one: not one[1].conflict)


def votes_told(judged: Judged) -> str:
    """Return who says what: "commits" where all do, else each with their name."""
    if judged.stance or not judged.by:
        return _stance(judged.stance) or "a remark"
    return "conflict: " + ", ".join(f"{one.editor} {_stance(one.stance)}" for one in judged.votes if one.stance)


def judged_line(judged: Judged) -> str:
    """Return what people decided, who and when, what is ours, and their comments, on one line."""
    who = "" if judged.conflict else f" by {', '.join(_people(judged))}"
    when = f" ({judged.date})" if judged.date else ""
    parts = (f"{votes_told(judged)}{who}{when}", f"ours: {ours_told(judged)}", comment_told(judged.comment))
    return one_line("; ".join(filter(None, parts)))


def ours_told(judged: Judged) -> str:
    """Return our stance, and whether it rests on other evidence than was judged."""
    return f"{_stance(judged.ours)}{' (evidence changed since judged)' if judged.evidence_changed else ''}"


def between_told(agreement: Agreement) -> str:
    """Return whose agreement it is."""
    return f"{agreement.one} – {agreement.other or OURS}"


def kappa_told(agreement: Agreement) -> str:
    """Return kappa with two decimals; a dash where it is not defined."""
    return "–" if agreement.kappa is None else f"{agreement.kappa:.2f}"


def judgement_told(judgement: Judgement) -> str:
    """Return the stance of a judgement in words."""
    return _stance(judgement.stance) or "a remark"


def comment_told(comment: str) -> str:
    """Return the comments of a cell on one line."""
    return "; ".join(filter(None, map(one_line, comment.splitlines())))


def _stance(stance: str | None) -> str:
    return (stance or "").replace("_", " ")


def _people(judged: Judged) -> Sequence[str]:
    return judged.by or [one.editor for one in judged.votes]


def _decided(one: tuple[MatrixCell, Judged]) -> Sequence[str]:
    cell, judged = one
    return (
        cell.topic, cell.roadmap, votes_told(judged), ", ".join(_people(judged)), judged.date or "", ours_told(judged),
        comment_told(judged.comment),
    )  # fmt: skip


def _gone(one: Judgement) -> Sequence[str]:
    return (one.cell, one.editor, judgement_told(one), one.date or "", comment_told(one.comment))


def _agreement(one: Agreement) -> Sequence[str]:
    return (one.topic or "all", between_told(one), str(one.n), str(one.agreed), kappa_told(one))


def _table(heads: tuple[str, ...], rows: Iterable[Sequence[str]]) -> Table:
    return Table(heads=heads, rows=tuple(tuple(_cells(row)) for row in rows))


def _cells(row: Sequence[str]) -> Iterator[Sentence]:
    for text in row:
        yield Sentence(kind="remark", parts=(one_line(text),))
