"""The matrix as a document for every writer: an overview, each topic with its quotes, what differs, what follows."""

import json
from collections.abc import Mapping, Sequence
from math import ceil

from ...core.document import Document, Inline, Paragraph, Quote, Section, Sentence, Table, TextBlock
from ...core.shapes import Citation, Coverage, Making
from ...core.text import one_line
from ...language.terms import LANGUAGE
from ..answer.sentences import mark, proofs, quotation
from ..document.page import cited_sources, note_page, unreadable
from .actions import timeline
from .judging.judged_page import judged_sections
from .matrix import TAKES_SIDES, Action, ActionKind, AlignmentMatrix, MatrixCell, MatrixRow, Roadmap, RowReading, Stance
from .row_reading import first_cited, told, voting

STANCES: dict[Stance, str] = {
    "commits": "commits", "plans": "plans", "recommends": "recommends", "mentions": "mentions", "opposes": "opposes",
    "mixed": "mixed", "silent": "silent", "not_assessed": "not assessed",
}  # fmt: skip
SIGNS: dict[Stance, str] = {
    "commits": "●", "plans": "◐", "recommends": "○", "mentions": "·", "opposes": "✕", "mixed": "◈", "silent": "–",
    "not_assessed": "?",
}  # fmt: skip
READINGS: Mapping[RowReading, str] = {"converge": "=", "diverge": "≠", "mixed": "≈", "gap": "∅"}
MEANINGS: Mapping[Stance, str] = {
    "commits": "it binds itself: it will, shall or has decided to",
    "plans": "it intends to, or is preparing it",
    "recommends": "it advises others to, or asks for it",
    "mentions": "it speaks of it, and takes no side",
    "opposes": "it is against it, or rules it out",
    "mixed": "it says both",
    "silent": "all of its pages were searched, and say nothing of it",
    "not_assessed": "not all of its pages could be read, or not in its language: nothing follows from that",
}
READING_MEANINGS: Mapping[RowReading, str] = {
    "converge": "two or more take the same side, and nobody is silent", "diverge": "those who take a side differ",
    "mixed": "some agree, some differ", "gap": "somebody is silent, or only one takes a side",
}  # fmt: skip
_ACTIONS: dict[ActionKind, str] = {
    "missing_here": "agreed elsewhere, missing here", "only_here": "only here", "due": "due next",
}  # fmt: skip
_TITLE = "Alignment of roadmaps"
_QUOTES = 2  # of a cell in the document; all are in the JSON
_MOST_DUE = 40
_MOST_SILENT = 12  # roadmaps of a topic up to which each has a line, also where nothing is quoted
_MOST_NAMED = 6  # of the words that were looked for
_MOST_COLUMNS = 8  # of an overview, beside its first and last


def matrix_page(matrix: AlignmentMatrix, model: str = "") -> Document:
    """Return the whole matrix as a document; `model` drafted it, if any."""
    sections = [
        _overview(matrix),
        *(_topic(matrix, row) for row in matrix.rows),
        *_differences(matrix),
        *_follows(matrix),
        *judged_sections(matrix),
    ]
    making = Making(drafted_by=model)
    sections += _left_out(matrix)
    sources = cited_sources(citation for cell in matrix.cells for citation in cell.citations)
    page = note_page(_TITLE, sections, sources, matrix.mode, making, is_signed=False)
    return page.model_copy(update={"landscape": True})


def _left_out(matrix: AlignmentMatrix) -> list[Section]:
    """Return which files are in no roadmap, and which could not be read in full."""
    blocks: list[TextBlock] = []
    if matrix.unplaced:
        lacks = "a region" if matrix.by == "region" else "an organisation"
        blocks.append(
            Paragraph(sentences=(_plain(f"Without {lacks}, so in no roadmap: {', '.join(matrix.unplaced)}."),))
        )
    blocks += [Paragraph(sentences=(_plain(one),)) for one in wordless(matrix)]
    if matrix.unreadable:
        blocks.append(unreadable(Coverage(unreadable=list(matrix.unreadable))))
    return [Section(heading="Not in the matrix", blocks=tuple(blocks))] if blocks else []


def wordless(matrix: AlignmentMatrix) -> list[str]:
    """Return which topics could not be looked for in which languages, and the line of TOML that they could be with."""
    lacks: dict[str, dict[str, None]] = {}
    for cell in matrix.cells:
        if cell.ours == "not_assessed" and cell.searched.languages_uncovered:
            lacks.setdefault(cell.topic, {}).update(dict.fromkeys(cell.searched.languages_uncovered))
    synonyms = {one.name: one.synonyms for one in matrix.topics}
    told: dict[str, list[str]] = {}
    for topic, languages in lacks.items():
        codes = dict.fromkeys(one if LANGUAGE.fullmatch(one) else "any" for one in sorted(languages))
        words = ", ".join(f'{code} = ["…"]' for code in codes)
        line = f"under its [topics.synonyms] {words}"
        if not synonyms.get(topic):
            name = json.dumps(topic, ensure_ascii=False)
            line = f"topics = [{{ name = {name}, synonyms = {{ {words} }} }}]"
        lack = f"no words in {', '.join(sorted(languages))}, so what is in that language was not assessed"
        told.setdefault(f"{lack}. Give --topics a file with its words: {line}", []).append(topic)
    return [f"{', '.join(f'“{one_line(one)}”' for one in topics)}: {lack}" for lack, topics in told.items()]


