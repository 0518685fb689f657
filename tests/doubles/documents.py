"""Documents in a few words."""

from coscribe.core.document import Document, Inline, Mark, Paragraph, Section, Sentence, TextBlock


def mark(*numbers: int) -> Mark:
    return Mark(numbers=numbers)


def told(*parts: Inline, kind: str = "drafted", item_of: int = -1) -> Paragraph:
    """Return a paragraph of one sentence, as an item of a list where a depth is given."""
    sentence = Sentence(kind=kind, parts=parts)
    return Paragraph(sentences=(sentence,), form="plain" if item_of < 0 else "item", depth=max(0, item_of))


def document(*blocks: TextBlock, **about: object) -> Document:
    """Return a document of one section."""
    return Document(sections=(Section(blocks=blocks, **about),))
