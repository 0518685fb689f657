"""Changes as a document for every writer: what is compared, and a table for each kind, with the words of both times."""

from collections.abc import Iterable, Iterator, Sequence

from ...core.document import Document, Inline, Paragraph, Section, Sentence, SourceEntry, Table
from ...core.shapes import Citation, Making
from ...core.text import one_line
from ..answer.sentences import mark, proofs, quotation
from ..document.page import cited_sources, note_page
from .change_table import (
    BEFORE,
    NEW_STANCES,
    NEW_WORDS,
    NOW,
    OLD_STANCES,
    OLD_WORDS,
    ChangeTable,
    ChangeWords,
    change_tables,
    introduction,
    title,
)
from .changed import Changes

_SHOWN_BY = {BEFORE: (OLD_WORDS, OLD_STANCES), NOW: (NEW_WORDS, NEW_STANCES)}
_BEHIND = frozenset(head for heads in _SHOWN_BY.values() for head in heads)  # what no column of its own is for


def changes_page(changes: Changes) -> Document:
    """Return the paper: nothing but quotes, and what code says of them."""
    return paper(title(changes), introduction(changes), change_tables(changes), _sources(changes))


def paper(
    title: str, told: Iterable[str], tables: Sequence[ChangeTable], sources: Sequence[SourceEntry] = ()
) -> Document:  # fmt: skip
    """Return sentences and tables under a title as a document."""
    blocks = tuple(Paragraph(sentences=(_plain(one),)) for one in told)
    sections = [Section(blocks=blocks), *(_section(table) for table in tables)]
    page = note_page(title, sections, sources, "evidence", Making(), is_signed=False)
    return page.model_copy(update={"landscape": True})


def _section(table: ChangeTable) -> Section:
    """Return a table for a page: words stand with what they show, and columns without any content are left out."""
    at = {head: place for place, head in enumerate(table.heads)}
    columns = {head: [at[one] for one in (head, *_SHOWN_BY.get(head, ())) if one in at] for head in table.heads}
    heads = tuple(
        head for head in table.heads
        if head not in _BEHIND and any(row[place] for row in table.rows for place in columns[head])
    )  # fmt: skip
    rows = tuple(tuple(_sentence([row[place] for place in columns[head]]) for head in heads) for row in table.rows)
    return Section(heading=table.title, blocks=(Table(heads=heads, rows=rows),))


def _sentence(contents: Sequence[ChangeWords]) -> Sentence:
    parts: list[Inline] = []
    cited: list[Citation] = []
    for one in contents:
        if isinstance(one, str):
            parts += [": " if any(parts) and one else "", one_line(one)]
        for citation in () if isinstance(one, str) else one:
            parts += [
                " " if cited else ": " if any(parts) else "",
                quotation([citation], [citation]),
                " ",
                mark([citation]),
            ]
            cited.append(citation)
    told = tuple(part for part in parts if part != "")
    return Sentence(kind="quoted", parts=told, proofs=proofs(cited)) if cited else Sentence(kind="remark", parts=told)


def _plain(text: str) -> Sentence:
    return Sentence(kind="remark", parts=(one_line(text),))


def _sources(changes: Changes) -> list[SourceEntry]:
    """Return the reports that are quoted, one entry for each content: the earlier one of two says that it is that."""
    latest = {one.report: one.number for one in _new(changes)}
    reports = {one.number: one.report for one in cited_in(changes)}
    return [
        one.model_copy(update={"title": f"{one.title} (its text before)"})
        if latest.get(reports[one.number], one.number) != one.number
        else one
        for one in cited_sources(cited_in(changes))
    ]


def cited_in(changes: Changes) -> Iterator[Citation]:
    """Yield all citations of changes in the order of their tables."""
    for table in change_tables(changes):
        for row in table.rows:
            for words in row:
                yield from () if isinstance(words, str) else words


def _new(changes: Changes) -> Iterator[Citation]:
    for one in (*changes.figures, *changes.years):
        yield one.new
    for kind in (changes.stances, changes.first_spoken, changes.gone_silent, changes.assessed, changes.not_assessed):
        for change in kind:
            yield from change.new
