"""Looks through what is known of the reports: as a view, as a sheet to correct, or field by field in the terminal."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ...core.cells import write_csv
from ...core.errors import DONE, SOME_FAILED, UsageError
from ...core.shapes import Correction, Review
from ...core.system.files import write_whole
from ...core.types import Scope
from ...terminal.interview import Interview
from ...terminal.sheet import remark
from ...terminal.views.reviewed import corrections_view, review_view
from ...vectorstore.facts import as_manifest, as_table, correct, corrected, reviewed
from ...vectorstore.index.schema import FIELDS
from ...vectorstore.ingest.manifest import checked_field
from ...vectorstore.reading.office import first_sheet
from ..workplace import Options, scope_of, works_at
from ..writing_workplace import CatalogueWorkplace

_ENDINGS = (".csv", ".xlsx", ".toml")
_WIDTHS = (18, 30, 50, 30, 16, 12, 12, 12, 20, 10, 14, 60)  # characters, of the sheet's columns


@works_at(CatalogueWorkplace)
def review(place: CatalogueWorkplace, options: Options) -> int:
    """Show, write or correct what is known of the reports; exit code 1 says that a correction was not taken over."""
    library, sheet = place.library, options["sheet"] or options["from_"]
    if options["sheet"] and options["from_"]:
        raise UsageError("two sheets are named: name one of them")
    if sheet and options["out"]:
        raise UsageError("--out writes a sheet and --from takes one back: say one of them")
    if options["undo"]:
        return _shown(place, _undone(place, options["undo"]))
    if sheet:
        return _shown(place, corrected(library, Path(sheet).expanduser(), lowers=options["lower"]))
    rows = reviewed(library, scope_of(options))
    if options["out"]:
        path = _target(Path(options["out"]).expanduser())
        made = as_manifest(library, rows).encode() if path.suffix.lower() == ".toml" else b""
        write_whole(path, _writer(path, as_table(rows), made), "the sheet", advice="name another file")
        back = f"correct it, then `coscribe reports review {path}`"
        place.show(Review(reports=rows), remark(f"wrote {len(rows)} reports to {path}: {back}"))
        return DONE
    place.show(Review(reports=rows), review_view(rows))
    if rows and not place.as_json and sys.stdin.isatty() and sys.stdout.isatty():
        return _asked(place, options)
    return DONE


def _asked(place: CatalogueWorkplace, options: Options) -> int:
    """Have the reports corrected at the terminal, one after the other, each as soon as its fields are told."""
    interview = Interview(place.screen)
    while row := interview.chosen(reviewed(place.library, scope_of(options))):
        wanted = interview.fields(row, FIELDS, checked_field)
        lowers = wanted.get("confidentiality") == "public" and row.fields["confidentiality"] == "internal"
        lowers = lowers and interview.agrees("it is internal: may it be public from now on?")
        done = correct(place.library, row, wanted, lowers=lowers)
        place.screen.show(corrections_view(Review(reports=[], corrections=done)))
    return DONE


def _undone(place: CatalogueWorkplace, names: tuple[str, ...]) -> Review:
    done: list[Correction] = []
    for name in names:
        report = place.library.in_scope(Scope(reports=(name,)))[0].id
        before = next(row for row in reviewed(place.library) if row.report == report)
        own = [field for field in FIELDS if field in before.found and before.found[field].how == "a correction"]
        place.library.correct({report: dict.fromkeys(own)})
        after = next(row for row in reviewed(place.library) if row.report == report)
        done += [
            Correction(
                report=report, file=before.file, field=field, before=before.fields[field] or None,
                after=after.fields[field] or None,
            )
            for field in own
        ]  # fmt: skip
    return Review(reports=[], corrections=done)


def _shown(place: CatalogueWorkplace, result: Review) -> int:
    for missed in result.unmatched:
        near = f" (the nearest is {missed.nearest!r})" if missed.nearest else ""
        place.screen.say(f"{missed.manifest!r} names {missed.entry!r}, and there is no such report{near}", "warn")
    place.show(result, corrections_view(result))
    return SOME_FAILED if result.unmatched or any(one.refused for one in result.corrections) else DONE


def _target(path: Path) -> Path:
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(f"a sheet cannot be written to {str(path)!r}: name a file that ends in {', '.join(_ENDINGS)}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {str(path.absolute().parent)!r} to write the sheet to: make it first")
    return path


def _writer(path: Path, table: list[list[str]], manifest: bytes) -> Callable[[IO[bytes]], object]:
    if path.suffix.lower() == ".toml":
        return lambda stream: stream.write(manifest)
    if path.suffix.lower() == ".xlsx":
        return lambda stream: first_sheet.write(stream, "reports", table, _WIDTHS)
    return lambda stream: write_csv(_Encoded(stream), table)


class _Encoded:
    """What a CSV writer writes to: text comes in, UTF-8 with the mark that spreadsheet programs look for goes on."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        stream.write(b"\xef\xbb\xbf")

    def write(self, text: str) -> int:
        """Pass a line on."""
        return self._stream.write(text.encode("utf-8", "replace"))
