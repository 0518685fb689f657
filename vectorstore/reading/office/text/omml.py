"""Formulas of Word and PowerPoint as a line of text: 10¹⁸, (a+b)/c, x_i², √(2n), ∑_(k=1)^n k."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ...raised import raised

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WORDY = (f"{MATH}func", f"{MATH}nary", f"{MATH}limLow")  # begin with a word or a sign of their own
WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DELETED = frozenset({f"{WORDS}del", f"{WORDS}moveFrom"})
RAISABLE = re.compile(r"[\d+\-−–=()]+|[ni]")
HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"
ATOM = re.compile(rf"[^\W\d_]+\w*|\d+(?:[.,]\d+)*[{HIGH}]*|√\w+|[^\w\s]|[()\[\]{{}}|]")
PRIMES = frozenset("′″‴'*∗†°∘")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
STRAIGHT = 3  # letters below one bar or sign; more are written without it


def is_formula(element: Any) -> bool:
    """Whether an element is a formula, or several one below the other."""
    return element.tag in (f"{MATH}oMath", f"{MATH}oMathPara")


def linear(element: Any) -> str:
    """Return what a formula says, in one line; no figure of it stands beside another that it is apart from."""
    if element.tag == f"{MATH}oMathPara":
        return "\n".join(filter(None, (linear(one) for one in element.iterchildren(f"{MATH}oMath"))))
    return " ".join(_row(element).split())


def _row(parent: Any) -> str:
    text, fraction = "", False
    for child in parent:
        piece = _piece(child) if isinstance(child.tag, str) else ""
        if not piece:
            continue
        is_fraction, is_word = child.tag == f"{MATH}f", text[-1:].isalnum()
        digits = is_fraction and text[-1:].isdigit() and piece[:1].isdigit()
        if is_word and ((piece[:1].isalnum() and (fraction or digits)) or child.tag in WORDY):
            text += " "
        text += piece
        fraction = is_fraction
    return text


def _piece(element: Any) -> str:
    tag = element.tag
    if tag in DELETED or tag.endswith("Pr"):
        return ""
    if not tag.startswith(MATH):
        return _row(element)
    name = tag[len(MATH) :]
    if name == "t":
        return element.text or ""
    form = {
        "sSup": _raised, "sSub": _lowered, "sSubSup": _both, "sPre": _before, "f": _fraction, "rad": _root,
        "nary": _sum, "d": _bracketed, "m": _matrix, "eqArr": _equations, "func": _function, "acc": _accent,
        "bar": _bar, "limLow": _below, "limUpp": _above, "phant": _phantom,
    }.get(name, _row)  # fmt: skip
    return form(element)


def _part(element: Any, name: str) -> str:
    found = element.find(MATH + name)
    return "" if found is None else _row(found).strip()


def _setting(element: Any, path: str, default: str = "") -> str:
    found = element.find("/".join(MATH + name for name in path.split("/")))
    return default if found is None else str(found.get(f"{MATH}val", default))


def _is_set(element: Any, path: str) -> bool:
    found = element.find("/".join(MATH + name for name in path.split("/")))
    return found is not None and found.get(f"{MATH}val", "1") not in ("0", "off", "false")


def _grouped(text: str) -> str:
    """The text in brackets, unless it is one number, one name, one sign, or bracketed already."""
    return text if not text or ATOM.fullmatch(text) or _is_closed(text) else f"({text})"


def _is_closed(text: str) -> bool:
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth and at < len(text) - 1:
            return False
    return True


def _base(element: Any) -> str:
    """What is raised; what carries a power already stands in brackets, so that two powers are not one."""
    text = _grouped(_part(element, "e"))
    return f"({text})" if text and text[-1] in HIGH else text


def _power(base: str, sup: str) -> str:
    if not sup:
        return base
    if RAISABLE.fullmatch(sup):
        return base + raised(sup, base or "x")
    return base + sup if set(sup) <= PRIMES else f"{base}^{_grouped(sup)}"


def _raised(element: Any) -> str:
    return _power(_base(element), _part(element, "sup"))


def _lowered(element: Any) -> str:
    base, sub = _base(element), _part(element, "sub")
    return f"{base}_{_grouped(sub)}" if sub else base


def _both(element: Any) -> str:
    return _power(_lowered(element), _part(element, "sup"))


def _before(element: Any) -> str:
    sub, sup = _part(element, "sub"), _part(element, "sup")
    low = sub.translate(LOWERED) if sub.isdigit() else f"_{_grouped(sub)} " if sub else ""
    high = raised(sup, "x") if RAISABLE.fullmatch(sup) else f"^{_grouped(sup)} " if sup else ""
    return high + low + _part(element, "e")


def _fraction(element: Any) -> str:
    above, below = _grouped(_part(element, "num")), _grouped(_part(element, "den"))
    return f"{above}{'¦' if _setting(element, 'fPr/type') == 'noBar' else '/'}{below}"


def _root(element: Any) -> str:
    degree = "" if _is_set(element, "radPr/degHide") else _part(element, "deg")
    lead = "" if not degree else raised(degree, "x") if RAISABLE.fullmatch(degree) else f"({degree})"
    body = _part(element, "e")
    return f"{lead}√{body if body.isalnum() else f'({body})'}"


def _sum(element: Any) -> str:
    sign = _setting(element, "naryPr/chr", "∫") or "∫"
    sub = "" if _is_set(element, "naryPr/subHide") else _part(element, "sub")
    sup = "" if _is_set(element, "naryPr/supHide") else _part(element, "sup")
    limits = (f"_{_grouped(sub)}" if sub else "") + (f"^{_grouped(sup)}" if sup else "")
    return f"{sign}{limits} {_part(element, 'e')}".rstrip()


def _bracketed(element: Any) -> str:
    begin, end = _setting(element, "dPr/begChr", "("), _setting(element, "dPr/endChr", ")")
    apart = _setting(element, "dPr/sepChr", "|")
    return begin + apart.join(_each(element)) + end


def _each(element: Any) -> Iterator[str]:
    return (_row(one).strip() for one in element.iterchildren(f"{MATH}e"))


def _matrix(element: Any) -> str:
    return "[" + "; ".join(", ".join(_each(row)) for row in element.iterchildren(f"{MATH}mr")) + "]"


def _equations(element: Any) -> str:
    return "; ".join(_each(element))


def _function(element: Any) -> str:
    name, body = _part(element, "fName"), _part(element, "e")
    return f"{name}{body}" if body.startswith("(") else f"{name} {body}".strip()


def _accent(element: Any) -> str:
    return _marked(_part(element, "e"), _setting(element, "accPr/chr", "\u0302"))


def _bar(element: Any) -> str:
    return _marked(_part(element, "e"), "\u0332" if _setting(element, "barPr/pos", "bot") == "bot" else "\u0305")


def _marked(base: str, sign: str) -> str:
    if len(sign) != 1 or not unicodedata.combining(sign) or len(base) > STRAIGHT:
        return base
    return unicodedata.normalize("NFC", "".join(letter + sign for letter in base))


def _below(element: Any) -> str:
    base, limit = _grouped(_part(element, "e")), _part(element, "lim")
    return f"{base}_{_grouped(limit)}" if limit else base


def _above(element: Any) -> str:
    return _power(_base(element), _part(element, "lim"))


def _phantom(element: Any) -> str:
    shown = _setting(element, "phantPr/show", "1")
    return "" if shown in ("0", "off", "false") else _part(element, "e")
