"""What coscribe puts out over a set of reports, as records that two versions of it can be compared by.

All goes through the public doors. What no two runs have in common is left out: names of runs, times, the place, the
port of the endpoint. `unchanged.py` compares the records.
"""

import asyncio
import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.types import Scope

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from batch import TOPICS, WORDS  # noqa: E402
from doubles.command_line import run  # noqa: E402
from doubles.desk import HEADING, Asked, Author, draft, repeat  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from question_set import Gold, load  # noqa: E402

Record = dict[str, Any]

BATCHED = 40  # questions asked beside those of a set
SCREENS = 12  # questions whose answer is printed for a person, too
NOTES = ("energy of inference", "power of a site", "open software")
LEFT_OUT = {"run", "seconds", "local_seconds"}
RUN_OR_PORT = re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{4}\b|(?<=127\.0\.0\.1:)\d+|\b\d+(?:\.\d+)? m?s\b")
# Keys that are new since BASE of `unchanged.py`; they are taken out wherever the keys above them are these.
ADDED = ("document", "fallback", "claims.framing", "claims.quotes", "claims.doubts", "claims.judged_by")
# One word of a quote, and one figure before a mark.
DAMAGES = ((r"(“\w+ )\w+", r"\1otherwise"), (r"\b\d+(?=[^][“”\n]{,60} \[\d)", "977"))
# What the second author makes of a sentence: each way is wrong, or hard to judge, in another respect.
CHANGES = (
    (r"\b\d", "7"),
    (r"\b(is|are|was|were|will|shall|may|must)\b", r"\1 not"),
    (r"\b(may|should|could|can)\b", "will"),
    (r"\b(some|many|most|several|a)\b", "every"),
    (r"\b(recommend|propose|expect)(s|ed)?\b", r"decide\2"),
    (r"\b(ist|sind|wird|werden|est|sont|es|son)\b", r"\1 nicht"),
    (r"\b(more|higher|above|rise|increases?|accepted|adopted)\b", "lower"),
    (r"^(\S+ \S+) (.+) (by|to|from|of) ([^.]+?)(\.?)$", r"\4 \2 \3 \1\5"),
    (r"^", "According to the council, "),
    (r"(?<=[a-z] )[A-Z]\w+", "Oslo"),
    (r"^.", lambda found: f"By 2031 {found[0].lower()}"),
)


@dataclass(frozen=True)
class Place:
    """A library over a set's reports, with a home and the endpoint of the author who drafts; no author: by quotes."""

    name: str
    author: str
    folder: Path
    library: "coscribe.Library"
    endpoint: Endpoint | None

    @property
    def home(self) -> Path:
        """The home, which no other author shares."""
        return self.folder / self.author

    @property
    def settings(self) -> Record:
        """What an assistant is made with."""
        model = {"model": "m", "base_url": self.endpoint.url, "cache_megabytes": 0} if self.endpoint else {}
        return {"home": self.home, **model}

    @property
    def options(self) -> list[str]:
        """The same on the command line."""
        model = ["--model", "m", "--base-url", self.endpoint.url, "--no-cache"] if self.endpoint else ["--quotes-only"]
        return [*self.places, *model]

    @property
    def places(self) -> list[str]:
        """Where home and library are, on the command line."""
        return ["--home", str(self.home), "--library", str(self.folder / "library")]

    def record(self, kind: str, name: str, made: Any) -> Record:
        """Return a record of what was made, with the prompts it took."""
        told = made if isinstance(made, dict) else {"text": made}
        where = {"set": self.name, "id": f"{kind}/{self.author}/{name}", "shown": self._shown()}
        return {**self.lasting(told), **where}

    def lasting(self, made: Any) -> Any:
        """Return it without what differs from run to run."""
        if isinstance(made, dict):
            return {self.lasting(key): self.lasting(value) for key, value in made.items() if key not in LEFT_OUT}
        if isinstance(made, list):
            return [self.lasting(one) for one in made]
        return RUN_OR_PORT.sub("*", made.replace(str(self.folder), "*")) if isinstance(made, str) else made

    def _shown(self) -> str:
        if self.endpoint is None:
            return ""
        # The branches of a note ask in any order.
        shown = sorted(json.dumps(request["messages"]) for request in self.endpoint.meter.requests)
        self.endpoint.meter.requests.clear()
        return digest("".join(shown))


def records(name: str, reports: Path, folder: Path, embedder: str) -> Iterator[Record]:
    """Yield all that is put out over a set's reports: by quotes, by a copying author and by one who changes words."""
    library = coscribe.Library(folder / "library", embedder=embedder)
    library.ingest([reports])
    authors = {"quotes": None, "copied": Author(repeat(*WORDS)), "reworded": Author(reword, judge=judge)}
    for author, writes in authors.items():
        endpoint = Endpoint(writes) if writes else None
        place = Place(name, author, folder, library, endpoint)
        yield from asyncio.run(_answers(place))
        yield from _screens(place)
        yield from _notes(place)
        yield from _batches(place)
        yield from _verified(place)
        for by in ("agent", "model", "question"):
            table = run("cost", "--json", "--by", by, *place.places).json
            rows = sorted(table["rows"], key=lambda row: str(row["key"]))  # a batch asks in any order
            yield place.record("cost", by, {**table, "rows": rows})
        if endpoint:
            endpoint.close()


