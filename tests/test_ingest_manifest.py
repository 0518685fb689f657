"""What a manifest says of reports, what is guessed without one, and how one becomes the other."""

import csv
import io
import shutil
from pathlib import Path

import coscribe
import pytest
from doubles.command_line import Done, copy_samples, run

TOML = '["{file}"]\n{key} = {value!r}\n'
CSV = "file,{key}\n{file},{value}\n"
MANIFESTS = (("reports.toml", TOML), ("reports.csv", CSV))


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "plan.md").write_text("# Cooling plan\n\nRiver water cools the site.\n", encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> list[object]:
    return ["--library", tmp_path / "library", "--embedder", "none"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library to copy, made of one report."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "plan.md").write_text("# Cooling plan\n\nRiver water cools the site.\n", encoding="utf-8")
    coscribe.Library(folder / "library", embedder="none").ingest([folder / "plan.md"])
    return folder / "library"


def listed(place: list[object]) -> dict[str, dict[str, object]]:
    return {row["file"]: row for row in run("reports", "list", *place, "--json").json["reports"]}


def ingested(done: Done) -> dict[str, str]:
    return {file["file"]: file["state"] for file in done.json["reports"]}


@pytest.mark.parametrize(("name", "form"), MANIFESTS)
@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("organization", "X", ["'organization'", "'organisation'"]),
        ("kind", "novel", ["'novel'", "plan.md", "roadmap"]),
        ("status", "final", ["'final'", "plan.md", "adopted"]),
        ("confidentiality", "secret", ["'secret'", "plan.md", "internal"]),
        ("date", "12 March 2026", ["'12 March 2026'", "plan.md", "YYYY-MM-DD"]),
        ("date", "2026-13", ["'2026-13'", "YYYY-MM-DD"]),
        ("date", "2026/03", ["'2026/03'", "YYYY-MM-DD"]),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_written(
    name: str, form: str, key: str, value: str, says: list[str], reports: Path, place: list[object], made: Path
) -> None:
    shutil.copytree(made, reports.parent / "library")
    before = run("reports", "list", *place, "--json").json
    (reports / "new.md").write_text("# New\n\nNothing of it may go in.\n", encoding="utf-8")
    (reports / name).write_text(form.format(file="plan.md", key=key, value=value), encoding="utf-8")
    done = run("ingest", reports, *place)
    assert (done.code, done.out) == (2, "")
    assert [part for part in (name, *says) if part not in done.message] == []
    assert run("reports", "list", *place, "--json").json == before
    elsewhere = run("ingest", reports, "--library", reports / "other")
    assert elsewhere.code == 2
    assert not (reports / "other" / "catalogue.sqlite").exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("reports.toml", b"title = 'A'\n", ["'title'", "outside a table"]),
        ("reports.toml", b"[\n", ["not understood"]),
        ("reports.toml", b"\xff\xfe", ["not understood"]),
        ("reports.csv", b"name,title\nplan.md,A\n", ["no column 'file'"]),
        ("reports.csv", b"", ["no column 'file'"]),
        ("reports.csv", b"\xff\xfe\x00", ["not understood"]),
    ],
)
def test_a_manifest_that_is_not_understood_is_2(
    name: str, content: bytes, says: list[str], reports: Path, place: list[object]
) -> None:
    (reports / name).write_bytes(content)
    done = run("ingest", reports, *place)
    assert done.code == 2
    assert [part for part in (name, *says) if part not in done.message] == []


def test_two_manifests_in_one_folder_are_2(reports: Path, place: list[object]) -> None:
    for name, form in MANIFESTS:
        (reports / name).write_text(form.format(file="plan.md", key="title", value="A"), encoding="utf-8")
    done = run("ingest", reports, *place)
    assert done.code == 2
    assert "reports.toml" in done.message and "reports.csv" in done.message


