"""Disks that are read-only, full or shared: readers are served, nothing is lost, and files are their owner's alone."""

import json
import os
import shutil
import sqlite3
import stat
import sys
from pathlib import Path

import coscribe
import pytest
from doubles.command_line import PROGRAM, Done, copy_samples, run
from doubles.desk import Author, repeat
from doubles.disk import with_mounts, without_rights

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither such modes nor such mounts")
POWER = "How much power may a post-exascale site draw?"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with reports and a library with vectors."""
    place = tmp_path_factory.mktemp("shelf")
    copy_samples(place / "reports")
    coscribe.Library(place / "library").ingest([place / "reports"])
    return place


@pytest.fixture
def library(shelf, tmp_path):
    """A library of the test's own."""
    return shutil.copytree(shelf / "library", tmp_path / "library")


def read_only(library):
    return [["!", "mount", "--bind", library, library], ["!", "mount", "-o", "remount,bind,ro", library]]


def opened_to_all(folder):
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def reading(place, library):
    """Every command that only reads, on a library and a home of its own."""
    home = place / "home"
    (place / "in.csv").write_text(f"question\n{POWER}\n", encoding="utf-8")
    commands = [
        ["search", POWER, "--json"], ["reports", "list", "--json"], ["ask", POWER, "--json"],
        ["note", "power", "-o", place / "note.md"], ["chat"], ["batch", place / "in.csv", "-o", place / "out.jsonl"],
        ["verify", place / "out.jsonl"], ["doctor"], ["reports", "show", "france-roadmap-2026.pdf"],
    ]  # fmt: skip
    return [[*command, "--home", home, "--library", library] for command in commands]


def changing(shelf, place, library):
    commands = [["ingest", shelf / "reports"], ["reports", "rebuild"], ["reports", "remove", "france-roadmap-2024.pdf"]]
    return [[*command, "--home", place / "home", "--library", library] for command in commands]


def assert_reads_alike(done, library):
    assert [(ended.code, ended.err) for ended in done if ended.code] == []
    found = coscribe.Library(library).search(POWER)
    assert [hit["passage"] for hit in done[0].json["passages"]] == [hit.passage for hit in found]
    assert [hit["score"] for hit in done[0].json["passages"]] == pytest.approx([hit.score for hit in found])
    assert done[2].json["status"] == "answered"
    assert "read-only" in done[7].out


def assert_read_only_is_said(done):
    for ended in done:
        assert ended.code == 3
        assert "is read-only" in ended.message and "--library" in ended.message and "restore" not in ended.message


def test_a_library_mounted_read_only_is_read_and_not_changed(shelf, library, tmp_path):
    commands = reading(tmp_path, library)
    done = with_mounts(tmp_path, [*read_only(library), *commands, *changing(shelf, tmp_path, library)])[2:]
    assert_reads_alike(done[: len(commands)], library)
    assert_read_only_is_said(done[len(commands) :])


# Forked from one program, so that what all of them load is loaded once; each writes down how its commands ended.
AT_ONCE = """
import json, os, sys
from pathlib import Path
tests, place, desks = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
sys.path.insert(0, tests)
from doubles.command_line import run
import coscribe
from importlib import import_module
for name in ("ask", "search", "verify", "library", "note.policy_note", "align.alignment", "handover.taking_over"):
    import_module(f"coscribe.commands.{name}")
coscribe.support("A site draws 20 MW.", ["A site draws up to 20 MW of power."])
children = []
for number, commands in enumerate(desks):
    child = os.fork()
    if not child:
        ended = []
        for command in commands:
            done = run(*command, "--home", place / f"home{number}")
            ended.append([done.code, done.out, done.err])
            (place / f"said{number}.json").write_text(done.out, encoding="utf-8")
        (place / f"ended{number}").write_text(json.dumps(ended), encoding="utf-8")
        os._exit(0)
    children.append(child)
print([os.waitpid(child, 0)[1] for child in children])
"""


