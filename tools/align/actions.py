"""What follows from a matrix for each roadmap: what others agree on and it lacks, what it has alone, what is due."""

from collections.abc import Iterator, Sequence

from .matrix import FOR, TAKES_SIDES, Action, AlignmentMatrix, MatrixCell, Roadmap
from .row_reading import voting

_AGREED = 2  # others that are for it, at least


def actions_of(
    topics: Sequence[str], cells: Sequence[MatrixCell], roadmaps: Sequence[Roadmap],
    since: int,
) -> list[Action]:  # fmt: skip
    """Return the actions, roadmap by roadmap, those that are due in the order of their years.

    `since` is the first year that counts as due. What was not assessed is not missing.
    """
    found: list[Action] = []
    for topic in topics:
        mine = [cell for cell in cells if cell.topic == topic]
        votes = voting(mine, roadmaps)
        found += [*_missing(topic, votes), *_alone(topic, votes)]
        found += [action for cell in mine if cell.counted for action in _due(cell, since)]
    order = {roadmap.name: at for at, roadmap in enumerate(roadmaps)}
    kinds = ("missing_here", "only_here", "due")
    return sorted(found, key=lambda one: (order[one.roadmap], kinds.index(one.kind), one.year or 0))


def _missing(topic: str, votes: Sequence[MatrixCell]) -> Iterator[Action]:
    favour = [cell for cell in votes if cell.stance in FOR]
    against = any(cell.stance in ("opposes", "mixed") for cell in votes)
    if len(favour) < _AGREED or against:
        return
    names = ", ".join(f"{cell.roadmap} {cell.stance}" for cell in favour)
    for cell in votes:
        if cell.stance in ("silent", "mentions"):
            cited = tuple(one for each in favour for one in each.citations[:1])
            yield Action(kind="missing_here", roadmap=cell.roadmap, topic=topic, detail=names, citations=cited)


def _alone(topic: str, votes: Sequence[MatrixCell]) -> Iterator[Action]:
    sides = [cell for cell in votes if cell.stance in TAKES_SIDES]
    if len(sides) == 1 and len(votes) > 1:
        (cell,) = sides
        yield Action(
            kind="only_here", roadmap=cell.roadmap, topic=topic, detail=cell.position, citations=cell.citations[:1]
        )


def _due(cell: MatrixCell, since: int) -> Iterator[Action]:
    quotes = {one.id: one for one in cell.citations if one.role == "quote"}
    seen: set[int] = set()
    for one in cell.signs:
        for year in one.years if one.counts and one.stance in FOR and one.quote in quotes else ():
            if year >= since and year not in seen:
                seen.add(year)
                yield Action(
                    kind="due", roadmap=cell.roadmap, topic=cell.topic, year=year, detail=quotes[one.quote].quote,
                    citations=(quotes[one.quote],),
                )  # fmt: skip


def timeline(matrix: AlignmentMatrix) -> dict[int, list[Action]]:
    """Return what is due, by year."""
    found: dict[int, list[Action]] = {}
    for action in matrix.actions:
        if action.kind == "due" and action.year is not None:
            found.setdefault(action.year, []).append(action)
    return dict(sorted(found.items()))
