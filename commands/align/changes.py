"""The command `changes`: two snapshots, or one and the library as it is, or two files of answers, are compared."""

from datetime import UTC, datetime
from pathlib import Path

from ...core.errors import DONE, UsageError
from ...core.system.files import named_file
from ...language.terms import Terms
from ...terminal.views.alignment.change_views import changes_view
from ...tools.changes.answer_changes import AnswerChanges, compare_answers
from ...tools.changes.answer_states import is_answer_file, read_answers
from ...tools.changes.change_files import CHANGE_ENDINGS, Compared, paper_of, tables_of, told_of, write_changes
from ...tools.changes.changed import Changes
from ...tools.changes.compare_snapshots import compare
from ...tools.changes.kept_snapshots import NOW, KeptSnapshots
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, works_at
from .snapshots import taken


@works_at(AssistantWorkplace)
def changes(place: AssistantWorkplace, options: Options) -> int:
    """Compare, write files, and show what changed."""
    paths = tuple(dict.fromkeys(named_file(name, "the changes", CHANGE_ENDINGS) for name in options["output"]))
    kept = KeptSnapshots(place.home.snapshots)
    before, after = options["before"], options["after"]
    made: Compared
    if not kept.holds(before) and is_answer_file(before):
        made = _of_answers(before, after, paths)
    else:
        made = _of_snapshots(place, kept, before, after)
    made = made.model_copy(update={"document": paper_of(made)})
    write_changes(made, paths, datetime.now(UTC).isoformat(timespec="seconds"))
    made = made.model_copy(update={"files": tuple(map(str, paths))})
    place.show(made, changes_view(made.document, told_of(made), tables_of(made), made.files))
    return DONE


def _of_snapshots(place: AssistantWorkplace, kept: KeptSnapshots, before: str, after: str | None) -> Changes:
    old = kept.find(before)
    if after is None or after.casefold() == NOW:
        matrix = old.matrix
        new = taken(place, NOW, matrix.topics, matrix.by, old.scope, may_be_empty=True)
    else:
        new = kept.find(after)
    return compare(old, new, Terms.load(place.home.terms))


def _of_answers(before: str, after: str | None, paths: tuple[Path, ...]) -> AnswerChanges:
    if after is None:
        raise UsageError(f"{before!r} is a file of answers: name a second one to compare it with")
    if not is_answer_file(after):
        raise UsageError(f"{before!r} is a file of answers and {after!r} is none: name two of them, or two snapshots")
    for path in paths:
        if path.exists() and any(Path(name).exists() and path.samefile(name) for name in (before, after)):
            raise UsageError(f"{str(path)!r} is one of the two that are compared: write to another file")
    return compare_answers(read_answers(Path(before)), read_answers(Path(after)), (before, after))
