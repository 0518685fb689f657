"""The marks that open list items: bullets, dashes, "(a)", "iv)", "12."; and how deep the item they open is nested."""

import re
from dataclasses import dataclass
from typing import Self

BULLETS = "•‣⁃◦∙▪▫■□●○◆◇❖►▶➢➤✓✔·・\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0e0\uf02d"
DASHES = "-–—−*"
OPENING = re.compile(
    rf"(?P<bullet>[{BULLETS}](?=\s|$|\w)|[{DASHES}](?=\s)|o(?=\s+[^\W\d_a-zß-ÿ]))"
    r"|(?P<open>\()\s?(?P<inner>\d{1,3}|[A-Za-z]|[ivxl]{2,7}|[IVXL]{2,7}|[a-z]{2})\s?\)(?=\s|$)"
    r"|(?P<bare>\d{1,3}|[a-z]|[ivxl]{2,7})(?P<close>[.)])(?=\s|$)"
)
ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})|xl(?:ix|iv|v?i{0,3})|l?x{0,3}(?:ix|iv|v?i{0,3})")
VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


def _roman(label: str) -> int:
    """The value of a roman number up to 89 in small letters; 0 for anything else."""
    if not label or not ROMAN.fullmatch(label):
        return 0
    values = [VALUES[letter] for letter in label]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


@dataclass(frozen=True, slots=True)
class BulletMark:
    """A mark and its readings, as (style, ordinal): "(i)" is the first roman or the ninth letter; bullets have 0."""

    readings: tuple[tuple[str, int], ...]
    end: int

    @classmethod
    def of(cls, line: str) -> Self | None:
        """The mark that `line` begins with, if any; `end` is where it stops."""
        match = OPENING.match(line)
        if match is None:
            return None
        if match["bullet"]:
            return cls(((match["bullet"], 0),), match.end())
        label = match["inner"] or match["bare"]
        shape = match["close"] or "()"
        if label.isdigit():
            return cls(((f"{shape} digit", int(label)),), match.end())
        case = "small" if label.islower() else "capital"
        lower = label.lower()
        readings = [(f"{shape} {case} roman", _roman(lower))] if _roman(lower) else []
        if len(lower) == 1:
            readings.append((f"{shape} {case} letter", ord(lower) - ord("a") + 1))
        elif lower[0] == lower[-1] and len(lower) == 2 and not readings:
            readings.append((f"{shape} {case} letter", ord(lower[0]) - ord("a") + 27))
        return cls(tuple(readings), match.end()) if readings else None

    @property
    def is_dash(self) -> bool:
        """Whether the mark may as well be a dash, a star or a short word inside a sentence."""
        return self.readings[0][0] in DASHES + "o"

    @property
    def is_bullet(self) -> bool:
        """Whether the mark has no order."""
        return self.readings[0][1] == 0

    @property
    def is_first(self) -> bool:
        """Whether a list can begin with this mark."""
        return any(ordinal <= 1 for _, ordinal in self.readings)


class Nesting:
    """The lists that are open at a point of the text, outermost first, each with its style and last ordinal.

    Indentation is not needed: a mark either carries on one of the open lists or begins a new, deeper one.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []
        self._interrupted = False

    def clear(self) -> None:
        """A heading ends all lists."""
        self._open.clear()

    def interrupt(self) -> None:
        """A paragraph ends all lists, unless the next mark carries on one of them."""
        self._interrupted = True

    def carries_on(self, mark: BulletMark) -> bool:
        """Whether the mark is the next one of an open list."""
        return self._next(mark) is not None

    def place(self, mark: BulletMark, *, after_colon: bool) -> int:
        """Enter the mark and return the nesting of its item, 0 for the outermost."""
        found = None if after_colon and mark.is_first and not self._must_carry_on(mark) else self._next(mark)
        if self._interrupted and found is None:
            self._open.clear()
        self._interrupted = False
        if found is None:
            found = self._restart(mark)
        depth, reading = found
        self._open[depth:] = [reading]
        return depth

    def _must_carry_on(self, mark: BulletMark) -> bool:
        """After a colon a first mark opens a deeper list, unless the same bullet is the one already running."""
        return mark.is_bullet and bool(self._open) and self._open[-1][0] == mark.readings[0][0]

    def _next(self, mark: BulletMark) -> tuple[int, tuple[str, int]] | None:
        for depth in reversed(range(len(self._open))):
            style, last = self._open[depth]
            for reading in mark.readings:
                if reading[0] == style and (mark.is_bullet or reading[1] == last + 1):
                    return depth, reading
        return None

    def _restart(self, mark: BulletMark) -> tuple[int, tuple[str, int]]:
        styles = [style for style, _ in self._open]
        reading = min(mark.readings, key=lambda one: (one[1] > 1, one[0] not in styles))
        if reading[0] in styles:
            return styles.index(reading[0]), reading
        # The middle of a list whose beginning was not seen: it goes on from further out, it does not begin deeper.
        return (0 if reading[1] > 1 else len(styles)), reading
