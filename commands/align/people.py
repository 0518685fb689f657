"""What people decided on the cells of a matrix: kept from before, and merged from their workbooks."""

from collections.abc import Sequence
from pathlib import Path

from ...core.errors import UsageError
from ...core.types import EVERYTHING
from ...tools.align.cell_key import key_of, name_of
from ...tools.align.judging.judgement_merge import Merged, merged
from ...tools.align.judging.judgement_sheet import JudgedSheets, read_sheets
from ...tools.align.judging.kept_judgements import KeptJudgements
from ...tools.align.matrix import Judgement, MatrixTopic
from ...tools.align.roadmaps import roadmaps_of
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, scope_of

_WORKBOOK = ".xlsx"


def topics_and_workbooks(options: Options) -> tuple[list[str], list[Path]]:
    """Return the topics that are asked for and the workbooks, which may also stand behind the first, like topics."""
    files, topics = list(options["judgements"]), list(options["topic"])
    if files:
        files += [one for one in topics if one.lower().endswith(_WORKBOOK)]
        topics = [one for one in topics if not one.lower().endswith(_WORKBOOK)]
    return topics, [Path(one) for one in files]


class People:
    """The judgements that one run of the matrix is made with; nothing is kept before `keep`."""

    def __init__(self, place: AssistantWorkplace, options: Options, topics: Sequence[MatrixTopic]) -> None:
        """Read workbooks, if any are named, and merge them; raises UsageError where a row is not understood.

        Each thing that is wrong is said on a line of its own before, and nothing of any workbook is merged then.
        """
        self._place = place
        self._kept = KeptJudgements(place.home)
        asked, files = topics_and_workbooks(options)
        sheets = read_sheets(files) if files else JudgedSheets((), ())
        self._rows, self._by, scope = sheets.rows, options["by"], scope_of(options)
        roadmaps = roadmaps_of(place.library.in_scope(scope), self._by)
        self._names = [name_of(topic.name, roadmap.name) for topic in topics for roadmap in roadmaps]
        self._is_part = bool(asked) or scope != EVERYTHING
        self._merged = self._made()
        self._refuse([*sheets.problems, *self._merged.problems])

    @property
    def judgements(self) -> list[Judgement]:
        """What bears on the cells that are made, and on such as would be among them and are no more."""
        by, there = self._by, set(map(key_of, self._names))
        return [
            one for one in self._merged.judgements
            if key_of(one.cell) in there or (not self._is_part and one.by in (None, by))
        ]  # fmt: skip

    def keep(self) -> None:
        """Keep what was merged, and say what came of it."""
        if not self._rows:
            return
        done = self._made()  # once more: another process may have kept some meanwhile
        self._kept.keep(done.judgements)
        for one in done.replaced:
            self._place.screen.say(
                f"{one.editor}, {one.cell}: replaces {one.stance} of {one.date or 'an earlier file'}"
            )
        for one in done.withdrawn:
            self._place.screen.say(f"{one.editor}, {one.cell}: {one.stance or 'the remark'} is taken back")
        for one in done.outdated:
            self._place.screen.say(
                f"{one.editor}, {one.cell}: {one.stance} of {one.date} is older than what is kept", "warn"
            )
        there = set(map(key_of, self._names))
        other = sum(key_of(row.judgement.cell) not in there for row in self._rows) if self._is_part else 0
        if other:
            self._place.screen.say(f"{other} rows on cells that were not made this time are kept as well")

    def _made(self) -> Merged:
        return merged(self._kept.load(), self._rows, self._names, self._by)

    def _refuse(self, problems: Sequence[str]) -> None:
        if len(problems) == 1:
            raise UsageError(f"{problems[0]} (no judgement was merged)")
        if problems:
            for problem in problems:
                self._place.screen.say(problem, "warn")
            raise UsageError(f"{len(problems)} things in the workbooks are not understood: no judgement was merged")
