"""Lists and shows reports, from the catalogue alone."""

from ..core.errors import DONE
from ..core.shapes import ReportList
from ..core.types import Scope
from ..terminal.views.reports import report_view, reports_view
from ..vectorstore.inventory import Inventory
from .workplace import Options, Workplace, scope_of, works_at


@works_at(Workplace)
def list_reports(place: Workplace, options: Options) -> int:
    """List what the library holds, as a table or as JSON."""
    held = Inventory(place.home.library)
    listed = ReportList(reports=held.reports(scope_of(options)), generation=held.catalogue.generation)
    place.show(listed, reports_view(listed.reports))
    return DONE


@works_at(Workplace)
def show_report(place: Workplace, options: Options) -> int:
    """Show one report, named by id or the end of its file name."""
    row = Inventory(place.home.library).reports(Scope(reports=(options["name"],)))[0]
    place.show(row, report_view(row))
    return DONE
