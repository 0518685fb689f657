"""What a trained reader sees of a sentence: classes of words in their order around the topic, places, and the patterns.

Features are names with weights, in the manner of a maximum entropy classifier (Berger, Della Pietra and Della Pietra
1996). Nearly all are the same in every language; those of single words help in the languages they were learnt in.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ....language.classed_words import Token, tokens
from ....language.places import places_named
from .position_rules import RuledStance, span_of_topic, stance_by_rules

_TOPIC, _OWN, _OTHER, _YEAR, _NUMBER, _BREAK = "<topic>", "<own>", "<other>", "<year>", "<number>", "|"
_NEAR, _FRONT, _APART = 6, 4, 5  # tokens: beside the topic, at the front, between two classes that are seen together
_TOGETHER = 3  # classes further on that one is seen together with
_STEM = 6  # letters
_LIGHT = 0.5  # weight of a single word, of which there are many
# Not what a sentence says first, but how it says it.
_SMALL = frozenset(
    {"negates", "although", "ifs", "past", "tells", "binding", "will", "who", "describes", "pays", "done", "we"}
)


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence as it is read: its features, the words with their classes, and the first place that is another's."""

    features: dict[str, float]
    words: tuple[tuple[str, str], ...]  # as written, and the class
    other: str | None
    ruled: RuledStance


@dataclass(frozen=True, slots=True)
class _Marked:
    """A token as it is seen: the classes of a word, or the one mark that stands for a place, the topic or a number."""

    token: Token
    marks: tuple[str, ...]
    word: str


def read_sentence(
    text: str, language: str, speaks_for: Collection[str], names: Callable[[str], bool]
) -> ReadSentence:  # fmt: skip
    """Return what is seen of a sentence; `speaks_for` and `names` as in `stance_of`."""
    ruled = stance_by_rules(text, speaks_for, names)
    topic = span_of_topic(text, names)
    places = [
        (at, at + len(said), _OWN if place in speaks_for else _OTHER, said)
        for at, said, place in places_named(text, by_seat=True)
        if speaks_for and (topic is None or not topic[0] <= at < topic[1])
    ]
    marked = _marked(text, language, topic, places)
    seen: dict[str, float] = dict.fromkeys(
        (
            f"rule={ruled.shown.sign}", f"first={ruled.first}", f"told={ruled.shown.sign == 'reported'}",
            *(f"found={name}" for name in ruled.found), *_of_places(marked), *_of_classes(marked),
        ), 1.0,
    )  # fmt: skip
    seen |= dict.fromkeys(_of_words(marked, language), _LIGHT)
    words = tuple(
        (text[one.token.start : one.token.start + len(one.token.text)], name) for one in marked for name in one.marks
    )
    other = next((said for *_, kind, said in places if kind == _OTHER), None)
    return ReadSentence(seen, words, other, ruled)


def _marked(
    text: str, language: str, topic: tuple[int, int] | None, places: Sequence[tuple[int, int, str, str]]
) -> list[_Marked]:
    """Return the tokens of a sentence with the topic, places, years and numbers each as one mark."""
    spans = [(*topic, _TOPIC)] if topic else []
    spans += [(start, end, kind) for start, end, kind, _ in places]
    found: list[_Marked] = []
    last = None
    for token in tokens(text, language):
        span = next((one for one in spans if one[0] <= token.start < one[1]), None)
        if span is not None:
            if span is not last:
                found.append(_Marked(token, (span[2],), span[2]))
            last = span
            continue
        last = None
        if token.text[0].isdigit():
            kind = _YEAR if len(token.text.strip(".,")) == 4 and token.text[:2] == "20" else _NUMBER
            found.append(_Marked(token, (kind,), kind))
        elif token.parts:
            found.append(_Marked(token, (_BREAK,), token.text))
        else:
            found.append(_Marked(token, token.classes, token.text))
    return found


def _of_places(marked: Sequence[_Marked]) -> list[str]:
    """Return whose places are named, where, and whether the speaker speaks of itself."""
    named = [one.marks[0] for one in marked if one.marks and one.marks[0] in (_OWN, _OTHER)]
    front = [one.marks[0] for one in marked[:_FRONT] if one.marks]
    speaks = any("we" in one.marks for one in marked)
    kinds = "+".join(sorted(set(named)))
    found = [f"place={named[0] if named else None}", f"places={kinds}", f"we={speaks}", f"we={speaks},{kinds}"]
    found += [f"front={place}" for place in (_OWN, _OTHER) if place in front]
    return [*found, "front=other alone"] if _OTHER in front and _OWN not in named else found


def _of_classes(marked: Sequence[_Marked]) -> list[str]:
    """Return the classes of words: anywhere, before or behind the topic, near it, in its clause, and two together."""
    at = next((index for index, one in enumerate(marked) if _TOPIC in one.marks), len(marked) // 2)
    begin = next((index for index in range(at, 0, -1) if marked[index - 1].marks == (_BREAK,)), 0)
    behind = range(at, len(marked) - 1)
    end = next((index for index in behind if marked[index + 1].marks == (_BREAK,)), max(len(marked) - 1, 0))
    line = [(index, name) for index, one in enumerate(marked) for name in one.marks]
    found = []
    for index, name in line:
        found += [f"has={name}", f"has={name},{'before' if index < at else 'behind'}"]
        found += [f"clause={name}"] if begin <= index <= end else []
        found += [f"near={name}"] if abs(index - at) <= _NEAR else []
    said = [name for _, name in line if name not in _SMALL and name[0] not in "<|"]
    found += [f"says={said[0]}"] if said else []
    line = [(index, name) for index, name in line if name != "who"]
    for number, (index, name) in enumerate(line):
        later = line[number + 1 : number + 1 + _TOGETHER]
        found += [f"two={name},{other}" for place, other in later if 0 < place - index <= _APART]
    return found


def _of_words(marked: Sequence[_Marked], language: str) -> list[str]:
    """Return the words by their beginnings, alone and with the next one."""
    stems = [one.word[:_STEM] if one.word[0] != "<" else one.word for one in marked if one.word not in ",:()–—"]
    pairs = (f"{language}:{one} {other}" for one, other in pairwise(stems))
    return [*(f"{language}:{stem}" for stem in stems), *pairs]
