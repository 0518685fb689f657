"""Tells whose a sentence is: whether it begins with another name than those that a question asks about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...core.text import fold
from ...language.stems import words
from ...language.wording import NOUNS_ARE_CAPITAL
from ..search.question import Plan

_SUBJECT = 3  # first words of a sentence, one of which is the name of what it speaks of


@dataclass(frozen=True, slots=True)
class Bearers:
    """The names in a search's texts: `others` are not asked about, `asked` are, however the question writes them.

    A name is a word that these texts never write without a capital; where nouns have one, nothing is told.
    """

    asked: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def is_of_another(self, text: str) -> bool:
        """Tell whether a sentence begins with a name and holds none that is asked about."""
        if not (self.asked and self.others):
            return False
        said = [fold(word) for word in words(text)]
        return not self.others.isdisjoint(said[:_SUBJECT]) and self.asked.isdisjoint(said)


def bearers(plan: Plan, texts: Iterable[str]) -> Bearers:
    """Return the names in texts, those that the question of a plan asks about apart."""
    if plan.language in NOUNS_ARE_CAPITAL:
        return Bearers()
    capital: set[str] = set()
    lower: set[str] = set()
    for word in {word for text in texts for word in words(text)}:
        (capital if word[0].isupper() else lower).add(fold(word))
    always = capital - lower
    said = {fold(word) for word in (*words(plan.question), *_parts(plan.names))}
    return Bearers(frozenset(always & said), frozenset(always - said))


def _parts(names: Sequence[str]) -> Iterable[str]:
    for name in names:
        yield from words(name)
