"""Reads back a page that was published: its texts, and the JSON that it carries."""

import hashlib
from html.parser import HTMLParser

from ....core.text import one_line
from ..colophon import Published

_INLINE = frozenset(
    {
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "i", "ins", "mark", "q", "s", "small", "span",
        "strong", "sub", "sup", "time", "u",
    }
)  # fmt: skip
_SILENT = frozenset({"script", "style", "template", "svg"})
_CARRIED = "carried"  # the id of the element that holds the JSON
EXHIBIT = "exhibit"  # the class of what the library showed of a page's words


def read_html(content: bytes) -> Published:
    """Return the texts of a page in the order of reading, and the JSON it carries as it stands there.

    What the library showed beside the words is no text of the document, and left out as long as it is as it was.
    """
    reader = _Reader()
    reader.feed(content.decode("utf-8", "replace"))
    reader.close()
    return Published(reader.told(), reader.carried)


def exhibit_sum(markup: str) -> str:
    """Return what only markup with the same texts has in common."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return _sum(reader.told())


def _sum(texts: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:16]


class _Reader(HTMLParser):
    """Gathers texts: each ends where an element begins or ends that is no part of a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.carried: str | None = None
        self._texts: list[str] = []
        self._line: list[str] = []
        self._silent: list[str] = []
        self._exhibit: tuple[int, str] | None = None  # how many texts were before it, and its sum
        self._depth = 0  # of the exhibit
        self._is_carrying = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE and not self._silent:
            self._end_line()
        if tag in _SILENT:
            self._silent.append(tag)
            self._is_carrying = ("id", _CARRIED) in attrs
        elif tag == "details" and self._exhibit:
            self._depth += 1
        elif tag == "details" and ("class", EXHIBIT) in attrs:
            self._exhibit, self._depth = (len(self._texts), dict(attrs).get("data-sum") or ""), 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
            self._is_carrying = False
            return
        if tag not in _INLINE and not self._silent:
            self._end_line()
        if tag == "details" and self._exhibit:
            self._depth -= 1
            if not self._depth:
                self._end_exhibit(*self._exhibit)

    def handle_data(self, data: str) -> None:
        if self._is_carrying:
            self.carried = (self.carried or "") + data
        elif not self._silent:
            self._line.append(data)

    def told(self) -> tuple[str, ...]:
        """The texts found so far."""
        self._end_line()
        return tuple(self._texts)

    def _end_line(self) -> None:
        if text := one_line("".join(self._line)):
            self._texts.append(text)
        self._line.clear()

    def _end_exhibit(self, before: int, told: str) -> None:
        texts = tuple(self._texts[before:])
        self._texts[before:] = [] if _sum(texts) == told else [" ".join(texts)]
        self._exhibit = None
