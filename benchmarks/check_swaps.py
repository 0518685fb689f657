"""Sentences with one figure altered, and true ones beside them, out of the reports of a library: seeded, in memory.

A sentence of a report that has a figure is reworded: asides go, common words are replaced, some words are left out, and
what stands in front of a comma goes behind. It is true then; with one figure, year, month or unit altered it is false;
and looked up in the library without its report, it is not found.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from coscribe.core.types import Segment
from coscribe.language.figures import Figure, figures
from coscribe.vectorstore.library import Library

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty", "thirty",
    "forty", "fifty", "sixty",
)  # fmt: skip
_TIMES = (0.4, 0.5, 0.6, 0.75, 1.25, 1.5, 2, 2.5, 3)
_LABELLED = (
    "figure", "table", "article", "articles", "section", "chapter", "annex", "box", "part", "no", "p", "pp", "point",
    "paragraph", "paragraphs", "points", "regulation", "directive", "page", "version", "phase", "step", "stage", "day",
    "rank", "ranked", "subtitle", "title", "order", "recital", "tier", "level", "grade", "and", "or", "to",
)  # fmt: skip
_UNITS = {
    "MW": "GW", "GW": "MW", "kW": "MW", "TB": "PB", "PB": "TB", "GB": "TB", "million": "billion",
    "billion": "million", "years": "months", "months": "weeks", "weeks": "months", "days": "weeks", "hours": "days",
    "minutes": "hours",
}  # fmt: skip
# our own pairs of everyday words; what code knows as synonyms is another list
_SAME = {
    "shall": "has to", "must": "has to", "will": "is going to", "should": "ought to", "provides": "gives",
    "provide": "give", "including": "among them", "approximately": "about", "such as": "for instance",
    "more than": "over", "in order to": "to", "established": "set up", "establish": "set up", "using": "by means of",
    "used": "employed", "use": "make use of", "uses": "employs", "large": "big", "larger": "bigger", "small": "little",
    "development": "building", "developed": "built", "develop": "build", "children": "young people",
    "students": "learners", "teachers": "teaching staff", "countries": "nations", "country": "nation",
    "research": "scientific work", "researchers": "scientists", "system": "machine", "systems": "machines",
    "support": "help", "supports": "helps", "supported": "helped", "report": "document", "reports": "documents",
    "increase": "rise", "increased": "rose", "reduce": "cut", "reduced": "cut", "enable": "allow", "enables": "allows",
    "across": "throughout", "within": "inside", "however": "but", "also": "too", "various": "several",
    "based on": "on the strength of", "according to": "as told by", "required": "needed", "requires": "needs",
    "require": "need",  "new": "fresh", "during": "in the course of", "published": "released",
    "publish": "release", "received": "got", "receive": "get",  "at least": "no fewer than",
    "average": "mean", "score": "mark", "scores": "marks", "government": "state", "companies": "firms",
    "people": "persons", "users": "those who use it", "total": "overall", "each": "every", "every": "each",
    "site": "centre", "sites": "centres", "limited": "capped", "may": "can", "fund": "pay for", "funds": "pays for",
    "reported": "said", "launched": "begun", "created": "made", "train": "teach", "trained": "taught",
    "training": "teaching", "data": "information", "jobs": "work", "school": "classroom", "schools": "classrooms",
}  # fmt: skip
_SHORTEST, _LONGEST = 70, 330  # characters of a sentence of a report
_LEFT_OUT = (0.1, 0.4)  # share of its other words that is left out, where it is reworded lightly, and strongly
_KEPT = re.compile(
    r"not|no|cannot|never|none|without|only|all|most|least|more|less|fewer|than|over|under|before|after|until|since|from"
)  # what a sentence does not say any more the same without
_APART = 2  # words beside a figure that stay as they are
_FEWEST = 8  # words that are left


@dataclass(frozen=True, slots=True)
class Swapped:
    """A sentence as it is true, and with one figure altered, of a `kind`; `how` it is reworded, `report` is whose."""

    kind: str
    how: str
    true: str
    false: str
    report: str


def swapped(library: Library, number: int, seed: int = 20261201) -> list[Swapped]:
    """Return so many sentences of a library's English reports, as evenly by kind as there are."""
    chance = random.Random(seed)
    by_kind: dict[str, list[tuple[Segment, str, str]]] = {}
    for report in library.catalogue.reports():
        segments = library.catalogue.stretch(report.id, 0, 1_000_000)
        said = [one for one in segments if one.kind in ("text", "item") and (report.language or "en") == "en"]
        for one in said:
            text = " ".join(one.text.split())
            near = " ".join(other.text for other in segments if abs(other.position - one.position) <= _APART)
            is_said = text.endswith(".") and text[0].isupper() and not re.search(r"http|www|Accessed|doi", text)
            if _SHORTEST <= len(text) <= _LONGEST and is_said:
                for kind, sort in _alterable(text):
                    false = _altered(text, sort, near, chance)
                    if false:
                        by_kind.setdefault(kind, []).append((one, text, false))
    found: list[Swapped] = []
    seen: set[int] = set()
    for own in by_kind.values():
        chance.shuffle(own)
    while len(found) < number and any(by_kind.values()):
        for kind in sorted(by_kind):
            while by_kind[kind]:
                segment, text, false = by_kind[kind].pop()
                if segment.id in seen:
                    continue
                is_strong = len(found) % 2
                pair = _reworded(text, false, _LEFT_OUT[is_strong], chance)
                if pair and len(found) < number:
                    seen.add(segment.id)
                    found.append(Swapped(kind, "strongly" if is_strong else "lightly", *pair, segment.report))
                    break
    return found


