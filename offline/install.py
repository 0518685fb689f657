"""Installs coscribe into a folder of its own, from the files beside this one alone; `install.sh` finds the Python.

No network, no cache and no setting of pip on this machine has a say: what is installed is what `requirements.txt` pins.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KIT = Path(__file__).resolve().parent


class Refused(Exception):
    """In one line, why nothing was installed, and what to do next."""


def check_machine(needs: dict[str, str]) -> None:
    """Refuse a Python, system, processor, or system library that the wheels are not made for."""
    is_cpython = sys.implementation.name == "cpython"
    here = "{}.{}".format(*sys.version_info[:2])
    if here != needs["python"] or not is_cpython:
        raise Refused(
            f"this kit is for python {needs['python']}, and {sys.executable} is {sys.implementation.name} {here}: "
            f"say PYTHON=/path/to/python{needs['python']}"
        )
    if "system" not in needs:
        return
    system = "macos" if sys.platform == "darwin" else sys.platform
    if (system, platform.machine()) != (needs["system"], needs["machine"]):
        raise Refused(
            f"this kit is for {needs['system']} {needs['machine']}, and here is {system} {platform.machine()}: "
            "make one on such a machine with `make offline`"
        )
    library, version = ("macos", platform.mac_ver()[0]) if system == "macos" else platform.libc_ver()
    if library != needs["library"] or numbers(version) < numbers(needs["least"]):
        here = f"{library} {version}".strip() or "another library"
        raise Refused(f"this kit needs {needs['library']} {needs['least']} or newer, and here is {here}")


def numbers(version: str) -> list[int]:
    """Return the parts of a version, to be compared."""
    return [int(part) for part in version.split(".")[:2] if part.isdigit()]


def check_files() -> int:
    """Refuse a kit of which a file is missing or is not the one it was made with; return how many there are."""
    lines = (KIT / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for digest, _, name in (line.partition("  ") for line in lines):
        try:
            with (KIT / name).open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError:
            raise Refused(f"{name} is missing from the kit: copy it again") from None
        if found != digest:
            raise Refused(f"{name} is not the file the kit was made with: copy the kit again, and check its archive")
    return len(lines)


@contextmanager
def environment(folder: Path) -> Iterator[str]:
    """Make the virtual environment unless it is there, and yield which; what was made goes again if the rest fails."""
    if (folder / "pyvenv.cfg").is_file():
        yield "took"
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} holds other things: name a folder that is new, empty, or made by install.sh before")
    try:
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
        if made.returncode:
            said = " ".join((made.stdout + made.stderr).split())[-200:]
            raise Refused(f"{sys.executable} can make no virtual environment (Debian: install python3-venv): {said}")
        yield "made"
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def install(folder: Path) -> None:
    """Install what is pinned, and nothing else, from the wheels beside this file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    python = [str(folder / "bin" / "python"), "-I", "-m"]
    command = [
        *python, "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-cache-dir",
        "--no-compile", "--no-deps", "--require-hashes", "--find-links", str(KIT / "wheels"),
        "--requirement", str(KIT / "requirements.txt"),
    ]  # fmt: skip
    done = subprocess.run(
        command, env={**kept, "PIP_CONFIG_FILE": os.devnull}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
        raise Refused(f"pip ended with {done.returncode} in {folder}: {said}")
    # On all cores, which pip does not; what does not compile was written for other versions and is never loaded.
    subprocess.run([*python, "compileall", "-q", "-j", "0", str(folder / "lib")], capture_output=True, check=False)


def main() -> int:
    """Install, say step by step what was done, and return the exit code."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("usage: sh install.sh FOLDER    (it becomes a virtual environment of its own)", file=sys.stderr)
        return 2
    try:
        needs = json.loads((KIT / "kit.json").read_text(encoding="utf-8"))
        check_machine(needs)
        print(f"checked {check_files()} files of the kit: all are as they were made", flush=True)
        folder = Path(sys.argv[1]).absolute()
        with environment(folder) as said:
            print(f"{said} {folder} with {sys.executable}; installing", flush=True)
            install(folder)
    except (Refused, OSError) as error:
        print(f"install.sh: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("install.sh: interrupted", file=sys.stderr)
        return 130
    pinned = (KIT / "requirements.txt").read_text(encoding="utf-8").count("\n")
    print(f"installed coscribe {needs['version']} and {pinned - 1} packages, each checked by its hash")
    print(f"try: {folder / 'bin' / 'coscribe'} demo")
    return 0


if __name__ == "__main__":
    sys.exit(main())
