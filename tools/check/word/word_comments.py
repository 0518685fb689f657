"""Puts comments into a Word file: at the words they are about, beside those that are there already."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml

from ....core.errors import ReadFailure
from ....core.text import without_controls
from ....vectorstore.reading.office import archive
from ....vectorstore.reading.read import failures_told
from .word_text import MAIN, WordLetter, WordPlace, WordText

_RELATIONS = {
    MAIN[0]: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    MAIN[1]: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_AUTHOR, _INITIALS = "coscribe", "co"


@dataclass(frozen=True, slots=True)
class WordComment:
    """What is said of the words at a place, a paragraph a line; `date` is ISO 8601 with seconds, in UTC."""

    place: WordPlace
    lines: tuple[str, ...]
    date: str


class WordFile:
    """A Word file as it lies there: its parts, and where its body, its notes and its comments are.

    Raises ReadFailure for one that is damaged, encrypted or no Word file, or whose text is in another encoding.
    """

    def __init__(self, path: Path) -> None:
        if archive.kind_of(path) != "docx":
            raise ReadFailure(f"{path.name!r} is no Word file: save it as .docx")
        self._name = path.name
        with failures_told(path), zipfile.ZipFile(path) as packed:
            self._parts = [(one, packed.read(one)) for one in packed.infolist()]
        self._bytes = {one.filename: data for one, data in self._parts}
        self._body = self._target("_rels/.rels", "officeDocument", "") or "word/document.xml"
        body = PurePosixPath(self._body)
        self._folder = "" if str(body.parent) == "." else f"{body.parent}/"
        self._relations = f"{self._folder}_rels/{body.name}.rels"
        self.text = self._text(self._body)

    def notes(self) -> dict[tuple[str, str], str]:
        """Return the texts of footnotes and endnotes, by kind and id."""
        found: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            part = self._target(self._relations, f"{kind}s", self._folder)
            if part in self._bytes:
                found |= {(kind, name): text for name, text in self._text(part).notes.items() if text}
        return found

    def remarks(self) -> list[tuple[str, ...]]:
        """Return the comments that coscribe has made, each as its lines."""
        part = self._target(self._relations, "comments", self._folder)
        if part not in self._bytes:
            return []
        try:
            root: Any = parse_xml(self._bytes[part])  # of lxml, which carries no types
        except (SyntaxError, ValueError) as error:
            raise ReadFailure(f"the comments of {self._name!r} are damaged") from error
        space = f"{{{self.text.namespace}}}"
        return [
            tuple("".join(piece.text or "" for piece in line.iter(f"{space}t")) for line in one.iter(f"{space}p"))
            for one in root.iter(f"{space}comment")
            if one.get(f"{space}author") == _AUTHOR
        ]

    def commented(self, comments: Sequence[WordComment]) -> bytes:
        """Return the file with comments; every part but those that list and hold them stays byte for byte."""
        own = self._target(self._relations, "comments", self._folder)
        own = own if own in self._bytes else ""
        first = (
            1 + max(map(int, re.findall(rb'<[\w:]*comment\b[^>]*?:id="(\d+)"', self._bytes[own])), default=-1)
            if own
            else 0
        )
        changed = {self._body: _marked(self.text, comments, first)}
        written = b"".join(_comment(number, one, self.text.namespace) for number, one in enumerate(comments, first))
        if own:
            changed[own] = self._joined(own, written)
        else:
            own = self._free(f"{self._folder}comments.xml")
            changed[own] = _whole(self.text.namespace, written)
            changed[self._relations] = self._related(PurePosixPath(own).name)
            changed["[Content_Types].xml"] = self._typed(f"/{own}")
        return self._packed(changed)

    def _text(self, part: str) -> WordText:
        try:
            return WordText(self._bytes[part])
        except (KeyError, ValueError) as error:
            why = f"it lacks {part}" if isinstance(error, KeyError) else error
            raise ReadFailure(f"{self._name!r} cannot be commented: {why}; open it and save it again") from error

    def _target(self, relations: str, kind: str, folder: str) -> str:
        """Return the part that a relation of a kind leads to, "" without one."""
        for relation in re.findall(
            r"<[\w:]*Relationship\s[^>]*>", self._bytes.get(relations, b"").decode("utf-8", "replace")
        ):
            told = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", relation))
            if told.get("Type", "").rpartition("/")[2] == kind and told.get("TargetMode") != "External":
                target = told.get("Target", "")
                return target.lstrip("/") if target.startswith("/") else f"{folder}{target}"
        return ""

    def _free(self, wanted: str) -> str:
        taken = {name.lower() for name in self._bytes}
        stem = wanted.removesuffix(".xml")
        names = (wanted, *(f"{stem}{number}.xml" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name.lower() not in taken)

    def _joined(self, part: str, written: bytes) -> bytes:
        """Return the comments that are there with further ones behind them."""
        xml = self._bytes[part]
        end = xml.rfind(b"</")
        if end >= 0:
            return xml[:end] + written + xml[end:]
        root = re.search(rb"<([\w:]*comments)\b[^>]*/>\s*$", xml)
        if root is None:
            raise ReadFailure(f"{self._name!r} cannot be commented: {part} is damaged; open it and save it again")
        closed = root.start() + xml[root.start() :].rfind(b"/>")
        return xml[:closed] + b">" + written + b"</" + root[1] + b">"

    def _related(self, target: str) -> bytes:
        kind = f"{_RELATIONS[self.text.namespace]}/comments"
        known = self._bytes.get(self._relations)
        if known is None:
            known = (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        names = set(re.findall(rb'\bId\s*=\s*["\']([^"\']*)', known))
        name = next(
            name for name in (f"rIdC{number}" for number in range(1, len(names) + 2)) if name.encode() not in names
        )
        return _within(known, "Relationships", f'Relationship Id="{name}" Type="{kind}" Target="{target}"')

    def _typed(self, part: str) -> bytes:
        known = self._bytes["[Content_Types].xml"]
        return _within(known, "Types", f'Override PartName="{part}" ContentType="{_TYPE}"')

    def _packed(self, changed: dict[str, bytes]) -> bytes:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            for one, data in self._parts:
                packed.writestr(one, changed.pop(one.filename, data))
            for name, data in changed.items():
                packed.writestr(zipfile.ZipInfo(name, self._parts[0][0].date_time), data, zipfile.ZIP_DEFLATED)
        return stream.getvalue()


def _within(xml: bytes, root: str, element: str) -> bytes:
    """Return an XML list with one more element at its end, under the prefix of its root."""
    found = re.search(rf"<((?:\w+:)?){root}\b[^>]*?(/?)>".encode(), xml)
    if found is None:
        raise ReadFailure(f"a part of the file lists no {root.lower()}: open it and save it again")
    prefix = found[1]
    written = b"<" + prefix + element.encode() + b"/>"
    if found[2]:
        return xml[: found.end() - 2] + b">" + written + b"</" + prefix + root.encode() + b">" + xml[found.end() :]
    end = xml.rfind(b"</" + prefix + root.encode())
    return xml[:end] + written + xml[end:]


def _whole(namespace: str, written: bytes) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    return f'{head}<w:comments xmlns:w="{namespace}">'.encode() + written + b"</w:comments>"


def _comment(number: int, comment: WordComment, namespace: str) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(without_controls(line))}</w:t></w:r></w:p>'
        for line in comment.lines
    )
    told = f'w:id="{number}" w:author="{_AUTHOR}" w:date={quoteattr(comment.date)} w:initials="{_INITIALS}"'
    return f'<w:comment xmlns:w="{namespace}" {told}>{paragraphs}</w:comment>'.encode()


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place between bytes, and what it takes to put something there: a run closed in front, and opened behind."""

    at: int
    closing: bytes = b""
    opening: bytes = b""


