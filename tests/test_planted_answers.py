"""Planted errors before a reader who errs: what code noticed of them reaches it, and little of them the answer."""

import zlib

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


ERRS_IN = 10  # claims, of which the reader is wrong about one


class Reader(Author):
    """Drafts a claim from all that is shown, judges it rightly but for one in ten, and keeps what it was asked."""

    def __init__(self, claim: str, *, right: bool) -> None:
        super().__init__(
            lambda asked: draft(([one.number for one in asked.lines if not one.text.startswith("Sheet")], claim)),
            judge=lambda said, _: right != (zlib.crc32(said.encode()) % ERRS_IN == 0),
        )
        self.prompts: list[str] = []

    def __call__(self, request):
        self.prompts.append(request["messages"][1]["content"])
        return super().__call__(request)


async def answered(case: Planted, reader: Reader, library, endpoint, assistant) -> coscribe.Answer:
    endpoint.reply = reader
    asking = assistant(library, endpoint.url, rounds=0)
    scope = Scope(reports=(f"sheet-{CASES.index(case)}.md",))
    return await asking.ask(" ".join(case.evidence), scope=scope)


async def test_errors_stay_out_of_the_answer_and_doubts_reach_the_reader(library, endpoint, assistant):
    shown, silent = [], []
    for case in CASES:
        reader = Reader(case.unsupported, right=False)
        answer = await answered(case, reader, library, endpoint, assistant)
        noticed = {one.kind for one in coscribe.support(case.unsupported, case.evidence).doubts} - {"unchecked"}
        shown += [case.id] if noticed and case.unsupported in answer.answer else []
        refused = not reader.judged  # code proved it wrong
        silent += [case.id] if noticed and not refused and "\nAsked: " not in reader.prompts[-1] else []
    assert len(shown) <= 0.1 * len(CASES), shown
    assert silent == []


async def test_what_is_right_is_shown_or_quoted(library, endpoint, assistant):
    missing = []
    for case in CASES:
        answer = await answered(case, Reader(case.supported, right=True), library, endpoint, assistant)
        quoted = {
            citation.quote for claim in answer.claims if claim.verdict == "supported" for citation in claim.quotes
        }
        missing += [] if case.supported in answer.answer or quoted else [case.id]
        assert not any(claim.judged_by == "code" and claim.verdict == "unsupported" for claim in answer.claims), case.id
    assert len(missing) <= 0.02 * len(CASES), missing
