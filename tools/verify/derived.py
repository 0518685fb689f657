"""Reads marked text as the claims it makes, where the file has no claims beside it."""

from collections.abc import Sequence

from ...core.types import ClaimKind, Mode
from .item import Assertion, Cited
from .marked import statements


def derived(text: str, mode: Mode, cited: Sequence[Cited], where: str) -> list[Assertion]:
    """Return one claim for each marked statement; a strong paragraph, and a count, is one as a whole."""
    found: dict[str, Assertion] = {}
    for statement in statements(text):
        computed = statement.is_loud or statement.is_by_code
        said = statement.line if computed else statement.text
        if not statement.numbers or said in found:
            continue
        kind: ClaimKind = "inference" if statement.is_loud else "count" if statement.is_by_code else "stated"
        numbers = set(statement.numbers)
        if computed:
            numbers = {one.number for one in cited if f"[{one.number}]" in said}
        mine = tuple(one for one in cited if one.number in numbers)
        found[said] = Assertion(where, said, kind, mode, mine)
    return list(found.values())
