"""The characters of a text file, whatever its encoding."""

import codecs
import re

from charset_normalizer import from_bytes

from ...core.errors import ReadFailure

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Signs beyond ASCII that western European texts in windows-1252 are made of.
WESTERN = re.compile(r"[\x00-\x7fÀ-ÖØ-öø-ÿŒœŸŠšŽž“”„‘’‚–—…€£§°«»·•¿¡©®™ªº²³µ½¼¾×±\xa0\xad]*")
SAMPLE = 200_000  # bytes shown to the guesser


def decode(data: bytes, name: str, declared: str = "") -> str:
    """Decode by byte order mark, as UTF-8, as declared, as western European, else by a guess from the bytes.

    Raises `ReadFailure` naming the file when no encoding fits.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", _wide(data), _known(declared)):
        if encoding and (text := _strict(data, encoding)) is not None:
            return text
    western = _strict(data, "windows-1252")
    if western is not None and _is_western(western):
        return western
    guess = from_bytes(data[:SAMPLE]).best()
    if guess is not None:
        return data.decode(guess.encoding, errors="replace")
    raise ReadFailure(f"{name!r} has no known text encoding: save it as UTF-8")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every other byte of western text."""
    sample = data[:4096]
    half = len(sample) // 2
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half and sample[first::2].count(0) > 0.4 * half and sample[1 - first :: 2].count(0) == 0:
            return encoding
    return ""


def _known(declared: str) -> str:
    """The codec for a declared name; what the web calls latin-1 is windows-1252."""
    try:
        found = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    return "windows-1252" if found in ("iso8859-1", "ascii") else found


def _is_western(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return bool(WESTERN.fullmatch(text)) and sum(sign > "\x7f" for sign in letters) < 0.15 * max(len(letters), 1)
