"""Looks a planned question up: ranked passages, their segments, and the record of what was searched."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...core.shapes import Coverage, EvidenceItem, UnreadablePages
from ...core.text import fold
from ...core.types import Report, Segment
from ...language.stems import asked_terms, has_leg, same_leg, terms
from ...language.terms import KnownExpression, Meaning, Terms
from ...language.wording import NOUNS_ARE_CAPITAL
from ...models.embedder import NOBODY
from ...models.port import Asking
from ...vectorstore.index.words import WordIndex
from ...vectorstore.ranking.routing import Route, Routing
from ...vectorstore.ranking.search import HybridSearch, Ranked
from ...vectorstore.searchable import Searchable
from .definitions import definitions
from .question import Plan
from .relevance import Relevance, relevance
from .slips import corrected
from .variants import variants


def names_borne(names: Sequence[str], report: Report) -> list[str]:
    """Return the names that a report bears in its title, organisation, region or file name."""
    whole = fold(" ".join(filter(None, (report.title, report.organisation, report.region, report.file))))
    return [name for name in names if fold(name) in whole]


PASSAGES = 30  # passages whose segments are looked at
_SPARE = 10  # further ones, for those that are contents lists and the like
_OF_EACH = 2  # passages of every report, where all of them are asked
_OF_A_LANGUAGE = 3  # passages of the reports in each language that is not the question's
_OF_ALL = 240  # passages of all reports together, at least one of each
_UNKNOWN = "unknown"  # the language of a report that is in none we know, or has too few words
_LOOKED_AT = 50  # passages with the letters of an acronym
_LISTED = 20  # passages that an answer lists as its evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a search brought: passages best first, their segments in reading order, and the scope it searched.

    `asides` score what was searched for besides: parts that a first draft had missed, or other legs of the
    question. `parts` is what each leg of a question brought, by name, where it has any. `beyond` is what a draft may be
    shown besides, and nobody quotes by itself: what a longer search found first, then that of all reports, if narrowed.
    """

    plan: Plan
    ranked: tuple[Ranked, ...]
    segments: tuple[Segment, ...]
    reports: dict[str, Report]
    relevance: Relevance
    coverage: Coverage
    asides: tuple[Relevance, ...] = ()
    parts: dict[str, "Evidence"] = field(default_factory=dict)
    beyond: tuple["Evidence", ...] = ()

    def items(self) -> list[EvidenceItem]:
        """Return the ranked passages as an answer lists them."""
        return [
            EvidenceItem(
                passage=item.passage.id, report=item.passage.report, file=self.reports[item.passage.report].file,
                locator=item.passage.locator, score=item.passage.score,
            )
            for item in self.ranked[:_LISTED]
        ]  # fmt: skip


def look_up(
    library: Searchable, plan: Plan, table: Terms | None = None, asking: Asking | None = NOBODY, most: int = PASSAGES
) -> Evidence:
    """Search the plan's scope with all its queries and with what `table` (the shipped one) knows to say the same.

    Each query has so many passages at `most`; a plan that asks all reports has each searched by itself besides. Raises
    UsageError when a filter of the scope matches no report.
    """
    with library.reading() as ranker:
        return _looked_up(library, ranker, plan, table or Terms.load(), asking, most)


