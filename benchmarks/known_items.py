"""Measures how often search has the passage that answers among its first 1, 5 and 10, beside bm25s.

Sets: `hand` (questions/known_items.toml, written without the passage's rare words) and `script` (half of the content
words of a random sentence) over domain_open, `squad2` (answerable questions over its articles), `pubmedqa` (questions
over abstracts). bm25s ranks the texts of the same passages, with its own tokenizer and English stop words, as it comes
and with an English stemmer. A hit is a passage on the gold page, or one that holds the gold words, answer or abstract.

Usage: `python benchmarks/known_items.py [--embedder minilm|none] [--set NAME] [--split tune|check|all] [--library DIR]
[--verify] [--misses]`. Intervals are Wilson's, 95 %; won and lost are counted item by item against bm25s as it comes.
"""

import argparse
import json
import math
import random
import re
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import coscribe
from coscribe.core.shapes import Locator
from coscribe.core.text import squash
from coscribe.language.languages import STOP_WORDS
from coscribe.language.stems import content_terms, terms
from coscribe.tools.search.question import plan_question
from coscribe.tools.search.search import look_up

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from independent import bare, says, sections  # noqa: E402
from measures import wilson  # noqa: E402

DEVPACK = ROOT.parent / "shared" / "devpack"
COLLECTIONS = {"hand": "domain_open", "script": "domain_open", "squad2": "squad2", "pubmedqa": "pubmedqa"}
DEPTHS = (1, 5, 10)
RARE = 0.01  # of the passages
SQUAD_QUESTIONS = 100  # an article
SCRIPTED, SEED = 100, 20240613
SPLITS = ("tune", "check")


@dataclass(frozen=True)
class Text:
    """A passage as every system gets it; `page` is `None` where the format has none, `said` is what quotes compare."""

    id: str
    file: str
    page: int | None
    text: str
    said: str


@dataclass(frozen=True)
class Item:
    """A question, the ids of the passages that answer it, and the half it belongs to."""

    id: str
    question: str
    gold: frozenset[str]
    split: str


def texts(library: coscribe.Library) -> list[Text]:
    """Return every passage of a library, in reading order of each report."""
    found = []
    for report in library.catalogue.reports():
        ids = [passage.id for passage in library.catalogue.indexable(report.id)]
        held = library.catalogue.passages(ids)
        found += [
            Text(name, report.file, held[name].locator.page, held[name].text, bare(held[name].text)) for name in ids
        ]
    return found


def entries() -> list[dict[str, Any]]:
    """Return the handwritten questions as they stand in the file."""
    path = Path(__file__).parent / "questions" / "known_items.toml"
    return list(tomllib.loads(path.read_text("utf-8"))["items"])


def holding(words: str, passages: Sequence[Text]) -> list[Text]:
    """Return the passages that hold words verbatim, wherever they stand."""
    wanted = bare(words)
    return [passage for passage in passages if wanted in passage.said]


def gold(file: str, page: int | None, words: str, passages: Sequence[Text]) -> frozenset[str]:
    """Return the passages on a page of a file, and those that hold the words."""
    there = {passage.id for passage in passages if page and passage.page == page and is_in(passage.file, file)}
    return frozenset(there | {passage.id for passage in holding(words, passages)})


def is_in(file: str, suffix: str) -> bool:
    """Tell whether a file is meant by the end of its path."""
    return f"/{file}".endswith(f"/{suffix}")


def by_hand(passages: Sequence[Text]) -> list[Item]:
    """Return the handwritten known items."""
    return [
        Item(
            entry["id"], entry["question"],
            gold(entry["file"], entry.get("page"), entry["words"], passages), entry["split"],
        )
        for entry in entries()
    ]  # fmt: skip


