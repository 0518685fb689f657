"""The workplace of a command that works with the library."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from ..core.settings import Endpoint, Settings
from ..models.endpoint_embedder import EndpointEmbedder
from ..vectorstore.library import Library
from .consent import Consent
from .workplace import Workplace, endpoints_of


class LibraryWorkplace(Workplace):
    """A workplace with a library, which need not exist yet."""

    embeds: ClassVar[bool] = True

    def __exit__(self, *_: object) -> None:
        if "library" in vars(self):
            self.library.close()  # what it gives up is booked before the ledger goes
        super().__exit__()

    @cached_property
    def library(self) -> Library:
        """The library; where an endpoint embeds, the user is asked, once, to allow its host."""
        named = self.settings.embedding
        if named is None:
            return Library(self.home.library, embedder=self.settings.embedder.kind)
        settings = self._asked(self.settings, [named]) if self.embeds else self.consent.allowing(self.settings)
        return Library(self.home.library, embedder=EndpointEmbedder.of_settings(self.home, settings, self.ledger))

    @cached_property
    def consent(self) -> Consent:
        """What the user has agreed to."""
        return Consent(self.home, self.screen)

    def agreed(self, settings: Settings) -> Settings:
        """Return the settings with the hosts allowed that they name, after any consent that is needed.

        Raises UsageError where that is not had, LibraryError where there is no library yet.
        """
        endpoints = endpoints_of(settings)
        if endpoints:
            self.library.catalogue  # noqa: B018  # whoever has no library is not asked
        return self._asked(settings, endpoints)

    def _asked(self, settings: Settings, endpoints: Sequence[Endpoint]) -> Settings:
        if not endpoints:
            return settings
        library = Library(self.home.library, embedder="none")
        reports = library.catalogue.reports() if library.exists else []
        unmarked = sum(report.confidentiality == "unmarked" for report in reports)
        return self.consent.given(settings, endpoints, unmarked)


class CatalogueWorkplace(LibraryWorkplace):
    """One at which nothing is embedded, so nobody is asked."""

    embeds = False
