"""The command `export`: a library is written to one file, to be handed over."""

from collections.abc import Sequence

from ...core.errors import DONE
from ...core.system.files import named_file
from ...terminal.views.handover.handover_view import exported_view
from ...vectorstore.handover.bundle import ENDING, levels_of
from ...vectorstore.handover.packing import pack
from ...vectorstore.inventory import Inventory
from ..workplace import Options, Workplace, scope_of, works_at

_NAMED = 5  # files of internal reports that are named


@works_at(Workplace)
def export(place: Workplace, options: Options) -> int:
    """Write the library, or the reports that filters mean, to a file; what is internal stays unless it is asked for."""
    target = named_file(options["file"], "a library", (ENDING,))
    made = pack(Inventory(place.home.library), target, scope=scope_of(options), internal=options["internal"])
    internal = [report.file for report in made.reports if report.confidentiality == "internal"]
    if internal:
        place.screen.say(
            f"INTERNAL: {str(target)!r} holds {_named(internal)}; give it to nobody who may not read them",
            "bad",
        )
    if made.left_out:
        place.screen.say(f"left out, being internal: {_named(made.left_out)} (--internal takes them along)", "warn")
    if unmarked := levels_of(made.reports).get("unmarked"):
        place.screen.say(f"{unmarked} of the reports in it are not marked public or internal: look at them", "warn")
    place.show(made, exported_view(made))
    return DONE


def _named(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    return ", ".join(files[:_NAMED]) + (f" and {more} more" if more > 0 else "")
