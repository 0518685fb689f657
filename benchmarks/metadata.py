"""Checks what is found of real documents by themselves against what a librarian writes of them.

Usage: `python benchmarks/metadata.py GOLD FOLDER [--verbose] [--apart PREFIX]`. GOLD has one JSON object a line:
`file`, below FOLDER; `title`, `organisation`, `region`, `date`, `kind`, `status`, `language`, each `null` where the
document does not say; and `title_also` and the like, with what is as good. Printed are, by field, the values that are
right, wrong and null, and the same of a reference: the file's properties, else its first heading. A null is right where
the document says nothing, and a value there is wrong. `--apart` counts the files that begin so by themselves.
"""

import argparse
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from coscribe.core.errors import ReadFailure
from coscribe.language.places import canonical_region
from coscribe.vectorstore.metadata.guess import guess
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import read

FIELDS = ("title", "organisation", "region", "date", "kind", "status", "language")
SURE = 0.5  # what is less sure counts as null
NO_STATUS = {"unknown": None}


def folded(text: str) -> str:
    """Return a text without case, accents, punctuation and blanks that two librarians may write differently."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", plain))


def is_right(field: str, value: str | None, gold: Mapping[str, object]) -> bool:
    """Tell whether a value is what the gold says, or one of those that are as good."""
    wanted = gold.get(field)
    if value is None or wanted is None:
        return value is None and wanted is None
    good = [str(one) for one in (wanted, *(gold.get(f"{field}_also") or ()))]
    if field == "date":  # a gold of a year alone is met by any day of it, and one of a day by its month or year
        return any(value.startswith(one) or (one.startswith(value) and len(value) >= 4) for one in good)
    if field == "region":
        return any(canonical_region(value.split("/")[-1]) == canonical_region(one) for one in good)
    if field == "title" and "…" in value:  # cut on purpose: the beginning, and the short name behind it
        begin, end = (folded(part) for part in value.split("…", 1))
        return any(folded(one).startswith(begin) and end in folded(one) for one in good)
    return folded(value) in map(folded, good)


def ours(document: FileText, file: str) -> dict[str, str]:
    """Return what coscribe says, without what it is not sure of."""
    return {field: one.value for field, one in guess(document, file).items() if one.sure >= SURE}


def reference(document: FileText, file: str) -> dict[str, str]:
    """Return what the properties say, else the first heading and the latest year of the first page."""
    said = document.properties
    text = "\n".join(page.text for page in document.pages[:2])
    headings = (page.text[b.start : b.end] for page in document.pages[:3] for b in page.blocks if b.kind == "heading")
    years = [year for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{file} {text[:1500]}") if year < "2050"]
    found = {
        "title": said.get("title") or next(headings, ""), "organisation": said.get("author", ""),
        "date": said.get("date") or max(years, default=""), "language": said.get("language", ""), "kind": "other",
    }  # fmt: skip
    return {field: value for field, value in found.items() if value}


def main() -> None:
    """Score every document of the gold that is read, and print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("gold", type=Path, nargs="?")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--verbose", action="store_true", help="print every value that is not right")
    parser.add_argument("--apart", default="", metavar="PREFIX")
    options = parser.parse_args()
    if options.gold is None or options.folder is None:
        print("skipped: name a file of gold facts and the folder of its reports")
        return
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for line in options.gold.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        file = str(gold["file"])
        try:
            document = read(options.folder / file)
        except ReadFailure as failure:
            document = FileText(())
            print(f"not read: {file} ({failure})")
        part = "apart" if options.apart and file.startswith(options.apart) else "rest"
        for who, found in (("ours", ours(document, file)), ("reference", reference(document, file))):
            if not document.pages:
                found = {}
            for field in FIELDS:
                value = found.get(field)
                value = NO_STATUS.get(str(value), value)
                right = is_right(field, value, gold)
                counts[part, who, field, "right" if right else "null" if value is None else "wrong"] += 1
                counts[part, who, field, "all"] += 1
                if options.verbose and who == "ours" and not right:
                    print(f"{file}: {field} is {value!r}, not {gold.get(field)!r}")
    show(counts)


def show(counts: Counter[tuple[str, str, str, str]]) -> None:
    """Print a row a field: ours beside the reference."""
    for part in dict.fromkeys(key[0] for key in counts):
        print(f"\n{part:14} {'right':>7} {'wrong':>7} {'null':>7}   reference: {'right':>7} {'wrong':>7} {'null':>7}")
        for field in FIELDS:
            cells = []
            for who in ("ours", "reference"):
                whole = counts[part, who, field, "all"]
                cells.append(
                    " ".join(f"{counts[part, who, field, kind] / whole:7.3f}" for kind in ("right", "wrong", "null"))
                )
            print(f"{field:14} {cells[0]}              {cells[1]}")
        print(f"{counts[part, 'ours', 'title', 'all']} documents")


if __name__ == "__main__":
    main()
