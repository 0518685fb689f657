"""Which language a text is in, and which of its words carry no content.

Stop words are the closed classes of each language (articles, pronouns, prepositions, auxiliaries, question words); the
same lists tell languages apart, since these words make up a third of any running text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from .joint import languages

STOP_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(language.stop_words) for code, language in languages().items() if language.stop_words
}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000  # characters that are looked at: enough for a stable guess, cheap for long reports
_SURE, _FEW = 2, 2  # times as many function words of another language, and how many of these at least
_CONTENT_FREE_SHARE = 0.08  # below this share of known stop words a Latin text is in none of our languages


def has_cjk(text: str) -> bool:
    """Tell whether `text` holds Chinese or Japanese characters."""
    return _CJK.search(text) is not None


def guess_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or `None` when it is too short or in none we know."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return None
    if len(_HANGUL.findall(sample)) > 0.2 * letters:
        return "ko"
    if len(_CJK.findall(sample)) > 0.2 * letters:
        return "ja" if _KANA.search(sample) else "zh"
    words, counts = _function_words(sample)
    best = max(counts, key=lambda language: counts[language])
    enough = counts[best] >= max(1, _CONTENT_FREE_SHARE * words.total())
    return best if enough else None


def is_in_another(text: str, language: str) -> bool:
    """Tell whether a sentence is surely in another language than one, by its function words and by how it spells.

    Kindred languages share many of both, which tell nothing: of the words that either could have and the other could
    not, some other language has to have more than twice as many, and two at least. It is false for a language of which
    none are known.
    """
    words = _own_words(text[:_SAMPLE])
    return language in STOP_WORDS and any(
        theirs >= _FEW and theirs > _SURE * ours
        for theirs, ours in (_told_apart(words, other, language) for other in STOP_WORDS if other != language)
    )


def likely_languages(text: str) -> frozenset[str]:
    """Return the languages of which a few words, such as a topic, have most function words; none without any.

    Words in capitals are none: "EU AI Act" is no French.
    """
    words = " ".join(word for word in text.split() if not (len(word) > 1 and word.isupper()))
    _, counts = _function_words(words)
    most = max(counts.values(), default=0)
    return frozenset(language for language, number in counts.items() if number == most and most)


def _function_words(text: str) -> tuple[Counter[str], dict[str, int]]:
    """Return the words of a text, and how many of them are function words of each language."""
    words = Counter(_WORD.findall(text.lower()))
    return words, {code: sum(words[word] for word in words.keys() & stop) for code, stop in STOP_WORDS.items()}


def _own_words(text: str) -> list[str]:
    """Return the words of a text that no name or abbreviation shows: all in lower case, and the first."""
    words = _WORD.findall(text)
    return [word.lower() for at, word in enumerate(words) if word.islower() or (not at and not word.isupper())]


def _told_apart(words: Iterable[str], one: str, other: str) -> tuple[int, int]:
    """Return how much words speak for one language rather than the other, and how much for the other."""
    ranks = [(_likeness(word, one), _likeness(word, other)) for word in words]
    return sum(_more(ours, theirs) for ours, theirs in ranks), sum(_more(theirs, ours) for ours, theirs in ranks)


def _more(ours: int, theirs: int) -> int:
    """Return how much a word speaks for a language: twice as much where the other has no such letters."""
    return (2 if theirs < 0 else 1) if ours > max(theirs, 0) else 0


@lru_cache(maxsize=20_000)
def _likeness(word: str, language: str) -> int:
    """Return 2 for a function word of a language, 1 for a word spelled like its words, -1 for letters it has not."""
    own = languages()[language]
    if not all(letter.isascii() or letter in own.letters for letter in word):
        return -1
    return 2 if word in STOP_WORDS[language] else int(any(group in f"_{word}_" for group in own.spelling))
