"""Targets of the fuzzing that read: the readers of each kind of file, the segmenter, and the figures of a text."""

import random
import re
import shutil
import sys
import tempfile
import unicodedata
from itertools import pairwise
from pathlib import Path

import mutations
from coscribe.core.errors import ReadFailure
from coscribe.language.figures import comparable, figures, qualifiers
from coscribe.vectorstore.ingest.segments import LONGEST, Cut, cut
from coscribe.vectorstore.library import Library
from coscribe.vectorstore.metadata.guess import guess
from coscribe.vectorstore.reading.layout.lines import Flow, split
from coscribe.vectorstore.reading.page import Block, FileText, Page
from coscribe.vectorstore.reading.read import read

LANGUAGES = (None, "en", "de", "fr", "es", "it", "pt", "ja", "zh", "pl", "xx")
TOGETHER = 200  # inputs after which a few are taken in by a library, readers apart
KINDS = ("heading", "text", "item", "row")


class Broken(AssertionError):
    """What holds for every input does not hold for this one."""


def hold(what: str, holds: object) -> None:
    """Raise `Broken` unless something holds."""
    if not holds:
        raise Broken(what)


class Readers:
    """Files of some kinds, each changed a little; every input begins with its extension and a newline."""

    def __init__(self, files: list[tuple[str, bytes]], kind: str) -> None:
        self._files, self._kind = files, kind
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._count = 0

    def make(self, chance: random.Random) -> bytes:
        """Return an extension and the content of a damaged file."""
        suffix, data = chance.choice(self._files)
        change = {"pdf": mutations.streams, "office": mutations.archive, "text": mutations.damage}[self._kind]
        if chance.random() < 0.02:  # under another name than its own
            suffix = chance.choice((".pdf", ".docx", ".html", ".txt", ".md", ".xlsx", ".pptx", ".doc"))
        return suffix.encode() + b"\n" + change(data, chance, [other for _, other in self._files])

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder)

    def check(self, data: bytes) -> str:
        """Read it here, and hold the document to what is promised; now and then also by a library."""
        suffix, _, content = data.partition(b"\n")
        path = self._folder / f"file-{self._count % 20}{suffix.decode()}"
        path.write_bytes(content)
        self._count += 1
        if self._count % TOGETHER == 0:
            ingested(self._folder)
        try:
            document = read(path)
        except ReadFailure as failure:
            said = str(failure)
            hold(f"one line: {said!r}", said.isprintable() and "\n" not in said and said[:1] in "'\"" and ": " in said)
            return re.sub(r"\d+", "n", said.partition(f"{path.name}' ")[2])[:60]
        finally:
            if self._count % TOGETHER > 20:
                path.unlink()
        assert_document(document, path.name)
        return f"read, {min(len(document.pages), 3)} pages, {'/'.join(sorted({page.state for page in document.pages}))}"


def ingested(folder: Path) -> None:
    """Take a folder of damaged files in, readers apart, and search it."""
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home) / "library", embedder="none")
        result = library.ingest([folder])
        hold("every file is named", len(result.reports) == len([path for path in folder.iterdir() if path.is_file()]))
        for row in result.reports:
            hold(f"said why: {row}", row.state in ("indexed", "unchanged", "skipped", "failed"))
            hold(f"said why: {row}", row.state == "indexed" or row.reason)
        library.search("power of a site", 5)
        hold("stores agree", not library.inconsistencies())


def assert_document(document: FileText, name: str) -> None:
    """Raise `Broken` where a document is not what readers promise."""
    for value in document.properties.values():
        hold("properties are text", isinstance(value, str) and value.encode())
    for page in document.pages:
        page.text.encode()  # no store takes half of a character
        page.label.encode()
        hold("a heading path of text", all(isinstance(part, str) and part.encode() is not None for part in page.path))
        end = 0
        for block in page.blocks:
            hold(f"blocks in order: {block}", end <= block.start < block.end <= len(page.text))
            hold(f"blocks hold words: {block}", page.text[block.start : block.end].strip())
            hold(f"its header is a row before it: {block}", block.header is None or block.header < len(page.blocks))
            end = block.end
        for start, stop in page.furniture:
            hold("furniture in the text", 0 <= start <= stop <= len(page.text))
    pages = list(document.pages)
    cuts = cut(pages, "en")
    assert_segments(pages, cuts)
    guess(document, name)


