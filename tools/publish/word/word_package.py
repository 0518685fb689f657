"""A Word file as the package of parts that it is: which there are, and how they lead to each other."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .word_markup import HEAD

_MADE = (1980, 1, 1, 0, 0, 0)  # of every part: the same document makes the same bytes
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES: Mapping[str, str] = {
    "word/document.xml": f"{_WORD}.document.main+xml",
    "word/styles.xml": f"{_WORD}.styles+xml",
    "word/numbering.xml": f"{_WORD}.numbering+xml",
    "word/settings.xml": f"{_WORD}.settings+xml",
    "word/footnotes.xml": f"{_WORD}.footnotes+xml",
    "word/header1.xml": f"{_WORD}.header+xml",
    "word/footer1.xml": f"{_WORD}.footer+xml",
    "word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    "customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKS: Mapping[str, tuple[tuple[str, str, str], ...]] = {  # by where they start: the id, kind and end of each
    "_rels/.rels": (
        ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
        ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ("rId3", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ("rId4", f"{_OFFICE}/custom-properties", "docProps/custom.xml"),
    ),
    "word/_rels/document.xml.rels": (
        ("rId1", f"{_OFFICE}/styles", "styles.xml"),
        ("rId2", f"{_OFFICE}/numbering", "numbering.xml"),
        ("rId3", f"{_OFFICE}/settings", "settings.xml"),
        ("rId4", f"{_OFFICE}/footnotes", "footnotes.xml"),
        ("rId5", f"{_OFFICE}/header", "header1.xml"),
        ("rId6", f"{_OFFICE}/footer", "footer1.xml"),
        ("rId7", f"{_OFFICE}/theme", "theme/theme1.xml"),
        ("rId8", f"{_OFFICE}/customXml", "../customXml/item1.xml"),
    ),
    "customXml/_rels/item1.xml.rels": (("rId1", f"{_OFFICE}/customXmlProps", "itemProps1.xml"),),
}
HEADER, FOOTER = "rId5", "rId6"
CARRIED = "customXml/item1.xml"


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the file of some parts, with what says of each what it is and what it leads to."""
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in _TYPES.items() if name in parts
    )
    whole = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
        ).encode(),
        **{start: _links(start, parts) for start in _LINKS},
        **parts,
    }
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in whole.items():
            archive.writestr(ZipInfo(name, _MADE), content, ZIP_DEFLATED)
    return stream.getvalue()


def _links(start: str, parts: Mapping[str, bytes]) -> bytes:
    folder = start.split("_rels/")[0]
    links = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{end}"/>'
        for name, kind, end in _LINKS[start]
        if (end.removeprefix("../") if end.startswith("../") else f"{folder}{end}") in parts
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'.encode()
