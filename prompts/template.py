"""Note templates: the sections of a note, the questions that guide each, its length, and what may stand there."""

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..core import toml
from ..core.errors import UsageError

SHIPPED = ("policy-note", "briefing", "position-comparison", "roadmap-refresh")
DEFAULT = SHIPPED[0]

SectionKind = Literal["answer", "positions", "comparison", "figures", "key_messages", "silence", "gaps"]
Allowed = Literal["inference", "recommendation"]
# These are made of what the other sections hold: nothing is searched for them.
MADE_OF_OTHERS: tuple[SectionKind, ...] = ("key_messages", "silence", "gaps")
BY_REGION: tuple[SectionKind, ...] = ("positions", "comparison")


class TemplateSection(BaseModel):
    """A section of a note: `{topic}` in its questions stands for the note's topic.

    `kind` says where its content comes from: the reports' answer to the questions, one position a region (as sentences
    or as the rows of a table), the figures on which they differ, the `most` weighty of what stands in the others, what
    the reports leave unsaid, or that together with how strong the evidence is. `cues` are words that are welcome in a
    quote for this section, `words` is how long it may be, `allows` names what a model may add of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    question: str = ""
    questions: list[str] = []
    kind: SectionKind = "answer"
    cues: str = ""
    words: int | None = Field(default=None, ge=20)
    most: int = Field(default=4, ge=1, le=12)
    allows: list[Allowed] = []

    @property
    def guiding(self) -> list[str]:
        """Its guiding questions, in order; none where it is made of what other sections hold."""
        return [*([self.question] if self.question else []), *self.questions]

    @model_validator(mode="after")
    def _is_asked(self) -> "TemplateSection":
        if not self.guiding and self.kind not in MADE_OF_OTHERS:
            raise ValueError(f"the section {self.heading!r} has no question: give it one")
        return self


class Told(BaseModel):
    """A template's title and the headings of its sections, in order, in another language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    headings: list[str]


class Template(BaseModel):
    """A note's title (`{topic}` is filled in) and its sections, in order; `words` is how long it may be in all.

    `told` has title and headings in other languages, by their codes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    summary: str = ""
    words: int | None = Field(default=None, ge=60)
    sections: list[TemplateSection] = Field(min_length=1)
    told: dict[str, Told] = {}

    def told_in(self, language: str) -> "Template":
        """Return the template with title and headings in a language; as it is where it has none in it."""
        there = self.told.get(language)
        if there is None:
            return self
        pairs = zip(self.sections, there.headings, strict=True)
        sections = [section.model_copy(update={"heading": heading}) for section, heading in pairs]
        return self.model_copy(update={"title": there.title, "sections": sections})

    @model_validator(mode="after")
    def _has_all_headings(self) -> "Template":
        for language, there in self.told.items():
            if len(there.headings) != len(self.sections):
                found, wanted = len(there.headings), len(self.sections)
                raise ValueError(f"told.{language} has {found} headings for {wanted} sections: give each one")
        return self


def load_template(name: str) -> Template:
    """Return a shipped template by name, or one from a TOML file; raises UsageError when it is not understood."""
    return parsed_template(template_text(name), name)


def parsed_template(text: str, name: str) -> Template:
    """Return the template of a TOML text; raises UsageError, with its `name`, when it is not understood."""
    try:
        return Template.model_validate(toml.parsed(text))
    except ValidationError as error:
        reason = _told(error)
    except ValueError as error:  # no TOML
        reason = str(error).splitlines()[0]
    raise _not_understood(name, reason)


def template_text(name: str) -> str:
    """Return a template as it is written; raises UsageError where there is none of that name that can be read."""
    path = Path(name)
    if name in SHIPPED:
        return files(__package__).joinpath(f"templates/{name}.toml").read_text(encoding="utf-8")
    if path.suffix == ".toml" and path.is_file():
        try:
            return path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:  # no UTF-8
            raise _not_understood(name, str(error).splitlines()[0]) from error
    near = get_close_matches(name, SHIPPED, n=1)
    meant = f"did you mean {near[0]!r}? There are" if near else "use"
    raise UsageError(f"there is no template {name!r}: {meant} {', '.join(SHIPPED)} or the path of a .toml file")


def _not_understood(name: str, reason: str) -> UsageError:
    return UsageError(f"the template {name!r} is not understood ({reason}): compare it with {DEFAULT!r}")


def _told(error: ValidationError) -> str:
    """Return the first thing that is wrong, with the key that was meant where one is not known.

    Such a key comes before one that lacks: it may be the same, misspelled.
    """
    found = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in found["loc"])
    if found["type"] != "extra_forbidden":
        return f"{place}: {found['msg'].removeprefix('Value error, ')}" if place else found["msg"]
    known = TemplateSection.model_fields if len(found["loc"]) > 1 else Template.model_fields
    near = get_close_matches(str(found["loc"][-1]), known, n=1, cutoff=0.5)
    return f"{place} is no key of a template" + (f", {near[0]!r} is" if near else "")
