"""Looks up known vulnerabilities of both locks with pip-audit, where that is installed and its service answers.

Ends with 1 for a vulnerability alone: without the tool or a network it says so in one line, and the checks go on.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
_PATIENCE = 120  # seconds for a lock
_OPTIONS = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off", "--timeout", "15")


def found(tool: str, lock: str) -> list[Any] | str:
    """Return the packages of a lock that have vulnerabilities, or in one line why nobody could say."""
    command = [tool, *_OPTIONS, "--requirement", str(ROOT / lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {_PATIENCE} s"
    except OSError as error:
        return str(error)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):  # it ends with 1 for a missing network too, and prints no JSON
        return (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:160]
    if all("skip_reason" in package for package in packages):  # a mirror that knows packages, but not what ails them
        return "the service knows none of its packages"
    return [package for package in packages if package.get("vulns")]


def main() -> int:
    """Print what was found and return the exit code."""
    tool = shutil.which("pip-audit", path=str(Path(sys.executable).parent)) or shutil.which("pip-audit")
    if tool is None:
        print("pip-audit is not installed: known vulnerabilities were not looked up")
        return 0
    vulnerable = False
    for lock in LOCKS:
        packages = found(tool, lock)
        if isinstance(packages, str):
            print(f"known vulnerabilities of {lock} were not looked up: {packages}")
            continue
        print(f"{lock}: {len(packages)} packages with known vulnerabilities")
        for package in packages:
            vulnerable = True
            print(f"  {package['name']} {package['version']}: {', '.join(one['id'] for one in package['vulns'])}")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
