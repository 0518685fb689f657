"""A checked draft on a screen: the summary on top, then what to look at first, with the words of the reports."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from ....core.shapes import Citation
from ....tools.changes.change_files import quote_line
from ....tools.check.check_page import introduction, reason_line
from ....tools.check.checked_draft import CheckedDraft, CheckedSentence
from ....tools.publish.markdown import markdown
from ...console import clean, flat
from ...sheet import Either, Line, Part, Sheet, section, step

_MOST = 20  # sentences of a label on a screen; files, JSON and pipes have all
_SHOWN = (("contradicted", "Contradicted", "✗ ", "bad"), ("partly", "Partly supported", "~ ", "warn"),
          ("not_found", "Not found", "? ", "warn"))  # fmt: skip


def check_view(made: CheckedDraft) -> Sheet:
    """Return the summary, what is contradicted, said in part or not found, and the references that lead astray.

    The plain form is all of it, as Markdown.
    """
    told = introduction(made)
    lines: list[Line] = [Line(Text(flat(told[0]), "heading")), *(Line(Text(flat(one), "meta")) for one in told[1:])]
    for label, title, sign, style in _SHOWN:
        mine = [one for one in made.sentences if one.label == label]
        lines += [Line(Text()), Line(Text(title, "heading"))] if mine else []
        lines += [line for one in mine[:_MOST] for line in _sentence(one, sign, style)]
        lines += (
            [Line(Text(f"{len(mine) - _MOST} more: write them to a file with -o", "meta"))] if len(mine) > _MOST else []
        )
    lines += _astray(made)
    plain = clean(markdown(made.document)).strip() if made.document else ""
    written: list[Part] = [step(flat(file)) for file in made.files]
    return Sheet([Either(lines, plain), *section("Written", written)])


def _sentence(one: CheckedSentence, sign: str, style: str) -> Iterator[Line]:
    yield Line(Text(f"{one.number}  {flat(one.text)}"), Text(sign, style))
    if why := reason_line(one):
        yield Line(Text(flat(why), style), indent=4)
    yield from _quotes(one.citations or one.nearest[:1], "" if one.citations else "nearest  ")


def _quotes(citations: Iterable[Citation], label: str) -> Iterator[Line]:
    for one in citations:
        if one.role == "quote":
            yield Line(Text(flat(quote_line(one)), "meta"), Text(label, "meta"), indent=4)


def _astray(made: CheckedDraft) -> Iterator[Line]:
    told = [
        (sentence.number, one)
        for sentence in made.sentences for one in sentence.references if one.standing not in ("holds", "not_checked")
    ]  # fmt: skip
    if told:
        yield Line(Text())
        yield Line(Text("References to mend", "heading"))
    for number, one in told:
        yield Line(Text(f"{flat(one.text)}: {flat(one.detail)}"), Text(f"{number}  ", "mark"))
