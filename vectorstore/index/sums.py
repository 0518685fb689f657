"""The sums that Tantivy writes at the end of its files and never looks at again: with a bit flipped, it finds less."""

import json
import struct
import zlib
from contextlib import suppress
from pathlib import Path

_PARTS = (".term", ".idx", ".store", ".pos", ".fieldnorm", ".fast")  # those without which passages are missed, first
_MAGIC = 1337
_MOST = 100_000_000  # bytes that are looked at whenever an index is opened: a tenth of a second


def unlike_its_sum(folder: Path) -> str | None:
    """Return the name of a committed file that is not as it was written; `None` where all are, as far as looked at."""
    left = _MOST
    with suppress(OSError, ValueError, KeyError, TypeError):  # then Tantivy says itself what is missing
        meta = json.loads((folder / "meta.json").read_bytes())
        names = [segment["segment_id"].replace("-", "") for segment in meta["segments"]]
        for path in (folder / f"{name}{part}" for part in _PARTS for name in names):
            with suppress(FileNotFoundError):  # a writer may have merged it away
                left -= path.stat().st_size
                if left < 0:
                    return None
                if not _is_whole(path.read_bytes()):
                    return path.name
    return None


def _is_whole(data: bytes) -> bool:
    """Tell whether a file ends in the sum of what stands before: data, footer, the footer's length, a mark."""
    try:
        size, magic = struct.unpack("<II", data[-8:])
        footer = json.loads(data[-8 - size : -8])
        return magic == _MAGIC and bool(zlib.crc32(data[: -8 - size]) == footer["crc"])
    except (struct.error, ValueError, KeyError, TypeError):
        return False
