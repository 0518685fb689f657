"""Reads what was saved as JSON: an answer, a note, the lines of a batch or of its journal, a run record."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ...core.errors import UsageError
from ...core.shapes import Answer, Citation, Claim, Note
from ...core.text import one_line
from .earlier import unescaped
from .item import Assertion, Cited, Item, MarkedText, NotOurs, Spending

_LONGEST = 64_000_000  # bytes of one answer or note: a hundred times what any has been
_PATIENCE = 20  # lines that are none of ours at the head of a file
_OTHER = "it is no answer or note of coscribe"
Saved = TypeVar("Saved", Answer, Note)


def read_json(path: Path) -> Iterator[Item]:
    """Yield the one item of a .json file; raises NotOurs."""
    if path.stat().st_size > _LONGEST:
        raise UsageError(f"{str(path)!r} is too large for one answer or note: give answers as .jsonl, one a line")
    yield item_of(_parsed(path.read_bytes()), "")


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
                data = _parsed(line)
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


def item_of(data: Any, where: str) -> Item:
    """Return the item in a JSON value; `where` leads to it. Raises NotOurs."""
    if isinstance(data, dict):
        for inner in ("record", "result"):  # of a journal, of a run record
            if isinstance(data.get(inner), dict):
                data = data[inner]
        if {"question", "answer", "claims"} <= data.keys():
            return _answer(_validated(Answer, data), data, where)
        if {"sections", "sources", "title"} <= data.keys():
            return _note(_validated(Note, data), where)
    raise NotOurs(_OTHER)


def _parsed(line: bytes) -> Any:
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


def _answer(answer: Answer, data: Mapping[str, Any], where: str) -> Item:
    row = str(data["id"]) if "id" in data else None
    place = f"{where.removesuffix(', ')} ({row}), " if row is not None else where
    claims, cited = _claims(answer.claims, answer.mode, place)
    nearest = [_cited(one, f"{place}nearest {number}") for number, one in enumerate(answer.nearest, 1)]
    spending = Spending(answer.cost, answer.run, answer.question if row is not None else None, row)
    return Item(
        where=place, mode=answer.mode, assertions=claims, cited=(*cited, *nearest),
        passages=(MarkedText(f"{place}answer", answer.answer, claims),),
        spending=None if answer.status == "failed" else spending,
    )  # fmt: skip


def _note(note: Note, where: str) -> Item:
    passages: list[MarkedText] = []
    everything: list[Cited] = []
    for section in note.sections:
        place = f"{where}{one_line(section.heading)!r}, "
        claims, cited = _claims(section.claims, note.mode, place)
        everything += cited
        passages.append(MarkedText(place.removesuffix(", "), section.text, claims))
    return Item(
        where=where, mode=note.mode, passages=tuple(passages), cited=tuple(everything), sources=tuple(note.sources),
        assertions=tuple(claim for passage in passages for claim in passage.claims or ()),
        spending=Spending(note.cost, note.run), problems=tuple(("report", problem) for problem in _unlike(note)),
    )  # fmt: skip


def _unlike(note: Note) -> Iterator[str]:
    """Yield where the Markdown of a note is not that of its title, sections and sources."""
    rest = note.markdown
    for section in note.sections:
        if section.text not in rest:
            yield f"its markdown lacks the text of {one_line(section.heading)!r}"
        rest = rest.replace(section.text, "", 1)
    lines = [one_line(line) for line in rest.splitlines() if line.strip()]
    heads = [note.title, *(section.heading for section in note.sections)]
    for head in map(one_line, heads):
        if head not in (unescaped(line.lstrip("# ")) for line in lines if line.startswith("#")):
            yield f"its markdown has no heading {head!r}"
    for source in note.sources:
        if not any(line.startswith(f"{source.number}. ") and f"`{source.file}`" in line for line in lines):
            yield f"its markdown does not list source {source.number}, {source.file!r}"
    for line in lines:
        if not line.startswith(("#", "*")) and not line.partition(". ")[0].isdigit():
            yield f"its markdown says what no section does: {line[:80]!r}"


def _claims(claims: list[Claim], mode: Any, where: str) -> tuple[tuple[Assertion, ...], list[Cited]]:
    """Return the claims that stand, and what all of them cite."""
    standing: list[Assertion] = []
    everything: list[Cited] = []
    for number, claim in enumerate(claims, 1):
        place = f"{where}claim {number}"
        cited = tuple(_cited(one, f"{place}, [{one.number}]") for one in claim.citations)
        everything += cited
        if claim.verdict == "supported":
            standing.append(Assertion(place, claim.text, claim.kind, mode, cited, claim))
    return tuple(standing), everything


def _cited(citation: Citation, where: str) -> Cited:
    return Cited(
        where=where, number=citation.number, file=citation.file, label=citation.locator.label, quote=citation.quote,
        report=citation.report, citation=citation,
    )  # fmt: skip
