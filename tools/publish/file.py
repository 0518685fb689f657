"""Writes what is handed over to a file, and beside it the JSON that `verify` checks it by."""

import json
from pathlib import Path

from ...core.shapes import Composed
from ...core.system.files import write_whole


def publish(path: Path, text: str, made: Composed, noun: str, *, advice: str, replace: bool = True) -> None:
    """Write the Markdown of an answer or a note, and beside `note.md` what it was made of, as `note.md.json`.

    Raises UsageError, with the `noun` of what is written and an `advice`, where one cannot be written, or where a file
    is there that may not be replaced; the JSON goes with its file and is replaced with it.
    """
    write_whole(path, text, noun, advice=advice, replace=replace)
    stored = json.dumps({**made.stored(), "markdown": text}, ensure_ascii=False)
    write_whole(path.with_name(f"{path.name}.json"), f"{stored}\n", f"the JSON of {noun}", advice=advice)
