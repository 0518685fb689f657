"""Tells whether a change left what coscribe puts out as it was: writes it down, or compares it with that of before.

Usage: `python benchmarks/unchanged.py [FILE] [--embedder minilm|none]`, once before the change and once after it;
without a file all is made twice, and has to be the same. Over all question sets, answers, notes, batches, screens,
books and what `verify` finds are compared, by quotes and by two authors at a socket, and so are the prompts. Keys may
be added; what else is to change is named below.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from answers import SETS
from outputs import Record, records, without_added

BASE = "b650989"  # the commit whose output is compared with


class Change(NamedTuple):
    """Something that differs from before: `key` of the record `id` over a set. An expected one may hold `*`."""

    set: str
    id: str
    key: str


# What is meant to differ from BASE, by why it does.
LIKE_AN_ITEM = ("batch-0", "batch-5", "batch-13", "near-aurora-price", "order-threshold", "unesco2021-women",
                "unesco2023-privacy-laws")  # fmt: skip
EXPECTED: dict[str, tuple[Change, ...]] = {
    "six weak checks left: two claims that exchange what stands around a word are now a model's to judge": (
        Change("domain_open", "*/reworded/*aiact-start*", "*"),
        Change("domain_open", "*/reworded/*near-gpt-5*", "*"),
        Change("domain_open", "batch/reworded/*", "*"),
        Change("domain_open", "cost/reworded/*", "*"),
    ),
    "a drafted sentence that begins like the item of a list is escaped, as quotes were before": (
        *(Change("domain_open", f"*/copied/{id}", "answer") for id in LIKE_AN_ITEM),
        *(Change("domain_open", f"*/reworded/{id}", "answer") for id in ("batch-13", "near-aurora-price")),
        Change("domain_open", "note/copied/power of a site", "*"),
    ),
    "verify compares a text with what its document renders to: one message for its words": (
        Change("samples", "verify-damaged/*-batch.jsonl", "*"),
        Change("domain_open", "verify-*-batch.*", "*"),
    ),
    "a Markdown note has its JSON beside it, and verify reads that": (
        *(Change(name, "verify-*-note-?.md", "*") for name in ("samples", "domain_open")),
        *(Change(name, "screen/*/verify", "out") for name in ("samples", "domain_open")),
    ),
}


def outputs(embedder: str) -> list[Record]:
    """Return all that is put out over the sets that are there."""
    made: list[Record] = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, folder in SETS.items():
            if folder.is_dir():
                made += records(name, folder, Path(temporary) / name, embedder)
    return made


def changes(before: Sequence[Record], after: Sequence[Record]) -> Iterator[tuple[Change, Any, Any]]:
    """Yield every key that is not the same, with its value before and after."""
    old, new = ({(one["set"], one["id"]): without_added(one) for one in made} for made in (before, after))
    for place in dict.fromkeys([*old, *new]):
        one, other = old.get(place, {}), new.get(place, {})
        for key in {**one, **other}:
            if one.get(key) != other.get(key):
                yield Change(*place, key), one.get(key), other.get(key)


def unneeded(found: Sequence[Change], sets: set[str]) -> Iterator[Change]:
    """Yield the expected changes that did not happen."""
    for expected in (change for some in EXPECTED.values() for change in some):
        if expected.set in sets and not any(_is_meant(change, expected) for change in found):
            yield expected


def _is_meant(change: Change, expected: Change) -> bool:
    return all(fnmatchcase(*both) for both in zip(change, expected, strict=True))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]} …"


def main() -> None:
    """Write or compare; the exit code is 1 where something has changed unexpectedly, or did not where it should."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--embedder", choices=("minilm", "none"), default="none")
    parser.add_argument("--show", action="store_true", help="what it was and what it is")
    options = parser.parse_args()
    made = outputs(options.embedder)
    if options.file is None:
        before = outputs(options.embedder)
    elif options.file.exists():
        before = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    else:
        options.file.write_text("".join(json.dumps(one) + "\n" for one in made), encoding="utf-8")
        print(f"{len(made)} records written down")
        return
    differing = list(changes(before, made))
    expected = [] if options.file is None else [change for some in EXPECTED.values() for change in some]
    wrong = [one for one in differing if not any(_is_meant(one[0], change) for change in expected)]
    for change, old, new in wrong:
        print(f"{change.set} {change.id}: {change.key}")
        if options.show:
            print(f"    {_short(old)}\n    {_short(new)}")
    found = [change for change, _, _ in differing]
    spare = list(unneeded(found, {one["set"] for one in made})) if expected else []
    for change in spare:
        print(f"{change.set} {change.id}: {change.key} was to change, and did not")
    print(f"{len(made)} records, {len(differing)} keys differ, {len(differing) - len(wrong)} of them as expected")
    sys.exit(bool(wrong or spare))


if __name__ == "__main__":
    main()
