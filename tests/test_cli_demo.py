"""The demo, run as a newcomer runs it: nothing there yet, whatever keys and settings lie around."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from doubles.command_line import Done, start
from doubles.endpoint import Endpoint

PARTS = r"^\((\d)\) "


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new here")  # with a blank, for the lines to copy
    (folder / "empty").mkdir()
    return folder


@pytest.fixture(scope="module")
def demo(place: Path) -> Done:
    """A home that is empty and a port where nobody may call; whoever calls is counted."""
    server = Endpoint()
    lying_around = {
        "OPENAI_API_KEY": "sk-garbage",
        "OPENAI_BASE_URL": server.url,
        "COSCRIBE_MODEL": "garbage",
        "COSCRIBE_BASE_URL": server.url,
        "COSCRIBE_MODLE": "misspelt",
    }
    homes = {"HOME": str(place), "COSCRIBE_HOME": "", "XDG_DATA_HOME": ""}
    (place / "empty" / "coscribe.toml").write_text("model = 'garbage'\n", encoding="utf-8")
    done = start("demo", cwd=place / "empty", timeout=300, **homes, **lying_around)
    (place / "empty" / "coscribe.toml").unlink()
    server.close()
    assert not server.meter.requests
    return done


def part(demo: Done, number: int) -> str:
    pieces = re.split(PARTS, demo.out, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))[str(number)]


def test_it_works_and_shows_five_parts(demo: Done) -> None:
    assert demo.code == 0, demo.err
    assert re.findall(PARTS, demo.out, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    assert "\x1b" not in demo.out + demo.err
    assert "coscribe: " not in demo.err


def test_it_says_what_was_read_and_that_nothing_left(demo: Done) -> None:
    first = part(demo, 1)
    assert "8 files: 7 read, 1 not readable (scanned)" in first
    assert "annex-scanned.pdf: no text on any page" in first
    assert "Nothing left this machine." in first


def test_it_shows_where_the_reports_disagree(demo: Done) -> None:
    second = part(demo, 2)
    (line,) = [line for line in second.splitlines() if "disagree" in line]
    disagreeing, _, other = line.partition("Not the same measure")
    assert "60 MW" in disagreeing and "20 MW" in disagreeing and "40 MW" not in disagreeing
    assert "40 MW" in other
    assert re.search(r"europe-advisory-draft\.docx · draft", second)
    assert re.search(r"france-roadmap-2024\.pdf · older edition, superseded by \S+", second)


def test_it_says_what_was_searched_in_vain(demo: Done) -> None:
    third = part(demo, 3)
    assert "found in the 1 readable report searched" in third
    assert "“neuromorphic”" in third
    assert "us-facilities-plan-2026.html" in third
    assert "[1]" not in third


def test_it_drafts_a_note_and_says_what_it_cost(demo: Done) -> None:
    fourth = part(demo, 4)
    assert fourth.count("\n## ") >= 5 and "## Sources" in fourth and "[1]" in fourth
    assert "no model has been called yet: $0" in part(demo, 5)


def test_it_ends_with_lines_that_can_be_copied(demo: Done, place: Path) -> None:
    tail = part(demo, 5).partition("Lines to copy:")[2].splitlines()
    asks, ingests, chats = [line.strip() for line in tail if re.search(r"coscribe'? \w+ \S", line)]
    assert " ask --library " in asks and " ingest your-report.pdf " in ingests and " chat " in chats
    done = subprocess.run(
        asks, shell=True, cwd=place / "empty", capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "france-roadmap-2026.pdf" in done.stdout and "quantum partition" in done.stdout
    library = shlex.split(chats)[-1]
    assert (Path(library) / "catalogue.sqlite").is_file()


def test_nothing_lies_where_it_was_started(demo: Done, place: Path) -> None:
    assert demo.code == 0
    assert list((place / "empty").iterdir()) == []
