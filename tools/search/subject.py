"""Understands a question that leans on the one before it, by code: "and in Japan?", "since when?", "and cooling?".

Three rules, tried in this order: a bare region, organisation or year takes the place of the one asked about before; a
bare question word asks it of the old topic; and what is new is asked of the old topic, whose words help to rank but
need not be found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core.text import fold, one_line
from ...core.types import EVERYTHING, Report, Scope
from ...language.joint import either, pattern, vocabulary
from ...language.languages import STOP_WORDS, guess_language
from ...language.places import INHABITANTS, REGION_NAMES, canonical_region, region_parts
from ...language.stems import content_terms
from ...language.years import YEAR
from .form import form_of
from .kind import Expected
from .question import Plan, plan_question
from .reaction import Reaction

_LEAD = pattern(
    "dialogue.leads_on",
    lead=rf"^\W*(?:{either('dialogue.joint')}\b[\s,]*)?¿?\s*",
    end=rf"\b\s*|^\W*{either('dialogue.only_joint')}\b[\s,]*",
)
_POINTS = pattern("dialogue.points", lead="", end="")
_NO_ANTECEDENT = pattern("dialogue.points_on")  # "Is it legal to …", "does it matter whether …"
_OF_A_VERB = pattern("dialogue.of_a_verb", lead=r"^\W*")
_OF_A_NUMBER = pattern("dialogue.of_a_number", lead=r"^\W*")
_ASKING = frozenset(vocabulary("dialogue.asking"))
_EMPTY = frozenset(vocabulary("dialogue.filling"))
_BEFORE_A_NAME = frozenset(vocabulary("dialogue.before_a_name"))
_QUALIFYING = frozenset(vocabulary("reaction.qualifying"))
_WHEN = pattern("question.when")
_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*")
_LONGEST_ASKING = 5  # words of a bare question
_LONGEST = 300  # characters of a topic
_PARALLEL = 3  # last letters that two nouns for the same role share: deployers, providers
_MOST_SWAPPED = 2  # words of what takes the place of one word


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question asks, understood by itself.

    `question` says it to people and ranks passages; only the words of `needed` have to be found. `about` is the topic
    that something new is asked of, and `expects` what a bare question word asks for ("" where `needed` says it).
    """

    question: str
    needed: str
    about: str = ""
    expects: Expected | None = None

    @classmethod
    def plain(cls, question: str) -> "Subject":
        """Return the subject of a question that stands by itself."""
        return cls(question, question)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place, institution or year at `start:end` of a text; an adjective ("French") is of the place `name`."""

    start: int
    end: int
    is_year: bool
    name: str
    is_adjective: bool = False


def plan_subject(subject: Subject, reports: Sequence[Report], scope: Scope = EVERYTHING) -> Plan:
    """Return the plan of a subject: passages are ranked by all it says, and have to hold what is needed."""
    whole = plan_question(subject.question, reports, scope)
    if subject.needed == subject.question:
        return whole
    plan = plan_question(subject.needed, reports, scope)
    return replace(
        plan, question=subject.question, queries=(subject.question,), scope=whole.scope, narrowed_to=whole.narrowed_to,
        names=tuple(name for name in whole.names if name in subject.needed), years=whole.years,
        expects=subject.expects or plan.expects,
    )  # fmt: skip


def refers_back(question: str) -> bool:
    """Tell whether the words of a question point to something said before, as far as they show it."""
    lead = _LEAD.match(question)
    return bool(lead and lead.group().strip()) or _is_bare(question) or _pronoun(question)


def follow_up(said: str, before: Subject, reports: Sequence[Report]) -> Subject | None:
    """Return what a question means after the one before it, `None` where it stands by itself or cannot be told."""
    lead = _LEAD.match(said)
    rest = said[lead.end() :] if lead else said
    rest = one_line(rest).strip(" ?？!.¿,")
    if not rest or not _topic(before):
        return None
    new = _mentions(rest, reports)
    content = _content(_without(rest, new))
    short = len(_WORD.findall(rest)) <= len(_words_of(rest, new)) + 2
    if new and not content and (lead or _pronoun(said) or short):
        return _elsewhere(before, rest, new, reports)
    leads_on = lead or (said.rstrip().endswith("?") and len(_WORD.findall(rest)) <= _MOST_SWAPPED)
    if leads_on and (swapped := _swapped(before, rest)):
        return swapped
    if _is_bare(rest):
        return _bare(rest, before, plan_question(rest, reports).expects)
    if content and (_pronoun(said) or (leads_on and not _stands_alone(rest, content))):
        moved = _elsewhere(before, rest, new, reports) if new else before
        topic = _topic(moved)
        spoken = lead.group().strip() if lead and len(lead.group().split()) > 1 else "what about"
        asked = rest if _asks(rest) else f"{spoken} {rest}"
        return Subject(f"{_sentence(asked)} ({topic})", _without(rest, new), about=topic)
    return Subject.plain(_sentence(rest)) if lead and content else None


def amended(reaction: Reaction, before: Subject, reports: Sequence[Report]) -> Subject | None:
    """Return the last question, asked of what a reaction means instead or alone; `None` where that cannot be told."""
    old = before.question.rstrip(" ?？!.")
    if reaction.kind == "others":
        elsewhere = _without(old, [one for one in _mentions(old, reports) if not one.is_year])
        return None if elsewhere == old else Subject.plain(_sentence(elsewhere))
    lead = _LEAD.match(reaction.rest)
    rest = reaction.rest[lead.end() :].strip() if lead else reaction.rest
    new = _mentions(rest, reports)
    content = _content(_without(rest, new))
    if reaction.kind == "compared":
        against = rest if not new else " ".join(rest[one.start : one.end] for one in new)
        joint = reaction.lead if form_of(f"{old} {reaction.lead} {against}") == "table" else "versus"
        return Subject.plain(_sentence(f"{old} {joint} {against}"))
    if new and not content:
        return _elsewhere(before, rest, new, reports)
    if not content:
        return None
    if reaction.kind == "narrowed" or rest.split()[0].lower() in _QUALIFYING:
        return Subject.plain(_sentence(f"{old} ({rest})"))
    if _stands_alone(rest, content):
        return Subject.plain(_sentence(rest))
    asking = _asking_words(old)
    return _swapped(before, rest) or Subject.plain(_sentence(f"{asking} {rest}" if asking else rest))


def _asking_words(question: str) -> str:
    """Return the words that a question begins with to ask: "how many", "when"."""
    kept = []
    for word in _WORD.findall(question):
        if word.lower() not in _ASKING:
            break
        kept.append(word)
    return " ".join(kept)


def _swapped(before: Subject, rest: str) -> Subject | None:
    """Return the last question with one word exchanged for what `rest` says, where they are of one kind.

    That is a name for a name, a word for itself with more before it, or a role for a role.
    """
    words = _WORD.findall(rest)
    if not 0 < len(words) <= _MOST_SWAPPED or before.needed != before.question:
        return None
    held = list(_WORD.finditer(before.question))[1:]
    small = _small_words(before.question) | _ASKING
    held = [word for word in held if word.group().lower() not in small]
    last = words[-1].lower()
    if len(words) > 1:
        same = [word for word in held if word.group().lower() == last]
    elif words[0][0].isupper():
        same = [word for word in held if word.group()[0].isupper() and not word.group().isupper()]
    else:
        same = [word for word in held if _parallel(word.group().lower(), last)]
    if not same or last in {word.group().lower() for word in held if len(words) == 1}:
        return None
    old = same[-1]
    return Subject.plain(f"{before.question[: old.start()]}{rest}{before.question[old.end() :]}")


def _parallel(one: str, other: str) -> bool:
    return one != other and min(len(one), len(other)) > _PARALLEL + 1 and one[-_PARALLEL:] == other[-_PARALLEL:]


def _bare(rest: str, before: Subject, expects: Expected) -> Subject:
    """Return what a bare question word asks of the old topic."""
    wanted: Expected | None = "date" if _WHEN.search(rest) else None if expects == "anything" else expects
    if before.about:
        asked = f"{_sentence(rest)[:-1]}: {before.needed}? ({before.about})"
        return Subject(asked, before.needed, before.about, wanted)
    topic = _topic(before)
    return Subject(f"{_sentence(rest)} ({topic})", topic, expects=wanted)


def _stands_alone(rest: str, content: Sequence[str]) -> bool:
    """Tell whether what follows "and" is a whole question of its own."""
    return _asks(rest) and len(content) > 1


def _asks(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return False
    if words[0] in _BEFORE_A_NAME and len(words) > 2 and words[1] in _ASKING:  # "at what stage"
        return True
    return words[0] in _ASKING or (len(words) > 2 and words[0] in _small_words(text) - _BEFORE_A_NAME)


def _small_words(text: str) -> frozenset[str]:
    """Return the words without content of a text's language; of one that has no list, the English ones."""
    return STOP_WORDS.get(guess_language(text) or "en", STOP_WORDS["en"])


