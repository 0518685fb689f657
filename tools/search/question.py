"""Reads a question, by code: what kind it is, which reports it names, and which of its words have to be found."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...core.text import fold
from ...core.types import EVERYTHING, Report, Scope, SegmentKind
from ...language.joint import pack, pattern, vocabulary
from ...language.languages import guess_language, has_cjk
from ...language.numbers import powers
from ...language.places import CAPITALISED, canonical_region, region_parts, ways_to_name_regions
from ...language.stems import asked_terms, content_terms, terms, without_cjk, words
from ...language.wording import POSSESSIVE
from ...language.years import YEAR, years
from ...vectorstore.scope import in_scope
from .form import Form, asks_change, form_of, framed
from .kind import Expected, QuestionKind, asking, expected_of, gives, kind_of

_WORKS = pattern("question.works")
_OUTLINE = pattern("question.outline")
_AGAINST = pattern("question.against")
# What is compared, or what of it: the topic is the other words.
_COMPARED = " ".join(vocabulary("question.compared"))
_OF_WORKS = " ".join(vocabulary("question.of_works"))
_CHANGING = " ".join(vocabulary("question.changing"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for and where.

    `terms` are the analysed content words, without the names that set the scope; `spelled` are the same words as the
    question writes them. `cues` are analysed words that are welcome in an answer, never needed.
    `apart` are the kinds of segments asked for that are no answer's words else: works cited, contents lists.
    `form` is the shape of the answer. `per_report` bounds the quotes taken of one report. The language of a script that
    no search is made for is the script's name ("greek"). `sides` are the regions and organisations that a question
    names beside one another, each with its own scope. `generic` are those of the terms that would fit any question.
    """

    question: str
    kind: QuestionKind
    expects: Expected
    language: str
    queries: tuple[str, ...]
    terms: tuple[str, ...]
    spelled: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[str, ...]
    scope: Scope
    narrowed_to: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    per_report: int = 3
    form: Form = "prose"
    apart: tuple[SegmentKind, ...] = ()
    sides: tuple[tuple[str, Scope], ...] = ()
    generic: frozenset[str] = frozenset()

    @property
    def acronyms(self) -> frozenset[str]:
        """Those of the terms that are acronyms: they count where a text writes them with a capital."""
        return frozenset(filter(str.isupper, self.terms))

    @property
    def asks_all(self) -> bool:
        """Whether every report in scope has to be asked, not those alone that fit best."""
        return self.kind != "lookup"


def plan_question(question: str, reports: Sequence[Report], scope: Scope = EVERYTHING) -> Plan:
    """Return the plan for a plain question that stands by itself.

    Regions and organisations that the question names and the library holds narrow the scope, unless the caller has
    narrowed it to them already.
    """
    language = guess_language(question) or _script(question) or _only_language(reports) or "en"
    form = form_of(question)
    kind = kind_of(question) if form == "prose" else "overview"
    # A look-up that names a country may be about it: only what people said of their reports narrows it.
    known = _told_by_people if kind == "lookup" else _told
    regions, used = _regions(question, known(reports, "region")) if not (scope.regions or scope.reports) else ((), ())
    if len(regions) == 1 and _AGAINST.search(question):
        regions = ()  # it is the others that are asked for
    organisations, more = (
        _organisations(question, known(reports, "organisation"))
        if not (scope.organisations or scope.reports)
        else ((), ())
    )
    meant, sides = _side_by_side(scope, regions, organisations, reports)
    named = {canonical_region(part): part.strip() for one in reports for part in (one.region or "").split("/")}
    plainly = _with_whole_years(question)
    spoken = set(content_terms(" ".join((*used, *more)), language))
    own = pack(language)
    framing = set(content_terms(" ".join(own.question.framing), language)) if own else set()
    framing |= set(content_terms(" ".join(own.question.collection), language)) if own and kind == "overview" else set()
    framing |= set(content_terms(_COMPARED, language)) if form == "table" else set()
    framing |= set(content_terms(_CHANGING, language)) if form == "table" and asks_change(question) else set()
    framing |= set(content_terms(framed(question), language)) if form in ("count", "absence") else set()
    framing |= set(content_terms(_OF_WORKS, language)) if "reference" in _apart(question) else set()
    content = asked_terms(POSSESSIVE.sub("", plainly), language)
    lasting = [term for term in content if not _is_of(framing, term, language)]
    wanted = [term for term in lasting if not _is_of(spoken, term, language)] or lasting or content
    generic = set(content_terms(" ".join([*(own.question.generic if own else ()), asking(plainly)]), language))
    return Plan(
        question=question,
        kind=kind,
        expects=expected_of(question),
        language=language,
        queries=(question,),
        terms=tuple(wanted),
        spelled=tuple(_spelled(plainly, term, language) for term in wanted),
        names=tuple(_names(plainly, (*used, *more))),
        years=tuple(dict.fromkeys(YEAR.findall(plainly))),
        scope=meant,
        narrowed_to=(*(named[region] for region in regions), *organisations),
        form=form,
        apart=_apart(question),
        sides=tuple((named.get(name, name), one) for name, one in sides),
        generic=frozenset(generic.intersection(wanted)),
    )


