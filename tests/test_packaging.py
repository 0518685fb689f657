"""What arrives on a machine that installs coscribe."""

import subprocess
import sys
from importlib.metadata import distribution, entry_points
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_command_is_the_module() -> None:
    (command,) = entry_points(group="console_scripts", name="coscribe")
    assert command.value == "coscribe.__main__:main"


def test_the_licence_and_the_types_come_along() -> None:
    installed = distribution("coscribe")
    assert installed.metadata["License-Expression"] == "Apache-2.0"
    licence = next(file for file in installed.files or [] if file.name == "LICENSE")
    assert "Apache License" in licence.read_text(encoding="utf-8")
    assert files("coscribe").joinpath("py.typed").is_file()


@pytest.mark.parametrize("package", ["prompts", "samples"])
def test_what_is_no_code_comes_along(package: str) -> None:
    installed = {entry.name for entry in files(f"coscribe.{package}").iterdir()}
    assert installed - {"__init__.py", "__pycache__"}


def test_the_module_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "coscribe", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=True)
    assert "Usage: coscribe" in done.stdout or "Usage: python -m coscribe" in done.stdout
    assert not done.stderr


def test_the_change_log_knows_this_version() -> None:
    log = ROOT / "CHANGELOG.md"
    if not log.is_file():
        pytest.skip("the tests stand apart from the checkout")
    assert f"## {distribution('coscribe').version}" in log.read_text(encoding="utf-8")