@pytest.mark.parametrize(("name", "form"), MANIFESTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
def test_a_manifest_wins_over_what_the_file_says(
    name: str, form: str, mark: str, reports: Path, place: list[object], tmp_path: Path
) -> None:
    (reports / name).write_text(mark + form.format(file="plan.md", key="title", value="Ours"), encoding="utf-8")
    assert ingested(run("ingest", reports, *place, "--json")) == {"plan.md": "indexed"}
    assert listed(place)["plan.md"]["title"] == "Ours"
    given = tmp_path / f"given{Path(name).suffix}"
    given.write_text(form.format(file="plan.md", key="title", value="Given"), encoding="utf-8")
    assert ingested(run("ingest", reports, "--manifest", given, *place, "--json")) == {"plan.md": "updated"}
    assert listed(place)["plan.md"]["title"] == "Given"
    assert "plan.md" in run("search", "Given", *place).out  # the words of the manifest find it


def test_without_a_manifest_the_file_tells(reports: Path, place: list[object]) -> None:
    (reports / "estrategia-2031-borrador.md").write_text(
        "---\norganisation: Oficina de Planes\n---\n# Estrategia de energía de los centros\n\n"
        "La energía de los centros de cómputo se mide y se publica cada año en la región.\n",
        encoding="utf-8",
    )
    run("ingest", reports, *place)
    told = listed(place)
    assert told["estrategia-2031-borrador.md"] == {
        **told["estrategia-2031-borrador.md"], "title": "Estrategia de energía de los centros",
        "organisation": "Oficina de Planes", "region": None, "date": None, "kind": "strategy", "status": "draft",
        "language": "es", "confidentiality": "unmarked", "pages": None,
    }  # fmt: skip
    # A year of the future is one that a plan is for; the file says nowhere when it was written.
    plan = told["plan.md"]
    assert (plan["title"], plan["date"], plan["status"], plan["kind"]) == ("Cooling plan", None, "unknown", "other")


def test_a_newer_edition_marks_the_older_one(reports: Path, place: list[object]) -> None:
    (reports / "plan-2027.md").write_text("# Cooling plan\n\nLake water cools the site.\n", encoding="utf-8")
    run("ingest", reports, *place)
    assert {row["superseded_by"] for row in listed(place).values()} == {None}
    (reports / "reports.toml").write_text("['plan-2027.md']\nsupersedes = 'plan.md'\n", encoding="utf-8")
    run("ingest", reports, *place)
    told = listed(place)
    newer, older = told["plan-2027.md"], told["plan.md"]
    assert (older["superseded_by"], older["status"]) == (newer["report"], "superseded")
    assert (newer["superseded_by"], newer["status"]) == (None, "unknown")
    assert "older edition" in run("ask", "What cools the site?", *place).out
    assert run("reports", "remove", "plan-2027.md", *place).code == 0
    assert listed(place)["plan.md"]["superseded_by"] is None


def facts(rows: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Return what is known of each report, without how it was found: a listed guess is declared when it comes back."""
    return {file: {key: value for key, value in row.items() if key != "found"} for file, row in rows.items()}


def test_the_listed_manifest_gives_the_same_library(tmp_path: Path, place: list[object]) -> None:
    samples = copy_samples(tmp_path / "samples")
    run("ingest", samples, *place)
    before = facts(listed(place))
    done = run("reports", "list", "--csv", *place)
    (samples / "reports.toml").unlink()
    (samples / "reports.csv").write_text(done.out, encoding="utf-8")
    fresh: list[object] = ["--library", tmp_path / "fresh", "--embedder", "none"]
    run("ingest", samples, *fresh)
    assert facts(listed(fresh)) == before
    assert run("reports", "list", "--csv", *fresh).out == done.out
    # Once more into the library it was listed from: what was guessed is declared now, and nothing else changes.
    run("ingest", samples, *place)
    assert facts(listed(place)) == before
    assert set(ingested(run("ingest", samples, *place, "--json")).values()) == {"unchanged", "skipped"}


def test_the_listed_manifest_holds_what_the_filters_leave(tmp_path: Path, place: list[object]) -> None:
    run("ingest", copy_samples(tmp_path / "samples"), *place)
    done = run("reports", "list", "--csv", "--region", "Japan", "--region", "France", *place)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["file"] for row in rows] == [
        "france-roadmap-2024.pdf",
        "france-roadmap-2026.pdf",
        "japan-talk-2026.pptx",
    ]
    assert {row["region"] for row in rows} == {"Europe/France", "Japan"}


def test_declared_text_cannot_command_a_terminal(reports: Path, place: list[object]) -> None:
    (reports / "reports.toml").write_text('["plan.md"]\ntitle = "A\\u001b[31m\\u202e\\nplan"\n', encoding="utf-8")
    run("ingest", reports, *place)
    assert listed(place)["plan.md"]["title"] == "A[31m plan"


def test_python_takes_a_manifest_too(reports: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.toml"
    given.write_text("['plan.md']\nregion = 'Europe/Spain'\n", encoding="utf-8")
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([reports], manifest=given)
    assert [row.region for row in library.reports()] == ["Europe/Spain"]
