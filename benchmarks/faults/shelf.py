"""A home in which everything was used once, on small reports of several kinds, and a check of what it shows.

Commands run in children of this process: a store that brings the interpreter down is found out, and no command pays
for the start of another one.
"""

import hashlib
import json
import os
import pickle
import random
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import independent
from coscribe.core.shapes import Locator
from doubles.command_line import Done, run
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint, Json
from reportlab.pdfgen.canvas import Canvas

SUBJECTS = {
    "power": "The site in {place} may draw {number} MW of electrical power by {year}.",
    "cooling": "Cooling by water in {place} takes {number} litres an hour since {year}.",
    "budget": "The council of {place} sets EUR {number} million aside for the year {year}.",
    "students": "Some {number} students of {place} are trained each year until {year}.",
    "software": "All software of {place} is open from {year} on, some {number} packages in all.",
}
PLACES = ("Ostrava", "Bergen", "Kajaani", "Bologna", "Lugano", "Evora", "Kobe", "Bilbao", "Garching", "Maribor")
QUESTION = "How much electrical power may the site in Ostrava draw?"
BATCH = (
    "question",
    "How much power may a site draw?",
    "What is said of cooling by water?",
    "What is said of software?",
)
PATIENCE = 90  # seconds a child may take


def sentences(chance: random.Random, place: str) -> list[str]:
    """Return a sentence a subject, with figures of their own."""
    return [
        text.format(place=place, number=chance.randrange(10, 990), year=chance.randrange(2026, 2041))
        for text in SUBJECTS.values()
    ]


def write_report(path: Path, chance: random.Random, place: str) -> None:
    """Write a report of the kind that its name says; the same chance makes the same file."""
    told = [sentences(chance, place) for _ in range(3)]
    title = f"Plan of {place}"
    if path.suffix == ".pdf":
        canvas = Canvas(str(path), invariant=1)
        for number, lines in enumerate(told, 1):
            for at, line in enumerate([f"{title}, part {number}", *lines]):
                canvas.drawString(60, 780 - 24 * at, line)
            canvas.showPage()
        canvas.save()
        return
    marks = {
        ".html": ("<h2>Part {n}</h2>", "<p>{text}</p>"),
        ".md": ("## Part {n}\n", "{text}\n"),
        ".txt": ("", "{text}\n"),
    }
    heading, paragraph = marks[path.suffix]
    parts = [
        "\n".join([heading.format(n=number), *(paragraph.format(text=text) for text in lines)])
        for number, lines in enumerate(told, 1)
    ]
    first = {".html": f"<html><head><title>{title}</title></head><body><h1>{title}</h1>", ".md": f"# {title}\n"}
    path.write_text("\n".join([first.get(path.suffix, f"{title}\n"), *parts]), encoding="utf-8")


def write_reports(folder: Path, seed: int = 1) -> Path:
    """Write four reports into a folder."""
    folder.mkdir(parents=True)
    for name, place in zip(("one.md", "two.html", "three.txt", "four.pdf"), PLACES, strict=False):
        write_report(folder / name, random.Random(f"{seed}/{name}"), place)
    return folder


def meaning(text: str) -> list[float]:
    """Return a vector that tells subjects apart, and any two texts a little."""
    words, own = text.lower(), hashlib.sha256(text.encode()).digest()[:8]
    return [0.2, *(float(words.count(subject[:6])) for subject in SUBJECTS), *(byte / 512 for byte in own)]


def serve() -> Endpoint:
    """Return an endpoint that drafts and embeds."""
    endpoint = Endpoint()
    author = Author(repeat("power", "cool", "software"))

    def reply(request: Json) -> Json | str:
        try:
            return author(request)
        except (AssertionError, AttributeError, ValueError):  # asked for something else than a draft
            return "{}"

    endpoint.reply, endpoint.vector = reply, meaning
    endpoint.agent = lambda request: "embedder" if "input" in request else "drafter"
    return endpoint


