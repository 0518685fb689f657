"""Reads what was saved as JSON: an answer, note or matrix, changes, lines of a batch or its journal, a run record."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ...core.document import Document, Section, TextBlock, plain_text, sentences_of
from ...core.errors import UsageError
from ...core.shapes import Answer, Claim, Making, Mode, Note
from ...core.text import one_line, squash
from ..align.matrix import AlignmentMatrix
from ..align.matrix_page import matrix_page
from ..align.row_reading import told, voting
from ..changes.answer_changes import AnswerChanges
from ..changes.changed import Changes
from ..check.checked_draft import CheckedDraft
from ..document.abbreviations import abbreviation_section
from ..document.page import answer_page, note_page, source_entry
from ..publish.markdown import blocks_markdown, markdown
from ..publish.sidecar import IN_FULL, sidecar
from . import earlier
from .compared.changes_item import changes_item
from .compared.check_item import check_item
from .composed import statements_in, statements_of
from .earlier import published_otherwise, statements
from .finding import ProblemKind
from .held import Held
from .item import Assertion, Cited, Item, MarkedText, NotOurs, Spending, cited_as
from .wording_check import shown

_LONGEST = 64_000_000  # bytes of one answer or note: a hundred times what any has been
_PATIENCE = 20  # lines that are none of ours at the head of a file
_BEFORE = 30  # characters shown in front of where a text begins to differ
_RENDERED = "what its document renders to"
_NOBODY = "\ue000"  # stands for a model in a text that is compared
_OTHER = "it is no answer, note or matrix of coscribe, no changes and no check"
Finished = Answer | Note | AlignmentMatrix | Changes | AnswerChanges | CheckedDraft
Saved = TypeVar("Saved", Answer, Note, AlignmentMatrix, Changes, AnswerChanges, CheckedDraft)


def read_json(path: Path) -> Iterator[Item]:
    """Yield the one item of a .json file; raises NotOurs."""
    if path.stat().st_size > _LONGEST:
        raise UsageError(f"{str(path)!r} is too large for one answer or note: give answers as .jsonl, one a line")
    yield item_of(parsed(path.read_bytes()), "")


def read_lines(path: Path) -> Iterator[Item]:
    """Yield an item for each line of a .jsonl file or journal, however many there are; raises NotOurs if none is one.

    A line that is damaged or something else becomes an item with a problem.
    """
    strange: list[Item] = []
    ours = False
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LONGEST), b""), 1):
            if not line.strip():
                continue
            try:
                data = parsed(line)
                if isinstance(data, dict) and data.keys() - {"sum"} == {"output", "digest"}:
                    continue  # a journal's note on its output
                item = item_of(data, f"line {number}, ")
            except NotOurs as error:
                item = Item(f"line {number}, ", "evidence", problems=(("report", str(error)),))
                if not ours:
                    strange.append(item)
                    if len(strange) > _PATIENCE:
                        raise
                    continue
            else:
                ours = True
            yield from strange
            strange.clear()
            yield item
    if not ours:
        raise NotOurs(strange[0].problems[0][1] if strange else "it holds no line")


def read_note(path: Path, places: Held) -> Iterator[Item]:
    """Yield the one item of a .md file: by the JSON beside it, else as far as its text tells; raises NotOurs."""
    beside = sidecar(path)
    try:
        data: Any = parsed(beside.read_bytes()) if beside.is_file() and beside.stat().st_size <= _LONGEST else None
        made, _ = made_of(data)
    except NotOurs:  # damaged, or of something else: as good as none
        yield earlier.read_note(path, places)
        return
    text = earlier.text_of(path)
    item = saved_item(made)
    published = _published(made, text, in_brief=isinstance(made, Answer) and IN_FULL not in data)
    wrong = _otherwise(text, published, "that of the JSON beside it")
    yield replace(item, problems=(*item.problems, ("report", wrong))) if wrong else item


def _published(made: Finished, text: str, *, in_brief: bool) -> str:
    """Return what was made as it is published; who made an answer, the text alone says."""
    if isinstance(made, Note):
        return made.markdown
    if not isinstance(made, Answer):
        return f"{markdown(made.document or Document())}\n"
    page = answer_page(made, made_by=_NOBODY)
    begin, gap, end = f"{markdown(page, in_brief=in_brief)}\n".partition(_NOBODY)
    fits = text.startswith(begin) and text.endswith(end) and "\n" not in text[len(begin) : len(text) - len(end)]
    return text if gap and fits else f"{begin}{end}"


def item_of(data: Any, where: str) -> Item:
    """Return the item in a JSON value; `where` leads to it. Raises NotOurs."""
    return saved_item(*made_of(data), where)


def saved_item(made: Finished, row: str | None = None, where: str = "") -> Item:
    """Return the item of what was made, or of what a `row` of a batch was answered with."""
    if isinstance(made, AlignmentMatrix):
        return _matrix(made, where)
    if isinstance(made, Changes | AnswerChanges):
        return changes_item(made, where)
    if isinstance(made, CheckedDraft):
        return check_item(made, where)
    return _note(made, where) if isinstance(made, Note) else _answer(made, row, where)


def made_of(data: Any) -> tuple[Finished, str | None]:
    """Return what was made in a JSON value, and the row of a batch that it answers; raises NotOurs."""
    if isinstance(data, dict):
        for inner in ("record", "result"):  # of a journal, of a run record
            if isinstance(data.get(inner), dict):
                data = data[inner]
        if {"question", "answer", "claims"} <= data.keys():
            return _validated(Answer, data), str(data["id"]) if "id" in data else None
        if {"sections", "sources", "title"} <= data.keys():
            return _validated(Note, data), None
        if {"topics", "roadmaps", "cells"} <= data.keys():
            return _validated(AlignmentMatrix, data), None
        if {"before", "after", "readings", "first_spoken"} <= data.keys():
            return _validated(Changes, data), None
        if {"before", "after", "changed", "unchanged"} <= data.keys():
            return _validated(AnswerChanges, data), None
        if {"file", "summary", "sentences"} <= data.keys():
            return _validated(CheckedDraft, data), None
    raise NotOurs(_OTHER)


def parsed(line: bytes) -> Any:
    """Return a JSON value as it was saved; raises NotOurs."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
        if b"\\u" in line:  # half a surrogate pair is JSON, but no text that the catalogue could be asked for
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        return value
    except UnicodeDecodeError as error:
        raise NotOurs("it is no text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise NotOurs(f"it is no JSON ({one_line(str(error))})") from error


def _validated(kind: type[Saved], data: Mapping[str, Any]) -> Saved:
    try:
        return kind.model_validate(data, extra="ignore")  # a later version may have added keys
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise NotOurs(f"its {place} is damaged ({one_line(first['msg']).lower()})") from error


def _answer(answer: Answer, row: str | None, where: str) -> Item:
    place = f"{where.removesuffix(', ')} ({row}), " if row is not None else where
    document = answer.document
    blocks = tuple(document.blocks()) if document else None
    claims, cited = _claims(answer.claims, answer.mode, place, blocks)
    nearest = [cited_as(one, f"{place}nearest {number}") for number, one in enumerate(answer.nearest, 1)]
    spending = Spending(answer.cost, answer.run, answer.question if row is not None else None, row)
    wrong = _otherwise(answer.answer, markdown(document), _RENDERED) if document else None
    return Item(
        where=place, mode=answer.mode, assertions=claims, cited=(*cited, *nearest),
        passages=(_passage(f"{place}answer", answer.answer, claims, blocks),),
        spending=None if answer.status == "failed" else spending, problems=(("report", wrong),) if wrong else (),
    )  # fmt: skip


def _note(note: Note, where: str) -> Item:
    passages: list[MarkedText] = []
    everything: list[Cited] = []
    composed = [section.blocks for section in note.document.sections[1:]] if note.document else []
    for at, section in enumerate(note.sections):
        blocks = composed[at] if at < len(composed) else None
        place = f"{where}{one_line(section.heading)!r}, "
        claims, cited = _claims(section.claims, note.mode, place, blocks)
        everything += cited
        passages.append(_passage(place.removesuffix(", "), section.text, claims, blocks))
    if note.abbreviations:
        below = abbreviation_section(note.abbreviations, note.making.language if note.making else "en")
        place = f"{where}{below.heading!r}, "
        claims, cited = _claims([one.claim for one in note.abbreviations], note.mode, place, below.blocks)
        everything += (replace(one, is_part=True) for one in cited)
        passages.append(_passage(place.removesuffix(", "), "", claims, below.blocks))
    problems = list(_composed_otherwise(note, note.document) if note.document else published_otherwise(note))
    problems += [
        f"{shown(one.citation.quote)} does not say that {one.short!r} is {one.meaning!r}"
        for one in note.abbreviations
        if not all(part in one_line(one.citation.quote) for part in (one.short, one.meaning))
    ]
    return Item(
        where=where, mode=note.mode, passages=tuple(passages), cited=tuple(everything), sources=tuple(note.sources),
        assertions=tuple(claim for passage in passages for claim in passage.claims or ()),
        spending=Spending(note.cost, note.run), problems=tuple(("report", problem) for problem in problems),
    )  # fmt: skip


def _composed_otherwise(note: Note, document: Document) -> Iterator[str]:
    """Yield where the document of a note is not made of its sections and sources, or not what its Markdown shows."""
    claims = [claim for section in note.sections for claim in section.claims]
    claims += [one.claim for one in note.abbreviations]
    entries = [source_entry(source, claims) for source in note.sources]
    blocks = [section.blocks for section in document.sections[1:]]
    sections = [Section(heading=one.heading, blocks=mine) for one, mine in zip(note.sections, blocks, strict=False)]

    def page(making: Making, *, is_signed: bool = False) -> Document:
        return note_page(
            note.title, sections, entries, note.mode, making, abbreviations=note.abbreviations, is_signed=is_signed
        )

    if note.making is not None:
        expected = page(note.making, is_signed=True)
    else:  # from before notes told it, in which nothing but the line itself says who made it
        begin, _, end = _maker(page(Making(drafted_by=_NOBODY))).partition(_NOBODY)
        expected = page(Making(drafted_by=_maker(document).removeprefix(begin).removesuffix(end)))
    if document != expected:
        yield "its document is not made of its title, sections and sources"
    for section, mine in zip(note.sections, blocks, strict=False):
        if wrong := _otherwise(section.text, blocks_markdown(mine), _RENDERED):
            yield f"{one_line(section.heading)!r}: {wrong}"
    whole, brief = (f"{markdown(document, in_brief=in_brief)}\n" for in_brief in (False, True))
    if wrong := _otherwise(note.markdown, brief if note.markdown == brief else whole, _RENDERED):
        yield wrong


def _matrix(matrix: AlignmentMatrix, where: str) -> Item:
    cells = [
        cited_as(one, f"{where}{cell.topic} | {cell.roadmap}, [{one.number}]")
        for cell in matrix.cells
        for one in cell.citations
    ]
    nearest = [
        cited_as(cell.searched.nearest, f"{where}{cell.topic} | {cell.roadmap}, nearest")
        for cell in matrix.cells
        if cell.searched.nearest
    ]
    rows = [
        cited_as(one, f"{where}{row.topic}, {found.type}")
        for row in matrix.rows for found in row.divergences for one in found.citations
    ]  # fmt: skip
    follows = [
        cited_as(one, f"{where}{each.topic} | {each.roadmap}") for each in matrix.actions for one in each.citations
    ]
    problems: list[tuple[ProblemKind, str]] = [("report", problem) for problem in _matrix_otherwise(matrix)]
    return Item(
        where=where, mode=matrix.mode, cited=(*cells, *nearest, *rows, *follows),
        spending=Spending(matrix.cost, matrix.run),
        problems=(*problems, *_beside_quotes(matrix)),
    )  # fmt: skip


def _matrix_otherwise(matrix: AlignmentMatrix) -> Iterator[str]:
    """Yield where the document and the sentences of a matrix are not made of its cells."""
    for row in matrix.rows:
        votes = voting([cell for cell in matrix.cells if cell.topic == row.topic], matrix.roadmaps)
        if row.sentence != plain_text(told(row.reading, votes, row.divergences)):
            yield f"the sentence on {row.topic!r} is not made of its cells: {shown(row.sentence)}"
    if matrix.document is not None:
        begin, _, end = _maker(matrix_page(matrix, _NOBODY)).partition(_NOBODY)
        maker = _maker(matrix.document).removeprefix(begin).removesuffix(end)
        if matrix.document != matrix_page(matrix, maker):
            yield "its document is not made of its cells and rows"


def _beside_quotes(matrix: AlignmentMatrix) -> Iterator[tuple[ProblemKind, str]]:
    """Yield what cells say that no quote of theirs does: figures, and quotes that others have."""
    for cell in matrix.cells:
        name = f"{cell.topic} | {cell.roadmap}"
        quotes = {one.id: squash(one.quote) for one in cell.citations}
        for figure in cell.figures:
            if squash(figure.text) not in quotes.get(figure.quote, ""):
                yield "figure", f"{name}: {figure.text} is not in the words it is taken from"
        if cell.position and not any(squash(cell.position) in words for words in quotes.values()):
            yield "quote", f"{name}: {shown(cell.position)} is not what it cites"
        if any(one.quote not in quotes for one in cell.signs):
            yield "quote", f"{name}: a stance rests on words that it does not cite"
    held = {one.id for cell in matrix.cells for one in cell.citations}
    for row in matrix.rows:
        for found in row.divergences:
            if any(one.id not in held for one in found.citations):
                yield "quote", f"{row.topic}: a divergence rests on words that no cell cites"


def _maker(document: Document) -> str:
    """Return the line of a note that says how it was made."""
    blocks = document.sections[0].blocks if document.sections else ()
    return " ".join(sentence.text for block in blocks for sentence in sentences_of(block))


def _otherwise(text: str, expected: str, what: str) -> str | None:
    """Return what is wrong with a text if it is not the expected one, with the words where it begins to differ."""
    if text == expected:
        return None
    pairs = enumerate(zip(text, expected, strict=False))
    at = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(text), len(expected)))
    return f"its text is not {what}: {shown(text[max(0, at - _BEFORE) :])}"


def _passage(
    where: str, text: str, claims: tuple[Assertion, ...], blocks: Sequence[TextBlock] | None
) -> MarkedText:  # fmt: skip
    return MarkedText(where, tuple(statements(text) if blocks is None else statements_of(blocks)), claims)


def _claims(
    claims: list[Claim], mode: Mode, where: str, blocks: Sequence[TextBlock] | None
) -> tuple[tuple[Assertion, ...], list[Cited]]:
    """Return the claims that stand, and what all of them cite."""
    standing: list[Assertion] = []
    everything: list[Cited] = []
    sentences = {one.claim: one for block in blocks or () for one in sentences_of(block)}
    for number, claim in enumerate(claims, 1):
        place = f"{where}claim {number}"
        cited = tuple(cited_as(one, f"{place}, [{one.number}]") for one in claim.citations)
        everything += cited
        if claim.verdict == "supported":
            sentence = sentences.get(number - 1)
            is_composed = sentence is not None and sentence.text == claim.text
            parts = statements_in(sentence.parts) if sentence and is_composed else statements(claim.text)
            told = () if claim.kind == "stated" else tuple(parts)
            standing.append(Assertion(place, claim.text, claim.kind, mode, cited, claim, told))
    return tuple(standing), everything
