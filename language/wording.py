"""The words of a claim or of its evidence as the checks compare them: content terms, sentences, clauses, names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..core.text import fold
from .figures import UNIT_WORDS, Figure, figures
from .joint import either, packs, pattern
from .lexicon import synonyms
from .numbers import unmarked
from .stems import content_terms

_SENTENCE_END = re.compile(
    r"(?<=[.!?;])(?<!\bMio\.)(?<!\bMrd\.)(?<!\b[Cc]a\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bvs\.)\s+(?=[^\W\d_a-z]|[\"“„«(])"
    r"|\s\|\s"
)
CLAUSE_END = pattern(
    "grammar.but", "grammar.whereas", "grammar.though", "grammar.clause", lead=r"[;:]\s|,\s(?=", end=r"\b)"
)
_ALIKE = 0.7  # share of the longer term that two inflections of one word have in common at the beginning
_CLOSEST = 6  # sentences of a long text in which a claim is looked for
_FEW = 4  # sentences of a short text
_ROOT = 5  # letters at least
_LABEL = 6  # words of a clause that only says whose the next one is
_LETTER = "A-Za-z0-9_À-ɏ"  # a name ends where Japanese or Chinese goes on
NAME = re.compile(rf"[A-ZÀ-Þ][{_LETTER}'’&-]*[{_LETTER}]|[a-z]+[A-Z][{_LETTER}]*")
# a name with all its words, as "Ministry of Education of Brenmark"
NAMES = re.compile(rf"(?:{NAME.pattern})(?:(?:\s{either('names.joints')}){{0,2}}\s(?:{NAME.pattern}))*")
NAME_JOINT = re.compile(r"[-/]|['’]s?\b")  # within a name, or behind it
# words with capitals, whose initials may make an acronym
CAPITALS = re.compile(rf"[A-Z][\w-]+(?:[\s-]+(?:{either('names.within')}\s+)?[A-Z][\w-]+)+")
# a part of a year, or a fiscal year: Q3, H1, FY2027
PERIOD = re.compile(r"(?P<part>[QHT])(?P<number>[1-4])|(?:FY|AF|GJ)(?P<year>(?:19|20)\d\d)")
POINTS_BACK = pattern("grammar.points_back")
POSSESSIVE = re.compile(r"[’']s\b")
NOUNS_ARE_CAPITAL = frozenset(own.code for own in packs() if own.nouns_are_capital)  # a capital tells no name there
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(frozen=True)
class Wording:
    """A text in a language; two wordings are compared in the claim's language."""

    text: str
    language: str

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The stemmed content words, each once; numbers and their units are left to the figures."""
        return tuple(
            term for term in content_terms(self.text, self.language) if not term[0].isdigit() and term not in UNIT_WORDS
        )

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in order."""
        return tuple(figures(self.text))

    @cached_property
    def sentences(self) -> tuple["Wording", ...]:
        """The sentences, as far as stops tell."""
        return self._cut(_SENTENCE_END)

    @cached_property
    def clauses(self) -> tuple["Wording", ...]:
        """The sentences, cut further where a clause sets one thing against another."""
        return tuple(clause for sentence in self.sentences for clause in _labelled(sentence._cut(CLAUSE_END)))

    @property
    def is_short(self) -> bool:
        """Whether the text is short enough to be of one matter as a whole."""
        return len(self.sentences) <= _FEW

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The capitalised words that do not begin a sentence, and acronyms wherever they stand."""
        found = []
        for match in NAME.finditer(self.text):
            begins = not match.start() or self.text[: match.start()].rstrip("\"'“„«( \n")[-1:] in ("", *".!?:;|•–-")
            if fold(match[0]) not in UNIT_WORDS and (not begins or sum(map(str.isupper, match[0])) > 1):
                found.append(match[0])
        return tuple(dict.fromkeys(found))

    @cached_property
    def bearers(self) -> frozenset[str]:
        """The terms of all capitalised words, those that begin a sentence too: who or what a sentence may be about."""
        return frozenset(Wording(" ".join(NAME.findall(self.text)), self.language).terms)

    def held(self, terms: Iterable[str]) -> set[str]:
        """Return those of the terms that this text has, in whatever inflection or by a synonym."""
        known = synonyms(self.language)
        return {
            term
            for term in terms
            if term in self._exact
            or any(alike(term, mine) for mine in self._near(term))
            or not self._exact.isdisjoint(known.get(term, ()))
        }

    def share_of(self, claim: "Wording") -> float:
        """Return the share, 0..1, of a claim's terms that this text has; 0 for a claim without any."""
        return len(self.held(claim.terms)) / len(claim.terms) if claim.terms else 0.0

    def closest_to(self, claim: "Wording") -> "Wording":
        """Return the few sentences with most of a claim's terms, in their order; a short text is returned whole."""
        if len(self.sentences) <= _CLOSEST:
            return self
        shares = [(-sentence.share_of(claim), place) for place, sentence in enumerate(self.sentences)]
        places = sorted(place for _, place in sorted(shares)[:_CLOSEST])
        return Wording(" | ".join(self.sentences[place].text for place in places), self.language)

    def after(self, end: int, most: int) -> tuple[str, ...]:
        """Return the first terms behind a place of the text, within its clause."""
        return Wording(CLAUSE_END.split(self.text[end:], maxsplit=1)[0], self.language).terms[:most]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as written, in order, in lower case and without accents."""
        return tuple(fold(word) for word in _WORD.findall(unmarked(self.text)))

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(self.terms)

    @cached_property
    def _roots(self) -> dict[str, list[str]]:
        roots: dict[str, list[str]] = {}
        for term in self.terms:
            roots.setdefault(term[:_ROOT], []).append(term)
        return roots

    def _near(self, term: str) -> list[str]:
        return self._roots.get(term[:_ROOT], [])

    def _cut(self, end: re.Pattern[str]) -> tuple["Wording", ...]:
        return tuple(Wording(part, self.language) for part in end.split(self.text) if part.strip())


def _labelled(clauses: Sequence[Wording]) -> Iterable[Wording]:
    """Yield the clauses, a label with what it stands before: "Speaker 1: …", "Lorne Foundation, survey: …"."""
    label = ""
    for clause in clauses:
        if len(clause.text.split()) <= _LABEL and clause is not clauses[-1] and NAME.match(clause.text):
            label += f"{clause.text}, "
        else:
            yield Wording(label + clause.text, clause.language)
            label = ""


def alike(one: str, other: str) -> bool:
    """Tell whether two words are likely of one root: `Slovenia` and `Slovenian`, `Server` and `Serverraum`."""
    short, long = sorted((one, other), key=len)
    common = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(short))
    return one == other or (common >= _ROOT and (common >= _ALIKE * len(long) or common == len(short)))
