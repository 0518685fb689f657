"""A note from a matrix that was kept as JSON: every quote is held against the library as it is now."""

from pathlib import Path

from pydantic import ValidationError

from ...core.errors import UsageError
from ...core.shapes import Citation, Note
from ...core.system.disk import explained
from ...core.text import says_verbatim
from ...tools.align.matrix import AlignmentMatrix
from ...tools.align.matrix_note import matrix_note
from ..assistant_workplace import AssistantWorkplace

_LARGEST = 200_000_000  # bytes of a matrix


def noted(place: AssistantWorkplace, name: str, title: str) -> Note:
    """Return the note of a matrix; raises UsageError for a file that is none."""
    matrix = read_matrix(Path(name))
    catalogue = place.library.catalogue
    pages: dict[str, str] = {}

    def holds(citation: Citation) -> bool:
        if citation.passage not in pages:
            known = catalogue.passages([citation.passage])
            pages[citation.passage] = catalogue.page_text(citation.passage) if known else ""
        return says_verbatim(pages[citation.passage], citation.quote)

    made = matrix_note(matrix, holds, title)
    if made.dropped:
        place.screen.say(f"{made.dropped} claims rest on words that the library no longer has: left out", "warn")
    return made


def read_matrix(path: Path) -> AlignmentMatrix:
    """Return the matrix of a file that `coscribe align --json` printed; raises UsageError for any other."""
    advice = "name what `coscribe align --json` printed"
    with explained(f"the matrix {str(path)!r} cannot be read", advice), path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    try:
        return AlignmentMatrix.model_validate_json(content)
    except ValidationError as error:
        raise UsageError(f"{str(path)!r} is no matrix ({error.errors()[0]['msg'].lower()}): {advice}") from error