def _looked_up(
    library: Searchable, ranker: HybridSearch, plan: Plan, table: Terms, asking: Asking | None, most: int
) -> Evidence:
    everything = library.catalogue.reports()
    scope = library.in_scope(plan.scope)
    narrowed = len(scope) < len(everything)
    within = {report.id for report in scope} if narrowed else None
    held = {report.id: report for report in scope}
    languages = tuple(dict.fromkeys([plan.language, *(report.language for report in scope)]))
    plan, routes, slips = _routed(ranker, plan, within)
    table = _with_own(library, ranker.words, plan, table)
    known = {query: table.known(query, plan.language) for query in plan.queries}
    meant = {name for route in routes for name in route.named} if all(route.named for route in routes) else set()
    best: dict[str, Ranked] = {}
    for query in plan.queries:
        also = _others(known[query], languages)
        found = ranker.rank(query, most + _SPARE, reports=within, language=plan.language, also=also, asking=asking)
        found = _telling(library, plan, found)[:most]
        apart, each = _apart(plan, [one for one in scope if one.id in meant] if meant else scope)
        hits = {
            hit.passage: hit.score
            for group in apart
            for hit in ranker.words.search(query, plan.language, each, group, also=also)
        }
        found += _telling(
            library, plan, _beside(library, ranker, hits, found, ranker.words.reach(query, plan.language))
        )
        for item in found:
            seen = best.get(item.passage.id)
            if item.passage.report in held and (seen is None or seen.passage.score < item.passage.score):
                best[item.passage.id] = item
    ranked = sorted(best.values(), key=lambda item: -item.passage.score)
    segments = library.catalogue.segments_of([item.passage.id for item in ranked])
    expressions = [one for query in plan.queries for one in known[query]]
    plan = replace(plan, names=_proper(plan, expressions, scope))
    of_question = {
        "absent_words": _absent(library, ranker.words, plan, expressions, scope, within),
        "narrowed_to": _meant(ranker, plan, within, held), "corrected": slips, "unknown_names": _unknown(ranker, plan),
    }  # fmt: skip
    searched = _searched(library, ranker if asking else None, plan, scope, ranked, narrowed, expressions)
    return Evidence(
        plan, tuple(ranked), tuple(segments), held, relevance(plan, ranker.words, table, expressions, languages),
        searched.model_copy(update=of_question),
    )  # fmt: skip


def _routed(
    ranker: HybridSearch, plan: Plan, within: Collection[str] | None
) -> tuple[Plan, list[Route], dict[str, str]]:
    """Return the plan without names of reports nor slips, where its queries lead, and the slips with what was meant.

    What names a report is no slip, whatever it looks like.
    """
    routes = [ranker.routing.route(query, within) for query in plan.queries]
    led = _beside_names(plan, routes, ranker.routing)
    led, slips = corrected(ranker.words, led)
    if slips:
        routes = [ranker.routing.route(query, within) for query in led.queries]
        led = _beside_names(led, routes, ranker.routing)
    return led, routes, slips


def _with_own(library: Searchable, words: WordIndex, plan: Plan, table: Terms) -> Terms:
    """Return the table with what the collection itself writes in two ways: its acronyms, hyphens and spellings."""
    table = table.beside(variants(words, plan))
    known = [one for query in plan.queries for one in table.known(query, plan.language)]
    return table.beside(definitions(library, words, plan, known))


def _beside_names(plan: Plan, routes: Sequence[Route], routing: Routing) -> Plan:
    """Return the plan without the words that name the reports to be searched, and without the years these are of.

    They led there, and need not stand in the sentence that answers.
    """
    if not routes or plan.form in ("count", "absence") or not all(route.named for route in routes):
        return plan
    borne = {str(year) for route in routes for name in route.named if (year := routing.year(name)) is not None}
    left = {term for route in routes for term in asked_terms(route.query, plan.language)}
    pairs = [
        (term, spelled)
        for term, spelled in zip(plan.terms, plan.spelled, strict=True)
        if term in left and spelled not in borne
    ]
    if not pairs:
        return plan
    said = {word for route in routes for word in fold(route.query).split()}
    return replace(
        plan, terms=tuple(term for term, _ in pairs), spelled=tuple(spelled for _, spelled in pairs),
        names=tuple(name for name in plan.names if fold(name) in said),
        years=tuple(year for year in plan.years if year not in borne),
    )  # fmt: skip


def _telling(library: Searchable, plan: Plan, found: Sequence[Ranked]) -> list[Ranked]:
    """Return the passages that say something, or are of a kind that is asked for: no contents list, no works cited.

    Such a passage holds nothing else.
    """
    kinds = library.catalogue.apart([item.passage.id for item in found])
    return [item for item in found if kinds.get(item.passage.id) in (None, *plan.apart)]


