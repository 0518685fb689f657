"""Measures how long a search takes among 100,000 passages, with every filter, and what opening the library costs.

The library is generated: invented words with frequencies as in a language (Zipf), indexed by the product itself. To
embed them would take hours, so vectors are made up around the centres of subjects, of which each report has a few. So
are a query's, but the real model embeds its words as well, and its time counts. Beside each figure stand Tantivy asked
for the words alone, and the exact product of all vectors with one, of the same run. DIR keeps the generated libraries.
Usage: `python benchmarks/scale.py [--library DIR] [--queries 200]`
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tantivy
from coscribe import Library
from coscribe.core.types import EVERYTHING, Scope
from coscribe.language.languages import STOP_WORDS
from coscribe.language.stems import content_terms
from coscribe.models.embedder import NOBODY, Embedder, MiniLM, Vectors
from coscribe.models.port import Asking
from coscribe.vectorstore.index.catalogue import Catalogue
from coscribe.vectorstore.index.vectors import VectorIndex
from coscribe.vectorstore.index.writer import writer_lock
from coscribe.vectorstore.ingest.declarations import Declaration
from coscribe.vectorstore.ingest.entry import Entry
from coscribe.vectorstore.ingest.indexing import catch_up_words
from coscribe.vectorstore.ingest.report_files import ReportFile
from coscribe.vectorstore.reading.page import Block, FileText, Page

SIZES, PAGES, VOCABULARY = (200, 500, 1_000), 100, 50_000  # reports; pages of each, a passage each; words
PARAGRAPHS, LENGTH = 4, 28  # of a page, and in words
SUBJECTS, OF_A_REPORT, SPREAD = 500, 5, 0.8  # of vectors; the last is the length of a vector's own part
COMMON = sorted(STOP_WORDS["en"])[:26]
MEGABYTE = 1024 if sys.platform == "linux" else 1024**2  # of what getrusage counts
GROWING = ("no filter", "--kind, 1 %", "--kind, 50 %")  # filters measured at every size
P50, P95, FIRST = 30.0, 100.0, 1_000.0  # milliseconds


class Values(NamedTuple):
    """Of a field: what 1 % of the reports say, what 50 % say, and what the others say."""

    narrow: str
    wide: str
    others: Sequence[str]


FIELDS = {
    "region": Values("Japan", "Europe/France", ("Europe/Spain", "United States", "Latin America")),
    "organisation": Values("Mivoza Bureau", "Tuleka Institute", ("Rofane Council", "Dibure Agency", "Zovami Centre")),
    "kind": Values("law", "roadmap", ("strategy", "advisory", "technical")),
    "status": Values("draft", "adopted", ("unknown",)),
    "date": Values("2026", "2020", ("2001", "2005", "2009")),
}  # fmt: skip
STEPS = dict(zip(FIELDS, (1, 3, 7, 9, 11), strict=True))  # coprime to 100, so that fields do not go together


class Question(NamedTuple):
    """A query with the made-up vector that stands for its meaning."""

    text: str
    vector: Vectors


class Aimed(MiniLM):
    """Embeds as MiniLM does, then gives the made-up vector instead."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self._aims = {question.text: question.vector for question in questions}

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return the made-up vectors of known texts."""
        super().embed(texts, asking)
        return np.vstack([self._aims[text] for text in texts])


class Generated(Library):
    """A library whose questions have made-up vectors, or none."""

    def __init__(self, folder: Path, questions: Sequence[Question], meaning: bool) -> None:
        super().__init__(folder, embedder="minilm" if meaning else "none")
        self._aimed = Aimed(questions) if meaning else None

    def embedder(self) -> Embedder | None:
        """Return the embedder of made-up vectors."""
        return self._aimed


def vocabulary() -> list[str]:
    """Return invented words, after the commonest ones of English, most frequent first."""
    chance = np.random.default_rng(0)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = dict.fromkeys(COMMON)
    while len(words) < VOCABULARY:
        words["".join(syllables[at] for at in chance.integers(0, len(syllables), chance.integers(2, 5)))] = None
    return list(words)


def frequencies() -> np.ndarray:
    share = 1 / np.arange(1, VOCABULARY + 1)
    return np.cumsum(share / share.sum())


def document(number: int, words: Sequence[str], shares: np.ndarray) -> FileText:
    """Return a report of pages that hold one passage each."""
    chance = np.random.default_rng([1, number])
    drawn = np.searchsorted(shares, chance.random((PAGES, PARAGRAPHS, LENGTH)))
    pages = []
    for count, page in enumerate(drawn, start=1):
        text, blocks = "", []
        for paragraph in page:
            start = len(text) + bool(text)
            text += ("\n" if text else "") + " ".join(words[at] for at in paragraph).capitalize() + "."
            blocks.append(Block(start, len(text), "text"))
        pages.append(Page("page", count, f"p. {count}", text, tuple(blocks)))
    return FileText(tuple(pages))


def declared(number: int, words: Sequence[str]) -> dict[str, str]:
    """Return what a manifest says of a report; of each field, one value is shared by 1 % and one by 50 %."""
    title = np.random.default_rng([2, number]).integers(len(COMMON), VOCABULARY, 5)
    told = {"title": " ".join(words[at] for at in title).title(), "language": "en"}
    for name, values in FIELDS.items():
        place = number * STEPS[name] % 100
        rest = values.others[place % len(values.others)]
        told[name] = values.narrow if place == 0 else values.wide if place <= 50 else rest
    return told


def around(subjects: np.ndarray, chance: np.random.Generator) -> Vectors:
    """Return unit vectors around the centres of subjects, one each."""
    own = chance.standard_normal((len(subjects), MiniLM.dimension))
    own *= SPREAD / np.linalg.norm(own, axis=1, keepdims=True)
    centres = np.random.default_rng(3).standard_normal((SUBJECTS, MiniLM.dimension))
    made = centres[subjects] / np.linalg.norm(centres[subjects], axis=1, keepdims=True) + own
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def vectors_of(number: int, count: int) -> Vectors:
    chance = np.random.default_rng([4, number])
    return around(chance.choice(chance.integers(0, SUBJECTS, OF_A_REPORT), count), chance)


def build(folder: Path, reports: int) -> None:
    """Bring a generated library to a number of reports; what it holds stays."""
    words, shares = vocabulary(), frequencies()
    with writer_lock(folder):
        entry = Entry(folder)
        catalogue = Catalogue(folder)
        for number in range(len(catalogue.reports()), reports):
            name = f"{number:05}.pdf"
            entry.write(
                ReportFile(folder / name, name, folder / name), f"{number:016}", document(number, words, shares),
                Declaration(declared(number, words)), lambda _: None,
            )  # fmt: skip
        catch_up_words(folder, catalogue, entry, lambda *_: None)
        entry.set_meta("embedder", MiniLM.name)
        index = VectorIndex(folder / "vectors")
        for report in catalogue.behind("vectors")[0]:
            ids = [passage.id for passage in catalogue.indexable(report.id)]
            index.add(report.id, ids, vectors_of(int(report.file[:5]), len(ids)))
            entry.mark_committed("vectors", [report])
        index.close()
        entry.advance()
        entry.close()


def questions(count: int) -> list[Question]:
    """Return queries of four words each, as rare as a page's words are, with a vector around some subject each."""
    chance, words = np.random.default_rng(5), vocabulary()
    drawn = np.searchsorted(frequencies(), chance.random((8 * count, 4)))
    drawn = drawn[(drawn >= len(COMMON)).all(axis=1)][:count]
    texts = ["How does {} {} change the {} of {}?".format(*(words[at] for at in row)) for row in drawn]
    subjects = chance.integers(0, SUBJECTS, len(texts))
    return [Question(text, vector) for text, vector in zip(texts, around(subjects, chance), strict=True)]


