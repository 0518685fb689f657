"""A view before it meets a screen: one content with two forms, laid out for a person or plain for a pipe.

`console.print(sheet)` lays it out; `str(sheet)` is the plain form: no colour, no frames, nothing wrapped or cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

MEASURE = 100  # columns; longer lines of prose are hard to follow
NARROW = 64  # columns; below, frames lose their sides and tables become lists
SHORT = 15  # columns; a date or a state in a table is not broken in two
ROOM = 20  # columns; what a longer cell of a table must have, or it is a list
GAP = 2  # columns, between those of a table


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph behind a label; where it wraps, it stays right of the label. A rail runs down its left side.

    The rail is drawn on a screen alone: the plain form has none. There, a `short` one is cut at the end of its row,
    and one that can be `folded` is that in one row where a screen has no room for all.
    """

    text: Text
    label: Text | str = ""
    indent: int = 0
    rail: Text | str = ""
    short: bool = False
    folded: Text | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out rail and label and, beside them, the wrapped text."""
        first = Text.assemble(self.rail, " " * self.indent, self.label)
        other = Text.assemble(self.rail, " " * (first.cell_len - cell_len(str(self.rail))))
        width = max(options.max_width - first.cell_len, 1)
        if self.short and self.text.cell_len > width:
            cut = self.text.copy()
            cut.truncate(width, overflow="ellipsis")
            yield Text.assemble(first, cut, no_wrap=True)
            return
        rows = self.text.wrap(console, width, overflow="fold")
        for number, row in enumerate(rows or [Text()]):
            yield Text.assemble(other if number else first, row, no_wrap=True)

    def __str__(self) -> str:
        return f"{' ' * self.indent}{self.label}{self.text}".rstrip()


BLANK = Line(Text())


@dataclass(frozen=True, slots=True)
class Headline:
    """Where one of several numbered steps begins."""

    number: int
    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out a rule and, below it, the number and the title."""
        yield Text("─" * options.max_width, "accent")
        yield Line(Text(self.title, "heading"), Text(f"{self.number}  ", "mark"))

    def __str__(self) -> str:
        return f"({self.number}) {self.title}"


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines with a border of one colour; `title` says in what way they are special."""

    lines: Sequence["Line | Either"]
    title: str = ""
    style: str = "accent"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out a panel; a narrow screen keeps only its upper and lower edge, so that the words get the room."""
        wide = options.max_width >= NARROW
        yield Panel(
            Group(*self.lines),
            box=box.ROUNDED if wide else box.HORIZONTALS,
            title=Text(self.title, self.style) if self.title else None,
            title_align="left",
            border_style=self.style,
            padding=(0, 2) if wide else (0, 0),
        )

    def __str__(self) -> str:
        return "\n".join([*([self.title, ""] if self.title else []), *map(str, self.lines)])


