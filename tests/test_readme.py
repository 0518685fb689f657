"""README and docs tell the truth: sessions are what coscribe prints, commands and settings exist, Python runs."""

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from coscribe.cli import cli
from coscribe.core.settings import Settings
from coscribe.vectorstore.index.schema import FIELDS
from coscribe.vectorstore.library import Library
from doubles.command_line import copy_samples, run

README = Path(__file__).parents[1] / "README.md"


def pages() -> list[Path]:
    written = README.with_name("docs").glob("*.md") if README.is_file() else ()
    return [page for page in (README, *sorted(written)) if page.is_file() and page.name != "reference.md"]


def shell_lines() -> list[str]:
    text = "\n".join(page.read_text("utf-8") for page in pages())
    lines = (line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines())
    return list(dict.fromkeys(line for line in lines if re.search(r"\bcoscribe [a-z]", line)))


pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README is not beside the tests")


def blocks(kind: str, page: Path = README) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


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


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
async def test_the_python_runs(samples: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.chdir(samples)
    names: dict[str, Any] = {}
    for snippet in blocks("python", README.parent / page):
        lines = "\n".join(f"    {line}" for line in snippet.splitlines())
        exec(f"async def example():\n{lines}\n    return locals()", names)
        names |= await names["example"]()
    assert names["answer"].status == "answered" and names["answer"].claims


@pytest.mark.parametrize("block", blocks("toml", README.parent / "docs/models.md") if README.is_file() else ())
def test_the_settings_of_each_server_are_settings(block: str) -> None:
    settings = Settings.model_validate(tomllib.loads(block))
    assert settings.endpoint("drafter")


def test_every_option_and_every_setting_is_told() -> None:
    spec = importlib.util.spec_from_file_location("reference", README.parent / "docs" / "reference.py")
    assert spec and spec.loader
    spec.loader.exec_module(page := importlib.util.module_from_spec(spec))
    assert page.PAGE.read_text("utf-8") == page.written()
    assert all(told.strip() for _, keys in page.sections() for _, told in keys)


@pytest.mark.parametrize("command", shell_lines())
def test_the_options_shown_exist(command: str) -> None:
    words = re.split(r"\bcoscribe (?=[a-z])", command, maxsplit=1)[1].split()
    shown = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert words[0] in cli.commands
    group = cli.commands[words[0]]
    below = words[1:2] if isinstance(group, click.Group) and words[1] in group.commands else []
    known = set(re.findall(r"--[a-z-]+", run(words[0], *below, "--help").out))
    assert shown <= known
