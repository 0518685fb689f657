"""Form templates: what partners are asked, section by section, in the languages they are asked in."""

from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..core import toml
from ..core.errors import UsageError

FORMS = ("roadmap-refresh",)
_MOST = 40  # sections, and questions of one


class FormSection(BaseModel):
    """A section of a form and its guiding questions; `{topic}` in them stands for the topic of the form.

    `cues` are words by which what the collection holds on the section is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1, max_length=_MOST)
    cues: str = ""


class ToldForm(BaseModel):
    """A form in another language: the same sections with as many questions each; `topic` where none is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    topic: str = ""
    sections: tuple[FormSection, ...]


class FormTemplate(BaseModel):
    """A form's title and its sections, in order; `told` has them in other languages, by their codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    title: str
    topic: str
    summary: str = ""
    language: str = "en"
    sections: tuple[FormSection, ...] = Field(min_length=1, max_length=_MOST)
    told: dict[str, ToldForm] = {}

    def told_in(self, language: str, topic: str = "") -> "FormTemplate":
        """Return the form in a language, as it is where it has none in it, with its topic filled in everywhere."""
        there = self.told.get(language)
        title, sections = (there.title, there.sections) if there else (self.title, self.sections)
        named = topic or (there.topic if there else "") or self.topic
        filled = tuple(
            FormSection(heading=_filled(one.heading, named), questions=tuple(_filled(q, named) for q in one.questions))
            for one in sections
        )
        return self.model_copy(
            update={
                "title": _filled(title, named), "topic": named, "sections": filled, "told": {},
                "language": language if there else self.language,
            }
        )  # fmt: skip

    def questions(self) -> Iterator[tuple[int, int, str]]:
        """Yield the number of its section, its own number there, both from 1, and the words of each question."""
        for number, section in enumerate(self.sections, 1):
            for at, question in enumerate(section.questions, 1):
                yield number, at, question

    @model_validator(mode="after")
    def _has_all_sections(self) -> "FormTemplate":
        wanted = [len(one.questions) for one in self.sections]
        for language, there in self.told.items():
            if [len(one.questions) for one in there.sections] != wanted:
                raise ValueError(f"told.{language} has other sections or numbers of questions: give it the same")
        return self


def load_form(name: str) -> FormTemplate:
    """Return a shipped form template by name, or one from a TOML file; raises UsageError if it is not understood."""
    path = Path(name)
    if name in FORMS:
        text = files(__package__).joinpath(f"forms/{name}.toml").read_text(encoding="utf-8")
    elif path.suffix == ".toml" and path.is_file():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise _misunderstood(name, str(error).splitlines()[0]) from error
    else:
        near = get_close_matches(name, FORMS, n=1)
        meant = f"did you mean {near[0]!r}? There is" if near else "use"
        raise UsageError(f"there is no form template {name!r}: {meant} {', '.join(FORMS)} or the path of a .toml file")
    try:
        return FormTemplate.model_validate(toml.parsed(text))
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in found["loc"])
        reason = found["msg"].removeprefix("Value error, ")
        raise _misunderstood(name, f"{place}: {reason}" if place else reason) from error
    except ValueError as error:  # no TOML
        raise _misunderstood(name, str(error).splitlines()[0]) from error


def _misunderstood(name: str, reason: str) -> UsageError:
    return UsageError(f"the form template {name!r} is not understood ({reason}): compare it with docs/forms.md")


def _filled(words: str, topic: str) -> str:
    return words.replace("{topic}", topic)
