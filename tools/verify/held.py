"""Where words stand in the library: by the offsets of a citation, by the label of a place, or anywhere in a report."""

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache

from ...core.shapes import Citation
from ...core.text import as_named, one_line, squash
from ...core.types import Report, Segment
from ...vectorstore.index.catalogue import Catalogue
from .item import Cited

_PASSAGE = re.compile(r"(?P<report>.+)@(?P<version>[0-9a-f]{8})\.\d+o?#\d+")
_KEPT_REPORTS = 8  # whose texts stay at hand
_LAST = 2**31 - 1
_RUNS_ON = 12  # segments, or paragraphs, over which one quote may run
_LONGEST = 1_000_000  # characters of a quote
_SHOWN = 60  # characters of the library's own words in a message


def version_of(passage: str) -> str:
    """Return the first eight digits of the report version that a passage id belongs to, "" for no such id."""
    match = _PASSAGE.fullmatch(passage)
    return match["version"] if match else ""


def report_of(passage: str) -> str:
    """Return the report that a passage id belongs to, "" for no such id."""
    match = _PASSAGE.fullmatch(passage)
    return match["report"] if match else ""


class Held:
    """The reports of a catalogue, read for comparison as `core.text.squash` compares."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._reports = {report.id: report for report in catalogue.reports()}
        self._by_file = {report.file: report for report in self._reports.values()}
        self._by_name = {as_named(file): report for file, report in self._by_file.items()}
        self._by_version = {report.version[:8]: report for report in self._reports.values()}
        self._pages = lru_cache(maxsize=_KEPT_REPORTS)(self._read_pages)
        self._paragraphs = lru_cache(maxsize=_KEPT_REPORTS)(self._read_paragraphs)
        self._squashed = lru_cache(maxsize=_KEPT_REPORTS)(self._squash)

    def report(self, cited: Cited) -> Report | None:
        """Return the report that is cited, under whatever id this library holds the same version of it."""
        if cited.citation is None:
            return self._by_name.get(as_named(cited.file))
        return self._reports.get(cited.report) or self._by_version.get(version_of(cited.citation.passage))

    def files(self) -> Sequence[str]:
        """Return the files of all reports, longest names first."""
        return sorted(self._by_file, key=len, reverse=True)

    def file_of(self, report: str) -> str:
        """Return the file of a report, or the id itself where the library does not hold it."""
        return self._reports[report].file if report in self._reports else report

    def titled(self, report: str) -> str | None:
        """Return the title of a report, by its id; `None` where the library does not hold it."""
        return self._reports[report].title if report in self._reports else None

    def first_segment(self, cited: Cited, report: Report, words: str) -> Segment | None:
        """Return the segment at the cited place that the words begin with."""
        if cited.citation is not None and (found := self._at(cited.citation)):
            return found
        begin = squash(words)
        there = self._paragraphs(report.id).get(cited.label, [])
        return next((segment for segment in there if begin.startswith(squash(segment.text))), None)

    def labels(self, report: Report) -> set[str]:
        """Return the labels of all places of a report."""
        return {label for label, _ in self._pages(report.id)} | self._paragraphs(report.id).keys()

    def evidence(self, report: Report, label: str) -> list[str]:
        """Return the words at a place: its segments, what runs on from it, and the whole text of a page or section."""
        there = self._paragraphs(report.id).get(label, [])
        running = self._catalogue.stretch(report.id, there[0].position, there[0].position + _RUNS_ON) if there else []
        pages = [text for name, text in self._pages(report.id) if name == label]
        whole = [self._whole(there), "\n".join(segment.text for segment in running)]
        return [*(segment.text for segment in there), *whole, *pages]

    def misquoted(self, cited: Cited, report: Report) -> str | None:
        """Return what is wrong with a quote, `None` when it stands where the citation says."""
        quote = squash(cited.quote)
        if not quote:
            return "the quote is empty"
        citation = cited.citation
        first = self._at(citation, inside=cited.is_part) if citation else None
        says = self._says(citation, first) if citation and first else ""
        if citation and first and squash(says) == quote and not (moved := _moved(citation, first)):
            return None
        if citation and first and squash(says) == quote:
            return moved
        stands = self._where(report, quote)
        if not stands:
            gone = "is not in the newer version" if self._is_newer(citation, report) else "is not in the report"
            return f"{gone}{_difference(cited.quote, says or self._closest(report, cited))}"
        if cited.label not in stands:
            return f"stands on {stands[0]}, not on {cited.label}"
        if citation and self.holds(citation):
            return f"stands on {cited.label}, but not at its characters {citation.start} to {citation.end}"
        return None

    def _says(self, citation: Citation, first: Segment) -> str:
        ahead = citation.start - first.start
        return self._catalogue.words_from(first, ahead + _length(citation))[ahead:]

    def _at(self, citation: Citation, *, inside: bool = False) -> Segment | None:
        """Return the segment at the offset of a citation, or around it, of the very version that was cited."""
        there = self._catalogue.segments_of([citation.passage])
        found = [segment for segment in there if segment.start == citation.start]
        found += [segment for segment in there if inside and segment.start < citation.start < segment.end]
        same = [segment for segment in found if segment.locator.paragraph == citation.locator.paragraph]
        return next(iter(same or found), None)

    def holds(self, citation: Citation) -> bool:
        """Tell whether the library holds the very version of a report that is cited."""
        return bool(self._catalogue.passages([citation.passage]))

    @staticmethod
    def _is_newer(citation: Citation | None, report: Report) -> bool:
        version = version_of(citation.passage) if citation else ""
        return bool(version) and not report.version.startswith(version)

    def _where(self, report: Report, quote: str) -> list[str]:
        """Return the labels of the places that hold the squashed words, the most exact ones first."""
        found = [label for label, text in self._squashed(report.id) if quote in text]
        own = self._squashed(report.id)[: len(self._paragraphs(report.id))]
        for at, (label, text) in enumerate(own):  # it may begin in one paragraph and run on in the next
            if label not in found and 0 <= "".join(more for _, more in own[at : at + _RUNS_ON]).find(quote) < len(text):
                found.append(label)
        return list(dict.fromkeys(found))

    def _closest(self, report: Report, cited: Cited) -> str:
        """Return the segment at the cited place that is most like the quote."""
        there = [segment.text for segment in self._paragraphs(report.id).get(cited.label, [])]
        return next(iter(difflib.get_close_matches(cited.quote, there, 1, 0.8)), "")

    def _read_pages(self, report: str) -> list[tuple[str, str]]:
        return self._catalogue.page_texts(report)

    def _read_paragraphs(self, report: str) -> dict[str, list[Segment]]:
        found: dict[str, list[Segment]] = {}
        for segment in self._catalogue.stretch(report, 0, _LAST):
            found.setdefault(segment.locator.label, []).append(segment)
        return found

    def _squash(self, report: str) -> list[tuple[str, str]]:
        """Return what is compared of each place: paragraphs first, then pages, over whose lines a quote may run."""
        paragraphs = self._paragraphs(report).items()
        found = [(label, squash(self._whole(segments))) for label, segments in paragraphs]
        return found + [(label, squash(text)) for label, text in self._pages(report)]

    def _whole(self, segments: Sequence[Segment]) -> str:
        """Return the words of a paragraph, with what parts the cells of a table row."""
        if len(segments) > 1 and segments[0].block == segments[-1].block:
            return self._catalogue.words_between(segments[0], segments[-1]) or ""
        return "\n".join(segment.text for segment in segments)


def _length(citation: Citation) -> int:
    """Return the length of a citation's words, in bounds that a damaged file cannot pass."""
    return max(0, min(citation.end - citation.start, _LONGEST))


def _moved(citation: Citation, first: Segment) -> str | None:
    """Return where a quote stands if its locator says something else."""
    said, stands = citation.locator, first.locator
    if said.model_copy(update={"recognised": stands.recognised}) == stands:  # what was made earlier does not tell
        return None
    if said.label != stands.label:
        return f"stands on {stands.label}, not on {said.label}"
    return f"its place is not the one of {stands.label}: page, headings or paragraph differ"


def _difference(quote: str, says: str) -> str:
    """Return the first words in which the library differs from a quote: " (the report says “20 MW”, not “30 MW”)"."""
    mine, theirs = one_line(quote).split(), one_line(says).split()
    if not theirs:
        return ""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            told, said = " ".join(mine[a:b])[:_SHOWN], " ".join(theirs[c:d])[:_SHOWN]
            return f": the report says “{said}”, not “{told}”"
    return ""
