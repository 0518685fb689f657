"""Writes an answer, a note or a matrix to files: a writer an ending, and nothing on the disk until all have written."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from ...core.document import Document
from ...core.errors import CoscribeError
from ...core.shapes import Answer, Mode, Note
from ...core.system.files import write_whole
from ..document.page import answer_page
from ..document.phrases import phrases
from .colophon import Colophon, Published, source_type
from .html.endnotes import Pictures
from .html.published_page import read_html
from .html.web_page import html_file, without_pictures
from .markdown import markdown
from .pdf.pdf_file import pdf_file
from .pdf.pdf_texts import read_pdf
from .sidecar import Kept, with_sidecar
from .word.word_reading import read_word
from .word.word_writer import word_file


class Documented(Kept, Protocol):
    """What has been composed as a document: an answer, a note, a matrix, a checked draft."""

    @property
    def document(self) -> Document | None:
        """The document that it was composed as."""


class Publishable(Documented, Protocol):
    """What can be written to files: an answer, or what has its document with title and sources already."""

    @property
    def mode(self) -> Mode:
        """Whether a model drafted it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is written: what was made, its document with title and sources, and what the files say of themselves.

    `style` is a Word file whose look a Word file takes; `pictures` shows words in their place, for a web page.
    """

    made: Documented
    document: Document
    colophon: Colophon
    style: bytes | None = None
    pictures: Pictures = without_pictures


@dataclass(frozen=True, slots=True)
class Format:
    """A format that carries what it was made of, written, and read back as `Published`."""

    write: Callable[[Publication], bytes]
    read: Callable[[bytes], Published]


FORMATS: Mapping[str, Format] = {
    ".docx": Format(lambda told: word_file(told.document, told.colophon, told.style), read_word),
    ".html": Format(lambda told: html_file(told.document, told.colophon, told.pictures), read_html),
    ".pdf": Format(lambda told: pdf_file(told.document, told.colophon), read_pdf),
}
ENDINGS = (".md", *FORMATS)
_BARE = (".md", ".csv")  # what carries nothing has the JSON of what it was made of beside it
Writers = Mapping[str, Callable[[Publication], bytes]]
_WRITERS: Writers = {ending: form.write for ending, form in FORMATS.items()}


def publication(
    made: Publishable, *, drafted_by: str, date: str, style: bytes | None = None,
    pictures: Pictures = without_pictures,
) -> Publication:  # fmt: skip
    """Return what is written of what was made; `drafted_by` names the model that could draft, "" for none.

    What its files carry is the JSON that is kept of it and, under "colophon", how they came about.
    """
    return published_as(made, made.mode, drafted_by=drafted_by, date=date, style=style, pictures=pictures)


def published_as(
    made: Documented, mode: Mode, *, drafted_by: str, date: str, style: bytes | None = None,
    pictures: Pictures = without_pictures,
) -> Publication:  # fmt: skip
    """Return what is written of what was made in a mode that it does not tell itself; see `publication`."""
    document = _document(made, drafted_by)
    language = made.making.language if isinstance(made, Note) and made.making else "en"
    how = phrases(language).told(f"colophon.{mode}", version=version("coscribe"), drafter=drafted_by)
    colophon = Colophon(document.title, language, date, how, carried="", source_type=source_type(mode))
    told = {name: value for name, value in asdict(colophon).items() if name != "carried"}
    carried = json.dumps({**made.stored(), "colophon": {**told, "drafted_by": drafted_by}}, ensure_ascii=False)
    return Publication(made, document, replace(colophon, carried=carried), style, pictures)


def published_again(made: Documented, how: Mapping[str, str], carried: str) -> Publication:
    """Return what was published of what was made, by the JSON that its file `carried` and the "colophon" in it.

    Raises TypeError or KeyError where that is none.
    """
    fields = {name: str(how[name]) for name in ("title", "language", "date", "made_by", "standing")}
    document = _document(made, str(how["drafted_by"]))
    fields["source_type"] = str(how.get("source_type", ""))  # older files have none
    return Publication(made, document, Colophon(carried=carried, **fields))


def _document(made: Documented, drafted_by: str) -> Document:
    return answer_page(made, made_by=drafted_by) if isinstance(made, Answer) else made.document or Document()


def write_files(told: Publication, paths: Iterable[Path], noun: str, writers: Writers = _WRITERS) -> None:
    """Write the files, each by its ending: ".md" or one of the `writers`; see `write_whole` for what is raised.

    Where a format cannot tell it, the others are written all the same, and that is raised then.
    """
    contents: dict[Path, str | bytes] = {}
    untold: CoscribeError | None = None
    for path in paths:
        write = writers.get(path.suffix.lower())
        try:
            content = write(told) if write else _markdown(told)
        except CoscribeError as error:
            untold = untold or error
            continue
        contents |= with_sidecar(path, content, told.made) if path.suffix.lower() in _BARE else {path: content}
    for path, content in contents.items():
        write_whole(path, content, noun, advice="name another file")
    if untold is not None:
        raise untold


def _markdown(told: Publication) -> str:
    made = told.made
    return made.markdown if isinstance(made, Note) else f"{markdown(told.document)}\n"
