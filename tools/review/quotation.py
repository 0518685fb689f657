"""Whether the words that a claim puts in quotation marks are the evidence's own."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...core.text import one_line
from ...language.quotation_marks import is_quoted, quotations

_FEW = 3  # words: a single term in quotation marks need be nobody's
_GAP = re.compile(r"\s?(?:…|\.\.\.|\[[^\]]*\])\s?")  # what a quoter leaves out or puts in


def misquoted(claim: str, evidence: Sequence[str]) -> Iterable[Doubt]:
    """Yield a doubt for each quotation of a claim that the evidence does not have, letter for letter."""
    held = " ".join(evidence).casefold()
    line = one_line(claim)
    for words, start, end in quotations(line):
        parts = _GAP.split(words)
        if len(words.split()) >= _FEW and not all(is_quoted(part.rstrip(" .,;:").casefold(), held) for part in parts):
            detail = f"the evidence does not have the words {line[start:end]}"
            yield Doubt(kind="quotation", span=(start, end), detail=detail)
