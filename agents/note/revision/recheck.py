"""Re-checks the claims of a published note against the library as it is now, and has them say what they say by now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ....core.document import Section, sentences_of
from ....core.shapes import Citation, Claim, Note, NoteSection
from ....core.text import one_line, squash
from ....core.types import Fallen, Report, Segment, Verb
from ....tools.evidence.framing import framed, sentence, verb_of
from ....tools.verify.claims import check_claims
from ....tools.verify.editions import changed_since
from ....tools.verify.finding import Findings
from ....tools.verify.held import Held
from ....tools.verify.item import Cited
from ....tools.verify.saved import saved_item
from ....tools.verify.wording_check import shown
from ....vectorstore.index.catalogue import Catalogue
from ....vectorstore.scope import status_of

_LAST = 2**31 - 1
_LONGEST = 1_000_000  # characters of a quote
_RUNS_ON = 12  # segments over which one quote may run
_GONE = "its report, {file}, is no longer in the library"


@dataclass(slots=True)
class Recheck:
    """The sections of a note with the claims that stand, as the library has their reports; and what does not."""

    sections: list[NoteSection] = field(default_factory=list)
    fallen: list[tuple[int, Fallen]] = field(default_factory=list)
    changed: list[tuple[int, str]] = field(default_factory=list)


def recheck(note: Note, catalogue: Catalogue) -> Recheck:
    """Return what stands of a note; places are those of its sections.

    A claim falls where words that it rests on do not stand in their report any more, or where code sees now that it
    says more than they do. Quotes that moved are cited where they stand, and reports as they are called by now.
    """
    held, done = Held(catalogue), Recheck()
    doubted = _doubted(note, held)
    composed = note.document.sections[1:] if note.document else ()
    for at, section in enumerate(note.sections):
        told_as = composed[at] if at < len(composed) else Section()
        kept: list[Claim] = []
        for number, claim in enumerate(section.claims):
            desk = _Restating(catalogue, held, [])
            found = desk.restated(_with_parts(claim, number, told_as))
            reason = doubted.get((at, number), "") if isinstance(found, Claim) else found
            if reason or isinstance(found, str):
                told = Fallen(section=section.heading, text=one_line(claim.text), reason=reason)
                done.fallen.append((at, told))
                continue
            kept.append(found)
            done.changed += [(at, what) for what in desk.changed]
        done.sections.append(section.model_copy(update={"claims": kept, "text": _silence(told_as)}))
    return done


@dataclass(slots=True)
class _Restating:
    """One claim under re-examination; `changed` says what of its reports is other by now."""

    catalogue: Catalogue
    held: Held
    changed: list[str]

    def restated(self, claim: Claim) -> Claim | str:
        """Return a claim with its citations as they are now, or why it does not stand."""
        own = claim.quotes[0].report if claim.quotes else ""
        cited: list[Citation] = []
        for citation in claim.citations:
            found = self._recited(citation)
            if isinstance(found, Citation):
                cited.append(found)
            elif claim.framing is None or citation.role != "quote" or citation.report == own:
                return found  # what others print too may go without the claim
        has_words = any(one.role == "quote" for one in cited)
        if not has_words or (claim.kind != "stated" and not claim.parts):
            return "what it rests on cannot be told from the file"
        claim = claim.model_copy(update={"citations": cited})
        return claim if claim.framing is None else self._reframed(claim)

    def _reframed(self, claim: Claim) -> Claim:
        """Return a claim whose quotes speak for themselves as these are introduced by now."""
        main = [one for one in claim.citations if one.role == "quote"]
        told = [framed(one, self._verb(one, claim)) for one in main]
        also = tuple(one for one, cited in zip(told, main, strict=True) if cited.report != main[0].report)
        language = claim.framing.language if claim.framing else "en"
        framing = told[0].model_copy(update={"also": also, "language": language})
        return claim.model_copy(update={"framing": framing, "text": sentence(framing, claim.quotes)})

    def _verb(self, citation: Citation, claim: Claim) -> Verb:
        cited = _cited(citation)
        report = self.held.report(cited)
        first = self.held.first_segment(cited, report, citation.quote) if report else None
        return verb_of(first.text) if first else claim.framing.verb if claim.framing else "says"

    def _recited(self, citation: Citation) -> Citation | str:
        """Return a citation as the library has it now, or why its words do not stand."""
        cited = _cited(citation)
        report = self.held.report(cited)
        if report is None:
            return _GONE.format(file=citation.file)
        found = self._in_place(citation, report) or self._elsewhere(citation, report)
        if found is None:
            why = self.held.misquoted(cited, report) or "is not where it was"
            return f"{shown(citation.quote)} {why} ({report.file})"
        self.changed += [f"{report.file} {what}" for what in changed_since(citation, report, self.held)]
        return found

    def _in_place(self, citation: Citation, report: Report) -> Citation | None:
        there = self.catalogue.segments_of([citation.passage])
        same = [one for one in there if one.start == citation.start]
        exact = [one for one in same if one.locator.paragraph == citation.locator.paragraph]
        for first in exact or same:
            length = max(0, min(citation.end - citation.start, _LONGEST))
            if squash(self.catalogue.words_from(first, length)) == squash(citation.quote):
                return _as_now(citation, report, first, citation.end, citation.quote)
        return None

    def _elsewhere(self, citation: Citation, report: Report) -> Citation | None:
        """Return a citation of the same words in another place, or another version, of the report."""
        wanted = squash(citation.quote)
        segments = self.catalogue.stretch(report.id, 0, _LAST) if wanted else []
        for at, first in enumerate(segments):
            said = ""
            for last in segments[at : at + _RUNS_ON]:
                said += squash(last.text)
                if last.block != first.block or not wanted.startswith(said):
                    break
                if said == wanted:
                    words = self.catalogue.words_between(first, last) if last is not first else first.text
                    return _as_now(citation, report, first, last.end, words or citation.quote)
        return None


def _cited(citation: Citation) -> Cited:
    place = citation.locator.label
    return Cited("", citation.number, citation.file, place, citation.quote, citation.report, citation)


def _as_now(citation: Citation, report: Report, first: Segment, end: int, quote: str) -> Citation:
    return citation.model_copy(update={
        "passage": first.passage, "report": report.id, "file": report.file, "title": report.title,
        "organisation": report.organisation, "region": report.region, "date": report.date, "status": status_of(report),
        "superseded_by": report.superseded_by, "edition": report.edition,
        "confidentiality": report.confidentiality, "locator": first.locator, "quote": quote, "start": first.start,
        "end": end,
    })  # fmt: skip


def _with_parts(claim: Claim, number: int, told_as: Section) -> Claim:
    """Return a claim that code put together with its parts, which a file has in its document alone."""
    if claim.kind == "stated":
        return claim
    told = (one for block in told_as.blocks for one in sentences_of(block) if one.claim == number)
    return next((claim.model_copy(update={"parts": one.parts}) for one in told if one.text == claim.text), claim)


def _silence(told_as: Section) -> str:
    """Return what a section says where it has no claim."""
    return " ".join(one.text for block in told_as.blocks for one in sentences_of(block) if one.kind == "remark")


def _doubted(note: Note, held: Held) -> dict[tuple[int, int], str]:
    """Return why code doubts claims, by section and number, as `verify` does: their figures, and their own quotes."""
    item, findings = saved_item(note), Findings()
    check_claims(item, held, findings)
    problems = {one.where: one.message for one in findings.verification("", "").problems if one.kind != "report"}
    return {
        (at, number): problems[where] for at, number, where in _places(note.sections) if where in problems
    }  # fmt: skip


def _places(sections: Sequence[NoteSection]) -> Iterator[tuple[int, int, str]]:
    for at, section in enumerate(sections):
        for number in range(len(section.claims)):
            yield at, number, f"{one_line(section.heading)!r}, claim {number + 1}"
