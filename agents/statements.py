"""Makes statements of what a model drafted: small models write many sentences as one, and headings."""

import re
from collections.abc import Iterable

from ..core.text import fold, one_line
from ..core.types import Segment
from ..language.joint import pattern
from ..language.languages import guess_language
from ..language.sentences import sentences
from ..language.wording import POINTS_BACK
from ..tools.evidence.numbered import Numbered
from .state import ModelDraft, Statement

MARKS = re.compile(r"\s?\[\d+(?:[,;] ?\d+)*\]")  # some models repeat in the text what they cite
_TITLE = 8  # words up to which a heading names rather than states
_NUMBERING = re.compile(r"^[\W\d]*\d[\d.]*\s*")
_LABEL = pattern(
    "grammar.numbered",
    lead=r"(?:\W*",
    end=r"?\.?\s*\d+[.:)]*\s*)?(?:\(\w{1,3}\)[.:]*)?\s*",
)
_SHORT = 20  # characters under which a sentence does not stand alone
_GOES_ON = pattern("grammar.goes_on", lead="")


def statements(sentence: ModelDraft.Sentence, numbered: Numbered, language: str) -> Iterable[Statement]:
    """Yield a statement for each sentence of what should be one, each with its segments; headings are left out.

    Sentences that point back stay with the one before.
    """
    cited = dict.fromkeys(sentence.cites)
    known = tuple(numbered.segments[number] for number in cited if number in numbered.segments)
    unknown = tuple(number for number in cited if number not in numbered.segments)
    text = MARKS.sub("", sentence.text).strip()
    texts: list[str] = []
    for start, end in sentences(text, guess_language(text) or language):
        part = "" if _LABEL.fullmatch(text[start:end]) else text[start:end].strip()
        if texts and (POINTS_BACK.match(part) or _GOES_ON.match(part) or min(len(part), len(texts[-1])) < _SHORT):
            texts[-1] += f" {part}"
        elif part:
            texts.append(part)
    each = (Statement(part, known, unknown) for part in texts or [text])
    yield from (statement for statement in each if not _is_heading(statement))


def _is_heading(statement: Statement) -> bool:
    """Tell whether a statement repeats a heading, which only names its matter: few words, no figure but its number."""
    said = fold(one_line(statement.text))
    return bool(statement.text and statement.segments) and all(
        names_only(segment) and said in fold(one_line(segment.text)) for segment in statement.segments
    )


def names_only(segment: Segment) -> bool:
    """Tell whether a segment is a heading that states nothing."""
    words = _NUMBERING.sub("", segment.text).split()
    is_short = len(words) <= _TITLE and not any(char.isdigit() for word in words for char in word)
    return segment.kind == "heading" and segment.locator.kind != "slide" and is_short
