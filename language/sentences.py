"""Where sentences end, per language, as offsets into the text.

One set of rules for all languages that write with capitals: a stop ends a sentence if a capital or a figure follows,
unless it belongs to an abbreviation, an initial, an enumerator or (in German) an ordinal number. In English, and where
we have no lists, nupunkt decides what the rules leave open. Chinese and Japanese end at 。！？ outside of brackets.
"""

import itertools
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from nupunkt import sent_spans

from .joint import languages
from .languages import STOP_WORDS, has_cjk

# Abbreviations: those that something always follows, those before a number alone, those that may as well end a sentence.
_BOUND_IN, _NUMBERING_IN, _EITHER_IN = (
    {code: frozenset(getattr(language.sentences, name)) for code, language in languages().items()}
    for name in ("bound", "numbering", "either")
)
_OPENS = {code: words | set(languages()[code].sentences.openers) for code, words in STOP_WORDS.items()}

_NOTE = (  # the mark of a footnote after a stop: "[4]", "¹³", or the "12" that was raised in "year.12"
    r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|[⁰¹²³⁴-⁹]+(?:,[⁰¹²³⁴-⁹]+)*"
    r"|(?:(?<=[^\W\d][.!?])|(?<=[.!?][”“\"’»)]))\d{1,3}(?:[,–-]\d{1,3})*"
)
_STOP = re.compile(
    rf"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>(?:[»«›‹”“’‘\"')\]]|\s»(?=\s)|{_NOTE})*+)"
    r"(?=\s+(?:[–—-]\s)?(?P<open>[«»„“”\"'‘‚(\[¿¡‹›§€$£*†]*)\s?(?P<next>\w+|(?<=[\[(])(?:…|\.\.\.)))"
)
_WORD = re.compile(r"[\w.,°º]*$")
_ENUMERATOR = re.compile(r"\W{0,3}(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d]|[IVX]{1,5}|[ivx]{1,5})")
_NUMBER = re.compile(r"\d[\d.,]*")
_ROMAN = re.compile(r"(?=[IVXLC])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VOWELLESS = re.compile(r"[^\W\d_aeiouyäöüáéíóúàèìòùâêîôûãõœæ]{2,5}", re.IGNORECASE)
_BRACKETED = 1_000  # characters: how far back a bracket is looked for
_SMALL_NAME = re.compile(r"[a-z]{1,3}[A-Z]")  # "oneAPI" begins a sentence as well as any capital

_IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_CJK = re.compile(f"[{_IDEOGRAPH}]")
_LETTER = re.compile(r"[^\W\d_]")
_CJK_SHARE = 0.2  # of the letters
_CJK_CLOSE = r"[」』）】〉》］”’\"')\]]"
_CJK_STOP = re.compile(
    rf"(?:[。！？｡]+|(?<=[{_IDEOGRAPH}）」])(?:[!?]+|[.．](?=\s|[{_IDEOGRAPH}（「『]|$))|(?<=[^\d\s])．(?!\d))"
    rf"(?P<close>{_CJK_CLOSE}*)"
)
_CJK_NOTE = re.compile(
    r"(?:\s?(?:\[\d{1,3}\]|※\d{0,3}|[⁰¹²³⁴-⁹]+)"
    r"|\d{1,3}(?=\s+[^\d\s年月日時分秒件台社名人か箇所個回倍億万千百円％%割度章節項号機番]))+"
)
_CJK_BRACKET = re.compile(r"[「」『』（）()【】〈〉《》［］\[\]“”]")
_PAIRS = {pair[0]: pair[1] for pair in ("「」", "『』", "（）", "()", "【】", "〈〉", "《》", "［］", "[]", "“”")}
_NOWHERE = (sys.maxsize, sys.maxsize)
_CARRIES_ON = re.compile(r"\s*(?:[「『とをはがにのもでへや、，,。．.！？;；：]|から|など|って|だ)")
# where a sentence may be cut that is too long
SEMICOLON = re.compile(r"[;；]\s*")
CELL = re.compile(r"\s+\|\s+")
QUOTED_STOP = re.compile(r"[。！？｡](?![」』）”])\s*")  # within brackets, where it ends no sentence
COMMA = re.compile(r",(?!\d)\s*|[，、]\s*")  # not the one in "1,2"
GAP = re.compile(r"(?<![\d\s])\s++|(?<=\d)\s++(?!\d)")  # not the one in "7 000"
BLANK = re.compile(r"\s+")


def sentences(text: str, language: str | None) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, in order, each without white space around it.

    `language` is an ISO 639-1 code; an unknown one is cut by the rules for English. Newlines count as blanks. The script
    of the text wins over the language: an English summary in a Japanese report is cut as English.
    """
    flat = text.replace("\n", " ").replace("\u2028", " ")
    if not flat.isascii() and _is_cjk(flat):
        ends = _cjk_ends(flat)
    else:
        ends = _ends(flat, "en" if language not in STOP_WORDS else language)
    bounds = [0, *ends, len(flat)]
    return [span for span in (_trim(flat, *pair) for pair in itertools.pairwise(bounds)) if span[0] < span[1]]


def _is_cjk(text: str) -> bool:
    """Tell whether a text is written in Chinese or Japanese, and does not only name something in it."""
    return has_cjk(text) and len(_CJK.findall(text)) > _CJK_SHARE * len(_LETTER.findall(text))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, language: str) -> Iterator[int]:
    learned: list[int] | None = None  # where nupunkt begins sentences: asked at most once, and seldom
    for stop in _STOP.finditer(text):
        ends = _is_end(text, stop, language)
        if ends is None:
            if learned is None:
                learned = [start for start, _ in sent_spans(text)]
            ends = bisect_right(learned, stop.start("next")) > bisect_right(learned, stop.start())
        if ends:
            yield stop.end()


def _is_end(text: str, stop: re.Match[str], language: str) -> bool | None:
    """Tell whether a sentence ends at a stop; `None` where only experience with English can tell."""
    following, before = stop["next"], text[max(0, stop.start() - 1) : stop.start()]
    if following[0].islower() and not (_SMALL_NAME.match(following) or _is_label(text, stop)):
        return False
    if before and before in "([" and stop["close"][:1] in (")", "]"):
        return stop["mark"] in ("…", "...") and _stands_alone(text, stop.start())  # "[...]", "(!)"
    if len(stop["mark"]) > 3 or (stop["mark"] == "." and before.isspace()):
        return False  # leaders: "Summary ..... 3"
    if stop["mark"] != ".":
        return True
    if not stop["close"] and _ENUMERATOR.fullmatch(text, 0, stop.start()):
        return False
    if stop["close"][:1] in (")", "]") and _stands_alone(text, stop.start()):
        return True
    found = _WORD.search(text, max(0, stop.start() - 30), stop.start())
    return _ends_after(found.group() if found else "", text, stop, language)


def _is_label(text: str, stop: re.Match[str]) -> bool:
    """Tell whether "(a)" follows the stop, which begins a sentence though it is small."""
    return stop["open"].endswith("(") and text[stop.end("next") : stop.end("next") + 1] == ")"


def _stands_alone(text: str, within: int) -> bool:
    """Tell whether the bracket that is open at `within` was opened where a sentence begins."""
    opened = max(text.rfind(sign, max(0, within - _BRACKETED), within) for sign in "([")
    return opened >= 0 and text[max(0, opened - 9) : opened].rstrip()[-1:] in ("", ".", "!", "?", "…", "”", "»", "“")


def _ends_after(word: str, text: str, stop: re.Match[str], language: str) -> bool | None:
    """Tell whether the full stop after `word`, which a capital or a figure follows, ends a sentence."""
    following = stop["next"]
    last = word.rpartition(".")[2].lower()
    begins = following.lower() in _OPENS[language] and text[stop.end("next") : stop.end("next") + 1] != "."
    if word.lower() in _BOUND_IN[language] or last in _BOUND_IN[language]:
        return False
    if last in _NUMBERING_IN[language] and (len(last) > 1 or following[0].isdigit()):
        return not (following[0].isdigit() or _ROMAN.fullmatch(following) or len(following) == 1)
    if _NUMBER.fullmatch(word):
        return begins or language != "de" or not (word.isdigit() and len(word) <= 2)
    if language == "en":
        plain = word.isalpha() and len(word) > 3 and word.islower()
        return True if plain or not word else None
    doubtful = (
        last in _EITHER_IN[language]
        or (len(last) == 1 and last.isalpha())
        or (_VOWELLESS.fullmatch(last) and not word.isupper())
        or (language == "de" and _ROMAN.fullmatch(word))
    )
    return begins or not doubtful


def _cjk_ends(text: str) -> Iterator[int]:
    brackets = _outermost_brackets(text)
    opened, closed = next(brackets, _NOWHERE)
    for stop in _CJK_STOP.finditer(text):
        end = stop.end()
        while closed < stop.start():
            opened, closed = next(brackets, _NOWHERE)
        if opened < stop.start():
            alone = text[opened] in "（(" and not text[max(0, opened - 9) : opened].rstrip()[-1:].strip("。！？」』）")
            if end <= closed or (_CARRIES_ON.match(text, end) and not alone):
                continue
        note = _CJK_NOTE.match(text, end)
        yield note.end() if note else end


def _outermost_brackets(text: str) -> Iterator[tuple[int, int]]:
    """Return where the outermost pairs of brackets open and close; brackets without a partner count as letters."""
    opened: list[int] = []
    waiting = Counter[str]()  # for which closing brackets, so that a stray one costs no search
    pairs: list[tuple[int, int]] = []
    for bracket in _CJK_BRACKET.finditer(text):
        sign, at = bracket.group(), bracket.start()
        if sign in _PAIRS:
            opened.append(at)
            waiting[_PAIRS[sign]] += 1
            continue
        while waiting[sign]:
            at_open = opened.pop()
            awaited = _PAIRS[text[at_open]]
            waiting[awaited] -= 1
            if awaited == sign:
                while pairs and pairs[-1][0] > at_open:
                    pairs.pop()
                pairs.append((at_open, at))
                break
    return iter(pairs)
