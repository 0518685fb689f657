"""Where the lines of a PDF page stand in the text that PDFium gives, and in which order they are read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ....language.languages import has_cjk
from .columns import TERSE, Piece, grids, parted
from .direction import Direction, runs_from_right
from .glyphs import Glyphs
from .hyphens import CUT
from .lines import LineShape
from .order import STEP, Fragment, PlacedWord, arranged_page

WORD = re.compile(r"\S+")
LETTER = re.compile(r"[^\W\d_]")
LOOKED_AT = 20  # signs of a fragment
FEWEST_LETTERS = 3  # of what is more than a number or mark
FEWEST = 2  # lines with words on both sides of a gutter, or jumps back over it
MARKED = 3.5  # letter sizes from a mark or number to its text, at most
OFTEN = 0.12  # share of the lines that such jumps begin
RISEN = 3  # letter sizes to the side that such a jump goes, at least
MOST = 4_000  # lines of a page that are put in order


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line: the span of the page's text that it is, and how it is set."""

    start: int
    end: int
    shape: LineShape


def rearranged(text: str, glyphs: Glyphs, places: Sequence[LinePlace]) -> list[tuple[int, int, bool]] | None:
    """The lines of a page in the order in which they are read, `None` if that is how they stand.

    A line is its span of `text`, and whether it is a heading that stands beside the lines that follow. Lines that are
    turned come after the others.
    """
    main, *apart = _by_turn(places)
    found = None
    if _is_suspect(main):
        before = _fragments(text, glyphs, main)
        after = arranged_page(before)
        if [one.number for one in after] != list(range(len(before))) or any(one.side for one in after):
            found = _joined(after, text)
    rest = [place for turned in apart for place in turned]
    if found is None:
        turn = main[0].shape.turn
        stamps = _stamps(places, turn) if rest else set()
        if not stamps:
            return None
        found = _as_they_stand(place for at, place in enumerate(places) if at not in stamps)
        rest = [place for at, place in enumerate(places) if at in stamps]
    return [*found, *_as_they_stand(rest)]


def _stamps(places: Sequence[LinePlace], turn: int) -> set[int]:
    """The turned lines that stand in the text between two lines of one paragraph of the page."""
    found: set[int] = set()
    run: list[int] = []
    above: LineShape | None = None
    for at, place in enumerate(places):
        shape = place.shape
        if shape.turn != turn and shape.size:
            run.append(at)
        elif shape.size:
            if above and 0 < above.last_base - shape.base < STEP * shape.size:
                found.update(run)
            run, above = [], shape
    return found


def _as_they_stand(places: Iterable[LinePlace]) -> list[tuple[int, int, bool]]:
    return [(place.start, place.end, False) for place in places]


def _by_turn(places: Sequence[LinePlace]) -> list[list[LinePlace]]:
    """The lines by the quarters that they are turned, those first that have the most text."""
    turned: dict[int, list[LinePlace]] = {}
    for place in places:
        turned.setdefault(place.shape.turn, []).append(place)
    return sorted(turned.values(), key=lambda group: -sum(place.end - place.start for place in group))


def _is_suspect(places: Sequence[LinePlace]) -> bool:
    """Whether lines hold running text behind a wide gap, or rise again and again."""
    if len(places) > MOST:
        return False
    shapes = [place.shape for place in places if place.shape.size]
    wide = sum(
        any(_length_of(after.text) > TERSE and _is_lettered(before.text) for before, after in pairwise(shape.pieces))
        for shape in shapes
        if len(shape.pieces) > 1
    )
    if wide >= FEWEST:
        return True
    rises = sum(
        two.base > one.last_base - one.size / 3 and abs(two.left - one.left) > RISEN * one.size
        for one, two in pairwise(shapes)
    )
    return rises >= max(FEWEST, OFTEN * len(shapes))


