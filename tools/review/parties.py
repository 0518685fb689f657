"""Whether a claim gives a name of the evidence the part that another name has there."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...core.text import fold
from ...language.figures import UNIT_WORDS
from ...language.joint import pattern, vocabulary
from ...language.wording import NAMES, Wording, alike
from .figures.cells import Anchored, cells, taken_from

_NO_NAME = frozenset(vocabulary("names.never", "calendar.months"))  # capitalised at the beginning of a sentence only
_PAIR = 2
_LISTED = pattern("grammar.joining", "grammar.alternative", "grammar.along", lead=r"\s*(?:,|", end=r")\b")


def roles_swapped(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt for a name of the claim that stands where the evidence has another."""
    runs = runs_of(evidence, claim)
    matched = {run: matches(run, runs) for run in runs_of(claim, claim)}
    said = {one for found in matched.values() for one in found}
    if not said or len(runs) == len(said) or not evidence.is_short:
        return

    def anchors(wording: Wording) -> dict[object, int]:
        return {run: wording.text.find(run) for run in runs if run in wording.text}

    found = cells(evidence, anchors)
    begun = {run for run in runs if not set(_words(run)).isdisjoint(claim.words)}  # names that begin a sentence too
    for run, known in matched.items():
        if f"({run})" in evidence.text or (len(known) == 1 and _has_a_figure(known[0], claim, evidence)):
            continue  # a short form in brackets stands beside its long one
        if len(known) == 1 and (rival := taken_from(_without(claim, said, run), known[0], found, said | begun)):
            others = ", ".join(sorted(str(anchor) for anchor in rival.anchors))
            yield _doubt(claim, run, f"the evidence says this not of {run} but of {others}")
            return
    yield from _apart(claim, matched, found)


def _doubt(claim: Wording, run: str, detail: str) -> Doubt:
    start = claim.text.find(run)  # a name of several words may leave out what stands between them
    return Doubt(kind="roles", span=(start, start + len(run)) if start >= 0 else None, detail=detail)


def _has_a_figure(name: str, claim: Wording, evidence: Wording) -> bool:
    """Tell whether a figure of the claim follows a name of the evidence in the same part: "… 25 a year, the lab 60"."""
    at = evidence.text.find(name)
    if at < 0:
        return False
    part = re.split(r"[,;.](?!\d)", evidence.text[at + len(name) :])[0]
    own = {figure.value for figure in Wording(part, claim.language).figures if figure.unit != "year"}
    return not own.isdisjoint(figure.value for figure in claim.figures if figure.unit != "year")


def runs_of(wording: Wording, claim: Wording) -> list[str]:
    """Return the names of a text, each with all its words; a word that begins a sentence may be none."""
    found: list[str] = []
    for match in NAMES.finditer(wording.text):
        words = match[0].split()
        begins = not match.start() or wording.text[: match.start()].rstrip()[-1:] in ("", *".!?|:")
        while words and fold(words[0].strip("'’")) in _NO_NAME:
            words, begins = words[1:], False
        while words and not words[0][0].isupper() and fold(words[0]) in _NO_NAME:
            words = words[1:]
        name = " ".join(words)
        plain = len(words) == 1 and begins and not _is_elsewhere(words[0], wording, claim)
        if (
            len(name) > 1
            and fold(name) not in UNIT_WORDS
            and not plain
            and (claim.language != "de" or len(words) > 1 or _is_known(words[0], found))
        ):
            found.append(name)
    return list(dict.fromkeys(found))


def _is_elsewhere(word: str, wording: Wording, claim: Wording) -> bool:
    """Tell whether a word at the beginning of a sentence is a name: the claim or the text writes it so further on."""
    stem = re.split(r"['’]", word)[0]
    return sum(map(str.isupper, word)) > 1 or "'s" in word or "’s" in word or any(
        re.search(rf"[^\s.!?|:]\s{re.escape(stem)}\b", text) for text in (wording.text, claim.text)
    )  # fmt: skip


def _is_known(word: str, runs: Iterable[str]) -> bool:
    return any(word in run.split() for run in runs)


def matches(run: str, runs: Sequence[str]) -> list[str]:
    """Return the names that have the most words of one, if they have any."""
    words = _words(run)
    counts = [sum(any(alike(word, other) for other in _words(one)) for word in words) for one in runs]
    best = max(counts, default=0)
    return [one for one, count in zip(runs, counts, strict=True) if best and count == best]


def _words(run: str) -> list[str]:
    return [fold(re.split(r"['’]", word)[0]) for word in run.split() if word[0].isupper() or word.isdigit()]


def _without(claim: Wording, said: Iterable[str], run: str) -> Wording:
    """Return a claim without its names: what it says of them is compared."""
    text = claim.text
    for name in (*said, run):
        for word in name.split():
            if word[0].isupper():
                text = re.sub(rf"\b{re.escape(word)}(?!\w)", " ", text)
    return Wording(text, claim.language)


def _apart(claim: Wording, matched: dict[str, list[str]], found: Sequence[Anchored]) -> Iterable[Doubt]:
    """Yield a doubt if the claim has two names together that the evidence has apart, each beside another."""
    pairs = [(run, known[0]) for run, known in matched.items() if len(known) == 1]
    if not len(pairs) == len(matched) == _PAIR:
        return
    (one, mine), (other, theirs) = pairs
    between = claim.text[claim.text.find(one) + len(one) : claim.text.find(other)]
    own = [cell for cell in found if mine in cell.anchors]
    rest = [cell for cell in found if theirs in cell.anchors]
    together = any(cell.anchors >= {mine, theirs} for cell in found)
    apart = own and rest and not together and mine != theirs and not _LISTED.match(between)
    if apart and all(len(cell.anchors) > 1 for cell in (*own, *rest)):
        yield _doubt(claim, one, f"the evidence does not say this of {one} and {other} together")