def _alterable(text: str) -> Iterator[tuple[str, Figure | tuple[int, int]]]:
    """Yield what of a sentence may be altered, with what sort it is."""
    for one in figures(text):
        before = re.findall(r"[^\W\d_]+", text[: one.start])
        is_name = bool(before) and (before[-1].lower() in _LABELLED or (len(before[-1]) > 1 and before[-1].isupper()))
        is_label = (is_name and text[: one.start].rstrip()[-1:].isalpha()) or _is_day(text, one)
        is_loose = text[one.start - 1 : one.start] in (" ", "$", "€") and text[one.end : one.end + 1] in (
            " ",
            ",",
            ".",
            "",
        )
        if is_label or not is_loose or one.value <= 1:
            continue
        if one.unit == "year":
            yield "year", one
        elif one.text.split()[0].lower() in _WORDS:
            yield "in words", one
        elif one.unit == "%":
            yield "share", one
        elif one.unit or re.match(r"\s(?:years?|months?|weeks?|days?|hours?|minutes?)\b", text[one.end :]):
            yield "amount", one
            if any(re.search(rf"\b{unit}\b", text[one.start : one.end + 8]) for unit in _UNITS):
                yield "unit", one
        else:
            yield "count", one
    for match in re.finditer(rf"\b(?:{'|'.join(_MONTHS)})\b", text):
        yield "month", match.span()


def _is_day(text: str, one: Figure) -> bool:
    months = "|".join(_MONTHS)
    before = re.search(rf"(?:{months})\s$", text[: one.start])
    return one.unit != "year" and bool(before or re.match(rf"\s(?:{months})\b", text[one.end :]))


def _altered(text: str, sort: Figure | tuple[int, int], near: str, chance: random.Random) -> str:
    """Return a sentence with one thing altered to what stands nowhere near it, "" where that fails."""
    if isinstance(sort, tuple):
        month = chance.choice([one for one in _MONTHS if one not in near])
        return f"{text[: sort[0]]}{month}{text[sort[1] :]}"
    start, end = sort.start, sort.end + 8
    if (
        sort.unit != "year"
        and chance.random() < 0.5
        and (unit := re.search(rf"\b(?:{'|'.join(_UNITS)})\b", text[start:end]))
    ):
        other = _UNITS[unit[0]]
        if other not in near:
            return f"{text[: start + unit.start()]}{other}{text[start + unit.end() :]}"
    words = re.match(r"[A-Za-z]+", text[start:])
    if words:
        if words[0].lower() not in _WORDS:
            return ""
        at = _WORDS.index(words[0].lower())
        others = [one for one in _WORDS[max(0, at - 3) : at + 4] if one not in near.lower() and one != words[0].lower()]
        other = chance.choice(others) if others else ""
        return f"{text[:start]}{other}{text[start + words.end() :]}" if other else ""
    number = re.search(r"\d[\d,.]*\d|\d", text[start : sort.end])
    if not number:
        return ""
    for _ in range(20):
        other = _other_number(number[0], sort.unit, chance)
        if other and other not in near and other != number[0]:
            return f"{text[: start + number.start()]}{other}{text[start + number.end() :]}"
    return ""


def _other_number(written: str, unit: str, chance: random.Random) -> str:
    plain = float(written.replace(",", ""))
    if unit == "year":
        return str(int(plain) + chance.choice((-4, -3, -2, -1, 1, 2, 3, 5)))
    value = plain * chance.choice(_TIMES)
    if unit == "%" and value > 97:
        return ""
    places = len(written.partition(".")[2])
    digits = len(written.replace(",", "").replace(".", "").rstrip("0")) or 1
    value = float(f"{value:.{max(digits, 2) - 1}e}")
    return f"{value:,.{places}f}" if "," in written or places else str(round(value))


def _reworded(true: str, false: str, most: float, chance: random.Random) -> tuple[str, str] | None:
    """Return both sentences in the same other words, `None` where too little is left."""
    mine, theirs = true.split(" "), false.split(" ")
    if len(mine) != len(theirs):
        return None
    fixed = {at for at, word in enumerate(mine) if any(map(str.isdigit, word)) or word.lower().strip(",.") in _WORDS}
    fixed |= {at for at, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one != other}
    near = {at + step for at in fixed for step in range(-_APART, _APART + 1)}
    gone = {at for at in range(1, len(mine) - 1) if at not in near and _is_spare(mine[at]) and chance.random() < most}
    pair = []
    for words in (mine, theirs):
        text = " ".join(word for at, word in enumerate(words) if at not in gone)
        text = re.sub(r" ?\((?![^)]*\d)[^)]*\)| ?\[\d+\]", "", text)
        pair.append(_moved(_in_other_words(text)))
    return (pair[0], pair[1]) if len(pair[0].split()) >= _FEWEST and pair[0] != pair[1] else None


def _is_spare(word: str) -> bool:
    return len(word) > 3 and word[-1].isalpha() and not _KEPT.fullmatch(word.lower())


def _in_other_words(text: str) -> str:
    pattern = rf"\b(?:{'|'.join(sorted(_SAME, key=len, reverse=True))})\b"
    return re.sub(pattern, lambda match: _SAME[match[0]], text)


def _moved(text: str) -> str:
    """Return a sentence with what leads it behind the rest."""
    lead, comma, rest = text.partition(", ")
    if (
        comma
        and len(lead.split()) <= 7
        and ", " not in rest
        and lead.split()[0] in ("In", "By", "At", "Since", "For", "From", "During")
    ):
        return f"{rest[0].upper()}{rest[1:].rstrip('.')} {lead[0].lower()}{lead[1:]}."
    return text
