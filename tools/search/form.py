"""Tells by its words what shape the answer to a question has: sentences, a table, a count, a list of what is held."""

from typing import Literal

from ...language.joint import either, pattern

Form = Literal["prose", "table", "count", "absence", "catalogue"]
Counted = Literal["report", "region", "organisation"]

_ABOUT_WORDS = pattern("question.mention", end="")
_WHO_IS_SILENT = pattern("question.silent", end="")
_ANY = pattern("question.any", lead=r"^\W*", end="")
_COUNT = pattern(
    "question.counting",
    lead=r"^\W*",
    end=r" (?:of )?(?:the |our |these |all )?(?:(?!do\b|does\b|did\b|have\b|has\b|are\b|is\b)\w+ ){0,2}?"
    rf"{either('question.holder')} (?!and\b|or\b)\w+",
)
_SEVERAL = pattern("question.holders")
_DENIED = pattern("denial.plain")
_HOLDER = pattern("question.holder")
_REGION = pattern("question.regions")
_ISSUER = pattern("question.issuers")
_TABLE = pattern("question.compare")
_CHANGE = pattern("question.change")
_HOW_CHANGED = pattern("question.how", end=rf"\b.*{_CHANGE.pattern}")
_HELD = pattern("question.held")
_ONE_REPORT = pattern("question.one_report")
_LISTED = pattern("question.listing", lead=r"^\W*", end=rf"\b(?: \w+){{0,4}}? {either('question.listed')}\b")


def form_of(question: str) -> Form:
    """Return the shape that the words of a question ask for; whether it is a "catalogue" needs `asks_holdings` too."""
    if _WHO_IS_SILENT.search(question) or _ANY.search(question):
        return "absence"
    if _TABLE.search(question):
        return "table"
    if _COUNT.search(question) and _SEVERAL.search(question):
        return "count"
    return "table" if _HOW_CHANGED.search(question) else "prose"


def asks_holdings(question: str) -> bool:
    """Tell whether a question is about the reports as such: what is held, which there are."""
    return bool(_HELD.search(question) or _LISTED.search(question)) and not _ABOUT_WORDS.search(question)


def asks_of_one_report(question: str) -> bool:
    """Tell whether a question takes for known which report it is about: "the report"."""
    return bool(_ONE_REPORT.search(question))


def asks_change(question: str) -> bool:
    """Tell whether a question is about what changed from one time to another."""
    return bool(_CHANGE.search(question))


def framed(question: str) -> str:
    """Return the words by which a question asks who mentions something, or does not; not what is mentioned."""
    silent = _WHO_IS_SILENT.search(question)
    holder = _HOLDER.search(question, *silent.span()) if silent else _HOLDER.search(question)
    if holder is None:
        return silent[0] if silent else ""
    return question[holder.start() : silent.end()] if silent else holder[0]


def is_denied(question: str) -> bool:
    """Tell whether a question asks who does not do something: who does it cannot be counted for it."""
    return bool(_DENIED.search(question))


def asks_who_is_silent(question: str) -> bool:
    """Tell whether a question wants the reports that do not mention something, not those that do."""
    return bool(_WHO_IS_SILENT.search(question))


def settled_by_words(question: str) -> bool:
    """Tell whether it is enough to look for words: what is asked is who mentions something, not what is said of it."""
    return bool(_ABOUT_WORDS.search(question)) or asks_who_is_silent(question)


def names_regions(question: str) -> bool:
    """Tell whether a question speaks of regions or countries in general."""
    return bool(_REGION.search(question))


def counted(question: str) -> Counted:
    """Return what is counted: the reports, or the regions or organisations they speak for."""
    if _REGION.search(question):
        return "region"
    return "organisation" if _ISSUER.search(question) else "report"
