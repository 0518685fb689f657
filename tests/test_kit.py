"""The offline kit: the same bytes each time, what it refuses to hold, and where it refuses to be installed."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

CHECKS = Path(__file__).parents[1] / ".ci"
TIME = 1_700_000_000

pytestmark = pytest.mark.skipif(not (CHECKS / "kit.py").is_file(), reason="the tests stand apart from the checkout")


@pytest.fixture(scope="module")
def maker() -> Iterator[Any]:
    sys.path.insert(0, str(CHECKS))
    try:
        yield import_module("kit")
    finally:
        sys.path.remove(str(CHECKS))
        for name in ("kit", "sbom", "licences"):
            del sys.modules[name]


def pack(folder: Path, name: str, *lines: str, tag: str = "py3-none-any") -> Path:
    """A wheel with nothing in it but its metadata and a licence."""
    file = folder / f"{name}-1.0-{tag}.whl"
    about = "\n".join(("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, ""))
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(f"{name}-1.0.dist-info/licenses/LICENSE", f"licence of {name}")
        packed.writestr(f"{name}-1.0.dist-info/METADATA", about)
    return file


@dataclass
class Bench:
    """A lock and its wheels: `coscribe` needs `leaf`, and `tool` is for building alone."""

    root: Path
    maker: Any

    def __post_init__(self) -> None:
        self.wheels = self.root / "wheels"
        self.wheels.mkdir()
        self.ours = pack(
            self.root, "coscribe", "License-Expression: Apache-2.0", 'Requires-Dist: leaf[x]>=1; extra == ""'
        )
        self.lock = self.root / "requirements.lock"
        self.add("tool")
        self.add("leaf", "License: MIT")

    def add(self, name: str, *lines: str, tag: str = "py3-none-any") -> Path:
        for old in self.wheels.glob(f"{name}-*"):
            old.unlink()
        added = pack(self.wheels, name, *lines, tag=tag)
        hashes = {one.name.split("-")[0]: sha256(one.read_bytes()).hexdigest() for one in self.wheels.iterdir()}
        entries = [f"{one}==1.0 ; os_name != '' \\\n    --hash=sha256:{digest}" for one, digest in hashes.items()]
        self.lock.write_text("\n".join(entries) + "\n", encoding="utf-8")
        return added

    def make(self, into: str = "dist") -> Path:
        archive = self.maker.make(self.root / into, self.maker.Wheel(self.ours), self.wheels, self.lock, TIME)
        assert archive.is_file()
        return Path(archive)


@pytest.fixture
def bench(tmp_path: Path, maker: Any) -> Bench:
    return Bench(tmp_path, maker)


def test_two_runs_give_the_same_archive(bench: Bench) -> None:
    first = bench.make("one")
    os.utime(next(bench.wheels.glob("leaf-*")), (1, 1))
    second = bench.make("two")
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(second) as packed:
        assert {(entry.mtime, entry.uid, entry.uname) for entry in packed} == {(TIME, 0, "")}
    unpacked = bench.root / "unpacked"
    shutil.unpack_archive(second, unpacked, filter="data")
    (kit,) = unpacked.iterdir()
    assert os.access(kit / "install.sh", os.X_OK)
    assert sorted(one.name.split("-")[0] for one in (kit / "wheels").iterdir()) == ["coscribe", "leaf"]
    assert (kit / "licences" / "leaf-licenses_LICENSE").read_text(encoding="utf-8") == "licence of leaf"
    assert [line.split()[0] for line in (kit / "requirements.txt").read_text().splitlines()] == [
        "coscribe==1.0", "leaf==1.0",
    ]  # fmt: skip
    bill = json.loads((kit / "sbom.json").read_text(encoding="utf-8"))
    assert [one["purl"] for one in bill["components"]] == ["pkg:pypi/leaf@1.0"]
    assert {"ref": "pkg:pypi/coscribe@1.0", "dependsOn": ["pkg:pypi/leaf@1.0"]} in bill["dependencies"]
    assert not [line for file in kit.glob("*.*") for line in file.read_text().splitlines() if "@python@" in line]


def test_a_kit_holds_what_the_lock_allows_and_nothing_less(bench: Bench, maker: Any) -> None:
    leaf = bench.add("leaf", "Requires-Dist: twig; extra == 'x'")
    with pytest.raises(maker.NoKit, match=r"leaf 1.0 needs twig"):
        bench.make()
    bench.add("leaf", "License-Expression: GPL-3.0-only")
    with pytest.raises(maker.NoKit, match=r"leaf 1.0 may not be shipped: its licence is GPL-3.0-only"):
        bench.make()
    bench.add("leaf")
    leaf.write_bytes(leaf.read_bytes() + b"\0")
    with pytest.raises(maker.NoKit, match=r"leaf-1.0-py3-none-any.whl has no hash of requirements.lock"):
        bench.make()


def changed(kit: Path) -> None:
    with next((kit / "wheels").glob("leaf-*")).open("ab") as opened:
        opened.write(b"\0")


def incomplete(kit: Path) -> None:
    (kit / "licences.txt").unlink()


def untouched(kit: Path) -> None:
    """The kit is well, and something else is not."""


@pytest.mark.parametrize(
    ("damage", "tag", "machine", "refusal"),
    [
        (changed, "any", "", "wheels/leaf-1.0-py3-none-any.whl is not the file the kit was made with"),
        (incomplete, "any", "", "licences.txt is missing from the kit"),
        (untouched, "manylinux2014_pdp11", "pdp11", "this kit is for linux pdp11, and here is "),
        (untouched, f"manylinux_99_1_{platform.machine()}", "", "this kit needs glibc 99.1 or newer, and here is "),
        (untouched, "any", "", "/home holds other things"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None], tag: str, machine: str, refusal: str
) -> None:
    if "99" in tag and sys.platform != "linux":
        pytest.skip("the machine is refused first")
    bench.add("leaf", tag=f"py3-none-{tag}")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(platform, "machine", lambda: machine or platform.uname().machine)
        kit = bench.make().with_suffix("")
    damage(kit)
    folder = bench.root / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    done = install(kit, folder if "holds" in refusal else bench.root / "new", sys.executable)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("install.sh: ")
    assert refusal in done.stderr
    assert not (bench.root / "new").exists()
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]


def test_another_python_is_refused_in_one_line(bench: Bench) -> None:
    kit = bench.make().with_suffix("")
    old = bench.root / "python3.6"
    old.write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -c "import sys; sys.version_info = (3, 6, 15); $*"\n')
    old.chmod(0o755)
    done = install(kit, bench.root / "new", str(old))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"needs python {sys.version_info.major}.{sys.version_info.minor}, and {old} is not that" in done.stderr


def install(kit: Path, folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(kit / "install.sh"), str(folder)], env={**os.environ, "PYTHON": python}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