def _is_bare(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(_LEAD.sub("", text, count=1))]
    return 0 < len(words) <= _LONGEST_ASKING and all(word in _ASKING or word in _EMPTY for word in words)


def _pronoun(text: str) -> bool:
    """Tell whether a text points back: nothing in it that a pronoun could stand for comes before the pronoun."""
    found = _POINTS.search(text)
    if found is None or _NO_ANTECEDENT.search(text):
        return False
    before = text[: found.start()]
    if found["pronoun"] is None and found["owner"] is None:
        return True
    if any(word[0].isupper() for word in _WORD.findall(before)[1:]):
        return False
    # One word may be the verb, as in "who pays for it"; what owns something often comes right before it.
    likely = _OF_A_VERB.match(text) and not _OF_A_NUMBER.match(text)
    return len(_content(before)) <= (1 if found["pronoun"] or likely else 0)


def _content(text: str) -> list[str]:
    language = guess_language(text) or "en"
    words = " ".join(word for word in _WORD.findall(_POINTS.sub(" ", text)) if word.lower() not in _EMPTY | _ASKING)
    return content_terms(words, language)


def _topic(before: Subject) -> str:
    """Return what the question before was about: itself, without the words that ask, or what those were asked of."""
    if before.about:
        return before.about
    text = one_line(before.needed).strip(" ?？!.¿")
    words = _small_words(text) | _ASKING
    kept = text
    while (first := _WORD.match(kept)) and first.group().lower() in words and first.end() < len(kept):
        kept = kept[first.end() :].lstrip(" ,")
    return (kept or text)[:_LONGEST]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}?"


