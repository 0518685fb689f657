"""The workplace of a command that searches the library; one that changes it is at `writing_workplace.py`."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, TypeVar

from ..core.settings import Endpoint, Settings
from ..models.endpoint_embedder import EndpointEmbedder
from ..vectorstore.inventory import Inventory
from ..vectorstore.searchable import Searchable
from .consent import Consent
from .workplace import Workplace, endpoints_of

Opened = TypeVar("Opened", bound=Searchable)


class LibraryWorkplace(Workplace):
    """A workplace with a library, which need not exist yet."""

    embeds: ClassVar[bool] = True

    def __exit__(self, *_: object) -> None:
        if "library" in vars(self):
            self.library.close()  # what it gives up is booked before the ledger goes
        super().__exit__()

    @cached_property
    def library(self) -> Searchable:
        """The library; where an endpoint embeds, the user is asked, once, to allow its host."""
        return self.opened(Searchable)

    def opened(self, kind: type[Opened]) -> Opened:
        """Return the library, to search alone or to change."""
        named = self.settings.embedding
        if named is None:
            return kind(self.home.library, embedder=self.settings.embedder.kind)
        settings = self._asked(self.settings, [named]) if self.embeds else self.consent.allowing(self.settings)
        return kind(self.home.library, embedder=EndpointEmbedder.of_settings(self.home, settings, self.ledger))

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
        library = Inventory(self.home.library)
        reports = library.catalogue.reports() if library.exists else []
        unmarked = sum(report.confidentiality == "unmarked" for report in reports)
        return self.consent.given(settings, endpoints, unmarked)
