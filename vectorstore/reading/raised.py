"""How raised and lowered characters are written in plain text, so that no figure is bent: 10¹⁸, 2030³, CO2."""

import unicodedata

_PLAIN = "0123456789+-=()ni"
_RAISED = str.maketrans(_PLAIN + "−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻⁻")
_LOWERED = str.maketrans("0123456789+-=()−–", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋₋")
_SIGNS = frozenset(_PLAIN + "−–")
_LOWERABLE = frozenset("0123456789+-=()−–")


def raised(text: str, before: str) -> str:
    """Return how `text`, raised behind `before`, is written: "18" as "¹⁸", "th" behind a digit as it is.

    Signs that have a raised form get it. Letters that are the end of a word or of an ordinal ("4th", "XXe", "Mme")
    stay; any other text is led by "^" and, where it is more than one word of letters or digits, put in brackets.
    """
    body = text.strip()
    if not body:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if set(body.replace(",", "").replace(" ", "")) <= _SIGNS - {"n", "i"} or body in ("n", "i"):
        parts = [part.translate(_RAISED) for part in body.replace(" ", "").split(",") if part]
        return lead + " ".join(parts) + tail  # several notes at one word are two signs, not one number
    if not before or before[-1].isspace() or not any(letter.isalnum() for letter in body):
        return text
    if _is_word_end(body):
        return text
    return f"{lead}^{body if body.isalnum() else f'({body})'}{tail}"


def lowered(text: str, before: str) -> str:
    """Return how `text`, lowered behind `before`, is written: as it is (CO2), but never as digits of a number (10₂)."""
    body = text.strip()
    if before[-1:].isdigit() and body and set(body) <= _LOWERABLE:
        return text.replace(body, body.translate(_LOWERED))
    return text


def _is_word_end(body: str) -> bool:
    return body.isalpha() and (len(body) > 1 or body.lower() in "eaor" or unicodedata.category(body) == "Lo")
