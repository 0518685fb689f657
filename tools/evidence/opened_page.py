"""Finds a citation in its page again, so that its words can be read where they stand."""

from ...core.conversation import OpenedPage
from ...core.errors import UsageError
from ...core.shapes import Citation
from ...vectorstore.index.catalogue import Catalogue


def open_page(catalogue: Catalogue, citation: Citation) -> OpenedPage:
    """Return the page of a citation, with where its passage and its quote stand in it.

    Raises UsageError where the library does not hold this version of the report any more.
    """
    text = catalogue.page_text(citation.passage)
    passage = catalogue.passages([citation.passage]).get(citation.passage)
    if not text or passage is None:
        raise UsageError(f"{citation.file!r} has changed or is gone since it was quoted: ask again")
    start = max(text.find(passage.text), 0)
    place = (start, start + len(passage.text))
    # The same words may stand on a page twice: those of the passage are meant.
    at = text.find(citation.quote, start)
    at = at if at >= 0 else text.find(citation.quote)
    return OpenedPage(citation, text, place, (at, at + len(citation.quote)) if at >= 0 else (start, start))