def assert_segments(pages: list[Page], cuts: list[Cut]) -> None:
    """Raise `Broken` where segments lose words, overlap, are long, or point astray."""
    hold("positions count", [item.position for item in cuts] == list(range(len(cuts))))
    for item, after in pairwise(cuts):
        hold("in order", (item.page, item.end) <= (after.page, after.start) or item.page < after.page)
    for number, page in enumerate(pages):
        mine = [item for item in cuts if item.page == number]
        hold("nothing of an unread page", page.state == "read" or not mine)
        if page.state != "read":
            continue
        marks = bytearray(len(page.text))
        for item in mine:
            said = page.text[item.start : item.end]
            hold(f"trimmed and short: {said!r}", said == said.strip() and 0 < len(said) <= LONGEST)
            marks[item.start : item.end] = b"\1" * len(said)
        for block in page.blocks:
            for at in range(block.start, block.end):
                lost = (
                    not marks[at] and not page.text[at].isspace() and not (block.kind == "row" and page.text[at] == "|")
                )
                hold(f"lost {page.text[at]!r} at {at}", not lost)
    for item in cuts:
        hold("lead-in before", item.lead_in is None or item.lead_in < item.position)
        hold("header before", item.header is None or (item.header < item.position and cuts[item.header].kind == "row"))
        hold("continues on a later page", item.continues is None or cuts[item.continues].page > item.page)


def _alphabet() -> list[str]:
    """Return characters of every category, and every script's digits."""
    chosen: dict[str, list[str]] = {}
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category not in ("Cs", "Cn", "Co"):
            chosen.setdefault(category, []).append(chr(code))
    return ["".join(signs) for signs in chosen.values()]


WORDS = (
    "The", "site", "power", "of", "between", "and", "at", "least", "MW", "kW", "EUR", "€", "$", "million",
    "billion", "bn", "m", "%", "per", "rack", "20", "1.5", "2,000", "7 000", "1,234,567.89", "2030",
    "FY2023/24", "2019-20", "12 March 2026", "zwanzig", "Millionen", "vingt-cinq", "pour cent", "doscientos",
    "half", "one", "two and a half", "once", "three", "hundred", "e.g.", "Art.", "5", "z. B.", "Abs.", "U.S.",
    "n°", "No.", "Fig. 3", "(a)", "a)", "1.", "•", "–", "-", "|", ":", ";", ",", ".", "!", "?", "…", "«", "»",
    "“", "”", "„", '"', "'", "(", ")", "[1]", "[", "]", "電力", "は", "20MW", "です。", "三千", "２０", "億",
    "兆円", "約",
    "割", "冷却。", "、", "！", "「", "」", "٢٠٣٠", "۲۰", "२०", "²", "½", "Ⅳ", "①", "1e400", "0x1F", "-0", "+5", "±3",
    "10^6", "10⁶", "×", "1/3", "\u00a0", "\u202f", "\u2028", "\u0085", "\u200b", "\u00ad", "\u0301", "\u202e",
    "שלום", "مرحبا", "e\u0301", "\ufffd", "\ufeff", "🏳️\u200d🌈", "ﬁ", "İ", "ß", "ǅ",
)  # fmt: skip