def scopes(reports: int) -> dict[str, Scope]:
    """Return every kind of filter by name, narrow (1 % of the reports) and wide (50 %)."""
    region, organisation, kind, status, date = FIELDS.values()
    files = [f"{number:05}.pdf" for number in range(reports)]
    return {
        "no filter": EVERYTHING,
        "--report, one": Scope(reports=(files[7],)),
        "--report, 1 %": Scope(reports=tuple(files[3::100])),
        "--report, 50 %": Scope(reports=tuple(files[::2])),
        "--region, 1 %": Scope(regions=(region.narrow,)),
        "--region, 50 %": Scope(regions=("France",)),
        "--organisation, 1 %": Scope(organisations=(organisation.narrow,)),
        "--organisation, 50 %": Scope(organisations=(organisation.wide,)),
        "--kind, 1 %": Scope(kinds=(kind.narrow,)),
        "--kind, 50 %": Scope(kinds=(kind.wide,)),
        "--status, 1 %": Scope(statuses=(status.narrow,)),
        "--status, 50 %": Scope(statuses=(status.wide,)),
        "--published-from, 1 %": Scope(published_from=int(date.narrow)),
        "--published-from and -to, 50 %": Scope(published_from=2010, published_to=2025),
    }


def timed(ask: Callable[[Question], object], asked: Sequence[Question]) -> dict[str, float]:
    """Return the percentiles of the wall time of a query and its mean CPU time, in milliseconds."""
    walls, began = [], time.process_time()
    for question in asked:
        start = time.perf_counter()
        ask(question)
        walls.append(1000 * (time.perf_counter() - start))
    cpu = 1000 * (time.process_time() - began) / len(asked)
    return dict(zip(("p50", "p95", "p99"), np.percentile(walls, (50, 95, 99)).tolist(), strict=True)) | {"cpu": cpu}


