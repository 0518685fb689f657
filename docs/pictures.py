"""Takes the pictures of docs/chat.md: drives the chat on a terminal over the sample reports and draws its screens.

Usage: `python docs/pictures.py`. No key and no network: the model is the scripted server of the tests.
"""

import re
import sys
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import coscribe
from rich.console import Console  # noqa: TID251
from rich.text import Text  # noqa: TID251

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.command_line import PROGRAM, copy_samples
from doubles.desk import Asked, Author, draft
from doubles.endpoint import Endpoint, Json
from doubles.terminal import Terminal

PICTURES = Path(__file__).with_name("pictures")
POWER = "How much power may a post-exascale site draw in Europe?"
COLOURS = {"brown": "yellow", "brightblack": "bright_black", "default": ""}  # the emulator's names that are not rich's


def draw(terminal: Terminal, name: str, title: str, *, rows: int = 0) -> None:
    """Write the screen, or its last rows with text, to an SVG file."""
    buffer, columns, lines = terminal.cells
    texts = [_row(buffer[line], columns) for line in range(lines)]
    while texts and not texts[-1].plain.strip():
        texts.pop()
    console = Console(record=True, width=columns, file=StringIO(), force_terminal=True, color_system="truecolor")
    for text in texts[-rows:]:
        console.print(text, no_wrap=True, overflow="crop")
    svg = console.export_svg(title=title)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # nothing is fetched from anywhere
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(f"{name}: {len(texts[-rows:])} rows of {columns} columns")


def _row(cells: Mapping[int, Any], columns: int) -> Text:
    text = Text()
    for column in range(columns):
        cell = cells[column]
        colour = COLOURS.get(cell.fg, cell.fg)
        style = " ".join(filter(None, [colour, "bold" if cell.bold else "", "reverse" if cell.reverse else ""]))
        text.append(cell.data, style)
    return text


def reply(author: Author, request: Json) -> Json | str:
    """Answer as a model would: write follow-ups out, draft from the evidence, judge claims."""
    if "The analyst now asks:" in str(request):
        return {"question": "How much power may a post-exascale site draw in Japan?"}
    return author(request)


def write(asked: Asked) -> Json:
    """Draft what the evidence says, one sentence that it does not, and one that only a model can judge."""
    stated = [line for line in asked.lines if "at most 20 MW" in line.text or "15 MW as the ceiling" in line.text][:2]
    sentences = [([line.number], line.text.rstrip(".") + ".") for line in stated]
    told = ([stated[0].number], "The council wants sites to stay modest in what they take from the grid.")
    return draft(*sentences, told, ([stated[0].number], "A site may draw at most 25 MW by 2030."))


def main() -> None:
    """Take all pictures."""
    endpoint = Endpoint()
    author = Author(write, judge=lambda claim, cited: "modest" not in claim)
    endpoint.reply = lambda request: reply(author, request)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        coscribe.Library(folder / "library", embedder="none").ingest([copy_samples(folder / "reports")])
        state = folder / "home" / "state"
        state.mkdir(parents=True)
        (state / "coscribe.toml").write_text("[prices.m]\ninput = 0.25\noutput = 2\n", encoding="utf-8")
        places = ("--home", str(folder / "home"), "--library", str(folder / "library"), "--embedder", "none")
        chat = (*PROGRAM, "chat", *places)
        with Terminal([*chat, "--quotes-only"], cwd=folder, rows=46) as terminal:
            terminal.wait_for("/help shows")
            terminal.enter(POWER)
            terminal.wait_for("They disagree", "nothing left this machine")
            terminal.enter("and in Japan?")
            terminal.wait_for("could draw 40 MW", "searched 1 report")
            terminal.settle()
            draw(terminal, "follow-up", "coscribe chat --quotes-only", rows=23)
            terminal.enter("/open 1")
            terminal.wait_for("The connection to the grid")
            terminal.settle()
            draw(terminal, "open", "coscribe chat --quotes-only", rows=17)
            terminal.type("/s")
            terminal.wait_for("/sessions earlier sessions")
            terminal.settle()
            draw(terminal, "completion", "coscribe chat --quotes-only", rows=6)
        with Terminal(
            [*chat, "--model", "m", "--base-url", endpoint.url, "--max-cost", "0.10"], cwd=folder, rows=46
        ) as terminal:
            terminal.wait_for("/help shows")
            endpoint.delay = 2.0
            terminal.enter(POWER)
            terminal.wait_for("✓")
            terminal.type("and in Jap")
            terminal.settle()
            draw(terminal, "at-work", "coscribe chat --model m --max-cost 0.10")
            terminal.wait_for("Left out")
            terminal.press("ctrl-c")
            endpoint.delay = 0.0
            terminal.enter("/why")
            terminal.wait_for("Left out, and why", "What it cost")
            terminal.settle()
            draw(terminal, "why", "coscribe chat --model m --max-cost 0.10")
        with Terminal([*chat, "--quotes-only", "--region", "Japan"], cwd=folder, columns=40, rows=34) as terminal:
            terminal.wait_for("shows what you can type")
            terminal.enter("How much power may a site draw?")
            terminal.wait_for("could draw 40 MW", "searched 1 report")
            terminal.settle()
            draw(terminal, "narrow", "40 columns")
    endpoint.close()


if __name__ == "__main__":
    main()
