"""What a person is shown of a library that was written to a file, or taken over from one."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from ....vectorstore.handover.bundle import Exported, HeldReport, Imported, levels_of
from ...amount import count
from ...console import flat
from ...sheet import Line, Part, Sheet, step


def exported_view(made: Exported) -> Sheet:
    """Return where the file is, what is in it, and the sum by which whoever gets it can tell that it is the same."""
    size = f"{made.bytes / 1_000_000:,.1f} MB" if made.bytes >= 100_000 else f"{made.bytes:,} bytes"
    return Sheet(
        [
            Line(Text(f"wrote {flat(made.file)}: {size}", "heading")),
            *_held(made.reports, made.unreadable, made.embedder),
            Line(Text(f"sha256 {made.sha256}", "meta")),
            step(f"`coscribe import {flat(made.file)}` elsewhere"),
        ]
    )


def imported_view(made: Imported, advice: str) -> Sheet:
    """Return where the library is, what it holds and what its maker kept back, and what is to be done next."""
    lines: list[Part] = [
        Line(Text(f"took over into {flat(made.library)}", "heading")),
        *_held(made.reports, made.unreadable, made.embedder),
    ]
    if made.left_out:
        told = f"{count(made.left_out, 'internal report')} of the library it is from stayed there"
        lines.append(Line(Text(told, "warn")))
    lines += [step(flat(advice))] if advice else []
    return Sheet([*lines, step("`coscribe reports`")])


def _held(reports: Sequence[HeldReport], unreadable: int, embedder: str) -> Iterator[Line]:
    passages = sum(report.passages for report in reports)
    levels = ", ".join(f"{number} {level}" for level, number in levels_of(reports).items())
    yield Line(Text(f"{count(len(reports), 'report')} ({levels}), {count(passages, 'passage')}"))
    embedded = sum(report.passages for report in reports if report.embedded)
    vectors = f"vectors by {flat(embedder)} of {count(embedded, 'passage')}" if embedder else "no vectors"
    lost = f"; {count(unreadable, 'file')} that nobody could read" if unreadable else ""
    yield Line(Text(f"{vectors}{lost}", "meta"))
