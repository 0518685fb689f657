"""What ECMA-376 part 1 wants of a Word file, as data, and the check of a whole package against it."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{MAIN}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_PROPERTIES = """rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof
    snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl
    cs em lang eastAsianLayout specVanish oMath"""
_EDGES = "insideH insideV"
# The sequences of the standard's complex types, by the elements that have them; what stands in a choice has no order.
SEQUENCES: Mapping[str, list[str]] = {
    name: order.split()
    for name, order in {
        "document": "background body",
        "pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
            suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
            snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
            textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
        "rPr": f"{_PROPERTIES} rPrChange",
        "numPr": "ilvl numId numberingChange ins",
        "pBdr": "top left bottom right between bar",
        "sectPr": """headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
            pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings
            sectPrChange""",
        "tbl": "tblPr tblGrid tr",
        "tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
            tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange""",
        "tblGrid": "gridCol tblGridChange",
        "tblBorders": f"top start left bottom end right {_EDGES}",
        "tblCellMar": "top start left bottom end right",
        "tr": "tblPrEx trPr tc",
        "tc": "tcPr p",
        "tcPr": """cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign
            hideMark headers cellIns cellDel cellMerge tcPrChange""",
        "tcBorders": f"top start left bottom end right {_EDGES} tl2br tr2bl",
        "tcMar": "top start left bottom end right",
        "sdt": "sdtPr sdtEndPr sdtContent",
        "docPartObj": "docPartGallery docPartCategory docPartUnique",
        "footnotePr": "pos numFmt numStart numRestart footnote",
        "styles": "docDefaults latentStyles style",
        "docDefaults": "rPrDefault pPrDefault",
        "rPrDefault": "rPr",
        "pPrDefault": "pPr",
        "latentStyles": "lsdException",
        "style": """name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat
            locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr""",
        "tblStylePr": "pPr rPr tblPr trPr tcPr",
        "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
        "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
        "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
        "num": "abstractNumId lvlOverride",
        "lvlOverride": "startOverride lvl",
        "settings": """writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries
            displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData
            embedTrueTypeFonts embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges
            bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors
            activeWritingStyle proofState formsDesign attachedTemplate linkStyles stylePaneFormatFilter
            stylePaneSortMethod documentType mailMerge revisionView trackRevisions doNotTrackMoves
            doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop
            autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps showEnvelope summaryLength
            clickAndTypeStyle defaultTableStyle evenAndOddHeaders bookFoldRevPrinting bookFoldPrinting
            bookFoldPrintingSheets drawingGridHorizontalSpacing drawingGridVerticalSpacing
            displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin
            drawingGridHorizontalOrigin drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning
            characterSpacingControl printTwoOnOne strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore
            savePreviewPicture doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent alwaysShowPlaceholderText
            doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving saveThroughXslt showXMLTags
            alwaysMergeEmptyNamespace updateFields hdrShapeDefaults footnotePr endnotePr compat docVars rsids mathPr
            attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures
            forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary shapeDefaults doNotEmbedSmartTags
            decimalSymbol listSeparator""",
    }.items()
}
_BLOCKS = {"p", "tbl", "sdt", "bookmarkStart", "bookmarkEnd"}
_STYLED = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
_LEADING_TO = ("NOTEREF", "PAGEREF", "REF")


def faults(file: bytes) -> list[str]:
    """Return what is wrong with a Word file, a line each: in its package, its order, and in what leads to what."""
    with ZipFile(BytesIO(file)) as archive:
        names, contents = archive.namelist(), {name: archive.read(name) for name in archive.namelist()}
    parts = {name: fromstring(content) for name, content in contents.items()}
    body, notes = parts["word/document.xml"], parts["word/footnotes.xml"]
    return [
        *_of_package(names, parts),
        *(f"{name}: {fault}" for name, part in parts.items() for fault in _of_order(part)),
        *_of_references(parts),
        *_of_notes(body, notes),
        *_of_bookmarks([body, notes]),
    ]


def _of_package(names: list[str], parts: Mapping[str, Element]) -> Iterable[str]:
    if names[0] != "[Content_Types].xml" or len(names) != len(set(names)):
        yield "the package does not begin with its types, or has a part twice"
    types = parts["[Content_Types].xml"]
    kinds = {one.get("Extension") for one in types.iter(f"{_TYPE}Default")}
    own = [str(one.get("PartName")).removeprefix("/") for one in types.iter(f"{_TYPE}Override")]
    yield from (f"{name} has a type and is not there" for name in own if name not in parts)
    led_to = set[str]()
    for name, part in parts.items():
        if name != "[Content_Types].xml" and name not in own and name.rpartition(".")[2] not in kinds:
            yield f"{name} has no type"
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            links = list(part.iter(_LINK))
            ends = {posixpath.normpath(posixpath.join(base, str(one.get("Target")))) for one in links}
            led_to |= ends
            yield from (f"{name} leads to {end}, which is not there" for end in ends if end not in parts)
            if len({one.get("Id") for one in links}) != len(links):
                yield f"{name} has an id twice"
    alone = {name for name in parts if not name.endswith(".rels") and name != "[Content_Types].xml"} - led_to
    yield from (f"nothing leads to {name}" for name in alone)


