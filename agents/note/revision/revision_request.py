"""What is asked of a note that was made earlier, and the state from which it is drafted again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from ....core.errors import UsageError
from ....core.shapes import Claim, Note, NoteSection
from ....core.text import askable, one_line
from ....core.types import Revision, Scope
from ....language.terms import Terms
from ....prompts.template import MADE_OF_OTHERS, Template
from ....tools.answer.disagreement import disagreements
from ....tools.document.phrases import known_language, phrases
from ....tools.evidence.framing import reworded
from ....vectorstore.searchable import Searchable
from ..nodes import NoteState
from .comment import bears_on, section_named, steering
from .recheck import Recheck, recheck
from .revised import Revised, is_concluded


@dataclass(frozen=True, slots=True)
class RevisionRequest:
    """An editor's comment on a note, and the heading of the section that it is on, if it is on one alone.

    What else is given takes the place of what the note was asked for: its length in `words`, `language`, template and
    filters.
    """

    comment: str
    section: str | None = None
    words: int | None = None
    language: str | None = None
    template: Template | None = None
    scope: Scope | None = None

    def begun(self, made: Note, library: Searchable, table: Terms, *, drafts: bool) -> NoteState:
        """Return the state of a note from which it is drafted again; `drafts` tells whether a model does.

        The `table` knows the terms of the field in other words and languages.

        Raises UsageError as `Assistant.revise` says.
        """
        comment = one_line(askable(self.comment, "comment"))
        if not comment:
            raise UsageError('the comment is empty: say what is to be changed, as in --comment "more about cooling"')
        begun = self.grounded(made)
        library.in_scope(begun.scope)  # a filter that matches nothing by now is said at once
        kept = _revised(
            made, begun.template, begun.language, library, table, comment=comment, section=self.section,
            scope=begun.scope, topic=begun.topic, drafts=drafts,
        )  # fmt: skip
        return replace(begun, revised=kept)

    def grounded(self, made: Note) -> NoteState:
        """Return the state that a note was begun from, with what is given anew; raises UsageError where it tells none.

        No library is needed for it.
        """
        if made.asked is None:
            raise UsageError("the note does not tell what it was asked for, as older ones do not: draft it anew")
        try:
            template = self.template or Template.model_validate(made.asked.template)
        except ValidationError as error:
            raise UsageError("the template that the note carries is damaged: draft it anew") from error
        topic = askable(made.asked.topic, "topic")
        scope = made.asked.scope if self.scope is None else self.scope
        language = known_language(self.language or (made.making.language if made.making else "en"))
        words = self.words or made.asked.words
        drafts_in = self.language or (language if language != "en" else None)  # an older draft may be in any
        return NoteState(topic, template, scope=scope, words=words, language=language, drafts_in=drafts_in)


def _revised(
    made: Note, template: Template, language: str, library: Searchable, table: Terms, *, comment: str,
    section: str | None, scope: Scope, topic: str, drafts: bool,
) -> Revised:  # fmt: skip
    """Return what is kept of a note: all but the `section`, or but those that the comment bears on.

    Sections that only one of the two templates has are made anew, too. Raises UsageError for a section that there is
    not, and for a comment that cannot be followed where nothing `drafts`.
    """
    was = made.making.language if made.making else "en"
    named = [one.heading for one in (*template.sections, *template.told_in(was).sections)]
    steer = steering(comment, topic, named, library, scope, table)
    if steer is None and not drafts:
        raise UsageError(
            f"to follow {comment!r} needs a language model, for it names nothing to look for in the reports: name one "
            f"with --model"
        )
    here = _there(made, template, was)
    if section is not None:
        chosen = frozenset({section_named(section, template, template.told_in(was))})
    else:
        chosen = bears_on(comment, topic, template, {at: made.sections[place] for at, place in here.items()})
    checked = recheck(made, library.catalogue)
    kept = {at: place for at, place in here.items() if at not in chosen}
    headings = template.told_in(language).sections
    sections = {
        at: _in_language(checked.sections[place], headings[at].heading, was, language) for at, place in kept.items()
    }
    anew = [
        one.heading for at, one in enumerate(headings) if one.kind not in MADE_OF_OTHERS and at not in kept
    ]  # fmt: skip
    revision = Revision(
        of=made.run, comment=comment, sections=anew, searched_for=steer.words if steer else "",
        fallen=[one for place, one in checked.fallen if place in kept.values()],
        changed=list(_changed(checked, made, set(kept.values()))),
    )  # fmt: skip
    reports = {report.id: report for report in library.catalogue.reports()}
    return Revised(made, revision, sections, steer, reports)


def _there(made: Note, template: Template, language: str) -> dict[int, int]:
    """Return the places in the note of the template's sections, by their places in that; of what is searched for."""
    asked = Template.model_validate(made.asked.template) if made.asked else template
    kinds = {one.heading: one.kind for one in asked.told_in(language).sections}
    places = {one.heading: place for place, one in enumerate(made.sections)}
    return {
        at: places[one.heading]
        for at, one in enumerate(template.told_in(language).sections)
        if one.kind not in MADE_OF_OTHERS and one.heading in places and kinds.get(one.heading) == one.kind
    }


def _changed(checked: Recheck, made: Note, kept: set[int]) -> Iterator[str]:
    """Yield what is other of the reports that kept sections cite, each with the sections that do."""
    found: dict[str, dict[str, None]] = {}
    for place, what in checked.changed:
        if place in kept:
            found.setdefault(what, {})[made.sections[place].heading] = None
    yield from (f"{what} (in {', '.join(map(repr, headings))})" for what, headings in found.items())


def _in_language(section: NoteSection, heading: str, was: str, language: str) -> NoteSection:
    """Return a section with our own sentences in another language; what a model wrote stays in its own."""
    nothing = phrases(language).told("alone.nothing")
    if was == language:
        return section.model_copy(update={"heading": heading, "text": section.text or nothing})
    claims = [reworded(_marked(one, was, language), language) for one in section.claims]
    stated = [one for one in claims if one.kind == "stated"]
    computed = [one for one in claims if one.kind == "inference" and not is_concluded(one)]
    if computed:
        claims = [one for one in claims if one not in computed] + disagreements(stated, language=language)
    return section.model_copy(update={"heading": heading, "text": nothing, "claims": claims})


def _marked(claim: Claim, was: str, language: str) -> Claim:
    """Return a conclusion with the mark that says so in another language."""
    name = f"conclusion.{claim.kind}"
    if not is_concluded(claim) or not claim.parts or claim.parts[0] != phrases(was).find(name):
        return claim
    parts = (phrases(language).told(name), *claim.parts[1:])
    return claim.model_copy(update={"parts": parts, "text": "".join(map(str, parts))})
