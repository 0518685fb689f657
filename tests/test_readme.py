"""The README tells the truth: its session is what coscribe prints, its commands exist, its Python runs."""

import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from coscribe.cli import cli
from coscribe.vectorstore.index.schema import FIELDS
from coscribe.vectorstore.library import Library
from doubles.command_line import copy_samples, run

README = Path(__file__).parents[1] / "README.md"


def shell_lines() -> list[str]:
    text = README.read_text("utf-8") if README.is_file() else ""
    return [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()
            if "coscribe " in line]  # fmt: skip


pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README is not beside the tests")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample reports, and their library as the demo makes it."""
    folder = tmp_path_factory.mktemp("readme")
    Library(folder / "library").ingest([copy_samples(folder / "reports")])
    return folder


def test_the_session_is_what_is_printed(samples: Path) -> None:
    (session,) = blocks("console")
    command, _, shown = session.partition("\n")
    asked = re.fullmatch(r'\$ coscribe ask "(.*)"', command)
    assert asked is not None
    printed = run("ask", asked[1], "--library", samples / "library")
    assert printed.code == 0
    assert printed.out.strip() == shown.strip()


def test_every_command_is_named() -> None:
    named = set(re.findall(r"^\| `coscribe (\w+)", README.read_text("utf-8"), re.MULTILINE))
    assert isinstance(cli, click.Group)
    assert named == {name for name, command in cli.commands.items() if not command.hidden}


def test_the_manifest_is_one() -> None:
    (manifest,) = blocks("toml")
    (fields,) = tomllib.loads(manifest).values()
    assert set(fields) <= set(FIELDS)


async def test_the_python_runs(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (snippet,) = blocks("python")
    monkeypatch.chdir(samples)
    names: dict[str, Any] = {}
    lines = "\n".join(f"    {line}" for line in snippet.splitlines())
    exec(f"async def example():\n{lines}\n    return answer", names)
    answer = await names["example"]()
    assert answer.status == "answered" and answer.claims


@pytest.mark.parametrize("command", shell_lines())
def test_the_options_shown_exist(command: str) -> None:
    words = command.split("coscribe ", 1)[1].split()
    shown = {word for word in words if word.startswith("--")}
    assert words[0] in cli.commands
    assert shown <= set(re.findall(r"--[a-z-]+", run(words[0], "--help").out))
