"""A second run of a batch: it finishes what is missing, asks nothing twice, and notices what has changed."""

from pathlib import Path

import coscribe
import pytest
from coscribe.tools.batch.journal import sole_writer
from doubles.batches import COOLING, ENERGY, POWER, BatchDesk, questions_asked
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint


@pytest.fixture
def drafting(endpoint: Endpoint) -> tuple[str, ...]:
    endpoint.reply = Author(repeat("power", "energy", "cool"))
    return ("--model", "m", "--base-url", endpoint.url, "--concurrency", "1")


def test_a_finished_file_is_left_as_it_is(desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]) -> None:
    source = desk.csv("question", POWER, '""', ENERGY)
    for output in ("out.jsonl", "out.csv", "out.xlsx"):
        assert desk.run(source, output, *drafting).code == 1
        before, calls = (desk.folder / output).read_bytes(), len(endpoint.meter.requests)
        done = desk.run(source, output, *drafting)
        assert (done.code, len(endpoint.meter.requests)) == (1, calls)
        assert (desk.folder / output).read_bytes() == before and "is as it was" in done.out
        (desk.folder / output).unlink()
        assert desk.run(source, output, *drafting).code == 1
        assert (desk.folder / output).exists() and len(endpoint.meter.requests) == calls


def test_what_the_endpoint_failed_is_asked_again_and_nothing_else(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    endpoint.statuses = [200, 500, 200]
    source = desk.csv("question", POWER, ENERGY, COOLING, '""')
    done = desk.run(source, "out.jsonl", *drafting)
    assert done.code == 4
    assert [(line["status"], line["mode"]) for line in desk.lines()][:3] == [
        ("answered", "drafted"), ("answered", "evidence"), ("answered", "drafted"),
    ]  # fmt: skip
    assert "1 × the endpoint failed" in done.out and "run the same command again" in done.out
    before, endpoint.meter.requests[:] = desk.lines(), []
    again = desk.run(source, "out.jsonl", *drafting, "--json")
    assert questions_asked(endpoint) == [ENERGY]
    assert (again.code, again.json["asked"], again.json["kept"]) == (1, 1, 2)
    after = desk.lines()
    assert after[1]["mode"] == "drafted" and [after[0], *after[2:]] == [before[0], *before[2:]]


def test_the_cap_is_that_of_the_run_and_a_higher_one_finishes_it(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...], tmp_path: Path
) -> None:
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 1\noutput = 1\n", encoding="utf-8")
    source = desk.csv("question", POWER, ENERGY, COOLING)
    endpoint.shown_input = 4000  # two such calls fit under the cap at most
    done = desk.run(source, "out.jsonl", *drafting, "--max-cost", "0.009", "--json")
    spent = (endpoint.meter.input_tokens + endpoint.meter.output_tokens) / 1_000_000
    assert done.code == 5
    assert 0 < spent <= 0.009 and 0 < len(endpoint.meter.requests) < 3
    assert done.json["failures"] == {"BudgetReached": 3 - len(endpoint.meter.requests)}
    assert desk.run(source, "out.jsonl", *drafting, "--max-cost", "1").code == 0
    assert sorted(questions_asked(endpoint)) == sorted([POWER, ENERGY, COOLING])


