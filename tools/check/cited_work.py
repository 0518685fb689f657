"""The references that a draft gives: taken out of its sentences, and led to the reports of the library they name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...core.text import fold, one_line
from ...core.types import Report
from ...language.joint import pattern
from ...vectorstore.ranking.routing import Routing
from .draft import Draft, DraftSentence

_PAGES = pattern(
    "drafts.pages", lead=r"(?:^|[\s,;(])", end=r"\s?(?P<first>\d{1,4})(?:\s?[-–—]\s?(?P<last>\d{1,4}))?"
)  # fmt: skip
_NUMBERS = r"\s?\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\]"
_MOST = 3  # works that one mark may stand for
_NAMED = 0.75  # of the words of a reference in what is known of a report
_LONGEST = 300  # characters of a reference


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A reference as it is written, the report it leads to, if the library has it, and the pages it gives."""

    said: str
    report: str | None = None
    first: int | None = None
    last: int | None = None

    def holds(self, page: int | None, label: str) -> bool:
        """Tell whether a page of the file, by its number there or by the one printed on it, is among those given."""
        if self.first is None:
            return True
        given = range(self.first, (self.last or self.first) + 1)
        printed = (int(number) for number in re.findall(r"\d+", label))
        return page in given or any(number in given for number in printed)


class CitedWorks:
    """Follows the references of one draft to the reports of a library."""

    def __init__(self, draft: Draft, reports: Sequence[Report], routing: Routing) -> None:
        self._reports = reports
        self._routing = routing
        self._works = draft.works
        self._known = {report.id: set(_words(_told(report))) for report in reports}

    def apart(self, sentence: DraftSentence) -> tuple[str, tuple[CitedWork, ...]]:
        """Return a sentence without its references, and these; a bracket that names no report is part of what it says.

        A work that is not in the library is told, too, where it gives a page or stands in a list or in a note.
        """
        found: list[CitedWork] = []
        text = sentence.text
        for start, end in reversed(list(_brackets(text))):
            work = self._work(text[start + 1 : end - 1], is_sure=False)
            if work is not None:
                found.insert(0, work)
                text = text[:start].rstrip() + text[end:]
        text, marks = self._marked(text)
        notes = (self._work(note, is_sure=True) for note in sentence.notes)
        return one_line(text), (*found, *marks, *(work for work in notes if work is not None))

    def _marked(self, text: str) -> tuple[str, list[CitedWork]]:
        """Return a text without its marks "[3]" that stand for entries of the list of references, and their works."""
        found: list[CitedWork] = []

        def taken(match: re.Match[str]) -> str:
            numbers = [int(number) for number in re.findall(r"\d+", match[1])]
            if not self._works.keys() & set(numbers):
                return match[0]
            works = (
                self._work(self._works[number], is_sure=True) for number in numbers[:_MOST] if number in self._works
            )
            found.extend(work for work in works if work is not None)
            return ""

        return re.sub(_NUMBERS, taken, text), found

    def _work(self, said: str, *, is_sure: bool) -> CitedWork | None:
        """Return what a reference leads to, `None` for words that are none."""
        said = one_line(said)[:_LONGEST]
        pages = list(_PAGES.finditer(said))
        named = said[: pages[-1].start()].rstrip(" ,;") if pages else said
        report = self._named(named)
        if report is None and not (is_sure or (pages and named)):
            return None
        first = int(pages[-1]["first"]) if pages else None
        last = int(pages[-1]["last"]) if pages and pages[-1]["last"] else None
        return CitedWork(said, report, first, last)

    def _named(self, said: str) -> str | None:
        """Return the one report that some words name, by title or issuer, or by most of their words."""
        words = _words(said)
        if not words:
            return None
        route = self._routing.route(said)
        for meant in (route.named, frozenset(route.hinted)):
            if len(meant) == 1:
                return next(iter(meant))
        shares = {name: sum(word in known for word in words) / len(words) for name, known in self._known.items()}
        best = max(shares.values(), default=0.0)
        leading = [name for name, share in shares.items() if share == best]
        return leading[0] if best >= _NAMED and len(leading) == 1 and len(words) > 1 else None


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield the outermost round brackets of a text, both signs included."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        if sign == "(":
            start = start if depth else at
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            if not depth:
                yield start, at + 1


def _told(report: Report) -> str:
    parts = (report.title, report.organisation, report.region, report.file, report.date, report.edition)
    return " ".join(filter(None, parts))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def pages_told(work: CitedWork) -> str:
    """Return the pages that a reference gives, in words: "p. 12", "pp. 12–14"."""
    if work.first is None:
        return work.said
    return f"pp. {work.first}–{work.last}" if work.last else f"p. {work.first}"


def by_report(works: Sequence[CitedWork]) -> Mapping[str, CitedWork]:
    """Return the references that lead to a report, by its id."""
    return {work.report: work for work in works if work.report is not None}