def closing_sections(document: Document, matrix: AlignmentMatrix) -> tuple[Section, ...]:
    """Return what stands behind the topics in the document of a matrix: what differs, what follows, the sources."""
    return document.sections[2 + len(matrix.rows) :]


def _overview(matrix: AlignmentMatrix) -> Section:
    """Return the stances at a glance: a line a topic, or a line a roadmap where these are too many for a page."""
    outer = [one.name for one in matrix.roadmaps if one.parent is None]
    tables = _by_topic(matrix, outer) if len(outer) <= _MOST_COLUMNS else _by_roadmap(matrix, outer)
    return Section(heading="Overview", blocks=(*tables, _legend()))


def _by_topic(matrix: AlignmentMatrix, names: Sequence[str]) -> list[Table]:
    rows = [
        (_plain(row.topic), *(_plain(_with_nested(matrix, row.topic, name)) for name in names),
         _plain(reading_label(row.reading)))
        for row in matrix.rows
    ]  # fmt: skip
    return [Table(heads=("Topic", *names, "Reading"), rows=tuple(rows))]


def _by_roadmap(matrix: AlignmentMatrix, names: Sequence[str]) -> list[Table]:
    """Return tables of a few topics each, all about as wide, whose first line is the reading."""
    number = max(1, ceil(len(matrix.rows) / _MOST_COLUMNS))
    size = max(1, ceil(len(matrix.rows) / number))
    groups = [matrix.rows[at : at + size] for at in range(0, len(matrix.rows), size)]
    return [
        Table(
            heads=("Roadmap", *(row.topic for row in group)),
            rows=(
                (_plain("Reading"), *(_plain(reading_label(row.reading)) for row in group)),
                *((_plain(name), *(_plain(_with_nested(matrix, row.topic, name)) for row in group)) for name in names),
            ),
        )
        for group in groups
    ]


def _with_nested(matrix: AlignmentMatrix, topic: str, name: str) -> str:
    """Return the stance of a roadmap, with those nested in it that take another side."""
    cell = matrix.cell(topic, name)
    inside = [(one, matrix.cell(topic, one.name)) for one in matrix.roadmaps if one.name.startswith(f"{name}/")]
    other = [
        f"{one.name.removeprefix(f'{name}/')} {stance_label(its)}"
        for one, its in inside
        if its and its.stance in TAKES_SIDES and (cell is None or its.stance != cell.stance)
    ]
    return "; ".join(filter(None, [stance_label(cell), *other]))


def _legend() -> Table:
    stances = [(stance_sign(stance), meaning) for stance, meaning in MEANINGS.items()]
    readings = [(reading_label(reading), meaning) for reading, meaning in READING_MEANINGS.items()]
    told = [*stances, *readings, ("(draft)", "it rests on drafts or replaced editions alone, and has no vote")]
    return Table(heads=("Legend", "What it means"), rows=tuple((_plain(sign), _plain(text)) for sign, text in told))


def stance_label(cell: MatrixCell | None) -> str:
    """Return the stance of a cell as sign and word, "" for no cell."""
    if cell is None:
        return ""
    return f"{stance_sign(cell.stance)}{' (draft)' if is_draft(cell) else ''}{judged_mark(cell)}"


def stance_sign(stance: Stance) -> str:
    """Return a stance as sign and word."""
    return f"{SIGNS[stance]} {STANCES[stance]}"


def is_draft(cell: MatrixCell) -> bool:
    """Tell whether a stance rests on drafts and replaced editions alone."""
    return not cell.counted and bool(cell.citations)


def reading_label(reading: RowReading) -> str:
    """Return a reading as sign and word."""
    return f"{READINGS[reading]} {reading}"


def judged_mark(cell: MatrixCell) -> str:
    """Return what stands behind the stance of a cell that people judged; ours is told among what they decided."""
    if cell.judged is None or not cell.judged.by:
        return ""
    changed = ", evidence changed" if cell.judged.evidence_changed else ""
    return f" ({'people differ' if cell.judged.conflict else 'judged'}{changed})"


