"""Signs of a PDF page that are not written as a reader expects: ligatures, signs of symbol fonts, soft hyphens."""

import ctypes
import re
from collections.abc import Iterator
from unicodedata import is_normalized, normalize

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .edits import Edit

PLACEHOLDER = "□"
ODD = re.compile(r"\xad[ \t]*(?:\r\n|\r|\n)?|[\ufb00-\ufb06]|[\ue000-\uf8ff]")
BEYOND = re.compile(r"\S?[^\x00-\x7f]+")
# The order of the codes is that of the font named Symbol, from 0x22 and from 0xA1 on; "·" stands for no sign.
_GREEK = (
    "∀#∃%&∍()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|―↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
)
SYMBOL = {
    0xF000 + first + at: sign for first, row in zip((0x22, 0xA1), _GREEK, strict=True) for at, sign in enumerate(row)
}
DINGBATS = {
    0xF02D: "–", 0xF06C: "●", 0xF06E: "■", 0xF06F: "□", 0xF071: "❑", 0xF075: "◆", 0xF076: "❖", 0xF077: "◆",
    0xF09F: "•", 0xF0A0: "▪", 0xF0A7: "▪", 0xF0A8: "☐", 0xF0B7: "•", 0xF0D8: "➢", 0xF0DF: "←", 0xF0E0: "→",
    0xF0E1: "↑", 0xF0E2: "↓", 0xF0E8: "➔", 0xF0F0: "⇨", 0xF0FB: "✗", 0xF0FC: "✓", 0xF0FD: "☒", 0xF0FE: "☑",
}  # fmt: skip


def spelled(text: str, textpage: pdfium.PdfTextPage) -> Iterator[Edit]:
    """What to write for signs that are no plain characters.

    Soft hyphens go, with the line end that they cut a word at. Ligatures become letters, letters with their accents
    apart one sign. Private signs are read by their font where that is a known symbol font, else they are left.
    """
    if text.isascii():
        return
    for found in ODD.finditer(text):
        sign = found.group()
        if sign[0] == "\xad":
            yield Edit(*found.span(), "")
        elif sign < "\uf900":
            named = _symbol(text, found.start(), textpage)
            if named:
                yield Edit(*found.span(), named)
        else:
            yield Edit(*found.span(), normalize("NFKC", sign))
    if not is_normalized("NFC", text):
        for found in BEYOND.finditer(text):
            composed = normalize("NFC", found.group())
            if composed != found.group() and not ODD.search(composed):
                yield Edit(*found.span(), composed)


def _symbol(text: str, place: int, textpage: pdfium.PdfTextPage) -> str:
    """What a private sign means in its font."""
    code = ord(text[place])
    name = ctypes.create_string_buffer(100)
    sign = raw.FPDFText_GetCharIndexFromTextIndex(textpage, place)
    length = raw.FPDFText_GetFontInfo(textpage, sign, name, len(name), None) if sign >= 0 else 0
    font = name.value.lower() if 0 < length <= len(name) else b""
    if b"symbol" in font and b"segoe" not in font:
        return SYMBOL.get(code, DINGBATS.get(code, ""))
    return DINGBATS.get(code, "")
