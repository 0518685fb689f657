"""How Tantivy cuts a text into terms: the same ones that `language.stems` makes of it."""

from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ...language.stems import STEMMERS

ANALYZERS = (*STEMMERS, "plain", "cjk")
_TOKEN = r"[0-9]+(?:[.,][0-9]+)*|[\p{L}\p{M}\p{N}]+"


@cache
def analyzer(language: str) -> TextAnalyzer:
    """Return the analyzer of a language code, of "plain" (no stemming) or of "cjk" (characters and their pairs)."""
    if language == "cjk":
        return TextAnalyzerBuilder(Tokenizer.ngram(1, 2, False)).filter(Filter.lowercase()).build()
    built = TextAnalyzerBuilder(Tokenizer.regex(_TOKEN)).filter(Filter.remove_long(60)).filter(Filter.lowercase())
    if language in STEMMERS:
        return built.filter(Filter.stemmer(STEMMERS[language])).filter(Filter.ascii_fold()).build()
    return built.filter(Filter.ascii_fold()).build()
