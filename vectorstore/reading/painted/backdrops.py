"""What stands on a PDF page beside its text: filled shapes, thin lines and pictures, and which of them hides what."""

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2.raw as raw

from . import questions
from .pieces import Box, PaintedPage

MOST_SHAPES = 4000  # a map or drawing of more is not looked through
MOST_EDGES = 1000  # of a path that cuts
EDGES = 6  # path segments; a rectangle has no more
OPAQUE = 250  # of 255
CLEAR = 16  # of 255: nothing is seen of what is less opaque
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A filled shape or a picture; `colour` is `None` where it has several or none that is known."""

    order: int
    box: Box
    colour: Colour | None
    is_rectangle: bool
    is_picture: bool

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the shape's box."""
        left, bottom, right, top = self.box
        return left <= x <= right and bottom <= y <= top

    def is_like(self, colour: Colour, distance: int) -> bool:
        """Whether the shape has this colour, as far as an eye can tell."""
        return self.colour is not None and max(abs(a - b) for a, b in zip(self.colour, colour, strict=True)) <= distance


@dataclass(frozen=True, slots=True)
class Shapes:
    """The backdrops of a page in the order of painting, and its thin level lines."""

    backdrops: list[Backdrop]
    lines: list[Box]

    @classmethod
    def of(cls, page: PaintedPage) -> "Shapes":
        """Look at all pieces that are no text; nothing is told of a page that has too many."""
        backdrops: list[Backdrop] = []
        lines: list[Box] = []
        for number in page.others if len(page.others) <= MOST_SHAPES else ():
            kind = page.kind(number)
            box = page.box(number)
            wide, high = box[2] - box[0], box[3] - box[1]
            if kind == raw.FPDF_PAGEOBJ_PATH:
                if high <= 3.2 and wide > 2 * high:
                    lines.append(box)
                elif high > 3 and wide > 3:
                    backdrops.extend(_filled(page, number, box))
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                picture = kind == raw.FPDF_PAGEOBJ_IMAGE
                backdrops.append(Backdrop(number, box, None, is_rectangle=False, is_picture=picture))
        return cls(backdrops, lines)

    def behind(self, order: int, x: float, y: float) -> Backdrop | None:
        """The last shape painted before a piece that holds this point; `None` is the bare paper."""
        found = (one for one in reversed(self.backdrops) if one.order < order and one.holds(x, y))
        return next(found, None)

    def on_picture(self, x: float, y: float) -> bool:
        """Whether a picture stands at this point."""
        return any(one.is_picture and one.holds(x, y) for one in self.backdrops)


def _filled(page: PaintedPage, number: int, box: Box) -> Iterator[Backdrop]:
    """What a path covers: its inside, or the breadth of a line drawn so thick that text stands on it."""
    piece = page.pieces[number]
    is_filled, is_stroked = page.answers.draw_mode(piece)
    if not is_filled:
        if is_stroked and page.answers.stroke_width(piece) > 3:
            yield Backdrop(number, box, None, is_rectangle=False, is_picture=False)
        return
    [(red, green, blue, alpha)] = page.answers.fills([piece])
    if alpha < CLEAR:
        return
    if not OPAQUE <= alpha <= 255:
        yield Backdrop(number, box, None, is_rectangle=False, is_picture=False)
        return
    rectangle = questions.edge_count(piece) <= EDGES and not questions.is_transparent(piece)
    if rectangle and (clip := clip_box(page, number)) is not None:
        box = max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])
    yield Backdrop(number, box, (red, green, blue), rectangle, is_picture=False)


def clip_box(page: PaintedPage, number: int) -> Box | None:
    """The box that a piece is cut to; `None` where it is not cut, or by a form, which is not looked through."""
    path = questions.handle(questions.clip_of(page.pieces[number]))
    count = questions.clip_count(path)
    if count <= 0 or number in page.parents:
        return None
    found = (-1e9, -1e9, 1e9, 1e9)
    for part in range(count):
        edges = range(min(questions.clip_edges(path, part), MOST_EDGES))
        points = page.answers.points([questions.clip_edge(path, part, edge) for edge in edges])
        if not points:
            continue
        across, up = [one for one, _ in points], [one for _, one in points]
        found = (
            max(found[0], min(across)), max(found[1], min(up)), min(found[2], max(across)), min(found[3], max(up)),
        )  # fmt: skip
    return found
