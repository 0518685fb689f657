"""Says what a collection speaks of that no topic covers."""

from collections.abc import Sequence

from ...core.errors import DONE
from ...language.terms import Terms
from ...terminal.views.alignment.suggestion_views import suggestions_view
from ...tools.align.matrix import MatrixTopic
from ...tools.align.suggestions import suggestions
from ...tools.align.sweep import Sought
from ...tools.align.topics import expressions
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, scope_of


def suggest(place: AssistantWorkplace, options: Options, topics: Sequence[MatrixTopic]) -> int:
    """Print the suggestions for the reports in scope."""
    known = Terms.load(place.home.terms)
    covered = [Sought(topic, expressions(topic, known), known) for topic in topics]
    reports = {report.id: report for report in place.library.in_scope(scope_of(options))}
    made = suggestions(place.library, reports, covered)
    place.show(made, suggestions_view(made))
    return DONE
