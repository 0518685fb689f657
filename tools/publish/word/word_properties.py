"""What a Word file says of itself: its properties, its settings, and the JSON it was made of."""

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from xml.sax.saxutils import escape

from ..colophon import Colophon
from .word_markup import HEAD, Xml, part, w, written
from .word_package import CARRIED

GENERATOR = "coscribe"
PROVENANCE = "urn:coscribe:provenance"
_ITEM = "{6B0B0A5E-6F5C-5B1B-9C3C-636F73637269}"  # the name of the part with the JSON, the same in every file
_PROPERTIES = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # what makes a property of one's own
_XML = "http://schemas.openxmlformats.org"
_NO_XML = "[\ufffe\uffff\ud800-\udfff]"  # in JSON they stand only inside of strings, and may be escaped there


def described(colophon: Colophon, title: str) -> Mapping[str, bytes]:
    """Return the parts that describe a file."""
    return {
        "word/settings.xml": _settings(colophon.language),
        "docProps/core.xml": _core(colophon, title),
        "docProps/app.xml": _about(),
        "docProps/custom.xml": _own(colophon),
        CARRIED: _carried(colophon.carried),
        "customXml/itemProps1.xml": (
            f'{HEAD}<ds:datastoreItem ds:itemID="{_ITEM}" xmlns:ds="{_XML}/officeDocument/2006/customXml">'
            f'<ds:schemaRefs><ds:schemaRef ds:uri="{PROVENANCE}"/></ds:schemaRefs></ds:datastoreItem>'
        ).encode(),
    }


def _settings(language: str) -> bytes:
    return part(
        "settings",
        w("zoom", percent=100),
        w("defaultTabStop", val=709),
        w("characterSpacingControl", val="doNotCompress"),
        w("footnotePr", w("footnote", id=-1), w("footnote", id=0)),
        w(
            "compat",
            w("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15),
        ),
        w("themeFontLang", val=language),
        w("decimalSymbol", val="."),
        w("listSeparator", val=","),
    )


def _core(colophon: Colophon, title: str) -> bytes:
    when = _moment(colophon.date)
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{when}</dcterms:{name}>' for name in ("created", "modified") if when
    )
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_XML}/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(title)}</dc:title><dc:creator>{GENERATOR}</dc:creator>"
        f"<dc:description>{_text(colophon.made_by)}</dc:description>"
        f"<cp:lastModifiedBy>{GENERATOR}</cp:lastModifiedBy>{dates}<dc:language>{_text(colophon.language)}</dc:language>"
        f"<cp:contentStatus>{_text(colophon.standing)}</cp:contentStatus></cp:coreProperties>"
    ).encode()


def _about() -> bytes:
    return (
        f'{HEAD}<Properties xmlns="{_XML}/officeDocument/2006/extended-properties">'
        f"<Application>{GENERATOR}</Application></Properties>"
    ).encode()


def _own(colophon: Colophon) -> bytes:
    """Return the properties by which a program tells how a file came about."""
    told = {
        "Generator": f"{GENERATOR} {version('coscribe')}", "MadeBy": colophon.made_by, "Standing": colophon.standing,
        **({"DigitalSourceType": colophon.source_type} if colophon.source_type else {}),
    }  # fmt: skip
    values = "".join(
        f'<property fmtid="{_PROPERTIES}" pid="{at}" name="{name}"><vt:lpwstr>{_text(value)}</vt:lpwstr></property>'
        for at, (name, value) in enumerate(told.items(), 2)
    )
    kinds = f"{_XML}/officeDocument/2006"
    return (
        f'{HEAD}<Properties xmlns="{kinds}/custom-properties" xmlns:vt="{kinds}/docPropsVTypes">{values}</Properties>'
    ).encode()


def _carried(json: str) -> bytes:
    told = escape(re.sub(_NO_XML, lambda match: f"\\u{ord(match.group()):04x}", json))
    return f'{HEAD}<provenance xmlns="{PROVENANCE}">{told}</provenance>'.encode()


def _text(words: str) -> Xml:
    return Xml(escape(written(words)))


def _moment(date: str) -> str:
    """Return a date as properties have it, "" for one that is none."""
    try:
        return f"{datetime.fromisoformat(date).replace(microsecond=0, tzinfo=None).isoformat()}Z"
    except ValueError:
        return ""
