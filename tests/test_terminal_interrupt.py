"""Ctrl-C while reports are taken in: one line, exit code 130, and the next run goes on where this one stopped."""

import json
import signal
import subprocess
from importlib.resources import files
from pathlib import Path

from doubles.command_line import HEARING

REPORTS = ("france-roadmap-2026.pdf", "us-facilities-plan-2026.html")


def test_an_interrupted_ingest_keeps_what_was_read_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in REPORTS:
        (folder / name).write_bytes(files("coscribe.samples").joinpath(name).read_bytes())
    command = [*HEARING, "ingest", str(folder), "--home", str(tmp_path / "home")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as ingest:
        assert ingest.stderr is not None
        for line in ingest.stderr:
            if line.startswith("embedding passages"):
                ingest.send_signal(signal.SIGINT)
                break
        out, err = ingest.communicate(timeout=600)
    *progress, last = filter(None, err.splitlines())
    assert (ingest.returncode, out, last) == (130, "", "coscribe: interrupted")
    assert all(line.startswith("embedding passages") for line in progress)

    again = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=600, check=True)
    assert [file["state"] for file in json.loads(again.stdout)["reports"]] == ["unchanged", "unchanged"]
    assert "reading files" not in again.stderr and "embedding passages" in again.stderr
