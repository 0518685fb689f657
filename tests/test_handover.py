"""A library handed over as one file: the same elsewhere, nothing personal or internal in it, and nothing believed."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import coscribe
import pytest
from coscribe.vectorstore.ingest.entry import Entry
from doubles.command_line import run

PLACES = """
["tides-2024.md"]
organisation = "Tidal Basin Observatory"
region = "Europe"
confidentiality = "public"
["tides-2026.md"]
confidentiality = "internal"
supersedes = "tides-2024.md"
["grid.md"]
region = "Japan"
supersedes = "hidden-draft.md"
["hidden-draft.md"]
confidentiality = "internal"
"""
TEXTS = {
    "tides-2024.md": "# Tides\n\nThe turbine draws 12 MW.\n\nIt is cooled with sea water from the northern basin.\n",
    "tides-2026.md": "# Tides anew\n\nThe merger with Wavecrest is planned for the spring.\n",
    "grid.md": "# Grid\n\nThe grid of the island carries 40 MW at night.\n",
    "hidden-draft.md": "# Grid, a draft\n\nThe zorkmid reserve pays for the cable.\n",
}
SECRETS = ("tides-2026", "Wavecrest", "hidden-draft", "zorkmid", "broken-takeover")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A library of four reports, two of them internal, and of a file that nobody can read; and it handed over."""
    place = tmp_path_factory.mktemp("handover")
    reports = place / "reports"
    reports.mkdir()
    (reports / "reports.toml").write_text(PLACES, encoding="utf-8")
    (reports / "broken-takeover.pdf").write_bytes(b"%PDF-1.7 torn")
    for name, text in TEXTS.items():
        (reports / name).write_text(text, encoding="utf-8")
    coscribe.Library(place / "library").ingest([reports])
    for name, more in (("open.zip", ()), ("all.zip", ("--internal",))):
        done = run("export", place / name, "--library", place / "library", "--home", place / "home", "--json", *more)
        assert done.code == 0
        (place / f"{name}.json").write_text(json.dumps([done.json, done.err]), encoding="utf-8")
    return place


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, parts: dict[str, bytes], *, sealed: bool = True) -> Path:
    """Write an archive; `sealed`, its manifest gives the sums that its members have."""
    if sealed:
        manifest = json.loads(parts["manifest.json"])
        for member in manifest["members"]:
            data = parts[member["name"]]
            member |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        parts = {**parts, "manifest.json": json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def imported(source, folder):
    return run("import", source, "--library", folder, "--home", folder.parent / "home", "--json")


def found(library, query):
    return [(hit.passage, hit.text, hit.score) for hit in coscribe.Library(library).search(query)]


def test_what_is_handed_over_is_the_same_elsewhere_without_what_is_internal(shelf, tmp_path):
    told, said = json.loads((shelf / "open.zip.json").read_text())
    assert sorted(told["left_out"]) == ["hidden-draft.md", "tides-2026.md"] and "--internal" in said
    assert "1 of the reports in it are not marked" in said
    packed = b"\n".join(members(shelf / "open.zip").values()).decode("utf-8", "replace")
    assert [secret for secret in (*SECRETS, str(shelf), "/home") if secret in packed] == []

    done = imported(shelf / "open.zip", tmp_path / "library")
    assert done.code == 0 and done.json["left_out"] == 2 and done.json["unreadable"] == 1
    levels = {report["file"]: report["confidentiality"] for report in done.json["reports"]}
    assert levels == {"tides-2024.md": "public", "grid.md": "unmarked"}
    rows = {row.file: row for row in coscribe.Library(tmp_path / "library").reports()}
    assert rows["tides-2024.md"].status == "superseded"  # the edition that replaces it is not named, and is not denied
    assert coscribe.Library(tmp_path / "library").inconsistencies() == []

    query = "cooled with sea water"
    before = [hit for hit in found(shelf / "library", query) if hit[0].partition("-")[0] in ("tides", "grid")]
    after = {hit[0]: hit[1] for hit in found(tmp_path / "library", query)}
    assert {name: text for name, text, _ in before if name in after} == after and len(after) == 2

    again = run("export", tmp_path / "again.zip", "--library", tmp_path / "library", "--home", tmp_path / "home")
    assert again.code == 0
    first, second = members(shelf / "open.zip"), members(tmp_path / "again.zip")
    assert [name for name in first if first[name] != second[name] and name != "manifest.json"] == []


def test_all_of_a_library_is_searched_and_verified_alike_and_gives_the_same_bytes(shelf, tmp_path):
    told, said = json.loads((shelf / "all.zip.json").read_text())
    assert told["left_out"] == [] and "INTERNAL" in said and "hidden-draft.md" in said
    assert told["sha256"] == hashlib.sha256((shelf / "all.zip").read_bytes()).hexdigest()
    answer = run("ask", "How much does the turbine draw?", "--library", shelf / "library", "--json")
    (tmp_path / "answer.json").write_text(answer.out, encoding="utf-8")
    assert imported(shelf / "all.zip", tmp_path / "library").code == 0
    for query in ("turbine", "the merger", "what pays for the cable"):
        assert found(shelf / "library", query) == found(tmp_path / "library", query) != []
    verified = run("verify", tmp_path / "answer.json", "--library", tmp_path / "library", "--json")
    assert verified.code == 0 and verified.json["checked"] and verified.json["problems"] == []
    again = run("export", tmp_path / "again.zip", "--internal", "--library", tmp_path / "library")
    assert again.code == 0 and (tmp_path / "again.zip").read_bytes() == (shelf / "all.zip").read_bytes()

    # A mark that a folder made takes as much to be lowered where that folder is not there.
    rows = [json.loads(line) for line in members(shelf / "all.zip")["reports.jsonl"].splitlines()]
    declared = {row[rows[0].index("file")]: json.loads(row[rows[0].index("declared")]) for row in rows[1:]}
    assert declared["hidden-draft.md"] == {"confidentiality": "internal", "internal_by": "--manifest"}


def test_filters_narrow_it_and_a_library_that_is_there_is_never_touched(shelf, tmp_path):
    place = ["--library", shelf / "library", "--home", tmp_path / "home"]
    one = run("export", tmp_path / "one.zip", "--region", "Japan", *place, "--json")
    assert [report["file"] for report in one.json["reports"]] == ["grid.md"] and one.json["left_out"] == []
    refused = run("export", tmp_path / "none.zip", "--report", "hidden-draft.md", *place)
    assert refused.code == 2 and "--internal" in refused.message and not (tmp_path / "none.zip").exists()
    assert run("export", tmp_path / "library.tar", *place).code == 2

    done = imported(shelf / "open.zip", shelf / "library")
    assert done.code == 2 and "already" in done.message and "--library" in done.message
    assert len(coscribe.Library(shelf / "library").reports()) == 4


def test_broken_off_it_leaves_no_library_and_is_done_again(shelf, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Entry, "link_editions", killed)
    assert imported(shelf / "open.zip", tmp_path / "library").code == 130
    assert not coscribe.Library(tmp_path / "library").exists
    monkeypatch.undo()
    # What stays where the process itself is killed: half of a library beside, and some of it in place.
    (tmp_path / "library" / "scratch" / "library").mkdir(parents=True)
    shutil.copytree(shelf / "library" / "words", tmp_path / "library" / "words")
    done = imported(shelf / "open.zip", tmp_path / "library")
    assert done.code == 0 and sorted(path.name for path in (tmp_path / "library").iterdir()) == [
        "catalogue.sqlite", "vectors", "words", "writer.lock",
    ]  # fmt: skip
    assert found(tmp_path / "library", "island")[0][1].endswith("carries 40 MW at night.")


def altered(table, change):
    """Return what changes the rows of a table, the first line of which has its columns."""

    def alter(parts):
        names, *rows = map(json.loads, parts[f"{table}.jsonl"].splitlines())
        lines = [names, *(list(change(dict(zip(names, row, strict=True))).values()) for row in rows)]
        return {**parts, f"{table}.jsonl": b"".join(json.dumps(line).encode() + b"\n" for line in lines)}

    return alter


def of_manifest(**fields):
    def alter(parts):
        return {**parts, "manifest.json": json.dumps({**json.loads(parts["manifest.json"]), **fields}).encode()}

    return alter


def all_public(parts):
    manifest = json.loads(parts["manifest.json"])
    reports = [{**report, "confidentiality": "public"} for report in manifest["reports"]]
    return of_manifest(reports=reports)(parts)


def without_vectors(parts):
    manifest = json.loads(parts["manifest.json"])
    reports = [{**report, "embedded": False} for report in manifest["reports"]]
    listed = [member for member in manifest["members"] if member["name"] != "vectors.bin"]
    kept = {name: data for name, data in parts.items() if name != "vectors.bin"}
    return of_manifest(embedder="", dimension=0, reports=reports, members=listed)(kept)


@pytest.mark.parametrize(
    ("alter", "told"),
    [(of_manifest(embedder="other"), "its vectors are of 'other'"), (without_vectors, "it came without vectors")],
)
def test_where_vectors_do_not_fit_what_compares_here_it_says_what_to_do(shelf, tmp_path, alter, told):
    source = written(tmp_path / "it.zip", alter(members(shelf / "open.zip")))
    for more, is_told in (((), True), (("--embedder", "none"), False)):
        done = run("import", source, "--library", tmp_path / f"library{is_told}", *more)
        assert (
            done.code == 0 and (told in done.out) is is_told and ("`coscribe reports rebuild`" in done.out) is is_told
        )


HOSTILE = {
    "a path that leaves the folder": (lambda parts: {**parts, "../evil.md": b"x"}, "'../evil.md' is no part"),
    "a store of its own": (lambda parts: {**parts, "catalogue.sqlite": b"x"}, "is no part of a library"),
    "a newer format": (of_manifest(format=2, reports=[], news="unknown"), "has format 2, this coscribe reads 1"),
    "newer rows": (of_manifest(catalogue=99), "format of rows 99"),
    "another manifest": (of_manifest(reports=[]), "a vector is of a report that has none"),
    "a manifest of nobody": (lambda parts: {**parts, "manifest.json": b"[" * 100_000}, "manifest is not understood"),
    "a lie about a level": (all_public, "the manifest names other reports"),
    "a file of this machine": (altered("files", lambda row: {**row, "path": "/etc/passwd"}), "on this machine"),
    "an id that is a path": (altered("reports", lambda row: {**row, "id": f"../{row['id']}"}), "an id of reports"),
    "a value of another kind": (altered("pages", lambda row: {**row, "text": {"$": 1}}), "text of pages is a dict"),
    "a level nobody knows": (
        altered("reports", lambda row: {**row, "confidentiality": "secret"}),
        "none of a library",
    ),
    "a column nobody knows": (altered("segments", lambda row: {**row, "hook": 1}), "none of a library"),
    "rows nested without end": (
        lambda parts: {**parts, "pages.jsonl": parts["pages.jsonl"] + b"[" * 100_000 + b"\n"},
        "a row of pages is none",
    ),
    "segments of nobody": (altered("segments", lambda row: {**row, "report": "nobody"}), "report that is not there"),
    "a vector of no number": (
        lambda parts: {**parts, "vectors.bin": parts["vectors.bin"][:-4] + b"\x00\x00\xc0\x7f"},
        "a vector has a number",
    ),
    "a vector cut short": (lambda parts: {**parts, "vectors.bin": parts["vectors.bin"][:-4]}, "none of a library"),
    "a bomb": (lambda parts: {**parts, "pages.jsonl": b"\n" * 40_000_000}, "would unpack to 40 MB"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_a_stranger_made_is_refused_and_leaves_nothing(shelf, tmp_path, case):
    alter, reason = HOSTILE[case]
    parts = alter(members(shelf / "open.zip"))
    source = written(tmp_path / "it.zip", parts, sealed=case != "a manifest of nobody")
    done = imported(source, tmp_path / "library")
    assert done.code == 3 and reason in done.message
    assert [path.name for path in tmp_path.rglob("*") if path.name in ("catalogue.sqlite", "scratch", "evil.md")] == []
    assert not (tmp_path / "library" / "vectors").exists()


def test_what_was_damaged_on_its_way_is_refused(shelf, tmp_path):
    parts = members(shelf / "open.zip")
    whole = (shelf / "open.zip").read_bytes()
    pages = parts["pages.jsonl"]
    cases = {
        "is not as it was written": written(
            tmp_path / "one.zip", {**parts, "pages.jsonl": pages.replace(b"12 MW", b"13 MW")}, sealed=False
        ),
        "is missing": written(
            tmp_path / "two.zip", {name: data for name, data in parts.items() if name != "files.jsonl"}, sealed=False
        ),
        "is no zip archive": tmp_path / "three.zip",
        "is damaged": tmp_path / "four.zip",
    }
    (tmp_path / "three.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "four.zip").write_bytes(whole.replace(whole[200:210], b"0123456789", 1))
    for reason, source in cases.items():
        done = imported(source, tmp_path / "library")
        assert done.code == 3 and reason in done.message, done
    assert imported(tmp_path / "nothing.zip", tmp_path / "library").code == 2
    assert not (tmp_path / "library").exists()


def test_a_library_that_is_damaged_is_not_handed_over(shelf, tmp_path):
    shutil.copytree(shelf / "library", tmp_path / "library")
    writer = sqlite3.connect(tmp_path / "library" / "catalogue.sqlite")
    with writer:
        writer.execute("UPDATE pages SET text = replace(text, '12 MW', '13 MW')")
    writer.close()
    done = run("export", tmp_path / "it.zip", "--library", tmp_path / "library", "--home", tmp_path / "home")
    assert done.code == 3 and "damaged" in done.message and not (tmp_path / "it.zip").exists()
