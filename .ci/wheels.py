"""Fetches the wheels of a lock into a folder, the one step of a kit that needs a registry: `wheels.py LOCK FOLDER`.

On Linux those are asked for that run with glibc 2.28 or newer, wherever they are fetched: pip alone would take what
suits the newest libraries of this machine, and an older one could not use it.
"""

import platform
import subprocess
import sys

OLDEST_GLIBC = 28  # of 2.28: Debian 10, Ubuntu 20.04, RHEL 8; onnxruntime and tiktoken have no older wheels


def platforms() -> list[str]:
    """Return the tags of wheels that may be taken, best first; none where pip is to decide by this machine."""
    if platform.libc_ver()[0] != "glibc":
        return []
    numbered = [f"manylinux_2_{minor}" for minor in range(OLDEST_GLIBC, 4, -1)]
    return [f"{tag}_{platform.machine()}" for tag in (*numbered, "manylinux2014", "manylinux2010", "manylinux1")]


def main(lock: str, folder: str) -> int:
    """Fetch what is locked, each file checked by its hash, and return pip's exit code."""
    tags = [option for tag in platforms() for option in ("--platform", tag)]
    return subprocess.run(
        [
            sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
            "--require-hashes", "--only-binary", ":all:", *tags, "--requirement", lock, "--dest", folder,
        ],
        check=False,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
