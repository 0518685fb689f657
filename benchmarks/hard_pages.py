"""Generates PDF pages with hard layouts and the words they show, in the order a person reads them.

The words are made up by a seeded generator, so that nothing but the layout tells the order.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MARGIN, TOP, SIZE, PITCH = 60.0, 780.0, 10.0, 13.0
FONT, BOLD = "Times-Roman", "Times-Bold"
SYLLABLES = (
    "ba",
    "co",
    "de",
    "fi",
    "gu",
    "ha",
    "lo",
    "mi",
    "nu",
    "pe",
    "ra",
    "so",
    "ti",
    "vu",
    "wa",
    "ze",
    "kor",
    "mel",
    "tan",
)


@dataclass(frozen=True, slots=True)
class HardPage:
    """A page of one `kind`: its file, and `words` as a person reads them; "^" leads what is raised."""

    kind: str
    path: Path
    words: tuple[str, ...]


class Author:
    """Makes up sentences; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def word(self) -> str:
        """Return one made-up word."""
        return "".join(self.dice.choice(SYLLABLES) for _ in range(self.dice.randint(1, 4)))

    def words(self, count: int) -> list[str]:
        """Return sentences of so many words in all."""
        found: list[str] = []
        while len(found) < count:
            length = min(self.dice.randint(6, 14), count - len(found))
            sentence = [self.word() for _ in range(length)]
            found += [sentence[0].capitalize(), *sentence[1:-1], sentence[-1] + "."] if length > 1 else [sentence[0]]
        return found