def by_script(passages: Sequence[Text]) -> list[Item]:
    """Return keyword queries: every other content word, drawn by chance, of a random sentence of running text."""
    chance = random.Random(SEED)
    found: list[Item] = []
    for passage in chance.sample(passages, len(passages)):
        ours = [sentence for sentence in re.split(r"(?<=[.!?])\s+", passage.text) if is_running(sentence)]
        if not ours or len(found) == SCRIPTED:
            continue
        sentence = chance.choice(ours)
        words = [word for word in re.findall(r"[\w-]{3,}", sentence) if word.lower() not in STOP_WORDS["en"]]
        kept = sorted(chance.sample(range(len(words)), len(words) // 2))
        right = gold(passage.file, passage.page, sentence, passages)
        found.append(Item(passage.id, " ".join(words[at] for at in kept), right, SPLITS[len(found) % 2]))
    return found


def is_running(sentence: str) -> bool:
    """Tell whether a sentence is whole, of middle length and mostly of small letters: no heading, row or reference."""
    small = sum(char.islower() or char.isspace() for char in sentence) / max(len(sentence), 1)
    return 80 <= len(sentence) <= 400 and sentence[0].isupper() and sentence[-1] in ".!?" and small > 0.9


def squad(passages: Sequence[Text]) -> Iterator[Item]:
    """Yield SQuAD2's answerable questions; gold passages share a sentence with the paragraph and hold an answer."""
    paragraphs = {entry["id"]: squash(entry["text"]) for entry in records("squad2/corpus.jsonl")}
    split = {title: SPLITS[at % 2] for at, title in enumerate(sorted({name.split("#")[0] for name in paragraphs}))}
    sentences = {
        passage: [squash(part) for part in re.split(r"(?<=[.!?])\s+", passage.text) if len(part) > 40]
        for passage in passages
    }
    asked: Counter[str] = Counter()
    for entry in records("squad2/questions.jsonl"):
        title = entry["evidence"][0]["doc"] if entry["answerable"] else ""
        asked[title] += 1
        if not title or asked[title] > SQUAD_QUESTIONS:
            continue
        paragraph = paragraphs[entry["evidence"][0]["passage_id"]]
        answers = [squash(answer) for answer in entry["answers"]]
        right = {
            passage.id
            for passage, parts in sentences.items()
            if any(part in paragraph for part in parts) and any(answer in squash(passage.text) for answer in answers)
        }
        yield Item(entry["id"], entry["question"], frozenset(right), split[title])


def pubmed(passages: Sequence[Text]) -> Iterator[Item]:
    """Yield PubMedQA's questions; every passage of the abstract is gold."""
    for at, entry in enumerate(records("pubmedqa/questions.jsonl")):
        file = f"{entry['evidence'][0]['doc']}.md"
        right = frozenset(passage.id for passage in passages if is_in(passage.file, file))
        yield Item(entry["id"], entry["question"], right, SPLITS[at % 2])


def records(name: str) -> list[dict[str, Any]]:
    """Return the lines of a JSONL file of the development pack."""
    with (DEVPACK / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def prepared(collection: str, folder: Path, embedder: str) -> coscribe.Library:
    """Return the library of a collection, taking it in where the folder does not hold it yet."""
    library = coscribe.Library(folder / collection, embedder=embedder)
    if library.exists:
        return library
    source = DEVPACK / collection
    if collection != "domain_open":
        source = folder / f"{collection}-files"
        source.mkdir(parents=True, exist_ok=True)
        documents: dict[str, list[str]] = defaultdict(list)
        for entry in records(f"{collection}/corpus.jsonl"):
            name = entry["title"] if collection == "squad2" else entry["doc"]
            documents[name].append(" ".join(entry["text"].split()))
        for name, paragraphs in documents.items():
            (source / f"{name}.md").write_text("\n\n".join([f"# {name}", *paragraphs]) + "\n", "utf-8")
    library.ingest([source])
    return library


def reference(passages: Sequence[Text], items: Sequence[Item], *, stemmed: bool) -> list[list[str]]:
    """Return bm25s' first passages for every item."""

    def stem(words: list[str]) -> list[str]:
        return [(terms(word, "en") or [word])[0] for word in words]

    def tokens(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stem if stemmed else None, show_progress=False)

    index = bm25s.BM25()
    index.index(tokens([passage.text for passage in passages]), show_progress=False)
    asked = tokens([item.question for item in items])
    found = index.retrieve(asked, k=max(DEPTHS), show_progress=False).documents
    return [[passages[at].id for at in row] for row in found]


def ranks(items: Sequence[Item], found: Sequence[Sequence[str]]) -> list[float]:
    """Return the rank, from 1, of each item's first gold passage; infinity where there is none."""
    return [
        next((at for at, passage in enumerate(row, 1) if passage in item.gold), math.inf)
        for item, row in zip(items, found, strict=True)
    ]


def asked(library: coscribe.Library, items: Sequence[Item]) -> list[list[str]]:
    """Return the passages that an answer looks at: searched with acronyms, spellings and synonyms."""
    reports = library.catalogue.reports()
    found = (look_up(library, plan_question(item.question, reports)) for item in items)
    return [[one.passage.id for one in evidence.ranked] for evidence in found]


def sign_test(won: int, lost: int) -> float:
    """Return the two-sided probability of so uneven a split of won and lost when neither is better."""
    pairs = won + lost
    tail = sum(math.comb(pairs, k) for k in range(min(won, lost) + 1)) / 2**pairs
    return min(1.0, 2 * tail)


def table(measured: dict[str, list[float]], base: str) -> Iterator[str]:
    """Yield a line a system: hits at each depth with their interval, and won and lost against `base`."""
    for name, reached in measured.items():
        cells = []
        for depth in DEPTHS:
            hits = [rank <= depth for rank in reached]
            low, high = wilson(sum(hits), len(hits))
            cell = f"@{depth} {sum(hits) / len(hits):.3f} [{low:.2f} {high:.2f}]"
            if name != base:
                pairs = list(zip(hits, [rank <= depth for rank in measured[base]], strict=True))
                won, lost = pairs.count((True, False)), pairs.count((False, True))
                cell += f" {f'+{won} -{lost}':>9} p {sign_test(won, lost):.3f}"
            cells.append(f"{cell:<42}")
        yield f"  {name:<18}" + "".join(cells).rstrip()


def measure(name: str, library: coscribe.Library, words: coscribe.Library, split: str, misses: bool) -> None:
    """Print what one set measures, with `library` searched as it is and `words` by words alone."""
    passages = texts(words)
    made = {"hand": by_hand, "script": by_script, "squad2": squad, "pubmedqa": pubmed}[name](passages)
    items = [item for item in made if split in (item.split, "all")]
    unfound = [item.id for item in items if not item.gold]
    measured = {
        "bm25s": ranks(items, reference(passages, items, stemmed=False)),
        "bm25s, stemmed": ranks(items, reference(passages, items, stemmed=True)),
        "words": ranks(items, [[hit.passage for hit in words.search(item.question)] for item in items]),
        "words, as asked": ranks(items, asked(words, items)),
    }
    if library is not words:
        found = [[hit.passage for hit in library.search(item.question)] for item in items]
        measured["words and meaning"] = ranks(items, found)
    print(f"{name} ({split}): {len(items)} items over {len(passages)} passages, {len(unfound)} without a gold passage")
    print("\n".join(table(measured, "bm25s")))
    for at, item in enumerate(items):
        reached = {system: found[at] for system, found in measured.items()}
        if misses and list(reached.values())[-1] > max(DEPTHS):
            print(f"  - {item.id}: {item.question} ({', '.join(f'{s} {r:g}' for s, r in reached.items())})")
    print()


def verify(passages: Sequence[Text]) -> list[str]:
    """Return a line for each handwritten question that breaks the rules, and print what the set is made of."""
    held_by = Counter(term for passage in passages for term in set(content_terms(passage.text, "en")))
    files = {passage.file for passage in passages}
    problems = []
    for entry in entries():
        (file,) = (name for name in files if is_in(name, entry["file"]))
        path = next(path for path in (DEVPACK / "domain_open").rglob("*") if is_in(path.as_posix(), file))
        if not stands(path, entry.get("page"), entry["words"]):
            problems.append(f"{entry['id']}: an independent reading has the words not there")
        answering = [passage for passage in holding(entry["words"], passages) if passage.file == file]
        if not answering:
            problems.append(f"{entry['id']}: no one passage holds the words")
        said = {term for passage in answering for term in content_terms(passage.text, "en")}
        asked = set(content_terms(entry["question"], "en"))
        rare = sorted(term for term in asked & said if held_by[term] < RARE * len(passages))
        if rare and not entry.get("named"):
            problems.append(f"{entry['id']}: rare words of the passage in the question: {', '.join(rare)}")
    named = sum(bool(entry.get("named")) for entry in entries())
    splits = Counter(entry["split"] for entry in entries())
    print(f"{len(entries())} handwritten questions over {len({entry['file'] for entry in entries()})} files, ", end="")
    print(f"{splits['tune']} tune, {splits['check']} check, {named} with a name that could not be avoided")
    return problems


def stands(path: Path, page: int | None, words: str) -> bool:
    """Tell whether words stand on a PDF page, or in one block of a web page, read by other means than the product's."""
    if page:
        return says(path, Locator(kind="page", page=page, label=""), words)
    blocks = [text for section in sections(path) for text in (*section.paragraphs, *section.path[-1:])]
    return any(bare(words) in bare(block) for block in blocks)


def main() -> None:
    """Measure and print, or verify the handwritten set; exits with 1 when it breaks a rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--set", choices=tuple(COLLECTIONS), action="append", help="one set; repeatable; default all")
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="all")
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    parser.add_argument("--verify", action="store_true", help="only check the handwritten questions")
    parser.add_argument("--misses", action="store_true", help="also list what the last system does not find in ten")
    options = parser.parse_args()
    if not DEVPACK.is_dir():
        print(f"skipped: {DEVPACK.name!r} is not beside the checkout")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.library or Path(temporary)
        if options.verify:
            problems = verify(texts(prepared("domain_open", folder, "none")))
            print("\n".join(problems) or "every rule holds")
            raise SystemExit(bool(problems))
        for name in options.set or COLLECTIONS:
            library = prepared(COLLECTIONS[name], folder, options.embedder)
            words = coscribe.Library(library.folder, embedder="none") if options.embedder != "none" else library
            measure(name, library, words, options.split, options.misses)


if __name__ == "__main__":
    main()
