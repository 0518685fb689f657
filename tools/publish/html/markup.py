"""Elements of a page as text; whatever comes from a document is text in them, never markup."""

import re
from collections.abc import Iterable
from html import escape

from ....core.text import one_line, unbroken, without_controls


def shown(text: str) -> str:
    """Return text as it stands in a page: on one line, without signs that nobody sees, nothing in it markup."""
    return escape(unbroken(re.sub(r"\s+", " ", without_controls(text))))


def line(text: str) -> str:
    """Return a whole line of text as it stands in a page."""
    return escape(unbroken(one_line(without_controls(text))))


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element around markup; `class_` and `aria_label` stand for names that Python cannot have.

    An attribute that is `None` or false is left out, one that is true has no value.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return f"<{name}{told}>{content}</{name}>"


def elements(name: str, contents: Iterable[str]) -> str:
    """Return an element around each of some contents that are not empty, one a line."""
    return "\n".join(element(name, content) for content in contents if content)


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{line(str(value))}"'
