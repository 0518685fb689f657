"""What the free check catches of the planted errors stays out of every answer, though the model stands by it."""

import coscribe
import pytest
from coscribe.core.types import Scope
from doubles.desk import Author, draft
from planted_claims import SPLITS, Planted, own

CASES = [case for split in SPLITS for case in own(split)]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A library with a report for each case: its evidence, a paragraph a sentence."""
    folder = tmp_path_factory.mktemp("planted")
    for number, case in enumerate(CASES):
        text = "\n\n".join((f"# Sheet {number}", *case.evidence))
        (folder / f"sheet-{number}.md").write_text(text, encoding="utf-8")
    made = coscribe.Library(folder / "library", embedder="none")
    made.ingest([folder])
    return made


async def answered(case: Planted, claim: str, library, endpoint, assistant) -> str:
    """The answer of a model that drafts the claim from all that is shown, and confirms whatever it is asked about."""
    endpoint.reply = Author(
        lambda asked: draft(([line.number for line in asked.lines if not line.text.startswith("Sheet")], claim))
    )
    asking = assistant(library, endpoint.url, rounds=0)
    scope = Scope(reports=(f"sheet-{CASES.index(case)}.md",))
    return (await asking.ask(" ".join(case.evidence), scope=scope)).answer


async def test_what_is_caught_stays_out_of_the_answer(library, endpoint, assistant):
    shown = []
    for case in CASES:
        caught = coscribe.support(case.unsupported, case.evidence).verdict == "unsupported"
        text = await answered(case, case.unsupported, library, endpoint, assistant)
        shown += [case.id] if caught and case.unsupported in text else []
    assert shown == []


async def test_what_is_right_is_shown(library, endpoint, assistant):
    missing = []
    for case in CASES:
        text = await answered(case, case.supported, library, endpoint, assistant)
        missing += [] if case.supported in text else [case.id]
    assert len(missing) <= 0.2 * len(CASES), missing
