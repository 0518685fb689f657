"""Measures what notes promise: their length, files that verify as they are, and that a changed word is named.

Usage: `python benchmarks/notes.py [--changes N] [--library DIR]`. Thirty notes, quotes only and searched by words
alone: ten topics after three templates each, half over the samples, half over domain_open where the devpack is; each
within a number of words that a fixed seed draws. A third is in French, a third is revised. Every note is written in
four formats and verified; then N words of each are changed, one at a time: in the markup, and for the PDF in the
document that is laid out, beside the record of what it was. CPU seconds of a note stand beside those of one search for
each of its guiding questions. With `--library`, instead: twenty notes of two pages over the 100,000 passages that
`scale.py` generates (kept in DIR/1000), with their files in four formats, beside the CPU seconds of their searches.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import coscribe
import numpy as np
from coscribe.agents import retriever
from coscribe.agents.note.revision.revision_request import RevisionRequest
from coscribe.core.document import Document
from coscribe.core.shapes import Note
from coscribe.prompts.template import load_template
from coscribe.tools.publish.pdf.pdf_file import pdf_file
from coscribe.tools.publish.pdf.pdf_texts import pages
from coscribe.tools.publish.publication import Publication, publication, write_files
from coscribe.tools.verify.verify import verify_file
from coscribe.vectorstore.index.catalogue import Catalogue
from scale import COMMON, build, vocabulary

DEVPACK = Path(__file__).parents[2] / "shared" / "devpack"
TOPICS = {
    "samples": (
        "energy of inference", "peak electrical power of a site", "quantum software", "neuromorphic computing",
        "open software",
    ),
    "domain_open": (
        "general-purpose models", "AI in education", "trustworthy AI", "computing infrastructure",
        "skills and training",
    ),
}  # fmt: skip
TEMPLATES = ("policy-note", "briefing", "position-comparison")
LENGTHS = (150, 220, 300, 450, 700)
MARKUP = re.compile(rb"(?<=>)([^<>]*?\b)([a-z]{5,})(\b[^<>]*?)(?=</)")
PLAIN = re.compile(rb"(?<=[ ])([a-z]{5,})(?=[ ,.;])")
IN_JSON = re.compile(rb'(?<=[ ])[a-z]{5,}(?= [^"\[\]{}]*")')  # within a text of more words
NEW = b"otherwise"
LANGUAGES, REVISED = ("en", "fr", "en"), 2  # of three notes in turn, and which of them is revised
COMMENT = "more about power, skills and training"
SEED = 20
REPORTS, TWO_PAGES, LARGE = 1_000, 2, 20  # of the generated library; of a note over it; how many of these
FREQUENT = 1_000  # rank of a word of a topic, at most


def altered(content: bytes, ending: str, rng: random.Random) -> bytes | None:
    """Return a text with one of its words changed."""
    begin = content.find(b"<main") if ending == ".html" else 0
    end = content.find(b"</main>") if ending == ".html" else len(content)
    body = content[begin : end if end > begin else len(content)]
    places = [
        (match.start(2 if ending != ".md" else 1), match.end(2 if ending != ".md" else 1))
        for match in (PLAIN if ending == ".md" else MARKUP).finditer(body)
    ]
    if not places:
        return None
    start, stop = rng.choice(places)
    return content[: begin + start] + NEW + content[begin + stop :]


def change(file: Path, target: Path, rng: random.Random, told: Publication) -> bool:
    """Write a file with one word changed; tell whether there was one."""
    if file.suffix == ".pdf":
        text = told.document.model_dump_json().encode()
        start, stop = rng.choice([match.span() for match in IN_JSON.finditer(text)])
        other = Document.model_validate_json(text[:start] + NEW + text[stop:])
        target.write_bytes(pdf_file(other, told.colophon))
        return True
    if file.suffix != ".docx":
        other = altered(file.read_bytes(), file.suffix, rng)
        target.write_bytes(other or b"")
        return other is not None
    with ZipFile(file) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = altered(content, ".docx", rng) or content
            new.writestr(name, content)
    return True


async def measure(folder: Path, source: Path, topics: tuple[str, ...], changes: int, rng: random.Random) -> list[dict]:
    """Return what was seen of each note over the reports of a folder."""
    library = coscribe.Library(folder / "library", embedder=None)
    library.ingest([source])
    assistant = coscribe.Assistant(library, home=folder / "home", model="evidence")
    seen = []
    for at, (topic, template) in enumerate((topic, template) for topic in topics for template in TEMPLATES):
        words, turn = rng.choice(LENGTHS), (at + at // 3) % 3  # each template in turn
        begun = time.process_time()
        note = await assistant.note(topic, template=template, words=words, language=LANGUAGES[turn])
        spent = time.process_time() - begun
        begun = time.process_time()
        for section in load_template(template).sections:
            for question in section.guiding:
                library.search(question.replace("{topic}", topic))
        row = {"words": note.words, "most": words, "cpu": spent, "searches": time.process_time() - begun}
        if turn == REVISED:
            note = await assistant.revise(note, RevisionRequest(COMMENT, note.sections[1].heading))
            row |= {"words": max(note.words, row["words"]), "revised": 1}
        seen.append(row | verified(folder, note, library.catalogue, changes, rng))
    await assistant.close()
    library.close()
    return seen


def verified(folder: Path, note: Note, catalogue: Catalogue, changes: int, rng: random.Random) -> dict[str, int]:
    """Return how many files of a note had an alarm as they were, and of the words that were changed how many had one.

    "named" are changes whose message has the new word; that of a long text may show its beginning.
    """
    told = publication(note, drafted_by="", date="2026-01-01")
    paths = [folder / f"note{ending}" for ending in (".md", ".docx", ".html", ".pdf")]
    write_files(told, paths, "the note")
    row = dict.fromkeys(("alarms", "changed", "found", "named"), 0)
    for path in paths:
        row["alarms"] += len(verify_file(path, catalogue, None).problems)
        kept, other = path.read_bytes(), folder / f"other{path.suffix}"
        for _ in range(changes):
            if not change(path, other, rng, told):
                continue
            path.write_bytes(other.read_bytes())
            messages = [one.message for one in verify_file(path, catalogue, None).problems]
            row["changed"] += 1
            row["found"] += bool(messages)
            row["named"] += any(NEW.decode() in one for one in messages)
            path.write_bytes(kept)
    return row


class Searches:
    """The CPU seconds that the searches of notes take, in whatever thread, and how many there are."""

    def __init__(self) -> None:
        self._look_up = retriever.look_up
        retriever.look_up = self
        self.seconds, self.count = 0.0, 0

    def __call__(self, *asked: object) -> object:
        begun = time.thread_time()
        found = self._look_up(*asked)
        self.seconds, self.count = self.seconds + time.thread_time() - begun, self.count + 1
        return found


def topics(count: int) -> list[str]:
    """Return topics of two words that many pages of the generated library have: there is enough for two pages."""
    words, drawn = vocabulary(), np.random.default_rng(SEED).integers(len(COMMON), FREQUENT, (count, 2))
    return [" ".join(words[at] for at in row) for row in drawn]


async def measure_large(folder: Path) -> list[dict[str, float]]:
    """Return what notes of two pages over the generated library cost; a first one pays for what is loaded late."""
    library, searches, rows = coscribe.Library(folder / "1000", embedder="none"), Searches(), list[dict[str, float]]()
    with tempfile.TemporaryDirectory() as home:
        assistant = coscribe.Assistant(library, home=Path(home), model="evidence")
        layouts = list[int]()

        def fits(note: Note) -> bool:
            told = publication(note, drafted_by="", date="2026-01-01")
            layouts.append(pages(pdf_file(told.document, told.colophon)))
            return layouts[-1] <= TWO_PAGES

        for topic in topics(LARGE + 1):
            searches.seconds, searches.count = 0.0, 0
            layouts.clear()
            begun = time.process_time()
            note = await assistant.note(topic, fits=fits)
            drafted = time.process_time() - begun
            paths = [Path(home) / f"note{ending}" for ending in (".md", ".docx", ".html", ".pdf")]
            write_files(publication(note, drafted_by="", date="2026-01-01"), paths, "the note")
            rows.append({"whole": time.process_time() - begun, "note": drafted, "searches": searches.seconds,
                         "count": searches.count, "layouts": len(layouts), "pages": layouts[-1] if layouts else 1,
                         "words": note.words})  # fmt: skip
        await assistant.close()
    library.close()
    return rows[1:]


def show_large(folder: Path) -> None:
    """Build the library where it is not there, and print the medians."""
    build(folder / "1000", REPORTS)
    rows = asyncio.run(measure_large(folder))
    middle = {key: sorted(row[key] for row in rows)[len(rows) // 2] for key in rows[0]}
    print(f"{len(rows)} notes of at most {TWO_PAGES} pages from {REPORTS * 100:,} passages, quotes only, medians:")
    print(f"  CPU seconds: {middle['whole']:.2f} (drafted {middle['note']:.2f}, then four files); "
          f"of its {middle['count']:.0f} searches {middle['searches']:.2f}")  # fmt: skip
    print(f"  words {middle['words']:.0f}, laid out {middle['layouts']:.0f} times; within their pages: "
          f"{sum(row['pages'] <= TWO_PAGES for row in rows)} of {len(rows)}")  # fmt: skip


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--changes", type=int, default=4, help="words changed of each file")
    asked.add_argument("--library", type=Path, help="folder that keeps the generated library of scale.py")
    options = asked.parse_args()
    if options.library:
        show_large(options.library)
        return
    changes, rng, rows = options.changes, random.Random(SEED), list[dict]()
    sources = {"samples": Path(str(files("coscribe.samples"))), "domain_open": DEVPACK / "domain_open"}
    for name, source in sources.items():
        if not source.is_dir():
            print(f"{name}: not here", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows += asyncio.run(measure(Path(folder), source, TOPICS[name], changes, rng))
    print(f"notes within their words: {sum(row['words'] <= row['most'] for row in rows)} of {len(rows)}")
    print(f"  words asked for {sum(row['most'] for row in rows)}, written {sum(row['words'] for row in rows)}")
    print(
        f"untouched files with an alarm: {sum(row['alarms'] > 0 for row in rows)} notes of {len(rows)}, four files each"
    )
    total = {key: sum(row[key] for row in rows) for key in ("changed", "found", "named")}
    print(f"words changed: {total['changed']}; found: {total['found']}; named by the word: {total['named']}")
    print(f"  of these notes in French: {len(rows) // 3}, revised: {sum(row.get('revised', 0) for row in rows)}")
    cpu, searches = (sorted(row[key] for row in rows)[len(rows) // 2] for key in ("cpu", "searches"))
    print(f"CPU seconds of a note, median: {cpu:.2f}; of one search for each of its questions: {searches:.2f}")


if __name__ == "__main__":
    main()
