"""Whether the text and its citations belong together: no mark without a source, none unused, no sentence unmarked."""

from .earlier import statements, unclaimed, unsourced_figure
from .finding import Findings, ProblemKind
from .item import Item, MarkedText, Statement
from .wording_check import shown

_UNCOUNTED = "counts and silences, which the program found by searching every report, were not searched for again"


def check_marks(item: Item, findings: Findings) -> None:
    """Go through every text of an item, then look for sources that none of them uses."""
    derived = any(passage.claims is None for passage in item.passages)
    standing = item.cited if derived else [cited for claim in item.assertions for cited in claim.cited]
    known = {cited.number for cited in standing}
    used: set[int] = set()
    for passage in item.passages:
        for statement in statements(passage.text):
            used |= set(statement.numbers)
            if statement.is_by_code:
                findings.cannot_prove(_UNCOUNTED)
            kind, wrong = _judged(statement, passage, item, known)
            findings.judge(kind, passage.where, wrong)
    for number in sorted(known - used):
        findings.failed("report", item.where.rstrip(", ") or "sources", f"source [{number}] is never used in the text")


def _judged(statement: Statement, passage: MarkedText, item: Item, known: set[int]) -> tuple[ProblemKind, str | None]:
    strange = [f"[{number}]" for number in statement.numbers if number not in known]
    if strange:
        return "report", f"mark {strange[0]} has no source: {shown(statement.text.strip(').*') or statement.line)}"
    if passage.claims is None:
        return "report", _unmarked(statement, item)
    return unclaimed(statement, passage.claims)


def _unmarked(statement: Statement, item: Item) -> str | None:
    """Return what is wrong with a statement of a file without claims, whose marked statements are its claims."""
    if statement.numbers or statement.is_loud or statement.text.endswith(":"):
        return None
    if item.states_nothing or statement.is_by_code or statement.in_table:
        return unsourced_figure(statement)
    return f"this sentence has no mark: {shown(statement.text)}"
