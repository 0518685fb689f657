"""A source in its page: the passage it comes from, the quoted words marked."""

from itertools import pairwise

from rich.text import Text

from ...core.conversation import OpenedPage
from ..console import clean, flat
from ..sheet import BLANK, Either, Frame, Line, Part, Sheet
from ..views.sources import file_line, origin, tags

_AROUND = 600  # characters of the page on either side of the passage
_OPENS, _CLOSES = "»» ", " ««"  # round the quote where there is no colour


def page_view(page: OpenedPage, *, whole: bool = False, coloured: bool = True) -> Sheet:
    """Return the page around a citation's passage, or all of it; plain, and without colour, the quote has signs."""
    cited = page.citation
    marks = tags(cited.status, cited.confidentiality, cited.superseded_by)
    parts: list[Part] = [
        Line(origin(cited.title or cited.file, cited.organisation, cited.date, cited.locator.label)),
        file_line(cited.file, marks, 0),
    ]
    start = 0 if whole else _line_start(page.text, page.passage[0] - _AROUND)
    end = len(page.text) if whole else _line_end(page.text, page.passage[1] + _AROUND)
    if page.quote[0] == page.quote[1]:
        parts.append(Line(Text("the report has changed since: these words are not on the page any more", "warn")))
    lines, plain = [], []
    if start:
        lines.append(Line(Text(f"… {start:,} characters above", "meta")))
    for text in _paragraphs(page, start, end, coloured=coloured):
        lines.append(Line(text))
    for text in _paragraphs(page, start, end, coloured=False):
        plain.append(text.plain)
    if end < len(page.text):
        rest = f"… {len(page.text) - end:,} characters below; /open {cited.number} page shows all"
        lines.append(Line(Text(rest, "meta")))
    return Sheet([*parts, BLANK, Frame([Either(lines, "\n".join(plain))], flat(cited.locator.label))])


def _paragraphs(page: OpenedPage, start: int, end: int, *, coloured: bool) -> list[Text]:
    """Return the lines of a stretch: the passage as it is, the rest dim, the quote marked."""
    (first, last), (opens, closes) = page.passage, page.quote
    cuts = sorted({start, end, *(place for place in (first, last, opens, closes) if start < place < end)})
    text = Text()
    for begin, stop in pairwise(cuts):
        words = clean(page.text[begin:stop])
        if opens <= begin < closes:
            body = Text(words, "mark" if coloured else "")
            if not coloured:
                body = Text(f"{_OPENS if begin == opens else ''}{words}{_CLOSES if stop == closes else ''}")
            text.append_text(body)
        else:
            text.append(words, "" if first <= begin < last else "meta")
    return list(text.split("\n", allow_blank=True))


def _line_start(text: str, at: int) -> int:
    return max(0, text.rfind("\n", 0, at) + 1) if at > 0 else 0


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at) if at < len(text) else -1
    return len(text) if found < 0 else found
