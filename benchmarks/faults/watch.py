"""Two hundred random things happen to a folder under `ingest --watch`, which is killed meanwhile: nothing may differ.

Usage: `python benchmarks/faults/watch.py [--seeds N] [--first SEED] [--operations N] [--kills N]`. In the end the
library is compared with one that is made afresh: texts, titles, what a search finds, and whether each report leads to a
file that is there.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import coscribe
from shelf_life import Folder, Watcher, live, wait_until_equal


def differs(seed: int, operations: int, kills: int) -> list[str]:
    """Return what is wrong after one life of a folder."""
    with tempfile.TemporaryDirectory() as place:
        folder, home = Folder(Path(place) / "reports", seed), Path(place) / "home"
        watcher = Watcher(folder.path, home)
        try:
            live(folder, watcher, operations, kills)
            watched, fresh = wait_until_equal(home, folder.path, Path(place) / "fresh")
        finally:
            code = watcher.stop()
        wrong = [f"{key} differ" for key in fresh if watched[key] != fresh[key]]
        wrong += [told for _, told in watched["texts"].values() if told]
        wrong += coscribe.Library(home / "library", embedder="none").inconsistencies()
        wrong += [f"it ended with {code}"] if code != 130 else []
        wrong += ["it printed a traceback"] if "Traceback" in watcher.said else []
        print(f"seed {seed}: {len(fresh['texts'])} reports at the end, {wrong or 'as made afresh'}")
        return wrong


def main() -> None:
    """Run and print; the exit code is 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--operations", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    wrong = [
        found
        for seed in range(options.first, options.first + options.seeds)
        for found in differs(seed, options.operations, options.kills)
    ]
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
