"""The workplace of a command that changes the library; all that reads files comes with it, a quarter of a second."""

from functools import cached_property

from ..vectorstore.library import Library
from .library_workplace import LibraryWorkplace


class WritingWorkplace(LibraryWorkplace):
    """A workplace with a library to change, which need not exist yet."""

    @cached_property
    def library(self) -> Library:
        """The library; where an endpoint embeds, the user is asked, once, to allow its host."""
        return self.opened(Library)


class CatalogueWorkplace(WritingWorkplace):
    """One at which nothing is embedded, so nobody is asked."""

    embeds = False
