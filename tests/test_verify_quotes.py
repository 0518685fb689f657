"""Whatever single letter of a quote is exchanged, `verify` finds it; what only looks different it lets pass."""

import contextlib
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from coscribe.core.shapes import Answer
from coscribe.tools.verify.finding import Findings, Verification
from coscribe.tools.verify.held import Held
from coscribe.tools.verify.saved import NotOurs, item_of
from coscribe.tools.verify.verify import check
from doubles.desk import Shelf
from doubles.saved import Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent import bare

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FILES = ("answer.json", "drafted.json", "note.json")
examples = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
Judge = Callable[[Any], Verification]


@pytest.fixture
def judged(shelf: Shelf) -> Judge:
    """Checks a JSON value against the samples, without a ledger."""
    places = Held(shelf.library.catalogue)

    def judge(data: Any) -> Verification:
        findings = Findings()
        check(item_of(data, ""), places, None, findings)
        return findings.verification("", "")

    return judge


def quotes(data: Any) -> list[Any]:
    sections = data.get("sections") or [data]
    return [citation for section in sections for claim in section["claims"] for citation in claim["citations"]]


@examples
@given(data=st.data())
def test_an_exchanged_letter_of_a_quote_is_found(saved: Desk, judged: Judge, data: st.DataObject) -> None:
    made = saved.load(data.draw(st.sampled_from(FILES)))
    cited = data.draw(st.sampled_from(quotes(made)))
    quote = cited["quote"]
    at = data.draw(st.sampled_from([at for at, letter in enumerate(quote) if letter.isalnum()]))
    new = data.draw(st.sampled_from(LETTERS).filter(lambda letter: letter != unicodedata.normalize("NFKC", quote[at])))
    cited["quote"] = quote[:at] + new + quote[at + 1 :]
    assert any(problem.kind == "quote" for problem in judged(made).problems), cited["quote"]


@examples
@given(data=st.data())
def test_an_exchanged_letter_of_a_quoting_claim_is_found(saved: Desk, judged: Judge, data: st.DataObject) -> None:
    made = saved.load("answer.json")
    claim = data.draw(st.sampled_from([claim for claim in made["claims"] if claim["kind"] == "stated"]))
    text = claim["text"]
    at = data.draw(st.sampled_from([at for at, letter in enumerate(text) if letter.isalnum()]))
    new = data.draw(st.sampled_from(LETTERS).filter(lambda letter: letter != unicodedata.normalize("NFKC", text[at])))
    claim["text"] = text[:at] + new + text[at + 1 :]
    assert judged(made).problems, claim["text"]


@examples
@given(data=st.data())
def test_white_space_hyphens_and_forms_of_a_letter_are_no_change(
    saved: Desk, judged: Judge, data: st.DataObject
) -> None:
    made = saved.load(data.draw(st.sampled_from(FILES)))
    cited = data.draw(st.sampled_from(quotes(made)))
    quote = cited["quote"]
    at = data.draw(st.integers(0, len(quote)))
    drawn = data.draw(st.sampled_from([" ", "\n", "\u00ad", "-", "\u2011", "\u200b", "\x07", "wide"]))
    wide = {letter: chr(ord(letter) + 0xFEE0) for letter in LETTERS}
    if drawn == "wide":
        cited["quote"] = quote[:at] + wide.get(quote[at : at + 1], quote[at : at + 1]) + quote[at + 1 :]
    else:
        cited["quote"] = quote[:at] + drawn + quote[at:]
    assert bare(cited["quote"]) == bare(quote)
    # A blank within a number makes it another number, but no other words.
    assert not [problem for problem in judged(made).problems if problem.kind == "quote"]


@examples
@given(data=st.data())
def test_no_damage_is_a_crash(saved: Desk, judged: Judge, data: st.DataObject) -> None:
    """A value of another kind, anywhere, is a problem or makes the file no answer of ours; it is never a traceback."""
    made = saved.load("answer.json")
    holder: Any = made
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(holder[key], dict | list) and holder[key] and data.draw(st.booleans()):
            holder = holder[key]
            continue
        break
    holder[key] = data.draw(st.sampled_from([None, "", "x", "“", "[1]", -1, 10**30, 1.5, [], {}, [[]], {"a": 1}, True]))
    with contextlib.suppress(NotOurs):
        judged(json.loads(json.dumps(made)))


@pytest.mark.parametrize(
    "change", [{"end": 10**30}, {"start": -(10**30)}, {"passage": "\ud800"}, {"report": "\ud800", "quote": "\udfff"}]
)
def test_what_no_file_should_hold_is_a_problem(saved: Desk, change: dict[str, Any], tmp_path: Path) -> None:
    problems = saved.tampered(tmp_path, "answer.json", lambda data: quotes(data)[0].update(change))
    assert problems
    (tmp_path / "lines.jsonl").write_text(json.dumps(saved.load("answer.json")).replace("MW", "\\uD83D"), "utf-8")
    assert saved.problems(tmp_path / "lines.jsonl")


def test_every_answer_of_a_batch_holds_by_itself(saved: Desk, tmp_path: Path) -> None:
    for line in saved.lines("out.jsonl"):
        answer = {key: value for key, value in line.items() if key not in ("id", "row", "each")}
        (tmp_path / "one.json").write_text(json.dumps(answer), encoding="utf-8")
        assert Answer.model_validate(answer)
        assert saved.problems(tmp_path / "one.json") == []
