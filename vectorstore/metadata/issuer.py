"""Whose report it is: the institution that issues it, by what it prints and what its file says; a person is none."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby

from ...core.text import fold
from ...language.joint import pattern, vocabulary
from ...language.places import INSTITUTIONS, Institution
from ..reading.layout.imprint import ARTICLE, BARE_HOST, END, HOST, OWNED, SITE, WORD, YEARS
from .found import Found
from .opening import NO_TITLE, Opening

_ISSUED = pattern("front.publisher", lead=r"(?<!\w)", end=r"(?!\w)")
_INSTITUTION = pattern("front.institution", lead=r"(?<!\w)", end=r"(?!\w)")
_REPORTS = pattern("reports.yearly", "reports.document", lead=r"(?<!\w)", end=r"(?!\w)")
_OF_TWO = (" and of ", " et du ", " und des ", " y del ")
_LINES = 45  # of the opening in which a line by itself may be the issuer
_LONGEST = 90
_NEAR = 12  # lines from the first on in which a name alone may be the issuer
_OVER = 3  # lines that a name takes at most
_BEGUN = 3  # words before "published by" in a sentence that speaks of the report itself


def issuer_of(opening: Opening, title: str) -> Found | None:
    """Return the institution that issues a report: said outright, of the rights, the author, an address, a line."""
    found = [
        *_declared(opening),
        *_of_law(title),
        *_labelled(opening),
        *_of_rights(opening),
        *_of_author(opening),
        *_known_lines(opening, title),
        *_of_site(opening),
        *_of_addresses(opening),
        *_line_by_itself(opening, title),
    ]
    return max(found, key=lambda one: one.sure, default=None)


def known(name: str) -> Institution | None:
    """Return the institution that a name means, of those that are known."""
    return _names().get(_key(name)) or _names().get(_key(ARTICLE.sub("", name)))


@cache
def _names() -> dict[str, Institution]:
    return {_key(name): one for one in INSTITUTIONS for name in (one.name, *one.also)}


def _key(name: str) -> str:
    return " ".join(WORD.findall(fold(name.replace("’", "'"))))


def _told(name: str, how: str, sure: float) -> Iterable[Found]:
    """Yield what a name stands for, if it is one of an institution: a known one, or one that says so."""
    name = ARTICLE.sub("", " ".join(name.split()).strip(" ,.;:–—-|")) if not known(name) else name
    held = known(name) or known(re.sub(r"\s*\(.*", "", name))
    if held is not None:
        if not held.service:
            yield Found(held.name, how, min(sure + 0.05, 0.95))
    elif 2 < len(name) <= _LONGEST and _is_institution(name):
        yield Found(name, how, sure)


def _beginning(text: str) -> str:
    """Return the name of a known institution that a text begins with, the longest, "" for none."""
    words = WORD.findall(text)[:14]
    ahead = (" ".join(words[:size]) for size in range(len(words), 1, -1))
    return next((name for name in ahead if known(name)), "")


def _is_institution(name: str) -> bool:
    words = WORD.findall(name)
    if not words or len(words) > 12 or NO_TITLE.match(name) or HOST.search(name):
        return False
    return bool(name[:1].isupper() or not name[:1].isascii()) and _INSTITUTION.search(name) is not None


def _declared(opening: Opening) -> Iterable[Found]:
    name = opening.said.get("organisation", "")
    if name and (known(name) or not (_REPORTS.search(name) or re.search(r"\d{4}", name))):
        yield from [*_told(name, "the file's properties", 0.85)] or [Found(name, "the file's properties", 0.7)]


def _of_law(title: str) -> Iterable[Found]:
    """Yield the parliament that a law names in its own title."""
    folded = _key(title)
    for name, one in _names().items():
        if name in folded and any(joint in f" {name} " for joint in _OF_TWO):
            yield Found(one.name, "the title", 0.97)


def _labelled(opening: Opening) -> Iterable[Found]:
    for text, goes_on in (*_sentences(opening), (opening.around, opening.around)):
        for match in _ISSUED.finditer(text):
            if not _speaks_of_itself(text[: match.start()]):
                continue
            rest = text[match.end() :].lstrip(" :")
            name = _beginning(goes_on[match.end() :].lstrip(" :")) or END.split(rest, maxsplit=1)[0]
            told = list(_told(name, f"“{' '.join(match.group().split())}”", 0.9))
            if (
                not told
                and (short := re.match(r"(?:the )?((?:[A-Z][\w’'&-]+\s?){1,4})", name))
                and _in_address(short[1], opening)
            ):
                told = [Found(short[1].strip(), f"“{match.group()}”, and an address", 0.85)]
            yield from told


def _speaks_of_itself(before: str) -> bool:
    """Tell whether a label begins its sentence, or stands behind few words of it: "This report was"."""
    begun = re.split(r"[.;:|\n]\s*", before)[-1]
    return not WORD.search(begun) or (len(WORD.findall(begun)) <= _BEGUN and begun[:1].isupper())


def _sentences(opening: Opening) -> list[tuple[str, str]]:
    """Return the lines, each with the next one behind it where a name may run on, and with the next two behind it."""
    lines = opening.lines[: opening.near]
    return [
        (f"{one} {lines[at + 1]}" if at + 1 < len(lines) and len(one) > 50 else one, " ".join(lines[at : at + 3]))
        for at, one in enumerate(lines)
    ]


def _of_rights(opening: Opening) -> Iterable[Found]:
    for text in (*(sentence for sentence, _ in _sentences(opening)), *opening.around.splitlines()):
        for match in OWNED.finditer(text):
            rest = YEARS.sub(" ", text[match.end() :][:140]).strip(" ,")
            for name in re.split(r"\s/\s", END.split(rest, maxsplit=1)[0]):
                told = list(_told(name, "notice of rights", 0.8))
                yield from told or (
                    [Found(name, "notice of rights, and an address", 0.75)] if _in_address(name, opening) else ()
                )


def _of_author(opening: Opening) -> Iterable[Found]:
    author = SITE.split(opening.said.get("author", ""))[0]
    yield from _told(author, "author in the file's properties", 0.85)
    if author and len(WORD.findall(author)) >= 3 and author in opening.lines[:12] and "," not in author:
        yield Found(author, "author in the file's properties, as printed", 0.7 if _has_joint(author) else 0.4)


def _has_joint(name: str) -> bool:
    return bool({word.lower() for word in WORD.findall(name)} & (_joints() - {"d", "de", "del", "des", "der", "la"}))


@cache
def _joints() -> frozenset[str]:
    return frozenset(vocabulary("reports.joints"))


def _known_lines(opening: Opening, title: str) -> Iterable[Found]:
    """Yield known institutions that a line is, or that the imprint begins a sentence with."""
    for number, line in enumerate(opening.lines[:_LINES]):
        held = known(line)
        if held is not None and not held.service and fold(line) not in fold(title):
            yield Found(held.name, "a line by itself", 0.75 - 0.003 * number)
    for line in opening.imprint.splitlines():
        yield from _told(line, "the words of a logo", 0.7)


def _of_site(opening: Opening) -> Iterable[Found]:
    title = opening.said.get("title", "")
    parts = re.split(r"\s+[|·–—-]\s+", title)
    if len(parts) > 1 and (held := known(parts[-1])) is not None and not held.service:
        yield Found(held.name, "the name of the site behind the title", 0.8)


def _hosts(opening: Opening) -> list[str]:
    text = "\n".join((*opening.lines[:150], opening.around))
    return [match[1].lower().strip(".") for form in (HOST, BARE_HOST) for match in form.finditer(text)]


def _of_addresses(opening: Opening) -> Iterable[Found]:
    """Yield the institution whose addresses the first pages print, where they are of one alone."""
    held: dict[str, int] = {}
    if opening.is_part:  # speaks of others' pages as often as of its own
        return
    for host in _hosts(opening):
        ends = [(domain, one) for one in INSTITUTIONS for domain in one.domains if f".{host}".endswith(f".{domain}")]
        if ends:
            one = max(ends, key=lambda item: len(item[0]))[1]
            if not one.service:
                held[one.name] = held.get(one.name, 0) + 1
    if held and (len(held) == 1 or opening.around):
        name = max(held, key=lambda name: held[name])
        yield Found(name, "an address on its first pages", 0.65)


def _in_address(name: str, opening: Opening) -> bool:
    """Tell whether the letters of a name make one of the addresses: "Oxford Insights" and oxfordinsights.com."""
    letters = "".join(WORD.findall(fold(name)))
    return len(letters) > 5 and any(letters == part for host in _hosts(opening) for part in host.split("."))


def _line_by_itself(opening: Opening, title: str) -> Iterable[Found]:
    """Yield a line near the title that is the name of an institution, and nothing else but a part of it or its town.

    Where there are several, they are those of the authors, and none is the issuer.
    """
    found = []
    for number, line in enumerate(_names_over_lines(opening)[:_NEAR]):
        name, *rest = re.split(r"\.\s|,\s", line.rstrip(".,"), maxsplit=1)
        held = known(name)
        if _is_name(name) and fold(name) not in fold(title) and (held is None or not held.service):
            found.append(Found(name, f"line {number + 1} by itself", (0.6 if rest else 0.7) - 0.01 * number))
    if len({_key(one.value) for one in found}) == 1:
        yield found[0]


def _names_over_lines(opening: Opening) -> list[str]:
    """Return the first lines, of a cover those of one size and weight as one, for a name may take two or three."""
    if not opening.front or opening.front[0].page != 1:
        return list(opening.lines)
    cover = [line for line in opening.front if line.page == 1][: 2 * _NEAR]
    runs = [list(run) for _, run in groupby(cover, key=lambda line: (line.size, line.bold))]
    names: list[str] = []
    for run in runs:
        lines = [line.text for line in run]
        whole = len(run) <= _OVER and not any(re.search(r"[,@:\d]", line) for line in lines)
        names += [" ".join(lines)] if whole else lines
    return names


def _is_name(name: str) -> bool:
    """Tell whether a line is the name of an institution: few words, with capitals, no marks, no figures, no report."""
    words = WORD.findall(name)
    capital = sum(word[:1].isupper() for word in words) >= 0.6 * len(words) or not name.isascii()
    repeats = len({word for word in words if word[:1].isupper()}) < sum(word[:1].isupper() for word in words)
    bare = 2 <= len(words) <= 9 and not repeats and not re.search(r"[.,:;!?|\d]", name)
    return bare and capital and _is_institution(name) and not _REPORTS.search(name)