def _fragments(text: str, glyphs: Glyphs, places: Sequence[LinePlace]) -> list[Fragment]:
    """The words of the lines, parted at wide gaps and where a cut word hides the end of a line."""
    gridded = {
        number for first, grid in grids([place.shape for place in places]).items() for number in range(first, grid.end)
    }
    mirrored = runs_from_right(text)
    found: list[Fragment] = []
    line = 0
    for at, place in enumerate(places):
        begin = place.start
        for part in text[place.start : place.end].split(CUT):
            spans = [(begin + word.start(), begin + word.end()) for word in WORD.finditer(part)]
            begin += len(part) + len(CUT)
            if not spans:
                continue
            firsts = [glyphs.index(start) for start, _ in spans]
            frame = Direction(place.shape.turn, runs_from_right(part))
            lefts, rights = glyphs.framed_edges(firsts, [glyphs.index(end - 1) for _, end in spans], frame)
            words = [
                PlacedWord(*span, -right, -left) if frame.mirrored != mirrored else PlacedWord(*span, left, right)
                for span, left, right in zip(spans, lefts, rights, strict=True)
            ]
            size = max(place.shape.size, 1.0)
            pieces = _with_marks(parted([text[word.start : word.end] for word in words], lefts, rights, size), size)
            done = 0
            for piece in pieces:
                own = words[done : done + len(piece.text.split(" "))]
                middle = firsts[done + len(own) // 2]
                done += len(own)
                _, base = frame.place(*glyphs.origin(middle))
                if len(pieces) > 1:
                    size = max(glyphs.size(middle), 1.0)  # PDFium joins lines of two columns, however each is set
                found.append(
                    Fragment(
                        tuple(own), min(word.left for word in own), max(word.right for word in own), line, len(found),
                        base, size, _length_of(piece.text), _is_lettered(piece.text), _marks(piece.text), at in gridded,
                        place.shape.bold,
                    )
                )  # fmt: skip
            line += 1
    return found


def _length_of(text: str) -> float:
    """How many words a text has, for telling running text from the cells of a table."""
    return len(text.replace(" ", "")) / 3 if has_cjk(text) else float(len(text.split()))


def _is_lettered(text: str) -> bool:
    """Whether a text is more than the number or mark of what follows."""
    return len(LETTER.findall(text[:LOOKED_AT])) >= FEWEST_LETTERS or has_cjk(text)


def _marks(text: str) -> int:
    """The words at the beginning of a text that are no more than a number or mark."""
    words = text.split(" ")
    return next((at for at, word in enumerate(words[:2]) if _is_lettered(word)), min(len(words), 2))


def _with_marks(pieces: Sequence[Piece], size: float) -> list[Piece]:
    """The pieces of a line; the number or mark of an item goes with its text."""
    found: list[Piece] = []
    for piece in pieces:
        if found and not _is_lettered(found[-1].text) and piece.left - found[-1].right < MARKED * size:
            found.append(found.pop().joined(piece, " "))
        else:
            found.append(piece)
    return found


def _joined(fragments: Sequence[Fragment], text: str) -> list[tuple[int, int, bool]]:
    """Fragments as lines: what follows each other as in the text is one, also over the end of a cut word."""
    found: list[tuple[int, int, bool]] = []
    last = -1
    for one in fragments:
        start, end = one.words[0].start, one.words[-1].end
        before = text[found[-1][1] : start] if found and found[-1][1] <= start else "\n"
        goes_on = one.line == last or before.strip(" ") == CUT
        if found and goes_on and one.side == found[-1][2] and not before.strip(" " + CUT):
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((start, end, one.side))
        last = one.line
    return [(start, _end(text, end), side) for start, end, side in found]


def _end(text: str, end: int) -> int:
    """Where a line ends: behind the mark of a cut word, or the blanks at the end of its line."""
    if text[end : end + 1] == CUT:
        return end + 1
    blanks = end
    while text[blanks : blanks + 1] == " ":
        blanks += 1
    return blanks if not text[blanks : blanks + 1].strip() else end
