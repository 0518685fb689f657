"""Entries of a manifest that stand for many files: which they mean, and who wins where several do."""

from pathlib import Path

import pytest
from doubles.command_line import Done, run

FILES = ("2024/plan.md", "2024/law/act.md", "2025/plan.md", "2025/notes [old].md", "top.md")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Hall {name}\n\nWater of the river cools it, says {name}.\n", encoding="utf-8")
    return tmp_path / "reports"


@pytest.fixture
def place(tmp_path: Path) -> list[object]:
    return ["--library", tmp_path / "library", "--embedder", "none"]


def declare(path: Path, *entries: tuple[str, str, str]) -> Path:
    path.write_text("".join(f"['{file}']\n{key} = '{value}'\n" for file, key, value in entries), encoding="utf-8")
    return path


def told(place: list[object], field: str) -> dict[str, str | None]:
    rows = run("reports", "list", *place, "--json").json["reports"]
    return {row["file"]: row[field] for row in rows if row[field] not in (None, "unmarked")}


def ingest(*arguments: object) -> Done:
    done = run("ingest", *arguments, "--json")
    assert done.code == 0, done.err
    return done


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("2024/*.md", {"2024/plan.md"}),
        ("2024/**/*.md", {"2024/plan.md", "2024/law/act.md"}),
        ("2024/**", {"2024/plan.md", "2024/law/act.md"}),
        ("*.md", set(FILES)),  # of one part: in every folder
        ("202[45]/plan.md", {"2024/plan.md", "2025/plan.md"}),
        ("202?/PLAN.*", {"2024/plan.md", "2025/plan.md"}),
        ("reports/2024/*.md", {"2024/plan.md"}),  # a folder in front
        (".\\2025\\p*", {"2025/plan.md"}),
        ("2025/notes [old].md", {"2025/notes [old].md"}),  # the name of a file, to the letter
        ("**/law/*", {"2024/law/act.md"}),
    ],
)
@pytest.mark.parametrize("given", [False, True], ids=["in the folder", "by --manifest"])
def test_a_pattern_means_the_files_it_fits(
    reports: Path, place: list[object], pattern: str, files: set[str], given: bool
) -> None:
    manifest = declare(
        reports.parent / "marks.toml" if given else reports / "reports.toml", (pattern, "organisation", "Office")
    )
    done = ingest(reports, *place, *(("--manifest", manifest) if given else ()))
    assert done.json["unmatched"] == []
    assert told(place, "organisation") == dict.fromkeys(files, "Office")


def test_an_exact_entry_wins_field_by_field_and_of_patterns_the_one_that_fixes_more(
    reports: Path, place: list[object]
) -> None:
    (reports / "reports.toml").write_text(
        "['2024/plan.md']\ntitle = 'The plan'\n['2024/*.md']\norganisation = 'Office'\ntitle = 'A paper'\n"
        "['*.md']\norganisation = 'Somebody'\nregion = 'Lakeland'\n",
        encoding="utf-8",
    )
    ingest(reports, *place)
    assert told(place, "title")["2024/plan.md"] == "The plan"
    assert told(place, "organisation") == {**dict.fromkeys(FILES, "Somebody"), "2024/plan.md": "Office"}
    assert told(place, "region") == dict.fromkeys(FILES, "Lakeland")


@pytest.mark.parametrize("entries", [("*.md", "2024/plan.md"), ("2024/plan.md", "*.md")])
def test_of_levels_the_strictest_holds_however_loosely_it_is_said(
    reports: Path, place: list[object], entries: tuple[str, str]
) -> None:
    marks = {"*.md": "internal", "2024/plan.md": "public"}
    declare(reports / "reports.toml", *((entry, "confidentiality", marks[entry]) for entry in entries))
    ingest(reports, *place)
    assert told(place, "confidentiality") == dict.fromkeys(FILES, "internal")


def test_a_pattern_of_a_folder_marks_what_the_library_holds_and_is_not_taken_in_today(
    reports: Path, place: list[object]
) -> None:
    ingest(reports, *place)
    declare(reports / "reports.toml", ("2024/**", "confidentiality", "internal"))
    ingest(reports / "2025", *place)
    assert told(place, "confidentiality") == dict.fromkeys(("2024/plan.md", "2024/law/act.md"), "internal")


@pytest.mark.parametrize(
    ("form", "cut"), [("reports.toml", "['{}']\ntitle = 'A'\n"), ("reports.csv", "file,title\n{},A\n")]
)
@pytest.mark.parametrize(
    ("entry", "nearest"),
    [("2026/plan.md", "2024/plan.md"), ("2026/*.md", "2024/plan.md"), ("2024/*.pdf", "2024/plan.md")],
)
@pytest.mark.parametrize("given", [False, True], ids=["in the folder", "by --manifest"])
def test_an_entry_that_means_no_file_is_named_with_the_nearest(
    reports: Path, place: list[object], form: str, cut: str, entry: str, nearest: str, given: bool
) -> None:
    manifest = (reports.parent / "given" if given else reports) / form
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text(cut.format(entry), encoding="utf-8")
    option = ("--manifest", manifest) if given else ()
    done = run("ingest", reports, *place, *option)
    assert done.code == 0
    assert f"{str(manifest)!r} names {entry!r}, and there is no such file (the nearest is {nearest!r})" in done.err
    assert ingest(reports, *place, *option).json["unmatched"] == [
        {"manifest": str(manifest), "entry": entry, "nearest": nearest}
    ]
