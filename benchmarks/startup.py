"""What a command costs before and while it works: CPU seconds of a fresh process over a small library.

Usage: `python benchmarks/startup.py [--rounds N]`. Reference, in the same rounds: an interpreter that loads click,
pydantic and rich, which every command that prints needs.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import coscribe

SAMPLES = Path(__file__).parents[1] / "examples" / "reports"
COMMANDS = (
    ["--help"],
    ["cost"],
    ["reports"],
    ["search", "power of a site"],
    ["ask", "How much power may a site draw?", "--quotes-only"],
)
REFERENCE = [sys.executable, "-P", "-c", "import click, pydantic, rich.console; pydantic.create_model('M', x=(int, 1))"]


def cpu_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Return what a process took of the processor; raises where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run the commands in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        coscribe.Library(Path(home) / "library").ingest([SAMPLES])
        # As where it is installed: what is imported was compiled before, and is not compiled anew each time.
        environment = {**os.environ, "COSCRIBE_HOME": home, "PYTHONPYCACHEPREFIX": str(Path(home) / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        calls = {"(reference)": REFERENCE} | {
            f"coscribe {command[0]}": [sys.executable, "-P", "-m", "coscribe", *command] for command in COMMANDS
        }
        for call in calls.values():
            cpu_seconds(call, environment)
        taken = {name: [] for name in calls}
        for _ in range(rounds):
            for name, call in calls.items():
                taken[name].append(cpu_seconds(call, environment))
    print(f"CPU seconds of a process, median of {rounds} rounds")
    for name, found in taken.items():
        print(f"{name:18} {median(found):.2f}")


if __name__ == "__main__":
    main()