def _meant(
    ranker: HybridSearch, plan: Plan, within: Collection[str] | None, held: dict[str, Report]
) -> list[str]:  # fmt: skip
    """Return what the question itself narrowed the search to: regions and organisations, or the reports it names."""
    named = {name for query in plan.queries for name in ranker.routing.route(query, within).named}
    return [*plan.narrowed_to, *sorted(held[name].file for name in named if name in held and len(named) < len(held))]


def _unknown(ranker: HybridSearch, plan: Plan) -> list[str]:
    """Return the names in a question that lead to no report and stand in none; words in a row are one name.

    What stands somewhere may be a thing that reports speak of. Where all nouns have capitals, no name can be told.
    """
    names: list[str] = []
    for name in () if plan.language in NOUNS_ARE_CAPITAL else plan.names:
        if names and f"{names[-1]} {name}" in plan.question:
            names[-1] = f"{names[-1]} {name}"
        else:
            names.append(name)
    return [
        name
        for name in names
        if not name.isupper()
        and not any(ranker.words.search(word, plan.language, 1) for word in name.split())
        and not ranker.routing.leads_to(name)
    ]


def _proper(plan: Plan, known: Sequence[KnownExpression], scope: Sequence[Report]) -> tuple[str, ...]:
    """Return the names of a plan but those that are terms of the field, which a report may say in other words.

    What a report bears in its own title or file name stays a name, acronyms aside: "AI" is in many titles.
    """
    common = {term for one in known for term in one.terms}
    borne = {name for report in scope for name in names_borne(plan.names, report) if not name.isupper()}
    return tuple(
        name for name in plan.names if name in borne or not common.issuperset(asked_terms(name, plan.language))
    )


def _others(known: Iterable[KnownExpression], languages: Sequence[str | None]) -> list[Meaning]:
    """Return the other expressions for what is known of a query, in the languages of the reports, each meaning once."""
    found = {one.meaning: one.others(languages) for one in known}
    return [meaning for meaning in found.values() if meaning]