def environment(endpoint: Endpoint, home: Path) -> dict[str, str]:
    """Return what lets every command embed at the endpoint, and keeps the machine's own settings out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COSCRIBE_", "OPENAI_"))}
    return {
        **kept, "COSCRIBE_HOME": str(home), "COSCRIBE_EMBEDDER": "endpoint", "COSCRIBE_EMBEDDER_MODEL": "e",
        "COSCRIBE_EMBEDDER_BASE_URL": endpoint.url, "COSCRIBE_MAX_RETRIES": "0",
    }  # fmt: skip


def drafting(endpoint: Endpoint) -> list[object]:
    """Return the options with which a model drafts."""
    return ["--model", "m", "--base-url", endpoint.url]


def apart(work: Callable[[], Any], environ: dict[str, str], folder: Path) -> Any:
    """Do some work in a child, with an environment and a folder of its own; a text says what it died of."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(folder)
        import signal

        signal.alarm(PATIENCE)
        try:
            told = pickle.dumps(work())
        except BaseException as error:  # noqa: BLE001  # a command may raise nothing at all
            at = traceback.extract_tb(error.__traceback__)[-1]
            told = pickle.dumps(f"raised {type(error).__name__}: {error} ({Path(at.filename).name} line {at.lineno})")
            if os.environ.get("ALL_FAULTS"):
                traceback.print_exc()
        with os.fdopen(writer, "wb") as stream:
            stream.write(told)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    return pickle.loads(told) if told else f"died with wait status {status}"


def unlike_a_message(done: Done) -> list[str]:
    """Return what is wrong with how a command failed: no line, several, a traceback, an undocumented code."""
    said = [line for line in done.err.splitlines() if line.startswith("coscribe: ")]
    found = ["a traceback"] if "Traceback" in done.out + done.err else []
    if done.code not in (0, 1, 2, 3, 4, 5, 6, 130):
        found.append(f"exit code {done.code}")
    if done.code in (2, 3) and len(said) != 1:
        found.append(f"{len(said)} messages")
    told = said[-1].removeprefix("coscribe: ") if said else ""
    if told and (": " not in told or told[0].isupper()):
        found.append(f"no advice in {said[-1]!r}")
    return found


def misquoted(shown: Any, reports: Path) -> list[str]:
    """Return the quotes in an answer, or in anything as it, that do not stand in their file at their place."""
    found: list[str] = []
    if isinstance(shown, dict):
        if {"quote", "file", "locator"} <= shown.keys():
            held = reports / shown["file"]
            if not (held.is_file() and independent.says(held, Locator(**shown["locator"]), shown["quote"])):
                found.append(f"{shown['file']} never says {shown['quote'][:80]!r} at {shown['locator']['label']!r}")
        return found + [line for value in shown.values() for line in misquoted(value, reports)]
    if isinstance(shown, list):
        return [line for value in shown for line in misquoted(value, reports)]
    return found


def fill(home: Path, reports: Path, work: Path, endpoint: Endpoint) -> None:
    """Use everything once: after it, a home holds one of each store."""
    (work / "in.csv").write_text("".join(f"{row}\n" for row in BATCH), encoding="utf-8")
    said = apart(
        lambda: [
            run("ingest", reports), run("ask", QUESTION, "--json"), run("ask", QUESTION, "--json", *drafting(endpoint)),
            run("chat", *drafting(endpoint), stdin=f"{QUESTION}\n/quit\n"),
            run("batch", "in.csv", "-o", "out.jsonl", *drafting(endpoint)),
        ],
        environment(endpoint, home), work,
    )  # fmt: skip
    if not isinstance(said, list) or any(done.code for done in said):
        raise SystemExit(f"the undisturbed home could not be made: {said}")
    state = home / "state"
    (state / "coscribe.toml").write_text("[prices.m]\ninput = 1\noutput = 2\n", encoding="utf-8")
    (state / "allowed-hosts.json").write_text(json.dumps(["models.example.org"]), encoding="utf-8")
