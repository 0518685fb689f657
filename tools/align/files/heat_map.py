"""A matrix as one web page: a table to read first, whose cells open their quotes, then each topic with its cells."""

from collections.abc import Iterable, Sequence

from ....core.document import Document, Sources
from ...document.phrases import phrases
from ...publish.colophon import Colophon
from ...publish.html.endnotes import Endnotes, Pictures
from ...publish.html.markup import element, line
from ...publish.html.prose import Prose
from ...publish.html.web_page import key, own_file, whole_page
from ..matrix import AlignmentMatrix, MatrixCell, MatrixRow, Roadmap
from ..matrix_page import (
    MEANINGS,
    READING_MEANINGS,
    READINGS,
    SIGNS,
    STANCES,
    closing_sections,
    is_draft,
    judged_mark,
    reading_label,
)
from .cell_cards import CellCards

_MANY = 12  # roadmaps that are columns on paper; more are set in lines below their topic
_DRAFTED_FROM = "it rests on drafts or replaced editions alone, and has no vote"
_INTRO = (
    "Each row is a topic, each column a roadmap. A cell leads to the words that its stance rests on, or to what it was "
    "looked for with where there are none."
)


def heat_map(matrix: AlignmentMatrix, document: Document, colophon: Colophon, pictures: Pictures) -> bytes:
    """Return the page, in UTF-8; `document` is that of the matrix, `pictures` shows words in their place.

    It asks for nothing outside itself, and forbids it. Everything on it can be read without its script.
    """
    words = phrases(colophon.language)
    sources = {entry.number: entry for one in document.blocks() if isinstance(one, Sources) for entry in one.entries}
    prose = Prose(words, sources)
    endnotes = Endnotes(words, sources, pictures)
    cards = CellCards(matrix, endnotes)
    closing = [(one, f"section-{at}") for at, one in enumerate(closing_sections(document, matrix), 1)]
    topics = [_topic(at, row, prose, cards, document) for at, row in enumerate(matrix.rows, 1)]
    rest = [prose.section(section, name, 2) for section, name in closing]
    notes = endnotes.section(prose.notes)
    led = [
        ("overview", document.sections[1].heading, 2),
        *((_topic_id(at), row.topic, 3) for at, row in enumerate(matrix.rows, 1)),
        *((name, section.heading, 2) for section, name in closing),
        *([("notes", words.told("page.notes"), 2)] if notes else []),
    ]
    main = [
        prose.section(document.sections[0], "made", 2), _overview(matrix, document.sections[1].heading), *topics, *rest,
        key(prose.kinds, words, has_notes=bool(notes)), notes, endnotes.store(),
    ]  # fmt: skip
    return whole_page(
        document.title, colophon, led, main,
        styles=own_file(__package__, "heat.css"), script=own_file(__package__, "heat.js"),
    )  # fmt: skip


def _topic_id(at: int) -> str:
    return f"topic-{at}"


def _overview(matrix: AlignmentMatrix, heading: str) -> str:
    parts = [
        element("h2", line(heading), id="overview"),
        element("p", line(_INTRO)),
        _filters(matrix),
        _table(matrix),
        _legend(),
    ]
    return element("section", "\n".join(["", *parts, ""]), class_="overview")


def _table(matrix: AlignmentMatrix) -> str:
    heads = "".join([
        element("th", "Topic", scope="col", role="columnheader"),
        *(_head(at, one) for at, one in enumerate(matrix.roadmaps, 1)),
        element("th", "Reading", scope="col", role="columnheader"),
    ])  # fmt: skip
    rows = "\n".join(_row(matrix, at, row) for at, row in enumerate(matrix.rows, 1))
    told = f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{rows}\n</tbody>'
    table = element("table", f"\n{told}\n", class_="heat", role="table", aria_labelledby="overview")
    many = " many" if len(matrix.roadmaps) > _MANY else ""
    return element("div", table, class_=f"wide heat-room{many}", role="region", tabindex=0, aria_labelledby="overview")


def _head(at: int, roadmap: Roadmap) -> str:
    return element(
        "th", line(short_name(roadmap)), scope="col", role="columnheader", data_roadmap=at,
        class_="nested" if roadmap.parent else None,
    )  # fmt: skip


def short_name(roadmap: Roadmap) -> str:
    """Return the name of a roadmap, one that is nested as in "Europe → France"."""
    if roadmap.parent is None:
        return roadmap.name
    return f"{roadmap.parent} → {roadmap.name.removeprefix(f'{roadmap.parent}/')}"