def _elsewhere(before: Subject, rest: str, new: Sequence[_Mention], reports: Sequence[Report]) -> Subject:
    """Return a subject with what `rest` names in the place of what it named before."""
    question, about = before.question, before.about
    for mention in new:
        question = _put(question, rest, mention, reports)
        about = _put(about, rest, mention, reports) if about else ""
    if before.needed == before.question:
        return replace(before, question=question, needed=question)
    # What is asked of a topic holds for its new place; a topic by itself carries the place in its words.
    needed = before.needed
    for mention in () if about else new:
        needed = _put(needed, rest, mention, reports)
    return replace(before, question=question, needed=needed, about=about)


def _put(text: str, rest: str, new: _Mention, reports: Sequence[Report]) -> str:
    """Return a text that asks about another place or year: in its old one's stead, else at its end."""
    said = rest[new.start : new.end] if not new.is_adjective else new.name
    old = [mention for mention in _mentions(text, reports) if mention.is_year == new.is_year]
    if old and not old[-1].is_adjective:
        return f"{text[: old[-1].start]}{said}{text[old[-1].end :]}"
    if old:
        text = f"{text[: old[-1].start]}{text[old[-1].end :].lstrip()}"
    end = re.search(r"[\s?？.!)]*$", text)
    at = end.start() if end else len(text)
    return f"{text[:at]} in {said}{text[at:]}"


def _without(text: str, mentions: Sequence[_Mention]) -> str:
    """Return a text without the places and years in it, nor the small words before them."""
    kept = text
    for mention in sorted(mentions, key=lambda item: -item.start):
        head = kept[: mention.start].rstrip()
        while (last := re.search(r"[^\W_]+$", head)) and last.group().lower() in _BEFORE_A_NAME:
            head = head[: last.start()].rstrip()
        kept = f"{head} {kept[mention.end :].lstrip()}".strip()
    return kept


def _words_of(text: str, mentions: Sequence[_Mention]) -> list[str]:
    return [word for mention in mentions for word in _WORD.findall(text[mention.start : mention.end])]


def _mentions(text: str, reports: Sequence[Report]) -> list[_Mention]:
    """Return the regions and organisations that the library holds and the years, as a text names them, in order."""
    held = {part for report in reports for part in region_parts(report.region)}
    ways = {name: name for name in held}
    ways |= {way: name for way, name in REGION_NAMES.items() if canonical_region(name) in held}
    people = {way: name for way, name in INHABITANTS.items() if canonical_region(name) in held}
    organisations = {fold(report.organisation) for report in reports if report.organisation}
    names = sorted({*ways, *people, *organisations}, key=len, reverse=True)
    folded = "".join(fold(char) if len(fold(char)) == 1 else char for char in text)
    found: list[_Mention] = [_Mention(*year.span(), True, year.group()) for year in YEAR.finditer(text)]
    for name in names:
        for match in re.finditer(rf"(?<!\w){'' if name in people else '(?:the )?'}{re.escape(name)}(?![\w-])", folded):
            said = text[match.start() : match.end()]
            # "us" is also a pronoun: the short form counts in capitals alone.
            if name == "us" and not said.endswith("US"):
                continue
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                place = people.get(name, "") if name in people else ""
                found.append(_Mention(match.start(), match.end(), False, place.title(), bool(place)))
    return sorted(found, key=lambda mention: mention.start)
