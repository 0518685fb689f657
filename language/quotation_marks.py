"""What a text puts in quotation marks."""

import re
from collections.abc import Iterable, Iterator

from ..core.text import one_line, squash
from .numbers import unmarked

_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»")  # between straight ones stand titles as well
_MARKED = re.compile(r"[\"“”„«‹‘'*]\b[^\"“”„«»‹›*]{1,80}?[\"“”»›’'*](?!\w)")
_AT_LENGTH = re.compile(r"[\"“„«][^\"”“»]{20,}[\"”“»]")


def quotations(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of each quotation, and where it begins and ends with its marks."""
    for match in _QUOTED.finditer(text):
        yield next(group for group in match.groups() if group), match.start(), match.end()


def own_words(text: str, names: Iterable[str] = ()) -> str:
    """Return a text on one line without the words of its quotations, and without some names."""
    line = one_line(text)
    for words in (*names, *(words for words, *_ in quotations(line))):
        line = line.replace(words, " ")
    return line


def quoted_words(text: str) -> set[str]:
    """Return the words of a question that stand between quotation marks of any kind, straight ones too."""
    return {word for said in _MARKED.findall(text) for word in re.findall(r"[^\W_]+", said)}


def is_quoted(words: str, text: str) -> bool:
    """Tell whether words are a text's own, letter for letter; the marks of notes may be left out."""
    return squash(words) in squash(text) or squash(unmarked(words)) in squash(unmarked(text))


def quotes_at_length(text: str) -> bool:
    """Tell whether a text quotes more than a few words; straight quotation marks count too."""
    return bool(_AT_LENGTH.search(text))
