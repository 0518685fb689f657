"""Changes as a document for every writer: what is compared, and a table for each kind, with the words of both times."""

from collections.abc import Iterable, Iterator, Sequence

from ...core.document import Document, Inline, Paragraph, Section, Sentence, SourceEntry, Table
from ...core.shapes import Citation, Making
from ...core.text import one_line
from ..answer.sentences import mark, proofs, quotation
from ..document.page import note_page, source_place
from .change_table import ChangeTable, ChangeWords, change_tables, introduction, title
from .changed import Changes


def changes_page(changes: Changes) -> Document:
    """Return the paper: nothing but quotes, and what code says of them."""
    return paper(title(changes), introduction(changes), change_tables(changes), _sources(changes))


def paper(
    title: str, told: Iterable[str], tables: Sequence[ChangeTable], sources: Sequence[SourceEntry] = ()
) -> Document:  # fmt: skip
    """Return sentences and tables under a title as a document."""
    blocks = tuple(Paragraph(sentences=(_plain(one),)) for one in told)
    sections = [Section(blocks=blocks), *(_section(table) for table in tables)]
    return note_page(title, sections, sources, "evidence", Making(), is_signed=False)


def _section(table: ChangeTable) -> Section:
    rows = tuple(tuple(map(_sentence, row)) for row in table.rows)
    return Section(heading=table.title, blocks=(Table(heads=table.heads, rows=rows),))


def _sentence(words: ChangeWords) -> Sentence:
    if isinstance(words, str):
        return _plain(words)
    parts: list[Inline] = []
    for one in words:
        parts += [*([" "] if parts else []), quotation([one], [one]), " ", mark([one])]
    return Sentence(kind="quoted", parts=tuple(parts), proofs=proofs(words)) if parts else _plain("")


def _plain(text: str) -> Sentence:
    return Sentence(kind="remark", parts=(one_line(text),))


def _sources(changes: Changes) -> list[SourceEntry]:
    """Return the reports that are quoted, one entry for each content: the earlier one of two says that it is that."""
    cited: dict[int, list[Citation]] = {}
    for citation in cited_in(changes):
        cited.setdefault(citation.number, []).append(citation)
    latest = {one.report: one.number for one in _new(changes)}
    entries = []
    for number, mine in sorted(cited.items()):
        one = mine[0]
        is_earlier = latest.get(one.report, number) != number
        title = f"{one.title} (its text before)" if is_earlier else one.title
        entries.append(
            SourceEntry(
                number=number, title=title, organisation=one.organisation, date=one.date, file=one.file,
                status=one.status, superseded_by=one.superseded_by, edition=one.edition,
                places=tuple(dict.fromkeys(map(source_place, mine))),
            )
        )  # fmt: skip
    return entries


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
