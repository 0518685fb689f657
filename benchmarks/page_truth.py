"""Checks that every word is found on the page where it stands, beside a pipeline that loses pages in cutting.

Usage: `python benchmarks/page_truth.py [--folders 40] [--each 3]`. Hypothesis draws folders of generated reports; every
page, slide, section and paragraph bears words of its own. The reference joins the texts of a file's pages, cuts the
whole into chunks of 1,000 characters, and gives each chunk the page on which it begins.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import coscribe
from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generated import FORMATS, FolderPlan, Place, Written, folders, misplaced, write

CHUNK = 1_000  # characters


def chunked_wrong(written: Written) -> Counter[str]:
    """Return how many words the reference puts on a wrong page or cuts in two, by format."""
    wrong: Counter[str] = Counter()
    for name, units in written.units.items():
        chunks = chunked(units)
        for mark in (mark for mark in written.marks if mark.file == name):
            there = {(place.page, place.label, place.path) for place, text in chunks if mark.word in text}
            wrong[kind(name)] += there != {(mark.place.page, mark.place.label, mark.place.path)}
    return wrong


def chunked(units: list[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Cut the joined text of a file's pages; each chunk bears the page it begins on."""
    whole = "\n".join(text for _, text in units)
    begins, at = [], 0
    for place, text in units:
        begins.append((at, place))
        at += len(text) + 1
    return [
        (max((entry for entry in begins if entry[0] <= start), key=lambda entry: entry[0])[1], whole[start:][:CHUNK])
        for start in range(0, len(whole), CHUNK)
    ]


def kind(name: str) -> str:
    return Path(name).suffix[1:]


def main() -> None:
    """Check and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folders", type=int, default=40)
    parser.add_argument("--each", type=int, default=3, help="reports of each format a folder")
    options = parser.parse_args()
    checked: Counter[str] = Counter()
    files: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    reference: Counter[str] = Counter()
    faults: list[str] = []

    @settings(
        max_examples=options.folders, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(folders(options.each))
    def check(plan: FolderPlan) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            reports = Path(temporary) / "reports"
            reports.mkdir()
            written = write(plan, reports)
            library = coscribe.Library(Path(temporary) / "library", embedder="none")
            told = {file.file: file for file in library.ingest([reports]).reports}
            found = misplaced(library, written.marks)
        for name in written.units:
            if told[name].pages_without_text != written.empty.get(name, []):
                found.append(f"{name} named the pages {told[name].pages_without_text} as empty")
        files.update(map(kind, written.units))
        checked.update(kind(mark.file) for mark in written.marks)
        words = {mark.word: kind(mark.file) for mark in written.marks}
        wrong.update({word: form for word, form in words.items() if any(word in line for line in found)}.values())
        reference.update(chunked_wrong(written))
        faults.extend(found)

    began = time.monotonic()
    check()
    print(f"{sum(checked.values())} words in {sum(files.values())} files, {time.monotonic() - began:.0f} s")
    print(f"{'format':<8}{'files':>8}{'words':>8}{'wrong':>8}{'wrong by the reference':>26}")
    for form in FORMATS:
        share = 100 * reference[form] / max(checked[form], 1)
        print(f"{form:<8}{files[form]:>8}{checked[form]:>8}{wrong[form]:>8}{reference[form]:>17} ({share:.0f} %)")
    for fault in faults[:10]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
