"""Splits a question into legs, by code: one for each region, organisation, report, year or question it joins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core.text import fold
from ...core.types import Report, Scope
from ...language.joint import either, pattern, vocabulary
from ...language.places import ASKED, canonical_region, region_parts, ways_to_name_regions
from ...vectorstore.ranking.routing import NAMED_BOOST, Route
from ...vectorstore.scope import in_scope, status_of
from .form import asks_change, names_regions
from .question import Plan, plan_question

_MOST_LEGS = 6
_JOINT = rf"(?:\s*(?:,|;|/|&|–|-)\s*|\s+)(?:{either('question.joins')}\s+)*"
_BOUNDS = pattern("time.between", end=r"\s+$")
_FRAME = pattern("question.frame", lead=r"^\W*(?:please )?", end=r"\b(?: (?:the|what|how))?\s*")
_NEXT_QUESTION = pattern("grammar.joining", lead=r"\?\s+(?=\S)|,?\s+", end=rf"\s+(?={either('question.asks')}\b)")
_GENERIC = frozenset(map(fold, vocabulary("reports.generic")))
_ELSEWHERE = pattern("grammar.points_back", "question.pronouns")  # or asks nothing by itself


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a question that is searched by itself; `row` tells whether it is one of the things compared.

    A place that no report in scope speaks for is looked for `by_name` in all of them.
    """

    name: str
    plan: Plan
    row: bool = True
    by_name: bool = False

    def is_about(self, *texts: str) -> bool:
        """Tell whether texts may stand for this leg: they name what is looked for by name."""
        return not self.by_name or fold(self.name) in fold(" ".join(texts))


@dataclass(frozen=True, slots=True)
class _Named:
    """Something that a question names, with its words there and what it narrows the scope to, if anything does."""

    name: str
    said: str
    scope: Scope | None


def legs_of(plan: Plan, reports: Sequence[Report], route: Route) -> tuple[Leg, ...]:
    """Return the legs of a planned question, none where it is one piece.

    `route` tells which reports the question names, by title or institution, and what it asks beside their names.
    """
    if plan.form in ("count", "absence", "catalogue"):
        return ()
    if legs := _joined_questions(plan, reports):
        return legs
    named = _named(plan, reports)
    if not named and plan.form == "table":
        named, plan = _titles(plan, reports, route)
    if len(named) < 2:
        return ()
    return tuple(Leg(one.name, _narrowed(plan, one, named), by_name=one.scope is None) for one in named[:_MOST_LEGS])


def _joined_questions(plan: Plan, reports: Sequence[Report]) -> tuple[Leg, ...]:
    """Return one leg for each of the questions that a sentence joins, if each can stand by itself."""
    parts = [part.strip(" ,?") for part in _NEXT_QUESTION.split(plan.question)]
    if len(parts) < 2 or plan.form == "table" or any(_ELSEWHERE.search(part) for part in parts[1:]):
        return ()
    plans = [plan_question(part, reports) for part in parts]
    if not all(_asks_something(part) and set(part.terms) & set(plan.terms) for part in plans):
        return ()
    return tuple(
        Leg(part, replace(one, language=plan.language, scope=one.scope if one.narrowed_to else plan.scope), row=False)
        for part, one in zip(parts[:_MOST_LEGS], plans, strict=False)
    )


def _asks_something(part: Plan) -> bool:
    """Tell whether a part has words of its own: "FY18 report" only says which report is meant."""
    return any(not spelled.isdigit() and fold(spelled) not in _GENERIC for spelled in part.spelled)


def _named(plan: Plan, reports: Sequence[Report]) -> list[_Named]:
    """Return what is compared: places, organisations or times, whichever the question names several of."""
    compares = plan.form == "table"
    held = in_scope(reports, plan.scope)
    if plan.sides:
        return [_Named(name, _said(plan.question, name, held), scope) for name, scope in plan.sides]
    if plan.narrowed_to or compares:
        regions = _places(plan, held, compares)
        if len(regions) >= 2:
            return regions
    if len(plan.scope.organisations) >= 2:
        return [_Named(name, name, replace(plan.scope, organisations=(name,))) for name in plan.scope.organisations]
    if not compares:
        return []
    if years := _times(plan, held):
        return years
    return _every_region(plan, held) if names_regions(plan.question) else []


def _titles(plan: Plan, reports: Sequence[Report], route: Route) -> tuple[list[_Named], Plan]:
    """Return the reports that a question names, and the plan of what it asks beside their names."""
    meant = route.named or {report for report, share in route.hinted.items() if share >= NAMED_BOOST}
    titles = [report for report in in_scope(reports, plan.scope) if report.id in meant]
    if not 2 <= len(titles) <= _MOST_LEGS:
        return [], plan
    pairs = [pair for pair in zip(plan.terms, plan.spelled, strict=True) if pair[1] not in plan.names]
    if pairs:
        plan = replace(plan, terms=tuple(term for term, _ in pairs), spelled=tuple(said for _, said in pairs), names=())
    return [_Named(report.title, "", replace(plan.scope, reports=(report.id,))) for report in titles], plan


