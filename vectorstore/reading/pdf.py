"""PDF: the text layer as PDFium gives it, page by page, with what the type tells about headings and paragraphs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ...core.errors import ReadFailure
from .layout.columns import Piece, parted
from .layout.direction import Direction, runs_from_right
from .layout.front import PAGES, front_lines
from .layout.furniture import furniture
from .layout.glyphs import Glyphs
from .layout.hyphens import CUT, Vocabulary, mend
from .layout.legibility import state_of
from .layout.line_places import LinePlace, rearranged
from .layout.lines import FILLED, HEADING, Flow, LineShape, body_size, has_leaders, split
from .page import FileText, Page
from .painted.characters import PLACEHOLDER
from .painted.embedded import embedded
from .painted.layers import has_layers
from .painted.reading import ReadPage, read_page
from .properties import believable

# Fonts whose bullet has no meaning as text give a control character: a hyphen keeps the item visible.
UNNAMED_BULLET = re.compile(r"^(\s*)[\x01-\x08\x0e-\x1f\x7f-\x9f](?=\s)")
UNNAMED = re.compile(r"[\x01\x03-\x08\x0e-\x1f\x7f-\x9f]+")  # signs that a font gives no meaning
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b\uffff]")
LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
WORD = re.compile(r"\S+")
TAIL = 65536  # bytes at the end that must hold the end mark


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as PDFium gives it: its lines, how they are set, its printed label, and signs that are no text."""

    lines: list[str]
    shapes: list[LineShape]
    printed: str
    undecoded: int
    unread: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


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
        sheets = [
            replace(own, printed=pdf.get_page_label(at))
            if (own := (given or {}).get(at + 1))
            else _sheet(pdf, at, layered=layered)
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


def _sheet(pdf: pdfium.PdfDocument, index: int, *, layered: bool) -> PdfPage:
    try:
        page = pdf[index]
        sheet = _lines(read_page(page, layered=layered), pdf.get_page_label(index))
        page.close()
    except pdfium.PdfiumError:  # the page alone is lost; what stays open is closed with the file
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


def _places(text: str, glyphs: Glyphs) -> list[LinePlace]:
    """The lines of a page in the order in which they are read."""
    ends = [found.span() for found in LINE_END.finditer(text)]
    spans = zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True)
    places = [LinePlace(start, end, _shape(glyphs, start, text[start:end])) for start, end in spans]
    found = rearranged(text, glyphs, places)
    if found is None:
        return places
    known = {(place.start, place.end): place for place in places}
    return [
        known[start, end]
        if (start, end) in known and not side
        else LinePlace(start, end, replace(_shape(glyphs, start, text[start:end]), side=side))
        for start, end, side in found
    ]


def _shape(glyphs: Glyphs, offset: int, line: str) -> LineShape:
    """How the line that begins at `offset` is set, judged by a letter past its middle.

    The first sign may be a larger bullet, a raised number or a bold lead-in. Short lines alone are asked for weight.
    """
    text = line.rstrip().rstrip(CUT)
    first = len(text) - len(text.lstrip())
    if first == len(text):
        return LineShape()
    upper = text.find(CUT) if CUT in text else len(text)
    sample = first + (upper - first) * 7 // 10
    sample = next((place for place in range(sample, upper) if text[place].isalpha()), first)
    at = glyphs.index(offset + sample)
    if at < 0:
        return LineShape()
    frame = Direction(glyphs.turn(at), runs_from_right(text))
    left, _ = frame.place(*glyphs.origin(glyphs.index(offset + first)))
    _, base = frame.place(*glyphs.origin(at))
    last_base = base
    if CUT in text:  # a cut word hides the line break: the end of this line stands lower than its beginning
        _, last_base = frame.place(*glyphs.origin(glyphs.index(offset + len(text) - 1)))
    size = glyphs.size(at)
    bold = len(text) - first <= HEADING and glyphs.is_bold(at)
    return LineShape(size, bold, left, base, last_base, _pieces(glyphs, offset, text, size, frame), frame.turn)


def _pieces(glyphs: Glyphs, offset: int, text: str, size: float, frame: Direction) -> tuple[Piece, ...]:
    """The words of a line parted at wide gaps; the rest of a word cut at its end goes with the last of them."""
    if has_leaders(text):
        return ()
    pieces: list[Piece] = []
    at = offset
    for part in text.split(CUT):
        own = _parted(glyphs, at, part, size, frame)
        if pieces and len(own) != 1:
            return ()
        if pieces:
            own = [pieces.pop().joined(own[0], "")]
        pieces.extend(own)
        at += len(part) + len(CUT)
    return tuple(pieces)


def _parted(glyphs: Glyphs, offset: int, text: str, size: float, frame: Direction) -> list[Piece]:
    spans = [word.span() for word in WORD.finditer(text)]
    if not spans:
        return []
    start, end = glyphs.index(offset), offset + len(text) - 1
    if glyphs.index(end) == end + start - offset:
        firsts, lasts = [start + begin for begin, _ in spans], [start + stop - 1 for _, stop in spans]
    else:  # PDFium knows signs here that it leaves out of the text
        firsts = [glyphs.index(offset + begin) for begin, _ in spans]
        lasts = [glyphs.index(offset + stop - 1) for _, stop in spans]
    return parted([text[begin:stop] for begin, stop in spans], *glyphs.framed_edges(firsts, lasts, frame), size)


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