def _apart(plan: Plan, scope: Sequence[Report]) -> tuple[list[list[str]], int]:
    """Return the reports that are searched by themselves too, in groups, and how many passages are taken of each.

    Where all are asked, each report is a group, else each language that is not the question's: few of its words stand
    in those reports, and others would crowd them out. A group costs well under a millisecond; the meaning leg, slow
    behind a filter, has its say on the whole scope alone.
    """
    if plan.asks_all:
        return [[report.id] for report in scope], max(1, min(_OF_EACH, _OF_ALL // max(1, len(scope))))
    foreign: dict[str, list[str]] = {}
    for report in scope:
        if report.language and not same_leg(report.language, plan.language):
            foreign.setdefault(report.language, []).append(report.id)
    return list(foreign.values()), _OF_A_LANGUAGE


def _beside(
    library: Searchable, ranker: HybridSearch, hits: dict[str, float], found: Sequence[Ranked], reach: float
) -> list[Ranked]:
    """Return those of the passages hit by words that were not found yet, on the scale of those that were."""
    new = library.catalogue.passages(list(hits.keys() - {item.passage.id for item in found}))
    shares = {passage.report: ranker.share_of(passage.report, found, reach) for passage in new.values()}
    scores = {name: min(1.0, shares[passage.report] * hits[name] / reach) for name, passage in new.items()}
    return [Ranked(replace(passage, score=round(scores[name], 4)), hits[name], 0.0) for name, passage in new.items()]


def merge(first: Evidence, second: Evidence) -> Evidence:
    """Return the evidence of two searches as one, the first plan leading: it says which reports are asked."""
    more = [item for item in second.ranked if item.passage.report in first.reports]
    ranked = {item.passage.id: item for item in (*more, *first.ranked)}
    found = (segment for segment in second.segments if segment.report in first.reports)
    segments = {segment.id: segment for segment in (*first.segments, *found)}
    queries = list(dict.fromkeys([*first.coverage.queries, *second.coverage.queries]))
    hits = len({item.passage.report for item in ranked.values()})
    return replace(
        first,
        ranked=tuple(sorted(ranked.values(), key=lambda item: -item.passage.score)),
        segments=tuple(sorted(segments.values(), key=lambda segment: (segment.report, segment.position))),
        coverage=first.coverage.model_copy(update={"queries": queries, "reports_with_hits": hits}),
        asides=(*first.asides, second.relevance),
    )


def _searched(
    library: Searchable, ranker: HybridSearch | None, plan: Plan, scope: Sequence[Report], ranked: Sequence[Ranked],
    narrowed: bool, known: Sequence[KnownExpression],
) -> Coverage:  # fmt: skip
    """Return which reports were searched with which queries, and what could not be: no word of the question itself."""
    counts = library.catalogue.passage_counts()
    unreadable = library.catalogue.unreadable({report.id for report in scope} if narrowed else None)
    pending = [UnreadablePages(file=file) for file in library.unsearchable()]
    readable = [report for report in scope if counts.get(report.id)]
    hit = {item.passage.report for item in ranked}
    others = _others(known, [plan.language, *(report.language for report in readable)])
    also = {expression.text.casefold(): expression.text for meaning in others for expression in meaning}
    return Coverage(
        reports_searched=len(readable),
        reports_with_hits=len(hit),
        queries=[*plan.queries, *also.values()],
        unreadable=[*unreadable, *pending],
        languages_uncovered=_uncovered(plan, readable, known, ranker),
    )


def _uncovered(
    plan: Plan, readable: Sequence[Report], known: Sequence[KnownExpression], ranker: HybridSearch | None
) -> list[str]:
    """Return the languages no search was made in: the question's, if it has no leg, and those of reports.

    A report whose language nobody could tell counts as "unknown". A report in another language than the question is
    covered where the table says every word of the question in it; names and numbers are the same in all. `ranker`
    covers the languages whose meaning it compares.
    """
    spoken = {report.language or _UNKNOWN for report in readable}
    foreign = {language for language in spoken if not same_leg(language, plan.language)}
    same = {term for name in (*plan.names, *plan.years) for term in terms(name, plan.language, plan.acronyms)}
    wanted = [term for term in plan.terms if term not in same and not term[0].isdigit()]
    compared = {
        language
        for language in {*foreign, plan.language}
        if ranker and ranker.covers(plan.language, [one for one in readable if one.language == language])
    }
    mute = {
        language
        for language in foreign - compared
        if not has_leg(language)
        or not all(any(term in one.terms and one.speaks(language) for one in known) for term in wanted)
    }
    return sorted(mute if has_leg(plan.language) or plan.language in compared else {*mute, plan.language})


def _absent(
    library: Searchable,
    words: WordIndex,
    plan: Plan,
    known: Sequence[KnownExpression],
    scope: Sequence[Report],
    within: Collection[str] | None,
) -> list[str]:
    """Return the question's words that no passage in scope holds, in any of its forms or in other expressions.

    A year is not absent where a report is of it; that a word of any question is absent says nothing.
    """
    absent = []
    counts = words.rarity(plan.terms, plan.language) if within is None else {}
    dates = {report.date[:4] for report in scope if report.date}
    for term, spelled in zip(plan.terms, plan.spelled, strict=True):
        fits_any = term in plan.generic and not plan.generic.issuperset(plan.terms)
        if spelled in dates or fits_any or (counts.get(term) and not term.isupper()):
            continue
        also = [one.expressions for one in known if term in one.terms]
        if term.isupper():
            if _written_so(library, words, plan, term, within) or words.search("", plan.language, 1, within, also=also):
                continue
        elif words.search(spelled, plan.language, 1, within, also=also):
            continue
        absent.append(spelled)
    return list(dict.fromkeys(absent))


def _written_so(
    library: Searchable, words: WordIndex, plan: Plan, acronym: str, within: Collection[str] | None
) -> bool:  # fmt: skip
    """Tell whether one of the passages that hold an acronym's letters as a word writes them with a capital."""
    hits = [hit.passage for hit in words.search(acronym, plan.language, _LOOKED_AT, within)]
    titles = {report.id: report.title for report in library.catalogue.reports()}
    return any(
        acronym in terms(" ".join((titles.get(one.report, ""), *one.locator.path, one.text)), None, (acronym,))
        for one in library.catalogue.passages(hits).values()
    )
