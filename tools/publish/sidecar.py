"""A published file, and the JSON beside it: Markdown shows the text alone, and is verified by what it is made of."""

import json
from pathlib import Path

from ...core.shapes import Answer, Note
from ...core.system.files import write_whole


def sidecar(path: Path) -> Path:
    """Return where the JSON of a published file stands: "note.md.json" for "note.md"."""
    return path.with_name(f"{path.name}.json")


def publish(path: Path, text: str, made: Answer | Note, noun: str, *, advice: str, replace: bool = True) -> None:
    """Write an answer or a note to a file, and its JSON beside it; see `write_whole`, also for what is raised."""
    data = json.dumps(made.stored(), ensure_ascii=False, indent=1)
    for target, content in ((path, text), (sidecar(path), f"{data}\n")):
        write_whole(target, content, noun, advice=advice, replace=replace)
