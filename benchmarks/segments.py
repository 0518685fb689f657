"""Measures where segments begin against the hand-made gold, and how long those of real reports are.

Usage: `python benchmarks/segments.py [FOLDER]`; FOLDER holds reports, domain_open by default. nupunkt alone and a naive
regular expression are given the blocks as our reader finds them, so that only the cutting within them is compared.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from coscribe.language.languages import guess_language
from coscribe.vectorstore.ingest.segments import SEGMENTER_VERSION, cut
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import SUFFIXES, read
from nupunkt import sent_spans

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from segment_gold import Judged, judge, load, totals  # noqa: E402

COLLECTION = ROOT.parent / "shared" / "devpack" / "domain_open"
LONG = 300  # characters
NAIVE = re.compile(r"[.!?]\s+(?=\S)")


def by_nupunkt(text: str) -> Iterator[int]:
    """Where nupunkt alone begins sentences."""
    for start, end in sent_spans(text):
        yield end - len(text[start:end].lstrip())


def by_regex(text: str) -> Iterator[int]:
    """Where a sentence begins for whoever splits at a stop and a blank."""
    return (match.end() for match in NAIVE.finditer(text))


def show_gold(judged: Sequence[Judged]) -> None:
    """Print F1 per language, over all boundaries and over those within blocks, where no block gives them away."""
    ways = {"coscribe": totals(judged), "nupunkt": totals(judged, by_nupunkt), "[.!?]\\s": totals(judged, by_regex)}
    languages = sorted(ways["coscribe"], key=lambda key: (key == "all", key))
    print(f"gold, segmenter {SEGMENTER_VERSION}: F1 of all boundaries (of those within blocks)")
    print(f"{'':10}" + "".join(f"{key:>16}" for key in languages))
    counts = [tuple(score.gold for score in ways["coscribe"][key]) for key in languages]
    print(f"{'boundaries':10}" + "".join(f"{f'{whole} ({within})':>16}" for whole, within in counts))
    for name, scores in ways.items():
        cells = [f"{scores[key][0].f1:.3f} ({scores[key][1].f1:.3f})" for key in languages]
        print(f"{name:10}" + "".join(f"{cell:>16}" for cell in cells))


def show_lengths(folder: Path) -> None:
    """Print how long the segments of a folder's reports are, and the CPU seconds it took to cut them."""
    documents = [read(file).pages for file in sorted(folder.rglob("*")) if file.suffix.lower() in SUFFIXES]
    languages = [_language(pages) for pages in documents]
    cut(documents[0][:1], "en")  # the first cut pays for loading nupunkt's model
    began = time.process_time()
    cuts = [item for pages, language in zip(documents, languages, strict=True) for item in cut(pages, language)]
    seconds = time.process_time() - began
    lengths = sorted(item.end - item.start for item in cuts)
    median, p95, p99 = (lengths[int(share * len(lengths))] for share in (0.5, 0.95, 0.99))
    longer = sum(length for length in lengths if length > LONG) / sum(lengths)
    print(
        f"{folder.name}: {len(documents)} reports, {sum(map(len, documents))} pages or sections, {len(cuts)} segments\n"
        f"characters: median {median}, p95 {p95}, p99 {p99}, max {lengths[-1]}; share of text in segments over {LONG}: "
        f"{longer:.1%}\ncutting took {seconds:.2f} CPU s"
    )


def _language(pages: Sequence[Page]) -> str | None:
    return guess_language("\n".join(page.text for page in pages if page.state == "read"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=COLLECTION)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as work:
        show_gold([judge(gold, Path(work)) for gold in load()])
    if folder.is_dir():
        show_lengths(folder)
    else:
        print(f"no reports measured: {str(folder)!r} is no folder")


if __name__ == "__main__":
    main()
