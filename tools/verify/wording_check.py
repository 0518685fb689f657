"""Whether every cited quote stands in its report where the citation says."""

from collections.abc import Iterable

from ...core.text import one_line
from ...core.types import Report
from ...vectorstore.scope import status_of
from .finding import Findings
from .held import Held
from .item import Cited, Item

_PAST = "some words were said before: the library has their reports with another text now, or not any more"
_SHOWN = 70  # characters of a quote in a message


def check_quotes(item: Item, places: Held, findings: Findings) -> None:
    """Look every quote up in the library; a Markdown note has none apart from its sentences."""
    for cited in item.cited:
        if cited.citation is None and not cited.quote:
            continue
        if cited.is_past and cited.citation is not None and not places.holds(cited.citation):
            findings.cannot_prove(_PAST)
            continue
        report = places.report(cited)
        wrong = "cannot be looked up: its report is not in the library" if report is None else (
            places.misquoted(cited, report)
        )  # fmt: skip
        findings.judge("quote", cited.where, wrong and f"{shown(cited.quote)} {wrong}")


def shown(words: str) -> str:
    """Return words as a message shows them."""
    line = one_line(words)
    return f"“{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}”"


def changed(text: str, was: str) -> str:
    """Return that a text is another than it was published as, with both from a little before where they differ."""
    return f"changed since it was published: {_apart(text, was)}; it was: {_apart(was, text)}"


def misframed(told: str, known: Iterable[str], label: str) -> str | None:
    """Return what is wrong with what introduces a quote if it has a word that none of the known texts has."""
    words = {word for text in known for word in _words(text)}
    strange = [word for word in _words(told) if word not in words]
    return f"{shown(told)}: neither {label} nor its report is introduced by {strange[0]!r}" if strange else None


def _apart(text: str, other: str) -> str:
    at = next((at for at, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), len(other))
    begin = text.rfind(" ", 0, max(0, min(at, len(text)) - 20)) + 1
    return shown(text[begin:])


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


def known_of(one: Cited, report: Report | None) -> list[str]:
    """Return what is known of a source beside its words: that of the library, and as it was when it was cited."""
    told: list[str] = []
    for source in (report, one.citation):
        if source is not None:
            told += [source.title, source.organisation or "", source.region or "", source.date or "", source.status]
    told += [status_of(report)] if report is not None else []
    return told
