"""What the tools take: checked before anything is looked for, and bounded: whoever calls may be a confused model."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...core.errors import UsageError
from ...core.text import MOST_CHARACTERS
from ...core.types import Scope

MOST_OF_A_DRAFT = 40_000  # characters
_LONGEST = 80  # of a key, which may be anything
Taken = TypeVar("Taken", bound="Arguments")
_Name = Annotated[str, Field(max_length=300)]
_Names = Annotated[tuple[_Name, ...], Field(max_length=50)]
_Year = Annotated[int, Field(ge=1000, le=9999)]


class Arguments(BaseModel):
    """What a tool takes; what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Filtered(Arguments):
    """What narrows a tool to some reports, as the filters of the command line do."""

    report: _Names = Field((), description="Only these reports: ids, or files as results name them.")
    region: _Names = Field((), description="Only reports of these regions and what is nested in them.")
    organisation: _Names = Field((), description="Only reports of these organisations.")
    kind: _Names = Field((), description="Only these kinds: roadmap, strategy, advisory, technical, law, talk, other.")
    status: _Names = Field((), description="Only these: draft, adopted, superseded.")
    published_from: _Year | None = Field(None, description="Only reports from this year on.")
    published_to: _Year | None = Field(None, description="Only reports up to this year.")

    @property
    def scope(self) -> Scope:
        """The scope that the filters mean."""
        return Scope(
            self.report, self.region, self.organisation, self.kind, self.status, self.published_from, self.published_to
        )  # fmt: skip


class SearchArguments(Filtered):
    """What `search_reports` takes."""

    query: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="Words to look for.")
    limit: int = Field(8, ge=1, le=20, description="How many passages.")


class PageArguments(Arguments):
    """What `read_page` takes: a passage that was found, or a report and which of its pages."""

    passage: _Name | None = Field(None, description="The id of a passage: the page it stands on is read.")
    report: _Name | None = Field(None, description="A report, by id or file.")
    page: int | None = Field(None, ge=1, description="Which page, slide, sheet or section of it, counted from 1.")
    start: int = Field(0, ge=0, description="From which character of its text on.")


class AskArguments(Filtered):
    """What `ask_reports` takes."""

    question: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="One question, in whole words.")


class CheckArguments(Filtered):
    """What `check_text` takes."""

    text: str = Field(min_length=1, max_length=MOST_OF_A_DRAFT, description="Text to check; Markdown is understood.")


class NoteArguments(Filtered):
    """What `draft_note` takes; templates of the user's own are no business of a client."""

    topic: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="What the note is about.")
    template: Literal["policy-note", "briefing", "position-comparison", "roadmap-refresh"] = "policy-note"
    words: int = Field(600, ge=100, le=2_000, description="How long it may be, its sources apart.")
    language: Literal["en", "fr", "de", "es"] | None = Field(None, description="Of all but the quotes.")


class AlignArguments(Filtered):
    """What `align_topics` takes."""

    topics: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=10)] = Field(description="What to compare.")
    by: Literal["region", "organisation", "report"] = Field("region", description="Whose positions a column holds.")


class CostArguments(Arguments):
    """What `cost` takes; what was asked elsewhere is not told, so it is not by question."""

    by: Literal["agent", "model", "run", "day"] = "agent"


def read_arguments(kind: type[Taken], tool: str, given: object) -> Taken:
    """Return arguments checked; raises UsageError that names the first that is wrong, in one line."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the arguments"
        where = where[:_LONGEST]
        said = " ".join(first["msg"].split()).rstrip(".")
        raise UsageError(f"{tool}: {where!r}: {said[:1].lower()}{said[1:]}: see its input schema") from error
