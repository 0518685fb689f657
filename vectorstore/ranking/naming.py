"""The names that a line, a file's name or an opening holds: whole, run together, set in spaced letters, or given up."""

import re
from collections.abc import Iterable, Iterator

from ...core.text import fold
from ...language.joint import pattern, vocabulary
from ...language.languages import STOP_WORDS

LONGEST = 6  # words of a name
WORD = re.compile(r"[^\W_]+")
JOINING = frozenset(vocabulary("reports.joints"))
_PARTS = re.compile(r"[\n()\[\],:;|·•–—\"“”]|\s-\s|\. ")
_DOTTED = re.compile(r"\b(\w)[./](?=\w\b|\W|$)")  # S.A. is one word, and so is A/S
_PRINTED = re.compile(r"\((?:the )?[\"“„«'‘]?([A-Z0-9][\w&]{1,7})[\"”“»'’]?\)")  # Lumen Rail plc ("LR")
_FORMER = pattern("reports.former")
_EMPTY = frozenset[str]().union(*STOP_WORDS.values())
_LEGAL = """ab ag as asa bv co company corp corporation gmbh group holding holdings inc kk limited llc ltd nv oyj plc sa
    se spa"""
LEGAL = frozenset(_LEGAL.split())
# What says that something is a report, but not whose; and what many institutions' names begin with.
NOT_A_NAME = LEGAL | {fold(word) for word in vocabulary("reports.generic", "calendar.months")}
_NOT_ALONE = frozenset(fold(word) for word in vocabulary("reports.institutional"))
_CUT_OFF = sorted((word for word in NOT_A_NAME if len(word) > 2), key=len, reverse=True)
_LEAST = 4  # letters that are left of a word once such words at its end are gone
RUN_TOGETHER = 8  # letters of a word that may be several
_SPACED = 4  # letters that stand by themselves
_ORDERING = ("st", "nd", "rd", "th")  # behind a number
_BEFORE = 80  # characters in front of a printed acronym


def written(text: str) -> str:
    """Return a line as names are read from it: "V E L M A R" is one word, and what is formerly so named begins anew."""
    letters = text.split()
    if len(letters) >= _SPACED and all(len(one) == 1 and one.isalpha() for one in letters):
        return "".join(letters)
    return _FORMER.sub(" | ", _DOTTED.sub(r"\1", text))


def names_in(text: str, *, capital: bool = False) -> Iterator[str]:
    """Yield what may be names in a line: its runs of words without years and generic ones, folded.

    A number is part of a name where it opens it ("3 Harbours") or is run into it ("7E"). With `capital`, a word in
    lower case is in no name, small ones aside.
    """
    for part in _PARTS.split(written(text)):
        run: list[str] = []
        for said in [*WORD.findall(part), ""]:
            word = fold(said)
            small = capital and said.islower() and word not in JOINING and not said[0].isdigit()
            if (
                word
                and not small
                and word not in NOT_A_NAME
                and (_is_of_a_name(word) or (_opens(run) and _is_short(word)))
            ):
                run.append(word)
                continue
            yield from _name_of(run)
            run = []


def names_in_file(stem: str) -> Iterator[str]:
    """Yield the names in a file's name, those too that generic words and numbers are run into."""
    yield from names_in(stem)
    for word in map(fold, WORD.findall(stem)):
        if len(word) >= RUN_TOGETHER and (cut := _peeled(word)) != word and len(cut) >= _LEAST:
            yield cut


def given_up(text: str) -> Iterator[str]:
    """Yield the names that a text says somebody formerly bore."""
    for match in _FORMER.finditer(text):
        said = _PARTS.split(text[match.end() : match.end() + _BEFORE].lstrip(' "“'))[0]
        capital = re.match(r"(?:[A-ZÀ-Þ0-9][\w&'’.-]*\s*)+", said)
        yield from names_in(capital[0].rstrip(". ")) if capital else ()


def acronyms_of(names: Iterable[str], text: str) -> Iterator[str]:
    """Yield the short names that a text prints in brackets behind one of the names."""
    known = tuple({squeezed(name) for name in names if " " in name})
    for match in _PRINTED.finditer(text):
        before = WORD.findall(fold(_DOTTED.sub(r"\1", text[max(0, match.start() - _BEFORE) : match.start()])))
        while before and before[-1] in LEGAL:
            before.pop()
        short = fold(match[1])
        if "".join(before).endswith(known) and known and not short.isdigit():
            yield short


def one_off(word: str) -> Iterator[str]:
    """Yield what is left of a word without one of its letters: words that share such a rest are a slip apart."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def squeezed(name: str) -> str:
    """Return a name as names are compared: file names and logos lose the blanks."""
    return name.replace(" ", "")


def aliases(name: str) -> Iterator[str]:
    """Yield the acronym of an institution's name, and the parts of the name that may stand for it."""
    words = name.split()
    initials = "".join(word[0] for word in words if word not in JOINING)
    if len(initials) > 2:
        yield initials
    telling = [word for word in words if word not in _NOT_ALONE | JOINING]
    if len(words) > 1 and telling and not telling[0].isdigit() and (telling[0] == words[0] or len(telling) == 1):
        yield telling[0]
    # Without its number, "3 Harbours" may be another's name.
    for start in range(len(words) if not words[0].isdigit() else 1):
        for end in range(start + 2, len(words) + (start > 0)):
            if words[start] not in JOINING and words[end - 1] not in JOINING:
                yield " ".join(words[start:end])


def _name_of(run: list[str]) -> Iterator[str]:
    while run and run[-1] in JOINING:
        run.pop()
    while run and run[0] in JOINING:
        run.pop(0)
    name = " ".join(run)
    if 0 < len(run) <= LONGEST and len(name) > 1 and name not in _EMPTY and not name.isdigit():
        yield name


def _is_of_a_name(word: str) -> bool:
    """Tell whether a word is one of letters, or short and begins with a number that is no place in an order."""
    if not any(char.isdigit() for char in word):
        return True
    letters = word.lstrip("0123456789")
    return len(word) < RUN_TOGETHER and letters != word and letters.isalpha() and letters not in _ORDERING


def _opens(run: Iterable[str]) -> bool:
    """Tell whether what follows opens a name: no word stands before it, or small ones."""
    return all(word in JOINING for word in run)


def _is_short(word: str) -> bool:
    return word.isdigit() and len(word) < 3


def _peeled(word: str) -> str:
    """Return a word without the numbers and generic words at its end: northmereannualreport2019web."""
    while True:
        cut = word.rstrip("0123456789")
        cut = cut.removesuffix("fy") if cut != word else cut
        cut = next((cut.removesuffix(end) for end in _CUT_OFF if cut.endswith(end)), cut)
        if cut == word:
            return word
        word = cut
