"""Tells by its words what kind of question is asked, and so how widely the reports are searched for it."""

from typing import Literal

from ...language.joint import pattern, vocabulary
from ...language.languages import STOP_WORDS

QuestionKind = Literal["lookup", "list", "overview"]

_LIST = pattern("question.list", lead=r"^\W*")
_WHICH = pattern("question.which", lead=r"^\W*(?:(?:in|by|for|from|to) )?(", end=r")((?: [\w-]+){1,6})")
_PLURAL = pattern("question.plural", lead="", end="")
_OVERVIEW = pattern("question.overview", lead="", end="")
_LOOKED_AT = 4  # words behind "which" among which its noun is looked for
# Nouns of one thing, seldom part of a longer name: what ends in s behind them is their verb ("which country comes").
_SINGLE = frozenset(vocabulary("question.single"))
_BEHIND_A_NOUN = frozenset(vocabulary("question.behind_a_noun"))
_BEHIND_A_VERB = frozenset(vocabulary("question.behind_a_verb"))


def kind_of(question: str) -> QuestionKind:
    """Return "overview" for what is asked of the reports themselves, "list" for several things, else "lookup"."""
    if _OVERVIEW.search(question):
        return "overview"
    return "list" if _LIST.search(question) or _asks_for_several(question) else "lookup"


def _asks_for_several(question: str) -> bool:
    """Tell whether the noun behind "which" is a plural; a verb in -s is none ("what is", "which country comes")."""
    asked = _WHICH.search(question)
    if asked is None:
        return False
    words = [*asked[2].lower().split(), "are"]
    for at, word in enumerate(words[:_LOOKED_AT]):
        if any(word in STOP_WORDS[language] for language in ("en", "de", "es")):
            return False
        if asked[1].lower() == "welche" and word.endswith(("en", "er")):
            return True
        if _PLURAL.fullmatch(word):
            behind = words[at + 1]
            if at and words[at - 1] in _SINGLE:
                return behind in _BEHIND_A_NOUN
            return not at or (behind not in _BEHIND_A_VERB and not behind[0].isdigit())
    return False
