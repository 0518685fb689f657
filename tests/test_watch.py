"""`ingest --watch` through its program: a folder lives, and the library follows it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from coscribe.vectorstore.library import Library
from shelf_life import PATIENCE, Folder, Watcher, files_held, live, state, wait_until_equal


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "reports", seed=7)


@pytest.fixture
def watcher(tmp_path: Path, folder: Folder) -> Iterator[Watcher]:
    made = Watcher(folder.path, tmp_path / "home")
    yield made
    if made.process.poll() is None:
        made.kill()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.2)


def test_a_folder_that_lives_is_held_as_it_is(tmp_path: Path, folder: Folder, watcher: Watcher) -> None:
    live(folder, watcher, operations=25, kills=2)
    watched, fresh = wait_until_equal(tmp_path / "home", folder.path, tmp_path / "fresh")
    assert watched == fresh and len(fresh["texts"]) > 2
    assert Library(tmp_path / "home" / "library", embedder="none").inconsistencies() == []
    assert watcher.stop() == 130 and "Traceback" not in watcher.said


def test_a_moved_report_keeps_its_id_and_a_folder_that_is_away_keeps_its_reports(
    tmp_path: Path, folder: Folder, watcher: Watcher
) -> None:
    (folder.path / "plan.md").write_text("# Plan\n\nThe lantern draws 3 MW.\n", encoding="utf-8")
    library = Library(tmp_path / "home" / "library", embedder="none")
    until(lambda: files_held(library) == ["plan.md"])
    (report,) = library.reports()
    (folder.path / "later").mkdir()
    (folder.path / "plan.md").rename(folder.path / "later" / "plan.md")
    until(lambda: [row.file for row in library.reports()] == ["later/plan.md"])
    assert library.reports()[0].report == report.report

    away = folder.path.rename(tmp_path / "away")
    until(lambda: "is gone" in watcher.said)
    assert [row.file for row in library.reports()] == ["later/plan.md"]
    away.rename(folder.path)
    (folder.path / "new.md").write_text("# New\n\nThe falcon is due in 2031.\n", encoding="utf-8")
    until(lambda: [row.file for row in library.reports()] == ["later/plan.md", "new.md"])
    (folder.path / "later" / "plan.md").unlink()
    until(lambda: [row.file for row in library.reports()] == ["new.md"])
    assert state(tmp_path / "home", folder.path)["texts"]
    (folder.path / "new.md").unlink()
    until(lambda: library.reports() == [])


def test_an_unmended_manifest_is_said_and_what_comes_later_goes_in(
    tmp_path: Path, folder: Folder, watcher: Watcher
) -> None:
    (folder.path / "plan.md").write_text("# Plan\n\nThe lantern draws 3 MW.\n", encoding="utf-8")
    library = Library(tmp_path / "home" / "library", embedder="none")
    until(lambda: files_held(library) == ["plan.md"])
    (folder.path / "reports.toml").write_text('["plan.md"]\ntitel = "Lamps"\n', encoding="utf-8")
    until(lambda: "unknown key 'titel'" in watcher.said)
    (folder.path / "reports.toml").write_text('["plan.md"]\ntitle = "Lamps"\n', encoding="utf-8")
    until(lambda: [row.title for row in library.reports()] == ["Lamps"])
