"""Writes a document as a Word file, with real footnotes, and with the JSON that it was made of."""

from ....core.document import Document, Sources
from ..colophon import Colophon
from ..proof_notes import footnotes
from .word_body import WordBody
from .word_markup import Xml, field, footnote, part, run, w
from .word_package import FOOTER, HEADER, packed
from .word_properties import described
from .word_styles import HouseStyle, house_style, own_style


def word_file(document: Document, colophon: Colophon, style: bytes | None = None) -> bytes:
    """Return the bytes of a .docx file, the same for the same document.

    `style` is a Word file or template whose styles and pages it takes; raises UsageError if that is none.
    """
    look = own_style(colophon.language) if style is None else house_style(style, colophon.language)
    look = look.landscape() if document.landscape else look
    title = document.title or colophon.title
    notes = footnotes(document)
    lists = (block for block in document.blocks() if isinstance(block, Sources))
    numbers = frozenset(entry.number for block in lists for entry in block.entries)
    body = WordBody(look.ids, notes, numbers, document.language, look.width)
    content = body.content(document, title)
    section = w(
        "sectPr", w("headerReference", type="default", r_id=HEADER), w("footerReference", type="default", r_id=FOOTER),
        look.page,
    )  # fmt: skip
    mark, words = look.ids["footnote reference"], look.ids["footnote text"]
    told = (footnote(note.number, words, mark, *map(body.line, note.lines)) for note in notes)
    return packed({
        "word/document.xml": part("document", w("body", content, section)),
        "word/styles.xml": look.styles,
        "word/numbering.xml": look.numbering,
        "word/footnotes.xml": part("footnotes", *_separators(), *told),
        "word/header1.xml": part("hdr", _header(colophon, look)),
        "word/footer1.xml": part("ftr", _footer(look)),
        **({"word/theme/theme1.xml": look.theme} if look.theme else {}),
        **described(colophon, title),
    })  # fmt: skip


def _separators() -> tuple[Xml, Xml]:
    """Return the lines that stand between text and footnotes; Word wants them kept as footnotes."""
    spacing = w("pPr", w("spacing", before=0, after=0, line=240, lineRule="auto"))
    return (
        w("footnote", w("p", spacing, w("r", w("separator"))), type="separator", id=-1),
        w("footnote", w("p", spacing, w("r", w("continuationSeparator"))), type="continuationSeparator", id=0),
    )


def _header(colophon: Colophon, look: HouseStyle) -> Xml:
    date = colophon.date[:10]
    standing = run(colophon.banner, w("rStyle", val=look.ids["Standing"]))
    return _aligned(look.ids["header"], "right", standing, run(f" · {date}" if colophon.standing else date))


def _footer(look: HouseStyle) -> Xml:
    return _aligned(look.ids["footer"], "center", field("PAGE", run("1")), run(" / "), field("NUMPAGES", run("1")))


def _aligned(style: str, side: str, *content: Xml) -> Xml:
    return w("p", w("pPr", w("pStyle", val=style), w("jc", val=side)), *content)
