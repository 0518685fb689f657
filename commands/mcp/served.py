"""What the tools give: the shapes that `--json` prints, each with what was left out of it, and of a bounded size."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...core.errors import UsageError
from ...core.shapes import Answer, CostTable, Locator, Note, SearchResult
from ...tools.align.matrix import AlignmentMatrix
from ...tools.check.checked_draft import CheckedDraft

MOST = 60_000  # characters of JSON: some 15,000 tokens of whatever model reads it


class Served(BaseModel):
    """What comes with every result.

    `internal_left_out` is how many internal reports the client is not shown, `unread_left_out` how many files it is not
    told of that nobody could read and that may be internal, `cut` how many items of which list had no room.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    internal_left_out: int = 0
    unread_left_out: int = 0
    cut: dict[str, int] = Field(default_factory=dict)


class ServedSearch(SearchResult, Served):
    """What `search_reports` gives."""


class ServedPage(Served):
    """What `read_page` gives: characters `start:end` of the `characters` of a page, the `page`-th of `pages`."""

    report: str
    file: str
    title: str
    organisation: str | None
    date: str | None
    status: str
    locator: Locator
    page: int
    pages: int
    text: str
    start: int
    end: int
    characters: int


class ServedAnswer(Answer, Served):
    """What `ask_reports` gives."""


class ServedCheck(CheckedDraft, Served):
    """What `check_text` gives."""


class ServedNote(Note, Served):
    """What `draft_note` gives."""


class ServedMatrix(AlignmentMatrix, Served):
    """What `align_topics` gives."""


class ServedCost(CostTable, Served):
    """What `cost` gives."""


def bounded(made: BaseModel, left_out: Mapping[str, int], lists: Sequence[str]) -> dict[str, Any]:
    """Return a result as data with what was `left_out`.

    While it is too large its `lists` are shortened, the first first.
    A dot leads into the items of a list. Raises UsageError where that is not enough.
    """
    data: dict[str, Any] = {**made.model_dump(mode="json"), **left_out, "cut": {}}
    while (length := len(json.dumps(data, ensure_ascii=False))) > MOST:
        if not any(_halved(data, name) for name in lists):
            raise UsageError(f"the result has {length:,} characters, {MOST:,} at most are served: ask for less of it")
    return data


def _halved(data: dict[str, Any], name: str) -> bool:
    """Take the second half of a list away, and tell whether there was one."""
    holder, _, inner = name.rpartition(".")
    cut = 0
    for item in data[holder] if holder else (data,):
        kept = len(item[inner]) // 2
        cut += len(item[inner]) - kept
        item[inner] = item[inner][:kept]
    data["cut"][name] = data["cut"].get(name, 0) + cut
    return bool(cut)


def output_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a result, without the prose of ours in it: every client is sent all of them."""
    made: dict[str, Any] = _bare(kind.model_json_schema(mode="serialization"))
    return made


def _bare(schema: Any, *, is_names: bool = False) -> Any:
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = ((key, value) for key, value in schema.items() if is_names or key not in ("title", "description", "default"))
    return {key: _bare(value, is_names=key in ("properties", "$defs") and not is_names) for key, value in kept}
