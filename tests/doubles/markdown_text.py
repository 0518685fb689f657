"""What a reader of Markdown sees, and that nothing in it is markup but what the writer of a document may make."""

import re
from collections.abc import Collection

from markdown_it import MarkdownIt

_MARK = re.compile(r"\[\d+\]")
_INERT = {"text", "text_special", "entity"}  # what the words of a line may be made of
_OURS = {"strong_open", "strong_close", "em_open", "em_close"}
_NEVER = {"code_block", "fence", "html_block", "hr", "blockquote_open", "ordered_list_open"}


def words(text: str) -> str:
    return "".join(text.split())


def read(text: str, *, allowed: Collection[str] = ()) -> tuple[str, list[str]]:
    """Return the words and the marks that a reader sees; fails where words of a report became markup.

    `allowed` names kinds of tokens that the text has of its own besides those of prose.
    """
    lines, marks = [], []
    for token in MarkdownIt("commonmark").enable("table").disable("text_join").parse(text):
        assert token.type not in _NEVER.difference(allowed), token
        if token.type == "inline":
            kinds = {child.type for child in token.children}
            assert kinds <= {*_INERT, *_OURS, *allowed}, (token.content, kinds)
            lines.append("".join(child.content for child in token.children))
            marks += [one for child in token.children if child.type == "text" for one in _MARK.findall(child.content)]
    return words("".join(lines)), marks