def test_without_a_price_a_cap_stops_the_batch_before_it_spends(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    done = desk.run(desk.csv("question", POWER), "out.jsonl", *drafting, "--max-cost", "1")
    assert done.code == 2 and "no price is known" in done.message
    assert not endpoint.meter.requests and not (desk.folder / "out.jsonl").exists()


def test_changed_rows_are_noticed_and_refresh_decides(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    assert desk.run(desk.csv("id,question", f"a,{POWER}", f"b,{ENERGY}"), "out.jsonl", *drafting).code == 0
    before, endpoint.meter.requests[:] = desk.lines(), []
    changed = desk.csv("id,question", f"a,{POWER}", f"b,{COOLING}")
    done = desk.run(changed, "out.jsonl", *drafting)
    assert done.code == 0 and not endpoint.meter.requests
    assert "1 rows have changed (the first is 'b'): --refresh changed asks them again" in " ".join(done.err.split())
    assert desk.lines() == before  # the old answer stands below the old question
    assert desk.run(changed, "out.jsonl", *drafting, "--refresh", "changed").code == 0
    assert questions_asked(endpoint) == [COOLING]
    assert [line["question"] for line in desk.lines()] == [POWER, COOLING]
    assert "changed" not in desk.run(changed, "out.jsonl", *drafting).err


def test_rows_without_ids_may_move_and_new_ones_come_in(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    assert desk.run(desk.csv("question,own", f"{POWER},x", f"{ENERGY},y"), "out.jsonl", *drafting).code == 0
    endpoint.meter.requests.clear()
    done = desk.run(desk.csv("question,own", f"{COOLING},", f"{ENERGY},z", f"{POWER},"), "out.jsonl", *drafting)
    assert (done.code, questions_asked(endpoint)) == (0, [COOLING])
    told = [(line["id"], line["question"], line["row"]["own"]) for line in desk.lines()]
    assert told == [("1", COOLING, ""), ("2", ENERGY, "z"), ("3", POWER, "")]
    assert desk.run(desk.csv("question,own", f"{POWER},"), "out.jsonl", *drafting).code == 0
    assert [line["id"] for line in desk.lines()] == ["1"] and len(endpoint.meter.requests) == 1


def test_another_library_and_another_model_are_noticed(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "one.md").write_text("# One\n\nA site may draw 3 MW of power.\n", encoding="utf-8")
    library = coscribe.Library(tmp_path / "own", embedder="none")
    library.ingest([tmp_path / "reports"])
    mine = BatchDesk(tmp_path, library.folder)
    source = mine.csv("question", "How much power may a site draw?")
    assert mine.run(source).code == 0
    done = mine.run(source, "out.jsonl", *drafting)
    assert "1 answers are of another model" in done.err and not endpoint.meter.requests
    (tmp_path / "reports" / "two.md").write_text("# Two\n\nA site may draw 4 MW of power.\n", encoding="utf-8")
    library.ingest([tmp_path / "reports"])
    done = mine.run(source)
    assert "1 answers are of an earlier library" in done.err and "is as it was" in done.out
    assert "4 MW" not in mine.lines()[0]["answer"]
    assert mine.run(source, "out.jsonl", "--refresh", "changed", "--json").json["asked"] == 1
    assert "4 MW" in mine.lines()[0]["answer"]


def test_refresh_all_asks_everything_and_keeps_what_it_cannot_better(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    source = desk.csv("question", POWER, ENERGY)
    assert desk.run(source, "out.jsonl", *drafting).code == 0
    before = desk.lines()
    endpoint.statuses = [200, 500]
    done = desk.run(source, "out.jsonl", *drafting, "--refresh", "all", "--json")
    assert (done.code, done.json["asked"], len(endpoint.meter.requests)) == (4, 2, 4)
    after = desk.lines()
    assert after[1] == before[1] and after[0]["run"] != before[0]["run"]
    assert desk.run(source, "out.jsonl", *drafting).code == 0


def test_refresh_failed_asks_what_failed_for_any_reason_and_nothing_that_went_well(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = desk.csv("question", POWER, ENERGY)
    assert desk.run(source, "out.jsonl", *drafting).code == 0
    calls = len(endpoint.meter.requests)
    assert desk.run(source, "out.jsonl", *drafting, "--refresh", "failed", "--json").json["asked"] == 0
    assert len(endpoint.meter.requests) == calls

    async def err(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of the program")

    with monkeypatch.context() as broken:
        broken.setattr("coscribe.agents.assistant.Assistant.ask", err)
        source = desk.csv("question", POWER, ENERGY, COOLING)
        assert desk.run(source, "out.jsonl", *drafting).code == 1
    assert desk.run(source, "out.jsonl", *drafting, "--json").json["asked"] == 0  # the question may be what it errs on
    assert desk.run(source, "out.jsonl", *drafting, "--refresh", "failed", "--json").json["asked"] == 1
    assert questions_asked(endpoint)[calls:] == [COOLING]


def test_a_damaged_journal_costs_only_what_is_damaged(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    source = desk.csv("question", POWER, ENERGY, COOLING)
    assert desk.run(source, "out.jsonl", *drafting).code == 0
    journal = desk.folder / "out.jsonl.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"\x00 no json\n", *lines[2:], lines[1][:100]]))
    endpoint.meter.requests.clear()
    done = desk.run(source, "out.jsonl", *drafting)
    assert done.code == 0 and "has 1 damaged lines" in done.err
    assert questions_asked(endpoint) == [ENERGY]
    assert [line["question"] for line in desk.lines()] == [POWER, ENERGY, COOLING]


def test_two_of_them_do_not_answer_into_one_file(desk: BatchDesk) -> None:
    source = desk.csv("question", POWER)
    with sole_writer(desk.folder / "out.jsonl.journal"):
        done = desk.run(source)
    assert done.code == 2 and "'out.jsonl' is in the hands of another coscribe" in done.message
    assert desk.run(source).code == 0
    seen = [path.name for path in desk.folder.glob("*out*") if not path.name.startswith(".")]  # the lock stays, hidden
    assert sorted(seen) == ["out.jsonl", "out.jsonl.journal"]
