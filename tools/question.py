"""Reads a question, by code: what kind it is, which reports it names, and which of its words have to be found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..core.languages import guess_language
from ..core.text import fold
from ..core.types import EVERYTHING, Report, Scope
from ..vectorstore.analysis import content_terms, terms
from ..vectorstore.scope import REGION_NAMES, canonical_region, region_parts

Kind = Literal["lookup", "list"]
Expected = Literal["figure", "date", "person", "anything"]

_INHABITANTS = {
    "european": "europe", "europeans": "europe", "japanese": "japan", "french": "france", "american": "united states",
    "americans": "united states", "latin american": "latin america", "german": "germany", "spanish": "spain",
    "italian": "italy", "chilean": "chile", "british": "united kingdom", "europea": "europe", "europeo": "europe",
    "japones": "japan", "japonesa": "japan", "frances": "france", "francesa": "france",
}  # fmt: skip
_LIST = re.compile(
    r"^\W*((which|what|welche|quels|quelles|qu[eé]|cu[aá]les) (\w+ ){0,3}\w+(s|en)\b"
    r"|list|name|enumerate|what (are|were)|give (me )?(all|the))\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b(how (much|many|large|big|high|low|long|far|old|often|fast|quickly|likely)|what (mach |total )?"
    r"(share|percentage|proportion|number|amount|budget|rate)|cu[aá]nt[oa]s?|combien|wie ?viele?|wie hoch)\b|いくら|何",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"((^\W*|since |by )(when|cu[aá]ndo|quand|wann|en qu[eé] año)|\b(what|which) (date|day|month|year))\b|いつ",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"[’']s\b")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PERSON = re.compile(r"\b(who|whom|whose|which (organi[sz]ation|institution|agency|body)|qui[eé]n|qui|wer)\b", re.I)
# Words that ask or frame rather than name what is asked for.
_FRAMING = {
    "en": "say says said tell tells state states according mention mentions give gives list name describe many much",
    "es": "dice dicen informa según menciona mencionan enumera describe",
    "fr": "dit disent selon mentionne mentionnent décrit liste",
    "de": "sagt sagen laut nennt beschreibt liste",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for and where.

    `terms` are the analysed content words, without the names that set the scope; `spelled` are the same words as the
    question writes them. `cues` are analysed words that are welcome in an answer, never needed.
    `per_report` bounds the quotes taken of one report.
    """

    question: str
    kind: Kind
    expects: Expected
    language: str
    queries: tuple[str, ...]
    terms: tuple[str, ...]
    spelled: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[str, ...]
    scope: Scope
    narrowed_to: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    per_report: int = 3


def plan_question(question: str, reports: Sequence[Report], scope: Scope = EVERYTHING) -> Plan:
    """Return the plan for a plain question that stands by itself.

    Regions and organisations that the question names and the library holds narrow the scope, unless the caller has
    narrowed it to them already.
    """
    language = guess_language(question) or "en"
    regions, used = _regions(question, reports) if not scope.regions else ((), ())
    organisations, more = _organisations(question, reports) if not scope.organisations else ((), ())
    spoken = set(content_terms(" ".join((*used, *more)), language))
    framing = set(content_terms(_FRAMING.get(language, ""), language))
    content = content_terms(_POSSESSIVE.sub("", question), language)
    wanted = [term for term in content if term not in spoken and term not in framing]
    wanted = wanted or [term for term in content if term not in framing] or content
    return Plan(
        question=question,
        kind="list" if _LIST.search(question) else "lookup",
        expects=_expected(question),
        language=language,
        queries=(question,),
        terms=tuple(wanted),
        spelled=tuple(_spelled(question, term, language) for term in wanted),
        names=tuple(_names(question, (*used, *more))),
        years=tuple(dict.fromkeys(_YEAR.findall(question))),
        scope=replace(scope, regions=regions or scope.regions, organisations=organisations or scope.organisations),
        narrowed_to=(*regions, *organisations),
    )


def _expected(question: str) -> Expected:
    if _DATE.search(question):
        return "date"
    if _FIGURE.search(question):
        return "figure"
    return "person" if _PERSON.search(question) else "anything"


def _regions(question: str, reports: Sequence[Report]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the regions named that the library holds, and the words that named them, longest names first."""
    held = {part for report in reports for part in region_parts(report.region)}
    ways = {**{name: name for name in held}, **REGION_NAMES, **_INHABITANTS}
    rest, found, used = f" {fold(question)} ", [], []
    for way in sorted(ways, key=len, reverse=True):
        region = canonical_region(ways[way])
        pattern = re.compile(rf"(?<!\w){re.escape(way)}(?!\w)")
        # "us" is also a pronoun: the short form counts only as it is written, in capitals.
        named = re.search(r"\bU\.?S\.?A?\b", question) if way in ("us", "usa", "u.s.") else pattern.search(rest)
        if region in held and named:
            rest = pattern.sub(" ", rest)
            used.append(way)
            if region not in found:
                found.append(region)
    return tuple(found), tuple(used)


def _organisations(question: str, reports: Sequence[Report]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    folded = fold(question)
    named = sorted({report.organisation for report in reports if report.organisation}, key=len, reverse=True)
    found = tuple(name for name in named if len(name) > 3 and fold(name) in folded)
    return found, found


def _spelled(question: str, term: str, language: str) -> str:
    words = re.findall(r"[^\W_]+", question)
    return next((word for word in words if term in terms(word, language)), term)


def _names(question: str, used: Iterable[str]) -> list[str]:
    """Return the proper names and acronyms of a question: capitals after its first word, or inside a word."""
    scope_words = {word for name in used for word in fold(name).split()}
    words = re.findall(r"[^\W_][\w.-]*[^\W_]|[^\W_]", question)
    return [
        word
        for position, word in enumerate(words)
        if fold(word) not in scope_words
        and ((position and word[0].isupper()) or any(char.isupper() for char in word[1:]))
    ]
