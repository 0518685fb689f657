"""The command that checks what was made earlier."""

from pathlib import Path

from ..core.errors import DONE, SOME_FAILED
from ..terminal.progress import Progress
from ..terminal.views.verify import verification_view
from ..tools.verify.verify import ledger_of, verify_file
from ..vectorstore.index.catalogue import Catalogue
from .workplace import Options, Workplace, works_at


@works_at(Workplace)
def verify(place: Workplace, options: Options) -> int:
    """Check a file against library and ledger; the exit code is 1 when something in it does not hold."""
    catalogue = Catalogue(place.home.library)
    with Progress(place.screen) as progress:
        found = verify_file(Path(options["file"]), catalogue, ledger_of(place.home), progress.advance)
    place.show(found, verification_view(found))
    return SOME_FAILED if found.ok < found.checked else DONE
