"""What every reader returns: a document of pages, each with its canonical text and the blocks it is made of."""

from dataclasses import dataclass, field
from typing import Literal

from ...core.types import PageState, SegmentKind

Span = tuple[int, int]
RECOGNISED_MARK = " (OCR)"  # behind the label of a page whose words were recognised, for people


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row at `start:end` of the page's text.

    `level` is the heading level (1 is the outermost) or the nesting of an item (0 is the outermost). `header` is the
    position, in the page's `blocks`, of the header row of a table row; `None` where no header was recognised. A row
    that `goes_on` belongs to the table at the end of the page before, and has its header.
    `paragraph` counts blocks from 1 below the page's heading path; only sections use it for their locator.
    `control` is the tag, else the title, of the content control of a Word file that it stands in, "" for none.
    """

    start: int
    end: int
    kind: SegmentKind
    level: int = 0
    header: int | None = None
    paragraph: int = 1
    goes_on: bool = False
    control: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One citable unit: a PDF page, a slide, the notes of a slide, the text below one heading, or a sheet.

    `text` is canonical: offsets of blocks, segments and citations count in it. `furniture` are the spans of running
    headers and footers: part of the text, never indexed. `breaks` are offsets of line-end hyphens whose kind is
    unsure: the index also gets the joined word. `inserted` are the spans of tracked, not yet accepted insertions.
    `unread` names what the page shows and `text` lacks ("an embedded file 'plan.xyz'"): no absence is sure over it.
    `left_out` names what stands in the file and was left out on purpose ("struck text", "hidden rows").
    `recognised` tells that the words come from text recognition.
    """

    kind: Literal["page", "slide", "section", "sheet"]
    page: int | None
    label: str
    text: str
    blocks: tuple[Block, ...]
    path: tuple[str, ...] = ()
    state: PageState = "read"
    notes: bool = False
    furniture: tuple[tuple[int, int], ...] = ()
    breaks: tuple[int, ...] = ()
    inserted: tuple[tuple[int, int], ...] = ()
    unread: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class FrontLine:
    """A line of one of the first pages, with the size it is set in, in points."""

    text: str
    page: int
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class FileText:
    """A file as read. `properties` holds what the file says of itself: title, author, organisation, date, language.

    `front` are the lines of the first pages where their type sizes are known. `imprint` is what stands around the text
    of a web page and is left out of it: who runs the site, when the page was last changed, the words of logos.
    `unread` names what belongs to the file, to no page of it, and could not be read.
    """

    pages: tuple[Page, ...]
    properties: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    front: tuple[FrontLine, ...] = ()
    imprint: str = ""

    @property
    def page_count(self) -> int | None:
        """The number of PDF pages, slides or sheets; `None` where the format has none."""
        numbers = [page.page for page in self.pages if page.page is not None]
        return max(numbers) if numbers else None
