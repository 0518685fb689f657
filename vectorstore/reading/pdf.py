"""PDF: the text layer as PDFium gives it, page by page, with what the type tells about headings and paragraphs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ...core.errors import ReadFailure
from .layout.columns import Piece, parted
from .layout.direction import Direction, runs_from_right
from .layout.front import PAGES, front_lines
from .layout.furniture import furniture
from .layout.hyphens import CUT, Vocabulary, mend
from .layout.legibility import state_of
from .layout.line_places import LinePlace, rearranged
from .layout.lines import FILLED, HEADING, Flow, LineShape, PdfPage, body_size, has_leaders, split
from .page import FileText, Page
from .painted.characters import PLACEHOLDER
from .painted.embedded import embedded
from .painted.layers import has_layers
from .painted.letters import Letters
from .painted.questions import Answers
from .painted.reading import ReadPage, read_page
from .properties import believable

# Fonts whose bullet has no meaning as text give a control character: a hyphen keeps the item visible.
UNNAMED_BULLET = re.compile(r"^(\s*)[\x01-\x08\x0e-\x1f\x7f-\x9f](?=\s)")
UNNAMED = re.compile(r"[\x01\x03-\x08\x0e-\x1f\x7f-\x9f]+")  # signs that a font gives no meaning
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b\uffff]")
LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
WORD = re.compile(r"\S+")
PLAIN = Direction()
TAIL = 65536  # bytes at the end that must hold the end mark


def read(
    path: Path, given: Mapping[int, PdfPage] | None = None, reader: Callable[[Path], FileText] | None = None
) -> FileText:
    """Read every page; one that PDFium cannot open is a page in state "no_text", the others are unharmed.

    Pages that are `given` by their number take the place of those in the file. `reader` reads the files within, whose
    pages follow; without it they are named as unread.

    Raises `ReadFailure` for an encrypted file, one without its end, and one that is no PDF inside.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        if b"%%EOF" not in file.read():
            raise ReadFailure(f"{path.name!r} is cut short, its end is missing: fetch the file again")
    with opened(path) as pdf:
        if pdf.get_formtype() != raw.FORMTYPE_NONE:
            pdf.init_forms()
        layered = has_layers(path)
        answers = Answers()
        sheets = [
            replace(own, printed=pdf.get_page_label(at))
            if (own := (given or {}).get(at + 1))
            else _sheet(pdf, at, layered=layered, answers=answers)
            for at in range(len(pdf))
        ]
        inner, unread = embedded(pdf, reader)
        metadata = pdf.get_metadata_dict(skip_empty=True)
    if not sheets:
        raise ReadFailure(f"{path.name!r} has no pages: open it in a viewer and save it again")
    properties = believable(
        title=metadata.get("Title", ""), author=metadata.get("Author", ""), date=metadata.get("CreationDate", "")
    )
    front = front_lines((sheet.lines, sheet.shapes) for sheet in sheets[:PAGES])
    return FileText((*_pages(sheets), *inner), properties, tuple(unread), front)


def sheets_of_copy(copy: Path, path: Path, numbers: Iterable[int]) -> dict[int, PdfPage]:
    """Return some pages of a copy of a file, by their numbers; none where it has not as many as the file itself.

    Raises `ReadFailure` where one of them cannot be opened.
    """
    with opened(path) as pdf:
        count = len(pdf)
    with opened(copy) as pdf:
        layered = has_layers(copy)
        return {number: _sheet(pdf, number - 1, layered=layered) for number in numbers if len(pdf) == count}


@contextmanager
def opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF; raises `ReadFailure` where it is encrypted or damaged."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise ReadFailure(f"{path.name!r} is encrypted: save a copy without a password") from error
        raise ReadFailure(f"{path.name!r} is damaged: open it in a viewer and save it again") from error
    try:
        yield pdf
    finally:
        pdf.close()


def _sheet(pdf: pdfium.PdfDocument, index: int, *, layered: bool, answers: Answers | None = None) -> PdfPage:
    try:
        page = pdf[index]
        sheet = _lines(read_page(page, answers or Answers(), layered=layered), pdf.get_page_label(index))
        page.close()
    except (pdfium.PdfiumError, ArithmeticError, LookupError, ValueError):  # the page alone is lost
        return PdfPage([""], [LineShape()], "", 0)
    return sheet


