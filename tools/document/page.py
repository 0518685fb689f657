"""An answer or a note as the document that is handed over: with a title, how it was made, and its sources."""

from collections.abc import Iterable, Sequence

from ...core.document import (
    Aside,
    AsideKind,
    Document,
    Section,
    Sentence,
    SourceEntry,
    SourcePlace,
    Sources,
    Table,
    sentences_of,
)
from ...core.shapes import Abbreviation, Answer, Citation, Claim, Coverage, Making, Mode, Source, UnreadablePages
from .abbreviations import abbreviation_section
from .phrases import Phrases, phrases

_MOST_PAGES = 6  # that are named one by one


def answer_page(answer: Answer, *, made_by: str) -> Document:
    """Return an answer under its question, with the words of each source. `made_by` names the model, if any."""
    composed, words = answer.document or Document(), phrases("en")
    tail = [Section(blocks=(unreadable(answer.coverage),))] if answer.coverage.unreadable else []
    entries = sorted(_quoted(answer.claims), key=lambda entry: entry.number)
    return Document(
        title=answer.question,
        sections=(_made(answer.mode, made_by, words), *composed.sections, *_sources(entries, words), *tail),
    )  # fmt: skip


def note_page(
    title: str, sections: Sequence[Section], sources: Sequence[SourceEntry], mode: Mode, making: Making,
    *, abbreviations: Sequence[Abbreviation] = (), is_signed: bool = True,
) -> Document:  # fmt: skip
    """Return a note: its sections, what its abbreviations stand for, its sources with the places, and a sign-off."""
    words = phrases(making.language)
    told = [abbreviation_section(abbreviations, making.language)] if abbreviations else []
    closing = [sign_off(mode, making, originals(sections))] if is_signed else []
    made = _made(mode, making.drafted_by, words)
    shown = (made, *sections, *told, *_sources(sources, words), *closing)
    return Document(language=making.language, title=title, sections=shown)


def source_entry(source: Source, claims: Iterable[Claim]) -> SourceEntry:
    """Return the entry of a source that claims cite by its number."""
    cited = (citation for claim in claims for citation in claim.citations if citation.number == source.number)
    return SourceEntry(**source.model_dump(exclude={"report"}), places=tuple(dict.fromkeys(map(source_place, cited))))


def cited_sources(citations: Iterable[Citation]) -> list[SourceEntry]:
    """Return an entry for each number of some citations, in their order, with all the places that are cited."""
    cited: dict[int, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.number, []).append(citation)
    return [
        SourceEntry(
            number=number, title=one.title, organisation=one.organisation, date=one.date, file=one.file,
            status=one.status, superseded_by=one.superseded_by, edition=one.edition,
            places=tuple(dict.fromkeys(map(source_place, mine))),
        )
        for number, mine in sorted(cited.items()) for one in mine[:1]
    ]  # fmt: skip


def source_place(citation: Citation) -> SourcePlace:
    """Return where the words of a citation stand, as a list of sources names it."""
    return SourcePlace(label=citation.locator.label, paragraph=citation.locator.paragraph)


def unreadable(coverage: Coverage) -> Aside:
    """Name the files that could not be read in full: which of their pages, and what they show beside their text."""
    named = ", ".join(f"{one.file} ({gap})" if (gap := _gap(one)) else one.file for one in coverage.unreadable)
    return aside("unreadable", f"No readable text in {named}.")


def _gap(found: UnreadablePages) -> str:
    """Return which part of a file holds no readable text, "" for the whole of it."""
    pages = found.pages
    if len(pages) > _MOST_PAGES:
        told = [f"{len(pages)} of its pages"]
    else:
        told = [f"page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))}"] if pages else []
    return ", ".join([*told, *found.what])


def aside(kind: AsideKind, text: str) -> Aside:
    """Return an aside of one sentence."""
    return Aside(kind=kind, sentences=(Sentence(kind="remark", parts=(text,)),))


def _made(mode: Mode, made_by: str, words: Phrases) -> Section:
    return Section(blocks=(aside("made_by", words.told(f"made.{mode}", model=made_by)),))


def originals(sections: Iterable[Section]) -> list[str]:
    """Return the languages of words that sentences of ours render in another one, each once."""
    sentences = (one for section in sections for block in section.blocks for one in sentences_of(block))
    return list(dict.fromkeys(one.original for one in sentences if one.original))


def sign_off(mode: Mode, making: Making, rendered: Sequence[str] = ()) -> Section:
    """Say how a note was made, and leave room for who approves it; `rendered` are languages, as of `originals`."""
    words = phrases(making.language)
    how = "drafted_alone" if mode == "drafted" and not making.reviewed_by else mode
    told = words.told(f"disclosure.{how}", drafter=making.drafted_by, reviewer=making.reviewed_by)
    if rendered:
        told += " " + words.told("disclosure.wording", languages=", ".join(map(words.tongue, rendered)))
    heads = tuple(words.told(f"sign_off.{name}") for name in ("name", "date", "approval"))
    blank = tuple(Sentence(kind="remark", parts=()) for _ in heads)
    room = Table(heads=heads, rows=(blank,))
    return Section(heading=words.told("sign_off.heading"), blocks=(aside("disclosure", told), room), role="sign_off")


def _sources(entries: Sequence[SourceEntry], words: Phrases) -> list[Section]:
    return [Section(heading=words.told("sources"), blocks=(Sources(entries=tuple(entries)),))] if entries else []


def _quoted(claims: Iterable[Claim]) -> list[SourceEntry]:
    """Return an entry for each number of the claims that stand: the first place it stands for, and all of its words."""
    cited: dict[int, list[Citation]] = {}
    for claim in claims:
        for citation in claim.citations if claim.verdict == "supported" else ():
            cited.setdefault(citation.number, []).append(citation)
    return [
        SourceEntry(
            number=number, title=first.title, organisation=first.organisation, date=first.date, status=first.status,
            edition=first.edition, file=first.file, places=(source_place(first),),
            quotes=tuple(dict.fromkeys(one.quote for one in all_of)),
        )
        for number, all_of in cited.items()
        for first in all_of[:1]
    ]  # fmt: skip
