"""Writes a checked draft: as a document, as sheets, as JSON, or into the Word file itself as comments."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...core.errors import UsageError
from ...core.shapes import Citation
from ...core.system.files import write_whole
from ..changes.change_files import CHANGE_ENDINGS as PAPERS
from ..changes.change_files import quote_line, sheets_with, workbook
from ..changes.change_table import ChangeTable
from ..publish.markdown import markdown
from ..publish.publication import FORMATS, published_as
from ..publish.sidecar import with_sidecar
from .check_page import IN_WORDS, introduction, reason_line
from .checked_draft import CheckedDraft, CheckedSentence
from .word.word_comments import WordComment, WordFile
from .word.word_text import WordPlace

ENDINGS = (*PAPERS, ".json")
_NOUN = "the check"
_ADVICE = "name another file"
_LISTED = 12  # sentences without a place in the Word file that its first comment names


def write_check(
    made: CheckedDraft, paths: Sequence[Path], date: str, source: Path, places: Mapping[int, WordPlace]
) -> None:
    """Write the files, each by its ending; a Word file is the draft itself with comments, where that is one.

    `date` is ISO 8601. Raises UsageError for what cannot be written, and for a path that is the draft itself.
    """
    for path in paths:
        if path.exists() and path.samefile(source):
            raise UsageError(f"{str(path)!r} is the draft itself: write to another file")
    is_word = source.suffix.lower() == ".docx"
    own = [path for path in paths if is_word and path.suffix.lower() == ".docx"]
    commented = with_comments(made, source, places, date) if own else b""
    contents: dict[Path, str | bytes] = {}
    for path in paths:
        content = commented if path in own else _content(made, path.suffix.lower(), date)
        is_bare = path.suffix.lower() == ".md"  # it carries nothing: its JSON stands beside it
        contents |= with_sidecar(path, content, made) if is_bare else {path: content}
    for path, content in contents.items():
        write_whole(path, content, _NOUN, advice=_ADVICE)


def _content(made: CheckedDraft, ending: str, date: str) -> str | bytes:
    told = published_as(made, "evidence", drafted_by="", date=date)
    match ending:
        case ".json":
            return f"{json.dumps(made.model_dump(mode='json'), ensure_ascii=False, indent=2)}\n"
        case ".xlsx":
            return workbook(check_sheets(made), told.colophon.carried)
    return FORMATS[ending].write(told) if ending in FORMATS else f"{markdown(told.document)}\n"


def check_sheets(made: CheckedDraft) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return the rows of each sheet, the first of them the header: the summary, then the tables."""
    return sheets_with("What was checked", introduction(made), check_tables(made))


def check_tables(made: CheckedDraft) -> list[ChangeTable]:
    """Return the sheets of a check: its sentences, their figures, and the references."""
    sentences = tuple(
        (str(one.number), one.section, str(one.page or ""), one.text, IN_WORDS[one.label], one.judged_by,
         reason_line(one), _quotes(one.citations), _quotes(one.nearest))
        for one in made.sentences
    )  # fmt: skip
    figures = tuple(
        (str(one.number), figure.text, figure.standing, figure.other or "", _quotes(one.citations))
        for one in made.sentences for figure in one.figures
    )  # fmt: skip
    references = tuple(
        (str(one.number), reference.text, reference.title or "", reference.file or "", reference.standing,
         reference.stands_on or "", reference.detail)
        for one in made.sentences for reference in one.references
    )  # fmt: skip
    heads = ("No.", "Section", "Page", "Sentence", "Verdict", "Judged by", "Why", "Words", "Nearest words")
    tables = [
        ChangeTable("sentences", "Sentences", heads, sentences),
        ChangeTable("figures", "Figures and dates", ("No.", "Figure", "Standing", "Instead", "Words"), figures),
        ChangeTable(
            "references", "References",
            ("No.", "Reference", "Report", "File", "Standing", "Words stand on", "Detail"), references,
        ),
    ]  # fmt: skip
    return [table for table in tables if table.rows]


def with_comments(made: CheckedDraft, source: Path, places: Mapping[int, WordPlace], date: str) -> bytes:
    """Return the Word file with a comment at each sentence that was looked up, and the summary at the first.

    Raises ReadFailure for a file that cannot be taken apart.
    """
    told = [one for one in made.sentences if one.label != "not_checkable" or one.references]
    placed = [one for one in told if one.number in places]
    first = next((one for one in made.sentences if one.number in places), None)
    when = f"{date[:19]}Z"
    comments = [WordComment(places[first.number], _summary(made, told, placed), when)] if first else []
    comments += [WordComment(places[one.number], _comment(one), when) for one in placed]
    return WordFile(source).commented(comments)


def _summary(
    made: CheckedDraft, told: Sequence[CheckedSentence], placed: Sequence[CheckedSentence]
) -> tuple[str, ...]:  # fmt: skip
    own = {one.number for one in placed}
    left = [f"{IN_WORDS[one.label]}: {one.text}" for one in told if one.number not in own]
    more = [f"and {len(left) - _LISTED} more"] if len(left) > _LISTED else []
    return (*introduction(made), *(["Not marked in the text:", *left[:_LISTED], *more] if left else []))


def _comment(one: CheckedSentence) -> tuple[str, ...]:
    """Return a comment as lines: the label and why, each quote with its place, and each reference."""
    why = reason_line(one)
    label = IN_WORDS[one.label].capitalize()
    words = list(_quotes(one.citations)) or [citation for citation in one.nearest if citation.role == "quote"][:1]
    nearest = ["Nearest words:"] if words and not one.citations else []
    return (
        f"{label}: {why}" if why else label, *nearest, *map(quote_line, words),
        *(reference.detail for reference in one.references),
    )  # fmt: skip


def _quotes(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(one for one in citations if one.role == "quote")