def is_of_kind(text: str, plan: Plan) -> bool:
    """Tell whether a text has a figure or a date, other than those of the question, where it asks for one."""
    return plan.expects not in ("figure", "date") or gives(plan.expects, text, plan.question, plan.language)


def _is_of(terms_of: set[str], term: str, language: str) -> bool:
    """Tell whether a term is one of some; an acronym is where it would be as a word."""
    return term in terms_of or (term.isupper() and not terms_of.isdisjoint(terms(term, language)))


def _told(reports: Sequence[Report], field: str) -> list[Report]:
    return [report for report in reports if getattr(report, field)]


def _told_by_people(reports: Sequence[Report], field: str) -> list[Report]:
    """Return the reports whose field a manifest or a person filled in; what a file says of itself may be wrong."""
    return [one for one in _told(reports, field) if field not in one.found or one.found[field].is_certain]


def _apart(question: str) -> tuple[SegmentKind, ...]:
    asked: list[SegmentKind] = ["reference"] if _WORKS.search(question) else []
    return (*asked, "contents") if _OUTLINE.search(question) else tuple(asked)


def _with_whole_years(question: str) -> str:
    """Return a question with "FY17" as 2017: a report about that year need not print the short form."""
    for year in reversed(years(question, yearly=True)):
        if not YEAR.search(question[year.start : year.end]):
            question = f"{question[: year.start]}{year.year}{question[year.end :]}"
    return question


def _only_language(reports: Sequence[Report]) -> str | None:
    """Return the language of all reports, if it is one: a question of a few bare words is in it, too."""
    languages = {report.language for report in reports if report.language}
    return languages.pop() if len(languages) == 1 else None


def _script(text: str) -> str | None:
    """Return the name of the script that most letters of a text are of, if it is not a Latin one."""
    scripts = Counter(unicodedata.name(char, "?").partition(" ")[0].lower() for char in text if char.isalpha())
    (script, _), *_ = scripts.most_common(1) or [("latin", 0)]
    return None if script in ("latin", "fullwidth") else script


def _regions(question: str, reports: Sequence[Report]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the regions named that the library holds, and the words that named them, longest names first."""
    held = {part for report in reports for part in region_parts(report.region)}
    ways = ways_to_name_regions(reports)
    rest, found, used = f" {fold(question)} ", [], []
    for way in sorted(ways, key=len, reverse=True):
        region = ways[way]
        whole = rf"(?<!\w){re.escape(way)}(?!\w)"
        # "us" is also a pronoun: the short form counts only as it is written, in capitals.
        named = re.search(r"\bU\.?S\.?A?\b", question) if way in ("us", "usa", "u.s.") else re.search(whole, rest)
        if way in CAPITALISED and named and not _is_capitalised(way, question):
            continue
        if region in held and named:
            rest = re.sub(whole, " ", rest)
            used.append(way)
            if region not in found:
                found.append(region)
    return tuple(found), tuple(used)


def _is_capitalised(way: str, question: str) -> bool:
    return any(word[0].isupper() and fold(word).startswith(way.split()[0]) for word in words(question))


def _side_by_side(
    scope: Scope, regions: tuple[str, ...], organisations: tuple[str, ...], reports: Sequence[Report]
) -> tuple[Scope, tuple[tuple[str, Scope], ...]]:
    """Return the scope that a question's regions and organisations mean together, and each by itself where they part.

    An issuer of a region that is named is meant alone; one from elsewhere is meant beside the region.
    """
    narrowed = replace(scope, regions=regions or scope.regions, organisations=organisations or scope.organisations)
    each = {name: replace(scope, organisations=(name,)) for name in organisations}
    each |= {name: replace(scope, regions=(name,)) for name in regions}
    if not (regions and organisations):
        return narrowed, ()
    held = {name: {report.id for report in in_scope(reports, one)} for name, one in each.items()}
    there = set[str]().union(*(held[name] for name in regions))
    if all(held[name] & there for name in organisations):
        return narrowed, ()
    return replace(scope, reports=tuple(sorted(set[str]().union(*held.values())))), tuple(each.items())


def _organisations(question: str, reports: Sequence[Report]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    folded = fold(question)
    named = sorted({report.organisation for report in reports if report.organisation}, key=len, reverse=True)
    found = tuple(name for name in named if len(name) > 3 and fold(name) in folded)
    return found, found


def _spelled(question: str, term: str, language: str) -> str:
    """Return the word of a question that a term comes from; of Japanese and Chinese, the characters themselves."""
    if has_cjk(term):
        return term
    short = [term] if term.isupper() else []
    return next((word for word in words(without_cjk(question)) if term in terms(word, language, short)), term)


def _names(question: str, used: Iterable[str]) -> list[str]:
    """Return the proper names and acronyms of a question: capitals after its first word, or inside a word."""
    scope_words = {word for name in used for word in fold(name).split()}
    words = re.findall(r"[^\W_][\w.-]*[^\W_]|[^\W_]", without_cjk(question))
    return [
        word
        for position, word in enumerate(words)
        if fold(word) not in scope_words
        and not powers(word)
        and ((position and word[0].isupper()) or any(char.isupper() for char in word[1:]))
    ]
