"""Measures what notes promise: their length, files that verify as they are, and that a changed word is named.

Usage: `python benchmarks/notes.py [--changes N]`. Thirty notes, quotes only and searched by words alone: ten topics
after three templates each, half over the samples, half over domain_open where the devpack is; each within a number of
words that a fixed seed draws. Every note is written in four formats and verified; then N words of each but the PDF are
changed, one at a time, in the markup. CPU seconds of a note stand beside those of one search for each of its guiding
questions.
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
from coscribe.prompts.template import load_template
from coscribe.tools.publish.publication import publication, write_files
from coscribe.tools.verify.verify import verify_file

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
SEED = 20


def altered(content: bytes, ending: str, rng: random.Random) -> bytes | None:
    """Return a text with one of its words changed."""
    begin = content.find(b"<main") if ending == ".html" else 0
    end = content.find(b'<section class="notes"') if ending == ".html" else len(content)
    body = content[begin : end if end > begin else len(content)]
    places = [
        (match.start(2 if ending != ".md" else 1), match.end(2 if ending != ".md" else 1))
        for match in (PLAIN if ending == ".md" else MARKUP).finditer(body)
    ]
    if not places:
        return None
    start, stop = rng.choice(places)
    return content[: begin + start] + b"otherwise" + content[begin + stop :]


def change(file: Path, target: Path, rng: random.Random) -> bool:
    """Write a file with one word changed; tell whether there was one."""
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
    for topic in topics:
        for template in TEMPLATES:
            words = rng.choice(LENGTHS)
            begun = time.process_time()
            note = await assistant.note(topic, template=template, words=words)
            spent = time.process_time() - begun
            begun = time.process_time()
            for section in load_template(template).sections:
                for question in section.guiding:
                    library.search(question.replace("{topic}", topic))
            row = {"words": note.words, "most": words, "cpu": spent, "searches": time.process_time() - begun,
                   "alarms": 0, "changed": 0, "named": 0}  # fmt: skip
            paths = [folder / f"note{ending}" for ending in (".md", ".docx", ".html", ".pdf")]
            write_files(publication(note, drafted_by="", date="2026-01-01"), paths, "the note")
            for path in paths:
                row["alarms"] += len(verify_file(path, library.catalogue, None).problems)
                for _ in range(changes if path.suffix != ".pdf" else 0):
                    kept = path.read_bytes()
                    if change(path, folder / f"other{path.suffix}", rng):
                        path.write_bytes((folder / f"other{path.suffix}").read_bytes())
                        row["changed"] += 1
                        row["named"] += bool(verify_file(path, library.catalogue, None).problems)
                    path.write_bytes(kept)
            seen.append(row)
    await assistant.close()
    library.close()
    return seen


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--changes", type=int, default=4, help="words changed of each file")
    changes, rng, rows = asked.parse_args().changes, random.Random(SEED), list[dict]()
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
    print(f"changed words named: {sum(row['named'] for row in rows)} of {sum(row['changed'] for row in rows)}")
    cpu, searches = (sorted(row[key] for row in rows)[len(rows) // 2] for key in ("cpu", "searches"))
    print(f"CPU seconds of a note, median: {cpu:.2f}; of one search for each of its questions: {searches:.2f}")


if __name__ == "__main__":
    main()
