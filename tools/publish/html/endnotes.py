"""The notes at the end of a page: what a sentence rests on, where it stands, and how that looks."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping

from ....core.document import Proof, SourceEntry
from ....vectorstore.reading.facsimile.facsimile import Facsimile, PagePicture, WordBox
from ...document.phrases import Phrases
from .markup import element, line, shown
from .prose import described
from .published_page import EXHIBIT, exhibit_sum
from .sentence_notes import SentenceNote

Pictures = Callable[[Proof], Facsimile | None]
_ROOM = 90  # thousandths of the page's height above and below the words
_LEAST = 240  # thousandths that are shown at least


class Endnotes:
    """Writes notes; each picture of a page is written once, whatever number of notes show it."""

    def __init__(self, words: Phrases, sources: Mapping[int, SourceEntry], pictures: Pictures) -> None:
        self._words = words
        self._sources = sources
        self._pictures = pictures
        self._drawn: dict[PagePicture, str] = {}

    def section(self, notes: Iterable[SentenceNote]) -> str:
        """Return all notes, "" where there are none; the pictures that they show are in the `store`."""
        told = "\n".join(map(self._note, notes))
        if not told:
            return ""
        heading = element("h2", line(self._words.told("page.notes")), id="notes")
        listed = f'{heading}\n<ol class="notes">\n{told}\n</ol>'
        return element("section", f"\n{listed}\n", role="doc-endnotes", aria_labelledby="notes")

    def _note(self, note: SentenceNote) -> str:
        label = f"{self._words.told('page.back')}, {self._words.told('page.note')} {note.number}"
        back = element(
            "a", "↑", class_="back", href=f"#mark-{note.number}", role="doc-backlink", aria_label=label, title=label
        )  # fmt: skip
        parts = []
        for number, (source, proofs) in enumerate(note.proofs.items()):
            parts.append(element("p", f"{self.origin(source)}{'' if number else back}", class_="from"))
            parts += map(self.words, proofs)
        if note.original:
            told = self._words.told("source.wording", language=self._words.tongue(note.original))
            parts.append(element("p", line(f"({told})"), class_="wording"))
        body = element("div", "\n".join(parts), class_="note")
        return element("li", body, id=f"note-{note.number}", value=note.number, tabindex=-1)

    def origin(self, source: int) -> str:
        """Return where words come from, with a link to its entry in the list, where there is one."""
        entry = self._sources.get(source)
        if entry is None:
            return f"[{source}]"
        label = f"{self._words.told('page.source')} [{source}]"
        link = element("a", f"[{source}]", href=f"#source-{source}", aria_label=label)
        return f"{link} {described(entry, self._words)}"

    def words(self, proof: Proof, *, in_place: bool = True) -> str:
        """Return words with the label of their place and, where they are to be shown `in_place`, how that looks."""
        words = element("blockquote", line(f"“{proof.words}”"), dir="auto")
        place = element("p", line(proof.place.label), class_="place") if proof.place.label.strip() else ""
        return f"{place}\n{words}\n{self._exhibit(proof) if in_place else ''}"

    def _exhibit(self, proof: Proof) -> str:
        """What the library shows of the words: no text of the document, so it bears a sum of its own."""
        facsimile = self._pictures(proof)
        if facsimile is None:
            return ""
        parts = []
        if facsimile.before.strip() or facsimile.after.strip():
            marked = f"{_lines(facsimile.before)}{element('mark', line(proof.words))}{_lines(facsimile.after)}"
            parts.append(element("p", marked.strip(), class_="around", dir="auto"))
        if facsimile.picture:
            parts.append(self._picture(facsimile.picture, facsimile.boxes, proof.place.label))
        elif facsimile.lacks:
            parts.append(element("p", line(facsimile.lacks), class_="lacks"))
        if not parts:
            return ""
        told = "\n".join([element("summary", line(self._words.told("page.in_place"))), *parts])
        return element("details", f"\n{told}\n", class_=EXHIBIT, data_sum=exhibit_sum(told))

    def _picture(self, picture: PagePicture, boxes: tuple[WordBox, ...], place: str) -> str:
        name = self._drawn.setdefault(picture, f"page-{len(self._drawn) + 1}")
        label = f"{place}, {self._words.told('page.picture') if boxes else self._words.told('page.bare_picture')}"
        whole = _drawing(picture, name, boxes, label, (0, 1000))
        if not boxes:
            return f"{whole}\n{element('p', line(label), class_='lacks')}"
        rest = f"{element('summary', line(self._words.told('page.whole_page')))}\n{whole}\n"
        return f"{_drawing(picture, name, boxes, label, _cut(boxes))}\n{element('details', rest, class_='rest')}"

    def store(self) -> str:
        """Return the pictures that were shown so far, each once: they are drawn where they are used."""
        if not self._drawn:
            return ""
        images = "\n".join(
            f'<image id="{name}" width="{one.width}" height="{one.height}" '
            f'href="data:{line(one.media_type)};base64,{base64.b64encode(one.data).decode("ascii")}"/>'
            for one, name in self._drawn.items()
        )
        return f'<svg class="store" width="0" height="0" aria-hidden="true"><defs>\n{images}\n</defs></svg>'


def _lines(text: str) -> str:
    """Return text with the ends of its lines, of which none is empty."""
    head, *rest = re.split(r"\s*\n\s*", text)
    return "".join([shown(head), *(f"<br>{shown(one)}" for one in rest)])


def _cut(boxes: tuple[WordBox, ...]) -> tuple[int, int]:
    """The upper and lower edge of what is shown of a page, in thousandths of its height."""
    top, bottom = min(box.top for box in boxes) - _ROOM, max(box.bottom for box in boxes) + _ROOM
    lack = max(0, _LEAST - (bottom - top)) // 2
    top, bottom = max(0, top - lack), min(1000, bottom + lack)
    return top, max(bottom, top + 1)


def _drawing(picture: PagePicture, name: str, boxes: tuple[WordBox, ...], label: str, part: tuple[int, int]) -> str:
    wide, high = picture.width, picture.height
    rects = "".join(
        f'<rect class="box" x="{box.left * wide / 1000:.0f}" y="{box.top * high / 1000:.0f}" '
        f'width="{(box.right - box.left) * wide / 1000:.0f}" height="{(box.bottom - box.top) * high / 1000:.0f}"/>'
        for box in boxes
    )
    top, bottom = (edge * high / 1000 for edge in part)
    drawn = (
        f'<svg viewBox="0 {top:.0f} {wide} {bottom - top:.0f}" width="{wide}" height="{bottom - top:.0f}" '
        f'aria-hidden="true"><use href="#{name}"/>{rects}</svg>'
    )
    return element("div", drawn, class_="page", role="img", tabindex=0, aria_label=label)
