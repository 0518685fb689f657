"""Turns text into search terms, the same way for the index and for the question.

Latin text: lower case, accents folded, numbers kept whole ("1.5"), words stemmed by language. Chinese and Japanese:
pairs of neighbouring characters.
"""

import re
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ..core.languages import STOP_WORDS

_STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
}
STEMMED = tuple(_STEMMERS)
_TOKEN = r"[0-9]+(?:[.,][0-9]+)*|[\p{L}\p{M}\p{N}]+"
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


@cache
def analyzer(language: str) -> TextAnalyzer:
    """Return the analyzer of a language code, of "plain" (no stemming) or of "cjk" (character pairs)."""
    if language == "cjk":
        return TextAnalyzerBuilder(Tokenizer.ngram(2, 2, False)).filter(Filter.lowercase()).build()
    built = TextAnalyzerBuilder(Tokenizer.regex(_TOKEN)).filter(Filter.remove_long(60)).filter(Filter.lowercase())
    if language in _STEMMERS:
        return built.filter(Filter.stemmer(_STEMMERS[language])).filter(Filter.ascii_fold()).build()
    return built.filter(Filter.ascii_fold()).build()


def stemming(language: str | None) -> str:
    """Return the analyzer name that fits a language: its own where there is one, else "plain"."""
    return language if language in _STEMMERS else "plain"


def terms(text: str, language: str | None) -> list[str]:
    """Return the terms of `text` in order, stop words included, as the index of that language holds them."""
    found: list[str] = list(analyzer(stemming(language)).analyze(_CJK_RUN.sub(" ", text)))
    for run in _CJK_RUN.findall(text):
        found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
    return found


@cache
def _stop_terms(language: str, stemmed: bool) -> frozenset[str]:
    return frozenset(term for word in STOP_WORDS[language] for term in terms(word, language if stemmed else None))


def content_terms(text: str, language: str | None, *, stemmed: bool = True) -> list[str]:
    """Return the terms of `text` without the stop words of `language`, each once, in order of first appearance."""
    stop = _stop_terms(language, stemmed) if language in STOP_WORDS else frozenset()
    return [term for term in dict.fromkeys(terms(text, language if stemmed else None)) if term not in stop]
