"""Files that come with installed packages, such as the weights of models: found by name, and checked."""

import hashlib
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from ..errors import LibraryError


def is_installed(distribution: str) -> bool:
    """Tell whether a package is installed, without importing it."""
    try:
        return files(distribution) is not None
    except PackageNotFoundError:
        return False


def checked_file(distribution: str, suffix: str, digest: str) -> Path:
    """Return the path of the file of an installed package that ends in `suffix`.

    Raises LibraryError when package or file is missing, or the file has another SHA-256 than `digest`.
    """
    try:
        listed = files(distribution) or []
    except PackageNotFoundError as error:
        raise LibraryError(f"the package {distribution!r} is missing: install coscribe again") from error
    for item in listed:
        if item.name.endswith(suffix):
            path = Path(str(item.locate()))
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != digest:
                raise LibraryError(
                    f"the file {item.name!r} of {distribution!r} is not the one expected: install it again"
                )
            return path
    raise LibraryError(f"the package {distribution!r} holds no {suffix!r} file: install coscribe again")
