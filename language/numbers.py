"""Numbers below a thousand spelled out in English, German, French and Spanish.

Left out are words that mean something else in another of these languages: "once", "elf", "neuf", "seize", "un".
"""

import re
from decimal import Decimal

# "one" is left to its compounds and to units: alone it is mostly an article.
_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "deux": 2, "trois": 3,
    "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9,
}  # fmt: skip
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "zehn": 10, "zwölf": 12, "dreizehn": 13, "vierzehn": 14,
    "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "dix": 10, "onze": 11, "douze": 12,
    "treize": 13, "quatorze": 14, "quinze": 15, "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19,
    "diez": 10, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciséis": 16, "diecisiete": 17,
    "dieciocho": 18, "diecinueve": 19,
}  # fmt: skip
_GERMAN_TENS = {
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    **_GERMAN_TENS, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingts": 80,
    "quatre-vingt": 80, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
# the ordinals from the first to the tenth, each a pattern
ORDINALS = (
    r"first|1st|erste\w*|1\.|premi\w+|1er|primer\w*", r"second|2nd|zweite\w*|2\.|deuxième|2e|segund\w+",
    r"third|3rd|dritt\w*|3\.|troisième|3e|tercer\w*", r"fourth|4th|vierte\w*|4\.|quatrième|4e|cuart\w+",
    r"fifth|5th|fünfte\w*|5\.|cinquième|quint[oa]", r"sixth|6th|sechste\w*|sixième", r"seventh|7th|siebte\w*",
    r"eighth|8th|achte\w*", r"ninth|9th|neunte\w*", r"tenth|10th|zehnte\w*",
)  # fmt: skip
_GERMAN_ONES = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_SPANISH_ONES = ("uno", "dós", "trés", "cuatro", "cinco", "séis", "siete", "ocho", "nueve")
_JOINED = {
    **{f"{one}und{ten}": value + place for ten, value in _GERMAN_TENS.items()
       for place, one in enumerate(_GERMAN_ONES, 1)},
    **{f"veinti{one}": 20 + place for place, one in enumerate(_SPANISH_ONES, 1)},
}  # fmt: skip
_SPELLED = {**_ONES, **_TEENS, **_TENS, **_JOINED}
_CENTS = r"cents?|cien(?:tos|to)?"
_BEFORE_CENT = "deux|trois|quatre|cinq|six|sept|huit|neuf|dos|tres|cuatro|quin|seis|sete|ocho|nove"
_ANY = "|".join(sorted((*_ONES, *_TEENS), key=len, reverse=True))
_JOINED_WORD = rf"(?:{'|'.join(_GERMAN_ONES)})und(?:{'|'.join(_GERMAN_TENS)})|veinti(?:{'|'.join(_SPANISH_ONES)})"
_BELOW_HUNDRED = rf"(?:{'|'.join(_TENS)})(?:[\s-](?:et\s|y\s)?(?:{_ANY}))?|{_JOINED_WORD}|{_ANY}"
NUMBER = (
    rf"(?:(?:(?:{'|'.join(_ONES)}|a)[\s-])?hundred|(?:{'|'.join(_ONES)}|ein)?hundert|(?:{_BEFORE_CENT})[\s-]?(?:{_CENTS}))"
    rf"(?:(?:\sand\s|[\s-])(?:{_BELOW_HUNDRED})\b)?|{_BELOW_HUNDRED}"
)
_WORD = re.compile("|".join((r"hundred|hundert", _CENTS, *sorted(_SPELLED, key=len, reverse=True))), re.IGNORECASE)
_HUNDRED = re.compile(rf"hundred|hundert|{_CENTS}", re.IGNORECASE)
_COMPOUND = re.compile(r"hundert|und(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|veinti", re.I)
FIRST_WORDS = frozenset({"hundred", *(word.partition("-")[0] for word in _SPELLED)})


def joined(text: str) -> bool:
    """Tell whether a text has a number of several words written as one."""
    return bool(_COMPOUND.search(text))


def value(written: str) -> Decimal:
    """Return what a match of `NUMBER` counts."""
    total = 0
    for word in (match[0].lower() for match in _WORD.finditer(written)):
        total = (total or 1) * 100 if _HUNDRED.fullmatch(word) else total + _SPELLED[word]
    return Decimal(total)