def _lines(page: ReadPage, printed: str) -> PdfPage:
    text, glyphs = page.text, page.glyphs
    controlled, is_filled = CONTROL.search(text) is not None, FILLED in text
    lines: list[str] = []
    shapes: list[LineShape] = []
    undecoded = 0
    for place in _places(text, glyphs):
        line = text[place.start : place.end]
        shapes.append(place.shape)
        if is_filled and FILLED in line:
            line = line.replace(FILLED, "")
            shapes[-1] = replace(place.shape, filled=True)
        if controlled:
            line = UNNAMED_BULLET.sub(r"\1-", line)
            undecoded += len(CONTROL.findall(line))
            line = CONTROL.sub("", UNNAMED.sub(PLACEHOLDER, line))
        lines.append(line)
    return PdfPage(lines, shapes, printed, undecoded, page.unread, page.left_out)


def _places(text: str, glyphs: Letters) -> list[LinePlace]:
    """The lines of a page in the order in which they are read."""
    ends = [found.span() for found in LINE_END.finditer(text)]
    spans = list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True))
    places = [LinePlace(*span, shape) for span, shape in zip(spans, _shapes(glyphs, text, spans), strict=True)]
    found = rearranged(text, glyphs, places)
    if found is None:
        return places
    known = {(place.start, place.end): place for place in places}
    new = [(start, end) for start, end, side in found if side or (start, end) not in known]
    shapes = dict(zip(new, _shapes(glyphs, text, new), strict=True))
    return [
        LinePlace(start, end, replace(shapes[start, end], side=side)) if (start, end) in shapes else known[start, end]
        for start, end, side in found
    ]


