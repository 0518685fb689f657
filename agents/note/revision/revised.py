"""What a note in the making keeps of the one that it revises, and what that leaves to be searched and drafted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ....core.shapes import Claim, Coverage, LeftOut, Making, Note, NoteSection
from ....core.types import Report, Revision
from ....prompts.template import Template
from ....tools.answer.conclusion import CONCLUSIONS
from .comment import Steering

if TYPE_CHECKING:  # it is the nodes that hold what is revised
    from ..nodes import SectionTask

# A guiding question; what a comment has searched for besides; of a section that is kept, a region that is quoted there,
# one that may be silent by now or no longer, one that was not assessed, and one whose reports came in later.
TaskRole = Literal["asked", "beside", "kept", "probe", "unassessed", "later"]
_MORE = 3  # quotes of one report, where more is asked for


@dataclass(frozen=True, slots=True)
class Revised:
    """What is kept of a note: its `sections`, by their places in the template, checked again and in its language.

    `told` is the note itself; `steering` is what the comment has searched for.
    """

    told: Note
    revision: Revision
    sections: Mapping[int, NoteSection]
    steering: Steering | None
    reports: Mapping[str, Report]

    @property
    def quoted(self) -> set[tuple[str, str]]:
        """The quotes of the sections that are kept: nothing is said twice."""
        claims = [claim for section in self.sections.values() for claim in section.claims]
        return {(one.passage, one.quote) for claim in claims for one in claim.citations if one.role == "quote"}

    @property
    def left_out(self) -> list[LeftOut]:
        """What the sections that are kept had no room for."""
        kept = {section.heading for section in self.told.sections} - set(self.revision.sections)
        return [one for one in self.told.left_out if one.section in kept]

    def planned(self, tasks: Iterable["SectionTask"]) -> Iterator["SectionTask"]:
        """Yield the tasks that are left, those of the comment before the others of their section or region."""
        begun: set[tuple[int, str | None]] = set()
        for task in tasks:
            if task.section in self.sections:
                if task.region is not None and (task.section, task.region) not in begun:
                    begun.add((task.section, task.region))
                    yield replace(task, role=self._role(task))
                continue
            if (task.section, task.region) not in begun:
                begun.add((task.section, task.region))
                yield from self._beside(task)
            yield replace(task, guidance=replace(task.guidance, comment=self.revision.comment))

    def _role(self, task: "SectionTask") -> TaskRole:
        region = task.region or ""
        if region in {_region(claim) for claim in self.sections[task.section].claims}:
            return "kept"
        if region in self.told.not_assessed:
            return "unassessed"
        quoted = {_region(claim) for section in self.told.sections for claim in section.claims}
        unclear = any(one == region or one.startswith(f"{region} (") for one in self.told.unclear)
        return "probe" if unclear or region in self.told.silent or region in quoted else "later"

    def _beside(self, task: "SectionTask") -> Iterator["SectionTask"]:
        steer = self.steering
        if steer is None or (task.region and steer.regions and task.region not in steer.regions):
            return
        comment = self.revision.comment
        guidance = replace(task.guidance, topic=steer.words, cues="", per_report=_MORE, comment=comment)
        scope = task.scope if task.region and len(steer.regions) != 1 else steer.scope
        yield replace(task, guidance=guidance, scope=scope, role="beside")

    def concluding(self, template: Template) -> Template:
        """Return the template as it lets a model conclude: in the sections that are made anew."""
        closed = [
            one.model_copy(update={"allows": []}) if at in self.sections else one
            for at, one in enumerate(template.sections)
        ]
        return template.model_copy(update={"sections": closed})

    def making(self, now: Making, sections: Sequence[NoteSection], *, is_drafted: bool) -> Making:
        """Return which models drafted and reviewed what stands; `is_drafted` says it of what was made anew."""
        was = self.told.making if self.keeps_drafted(sections) else None
        each = [one for one in (was, now if is_drafted else None) if one is not None]
        names = {
            name: ", ".join(dict.fromkeys(filter(None, (getattr(one, name) for one in each))))
            for name in ("drafted_by", "reviewed_by")
        }
        return now.model_copy(update=names)

    def keeps_drafted(self, sections: Sequence[NoteSection]) -> bool:
        """Tell whether a model wrote something of what is kept in the sections as they are now."""
        claims = [claim for at in self.sections for claim in sections[at].claims]
        return any(is_concluded(one) or (one.kind == "stated" and one.framing is None) for one in claims)

    def covered(self, now: Coverage) -> Coverage:
        """Return what the searches of both notes covered together."""
        was = self.told.coverage
        return now.model_copy(update={
            "reports_searched": max(was.reports_searched, now.reports_searched),
            "reports_with_hits": max(was.reports_with_hits, now.reports_with_hits),
            "queries": list(dict.fromkeys((*was.queries, *now.queries))),
            "unreadable": list({one.file: one for one in (*was.unreadable, *now.unreadable)}.values()),
            "withheld": sorted({*was.withheld, *now.withheld}),
            "languages_uncovered": sorted({*was.languages_uncovered, *now.languages_uncovered}),
        })  # fmt: skip


def grounds(sections: Iterable[NoteSection]) -> list[NoteSection]:
    """Return sections without what a model concluded earlier: nothing is concluded from that."""
    return [
        one.model_copy(update={"claims": [claim for claim in one.claims if not is_concluded(claim)]})
        for one in sections
    ]  # fmt: skip


def is_concluded(claim: Claim) -> bool:
    """Tell whether a claim was drawn from others by a model."""
    return claim.kind in CONCLUSIONS and claim.judged_by == "model"


def _region(claim: Claim) -> str:
    """Return the outermost region of a claim, as the report writes it."""
    told = claim.leg or (claim.citations[0].region if claim.citations else None) or ""
    return told.split("/")[0].strip()
