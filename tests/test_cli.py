"""Commands as scripts see them: help, JSON alone on stdout in the promised shapes, and plain text in a pipe."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import coscribe
import pytest
from coscribe.cli import cli
from coscribe.core.document import Document
from coscribe.tools.publish.markdown import markdown
from doubles.command_line import PROGRAM, Done, copy_samples, run, start

QUESTION = "How much power may a post-exascale site draw?"
TEXT, NUMBER, MAYBE, REAL = str, int, (str, type(None)), (int, float)
LOCATOR = {"kind": TEXT, "page": (int, type(None)), "label": TEXT, "path": [TEXT], "paragraph": (int, type(None))}
CITATION = {
    "number": NUMBER, "passage": TEXT, "report": TEXT, "file": TEXT, "title": TEXT, "organisation": MAYBE,
    "date": MAYBE, "status": TEXT, "locator": LOCATOR, "quote": TEXT, "start": NUMBER, "end": NUMBER,
}  # fmt: skip
CLAIM = {"text": TEXT, "kind": TEXT, "verdict": TEXT, "reason": MAYBE, "citations": [CITATION]}
COST = {
    "usd": MAYBE, "priced": bool, "calls": NUMBER, "input_tokens": NUMBER, "cached_tokens": NUMBER,
    "output_tokens": NUMBER, "seconds": REAL,
}  # fmt: skip
COVERAGE = {
    "reports_searched": NUMBER, "reports_with_hits": NUMBER, "queries": [TEXT],
    "unreadable": [{"file": TEXT, "pages": [NUMBER]}], "withheld": [TEXT], "languages_uncovered": [TEXT],
}  # fmt: skip
ANSWER = {
    "question": TEXT, "status": TEXT, "mode": TEXT, "degraded": MAYBE, "answer": TEXT, "claims": [CLAIM],
    "evidence": [{"passage": TEXT, "report": TEXT, "file": TEXT, "locator": LOCATOR, "score": REAL}],
    "coverage": COVERAGE, "confidence": REAL, "cost": COST, "error": (dict, type(None)),
}  # fmt: skip
NOTE = {
    "title": TEXT, "template": TEXT, "mode": TEXT, "sections": [{"heading": TEXT, "text": TEXT, "claims": [CLAIM]}],
    "sources": [{"number": NUMBER, "report": TEXT, "title": TEXT, "organisation": MAYBE, "date": MAYBE}],
    "silent": [TEXT], "words": NUMBER, "files": [TEXT], "cost": COST,
}  # fmt: skip
COST_ROW = {
    "key": TEXT, "calls": NUMBER, "input_tokens": NUMBER, "cached_tokens": NUMBER, "output_tokens": NUMBER,
    "usd": MAYBE, "unpriced_calls": NUMBER, "wh_min": (*REAL, type(None)), "wh_max": (*REAL, type(None)),
}  # fmt: skip
REPORT = {
    "report": TEXT, "file": TEXT, "title": TEXT, "organisation": MAYBE, "region": MAYBE, "date": MAYBE, "kind": TEXT,
    "status": TEXT, "superseded_by": MAYBE, "language": MAYBE, "confidentiality": TEXT, "pages": (int, type(None)),
    "passages": NUMBER,
}  # fmt: skip
FILE = {
    "report": MAYBE, "file": TEXT, "state": TEXT, "reason": MAYBE, "pages": (int, type(None)),
    "pages_without_text": [NUMBER], "passages": NUMBER,
}  # fmt: skip
HIT = {"passage": TEXT, "report": TEXT, "file": TEXT, "title": TEXT, "locator": LOCATOR, "text": TEXT, "score": REAL}
SHAPES: list[tuple[list[str], Any]] = [
    (["reports", "--json"], {"reports": [REPORT], "generation": NUMBER}),
    (["reports", "list", "--json"], {"reports": [REPORT], "generation": NUMBER}),
    (["reports", "show", "japan-talk-2026.pptx", "--json"], REPORT),
    (["search", "energy of cooling", "--json"], {"query": TEXT, "passages": [HIT], "seconds": REAL}),
    (["ask", QUESTION, "--json"], ANSWER),
    (["ask", "Who plans neuromorphic chips?", "--json"], ANSWER),
    (["note", "energy of inference", "--json"], NOTE),
    (["cost", "--json"], {"rows": [COST_ROW], "total": COST_ROW, "currency": TEXT, "zone": TEXT}),
    (["doctor", "--json"], {"checks": [{"name": TEXT, "state": TEXT, "detail": TEXT, "next": MAYBE}]}),
    (["doctor", "--privacy", "--json"], {"checks": [{"name": TEXT, "state": TEXT, "detail": TEXT, "next": MAYBE}]}),
]


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(cli.commands.items()):
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", inner) for below, inner in sorted(command.commands.items()))


COMMANDS = dict(commands())


def differences(value: Any, shape: Any, where: str = "") -> list[str]:
    """Say where a JSON value lacks a promised key or has another type; further keys are allowed."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        lacking = [f"{where}.{key} is missing" for key in shape if key not in value]
        inner = [differences(value[key], below, f"{where}.{key}") for key, below in shape.items() if key in value]
        return lacking + [problem for found in inner for problem in found]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [problem for item in value for problem in differences(item, shape[0], f"{where}[]")]
    wrong = not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool)
    return [f"{where} is {value!r}"] if wrong else []


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("command-line")
    coscribe.Library(place / "library", embedder="none").ingest([copy_samples(place / "reports")])
    return place / "library"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("COSCRIBE_LIBRARY", str(library))
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_screen_and_gives_an_example_that_parses(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "102")
    done = run(*name.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") <= 40
    example = re.search(r"Example:\s+(coscribe .*)", done.out)
    assert example, done.out
    arguments = shlex.split(example[1].partition(" > ")[0])[1:]
    said = arguments[: len(name.split())]
    assert said == name.split() or name == "add"
    COMMANDS[name].make_context(name, arguments[len(said) :])


def test_help_lists_every_command_and_where_to_begin() -> None:
    done = run("--help")
    assert done.code == 0
    shown = {name for name, command in COMMANDS.items() if " " not in name and not command.hidden}
    assert shown == set(re.findall(r"^  ([a-z]+)  ", done.out, re.MULTILINE))
    assert "coscribe demo" in done.out
    assert run("-h").out == done.out
    assert run("--version").out.startswith("coscribe, version ")


def test_nothing_said_is_answered_with_the_help() -> None:
    done = run()
    assert (done.code, done.out) == (2, "")
    assert done.err == run("--help").out


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = start("reports", "list", "--json", cwd=tmp_path)
    assert done.code == 0
    inside = run("reports", "list", "--json")
    assert (done.json, done.err) == (inside.json, inside.err)


@pytest.mark.parametrize(("arguments", "shape"), SHAPES, ids=[" ".join(arguments) for arguments, _ in SHAPES])
def test_json_has_the_promised_shape_and_stdout_to_itself(arguments: list[str], shape: Any) -> None:
    done = run(*arguments)
    assert done.code == 0, done.err
    assert not differences(done.json, shape)
    assert done.out.startswith("{") and done.out.endswith("}\n")


def test_json_of_verify_has_the_promised_shape() -> None:
    shape = {"checked": NUMBER, "ok": NUMBER, "problems": [{"where": TEXT, "kind": TEXT, "message": TEXT}]}
    saved = run("ask", QUESTION, "--json").out
    for words, code in (("20 MW", 0), ("21 MW", 1)):
        Path("answer.json").write_text(saved.replace("20 MW", words), encoding="utf-8")
        done = run("verify", "answer.json", "--json")
        assert (done.code, differences(done.json, shape)) == (code, [])
        assert {problem["kind"] for problem in done.json["problems"]} <= {"quote", "figure", "report", "price"}
        assert bool(done.json["problems"]) is bool(code)


def test_json_of_the_writing_commands_has_the_promised_shape(tmp_path: Path) -> None:
    reports = copy_samples(tmp_path / "reports")
    place = ("--library", tmp_path / "library", "--json")
    taken = run("ingest", reports, *place)
    assert taken.code == 1  # one sample is scanned on purpose
    assert not differences(taken.json, {"reports": [FILE], "generation": NUMBER, "seconds": REAL})
    assert {file["state"] for file in taken.json["reports"]} == {"indexed", "skipped"}
    assert run("add", reports, *place).json["generation"] > taken.json["generation"]
    removed = run("reports", "remove", "japan-talk-2026.pptx", *place)
    assert not differences(removed.json, {"report": TEXT, "file": TEXT})
    rebuilt = run("reports", "rebuild", *place)
    held = run("reports", "list", *place).json["reports"]
    assert rebuilt.json == {"passages": sum(report["passages"] for report in held)}
    assert removed.json["report"] not in {report["report"] for report in held}


def test_the_shapes_are_not_met_by_empty_lists() -> None:
    answer, note = run("ask", QUESTION, "--json").json, run("note", "energy of inference", "--json").json
    assert answer["status"] == "answered" and answer["mode"] == "evidence"
    assert all(claim["citations"] for claim in answer["claims"]) and len(answer["claims"]) >= 5
    assert len(answer["evidence"]) == 20  # the best ones that a library of this size has
    assert answer["coverage"]["unreadable"] == [{"file": "annex-scanned.pdf", "pages": [], "what": [], "places": []}]
    assert answer["cost"] == {**answer["cost"], "usd": "0", "priced": True, "calls": 0}
    assert note["sources"] and any(section["claims"] for section in note["sections"])
    claims = [claim for section in note["sections"] for claim in section["claims"]]
    cited = {citation["file"] for claim in claims for citation in claim["citations"]}
    assert "latinoamerica-hoja-de-ruta.md" in cited  # found by the Spanish words for the topic
    assert len(run("search", "energy", "-k", 3, "--json").json["passages"]) == 3


def test_a_question_may_come_from_standard_input() -> None:
    asked = run("ask", "-", "--json", stdin=f"{QUESTION}\n").json
    assert asked["question"] == QUESTION
    assert asked["claims"] == run("ask", QUESTION, "--json").json["claims"]


def test_options_of_reports_count_before_its_parts_too() -> None:
    wanted = run("reports", "list", "--region", "Japan", "--json").json
    assert [report["region"] for report in wanted["reports"]] == ["Japan"]
    assert run("reports", "--region", "Japan", "--json", "list").json == wanted
    assert run("reports", "--region", "Japan", "--json").json == wanted
    done = run("reports", "--region", "Japan", "show", "japan-talk-2026.pptx")
    assert done.code == 2
    assert "--region" in done.message


def test_a_note_is_written_whole_and_named() -> None:
    done = run("note", "energy of inference", "-o", "note.md", "--json")
    assert done.json["files"] == ["note.md"]
    text = Path("note.md").read_text(encoding="utf-8")
    assert text.startswith("# Energy of inference\n")
    assert all(section["heading"] in text for section in done.json["sections"])
    assert sorted(path.name for path in Path().iterdir()) == ["note.md", "note.md.json"]
    beside = json.loads(Path("note.md.json").read_text(encoding="utf-8"))
    document = Document.model_validate(beside["document"])
    assert beside["markdown"] == text == f"{markdown(document)}\n"
    assert {key: value for key, value in beside.items() if key not in ("document", "files")} == {
        key: value for key, value in done.json.items() if key != "files"
    }
    assert run("verify", "note.md", "--json").json["problems"] == []
    Path("note.md").write_text(text.replace(" the ", " a ", 1), encoding="utf-8")
    assert run("verify", "note.md").code == 1


def test_a_template_of_ones_own_is_used() -> None:
    Path("brief.toml").write_text(
        "name = 'brief'\ntitle = 'On {topic}'\n[[sections]]\nheading = 'Power'\nquestion = 'How much {topic}?'\n",
        encoding="utf-8",
    )
    made = run("note", "power of a site", "--template", "brief.toml", "--json").json
    assert (made["template"], made["title"]) == ("brief", "On power of a site")
    assert [section["heading"] for section in made["sections"]] == ["Power"]


def test_a_removed_report_takes_the_records_that_quote_it_along(tmp_path: Path) -> None:
    place = ("--library", tmp_path / "library")
    run("ingest", copy_samples(tmp_path / "reports"), *place)
    run("ask", "What does Japan plan for power?", "--region", "Japan", *place)
    run("ask", "What does the United States plan for power?", "--region", "US", *place)
    runs = tmp_path / "home" / "state" / "runs"
    assert len(list(runs.iterdir())) == 2
    kept = run("reports", "remove", "us-facilities-plan-2026.html", "--json", *place)
    assert (kept.code, kept.json["records"], len(list(runs.iterdir()))) == (0, 0, 2)
    gone = run("reports", "remove", "japan-talk-2026.pptx", "--purge", "--json", *place).json
    assert gone["records"] == 1
    (left,) = runs.iterdir()
    assert gone["report"] not in left.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["search", "energy"], ["reports"], ["doctor"], ["cost"]])
