"""The command `import`: a library that was handed over is taken over, where there is none."""

from pathlib import Path

from ...core.errors import DONE
from ...models.embedder import MiniLM
from ...terminal.progress import Progress
from ...terminal.views.handover.handover_view import imported_view
from ...vectorstore.handover.bundle import Imported
from ...vectorstore.handover.checked_bundle import checked_bundle
from ...vectorstore.handover.unpacking import refuse_occupied, unpack
from ..workplace import Options, Workplace, works_at


@works_at(Workplace)
def take_over(place: Workplace, options: Options) -> int:
    """Make a library of a file that `export` wrote, where there is none; all of it is checked first."""
    folder = place.home.library
    refuse_occupied(folder)
    with Progress(place.screen) as progress:
        progress.advance("checking", 0, 0)
        with checked_bundle(Path(options["file"])) as bundle:
            place.home.create()
            made = unpack(bundle, folder, progress.advance)
    place.show(made, imported_view(made, _advice(place, made)))
    return DONE


def _advice(place: Workplace, made: Imported) -> str:
    """Return what to do where vectors are missing or are not those that questions will be compared with; "" if none."""
    settings = place.settings
    here = {"minilm": MiniLM.name, "none": ""}.get(settings.embedder.kind) or ""
    if settings.embedding is not None:
        here = settings.embedding.model
    if not here:
        return ""
    passages = sum(report.passages for report in made.reports)
    if not made.embedder:
        return f"it came without vectors: `coscribe reports rebuild` makes those of {passages:,} passages"
    if made.embedder != here:
        return (
            f"its vectors are of {made.embedder!r}, and {here!r} compares here: run `coscribe reports rebuild` "
            f"({passages:,} passages), or search with --embedder none"
        )
    if lacking := sum(report.passages for report in made.reports if not report.embedded):
        return f"{lacking:,} passages have no vectors: the next `coscribe ingest PATH` makes them"
    return ""
