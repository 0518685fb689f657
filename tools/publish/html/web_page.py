"""Writes a document as a web page: one file that needs nothing else and reaches nothing else."""

import base64
import hashlib
from collections.abc import Container, Iterable
from importlib.resources import files

from ....core.document import Document, Proof, Section, Sources
from ....vectorstore.reading.facsimile.facsimile import Facsimile
from ...document.phrases import Phrases, phrases
from ..colophon import Colophon
from .endnotes import Endnotes, Pictures
from .markup import element, line
from .prose import Prose

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})

# Kinds of sentences that bear a tag, in the order in which a page explains them.
_KINDS = ("count", "computed", "absence", "inference", "recommendation")


def without_pictures(proof: Proof) -> Facsimile | None:
    """Show nothing but the words."""
    return None


def html_file(document: Document, colophon: Colophon, pictures: Pictures = without_pictures) -> bytes:
    """Return the page, in UTF-8; `pictures` shows words in their place.

    The page asks for nothing outside itself, and forbids it; without its script it can be read all the same.
    """
    words = phrases(colophon.language)
    sources = {entry.number: entry for one in document.blocks() if isinstance(one, Sources) for entry in one.entries}
    prose = Prose(words, sources)
    levelled = list(_levelled(document.sections))
    body = "\n".join(filter(None, (prose.section(*one) for one in levelled)))
    endnotes = Endnotes(words, sources, pictures)
    notes = endnotes.section(prose.notes)
    led = [(name, section.heading, level) for section, name, level in levelled if section.heading]
    led += [("notes", words.told("page.notes"), 2)] if notes else []
    main = [body, key(prose.kinds, words, has_notes=bool(notes)), notes, endnotes.store()]
    return whole_page(document.title or colophon.title, colophon, led, main)


def whole_page(
    title: str, colophon: Colophon, led: Iterable[tuple[str, str, int]], main: Iterable[str],
    *, styles: str = "", script: str = "",
) -> bytes:  # fmt: skip
    """Return a page of this markup in UTF-8, with all that stands around it.

    `led` are the headings that its contents lead to: the id, the words and the level of each. `styles` and `script` are
    our own, beside those of every page.
    """
    words = phrases(colophon.language)
    styles, script = f"{style()}{styles}", f"{own_file(__package__, 'page.js')}{script}"
    parts = [
        element("a", line(words.told("page.skip")), class_="skip", href="#text"),
        _header(title, colophon),
        _contents(led, words),
        element("main", "\n".join(["", *filter(None, main), ""]), id="text", tabindex=-1),
        _footer(colophon, words),
        _viewer(words),
        f'<script type="application/json" id="carried">{colophon.carried.translate(_ESCAPED)}</script>',
        f"<script>{script}</script>",
    ]
    head = _head(title, colophon, styles, script)
    page = f"{head}\n<body>\n{chr(10).join(filter(None, parts))}\n</body>\n</html>\n"
    return page.encode("utf-8", "backslashreplace")


def style() -> str:
    """Return the style of every page."""
    return own_file(__package__, "page.css")


def _head(title: str, colophon: Colophon, styles: str, script: str) -> str:
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    named = {
        "viewport": "width=device-width, initial-scale=1", "color-scheme": "light dark", "referrer": "no-referrer",
        "generator": "coscribe", "made_by": colophon.made_by, "date": colophon.date, "standing": colophon.standing,
        **({"DigitalSourceType": colophon.source_type} if colophon.source_type else {}),
    }  # fmt: skip
    metas = "\n".join(f'<meta name="{name}" content="{line(content)}">' for name, content in named.items())
    return (
        f'<!DOCTYPE html>\n<html lang="{line(colophon.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{metas}\n'
        f"{element('title', line(title))}\n<style>{styles}</style>\n</head>"
    )


def _header(title: str, colophon: Colophon) -> str:
    standing = element("strong", line(colophon.banner), class_="standing") if colophon.standing else ""
    date = element("time", line(colophon.date[:10]), datetime=colophon.date) if colophon.date else ""
    about = " ".join(filter(None, (standing, date)))
    return element("header", f"\n{element('p', about, class_='about') if about else ''}\n<h1>{line(title)}</h1>\n")


def _contents(led: Iterable[tuple[str, str, int]], words: Phrases) -> str:
    items = "\n".join(
        element("li", element("a", line(heading), href=f"#{name}"), class_=f"level-{level}")
        for name, heading, level in led
    )
    heading = element("h2", line(words.told("page.contents")), id="contents")
    return element("nav", f"\n{heading}\n<ul>\n{items}\n</ul>\n", aria_labelledby="contents") if items else ""


def key(kinds: Container[str], words: Phrases, *, has_notes: bool) -> str:
    """Return what the signs of a page mean, as far as it bears them: by the kinds of its sentences."""
    told = [words.told("page.raised")] if has_notes else []
    told += [words.told("page.quoted")] if "quoted" in kinds else []
    items = [line(one) for one in told]
    items += [
        f"{element('span', line(tag), class_='tag')} {line(words.told(f'page.meaning.{kind}'))}."
        for kind in _KINDS
        if kind in kinds and (tag := words.told(f"page.tag.{kind}"))
    ]
    if not items:
        return ""
    listed = "\n".join(element("li", item) for item in items)
    return element(
        "details", f"\n<summary>{line(words.told('page.key'))}</summary>\n<ul>\n{listed}\n</ul>\n", class_="key"
    )


def _footer(colophon: Colophon, words: Phrases) -> str:
    told = [colophon.made_by, *([words.told("page.carries")] if colophon.carried else [])]
    return element("footer", "\n".join(element("p", line(one)) for one in told if one))


def _viewer(words: Phrases) -> str:
    """The room in which the script shows a note; nothing is to be seen of it without the script."""
    close = element("button", line(words.told("page.close")), type="button")
    heading = element("h2", line(words.told("page.note")), id="viewed")
    return element(
        "dialog", f'\n<div class="bar">{heading}{close}</div>\n<div class="room"></div>\n', aria_labelledby="viewed"
    )


def _levelled(sections: Iterable[Section]) -> Iterable[tuple[Section, str, int]]:
    """Yield sections with a name each, and the level of their heading: none is skipped."""
    has_outer = False
    for number, section in enumerate(sections, 1):
        level = section.level if has_outer else 2
        has_outer = has_outer or bool(section.heading)
        yield section, f"section-{number}", level


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def own_file(package: str, name: str) -> str:
    """Return one of our own files with the line ends that a browser gives it before it takes its sum."""
    return files(package).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
