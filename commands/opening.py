"""Opens the library that most commands work with; apart from `workplace.py`, because its imports take a second."""

from ..models.endpoint_embedder import EndpointEmbedder
from ..vectorstore.library import Library
from .workplace import Workplace


def open_library(place: Workplace, *, embeds: bool = True) -> Library:
    """Return the library of a workplace; it need not exist yet.

    A command that `embeds` asks the user, once, to allow the host of an endpoint that does so.
    """
    named = place.settings.embedding
    if named is None:
        return Library(place.home.library, embedder=place.settings.embedder.kind)
    settings = place.consent([named], _unmarked(place)) if embeds else place.allowing()
    return Library(place.home.library, embedder=EndpointEmbedder.of_settings(place.home, settings))


def _unmarked(place: Workplace) -> int:
    library = Library(place.home.library, embedder="none")
    reports = library.catalogue.reports() if library.exists else []
    return sum(report.confidentiality == "unmarked" for report in reports)
