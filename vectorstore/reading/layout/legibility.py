"""Whether the text of a page can be read: a page that cannot must be named, never counted as silent."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from ....core.types import PageState

FEWEST_LETTERS = 10
FEWEST_SIGNS = 40  # letters and digits; a page of figures alone is text too
UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")  # the replacement sign and private use
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{4,}")
FEWEST_WORDS = 20  # below this a share of words says nothing
VOWELS = frozenset("aeiouyæœøıAEIOUYÆŒØ")


def state_of(text: str, undecoded: int = 0) -> PageState:
    """Judge the text of a page without its running headers.

    `undecoded` is the number of control characters that were taken out: fonts without a usable encoding give those.
    "garbled" is a page where more than 30 % of the signs are no characters, or where fewer than 70 % of at least 20
    Latin words hold a vowel.
    """
    signs = "".join(text.split())
    unknown = undecoded if signs.isascii() else undecoded + len(UNKNOWN.findall(signs))
    if unknown >= FEWEST_LETTERS and unknown > 0.3 * (len(signs) + undecoded):
        return "garbled"
    letters = islice(filter(str.isalpha, signs), FEWEST_LETTERS)
    if sum(1 for _ in letters) < FEWEST_LETTERS and sum(map(str.isalnum, signs)) < FEWEST_SIGNS:
        return "no_text"
    words = [word for word in LATIN_WORD.findall(text) if not word.isupper()]
    if len(words) >= FEWEST_WORDS and sum(map(_has_vowel, words)) < 0.7 * len(words):
        return "garbled"
    return "read"


def _has_vowel(word: str) -> bool:
    return _any_vowel(word) or _any_vowel(unicodedata.normalize("NFD", word))


def _any_vowel(letters: Iterable[str]) -> bool:
    return not VOWELS.isdisjoint(letters)
