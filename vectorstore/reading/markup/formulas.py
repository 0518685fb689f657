"""MathML in one line of plain text: 10¹⁸, 3/4, √x, (a + b)/c."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from ..raised import lowered, raised

DROPPED = frozenset({"annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"})
APART = frozenset("=<>≤≥≈≠±×÷→∈≡+−∼≲≳≪≫")
HELD = frozenset("−-+±")  # signs that stand close to what follows where nothing stands before
INVISIBLE = frozenset("\u2061\u2062\u2063\u2064")  # that something is applied, multiplied, listed or added


def formula(node: LexborNode) -> str:
    """The words and signs of a `math` element or a part of it."""
    return " ".join(_said(node).split())


def _said(node: LexborNode) -> str:
    if node.is_text_node:
        return " ".join((node.text_content or "").split())
    tag = (node.tag or "").lower()
    parts = list(_elements(node))
    if tag in DROPPED:
        return ""
    if tag in ("mo", "mi", "mn", "mtext", "ms"):
        return _token(tag, node.text())
    if tag == "semantics":
        return _said(parts[0]) if parts else ""
    if tag in ("msup", "mover", "msub", "munder", "mfrac", "mroot") and len(parts) > 1:
        return _pair(tag, _said(parts[0]), _said(parts[1]).strip(), simple=_is_simple(parts[0]))
    if tag in ("msubsup", "munderover") and len(parts) > 2:
        base = _pair("msub", _said(parts[0]), _said(parts[1]).strip(), simple=True)
        return _pair("msup", base, _said(parts[2]).strip(), simple=True)
    if tag == "msqrt":
        return f"√{_held(_row(node))}"
    if tag == "mfenced":
        return f"({', '.join(_said(part).strip() for part in parts)})"
    if tag == "mtable":
        rows = (", ".join(_said(cell).strip() for cell in _elements(row)) for row in parts)
        return f"({'; '.join(rows)})"
    return _row(node)


def _row(node: LexborNode) -> str:
    text = ""
    for child in _nodes(node):
        said = _said(child)
        if text.rstrip()[-1:] in HELD and text.strip() in HELD:
            said = said.lstrip()
            text = text.strip()
        text += said
    return text


def _pair(tag: str, base: str, other: str, *, simple: bool) -> str:
    if tag in ("msup", "mover"):
        sign = raised(other, base.rstrip() or "x") if other else ""
        if sign == other and other[:1].isalpha():  # what would be the end of a word in running text
            sign = f"^{other}" if other.isalpha() and len(other) < 2 else f"^({other})"
        return f"{base if simple else _held(base)}{sign}"
    if tag in ("msub", "munder"):
        return f"{base.rstrip()}{_below(other, base)}"
    if tag == "mroot":
        return f"{raised(other, 'x')}√{_held(base)}"
    return f"{_held(base)}/{_held(other)}"


def _below(text: str, base: str) -> str:
    sign = lowered(text, base.rstrip())
    return sign if sign != text or text.isalnum() else f"_({text})"


def _token(tag: str, text: str) -> str:
    sign = "".join(letter for letter in " ".join(text.split()) if letter not in INVISIBLE)
    return f" {sign} " if tag == "mo" and sign in APART else f"{sign} " if sign in (",", ";") else sign


def _held(text: str) -> str:
    body = text.strip()
    return body if len(body) < 2 or not any(sign in body for sign in " +-−/·") else f"({body})"


def _is_simple(node: LexborNode) -> bool:
    """Whether a base needs no brackets to carry a power: one sign or number, or brackets already."""
    parts = list(_elements(node))
    return len(parts) < 2 or node.text().strip()[-1:] in (")", "]", "|")


def _nodes(parent: LexborNode) -> Iterator[LexborNode]:
    node = parent.child
    while node is not None:
        if node.is_element_node or (node.is_text_node and (node.text_content or "").strip()):
            yield node
        node = node.next


def _elements(parent: LexborNode) -> Iterator[LexborNode]:
    return (node for node in _nodes(parent) if node.is_element_node)
