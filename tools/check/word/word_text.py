"""The letters of a Word document's body, each with the byte of its XML where it stands.

Nothing is written from a tree: what is put in is put in between bytes, and all others stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

MAIN = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_UNSEEN = frozenset({"moveFrom", "del"})  # their words stand elsewhere by now, or nowhere
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_BOX = "txbxContent"  # no comment may stand in one
_HIDDEN = frozenset({"vanish", "strike", "dstrike"})
_OFF = ("0", "false", "off")


@dataclass(slots=True)
class WordRun:
    """A run: the bytes `start:end` of it, its start tag and its properties as they are written."""

    start: int
    end: int = 0
    opening: bytes = b""
    look: bytes = b""
    is_hidden: bool = False
    contents: list[tuple[int, int]] = field(default_factory=list)  # the bytes of each child but the properties


@dataclass(slots=True)
class WordPiece:
    """A `w:t` of a run: `start:end` are its bytes with both tags, `inner` is where its text begins."""

    run: WordRun
    start: int
    inner: int
    opening: bytes
    end: int = 0


@dataclass(frozen=True, slots=True)
class WordLetter:
    """A character: the bytes `start:end` that write it, in its piece."""

    character: str
    piece: WordPiece
    start: int
    end: int


@dataclass(slots=True)
class WordParagraph:
    """The visible letters of a paragraph, and its notes: (how many letters stand before, kind, id).

    `keys` are its letters and digits, once somebody has looked for a sentence in it.
    """

    letters: list[WordLetter] = field(default_factory=list)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    is_boxed: bool = False
    keys: tuple[str, Sequence[int]] | None = None

    @property
    def text(self) -> str:
        """The letters as text."""
        return "".join(letter.character for letter in self.letters)


@dataclass(frozen=True, slots=True)
class WordPlace:
    """The letters `first:last` of a paragraph."""

    paragraph: WordParagraph
    first: int
    last: int

    @property
    def notes(self) -> list[tuple[str, str]]:
        """The notes within, and right behind: kind and id."""
        return [(kind, name) for at, kind, name in self.paragraph.notes if self.first < at <= self.last + 1]


class WordText:
    """The paragraphs of one part of a Word file, as its XML is written; `prefix` is that of its main namespace.

    Raises ValueError for XML that is damaged or not in UTF-8.
    """

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.prefix = ""
        self.namespace = MAIN[0]
        self.paragraphs: list[WordParagraph] = []
        self.notes: dict[str, str] = {}  # of a part with notes: their texts by id
        self._stack: list[str] = []
        self._open: list[WordParagraph] = []
        self._runs: list[WordRun] = []
        self._piece: WordPiece | None = None
        self._child: int | None = None
        self._look: int | None = None
        self._note = ""
        self._parser = expat.ParserCreate()
        self._read()

    def find(self, wanted: str, after: tuple[int, int] = (0, 0)) -> tuple[WordPlace, tuple[int, int]] | None:
        """Return where a sentence stands, from a place (paragraph, letter) on, and the place behind it.

        Only letters and digits are compared. What Word shows in front of a paragraph, its number, stands nowhere.
        """
        keys = _keys(wanted)
        for key in (keys, *_unnumbered(wanted)) if keys else ():
            for number in range(after[0], len(self.paragraphs)):
                paragraph = self.paragraphs[number]
                own, places = paragraph.keys = paragraph.keys or _paragraph_keys(paragraph)
                begin = after[1] if number == after[0] else 0
                at = own.find(key, next((one for one, place in enumerate(places) if place >= begin), len(own)))
                if at >= 0:
                    first, last = _widened(paragraph, places[at], places[at + len(key) - 1] + 1)
                    return WordPlace(paragraph, first, last), (number, last)
        return None

    def _read(self) -> None:
        parser = self._parser
        parser.buffer_text = False
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        parser.CharacterDataHandler = self._letters
        try:
            parser.Parse(self.xml, True)
        except expat.ExpatError as error:
            raise ValueError(f"its XML is damaged ({error})") from error

    def _own(self, tag: str) -> str:
        prefix, _, name = tag.rpartition(":")
        return name if prefix == self.prefix else ""

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        if not self._stack:
            declared = {value: name for name, value in attributes.items() if value in MAIN}
            self.namespace = next(iter(declared), MAIN[0])
            self.prefix = declared.get(self.namespace, "xmlns:w").removeprefix("xmlns").removeprefix(":")
            if not self.xml[at:].startswith(b"<" + tag.encode()):
                raise ValueError("its XML is not in UTF-8")
        name = self._own(tag)
        parent = self._stack[-1] if self._stack else ""
        self._stack.append(name or tag)
        if name in ("footnote", "endnote"):
            self._note = attributes.get(f"{self.prefix}:id", "")
        elif name == "p":
            self._open.append(WordParagraph(is_boxed=_BOX in self._stack))
            self.paragraphs.append(self._open[-1])
        elif name == "r":
            self._runs.append(WordRun(at, opening=self._tag(at)))
        elif self._runs and parent == "r":
            self._inside(name, at, attributes)
        elif self._runs and parent == "rPr" and name in _HIDDEN and attributes.get(f"{self.prefix}:val") not in _OFF:
            self._runs[-1].is_hidden = True

    def _inside(self, name: str, at: int, attributes: dict[str, str]) -> None:
        """Take a child of a run."""
        if name == "rPr":
            self._look = at
            return
        self._child = at
        if name == "t":
            opening = self._tag(at)
            self._piece = WordPiece(self._runs[-1], at, at + len(opening), opening)
        elif name in _NOTES and self._open:
            paragraph = self._open[-1]
            paragraph.notes.append((len(paragraph.letters), _NOTES[name], attributes.get(f"{self.prefix}:id", "")))

    def _tag(self, at: int) -> bytes:
        """Return the start tag at a byte; a ">" may stand within the quotes of an attribute."""
        quote, end = b"", at
        while end < len(self.xml):
            sign = self.xml[end : end + 1]
            if quote:
                quote = b"" if sign == quote else quote
            elif sign in (b'"', b"'"):
                quote = sign
            elif sign == b">":
                break
            end += 1
        return self.xml[at : end + 1]

    def _finish(self, tag: str) -> None:
        name = self._own(tag)
        self._stack.pop()
        parent = self._stack[-1] if self._stack else ""
        # An empty element ends where it begins: the parser stands at its one tag both times.
        at = self._parser.CurrentByteIndex
        end = at + len(self._tag(at)) if "r" in (name, parent) else at
        if name == "p" and self._open:
            done = self._open.pop()
            if self._note:
                self.notes[self._note] = " ".join(filter(None, (self.notes.get(self._note, ""), done.text.strip())))
        elif name in ("footnote", "endnote"):
            self._note = ""
        elif name == "r" and self._runs:
            self._runs.pop().end = end
        elif self._runs and parent == "r" and self._look is not None and name == "rPr":
            self._runs[-1].look, self._look = self.xml[self._look : end], None
        elif self._runs and parent == "r" and self._child is not None:
            self._runs[-1].contents.append((self._child, end))
            if self._piece is not None and name == "t":
                self._piece.end, self._piece = end, None

    def _letters(self, text: str) -> None:
        if self._piece is None or not self._open or self._piece.run.is_hidden or not _UNSEEN.isdisjoint(self._stack):
            return
        start = self._parser.CurrentByteIndex
        written = self.xml[start : start + 1] == b"&" and len(text) == 1
        for character in text:
            end = self.xml.index(b";", start) + 1 if written else start + len(character.encode())
            self._open[-1].letters.append(WordLetter(character, self._piece, start, end))
            start = end


def _paragraph_keys(paragraph: WordParagraph) -> tuple[str, Sequence[int]]:
    """Return the letters and digits of a paragraph in lower case, and which of its letters each of them is."""
    found = [(key, at) for at, letter in enumerate(paragraph.letters) for key in _keys(letter.character)]
    return "".join(key for key, _ in found), [at for _, at in found]


def _keys(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _unnumbered(wanted: str) -> list[str]:
    """Return a sentence without its first word, if that may be a number which Word shows: "2.", "(a)", "•"."""
    first, _, rest = wanted.partition(" ")
    return [_keys(rest)] if rest and len(_keys(first)) <= 4 and not first.isalpha() and _keys(rest) else []


def _widened(paragraph: WordParagraph, first: int, last: int) -> tuple[int, int]:
    """Return a stretch with the marks around it, and with the blank in front: no word is parted from its stop."""
    letters = paragraph.letters
    while first and not (letters[first - 1].character.isalnum() or letters[first - 1].character.isspace()):
        if letters[first - 1].character in ".!?;:,)”":
            break
        first -= 1
    if first and letters[first - 1].character.isspace() and letters[first - 1].piece is letters[first].piece:
        first -= 1
    while last < len(letters) and not (letters[last].character.isalnum() or letters[last].character.isspace()):
        if letters[last].character in "(“„«‹[":
            break
        last += 1
    return first, last
