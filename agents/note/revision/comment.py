"""What an editor says of a note: which sections it bears on, and what of it can be searched for without a model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ....core.errors import UsageError
from ....core.shapes import Claim, NoteSection
from ....core.types import Scope
from ....language.joint import pack, pattern
from ....language.languages import guess_language
from ....language.stems import asked_terms, content_terms, terms
from ....language.terms import Terms
from ....prompts.template import MADE_OF_OTHERS, Template
from ....tools.search.question import plan_question
from ....tools.search.reaction import OF_FORM, reaction_to_answer
from ....vectorstore.searchable import Searchable

_FEWER = pattern("reaction.fewer")
_AROUND = " ?？!.¿,;:、。"


@dataclass(frozen=True, slots=True)
class Steering:
    """What a comment has searched for: its `words`, in the reports of a `scope`.

    `regions` are the outermost ones of these, where the comment names a region or an organisation.
    """

    words: str
    scope: Scope
    regions: frozenset[str] = frozenset()


def steering(
    comment: str, topic: str, headings: Iterable[str], library: Searchable, scope: Scope, table: Terms
) -> Steering | None:  # fmt: skip
    """Return what of a comment can be searched for; `None` where it is a wish for less, or about form alone.

    Words that neither a report of the scope holds nor the `table` knows in others lead nowhere; those of `headings`
    name a section, unless there are no others. Where a region or an organisation is all that is named, it is the topic
    that is searched for there.
    """
    reaction = reaction_to_answer(comment)
    if (reaction and reaction.kind in OF_FORM) or _FEWER.search(comment):
        return None
    language = _language(comment)
    asking = _asking(language)
    told = " ".join(word for word in comment.split() if not _is_asking(word, asking, language))
    plan = plan_question(told, library.catalogue.reports(), scope)
    names_alone = bool(plan.narrowed_to) and set(plan.terms) == set(asked_terms(told, plan.language))
    reports = library.in_scope(plan.scope)
    named = (str(report.region).split("/")[0].strip() for report in reports if plan.narrowed_to and report.region)
    regions = frozenset(named)
    if names_alone:
        return Steering(topic, plan.scope, regions)
    index, within = library.ranker().words, {report.id for report in reports}
    known = {term for one in table.known(told, plan.language) for term in one.terms}
    pairs = [pair for pair in zip(plan.terms, plan.spelled, strict=True) if pair[0] not in asking]
    found = {term: word for term, word in pairs if term in known or index.search(word, plan.language, 1, within)}
    naming = set(content_terms(" ".join(headings), plan.language))
    words = [word for term, word in found.items() if term not in naming] or list(found.values())
    return Steering(" ".join(words), plan.scope, regions) if words else None


def section_named(name: str, template: Template, told: Template) -> int:
    """Return the place of a section by its heading, whatever its case, as in the template or as it is `told`.

    Raises UsageError, naming the sections there are, where there is none, or one that is made of the others.
    """
    wanted = " ".join(name.split()).casefold()
    drafted = [(at, one) for at, one in enumerate(told.sections) if one.kind not in MADE_OF_OTHERS]
    for at, one in drafted:
        if wanted in (" ".join(one.heading.split()).casefold(), template.sections[at].heading.casefold()):
            return at
    others = [one.heading for one in told.sections if one.kind in MADE_OF_OTHERS]
    known = "name " + ", ".join(repr(one.heading) for _, one in drafted)
    if wanted in map(str.casefold, others):
        raise UsageError(f"the section {name!r} is made of the others: {known}")
    raise UsageError(f"there is no section {name!r}: {known}")


def bears_on(comment: str, topic: str, template: Template, sections: Mapping[int, NoteSection]) -> frozenset[int]:
    """Return the places of the sections that a comment bears on.

    Those whose heading or guiding questions share most of its words; if none shares any, those whose claims do; if
    these share none either, all. Words of the topic, and those of any editor, do not count.
    """
    language = _language(comment)
    idle = {*content_terms(topic, language), *_asking(language)}
    wanted = set(content_terms(comment, language)) - idle
    told = {
        at: " ".join((one.heading, template.sections[at].heading, *template.sections[at].guiding))
        for at, one in sections.items()
    }
    said = {at: " ".join(map(_matter, one.claims)) for at, one in sections.items()}
    for texts in (told, said):
        shared = {at: len(wanted.intersection(terms(text, language))) for at, text in texts.items()}
        if most := max(shared.values(), default=0):
            return frozenset(at for at, number in shared.items() if number == most)
    return frozenset(sections)


def _matter(claim: Claim) -> str:
    cited = (f"{one.organisation or ''} {one.region or ''} {one.quote}" for one in claim.citations)
    return " ".join((claim.text, *cited))


def _language(comment: str) -> str:
    return guess_language(comment) or "en"


def _asking(language: str) -> frozenset[str]:
    """Return the terms of words by which an editor, or anybody, asks for something."""
    own = pack(language)
    told = (*own.reaction.editing, *own.question.framing, *own.question.generic) if own else ()
    return frozenset(content_terms(" ".join(told), language))


def _is_asking(word: str, asking: frozenset[str], language: str) -> bool:
    found = content_terms(word.strip(_AROUND), language)
    return bool(found) and asking.issuperset(found)
