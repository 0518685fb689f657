"""Whether the words that a claim puts in quotation marks are the evidence's own."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...core.text import one_line, squash

_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»")  # between straight ones stand titles as well
_FEW = 3  # words: a single term in quotation marks need be nobody's
_GAP = re.compile(r"\s?(?:…|\.\.\.|\[[^\]]*\])\s?")  # what a quoter leaves out or puts in


def misquoted(claim: str, evidence: Sequence[str]) -> Iterable[Doubt]:
    """Yield a doubt for each quotation of a claim that the evidence does not have, letter for letter."""
    held = squash(" ".join(evidence)).casefold()
    for match in _QUOTED.finditer(one_line(claim)):
        words = next(group for group in match.groups() if group)
        parts = [squash(part).rstrip(".,;:").casefold() for part in _GAP.split(words)]
        if len(words.split()) >= _FEW and not all(part in held for part in parts):
            detail = f"the evidence does not have the words {match[0]}"
            yield Doubt(kind="quotation", span=match.span(), detail=detail)
