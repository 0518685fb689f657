"""Measures reading, each figure beside a naive reader's in the same run: states, words kept, speed and memory.

Usage: `python benchmarks/reading.py [--docs DIR] [--reports DIR] [--cases DIR]`. Words are compared with the ground
truth that comes with the mixed documents, and with that of pages generated with hard layouts: as the F1 of the bags of
words, and as that of the words in right order, their longest common subsequence. Small documents with one fault each
are right or wrong. Speed is PDF pages a CPU second in a child process.
"""

import argparse
import html
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import docx
import pptx
import pypdfium2 as pdfium

sys.path.insert(0, str(Path(__file__).parent))

from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import Unsupported, read
from coscribe.vectorstore.reading.sandbox import Readers
from hard_pages import hard_pages

PACK = Path(__file__).parents[2] / "shared" / "devpack"
TRUTH = "groundtruth_md"
MARKUP = re.compile(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|\\(?=[_*#<>\[\]|`])", re.DOTALL)
WORD = re.compile(r"\^?\w+")
CASES = Path(__file__).parent / "questions" / "reading_cases.toml"
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+")


def raw_pdf(path: Path) -> str:
    """PDFium's page texts as they come."""
    pdf = pdfium.PdfDocument(path)
    texts = []
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            textpage = page.get_textpage()
            texts.append(textpage.get_text_range())
            textpage.close()
            page.close()
        except pdfium.PdfiumError:
            texts.append("")
    pdf.close()
    return "\n".join(texts)


def raw_docx(path: Path) -> str:
    """The paragraphs of the body, without tables, boxes and notes."""
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def raw_pptx(path: Path) -> str:
    """The text frames of the shapes, without tables, groups, charts and notes."""
    shapes = [shape for slide in pptx.Presentation(str(path)).slides for shape in slide.shapes]
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def raw_html(path: Path) -> str:
    """Everything that is no tag."""
    return html.unescape(re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8", errors="replace")))


Score = Callable[[str, Sequence[str]], float]
NAIVE: dict[str, Callable[[Path], str]] = {"pdf": raw_pdf, "docx": raw_docx, "pptx": raw_pptx, "html": raw_html}


def state_of(outcome: FileText | ReadFailure) -> str:
    """How a file ended, in one word."""
    if isinstance(outcome, Unsupported):
        return "unsupported"
    if isinstance(outcome, ReadFailure):
        return "crashed" if "brought its reader down" in str(outcome) else "refused"
    bare = sum(page.state != "read" for page in outcome.pages)
    return "read" if not bare else "no text" if bare == len(outcome.pages) else "partly read"


def states(folder: Path) -> dict[str, Counter[str]]:
    """Per kind of document how many files ended how, each read in a child process."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
    paths = [path for path in paths if TRUTH not in path.parts]
    found: dict[str, Counter[str]] = {}
    with Readers() as readers:
        for path, outcome in readers.read_all(paths):
            found.setdefault(path.relative_to(folder).parts[0], Counter())[state_of(outcome)] += 1
    return found


def words_of(text: str) -> list[str]:
    """The words of a text; a raised one is led by "^"."""
    plain = RAISED.sub(lambda found: f" ^{unicodedata.normalize('NFKC', found[0])} ", text)
    return WORD.findall(plain.replace("\u00ad", "").lower())


def f1(text: str, truth: Sequence[str]) -> float:
    """The harmonic mean of precision and recall of the words of a text, each as often as it stands there."""
    words = words_of(text)
    shared = (Counter(words) & Counter(truth)).total()
    return 2 * shared / max(len(words) + len(truth), 1)


def in_order(text: str, truth: Sequence[str]) -> float:
    """The F1 of the words that stand in the right order: of the longest common subsequence with the truth.

    Its length is counted bit by bit (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004).
    """
    words = words_of(text)
    places: dict[str, int] = {}
    for at, word in enumerate(truth):
        places[word] = places.get(word, 0) | 1 << at
    every = (1 << len(truth)) - 1
    row = every
    for word in words:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & every
    return 2 * (len(truth) - row.bit_count()) / max(len(words) + len(truth), 1)


def kept(folder: Path, kind: str, score: Score) -> tuple[int, list[float], list[float]]:
    """The number of documents with a ground truth, and each one's score by `read` and by the naive reader."""
    ours, naive = [], []
    for truth_path in sorted((folder / TRUTH / kind).glob("*.md")):
        path = folder / kind / truth_path.name.removesuffix(".md")
        path = path if path.suffix == f".{kind}" else path.with_name(f"{path.name}.{kind}")
        truth = html.unescape(MARKUP.sub("", truth_path.read_text(encoding="utf-8"))).lower()
        words = words_of(truth)
        if not path.is_file() or not words:
            continue
        ours.append(score(text_of(path), words))
        naive.append(score(attempt(NAIVE[kind], path), words))
    return len(ours), ours, naive


def text_of(path: Path) -> str:
    """All pages; nothing where a file is refused."""
    try:
        return "\n".join(page.text for page in read(path).pages)
    except ReadFailure:
        return ""


def attempt(reader: Callable[[Path], str], path: Path) -> str:
    """What the naive reader gets; nothing where it fails, in whatever way."""
    try:
        return reader(path)
    except Exception:  # noqa: BLE001
        return ""


def in_child(reader: str, folder: Path) -> dict[str, float]:
    """Read all PDFs of a folder in a process of its own: pages, CPU seconds and peak memory in MB."""
    command = [sys.executable, __file__, "--child", reader, "--reports", str(folder)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def child(reader: str, folder: Path) -> None:
    """Print what `in_child` returns."""
    import resource

    pages = 0
    began = time.process_time()
    for path in sorted(folder.glob("*.pdf")):
        if reader == "read":
            pages += len(read(path).pages)
        else:
            raw_pdf(path)
            pdf = pdfium.PdfDocument(path)
            pages += len(pdf)
            pdf.close()
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(json.dumps({"pages": pages, "seconds": seconds, "peak": peak}))


def show_documents(folder: Path) -> None:
    """Print how the mixed documents ended and how many of their words came out."""
    found = states(folder)
    total = sum(found.values(), Counter())
    print(f"{folder.name}: how {total.total()} files ended (crashed must be 0: {total['crashed']})")
    for kind, counts in found.items():
        print(f"  {kind:<14}{', '.join(f'{count} {state}' for state, count in counts.most_common())}")
    for name, score in (("words", f1), ("words in right order", in_order)):
        print(f"\n{folder.name + ': median F1 of ' + name:<46}{'coscribe':>9}{'naive':>8}{'files':>8}")
        for kind in NAIVE:
            count, ours, naive = kept(folder, kind, score)
            print(f"  {kind:<44}{median(ours or [0.0]):>9.3f}{median(naive or [0.0]):>8.3f}{count:>8}")


def show_hard_pages() -> None:
    """Print how many words of generated pages with hard layouts came out in the right order, by kind."""
    scores: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for page in hard_pages(Path(folder)):
            truth = words_of(" ".join(page.words).replace("^", " ^"))
            pair = in_order(text_of(page.path), truth), in_order(raw_pdf(page.path), truth)
            scores.setdefault(page.kind, []).append(pair)
    every = [pair for pairs in scores.values() for pair in pairs]
    print(
        f"\n{f'{len(every)} hard pages: mean F1 of words in right order':<46}{'coscribe':>9}{'PDFium':>8}{'pages':>8}"
    )
    for kind, pairs in [*scores.items(), ("all", every)]:
        ours, raw = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        print(f"  {kind:<44}{ours:>9.3f}{raw:>8.3f}{len(pairs):>8}")


def show_cases(folder: Path) -> None:
    """Print which of the small documents with one fault each are read as they should be."""
    wrong = list[str]()
    table = tomllib.loads(CASES.read_text(encoding="utf-8"))
    for case, said in table.items():
        texts, unread = [], False
        for path in sorted(path for path in (folder / case / "in").rglob("*") if path.is_file()):
            found = attempted(path)
            texts += [page.text for page in found.pages] if found else []
            unread |= bool(found and (found.unread or any(one.unread or one.state != "read" for one in found.pages)))
        text = " ".join(" ".join(texts).replace("|", " ").split()) + (" unread" if unread else "")
        missing = [one[0] for one in said["must"] if not any(words in text for words in one)]
        bent = [words for words in said.get("never", ()) if words in text]
        if missing or bent:
            wrong.append(
                f"  {case}: {'; '.join([*(f'lacks {one!r}' for one in missing), *(f'says {one!r}' for one in bent)])}"
            )
    print(f"\n{folder.name}: {len(table) - len(wrong)} of {len(table)} read as they should be", *wrong, sep="\n")


def attempted(path: Path) -> FileText | None:
    """A file as read; nothing where it is refused."""
    try:
        return read(path)
    except ReadFailure:
        return None


def show_speed(folder: Path) -> None:
    """Print speed and memory of reading the PDFs of a folder."""
    ours, raw = in_child("read", folder), in_child("raw", folder)
    print(f"\n{folder.name}: {ours['pages']} PDF pages{'coscribe':>18}{'raw PDFium':>13}")
    print(f"  {'pages a CPU second':<28}{ours['pages'] / ours['seconds']:>11.0f}{raw['pages'] / raw['seconds']:>13.0f}")
    print(f"  {'peak memory, MB':<28}{ours['peak']:>11.0f}{raw['peak']:>13.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=Path, default=PACK / "docling_mixed", help="mixed documents with ground truth")
    parser.add_argument("--reports", type=Path, default=PACK / "domain_open", help="a folder with PDF reports")
    parser.add_argument("--cases", type=Path, default=PACK / "cases", help="small documents with one fault each")
    parser.add_argument("--child", choices=("read", "raw"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.reports)
        return
    show_hard_pages()
    shows = ((options.cases, show_cases), (options.docs, show_documents), (options.reports, show_speed))
    for folder, show in shows:
        if folder.is_dir():
            show(folder)
        else:
            print(f"{folder.name}: skipped, it is not beside the checkout")


if __name__ == "__main__":
    main()