def test_eight_people_use_a_library_on_a_read_only_share_at_once(shelf, library, tmp_path):
    ask, place = ["ask", POWER, "--json", "--embedder", "none"], ["--library", str(library)]
    words = ["--json", "--embedder", "none"]
    desks = [
        [ask, ["verify", str(tmp_path / "said0.json"), "--json"]], [["search", POWER, "--json"]],
        [["note", "power", *words]], [["align", "power", *words]], [["search", POWER, "--json"]],
        [["search", POWER, *words]], [["ingest", str(shelf / "reports")]],
        [["import", str(tmp_path / "none.zip")], ["reports", "--json"]],
    ]  # fmt: skip
    desks = [[[*command, *place] for command in commands] for commands in desks]
    before = sorted((path, path.stat().st_mtime_ns) for path in library.rglob("*"))
    told = [str(Path(__file__).parent), str(tmp_path), json.dumps(desks)]
    steps = [*read_only(library), ["!", sys.executable, "-P", "-c", AT_ONCE, *told]]
    done = with_mounts(tmp_path, steps)[-1]
    assert done.out.strip() == str([0] * 8), done.err
    assert sorted((path, path.stat().st_mtime_ns) for path in library.rglob("*")) == before

    ended = [[Done(*one) for one in json.loads((tmp_path / f"ended{at}").read_text())] for at in range(8)]
    assert [[one.code for one in commands] for commands in ended] == [[0, 0], [0], [0], [0], [0], [0], [3], [2, 0]]
    asked, verified = ended[0]
    assert verified.json["checked"] and verified.json["problems"] == []
    assert asked.json["status"] == "answered" and ended[5][0].json["passages"]
    own = [(hit.passage, pytest.approx(hit.score)) for hit in coscribe.Library(library).search(POWER)]
    for searched in (ended[1][0], ended[4][0]):
        assert [(hit["passage"], hit["score"]) for hit in searched.json["passages"]] == own
    assert ended[2][0].json["sources"] and ended[3][0].json["cells"] and ended[7][1].json["reports"]
    assert "is read-only" in ended[6][0].message and "--library" in ended[6][0].message


def test_a_library_without_rights_is_read_and_not_changed(shelf, library, tmp_path):
    opened_to_all(library)
    before = sorted(library.rglob("*"))
    commands = reading(tmp_path, library)
    done = without_rights(library, [*commands, *changing(shelf, tmp_path, library)])
    assert sorted(library.rglob("*")) == before
    assert_reads_alike(done[: len(commands)], library)
    assert_read_only_is_said(done[len(commands) :])

    library.chmod(0o700)
    (closed,) = without_rights(library, [["search", POWER, "--library", library]])
    assert closed.code == 3 and "may not read" in closed.message


def test_what_a_killed_writer_left_unmerged_is_read_or_missed_aloud(shelf, library, tmp_path):
    """The side files of a connection that was never closed are those of a writer that was killed."""
    writer = sqlite3.connect(library / "catalogue.sqlite", isolation_level=None)
    writer.execute("UPDATE reports SET title = 'Retitled' WHERE file = 'france-roadmap-2026.pdf'")
    killed = shutil.copytree(library, tmp_path / "killed")
    writer.close()
    listing = ["reports", "list", "--json", "--library", killed, "--home", tmp_path / "home"]
    done = with_mounts(tmp_path, [*read_only(killed), listing])[-1]
    assert "Retitled" in [report["title"] for report in done.json["reports"]]

    (killed / "catalogue.sqlite-shm").unlink()
    done = with_mounts(tmp_path, [*read_only(killed), listing])[-1]
    assert done.code == 3 and "never merged" in done.message


def test_an_older_format_on_a_read_only_disk_is_said(library, tmp_path):
    catalogue = sqlite3.connect(library / "catalogue.sqlite")
    catalogue.execute("PRAGMA user_version = 0")
    catalogue.close()
    done = with_mounts(tmp_path, [*read_only(library), ["search", POWER, "--library", library]])[-1]
    assert done.code == 3 and "format 0" in done.message and "read-only" in done.message


