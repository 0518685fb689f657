"""`verify` finds whatever was altered in a saved file, and nothing in one that was left as it was."""

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import coscribe
import pytest
from coscribe.core.errors import UsageError
from coscribe.core.shapes import Answer, Claim
from coscribe.tools.evidence.framing import sentence
from doubles.command_line import run, start
from doubles.desk import Shelf
from doubles.saved import MADE, Desk

Change = Callable[[Any], object]


def first(data: Any, words: str = "20 MW") -> Any:
    """The first claim with these words, of an answer or of a note."""
    claims = data.get("claims") or [claim for section in data["sections"] for claim in section["claims"]]
    return next(claim for claim in claims if words in claim["text"])


def citation(data: Any, words: str = "20 MW") -> Any:
    return first(data, words)["citations"][0]


def requote(data: Any, old: str, new: str) -> None:
    cited = citation(data)
    cited["quote"] = cited["quote"].replace(old, new, 1)


@pytest.mark.parametrize("name", MADE)
def test_what_was_left_as_it_was_holds(saved: Desk, name: str) -> None:
    found = saved.found(name)
    assert (found["problems"], found["ok"]) == ([], found["checked"])
    kinds = {kind: count["checked"] for kind, count in found["kinds"].items()}
    assert kinds["quote"] or name == "drafted.md"  # its quotes are nowhere in the file, and it says so
    assert kinds["figure"] and kinds["report"] and sum(kinds.values()) == found["checked"]
    assert kinds["price"]  # a Markdown note has its JSON beside it


def test_it_counts_what_there_is(saved: Desk) -> None:
    answer = Answer.model_validate(saved.load("answer.json"))
    quotes = [citation for claim in answer.claims for citation in claim.citations]
    found = saved.found("answer.json")
    assert found["kinds"]["quote"]["checked"] == len(quotes) + len(answer.nearest) > 5
    assert found["kinds"]["price"]["checked"] == 1
    lines = saved.found("out.jsonl")
    assert lines["kinds"]["price"]["checked"] == 3 and lines["kinds"]["quote"]["checked"] > len(quotes)
    assert saved.found("out.csv")["kinds"] == lines["kinds"]  # by the journal beside it


