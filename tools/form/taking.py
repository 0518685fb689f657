"""Takes returned files: each is read, known by its code, and kept as a version of its partner's contribution."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ...core.errors import ReadFailure
from ...core.events import OnProgress
from ...core.text import escaped
from ...vectorstore.reading.page import FileText
from ...vectorstore.reading.sandbox import Readers
from .contributions import Contributions, TakenVersion
from .made_form import MadeForm
from .returned_file import file_facts
from .returned_form import Remark, read_form, whose
from .taken_forms import FileState, TakenFile

_NAMED = 8  # versions in a remark
_A_CHILD = 25  # files that take as long as starting a process that reads


def take_files(
    paths: Sequence[Path], forms: Mapping[str, MadeForm], folder: Path, progress: OnProgress
) -> tuple[list[TakenFile], list[Contributions]]:
    """Read returned files, and return what became of each with the contributions of all forms they belong to.

    Nothing is written yet. A file that was taken before is not read again.
    """
    kept = {name: Contributions(folder, form) for name, form in forms.items()}
    hashes = {path: _hash(path) for path in paths}
    taken = {one.hash: one for form in kept.values() for one in form.versions.values()}
    first: dict[str, Path] = {}
    for path, digest in hashes.items():
        first.setdefault(digest, path)
    to_read = [path for digest, path in first.items() if digest not in taken]
    read: dict[str, TakenVersion | TakenFile] = {}
    children = min(os.cpu_count() or 1, 1 + len(to_read) // _A_CHILD)
    with Readers(children=children) as readers:
        for at, (path, outcome) in enumerate(readers.read_all(to_read)):
            progress("reading returned forms", at, len(to_read))
            read[hashes[path]] = _taken(path, hashes[path], outcome, forms, kept)
    files = [_file(path, hashes[path], first[hashes[path]], read, taken, kept) for path in paths]
    return files, [one for one in kept.values() if one.versions]


def _taken(
    path: Path, digest: str, outcome: FileText | ReadFailure, forms: Mapping[str, MadeForm],
    kept: Mapping[str, Contributions],
) -> TakenVersion | TakenFile:  # fmt: skip
    """Return a file as a version, which is put to the others, or as one that is none."""
    name = escaped(path.name)
    if isinstance(outcome, ReadFailure):
        return _left(name, "failed", str(outcome))
    code = whose(outcome, forms)
    if code is None:
        return _left(name, "foreign", "no form of ours: it has no code of one; its text was not taken")
    if code.form not in forms:
        reason = f"a form that is not known here ({code}): name the folder it was made in with --made"
        return _left(name, "foreign", reason)
    form = forms[code.form]
    sent = form.sent.get(code.partner)
    if sent is None:
        return _left(name, "foreign", f"a form of nobody who was asked ({code}): see whether its code was changed")
    found, facts = read_form(outcome, code, form, sent), file_facts(path, outcome)
    remarks = list(found.remarks)
    if facts.comments:
        many = f"{facts.comments} comments are" if facts.comments > 1 else "a comment is"
        remarks.append(Remark(kind="comments", text=f"{many} not taken: see the file"))
    if facts.pictures:
        many = f"{facts.pictures} pictures are" if facts.pictures > 1 else "a picture is"
        remarks.append(Remark(kind="pictures", text=f"{many} not taken: see the file"))
    if path.stem != Path(sent.file).stem:
        remarks.insert(0, Remark(kind="renamed", text=f"was {sent.file!r} when it was sent"))
    version = TakenVersion(
        partner=code.partner, file=name, hash=digest, changed=facts.changed, answers=list(found.answers),
        added=list(found.added), deleted=sorted(found.deleted), remarks=remarks,
    )  # fmt: skip
    if version.is_unfilled:
        version = version.model_copy(
            update={"remarks": [*remarks, Remark(kind="unfilled", text="nothing was written into it")]}
        )
    kept[code.form].versions[digest] = version
    return version


def _file(
    path: Path, digest: str, first: Path, read: Mapping[str, TakenVersion | TakenFile],
    before: Mapping[str, TakenVersion], kept: Mapping[str, Contributions],
) -> TakenFile:  # fmt: skip
    """Return what became of a file, now that all are read."""
    name = escaped(path.name)
    found = read.get(digest) or before[digest]
    if isinstance(found, TakenFile):
        return found.model_copy(update={"file": name})
    home = next(one for one in kept.values() if digest in one.versions)
    partner = home.form.sent[found.partner].partner
    versions = home.of(found.partner)
    remarks = list(found.remarks)
    state: FileState = "unchanged" if digest in before or path != first else "taken"
    if path != first:
        remarks = [Remark(kind="same_file", text=f"the same as {escaped(first.name)!r}")]
    elif name != found.file:
        remarks.append(Remark(kind="same_file", text=f"taken before as {found.file!r}"))
    if found.hash != versions[0].hash:
        state = "unfilled" if found.is_unfilled else "superseded"
        why = "has answers" if found.is_unfilled else "was changed later"
        told = f"{versions[0].file!r} ({versions[0].changed[:16]}) {why} and counts instead"
        remarks.append(Remark(kind="superseded", text=told))
    elif others := [one for one in versions[1:] if not one.is_unfilled]:
        told = ", ".join(f"{one.file!r} ({one.changed[:16]})" for one in others[:_NAMED])
        remarks.append(Remark(kind="superseded", text=f"counts instead of {told}, changed earlier"))
    elif found.is_unfilled:
        state = "unfilled"
    return TakenFile(
        file=name, state=state, organisation=partner.organisation, form=home.form.id, changed=found.changed,
        remarks=remarks,
    )  # fmt: skip


def unreadable(files: Iterable[TakenFile]) -> bool:
    """Tell whether nothing could be taken of some file."""
    return any(one.is_unread for one in files)


def _left(name: str, state: FileState, reason: str) -> TakenFile:
    kind: FileState = state
    remark = Remark(kind="foreign" if kind == "foreign" else "failed", text=reason)
    return TakenFile(file=name, state=kind, remarks=[remark])


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; one that cannot be opened is read, and fails, by itself."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()
