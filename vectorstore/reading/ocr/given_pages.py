"""A PDF read with recognised pages in place of its own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..page import RECOGNISED_MARK, FileText, Page
from ..read import read
from .kept_pages import RecognisedPage

UNTOLD = "words that text recognition could not tell"


def read_with(path: Path, recognised: Mapping[int, RecognisedPage]) -> FileText:
    """Read a PDF with these pages in place of its own; raises what reading it raises."""
    document = read(path, {number: page.sheet for number, page in recognised.items()})
    pages = [_marked(page, recognised.get(page.page or 0)) for page in document.pages]
    return replace(document, pages=tuple(pages))


def _marked(page: Page, recognised: RecognisedPage | None) -> Page:
    if recognised is None or page.state != "read":
        return page
    unread = (*page.unread, UNTOLD) if recognised.unclear else page.unread
    return replace(page, label=f"{page.label}{RECOGNISED_MARK}", recognised=True, unread=unread)
