"""Forms as partners send them back: filled in as Word does it, and with what goes wrong on the way."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

CONTROL, PARAGRAPH = qn("w:sdt"), qn("w:p")
Element = Any


def number_of(control: Element) -> str:
    """The number of the question that a field is for."""
    return str(control.find(f".//{qn('w:tag')}").get(qn("w:val"))).rpartition("/")[2]


def controls(word: Any) -> dict[str, Element]:
    return {number_of(one): one for one in word.element.body.iter(CONTROL)}


def write_into(control: Element, *lines: str) -> None:
    """Write into a field as Word does: what it showed goes, each line is a paragraph."""
    control.find(qn("w:sdtPr")).remove(control.find(f".//{qn('w:showingPlcHdr')}"))
    content = control.find(qn("w:sdtContent"))
    shown = content.find(PARAGRAPH)
    for line in lines:
        paragraph = deepcopy(shown)
        paragraph.find(f".//{qn('w:t')}").text = line
        content.append(paragraph)
    content.remove(shown)


def fill(
    form: Path, target: Path, answers: Mapping[str, str], *, mishap: Callable[[Any], None] = lambda word: None,
    changed: str = "2026-11-03T10:00:00",
) -> Path:  # fmt: skip
    """Fill a form in, and let something happen to it."""
    word = docx.Document(str(form))
    fields = controls(word)
    for number, text in answers.items():
        write_into(fields[number], *text.splitlines())
    mishap(word)
    word.core_properties.modified = datetime.fromisoformat(changed)
    word.save(str(target))
    return target


def between(word: Any, first: str, last: str) -> list[Element]:
    """The blocks from the paragraph that begins with `first` up to that which begins with `last`."""
    blocks = list(word.element.body)
    places = [at for at, one in enumerate(blocks) if _text(one).startswith((first, last))]
    return blocks[places[0] : places[1]]


def move_section(word: Any) -> None:
    """Section 4 stands before section 2."""
    start = between(word, "2. ", "3. ")[0]
    for one in between(word, "4. ", "5. "):
        start.addprevious(one)


def delete_question(word: Any) -> None:
    for one in between(word, "2.1 ", "2.2 "):
        one.getparent().remove(one)


def lose_fields(word: Any) -> None:
    """The fields go, what stands in them stays: some mail programs do this."""
    for control in list(word.element.body.iter(CONTROL)):
        for one in list(control.find(qn("w:sdtContent"))):
            control.addprevious(one)
        control.getparent().remove(control)


def keep_titles_alone(word: Any) -> None:
    """The tags go, and of each field all paragraphs but the first: LibreOffice 7 does this."""
    for control in word.element.body.iter(CONTROL):
        control.find(qn("w:sdtPr")).remove(control.find(f".//{qn('w:tag')}"))
        for one in reversed(control.find(qn("w:sdtContent")).findall(PARAGRAPH)[1:]):
            control.addnext(one)


def track(word: Any) -> None:
    """What was answered to 1.1 is a tracked insertion, and something before it a tracked deletion."""
    paragraph = controls(word)["1.1"].find(f".//{PARAGRAPH}")
    run = paragraph.find(qn("w:r"))
    gone = deepcopy(run)
    gone.find(qn("w:t")).text = "Struck words of old."
    gone.find(qn("w:t")).tag = qn("w:delText")
    for tag, content in (("w:del", gone), ("w:ins", run)):
        change = paragraph.makeelement(qn(tag), {qn("w:id"): "7", qn("w:author"): "Somebody"})
        run.addprevious(change) if tag == "w:del" else paragraph.append(change)
        change.append(content)


def add_question(word: Any) -> None:
    start = between(word, "3. ", "4. ")[-1]
    for style, text in (("Normal", "They were asked of us."), ("Heading 2", "3.3 Which questions did you forget?")):
        start.addnext(word.add_paragraph(text, style=style)._p)
    word.element.body.insert(0, word.add_paragraph("Dear colleagues, with thanks.")._p)


def reword(word: Any) -> None:
    heading = next(one for one in word.paragraphs if one.text.startswith("3.1 "))
    heading.text = "3.1 What are we good at?"


def tabulate(word: Any) -> None:
    """Behind the answer to 2.2 stand a list and a table, within its field."""
    content = controls(word)["2.2"].find(qn("w:sdtContent"))
    content.append(word.add_paragraph("a pilot near the harbour", style="List Bullet")._p)
    table = word.add_table(rows=2, cols=2)
    for at, text in enumerate(("Year", "Racks", "2031", "417")):
        table.cell(at // 2, at % 2).text = text
    content.append(table._tbl)


def comment(word: Any) -> None:
    paragraph = word.paragraphs[0]
    word.add_comment(paragraph.runs[0], text="We cannot say more.", author="Somebody", initials="S")


def write_before_placeholder(word: Any) -> None:
    shown = controls(word)["5.2"].find(f".//{qn('w:t')}")
    shown.text = f"It should name a date. {shown.text}"


def to_pdf(form: Path, target: Path) -> Path:
    """Print a form as it stands: its paragraphs, broken into lines, with a line at the foot of each page."""
    word = docx.Document(str(form))
    styles = getSampleStyleSheet()
    story = [
        Paragraph(text.replace("&", "&amp;"), styles["Heading2" if text[0].isdigit() else "Normal"])
        for text in map(_text, word.element.body.iter(PARAGRAPH)) if text
    ]  # fmt: skip
    SimpleDocTemplate(str(target)).build(story)
    return target


def headed(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each line of a Word file below a heading with the headings it stands below, read by python-docx alone."""
    above: list[str] = []
    for block in docx.Document(str(path)).iter_inner_content():
        if not hasattr(block, "runs"):
            yield from ((tuple(above), " | ".join(cell.text for cell in row.cells)) for row in block.rows)
        elif block.style.name.startswith("Heading"):
            above = [*above[: int(block.style.name[-1]) - 1], block.text]
        elif block.text:
            yield tuple(above), block.text


def _text(element: Element) -> str:
    return "".join(one.text or "" for one in element.iter(qn("w:t")))
