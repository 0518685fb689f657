"""Whose words follow: the line in front of a quote."""

import re

from ...core.types import Report, Segment
from ...vectorstore.scope import status_of

_CUES = (
    ("recommends", re.compile(r"\brecommend(s|ed)?\b|\brecomienda\b|\brecommande\b|\bempfiehlt\b", re.I)),
    ("proposes", re.compile(r"\bpropose[sd]?\b|\bpropone\b|\bschlägt\b", re.I)),
    ("expects", re.compile(r"\bexpect(s|ed)?\b|\bis expected\b|\bespera\b", re.I)),
    ("aims", re.compile(r"\baims? (to|at)\b", re.I)),
    ("plans", re.compile(r"\bplan(s|ned)? (to|for)\b|\bis planned\b", re.I)),
    ("requires", re.compile(r"\b(shall|must|is required to|are required to)\b|\bdeberá[n]?\b|\bdoit\b|\bmuss\b", re.I)),
)
_NEGATED = re.compile(r"\b(not|no|never|neither|nor|without|nicht|kein\w*|ne|pas|nunca|sin)\b", re.I)

VERBS = frozenset({"says", *(verb for verb, _ in _CUES)})


def framing(report: Report, segment: Segment, *, verb: bool = True) -> str:
    """Return whose words follow, where, and how they are meant: "Site Council (Europe, 2026), p. 2, requires".

    The verb is the segment's own; a negated or mixed one becomes "says".
    """
    who = report.organisation or report.title
    status = status_of(report)
    tags = [report.region.split("/")[-1] if report.region else None, report.date[:4] if report.date else None]
    tags += [status] if status in ("draft", "superseded") else []
    told = ", ".join(tag for tag in tags if tag)
    place = f"{who}{f' ({told})' if told else ''}, {segment.locator.label}"
    return f"{place}, {_verb(segment.text)}" if verb else place


def _verb(text: str) -> str:
    cues = [verb for verb, sign in _CUES if sign.search(text)]
    return cues[0] if len(cues) == 1 and not _NEGATED.search(text) else "says"
