"""What the fuzzing found, each mended, and a few inputs of every target: whatever comes in, it ends in an answer."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import coscribe
import pytest
from coscribe.core.errors import EndpointError
from coscribe.models.port import Asking
from coscribe.models.servers import Servers
from coscribe.money.ledger import Ledger
from doubles.batches import COOLING, ENERGY, POWER, BatchDesk, questions_asked
from doubles.books import Said, prompt
from doubles.command_line import run
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint

FAULTS = Path(__file__).parents[1] / "benchmarks" / "faults"
# Inputs that broke something once, by target, seed and number.
FOUND = (
    ("journal", 7, 655), ("journal", 7, 10930), ("journal", 7, 18962), ("journal", 7, 19235), ("journal", 7, 28137),
    ("replies", 7, 652), ("replies", 7, 1779),
)  # fmt: skip
SOME = {
    "readers-pdf": 12, "readers-office": 12, "readers-text": 40, "segmenter": 150, "figures": 80, "journal": 150,
    "manifest": 250, "replies": 40,
}  # fmt: skip
TEXT = "# Plan\n\nA site may draw at most 20 MW of electrical power by 2030.\n\nThe network of the site is open.\n"


@pytest.fixture(scope="module")
def fuzz():
    if not FAULTS.is_dir():
        pytest.skip("the benchmarks are not beside the tests")
    sys.path.insert(0, str(FAULTS))
    try:
        import fuzz

        yield fuzz
    finally:
        sys.path.remove(str(FAULTS))


@pytest.mark.parametrize("name", SOME)
def test_whatever_comes_in_ends_in_an_answer_or_a_line(fuzz, name):
    target, outcomes = fuzz.TARGETS[name](), Counter()
    numbers = [
        *((seed, number) for kind, seed, number in FOUND if kind == name),
        *((1, at) for at in range(SOME[name])),
    ]
    try:
        for seed, number in numbers:
            broken = fuzz.fault_of(target, fuzz.made(target, name, seed, number), outcomes)
            assert not broken, f"{name}, seed {seed}, number {number}: {broken}"
    finally:
        target.close()
    assert len(outcomes) > 2, outcomes


@pytest.fixture
def drafting(endpoint: Endpoint) -> tuple[str, ...]:
    endpoint.reply = Author(repeat("power", "energy", "cool"))
    return ("--model", "m", "--base-url", endpoint.url, "--concurrency", "1")


def test_a_flipped_bit_in_a_journal_is_no_answer(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    source = desk.csv("question", POWER, ENERGY, COOLING)
    assert desk.run(source, "out.jsonl", *drafting).code == 0
    before, journal = desk.lines(), desk.folder / "out.jsonl.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    changed = lines[0].replace(b"power", b"tower")
    assert changed != lines[0] and json.loads(changed)
    journal.write_bytes(b"".join([changed, *lines[1:3]]))
    (desk.folder / "out.jsonl").unlink()
    endpoint.meter.requests.clear()
    done = desk.run(source, "out.jsonl", *drafting)
    assert done.code == 0 and "has 1 damaged lines" in done.err
    assert questions_asked(endpoint) == [POWER]
    assert [line["answer"] for line in desk.lines()] == [line["answer"] for line in before]


def test_a_journal_of_an_earlier_version_is_read_and_foreign_lines_are_not(
    desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]
) -> None:
    source = desk.csv("question", POWER, ENERGY, COOLING)
    assert desk.run(source, "out.jsonl", *drafting).code == 0
    journal = desk.folder / "out.jsonl.journal"
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    bare = [json.dumps({name: value for name, value in line.items() if name != "sum"}) + "\n" for line in lines]
    foreign = [bare[1].replace('"id": "2"', '"id": ["2"]', 1), "[" * 20_000 + "\n", '{"event": "login"}\n']
    journal.write_text("".join([bare[0], *foreign, bare[2]]), encoding="utf-8")
    (desk.folder / "out.jsonl").unlink()
    endpoint.meter.requests.clear()
    done = desk.run(source, "out.jsonl", *drafting)
    assert done.code == 0 and "has 3 damaged lines" in done.err
    assert questions_asked(endpoint) == [ENERGY]


@pytest.mark.parametrize("content", ["a = " + "[" * 3000, "a = " + "9" * 5000, 'a = "\\ud800"'])
def test_a_manifest_without_end_is_one_line(tmp_path, content):
    (tmp_path / "plan.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "reports.toml").write_text(content, encoding="utf-8")
    done = run("ingest", tmp_path)
    assert done.code == 2 and "reports.toml" in done.message


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ("[" * 100_000, ["ok"]),
        ('{"choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": 1%s}}' % ("0" * 30), ["ok"]),
    ],
)  # fmt: skip
async def test_an_answer_that_nobody_can_read_is_booked_as_an_estimate(endpoint, connect, books, body, statuses):
    endpoint.whole_body = ("application/json", body)
    with pytest.raises(EndpointError, match=r"json|unknown form|broke off"):
        await connect(endpoint.url, max_retries=0).parse(prompt(), Said)
    (row,) = books.rows()
    assert row["estimated"] == 1 and row["input_tokens"] > 0 and row["status"] != "pending"


async def test_more_cached_tokens_than_were_sent_are_those_that_were_sent(endpoint, connect, books):
    answer = {
        "choices": [{"message": {"content": '{"text": "yes"}'}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 99}},
    }
    endpoint.whole_body = ("application/json", json.dumps(answer))
    await connect(endpoint.url).parse(prompt(), Said)
    (row,) = books.rows()
    assert (row["input_tokens"], row["cached_tokens"]) == (10, 10)


async def test_half_a_character_in_an_answer_is_none(endpoint, connect):
    answer = {"choices": [{"message": {"content": "no \ud800 json"}, "finish_reason": "stop"}], "usage": None}
    endpoint.whole_body = ("application/json", json.dumps(answer))
    with pytest.raises(EndpointError) as raised:
        await connect(endpoint.url).parse(prompt(), Said)
    assert str(raised.value).encode()
    asked_again = endpoint.meter.requests[-1]["messages"]
    assert not any("\ud800" in message["content"] for message in asked_again)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1e999"])
async def test_a_vector_of_no_numbers_is_refused(endpoint, connect, number):
    body = f'{{"data": [{{"index": 0, "embedding": [0.5, {number}]}}], "usage": {{"prompt_tokens": 1}}}}'
    endpoint.whole_body = ("application/json", body)
    with pytest.raises(EndpointError, match="unknown form"):
        await connect(endpoint.url).embed(["text"], Asking("r", "q"))


def test_where_all_passages_are_the_same_to_a_model_words_still_find_them(endpoint, monkeypatch, tmp_path):
    for name in ("one.md", "two.md"):
        (tmp_path / "reports").mkdir(exist_ok=True)
        (tmp_path / "reports" / name).write_text(TEXT.replace("Plan", name), encoding="utf-8")
    endpoint.vector = lambda text: [1.0, 0.0, 0.0]
    for name, value in (("", "endpoint"), ("_MODEL", "e"), ("_BASE_URL", endpoint.url)):
        monkeypatch.setenv(f"COSCRIBE_EMBEDDER{name}", value)
    assert run("ingest", tmp_path / "reports").code == 0
    done = run("search", "electrical power", "--json")
    assert done.code == 0 and "20 MW" in done.json["passages"][0]["text"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "reports").mkdir()
    for number in range(3):
        text = TEXT.replace("Plan", f"Plan {number}")
        (folder / "reports" / f"plan-{number}.md").write_text(text, encoding="utf-8")
    made = coscribe.Library(folder / "library", embedder="none")
    made.ingest([folder / "reports"])
    made.catalogue.close()
    return folder / "library"


@pytest.fixture
def library(whole, tmp_path) -> coscribe.Library:
    return coscribe.Library(shutil.copytree(whole, tmp_path / "library"), embedder="none")


def written(library: coscribe.Library, statement: str) -> None:
    with sqlite3.connect(library.folder / "catalogue.sqlite") as connection:
        assert connection.execute(statement).rowcount
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pages SET text = replace(text, '20 MW', '28 MW') WHERE text LIKE '%20 MW%'",
        "UPDATE pages SET path = '[\"Another plan\"]'",
        "UPDATE reports SET confidentiality = 'inuernal'",
    ],
)
def test_a_page_that_is_not_as_it_was_written_is_not_quoted(library, statement):
    written(library, statement)
    for arguments in (("search", "electrical power"), ("ask", "How much power may a site draw?")):
        done = run(*arguments, "--library", library.folder, "--embedder", "none")
        assert done.code == 3 and "is damaged" in done.message and "ingest again" in done.message


def test_a_file_of_another_program_is_no_catalogue(library, whole):
    path = library.folder / "catalogue.sqlite"
    for file in library.folder.glob(f"{path.name}*"):
        file.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (name TEXT)")
    connection.close()
    for command in (("search", "power"), ("ingest", whole.parent / "reports")):
        done = run(*command, "--library", library.folder, "--embedder", "none")
        assert done.code == 3 and "another program" in done.message and "move it away" in done.message
    path.unlink()
    assert run("ingest", whole.parent / "reports", "--library", library.folder, "--embedder", "none").code == 0


def test_what_can_be_had_again_is_when_it_is_broken(library):
    written(library, "UPDATE meta SET value = substr(value, 1, 20) WHERE key = 'profiles'")
    assert library.search("electrical power", 3)


def test_broken_declarations_are_one_line(library, whole):
    written(library, "UPDATE reports SET declared = '{'")
    done = run("ingest", whole.parent / "reports", "--library", library.folder, "--embedder", "none")
    assert done.code == 3 and "is damaged" in done.message


def test_a_library_of_an_earlier_version_has_no_sums_and_is_read(library):
    written(library, "DELETE FROM meta WHERE key LIKE 'seal/%'")
    assert library.search("electrical power", 3)


def test_a_broken_catalogue_is_one_line(library):
    path = library.folder / "catalogue.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    path.write_bytes(data)
    for arguments in (("search", "electrical power"), ("reports", "list"), ("ask", "How much power may a site draw?")):
        done = run(*arguments, "--library", library.folder)
        assert done.code == 3 and "catalogue" in done.message and "damaged" in done.message


def put(path: Path, data: bytes) -> None:
    """Put another file in the place of one that a search before may still have mapped into memory."""
    other = path.with_name(f"{path.name}.other")
    other.write_bytes(data)
    other.replace(path)


@pytest.mark.parametrize("part", ["*.term", "*.store", "*.idx", "meta.json"])
def test_a_broken_word_index_is_one_line_and_is_rebuilt(library, part):
    for path in (library.folder / "words").glob(part):
        put(path, bytes(path.stat().st_size))
    done = run("search", "electrical power", "--library", library.folder, "--embedder", "none")
    assert done.code == 3 and "word index" in done.message and "coscribe reports rebuild" in done.message
    assert run("reports", "rebuild", "--library", library.folder, "--embedder", "none").code == 0
    again = run("search", "electrical power", "--library", library.folder, "--embedder", "none", "--json")
    assert again.code == 0 and "20 MW" in again.json["passages"][0]["text"]


@pytest.mark.parametrize("part", ["*.term", "*.store", "*.idx", "*.pos"])
def test_a_flipped_bit_in_the_word_index_hides_nothing(library, part):
    (path,) = (library.folder / "words").glob(part)
    for at in range(0, path.stat().st_size - 110, 37):  # behind it stands which version of Tantivy wrote it
        data = bytearray(path.read_bytes())
        data[at] ^= 4
        put(path, data)
        done = run("search", "electrical power", "--library", library.folder, "--embedder", "none")
        assert done.code == 3 and "coscribe reports rebuild" in done.message, at
        data[at] ^= 4
        put(path, data)
    assert run("search", "electrical power", "--library", library.folder, "--embedder", "none").code == 0


@pytest.mark.parametrize("open_again", [Ledger, Servers], ids=lambda kind: kind.__name__)
def test_who_opens_a_file_twice_keeps_its_locks(tmp_path, open_again):
    """Else the next program to close it takes itself for the last one, and deletes the log that is being written."""
    path = tmp_path / "kept.sqlite"
    first = open_again(path)
    second = open_again(path)
    look = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version').fetchone(); c.close()"
    )
    subprocess.run([sys.executable, "-c", look, str(path)], check=True)
    assert path.with_name("kept.sqlite-wal").exists()
    first.close()
    second.close()


def test_a_broken_session_is_one_line_and_another_can_be_begun(library, tmp_path):
    words = ("--library", library.folder, "--embedder", "none")
    said = "How much power may a site draw?\n/quit\n"
    assert run("chat", *words, stdin=said).code == 0
    path = tmp_path / "home" / "state" / "sessions.sqlite"
    for title in (b"\xd4", b"Power"):  # no UTF-8, then text as it was
        with sqlite3.connect(path) as connection:
            assert connection.execute("UPDATE sessions SET title = CAST(? AS TEXT)", (title,)).rowcount
        connection.close()
        done = run("chat", "--continue", *words, stdin=said)
        assert done.code == (0 if title.isascii() else 3) and "Traceback" not in done.out + done.err
    with sqlite3.connect(path) as connection:
        assert connection.execute("UPDATE checkpoints SET checkpoint = x'80'").rowcount
    connection.close()
    done = run("chat", "--continue", *words, stdin=said)
    assert "Traceback" not in done.out + done.err and "is damaged" in done.out + done.err
    assert done.code == 3
    assert run("chat", *words, stdin=said).code == 0
    ledger = tmp_path / "home" / "state" / "ledger.sqlite"
    for beside in ledger.parent.glob("ledger.sqlite-*"):
        beside.unlink()
    ledger.write_bytes(b"no ledger at all, but words. " * 300)
    done = run("chat", "--continue", *words, stdin=said)
    assert done.code == 3 and "ledger" in done.err and "Traceback" not in done.out + done.err


@pytest.mark.parametrize("damage", [lambda data: data[:200], lambda data: data.replace(b'"passage"', b'"massage"')])
def test_a_session_with_a_broken_record_goes_on_without_it(library, tmp_path, damage):
    words = ("--library", library.folder, "--embedder", "none")
    said = "How much power may a site draw?\n/quit\n"
    assert run("chat", *words, stdin=said).code == 0
    for path in (tmp_path / "home" / "state" / "runs").glob("*.json"):
        path.write_bytes(damage(path.read_bytes()))
    done = run("chat", "--continue", *words, stdin=said)
    assert done.code == 0 and "20 MW" in done.out


def test_a_library_whose_catalogue_is_gone_is_filled_again(endpoint, monkeypatch, tmp_path):
    """Words and vectors of the lost catalogue go: their reports had other ids, and their vectors another length."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "plan.md").write_text(TEXT, encoding="utf-8")
    for name, value in (("", "endpoint"), ("_MODEL", "e"), ("_BASE_URL", endpoint.url)):
        monkeypatch.setenv(f"COSCRIBE_EMBEDDER{name}", value)
    assert run("ingest", reports).code == 0
    for path in (tmp_path / "home" / "library").glob("catalogue.sqlite*"):
        path.unlink()
    (reports / "plan.md").rename(reports / "renamed.md")
    assert run("ingest", reports).code == 0
    done = run("search", "electrical power", "--json")
    assert [hit["file"] for hit in done.json["passages"]][:1] == ["renamed.md"]
    library = coscribe.Library(tmp_path / "home" / "library", embedder="none")
    held = {item.id for report in library.catalogue.reports() for item in library.catalogue.indexable(report.id)}
    assert library.words().passages() == held


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(bytes(file.stat().st_size))])
def test_a_doctor_finds_vectors_that_are_gone(endpoint, monkeypatch, tmp_path, damage):
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "plan.md").write_text(TEXT, encoding="utf-8")
    for name, value in (("", "endpoint"), ("_MODEL", "e"), ("_BASE_URL", endpoint.url)):
        monkeypatch.setenv(f"COSCRIBE_EMBEDDER{name}", value)
    assert run("ingest", reports).code == 0
    assert run("doctor").code == 0
    (file,) = (tmp_path / "home" / "library" / "vectors" / "flat").iterdir()
    damage(file)
    done = run("doctor")
    assert done.code == 1 and "the vectors index lacks 1 passages" in done.out and "reports rebuild" in done.out
    assert run("reports", "rebuild").code == 0 and run("doctor").code == 0
