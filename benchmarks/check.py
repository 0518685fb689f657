"""How well drafts are checked: `python benchmarks/check.py [--split look|count] [--generated N] [DRAFT.toml…]`.

The drafts of `benchmarks/questions/check` are by an author who saw the reports alone; half of them was only counted. A
draft names its collection ("samples", or a folder of --reports) and gives each sentence its section, its text and its
label; see `docs/check.md`. It is written as Word and as Markdown, and checked as both; what is printed is of the Word
file, and whether the other one says the same.

`--generated N` alters one figure each in so many sentences of both collections (`check_swaps.py`), by code alone. With
`--base-url` and `--model` a model reads the drafts over, as Word alone; `--home` keeps its answers and its books.
"""

import argparse
import asyncio
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import coscribe
import docx
from coscribe.core.types import EVERYTHING
from coscribe.language.terms import Terms
from coscribe.models.embedder import NOBODY
from coscribe.tools.check.assessment import assess
from coscribe.tools.check.checked_draft import LABELS, CheckedDraft
from coscribe.tools.check.checking import checked, read_by_code
from coscribe.tools.check.draft_reading import read_draft
from coscribe.tools.check.lookup import Lookup
from coscribe.vectorstore.library import Library

sys.path.insert(0, str(Path(__file__).parent))
from check_swaps import Swapped, swapped

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "examples" / "reports"
DRAFTS = Path(__file__).parent / "questions" / "check"
DEVPACK = ROOT.parent / "shared" / "devpack"
Labelled = dict[str, Any]


def as_word(draft: Labelled, path: Path) -> None:
    word = docx.Document()
    word.add_heading(draft["title"], 0)
    for section, own in groupby(draft["sentence"], key=lambda one: one["section"]):
        word.add_heading(section, 1)
        word.add_paragraph(" ".join(one["text"] for one in own))
    word.save(str(path))


