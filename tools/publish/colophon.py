"""What a published file says of itself beside its text: in its header, its properties, and to whoever checks it."""

from dataclasses import dataclass

from ...core.shapes import Mode
from ..document.phrases import phrases

_DRAFTED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Colophon:
    """What goes into header and properties of a file; `carried` is the JSON of what it was made of.

    `language` is the code of our own sentences, `date` is ISO 8601, `standing` is "DRAFT" until a person signs,
    `made_by` says how it came about, `source_type` the same as a term of the IPTC, "" for quotes alone.
    """

    title: str
    language: str
    date: str
    made_by: str
    carried: str
    standing: str = "DRAFT"
    source_type: str = ""

    @property
    def banner(self) -> str:
        """The standing as readers are shown it, in the language of the file."""
        return phrases(self.language).templates.get(f"standing.{self.standing}", self.standing)


@dataclass(frozen=True, slots=True)
class Published:
    """A published file as read back: its `texts` in the order of reading, and the JSON it carries, if it does."""

    texts: tuple[str, ...]
    carried: str | None


def source_type(mode: Mode) -> str:
    """Return the term of the IPTC (digital source type) for what was made in a mode, "" for quotes alone."""
    return _DRAFTED if mode == "drafted" else ""