TAMPERINGS: dict[str, tuple[str, str, Change, str, str]] = {
    "a word of a quote": (
        "answer.json", "20 MW", lambda data: requote(data, "most", "least"),
        "quote", "the report says “most”, not “least”",
    ),
    "a figure of a quote": (
        "answer.json", "20 MW", lambda data: requote(data, "20", "30"),
        "quote", "the report says “20”, not “30”",
    ),
    "a digit of a claim that quotes": (
        "answer.json", "20 MW", lambda data: first(data).update(text=first(data)["text"].replace("20 MW", "25 MW")),
        "quote", "is not what it cites",
    ),
    "a digit of a drafted claim": (
        "drafted.json", "MW", lambda data: first(data, "MW").update(
            text=re.sub(r"(\d)(\d) MW", r"\g<1>9 MW", first(data, "MW")["text"])
        ),
        "figure", "9 MW not in evidence",
    ),
    "a drafted claim turned round": (
        "drafted.json", "may draw", lambda data: first(data, "may draw").update(
            text=first(data, "may draw")["text"].replace("may draw", "may not draw")
        ),
        "report", "the evidence",
    ),
    "the page": (
        "answer.json", "20 MW", lambda data: citation(data)["locator"].update(page=3, label="p. 3"),
        "quote", "stands on p. 1, not on p. 3",
    ),
    "the label of the page alone": (
        "answer.json", "20 MW", lambda data: citation(data)["locator"].update(label="p. 3"),
        "quote", "stands on p. 1, not on p. 3",
    ),
    "the number of the page alone": (
        "answer.json", "20 MW", lambda data: citation(data)["locator"].update(page=3),
        "quote", "its place is not the one of p. 1",
    ),
    "the offsets": (
        "answer.json", "20 MW", lambda data: citation(data).update(start=5, end=104),
        "quote", "stands on p. 1, but not at its characters 5 to 104",
    ),
    "a mark without a source": (
        "answer.json", "20 MW", lambda data: data.update(answer=data["answer"].replace("[1]", "[1][42]", 1)),
        "report", "mark [42] has no source",
    ),
    "a mark that is gone": (
        "answer.json", "20 MW", lambda data: data.update(answer=data["answer"].replace(" [1]", "")),
        "report", "source [1] is never used",
    ),
    "a sentence without a mark": (
        "drafted.json", "MW", lambda data: data.update(
            answer=data["answer"].replace("\n\n", " Europe has decided to build it.\n\n", 1)
        ),
        "report", "this sentence has no mark: “Europe has decided to build it.”",
    ),
    "a word of the answer alone": (
        "drafted.json", "MW", lambda data: data.update(answer=data["answer"].replace("may draw", "must draw")),
        "figure", "the text says what none of its claims says",
    ),
    "the issuer in front of a quote": (
        "answer.json", "20 MW", lambda data: first(data).update(text=first(data)["text"].replace("Council", "Board")),
        "report", "introduced by 'Board'",
    ),
    "how a quote is meant": (
        "answer.json", "15 MW", lambda data: first(data, "15 MW").update(
            text=first(data, "15 MW")["text"].replace("says: ", "requires: ")
        ),
        "report", "introduced by 'requires'",
    ),
    "the page in front of a quote": (
        "answer.json", "20 MW", lambda data: first(data).update(text=first(data)["text"].replace("p. 1,", "p. 2,")),
        "report", "introduced by '2'",
    ),
    "the cost": (
        "drafted.json", "MW", lambda data: data["cost"].update(usd="0.0001"),
        "price", "it says $0.0001, the ledger $0.0",
    ),
    "a price that became known": (
        "answer.json", "20 MW", lambda data: data["cost"].update(usd=None, priced=False),
        "price", "it says that the price is unknown, the ledger $0",
    ),
    "the tokens": (
        "drafted.json", "MW", lambda data: data["cost"].update(input_tokens=7),
        "price", "it says 7 input tokens, the ledger",
    ),
    "the title of a report": (
        "answer.json", "20 MW", lambda data: citation(data).update(title="A Decision"),
        "report", "has the title 'Strategy for Post-Exascale Sites 2026' in the library, not 'A Decision'",
    ),
    "a draft made a decision": (
        "answer.json", "15 MW", lambda data: citation(data, "15 MW").update(status="adopted"),
        "report", "is draft in the library, not adopted",
    ),
    "a note's list of sources": (
        "note.json", "inference", lambda data: data["sources"][0].update(file="other.pdf"),
        "report", "the list has the file 'other.pdf'",
    ),
    "the markdown of a note": (
        "note.json", "inference", lambda data: data.update(
            markdown=f"{data['markdown']}\nEurope pays 5 billion euros."
        ),
        "report", "its markdown says what no section does: 'Europe pays 5 billion euros.'",
    ),
    "a sentence in an empty section": (
        "note.json", "inference", lambda data: next(
            section for section in data["sections"] if not section["claims"]
        ).update(text="The reports agree on 12 MW."),
        "report", "12 MW has no source",
    ),
    "a figure in an inference": (
        "answer.json", "They disagree", lambda data: first(data, "They disagree").update(
            text=first(data, "They disagree")["text"].replace("60 MW", "61 MW")
        ),
        "figure", "up to 61 MW is not in the words it is marked with",
    ),
    "marks of an inference exchanged": (
        "answer.json", "They disagree", lambda data: first(data, "They disagree").update(
            text=first(data, "They disagree")["text"].replace("[1]", "[x]").replace("[2]", "[1]").replace("[x]", "[2]")
        ),
        "figure", "is not in the words it is marked with",
    ),
    "an at most made an at least": (
        "answer.json", "They disagree", lambda data: first(data, "They disagree").update(
            text=first(data, "They disagree")["text"].replace("at most 20", "at least 20")
        ),
        "figure", "at least 20 MW is not in the words it is marked with",
    ),
}  # fmt: skip


