"""What is kept twice in an office file, for newer and older programs: the one that a program of today shows."""

from typing import Any

MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
OFFICE = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "urn:schemas-microsoft-com:")
# Solid bodies and strokes of a pen hold no words; the picture beside them may stand with some.
WORDLESS = (
    "http://schemas.microsoft.com/office/drawing/2017/model3d",
    "http://schemas.microsoft.com/office/drawing/2016/ink",
)


def settle(root: Any) -> None:
    """Put, in place of every choice below `root`, the first alternative that is understood, else the fallback."""
    for element in list(root.iter(f"{MARKUP}AlternateContent")):
        parent = element.getparent()
        if parent is None:
            continue
        place = parent.index(element)
        chosen = _chosen(element)
        parent.remove(element)
        for child in reversed([] if chosen is None else list(chosen)):
            parent.insert(place, child)


def _chosen(element: Any) -> Any:
    choices = element.findall(f"{MARKUP}Choice")
    for choice in choices:
        if all(_is_known(choice.nsmap.get(prefix) or "") for prefix in choice.get("Requires", "").split()):
            return choice
    fallback = element.find(f"{MARKUP}Fallback")
    return fallback if fallback is not None else next(iter(choices), None)


def _is_known(namespace: str) -> bool:
    return namespace.startswith(OFFICE) and namespace not in WORDLESS
