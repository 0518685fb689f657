"""What a published file shows, read by nothing of ours; fails where text of a report or a model became markup."""

import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import openpyxl
from doubles.markdown_text import read
from doubles.ooxml import W
from pypdf import PdfReader

FIELDS = {"TOC", "NOTEREF", "PAGE", "NUMPAGES"}  # that a Word file may have
ELEMENTS = re.compile(
    "a|article|aside|b|blockquote|body|br|button|caption|cite|code|d[dlt]|details|dialog|div|em|fig(caption|ure)|footer|h[123]|"
    "head(er)?|html|li|main|mark|meta|nav|[ou]l|p|q|script|section|small|span|strong|style|su[bp]|summary|table|t[dhr]|"
    "tbody|template|tfoot|thead|time|title"
)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def squashed(text: str) -> str:
    """Return text as formats are compared: without white space, and what nobody sees."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(one for one in folded if not one.isspace() and unicodedata.category(one)[0] != "C")


def _word(content: bytes) -> str:
    docx.Document(io.BytesIO(content))
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if name[-4:] != ".png"}
    for name, part in parts.items():
        assert not (name.endswith(".rels") and [one for one in part if one.get("TargetMode")]), name
        codes = [(one.text or "").split()[0] for one in part.iter(f"{W}instrText")]
        assert set(codes) <= FIELDS and not list(part.iter(f"{W}fldSimple")), (name, codes)
    shown = [part for name, part in parts.items() if re.fullmatch(r"word/(document|footnotes|\w+\d)\.xml", name)]
    return "\n".join(one.text or "" for part in shown for one in part.iter(f"{W}t"))


def _pdf(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    assert list(reader.attachments) == ["coscribe.json"]
    assert not {"/OpenAction", "/AcroForm", "/AA"} & set(reader.trailer["/Root"])
    for page in reader.pages:
        for one in page.get("/Annots", ()):
            link = one.get_object()
            assert link["/Subtype"] == "/Link" and link.get("/A", {"/S": "/GoTo"})["/S"] == "/GoTo", link
    return "\n".join(page.extract_text() for page in reader.pages)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.scripts, self._silent = 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert ELEMENTS.fullmatch(tag), tag
        self.scripts += tag == "script"
        self._silent = tag if tag in ("script", "style") else self._silent
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "srcset", "style", "action"), (tag, name)
            assert name != "href" or (value or "").startswith("#"), value

    def handle_endtag(self, tag: str) -> None:
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data: str) -> None:
        self.shown += [] if self._silent else [data]


def _web(content: bytes) -> str:
    page = _Page()
    page.feed(content.decode())
    page.close()
    assert page.scripts == 2  # ours, and the JSON that it carries
    return "".join(page.shown)


def _markdown(content: bytes) -> str:
    allowed = {"ordered_list_open", "code_inline"}  # the list of sources, and the names of files
    shown, _ = read(content.decode(), allowed=allowed)
    assert not re.search(r"^\W*\[\^?[^\]\n]*\]:", content.decode(), re.MULTILINE)  # no footnote, no link is defined
    return shown


def rows(content: bytes) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a sheet by the names of its columns; all of its cells are text."""
    cells = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    head, *body = [[str(cell.value or "") for cell in row] for row in cells]
    yield from (dict(zip(head, row, strict=True)) for row in body)


def _sheet(content: bytes) -> str:
    return "\n".join(value for row in rows(content) for value in row.values())


_READ: Mapping[str, Callable[[bytes], str]] = {
    ".docx": _word, ".html": _web, ".md": _markdown, ".pdf": _pdf, ".xlsx": _sheet,
}  # fmt: skip
SHOWING = tuple(_READ)


def seen(content: bytes, ending: str) -> str:
    """Return what a file of a format shows, squashed."""
    text = _READ[ending](content)
    assert not UNSEEN.search(text), UNSEEN.search(text)
    return squashed(text)


def carried(content: bytes) -> Any:
    """Return the JSON that a PDF carries, which every format carries alike."""
    return json.loads(PdfReader(io.BytesIO(content)).attachments["coscribe.json"][0])
