"""Measures how fast reports become searchable by words, and what a rerun and the embedding cost.

Usage: `python benchmarks/speed.py [FOLDER] [--repeat 3] [--profile]`; FOLDER holds reports, domain_open by default.
Every figure is CPU time of a process of its own together with its readers; starting them up (imports) is counted apart.
A page is a page of a PDF or a slide; of a format without pages, a file counts as one page.
"""

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import coscribe
import nupunkt
import pypdfium2 as pdfium
from coscribe.models.embedder import MiniLM
from coscribe.vectorstore.reading.sandbox import Readers

FOLDER = Path(__file__).parents[2] / "shared" / "devpack" / "domain_open"
SAMPLE = 64  # passages that are embedded
MEGABYTE = 1024 if sys.platform == "linux" else 1024**2  # of what getrusage counts


def cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    return sum(os.times()[:4])


def peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / MEGABYTE


def start_up(folder: Path) -> float:
    """CPU seconds that as many readers take as an ingest starts, on files that hold next to nothing."""
    count = os.cpu_count() or 1
    paths = []
    for number in range(count * 3):  # so many that each of them is started
        paths.append(folder / f"{number}.md")
        paths[-1].write_text("Nothing much.", encoding="utf-8")
    began = cpu()
    with Readers() as readers:
        list(readers.read_all(paths))
    return cpu() - began


def ingest(reports: Path, library: Path, profile: bool) -> dict[str, float]:
    """Take the reports in, once anew and once unchanged."""
    coscribe.Library(library, embedder="none")
    nupunkt.sent_tokenize("Its model is loaded. It takes a moment.")
    imports = cpu()
    with tempfile.TemporaryDirectory() as temporary:
        starting = start_up(Path(temporary))
    profiler = cProfile.Profile()
    children = sum(os.times()[2:4])
    began, wall = cpu(), time.monotonic()
    if profile:
        profiler.enable()
    result = coscribe.Library(library, embedder="none").ingest([reports])
    profiler.disable()
    seconds, wall = cpu() - began - starting, time.monotonic() - wall
    readers = sum(os.times()[2:4]) - children - starting
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    indexed = [file for file in result.reports if file.state == "indexed"]
    memory = {"parent": peak(resource.RUSAGE_SELF), "child": peak(resource.RUSAGE_CHILDREN)}
    began_again = time.monotonic()
    again = coscribe.Library(library, embedder="none").ingest([reports])
    rerun = time.monotonic() - began_again
    return {
        "files": len(indexed), "pages": sum(file.pages or 1 for file in indexed), "readers": readers,
        "imports": imports, "starting": starting,
        "passages": sum(file.passages for file in indexed), "seconds": seconds, "wall": wall, "rerun": rerun,
        "unchanged": sum(file.state == "unchanged" for file in again.reports), **memory,
    }  # fmt: skip


def raw(reports: Path) -> dict[str, float]:
    """Read the page texts of the PDFs with PDFium and do nothing with them."""
    pages, began = 0, cpu()
    for path in sorted(reports.rglob("*.pdf")):
        pdf = pdfium.PdfDocument(path)
        for page in pdf:
            textpage = page.get_textpage()
            textpage.get_text_range()
            textpage.close()
            page.close()
        pages += len(pdf)
        pdf.close()
    return {"pages": pages, "seconds": cpu() - began}


def embed(library: Path) -> dict[str, float]:
    """Embed a sample of the passages, spread over the whole library, in the batches of an ingest."""
    catalogue = coscribe.Library(library, embedder="none").catalogue
    texts = [passage.text for report in catalogue.reports() for passage in catalogue.indexable(report.id)]
    sample = sorted(texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE], key=len)
    embedder = MiniLM()
    embedder.embed(sample[:1])
    began = cpu()
    for at in range(0, len(sample), 64):
        embedder.embed(sample[at : at + 64])
    return {"passages": len(sample), "seconds": cpu() - began, "all": len(texts), "peak": peak(resource.RUSAGE_SELF)}


def apart(step: str, reports: Path, library: Path, *, profile: bool = False) -> dict[str, float]:
    """Run a step in a process of its own and return what it measured."""
    command = [sys.executable, "-P", __file__, str(reports), "--step", step, "--library", str(library)]
    done = subprocess.run(
        [*command, *(["--profile"] if profile else [])], check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout))


def verdict(name: str, value: float, unit: str, good: bool, target: str) -> bool:
    print(f"  {name:<46}{value:>9.2f} {unit:<16}{'met' if good else 'MISSED'} ({target})")
    return good


def main() -> None:
    """Measure and print; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--profile", action="store_true", help="print where the ingest's own process spends its time")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the median counts")
    parser.add_argument("--step", choices=("ingest", "raw", "embed"), help=argparse.SUPPRESS)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        steps = {"raw": lambda: raw(options.folder), "embed": lambda: embed(options.library)}
        steps["ingest"] = lambda: ingest(options.folder, options.library, options.profile)
        print(json.dumps(steps[options.step]()))
        return
    if not options.folder.is_dir():
        print(f"{options.folder.name}: skipped, it is not beside the checkout")
        return
    takes, bares = [], []
    with tempfile.TemporaryDirectory() as temporary:
        for number in range(options.repeat):
            library = Path(temporary) / str(number)
            takes.append(apart("ingest", options.folder, library, profile=options.profile))
            bares.append(apart("raw", options.folder, library))
        embedded = apart("embed", options.folder, library)
    taken = sorted(takes, key=lambda take: take["seconds"])[(len(takes) - 1) // 2]
    bare = sorted(bares, key=lambda take: take["seconds"])[(len(bares) - 1) // 2]
    show(options.folder.name, taken, bare, embedded)


def show(name: str, taken: dict[str, float], bare: dict[str, float], embedded: dict[str, float]) -> None:
    """Print the figures beside their targets."""
    print(f"{name}: {taken['files']} files, {taken['pages']} pages, {taken['passages']} passages")
    print(f"  {taken['seconds']:.1f} CPU s ({taken['readers']:.1f} of them in readers) in {taken['wall']:.1f} s")
    print(f"  not counted: {taken['imports']:.1f} CPU s to start up, {taken['starting']:.1f} to start the readers")
    rate, bare_rate = taken["pages"] / taken["seconds"], bare["pages"] / bare["seconds"]
    print(f"  raw PDFium: {bare['pages']} pages, {bare_rate:.0f} a CPU second")
    met = [
        verdict("pages a CPU second until searchable by words", rate, "pages/CPU s", rate >= 60, ">= 60"),
        verdict("that rate beside raw PDFium's", 100 * rate / bare_rate, "%", rate >= bare_rate / 4, ">= 25 %"),
        verdict("peak memory, parent", taken["parent"], "MB", taken["parent"] <= 700, "<= 700"),
        verdict("peak memory, largest reader", taken["child"], "MB", taken["child"] <= 700, "<= 700"),
    ]
    again = 1000 * taken["rerun"] / taken["pages"]
    met.append(verdict("rerun over unchanged files, per 1,000 pages", again, "s", again <= 1, "<= 1"))
    per = 100 * embedded["seconds"] / embedded["passages"]
    print(f"  embedding: {per:.2f} CPU s per 100 passages (sample of {embedded['passages']} of {embedded['all']}), "
          f"peak {embedded['peak']:.0f} MB")  # fmt: skip
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
