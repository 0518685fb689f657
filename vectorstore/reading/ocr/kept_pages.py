"""Pages as text recognition read them, in a form to be kept; no reader of files is loaded for that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..layout.columns import Piece
from ..layout.lines import LineShape, PdfPage


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page as recognised: its lines and how they are set, and how many more there are that could not be read."""

    sheet: PdfPage
    unclear: int = 0

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> "RecognisedPage":
        """Return a page of which no more is known than its words."""
        return cls(PdfPage(list(lines), [LineShape() for _ in lines], "", 0))

    def kept(self) -> bytes:
        """Return the page as it is kept."""
        shapes = [
            [_short(one.size), one.bold, *map(_short, (one.left, one.base, one.last_base)), one.turn,
             [[_short(piece.left), _short(piece.right), piece.text] for piece in one.pieces]]
            for one in self.sheet.shapes
        ]  # fmt: skip
        told = {
            "lines": self.sheet.lines, "shapes": shapes, "undecoded": self.sheet.undecoded, "unclear": self.unclear,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    @classmethod
    def restored(cls, kept: bytes) -> "RecognisedPage":
        """Return the page that was kept; raises ValueError, TypeError or KeyError where it is not as it was."""
        told = json.loads(kept)
        shapes = [
            LineShape(
                float(size), bool(bold), float(left), float(base), float(last_base),
                tuple(Piece(float(one), float(two), str(text)) for one, two, text in pieces), int(turn),
            )
            for size, bold, left, base, last_base, turn, pieces in told["shapes"]
        ]  # fmt: skip
        lines = [str(line) for line in told["lines"]]
        if len(lines) != len(shapes):
            raise ValueError(f"{len(lines)} lines, and shapes of {len(shapes)}")
        return cls(PdfPage(lines, shapes, "", int(told["undecoded"])), int(told["unclear"]))


class KeptPages(Protocol):
    """Remembers what was recognised, so that no page is recognised twice nor lost where a file is read again."""

    def of(self, path: Path) -> dict[int, bytes]:
        """Return what was recognised before in a file as it is now, by page."""

    def settled(self, path: Path) -> frozenset[int]:
        """Return the pages of a file as it is now that need not be recognised again, though nothing may be on them."""

    def expects(self, path: Path) -> bool:
        """Tell whether pages were recognised in an earlier content of a file: some may look as they did."""

    def alike(self, path: Path, number: int, fingerprint: str) -> bytes | None:
        """Return what was recognised before in a page that looks the same, and remember it of this one, too."""

    def keep(self, path: Path, number: int, fingerprint: str, page: bytes, engine: str) -> None:
        """Remember what an engine recognised in a page; called from any thread."""


class NothingKept:
    """Remembers nothing."""

    def of(self, path: Path) -> dict[int, bytes]:  # noqa: D102
        return {}

    def settled(self, path: Path) -> frozenset[int]:  # noqa: D102
        return frozenset()

    def expects(self, path: Path) -> bool:  # noqa: D102
        return False

    def alike(self, path: Path, number: int, fingerprint: str) -> bytes | None:  # noqa: D102
        return None

    def keep(self, path: Path, number: int, fingerprint: str, page: bytes, engine: str) -> None:  # noqa: D102
        return None


def _short(points: float) -> float:
    return round(points, 2)
