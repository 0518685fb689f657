"""Small valid inputs of every kind, made here: what the fuzzing begins with."""

import io
import json
from collections.abc import Callable

import docx
import openpyxl
import pptx
from pptx.util import Inches
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

LINES = (
    "The council will build 3 sites of 20 MW by 2030.", "It costs EUR 7 billion; cooling is not included.",
    "Each site shall report its energy:", "• the use of water, and", "• the heat given back (1.5 GWh a year).",
)  # fmt: skip
TABLE = (("Site", "Power", "Year"), ("Ostrava", "12.5 MW", "2027"), ("Bergen", "20 MW", "2029"))
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A plan</title>
<meta name="author" content="The council"></head><body><nav>Home | About</nav><main><h1>1 Energy</h1>
<p>The council <b>will</b> build 3 sites&nbsp;of 20&#8201;MW by 2030.<sup>2</sup></p><ul><li>water<ul>
<li>rivers</li></ul>
</li><li>heat</li></ul><table><caption>Sites</caption><tr><th>Site</th><th colspan="2">Power</th></tr><tr><td rowspan=2>
Ostrava</td><td>12.5</td><td>MW</td></tr></table><h2>1.1 Cost</h2><blockquote>EUR 7 billion</blockquote><pre>a  b</pre>
<script>var x = "<p>no</p>";</script><p hidden>hidden</p></main></body></html>"""
MARKDOWN = """---
title: A plan
author: The council
---
# 1 Energy

The council **will** build 3 sites of 20 MW by 2030.[^1]

1. water
   - rivers
2. heat

| Site | Power |
|------|-------|
| Ostrava | 12.5 MW |

Setext
======

> EUR 7 billion

```
code | not a table
```

