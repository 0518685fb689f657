"""Whether an answer is sound, told by other means than the product's own checks: its quotes, marks and sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

from coscribe.core.shapes import Answer, Citation, Claim
from independent import bare, says

MARK = re.compile(r"(?<!\\)\[(\d+)\]")


def cited(answer: Answer) -> list[Citation]:
    """All that is cited, of every role, by dropped claims too, and what an abstaining answer shows as nearest."""
    return [*answer.nearest, *(citation for claim in answer.claims for citation in claim.citations)]


def unsaid(answer: Answer, folder: Path) -> Iterator[str]:
    """Yield the quotes that do not stand in the files where their locators say."""
    for citation in cited(answer):
        if not says(folder / citation.file, citation.locator, citation.quote):
            yield f"{citation.file}, {citation.locator.label}: {citation.quote!r}"


def sourceless(answer: Answer) -> Iterator[str]:
    """Yield the marks that no supported claim cites, and the cited numbers that no mark shows."""
    numbers = {citation.number for claim in standing(answer) for citation in claim.citations}
    marks = {int(mark) for mark in MARK.findall(answer.answer)}
    yield from (f"[{number}] has no citation" for number in sorted(marks - numbers))
    yield from (f"[{number}] is not in the text" for number in sorted(numbers - marks))


QUESTION = re.compile(r"^### [^\n]+\?\n\n(?:Nothing found\.$)?", re.MULTILINE)


def unmarked(answer: Answer) -> Iterator[str]:
    """Yield what is left of an answer once its claims are taken away, each with its marks; typed ones need none.

    A list shows its quotes instead of its claims: each of its lines has to end in a mark, but for one that leads it in.
    The questions of a question that asks several are headings, and say so where nothing was found.
    """
    if answer.status == "abstained":
        return
    rest = _plain(QUESTION.sub("", answer.answer))
    for claim in standing(answer):
        marks = "".join(f"[{number}]" for number in dict.fromkeys(citation.number for citation in claim.citations))
        rest = rest.replace(_plain(claim.text) + (marks if claim.kind == "stated" else ""), "", 1)
    lines = [line.strip() for line in answer.answer.splitlines() if re.search(r"\w", line)]
    is_list = all(line.endswith(("]", ":", "**")) for line in lines) and any(line.startswith("- “") for line in lines)
    if re.search(r"\w", rest) and not is_list:
        yield rest


def standing(answer: Answer) -> list[Claim]:
    return [claim for claim in answer.claims if claim.verdict == "supported"]


def _plain(text: str) -> str:
    return bare(text).replace("\\", "")
