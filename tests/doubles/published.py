"""What is made of the samples as files of every format, and what is read back from such files and said of them."""

from pathlib import Path

from coscribe.tools.publish.html.published_page import read_html
from coscribe.tools.publish.pdf.pdf_texts import read_pdf
from coscribe.tools.publish.word.word_reading import read_word
from doubles.command_line import Done, run
from doubles.desk import Shelf

READERS = {".docx": read_word, ".html": read_html, ".pdf": read_pdf}
ENDINGS = (*READERS, ".md")


def run_on(shelf: Shelf, *command: object) -> Done:
    """Run `note` or `ask` by words alone."""
    return run(*command, "--library", shelf.library.folder, "--embedder", "none")


def publish(shelf: Shelf, stem: Path, *command: object) -> None:
    """Write what `note` or `ask` makes, by quotes alone, in every format: this path and the ending of each."""
    files = [part for ending in ENDINGS for part in ("-o", f"{stem}{ending}")]
    done = run_on(shelf, *command, *files)
    assert done.code == 0, done.err


def problems(shelf: Shelf, file: Path) -> list[str]:
    """What `verify` finds wrong with a file, of which it checked the quotes."""
    done = run("verify", file, "--library", shelf.library.folder, "--json")
    told = done.json
    messages = [one["message"] for one in told["problems"]]
    assert told["kinds"]["quote"]["checked"] and done.code == (1 if messages else 0)
    return messages
