"""A published file, and the JSON beside it: Markdown shows the text alone, and is verified by what it is made of."""

import json
from pathlib import Path
from typing import Any, Protocol

from ...core.shapes import Answer
from ...core.system.files import write_whole

IN_FULL = "sources_in_full"  # of an answer: those from before lists of sources told edition and every status lack it


class Kept(Protocol):
    """What is kept as JSON: an answer, a note, a matrix."""

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it."""


def sidecar(path: Path) -> Path:
    """Return where the JSON of a published file stands: "note.md.json" for "note.md"."""
    return path.with_name(f"{path.name}.json")


def publish(path: Path, text: str, made: Kept, noun: str, *, advice: str, replace: bool = True) -> None:
    """Write what was made to a file, and its JSON beside it; see `write_whole`, also for what is raised."""
    for target, content in with_sidecar(path, text, made).items():
        write_whole(target, content, noun, advice=advice, replace=replace)


def with_sidecar(path: Path, text: str | bytes, made: Kept) -> dict[Path, str | bytes]:
    """Return the content of the file and of the JSON beside it."""
    stored = {**made.stored(), **({IN_FULL: True} if isinstance(made, Answer) else {})}
    return {path: text, sidecar(path): f"{json.dumps(stored, ensure_ascii=False, indent=1)}\n"}
