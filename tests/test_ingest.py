"""Taking reports in: what changes, what stays, what is refused, and what an interruption leaves behind."""

import io
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import coscribe
import docx
import pptx
import pytest
from coscribe.core.errors import LibraryError, UsageError
from coscribe.core.shapes import IngestResult
from doubles.command_line import copy_samples, run
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PLAN = "# Cooling plan\n\nThe site shall be cooled with river water from 2031.\n"


def hidden_deck() -> bytes:
    """A talk of one slide, which no audience sees."""
    deck, buffer = pptx.Presentation(), io.BytesIO()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "A hidden slide about pumps"
    slide._element.set("show", "0")
    deck.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "plan.md").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> coscribe.Library:
    return coscribe.Library(tmp_path / "library", embedder="none")


@pytest.fixture
def place(library: coscribe.Library) -> list[object]:
    return ["--library", library.folder, "--embedder", "none"]


def states(result: IngestResult) -> dict[str, str]:
    return {file.file: file.state for file in result.reports}


def found(library: coscribe.Library, words: str) -> list[tuple[str, str]]:
    return [(hit.file, hit.text) for hit in library.search(words)]


def pdf_file(*pages: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    for text in pages:
        canvas.drawString(60, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def word_file() -> bytes:
    buffer = io.BytesIO()
    word = docx.Document()
    word.add_paragraph("A word file about pumps.")
    word.save(buffer)
    return buffer.getvalue()


def test_what_is_unchanged_is_not_read_again(library: coscribe.Library, reports: Path) -> None:
    first = library.ingest([reports])
    assert states(first) == {"plan.md": "indexed"}
    stages: list[str] = []
    second = library.ingest([reports], progress=lambda stage, done, total: stages.append(stage))
    assert states(second) == {"plan.md": "unchanged"}
    assert set(stages) == {"checking files"}
    assert second.reports[0].report == first.reports[0].report
    assert second.reports[0].passages == first.reports[0].passages > 0


def test_an_edited_report_keeps_its_id_and_gets_a_new_version(library: coscribe.Library, reports: Path) -> None:
    library.ingest([reports])
    (before,) = library.search("river water")
    (reports / "plan.md").write_text(PLAN.replace("river water", "lake ice"), encoding="utf-8")
    assert states(library.ingest([reports])) == {"plan.md": "updated"}
    assert found(library, "river") == []
    (after,) = library.search("lake ice")
    assert after.report == before.report
    assert after.passage != before.passage
    assert library.catalogue.passages([before.passage]) == {}


def test_the_same_content_twice_is_one_report(library: coscribe.Library, reports: Path) -> None:
    (reports / "sub").mkdir()
    shutil.copy(reports / "plan.md", reports / "sub" / "copy.md")
    result = library.ingest([reports])
    assert states(result) == {"plan.md": "indexed", "sub/copy.md": "unchanged"}
    one, other = result.reports
    assert one.report == other.report and str(one.report) in str(other.reason)
    assert [row.file for row in library.reports()] == ["plan.md"]
    assert len(library.search("river water")) == 1
    assert states(library.ingest([reports])) == {"plan.md": "unchanged", "sub/copy.md": "unchanged"}


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_in(reports: Path, place: list[object]) -> None:
    broken = {
        "empty.pdf": (b"", "failed", "empty"),
        "encrypted.pdf": (pdf_file("Secret.", encrypt=StandardEncryption("key")), "failed", "encrypted"),
        "truncated.pdf": (pdf_file("Cut short.")[:-200], "failed", "cut short"),
        "truncated.docx": (word_file()[:-3000], "failed", "damaged"),
        "scanned.pdf": (pdf_file("", ""), "skipped", "no text on any page"),
        "hidden.pptx": (hidden_deck(), "skipped", "all that it holds is hidden"),
        "table.csv": (b"site,power\nA,20\n", "skipped", "a table"),
        "picture.png": (b"\x89PNG\r\n\x1a\n", "skipped", "image"),
    }
    for name, (content, _, _) in broken.items():
        (reports / name).write_bytes(content)
    (reports / "half.pdf").write_bytes(pdf_file("Half of this report about pumps can be read.", ""))
    (reports / "word.docx").write_bytes(word_file())
    done = run("ingest", reports, *place, "--json")
    assert done.code == 1
    told = {file["file"]: file for file in done.json["reports"]}
    for name, (_, state, reason) in broken.items():
        assert told[name]["state"] == state, told[name]
        assert reason in told[name]["reason"] and told[name]["report"] is None
    assert {name for name, file in told.items() if file["state"] == "indexed"} == {"plan.md", "word.docx", "half.pdf"}
    assert (told["half.pdf"]["pages"], told["half.pdf"]["pages_without_text"]) == (2, [2])
    shown = run("ingest", reports, *place)
    assert shown.code == 1
    assert all(f"{name}: " in shown.out for name in broken)
    assert "pumps" in run("search", "pumps", *place).out


def test_a_single_file_and_a_glob_go_in_too(library: coscribe.Library, reports: Path) -> None:
    (reports / "deep").mkdir()
    (reports / "deep" / "other.txt").write_text("Other words about pipes.", encoding="utf-8")
    assert states(library.ingest([reports / "plan.md"])) == {"plan.md": "indexed"}
    assert states(library.ingest([str(reports / "**" / "*.txt")])) == {"deep/other.txt": "indexed"}
    assert states(library.ingest([reports])) == {"deep/other.txt": "unchanged", "plan.md": "unchanged"}


def test_a_name_that_is_no_text_is_named_and_the_rest_goes_in(reports: Path, place: list[object]) -> None:
    try:
        (reports / "a\udcff.md").write_text("Other words.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    done = run("ingest", reports, *place, "--json")
    assert done.code == 1
    told = {file["file"]: file for file in done.json["reports"]}
    assert {name: file["state"] for name, file in told.items()} == {"a\\xff.md": "failed", "plan.md": "indexed"}
    assert "rename it" in told["a\\xff.md"]["reason"]


def test_a_report_that_lost_its_text_keeps_its_earlier_version(library: coscribe.Library, reports: Path) -> None:
    (reports / "pumps.pdf").write_bytes(pdf_file("All pumps shall be measured."))
    first = {file.file: file for file in library.ingest([reports]).reports}["pumps.pdf"]
    for content, state in ((pdf_file(""), "skipped"), (b"%PDF-1.4 nothing", "failed")):
        (reports / "pumps.pdf").write_bytes(content)
        again = {file.file: file for file in library.ingest([reports]).reports}["pumps.pdf"]
        assert (again.state, again.report) == (state, first.report)
        assert "its earlier version is kept" in str(again.reason)
        assert found(library, "pumps") == [("pumps.pdf", "All pumps shall be measured.")]
    (reports / "pumps.pdf").write_bytes(pdf_file("No pumps are left."))
    last = {file.file: file for file in library.ingest([reports]).reports}["pumps.pdf"]
    assert (last.state, last.report) == ("updated", first.report)
    assert found(library, "pumps") == [("pumps.pdf", "No pumps are left.")]


def test_the_index_is_made_anew_from_the_catalogue_alone(library: coscribe.Library, tmp_path: Path) -> None:
    samples = copy_samples(tmp_path / "samples")
    library.ingest([samples])
    questions = ("energy of inference", "peak electrical power of a site", "hoja de ruta", "xylophones")
    before = [library.search(question, k=20) for question in questions]
    assert [bool(hits) for hits in before] == [True, True, True, False]
    shutil.rmtree(samples)
    shutil.rmtree(library.folder / "words")
    done = run("reports", "rebuild", "--library", library.folder, "--embedder", "none", "--json")
    assert done.json == {"passages": sum(row.passages for row in library.reports())}
    opened_anew = coscribe.Library(library.folder, embedder="none")
    assert [opened_anew.search(question, k=20) for question in questions] == before
    assert [library.search(question, k=20) for question in questions] == before  # by the reader that stayed open


def without_records(folder: Path) -> None:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    with connection:
        connection.execute("DELETE FROM legs")
    connection.close()


def without_words(folder: Path) -> None:
    shutil.rmtree(folder / "words")


def without_both(folder: Path) -> None:
    without_records(folder)
    without_words(folder)


@pytest.mark.parametrize("interrupt", [without_records, without_words, without_both])
def test_the_next_ingest_repairs_what_an_interruption_left(
    interrupt: Callable[[Path], None], library: coscribe.Library, reports: Path
) -> None:
    library.ingest([reports])
    before = library.search("river water")
    interrupt(library.folder)
    stages: set[str] = set()
    repaired = library.ingest([reports], progress=lambda stage, done, total: stages.add(stage))
    assert states(repaired) == {"plan.md": "unchanged"}
    assert "indexing words" in stages and "reading files" not in stages
    assert library.search("river water") == before != []
    assert library.unsearchable() == []


def test_what_is_not_indexed_yet_is_said_not_passed_over(library: coscribe.Library, reports: Path) -> None:
    library.ingest([reports])
    without_both(library.folder)
    assert library.unsearchable() == ["plan.md"]
    checks = run("doctor", "--library", library.folder, "--embedder", "none", "--json")
    assert checks.code == 1
    (failed,) = [check for check in checks.json["checks"] if check["state"] == "fail"]
    assert "plan.md" in failed["detail"] and "ingest" in failed["next"]


def test_vectors_that_are_lost_are_made_again_and_no_embedder_is_mixed(tmp_path: Path, reports: Path) -> None:
    """The one test here that loads the embedder: with it, without it, and with it again."""
    by_meaning = coscribe.Library(tmp_path / "library")
    by_meaning.ingest([reports])
    question = "Where does the chilling come from?"
    before = by_meaning.search(question)
    assert [hit.file for hit in before] == ["plan.md"]
    shutil.rmtree(tmp_path / "library" / "vectors")
    again = coscribe.Library(tmp_path / "library")
    again.ingest([reports])
    assert again.search(question) == before
    by_words = coscribe.Library(tmp_path / "library", embedder="none")
    by_words.rebuild()
    assert by_words.search(question) == [] == coscribe.Library(tmp_path / "library").search(question)
    coscribe.Library(tmp_path / "library").ingest([reports])
    assert coscribe.Library(tmp_path / "library").search(question) == before
    connection = sqlite3.connect(tmp_path / "library" / "catalogue.sqlite")
    with connection:
        connection.execute("UPDATE meta SET value = 'another' WHERE key = 'embedder'")
    connection.close()
    with pytest.raises(LibraryError, match=r"'another'.*coscribe reports rebuild"):
        coscribe.Library(tmp_path / "library").search(question)


def test_an_open_reader_sees_what_a_writer_commits(library: coscribe.Library, reports: Path) -> None:
    library.ingest([reports])
    reader = coscribe.Library(library.folder, embedder="none")
    assert len(reader.search("river")) == 1
    generation = reader.catalogue.generation
    (reports / "second.md").write_text("# Second\n\nThe river is dry.\n", encoding="utf-8")
    library.ingest([reports])
    assert {file for file, _ in found(reader, "river")} == {"plan.md", "second.md"}
    library.remove("plan.md")
    assert {file for file, _ in found(reader, "river")} == {"second.md"}
    assert reader.catalogue.generation > generation


def test_a_library_of_the_first_format_is_read_and_written_on(reports: Path, place: list[object]) -> None:
    run("ingest", reports, *place)
    catalogue = sqlite3.connect(Path(str(place[1])) / "catalogue.sqlite")
    for column in ("pages.unread", "pages.left_out", "pages.recognised", "reports.unread"):
        catalogue.execute("ALTER TABLE {} DROP COLUMN {}".format(*column.split(".")))
    catalogue.execute("PRAGMA user_version = 1")
    catalogue.commit()
    catalogue.close()
    before = run("reports", "list", "--json", *place).json["reports"]
    (reports / "new.md").write_text("# New\n\nThe lighthouse runs at nine zettaflops.\n", encoding="utf-8")
    told = run("ingest", reports, "--json", *place).json
    assert {"new.md": "indexed"}.items() <= {file["file"]: file["state"] for file in told["reports"]}.items()
    assert len(run("reports", "list", "--json", *place).json["reports"]) == len(before) + 1


def test_a_removed_report_is_gone_and_can_come_back(
    library: coscribe.Library, reports: Path, place: list[object]
) -> None:
    first = library.ingest([reports]).reports[0]
    assert run("reports", "remove", "plan.md", *place).code == 0
    assert (reports / "plan.md").is_file()
    assert library.reports() == [] and found(library, "river") == []
    again = library.ingest([reports]).reports[0]
    assert (again.state, again.report) == ("indexed", first.report)
    assert len(found(library, "river")) == 1


def test_an_unknown_embedder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'bert'.*minilm or none"):
        coscribe.Library(tmp_path, embedder="bert")


def test_a_renamed_file_keeps_its_report_under_the_new_name(library: coscribe.Library, reports: Path) -> None:
    (before,) = library.ingest([reports]).reports
    (reports / "plan.md").rename(reports / "cooling-2031.md")
    (after,) = library.ingest([reports]).reports
    assert (after.report, after.file, after.state) == (before.report, "cooling-2031.md", "updated")
    assert [row.file for row in library.reports()] == ["cooling-2031.md"]
    assert states(library.ingest([reports])) == {"cooling-2031.md": "unchanged"}


def test_what_a_name_says_of_a_report_follows_its_file(library: coscribe.Library, reports: Path) -> None:
    (reports / "plan.md").write_text("the old cellar has 12 racks, and no door.\n", encoding="utf-8")
    (before,) = library.ingest([reports]).reports
    assert [row.title for row in library.reports()] == ["plan"]
    (reports / "plan.md").rename(reports / "cellar_survey_2021.md")
    (after,) = library.ingest([reports]).reports
    assert (after.report, after.state, after.reason) == (before.report, "updated", "was 'plan.md' before")
    assert [(row.title, row.date) for row in library.reports()] == [("cellar survey 2021", "2021")]


def test_a_file_edited_into_a_copy_leaves_no_report_behind(library: coscribe.Library, reports: Path) -> None:
    (reports / "second.md").write_text("# Second\n\nThe old cellar has 12 racks.\n", encoding="utf-8")
    library.ingest([reports])
    (reports / "second.md").write_text(PLAN, encoding="utf-8")
    library.ingest([reports])
    assert [row.file for row in library.reports()] == ["plan.md"]
    assert found(library, "cellar") == []
    assert library.inconsistencies() == []


def test_prune_removes_what_is_gone_and_keeps_what_another_name_holds(library: coscribe.Library, reports: Path) -> None:
    (reports / "copy.md").write_text(PLAN, encoding="utf-8")
    (reports / "gone.md").write_text("# Gone\n\nThe old cellar has 12 racks.\n", encoding="utf-8")
    library.ingest([reports])
    (reports / "copy.md").unlink()
    (reports / "gone.md").unlink()
    assert states(library.ingest([reports])) == {"plan.md": "unchanged"}
    assert found(library, "cellar")
    assert states(library.ingest([reports], prune=True)) == {
        "plan.md": "unchanged",
        "copy.md": "removed",
        "gone.md": "removed",
    }
    assert [row.file for row in library.reports()] == ["plan.md"]
    assert found(library, "cellar") == []
    assert library.inconsistencies() == []


def test_a_twin_that_is_edited_leaves_the_other_its_words(library: coscribe.Library, reports: Path) -> None:
    shutil.copy(reports / "plan.md", reports / "copy.md")
    library.ingest([reports])
    (shared,) = {row.report for row in library.reports()}
    (reports / "copy.md").write_text(PLAN.replace("river", "rain"), encoding="utf-8")
    assert states(library.ingest([reports])) == {"copy.md": "updated", "plan.md": "unchanged"}
    assert [file for file, _ in found(library, "river")] == ["plan.md"]
    assert [file for file, _ in found(library, "rain")] == ["copy.md"]
    assert {row.file: row.report == shared for row in library.reports()} == {"plan.md": True, "copy.md": False}
    (reports / "plan.md").write_text(PLAN.replace("river", "lake"), encoding="utf-8")
    library.ingest([reports])
    assert not found(library, "river") and {row.file for row in library.reports()} == {"plan.md", "copy.md"}
    assert {row.file: row.report == shared for row in library.reports()} == {"plan.md": True, "copy.md": False}


@pytest.mark.parametrize("edited", ["copy.md", "plan.md"])
def test_a_twin_that_is_edited_stays_as_confidential(library: coscribe.Library, reports: Path, edited: str) -> None:
    shutil.copy(reports / "plan.md", reports / "copy.md")
    (reports / "reports.toml").write_text('["plan.md"]\nconfidentiality = "internal"\n', encoding="utf-8")
    library.ingest([reports])
    (reports / edited).write_text(PLAN.replace("river", "rain"), encoding="utf-8")
    library.ingest([reports])
    assert {row.file: row.confidentiality for row in library.reports()} == {
        "plan.md": "internal",
        "copy.md": "internal",
    }


@pytest.mark.parametrize("broken", ["coscribe.vectorstore.index.words.WordIndex.index", "pathlib.Path.replace"])
def test_a_rebuild_that_is_broken_off_leaves_what_can_be_searched(
    library: coscribe.Library, reports: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    library.ingest([reports])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(broken, stop)
        with pytest.raises(KeyboardInterrupt):
            library.rebuild()
    again = coscribe.Library(library.folder, embedder="none")
    assert [file for file, _ in found(again, "river water")] == ["plan.md"]
    assert not (library.folder / "scratch").exists()
    assert again.rebuild() == 1 and again.inconsistencies() == []
    assert [file for file, _ in found(again, "river water")] == ["plan.md"]


def test_what_a_killed_writer_left_half_written_is_removed(library: coscribe.Library, reports: Path) -> None:
    library.ingest([reports])
    left = [library.folder / "words" / ".tmpAbCdEf", library.folder / "vectors" / "flat" / ".plan-1234"]
    for file in (*left, library.folder / "scratch" / "copy.pdf"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half")
    (reports / "plan.md").write_text(PLAN + "More of it.\n", encoding="utf-8")
    library.ingest([reports])
    assert not any(file.exists() for file in left) and not (library.folder / "scratch").exists()
    assert found(library, "river water")
