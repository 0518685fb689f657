"""A text with some places written anew, which still knows where each of its signs stood before."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands at `start:end` of a text is to be read as `text`."""

    start: int
    end: int
    text: str


class EditedText:
    """The text after all edits; of edits that overlap the first one counts."""

    def __init__(self, before: str, edits: Iterable[Edit]) -> None:
        parts: list[str] = []
        self._new: list[int] = [0]  # where a stretch of the new text begins
        self._old: list[tuple[int, int]] = [(0, len(before))]  # where it began before, and its last sign then
        done = length = 0
        for edit in sorted(edits):
            if edit.start < done:
                continue
            parts += [before[done : edit.start], edit.text]
            length += edit.start - done
            first = edit.start if edit.end > edit.start else max(edit.start - 1, 0)
            self._new += [length, length + len(edit.text)]
            self._old += [(first, max(edit.end - 1, first)), (edit.end, len(before))]
            length += len(edit.text)
            done = edit.end
        self.text = "".join([*parts, before[done:]])

    def before(self, place: int) -> int:
        """The place that the sign at this place of the text had before; a new sign has the place it was put at."""
        at = bisect_right(self._new, place) - 1
        first, last = self._old[at]
        return min(first + place - self._new[at], last)
