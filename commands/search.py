"""The command `search`: the best passages for some words, without any model call."""

from ..agents.records import new_run
from ..core.errors import DONE, BudgetReached, EndpointError, UsageError
from ..core.text import askable
from ..models.port import Asking
from ..terminal.progress import Progress
from ..terminal.views.passages import passages_view
from .library_workplace import LibraryWorkplace
from .workplace import Options, scope_of, works_at


@works_at(LibraryWorkplace)
def search(place: LibraryWorkplace, options: Options) -> int:
    """Show the best passages for some words."""
    query = askable(options["query"], "query")
    if not query:
        raise UsageError('the words to search for are empty: try `coscribe search "energy of cooling"`')
    limit, scope = options["limit"], scope_of(options)
    library, failure = place.library, None
    with Progress(place.screen) as progress:
        progress.advance("searching", 0, 0)
        try:
            result = library.search_result(query, limit, scope=scope, asking=Asking(new_run(), query))
        except (EndpointError, BudgetReached) as error:
            failure = error
            result = library.search_result(query, limit, scope=scope, asking=None)
    if failure is not None:
        place.screen.say(f"searched by words alone: {failure}", "warn")
    place.show(result, passages_view(result))
    return DONE if failure is None else failure.exit_code
