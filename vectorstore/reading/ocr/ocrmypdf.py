"""ocrmypdf, where it is installed, gives a copy of a scanned PDF that has a text layer."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ....core.errors import ReadFailure

PROGRAM = "ocrmypdf"
FAILED = "text recognition of {!r} failed ({}): try `ocrmypdf --skip-text` on it by hand"


def program() -> str | None:
    """Return the path of ocrmypdf, if it is installed."""
    return shutil.which(PROGRAM)


class Recognition:
    """One run of ocrmypdf, which may be ended from another thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def run(self, path: Path, target: Path, seconds: float, pages: Sequence[int] = (), *, anew: bool) -> None:
        """Write a copy of `path` to `target` in which pages without text have one, all of them or those named.

        `anew` has their text replaced where they have some that is worth nothing.
        Raises `ReadFailure` when the program is missing, fails or takes longer than `seconds`.
        """
        how = ["--force-ocr" if anew else "--skip-text", *(["--pages", ",".join(map(str, pages))] if pages else [])]
        command = [program() or PROGRAM, *how, "--quiet", "--", str(path), str(target)]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, env={**os.environ, "TMPDIR": str(target.parent)},
        ) as process:  # fmt: skip
            self._process = process
            if self._ended:
                self.end()
            try:
                _, said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                self.end()
                raise ReadFailure(FAILED.format(path.name, f"not done within {seconds:g} s")) from error
        if process.returncode or not target.is_file():
            lines = said.decode("utf-8", "replace").splitlines()
            reason = next((" ".join(line.split()) for line in reversed(lines) if line.strip()), "")
            raise ReadFailure(FAILED.format(path.name, reason[:200] or f"exit code {process.returncode}"))

    def end(self) -> None:
        """End the run with all its own processes."""
        self._ended = True
        if self._process is not None and self._process.poll() is None:
            with suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()
