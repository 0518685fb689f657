"""Tells by its words what kind of question is asked, and whether a text gives the kind of answer that it wants.

On the first depends how widely the reports are searched for it.
"""

from functools import lru_cache
from typing import Literal

from ...core.text import fold
from ...language.figures import figures
from ...language.joint import pattern, vocabulary
from ...language.languages import STOP_WORDS, has_cjk
from ...language.stems import content_terms
from ...language.wording import NAME, NAMES, NOUNS_ARE_CAPITAL
from ...language.years import days

QuestionKind = Literal["lookup", "list", "overview"]
Expected = Literal["figure", "date", "name", "reason", "definition", "anything"]

_LIST = pattern("question.list", lead=r"^\W*")
_WHICH = pattern("question.which", lead=r"^\W*(?:(?:in|by|for|from|to) )?(", end=r")((?: [\w-]+){1,6})")
_PLURAL = pattern("question.plural", lead="", end="")
_OVERVIEW = pattern("question.overview", lead="", end="")
_LOOKED_AT = 4  # words behind "which" among which its noun is looked for
# Nouns of one thing, seldom part of a longer name: what ends in s behind them is their verb ("which country comes").
_SINGLE = frozenset(vocabulary("question.single"))
_BEHIND_A_NOUN = frozenset(vocabulary("question.behind_a_noun"))
_BEHIND_A_VERB = frozenset(vocabulary("question.behind_a_verb"))
_REASON = pattern("question.why")
_DATE = pattern("question.date", lead="")
_FIGURE = pattern("question.how_much")
_NAME = pattern("question.who")
_BECAUSE = pattern("question.because")
_MEANS = pattern("question.means")
_ENDS = ".!?:;•|\n"
_REMEMBERED = 4096  # a segment is looked at as itself and as a neighbour


def kind_of(question: str) -> QuestionKind:
    """Return "overview" for what is asked of the reports themselves, "list" for several things, else "lookup"."""
    if _OVERVIEW.search(question):
        return "overview"
    if expected_of(question) == "figure":
        return "lookup"
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


def expected_of(question: str) -> Expected:
    """Return the kind of answer that the words of a question ask for."""
    if _REASON.search(question):
        return "reason"
    if _MEANS.search(question):
        return "definition"
    if _DATE.search(question):
        return "date"
    if _FIGURE.search(question):
        return "figure"
    return "name" if _NAME.search(question) else "anything"


def asking(question: str) -> str:
    """Return the words by which a question asks for a reason, a meaning or a name: no answer repeats them."""
    return " ".join(match.group() for form in (_REASON, _MEANS, _NAME) for match in form.finditer(question))


@lru_cache(maxsize=_REMEMBERED)
def gives(expected: Expected, text: str, question: str, language: str) -> bool:
    """Tell whether a text gives the kind of answer expected, other than what the question says itself.

    A count is no year and no day of a month; a name stands in the text and not in the question. Where nothing is
    expected any text will do, and so will it where a script or a language does not mark names.
    """
    if expected == "figure":
        return _counts(text, question)
    if expected == "date":
        known = {figure.key for figure in figures(question)}
        return bool(days(text)) or any(one.unit == "year" and one.key not in known for one in figures(text))
    if expected == "reason":
        return _BECAUSE.search(text) is not None
    if expected == "definition":
        return _MEANS.search(text) is not None
    if expected == "anything" or has_cjk(text) or language in NOUNS_ARE_CAPITAL:
        return True
    return bool(_new_names(text, question)) or _asks_of_names(question, language)


def _counts(text: str, question: str) -> bool:
    known = {figure.key for figure in figures(question)}
    dates = [range(day.start, day.end) for day in days(text)]
    return any(
        one.unit != "year" and one.key not in known and not any(one.start in day for day in dates)
        for one in figures(text)
    )


def _new_names(text: str, question: str) -> list[str]:
    """Return the names of a text that a question does not say; what begins a sentence alone is none."""
    asked = fold(question)
    found = []
    for match in NAMES.finditer(text):
        begins = not text[: match.start()].rstrip(" \t“\"'(") or text[: match.start()].rstrip(" \t“\"'(")[-1] in _ENDS
        said = NAME.findall(match.group())
        if not (begins and len(said) < 2) and not all(fold(word) in asked for word in said):
            found.append(match.group())
    return found


def _asks_of_names(question: str, language: str) -> bool:
    """Tell whether a question says nothing but a name: who that is may be told without another one."""
    names = set(content_terms(" ".join(NAME.findall(question)), language))
    return names.issuperset(content_terms(question, language))