def measure(library: Path, count: int, meaning: bool, names: Sequence[str]) -> dict[str, Any]:
    """Ask with each filter, after a few questions that are not counted; an empty list of names means all filters."""
    before = peak()
    asked = questions(count)
    opened = Generated(library, asked, meaning)
    for question in asked[:5]:
        opened.search(question.text)
    rows = {
        name: timed(lambda question, scope=scope: opened.search(question.text, scope=scope), asked)
        for name, scope in scopes(len(opened.catalogue.reports())).items()
        if not names or name in names
    }
    return {"rows": rows, "passages": len(opened.catalogue.reports()) * PAGES, "before": before, "peak": peak()}


def first(library: Path, meaning: bool) -> dict[str, Any]:
    """Return the milliseconds and CPU milliseconds from opening a library to the first result."""
    asked = questions(1)
    with tempfile.TemporaryDirectory() as temporary:
        VectorIndex(Path(temporary)).close()  # Chroma imports half of itself when it is opened
    began, cpu = time.perf_counter(), time.process_time()
    Generated(library, asked, meaning).search(asked[0].text)
    return {"first": 1000 * (time.perf_counter() - began), "cpu": 1000 * (time.process_time() - cpu)}


def reference(library: Path, count: int) -> dict[str, Any]:
    """Time the bare engines, and return how many of the ten nearest passages the meaning leg finds by filter."""
    asked = questions(count)
    words = tantivy.Index.open(str(library / "words"))

    def by_words(question: Question) -> None:
        terms = [tantivy.Query.term_query(words.schema, "body_en", term) for term in content_terms(question.text, "en")]
        searcher = words.searcher()
        hits = searcher.search(tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms]), 60).hits
        for _, address in hits:
            searcher.doc(address)

    opened = Library(library, embedder="none")
    reports = opened.catalogue.reports()
    table = np.vstack([vectors_of(int(report.file[:5]), PAGES) for report in reports])
    names = np.array([passage.id for report in reports for passage in opened.catalogue.indexable(report.id)])

    def by_meaning(question: Question) -> None:
        np.argpartition(-(table @ question.vector), 60)[:60]

    index, model, found = VectorIndex(library / "vectors", MiniLM.dimension), MiniLM(), {}
    for name, scope in scopes(len(reports)).items():
        meant = {report.id for report in opened.in_scope(scope)}
        within = np.repeat([report.id in meant for report in reports], PAGES)
        shares = []
        for question in asked[:50]:
            nearest = names[within][np.argsort(-(table[within] @ question.vector))[:10]]
            hits = index.search(question.vector, 60, None if scope == EVERYTHING else meant)[:10]
            shares.append(len({hit.passage for hit in hits}.intersection(nearest.tolist())) / 10)
        found[name] = float(np.mean(shares))
    rows = {
        "Tantivy alone, terms of the query": timed(by_words, asked),
        "the model alone, query embedded": timed(lambda question: model.embed([question.text]), asked),
        "all vectors compared, in memory": timed(by_meaning, asked),
    }
    return {"rows": rows, "recall": found}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def apart(step: str, library: Path, *more: str) -> dict[str, Any]:
    """Run a step in a process of its own and return what it measured."""
    command = [sys.executable, "-P", __file__, "--step", step, "--library", str(library), *more]
    return dict(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def one_step(options: argparse.Namespace) -> dict[str, Any]:
    if options.step == "build":
        began = sum(os.times()[:2])
        build(options.library, options.reports)
        return {"cpu": sum(os.times()[:2]) - began}
    if options.step == "reference":
        return reference(options.library, options.queries)
    if options.step == "first":
        return first(options.library, options.meaning)
    return measure(options.library, options.queries, options.meaning, options.filter)


def built(folder: Path) -> list[Path]:
    """Return libraries of rising size, each made from the one before; those there already stay."""
    libraries: list[Path] = []
    for reports in SIZES:
        library = folder / str(reports)
        if libraries and not library.exists():
            shutil.copytree(libraries[-1], library)
        cpu = apart("build", library, "--reports", str(reports))["cpu"]
        print(f"{reports * PAGES:,} passages: built in {cpu:.0f} CPU s (what was there counts for nothing)", flush=True)
        libraries.append(library)
    return libraries


def show(rows: dict[str, dict[str, float]], recall: dict[str, float] | None = None) -> bool:
    """Print a table of times and return whether all of them meet the targets."""
    met = True
    for name, row in rows.items():
        good = row["p50"] <= P50 and row["p95"] <= P95
        times = "".join(f"{row[key]:8.1f}" for key in ("p50", "p95", "p99", "cpu"))
        beside = f"{recall[name]:8.3f}" if recall else ""
        print(f"  {name:36}{times}{beside}  {'' if good else 'MISSED'}", flush=True)
        met = met and good
    return met


def grown(measured: list[dict[str, dict[str, Any]]]) -> None:
    """Print the figures by size, and what a line through them gives for a million passages."""
    sizes = [one["words"]["passages"] for one in measured]
    print(
        "\ngrowth: " + ", ".join(f"{size:,}" for size in sizes) + " passages measured; 1,000,000 CALCULATED by a line"
    )
    for leg in measured[0]:
        for name in GROWING:
            for key in ("p50", "cpu"):
                line(f"{leg}, {name}, {key} ms", sizes, [one[leg]["rows"][name][key] for one in measured])
        line(f"{leg}, peak memory MB", sizes, [one[leg]["peak"] for one in measured])


def line(name: str, sizes: list[int], values: list[float]) -> None:
    slope, start = np.polyfit(sizes, values, 1)
    print(f"  {name:46}" + "".join(f"{value:9.1f}" for value in values) + f"{start + slope * 1_000_000:11.0f}")


def main() -> None:
    """Build, measure and print; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, help="folder that keeps the generated libraries")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--step", choices=("build", "measure", "first", "reference"), help=argparse.SUPPRESS)
    parser.add_argument("--reports", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--meaning", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--filter", action="append", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(one_step(options)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(not whole(options.library or Path(temporary), options.queries))


def whole(folder: Path, queries: int) -> bool:
    """Measure every size and print; return whether the targets are met."""
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    asked, legs = ("--queries", str(queries)), {"words": (), "words and meaning": ("--meaning",)}
    libraries = built(folder)
    some = [part for name in GROWING for part in ("--filter", name)]
    measured = [
        {leg: apart("measure", library, *asked, *more, *(some if library != libraries[-1] else ())) for leg, more in
         legs.items()}
        for library in libraries
    ]  # fmt: skip
    bare = apart("reference", libraries[-1], *asked)
    print(f"\n{measured[-1]['words']['passages']:,} passages, {queries} queries a row: wall and mean CPU milliseconds,"
          " share of the ten nearest that the meaning leg finds"
          f"\n  {'':36}{'p50':>8}{'p95':>8}{'p99':>8}{'CPU':>8}{'found':>8}")  # fmt: skip
    met = True
    for leg, told in measured[-1].items():
        print(leg)
        met = show(told["rows"], bare["recall"] if leg != "words" else None) and met
        print(f"  peak memory {told['peak']:.0f} MB, {told['before']:.0f} of them imports")
    print("beside them")
    show(bare["rows"])
    for leg, more in legs.items():
        runs = sorted((apart("first", libraries[-1], *more) for _ in range(3)), key=lambda run: run["first"])
        good = runs[1]["first"] <= FIRST
        print(f"first result after opening, {leg}: {runs[1]['first']:.0f} ms, {runs[1]['cpu']:.0f} of CPU (median of 3)"
              f"  {'' if good else 'MISSED'}")  # fmt: skip
        met = met and good
    grown(measured)
    return met


if __name__ == "__main__":
    main()
