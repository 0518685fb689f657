"""Turns text into search terms, the same way for the index and for the question.

Latin text: lower case, accents folded, numbers kept whole ("1.5"), words stemmed by language. Chinese and Japanese:
pairs of neighbouring characters, and single ones for what stands alone.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

from ..core.text import fold, without_hidden
from .joint import languages
from .languages import STOP_WORDS, has_cjk
from .numbers import POWER, power, powers, unmarked

STEMMERS = {code: language.stemmer for code, language in languages().items() if language.stemmer}
_CJK = {"ja", "zh"}
_TOKEN = r"[0-9]+(?:[.,][0-9]+)*|[^\W_]+"
_PLAIN_TOKEN = re.compile(_TOKEN)
_FIRST_MARK = "\u0300"  # from here on marks are part of words: those of most scripts but ours
_LONGEST, _SURELY_FITS = 60, 15  # bytes of a word, less one; and characters, of which none has more than four
_WORD = re.compile(rf"{POWER}|[^\W_]+", re.IGNORECASE)
_LOWERED = re.compile("[0-9](?=[₀-₉])")  # 10₂ is not 102
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
# Hiragana writes particles and endings, and these characters ask or count: 何 what, 誰 who, 幾 how many, 々 repeats.
_CJK_FRAME = re.compile(r"[\u3040-\u309f何誰幾]+")
_RUN = re.compile(r"\w+")
_WORD_OR_SIGN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\S")
_SHORTEST_WORD = 3  # letters of a word that is part of a concept
_SHORTEST_PART = 4  # letters of a word inside a German compound; shorter ones stand in too many words by chance
_SHORTEST_REST = 3  # and of what is left of the compound
_SHOUTED = 4  # words in capitals, and no other, that are no acronyms


def stemming(language: str | None) -> str:
    """Return the analyzer name that fits a language: its own where there is one, else "plain"."""
    return language if language in STEMMERS else "plain"


def has_leg(language: str) -> bool:
    """Tell whether words of a language are found in all their forms: by its stems, or by pairs of characters."""
    return language in STEMMERS or language in _CJK


def same_leg(language: str, other: str) -> bool:
    """Tell whether one search covers both languages; what is written in kanji alone may be either."""
    return language == other or {language, other} <= _CJK


def composed(text: str) -> str:
    """Return text as it is indexed: full-width digits and letters, ligatures and split accents in their usual form.

    What nobody sees is gone, and the marks of notes; powers of ten are one word, however they are written.
    """
    if text.isascii():
        return _with_powers(text)
    text = unmarked(_with_powers(without_hidden(text)))
    return unicodedata.normalize("NFKC", _LOWERED.sub(r"\g<0> ", text))


def _with_powers(text: str) -> str:
    for match in reversed(powers(text)):
        value, _ = power(match[0])
        if not value:
            continue
        exponent = value.adjusted()
        factor = value.scaleb(-exponent).normalize()
        # a number that nobody writes, so that it is one term and none of a text's own
        word = f"0.10.{exponent}" if exponent >= 0 else f"0.10.0.{-exponent}"
        word = word if factor == 1 else f"{factor:f} {word}"
        text = f"{text[: match.start()]} {word} {text[match.end() :]}"
    return text


def words(text: str) -> list[str]:
    """Return the words of a text as written, numbers with their powers whole."""
    return _WORD.findall(unicodedata.normalize("NFC", unmarked(without_hidden(text))))


def without_cjk(text: str) -> str:
    """Return text without its Chinese and Japanese runs, so that a number beside one is not part of it."""
    return text if text.isascii() else _CJK_RUN.sub(" ", text)


def terms(text: str, language: str | None, acronyms: Collection[str] = ()) -> list[str]:
    """Return the terms of `text` in order, stop words included, as the index of that language holds them.

    Where one of `acronyms` stands in it with a capital, its term is the acronym in capitals, which no word is.
    """
    text, name = composed(text), stemming(language)
    if text.isascii() and not acronyms:
        return [_term(token, name) for token in _PLAIN_TOKEN.findall(text) if len(token) < _LONGEST]
    plain = without_cjk(text)
    tokens = (_PLAIN_TOKEN if plain.isascii() else _token(_marks_in(plain))).findall(plain)
    fitting = (token for token in tokens if len(token) < _SURELY_FITS or len(token.encode()) < _LONGEST)
    if acronyms:
        found = [short if (short := _short(token)) in acronyms else _term(token, name) for token in fitting]
    else:
        found = [_term(token, name) for token in fitting]
    for run in _CJK_RUN.findall(text):
        found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
    return found


def acronyms_in(text: str, language: str | None) -> frozenset[str]:
    """Return the words that a text writes in capitals, small words aside; none of a text that shouts.

    The plural of an acronym is the acronym: "GPUs" is "GPU".
    """
    plain = without_cjk(composed(text))
    written = _PLAIN_TOKEN.findall(plain)
    if len(written) >= _SHOUTED and not any(word.islower() for word in written):
        return frozenset()
    small = STOP_WORDS.get(language or "", frozenset())
    found = {_short(word) for word in written if sum(map(str.isupper, word)) > 1}
    return frozenset(word for word in found if word.isascii() and word.isupper() and word.lower() not in small)


@lru_cache(maxsize=20_000)
def _short(token: str) -> str:
    """Return the acronym that a word with a capital would be: "Nasa" is NASA, and "GPUs" GPU."""
    if not token[0].isupper() and not token[0].isdigit():
        return ""
    stem = token[:-1] if token[-1] == "s" and token[:-1].isupper() and len(token) > 2 else token
    return stem.upper() if any(map(str.isalpha, stem)) else ""


def _marks_in(text: str) -> str:
    """Return the marks in a text that are written on letters, in their order."""
    return "".join(sorted(char for char in set(text) if char >= _FIRST_MARK and unicodedata.category(char)[0] == "M"))


@lru_cache(maxsize=200)
def _token(marks: str) -> re.Pattern[str]:
    """Return the pattern of a word in whatever script, the marks on its letters being these."""
    return re.compile(_TOKEN.replace(r"[^\W_]", rf"(?:[^\W_]|[{marks}])")) if marks else _PLAIN_TOKEN


@lru_cache(maxsize=50_000)
def _term(token: str, language: str) -> str:
    word = "".join(char.lower() for char in token) if "Σ" in token else token.lower()  # no sigma for the end of a word
    stem = _stemmer(language).stemWord(word) if language in STEMMERS else word
    return stem if stem.isascii() else "".join(map(_in_ascii, stem))


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(STEMMERS[language], 0)  # a cache of its own would not be safe among threads


@cache
def _in_ascii(char: str) -> str:
    """Return a Latin letter without its accents, or as the letters it is mostly written with; any other as it is."""
    if other := _letters().get(char):
        return other
    if not unicodedata.name(char, "").startswith("LATIN"):
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


@cache
def _letters() -> dict[str, str]:
    table = tomllib.loads(files(__package__).joinpath("letters.toml").read_text(encoding="utf-8"))
    return {char: said for said, chars in table.items() for char in chars}


def unaccented(text: str, language: str | None) -> list[tuple[str, str]]:
    """Return the accented words of a text typed without accents, each behind the term of the accented word.

    Only where the two have different terms: stemmers know endings by their accents ("energía" becomes "energ", but
    "energia" "energi").
    """
    if text.isascii() or stemming(language) == "plain":
        return []
    found: dict[tuple[str, str], None] = {}
    for word in _RUN.findall(composed(text)):
        if word.isascii():
            continue
        bare = fold(word)
        stems = [] if has_cjk(word) else terms(word, language)
        if len(stems) == 1 and stems != terms(bare, language):
            found[stems[0], bare] = None
    return list(found)


def in_compound(term: str, word: str) -> bool:
    """Tell whether `word` is a German compound that begins or ends with `term`, or its participle; both are stems."""
    if word == f"ge{term}":
        return True
    fits = len(term) >= _SHORTEST_PART and len(word) >= len(term) + _SHORTEST_REST
    return fits and (word.startswith(term) or word.endswith(term))


def compound_pattern(term: str) -> str | None:
    """Return the regular expression of the compounds that `in_compound` means, if a term can have any."""
    if len(term) < _SHORTEST_PART or not term.isalpha():
        return None
    rest = "." * _SHORTEST_REST
    return f"{term}{rest}.*|{rest}.*{term}|ge{term}"


def compound_cuts(word: str) -> list[tuple[str, str]]:
    """Return the pairs of stems that a German word may be made of, longest first part first.

    The first part is tried as it stands and without the sound that joins it (-s, -n, -en, -es).
    """
    if not word.isalpha():
        return []
    cuts: dict[tuple[str, str], None] = {}
    for at in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        for joint in ("", "s", "n", "en", "es"):
            first = word[:at].removesuffix(joint)
            if word[:at].endswith(joint) and len(first) >= _SHORTEST_PART:
                cuts[terms(first, "de")[0], word[at:]] = None
    return list(cuts)


@cache
def _stop_terms(language: str, stemmed: bool) -> frozenset[str]:
    return frozenset(term for word in STOP_WORDS[language] for term in terms(word, language if stemmed else None))


def asked_terms(text: str, language: str | None) -> list[str]:
    """Return the content terms of a question, its acronyms as they are: INCITE is no form of "incite"."""
    return content_terms(text, language, acronyms=acronyms_in(text, language))


def content_terms(
    text: str, language: str | None, *, stemmed: bool = True, acronyms: Collection[str] = ()
) -> list[str]:  # fmt: skip
    """Return the terms of `text` without the stop words of `language`, each once, in order of first appearance.

    `acronyms` are kept as `terms` keeps them. Of Japanese, what hiragana writes is left out: particles, endings and
    question words.
    """
    stop = _stop_terms(language, stemmed) if language in STOP_WORDS else frozenset()
    if _HIRAGANA.search(text):
        text = _CJK_FRAME.sub(" ", text)
    found = terms(text, language if stemmed else None, acronyms)
    return [term for term in dict.fromkeys(found) if term not in stop]


def word_runs(text: str, language: str | None) -> Iterator[list[tuple[str, str]]]:
    """Yield the runs of content words that no punctuation, number or stop word parts: stems, each with its word."""
    run: list[tuple[str, str]] = []
    for match in _WORD_OR_SIGN.finditer(text):
        stem = _content_stem(match[0], language) if match[0][0].isalpha() else ""
        if stem:
            run.append((stem, match[0]))
        elif run:
            yield run
            run = []
    if run:
        yield run


@lru_cache(maxsize=65_536)
def _content_stem(word: str, language: str | None) -> str:
    """Return the stem of a content word of three letters or more, "" for any other."""
    found = content_terms(word, language)
    return found[0] if len(found) == 1 and len(word) >= _SHORTEST_WORD else ""
