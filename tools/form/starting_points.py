"""What the collection already holds from a partner on each question, found by the search and quoted with its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...core.text import fold, one_line, without_controls
from ...core.types import Report, Scope, Segment
from ...language.places import region_parts
from ...models.port import Asking
from ...prompts.form_template import FormTemplate
from ...vectorstore.scope import status_of
from ...vectorstore.searchable import Searchable
from .made_form import FormPartner, FormQuote, MadeForm

_LOOKED = 6  # passages a question is looked up in
_QUOTES = 2  # for one question
_SHORTEST, _LONGEST = 40, 400  # characters of a quote
_FEWEST = 2  # words that a quote shares with its question
_STEM = 5  # letters of a word by which it is compared
_COMMON = ("which", "what", "your", "will", "would", "from", "with", "that", "this", "most", "next", "years", "year")


@dataclass(frozen=True, slots=True)
class StartingPoints:
    """Quotes by question ("2.1"), whether a report of the partner is held, and how many internal ones were left out."""

    quotes: dict[str, list[FormQuote]]
    has_reports: bool
    withheld: int


def starting_points(library: Searchable, form: MadeForm, partner: FormPartner, run: str) -> StartingPoints:
    """Return what a partner's form begins with; where no report is the partner's own, those of its region are asked.

    Internal reports are never quoted: a form leaves the house.
    """
    held = [one for one in library.in_scope() if status_of(one) != "superseded"]
    own = _own(held, partner)
    shown = [one for one in own if one.confidentiality != "internal"]
    if not shown:
        return StartingPoints({}, False, len(own))
    told = [form.told_to(partner), form.template.told_in(form.template.language, partner.topic)]
    topic = " ".join(one.topic for one in told)
    used: set[str] = set()
    found: dict[str, list[FormQuote]] = {}
    reports = {one.id: one for one in shown}
    for number, at, _ in told[0].questions():
        asked = [_asked(one, number, at) for one in told[: 1 if told[0] == told[1] else 2]]
        quotes = _quotes(library, asked, reports, used, (topic, form.template.sections[number - 1].cues), run)
        if quotes:
            found[f"{number}.{at}"] = quotes
    return StartingPoints(found, True, len(own) - len(shown))


def _own(reports: Sequence[Report], partner: FormPartner) -> list[Report]:
    name = fold(partner.organisation)
    own = [one for one in reports if one.organisation and name in fold(one.organisation)]
    if own or not partner.region:
        return own
    region = region_parts(partner.region)
    return [one for one in reports if one.region and region_parts(one.region) == region]


def _asked(told: FormTemplate, number: int, at: int) -> str:
    section = told.sections[number - 1]
    return f"{section.heading}: {section.questions[at - 1]}"


def _quotes(
    library: Searchable, asked: Sequence[str], reports: Mapping[str, Report], used: set[str], apart: tuple[str, str],
    run: str,
) -> list[FormQuote]:  # fmt: skip
    """Return the segments that share most words with a question and the cues of its section.

    `apart` are the words of the topic, which stand everywhere and do not count, and the cues, of which one is enough.
    """
    scope = Scope(reports=tuple(reports))
    ranks: dict[str, int] = {}
    for query in asked:
        hits = library.search_result(query, _LOOKED, scope=scope, asking=Asking(run, query)).passages
        for rank, hit in enumerate(hits):
            ranks[hit.passage] = min(rank, ranks.get(hit.passage, rank))
    cues = _stems(apart[1])
    wanted = (frozenset(stem for query in asked for stem in _stems(query)) | cues) - _stems(apart[0])
    said = [one for one in library.catalogue.segments_of(list(ranks)) if one.kind in ("text", "item", "row")]
    best = sorted(said, key=lambda one: (-len(wanted & _stems(one.text)), ranks[one.passage], one.position))
    found: list[FormQuote] = []
    for one in best:
        text = one_line(without_controls(one.text))
        fits = len(wanted & _stems(text)) >= _FEWEST or not cues.isdisjoint(_stems(text))
        if fits and _SHORTEST <= len(text) <= _LONGEST and text not in used and len(found) < _QUOTES:
            used.add(text)
            found.append(FormQuote(text=text, source=_source(reports[one.report], one)))
    return found


def _source(report: Report, segment: Segment) -> str:
    told = ", ".join(filter(None, (report.title, report.date, segment.locator.label)))
    return one_line(without_controls(told))


def _stems(text: str) -> frozenset[str]:
    words = ("".join(filter(str.isalnum, word)) for word in fold(text).split())
    return frozenset(word[:_STEM] for word in words if len(word) > 3 and word not in _COMMON)
