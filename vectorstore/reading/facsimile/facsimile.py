"""What is shown of a report beside words of it: the text around them, and the picture of their page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it looks: `data` is an image file of this `media_type`, `width` and `height` are its pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where words stand on a page: its edges in thousandths of the page's width and height, from the upper left."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Facsimile:
    """Words in their place: what stands `before` and `after` them, and their page with `boxes` around them, if known.

    Facsimiles of words on one page share its picture. `lacks` says why there is none where one could be expected.
    """

    before: str = ""
    after: str = ""
    picture: PagePicture | None = None
    boxes: tuple[WordBox, ...] = ()
    lacks: str = ""
