"""The sources of a note for programs that manage references: RIS, BibTeX or CSL-JSON."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...core.shapes import Citation, Note, Source
from ...core.text import one_line
from ...vectorstore.bibliography.exports import WRITERS
from ...vectorstore.bibliography.work import INTERNAL
from .source_names import newer_edition

FORMS = {".ris": "ris", ".bib": "bibtex", ".json": "csl"}


def references(note: Note, ending: str) -> str:
    """Return the sources of a note, in the order of their numbers, in the format of one of the `FORMS`.

    A source has the key that `reports list` gives it. A remark says by which number the note cites it and where, and
    whether it is a draft or superseded; internal reports keep their mark, as a keyword.
    """
    cited: dict[str, list[Citation]] = defaultdict(list)
    claims = [claim for section in note.sections for claim in section.claims]
    for claim in (*claims, *(one.claim for one in note.abbreviations)):
        for citation in claim.citations:
            cited[citation.report].append(citation)
    sources = sorted(note.sources, key=lambda source: source.number)
    return WRITERS[FORMS[ending]]([_row(source, cited[source.report]) for source in sources]).rstrip("\n") + "\n"


def _row(source: Source, cited: list[Citation]) -> Mapping[str, str]:
    is_internal = any(citation.confidentiality == "internal" for citation in cited)
    return {
        "id": source.report, "title": source.title, "organisation": source.organisation or "",
        "date": source.date or "", "file": source.file, "language": "", "kind": "", "genre": "",
        "keywords": INTERNAL if is_internal else "", "note": one_line("; ".join(_remarks(source, cited))),
    }  # fmt: skip


def _remarks(source: Source, cited: list[Citation]) -> Iterator[str]:
    places = ", ".join(dict.fromkeys(citation.locator.label for citation in cited if citation.locator.label))
    yield f"[{source.number}] {places}".rstrip()
    if source.status in ("draft", "superseded"):
        yield source.status
    if newer := newer_edition(source):
        yield f"newer edition: {newer}"
