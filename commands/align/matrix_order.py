"""The command `align` where it writes files: what cannot be written is refused before anything is looked at."""

from dataclasses import dataclass
from pathlib import Path

from ...core.system.files import named_file
from ...tools.align.files.matrix_files import MATRIX_ENDINGS, writers_of
from ...tools.align.matrix import AlignmentMatrix
from ...tools.publish.publication import publication, write_files
from ...vectorstore.facsimiles import Facsimiles
from ...vectorstore.reading.office.first_sheet import spreadsheets
from ..assistant_workplace import AssistantWorkplace
from ..publishing.publishing import drafter, now, word_style
from ..workplace import Options, works_at
from .alignment import aligned

_NOUN = "the matrix"


@works_at(AssistantWorkplace)
def align(place: AssistantWorkplace, options: Options) -> int:
    """Compare the roadmaps, write the matrix to files, and print it."""
    order = MatrixOrder.of(options)
    return aligned(place, options, lambda matrix: order.carry_out(place, matrix))


@dataclass(frozen=True, slots=True)
class MatrixOrder:
    """Which files of a matrix are wanted, and the style of those for Word."""

    paths: tuple[Path, ...]
    style: bytes | None

    @classmethod
    def of(cls, options: Options) -> "MatrixOrder":
        """Read the options; raises UsageError for a file that could not be written, or a style that is none."""
        paths = tuple(dict.fromkeys(named_file(name, _NOUN, MATRIX_ENDINGS) for name in options["output"]))
        if any(path.suffix.lower() == ".xlsx" for path in paths):
            spreadsheets()
        return cls(paths, word_style(options.get("style"), paths))

    def carry_out(self, place: AssistantWorkplace, matrix: AlignmentMatrix) -> AlignmentMatrix:
        """Write the files, and return the matrix with their names."""
        named = matrix.model_copy(update={"files": tuple(map(str, self.paths))})
        with Facsimiles(place.library.catalogue) as pictures:  # nothing is drawn before a page asks for it
            told = publication(
                named, drafted_by=drafter(place), date=now(), style=self.style, pictures=pictures
            )  # fmt: skip
            write_files(told, self.paths, _NOUN, writers_of(named))
        return named