@dataclass(slots=True)
class _Line:
    """A line that holds letters, from `start` on in the page's text, and the places that tell how it is set.

    Its size is that of a letter past its middle: the first sign may be a larger bullet, a raised number or a bold
    lead-in. `parts` are the words before and after each cut, each with where its edges stand among those asked for.
    """

    text: str
    start: int
    first: int
    sample: int
    frame: Direction = PLAIN
    parts: list[tuple[list[str], int]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "_Line | None":
        """The line without white space and cut marks at its end; `None` for a blank one."""
        line = text[start:end].rstrip().rstrip(CUT)
        first = len(line) - len(line.lstrip())
        if first == len(line):
            return None
        upper = line.find(CUT) if CUT in line else len(line)
        sample = first + (upper - first) * 7 // 10
        if not line[sample : sample + 1].isalpha():
            sample = next((place for place in range(sample, upper) if line[place].isalpha()), first)
        return cls(line, start, start + first, start + sample)

    @property
    def end(self) -> int:
        """The place of the last sign."""
        return self.start + len(self.text) - 1


def _shapes(glyphs: Letters, text: str, spans: Sequence[tuple[int, int]]) -> list[LineShape]:
    """How the lines that stand at these places are set; short ones alone are asked for weight."""
    lines = [_Line.of(text, *span) for span in spans]
    known = [line for line in lines if line is not None]
    signs = glyphs.indices([line.sample for line in known])
    origins = glyphs.origins(signs)
    begins = glyphs.origins(glyphs.indices([line.first for line in known]))
    edges = _Edges(glyphs)
    statures = glyphs.stature(signs)
    for line, (_, turn) in zip(known, statures, strict=True):
        mirrored = not line.text.isascii() and runs_from_right(line.text)
        if turn or mirrored:
            line.frame = Direction(turn, mirrored)
        edges.enter(line)
    edges.ask()
    shapes = []
    for line, sign, origin, begin, (size, _) in zip(known, signs, origins, begins, statures, strict=True):
        if sign < 0:
            shapes.append(LineShape())
            continue
        frame = line.frame
        left, base = (begin[0], origin[1]) if frame.plain else (frame.place(*begin)[0], frame.place(*origin)[1])
        last_base = base
        if CUT in line.text:  # a cut word hides the line break: the end of this line stands lower than its beginning
            _, last_base = frame.place(*glyphs.origin(glyphs.index(line.end)))
        bold = line.end < line.first + HEADING and glyphs.is_bold(sign)
        shapes.append(LineShape(size, bold, left, base, last_base, edges.pieces(line, size), frame.turn))
    found = iter(shapes)
    return [LineShape() if line is None else next(found) for line in lines]


class _Edges:
    """The edges of the words of many lines, asked for at once."""

    def __init__(self, glyphs: Letters) -> None:
        self._glyphs = glyphs
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._lefts: list[float] = []
        self._rights: list[float] = []

    def enter(self, line: _Line) -> None:
        """Note the words of a line, if some of its gaps may be wide."""
        if has_leaders(line.text):
            return
        at = line.start
        for part in line.text.split(CUT):
            line.parts.append((part.split(), len(self._firsts)))
            self._note(part, at, line.parts[-1][0])
            at += len(part) + len(CUT)

    def _note(self, part: str, at: int, words: list[str]) -> None:
        """Note the first and the last sign of the words of a text that begins at this place."""
        lengths = list(map(len, words))
        if self._glyphs.plain and sum(lengths) + len(words) == len(part) + 1:  # single blanks, none before or after
            begins = list(accumulate(map((1).__add__, lengths), initial=at))
            self._lasts += map((-2).__add__, begins[1:])
            self._firsts += begins[:-1]
            return
        spans = [word.span() for word in WORD.finditer(part)]
        start, end = self._glyphs.index(at), at + len(part) - 1
        if not spans:
            return
        if self._glyphs.index(end) == end + start - at:
            self._firsts += [start + begin for begin, _ in spans]
            self._lasts += [start + stop - 1 for _, stop in spans]
        else:  # PDFium knows signs here that it leaves out of the text
            self._firsts += self._glyphs.indices([at + begin for begin, _ in spans])
            self._lasts += self._glyphs.indices([at + stop - 1 for _, stop in spans])

    def ask(self) -> None:
        """Ask for the edges of all words that were noted."""
        self._lefts, self._rights = self._glyphs.edges(self._firsts, self._lasts)

    def pieces(self, line: _Line, size: float) -> tuple[Piece, ...]:
        """The words of a line parted at wide gaps; the rest of a word cut at its end goes with the last of them."""
        pieces: list[Piece] = []
        for words, begin in line.parts:
            end = begin + len(words)
            lefts, rights = self._lefts[begin:end], self._rights[begin:end]
            if not line.frame.plain:
                signs = self._firsts[begin:end], self._lasts[begin:end]
                lefts, rights = self._glyphs.framed_edges(*signs, line.frame)
            own = parted(words, lefts, rights, size) if words else []
            if pieces and len(own) != 1:
                return ()
            if pieces:
                own = [pieces.pop().joined(own[0], "")]
            pieces.extend(own)
        return tuple(pieces)


def _pages(sheets: list[PdfPage]) -> tuple[Page, ...]:
    vocabulary = Vocabulary.of("\n".join(sheet.lines) for sheet in sheets)
    mended = [mend(sheet.lines, vocabulary) for sheet in sheets]
    texts = ["\n".join(page.lines) for page in mended]
    running = furniture(texts)
    lines = []
    for sheet, page, text, spans in zip(sheets, mended, texts, running, strict=True):
        shapes = [_joined(sheet.shapes[first], sheet.shapes[last]) for first, last in page.origins]
        lines.append(split(text, spans, shapes))
    flow = Flow(body_size(lines))
    pages = []
    for number, (sheet, page, text, spans) in enumerate(zip(sheets, mended, texts, running, strict=True), 1):
        own = "\n".join(line.text for line in lines[number - 1])
        state = state_of(own, sheet.undecoded)
        label = f"p. {number}"
        if sheet.printed and sheet.printed != str(number):
            label += f" (printed: {sheet.printed})"
        blocks = flow.blocks(lines[number - 1])
        pages.append(
            Page(
                "page", number, label, text, blocks, (), state, furniture=spans, breaks=page.breaks,
                unread=sheet.unread, left_out=sheet.left_out,
            )
        )  # fmt: skip
    return tuple(pages)


def _joined(first: LineShape, last: LineShape) -> LineShape:
    return first if first is last else replace(first, last_base=last.last_base, pieces=())
