"""Topics that a collection speaks of and no topic covers: frequent concepts, and those that one report alone has.

A concept is a run of two or three content words that no punctuation parts, in all its inflections; one inside a longer
one counts only where it stands by itself too (the idea of the C-value: Frantzi, Ananiadou and Mima 2000). Proper names
are none.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...core.shapes import Citation, Shape
from ...core.types import APART, Report, Segment
from ...language.stems import content_terms, word_runs
from ...vectorstore.searchable import Searchable
from ..evidence.citations import Citations
from .sweep import Sought

_MOST, _FEWEST = 12, 3  # suggestions of a kind, and passages that a concept is in at least
_LONGEST = 3  # words of a concept
_AT_ONCE = 400  # passages that are read together


class Suggestion(Shape):
    """A concept as it is written most often, where it is found, since when, and one quote.

    `only_in` names the report that has it alone, `first_seen` is the date of the oldest report with it.
    """

    name: str
    language: str | None
    reports: int
    regions: int
    passages: int
    first_seen: str | None = None
    only_in: str | None = None
    citation: Citation | None = None


class Suggestions(Shape):
    """What `align --suggest-topics --json` prints: what several reports share first, then what one alone has."""

    shared: tuple[Suggestion, ...] = ()
    alone: tuple[Suggestion, ...] = ()


@dataclass(slots=True)
class _Concept:
    """A concept on its way: how it is written, and the passages of each report that have it."""

    written: Counter[str] = field(default_factory=Counter)
    capital: int = 0
    passages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    example: Segment | None = None

    @property
    def count(self) -> int:
        """The number of passages."""
        return sum(map(len, self.passages.values()))


_Key = tuple[str, tuple[str, ...]]  # a language, and stems


def suggestions(
    library: Searchable, reports: Mapping[str, Report], covered: Sequence[Sought], most: int = _MOST
) -> Suggestions:
    """Return what the reports speak of often and none of the topics `covered` says, so many of each kind at `most`."""
    found: dict[_Key, _Concept] = {}
    for segment in _segments(library, reports):
        language = segment.language or reports[segment.report].language
        for stems, words, is_name in _concepts(segment.text, language):
            concept = found.setdefault((language or "", stems), _Concept())
            concept.written[words.casefold()] += 1
            concept.capital += is_name
            concept.example = concept.example or segment
            if segment.passage not in concept.passages[segment.report][-1:]:
                concept.passages[segment.report].append(segment.passage)
    names = _names(reports.values())
    kept = {
        key: one for key, one in found.items() if one.count >= _FEWEST and _is_common(one) and names.isdisjoint(key[1])
    }  # fmt: skip
    free = [
        (key, one) for key, one in kept.items() if not _is_part(key, one, kept) and not _is_covered(key, one, covered)
    ]
    ranked = sorted(free, key=lambda pair: (-_weight(pair[0], pair[1], reports), pair[0]))
    cites = Citations(library.catalogue, reports)
    shared = _unlike([pair for pair in ranked if len(pair[1].passages) > 1], most)
    alone = _unlike([pair for pair in ranked if len(pair[1].passages) == 1], most)
    told = [tuple(_suggestion(*pair, reports, cites) for pair in kind) for kind in (shared, alone)]
    return Suggestions(shared=told[0], alone=told[1])


def _segments(library: Searchable, reports: Mapping[str, Report]) -> Iterator[Segment]:
    with library.reading() as ranker:
        passages = sorted(ranker.words.passages())
    for begin in range(0, len(passages), _AT_ONCE):
        for segment in library.catalogue.segments_of(passages[begin : begin + _AT_ONCE]):
            if segment.report in reports and segment.kind not in APART:
                yield segment


def _concepts(text: str, language: str | None) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Yield the runs of content words of a text: their stems, the words, and whether they are written as a name."""
    for run in word_runs(text, language):
        words = [said for _, said in run]
        for length in range(2, _LONGEST + 1):
            for at in range(len(run) - length + 1):
                part, said = run[at : at + length], words[at : at + length]
                is_name = all(one[0].isupper() for one in said) and (at > 0 or text.find(said[0]) > 0)
                yield tuple(stem for stem, _ in part), " ".join(said), is_name


def _is_common(concept: _Concept) -> bool:
    """Tell whether a concept is no proper name: most often it is not written with capitals throughout."""
    return concept.capital * 2 < sum(concept.written.values())


def _is_part(key: _Key, concept: _Concept, kept: Mapping[_Key, _Concept]) -> bool:
    """Tell whether a concept hardly stands outside one longer one."""
    language, stems = key
    if len(stems) == _LONGEST:
        return False
    longer = (one for (code, other), one in kept.items() if code == language and len(other) > len(stems)
              and (other[:-1] == stems or other[1:] == stems))  # fmt: skip
    return any(one.count * 3 > concept.count * 2 for one in longer)


def _is_covered(key: _Key, concept: _Concept, covered: Sequence[Sought]) -> bool:
    language = key[0] or None
    name = concept.written.most_common(1)[0][0]
    return any(sought.names(name, language) or sought.words(name, language) for sought in covered)


def _names(reports: Iterable[Report]) -> frozenset[str]:
    """Return the stems of whom the reports are from: what bears their name is no topic."""
    return frozenset(
        term for report in reports for text in (report.organisation, report.region) if text
        for term in content_terms(text, report.language)
    )  # fmt: skip


def _weight(key: _Key, concept: _Concept, reports: Mapping[str, Report]) -> float:
    """Return how much a concept matters: in how many regions and passages, and of how many words it is."""
    regions = len({reports[name].region for name in concept.passages})
    return (1 + regions) * math.log2(1 + concept.count) * math.log2(1 + len(key[1]))


def _unlike(ranked: Sequence[tuple[_Key, _Concept]], most: int) -> list[tuple[_Key, _Concept]]:
    """Return the first of those that share most of their words."""
    kept: list[tuple[_Key, _Concept]] = []
    for key, concept in ranked:
        if all(other[0] != key[0] or len(set(other[1]) & set(key[1])) < len(set(key[1])) - 0.5 for other, _ in kept):
            kept.append((key, concept))
        if len(kept) == most:
            break
    return kept


def _suggestion(key: _Key, concept: _Concept, reports: Mapping[str, Report], cites: Citations) -> Suggestion:
    held = [reports[name] for name in concept.passages]
    dates = sorted(one.date for one in held if one.date)
    quote = next(one for one in cites.cite([concept.example]) if one.role == "quote") if concept.example else None
    return Suggestion(
        name=concept.written.most_common(1)[0][0], language=key[0] or None, reports=len(held),
        regions=len({one.region for one in held if one.region}), passages=concept.count,
        first_seen=dates[0] if dates else None, only_in=held[0].file if len(held) == 1 else None, citation=quote,
    )  # fmt: skip
