"""What a table of a language pack is made of: patterns and words.

A `Pattern` is one or more lines, each a regular expression without word boundaries; `<table.key>` stands for what the
packs together have under that key. `Words` are words parted by blanks.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _lines(value: object) -> object:
    return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Pattern = Annotated[tuple[str, ...], BeforeValidator(_lines)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
key = Field


class WordTable(BaseModel):
    """A table of a pack: no key may lack, and none be unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