def _topic(matrix: AlignmentMatrix, row: MatrixRow) -> Section:
    cells = [cell for cell in matrix.cells if cell.topic == row.topic]
    votes = voting(cells, matrix.roadmaps)
    first = [one for cell in votes for one in first_cited(cell)]
    sentence = Sentence(kind="inference", parts=told(row.reading, votes, row.divergences), proofs=proofs(first))
    parents = {one.name: one for one in matrix.roadmaps}
    are_few = len(cells) <= _MOST_SILENT
    rows: list[tuple[Sentence, ...]] = [
        (_plain(_name(parents.get(cell.roadmap), cell.roadmap)), _plain(stance_label(cell)), _words(cell))
        for cell in cells
        if cell.citations or are_few
    ]
    rows += _together([cell for cell in cells if not (cell.citations or are_few)])
    table = Table(heads=("Roadmap", "Stance", "In its own words"), rows=tuple(rows))
    return Section(
        heading=f"{row.topic}: {row.reading}", blocks=(Paragraph(sentences=(sentence,)), table)
    )  # fmt: skip


def _together(cells: Sequence[MatrixCell]) -> list[tuple[Sentence, ...]]:
    """Return a line for all who are silent, and one for those who were not assessed for the same reason."""
    groups: dict[tuple[str, str, str], list[MatrixCell]] = {}
    for cell in cells:
        groups.setdefault((stance_label(cell), cell.ours, cell.why), []).append(cell)
    return [
        (_plain(", ".join(cell.roadmap for cell in mine)), _plain(stance_label(mine[0])), _plain(_unsaid(mine)))
        for mine in groups.values()
    ]


def _name(roadmap: Roadmap | None, name: str) -> str:
    """Return a nested roadmap by the last part of its name, set off from the one it is in."""
    return name if roadmap is None or roadmap.parent is None else f"– {name.removeprefix(f'{roadmap.parent}/')}"


def _words(cell: MatrixCell) -> Sentence:
    """Return the weightiest quotes of a cell, or what its silence rests on."""
    if not cell.citations:
        return _plain(_unsaid([cell]))
    quotes = [one for one in cell.citations if one.role == "quote"][:_QUOTES]
    parts: list[Inline] = []
    for one in quotes:
        parts += [*([" "] if parts else []), _quote(one), " ", mark([one])]
    return Sentence(kind="quoted", parts=tuple(parts), proofs=proofs(quotes))


def _unsaid(cells: Sequence[MatrixCell]) -> str:
    """Return what it rests on that nothing is quoted, for cells of one topic and stance of ours."""
    if cells[0].ours != "silent":
        return cells[0].why
    queries = cells[0].searched.queries
    words = f"{', '.join(queries[:_MOST_NAMED])}{', …' if len(queries) > _MOST_NAMED else ''}"
    return (
        f"no word of it in {counted(sum(cell.searched.passages for cell in cells), 'passage')}, looked for as {words}"
    )


def counted(number: int, noun: str) -> str:
    """Return a number of things: "1 passage", "1,200 passages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _differences(matrix: AlignmentMatrix) -> list[Section]:
    rows = [
        (_plain(row.topic), _plain(one.type), _plain(one.detail),
         Sentence(kind="quoted", parts=_both(one.citations), proofs=proofs(one.citations)))
        for row in matrix.rows for one in row.divergences
    ]  # fmt: skip
    heads = ("Topic", "In what", "Between", "In their own words")
    return [Section(heading="Divergences", blocks=(Table(heads=heads, rows=tuple(rows)),))] if rows else []


def _both(citations: Sequence[Citation]) -> tuple[Inline, ...]:
    parts: list[Inline] = []
    for one in citations:
        parts += [*([" "] if parts else []), _quote(one), " ", mark([one])]
    return tuple(parts)


def _quote(citation: Citation) -> Quote:
    return quotation([citation], [citation])


def _follows(matrix: AlignmentMatrix) -> list[Section]:
    blocks: list[TextBlock] = []
    for kind in ("missing_here", "only_here"):
        mine = [one for one in matrix.actions if one.kind == kind]
        blocks += [Paragraph(sentences=(_told(one),), form="item") for one in mine]
    due = [one for actions in timeline(matrix).values() for one in actions][:_MOST_DUE]
    if due:
        rows = tuple((_plain(str(one.year)), _plain(one.roadmap), _plain(one.topic), _cited(one)) for one in due)
        blocks.append(Table(heads=("Year", "Roadmap", "Topic", "In its own words"), rows=rows))
    return [Section(heading="What follows", blocks=tuple(blocks))] if blocks else []


def _told(action: Action) -> Sentence:
    what = f"{action.roadmap}, {action.topic}: {_ACTIONS[action.kind]}"
    tail = f" ({action.detail}) " if action.kind == "missing_here" else " "
    return Sentence(
        kind="inference", parts=(what, tail, mark(action.citations)), proofs=proofs(action.citations)
    )  # fmt: skip


def _cited(action: Action) -> Sentence:
    return Sentence(kind="quoted", parts=_both(action.citations), proofs=proofs(action.citations))


def _plain(text: str) -> Sentence:
    return Sentence(kind="remark", parts=(one_line(text),))
