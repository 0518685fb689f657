"""A form that was sent out, to whom, and what it printed for each: what is needed to read it back."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from ...core.text import fold, one_line, squash
from ...core.types import Level
from ...prompts.form_template import FormTemplate

_DIGITS = 8  # of the names of forms and partners
StaticKind = Literal["section", "question", "other"]


class FormPartner(BaseModel, frozen=True):
    """Who is asked: what the sheet of partners says of them, and nothing of the people there."""

    organisation: str
    region: str | None = None
    language: str = "en"
    topic: str = ""
    confidentiality: Level = "unmarked"

    @property
    def key(self) -> str:
        """The name of the partner in tags and codes."""
        return _name(fold(one_line(self.organisation)))


class FormQuote(BaseModel, frozen=True):
    """Words of a report that a form begins with: the quote, and which report it is from, with the page."""

    text: str
    source: str


class SentForm(BaseModel, frozen=True):
    """The form of one partner as it was written: its file, its quotes by question ("2.1"), and when (ISO 8601, UTC)."""

    partner: FormPartner
    file: str
    quotes: dict[str, list[FormQuote]] = {}
    has_reports: bool = False
    made: str
    earlier: list[str] = []  # what files printed besides that were written to the partner before


class MadeForm(BaseModel, frozen=True):
    """A form as it was sent out in a round, to all its partners."""

    id: str = Field(pattern="^[0-9a-f]{8}$")
    round: str
    template: FormTemplate
    until: str = ""
    sent: dict[str, SentForm] = {}  # by the keys of their partners

    @property
    def name(self) -> str:
        """What the folder of its contributions is called."""
        return f"{slug(self.template.name)}-{slug(self.round)}-{self.id[:4]}"

    def told_to(self, partner: FormPartner) -> FormTemplate:
        """Return the form in a partner's language, on the partner's topic."""
        return self.template.told_in(partner.language, partner.topic)


@dataclass(frozen=True, slots=True)
class FormCode:
    """Whose form of which round something belongs to."""

    form: str
    partner: str

    def __str__(self) -> str:
        return f"{self.form}-{self.partner}"


Key = tuple[int, int]  # the number of a section, and that of a question in it, both from 1


def form_id(template: FormTemplate, round_: str) -> str:
    """Return the name of a form: the same template in the same round is the same form."""
    return _name(f"{round_}\n{template.model_dump_json()}")


def tag_of(code: FormCode, key: Key) -> str:
    """Return the tag of a content control; Word takes 64 characters."""
    return f"coscribe/{code.form}/{code.partner}/{key[0]}.{key[1]}"


def title_of(code: FormCode, key: Key, answer: str) -> str:
    """Return the title of a content control, which says the same as its tag: some programs keep one of them alone."""
    return f"{answer} {key[0]}.{key[1]} ({code})"


def field_of(control: str) -> tuple[FormCode, Key] | None:
    """Return which field a control is, by its tag or title; `None` for one that is none of ours."""
    tag = re.fullmatch(r"coscribe/([0-9a-f]{8})/([0-9a-f]{8})/(\d{1,2})\.(\d{1,2})", control.strip())
    if tag:
        return FormCode(tag[1], tag[2]), (int(tag[3]), int(tag[4]))
    title = re.search(r"(\d{1,2})\.(\d{1,2}) \(([0-9a-f]{8})-([0-9a-f]{8})\)$", control.strip())
    return (FormCode(title[3], title[4]), (int(title[1]), int(title[2]))) if title else None


def codes_in(text: str) -> Iterator[FormCode]:
    """Yield the codes that are printed in a text."""
    for form, partner in re.findall(r"(?<![0-9a-f])([0-9a-f]{8})-([0-9a-f]{8})(?![0-9a-f])", text):
        yield FormCode(form, partner)


def matched(text: str) -> str:
    """Return how a printed line is found again: without its number, which people and programs change."""
    return squash(re.sub(r"^\W*\d{1,2}(\.\d{1,2})?[.)]?\s+", "", one_line(text)))


def slug(name: str) -> str:
    """Return a name as part of the name of a file."""
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in fold(name)).split()
    return "-".join(words)[:40].strip("-") or "partner"


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
