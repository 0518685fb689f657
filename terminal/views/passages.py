"""Ranked passages, as a search found them."""

import re

from rich.text import Text

from ...core.shapes import PassageHit, SearchResult
from ..amount import count, duration
from ..console import flat
from ..sheet import BLANK, Either, Line, Part, Sheet, step
from .sources import origin

EXCERPT = 400  # characters around the first word found; the plain form shows the whole passage


def passages_view(result: SearchResult) -> Sheet:
    """Return the passages, best first, with the words asked for made visible; plain, each text is whole."""
    if not result.passages:
        return Sheet(
            [
                Line(Text(f"nothing found for “{flat(result.query)}”")),
                step("try fewer or other words, loosen the filters, or see `coscribe reports`"),
            ]
        )
    pattern = _words(result.query)
    parts: list[Part] = []
    width = len(str(len(result.passages))) + 2
    for rank, hit in enumerate(result.passages, start=1):
        parts += [*_hit(hit, f"{rank}.".ljust(width), pattern), BLANK]
    total = f"{count(len(result.passages), 'passage')} · {duration(result.seconds)}"
    return Sheet([*parts, Line(Text(total, "meta"))])


def _words(query: str) -> re.Pattern[str]:
    words = re.findall(r"\w{3,}|[^\W\x00-\x7f]{2,}", query) or [query.strip()]
    either = "|".join(map(re.escape, words))
    # Scripts without spaces have no word boundaries to look for.
    return re.compile(rf"\b(?:{either})" if query.isascii() else either, re.IGNORECASE)


def _hit(hit: PassageHit, label: str, pattern: re.Pattern[str]) -> list[Part]:
    whole = flat(hit.text)
    excerpt = Text(_excerpt(whole, pattern))
    excerpt.highlight_regex(pattern, "mark")
    indent = len(label)
    return [
        Line(origin(hit.title or hit.file, hit.locator.label), Text(label, "mark")),
        Line(Text(f"{flat(hit.file)} · score {hit.score:.3g}", "meta"), indent=indent),
        Either([Line(excerpt, indent=indent)], f"{' ' * indent}{whole}"),
    ]


def _excerpt(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(text)
    middle = found.start() if found else 0
    start = max(0, min(middle - EXCERPT // 3, len(text) - EXCERPT))
    end = start + EXCERPT
    if start:
        start = text.find(" ", start, middle) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", middle, end), start + EXCERPT // 2)
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
