"""The characters of a text file, whatever its encoding, and those of them that nobody sees."""

import codecs
import re
import unicodedata

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
# What browsers take these names for: the larger set that texts under the name are really written in.
LARGER = {
    "iso8859-1": "windows-1252", "ascii": "windows-1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "gb2312": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
WIDE = re.compile("utf.?(?:16|32)")
NO_TEXT = frozenset({"base64", "bz2", "hex", "idna", "mbcs", "oem", "palmos", "punycode", "quopri", "rot-13",
    "raw-unicode-escape", "undefined", "unicode-escape", "utf-7", "uu", "zlib"})  # fmt: skip
ESCAPED = frozenset({"iso2022_jp", "iso2022_kr", "hz"})  # all in ASCII, so that the bytes look like UTF-8
STRAY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
BROKEN = re.compile("\ufffd+")
WHOLE = 10  # letters beyond ASCII that are right for one that is broken, in a text that is UTF-8 all the same
UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufb00-\ufb06]")
LETTERS = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}


def tidy(text: str) -> str:
    """The text without signs that nobody sees (soft hyphens, zero width spaces); its letters one sign each (NFC)."""
    if text.isascii():
        return text
    text = UNSEEN.sub(lambda found: LETTERS.get(ord(found[0]), ""), text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def decode(data: bytes, name: str, declared: str = "") -> str:
    """Decode by byte order mark, as UTF-8, as declared, as western European, else by a guess from the bytes.

    Raises `ReadFailure` naming the file when no encoding fits.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    known = _known(declared)
    if known in ESCAPED and (text := _strict(data, known)) is not None:
        return text
    for encoding in (wide(data, 0.25), "utf-8", wide(data), known):
        if encoding and (text := _strict(data, encoding)) is not None:
            return text
    if not known and (text := _nearly(data)):
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


def wide(data: bytes, least: float = 0.02) -> str:
    """UTF-16 without a mark, or "": read as single bytes it has `least` of control signs, read as pairs it has none."""
    sample = data[:4096]
    half = len(sample) // 2
    if not half or len(STRAY.findall(sample.decode("latin-1"))) < least * len(sample):
        return ""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = sample[first::2].count(0)
        if (
            zeros
            and sample[1 - first :: 2].count(0) <= zeros / 4
            and (pairs := _strict(sample[: 2 * half], encoding)) is not None
        ):
            known = sum(sign.isprintable() or sign.isspace() for sign in pairs)
            if known > 0.99 * len(pairs) - 1 and not STRAY.search(pairs):
                return encoding
    return ""


def _nearly(data: bytes) -> str:
    """The text where it is UTF-8 but for a few broken signs, as where it was cut or glued; else nothing."""
    text = data.decode("utf-8", errors="replace")
    broken = len(BROKEN.findall(text))
    beyond = sum(sign > "\x7f" for sign in text[:SAMPLE]) - broken
    return text if beyond >= WHOLE * broken else ""


def _known(declared: str) -> str:
    """The codec for a declared name, and of no wide one: a text that can be asked for its name is none."""
    try:
        name = LARGER.get(declared.lower(), declared)
        found = codecs.lookup(name).name if name else ""
    except LookupError:
        return ""
    return "" if WIDE.match(found) or found in NO_TEXT else LARGER.get(found, found)


def _is_western(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return bool(WESTERN.fullmatch(text)) and sum(sign > "\x7f" for sign in letters) < 0.15 * max(len(letters), 1)
