"""Files that change while they are taken in: what is held of a report is what its file held at one moment."""

from collections.abc import Callable
from pathlib import Path

import coscribe
import pytest

FIRST, SECOND = "# Cooling plan\n\nRiver water from 2031.\n", "# Cooling plan\n\nWarm water, from the 2040s.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose first file is hashed before the second is looked at."""
    place = tmp_path / "reports"
    place.mkdir()
    (place / "a.md").write_text(FIRST, encoding="utf-8")
    (place / "b.md").write_text("# Power plan\n\nWind from 2029.\n", encoding="utf-8")
    return place


@pytest.fixture
def library(tmp_path: Path) -> coscribe.Library:
    return coscribe.Library(tmp_path / "library", embedder="none")


def at_the_second_file(change: Callable[[], object], times: int) -> Callable[[str, int, int], None]:
    """Return a listener that lets something happen when one file is hashed and none is read."""
    left = iter(range(times))

    def listen(stage: str, done: int, _total: int) -> None:
        if stage == "checking files" and done == 2 and next(left, None) is not None:
            change()

    return listen


def test_a_file_edited_between_hash_and_reading_is_held_as_edited(folder: Path, library: coscribe.Library) -> None:
    (folder / "c.md").write_text(FIRST, encoding="utf-8")
    edit = at_the_second_file(lambda: (folder / "a.md").write_text(SECOND, encoding="utf-8"), 1)
    assert {file.state for file in library.ingest([folder], progress=edit).reports} == {"indexed"}
    assert {(hit.file, hit.text.splitlines()[-1]) for hit in library.search("water")} == {
        ("a.md", "Warm water, from the 2040s."), ("c.md", "River water from 2031."),
    }  # fmt: skip


def test_a_file_that_is_gone_before_it_is_read_is_named(folder: Path, library: coscribe.Library) -> None:
    result = library.ingest([folder], progress=at_the_second_file((folder / "a.md").unlink, 1))
    (gone, kept) = result.reports
    assert (gone.file, gone.state) == ("a.md", "failed") and "No such file" in str(gone.reason)
    assert kept.state == "indexed"


def test_a_file_that_never_rests_keeps_its_earlier_version(folder: Path, library: coscribe.Library) -> None:
    library.ingest([folder])
    (folder / "a.md").write_text(SECOND, encoding="utf-8")
    texts = iter(f"{SECOND}\nEdition {number}.\n" for number in range(20))

    def never_rests(stage: str, done: int, _total: int) -> None:
        if stage == "reading files" and done == 0:
            (folder / "a.md").write_text(next(texts), encoding="utf-8")

    (changing, kept) = library.ingest([folder], progress=never_rests).reports
    assert changing.state == "failed" and str(changing.reason).endswith("its earlier version is kept")
    assert kept.state == "unchanged"
    assert [hit.text for hit in library.search("water")] == ["Cooling plan\nRiver water from 2031."]

    assert library.ingest([folder]).reports[0].state == "updated"
    assert library.search("warm")[0].file == "a.md"
