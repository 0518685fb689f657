"""The matrix on a screen: who takes which stance, a line a topic that cites both sides, and what follows."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from ....core.document import Document, Sources
from ....core.setting_sections import Currency
from ....core.shapes import Coverage
from ....tools.align.judging.judged_page import between_told, judged_cells, judged_line, judgement_told, kappa_told
from ....tools.align.matrix import AlignmentMatrix, MatrixCell, MatrixRow, Roadmap
from ....tools.align.matrix_page import SIGNS, STANCES, judged_mark, wordless
from ....tools.publish.markdown import markdown
from ...amount import count
from ...console import clean, flat
from ...sheet import BLANK, Columns, Either, Line, Part, Sheet, section, step
from ..cost import cost_line
from ..coverage import coverage_lines
from ..document import document_lines
from ..note import MODES

_COLOURS = {"commits": "good", "plans": "good", "recommends": "good", "opposes": "bad", "mixed": "warn"}
_READINGS = {"converge": "good", "diverge": "bad", "mixed": "warn", "gap": "meta"}
_MOST_DUE = 8
_MOST_AGREEMENTS = 30  # lines; beyond, those by topic are in the files and the JSON alone


def matrix_view(matrix: AlignmentMatrix, currency: Currency | None = None) -> Sheet:
    """Return the overview, the reading of each row, and what follows; the plain form is all of it, as Markdown."""
    plain = clean(markdown(matrix.document)).strip() if matrix.document else ""
    return Sheet(
        [
            Either(
                [
                    *_overview(matrix),
                    *_wordless(matrix),
                    *_readings(matrix),
                    *_follows(matrix),
                    *_judged(matrix),
                    *_sources(matrix),
                ],
                plain,
            ),
            *_closing(matrix, currency),
        ]
    )


def _overview(matrix: AlignmentMatrix) -> list[Line | Columns]:
    shown = [one for one in matrix.roadmaps if one.parent is None]
    heads = ("Topic", *(flat(one.name) for one in shown), "Reading")
    rows = [
        (Text(flat(row.topic)), *(_stance(matrix.cell(row.topic, one.name)) for one in shown), _reading(row))
        for row in matrix.rows
    ]
    nested = [one for one in matrix.roadmaps if one.parent]
    below = [Line(Text(f"{len(nested)} nested: {', '.join(_last(one) for one in nested)}", "meta"))] if nested else []
    return [Columns(heads, rows), *below]


def _wordless(matrix: AlignmentMatrix) -> list[Line]:
    return [Line(Text(flat(told), "warn")) for told in wordless(matrix)]


def _last(roadmap: Roadmap) -> str:
    return flat(roadmap.name.removeprefix(f"{roadmap.parent}/"))


def _stance(cell: MatrixCell | None) -> Text:
    if cell is None:
        return Text()
    draft = "" if cell.counted or not cell.citations else " (draft)"
    return Text(
        f"{SIGNS[cell.stance]} {STANCES[cell.stance]}{draft}{judged_mark(cell)}", _COLOURS.get(cell.stance, "meta")
    )


def _reading(row: MatrixRow) -> Text:
    return Text(row.reading, _READINGS[row.reading])


def _readings(matrix: AlignmentMatrix) -> Iterator[Line | Columns]:
    yield BLANK
    for row in matrix.rows:
        yield Line(Text(flat(row.sentence)), Text(f"{flat(row.topic)}: ", "heading"))
        for one in row.divergences[:3]:
            yield Line(Text(flat(one.detail)), Text(f"{one.type}  ", "warn"), indent=2)


def _follows(matrix: AlignmentMatrix) -> list[Line | Columns]:
    missing = [
        Line(Text(f"{flat(one.topic)} ({flat(one.detail)})"), Text(f"{flat(one.roadmap)}: ", "heading"))
        for one in matrix.actions if one.kind == "missing_here"
    ]  # fmt: skip
    due = sorted((one for one in matrix.actions if one.kind == "due"), key=lambda one: one.year or 0)
    soon = [
        Line(Text(f"{flat(one.roadmap)}, {flat(one.topic)}"), Text(f"{one.year}  ", "heading"))
        for one in due[:_MOST_DUE]
    ]
    return [*_headed("Agreed elsewhere, missing here", missing), *_headed("Due next", soon)]


def _sources(matrix: AlignmentMatrix) -> list[Line | Columns]:
    """Return the numbered reports that the marks lead to."""
    if matrix.document is None:
        return []
    listed = [part for part in matrix.document.sections if any(isinstance(one, Sources) for one in part.blocks)]
    return [BLANK, *document_lines(Document(sections=tuple(listed)))] if listed else []


def _judged(matrix: AlignmentMatrix) -> list[Line | Columns]:
    """Return what people decided, what of it is no longer there, and how far they agree.

    Cells on which nobody says more than that ours is right are only counted.
    """
    judged = judged_cells(matrix)
    told = [each for each in judged if each[1].stance != each[1].ours or each[1].evidence_changed or each[1].comment]
    cells = [
        Line(
            Text(flat(f"{cell.topic}: {judged_line(one)}")),
            Text(f"{flat(cell.roadmap)}: ", "warn" if one.conflict else "heading"),
        )
        for cell, one in told
    ]  # fmt: skip
    if same := len(judged) - len(told):
        cells.append(Line(Text(f"{count(same, 'cell')} judged as ours", "meta")))
    gone = [
        Line(Text(flat(f"{one.cell}: {judgement_told(one)}")), Text(f"{flat(one.editor)}: ", "warn"))
        for one in matrix.no_longer_there
    ]
    agreement = list(matrix.agreement)
    if len(agreement) > _MOST_AGREEMENTS:
        agreement = [one for one in agreement if one.topic is None]
    rows = [
        tuple(Text(flat(text)) for text in (between_told(one), one.topic or "all", str(one.n), str(one.agreed),
                                            kappa_told(one)))
        for one in agreement
    ]  # fmt: skip
    heads = ("Between", "Topic", "Cells", "Agreed", "Cohen's kappa")
    table: list[Line | Columns] = [BLANK, Columns(heads, rows, frozenset(heads[2:]))] if rows else []
    if len(agreement) < len(matrix.agreement):
        table.append(Line(Text("by topic: in the files and with --json", "meta")))
    return [*_headed("Judged by people", cells), *_headed("Judged, and no longer there", gone), *table]


def _cited(matrix: AlignmentMatrix) -> set[str]:
    return {one.report for cell in matrix.cells for one in cell.citations}


def _unplaced(matrix: AlignmentMatrix) -> list[Line]:
    """Return which files are not in the matrix, and what to do about it."""
    if not matrix.unplaced:
        return []
    advice = f"without {'a region' if matrix.by == 'region' else 'an organisation'}, so in no roadmap"
    told = f"{advice}: {', '.join(map(flat, matrix.unplaced))}; `coscribe reports review`, or `--by report`"
    return [Line(Text(told, "warn"))]


def _headed(title: str, lines: Sequence[Line]) -> list[Line | Columns]:
    return [BLANK, Line(Text(title, "heading")), *lines] if lines else []


def _closing(matrix: AlignmentMatrix, currency: Currency | None) -> list[Part]:
    silent = sum(cell.stance == "silent" for cell in matrix.cells)
    unread = sum(cell.stance == "not_assessed" for cell in matrix.cells)
    status = [count(len(matrix.cells), "cell"), f"{silent} silent", f"{unread} not assessed", MODES[matrix.mode]]
    written: list[Part] = [step(flat(file)) for file in matrix.files]
    reports = {name for roadmap in matrix.roadmaps for name in roadmap.reports}
    read = Coverage(
        reports_searched=len(reports), reports_with_hits=len(_cited(matrix)), unreadable=list(matrix.unreadable)
    )
    return [
        *section("Written", written), BLANK, *_unplaced(matrix), Line(Text(" · ".join(status), "meta")),
        *coverage_lines(read),
        Line(Text(cost_line(matrix.cost, currency), "meta")),
    ]  # fmt: skip
