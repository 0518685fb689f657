"""Tells what is in the way of a release of this checkout, a line each; ends with 1 for any."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def obstacles() -> list[str]:
    """Return what does not fit: changes that are in no commit, or a change log that tells of another version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = next((line.removeprefix("## ") for line in log.splitlines() if line.startswith("## ")), "nothing")
    status = subprocess.run(["git", "-C", str(ROOT), "status", "--porcelain"], capture_output=True, check=True).stdout
    found = []
    if newest.split()[0] != project["version"]:
        found.append(f"CHANGELOG.md begins with {newest!r}, and pyproject.toml says {project['version']}")
    if status:
        found.append("there are changes that are in no commit")
    return found


if __name__ == "__main__":
    lines = obstacles()
    print("\n".join(lines), file=sys.stderr, end="\n" if lines else "")
    sys.exit(1 if lines else 0)
