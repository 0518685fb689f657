"""A library as somebody sees it who may not see its internal reports: as if they were not there."""

from pathlib import Path
from tempfile import TemporaryDirectory

from .index import schema
from .index.catalogue import Catalogue
from .index.damage import Connection
from .index.words import WordIndex
from .searchable import Searchable

# Names of the catalogue's tables mean these views first: no statement, of whatever reader, can see past them. A report
# that an internal one has replaced is still told to be superseded, but not by which.
_OPEN = "(SELECT confidentiality FROM main.reports AS held WHERE held.id = {}) <> 'internal'"
_BY_REPORT = ("pages", "passages", "segments", "versions", "legs", "files")
_REPORTS = """CREATE TEMP VIEW reports AS SELECT id, file, version, pages, guessed, declared, title, organisation,
    region, date, kind, CASE WHEN superseded_by IS NULL OR {open} THEN status ELSE 'superseded' END AS status,
    NULL AS supersedes, CASE WHEN {open} THEN superseded_by END AS superseded_by, language, confidentiality, unread
    FROM main.reports WHERE confidentiality <> 'internal'"""


class ShownCatalogue(Catalogue):
    """A catalogue without the reports that are internal as of now, whoever marks them meanwhile."""

    def hidden(self) -> int:
        """Return how many internal reports are left out."""
        rows = self.connection.execute("SELECT count(*) FROM main.reports WHERE confidentiality = 'internal'")
        return int(rows.fetchone()[0])

    def unnamed(self) -> int:
        """Return how many files were never read, of which nobody knows whether they are internal."""
        rows = self.connection.execute("SELECT count(*) FROM main.files WHERE report IS NULL AND state <> 'removed'")
        return int(rows.fetchone()[0])

    def _opened(self) -> Connection:
        made = super()._opened()
        if not self.is_read_only:
            schema.upgrade(made)  # which the views would be in the way of
        made.execute("PRAGMA temp_store = MEMORY")
        made.execute(_REPORTS.format(open=_OPEN.format("main.reports.superseded_by")))
        for table in _BY_REPORT:
            condition = _OPEN.format(f"main.{table}.report")
            made.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {condition}")
        return made


class ShownLibrary(Searchable):
    """A library to search, without its internal reports.

    Their words are in no index it searches: a word that they alone hold is as unknown as any, and corrects no
    misspelling.
    """

    _own: tuple[TemporaryDirectory[str], ...] = ()

    @property
    def catalogue(self) -> ShownCatalogue:
        """The catalogue, opened on first use."""
        if not isinstance(self._catalogue, ShownCatalogue):
            self._catalogue = ShownCatalogue(self.folder)
        return self._catalogue

    def words(self) -> WordIndex:
        """Return the words of what is shown, indexed anew in a folder of this process where something is not."""
        found = super().words()
        catalogue = self.catalogue
        if not catalogue.hidden():
            return found
        folder = TemporaryDirectory(prefix="coscribe-", ignore_cleanup_errors=True)
        index = WordIndex(Path(folder.name) / "words")
        with catalogue.snapshot():
            reports = [report.id for report in catalogue.reports()]
            index.index(reports, (passage for report in reports for passage in catalogue.indexable(report)))
        *before, last = self._own or (None,)
        for gone in before:
            gone.cleanup()
        self._own = (last, folder) if last else (folder,)  # a search may be under way in the last one
        return index

    def close(self) -> None:
        """Let go of the index, and of what embeds."""
        super().close()
        for folder in self._own:
            folder.cleanup()
