"""WordprocessingML, made by builders alone: what is text is escaped, and what is markup has a type of its own."""

import re
from typing import NewType
from xml.sax.saxutils import escape, quoteattr

from ....core.text import unbroken, without_controls

Xml = NewType("Xml", str)

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NOTHING = Xml("")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OTHER_NAMES = {"r_id": "r:id", "xml_space": "xml:space"}  # attributes that are not in Word's own namespace


def w(name: str, /, *content: Xml, **attributes: str | int) -> Xml:
    """Return an element of WordprocessingML: `w("pStyle", val="Title")`."""
    told = "".join(
        f" {_OTHER_NAMES.get(key, f'w:{key}')}={quoteattr(written(str(value)))}" for key, value in attributes.items()
    )
    return Xml(f"<w:{name}{told}>{''.join(content)}</w:{name}>" if content else f"<w:{name}{told}/>")


def joined(*content: Xml) -> Xml:
    """Return markup behind each other."""
    return Xml("".join(content))


def part(name: str, *content: Xml) -> bytes:
    """Return a whole part of the package, whose outermost element is this one."""
    return f'{HEAD}<w:{name} xmlns:w="{W}" xmlns:r="{R}">{"".join(content)}</w:{name}>'.encode()


def text(words: str) -> Xml:
    """Return words as the content of an element."""
    return Xml(escape(written(words)))


def written(words: str) -> str:
    """Return words as they are written: on one line, without what XML cannot hold and what nobody sees."""
    return unbroken(re.sub(r"\s+", " ", without_controls(words)))


def run(words: str, *styled: Xml) -> Xml:
    """Return words as a run, `styled` by the elements of its properties; "" for no words."""
    return _run(w("t", text(words), xml_space="preserve"), *styled) if written(words) else NOTHING


def tab() -> Xml:
    """Return a tabulator."""
    return _run(w("tab"))


def field(code: str, result: Xml) -> Xml:
    """Return a field with what it shows until it is updated; `code` is ours, never of a document."""
    return joined(field_begin(code), result, field_end())


def field_begin(code: str) -> Xml:
    """Return the beginning of a field, which may end in another paragraph."""
    return joined(
        _run(w("fldChar", fldCharType="begin")),
        _run(w("instrText", text(f" {code} "), xml_space="preserve")),
        _run(w("fldChar", fldCharType="separate")),
    )


def field_end() -> Xml:
    """Return the end of a field."""
    return _run(w("fldChar", fldCharType="end"))


def bookmarked(name: str, number: int, *content: Xml) -> Xml:
    """Return content that links lead to by a name; each `number` stands once in a file."""
    return joined(w("bookmarkStart", id=number, name=name), *content, w("bookmarkEnd", id=number))


def link(to: str, *content: Xml) -> Xml:
    """Return content that leads to a bookmark of the same file."""
    return w("hyperlink", *content, anchor=to, history=1)


def paragraph(style: str, *content: Xml, keeps: bool = False) -> Xml:
    """Return a paragraph in a style, by its id; one that `keeps` stands on the page of what follows."""
    return w("p", w("pPr", w("pStyle", val=style), *([w("keepNext")] if keeps else [])), *content)


def reference(number: int, style: str) -> Xml:
    """Return the reference to a footnote."""
    return _run(w("footnoteReference", id=number), w("rStyle", val=style))


def footnote(number: int, style: str, marked: str, *lines: Xml) -> Xml:
    """Return a footnote, each of its lines a paragraph; `marked` is the style of its number."""
    own = joined(_run(w("footnoteRef"), w("rStyle", val=marked)), run(" "))
    told = (paragraph(style, *([own] if at == 0 else []), line) for at, line in enumerate(lines))
    return w("footnote", *told, id=number)


def _run(content: Xml, *styled: Xml) -> Xml:
    return w("r", *([w("rPr", *styled)] if styled else []), content)
