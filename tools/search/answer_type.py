"""Which kind of answer a question asks for, and whether a text gives one: a figure, a date, a name, a reason."""

from functools import lru_cache
from typing import Literal

from ...core.text import fold
from ...language.figures import figures
from ...language.joint import pattern
from ...language.languages import has_cjk
from ...language.stems import content_terms
from ...language.wording import NAME, NAMES, NOUNS_ARE_CAPITAL
from ...language.years import days

Expected = Literal["figure", "date", "name", "reason", "definition", "anything"]

_REASON = pattern("question.why")
_DATE = pattern("question.date", lead="")
_FIGURE = pattern("question.how_much")
_NAME = pattern("question.who")
_BECAUSE = pattern("question.because")
_MEANS = pattern("question.means")
_ENDS = ".!?:;•|\n"
_REMEMBERED = 4096  # a segment is looked at as itself and as a neighbour


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
