"""BibTeX and biblatex: entries whose values are LaTeX."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping

from bibtexparser.entrypoint import parse_string, write_string
from bibtexparser.library import Library
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, Field
from pylatexenc.latex2text import LatexNodes2Text

from .work import Work, fields_of, flat

_KIND_OF = {"legislation": "law", "legal": "law", "jurisdiction": "law", "standard": "technical"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OWNERS = ("institution", "organization", "school", "publisher")
_LATEX: dict[str, str | int | None] = {
    **{sign: f"\\{sign}" for sign in "{}&%$#_"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_DEEPEST = 30  # braces within braces, beyond which nobody means anything
_LONGEST = 4_000  # characters of a value that are looked at


def read(text: str) -> list[Work]:
    """Return the entries of a BibTeX text; raises ValueError where it has none, or one that is broken."""
    if _depth(text) > _DEEPEST:
        raise ValueError("it is nested too deeply")
    for name in ("bibtexparser", "pylatexenc"):  # what they remark on entries is no output of ours
        logging.getLogger(name).addHandler(logging.NullHandler())
    library = parse_string(text)
    entries = list(library.entries)
    for block in library.failed_blocks:
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            entries.append(block.ignore_error_block)  # two works of one key are two works
        elif block.raw and "@" in block.raw:
            raise ValueError(f"the entry in line {(block.start_line or 0) + 1} is broken")
    if not entries and text.strip():
        raise ValueError("it holds no entry like '@techreport{key, title = {…}}'")
    return [_item(entry) for entry in entries]


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", text):
        depth = depth + 1 if sign == "{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _item(entry: Entry) -> Work:
    raw = {field.key.lower(): str(field.value) for field in entry.fields}

    def said(*names: str) -> str:
        return next((_letters(raw[name]) for name in names if raw.get(name)), "")

    fields = fields_of(
        title=said("title"), corporate=_letters(next(_corporate(raw.get("author") or raw.get("editor", "")), "")),
        publisher=said(*_OWNERS), date=said("date") or _date(raw.get("year", ""), raw.get("month", "")),
        language=said("langid", "language", "hyphenation"), genre=said("type", "howpublished"),
        kind=_KIND_OF.get(entry.entry_type.lower(), ""), keywords=re.split("[,;]", said("keywords")),
    )  # fmt: skip
    return Work(fields, tuple(_attachments(raw.get("file", ""))))


def _letters(value: str) -> str:
    """Return what LaTeX prints: accents as letters, no braces; formulas stay as they are written."""
    value = value[:_LONGEST]
    if not re.search(r"[\\{}$~]|--", value):
        return flat(value)
    try:
        return flat(str(LatexNodes2Text(math_mode="verbatim").latex_to_text(value)).replace("ˆ", "^"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _corporate(authors: str) -> Iterator[str]:
    """Yield the authors that stand in braces of their own: names that are not to be taken apart."""
    depth, begun = 0, 0
    for match in re.finditer(r"(?<!\\)[{}]|\sand\s", f"{authors} and "):
        if match.group() in "{}":
            depth += 1 if match.group() == "{" else -1
        elif depth == 0:
            name = authors[begun : match.start()].strip()
            if name.startswith("{") and name.endswith("}"):
                yield name
            begun = match.end()


def _date(year: str, month: str) -> str:
    number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else month.strip("{} ")
    return f"{year}-{number}" if month else year


def _attachments(value: str) -> Iterator[str]:
    """Yield the paths of a field `file`: plain ones, or `name:path:type` as Zotero and JabRef write them."""
    for one in re.split(r"(?<!\\);", value):
        parts = re.split(r"(?<!\\):", one.strip())
        path = re.sub(r"\\([:;\\_&%#{}])", r"\1", parts[1]) if len(parts) > 2 else one.strip().replace(r"\_", "_")
        if path:
            yield path


def written(rows: Iterable[Mapping[str, str]]) -> str:
    """Return BibTeX that says of reports what their manifest rows say."""
    return str(write_string(Library([_entry(row) for row in rows])))


def _entry(row: Mapping[str, str]) -> Entry:
    month = row["date"][5:7]
    owner = f"{{{_latex(row['organisation'])}}}" if row["organisation"] else ""
    values = {
        "title": f"{{{_latex(row['title'])}}}", "author": owner, "institution": owner, "date": row["date"],
        "year": row["date"][:4], "month": str(int(month)) if month else "", "language": row["language"],
        "type": _latex(row["genre"]), "keywords": row["keywords"], "file": _path(row["file"]),
        "note": _latex(row.get("note", "")),
    }  # fmt: skip
    return Entry("techreport", row["id"], [Field(key, value) for key, value in values.items() if value])


def _latex(text: str) -> str:
    return text.translate(str.maketrans(_LATEX))


def _path(file: str) -> str:
    # Braces in a value have to be paired: a file whose name has a single one can be named in RIS and CSL-JSON alone.
    escaped = re.sub(r"([\\:;])", r"\\\1", file)
    return "" if "{" in file or "}" in file else f":{escaped}:"