def _row(matrix: AlignmentMatrix, at: int, row: MatrixRow) -> str:
    topic = element("a", line(row.topic), href=f"#{_topic_id(at)}")
    cells = [
        _cell(matrix.cell(row.topic, roadmap.name), roadmap, f"cell-{at}-{number}", number)
        for number, roadmap in enumerate(matrix.roadmaps, 1)
    ]
    reading = f"{_sign(READINGS[row.reading])} {line(row.reading)}"
    return element(
        "tr",
        "".join([
            element("th", topic, scope="row", role="rowheader"), *cells,
            element("td", f"{_of('Reading')}{reading}", role="cell", class_=f"reading r-{row.reading}"),
        ]),
        role="row", data_row=at, data_reading=row.reading,
    )  # fmt: skip


def _cell(cell: MatrixCell | None, roadmap: Roadmap, name: str, number: int) -> str:
    name_of = _of(short_name(roadmap))
    if cell is None:
        return element("td", name_of, role="cell", data_roadmap=number)
    told = f"{_sign(SIGNS[cell.stance])} {line(STANCES[cell.stance])}"
    draft = element("span", "(draft)", class_="draft") if is_draft(cell) else ""
    people = judged_mark(cell).strip()
    label = f"{cell.topic}, {short_name(roadmap)}: {STANCES[cell.stance]}{' (draft)' if draft else ''}"
    label = f"{label} {people}".strip()
    judged = element("span", line(people), class_="draft") if people else ""
    link = element(
        "a", " ".join(filter(None, (told, draft, judged))), class_=f"opens s-{cell.stance}", id=f"open-{name}",
        href=f"#{name}", aria_label=label, data_title=label,
    )  # fmt: skip
    nested = " nested" if roadmap.parent else ""
    return element(
        "td", f"{name_of}{link}", role="cell", class_=f"cell{nested}", data_roadmap=number
    )  # fmt: skip


def _of(name: str) -> str:
    """Return whose cell it is, which is shown where a table has no heads: on a narrow screen, and on crowded paper."""
    return element("span", f"{line(name)} ", class_="of")


def _sign(sign: str) -> str:
    return element("span", line(sign), class_="sign", aria_hidden="true")


def _legend() -> str:
    stances = [(f"s-{stance}", SIGNS[stance], STANCES[stance], meaning) for stance, meaning in MEANINGS.items()]
    readings = [(f"r-{name}", READINGS[name], name, meaning) for name, meaning in READING_MEANINGS.items()]
    told = "\n".join(
        f"{element('dt', f'{_sign(sign)} {line(word)}', class_=style)}{element('dd', line(meaning))}"
        for style, sign, word, meaning in [*stances, *readings, ("", "", "(draft)", _DRAFTED_FROM)]
    )
    return element(
        "details", f"\n<summary>Legend</summary>\n<dl>\n{told}\n</dl>\n", class_="legend", open=True
    )  # fmt: skip


def _filters(matrix: AlignmentMatrix) -> str:
    """What the script shows and hides by; it is to be seen where there is one."""
    readings = _choices("reading", [(one, reading_label(one)) for one in READINGS])
    roadmaps = _choices(
        "roadmap", [(str(at), short_name(one)) for at, one in enumerate(matrix.roadmaps, 1)]
    )  # fmt: skip
    tail = "".join([
        element("button", "Show all", type="button", value="all"),
        element("button", "No roadmap", type="button", value="none"),
        element("output", "", aria_live="polite"),
    ])  # fmt: skip
    parts = [
        element("fieldset", f"{element('legend', 'Reading')}{readings}"),
        element("fieldset", f"{element('legend', 'Roadmaps')}{roadmaps}"),
        element("p", tail),
    ]
    return element("form", "\n".join(["", *parts, ""]), class_="filters", hidden=True, aria_label="Filters")


def _choices(name: str, options: Iterable[tuple[str, str]]) -> str:
    return "".join(
        element("label", f'<input type="checkbox" name="{name}" value="{line(value)}" checked> {line(told)}')
        for value, told in options
    )


def _topic(at: int, row: MatrixRow, prose: Prose, cards: CellCards, document: Document) -> str:
    """Return a topic: its reading in a sentence, then a card for each cell."""
    heading = element("h2", line(row.topic), id=_topic_id(at))
    reading = element("p", f"{_sign(READINGS[row.reading])} {line(row.reading)}", class_=f"reading r-{row.reading}")
    first = document.sections[1 + at].model_copy(update={"heading": "", "blocks": document.sections[1 + at].blocks[:1]})
    parts: Sequence[str] = [heading, reading, prose.section(first, "", 2), *cards.of_topic(at, row.topic)]
    return element("section", "\n".join(["", *filter(None, parts), ""]), class_="topic", data_row=at)
