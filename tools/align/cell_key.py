"""What a cell is called in a sheet that people fill in, and by what is seen that its evidence has changed since."""

import hashlib

from ...core.text import fold, one_line
from .matrix import MatrixCell

_DIGITS = 12


def cell_key(cell: MatrixCell) -> str:
    """Return the name of a cell: "TOPIC | ROADMAP"."""
    return name_of(cell.topic, cell.roadmap)


def name_of(topic: str, roadmap: str) -> str:
    """Return the name of the cell of a topic and a roadmap."""
    return f"{topic} | {roadmap}"


def evidence_digest(cell: MatrixCell) -> str:
    """Return the same digits for the same stance of ours on the same quotes, in whatever order they are cited."""
    told = "\n".join([*sorted(one.id for one in cell.citations), cell.ours])
    return hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]


def key_of(name: str) -> str:
    """Return the form in which names of cells and of people are compared."""
    return fold(one_line(name))
