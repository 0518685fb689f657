"""Checks every answer to the question sets: quotes in the files, marks, sentences, and what `verify` makes of them.

Usage: `python benchmarks/verbatim.py [--set samples|domain_open] [--most N]`. Each question is asked twice by words
alone: without a model, and of a scripted drafter that plants faults (a changed figure, a merged source, a mark of its
own). The files are read by tests/independent.py; no line of the product judges itself but for `verify`, which is judged
here: whatever it says of an untouched answer is a false alarm.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import coscribe
from coscribe.core.cells import CsvForm
from coscribe.tools.batch.answer_file import write_answers

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.desk import Asked, Author, Line, draft  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from question_set import Gold, load  # noqa: E402
from soundness import cited, sourceless, unmarked, unsaid  # noqa: E402

SETS = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}
DIGIT = re.compile(r"\d")
SHOWN = 5  # faults of a kind that are printed


def write(asked: Asked) -> Json:
    """Draft from the lines nearest to the question: two as they are, and each kind of fault."""
    words = set(re.findall(r"\w{4,}", asked.question.lower()))

    def near(line: Line) -> int:
        return -len(words & set(re.findall(r"\w{4,}", line.text.lower())))

    best = [line for line in sorted(asked.lines, key=near) if near(line)][:3]
    if not best:
        return draft(missing=(asked.question,))
    first, last = best[0], best[-1]
    wrong = DIGIT.sub(lambda digit: str((int(digit[0]) + 3) % 10), first.text)
    sentences = [([line.number], line.text[:390]) for line in best[:2]]
    sentences.append(([first.number], f"{first.text[:380]} [99]"))
    if wrong != first.text:
        sentences.append(([first.number], wrong[:390]))
    if last.report != first.report:
        sentences.append(([first.number, last.number], f"{first.text[:190]} {last.text[:190]}"))
    return draft(*sentences)


def ask(folder: Path, home: Path, questions: Sequence[Gold], **settings: object) -> list[coscribe.Answer]:
    """Return the answers to all questions, asked one after the other."""
    library = coscribe.Library(home / "library", embedder="none")
    assistant = coscribe.Assistant(library, home=home, cache_megabytes=0, **settings)

    async def ask_all() -> list[coscribe.Answer]:
        answers = [await assistant.ask(gold.question, scope=gold.scope) for gold in questions]
        await assistant.close()
        return answers

    return asyncio.run(ask_all())


def alarms(answers: Sequence[coscribe.Answer], home: Path) -> Iterator[str]:
    """Yield what `verify` says of the answers as they are saved: each as JSON, all as a sheet without its journal."""
    library = coscribe.Library(home / "library", embedder="none")
    saved, sheet = home / "answer.json", home / "answers.csv"
    for answer in answers:
        saved.write_text(answer.model_dump_json(), encoding="utf-8")
        for problem in coscribe.verify(saved, library, home=home).problems:
            yield f"{answer.question!r}: {problem.where}: {problem.message}"
    rows = (
        {"id": number, **answer.model_dump(mode="json"), "row": {"question": answer.question}, "each": None}
        for number, answer in enumerate(answers, 1)
    )
    write_answers(sheet, rows, ["question"], CsvForm())
    for problem in coscribe.verify(sheet, library, home=home).problems:
        yield f"{sheet.name}, {problem.where}: {problem.message}"


def report(title: str, answers: Sequence[coscribe.Answer], folder: Path, home: Path) -> int:
    """Print the table of one mode and return how many faults there are."""
    quotes = sum(len(cited(answer)) for answer in answers)
    claims = Counter(claim.verdict for answer in answers for claim in answer.claims)
    checks: dict[str, Callable[[], list[str]]] = {
        "quotes not verbatim where they say": lambda: [one for answer in answers for one in unsaid(answer, folder)],
        "marks without citation, or unused": lambda: [one for answer in answers for one in sourceless(answer)],
        "sentences without a mark": lambda: [one for answer in answers for one in unmarked(answer)],
        "alarms of verify": lambda: list(alarms(answers, home)),
    }
    print(f"{title}: {len(answers)} answers, {dict(Counter(answer.mode for answer in answers))}")
    print(f"  claims that stand, and dropped    {claims['supported']:>6,} {claims['unsupported']:>6,}")
    print(f"  quotes looked up in the files     {quotes:>6,}")
    faults = 0
    for name, check in checks.items():
        found = check()
        faults += len(found)
        print(f"  {name:<34}{len(found):>6,}")
        print(*(f"    - {line[:300]}" for line in found[:SHOWN]), sep="\n", end="\n" if found else "")
    return faults


def main() -> None:
    """Ask, check and print; the exit code is 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=sorted(SETS), help="only this one")
    parser.add_argument("--most", type=int, help="only so many questions of a set")
    options = parser.parse_args()
    faults = 0
    for name, folder in SETS.items():
        if options.set not in (None, name):
            continue
        if not folder.is_dir():
            print(f"{name}: skipped, {folder.name!r} is not beside the checkout")
            continue
        with tempfile.TemporaryDirectory() as temporary:
            home = Path(temporary)
            coscribe.Library(home / "library", embedder="none").ingest([folder])
            questions = load(name)[: options.most]
            faults += report(f"{name}, quotes only", ask(folder, home, questions), folder, home)
            endpoint = Endpoint(Author(write))
            drafting = {"model": "m", "base_url": endpoint.url, "max_retries": 0}
            faults += report(f"{name}, scripted drafter", ask(folder, home, questions, **drafting), folder, home)
            endpoint.close()
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
