"""Takes the pictures of docs/notes.md: a note on the sample reports as PDF and as a web page with a note opened.

Usage: `python docs/note_pictures.py`. No key and no network; it needs a `chromium` on the path.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.command_line import copy_samples, run

PICTURES = Path(__file__).with_name("pictures")
TOPIC = "peak electrical power of a site"
WIDTH = 900  # points of a page, drawn
COLOURS = 32


def save(picture: Image.Image, name: str) -> None:
    """Write a picture in few colours: they are text."""
    picture.convert("RGB").quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        copy_samples(here / "reports")
        places = ("--library", here / "library")
        run("ingest", here / "reports", *places)
        run("note", TOPIC, "-o", here / "note.pdf", "-o", here / "note.html", *places)
        page = pypdfium2.PdfDocument(here / "note.pdf")[0]
        save(page.render(scale=WIDTH / page.get_width()).to_pil(), "note-page")
        browser = Path(__file__).with_name("browser.py")
        subprocess.run([sys.executable, "-P", browser, here / "note.html", here / "seen"], check=True)
        save(Image.open(here / "seen" / "1280-light-note.png"), "note-web")


if __name__ == "__main__":
    main()
