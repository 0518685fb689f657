"""The Word file of a house, whose style others take."""

from io import BytesIO

import docx
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor


def house() -> bytes:
    """A file in the style of a house: its headings are German, blue and named otherwise, its pages small."""
    word = docx.Document()
    heading = word.styles["Heading 1"]
    heading.font.color.rgb = RGBColor(0, 0x10, 0xFE)
    heading.element.set(qn("w:styleId"), "berschrift1")
    for tag in ("w:link", "w:basedOn", "w:next"):
        for named in word.styles.element.iter(qn(tag)):
            if named.get(qn("w:val")) == "Heading1":
                named.set(qn("w:val"), "berschrift1")
    word.sections[0].page_width = Mm(148)
    word.add_paragraph("Text of the template", style="List Bullet")
    word.sections[0].header.paragraphs[0].text = "Header of the template"
    out = BytesIO()
    word.save(out)
    return out.getvalue()
