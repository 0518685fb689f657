"""What a person has corrected of a report, kept beside what manifests declare, and what comes of all that is known.

A correction holds as long as the manifests say of its field what they said when it was made, or nothing: whoever
changes a manifest afterwards has the last word. Of levels the strictest holds, whoever says it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.errors import UsageError
from ...core.types import highest
from ..index.schema import CORRECTED, FIELDS

MARKED_BY = "internal_by"  # beside the fields declared for a report: the folder whose manifest marked it, or an option
INTERNAL = "internal"
_LEVEL = "confidentiality"
_OVER = "over/"  # before a corrected field: what manifests said of it then
_DEFAULTS = {"kind": "other", "status": "unknown", _LEVEL: "unmarked"}


def apart(declared: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is kept of corrections, and what manifests declare."""
    ours = {key: value for key, value in declared.items() if key.startswith((CORRECTED, _OVER))}
    return ours, {key: value for key, value in declared.items() if key not in ours}


def corrections_of(declared: Mapping[str, str]) -> dict[str, str]:
    """Return the corrected fields, "" where there is to be none."""
    return {key.removeprefix(CORRECTED): value for key, value in declared.items() if key.startswith(CORRECTED)}


def still_corrected(corrections: Mapping[str, str], declared: Mapping[str, str]) -> dict[str, str]:
    """Return the corrections that hold over what manifests declare now."""
    gone = {
        field
        for field, value in corrections_of(corrections).items()
        if field != _LEVEL and declared.get(field) not in (None, value, corrections.get(_OVER + field))
    }
    return {key: value for key, value in corrections.items() if key.split("/", 1)[1] not in gone}


def corrected(declared: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return what is kept once a person has said something: "" for no such thing, `None` to take a correction back.

    A report that was internal stays so when that is taken back; it takes "public" to lower it. Raises UsageError where
    the manifest of a folder that exists says internal: that would say so again.
    """
    now = dict(declared)
    for field, value in changes.items():
        before = now.pop(CORRECTED + field, None)
        now.pop(_OVER + field, None)
        if value is not None:
            now[CORRECTED + field] = value
            now |= {_OVER + field: now[field]} if field in now else {}
        elif field == _LEVEL and before == INTERNAL:
            now |= {_LEVEL: INTERNAL, MARKED_BY: now.get(MARKED_BY, "")}
    if changes.get(_LEVEL) == "public" and now.get(_LEVEL) == INTERNAL:
        speaker = now.get(MARKED_BY, "")
        if Path(speaker).is_absolute() and Path(speaker).is_dir():
            raise UsageError(f"the manifest in {speaker!r} marks it internal: correct that, and ingest again")
        now.pop(MARKED_BY, None)
        now[_LEVEL] = "public"
    return now


def outcome(guessed: Mapping[str, Any], declared: Mapping[str, str]) -> dict[str, str | None]:
    """Return the reports' columns: corrections win over what is declared, that over guesses, those over defaults."""
    ours, said = apart(declared)
    corrections = corrections_of(ours)
    merged = {**_DEFAULTS, **guessed, **said, **{key: value for key, value in corrections.items() if key != _LEVEL}}
    found = {name: merged.get(name) or _DEFAULTS.get(name) for name in FIELDS}
    levels = [one for one in (said.get(_LEVEL), corrections.get(_LEVEL)) if one]
    level = highest(levels) if levels else "unmarked"  # type: ignore[arg-type]
    return {**found, _LEVEL: level}


def without_speaker(declared: Mapping[str, str]) -> dict[str, str]:
    """Return what is declared, without who marked it."""
    return {key: value for key, value in declared.items() if key != MARKED_BY}
