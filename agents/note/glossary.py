"""Finds what the abbreviations in a note stand for, as the reports that use them or the collection define them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ...core.shapes import Abbreviation, Claim, NoteSection, Source
from ...core.text import one_line
from ...core.types import Report, Scope, Segment
from ...language.quotation_marks import quotations
from ...language.stems import acronyms_in, terms
from ...tools.evidence.citations import Citations
from ...tools.evidence.framing import STATES_TOLD
from ...tools.search.definitions import definitions_in
from ...vectorstore.index.words import WordIndex
from ...vectorstore.searchable import Searchable

_LOOKED_AT = 60  # passages with an abbreviation, of the reports that use it, and of all
_MOST = 2  # meanings that are told: what has more would be guessed


def glossary(claims: Sequence[Claim], library: Searchable, scope: Scope) -> tuple[Abbreviation, ...]:
    """Return what the reports in scope define the abbreviations in some claims as, once for each report and meaning.

    The reports that the claims cite come first, those in force before drafts and what is superseded.
    """
    reports = {report.id: report for report in library.in_scope(scope)}
    short = dict.fromkeys(one for claim in claims for one in _abbreviations(claim))
    cited = {citation.report for claim in claims for citation in claim.citations} & reports.keys()
    found: dict[tuple[str, str, tuple[str, ...]], Abbreviation] = {}
    with library.reading() as ranker:
        for one in short:
            for within in (cited, reports.keys()):
                for known in _defined(one, list(within), reports, library, ranker.words):
                    found.setdefault((one, known.citation.report, _plain(known.meaning)), known)
    return tuple(sorted(found.values(), key=lambda one: one.citation.status in STATES_TOLD))


def explained(claims: Sequence[Claim], known: Sequence[Abbreviation]) -> tuple[Abbreviation, ...]:
    """Return what is to be told of the abbreviations in some claims, given in the order of reading; sorted.

    What the claim itself explains in which it stands first needs no telling. A report means what it defines; where one
    that does not uses the abbreviation, all that the collection defines it as are told. Of more than two none is.
    """
    told: list[Abbreviation] = []
    users: dict[str, dict[str, None]] = {}
    plain: set[str] = set()
    for claim in claims:
        for one in _abbreviations(claim):
            if one not in users and _explains(claim.text, one):
                plain.add(one)
            users.setdefault(one, {}).update({citation.report: None for citation in claim.citations})
    for one, reports in users.items():
        mine = [each for each in known if each.short == one]
        own = [each for each in mine if each.citation.report in reports]
        pool = own if reports.keys() <= {each.citation.report for each in own} else [*own, *mine]
        each_once = {_plain(each.meaning): each for each in reversed(pool)}
        if one not in plain and len(each_once) <= _MOST:
            told += list(each_once.values())[::-1]
    return tuple(sorted(told, key=lambda one: one.short.casefold()))


def explained_in_place(
    sections: Sequence[NoteSection], known: Sequence[Abbreviation], fits: Callable[[Sequence[NoteSection]], bool]
) -> list[NoteSection]:
    """Return sections whose drafted sentences say in brackets what an abbreviation stands for where it stands first.

    So it is where the report that the sentence cites defines it, as one thing: that is cited with it, and wherever the
    sentence is said again, it says the same. Where the sections did not fit any more, they stay as they are.
    """
    told = list(sections)
    meant = Counter(one.short for one in explained(_claims_of(told), known))
    for one in explained(_claims_of(told), known):
        first = next(claim for claim in _claims_of(told) if one.short in _abbreviations(claim))
        new = _glossed(first, one) if meant[one.short] == 1 else None
        if new is None:
            continue
        again = [[new if claim.text == first.text else claim for claim in section.claims] for section in told]
        longer = [one.model_copy(update={"claims": claims}) for one, claims in zip(told, again, strict=True)]
        told = longer if fits(longer) else told
    return told


def _glossed(claim: Claim, one: Abbreviation) -> Claim | None:
    """Return a drafted claim that explains an abbreviation behind its first use; `None` where code cannot be sure.

    It stands alone there: in no name, no compound and no quotation, and in the number that it is explained in.
    """
    is_ours = claim.kind == "stated" and claim.framing is None and claim.words_language is None
    found = re.search(rf"\b{re.escape(one.short)}(s?)\b", claim.text)
    if not is_ours or found is None or one.sentence is None:
        return None
    before, after = claim.text[: found.start()], claim.text[found.end() :]
    is_named = any(word[:1].isupper() for word in (*before.split()[1:][-1:], *after.split()[:1]))
    is_joined = before[-1:].strip() or after[:1].strip(".,;:!? ") or after.startswith(" (")
    is_quoted = any(start < found.start() < end for _, start, end in quotations(claim.text))
    is_elsewhere = one.sentence.report not in {cited.report for cited in claim.citations}
    if is_elsewhere or is_named or is_joined or is_quoted or bool(found[1]) != one.meaning.endswith("s"):
        return None
    text = f"{before}{found[0]} ({one.meaning}){after}"
    cited = claim.citations if one.sentence in claim.citations else [*claim.citations, one.sentence]
    return claim.model_copy(update={"text": text, "citations": cited})


def renumbered(told: Sequence[Abbreviation], sources: Sequence[Source]) -> tuple[Abbreviation, ...]:
    """Return abbreviations that are cited by the numbers of a list of sources."""
    numbers = {source.report: source.number for source in sources}
    cited = [one.citation.model_copy(update={"number": numbers[one.citation.report]}) for one in told]
    return tuple(one.model_copy(update={"citation": new}) for one, new in zip(told, cited, strict=True))


def _claims_of(sections: Sequence[NoteSection]) -> list[Claim]:
    return [claim for section in sections for claim in section.claims]


def _abbreviations(claim: Claim) -> Iterator[str]:
    for one in sorted(acronyms_in(claim.text, None)):
        if re.search(rf"\b{re.escape(one)}s?\b", claim.text):
            yield one


def _explains(text: str, short: str) -> bool:
    """Tell whether a text says what an abbreviation stands for where it first has it."""
    first = re.search(rf"\b{re.escape(short)}s?\b", text)
    return first is not None and any(one.start <= first.start() < one.end for one in definitions_in(text, short, "en"))


def _plain(meaning: str) -> tuple[str, ...]:
    return tuple(terms(meaning, "en"))


def _defined(
    short: str, within: Sequence[str], reports: Mapping[str, Report], library: Searchable, words: WordIndex
) -> Iterator[Abbreviation]:
    """Yield where the best passages of some reports define an abbreviation, in the words that stand there."""
    catalogue = library.catalogue
    hits = [hit.passage for hit in words.search(f"{short} {short.lower()}s", None, _LOOKED_AT, within)]
    order = {passage: at for at, passage in enumerate(hits)}
    segments = [one for one in catalogue.segments_of(hits) if short in one.text and one.report in reports]
    cites = Citations(catalogue, reports)
    for segment in sorted(segments, key=lambda one: (order[one.passage], one.position)):
        yield from _in_segment(short, segment, reports[segment.report], cites)


def _in_segment(short: str, segment: Segment, report: Report, cites: Citations) -> Iterator[Abbreviation]:
    if len(segment.text) != segment.end - segment.start:
        return
    for found in definitions_in(segment.text, short, report.language or "en"):
        quote = segment.text[found.start : found.end]
        if not quote.endswith(")"):
            continue  # more stands in the bracket
        whole = next(one for one in cites.cite([segment]) if one.role == "quote")
        place = {"quote": quote, "start": segment.start + found.start, "end": segment.start + found.end}
        cited = whole.model_copy(update=place)
        yield Abbreviation(short=short, meaning=one_line(found.words), citation=cited, sentence=whole)
