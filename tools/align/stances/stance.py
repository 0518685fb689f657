"""What position a sentence takes on a topic: by what was learnt where the language has words for it, else by patterns.

Somebody else's position is none of the speaker's.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from ....language.classed_words import knows_positions
from .position_features import read_sentence
from .position_reader import position_weights, probabilities, telling_word
from .position_rules import ShownStance, stance_by_rules

_UNSURE = 0.45  # where what is likeliest is no likelier, a pattern that was found decides


def stance_of(
    text: str, speaks_for: Collection[str] = (), names: Callable[[str], bool] = lambda clause: True,
    language: str | None = None,
) -> ShownStance:  # fmt: skip
    """Return the position that a text takes.

    `speaks_for` are the folded places that its report speaks for, `names` tells which clauses are on the topic,
    `language` is the text's (ISO 639-1).
    """
    if language is None or not knows_positions(language):
        return stance_by_rules(text, speaks_for, names).shown
    seen, weights = read_sentence(text, language, speaks_for, names), position_weights()
    likely = probabilities(seen, weights)
    sign = max(likely, key=likely.__getitem__)
    ruled, sure = seen.ruled.shown, round(likely[sign], 2)
    if sign == ruled.sign or (sure < _UNSURE and ruled.sign != "mentions"):
        return replace(ruled, sure=sure)
    words = telling_word(seen, sign, weights) if sign != "mentions" else ""
    return ShownStance(sign, words, seen.other if sign == "reported" else None, sure)
