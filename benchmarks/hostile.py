"""Takes in what harms other readers: broken, huge and malicious files, each alone and then all together.

Usage: `python benchmarks/hostile.py [--small] [--only NAME]`. Each file is ingested by a process of its own, whose wall
time and peak memory (the largest of it and its readers) are printed beside how the file ended. Then the whole folder is
ingested at once: every file must be named, the good one must be found, the exit code must be 1, and nothing may end in
a traceback. `--small` leaves out what takes long to make.
"""

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import docx
import pptx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PROGRAM = [sys.executable, "-P", "-m", "coscribe"]
MEGABYTE = 1024 if sys.platform == "linux" else 1024**2  # of what getrusage counts
GOOD = ("good.md", "# Good\n\nThe one good report speaks of a lighthouse.\n")
SENTENCE = "The council of the region met again and took note of the plans for cooling. "
SLOW = ("3000 pages.pdf", "20 MB.html", "10 MB in one line.txt")


def pdf(pages: int = 1, links: int = 0, **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    for number in range(pages):
        for line in range(20):
            canvas.drawString(60, 780 - 14 * line, f"{SENTENCE}It is page {number + 1}, line {line + 1}.")
        for link in range(links):
            canvas.linkURL(f"https://example.org/{link}", (60, 10, 70 + link % 400, 20), relative=0)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def word() -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(buffer)
    return buffer.getvalue()


def deck() -> bytes:
    buffer = io.BytesIO()
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = SENTENCE
    presentation.save(buffer)
    return buffer.getvalue()


def repacked(office: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of an office file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()


def laughs(data: bytes) -> bytes:
    """Entities of entities: a billion of the innermost one."""
    names = "abcdefghij"
    entities = "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in pairwise(names))
    declared = f"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'ha'>{entities}]>".encode()
    body = data.split(b"?>", 1)[1]
    return declared + body.replace(b"<w:t>", b"<w:t>&j;", 1)


def padded(data: bytes) -> bytes:
    return data + b" " * 400_000_000


FILES: dict[str, Callable[[], bytes]] = {
    "truncated.pdf": lambda: pdf()[:-400],
    "no end but a mark.pdf": lambda: pdf()[:-600] + b"\n%%EOF",
    "encrypted.pdf": lambda: pdf(encrypt=StandardEncryption("secret")),
    "3000 pages.pdf": lambda: pdf(3_000),
    "10000 links.pdf": lambda: pdf(1, 10_000),
    "zero.pdf": lambda: b"",
    "zero.md": lambda: b"",
    "zeros.txt": lambda: b"\0" * 10_000,
    "really a pdf.docx": pdf,
    "really a docx.pdf": word,
    "really a page.pdf": lambda: b"<html><body><p>Sign in to read this report.</p></body></html>",
    "really text.pptx": lambda: SENTENCE.encode(),
    "bomb.docx": lambda: repacked(word(), "word/document.xml", padded),
    "bomb.pptx": lambda: repacked(deck(), "ppt/slides/slide1.xml", padded),
    "billion laughs.docx": lambda: repacked(word(), "word/document.xml", laughs),
    "20 MB.html": lambda: f"<html><body><p>{'</p><p>'.join([SENTENCE * 4] * 65_000)}</p></body></html>".encode(),
    "5000 levels.html": lambda: ("<div>" * 5_000 + SENTENCE + "</div>" * 5_000).encode(),
    "10 MB in one line.txt": lambda: (SENTENCE * 130_000).encode(),
    "10 MB of one word.txt": lambda: b"a" * 10_000_000,
    "not utf-8.txt": lambda: "Die Kühlung größerer Rechner kostet viel Geld, das übrig bleibt.".encode("latin-1"),
    "noise.txt": lambda: bytes(range(256)) * 40,
    "name with 'quotes' and \"more\".md": lambda: SENTENCE.encode(),
    "  spaces  .md": lambda: f"{SENTENCE} It has spaces.".encode(),
    "Ünïcödé 報告 🚀.md": lambda: f"{SENTENCE} It has another alphabet.".encode(),
    "new\nline.md": lambda: f"{SENTENCE} It has two lines.".encode(),
    "-rf --help.md": lambda: f"{SENTENCE} It looks like a flag.".encode(),
    "%s{0}$(x)[bold].md": lambda: f"{SENTENCE} It looks like a template.".encode(),
    "a" * 240 + ".md": lambda: f"{SENTENCE} It is long.".encode(),
}


def make(folder: Path, small: bool, only: str | None) -> list[str]:
    """Write the files and a loop of links, and return the names of the files."""
    names = []
    for name, content in FILES.items():
        if (small and name in SLOW) or (only and only not in name):
            continue
        (folder / name).write_bytes(content())
        names.append(name)
    (folder / GOOD[0]).write_text(GOOD[1], encoding="utf-8")
    (folder / "loop").mkdir()
    (folder / "loop" / "again").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere.pdf").symlink_to(folder / "nothing.pdf")
    (folder / "itself.pdf").symlink_to(folder / "itself.pdf")
    return names


def alone(path: Path) -> dict[str, object]:
    """Ingest one file in a process of its own and return how it ended, with seconds and megabytes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "reports"
        folder.mkdir()
        (folder / path.name).hardlink_to(path)
        command = [sys.executable, "-P", __file__, "--step", str(folder), "--library", str(Path(temporary) / "library")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"state": "CRASHED", "reason": done.stderr.strip().splitlines()[-1:], "seconds": 0.0, "peak": 0.0}
    return dict(json.loads(done.stdout))


def step(folder: Path, library: Path) -> None:
    """Print what `alone` returns."""
    import coscribe

    coscribe.Library(library, embedder="none")
    began = time.monotonic()
    (file,) = coscribe.Library(library, embedder="none").ingest([folder]).reports
    seconds = time.monotonic() - began
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"state": file.state, "reason": file.reason, "seconds": seconds, "peak": peak / MEGABYTE}))


def together(folder: Path, names: list[str], home: Path) -> list[str]:
    """Ingest the folder by the command line and return what is wrong with it."""
    place = ["--home", str(home), "--embedder", "none"]
    began = time.monotonic()
    done = subprocess.run(
        [*PROGRAM, "ingest", str(folder), *place, "--json"], capture_output=True, encoding="utf-8", check=False
    )
    print(f"\nall together: exit code {done.returncode} after {time.monotonic() - began:.1f} s")
    faults = [] if done.returncode == 1 else [f"the exit code is {done.returncode}"]
    if "Traceback" in done.stderr + done.stdout:
        return [*faults, f"there is a traceback: {done.stderr[-500:]}"]
    told = {file["file"]: file["state"] for file in json.loads(done.stdout)["reports"]}
    faults += [f"{name!r} is not named" for name in names if name not in told]
    faults += [f"{name!r} is named but was not there" for name in told.keys() - {*names, GOOD[0]}]
    if told.get(GOOD[0]) != "indexed":
        faults.append("the good report is not indexed")
    found = subprocess.run(
        [*PROGRAM, "search", "lighthouse", *place, "--json"], capture_output=True, encoding="utf-8", check=False
    )
    if [hit["file"] for hit in json.loads(found.stdout)["passages"]] != [GOOD[0]]:
        faults.append("the good report is not found")
    shown = subprocess.run(
        [*PROGRAM, "ingest", str(folder), *place], capture_output=True, encoding="utf-8", check=False
    )
    if shown.returncode != 1 or "Traceback" in shown.stderr + shown.stdout:
        faults.append(f"a second ingest, for people to read, ends with {shown.returncode}: {shown.stderr[-300:]}")
    return faults


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", help="files with this in their name")
    parser.add_argument("--step", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.step, options.library)
        return
    os.environ.pop("COSCRIBE_LIBRARY", None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "reports"
        folder.mkdir()
        # Elsewhere: a process that was ever large passes its peak memory on to those it starts.
        with ProcessPoolExecutor(1, get_context("spawn")) as maker:
            names = maker.submit(make, folder, options.small, options.only).result()
        print(f"{'file':<36}{'state':<10}{'seconds':>8}{'MB':>7}  reason")
        faults = []
        for name in names:
            ended = alone(folder / name)
            shown = repr(name)[1:-1]
            shown = shown if len(shown) <= 34 else f"{shown[:30]} …"
            reason = str(ended["reason"] or "")[:110]
            print(f"{shown:<36}{ended['state']!s:<10}{ended['seconds']:>8.1f}{ended['peak']:>7.0f}  {reason}")
            if ended["state"] not in ("indexed", "skipped", "failed"):
                faults.append(f"{name!r} alone ended as {ended['state']}: {ended['reason']}")
        faults += together(folder, names, Path(temporary) / "home")
        shutil.rmtree(folder)
    print("\n".join(faults) if faults else "every file is in a named state, and the good report is found")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
