"""What flows between the layers: reports, their segments and passages, and which of them a question is put to."""

from dataclasses import dataclass
from typing import Literal

from .shapes import Level, Locator

SegmentKind = Literal["heading", "text", "item", "row"]
PageState = Literal["read", "no_text", "garbled"]


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the library at its current version (a content hash)."""

    id: str
    version: str
    file: str
    title: str
    organisation: str | None
    region: str | None
    date: str | None
    kind: str
    status: str
    superseded_by: str | None
    language: str | None
    confidentiality: Level
    pages: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit of evidence: at most about 300 characters at `start:end` of the canonical page or paragraph text.

    `lead_in` and `header` are ids of the segments that are cited with this one; `continues` is the id of the segment
    that carries on the same sentence after a page turn. `position` counts segments through the report, `block` the
    paragraphs, items and rows they are cut from.
    """

    id: int
    report: str
    passage: str
    position: int
    block: int
    kind: SegmentKind
    text: str
    locator: Locator
    start: int
    end: int
    language: str | None
    lead_in: int | None = None
    header: int | None = None
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of segments of about 1,000 characters on one page; `score` is its rank score where it was searched for."""

    id: str
    report: str
    locator: Locator
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reports a question is put to; empty fields do not narrow. Values of one field are alternatives."""

    reports: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    published_from: int | None = None
    published_to: int | None = None


EVERYTHING = Scope()
