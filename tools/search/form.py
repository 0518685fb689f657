"""Tells by its words what shape the answer to a question has: sentences, a table, a count, a list of what is held."""

import re
from typing import Literal

Form = Literal["prose", "table", "count", "absence", "catalogue"]
Counted = Literal["report", "region", "organisation"]

_HOLDER = (
    r"(?:reports?|regions?|countr(?:y|ies)|continents?|roadmaps?|documents?|papers?|organi[sz]ations?|institutions?"
    r"|agenc(?:y|ies)|sources?(?! of)|strateg(?:y|ies)|berichte?n?|regionen|länder|dokumente?|rapports?|régions?|pays"
    r"|informes?|regiones|países|documentos?)"
)
_MENTIONS = (
    r"(?:mention|address|cover|discuss|refer(?:s|red)? to|talks? (?:about|of)|speaks? (?:about|of)|deals? with|cite"
    r"|treat|names?\b|use the (?:word|term)|says? (?:any|some)thing (?:about|on)|erwähn|nenn|behandel|mentionn|parle"
    r"|mencion|habla)"
)
_ABOUT_WORDS = re.compile(rf"\b{_MENTIONS}|言及", re.IGNORECASE)
_NOT = r"(?:not|never|n['’]t|don['’]t|doesn['’]t)"
_WHO_IS_SILENT = re.compile(
    rf"\b(?:which|what|how many) (?:of )?(?:the |our |these )?(?:\w+ ){{0,2}}{_HOLDER} (?:do |does |did |have |has )?"
    rf"(?:{_NOT} )(?:\w+ )?{_MENTIONS}|\b(?:who|which {_HOLDER}) (?:is|are|stays?|remains?) silent (?:on|about)\b"
    rf"|\b(?:which|what) {_HOLDER} (?:omits?|ignores?)\b"
    rf"|\bwelche {_HOLDER} erwähnen (?:\w+ ){{0,4}}nicht\b|\bquels? {_HOLDER} ne \w+ pas\b|\bqué {_HOLDER} no \w+",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"^\W*(?:do|does|did|is|are|has|have) (?:there )?(?:any|anyone|anybody|some|one|no|none)\b (?:of )?(?:the |our )?"
    rf"(?:\w+ ){{0,2}}{_HOLDER}\b|^\W*(?:do|does|did) (?:the|our|these|any) (?:\w+ )?{_HOLDER} (?:\w+ )?{_MENTIONS}"
    r"|^\W*(?:is|are) .+ (?:mentioned|addressed|discussed|covered|named|cited)"
    r"(?: (?:anywhere|at all|in any|by any|in the reports?|in our reports?)\b|\W*$)"
    rf"|^\W*(?:erwähnt|nennt) (?:ein|irgendein|einer)\b|^\W*y a-t-il (?:un|des) {_HOLDER}"
    rf"|^\W*(?:est-ce qu['’]un|un) {_HOLDER} mentionne|^\W*¿?(?:hay|menciona) (?:algún|alguno)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"^\W*(?:(?:in |by )?how many|which|what|wie viele|welche|combien de|quels|quelles|cuántos|cuántas|qué)"
    rf" (?:of )?(?:the |our |these |all )?(?:(?!do\b|does\b|did\b|have\b|has\b|are\b|is\b)\w+ ){{0,2}}?{_HOLDER}"
    r" (?!and\b|or\b)\w+",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:reports|regions|countries|continents|roadmaps|documents|papers|organi[sz]ations|institutions|agencies"
    r"|sources|strategies|berichte|regionen|länder|dokumente|rapports|régions|pays|informes|regiones|países"
    r"|documentos)\b",
    re.IGNORECASE,
)
_REGION = re.compile(r"\b(?:region\w*|countr\w+|continents?|länder|pays|régions?|países)\b", re.IGNORECASE)
_ISSUER = re.compile(r"\b(?:organi[sz]ations?|institutions?|agenc\w+)\b", re.IGNORECASE)
_TABLE = re.compile(
    r"\b(?:compare[ds]?|comparing|comparison|contrast|side by side|versus|vs\.?|differ(?:s|ed|ences?)?|disagree\w*"
    r"|vergleich\w*|unterscheiden|comparez?|comparer|comparaison|diffèrent|compara[rn]?|comparación|difieren)\b"
    r"|\bhow (?:do|does|did) .+ (?:align|diverge)\b|比較",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:chang(?:e|es|ed|ing)|evolve[ds]?|evolution|shift(?:ed|s)?|revised?|differ(?:s|ed|ences?)?|compare[ds]?"
    r"|comparison|versus|vs\.?|moved?|raised|lowered|updated?|geändert|verändert|évolué|changé|cambi\w+)\b",
    re.IGNORECASE,
)
_HOW_CHANGED = re.compile(rf"\b(?:how|what|wie|comment|cómo)\b.*{_CHANGE.pattern}", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:you|we|library|collection) (?:currently |really )?(?:hold|have|contain|keep|got|know of)s?\b"
    r"|\bdo(?:es)? (?:you|we|(?:the|this|your|our) (?:library|collection)) (?:hold|have|contain|keep|include)\b"
    r"|\b(?:in|of) (?:the|your|our|this) (?:library|collection)\b|\bhabt ihr\b|\bhast du\b|\bavez-vous\b|\btienes\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^\W*(?:which|what|how many|list|show(?: me)?|name|welche|wie viele|zeige?|quels|quelles|combien de|qué|cuántos"
    r"|cuáles|lista)\b(?: \w+){0,4}? (?:reports?|documents?|papers?|sources|roadmaps|strategies|drafts|talks|berichte?"
    r"|dokumente?|rapports?|informes?|documentos?)\b",
    re.IGNORECASE,
)


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


def asks_change(question: str) -> bool:
    """Tell whether a question is about what changed from one time to another."""
    return bool(_CHANGE.search(question))


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