[^1]: A note with a [link](https://example.org).
"""
PLAIN = """A PLAN OF THE COUNCIL

1. Energy
The council will build 3 sites of 20 MW by 2030. It costs
EUR 7 billion; cooling is not inclu-
ded.

(a) water
(b) heat

電力は20MWです。冷却は含みません！
Página 3 de 9
"""


def _canvas(draw: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def _plain_page(canvas: Canvas) -> None:
    for page in (1, 2):
        for at, line in enumerate(LINES * 2):
            canvas.drawString(60, 780 - 16 * at, f"{line} {page}")
        canvas.drawString(60, 20, f"Page {page} of 2")
        canvas.showPage()


def _rich_page(canvas: Canvas) -> None:
    canvas.setTitle("A plan")
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=3)
    canvas.bookmarkPage("one")
    canvas.addOutlineEntry("1 Energy", "one", 0)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(60, 800, "1 Energy")
    canvas.setFont("Helvetica", 9)
    for column in (60, 320):
        for at, line in enumerate(LINES):
            canvas.drawString(column, 760 - 12 * at, line[:44])
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            canvas.rect(60 + 120 * column, 500 - 20 * row, 120, 20)
            canvas.drawString(64 + 120 * column, 506 - 20 * row, cell)
    canvas.linkURL("https://example.org", (60, 10, 90, 20))
    canvas.rotate(90)
    canvas.drawString(100, -30, "turned")
    canvas.showPage()
    canvas.setPageSize((200, 200))
    registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas.setFont("HeiseiMin-W3", 12)
    canvas.drawString(20, 100, "電力は20MWです。")
    canvas.showPage()


def pdfs() -> list[bytes]:
    """Return PDFs: bare and packed, with and without labels, outline, columns and tables, and an encrypted one."""
    return [
        _canvas(_plain_page, pageCompression=0, invariant=1),
        _canvas(_rich_page, pageCompression=0, invariant=1),
        _canvas(_rich_page, pageCompression=1, invariant=1),
        _canvas(_plain_page, pageCompression=1, invariant=1, encrypt=StandardEncryption("", ownerPassword="o")),
    ]


def word() -> bytes:
    """Return a Word file with headings, a list, a table, a header and a tracked insertion."""
    document, buffer = docx.Document(), io.BytesIO()
    document.core_properties.title = "A plan"
    document.sections[0].header.paragraphs[0].text = "Running header"
    document.add_heading("1 Energy", 1)
    for line in LINES:
        document.add_paragraph(line.lstrip("• "), style="List Bullet" if line.startswith("•") else None)
    table = document.add_table(3, 3)
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_heading("1.1 Cost", 2)
    document.add_paragraph("EUR 7 billion").add_run(" in all").bold = True
    document.save(buffer)
    return buffer.getvalue()


def deck() -> bytes:
    """Return a deck with a title, bullets, a table, notes and a group."""
    talk, buffer = pptx.Presentation(), io.BytesIO()
    slide = talk.slides.add_slide(talk.slide_layouts[1])
    slide.shapes.title.text = "1 Energy"
    slide.placeholders[1].text_frame.text = "\n".join(LINES)
    slide.notes_slide.notes_text_frame.text = "Say that cooling is not included."
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "in a group"
    table = slide.shapes.add_table(3, 3, 0, Inches(4), Inches(6), Inches(1)).table
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    talk.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    """Return a spreadsheet with two sheets, a merged cell, a formula and a date."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for cells in TABLE:
        sheet.append(cells)
    sheet.append(["=SUM(1,2)", 12.5, "2027-01-31"])
    sheet.merge_cells("A2:A3")
    sheet["B2"].number_format = "0.00%"
    book.create_sheet("Cost").append(["EUR", 7_000_000_000, True, None])
    book.save(buffer)
    return buffer.getvalue()


def offices() -> list[tuple[str, bytes]]:
    """Return office files with their extensions."""
    return [(".docx", word()), (".pptx", deck()), (".xlsx", workbook())]


def texts() -> list[tuple[str, bytes]]:
    """Return text files with their extensions, in several encodings."""
    return [
        (".html", HTML.encode()), (".md", MARKDOWN.encode()), (".txt", PLAIN.encode()),
        (".txt", PLAIN.encode("utf-16")), (".html", HTML.replace("utf-8", "iso-8859-1").encode("latin-1", "replace")),
        (".txt", PLAIN.encode("shift-jis", "replace")),
    ]  # fmt: skip


def manifests() -> list[tuple[str, bytes]]:
    """Return manifests of both kinds."""
    toml = (
        '["plan.txt"]\ntitle = "A plan"\norganisation = "The council"\nregion = "Europe/France"\ndate = "2026-03"\n'
        'kind = "roadmap"\nstatus = "adopted"\nlanguage = "en"\nconfidentiality = "internal"\n\n'
        '["sub/other.txt"]\ntitle = """Of\nlines"""\ndate = 2026-01-31\nsupersedes = "plan.txt"\n'
    )
    sheet = (
        "file,title,organisation,region,date,kind,status,supersedes,language,confidentiality\n"
        'plan.txt,"A plan, of sorts",The council,Europe/France,2026,roadmap,adopted,,en,internal\n'
        'sub/other.txt,"Of ""lines""\nand more",,,2026-01-31,,,plan.txt,,public\n'
    )
    return [(".toml", toml.encode()), (".csv", sheet.encode())]


def completion(content: object, **usage: object) -> bytes:
    """Return what a server answers with, as bytes."""
    told = content if isinstance(content, str) else json.dumps(content)
    counts = {
        "prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 1}, **usage,
    }  # fmt: skip
    choice = {"index": 0, "message": {"role": "assistant", "content": told, "refusal": None}, "finish_reason": "stop"}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": counts,
         "service_tier": None}
    ).encode()  # fmt: skip


def replies() -> list[bytes]:
    """Return answers of a chat endpoint, whole bodies, and one of an embedder."""
    inner = {"text": "yes", "inner": {"cites": [1, 2]}}
    vectors = [{"object": "embedding", "index": at, "embedding": [0.25, 0.5, -1.0]} for at in (1, 0)]
    embedded = {"object": "list", "model": "m", "data": vectors, "usage": {"prompt_tokens": 9, "total_tokens": 9}}
    return [
        completion(inner), completion({"text": "yes", "inner": None}),
        completion(f"<think>x</think>```json\n{json.dumps(inner)}```"),
        json.dumps(embedded).encode(), b'{"error": {"message": "no", "code": 1}}',
    ]  # fmt: skip
