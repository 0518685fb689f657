"""The opening of a report: what its first pages print, line by line, and what its file says of itself."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from ...core.text import one_line, without_controls
from ...language.joint import pattern
from ..reading.page import FileText, FrontLine

_MOST = 6_000  # characters of it, where type sizes are not known
_PROSE = 160  # characters: a longer line is running text, and speaks of anything
_BACK = 1_200  # characters of the last page: the imprint of many a brochure
NO_TITLE = pattern("front.no_title", lead=r"^\W*", end=r"\W*$")


@dataclass(frozen=True, slots=True)
class Opening:
    """What is looked at of a report: `lines` of its first pages, `front` with their sizes where these are known.

    The first `near` lines are those that speak of the report itself; `headings` have their levels. `imprint` is what
    stands around a web page and on the last page. `said` are the believable properties of the file.
    """

    name: str
    lines: tuple[str, ...]
    front: tuple[FrontLine, ...]
    headings: tuple[tuple[int, str], ...]
    near: int
    imprint: str
    said: dict[str, str]
    pages: int
    is_talk: bool

    @property
    def is_web(self) -> bool:
        """Whether it is a page of a site: its title may bear the year of what it lists."""
        return bool(self.imprint) and not self.front

    @property
    def text(self) -> str:
        """The lines that speak of the report itself, and the imprint."""
        return "\n".join((*(line for line in self.lines[: self.near] if len(line) <= _PROSE), self.imprint))


def opening(document: FileText, file: str) -> Opening:
    """Return the opening of a document that was read from a file of this name."""
    read = [page for page in document.pages if page.state == "read" and not page.notes]
    lines, headings, left = [], [], _MOST
    for page in read:
        for block in page.blocks:
            text = without_controls(page.text[block.start : block.end])
            lines += [line for line in map(one_line, text.splitlines()) if line]
            headings += [(block.level, one_line(text))] if block.kind == "heading" else []
            left -= len(text)
        if left <= 0:
            break
    last = read[-1].text[-_BACK:] if len(read) > 4 and document.front else ""
    return Opening(
        PurePosixPath(file).stem,
        tuple(line.text for line in document.front) or tuple(lines),
        document.front,
        tuple(headings[:12]),
        len(document.front) or 14,
        "\n".join(map(without_controls, (document.imprint or last).splitlines())),
        {key: one_line(without_controls(value)) for key, value in document.properties.items() if value.strip()},
        len(document.pages),
        any(page.kind == "slide" for page in document.pages),
    )
