"""The command that says what inference cost."""

from ..core.errors import DONE
from ..core.ledger import Grouping, Ledger
from ..terminal.cost import cost_view
from .workplace import Options, Workplace

GROUPINGS: dict[str, Grouping] = {
    "agent": "agent",
    "model": "model",
    "run": "run",
    "question": "question",
    "day": "day",
}


def cost(options: Options) -> int:
    """Show the ledger, grouped."""
    place = Workplace.of(options)
    place.home.create()
    table = Ledger(place.home.ledger).table(GROUPINGS[str(options["by"])])
    place.show(table, cost_view(table))
    return DONE
