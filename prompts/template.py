"""Note templates: which sections a note has, and which question guides each of them."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..core import toml
from ..core.errors import UsageError

SHIPPED = ("policy-note",)


class TemplateSection(BaseModel):
    """A section of a note: `{topic}` in its question stands for the note's topic.

    `kind` says where its content comes from: the reports' answer to the question, one position a region, the figures
    on which they disagree, or what they leave unsaid. `cues` are words that are welcome in a quote for this section.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    question: str
    kind: Literal["answer", "positions", "figures", "silence"] = "answer"
    cues: str = ""


class Template(BaseModel):
    """A note's title (`{topic}` is filled in) and its sections, in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    sections: list[TemplateSection]


def load_template(name: str) -> Template:
    """Return a shipped template by name, or one from a TOML file; raises UsageError when it is not understood."""
    path = Path(name)
    try:
        if name in SHIPPED:
            text = files(__package__).joinpath(f"templates/{name}.toml").read_text(encoding="utf-8")
        elif path.suffix == ".toml" and path.is_file():
            text = path.read_text(encoding="utf-8-sig")
        else:
            raise UsageError(f"there is no template {name!r}: use {', '.join(SHIPPED)} or the path of a .toml file")
        return Template.model_validate(toml.parsed(text))
    except (OSError, ValueError) as error:  # no UTF-8, no TOML, or other fields
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"the template {name!r} is not understood ({reason}): compare it with {SHIPPED[0]!r}"
        ) from error
