"""Tells whether a change left all answers as they were: writes them down, or compares them with those written down.

Usage: `python benchmarks/unchanged.py [FILE] [--embedder minilm|none]`, once before the change and once after it;
without a file all is answered twice, and the answers have to be the same. All question sets and the batch's questions
are answered by quotes, and by an author at a socket, whose prompts are compared too; what an answer cost is left out.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.types import Scope

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from answers import SETS  # noqa: E402
from batch import TOPICS, WORDS  # noqa: E402
from doubles.desk import Author, repeat  # noqa: E402
from doubles.endpoint import Endpoint  # noqa: E402
from question_set import Gold, load  # noqa: E402

LEFT_OUT = {"cost", "run", "fallback"}
BATCHED = 40


def asked_of(name: str) -> list[Gold]:
    """Return the questions put to a set."""
    batched = (f"How much is said of the {TOPICS[at % len(TOPICS)]} in plan {at}?" for at in range(BATCHED))
    return [*load(name), *(Gold(f"batch-{at}", one, "", (), (), (), "", Scope()) for at, one in enumerate(batched))]


async def answers(name: str, home: Path, embedder: str) -> list[dict[str, Any]]:
    """Return what is answered to a set's questions, in their order."""
    library = coscribe.Library(home / "library", embedder=embedder)
    library.ingest([SETS[name]])
    found = []
    endpoint = Endpoint(Author(repeat(*WORDS)))
    for model in ("evidence", "m"):
        settings: dict[str, Any] = {"base_url": endpoint.url, "cache_megabytes": 0} if model == "m" else {}
        assistant = coscribe.Assistant(library, home=home, model=model, **settings)
        for gold in asked_of(name):
            answer = await assistant.ask(gold.question, scope=gold.scope)
            shown = json.dumps([request["messages"] for request in endpoint.meter.requests])
            endpoint.meter.requests.clear()
            told = {key: value for key, value in answer.model_dump(mode="json").items() if key not in LEFT_OUT}
            found.append({"set": name, "id": gold.id, "model": model, **told, "shown": digest(shown)})
        await assistant.close()
    endpoint.close()
    return found


def all_answers(embedder: str) -> list[dict[str, Any]]:
    """Return the answers over all sets that are there."""
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, folder in SETS.items():
            if folder.is_dir():
                found += asyncio.run(answers(name, Path(temporary) / name, embedder))
    return found


def digest(text: str) -> str:
    """Return a short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for every answer that is not the same."""
    if len(before) != len(after):
        yield f"{len(before)} answers before, {len(after)} after"
    for one, other in zip(before, after, strict=False):
        keys = [key for key, value in one.items() if value != _known(value, other.get(key))]
        if keys:
            yield f"{other['set']} {other['id']} by {other['model']!r}: {', '.join(keys)}"


def _known(before: Any, after: Any) -> Any:
    """Return what is there after a change without the keys that were not there before: keys may be added."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {key: _known(before.get(key), value) for key, value in after.items() if key in before}
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [_known(*pair) for pair in zip(before, after, strict=True)]
    return after


def main() -> None:
    """Write or compare; the exit code is 1 where an answer has changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--embedder", choices=("minilm", "none"), default="none")
    options = parser.parse_args()
    found = all_answers(options.embedder)
    if options.file is None:
        before = all_answers(options.embedder)
    elif options.file.exists():
        before = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    else:
        options.file.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
        print(f"{len(found)} answers written down")
        return
    changed = list(differences(before, found))
    print("\n".join([*changed[:20], f"{len(found)} answers, {len(changed)} changed"]))
    sys.exit(bool(changed))


if __name__ == "__main__":
    main()
