"""What the sheets of a matrix hold, row by row: cells with their quotes, what silence rests on, what differs."""

from collections.abc import Iterable, Mapping

from ....core.shapes import Citation, UnreadablePages
from ....core.text import one_line
from ..cell_key import cell_key, evidence_digest
from ..judging.judged_page import judged_line
from ..matrix import AlignmentMatrix, CellFigure, MatrixCell

# Columns and how wide they are, in characters.
COLUMNS: Mapping[str, int] = {
    "topic": 24, "roadmap": 20, "stance": 13, "position": 60, "quotes": 80, "file": 26, "status": 14, "confidence": 11,
    "counted": 9, "figures": 30, "years": 12, "why": 30, "judged": 40,
}  # fmt: skip
SOUGHT: Mapping[str, int] = {
    "topic": 24, "roadmap": 20, "stance": 13, "queries": 50, "reports": 9, "passages": 10, "nearest": 70, "why": 36,
    "unreadable": 30, "languages": 12,
}  # fmt: skip
JUDGED: Mapping[str, int] = {
    "cell": 40, "topic": 24, "roadmap": 20, "ours": 13, "evidence": 14, "editor": 18, "stance": 15, "comment": 44,
    "date": 12,
}  # fmt: skip
PEOPLES = ("editor", "stance", "comment", "date")  # of the columns for judgements, those that people fill in
DIFFERENCES: Mapping[str, int] = {"topic": 24, "reading": 11, "type": 10, "between": 30, "detail": 50, "quotes": 80}
FOLLOWING: Mapping[str, int] = {
    "kind": 14, "roadmap": 20, "topic": 24, "year": 8, "detail": 50, "quotes": 80,
}  # fmt: skip
NO_SIDE = ("silent", "not_assessed")


def cell_rows(matrix: AlignmentMatrix) -> list[list[str]]:
    """Return a row for each cell."""
    return [_row(cell) for cell in matrix.cells]


def sought_rows(matrix: AlignmentMatrix) -> list[list[str]]:
    """Return a row for each cell that is silent or was not assessed: what it was looked for with."""
    return [_sought(cell) for cell in matrix.cells if cell.ours in NO_SIDE]


def judged_rows(matrix: AlignmentMatrix) -> list[list[str]]:
    """Return a row for each cell to be judged; the last four columns are for whoever judges it."""
    return [
        [cell_key(cell), cell.topic, cell.roadmap, cell.ours, evidence_digest(cell), *("" for _ in PEOPLES)]
        for cell in matrix.cells
    ]


def difference_rows(matrix: AlignmentMatrix) -> list[list[str]]:
    """Return a row for each divergence."""
    return [
        [row.topic, row.reading, one.type, ", ".join(one.between), one.detail, quote_lines(one.citations)]
        for row in matrix.rows for one in row.divergences
    ]  # fmt: skip


def following_rows(matrix: AlignmentMatrix) -> list[list[str]]:
    """Return a row for each action."""
    return [
        [one.kind, one.roadmap, one.topic, str(one.year or ""), one.detail, quote_lines(one.citations)]
        for one in matrix.actions
    ]


def quote_lines(citations: Iterable[Citation]) -> str:
    """Return the quotes among some citations, one a line: number, file, place and words."""
    told = (f"[{one.number}] {_placed(one)}" for one in citations if one.role == "quote")
    return "\n".join(dict.fromkeys(told))


def figure_line(figure: CellFigure) -> str:
    """Return a figure as it is written, with its year and how it was measured: "20 MW (2028, peak)"."""
    more = ", ".join([*([str(figure.year)] if figure.year else []), *figure.measured])
    return f"{one_line(figure.text)} ({more})" if more else one_line(figure.text)


def years_of(cell: MatrixCell) -> list[int]:
    """Return the years that the quotes of a cell name as ahead."""
    return sorted({year for one in cell.signs for year in one.years})


def unread_lines(unreadable: Iterable[UnreadablePages]) -> list[str]:
    """Return the files that could not be read in full, with the pages where it is some of them."""
    return [
        f"{one.file}, page{'s' if len(one.pages) > 1 else ''} {', '.join(map(str, one.pages))}" if one.pages
        else f"{one.file}{f' ({chr(44).join(one.what)})' if one.what else ''}"
        for one in unreadable
    ]  # fmt: skip


def _placed(citation: Citation) -> str:
    return f"{citation.file}, {citation.locator.label}: “{one_line(citation.quote)}”"


def _row(cell: MatrixCell) -> list[str]:
    statuses = dict.fromkeys(one.status for one in cell.citations if one.role == "quote")
    return [
        cell.topic, cell.roadmap, cell.stance, cell.position, quote_lines(cell.citations), cell.file or "",
        ", ".join(statuses), f"{cell.confidence:.2f}", "yes" if cell.counted else "no",
        "; ".join(dict.fromkeys(map(figure_line, cell.figures))), ", ".join(map(str, years_of(cell))), cell.why,
        judged_line(cell.judged) if cell.judged else "",
    ]  # fmt: skip


def _sought(cell: MatrixCell) -> list[str]:
    looked = cell.searched
    return [
        cell.topic, cell.roadmap, cell.stance, "; ".join(looked.queries), str(looked.reports), str(looked.passages),
        _placed(looked.nearest) if looked.nearest else "", cell.why, "; ".join(unread_lines(looked.unreadable)),
        ", ".join(looked.languages_uncovered),
    ]  # fmt: skip
