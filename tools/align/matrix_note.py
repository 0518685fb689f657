"""A note drafted from a matrix: topic by topic what each roadmap holds, where they differ, who is silent."""

from collections.abc import Callable, Iterable, Sequence

from ...core.document import Inline, Section
from ...core.shapes import Citation, Claim, Making, Note, NoteSection
from ..answer.blocks import blocks_of
from ..answer.sentences import computed, mark
from ..document.page import aside, note_page, source_entry
from ..evidence.framing import framed, sentence, verb_of
from ..evidence.source_list import numbered_by_source
from ..publish.colophon import source_type
from ..publish.markdown import blocks_markdown, markdown
from .matrix import Action, AlignmentMatrix, Divergence, MatrixCell, MatrixRow
from .row_reading import NAMES, voting

_TITLE = "Alignment of roadmaps: a note"
_NOTHING = "Nothing of this kind in the matrix."
_MOST_DUE = 12
_READINGS = {"converge": "they converge", "diverge": "they diverge", "mixed": "some differ", "gap": "a gap"}


def matrix_note(matrix: AlignmentMatrix, holds: Callable[[Citation], bool], title: str = "") -> Note:
    """Return the note; a claim stays only where each of its quotes still `holds`, and the others are counted."""
    made = [*(_topic(matrix, row) for row in matrix.rows), _due(matrix)]
    kept = [one.model_copy(update={"claims": [c for c in one.claims if all(map(holds, c.citations))]}) for one in made]
    dropped = sum(len(one.claims) - len(now.claims) for one, now in zip(made, kept, strict=True))
    numbered, sources = numbered_by_source(kept)
    claims = [claim for section in numbered for claim in section.claims]
    blocks = [blocks_of(one.claims) or (aside("silence", one.text),) for one in numbered]
    texts = [blocks_markdown(mine) for mine in blocks]
    making = Making(digital_source_type=source_type("evidence"))
    name = title or _TITLE
    sections = [Section(heading=one.heading, blocks=mine) for one, mine in zip(numbered, blocks, strict=True)]
    document = note_page(name, sections, [source_entry(one, claims) for one in sources], "evidence", making)
    return Note(
        title=name, template="matrix", mode="evidence", dropped=dropped, sources=sources,
        sections=[one.model_copy(update={"text": text}) for one, text in zip(numbered, texts, strict=True)],
        silent=[f"{one.roadmap}: {one.topic}" for one in matrix.cells if one.stance == "silent"],
        not_assessed=[f"{one.roadmap}: {one.topic}" for one in matrix.cells if one.stance == "not_assessed"],
        words=sum(len(text.split()) for text in texts), markdown=f"{markdown(document)}\n", document=document,
        making=making, run=matrix.run,
    )  # fmt: skip


def _section(heading: str, claims: Iterable[Claim]) -> NoteSection:
    return NoteSection(heading=heading, text=_NOTHING, claims=list(claims))


def _topic(matrix: AlignmentMatrix, row: MatrixRow) -> NoteSection:
    """Return what each roadmap holds on a topic, in what they differ, who lacks what others have, and who is silent."""
    votes = voting([cell for cell in matrix.cells if cell.topic == row.topic], matrix.roadmaps)
    lacking = [one for one in matrix.actions if one.kind == "missing_here" and one.topic == row.topic]
    silent = [cell.roadmap for cell in votes if cell.stance == "silent" and not cell.citations]
    claims = [
        *(claim for cell in votes for claim in _quoted(cell)),
        *(_divergence(one) for one in row.divergences if one.citations),
        *(_missing(one) for one in lacking if one.citations),
        *([computed("absence", [f"{', '.join(silent)}: not a word of it."])] if silent else []),
    ]
    return _section(f"{row.topic}: {_READINGS[row.reading]}", claims)


def _due(matrix: AlignmentMatrix) -> NoteSection:
    """Return what is due, by year, each in its roadmap's own words."""
    due = sorted((one for one in matrix.actions if one.kind == "due"), key=lambda one: (one.year or 0, one.roadmap))
    first = {one.citations[0].id: one for one in reversed(due) if one.citations}
    told = [one for one in due if one.citations and first[one.citations[0].id] is one][:_MOST_DUE]
    return _section("Due next", (_framed(one.citations[0], one.citations, one.roadmap) for one in told))


def _quoted(cell: MatrixCell) -> list[Claim]:
    """Return the weightiest quote of a cell as a claim under its roadmap."""
    first = next((one for one in cell.citations if one.role == "quote"), None)
    if first is None:
        return []
    at = cell.citations.index(first)
    led = next((n for n in range(at, 0, -1) if cell.citations[n - 1].role == "quote"), 0)
    return [_framed(first, cell.citations[led : at + 1], cell.roadmap)]


def _framed(quote: Citation, cited: Sequence[Citation], roadmap: str) -> Claim:
    framing = framed(quote, verb_of(quote.quote))
    return Claim(
        text=sentence(framing, [quote]), kind="stated", framing=framing, verdict="supported", citations=list(cited),
        leg=roadmap,
    )  # fmt: skip


def _divergence(one: Divergence) -> Claim:
    parts: list[Inline] = [f"{NAMES[one.type].capitalize()}: {one.detail} ", mark(one.citations), "."]
    return computed("inference", parts, one.citations)


def _missing(one: Action) -> Claim:
    parts: list[Inline] = [f"{one.roadmap}: agreed elsewhere, missing here ({one.detail}) ", mark(one.citations), "."]
    return computed("inference", parts, one.citations)
