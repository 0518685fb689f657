"""Ranks passages for a query by words and by meaning together, in the reports that the query means."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from ...core.types import Passage, Report
from ...language.languages import guess_language
from ...language.terms import Expression
from ...models.embedder import NOBODY, Embedder, Vectors
from ...models.port import Asking
from ..index.catalogue import Catalogue
from ..index.vectors import VectorIndex
from ..index.words import WordIndex
from .fusion import UNRELATED, scaled, share_of_words
from .repeats import apart
from .routing import NAMED_BOOST, OLDER_LOSS, Route, Routing

_DEPTH = 60  # hits taken from each leg before they are fused
_DEEPEST = 4 * _DEPTH  # and at most, when so many of them say the same that too few are left
_APART = 0.001  # how far from being the same passages are at least, in whichever model


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with what each leg said of it: `words` is its BM25 score, `similarity` the cosine; 0 where unknown."""

    passage: Passage
    words: float
    similarity: float


@dataclass(frozen=True, slots=True)
class _Hits:
    """Passage ids with the score of each leg; `reach` is what the words leg could give, see `Words.reach`.

    `exhausted` when the legs have no more.
    """

    words: Mapping[str, float]
    meaning: Mapping[str, float]
    reach: float
    exhausted: bool

    @property
    def names(self) -> set[str]:
        return {*self.words, *self.meaning}

    def as_strong_as(self, others: "_Hits") -> "_Hits":
        """Return these hits on the scale on which their best by words is worth the best of others."""
        if not (self.words and others.words):
            return self
        return replace(self, reach=others.reach * max(self.words.values()) / max(others.words.values()))

    def ranked(self, passage: Passage) -> Ranked:
        return Ranked(passage, self.words.get(passage.id, 0.0), self.meaning.get(passage.id, 0.0))

    @property
    def share(self) -> float:
        """What words weigh of both legs, 0..1."""
        return share_of_words(max(self.words.values(), default=0.0) / self.reach) if self.meaning else 1.0

    def fused(self, held: Mapping[str, Passage], mute: Collection[str]) -> dict[str, float]:
        """Return a score for each passage held, about 0..1.

        Words weigh by how much of the query they cover: the best of hits on one common word is no good hit. Of a
        passage in a report that is `mute`, whose meaning nobody can compare, they say all.
        """
        common = self.share
        scores = {}
        for name, passage in held.items():
            share = 1.0 if passage.report in mute else common
            words, near = self.words.get(name, 0.0) / self.reach, scaled(self.meaning.get(name, 0.0))
            scores[name] = share * words + (1 - share) * near
        return scores


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to look for in either leg."""

    query: str
    language: str
    also: Sequence[tuple[Expression, ...]]
    asking: Asking | None


class HybridSearch:
    """Fuses the word leg and, where there is one, the meaning leg; scores lie in 0..1 and compare within one query.

    Reports that a query names are searched alone, those it hints at are preferred (see `routing`), and of several
    editions the newest, unless a year is asked. `generation` is the library's when `words` were opened, `unrelated`
    the similarity that passages picked at random have in the embedder's model.
    """

    def __init__(
        self, catalogue: Catalogue, routing: Routing, words: WordIndex, vectors: VectorIndex | None,
        embedder: Embedder | None, generation: int = 0, unrelated: float = UNRELATED,
    ) -> None:  # fmt: skip
        self._catalogue = catalogue
        self.routing = routing
        self.words = words
        self.generation = generation
        self._vectors = vectors
        self._embedder = embedder
        self._unrelated = unrelated

    def rank(
        self, query: str, limit: int, *, reports: Collection[str] | None = None, language: str | None = None,
        also: Sequence[tuple[Expression, ...]] = (), routed: bool = True, asking: Asking | None = NOBODY,
    ) -> list[Ranked]:  # fmt: skip
        """Return the best passages for a query, best first; `reports` narrows to report ids, empty to none at all.

        `also` are other expressions for what is asked. Passages that repeat another one come after all others. `routed`
        false ranks by the passages alone. The query is embedded on behalf of `asking`; `None` leaves meaning out.
        Raises what the embedder does.
        """
        if reports is not None and not reports:
            return []
        asked = _Asked(query, language or guess_language(query) or "en", also, asking)
        if not routed:
            return self._ranked(asked, None, limit, reports)
        route = self.routing.route(query, reports)
        if route.named:
            within = replace(asked, query=route.query, asking=self._named(asking, route.named))
            found = self._ranked(within, route, limit, route.named)
            if found:
                return found
            route = Route(query, hinted=dict.fromkeys(route.named, NAMED_BOOST), dated=route.dated)
        return self._ranked(asked, route, limit, reports)

    def _ranked(self, asked: _Asked, route: Route | None, limit: int, reports: Collection[str] | None) -> list[Ranked]:
        depth = max(_DEPTH, 2 * limit)
        vector = self._vector(asked)
        favoured = route.favoured if route else ()
        within = replace(asked, query=route.query) if route and favoured else asked
        while True:
            hits = self._hits(asked, vector, depth, [reports])
            inner = self._hits(within, vector, depth, favoured).as_strong_as(hits)
            held = self._catalogue.passages([*(hits.names | inner.names)])
            own = {name for name in held if favoured and held[name].report in favoured[0]}
            outer = {name: passage for name, passage in held.items() if name not in own}
            scores = hits.fused(outer, self._mute)
            scores |= inner.fused({name: held[name] for name in own & inner.names}, self._mute)
            ordered, repeated = self._ordered(scores, held, route)
            gone = len(hits.names | inner.names) - len(held)
            exhausted = hits.exhausted and inner.exhausted
            if exhausted or len(ordered) >= limit or (not gone and depth >= _DEEPEST):
                break
            depth *= 4  # what a writer is about to drop, or what repeats, must not crowd out what stays
        top = max(1.0, *scores.values()) if scores else 1.0
        best = _falling([scores[name] for name in ordered], [scores[name] for name in repeated])
        return [
            (inner if name in own else hits).ranked(replace(held[name], score=round(score / top, 4)))
            for name, score in zip([*ordered, *repeated][:limit], best, strict=False)
        ]

    def _hits(
        self, asked: _Asked, vector: Vectors | None, depth: int, scopes: Sequence[Collection[str] | None]
    ) -> _Hits:
        words: dict[str, float] = {}
        meaning: dict[str, float] = {}
        exhausted = True
        for reports in scopes:
            found = self.words.search(asked.query, asked.language, depth, reports, also=asked.also)
            near = [] if self._vectors is None or vector is None else self._vectors.search(vector, depth, reports)
            exhausted = exhausted and max(len(found), len(near)) < depth
            said, meant = {hit.passage for hit in found}, {hit.passage for hit in near}
            if self._vectors is not None and vector is not None:  # what one leg has found, the other has its say on
                near += self._vectors.of(vector, said - meant)
                left = meant - said
                found += self.words.search(asked.query, asked.language, depth, also=asked.also, passages=left)
            words |= {hit.passage: hit.score for hit in found}
            meaning |= {hit.passage: self._comparable(hit.similarity) for hit in near}
        return _Hits(words, meaning, self.words.reach(asked.query, asked.language), exhausted)

    def _vector(self, asked: _Asked) -> Vectors | None:
        if self._vectors is None or self._embedder is None or asked.asking is None:
            return None
        if not self._embedder.reads(asked.language) or not self._embedder.admits(asked.asking.level):
            return None
        vector: Vectors = self._embedder.embed([asked.query], asked.asking)[0]
        return vector

    def _named(self, asking: Asking | None, named: Collection[str]) -> Asking | None:
        """Return on whose behalf a query is embedded that bears the years of the reports it names, nobody typed them.

        Where none of these was embedded there is nothing to compare it with either.
        """
        if asking is None or self._embedder is None or self._embedder.is_local:
            return asking
        admitted = (self._embedder.admits(one.confidentiality) for one in self._catalogue.reports() if one.id in named)
        return asking if any(admitted) else None

    def _comparable(self, similarity: float) -> float:
        """Return a similarity as it would be in the built-in model, whose random passages are less alike than most."""
        # Where all passages are the same to a model, it tells nothing of any.
        return UNRELATED + (similarity - self._unrelated) * (1 - UNRELATED) / max(1 - self._unrelated, _APART)

    def covers(self, language: str, reports: Iterable[Report]) -> bool:
        """Tell whether questions in a language find the passages of all these reports by their meaning."""
        if self._vectors is None or self._embedder is None or not self._embedder.reads(language):
            return False
        return all(map(self._is_embedded, reports))

    @cached_property
    def _mute(self) -> frozenset[str]:
        """The reports whose passages are not embedded."""
        return frozenset(one.id for one in self._catalogue.reports() if not self._is_embedded(one))

    def share_of(self, report: str, found: Sequence[Ranked], reach: float) -> float:
        """Return what words weigh, 0..1, for passages of a report beside those that were `found` for a query."""
        if report in self._mute or not any(item.similarity for item in found):
            return 1.0
        return share_of_words(max(item.words for item in found) / reach)

    def _is_embedded(self, report: Report) -> bool:
        embedder = self._embedder
        return (
            embedder is not None and embedder.admits(report.confidentiality) and embedder.reads(report.language or "en")
        )

    def _ordered(
        self, scores: dict[str, float], held: Mapping[str, Passage], route: Route | None
    ) -> tuple[list[str], list[str]]:
        """Return the passages best first, and apart those that repeat another; a route changes the scores."""
        if route is not None:
            scores |= self._weighed(scores, held, route)
        ordered = sorted(scores, key=lambda name: (-scores[name], name))
        return (ordered, []) if route is None else apart(ordered, held, self.routing, newest=not route.dated)

    def _weighed(self, scores: dict[str, float], held: Mapping[str, Passage], route: Route) -> dict[str, float]:
        """Raise the scores in reports hinted at and, where no year is asked, lower them in old editions."""
        weighed = {}
        for name, score in scores.items():
            report = held[name].report
            overtaken = 0.0 if route.dated else 1 - self.routing.freshness(report)
            weighed[name] = score * (1 + route.hinted.get(report, 0.0)) * (1 - OLDER_LOSS * overtaken)
        scale = max(scores.values(), default=1.0) / (max(weighed.values(), default=1.0) or 1.0)
        return {name: score * scale for name, score in weighed.items()}


def _falling(scores: Sequence[float], repeated: Sequence[float]) -> list[float]:
    """Return scores that never rise: a newer edition has the place of an older one, and what repeats comes last."""
    falling = list(accumulate(reversed(scores), max))[::-1]
    return falling + [min(score, falling[-1]) for score in repeated]
