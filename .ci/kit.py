"""Makes the offline kit of this checkout: a folder and one archive of it, that install coscribe where no network is.

The wheel is built from the source distribution, and that from a clean copy, so that no leftover of a checkout gets in.
The same commit and the same wheels give the same bytes: times are SOURCE_DATE_EPOCH, or else the time of the commit.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from functools import cached_property
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from licences import is_refused, licence
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from sbom import sbom

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "offline"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_LICENCES = ("licen", "copying", "notice", "thirdparty", "third_party")
_SUMS = "SHA256SUMS"
_LEGACY = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12", "manylinux2014": "manylinux_2_17"}


class NoKit(Exception):
    """In one line, why no kit can be made."""


def sha256(file: Path) -> str:
    """Return the digest of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


@dataclass(frozen=True)
class Wheel:
    """A wheel, and what its metadata says."""

    file: Path

    @property
    def name(self) -> str:
        """The name as locks and package URLs spell it."""
        return canonicalize_name(self.about["Name"])

    @property
    def version(self) -> str:
        """The version, as its metadata spells it."""
        return self.about["Version"]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return sha256(self.file)

    @cached_property
    def about(self) -> Message:
        """The metadata, which is written like the head of a mail."""
        with zipfile.ZipFile(self.file) as packed:
            name = next(one for one in packed.namelist() if one.partition("/")[2] == "METADATA")
            return BytesParser().parsebytes(packed.read(name))

    def requires(self, extras: frozenset[str]) -> list[Requirement]:
        """Return what it needs here, with these of its extras."""
        listed = [Requirement(line) for line in self.about.get_all("Requires-Dist") or ()]
        return [
            one for one in listed
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""})
        ]  # fmt: skip

    def licence_texts(self) -> dict[str, bytes]:
        """Return the licences and notices that lie in it, by a name that tells where."""
        with zipfile.ZipFile(self.file) as packed:
            files = [PurePosixPath(one) for one in packed.namelist() if not one.endswith("/")]
            texts = [one for one in files if "licenses" in one.parts[1:-1] or _is_licence(one)]
            return {
                "_".join(one.parts[1:] if one.parts[0].endswith(".dist-info") else one.parts): packed.read(str(one))
                for one in texts
            }


def _is_licence(file: PurePosixPath) -> bool:
    return file.name.lower().startswith(_LICENCES) and file.suffix.lower() in {"", ".txt", ".md", ".rst"}


def locked(lock: Path) -> dict[tuple[str, str], set[str]]:
    """Return the hashes that a lock allows, by name and version."""
    text = lock.read_text(encoding="utf-8")
    return {
        (canonicalize_name(name), version): set(re.findall(r"--hash=sha256:([0-9a-f]{64})", rest))
        for name, version, rest in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(.*(?:\n .*)*)", text, re.MULTILINE)
    }


def needed(ours: Wheel, folder: Path, lock: Path) -> dict[Wheel, list[Wheel]]:
    """Return coscribe and all it needs at run time, each with what it needs itself.

    Raises NoKit where the folder lacks a wheel, or holds one that the lock or the requirement does not allow.
    """
    allowed = locked(lock)
    names = {name for name, _ in allowed}
    wheels = {wheel.name: wheel for wheel in map(Wheel, sorted(folder.glob("*.whl"))) if wheel.name in names}
    asked: dict[str, frozenset[str]] = {ours.name: frozenset()}
    needs: dict[Wheel, list[Wheel]] = {}
    queue = [ours]
    while queue:
        wheel = queue.pop()
        needs[wheel] = []
        for one in wheel.requires(asked[wheel.name]):
            other = wheels.get(canonicalize_name(one.name))
            if other is None or not one.specifier.contains(other.version, prereleases=True):
                raise NoKit(f"{wheel.name} {wheel.version} needs {one}, and {folder} has no such wheel of the lock")
            if other.digest not in allowed.get((other.name, other.version), ()):
                raise NoKit(f"{other.file.name} has no hash of {lock.name}: empty {folder} and fetch again")
            needs[wheel].append(other)
            known = asked.get(other.name)
            asked[other.name] = (known or frozenset()) | one.extras
            if known != asked[other.name]:
                queue.append(other)
    return {wheel: sorted(needs[wheel], key=lambda one: one.name) for wheel in sorted(needs, key=lambda one: one.name)}


def platform_of(wheels: Iterable[Wheel]) -> dict[str, str]:
    """Return the machine that the wheels are for and the oldest library that suits all; nothing if any machine does."""
    least = (0, 0, "")
    for wheel in wheels:
        tags = {tag.platform for tag in parse_wheel_filename(wheel.file.name)[3]} - {"any"}
        found = [re.match(r"(manylinux|musllinux|macosx)_(\d+)_(\d+)_", _numbered(tag)) for tag in tags]
        if not all(found):
            raise NoKit(f"{wheel.file.name} is for a platform that install.py cannot check")
        least = max(least, min(((int(one[2]), int(one[3]), one[1]) for one in found if one), default=least))
    if not least[2]:
        return {}
    return {
        "system": "macos" if least[2] == "macosx" else "linux",
        "machine": platform.machine(),
        "library": {"manylinux": "glibc", "musllinux": "musl", "macosx": "macos"}[least[2]],
        "least": f"{least[0]}.{least[1]}",
    }


