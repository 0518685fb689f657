"""The direction in which a line is read: upright, turned by quarters, from right to left."""

import math
import re
from dataclasses import dataclass

FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
OF_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
OTHER = 4  # the turn of what stands at no right angle, as a stamp across the page
SLANT = 0.2  # radians that a line may lean


@dataclass(frozen=True, slots=True)
class Direction:
    """Places as a reader sees them who holds the page so that the line is upright, and reads it from its beginning.

    `turn` counts quarters against the clock; `mirrored` is for lines that run from right to left.
    """

    turn: int = 0
    mirrored: bool = False

    @property
    def plain(self) -> bool:
        """Whether places are those of the page itself."""
        return not self.turn and not self.mirrored

    def place(self, x: float, y: float) -> tuple[float, float]:
        """How far a point stands along the line's direction, and how high."""
        along, high = ((x, y), (y, -x), (-x, -y), (-y, x), (x, y))[self.turn]
        return (-along if self.mirrored else along), high

    def edges(self, left: float, right: float, foot: float, top: float) -> tuple[float, float]:
        """Where a box begins and ends along the line's direction."""
        one, _ = self.place(left, foot)
        two, _ = self.place(right, top)
        return min(one, two), max(one, two)


def turn_of(across: float, up: float) -> int:
    """The quarters by which letters are turned whose foot points in this direction."""
    quarters = math.atan2(up, across) / (math.pi / 2)
    near = round(quarters)
    return near % 4 if abs(quarters - near) * math.pi / 2 < SLANT else OTHER


def runs_from_right(text: str) -> bool:
    """Whether most letters of a line belong to a script that is written from right to left."""
    if text.isascii() or not FROM_RIGHT.search(text):
        return False
    return len(FROM_RIGHT.findall(text)) > len(OF_LATIN.findall(text))
