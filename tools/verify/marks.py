"""Whether the text and its citations belong together: no mark without a source, none unused, no sentence unmarked."""

from collections.abc import Iterable, Iterator, Sequence

from ...core.text import squash
from ...language.figures import figures
from .finding import Findings, ProblemKind
from .item import Assertion, Item, MarkedText, MarkedWords
from .wording_check import shown

_UNCOUNTED = "counts and silences, which the program found by searching every report, were not searched for again"


def check_marks(item: Item, findings: Findings) -> None:
    """Go through every text of an item, then look for sources that none of them uses."""
    derived = any(passage.claims is None for passage in item.passages)
    standing = item.cited if derived else [cited for claim in item.assertions for cited in claim.cited]
    known = {cited.number for cited in standing}
    used: set[int] = set()
    for passage in item.passages:
        for statement in passage.statements:
            used |= set(statement.numbers)
            if statement.is_by_code:
                findings.cannot_prove(_UNCOUNTED)
            kind, wrong = _judged(statement, passage, item, known)
            findings.judge(kind, passage.where, wrong)
    for number in sorted(known - used):
        findings.failed("report", item.where.rstrip(", ") or "sources", f"source [{number}] is never used in the text")


def _judged(statement: MarkedWords, passage: MarkedText, item: Item, known: set[int]) -> tuple[ProblemKind, str | None]:
    strange = [f"[{number}]" for number in statement.numbers if number not in known]
    if strange:
        return "report", f"mark {strange[0]} has no source: {shown(statement.text.strip(').*') or statement.line)}"
    if passage.claims is None:
        return "report", _unmarked(statement, item)
    return _unclaimed(statement, passage.claims)


def _unmarked(statement: MarkedWords, item: Item) -> str | None:
    """Return what is wrong with a statement of a file without claims, whose marked statements are its claims."""
    if statement.numbers or statement.is_loud or statement.text.endswith(":"):
        return None
    if item.states_nothing or statement.is_by_code or statement.in_table:
        return _unsourced_figure(statement)
    return f"this sentence has no mark: {shown(statement.text)}"


def _unclaimed(statement: MarkedWords, claims: Sequence[Assertion]) -> tuple[ProblemKind, str | None]:
    """Return what is wrong with a statement that has to be one of the claims, or part of one."""
    whole = squash(statement.line)
    if any(whole == squash(claim.text) for claim in claims if claim.kind != "stated"):
        return "report", None
    if not claims or (not statement.numbers and statement.is_by_code):
        return "report", _unsourced_figure(statement)
    fitting = [claim for claim in claims if _shares(statement, claim)]
    if all(any(piece in text for claim in fitting for text in _texts(claim)) for piece in _squashed(statement.pieces)):
        return "report", None
    if statement.in_table and not statement.numbers:
        is_told = any(squash(statement.text) in squash(claim.text) for claim in claims)
        return "report", None if is_told else _unsourced_figure(statement)
    if not statement.numbers:
        head = statement.text.rstrip(":")
        is_head = head != statement.text and any(squash(head) in squash(claim.text) for claim in claims)
        return "report", None if is_head else f"this sentence has no mark: {shown(statement.text)}"
    kind: ProblemKind = "quote" if "“" in statement.text else "figure" if figures(statement.text) else "report"
    return kind, f"the text says what none of its claims says: {shown(statement.text)}"


def _unsourced_figure(statement: MarkedWords) -> str | None:
    """Return a complaint if a sentence of ours, which has no source, gives more than a bare count or a year."""
    found = [figure.text for figure in figures(statement.text) if figure.unit not in ("", "year")]
    return f"{found[0]} has no source: {shown(statement.text)}" if found else None


def _shares(statement: MarkedWords, claim: Assertion) -> bool:
    if not statement.numbers:
        return claim.kind != "stated"
    return bool(set(statement.numbers) & {cited.number for cited in claim.cited})


def _texts(claim: Assertion) -> Iterator[str]:
    """Yield the squashed texts in which a part of a statement may stand: the claim, its quotes, its places."""
    yield squash(claim.text)
    for cited in claim.cited:
        yield squash(cited.quote)
        yield squash(cited.label)


def _squashed(texts: Iterable[str]) -> list[str]:
    """Return texts as they are compared; one alone may be empty."""
    found = list(map(squash, texts))
    return found if len(found) == 1 else [text for text in found if text]