def as_markdown(draft: Labelled, path: Path) -> None:
    parts = [f"# {draft['title']}"]
    for section, own in groupby(draft["sentence"], key=lambda one: one["section"]):
        parts += [f"## {section}", " ".join(one["text"] for one in own)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def check(library: Library, path: Path, options: argparse.Namespace) -> CheckedDraft:
    draft, _ = read_draft(path)
    if options.model:
        named = {"model": options.model, "base_url": options.base_url, "home": options.home, "depth": options.depth}
        assistant = coscribe.Assistant(library, **{name: value for name, value in named.items() if value})
        return asyncio.run(assistant.check(draft))
    lookup = Lookup(library, EVERYTHING, Terms.load(), NOBODY, options.depth or "auto")
    readings = list(read_by_code(draft, lookup))
    return checked(draft, readings, library.catalogue)


def pairs(draft: Labelled, made: CheckedDraft) -> list[tuple[Labelled, str]]:
    """Return each labelled sentence with the label it was given, "unread" for one that was not found in the draft."""
    given = {" ".join(one.text.split()): one.label for one in made.sentences}
    return [(one, given.get(" ".join(one["text"].split()), "unread")) for one in draft["sentence"]]


def ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "none"


def told(found: Sequence[tuple[Labelled, str]]) -> None:
    counted = Counter((one["label"], label) for one, label in found)
    print(f"{'':14}" + "".join(f"{label:>15}" for label in (*LABELS, "unread")))
    for gold in LABELS:
        print(f"{gold:14}" + "".join(f"{counted[gold, label]:15}" for label in (*LABELS, "unread")))
    for label in LABELS:
        right = counted[label, label]
        given = sum(number for (_, one), number in counted.items() if one == label)
        wanted = sum(number for (one, _), number in counted.items() if one == label)
        print(f"{label:14} recall {ratio(right, wanted):22} precision {ratio(right, given)}")
    false = [label == "contradicted" for one, label in found if one["label"] == "supported"]
    figured = [label == "contradicted" for one, label in found if one.get("figured")]
    unfound = [label == "contradicted" for one, label in found if one["label"] == "not_found"]
    print(f"figures contradicted that were found        {ratio(sum(figured), len(figured))}")
    print(f"false alarms: true, and said contradicted   {ratio(sum(false), len(false))}")
    print(f"not found, and said contradicted            {ratio(sum(unfound), len(unfound))}")


def generated(library: Library, number: int, found: dict[str, list[tuple[Swapped, str, str, str]]]) -> None:
    """Label so many sentences of a library with a figure altered, as they are, and without their report."""
    reports = tuple(report.id for report in library.catalogue.reports())
    terms = Terms.load()
    for one in swapped(library, number):
        others = tuple(name for name in reports if name != one.report)
        everywhere = Lookup(library, EVERYTHING, terms, NOBODY)
        elsewhere = Lookup(library, replace(EVERYTHING, reports=others), terms, NOBODY)
        told = ((one.false, everywhere), (one.true, everywhere), (one.true, elsewhere))
        false, true, unfound = (assess(text, lookup.look(text, (), "en")).label for text, lookup in told)
        found.setdefault(one.how, []).append((one, false, true, unfound))


def told_of_generated(found: dict[str, list[tuple[Swapped, str, str, str]]]) -> None:
    for how, own in sorted(found.items()):
        labels = [Counter(one[at] for one in own) for at in (1, 2, 3)]
        kinds = {kind: [one[1] == "contradicted" for one in own if one[0].kind == kind] for kind in sorted(
            {one[0].kind for one in own}
        )}  # fmt: skip
        print(f"== {len(own)} sentences of reports, reworded {how}")
        print(f"a figure altered: contradicted              {ratio(labels[0]['contradicted'], len(own))}")
        print(f"a figure altered: supported                 {ratio(labels[0]['supported'], len(own))}")
        print(f"true, and said contradicted                 {ratio(labels[1]['contradicted'], len(own))}")
        print(f"true: supported                             {ratio(labels[1]['supported'], len(own))}")
        print(f"without its report, and said contradicted   {ratio(labels[2]['contradicted'], len(own))}")
        print(", ".join(f"{kind} {sum(right)}/{len(right)}" for kind, right in kinds.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drafts", nargs="*", type=Path)
    parser.add_argument("--reports", type=Path, default=DEVPACK, help="the folder with the other collections")
    parser.add_argument("--split", choices=("look", "count"), help="one half of the drafts alone")
    parser.add_argument("--keep", type=Path, help="where the libraries are kept from one run to the next")
    parser.add_argument("--each", action="store_true", help="name each sentence that was labelled otherwise")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="sentences with a figure altered, too")
    parser.add_argument("--depth", choices=("quick", "standard", "deep"), help="how much of what is found is read")
    parser.add_argument("--model", help="a model that reads the drafts over")
    parser.add_argument("--base-url", help="where it is served")
    parser.add_argument("--home", help="where its answers and its books are kept")
    options = parser.parse_args()
    libraries: dict[str, Library] = {}
    every: list[tuple[Labelled, str]] = []
    altered: dict[str, list[tuple[Swapped, str, str, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        for file in options.drafts or sorted(DRAFTS.glob("*.toml")):
            draft = tomllib.loads(file.read_text(encoding="utf-8"))
            name = draft["collection"]
            if options.split not in (None, draft["split"]):
                continue
            if name != "samples" and not (options.reports / name).is_dir():
                print(f"== {file.name}: its collection is not here")
                continue
            if name not in libraries:
                source = SAMPLES if name == "samples" else options.reports / name
                libraries[name] = Library(keep / name)
                libraries[name].ingest([source], ocr=name == "samples")
            word, text = Path(folder) / f"{file.stem}.docx", Path(folder) / f"{file.stem}.md"
            as_word(draft, word)
            as_markdown(draft, text)
            found = pairs(draft, check(libraries[name], word, options))
            again = found if options.model else pairs(draft, check(libraries[name], text, options))
            alike = [label for _, label in found] == [label for _, label in again]
            print(f"== {file.name}: {len(found)} sentences; Markdown says {'the same' if alike else 'otherwise'}")
            for one, label in found if options.each else ():
                if one["label"] != label:
                    print(f"   {one['label']} -> {label}: {one['text']}")
            every += found
        for name, library in libraries.items() if options.generated else ():
            few = options.generated // 5  # of the samples, which are short
            generated(library, few if name == "samples" else options.generated - few, altered)
    told(every)
    told_of_generated(altered)


if __name__ == "__main__":
    main()