@pytest.mark.parametrize("earlier", [False, True], ids=["", "of 0.1.0"])
@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_altered_is_found(saved: Desk, name: str, earlier: bool, tmp_path: Path) -> None:
    file, words, change, kind, message = TAMPERINGS[name]
    assert first(saved.load(file), words)
    problems = saved.tampered(tmp_path, file, lambda data: change(as_of_0_1_0(data) if earlier else data))
    assert any(found == kind and message in text for found, text in problems), problems


def as_of_0_1_0(data: Any) -> Any:
    """The same answer or note without what later versions add, changed in place."""
    for part in data.get("sections", [data]):
        for claim in part["claims"]:
            for key in ("framing", "doubts", "judged_by"):
                del claim[key]
    return data


@pytest.mark.parametrize("name", ["answer.json", "drafted.json", "note.json"])
def test_a_file_of_an_earlier_version_holds(saved: Desk, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(as_of_0_1_0(saved.load(name))), encoding="utf-8")
    found = saved.found(tmp_path / name)
    assert found["problems"] == [] and found["kinds"] == saved.found(name)["kinds"]


@pytest.mark.parametrize(("key", "value"), [
    ("issuer", "Another Board"), ("region", "Asia"), ("date", "2019"), ("status", "draft"), ("place", "p. 3"),
    ("verb", "requires"), ("also", None),
])  # fmt: skip
def test_an_altered_framing_is_found(saved: Desk, key: str, value: str | None, tmp_path: Path) -> None:
    """Alone, and with the text written anew from it."""

    def alter(data: Any) -> None:
        framing = first(data)["framing"]
        framing[key] = [{**framing, "also": []}] if value is None else value

    def rewrite(data: Any) -> None:
        alter(data)
        claim = Claim.model_validate(first(data))
        assert claim.framing is not None
        first(data)["text"] = sentence(claim.framing, claim.quotes)

    problems = saved.tampered(tmp_path, "answer.json", alter)
    assert [kind for kind, _ in problems] == ["report"] and "its framing is not that of its source" in problems[0][1]
    problems = saved.tampered(tmp_path, "answer.json", rewrite)
    assert any((kind == "report" and "introduced by" in text) or "elsewhere than" in text for kind, text in problems)


def test_a_claim_moved_to_another_report_is_found(saved: Desk, tmp_path: Path) -> None:
    def move(data: Any) -> None:
        mine, theirs = citation(data), citation(data, "60 MW")
        told = {name: theirs[name] for name in ("report", "file", "title", "organisation", "region", "date", "status")}
        mine.update(told)

    problems = saved.tampered(tmp_path, "answer.json", move)
    assert ("report", "us-facilities-plan-2026.html is cited for words of europe-strategy-2026.pdf") in problems

    def exchange(data: Any) -> None:
        mine, theirs = first(data), first(data, "60 MW")
        mine["citations"], theirs["citations"] = theirs["citations"], mine["citations"]

    problems = saved.tampered(tmp_path, "answer.json", exchange)
    assert sum(kind == "quote" and "is not what it cites" in message for kind, message in problems) == 2


def test_a_quote_elsewhere_on_its_page_is_not_taken_for_it(saved: Desk, shelf: Shelf, tmp_path: Path) -> None:
    """Words that the page has, at a place that is not the cited one."""
    told = citation(saved.load("answer.json"))
    page = shelf.library.catalogue.page_text(told["passage"])
    problems = saved.tampered(tmp_path, "answer.json", lambda data: citation(data).update(quote=page[20:80]))
    assert any(kind == "quote" and "but not at its characters" in message for kind, message in problems)


