"""The contributions of a form, kept beside the library: every version that came back, and which of a partner counts.

A folder for each form holds `.taken.json`, a Word file for each version with the partner's words alone, and the
`reports.toml` by which the library knows whose they are.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ...core.errors import LibraryError
from ...core.system.files import write_whole
from .form_labels import label
from .form_word import Written, contribution_file
from .made_form import FormPartner, MadeForm, SentForm, slug
from .returned_form import AddedText, GivenAnswer, Remark

_NOUN, _ADVICE = "the contribution", "see whether the library may be written to"
_TAKEN = ".taken.json"  # hidden: no file that an ingest would look at


class TakenVersion(BaseModel, frozen=True):
    """A returned file that was taken: its name and hash, when it was last changed, and what stands in it."""

    partner: str
    file: str
    hash: str
    changed: str
    answers: list[GivenAnswer]
    added: list[AddedText]
    deleted: list[tuple[int, int]]
    remarks: list[Remark]

    @property
    def words(self) -> int:
        """How many words it has in all."""
        return sum(one.words for one in self.answers)

    @property
    def is_unfilled(self) -> bool:
        """Whether nothing was written into it."""
        return not self.answers and not any(one.blocks or one.heading for one in self.added)


class Contributions:
    """What was taken of one form; `versions` are by the hash of their file."""

    def __init__(self, folder: Path, form: MadeForm) -> None:
        self.form = form
        self.folder = folder / form.name
        self.versions: dict[str, TakenVersion] = {}
        path = self.folder / _TAKEN
        if path.is_file():
            try:
                told = json.loads(path.read_bytes())
                self.versions = {one["hash"]: TakenVersion.model_validate(one) for one in told}
            except (OSError, ValueError, TypeError, KeyError, ValidationError) as error:
                raise LibraryError(
                    f"{str(path)!r} is damaged: move it away and take all returned forms again"
                ) from error

    def of(self, partner: str) -> list[TakenVersion]:
        """Return the versions of a partner, the one that counts first: the last changed of those with any answer."""
        mine = (one for one in self.versions.values() if one.partner == partner)
        return sorted(mine, key=lambda one: (not one.is_unfilled, one.changed, one.words, one.hash), reverse=True)

    def file_of(self, version: TakenVersion) -> str:
        """Return the name of the contribution that a version became."""
        return f"{slug(self.form.sent[version.partner].partner.organisation)}-{version.hash[:8]}.docx"

    def write(self) -> bool:
        """Write what is not there yet or has changed; return whether anything was."""
        contents: dict[str, bytes] = {}
        entries: list[str] = []
        for key, sent in self.form.sent.items():
            versions = [one for one in self.of(key) if not one.is_unfilled]
            for at, version in enumerate(versions):
                name = self.file_of(version)
                title = f"{self.form.told_to(sent.partner).title} ({sent.partner.organisation}, {self.form.round})"
                blocks = contribution_blocks(self.form, sent, version)
                contents[name] = contribution_file(blocks, title, version.changed, sent.partner.language)
                older = versions[at + 1] if at + 1 < len(versions) else None
                entries.append(
                    _entry(name, title, sent.partner, version, self.file_of(older) if older else "", is_last=at == 0)
                )
        rows = [one.model_dump(mode="json") for one in sorted(self.versions.values(), key=lambda one: one.hash)]
        contents["reports.toml"] = "\n".join(entries).encode()
        contents[_TAKEN] = f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n".encode()
        changed = {name: data for name, data in contents.items() if not _holds(self.folder / name, data)}
        if not entries and not self.versions:
            return False
        for name, data in changed.items():
            write_whole(self.folder / name, data, _NOUN, advice=_ADVICE, private=True)
        return bool(changed)


def contribution_blocks(form: MadeForm, sent: SentForm, version: TakenVersion) -> list[Written]:
    """Return a contribution as blocks: the sections and questions that have an answer, and what was added to them."""
    told = form.told_to(sent.partner)
    blocks: list[Written] = []
    for number in range(len(told.sections) + 1):
        mine = [one for one in version.answers if one.section == number]
        added = [one for one in version.added if one.section == number]
        if not mine and not added:
            continue
        if number:
            blocks.append(("section", f"{number}. {told.sections[number - 1].heading}"))
        for one in mine:
            blocks.append(
                ("question", f"{number}.{one.question} {told.sections[number - 1].questions[one.question - 1]}")
            )
            blocks += [(block.kind, block.text) for block in one.blocks]
        for extra in added:
            blocks.append(("question" if number else "section", extra.heading or label(sent.partner.language, "added")))
            blocks += [(block.kind, block.text) for block in extra.blocks]
    return blocks


def ingested_names(forms: Iterable[Contributions]) -> list[str]:
    """Return the files of all contributions, as the library names them."""
    return [
        f"{one.folder.name}/{one.file_of(version)}"
        for one in forms for key in one.form.sent for version in one.of(key) if not version.is_unfilled
    ]  # fmt: skip


def _entry(
    name: str, title: str, partner: FormPartner, version: TakenVersion, supersedes: str, *, is_last: bool
) -> str:  # fmt: skip
    """Return what the library is told of a contribution. It is a draft: nobody has decided on it."""
    fields = {
        "title": title, "organisation": partner.organisation, "region": partner.region or "",
        "date": version.changed[:10], "kind": "contribution", "status": "draft" if is_last else "superseded",
        "supersedes": supersedes, "language": partner.language,
        "confidentiality": "" if partner.confidentiality == "unmarked" else partner.confidentiality,
    }  # fmt: skip
    told = "".join(f"{key} = {_quoted(value)}\n" for key, value in fields.items() if value)
    return f"[{_quoted(name)}]\n{told}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
