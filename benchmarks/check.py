"""How well drafts are checked without a model: `python benchmarks/check.py [--split look|count] [DRAFT.toml…]`.

The drafts of `benchmarks/questions/check` are by an author who saw the reports alone; half of them was only counted. A
draft names its collection ("samples", or a folder of --reports) and gives each sentence its section, its text and its
label; see `docs/check.md`. It is written as Word and as Markdown, and checked as both; what is printed is of the Word
file, and whether the other one says the same.
"""

import argparse
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
from coscribe.core.types import EVERYTHING
from coscribe.language.terms import Terms
from coscribe.models.embedder import NOBODY
from coscribe.tools.check.checked_draft import LABELS, CheckedDraft
from coscribe.tools.check.checking import checked, read_by_code
from coscribe.tools.check.draft_reading import read_draft
from coscribe.tools.check.lookup import Lookup
from coscribe.vectorstore.library import Library

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


def check(library: Library, path: Path) -> CheckedDraft:
    draft, _ = read_draft(path)
    readings = list(read_by_code(draft, Lookup(library, EVERYTHING, Terms.load(), NOBODY)))
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drafts", nargs="*", type=Path)
    parser.add_argument("--reports", type=Path, default=DEVPACK, help="the folder with the other collections")
    parser.add_argument("--split", choices=("look", "count"), help="one half of the drafts alone")
    parser.add_argument("--keep", type=Path, help="where the libraries are kept from one run to the next")
    parser.add_argument("--each", action="store_true", help="name each sentence that was labelled otherwise")
    options = parser.parse_args()
    libraries: dict[str, Library] = {}
    every: list[tuple[Labelled, str]] = []
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
            found, again = (pairs(draft, check(libraries[name], path)) for path in (word, text))
            alike = [label for _, label in found] == [label for _, label in again]
            print(f"== {file.name}: {len(found)} sentences; Markdown says {'the same' if alike else 'otherwise'}")
            for one, label in found if options.each else ():
                if one["label"] != label:
                    print(f"   {one['label']} -> {label}: {one['text']}")
            every += found
    told(every)


if __name__ == "__main__":
    main()
