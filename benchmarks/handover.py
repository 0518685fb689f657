"""What it takes to hand a library over: bytes of the file, CPU seconds to write it, take it over, and embed it anew.

    .venv/bin/python -P benchmarks/handover.py [LIBRARY]

The library is read, never changed, and its internal reports go along; without one, it is that of the samples. With
vectors in the file, an import stores them; without, `reports rebuild` embeds all passages again.
"""

import sys
import tempfile
import zipfile
from pathlib import Path
from time import process_time

from coscribe import Library
from coscribe.vectorstore.handover.bundle import VECTORS
from coscribe.vectorstore.handover.checked_bundle import checked_bundle
from coscribe.vectorstore.handover.packing import pack
from coscribe.vectorstore.handover.unpacking import unpack
from coscribe.vectorstore.inventory import Inventory

SAMPLES = Path(__file__).parent.parent / "examples" / "reports"


def main(given: Path | None) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        library = given or place / "samples"
        if given is None:
            Library(library).ingest([SAMPLES])
        before = process_time()
        made = pack(Inventory(library), place / "library.zip", internal=True)
        wrote = process_time() - before
        with zipfile.ZipFile(place / "library.zip") as archive:
            vectors = sum(info.compress_size for info in archive.infolist() if info.filename == VECTORS)
        before = process_time()
        with checked_bundle(place / "library.zip") as bundle:
            took = unpack(bundle, place / "library")
        imported = process_time() - before
        before = process_time()
        Library(place / "library").rebuild()
        rebuilt = process_time() - before
        stores = sum(file.stat().st_size for file in (library / "vectors").rglob("*") if file.is_file())
    print(f"{len(took.reports)} reports, {took.passages:,} passages")
    print(f"file {made.bytes:,} bytes, of these vectors {vectors:,}; the vectors folder itself {stores:,}")
    print(f"CPU seconds: export {wrote:.1f}, import {imported:.1f}, rebuild {rebuilt:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
