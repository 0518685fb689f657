"""Opens what most commands work with; apart from `workplace.py`, because these imports take seconds."""

import os

from ..agents.assistant import Assistant
from ..vectorstore.library import Library
from .workplace import Workplace


def open_library(place: Workplace) -> Library:
    """Return the library of a workplace; it need not exist yet."""
    return Library(place.home.library, embedder=place.settings.embedder.kind)


def open_assistant(place: Workplace, library: Library) -> Assistant:
    """Return an assistant over an existing library, after any consent that its endpoints need."""
    reports = library.catalogue.reports()
    settings = place.consent(sum(report.confidentiality == "unmarked" for report in reports))
    return Assistant.with_settings(library, place.home, settings, os.environ)
