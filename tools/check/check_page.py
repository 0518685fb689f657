"""A checked draft as a document for every writer: the summary, what to look at first, and each sentence in order."""

from collections.abc import Iterable, Iterator, Sequence

from ...core.document import Document, Inline, Paragraph, Section, Sentence, Table
from ...core.shapes import Citation, Making
from ...core.text import one_line
from ..answer.sentences import mark, proofs, quotation
from ..document.page import cited_sources, note_page
from .checked_draft import LABELS, CheckedDraft, CheckedSentence
from .labels import CheckLabel

IN_WORDS: dict[CheckLabel, str] = {
    "supported": "supported", "contradicted": "contradicted", "partly": "partly supported", "not_found": "not found",
    "not_checkable": "not checkable",
}  # fmt: skip
_FIRST: tuple[tuple[CheckLabel, str], ...] = (
    ("contradicted", "Contradicted"), ("partly", "Partly supported"), ("not_found", "Not found"),
)  # fmt: skip
_ASTRAY = ("elsewhere", "another_report", "not_there")


def check_page(made: CheckedDraft) -> Document:
    """Return the paper of a check: nothing but quotes, and what is said of them."""
    sections = [
        Section(blocks=tuple(Paragraph(sentences=(_plain(one),)) for one in introduction(made))),
        *(section for label, title in _FIRST for section in _first(title, made.of(label))),
        *_references(made),
        Section(heading="Sentence by sentence", blocks=(_table(made.sentences),)),
    ]
    page = note_page(title(made), sections, cited_sources(_cited(made)), "evidence", Making(), is_signed=False)
    return page.model_copy(update={"landscape": True})


def title(made: CheckedDraft) -> str:
    """Return what the paper is called."""
    return f"Check of {made.file}"


def summary_line(made: CheckedDraft) -> str:
    """Return "41 sentences: 23 supported, 3 contradicted, …", without labels that none has."""
    number = len(made.sentences)
    told = [f"{made.summary[label]} {IN_WORDS[label]}" for label in LABELS if made.summary[label]]
    return f"{number} {'sentence' if number == 1 else 'sentences'}: {', '.join(told)}"


def introduction(made: CheckedDraft) -> list[str]:
    """Return what was found in all, who has read it, and what the labels rest on."""
    told = [f"{summary_line(made)}."]
    if made.mode == "model":
        told.append(f"Read by {made.read_by} beside the words that code has found; figures were compared by code.")
    else:
        told.append(
            "Read by code alone, without a language model: figures, dates and names were compared with the words of "
            "the reports. What a report says in plainly other words may count as not found."
        )
    if made.degraded:
        number = sum(one.judged_by == "code" for one in made.sentences)
        told.append(f"{number} of the sentences were read by code alone: {made.degraded}.")
    uncovered = sorted({name for one in made.sentences for name in one.searched.languages_uncovered})
    if uncovered and made.mode == "code":
        told.append(f"Reports in {', '.join(uncovered)} were searched by names, figures and known terms alone.")
    figures = [one for sentence in made.sentences for one in sentence.figures]
    if figures:
        other = sum(one.standing == "other" for one in figures)
        same = sum(one.standing == "same" for one in figures)
        told.append(f"Figures and dates beside words of reports: {same} the same, {other} another.")
    references = [one for sentence in made.sentences for one in sentence.references]
    if references:
        astray = sum(one.standing in _ASTRAY for one in references)
        told.append(f"References that lead elsewhere than where the words stand: {astray} of {len(references)}.")
    return told


def reason_line(one: CheckedSentence) -> str:
    """Return why a sentence has its label, in a few words, "" where its quotes say it."""
    unsaid = f"not said: {'; '.join(one.unsaid)}" if one.unsaid else ""
    sought = ""
    if one.label == "not_found":
        number = one.searched.reports
        sought = f"searched {number} {'report' if number == 1 else 'reports'}"
    return "; ".join(filter(None, (one.reason, unsaid, sought)))


def _first(heading: str, sentences: Sequence[CheckedSentence]) -> list[Section]:
    """Return the sentences with a label, each with what the reports say instead."""
    if not sentences:
        return []
    blocks: list[Paragraph] = []
    for one in sentences:
        parts: list[Inline] = [f"{one.number}. {one.text}"]
        if why := reason_line(one):
            parts.append(f" ({why})")
        blocks.append(Paragraph(sentences=(Sentence(kind="remark", parts=tuple(parts)),), form="item"))
        for quoted in _quotes(one.citations or one.nearest[:1]):
            blocks.append(Paragraph(sentences=(quoted,), form="item", depth=1))
    return [Section(heading=heading, blocks=tuple(blocks))]


def _references(made: CheckedDraft) -> list[Section]:
    told = [
        f"{sentence.number}. {one.text}: {one.detail}"
        for sentence in made.sentences for one in sentence.references if one.standing in (*_ASTRAY, "not_held")
    ]  # fmt: skip
    blocks = tuple(Paragraph(sentences=(_plain(one),), form="item") for one in told)
    return [Section(heading="References to mend", blocks=blocks)] if told else []


def _table(sentences: Iterable[CheckedSentence]) -> Table:
    rows = tuple(
        (
            _plain(str(one.number)), _plain(one.section), _plain(one.text), _plain(IN_WORDS[one.label]),
            _said(one), _plain("; ".join(reference.detail for reference in one.references)),
        )
        for one in sentences
    )  # fmt: skip
    heads = ("No.", "Section", "Sentence", "Verdict", "What the reports say", "References")
    used = [at for at in range(len(heads)) if any(row[at].parts for row in rows)]
    return Table(heads=tuple(heads[at] for at in used), rows=tuple(tuple(row[at] for at in used) for row in rows))


def _said(one: CheckedSentence) -> Sentence:
    quotes = [part for quoted in _quotes(one.citations) for part in (*quoted.parts, " ")]
    why = reason_line(one)
    parts: list[Inline] = [*([f"{why}: " if quotes else why] if why else []), *quotes[:-1]]
    cited = [citation for citation in one.citations if citation.role == "quote"]
    return Sentence(kind="quoted" if cited else "remark", parts=tuple(parts), proofs=proofs(cited))


def _quotes(citations: Iterable[Citation]) -> Iterable[Sentence]:
    """Yield a sentence for each quote: its words and the number of its source."""
    for citation in citations:
        if citation.role == "quote":
            parts = (quotation([citation], [citation]), " ", mark([citation]))
            yield Sentence(kind="quoted", parts=parts, proofs=proofs([citation]))


def _plain(text: str) -> Sentence:
    return Sentence(kind="remark", parts=(one_line(text),) if text else ())


def _cited(made: CheckedDraft) -> Iterator[Citation]:
    """Yield what the paper of a check cites: of what was not found the nearest words alone."""
    for sentence in made.sentences:
        yield from sentence.nearest[:1] if sentence.label == "not_found" else sentence.citations