def _marked(text: WordText, comments: Sequence[WordComment], first: int) -> bytes:
    """Return the XML of the body with the marks of comments, each where its words begin and end."""
    prefix = text.prefix or "w"
    declared = "" if text.prefix else f' xmlns:w="{text.namespace}"'
    marks: list[tuple[_Gap, int, bytes]] = []
    for number, comment in enumerate(comments, first):
        named = f' {prefix}:id="{number}"'
        letters = comment.place.paragraph.letters
        begin = f"<{prefix}:commentRangeStart{declared}{named}/>"
        close = f"<{prefix}:commentRangeEnd{declared}{named}/>"
        called = f"<{prefix}:r{declared}><{prefix}:commentReference{named}/></{prefix}:r>"
        marks.append((_before(letters[comment.place.first], text), 1, begin.encode()))
        marks.append((_behind(letters[comment.place.last - 1], text), 0, (close + called).encode()))
    return _put(text.xml, marks)


def _put(xml: bytes, marks: Iterable[tuple[_Gap, int, bytes]]) -> bytes:
    """Return XML with pieces put in; of those at one place the ends come first."""
    parts: list[bytes] = []
    done = 0
    in_order = sorted(marks, key=lambda mark: (mark[0].at, mark[1]))
    for at, here in groupby(in_order, key=lambda mark: mark[0].at):
        own = list(here)
        gap = own[0][0]
        parts += [xml[done:at], gap.closing, *(put for _, _, put in own), gap.opening]
        done = at
    return b"".join([*parts, xml[done:]])


def _before(letter: WordLetter, text: WordText) -> _Gap:
    """Return the gap in front of a letter."""
    piece = letter.piece
    if letter.start > piece.inner:
        return _within_text(letter.start, letter, text)
    if piece.run.contents and piece.run.contents[0][0] == piece.start:
        return _Gap(piece.run.start)
    return _between_contents(piece.start, letter, text)


def _behind(letter: WordLetter, text: WordText) -> _Gap:
    """Return the gap behind a letter."""
    piece = letter.piece
    if text.xml[letter.end : letter.end + 2] != b"</":
        return _within_text(letter.end, letter, text)
    if piece.run.contents and piece.run.contents[-1][1] == piece.end:
        return _Gap(piece.run.end)
    return _between_contents(piece.end, letter, text)


def _between_contents(at: int, letter: WordLetter, text: WordText) -> _Gap:
    run = letter.piece.run
    return _Gap(at, b"</" + _name(text, "r") + b">", run.opening + run.look)


def _within_text(at: int, letter: WordLetter, text: WordText) -> _Gap:
    """Return a gap in the middle of a text: its run ends, and another of the same look begins."""
    gap, tag = _between_contents(at, letter, text), _name(text, "t")
    return _Gap(at, b"</" + tag + b">" + gap.closing, gap.opening + b"<" + tag + b' xml:space="preserve">')


def _name(text: WordText, tag: str) -> bytes:
    return f"{text.prefix}:{tag}".encode() if text.prefix else tag.encode()
