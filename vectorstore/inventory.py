"""What a library on disk holds, as its catalogue alone tells; neither its indexes nor what embeds are loaded for it."""

from pathlib import Path

from ..core.shapes import ReportRow
from ..core.system.disk import is_there
from ..core.types import EVERYTHING, Report, Scope
from .index.catalogue import Catalogue
from .scope import in_scope, status_of


class Inventory:
    """The reports of the library in a folder; all but `exists` raise LibraryError when there is none."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).expanduser()
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, opened on first use."""
        if self._catalogue is None:
            self._catalogue = Catalogue(self.folder)
        return self._catalogue

    @property
    def exists(self) -> bool:
        """Whether something was ever ingested here."""
        return is_there(self.folder / "catalogue.sqlite")

    def in_scope(self, scope: Scope = EVERYTHING) -> list[Report]:
        """Return the reports that a scope means; raises UsageError when a filter matches none."""
        return in_scope(self.catalogue.reports(), scope)

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        """Return what the library holds, by file."""
        counts = self.catalogue.passage_counts()
        return [
            ReportRow(
                report=report.id, file=report.file, title=report.title, organisation=report.organisation,
                region=report.region, date=report.date, kind=report.kind, status=status_of(report),
                superseded_by=report.superseded_by, language=report.language, confidentiality=report.confidentiality,
                pages=report.pages, passages=counts.get(report.id, 0), edition=report.edition, family=report.family,
                found=dict(report.found),
            )
            for report in self.in_scope(scope)
        ]  # fmt: skip

    def declared(self, scope: Scope = EVERYTHING) -> list[dict[str, str]]:
        """Return what a manifest would have to say for the library to be as it is, one row a report."""
        rows = self.catalogue.manifest_rows()
        return [rows[report.id] for report in self.in_scope(scope)]