def questions(name: str) -> list[Gold]:
    """Return the questions put to a set."""
    batched = (f"How much is said of the {TOPICS[at % len(TOPICS)]} in plan {at}?" for at in range(BATCHED))
    return [*load(name), *(Gold(f"batch-{at}", one, "", (), (), (), "", Scope()) for at, one in enumerate(batched))]


def reword(asked: Asked) -> Json:
    """Draft the first lines, but headings, that hold one of the words, most of them changed in one way."""
    lines = [line for line in asked.lines if not HEADING.fullmatch(line.text)]
    fitting = [line for line in lines if any(word in line.text.lower() for word in WORDS)] or lines
    return draft(*(([line.number], _changed(line.text)) for line in fitting[:3]))


def judge(claim: str, cited: str) -> bool:
    """Return what the reviewer's model says: it finds one claim in four unsupported."""
    return int(digest(claim), 16) % 4 > 0


def digest(text: str) -> str:
    """Return a short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _changed(text: str) -> str:
    first = int(digest(text), 16) % (len(CHANGES) + 2)
    if first >= len(CHANGES):
        return text
    for pattern, new in (*CHANGES[first:], *CHANGES[:first]):
        if re.search(pattern, text):
            return re.sub(pattern, new, text, count=1)
    return text


async def _answers(place: Place) -> list[Record]:
    assistant = coscribe.Assistant(place.library, **place.settings)
    made = []
    (place.folder / "made").mkdir(exist_ok=True)
    for gold in questions(place.name):
        answer = await assistant.ask(gold.question, scope=gold.scope)
        path = place.folder / "made" / f"{place.author}-{gold.id}.json"
        path.write_text(answer.model_dump_json(), encoding="utf-8")
        made.append(place.record("answer", gold.id, answer.model_dump(mode="json")))
    await assistant.close()
    return made


def _screens(place: Place) -> Iterator[Record]:
    for gold in load(place.name)[:SCREENS]:
        shown = run("ask", gold.question, *place.options)
        yield place.record("screen", gold.id, {"code": shown.code, "out": shown.out, "err": shown.err})


def _notes(place: Place) -> Iterator[Record]:
    for at, topic in enumerate(NOTES):
        path = place.folder / "made" / f"{place.author}-note-{at}.md"
        made = run("note", topic, "-o", path, "--json", *place.options)
        path.with_suffix(".json").write_text(made.out, encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        yield place.record("note", topic, {"code": made.code, **made.json, "file": text})
    shown = run("note", NOTES[0], *place.options)
    yield place.record("screen", NOTES[0], {"code": shown.code, "out": shown.out, "err": shown.err})


def _batches(place: Place) -> Iterator[Record]:
    asked = place.folder / "questions.jsonl"
    rows = [{"id": gold.id, "question": gold.question} for gold in questions(place.name)]
    asked.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for ending in ("csv", "jsonl"):
        path = place.folder / "made" / f"{place.author}-batch.{ending}"
        done = run("batch", asked, "-o", path, "--json", "--processes", 1, *place.options)
        summary = {key: value for key, value in done.json.items() if key != "cost"}
        yield place.record("batch", ending, {"code": done.code, **summary})
        text = path.read_text(encoding="utf-8-sig")
        lines = map(json.loads, text.splitlines()) if ending == "jsonl" else csv.DictReader(io.StringIO(text))
        for line in lines:
            yield place.record(f"batch-{ending}", line["id"], line)


def _verified(place: Place) -> Iterator[Record]:
    """Verify every file that was made: as it is, with a word and a figure changed, and as it was at BASE."""
    earlier = place.folder / "earlier"
    earlier.mkdir(exist_ok=True)
    for path in sorted((place.folder / "made").glob(f"{place.author}-*")):
        if path.suffix == ".journal" or path.name.endswith(".md.json"):
            continue
        whole = path.read_text(encoding="utf-8")
        damaged = whole
        for pattern, new in DAMAGES:
            damaged = re.sub(pattern, new, damaged, count=1)
        forms = (("whole", path, whole), ("damaged", path, damaged), ("earlier", earlier / path.name, _earlier(path)))
        for form, to, text in forms:
            to.write_text(text, encoding="utf-8")
            found = coscribe.verify(to, place.library, home=place.home)
            yield place.record(f"verify-{form}", path.name, {**found.model_dump(mode="json"), "file": path.name})
        path.write_text(whole, encoding="utf-8")
    shown = run("verify", place.folder / "made" / f"{place.author}-note-0.md", *place.places)
    yield place.record("screen", "verify", {"code": shown.code, "out": shown.out, "err": shown.err})


def _earlier(path: Path) -> str:
    """Return what a file holds without what was added since."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.dumps(without_added(json.loads(text)))
    if path.suffix == ".jsonl":
        return "".join(json.dumps(without_added(json.loads(line))) + "\n" for line in text.splitlines())
    return text


def without_added(value: Any, path: str = "") -> Any:
    """Return a record without the keys that were added."""
    if isinstance(value, list):
        return [without_added(one, path) for one in value]
    if not isinstance(value, dict):
        return value
    below = {key: f"{path}.{key}" for key in value}
    return {
        key: without_added(one, below[key])
        for key, one in value.items()
        if not any(below[key].endswith(f".{added}") for added in ADDED)
    }
