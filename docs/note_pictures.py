"""Takes the pictures of docs/notes.md and docs/alignment.md: a note and a matrix of the sample reports, as files.

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
COLOURS = 64
WEB = 1265, 1120  # points of a page from its top


def save(picture: Image.Image, name: str) -> None:
    """Write a picture in few colours: they are text."""
    picture.convert("RGB").quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)


def seen(page: Path, name: str) -> Image.Image:
    """Return a picture of a web page."""
    browser = Path(__file__).with_name("browser.py")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-P", browser, page, folder], check=True)
        picture = Image.open(Path(folder) / f"{name}.png")
        picture.load()
    return picture


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
        save(seen(here / "note.html", "1280-light-note"), "note-web")
        run("align", "-o", here / "matrix.html", *places)
        save(seen(here / "matrix.html", "1280-light").crop((0, 0, *WEB)), "matrix-web")
        save(seen(here / "matrix.html", "1280-light-note"), "matrix-cell")


if __name__ == "__main__":
    main()
