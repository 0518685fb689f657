"""Pages of a report as a whole, with where they stand: what is around a passage that was found."""

from dataclasses import dataclass

from ..core.errors import UsageError
from ..core.types import Locator
from .index.catalogue import Catalogue
from .index.locators import whole_page


@dataclass(frozen=True, slots=True)
class WholePage:
    """A page, slide, sheet or section: the `number`-th of `pages`, counted from 1, with its canonical text."""

    number: int
    pages: int
    locator: Locator
    text: str


def whole_page_of(catalogue: Catalogue, report: str, number: int) -> WholePage:
    """Return the `number`-th page of a report by its id; raises UsageError where it has not so many."""
    places = catalogue.connection.execute(
        """SELECT p.number, p.kind, p.page, p.label, p.path, p.recognised, r.title FROM pages p
           JOIN reports r ON r.id = p.report WHERE p.report = ? ORDER BY p.number""",
        (report,),
    ).fetchall()
    texts = catalogue.page_texts(report)
    if not 1 <= number <= len(texts) == len(places):
        raise UsageError(f"there is no page {number} in {report!r}: it has {len(texts)}")
    return WholePage(number, len(texts), whole_page(places[number - 1]), texts[number - 1][1])


def page_of_passage(catalogue: Catalogue, passage: str) -> tuple[str, int]:
    """Return the report a passage is from, and which of its pages it stands on, counted from 1.

    Raises UsageError for a passage that the library does not hold.
    """
    row = catalogue.connection.execute(
        """SELECT a.report, (SELECT count(*) FROM pages p WHERE p.report = a.report AND p.number <= a.number) AS at
           FROM passages a WHERE a.id = ?""",
        (passage,),
    ).fetchone()
    if row is None:
        raise UsageError(f"there is no passage {passage!r}: search again, the report may have changed")
    return str(row["report"]), int(row["at"])