def test_dropped_claims_are_no_sources(saved: Desk, tmp_path: Path) -> None:
    """A mark that leads to a claim which was dropped leads nowhere."""

    def drop(data: Any) -> None:
        claim = copy.deepcopy(data["claims"][0])
        claim.update(verdict="unsupported", reason="not said")
        claim["citations"][0]["number"] = 77
        data["claims"].append(claim)

    assert saved.tampered(tmp_path, "answer.json", drop) == []

    def use(data: Any) -> None:
        drop(data)
        data["answer"] = data["answer"].replace("[1]", "[77]", 1)

    assert any("mark [77] has no source" in message for _, message in saved.tampered(tmp_path, "answer.json", use))


def test_without_the_ledger_the_price_stays_open(saved: Desk, tmp_path: Path) -> None:
    elsewhere = Desk(saved.folder, saved.library, tmp_path / "nowhere")
    found = elsewhere.found("drafted.json")
    assert found["problems"] == [] and found["kinds"]["price"]["checked"] == 0
    assert found["unproven"] == [
        "the ledger of this home has no record of the calls: what they cost stays unproven"
    ]  # fmt: skip
    assert not (tmp_path / "nowhere").exists()  # verifying writes nothing


def test_moved_rows_are_found_in_the_ledger(saved: Desk, tmp_path: Path) -> None:
    lines = saved.lines("drafted.jsonl")
    moved = [{**line, "id": f"other {number}"} for number, line in enumerate(lines)]
    (tmp_path / "moved.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in moved), encoding="utf-8")
    assert saved.problems(tmp_path / "moved.jsonl") == []
    moved[1]["cost"]["usd"] = "1"  # the first was answered from the cache
    (tmp_path / "moved.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in moved), encoding="utf-8")
    ((kind, message),) = saved.problems(tmp_path / "moved.jsonl")
    assert kind == "price" and message.startswith("it says $1, the ledger $0.0")


def test_a_person_sees_problems_by_kind_or_one_line(saved: Desk, tmp_path: Path) -> None:
    done = saved.verify("answer.json")
    assert done.code == 0
    assert re.fullmatch(r"✓ \S*answer\.json holds: \d+ quotes, \d+ figures, \d+ reports and marks, 1 price checked\n",
                        done.out)  # fmt: skip
    data = saved.load("answer.json")
    requote(data, "20", "30")
    data["cost"]["usd"] = "3\x1b[31m"
    (tmp_path / "answer.json").write_text(json.dumps(data), encoding="utf-8")
    done = saved.verify(tmp_path / "answer.json")
    assert done.code == 1 and "\x1b" not in done.out
    assert re.search(r"^Quotes\n✗ claim \d, \[\d\]: “A post-exascale site .*” is not in the report: ", done.out, re.M)
    assert re.search(r"^Price\n✗ cost: it says ", done.out, re.M)
    assert re.search(r"answer\.json: \d+ problems, \d+ of \d+ checks hold \(", done.out.splitlines()[-1])


async def test_the_python_door_is_the_same(saved: Desk, shelf: Shelf, tmp_path: Path) -> None:
    found = coscribe.verify(saved.folder / "drafted.json", shelf.library, home=saved.home)
    assert isinstance(found, coscribe.Verification)
    assert found.model_dump(mode="json") == saved.found("drafted.json")
    with pytest.raises(UsageError, match="there is no file"):
        coscribe.verify(tmp_path / "nothing.json", shelf.library)


def test_it_makes_no_home(saved: Desk, tmp_path: Path) -> None:
    shutil.copy(saved.folder / "answer.json", tmp_path)
    done = start("verify", "answer.json", "--library", saved.library, cwd=tmp_path, COSCRIBE_HOME=str(tmp_path / "h"))
    assert (done.code, done.err) == (0, "checking\n") and "holds" in done.out
    assert not (tmp_path / "h").exists()


def test_it_loads_nothing_that_searches_or_asks() -> None:
    heavy = "{'chromadb', 'onnxruntime', 'openai', 'langgraph'}"
    script = f"import sys, coscribe.commands.verify; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == "[]"


def test_a_library_is_needed(saved: Desk, tmp_path: Path) -> None:
    done = run("verify", saved.folder / "answer.json", "--library", tmp_path / "none")
    assert done.code == 3 and "no library at" in done.message
