"""What a report says of itself, where the manifest is silent: every field with how it was found and how sure it is."""

import re
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from ...language.joint import packs, pattern
from ...language.languages import guess_language
from ..reading.page import FileText
from .found import SURE, Found
from .issuer import issuer_of
from .opening import Opening, opening
from .published import date_of
from .region import region_of
from .title import title_of

_DRAFT = pattern("reports.draft")
_ADOPTED = pattern("front.adopted")
_EDITION = pattern("front.edition")
_PART = pattern("front.part", lead=r"^\W*(?:an? |the )?")
_KINDS = {
    kind: pattern(
        f"front.kinds.{kind}",
        lead=r"^\W*" if kind == "law" else r"(?<![^\W_])",
        end=r"" if kind == "law" else r"(?![^\W_])",
    )
    for kind in dict.fromkeys(kind for pack in packs() for kind in pack.front.kinds)
}
_LETTERS = {  # of languages without a pack that no other language of weight shares, but for Persian
    "ar": frozenset(map(chr, range(0x0620, 0x06FF))),
    "he": frozenset(map(chr, range(0x05D0, 0x05EB))),
    "el": frozenset(map(chr, range(0x0370, 0x0400))),
}
_FRONT = 1_500  # characters in which a report says that it was adopted
_SAMPLE = 60  # lines of what is looked at for an edition


def guess(document: FileText, file: str, today: date | None = None) -> dict[str, Found]:
    """Return what could be found, under the names a manifest uses: a title always, all else only where it is sure.

    `today` is the last day a report can be of.
    """
    first = opening(document, file)
    title = title_of(first)
    told = title.value if title and title.sure >= SURE else ""
    organisation = issuer_of(first, first.said.get("title", "") + " " + told)
    name = organisation.value if organisation and organisation.sure >= SURE else None
    found = {
        "title": title,
        "organisation": organisation,
        "region": region_of(first, told, name),
        "date": date_of(first, told, today or datetime.now(UTC).date()),
        "kind": _kind(first, told),
        "status": _status(first, told),
        "language": _language(document, first),
        "edition": _edition(first),
        "family": _family(first, told),
    }
    sure = {field: one for field, one in found.items() if one is not None and one.sure >= SURE}
    return {"title": _by_name(first, file), **sure}


def _by_name(first: Opening, file: str) -> Found:
    name = first.name.replace("_", " ").replace("-", " ").strip()
    return Found(name or PurePosixPath(file).name, "the name of the file", 0.3)


def _language(document: FileText, first: Opening) -> Found | None:
    if declared := first.said.get("language", "")[:2].lower():
        return Found(declared, "the file's properties", 0.8)
    guessed = guess_language("\n".join(page.text for page in document.pages if page.state == "read"))
    if guessed:
        return Found(guessed, "its words", 0.9)
    letters = [sign for line in first.lines for sign in line if sign.isalpha()]
    for language, own in _LETTERS.items():
        if letters and sum(sign in own for sign in letters) >= 0.5 * len(letters):
            persian = language == "ar" and sum(
                sign in "\u067e\u0686\u0698\u06af\u06cc" for sign in letters
            ) > 0.01 * len(letters)
            return Found("fa" if persian else language, "its letters", 0.8)
    return None


def _kind(first: Opening, title: str) -> Found:
    if first.is_talk:
        return Found("talk", "slides", 0.9)
    for kind, form in _KINDS.items():
        if form.search(title):
            return Found(kind, "the title", 0.8)
    name = re.sub(r"[_-]", " ", first.name)
    named = next((kind for kind, form in _KINDS.items() if form.search(name)), None)
    return Found(named, "the name of the file", 0.7) if named else Found("other", "nothing says what it is", 0.5)


def _status(first: Opening, title: str) -> Found | None:
    front = "\n".join(first.lines)[:_FRONT]
    if _DRAFT.search(re.sub(r"[_-]", " ", f"{first.name} {title} {front[:400]}")):
        return Found("draft", "called a draft on its first page", 0.85)
    if first.is_talk:
        return None
    if _KINDS["law"].search(title):
        return Found("adopted", "a law", 0.75)
    if match := next((match for line in first.lines[:12] if (match := _ADOPTED.match(line))), None):
        return Found("adopted", f"“{match.group()}” on its first page", 0.8)
    return None


def _edition(first: Opening) -> Found | None:
    match = next((match for line in first.lines[:_SAMPLE] if len(line) < 90 and (match := _EDITION.search(line))), None)
    return Found(match.group(), "its first pages", 0.7) if match else None


def _family(first: Opening, title: str) -> Found | None:
    """Return what the report is a part or a translation of, in its own words."""
    for line in (title, *first.lines[:20]):
        match = _PART.match(line)
        rest = line[match.end() :].strip() if match else ""
        if match and 8 <= len(rest) <= 120 and re.search(r"[A-ZÀ-Þ]", rest[:12]):
            return Found(f"{match.group().strip()} {rest}", "its first page", 0.7)
    return None