def _of_order(part: Element) -> Iterable[str]:
    for element in part.iter():
        name, here = element.tag.removeprefix(W), [one.tag.removeprefix(W) for one in element if one.tag[: len(W)] == W]
        order = SEQUENCES.get(name) if element.tag.startswith(W) else None
        if order is not None and here != sorted(here, key=lambda one: order.index(one) if one in order else -1):
            yield f"{name} has {' '.join(here)}, not in that order"
        yield from (f"{name} may not have {one}" for one in here if order is not None and one not in order)
        if name in ("p", "r", "tr", "tc", "tbl") and f"{name}Pr" in here[1:]:
            yield f"{name} does not begin with its properties"
        if name == "body" and (here[-1] != "sectPr" or not set(here[:-1]) <= _BLOCKS):
            yield f"body has {' '.join(here)}"
        if name in ("tc", "footnote") and here[-1:] != ["p"] and (here or name == "tc"):  # those of settings are empty
            yield f"{name} does not end with a paragraph"
        if name == "tbl":
            columns = len(element.findall(f"{W}tblGrid/{W}gridCol"))
            if any(len(row.findall(f"{W}tc")) != columns for row in element.iter(f"{W}tr")):
                yield "a row of a table has not a cell for each column"


def _of_references(parts: Mapping[str, Element]) -> Iterable[str]:
    styles = {(one.get(f"{W}type"), one.get(f"{W}styleId")) for one in parts["word/styles.xml"].iter(f"{W}style")}
    lists = {one.get(f"{W}numId") for one in parts["word/numbering.xml"].iter(f"{W}num")}
    links = {one.get("Id") for one in parts["word/_rels/document.xml.rels"].iter(_LINK)}
    for name, part in parts.items():
        for element in part.iter():
            value, tag = element.get(f"{W}val"), element.tag.removeprefix(W)
            if tag in _STYLED and (_STYLED[tag], value) not in styles:
                yield f"{name}: {tag} {value} is no style"
            if tag == "numId" and value not in (*lists, "0", None):
                yield f"{name}: {value} is no list"
            if f"{R}id" in element.attrib and name == "word/document.xml" and element.get(f"{R}id") not in links:
                yield f"{name}: {element.get(f'{R}id')} leads nowhere"
    for style in parts["word/styles.xml"].iter(f"{W}style"):
        for tag in ("basedOn", "next", "link"):
            named = style.find(f"{W}{tag}")
            if named is not None and named.get(f"{W}val") not in {name for _, name in styles}:
                yield f"style {style.get(f'{W}styleId')}: {tag} is no style"


def _of_notes(body: Element, notes: Element) -> Iterable[str]:
    kept = [one.get(f"{W}id") for one in notes if one.get(f"{W}type") is None]
    used = [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")]
    if not kept == used == [str(at) for at in range(1, len(kept) + 1)]:
        yield f"footnotes {kept} are referred to as {used}"
    if [one.get(f"{W}type") for one in notes][:2] != ["separator", "continuationSeparator"]:
        yield "the lines above the footnotes are missing"


def _of_bookmarks(parts: Iterable[Element]) -> Iterable[str]:
    elements = [one for part in parts for one in part.iter()]
    begun = [one for one in elements if one.tag == f"{W}bookmarkStart"]
    ends = [one.get(f"{W}id") for one in elements if one.tag == f"{W}bookmarkEnd"]
    names, ids = [one.get(f"{W}name") for one in begun], [one.get(f"{W}id") for one in begun]
    yield from (f"bookmark {name} stands there twice" for name, count in Counter([*names, *ids]).items() if count > 1)
    if sorted(map(str, ids)) != sorted(map(str, ends)):
        yield "a bookmark does not begin or end"
    codes = [(one.text or "").split() for one in elements if one.tag == f"{W}instrText"]
    wanted = {one.get(f"{W}anchor") for one in elements if one.tag == f"{W}hyperlink"}
    wanted |= {code[1] for code in codes if code[:1] and code[0] in _LEADING_TO}
    yield from (f"a link leads to {name}, which is not there" for name in wanted - set(names))
