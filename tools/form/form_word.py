"""Writes forms, and what comes back in them, as Word files: the same content makes the same bytes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from ..publish.word.word_markup import HEAD, NOTHING, Xml, field, joined, paragraph, part, run, w, written
from ..publish.word.word_package import FOOTER, packed
from ..publish.word.word_styles import HouseStyle, own_style
from .form_labels import label
from .form_page import FormLine, form_lines
from .made_form import FormCode, MadeForm, SentForm, tag_of, title_of

_SHADE, _EDGE, _GREY = "F3F6FA", "2F5496", "767676"
_ROW = " | "  # parts the cells of a row as readers give it
Written = tuple[str, str]  # the kind of a block ("section", "question", "text", "item" or "row"), and its words


def form_file(form: MadeForm, sent: SentForm) -> bytes:
    """Return a partner's form as a Word file, with a content control for each answer."""
    language, code = sent.partner.language, FormCode(form.id, sent.partner.key)
    look = own_style(language)
    body = [_line(one, code, language, look) for one in form_lines(form, sent)]
    return _packed(body, look, form.told_to(sent.partner).title, sent.made, language, footer=str(code))


def contribution_file(blocks: Sequence[Written], title: str, changed: str, language: str) -> bytes:
    """Return what a partner wrote, and nothing else but the questions: sections and questions are its headings."""
    look = own_style(language)
    body: list[Xml] = []
    for kind, group in groupby(blocks, key=lambda one: one[0]):
        lines = [text for _, text in group]
        if kind == "row":
            body += [_table(lines, look), w("p")]
            continue
        style = {"section": "heading 1", "question": "heading 2", "item": "List Bullet"}.get(kind, "Normal")
        body += [paragraph(look.ids[style], run(line)) for line in lines]
    return _packed(body, look, title, changed, language)


def _line(line: FormLine, code: FormCode, language: str, look: HouseStyle) -> Xml:
    if line.is_field:
        return _control(line, code, language)
    if line.style == "Label":
        return paragraph("Normal", run(line.text, w("b"), w("color", val=_EDGE)), keeps=True)
    return paragraph(line.style if line.style in look.ids.values() else "Normal", run(line.text))


def _control(line: FormLine, code: FormCode, language: str) -> Xml:
    """Return the field of a question; what it is for stands in its tag and, for programs that drop this, its title."""
    edge = w("left", val="single", sz=18, space=6, color=_EDGE)
    set_ = w(
        "pPr", w("pStyle", val="Normal"), w("pBdr", edge), w("shd", val="clear", color="auto", fill=_SHADE),
        w("spacing", before=60, after=160), w("ind", left=120),
    )  # fmt: skip
    shown = w("p", set_, run(line.text, w("color", val=_GREY)))
    number = int(code.partner[:6], 16) * 100 + line.key[0] * 10 + line.key[1]
    return w(
        "sdt",
        w(
            "sdtPr",
            w("alias", val=title_of(code, line.key, label(language, "answer"))), w("tag", val=tag_of(code, line.key)),
            w("id", val=number % 2_000_000_000), w("lock", val="sdtLocked"), w("showingPlcHdr"),
        ),
        w("sdtContent", shown),
    )  # fmt: skip


def _table(rows: Sequence[str], look: HouseStyle) -> Xml:
    """Return rows as a table again, each as wide as the widest."""
    cells = [row.split(_ROW) for row in rows]
    most = max(map(len, cells))
    width = look.width // most
    grid = w("tblGrid", *(w("gridCol", w=width) for _ in range(most)))
    made = (
        w("tr", *(w("tc", w("tcPr", w("tcW", w=width, type="dxa")), w("p", run(text)))
                  for text in (*row, *[""] * (most - len(row)))))
        for row in cells
    )  # fmt: skip
    return w("tbl", w("tblPr", w("tblStyle", val=look.ids["Table Grid"])), grid, *made)


def _packed(
    body: Iterable[Xml], look: HouseStyle, title: str, when: str, language: str, footer: str = ""
) -> bytes:  # fmt: skip
    section = w("sectPr", w("footerReference", type="default", r_id=FOOTER) if footer else NOTHING, look.page)
    parts: Mapping[str, bytes] = {
        "word/document.xml": part("document", w("body", *body, section)),
        "word/styles.xml": look.styles,
        "word/numbering.xml": look.numbering,
        "docProps/core.xml": _core(title, when, language),
        **({"word/footer1.xml": part("ftr", _footer(footer))} if footer else {}),
    }
    return packed(parts)


def _footer(code: str) -> Xml:
    pages = joined(field("PAGE", run("1")), run(" / "), field("NUMPAGES", run("1")))
    return paragraph("Footer", run(f"{code} · ", w("color", val=_GREY)), pages)


def _core(title: str, when: str, language: str) -> bytes:
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{when}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(written(title))}</dc:title><dc:creator>coscribe</dc:creator>"
        f"{dates if when else ''}<dc:language>{language}</dc:language></cp:coreProperties>"
    ).encode()
