"""The question sets with their gold places, and whether an answer quotes the gold words from a gold place."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from coscribe.core.shapes import Answer, Citation, EvidenceItem, Locator, PassageHit
from coscribe.core.types import Scope
from independent import bare

Split = Literal["tune", "check", "all"]


@dataclass(frozen=True)
class Gold:
    """A question and where its right answer stands; without words nothing answers it.

    Any of `pages` will do, or any of the headings in `paths`; `file` is the end of the file's path.
    """

    id: str
    question: str
    file: str
    pages: tuple[int, ...]
    paths: tuple[str, ...]
    words: tuple[str, ...]
    split: str
    scope: Scope

    @property
    def answerable(self) -> bool:
        return bool(self.words)

    def is_in(self, file: str) -> bool:
        return f"/{file}".endswith(f"/{self.file}")

    def is_at(self, file: str, locator: Locator) -> bool:
        """Whether a place is one of the gold places; a file without gold headings is one as a whole."""
        if not self.is_in(file):
            return False
        if self.pages:
            return locator.page in self.pages
        return not self.paths or not {bare(path) for path in self.paths}.isdisjoint(map(bare, locator.path))

    def is_quoted_by(self, answer: Answer) -> bool:
        """Whether one quote, with all that shares its number, holds every gold word and stands at a gold place."""
        quotes: dict[tuple[int, int], list[Citation]] = {}
        for number, claim in enumerate(answer.claims):
            for citation in claim.citations:
                if self.is_at(citation.file, citation.locator):
                    quotes.setdefault((number, citation.number), []).append(citation)
        return any(self._has_words(citations) for citations in quotes.values())

    def rank(self, places: list[EvidenceItem] | list[PassageHit]) -> int | None:
        """The rank, from 1, of the first place that is a gold place."""
        return next((at for at, place in enumerate(places, 1) if self.is_at(place.file, place.locator)), None)

    def _has_words(self, citations: list[Citation]) -> bool:
        said = bare(" ".join(citation.quote for citation in citations)).lower()
        return all(bare(word).lower() in said for word in self.words)


def load(name: str, split: Split = "all") -> list[Gold]:
    """Read a question set, the answerable ones first; a set that is not split belongs to every split."""
    path = Path(__file__).parent / "questions" / f"{name}.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [_gold(entry) for entry in entries["questions"] + entries["unanswerable"]]
    return [gold for gold in found if split == "all" or gold.split in (split, "")]


def _gold(entry: dict[str, Any]) -> Gold:
    paths = entry.get("path", [])
    return Gold(
        id=entry["id"],
        question=entry["question"],
        file=entry.get("file", ""),
        pages=tuple(entry.get("pages") or entry.get("page") or ()),
        paths=tuple(path for path in ([paths] if isinstance(paths, str) else paths) if path),
        words=tuple(entry.get("words", ())),
        split=entry.get("split", ""),
        scope=Scope(regions=(entry["region"],)) if "region" in entry else Scope(),
    )