def test_a_pipe_gets_no_escape_bytes(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments)
    assert done.code == 0 and done.out
    assert "\x1b" not in done.out + done.err
    assert "\x1b" in run(*arguments, "--colour", "always").out


def test_home_library_and_colour_are_taken_before_the_command_too(tmp_path: Path) -> None:
    shelf, other = ("--library", tmp_path / "library"), ("--home", tmp_path / "other")
    run("ingest", copy_samples(tmp_path / "reports"), *shelf)
    assert len(run(*shelf, "reports", "list", "--json").json["reports"]) == 7
    assert len(run(*shelf, "reports", "--json").json["reports"]) == 7
    assert run(*other, *shelf, "ask", "What does Japan plan for power?").code == 0
    assert (tmp_path / "other" / "state" / "runs").is_dir()
    # The one behind the command wins.
    assert len(run("--library", tmp_path / "none", "reports", *shelf, "--json").json["reports"]) == 7
    assert "\x1b" in run("--colour", "always", *shelf, "reports").out
    assert "\x1b" not in run("--colour", "always", *shelf, "reports", "--colour", "never").out
    wrong = run("--library", tmp_path / "library", "demo")
    assert (wrong.code, wrong.message) == (2, "`demo` has no --library: see `coscribe demo --help`")


def test_a_pipe_gets_no_escape_bytes_from_the_program_either(tmp_path: Path) -> None:
    # What terminals and build servers set must not put colour into a pipe.
    done = start("ask", QUESTION, cwd=tmp_path, TERM="xterm-256color", COLORTERM="truecolor", NO_COLOR="1")
    assert done.code == 0 and "60 MW" in done.out
    assert "\x1b" not in done.out + done.err