class Texts:
    """Text of any script and kind, from single characters to words that look like figures and sentences."""

    def __init__(self) -> None:
        self._signs = _alphabet()

    def close(self) -> None:
        """There is nothing to remove."""

    def make(self, chance: random.Random) -> bytes:
        """Return a text in UTF-8."""
        parts: list[str] = []
        glue = chance.choice((" ", " ", "", "\n", "mixed"))
        for _ in range(chance.choice((1, 3, 10, 40, 150))):
            kind = chance.random()
            if kind < 0.75:
                part = chance.choice(WORDS)
            elif kind < 0.9:
                part = "".join(chance.choice(chance.choice(self._signs)) for _ in range(chance.choice((1, 1, 3, 12))))
            elif kind < 0.97:
                part = str(chance.randrange(10 ** chance.choice((1, 3, 6, 12, 40))))
            else:
                part = chance.choice(WORDS) * chance.choice((3, 40, 400)) if chance.random() < 0.5 else "7" * 5000
            parts += [part, chance.choice((" ", " ", "\n", "\n\n", "\t", "", " | ")) if glue == "mixed" else glue]
        return "".join(parts)[:20_000].encode()


class Segmenter(Texts):
    """Pages with blocks as the reader of plain text finds them, or of any kind and place."""

    def make(self, chance: random.Random) -> bytes:
        """Return a language, a seed for the blocks, and a text."""
        return f"{chance.choice(LANGUAGES)} {chance.randrange(10**6)}\n".encode() + super().make(chance)

    def check(self, data: bytes) -> str:
        """Cut it, and hold the segments to what is promised."""
        head, _, body = data.decode("utf-8", "replace").partition("\n")
        language, _, seed = head.partition(" ")
        chance = random.Random(seed)
        pages: list[Page] = []
        for text in body.split("\n\n\n") if chance.random() < 0.5 else [body]:
            blocks = Flow().blocks(split(text)) if chance.random() < 0.6 else _blocks(text, chance)
            kind = chance.choice(("page", "page", "section", "slide"))
            state = "read" if chance.random() < 0.9 else "garbled"
            pages.append(Page(kind, len(pages) + 1, f"p. {len(pages) + 1}", text, tuple(blocks), state=state))
        cuts = cut(pages, None if language == "None" else language)
        assert_segments(pages, cuts)
        kinds, has_lead = {item.kind for item in cuts}, any(item.lead_in is not None for item in cuts)
        return f"{min(len(cuts), 5)} segments, {len(kinds)} kinds, lead-in {has_lead}"


def _blocks(text: str, chance: random.Random) -> list[Block]:
    """Cut a text into blocks without white space around them, as readers do."""
    found: list[Block] = []
    for match in re.finditer(r"\S(?:[^\n]*\S)?" if chance.random() < 0.5 else r"\S(?s:.{0,700}\S)?", text):
        start, end = match.span()
        said = text[start:end]
        end = start + len(said.rstrip())
        start += len(said) - len(said.lstrip())
        kind = chance.choice(KINDS)
        rows = [at for at, block in enumerate(found) if block.kind == "row"]
        if start < end:
            found.append(Block(start, end, kind, chance.randrange(4), rows[-1] if kind == "row" and rows else None))
    return found


class Figures(Texts):
    """Texts in which figures are looked for."""

    def check(self, data: bytes) -> str:
        """Find the figures, and hold each to its place."""
        text = data.decode("utf-8", "replace")
        found = figures(text)
        for figure in found:
            hold(f"in the text: {figure}", 0 <= figure.start < figure.end <= len(text))
            hold(f"as written: {figure}", figure.text == text[figure.start : figure.end].strip() and figure.text)
            hold(f"a value: {figure}", figure.value.is_finite() and hash(figure.key))
        for one, other in pairwise(found):
            hold(f"apart: {one} {other}", one.end <= other.start)
        said = qualifiers([text])
        hold("comparable with itself", comparable(said, said))
        hold("the same again", figures(text) == found)
        return f"{min(len(found), 5)} figures of {'/'.join(sorted({figure.unit for figure in found})[:3])}"
