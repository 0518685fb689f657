"""The command that says what inference cost."""

import sys
from datetime import date
from decimal import Decimal

from ..core.amounts import plain
from ..core.cells import CsvForm, write_csv
from ..core.cost import CostRow
from ..core.errors import DONE
from ..core.setting_sections import Currency
from ..core.shapes import CostTable, Shape
from ..terminal.views.cost import cost_view
from .workplace import Options, Workplace, works_at


class Display(Shape):
    """The total in the user's own currency, at the rate of a day; `total` is `None` where nothing has a price."""

    code: str
    per_usd: str
    date: date
    total: str | None


class ShownTable(CostTable):
    """What `cost --json` prints."""

    display: Display | None = None


@works_at(Workplace)
def cost(place: Workplace, options: Options) -> int:
    """Show the ledger, grouped: as a table, as JSON, or as a sheet of its rows."""
    table = place.ledger.table(options["by"])
    if options.get("csv"):
        rows = [list(CostRow.model_fields), *(list(row.model_dump().values()) for row in table.rows)]
        write_csv(sys.stdout, rows, CsvForm(is_marked=options["bom"]))
        return DONE
    currency = place.settings.currency
    shown = ShownTable(**dict(table), display=_display(table, currency) if currency else None)
    place.show(shown, cost_view(table, currency))
    return DONE


def _display(table: CostTable, currency: Currency) -> Display:
    usd = table.total.usd
    total = None if usd is None else plain(Decimal(usd) * currency.per_usd)
    return Display(code=currency.code, per_usd=plain(currency.per_usd), date=currency.date, total=total)
