"""What `ask` and `note` do where `-o` names files: what cannot be written is refused before anything is paid."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from ...core.document import Document
from ...core.errors import UsageError
from ...core.shapes import Answer, Note
from ...core.system.disk import explained
from ...core.system.files import named_file
from ...tools.publish.beside import Beside, beside
from ...tools.publish.colophon import Colophon
from ...tools.publish.pdf.pdf_file import pdf_file
from ...tools.publish.pdf.pdf_texts import pages
from ...tools.publish.publication import ENDINGS, publication, write_files
from ...tools.publish.word.word_styles import house_style
from ...vectorstore.facsimiles import Facsimiles
from ..ask import answered
from ..assistant_workplace import AssistantWorkplace
from ..note.policy_note import drafted
from ..note.resumption import resumed
from ..note.revising import revising
from ..workplace import Options, works_at

_Made = TypeVar("_Made", Answer, Note)
_LARGEST = 50_000_000  # bytes of a house style


@works_at(AssistantWorkplace)
def ask(place: AssistantWorkplace, options: Options) -> int:
    """Answer one question, and write the answer to files."""
    order = FileOrder.of(options, "answer")
    return answered(place, options, lambda answer: order.carry_out(place, answer))


@works_at(AssistantWorkplace)
def note(place: AssistantWorkplace, options: Options) -> int:
    """Draft a note, and write it to files."""
    options = revising(place, resumed(place, options))
    order = FileOrder.of(options, "note")
    most = options["pages"]
    if most is None:
        return drafted(place, options, lambda made: order.carry_out(place, made))

    def length(made: Note) -> int:
        return pages(pdf_file(*order.paper(place, made)))

    def write(made: Note) -> list[str]:
        if (found := length(made)) > most:
            place.screen.say(f"it has {found} pages however short: choose fewer reports or another --template", "warn")
        return order.carry_out(place, made)

    return drafted(place, options, write, lambda made: length(made) <= most)


@dataclass(frozen=True, slots=True)
class FileOrder:
    """Which files are wanted, in which style, and what beside them."""

    noun: str
    paths: tuple[Path, ...]
    style: bytes | None
    more: Beside

    @classmethod
    def of(cls, options: Options, noun: str) -> "FileOrder":
        """Read the options; raises UsageError for a file that could not be written, or a style that is none."""
        paths = tuple(dict.fromkeys(named_file(name, f"the {noun}", ENDINGS) for name in options["output"]))
        more = beside(options.get("references"), options.get("facts"), paths)
        return cls(noun, paths, word_style(options.get("style"), paths), more)

    def paper(self, place: AssistantWorkplace, made: _Made) -> tuple[Document, Colophon]:
        """Return what its pages are counted of."""
        told = publication(made, drafted_by=_drafter_of(place, made), date=now())
        return told.document, told.colophon

    def carry_out(self, place: AssistantWorkplace, made: _Made) -> list[str]:
        """Write the files, and return their names."""
        with Facsimiles(place.library.catalogue) as pictures:  # nothing is drawn before a page asks for it
            told = publication(
                made, drafted_by=_drafter_of(place, made), date=now(), style=self.style, pictures=pictures
            )  # fmt: skip
            write_files(told, self.paths, f"the {self.noun}")
        others: list[str] = self.more.write(made) if isinstance(made, Note) else []
        return [*map(str, self.paths), *others]


def _drafter_of(place: AssistantWorkplace, made: Answer | Note) -> str:
    """Return which model drafts; of a note that keeps what another said, which ones did."""
    if isinstance(made, Note) and made.revision is not None and made.making is not None:
        return made.making.drafted_by
    return drafter(place)


def drafter(place: AssistantWorkplace) -> str:
    """Return the name of the model that drafts, "" for none."""
    drafter = place.settings.endpoint("drafter")
    return drafter.model if drafter else ""


def now() -> str:
    """Return the date and time of a file that is written now."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def word_style(name: str | None, paths: tuple[Path, ...]) -> bytes | None:
    """Return the house style that Word files take; raises UsageError for none, or where no Word file is written."""
    if name is None:
        return None
    if not any(path.suffix.lower() == ".docx" for path in paths):
        raise UsageError(f"--style {name!r} is how a Word file looks: name one, as in -o note.docx")
    style = Path(name)
    with explained(f"the house style {name!r} cannot be read", "name a .docx file"), style.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UsageError(f"the house style {name!r} is too large: save it without pictures")
    if any(path.exists() and path.samefile(style) for path in paths):
        raise UsageError(f"{name!r} is the house style itself: write to another file")
    try:
        house_style(content, "en")
    except UsageError as error:
        raise UsageError(f"--style {name!r}: {error}") from error
    return content
