"""Feeds changed and generated inputs to what reads them, and stops at nothing but the clock.

Usage: `python benchmarks/faults/fuzz.py TARGET [--seconds 600] [--seed 1] [--from 0] [--count N] [--keep FOLDER]`.
Input number n of a seed is always the same. It runs in a child, so that an input which brings the interpreter down is
found too (the product reads files in a child for that reason: it is counted, and is a fault for every other target),
as is one that takes longer than 20 seconds or 3 GB. Failing inputs are kept in FOLDER by target, seed, number.
"""

import argparse
import mmap
import os
import pickle
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parent))

import fuzz_reading
import fuzz_stores
import seeds

LONGEST = 20  # seconds an input may take
MEMORY = 3 << 30  # bytes of address space


class Target(Protocol):
    """What makes inputs, and holds what is read to what was promised; `check` returns what became of the input."""

    def make(self, chance: random.Random) -> bytes: ...
    def check(self, data: bytes) -> str: ...
    def close(self) -> None: ...


TARGETS: dict[str, Callable[[], Target]] = {
    "readers-pdf": lambda: fuzz_reading.Readers([(".pdf", data) for data in seeds.pdfs()], "pdf"),
    "readers-office": lambda: fuzz_reading.Readers(seeds.offices(), "office"),
    "readers-text": lambda: fuzz_reading.Readers(seeds.texts(), "text"),
    "segmenter": fuzz_reading.Segmenter,
    "figures": fuzz_reading.Figures,
    "journal": fuzz_stores.JournalTarget,
    "manifest": fuzz_stores.ManifestTarget,
    "replies": fuzz_stores.Replies,
}


class TooLong(BaseException):
    """An input took longer than it may; no `except Exception` may hide it."""


def made(target: Target, name: str, seed: int, number: int) -> bytes:
    """Return input `number` of a seed."""
    return target.make(random.Random(f"{name}/{seed}/{number}"))


def fault_of(target: Target, data: bytes, outcomes: Counter[str]) -> str:
    """Return what an input broke, as the end of its traceback; "" for nothing."""
    try:
        outcomes[target.check(data)] += 1
    except (Exception, TooLong):  # noqa: BLE001  # any is a finding
        return "".join(traceback.format_exc().splitlines(keepends=True)[-14:])
    return ""


@dataclass
class Run:
    """One run of a target: which inputs, for how long, and what came of them."""

    name: str
    seed: int
    until: float
    last: int
    keep: Path | None
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    died: int = 0

    def carry_out(self, number: int) -> int:
        """Run from an input on, in child after child, and return how many inputs there were."""
        first, place = number, mmap.mmap(-1, 8)
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            while number < self.last and time.monotonic() < self.until:
                place[:] = struct.pack("q", number)
                told = Path(folder) / "told"
                child = os.fork()
                if not child:
                    self._inputs(number, place, told)
                stuck = self._wait(child, place)
                if told.exists():
                    outcomes, faults = pickle.loads(told.read_bytes())
                    told.unlink()
                    self.outcomes += outcomes
                    self.faults += faults
                (number,) = struct.unpack("q", place[:])
                if stuck is not None:
                    self._died(number, stuck)
                    number += 1
        return number - first

    def _died(self, number: int, how: str) -> None:
        self.died += 1
        self.outcomes[f"brought its reader down ({how})"] += 1
        if not self.name.startswith("readers"):
            self.faults.append(f"{self.name} {self.seed} {number}: {how}")
        target = TARGETS[self.name]()
        self._kept(number, made(target, self.name, self.seed, number))

    def _wait(self, child: int, place: mmap.mmap) -> str | None:
        """Wait for a child; say how it died, if it did not end by itself."""
        seen, since = place[:], time.monotonic()
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return None if status == 0 else f"wait status {status}"
            if place[:] != seen:
                seen, since = place[:], time.monotonic()
            if time.monotonic() - since > 4 * LONGEST:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return "hung"
            time.sleep(0.05)

    def _inputs(self, number: int, place: mmap.mmap, told: Path) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, _too_long)
        warnings.simplefilter("ignore")
        target, outcomes, faults = TARGETS[self.name](), Counter[str](), []
        noted = time.monotonic()
        while number < self.last and time.monotonic() < self.until:
            place[:] = struct.pack("q", number)
            data = made(target, self.name, self.seed, number)
            signal.alarm(LONGEST)
            if fault := fault_of(target, data, outcomes):
                faults.append(f"{self.name} {self.seed} {number}:\n{fault}")
                self._kept(number, data)
            signal.alarm(0)
            number += 1
            if time.monotonic() - noted > 2:
                noted = time.monotonic()
                told.write_bytes(pickle.dumps((outcomes, faults)))
        place[:] = struct.pack("q", number)
        told.write_bytes(pickle.dumps((outcomes, faults)))
        os._exit(0)

    def _kept(self, number: int, data: bytes) -> None:
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{self.name}-{self.seed}-{number}").write_bytes(data)


def _too_long(number: int, frame: object) -> None:
    raise TooLong(f"longer than {LONGEST} s")


def main() -> None:
    """Run one target and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--count", type=int, default=sys.maxsize)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    last = min(options.first + options.count, sys.maxsize)
    run = Run(options.target, options.seed, began + options.seconds, last, options.keep)
    count = run.carry_out(options.first)
    seconds = time.monotonic() - began
    for fault in run.faults[:40]:
        print(fault)
    for outcome, times in run.outcomes.most_common(12):
        print(f"{times:>9}  {outcome}")
    print(f"{options.target}, seed {options.seed}: {count} inputs in {seconds:.0f} s ({count / seconds:.0f} a second), "
          f"{len(run.outcomes)} outcomes, {run.died} readers brought down, {len(run.faults)} faults")  # fmt: skip
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
