"""Office files with one of their parts changed."""

import io
import zipfile
from collections.abc import Callable


def repacked(office: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change a part of an office file, and keep the archive around it whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        assert part in old.namelist()
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()
