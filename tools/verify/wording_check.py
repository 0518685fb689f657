"""Whether every cited quote stands in its report where the citation says."""

from ...core.text import one_line
from .finding import Findings
from .held import Held
from .item import Item

_SHOWN = 70  # characters of a quote in a message


def check_quotes(item: Item, places: Held, findings: Findings) -> None:
    """Look every quote up in the library; a Markdown note has none apart from its sentences."""
    for cited in item.cited:
        if cited.citation is None and not cited.quote:
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
