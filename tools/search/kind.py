"""Tells by its words what kind of question is asked, and so how widely the reports are searched for it."""

import re
from typing import Literal

from ...language.languages import STOP_WORDS

QuestionKind = Literal["lookup", "list", "overview"]

_LIST = re.compile(
    r"^\W*(list|name|enumerate|what (are|were)|give (me )?(all|the)|nenne|liste|zähle|énumère[rz]?|cite[rz]?"
    r"|enumera|enumere|lista|cu[aá]les|quels|quelles)\b|一覧|列挙|すべて挙げ",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^\W*(?:(?:in|by|for|from|to) )?(which|what|welche|qu[eé])((?: [\w-]+){1,6})", re.IGNORECASE)
_PLURAL = re.compile(r"\w\w+[^\Wsui]s|\w*(?:men|people|children|criteria)", re.IGNORECASE)
_LOOKED_AT = 4  # words behind "which" among which its noun is looked for


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Nouns of one thing, seldom part of a longer name: what ends in s behind them is their verb ("which country comes").
_SINGLE = _set(
    """agency author body centre center city company continent country document government group institute institution
    law member nation organisation organization paper partner person region report roadmap state supercomputer
    university vendor year"""
)
_BEHIND_A_NOUN = _set(
    """and are among at between can could did do does for had has have in is may might must need not of on or shall
    should was were will within would"""
)
_BEHIND_A_VERB = _set("a an the its their first last least less more most no only to up")

# Reports, and those who wrote them or for whom they speak, as the subject of a question; and what they do.
_HOLDERS = (
    r"(reports?|regions?|countr(?:y|ies)|roadmaps?|documents?|papers?|organi[sz]ations?|institutions?"
    r"|agenc(?:y|ies)|sources?|centres?|sites?)"
)
_SAYS = r"(mention|say|address|cover|discuss|refer|talk|deal|treat|contain|speak|cite)(s|es)?"
_OVERVIEW = re.compile(
    rf"^\W*(which|what) (of )?(the |all |our |these )?(\w+ ){{0,2}}{_HOLDERS} (do |does )?(not |never )?{_SAYS}\b"
    rf"|\bwhat (do|did|have) ((the|all|our|these|different|various|other) )*(\w+ )?{_HOLDERS} (\w+ )?{_SAYS}\b"
    r"|\b(all|each|every) (of )?(the )?(report|region|countr|roadmap|document)\w*"
    r"|\b(compare|comparison|contrast|overview|differences? between|differ)\b"
    r"|\b(welche (berichte|regionen|länder|dokumente)|was sagen (die|alle)|vergleiche?|überblick)\b"
    r"|\b(quel(le)?s (rapports|régions|pays|documents)|que disent|compare[rz]|comparaison)\b"
    r"|\b(qué (informes|regiones|países|documentos)|qué dicen|compara|comparar|comparación)\b"
    r"|どの(報告書|地域|国|文書)|比較|各(報告書|地域|国)|すべての報告|報告書[はにで]",
    re.IGNORECASE,
)


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