def _numbered(tag: str) -> str:
    """Return a tag of the first years of wheels in the way of today."""
    first, _, rest = tag.partition("_")
    return f"{_LEGACY[first]}_{rest}" if first in _LEGACY else tag


def clean_copy(into: Path) -> None:
    """Copy what git knows or would take, with modes and times that no checkout has a say in."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
            target.chmod(0o755 if os.access(ROOT / name, os.X_OK) else 0o644)


def epoch() -> int:
    """Return the one time that all files bear, in seconds."""
    if said := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(said)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


def built(into: Path, time: int) -> Wheel:
    """Build the source distribution and, from that, the wheel."""
    copy = into / "copy"
    clean_copy(copy)
    build = [sys.executable, "-P", "-m", "build", "--quiet", "--no-isolation", "--outdir", str(into), str(copy)]
    done = subprocess.run(
        build, capture_output=True, text=True, check=False, env={**os.environ, "SOURCE_DATE_EPOCH": str(time)}
    )
    shutil.rmtree(copy)
    if done.returncode:
        raise NoKit(f"the wheel could not be built:\n{done.stdout}{done.stderr}")
    return Wheel(next(into.glob("coscribe-*.whl")))


def write_kit(kit: Path, needs: dict[Wheel, list[Wheel]], ours: Wheel, time: int) -> None:
    """Write the folder: wheels, requirements with hashes, installer, licences, bill of materials, sums of all."""
    fits = {"name": ours.name, "version": ours.version, "python": PYTHON, **platform_of(needs)}
    (kit / "wheels").mkdir(parents=True)
    (kit / "licences").mkdir()
    table = []
    for wheel in needs:
        shutil.copyfile(wheel.file, kit / "wheels" / wheel.file.name)
        said, texts = licence(wheel.about), wheel.licence_texts()
        if is_refused(said):
            raise NoKit(f"{wheel.name} {wheel.version} may not be shipped: its licence is {said}")
        table.append(f"{wheel.name:40} {wheel.version:14} {said}{'' if texts else ' (no text in its wheel)'}\n")
        for name, text in texts.items():
            (kit / "licences" / f"{wheel.name}-{name}").write_bytes(text)
    pins = [f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.digest}\n" for wheel in needs]
    _write(kit / "licences.txt", "".join(table))
    _write(kit / "requirements.txt", "".join(pins))
    _write(kit / "sbom.json", json.dumps(sbom(needs, ours, time), indent=1) + "\n")
    _write(kit / "kit.json", json.dumps(fits, indent=1) + "\n")
    for source in sorted(SOURCES.iterdir()):
        text = source.read_text(encoding="utf-8")
        for hole, value in fits.items():
            text = text.replace(f"@{hole}@", value)
        _write(kit / source.name, text)
    files = sorted(file for file in kit.rglob("*") if file.is_file())
    _write(kit / _SUMS, "".join(f"{sha256(file)}  {file.relative_to(kit).as_posix()}\n" for file in files))


def _write(file: Path, text: str) -> None:
    """Write a text with the line ends that its sum is of."""
    file.write_text(text, encoding="utf-8", newline="\n")


def write_archive(kit: Path, time: int) -> Path:
    """Pack the folder; not compressed, for wheels are, and the bytes then hang on no version of a library."""
    archive = kit.with_name(f"{kit.name}.tar")
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as packed:
        for path in (kit, *sorted(kit.rglob("*"))):
            entry = packed.gettarinfo(path, path.relative_to(kit.parent).as_posix())
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = time
            entry.mode = 0o755 if path.is_dir() or path.suffix == ".sh" else 0o644
            if path.is_dir():
                packed.addfile(entry)
            else:
                with path.open("rb") as opened:
                    packed.addfile(entry, opened)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{sha256(archive)}  {archive.name}\n", encoding="ascii")
    return archive


def make(into: Path, ours: Wheel, wheels: Path, lock: Path, time: int) -> Path:
    """Make the kit of a built wheel in a folder and return its archive; an older one of the same name goes."""
    needs = needed(ours, wheels, lock)
    fits = platform_of(needs)
    tag = "-".join(filter(None, (f"cp{PYTHON.replace('.', '')}", fits.get("system"), fits.get("machine"))))
    kit = into / f"{ours.name}-{ours.version}-offline-{tag}"
    shutil.rmtree(kit, ignore_errors=True)
    write_kit(kit, needs, ours, time)
    return write_archive(kit, time)


def main() -> int:
    """Build and make, say what was made, and return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels", help="where wheels.py left them")
    options.add_argument("--into", type=Path, default=ROOT / "dist", help="gets both distributions, kit and archive")
    asked = options.parse_args()
    for old in (*asked.into.glob("coscribe-*.whl"), *asked.into.glob("coscribe-*.tar.gz")):
        old.unlink()
    os.umask(0o022)
    try:
        time = epoch()
        ours = built(asked.into.resolve(), time)
        archive = make(asked.into.resolve(), ours, asked.wheels, ROOT / "requirements.lock", time)
    except (NoKit, subprocess.CalledProcessError) as error:
        print(f"no kit was made: {error}", file=sys.stderr)
        return 1
    print(f"{archive.stem}/ and {archive.name} ({archive.stat().st_size / 1e6:.0f} MB) are in {asked.into}")
    print(f"sha256 {archive.with_name(archive.name + '.sha256').read_text().split()[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
