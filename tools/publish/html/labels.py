"""What a page says around its document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a page that are no words of its document; `kinds` name the kinds of sentence that bear a tag."""

    skip: str = "Skip to the text"
    contents: str = "Contents"
    key: str = "How to read this"
    notes: str = "Notes"
    note: str = "Note"
    source: str = "Source"
    back: str = "Back to the text"
    close: str = "Close"
    in_place: str = "The words in their place"
    picture: str = "with the quoted words boxed"
    bare_picture: str = "the place of the words is not known"
    whole_page: str = "The whole page"
    newer: str = "newer edition"
    table: str = "Table"
    carries: str = "This file carries what it was made of; coscribe verify compares the two."
    raised: str = "A number in brackets opens a note: the words that the sentence rests on, and where they stand."
    quoted: str = "Words in quotation marks are a report's own; the other sentences are ours."
    kinds: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: MappingProxyType(
            {
                "count": ("Count", "counted over the library, not said by a report"),
                "computed": ("Computed", "worked out from figures that are cited"),
                "absence": ("Not found", "what the library was searched for in vain"),
                "inference": ("Inference", "drawn from what is cited, not said by a report"),
                "recommendation": ("Recommendation", "what should happen, in our words"),
            }
        )
    )


ENGLISH = Labels()