def test_no_colour_by_setting() -> None:
    Path("coscribe.toml").write_text("colour = 'always'\n", encoding="utf-8")
    assert "\x1b" in run("reports").out
    assert "\x1b" not in run("reports", "--colour", "never").out


@pytest.mark.parametrize("unbuffered", ["", "1"])  # it is noticed at the end, or with the first line
def test_a_reader_that_leaves_is_no_failure(unbuffered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    command = [*PROGRAM, "reports", "list", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as made:
        assert made.stdout is not None and made.stderr is not None
        made.stdout.close()
        said = made.stderr.read().decode()
        code = made.wait(timeout=300)
    assert (code, said) == (0, "")


def unsafe(done: Done) -> set[str]:
    return {sign for sign in done.out + done.err if sign != "\n" and not sign.isprintable() and not sign.isspace()}


def test_what_a_report_smuggles_in_never_reaches_the_screen(tmp_path: Path) -> None:
    """Escape sequences, links, C1 controls and bidirectional overrides in every place a report has."""
    commands = "\x1b[31mred\x1b]8;;http://x\x07link\x1b]8;;\x07 \x9b2J \x9d0;t\x9c"
    evil = f"{commands} \u202egnol\u202c \u2066in\u2069 \u200b\ufeff"
    (tmp_path / "evil.md").write_text(
        f"---\ntitle: Plan {evil} for cooling 2026\norganisation: Office {evil} of plans\n---\n"
        f"# Plan {evil} for cooling 2026\n\nThe cooling {evil} of a site shall be measured {evil} from 2027.\n\n"
        f"- cooling {evil} towers shall draw 20 MW {evil} at most\n",
        encoding="utf-8",
    )
    place = ("--library", tmp_path / "evil")
    told = (
        run("ingest", tmp_path / "evil.md", *place),
        run("search", "cooling", *place),
        run("ask", "What shall be measured of the cooling of a site?", *place),
        run("note", "cooling of a site", *place),
        run("reports", *place),
        run("reports", "show", "evil.md", *place),
        run("reports", "list", "--csv", *place),
        run("reports", "list", "--organisation", "nobody", *place),
    )
    assert [done.code for done in told] == [0] * 7 + [2]
    assert "measured" in told[1].out and "“" in told[2].out
    assert not set().union(*map(unsafe, told))
    for made in (run("ask", "What shall be measured of the cooling of a site?", "--json", *place),
                 run("note", "cooling of a site", "--json", *place)):  # fmt: skip
        (tmp_path / "saved.json").write_text(made.out, encoding="utf-8")
        done = run("verify", tmp_path / "saved.json", *place)
        assert (done.code, unsafe(made), unsafe(done)) == (0, set(), set()), done.out
    found = run("search", "cooling", "--json", *place)
    assert not unsafe(found)
    assert "gnol" in found.json["passages"][0]["text"]  # what turns its direction was left out when it was read
