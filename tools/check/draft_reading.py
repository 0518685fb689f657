"""Reads a draft with the readers that reports are read with, and cuts it into the sentences that are checked.

Headings, tables, captions, lists of works and running heads are none; the items of a list are. Nothing is kept of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.errors import UsageError
from ...core.text import one_line, squash, without_controls
from ...language.joint import pattern
from ...language.languages import guess_language
from ...language.sentences import sentences
from ...vectorstore.reading.page import Block, FileText
from ...vectorstore.reading.sandbox import read_apart
from .draft import Draft, DraftSentence
from .word.word_comments import WordFile
from .word.word_text import WordPlace

ENDINGS = (".docx", ".md", ".markdown", ".html", ".htm", ".pdf", ".txt")
_CAPTION = pattern("drafts.captions", lead=r"^\W*", end=r"\s?\d+\b")
_ENDS = (".", "!", "?", "…", "。", "！", "？", ";", ":")
_CLOSING = "”\"'»)]’0123456789¹²³⁴⁵⁶⁷⁸⁹"  # what may stand behind the last stop: quotes, brackets, the marks of notes
_FEWEST = 3  # words of a sentence
_LONGEST = 4_000  # characters, as of a question
_MOST = 2_000  # sentences of one draft


@dataclass(slots=True)
class _Stretch:
    """A paragraph or an item of a draft."""

    text: str
    section: str
    page: int | None
    kind: str


def read_draft(path: Path) -> tuple[Draft, dict[int, WordPlace]]:
    """Return a draft, and for a Word file where each of its sentences stands in it, by number, as far as found.

    Raises UsageError for a kind of file that no draft is, and for one without a sentence; ReadFailure for what cannot
    be read.
    """
    if path.suffix.lower() not in ENDINGS:
        kind = path.suffix or "a file without ending"
        raise UsageError(f"{str(path)!r} cannot be checked: {kind!r} is none of {', '.join(ENDINGS)}")
    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}: name the draft to check")
    document = read_apart(path)
    word = WordFile(path) if path.suffix.lower() == ".docx" else None
    notes = word.notes() if word else {}
    apart = {squash(text) for text in notes.values()}
    stretches = [one for one in _stretches(document) if squash(one.text) not in apart]
    language = guess_language(" ".join(one.text for one in stretches))
    found = tuple(_sentences(stretches, language))
    if not found:
        raise UsageError(f"{str(path)!r} holds no sentence that could be checked: see whether it is a text")
    if len(found) > _MOST:
        raise UsageError(f"{str(path)!r} has {len(found):,} sentences, more than {_MOST:,}: check it part by part")
    places = _places(word, found) if word else {}
    told = {kind_and_id: one_line(text) for kind_and_id, text in notes.items()}
    found = tuple(
        replace(one, notes=tuple(told[note] for note in places[one.number].notes if note in told))
        if one.number in places else one
        for one in found
    )  # fmt: skip
    return Draft(path.name, _title(document), language, found, _works(document)), places


def _stretches(document: FileText) -> Iterator[_Stretch]:
    """Yield the paragraphs and items, each whole where a page turn cuts it."""
    open_: _Stretch | None = None
    section = ""
    for page in document.pages:
        section = page.path[-1] if page.path else section if page.kind == "page" else ""
        for block in page.blocks:
            text = page.text[block.start : block.end]
            if block.kind == "heading":
                section = one_line(text) if page.kind == "page" else section
            if open_ is not None and _goes_on(open_, block, text, page.page):
                open_.text = f"{open_.text} {text}"
                continue
            if open_ is not None:
                yield open_
            is_said = block.kind in ("text", "item") and not _CAPTION.search(text)
            open_ = _Stretch(text, section, page.page, block.kind) if is_said else None
    if open_ is not None:
        yield open_


def _goes_on(open_: _Stretch, block: Block, text: str, page: int | None) -> bool:
    """Tell whether a block on another page carries on the paragraph that is open."""
    cut = page != open_.page and not open_.text.rstrip().rstrip(_CLOSING).endswith(_ENDS)
    return cut and block.kind == open_.kind and text[:1].islower()


def _sentences(stretches: Iterable[_Stretch], language: str | None) -> Iterator[DraftSentence]:
    number = 0
    for stretch in stretches:
        before: list[str] = []
        for start, end in sentences(stretch.text, language):
            text = without_controls(one_line(stretch.text[start:end]))
            if _is_sentence(text, stretch.kind):
                number += 1
                yield DraftSentence(
                    number, text[:_LONGEST], one_line(stretch.section), stretch.page, " ".join(before)
                )  # fmt: skip
            before.append(text)


def _is_sentence(text: str, kind: str) -> bool:
    """Tell whether a text says something: a line without a stop is a title, an address or a caption, unless an item."""
    words = re.findall(r"[^\W\d_]+", text)
    dense = not any(word.isascii() for word in words) and len("".join(words)) > 2 * _FEWEST
    whole = kind == "item" or text.rstrip(_CLOSING).rstrip().endswith(_ENDS) or text.endswith(_ENDS)
    return whole and (len(words) >= _FEWEST or dense)


def _title(document: FileText) -> str:
    headings = (
        page.text[block.start : block.end]
        for page in document.pages
        for block in page.blocks
        if block.kind == "heading"
    )
    return one_line(next(headings, ""))


def _works(document: FileText) -> dict[int, str]:
    """Return the numbered entries of the list of references: "[3] …", "3. …"."""
    found: dict[int, str] = {}
    for page in document.pages:
        for block in page.blocks:
            if block.kind == "reference":
                text = one_line(page.text[block.start : block.end])
                match = re.match(r"\[?(\d{1,3})[\]).]?\s+(.+)", text)
                number = int(match[1]) if match else len(found) + 1
                found.setdefault(number, match[2] if match else text)
    return found


def _places(word: WordFile, found: Iterable[DraftSentence]) -> dict[int, WordPlace]:
    """Return where sentences stand in the body of a Word file: in order, else anywhere; a box takes no comment."""
    places: dict[int, WordPlace] = {}
    after = (0, 0)
    for one in found:
        hit = word.text.find(one.text, after) or word.text.find(one.text)
        if hit is None or hit[0].paragraph.is_boxed:
            continue
        places[one.number] = hit[0]
        after = max(after, hit[1])
    return places
