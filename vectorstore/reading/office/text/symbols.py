"""Fonts whose letters are signs: what Symbol, Wingdings and Webdings show for a code, in Unicode."""

from ...painted.characters import SYMBOL as GREEK

UNKNOWN = "□"
PRIVATE = 0xF000  # where Word keeps the codes of such fonts

SYMBOL = {code - PRIVATE: sign for code, sign in GREEK.items()} | {
    0x20: " ", 0x21: "!", 0xA0: "€", 0xF1: "〉", 0xF2: "∫", 0xF3: "⌠", 0xF4: "⎮", 0xF5: "⌡",
}  # fmt: skip
DIGITS = dict(enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", 0x80))
ARROWS = dict(enumerate("←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳", 0xDF))
WINGDINGS = DIGITS | ARROWS | {
    0x20: " ", 0x21: "✏", 0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x41: "✌", 0x43: "👍", 0x44: "👎",
    0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x4E: "☠", 0x52: "☼", 0x6C: "●",
    0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥",
    0x78: "⌧", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xAC: "✶",
    0xD8: "➢", 0xFB: "✗", 0xFC: "✔", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
FONTS = {
    "symbol": SYMBOL,
    "wingdings": WINGDINGS,
    "wingdings 2": {0x20: " ", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0xA3: "☐"},
    "webdings": {0x20: " ", 0x61: "✔", 0x63: "☐", 0x67: "■", 0x6E: "●", 0x72: "✖"},
    "wingdings 3": {0x20: " "},
}  # fmt: skip


def is_symbolic(font: str) -> bool:
    """Whether the letters of this font are signs."""
    return font.lower() in FONTS


def shown(text: str, font: str) -> str:
    """What `text` looks like in `font`: itself in a font of letters, signs in one of signs, "□" for those unknown."""
    table = FONTS.get(font.lower())
    if table is None:
        return text
    return "".join(sign if sign.isspace() else table.get(_code(sign), UNKNOWN) for sign in text)


def _code(sign: str) -> int:
    code = ord(sign)
    if code >= PRIVATE:
        return code - PRIVATE
    if code < 0x100:
        return code
    try:
        return sign.encode("cp1252")[0]
    except UnicodeEncodeError:
        return -1
