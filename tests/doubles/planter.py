"""A script that drafts true sentences and such with a planted error, and a reviewer that errs once in ten."""

import random
import re
import zlib
from collections.abc import Sequence

from doubles.accounts import TALK
from doubles.desk import Asked, Author, Line, draft
from doubles.endpoint import Json
from perturbation import (
    NAME,
    Error,
    attribution,
    currency,
    merged,
    modality,
    negation,
    number,
    scope,
    superlative,
    swap,
    unit,
    year,
)
from planted_claims import content

SENTENCES = 4  # that it drafts
ERRS_IN = 10  # claims, of which its reviewer is wrong about one
# Words that may stand for others without a change of meaning.
PLAIN = {
    "in order to": "to", "such as": "for example", "approximately": "about", "However,": "Yet", "due to": "because of",
    "In addition,": "Also,", "as well as": "and also", "utilise": "use", "numerous": "many", "regarding": "about",
    "additional": "further", "In particular,": "Above all,", "for instance": "for example", "roughly": "about",
}  # fmt: skip


class Planter:
    """Drafts from the lines nearest to the question, and plants an error in every second sentence; see `kinds`."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}  # text of a sentence -> class of its error, "" for none
        self.author = Author(self.write, judge=self.judge)

    def write(self, asked: Asked) -> Json:
        """Draft up to four sentences, each from one line."""
        wanted = content(asked.question)
        fit = [line for line in asked.lines if re.fullmatch(r"[A-Z][^\[\\]{50,290}\.", line.text)]
        best = sorted(fit, key=lambda line: (-len(wanted & content(line.text)), line.number))[:SENTENCES]
        names = sorted({name for line in asked.lines for name in NAME.findall(line.text)})
        start = zlib.crc32(asked.question.encode())
        return draft(*(self._sentence(line, names, start + at) for at, line in enumerate(best)))

    def judge(self, claim: str, cited: str) -> bool:
        """Return the truth about a claim, and for one in ten the opposite."""
        return (self.kinds[claim] == "") != (zlib.crc32(claim.encode()) % ERRS_IN == 0)

    def _sentence(self, line: Line, names: list[str], turn: int) -> tuple[list[int], str]:
        text, kind = line.text, ""
        if turn % 2:
            errors = [
                number, year, unit, currency, swap(names), negation, modality, attribution, scope, merged, superlative
            ]  # fmt: skip
            first = turn // 2 % len(errors)
            text, kind = self._spoilt(line.text, [*errors[first:], *errors[:first]], random.Random(turn))
        text = _rephrased(text, turn // 2 % 4)
        self.kinds[text] = kind
        return [line.number], text

    @staticmethod
    def _spoilt(text: str, errors: Sequence[Error], chance: random.Random) -> tuple[str, str]:
        """Return the text with the first error that can be planted in it; some texts take none."""
        in_any_order = re.search(r", (?:and|or) ", text)  # names of a list in each other's place are no error
        for error in errors:
            wrong = None if error is merged and in_any_order else error(text, text, chance)
            if wrong and wrong != text:
                return wrong, error.__name__
        return text, ""


def _rephrased(text: str, manner: int) -> str:
    """Copy a text, say whose it is, put plain words for others, or wrap it in talk."""
    if manner == 1:
        return f"The report says: {text}"
    if manner == 2:
        return TALK + text
    if manner == 3:
        for old, new in PLAIN.items():
            text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text)
    return text
