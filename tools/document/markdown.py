"""Publishes a note as Markdown: title, sections, and the numbered sources with the places they are cited for."""

import re
from collections.abc import Sequence

from ...core.shapes import Answer, Citation, Mode, NoteSection, Source
from ...core.text import one_line, without_controls

_SPECIAL = re.compile(r"[\\`*<]|\](?=\()|(?<![^\W_])_|_(?![^\W_])")
_MARK = re.compile(r"\[(\d+)\]")


def note_markdown(
    title: str, sections: Sequence[NoteSection], sources: Sequence[Source], *, mode: Mode, made_by: str
) -> str:
    """Return the note; text from reports is escaped, so that it stays text. `made_by` names the model, if any."""
    drafted = (
        f"Drafted by {made_by} and checked against the reports" if mode == "drafted" else "Made of verbatim quotes"
    )
    lines = [f"# {escaped(title)}", "", f"*{drafted}. A draft for review, not a decision.*", ""]
    for section in sections:
        lines += [f"## {section.heading}", "", section.text, ""]
    if sources:
        lines += ["## Sources", "", *(_entry(source, sections) for source in sources), ""]
    return "\n".join(lines).rstrip() + "\n"


def answer_markdown(answer: Answer, *, made_by: str) -> str:
    """Return an answer as a document: the question, the answer with its marks, and the words of each source."""
    drafted = (
        f"Drafted by {made_by} and checked against the reports"
        if answer.mode == "drafted" else "Made of verbatim quotes"
    )  # fmt: skip
    lines = [f"# {escaped(answer.question)}", "", f"*{drafted}. A draft for review, not a decision.*", ""]
    lines += [answer.answer.strip(), ""]
    entries: dict[int, list[str]] = {}
    for claim in answer.claims:
        for citation in claim.citations if claim.verdict == "supported" else ():
            entry = entries.setdefault(citation.number, [_cited(citation)])
            quote = f"“{escaped(citation.quote)}”"
            entry += [] if quote in entry else [quote]
    if entries:
        lines += ["## Sources", ""]
        lines += [f"{number}. {' '.join(entry)}" for number, entry in sorted(entries.items())]
        lines.append("")
    if answer.coverage.unreadable:
        lines += [f"Not readable: {', '.join(escaped(item.file) for item in answer.coverage.unreadable)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _cited(citation: Citation) -> str:
    told = (citation.title, citation.organisation, citation.date)
    who = ". ".join(escaped(item) for item in told if item)
    tags = [citation.status] if citation.status in ("draft", "superseded") else []
    note = f" ({'; '.join(tags)})" if tags else ""
    return f"{who}{note}. `{citation.file}`: {escaped(citation.locator.label)}:"


def escaped(text: str) -> str:
    """Return text as Markdown that shows exactly this text on one line; a bracketed number in it is no mark of ours."""
    plain = _SPECIAL.sub(lambda match: f"\\{match.group()}", one_line(without_controls(text)))
    return _MARK.sub(r"\\[\1\\]", plain)


def _entry(source: Source, sections: Sequence[NoteSection]) -> str:
    places = dict.fromkeys(
        citation.locator.label
        for section in sections
        for claim in section.claims
        for citation in claim.citations
        if citation.number == source.number
    )
    told = [source.title, source.organisation, source.date]
    tags = [source.status] if source.status in ("draft", "superseded") else []
    tags += [f"newer edition: {source.superseded_by}"] if source.superseded_by else []
    note = f" ({'; '.join(tags)})" if tags else ""
    who = ". ".join(escaped(item) for item in told if item)
    return f"{source.number}. {who}{note}. `{source.file}`: {escaped('; '.join(places))}"
