"""What a report says of itself, where the manifest is silent: title, organisation, date, language, kind, status."""

import re
from pathlib import PurePosixPath

from ...core.text import one_line, without_controls
from ...language.joint import pattern
from ...language.languages import guess_language
from ...language.years import ISO_DATE, LIKELY_YEAR, is_yearly, years
from ..reading.page import FileText
from .found import Found

_KINDS = {
    "roadmap": ("roadmap", "hoja de ruta", "feuille de route", "fahrplan", "hoja-de-ruta"),
    "strategy": ("strategy", "strategic", "stratégie", "estrategia", "strategie"),
    "advisory": ("advisory", "recommendation", "avis ", "opinion"),
    "law": ("regulation", "directive", "executive order", "règlement", "reglamento", "verordnung"),
    "minutes": ("minutes of", "compte rendu", "protokoll"),
    "technical": ("technical report", "deliverable", "benchmark"),
}
_DRAFT = pattern("reports.draft")
_MACHINE_TITLE = re.compile(
    r"\.(docx?|pdf|indd|pptx?|tmp|qxd)$|^(microsoft|untitled|document\d*$|powerpoint|[\w ]{0,30} document$)",
    re.IGNORECASE,
)
_LONGEST_TITLE = 160
_SAME_TITLE = 0.6  # share of words at which two titles are the same one
_FRONT = 1_500  # characters of the first page that are looked at


def guess(document: FileText, file: str) -> dict[str, Found]:
    """Return the fields that could be guessed, with the names a manifest uses, each with how it was found."""
    text = "\n".join(page.text for page in document.pages if page.state == "read")
    front = text[:_FRONT]
    said = {key: one_line(without_controls(value)) for key, value in document.properties.items() if value.strip()}
    title = _title(document, said, file)
    name = PurePosixPath(file).stem
    found = {"title": title, "kind": "talk" if any(p.kind == "slide" for p in document.pages) else _kind(title, name)}
    date = _date(name, said.get("date", ""), title, front)
    language = said.get("language", "")[:2].lower() or guess_language(text)
    if date:
        found["date"] = date
    if language:
        found["language"] = language
    if organisation := said.get("organisation"):
        found["organisation"] = organisation
    if _DRAFT.search(f"{name} {title} {front[:400]}".replace("_", " ").replace("-", " ")):
        found["status"] = "draft"
    return {field: Found(value, "the file", 0.7) for field, value in found.items()}


def _title(document: FileText, said: dict[str, str], file: str) -> str:
    """Return the title as the file's properties or its first page print it, whichever says more of the same."""
    printed = _printed_titles(document)
    proposed = said.get("title", "")
    if proposed and not _MACHINE_TITLE.search(proposed):
        alike = [title for title in printed if _overlap(title, proposed) >= _SAME_TITLE]
        return max(map(_shortened, [proposed, *alike]), key=_clean_words)
    if printed:
        return _shortened(printed[0])
    return PurePosixPath(file).stem.replace("_", " ").replace("-", " ").strip() or file


def _printed_titles(document: FileText) -> list[str]:
    titles = []
    for page in document.pages[:3]:
        for block in page.blocks:
            text = without_controls(one_line(page.text[block.start : block.end]))
            if block.kind == "heading" and 8 <= len(text) <= _LONGEST_TITLE:
                titles.append(text)
        if titles:
            break
    return titles


def _overlap(one: str, other: str) -> float:
    """Return the share of the shorter title's words that the other one has too."""
    mine, theirs = (set(re.findall(r"\w+", title.lower())) for title in (one, other))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _clean_words(title: str) -> int:
    """Count the words of a title that no machine put there ("JRCB4", "final")."""
    words = re.findall(r"[^\W_]+", title)
    return sum(not (re.fullmatch(r"(?=.*\d)(?=.*[A-Z])\w+|final|draft|v\d+", word)) for word in words)


def _shortened(title: str) -> str:
    """Cut a title that runs on, keeping the short name that a law gives itself in brackets."""
    if len(title) <= _LONGEST_TITLE:
        return title
    name = re.search(r"\(([A-Z][^()]{4,60})\)\W*(?:Text with EEA relevance\W*)?$", title)
    head = title[: _LONGEST_TITLE - (len(name[1]) + 6 if name else 2)].rsplit(" ", 1)[0]
    return f"{head} … ({name[1]})" if name else f"{head} …"


def _kind(title: str, name: str) -> str:
    told = f"{title} {name}".lower()
    return next((kind for kind, words in _KINDS.items() if any(word in told for word in words)), "other")


def _date(name: str, declared: str, title: str, front: str) -> str | None:
    """Return the year in the file name or title, else the file's own date, else the latest year on its first page.

    The year of accounts, as in FY19 or 2018/19, is the one they end in.
    """
    yearly = is_yearly(f"{name} {title}")
    for source in (name.replace("_", " "), title):
        if fiscal := next((found for found in years(source, yearly=yearly) if found.fiscal), None):
            return str(fiscal.year)
        if match := ISO_DATE.search(source):
            return match.group()
        if match := LIKELY_YEAR.search(source):
            return match.group()
    if match := ISO_DATE.search(declared):
        return match.group()
    return max(LIKELY_YEAR.findall(front), default=None)
