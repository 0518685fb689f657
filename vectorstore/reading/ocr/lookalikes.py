"""Letters that look alike in many typefaces: a small l that can only be a capital I is read as one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ....language.languages import STOP_WORDS, guess_language
from .engine import RecognisedLine

# "lEEE", and "Al" for what every report on machines that learn is full of; "HCl" is right, and so is "Al-Khwarizmi".
SMALL_L = re.compile(r"\b(?:l(?P<after>[A-Z]+)|(?P<before>[A-Z]*A)l)\b(?!-[A-Z])")


def told_apart(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """Return the lines of a page with such letters put right; words of its language, as a Spanish "al", stay."""
    words = STOP_WORDS.get(guess_language(" ".join(line.text for line in lines)) or "", frozenset())

    def capital(found: re.Match[str]) -> str:
        if found[0].lower() in words:
            return found[0]
        return f"I{found['after']}" if found["after"] else f"{found['before']}I"

    return [
        replace(line, words=tuple(replace(word, text=SMALL_L.sub(capital, word.text)) for word in line.words))
        for line in lines
    ]
