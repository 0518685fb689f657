"""Whatever a file is called, it is taken in, shown so that a screen stays whole, and found by its name again."""

import json
import unicodedata
from pathlib import Path

import pytest
from doubles.command_line import run

SHOWN = {
    "line\nbreak.md": r"line\nbreak.md",
    "tab\tstop.md": r"tab\tstop.md",
    "esc\x1b[31mred.md": r"esc\x1b[31mred.md",
    "bell\x07.md": r"bell\x07.md",
    "\u202eturned.md": r"\u202eturned.md",
    "zero\u200bwidth.md": r"zero\u200bwidth.md",
    "sub\nfolder/deep.md": r"sub\nfolder/deep.md",
    "Énergie.md": "Énergie.md",
    unicodedata.normalize("NFD", "Façade.md"): unicodedata.normalize("NFD", "Façade.md"),
    " lead.md": " lead.md",
    "-flag.md": "-flag.md",
    "=sum.md": "=sum.md",
    "a|b`c'd\".md": "a|b`c'd\".md",
    "<b>$(id)%s{0}[x]*.md": "<b>$(id)%s{0}[x]*.md",
    "🏳️\u200d🌈.md": "🏳️\u200d🌈.md",
    "１２.md": "１２.md",
}
UNSHOWN = frozenset(map(chr, [*range(10), *range(11, 32), 127, 0x202E, 0x200B]))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    for number, name in enumerate(SHOWN):
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.write_text(f"# Report {number}\n\nPump {number} needs cooling.\n", encoding="utf-8")
        except OSError:
            pytest.skip("this file system has no such names")
    done = run("ingest", folder / "in", *at(folder), "--json")
    assert (done.code, {file["file"] for file in done.json["reports"]}) == (0, set(SHOWN.values()))
    assert {file["state"] for file in done.json["reports"]} == {"indexed"}
    return folder


def at(folder: Path) -> tuple[object, ...]:
    return "--library", folder / "library", "--embedder", "none"


@pytest.mark.parametrize("name", SHOWN, ids=[f"{name!a}" for name in SHOWN])
def test_a_report_is_found_by_its_name_as_it_is_or_as_it_is_shown(place: Path, name: str) -> None:
    for typed in {
        form
        for said in (name, SHOWN[name])
        for form in (said, unicodedata.normalize("NFD" if "É" in said else "NFC", said))
    }:
        found = run("search", "cooling", f"--report={typed}", *at(place), "--json")
        assert [hit["file"] for hit in found.json["passages"]] == [SHOWN[name]], typed


def test_no_name_breaks_a_screen_a_page_or_a_table(place: Path, tmp_path: Path) -> None:
    asked = run("ask", "Which reports mention cooling?", *at(place))
    listed = run("reports", *at(place))
    noted = run("note", "cooling of pumps", "-o", tmp_path / "note.md", *at(place))
    sheet = run("reports", "list", "--csv", *at(place))
    page = (tmp_path / "note.md").read_text(encoding="utf-8")
    for text in (asked.out, asked.err, listed.out, noted.out, page, sheet.out):
        assert UNSHOWN.isdisjoint(text)
    assert all(shown in asked.out for shown in SHOWN.values() if "\u200d" not in shown)
    assert run("verify", tmp_path / "note.md", *at(place)[:2]).code == 0


def test_a_list_of_such_reports_is_their_manifest(place: Path, tmp_path: Path) -> None:
    rows = run("reports", "list", "--csv", *at(place)).out.splitlines()
    (tmp_path / "m.csv").write_text("\n".join([rows[0], *(row.replace(",Report", ",Paper") for row in rows[1:])]))
    done = run("ingest", place / "in", "--manifest", tmp_path / "m.csv", *at(tmp_path), "--json")
    assert done.code == 0 and not done.json["unmatched"]
    held = run("reports", *at(tmp_path), "--json").json["reports"]
    assert {row["file"]: row["title"] for row in held} == {
        shown: f"Paper {number}" for number, shown in enumerate(SHOWN.values())
    }


def test_a_file_of_a_folder_is_named_in_its_manifest_in_either_way(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("one\nline.md", "two\tline.md"):
        (tmp_path / "in" / name).write_text("# Report\n\nCooling it is, of " + name, encoding="utf-8")
    entries = {"one\nline.md": "raw", r"two\tline.md": "shown"}
    text = "\n".join(f'[{json.dumps(name)}]\ntitle = "{title}"\n' for name, title in entries.items())
    (tmp_path / "in" / "reports.toml").write_text(text, encoding="utf-8")
    assert not run("ingest", tmp_path / "in", *at(tmp_path), "--json").json["unmatched"]
    held = run("reports", *at(tmp_path), "--json").json["reports"]
    assert {row["file"]: row["title"] for row in held} == {r"one\nline.md": "raw", r"two\tline.md": "shown"}


def test_such_a_report_is_taken_in_once_and_goes_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "line\nbreak.md"
    path.write_text("# Report\n\nPump 1 needs cooling.\n", encoding="utf-8")
    first = run("ingest", tmp_path / "in", *at(tmp_path), "--json").json["reports"][0]
    assert run("ingest", path, *at(tmp_path), "--json").json["reports"][0]["state"] == "unchanged"
    path.write_text("# Report\n\nPump 2 needs cooling.\n", encoding="utf-8")
    again = run("ingest", tmp_path / "in", *at(tmp_path), "--json").json["reports"][0]
    assert (again["state"], again["report"]) == ("updated", first["report"])
    assert r"removed line\nbreak.md" in run("reports", "remove", r"line\nbreak.md", *at(tmp_path)).out
    run("ingest", tmp_path / "in", *at(tmp_path))
    path.unlink()
    (tmp_path / "in" / "other.md").write_text("Other words.", encoding="utf-8")
    gone = run("ingest", tmp_path / "in", "--prune", *at(tmp_path), "--json").json["reports"]
    assert {file["file"]: file["state"] for file in gone} == {"other.md": "indexed", r"line\nbreak.md": "removed"}
