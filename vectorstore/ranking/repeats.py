"""Tells passages from those that repeat them in another report: the same text or, among editions, nearly the same.

Other figures are another statement, however alike the words, unless an older edition merely said what it was then.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...core.types import Passage
from ...language.years import ANY_YEAR
from .routing import Routing

_ALIKE = 0.9  # share of common words at which passages of two editions are the same text
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Text:
    """A passage as it is compared: its figures in order, years aside, and its words, once each."""

    report: str
    figures: tuple[str, ...]
    words: frozenset[str]

    def is_like(self, other: "_Text", figures: bool) -> bool:
        common = len(self.words & other.words)
        alike = common >= _ALIKE * len(self.words | other.words)
        return self.report != other.report and alike and (not figures or self.figures == other.figures)


def apart(
    ordered: Iterable[str], held: Mapping[str, Passage], routing: Routing, *, newest: bool
) -> tuple[list[str], list[str]]:
    """Return passage ids without those that repeat an earlier one, and those, each in order.

    With `newest`, the newest of the editions that say nearly the same stands for all, at the place of the first, even
    if their figures differ: the older figures have been overtaken.
    """
    kept: list[str] = []
    repeated: list[str] = []
    said: dict[str, str] = {}
    editions: dict[str, list[tuple[int, _Text]]] = {}
    for name in ordered:
        passage = held[name]
        words = " ".join(passage.text.casefold().split())
        series = routing.series(passage.report)
        if series is None:
            first = said.setdefault(words, passage.report)
            (kept if first == passage.report else repeated).append(name)
            continue
        text = _text(passage.report, words)
        others = editions.setdefault(series, [])
        found = next((at for at, (_, other) in enumerate(others) if text.is_like(other, not newest)), None)
        if found is None:
            others.append((len(kept), text))
            kept.append(name)
            continue
        place, other = others[found]
        if newest and routing.freshness(text.report) > routing.freshness(other.report):
            others[found] = place, text
            kept[place], name = name, kept[place]
        repeated.append(name)
    return kept, repeated


def _text(report: str, said: str) -> _Text:
    tokens = _TOKEN.findall(ANY_YEAR.sub(" ", said))
    figures = tuple(token for token in tokens if token[0].isdigit())
    return _Text(report, figures, frozenset(token for token in tokens if not token[0].isdigit()))