def _places(plan: Plan, held: Sequence[Report], compares: bool) -> list[_Named]:
    """Return the places a question names, in its order; of those no report speaks for, where it compares."""
    names = {canonical_region(part): part.strip() for report in held for part in (report.region or "").split("/")}
    ways = ways_to_name_regions(held)
    folded = fold(plan.question)
    found: dict[str, tuple[int, str]] = {}
    for way, region in sorted(ways.items(), key=lambda item: -len(item[0])):
        at = re.search(rf"(?<!\w){re.escape(way)}(?!\w)", folded)
        if region in plan.scope.regions and at and region not in found:
            found[region] = at.start(), way
            folded = folded[: at.start()] + "~" * len(way) + folded[at.end() :]
    if compares:
        for match in re.finditer(r"\w+", folded):
            if match[0] in ASKED and match[0] not in found and match[0] not in names:
                found[match[0]] = match.start(), match[0]
    for region in plan.scope.regions if compares else ():
        found.setdefault(canonical_region(region), (len(folded), canonical_region(region)))
    return [
        _Named(
            names.get(region, region.title()), said,
            replace(plan.scope, regions=(region,)) if region in names else None,
        )
        for region, (_, said) in sorted(found.items(), key=lambda item: item[1][0])
    ]  # fmt: skip


def _said(question: str, name: str, held: Sequence[Report]) -> str:
    """Return the words by which a question names a region or an organisation."""
    folded = fold(question)
    ways = [way for way, region in ways_to_name_regions(held).items() if region == canonical_region(name)]
    said = [way for way in (fold(name), *ways) if re.search(rf"(?<!\w){re.escape(way)}(?!\w)", folded)]
    return max(said, key=len, default="")


def _times(plan: Plan, held: Sequence[Report]) -> list[_Named]:
    """Return the years between which something is asked to have changed, or the editions that show it."""
    dated = sorted({report.date[:4] for report in held if report.date})
    if len(plan.years) >= 2:
        return [
            _Named(year, year, _published(plan.scope, year) if year in dated else plan.scope)
            for year in sorted(plan.years)
        ]
    files = {report.superseded_by for report in held if report.superseded_by}
    editions = {report.date[:4] for report in held if report.date and (report.superseded_by or report.id in files)}
    if not asks_change(plan.question) or not 2 <= len(editions) <= _MOST_LEGS:
        return []
    return [_Named(year, "", _published(plan.scope, year)) for year in sorted(editions)]


def _published(scope: Scope, year: str) -> Scope:
    return replace(scope, published_from=int(year), published_to=int(year))


def _every_region(plan: Plan, held: Sequence[Report]) -> list[_Named]:
    current = [report for report in held if status_of(report) != "superseded"]
    names = {region_parts(report.region)[0]: str(report.region).split("/")[0] for report in current if report.region}
    if not 2 <= len(names) <= _MOST_LEGS:
        return []
    return [_Named(name, "", replace(plan.scope, regions=(region,))) for region, name in sorted(names.items())]


def _narrowed(plan: Plan, one: _Named, named: Sequence[_Named]) -> Plan:
    """Return the plan of a leg: its own name in the query, those of the others gone.

    A year that no report bears is looked for in the text of all of them.
    """
    said = [other.said for other in named if other.said]
    # What the question names narrows it to the others: what no report speaks for is looked for beside them.
    scope = one.scope or replace(plan.scope, regions=() if plan.narrowed_to else plan.scope.regions)
    told = one.name if one.name in plan.years and scope == plan.scope else ""
    led = {word for name in said for word in fold(name).split()} - {told}
    led -= set(fold(one.said).split()) if one.scope is None else set()
    led |= set(plan.years) if scope.published_from and scope != plan.scope else set()  # they led to the editions
    pairs = list(zip(plan.terms, plan.spelled, strict=True))
    pairs = [(term, spelled) for term, spelled in pairs if fold(spelled) not in led] or pairs
    return replace(
        plan, queries=(_query(plan.question, one, said),), scope=scope,
        years=(told,) if told else tuple(year for year in plan.years if year not in led),
        terms=tuple(term for term, _ in pairs), spelled=tuple(spelled for _, spelled in pairs),
        names=tuple(name for name in plan.names if fold(name) not in led),
    )  # fmt: skip


def _query(question: str, one: _Named, said: Sequence[str]) -> str:
    """Return the question with the enumeration of names that it compares replaced by this leg's own."""
    folded = fold(question)
    if len(folded) != len(question) or not said:
        return f"{_FRAME.sub('', question).strip(' ?')} {one.name}"
    either = "|".join(re.escape(fold(name)) for name in sorted(said, key=len, reverse=True))
    listed = rf"(?<!\w)(?:{either})(?!\w)(?:['’]s)?"
    match = re.search(rf"{listed}(?:{_JOINT}{listed})*", folded)
    if match is None:
        return f"{_FRAME.sub('', question).strip(' ?')} {one.name}"
    before = _BOUNDS.sub("", question[: match.start()])
    after = re.sub(listed, " ", folded[match.end() :])
    after = question[match.end() :] if after == folded[match.end() :] else after
    whole = _FRAME.sub("", f"{before}{one.name}{after}")
    return " ".join(whole.split()).strip(" ?")
