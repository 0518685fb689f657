"""Cuts a returned file into pieces: lines the form had printed, and what somebody wrote, in a field or out of it."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...core.text import one_line, squash
from ...core.types import SegmentKind
from ...vectorstore.reading.page import FileText
from .form_labels import in_all_languages
from .form_page import FormLine, form_lines
from .made_form import FormCode, Key, MadeForm, SentForm, codes_in, field_of, matched

_SHORT = 16  # characters of a printed line that has to stand on a line of its own to be known again in a PDF


@dataclass(frozen=True, slots=True)
class FormPiece:
    """A piece in the order of the file: its words, the field it stands in, and the printed line that it is."""

    text: str
    kind: SegmentKind = "text"
    code: FormCode | None = None
    key: Key | None = None
    line: FormLine | None = None


def codes(document: FileText, known: Container[FormCode]) -> Counter[FormCode]:
    """Return the codes of the form in a file, by how often fields and text say them.

    Of codes that are not known, only those that stand where a form says its code: other figures look alike.
    """
    found: Counter[FormCode] = Counter()
    said = tuple(words.partition("{")[0] for words in in_all_languages("code"))
    for page in document.pages:
        is_said = any(words in page.text for words in said)
        found.update(code for code in codes_in(page.text) if is_said or code in known)
        found.update(field[0] for block in page.blocks if (field := field_of(block.control)))
    return found


def pieces(document: FileText, form: MadeForm, sent: SentForm) -> Iterator[FormPiece]:
    """Yield the pieces of a file: block by block, or, where lines were broken for paper, by the words of the form."""
    lines = [*form_lines(form, sent), *(FormLine("Aside", text) for text in sent.earlier)]
    if any(page.kind == "page" for page in document.pages):
        yield from _of_paper(document, lines)
    else:
        yield from _of_blocks(document, lines)


def without_placeholder(text: str) -> str:
    """Return an answer without what a field shows while it is empty: people write before and behind it."""
    for name in ("here", "emptied"):
        for shown in in_all_languages(name):
            text = text.replace(shown, " ")
    return text.strip()


def _of_blocks(document: FileText, lines: Sequence[FormLine]) -> Iterator[FormPiece]:
    printed = _by_words(lines)
    for page in document.pages:
        for block in page.blocks:
            if block.kind == "furniture":
                continue
            text = page.text[block.start : block.end]
            field = field_of(block.control)
            if field is not None:
                yield FormPiece(text, block.kind, *field)
            else:
                yield FormPiece(text, block.kind, line=printed.get(matched(text)))


def _by_words(lines: Sequence[FormLine]) -> Mapping[str, FormLine]:
    found: dict[str, FormLine] = {}
    for line in lines:
        found.setdefault(matched(line.text), line)
    return found


def _of_paper(document: FileText, lines: Sequence[FormLine]) -> Iterator[FormPiece]:
    """Find the printed lines wherever they stand in the text, and yield them with what stands between them."""
    text = "\n".join(
        page.text[block.start : block.end]
        for page in document.pages for block in page.blocks if block.kind != "furniture"
    )  # fmt: skip
    signs = [(sign, at) for at, character in enumerate(text) for sign in squash(character)]
    whole = "".join(sign for sign, _ in signs)
    taken: list[tuple[int, int, FormLine]] = []
    for line in sorted(lines, key=lambda one: -len(one.text)):
        for wanted in (_signs(line.text), _signs(one_line(line.text).partition(" ")[2]) if line.key != (0, 0) else ""):
            places = list(_places(whole, wanted)) if wanted else []
            spans = [(signs[at][1], signs[at + len(wanted) - 1][1] + 1) for at in places]
            spans = [one for one in spans if len(wanted) >= _SHORT or _is_alone(text, *one)]
            free = [one for one in spans if all(one[1] <= first or one[0] >= last for first, last, _ in taken)]
            taken += [(first, last, line) for first, last in free]
            if free:
                break
    end = 0
    for first, last, line in sorted(taken, key=lambda one: one[:2]):
        yield from _between(text[end:first])
        yield FormPiece(text[first:last], line=line)
        end = last
    yield from _between(text[end:])


def _signs(text: str) -> str:
    return "".join(sign for character in text for sign in squash(character))


def _places(whole: str, wanted: str) -> Iterator[int]:
    at = whole.find(wanted)
    while at >= 0:
        yield at
        at = whole.find(wanted, at + len(wanted))


def _is_alone(text: str, first: int, last: int) -> bool:
    """Tell whether words are all that stands on their line."""
    return not text[text.rfind("\n", 0, first) + 1 : first].strip() and not text[last:].partition("\n")[0].strip()


def _between(text: str) -> Iterator[FormPiece]:
    if any(map(str.isalpha, told := one_line(text))):
        yield FormPiece(told)
