"""Measures a matrix of 12 topics x 60 roadmaps over 100,000 passages, quotes only, beside plain searches.

The library is that of `benchmarks/scale.py` (invented words), without vectors; each of its 1,000 reports says something
of every third topic. Align and search run in processes of their own, and look for the same: each topic in each
roadmap, and each topic in the whole library. DIR keeps the library.
Usage: `python benchmarks/alignment_size.py [--library DIR] [--reports 1000]`
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from coscribe import Library  # noqa: E402
from coscribe.core.types import Scope  # noqa: E402
from coscribe.vectorstore.index.catalogue import Catalogue  # noqa: E402
from coscribe.vectorstore.index.writer import writer_lock  # noqa: E402
from coscribe.vectorstore.ingest.declarations import Declaration  # noqa: E402
from coscribe.vectorstore.ingest.entry import Entry  # noqa: E402
from coscribe.vectorstore.ingest.indexing import catch_up_words  # noqa: E402
from coscribe.vectorstore.ingest.report_files import ReportFile  # noqa: E402
from coscribe.vectorstore.reading.page import Block, FileText  # noqa: E402
from doubles.command_line import run  # noqa: E402
from doubles.roadmaps import PlantedTopic, sentences_of, topics_of  # noqa: E402
from scale import PAGES, document, frequencies, peak, vocabulary  # noqa: E402

ROADMAPS, EVERY = 60, 3  # of a report's topics, one in so many is spoken of
TOPICS = "topics.toml"
FILL = {"body": "the agency", "other": "Japan", "year": "2031", "figure": "20 million euros"}


def said(text: FileText, number: int, topics: Sequence[PlantedTopic], wording: Sequence[str]) -> FileText:
    """Return a report that says something of every third topic, each on some page."""
    chance, pages = random.Random(number), list(text.pages)
    for topic in topics[number % EVERY :: EVERY]:
        sentence = chance.choice(wording).format(topic=topic.name, **FILL)
        at = chance.randrange(len(pages))
        page = pages[at]
        told = f"{page.text}\n{sentence[:1].upper()}{sentence[1:]}"
        block = Block(len(page.text) + 1, len(told), "text")
        pages[at] = replace(page, text=told, blocks=(*page.blocks, block))
    return FileText(tuple(pages))


def build(folder: Path, reports: int) -> None:
    """Make the library and its topics file, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    topics = topics_of()
    with writer_lock(folder):
        entry, catalogue = Entry(folder), Catalogue(folder)
        words, shares = vocabulary(), frequencies()
        wording = [one.text for one in sentences_of() if (one.language, one.number) == ("en", "any")]
        for number in range(len(catalogue.reports()), reports):
            name = f"{number:05}.pdf"
            entry.write(
                ReportFile(folder / name, name, folder / name), f"{number:016}",
                said(document(number, words, shares), number, topics, wording),
                Declaration({"title": name, "language": "en", "organisation": f"Bureau {number % ROADMAPS}"}),
                lambda _: None,
            )  # fmt: skip
        catch_up_words(folder, catalogue, entry, lambda *_: None)
        entry.set_meta("embedder", "none")
        entry.advance()
        entry.close()
    (folder / TOPICS).write_text(
        "\n".join(
            f'[[topics]]\nname = "{one.name}"\nsynonyms = {json.dumps(one.synonyms.get("en", []))}' for one in topics
        ),
        "utf-8",
    )


def aligned(folder: Path) -> dict[str, Any]:
    """Make the whole matrix and return what it took."""
    before, began, started = peak(), time.process_time(), time.perf_counter()
    done = run(
        "align",
        "--library",
        folder,
        "--embedder",
        "none",
        "--by",
        "organisation",
        "--topics",
        folder / TOPICS,
        "--json",
    )
    took = {"cpu": time.process_time() - began, "wall": time.perf_counter() - started}
    if done.code:
        sys.exit(f"align ended with {done.code}: {done.err[-500:]}")
    stances = [cell["stance"] for cell in done.json["cells"]]
    return took | {
        "before": before,
        "peak": peak(),
        "count": len(stances),
        "spoken": sum(s != "silent" for s in stances),
    }


def searched(folder: Path, each: bool) -> dict[str, Any]:
    """Search for each topic, in each roadmap or in all, and return what it took."""
    before, began, started = peak(), time.process_time(), time.perf_counter()
    library, count = Library(folder, embedder="none"), 0
    for topic in topics_of():
        for number in range(ROADMAPS):
            scope = Scope(organisations=(f"Bureau {number}",)) if each else Scope()
            library.search(topic.name, scope=scope)
            count += 1
    took = {"cpu": time.process_time() - began, "wall": time.perf_counter() - started}
    return took | {"before": before, "peak": peak(), "count": count, "spoken": 0}


def apart(step: str, folder: Path, *more: str) -> dict[str, Any]:
    """Run a step in a process of its own and return what it measured."""
    command = [sys.executable, "-P", __file__, "--step", step, "--library", str(folder), *more]
    return dict(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def show(name: str, took: dict[str, Any]) -> None:
    """Print what a step took, as a row."""
    each = 1000 * took["cpu"] / took["count"]
    print(f"{name:36}{took['count']:>7}{took['cpu']:>9.1f}{each:>10.1f}{took['wall']:>9.1f}"
          f"{took['peak']:>10.0f}{took['before']:>10.0f}", flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path)
    parser.add_argument("--reports", type=int, default=1_000)
    parser.add_argument("--step", choices=["build", "align", "each", "whole"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step == "build":
        began = time.process_time()
        build(asked.library, asked.reports)
        print(json.dumps({"cpu": time.process_time() - began}))
        return
    if asked.step:
        took = aligned(asked.library) if asked.step == "align" else searched(asked.library, asked.step == "each")
        print(json.dumps(took))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.library or Path(temporary) / "library"
        built = apart(
            "build", folder, "--reports", str(asked.reports)
        )  # or its memory would count for what comes after
        print(f"{asked.reports * PAGES:,} passages, built in {built['cpu']:.0f} CPU s")
        print(f"{'':36}{'number':>7}{'CPU s':>9}{'ms each':>10}{'wall s':>9}{'peak MB':>10}{'before':>10}")
        cells = apart("align", folder)
        show("cells of the matrix", cells)
        show("searches, one roadmap each", apart("each", folder))
        show("searches, whole library", apart("whole", folder))
        print(f"{cells['spoken']} of {cells['count']} cells are not silent")


if __name__ == "__main__":
    main()
