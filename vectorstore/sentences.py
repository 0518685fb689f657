"""Where sentences end, per language, as offsets into the text.

English is cut by nupunkt. Chinese and Japanese end at 。！？. The other languages follow rules of their own: a full stop
ends a sentence unless it belongs to an abbreviation, an initial or (in German) an ordinal number.
"""

import itertools
import re
from collections.abc import Iterator

from nupunkt import sent_spans

_ABBREVIATIONS = {
    "de": """abb abs anm art aufl bd bsp bspw bzgl bzw ca dgl dr evtl excl exkl ff gem ggf hrsg hr inkl jh kap lfd lit
        max min mio mind mrd nr prof rd rn s sog st std str tab tel u usw v vgl vol z ziff zzgl d h b a o""",
    "fr": """al art av bd cf chap coll dr ed éd env etc ex fig hab m max mm min mme mlle mrd no n° p pp par pl prof réf s
        sect sq st ste suiv t tab tél tom vol vs""",
    "es": """admón art arts av avda cap cía col d da dr dra dto ed ee uu ej etc excmo fig gral ing lic máx mín n núm nº p
        pág págs pp párr prof ref s sec sr sra sres sta sto tel tít ud uds vol vs""",
    "it": "al art artt cap cfr dott ecc ed es fig ing n nr p pag pagg prof rif s sec sez sig tab tel vol",
    "pt": "al art arts av cap cf dr dra ed etc ex fig máx mín n núm p pág págs pp prof ref s sec sr sra tel vol",
}
ABBREVIATIONS = {language: frozenset(words.split()) for language, words in _ABBREVIATIONS.items()}
_CJK_END = re.compile(r"[。！？!?]+[」』）】”\"')]*")
_LATIN_END = re.compile(r"[.!?…]+[»”\"')\]]*(?=\s+[«“„\"'(\[¿¡]*[\w¿¡«„“])")
_LAST_WORD = re.compile(r"([^\W_]+)$|(n[°º])$")
_FOLLOWING = re.compile(r"\s+[«“„\"'(\[¿¡]*(\w)")


def sentences(text: str, language: str | None) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, in order, each without white space around it.

    `language` is an ISO 639-1 code; an unknown one is cut by the rules for English. Newlines count as blanks.
    """
    flat = text.replace("\n", " ").replace("\u2028", " ")
    if language in ("ja", "zh"):
        spans = _cut(flat, (match.end() for match in _CJK_END.finditer(flat)))
    elif language in ABBREVIATIONS:
        spans = _cut(flat, _latin_ends(flat, language))
    else:
        spans = list(sent_spans(flat))
    return [span for span in (_trim(flat, start, end) for start, end in spans) if span[0] < span[1]]


def _cut(text: str, ends: Iterator[int]) -> list[tuple[int, int]]:
    bounds = [0, *ends, len(text)]
    return list(itertools.pairwise(bounds))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _latin_ends(text: str, language: str) -> Iterator[int]:
    for match in _LATIN_END.finditer(text):
        following = _FOLLOWING.match(text, match.end())
        if match.group().startswith("."):
            before = _LAST_WORD.search(text, max(0, match.start() - 24), match.start())
            word = (before.group() if before else "").lower()
            if _belongs_to_word(word, language) or (following and following.group(1).islower()):
                continue
        yield match.end()


def _belongs_to_word(word: str, language: str) -> bool:
    """Tell whether a full stop after `word` is part of it: an abbreviation, an initial, or a German ordinal."""
    if word in ABBREVIATIONS[language] or (len(word) == 1 and word.isalpha()):
        return True
    return language == "de" and word.isdigit() and len(word) <= 2
