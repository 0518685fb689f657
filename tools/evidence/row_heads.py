"""Headers of tables that reading did not recognise as such: a row of words on top of rows of figures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...core.types import Segment
from ...language.figures import figures

_LEAST_ROWS = 2  # of figures, below a header
_LEAST_FIGURES = 2  # in each of them


def headed(segments: Sequence[Segment]) -> list[Segment]:
    """Return segments in their order, rows of figures with the header on top of them where they had none."""
    found: list[Segment] = []
    for run in _runs_of_rows(segments):
        first, *rows = run
        is_head = not _counts(first) and len(rows) >= _LEAST_ROWS and all(_counts(r) >= _LEAST_FIGURES for r in rows)
        found += [first, *(replace(row, header=first.id) for row in rows)] if is_head else run
    return found


def _runs_of_rows(segments: Iterable[Segment]) -> Iterable[list[Segment]]:
    """Yield rows without a header that follow one another as one run, every other segment by itself."""
    run: list[Segment] = []
    for segment in segments:
        is_row = segment.kind == "row" and segment.header is None
        if run and not (is_row and segment.report == run[-1].report and segment.position == run[-1].position + 1):
            yield run
            run = []
        if is_row:
            run.append(segment)
        else:
            yield [segment]
    if run:
        yield run


def _counts(row: Segment) -> int:
    """Return how many figures a row has; its years may name its columns."""
    return sum(figure.unit != "year" for figure in figures(row.text))
