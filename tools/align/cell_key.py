"""What a cell is called in a sheet that people fill in, and by what is seen that its evidence has changed since."""

import hashlib

from .matrix import Cell

_DIGITS = 12


def cell_key(cell: Cell) -> str:
    """Return the name of a cell: "TOPIC | ROADMAP"."""
    return f"{cell.topic} | {cell.roadmap}"


def evidence_digest(cell: Cell) -> str:
    """Return the same digits for the same stance on the same quotes, in whatever order they are cited."""
    told = "\n".join([*sorted(one.id for one in cell.citations), cell.stance])
    return hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]