def test_a_reader_without_rights_sees_what_the_owner_writes(library, tmp_path, monkeypatch):
    """Root reads it as if it had no right to write, while the owner, a program of its own, goes on writing."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK and access(path, mode, **more))
    reader = coscribe.Library(library)
    assert not any(hit.file == "new.md" for hit in reader.search("zettaflop lighthouse"))
    monkeypatch.undo()
    (tmp_path / "new.md").write_text("# New\n\nThe zettaflop lighthouse draws 12 MW.\n", encoding="utf-8")
    assert run("ingest", tmp_path / "new.md", "--library", library, "--home", tmp_path / "home").code == 0
    monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK and access(path, mode, **more))
    assert reader.search("zettaflop lighthouse")[0].file == "new.md"


def test_a_read_only_home_is_named_by_what_needs_it_and_no_hindrance_to_the_rest(shelf, library, tmp_path):
    home = tmp_path / "home"
    (home / "state").mkdir(parents=True)
    (tmp_path / "in.csv").write_text(f"question\n{POWER}\n", encoding="utf-8")
    places = ["--home", home, "--library", library]
    fine = [["search", POWER], ["reports"], ["doctor", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"]]
    needs = [
        ["ask", POWER], ["note", "power"], ["chat"], ["ingest", shelf / "reports"], ["reports", "rebuild"], ["cost"],
        ["batch", tmp_path / "in.csv", "-o", tmp_path / "out.jsonl"], ["demo"],
    ]  # fmt: skip
    steps = [[*command, *(places if command != ["demo"] else places[:2])] for command in [*fine, *needs]]
    steps = [step if step[0] != "cost" else ["cost", *places] for step in steps]
    done = with_mounts(tmp_path, [*read_only(home), *steps])[2:]
    assert [ended.code for ended in done[:2]] == [0, 0]
    assert done[2].code == 1 and "--home" in done[2].out  # the check of the home has failed, and is shown
    for ended in done[3:]:
        assert ended.code == 2 and "--home" in ended.message, ended


def new_reports(folder, count):
    folder.mkdir()
    for number in range(count):
        parts = [
            f"## Part {part}\n\n" + " ".join(f"Site {number} draws {part}{line} MW of power." for line in range(16))
            for part in range(12)
        ]
        (folder / f"new-{number:02}.md").write_text(f"# Report {number}\n\n" + "\n\n".join(parts), encoding="utf-8")
    return folder


@pytest.mark.parametrize("room", [1_500])  # KB left to the ingest
def test_a_disk_that_fills_during_ingest_loses_nothing(shelf, tmp_path, room):
    disk, library, home = tmp_path / "disk", tmp_path / "disk" / "library", tmp_path / "home"
    disk.mkdir()
    reports, places = new_reports(tmp_path / "new", 6), ["--library", library, "--home", home]
    check = f"import coscribe; found = coscribe.Library({str(library)!r}); print(found.inconsistencies())"
    fill = f"head -c $(( ($(df -k --output=avail {disk} | tail -1) - {room}) * 1024 )) /dev/zero > {disk}/filler"
    steps = [
        ["!", "mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], ["!", "cp", "-r", shelf / "library", library],
        ["!", "sh", "-c", fill], ["!", *PROGRAM, "ingest", reports, *places],
        ["!", *PROGRAM, "search", POWER, "--json", *places], ["!", "rm", disk / "filler"],
        ["!", *PROGRAM, "ingest", reports, *places], ["!", sys.executable, "-P", "-c", check],
        ["!", *PROGRAM, "reports", "list", "--json", *places],
    ]  # fmt: skip
    filled, found, _, again, checked, listed = with_mounts(tmp_path, steps)[3:]
    assert filled.code == 3
    assert "free some space" in filled.message and "cannot be written" in filled.message
    assert found.code == 0 and found.json["passages"]
    assert again.code == 0, again.err
    assert checked.out.strip() == "[]"
    assert len(listed.json["reports"]) == 7 + 6


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_whatever_the_umask_library_and_state_are_their_owners_alone(shelf, endpoint, tmp_path, umask):
    endpoint.reply = Author(repeat("power"))
    home, note = tmp_path / "home", tmp_path / "note.md"
    (tmp_path / "in.csv").write_text(f"question\n{POWER}\n", encoding="utf-8")
    model = ["--model", "m", "--base-url", endpoint.url]
    commands = [
        ["ingest", shelf / "reports"], ["search", POWER], ["ask", POWER, *model], ["note", "power", "-o", note, *model],
        ["chat", *model], ["batch", tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", *model], ["cost"],
        ["verify", tmp_path / "out.jsonl"], ["doctor", *model], ["reports", "remove", "france-roadmap-2024.pdf"],
        ["reports", "rebuild"],
    ]  # fmt: skip
    before = os.umask(umask)
    try:
        for command in commands:
            assert run(*command, stdin="power\n").code in (0, 1), command
            assert_private(home)
        (home / "state" / "coscribe.toml").write_text("", encoding="utf-8")
        coscribe.Assistant(coscribe.Library(home / "library"))
    finally:
        os.umask(before)
    assert_private(home)
    assert mode(note) == 0o666 & ~umask


def test_the_python_interface_and_an_interrupted_writer_leave_nothing_open(shelf, tmp_path):
    library = tmp_path / "elsewhere"
    library.mkdir(mode=0o755)
    (library / "mine.txt").touch(0o644)
    library.chmod(0o755)
    (library / "mine.txt").chmod(0o644)
    found = coscribe.Library(library)
    found.ingest([shelf / "reports"])
    ours = [path for path in library.rglob("*") if path.name != "mine.txt"]
    assert {mode(path) for path in ours if path.is_file()} == {0o600}
    assert {mode(path) for path in ours if path.is_dir()} == {0o700}
    assert (mode(library), mode(library / "mine.txt")) == (0o755, 0o644)


def test_a_library_that_its_owner_has_opened_stays_open(shelf, library, tmp_path):
    opened_to_all(library)
    new = new_reports(tmp_path / "new", 1)
    before = os.umask(0o077)
    try:
        coscribe.Library(library).ingest([new])
    finally:
        os.umask(before)
    held = [path for path in library.rglob("*") if path.name != "writer.lock"]
    assert {mode(path) for path in held if path.is_file()} == {0o644}
    assert {mode(path) for path in held if path.is_dir()} == {0o755}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def assert_private(home):
    paths = [home, *home.rglob("*")]
    assert len(paths) > 30
    open_to_others = [
        (oct(mode(path)), str(path)) for path in paths if mode(path) != (0o700 if path.is_dir() else 0o600)
    ]
    assert not open_to_others
