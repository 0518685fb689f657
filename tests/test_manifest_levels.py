"""A report that was marked internal stays so, wherever its manifest lies, however it is spelled, whatever follows."""

import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import coscribe
import pytest
from doubles.command_line import Done, run

INTERNAL = 'confidentiality = "internal"\n'
PUBLIC = 'confidentiality = "public"\n'


class Desk:
    """A folder of reports and a library of its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.reports = root, root / "reports"
        self.write("plan.md", "River water cools the site.")
        self.write("eu/strategy.md", "Photonic links connect all racks.")

    def write(self, name: str, text: str) -> Path:
        path = self.reports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Report\n\n{text}\n", encoding="utf-8")
        return path

    def declare(self, name: str, *entries: tuple[str, str]) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"[{_quoted(file)}]\n{said}" for file, said in entries), encoding="utf-8")
        return path

    def ingest(self, *arguments: object, library: str = "library") -> Done:
        where = arguments or (self.reports,)
        return run("ingest", *where, "--library", self.root / library, "--embedder", "none", "--json")

    def levels(self, library: str = "library") -> dict[str, str]:
        rows = coscribe.Library(self.root / library, embedder="none").reports()
        return {row.file: row.confidentiality for row in rows}

    def title(self, file: str) -> str:
        rows = coscribe.Library(self.root / "library", embedder="none").reports()
        return next(row.title for row in rows if row.file == file)

    def sheet(self) -> str:
        return run("reports", "list", "--csv", "--library", self.root / "library", "--embedder", "none").out


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\") + '"'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def reasons(done: Done) -> dict[str, Any]:
    return {row["file"]: row["reason"] for row in done.json["reports"]}


@pytest.mark.parametrize(
    ("manifest", "entry", "paths"),
    [
        ("reports/reports.toml", "eu/strategy.md", ("reports",)),
        ("reports/reports.toml", "strategy.md", ("reports",)),
        ("reports/eu/reports.toml", "strategy.md", ("reports",)),
        ("reports/eu/reports.toml", "strategy.md", ("reports/eu/strategy.md",)),
        ("reports/reports.toml", "eu/strategy.md", ("reports/eu",)),
        ("reports/reports.toml", "eu/strategy.md", ("reports/eu/strategy.md",)),
        ("reports.toml", "reports/eu/strategy.md", ("reports/eu/*.md",)),
        ("reports/eu/Reports.TOML", "strategy.md", ("reports",)),
        ("reports/eu/reports.toml", "eu/strategy.md", ("reports",)),  # a folder in front
        ("reports/reports.toml", "reports/eu/strategy.md", ("reports",)),
        ("reports/reports.toml", "EU/Strategy.MD", ("reports",)),
        ("reports/reports.toml", "./eu/strategy.md", ("reports",)),
        ("reports/reports.toml", "eu\\strategy.md", ("reports",)),
        ("reports/reports.toml", ".\\EU//strategy.md ", ("reports/eu",)),
    ],
)
def test_a_mark_counts_wherever_the_manifest_lies_and_however_it_is_spelled(
    desk: Desk, manifest: str, entry: str, paths: tuple[str, ...]
) -> None:
    desk.declare(manifest, (entry, INTERNAL))
    done = desk.ingest(*(desk.root / path for path in paths))
    assert done.code == 0, done.err
    assert done.json["unmatched"] == []
    levels = {Path(file).name: level for file, level in desk.levels().items()}
    assert levels.pop("strategy.md") == "internal"
    assert set(levels.values()) <= {"unmarked"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_may_be_put_together_in_either_way(desk: Desk, form: str) -> None:
    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    desk.write(unicodedata.normalize(form, "Stratégie.md"), "Les centres mesurent leur énergie.")
    desk.declare("reports/reports.toml", (unicodedata.normalize(other, "Stratégie.md"), INTERNAL))
    assert desk.ingest().code == 0
    assert sorted(desk.levels().values()) == ["internal", "unmarked", "unmarked"]


def test_a_link_carries_the_marks_of_where_it_lies_and_of_where_it_leads(desk: Desk) -> None:
    for number, (manifest, entry) in enumerate(
        [("inbox/reports.toml", "link.md"), ("reports/reports.toml", "plan.md")]
    ):
        shutil.rmtree(desk.root / "inbox", ignore_errors=True)
        (desk.root / "inbox").mkdir()
        (desk.root / "inbox" / "link.md").symlink_to(desk.reports / "plan.md")
        written = desk.declare(manifest, (entry, INTERNAL))
        for way in ("inbox", "inbox/link.md"):
            done = desk.ingest(desk.root / way, library=f"{number}{len(way)}")
            assert (done.code, list(desk.levels(f"{number}{len(way)}").values())) == (0, ["internal"]), done.err
        written.unlink()


@pytest.mark.parametrize(
    "entry", ["Plan.pdf", "plan", "eu/plan.md", "plans.md", "*.pdf", "us/*.md", "eu", "eu/", "../plan.md", "a/"]
)
def test_a_mark_on_no_file_ends_with_2_before_anything_is_taken_in(desk: Desk, entry: str) -> None:
    desk.ingest()
    before = desk.sheet()
    desk.write("new.md", "A new hall opens in 2031.")
    for name in ("reports/eu/reports.toml", "marks.toml"):
        manifest = desk.declare(name, (entry, INTERNAL))
        given = () if manifest.parent.name == "eu" else ("--manifest", manifest)
        done = desk.ingest(desk.reports, *given)
        assert (done.code, done.out) == (2, "")
        assert repr(entry) in done.message and str(manifest) in done.message and "internal" in done.message
        assert desk.sheet() == before
        fresh = desk.ingest(desk.reports, *given, library="fresh")
        assert fresh.code == 2 and not (desk.root / "fresh" / "catalogue.sqlite").exists()
        manifest.unlink()


def test_the_nearest_file_is_named_and_the_others_are_counted(desk: Desk) -> None:
    desk.declare("reports/reports.toml", ("eu/strategie.md", INTERNAL), ("lost.md", INTERNAL), ("gone.md", PUBLIC))
    done = desk.ingest()
    assert "'eu/strategie.md'" in done.message and "(the nearest is 'eu/strategy.md')" in done.message
    assert "and 1 more such entry" in done.message


def test_other_entries_on_no_file_are_told_beside_the_result(desk: Desk) -> None:
    manifest = desk.declare("reports/reports.toml", ("eu/strategie.md", 'title = "A"\n'), ("zq.xyz", PUBLIC))
    done = desk.ingest()
    assert done.code == 0
    assert done.json["unmatched"] == [
        {"manifest": str(manifest), "entry": "eu/strategie.md", "nearest": "eu/strategy.md"},
        {"manifest": str(manifest), "entry": "zq.xyz", "nearest": None},
    ]
    assert "'eu/strategie.md'" in done.err and "(the nearest is 'eu/strategy.md')" in done.err
    assert "'zq.xyz', and there is no such file\n" in done.err.replace("\r", "")


def test_what_is_there_but_not_taken_in_is_no_mistake(desk: Desk) -> None:
    """One file of a folder whose manifest names others; one that was taken in once, and is gone since."""
    for number in range(3):
        desk.write(f"other-{number}.md", f"The hall {number} is new.")
    names = ["plan.md", "OTHER-0.md", "other-1.md", "other-2.md", "eu/strategy.md"]
    desk.declare("reports/reports.toml", *((name, INTERNAL) for name in names))
    done = desk.ingest(desk.reports / "plan.md")
    assert (done.code, done.json["unmatched"], desk.levels()) == (0, [], {"plan.md": "internal"})
    desk.ingest()
    (desk.reports / "other-0.md").unlink()
    (desk.reports / "other-1.md").unlink()
    again = desk.ingest()
    assert (again.code, again.json["unmatched"]) == (0, [])
    assert set(desk.levels().values()) == {"internal"}


def test_a_name_that_may_be_of_two_files_is_refused(desk: Desk) -> None:
    desk.write("Report.md", "The first hall.")
    desk.write("REPORT.md", "The second hall.")
    if len(list(desk.reports.glob("[Rr]*.md"))) < 2:
        pytest.skip("this disk does not tell upper case from lower")
    manifest = desk.declare("reports/reports.toml", ("report.md", PUBLIC))
    done = desk.ingest()
    assert done.code == 2
    assert "'report.md'" in done.message and "REPORT.md" in done.message and "Report.md" in done.message
    manifest.unlink()
    desk.declare("reports/reports.toml", ("Report.md", INTERNAL))
    desk.ingest()
    assert {file for file, level in desk.levels().items() if level == "internal"} == {"Report.md"}


def test_the_nearest_manifest_wins_field_by_field_and_the_strictest_level(desk: Desk) -> None:
    desk.declare("reports/reports.toml", ("eu/strategy.md", INTERNAL + 'title = "Far"\nregion = "Europe"\n'))
    desk.declare("reports/eu/reports.toml", ("strategy.md", PUBLIC + 'title = "Near"\n'))
    given = desk.declare("given.toml", ("strategy.md", PUBLIC + 'date = "2026"\n'))
    desk.ingest(desk.reports, "--manifest", given)
    (row,) = [row for row in coscribe.Library(desk.root / "library", embedder="none").reports() if "eu" in row.file]
    assert (row.title, row.region, row.date, row.confidentiality) == ("Near", "Europe", "2026", "internal")


SILENCE = ["entry", "no entry", "no manifest", "other manifest", "sheet", "unmarked", "new edition", "moved", "renamed"]


@pytest.mark.parametrize("silence", SILENCE)
@pytest.mark.parametrize("way", ["folder", "--manifest"])
def test_silence_never_lowers_a_level(desk: Desk, silence: str, way: str) -> None:
    name = "reports/reports.toml" if way == "folder" else "marks.toml"
    manifest = desk.declare(name, ("plan.md", INTERNAL + 'title = "Ours"\n'))
    desk.ingest(desk.reports, *(() if way == "folder" else ("--manifest", manifest)))
    assert desk.levels() == {"plan.md": "internal", "eu/strategy.md": "unmarked"}
    manifest.unlink()
    extra: list[object] = []
    if silence == "entry":
        desk.declare("reports/reports.toml", ("plan.md", 'title = "Plan"\n'))
    elif silence == "no entry":
        desk.declare("reports/reports.toml", ("eu/strategy.md", 'title = "Plan"\n'))
    elif silence == "other manifest":
        extra = ["--manifest", desk.declare("other.toml", ("eu/strategy.md", PUBLIC))]
    elif silence in ("sheet", "unmarked"):
        (desk.root / "sheet.csv").write_text(desk.sheet().replace("internal", silence.replace("sheet", "")), "utf-8")
        extra = ["--manifest", desk.root / "sheet.csv"]
    elif silence == "new edition":
        desk.write("plan.md", "Lake water cools the site.")
    elif silence in ("moved", "renamed"):
        target = desk.reports / ("asia/plan.md" if silence == "moved" else "cooling.md")
        target.parent.mkdir(exist_ok=True)
        (desk.reports / "plan.md").rename(target)
        extra = ["--prune"]
    for _ in range(2):
        done = desk.ingest(desk.reports, *extra)
        assert done.code == 0, done.err
        levels = desk.levels()
        assert levels.pop("eu/strategy.md") != "internal"
        assert list(levels.values()) == ["internal"]


@pytest.mark.parametrize("way", ["folder", "csv", "--manifest"])
def test_an_explicit_word_lowers_it(desk: Desk, way: str) -> None:
    manifest = desk.declare("reports/reports.toml", ("plan.md", INTERNAL))
    desk.ingest()
    if way == "folder":
        desk.declare("reports/reports.toml", ("plan.md", PUBLIC))
    elif way == "csv":
        (desk.reports / "reports.csv").write_text(desk.sheet().replace("internal", "public"), "utf-8")
        manifest.unlink()
    else:
        manifest.unlink()
    given = ("--manifest", desk.declare("given.toml", ("plan.md", PUBLIC))) if way == "--manifest" else ()
    done = desk.ingest(desk.reports, *given)
    assert {row["file"]: row["state"] for row in done.json["reports"]}["plan.md"] == "updated"
    assert desk.levels()["plan.md"] == "public"
    desk.ingest()
    assert desk.levels()["plan.md"] == "public"


def test_an_older_word_does_not_undo_a_later_mark(desk: Desk) -> None:
    """The folder says public, then `--manifest` says internal: the next ordinary ingest changes nothing."""
    desk.declare("reports/reports.toml", ("plan.md", PUBLIC))
    desk.ingest()
    marks = desk.declare("marks.toml", ("plan.md", INTERNAL))
    desk.ingest(desk.reports, "--manifest", marks)
    marks.unlink()
    done = desk.ingest()
    assert desk.levels()["plan.md"] == "internal"
    assert "stays internal" in reasons(done)["plan.md"]


def test_the_same_words_are_internal_under_any_name(desk: Desk) -> None:
    desk.ingest()
    copy = desk.root / "inbox" / "copy.md"
    copy.parent.mkdir()
    shutil.copy(desk.reports / "plan.md", copy)
    marks = desk.declare("inbox/reports.toml", ("copy.md", INTERNAL))
    desk.ingest(copy.parent)
    assert desk.levels()["plan.md"] == "internal"
    # Calling the one name public does not make the other so, nor does a manifest there that nobody understands.
    desk.declare("reports/reports.toml", ("plan.md", PUBLIC))
    for said in (marks.read_text("utf-8"), "[", 'title = "?"\n'):
        marks.write_text(said, "utf-8")
        done = desk.ingest()
        assert (done.code, desk.levels()["plan.md"]) == (0, "internal"), done.err
    desk.declare("inbox/reports.toml", ("copy.md", PUBLIC))
    desk.ingest(desk.reports, copy.parent)
    assert desk.levels()["plan.md"] == "public"  # now both say so


def test_earlier_editions_and_removed_reports_keep_their_mark(desk: Desk) -> None:
    old = (desk.reports / "plan.md").read_text("utf-8")
    marks = desk.declare("marks.toml", ("plan.md", INTERNAL))
    desk.ingest(desk.reports, "--manifest", marks)
    desk.write("plan.md", "Lake water cools the site.")
    (desk.reports / "draft.md").write_text(old, "utf-8")
    desk.ingest()
    assert desk.levels() == {"plan.md": "internal", "draft.md": "internal", "eu/strategy.md": "unmarked"}
    (desk.reports / "plan.md").rename(desk.root / "plan.md")
    desk.ingest(desk.reports, "--prune")
    assert set(desk.levels()) == {"draft.md", "eu/strategy.md"}
    desk.ingest(desk.root / "plan.md")
    assert desk.levels()["plan.md"] == "internal"


def test_a_file_edited_into_a_copy_of_another_report_takes_its_mark_along(desk: Desk) -> None:
    desk.ingest(desk.reports, "--manifest", desk.declare("marks.toml", ("plan.md", INTERNAL)))
    shutil.copy(desk.reports / "eu" / "strategy.md", desk.reports / "plan.md")
    desk.ingest()
    assert list(desk.levels().values()) == ["internal"]


def test_a_mark_reaches_reports_that_are_not_taken_in_again(desk: Desk) -> None:
    desk.ingest()
    desk.declare("reports/reports.toml", ("eu/strategy.md", INTERNAL + 'title = "Not now"\n'))
    done = desk.ingest(desk.reports / "plan.md")
    assert desk.levels() == {"plan.md": "unmarked", "eu/strategy.md": "internal"}
    assert {row["file"]: row["state"] for row in done.json["reports"]} == {
        "plan.md": "unchanged", "eu/strategy.md": "updated",
    }  # fmt: skip
    sheet = desk.root / "sheet.csv"
    sheet.write_text("file,title,confidentiality\nplan.md,From the sheet,internal\n", "utf-8")
    desk.ingest(desk.reports / "eu" / "strategy.md", "--manifest", sheet)
    assert (desk.levels()["plan.md"], desk.title("plan.md")) == ("internal", "From the sheet")


def test_a_sheet_comes_back_as_it_was(desk: Desk) -> None:
    desk.write("eu/plan.md", "Another plan for the south hall.")
    desk.declare("reports/reports.toml", ("./plan.md", INTERNAL), ("eu/plan.md", 'title = "B"\n'))
    desk.ingest()
    sheet = desk.root / "sheet.csv"
    sheet.write_text(desk.sheet(), "utf-8")
    assert sheet.read_text("utf-8").count("internal") == 1
    (desk.reports / "reports.toml").unlink()
    done = desk.ingest(desk.reports, "--manifest", sheet, library="fresh")
    assert done.json["unmatched"] == []
    assert desk.levels("fresh") == desk.levels() == {
        "plan.md": "internal", "eu/plan.md": "unmarked", "eu/strategy.md": "unmarked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("plan.md,Water, wind and sun,internal\n", "line 2"),
        ("plan.md,Water,,internal\n", "line 2"),
        ("plan.md,Water\n,,internal\n", "line 3"),
        ("plan.md,Water\n,Wind\n", "names no file in line 3"),
    ],
)
def test_a_sheet_whose_cells_have_moved_is_refused(desk: Desk, rows: str, says: str) -> None:
    (desk.reports / "reports.csv").write_text(f"file,title,confidentiality\n{rows}", "utf-8")
    done = desk.ingest()
    assert done.code == 2 and says in done.message and "reports.csv" in done.message


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_rows_on_one_file_the_stricter_counts(desk: Desk, order: int) -> None:
    rows = ["plan.md,A,internal", "plan.md,B,", "./plan.md,C,public"][::order]
    (desk.reports / "reports.csv").write_text("\n".join(["file,title,confidentiality", *rows, ",,"]), "utf-8")
    assert desk.ingest().code == 0
    assert desk.levels()["plan.md"] == "internal"


def test_names_that_a_spreadsheet_would_compute_come_back(desk: Desk) -> None:
    desk.write("=sum.md", "The sum of all halls.")
    (desk.reports / "reports.csv").write_text("file,confidentiality\n'=sum.md,internal\n", "utf-8")
    assert desk.ingest().code == 0
    assert desk.levels()["=sum.md"] == "internal"


def test_a_manifest_is_never_read_as_a_report(desk: Desk) -> None:
    desk.declare("reports/reports.toml", ("plan.md", INTERNAL))
    done = desk.ingest(*desk.reports.iterdir())
    assert done.code == 0 and set(desk.levels()) == {"plan.md", "strategy.md"}
    assert desk.levels()["plan.md"] == "internal"


def test_sheets_above_that_only_bear_the_name_are_passed_over(desk: Desk) -> None:
    other = desk.root / "reports.csv"
    other.write_text("account,amount\n1,2\n", "utf-8")
    assert desk.ingest().code == 0
    other.write_text("file,amount\nreports/plan.md,2\n", "utf-8")
    assert desk.ingest().code == 2
    os.remove(other)
    other.symlink_to(desk.root / "nowhere.csv")
    assert desk.ingest().code == 2  # whatever it said is not known