def lines_of(canvas: Canvas, words: list[str], width: float, size: float = SIZE) -> list[str]:
    """Return the words set in lines no wider than `width` points."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and canvas.stringWidth(longer, FONT, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def column_lines(canvas: Canvas, author: Author, count: int, width: float) -> list[str]:
    """Return just so many full lines of text."""
    return lines_of(canvas, author.words(count * 14), width)[:count]


def columns(canvas: Canvas, author: Author, number: int, gutter: float, top: float, *, by_line: bool) -> list[str]:
    """Draw columns of equal length below `top`, line by line across them or one after the other."""
    width = (WIDTH - 2 * MARGIN - gutter * (number - 1)) / number
    count = author.dice.randint(6, 40)
    texts = [column_lines(canvas, author, count, width) for _ in range(number)]
    places = [(column, row) for column in range(number) for row in range(count)]
    if by_line:
        places.sort(key=lambda place: (place[1], place[0]))
    for column, row in places:
        canvas.drawString(MARGIN + column * (width + gutter), top - row * PITCH, texts[column][row])
    return [word for text in texts for line in text for word in line.split()]


def two_by_line(canvas: Canvas, author: Author) -> list[str]:
    """Two columns painted line by line across both."""
    return columns(canvas, author, 2, author.dice.choice((16, 20, 28)), TOP, by_line=True)


def two_by_column(canvas: Canvas, author: Author) -> list[str]:
    """Two columns painted one after the other."""
    return columns(canvas, author, 2, author.dice.choice((16, 20, 28)), TOP, by_line=False)


def three(canvas: Canvas, author: Author) -> list[str]:
    """Three columns painted line by line."""
    return columns(canvas, author, 3, author.dice.choice((14, 18)), TOP, by_line=True)


def narrow(canvas: Canvas, author: Author) -> list[str]:
    """Two columns with a narrow gutter, painted line by line."""
    return columns(canvas, author, 2, author.dice.choice((9, 10, 11)), TOP, by_line=True)


def headed(canvas: Canvas, author: Author) -> list[str]:
    """A heading over both of two columns, and another one in the middle of the page."""
    read: list[str] = []
    top = TOP
    for _ in range(2):
        heading = [word.strip(".").capitalize() for word in author.words(5)]
        canvas.setFont(BOLD, 15)
        canvas.drawString(MARGIN, top, " ".join(heading))
        canvas.setFont(FONT, SIZE)
        gutter = author.dice.choice((16, 22))
        width = (WIDTH - 2 * MARGIN - gutter) / 2
        texts = [column_lines(canvas, author, 14, width) for _ in range(2)]
        for row in range(14):
            for column, text in enumerate(texts):
                canvas.drawString(MARGIN + column * (width + gutter), top - 26 - row * PITCH, text[row])
        read += [*heading, *(word for text in texts for line in text for word in line.split())]
        top -= 26 + 16 * PITCH
    return read


def side_headings(canvas: Canvas, author: Author) -> list[str]:
    """Narrow headings at the left of the paragraphs they belong to."""
    read, top = list[str](), TOP
    for _ in range(author.dice.randint(3, 5)):
        heading = author.word().capitalize()
        lines = column_lines(canvas, author, author.dice.randint(2, 5), 330)
        canvas.setFont(BOLD, SIZE)
        canvas.drawString(MARGIN, top, heading)
        canvas.setFont(FONT, SIZE)
        for row, line in enumerate(lines):
            canvas.drawString(MARGIN + 110, top - row * PITCH, line)
        read += [heading, *(word for line in lines for word in line.split())]
        top -= (len(lines) + 1) * PITCH
    return read


def table_in_column(canvas: Canvas, author: Author) -> list[str]:
    """Two columns by line, the second of which ends in a table."""
    width, gutter = (WIDTH - 2 * MARGIN - 20) / 2, 20.0
    left, right = column_lines(canvas, author, 20, width), column_lines(canvas, author, 12, width)
    cells = [[author.word(), str(author.dice.randint(10, 99)), str(author.dice.randint(2025, 2035))] for _ in range(6)]
    table = [["Site", "Power", "Year"], *cells]
    for row in range(20):
        canvas.drawString(MARGIN, TOP - row * PITCH, left[row])
        at = MARGIN + width + gutter
        if row < 12:
            canvas.drawString(at, TOP - row * PITCH, right[row])
        elif row > 12:
            for column, cell in enumerate(table[row - 13]):
                canvas.drawString(at + column * 75, TOP - row * PITCH, cell)
    return [word for line in [*left, *right] for word in line.split()] + [cell for row in table for cell in row]


def raised(canvas: Canvas, author: Author) -> list[str]:
    """Powers of ten and note marks behind years, raised and small."""
    read, top = list[str](), TOP
    for _ in range(author.dice.randint(4, 8)):
        before, after = author.words(4)[:-1], author.words(4)
        base = author.dice.choice(("10", str(author.dice.randint(2026, 2040)), author.word()))
        mark = str(author.dice.randint(2, 26))
        pen = canvas.beginText(MARGIN, top)
        pen.textOut(" ".join(before) + " " + base)
        pen.setFont(FONT, 6.5)
        pen.setRise(3.6)
        pen.textOut(mark)
        pen.setFont(FONT, SIZE)
        pen.setRise(0)
        pen.textOut(" " + " ".join(after))
        canvas.drawText(pen)
        read += [*before, base, f"^{mark}", *after]
        top -= 2 * PITCH
    return read


def turned(canvas: Canvas, author: Author) -> list[str]:
    """A landscape page stored upright with /Rotate."""
    lines = column_lines(canvas, author, author.dice.randint(8, 20), 500)
    canvas.setPageRotation(90)
    canvas.translate(WIDTH, 0)
    canvas.rotate(90)
    for row, line in enumerate(lines):
        canvas.drawString(80, WIDTH - 80 - row * PITCH, line)
    return [word for line in lines for word in line.split()]


def stamped(canvas: Canvas, author: Author) -> list[str]:
    """Plain text with a sideways stamp in the margin, painted in its midst; the stamp is read after the text."""
    lines = column_lines(canvas, author, 24, WIDTH - 2 * MARGIN)
    stamp = [word.strip(".") for word in author.words(5)]
    for row, line in enumerate(lines):
        canvas.drawString(MARGIN, TOP - row * PITCH, line)
        if row == 9:
            canvas.saveState()
            canvas.translate(28, 500)
            canvas.rotate(90)
            canvas.drawString(0, 0, " ".join(stamp))
            canvas.restoreState()
    return [word for line in lines for word in line.split()] + stamp


def hidden(canvas: Canvas, author: Author) -> list[str]:
    """Lines that are never seen between those that are: white, invisible, below one point, beside the page."""
    read: list[str] = []
    for row, line in enumerate(column_lines(canvas, author, 12, WIDTH - 2 * MARGIN)):
        canvas.drawString(MARGIN, TOP - 2 * row * PITCH, line)
        read += line.split()
        pen = canvas.beginText(MARGIN if row % 4 != 3 else -600, TOP - (2 * row + 1) * PITCH)
        pen.setFont(FONT, 0.5 if row % 4 == 2 else SIZE)
        pen.setTextRenderMode(3 if row % 4 == 1 else 0)
        pen.textOut(" ".join(author.words(8)))
        canvas.saveState()  # the mode would hold for all that follows
        canvas.setFillGray(1 if row % 4 == 0 else 0)
        canvas.drawText(pen)
        canvas.restoreState()
    return read


def hyphenated(canvas: Canvas, author: Author) -> list[str]:
    """Lines whose last word is cut by a hyphen; the words occur whole elsewhere on the page."""
    words = [author.word() + author.word() for _ in range(8)]
    read = [" ".join(words), *(line for line in column_lines(canvas, author, 2, 300))]
    for row, line in enumerate(read):
        canvas.drawString(MARGIN, TOP - row * PITCH, line)
    top = TOP - (len(read) + 1) * PITCH
    told = [word for line in read for word in line.split()]
    for number, word in enumerate(words):
        lead = [part.strip(".").lower() for part in author.words(7)]
        canvas.drawString(MARGIN, top - number * PITCH, " ".join([*lead, f"{word[:3]}-"]) if number == 0 else
                          " ".join([words[number - 1][3:], *lead, f"{word[:3]}-"]))  # fmt: skip
        told += [*lead, word]
    canvas.drawString(MARGIN, top - len(words) * PITCH, words[-1][3:] + ".")
    return told


def twice(canvas: Canvas, author: Author) -> list[str]:
    """Lines drawn twice a fraction of a point apart, as programs make letters bold."""
    lines = column_lines(canvas, author, 10, WIDTH - 2 * MARGIN)
    for row, line in enumerate(lines):
        for shift in (0.0, 0.3):
            canvas.drawString(MARGIN + shift, TOP - row * PITCH, line)
    return [word for line in lines for word in line.split()]


def form(canvas: Canvas, author: Author) -> list[str]:
    """A form: labels with the values a person has filled in."""
    read: list[str] = []
    for row in range(author.dice.randint(3, 6)):
        label, value = author.word().capitalize(), " ".join(word.strip(".") for word in author.words(3))
        canvas.drawString(MARGIN, TOP - row * 40, label)
        canvas.acroForm.textfield(
            name=f"field{row}", value=value, x=MARGIN + 120, y=TOP - row * 40 - 6, width=300, height=20, fontSize=10
        )
        read += [label, *value.split()]
    return read


KINDS: dict[str, Callable[[Canvas, Author], list[str]]] = {
    "two columns by line": two_by_line, "two columns by column": two_by_column, "three columns": three,
    "narrow gutter": narrow, "heading over columns": headed, "side headings": side_headings,
    "table in a column": table_in_column, "raised signs": raised, "turned page": turned, "margin stamp": stamped,
    "hidden text": hidden, "hyphens": hyphenated, "drawn twice": twice, "form": form,
}  # fmt: skip


def hard_pages(folder: Path, each: int = 5) -> list[HardPage]:
    """Write `each` pages of every kind into `folder`, one a file, and return them with their words."""
    made = []
    for kind, draw in KINDS.items():
        for number in range(each):
            path = folder / f"{kind.replace(' ', '-')}-{number}.pdf"
            canvas = Canvas(str(path), pagesize=A4, invariant=True)
            canvas.setFont(FONT, SIZE)
            words = draw(canvas, Author(1000 * number + len(made)))
            canvas.showPage()
            canvas.save()
            made.append(HardPage(kind, path, tuple(words)))
    return made
