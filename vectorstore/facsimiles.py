"""Shows words of reports in their place: with the text around them and, where they stand in a PDF, on its page."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ..core.document import Proof
from ..core.errors import LibraryError, ReadFailure
from ..core.types import Locator, Report
from .index.catalogue import Catalogue
from .ingest.report_files import content_hash
from .reading.facsimile.facsimile import Facsimile, PagePicture
from .reading.facsimile.folded import FoldedText
from .reading.sandbox import Readers

AROUND = 240  # characters of the text before and after words
MOST_BYTES = 6_000_000  # of all pictures of one set
GONE = "The file of the report is no longer where it was read: its page is not shown."
CHANGED = "The file of the report has changed since it was read: its page is not shown."
UNDRAWN = "The page cannot be drawn: its text alone is shown."
TOO_MANY = "The page is not shown: with its picture this file would be too large."


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where words stand in a library: in the text of their page, after how many others like them."""

    text: str
    start: int
    end: int
    rank: int


class Facsimiles:
    """Makes facsimiles of what sentences rest on; a page is drawn once, by a reader that may hang or die alone.

    All pictures together have at most `most_bytes`; what is asked for beyond that says so. It is left as a context.
    """

    def __init__(self, catalogue: Catalogue, most_bytes: int = MOST_BYTES) -> None:
        self._catalogue = catalogue
        self._room = most_bytes
        self._readers = Readers(children=1)
        self._paths = {report: Path(path) for report, path in catalogue.paths().items()}
        self._reports = {report.id: report for report in catalogue.reports()}
        self._states: dict[Path, str] = {}
        self._failed: set[Path] = set()  # what brought its reader down, or let it hang, is not tried page after page
        self._text, self._folded = "", FoldedText.of("")  # of the page that was asked for last
        self._pictures: dict[tuple[Path, int], PagePicture | str] = {}

    def __enter__(self) -> Self:
        self._readers.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._readers.__exit__(kind, error, trace)

    def __call__(self, proof: Proof) -> Facsimile | None:
        """Return the facsimile of what a sentence rests on; `None` where the library does not have these words."""
        try:
            return self._made(proof)
        except LibraryError:  # a page is damaged: what was drafted is published all the same
            return None

    def _made(self, proof: Proof) -> Facsimile | None:
        passage, _, span = proof.id.rpartition(":")
        found = self._catalogue.passages([passage]).get(passage)
        stand = self._stand(passage, span.partition("-")[0], proof.words, found.text if found else "")
        if found is None or stand is None:
            return None
        before, after = _around(stand, proof.words)
        if found.locator.kind != "page" or found.locator.page is None:
            return Facsimile(_joined(before), _joined(after))
        flowing = " ".join(before.split("\n")), " ".join(after.split("\n"))  # lines end where the page does
        return self._on_page(self._reports.get(found.report), found.locator, proof.words, stand, flowing)

    def _stand(self, passage: str, start: str, words: str, near: str) -> _Stand | None:
        """Where words stand in the text of their page: of several places the one that the id means."""
        text = self._catalogue.page_text(passage)
        if text != self._text:  # one text may be a whole book
            self._text, self._folded = text, FoldedText.of(text)
        found = self._folded.occurrences(words)
        if not found:
            return None
        begin = max(0, text.find(near))  # offsets count from a paragraph in sections, so that the passage has to do
        meant = int(start) if start.isdecimal() and int(start) >= begin else begin
        rank = min(range(len(found)), key=lambda at: abs(found[at][0] - meant))
        first, last = found[rank]
        return _Stand(text, first, last + 1, rank)

    def _on_page(
        self, report: Report | None, place: Locator, words: str, stand: _Stand, around: tuple[str, str]
    ) -> Facsimile:
        path = self._paths.get(report.id) if report else None
        if report is None or path is None or place.page is None:
            return Facsimile(*around, lacks=GONE)
        lacks = self._state(path, report.version)
        picture = lacks or self._picture(path, place.page)
        if isinstance(picture, str):
            return Facsimile(*around, lacks=picture)
        found = () if path in self._failed else self._readers.find(path, place.page, words, stand.rank)
        if isinstance(found, ReadFailure):
            self._failed.add(path)
            found = ()
        return Facsimile(*around, picture=picture, boxes=found)

    def _state(self, path: Path, version: str) -> str:
        """Why a file cannot be shown, "" where it still is what was read."""
        if path not in self._states:
            try:
                held = content_hash(path)
            except OSError:
                held = ""
            self._states[path] = held
        held = self._states[path]
        return GONE if not held else "" if held.startswith(version) else CHANGED

    def _picture(self, path: Path, number: int) -> PagePicture | str:
        """The picture of a page, or why there is none."""
        key = path, number
        if key not in self._pictures:
            drawn: PagePicture | ReadFailure | str
            if path in self._failed:
                drawn = UNDRAWN
            else:
                drawn = self._readers.draw(path, number) if self._room > 0 else TOO_MANY
            if isinstance(drawn, ReadFailure):
                self._failed.add(path)
                drawn = UNDRAWN
            elif isinstance(drawn, PagePicture) and len(drawn.data) > self._room:
                drawn, self._room = TOO_MANY, 0
            elif isinstance(drawn, PagePicture):
                self._room -= len(drawn.data)
            self._pictures[key] = drawn
        return self._pictures[key]


def _around(stand: _Stand, words: str) -> tuple[str, str]:
    """The text before and after words, as far as it is shown, cut between words."""
    places = [place for place, char in enumerate(words) if char.isalnum()]
    before = stand.text[: stand.start].removesuffix(words[: places[0]])
    after = stand.text[stand.end :].removeprefix(words[places[-1] + 1 :])  # a full stop, say
    if len(before) > AROUND:
        before = f"… {before[-AROUND:].partition(' ')[2] or before[-AROUND:]}"
    if len(after) > AROUND:
        after = f"{after[:AROUND].rpartition(' ')[0] or after[:AROUND]} …"
    return before, after


def _joined(text: str) -> str:
    """Return text whose lines end where something does, and not where the file is wrapped."""
    told: list[str] = []
    for line in text.split("\n"):
        is_rest = told and line[:1].islower() and told[-1][-1:].isalnum()
        told[-1:] = [f"{told[-1]} {line}"] if is_rest else [*told[-1:], line]
    return "\n".join(told)
