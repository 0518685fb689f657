"""JSON shapes that only the command line prints."""

from ..core.types import Check, ReportRow, Shape


class ReportList(Shape):
    """What `reports list --json` prints."""

    reports: list[ReportRow]
    generation: int


class Removed(Shape):
    """What `reports remove --json` prints; `records` and `sessions` count what was removed with the report."""

    report: str
    file: str
    records: int
    sessions: int = 0


class Rebuilt(Shape):
    """What `reports rebuild --json` prints."""

    passages: int


class Checks(Shape):
    """What `doctor --json` prints."""

    checks: list[Check]