@dataclass(frozen=True, slots=True)
class Columns:
    """A table; columns named in `numbers` stand right, and columns without any content are left out."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Text]]
    numbers: frozenset[str] = frozenset()

    def _used(self) -> list[int]:
        return [i for i in range(len(self.heads)) if any(row[i].plain for row in self.rows)]

    def _listed(self, row: Sequence[Text], used: Sequence[int]) -> Text:
        listed = Text()
        for i in used:
            if row[i].plain:
                listed.append(" · " if listed else "", "meta").append_text(row[i])
                noun = self.heads[i].removesuffix("s" if row[i].plain == "1" else "")
                listed.append(f" {noun}" if self.heads[i] in self.numbers else "", "meta")
        return listed

    def _width(self, column: int) -> int:
        return max(cell_len(text) for text in (self.heads[column], *(row[column].plain for row in self.rows)))

    def _is_whole(self, column: int) -> bool:
        """Tell whether the cells of a column stay in one piece: figures, dates, states, and ids that people copy."""
        spaced = any(" " in row[column].plain for row in self.rows)
        return self.heads[column] in self.numbers or self._width(column) <= SHORT or (not column and not spaced)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out the table, or where it has no room a list: the first cell, and the others below it."""
        used = self._used()
        if not used:
            return
        widths = [self._width(i) if self._is_whole(i) else min(self._width(i), ROOM) for i in used]
        if options.max_width < max(NARROW, sum(widths) + GAP * (len(used) - 1)):
            for row in self.rows:
                yield Line(Text(row[used[0]].plain, "heading"))
                yield Line(self._listed(row, used[1:]), indent=2)
            return
        table = Table(box=None, header_style="meta", padding=(0, GAP, 0, 0), pad_edge=False)
        for i in used:
            justify: JustifyMethod = "right" if self.heads[i] in self.numbers else "left"
            table.add_column(Text(self.heads[i]), justify=justify, no_wrap=self._is_whole(i), overflow="fold")
        for row in self.rows:
            table.add_row(*(row[i] for i in used))
        yield table

    def __str__(self) -> str:
        used = self._used()
        cells = [[self.heads[i] for i in used], *([row[i].plain for i in used] for row in self.rows)]
        widths = [max(cell_len(row[at]) for row in cells) for at in range(len(used))]

        def padded(cell: str, at: int) -> str:
            space = " " * (widths[at] - cell_len(cell))
            return space + cell if self.heads[used[at]] in self.numbers else cell + space

        return "\n".join("  ".join(padded(cell, at) for at, cell in enumerate(row)).rstrip() for row in cells)


@dataclass(frozen=True, slots=True)
class Either:
    """Content whose plain form is a text of its own: Markdown stays Markdown in a pipe, a whole passage stays whole."""

    lines: Sequence[Line | Columns]
    plain: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out the lines."""
        yield from self.lines

    def __str__(self) -> str:
        return self.plain


Part = Line | Headline | Frame | Columns | Either
_Row = TypeVar("_Row", Line, Line | Columns)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a view returns: parts below each other."""

    parts: Sequence[Part]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out every part; prose is held to a readable measure, tables may use the whole width."""
        prose = options.update(width=min(options.max_width, MEASURE))
        for part in self.parts:
            yield from console.render(part, options if isinstance(part, Columns) else prose)

    def __str__(self) -> str:
        return "\n".join(map(str, self.parts))

    def fitted(self, console: Console, rows: int) -> "Sheet":
        """Return the sheet with as many lines folded as it takes to fit into so many rows, the last ones first.

        The first that could be folded never is: it is what a reader came for.
        """
        sheet, folds = self, sum(line.folded is not None for line in self._inside())
        for whole in range(folds - 1, 0, -1):
            if len(console.render_lines(sheet, pad=False)) <= rows:
                break
            sheet = self._folded(whole)
        return sheet

    def _inside(self) -> Iterator[Line]:
        for part in self.parts:
            for one in part.lines if isinstance(part, Frame) else [part]:
                yield from (
                    line for line in (one.lines if isinstance(one, Either) else [one]) if isinstance(line, Line)
                )

    def _folded(self, whole: int) -> "Sheet":
        """Return the sheet with all but the first so many lines folded, of those that can be."""
        seen = count(1)

        def line(one: _Row) -> _Row:
            if isinstance(one, Line) and one.folded is not None and next(seen) > whole:
                return replace(one, text=one.folded, short=True)
            return one

        def either(one: Line | Either) -> Line | Either:
            return replace(one, lines=[line(each) for each in one.lines]) if isinstance(one, Either) else line(one)

        def framed(part: Part) -> Part:
            if isinstance(part, Frame):
                return replace(part, lines=[either(one) for one in part.lines])
            return either(part) if isinstance(part, Line | Either) else part

        return Sheet([framed(part) for part in self.parts])


def remark(text: str) -> Sheet:
    """Return one line as a view."""
    return Sheet([Line(Text(text))])


def step(advice: str, indent: int = 0) -> Line:
    """Return the line that says what can be done next."""
    return Line(Text(advice), Text("→ ", "accent"), indent)


def section(title: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts below a heading and a blank line; nothing at all when there are none."""
    return [BLANK, Line(Text(title, "heading")), *parts] if parts else []
