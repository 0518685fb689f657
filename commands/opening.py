"""Opens the library that most commands work with; apart from `workplace.py`, because its imports take a second."""

from ..vectorstore.library import Library
from .workplace import Workplace


def open_library(place: Workplace) -> Library:
    """Return the library of a workplace; it need not exist yet."""
    return Library(place.home.library, embedder=place.settings.embedder.kind)
