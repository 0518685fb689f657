"""A note drafted from a matrix that was kept, and topics that a collection suggests: through the command line."""

import json

import pytest
from doubles.command_line import run

EUROPE = "All sites shall use liquid cooling by 2030.\n\nThe waste heat of sites is sold to towns near by."
JAPAN = "The institute plans to have liquid cooling in 2032.\n\nThe waste heat of sites warms a greenhouse."
MORE = "\n\n## Others\n\nNobody counts the waste heat elsewhere.\n\n## Students\n\nStudents ask for the waste heat."


@pytest.fixture
def library(tmp_path):
    """Two roadmaps, and where their library is."""
    folder = tmp_path / "reports"
    folder.mkdir()
    rows = []
    for region, text in (("Europe", EUROPE), ("Japan", JAPAN + MORE)):
        (folder / f"{region}.md").write_text(f"# Roadmap of {region}\n\n{text}\n", encoding="utf-8")
        rows.append(f'["{region}.md"]\nregion = "{region}"\ndate = "2026-02"\nlanguage = "en"\nstatus = "adopted"\n')
    (folder / "reports.toml").write_text("\n".join(rows), encoding="utf-8")
    done = run("ingest", folder, "--library", tmp_path / "library", "--embedder", "none")
    assert done.code == 0, done.err
    return tmp_path / "library"


def on(library, *words):
    return run(*words, "--library", library, "--embedder", "none")


@pytest.fixture
def matrix(tmp_path, library):
    """The file of what `align --json` printed."""
    done = on(library, "align", "liquid cooling", "--json")
    path = tmp_path / "matrix.json"
    path.write_text(done.out, encoding="utf-8")
    return path


def test_a_note_quotes_both_sides_says_in_what_they_differ_and_holds(tmp_path, library, matrix):
    files = [tmp_path / f"note{ending}" for ending in (".md", ".docx", ".html", ".pdf")]
    done = on(library, "note", "--from", matrix, *(part for file in files for part in ("-o", file)))
    assert done.code == 0, done.err
    text = files[0].read_text(encoding="utf-8")
    assert "All sites shall use liquid cooling by 2030." in text
    assert "The institute plans to have liquid cooling in 2032." in text
    assert "Different target years: Europe: 2030, Japan: 2032" in text
    for file in files:
        held = run("verify", file, "--library", library)
        assert held.code == 0, held.out


def test_what_the_library_no_longer_says_is_left_out_and_counted(tmp_path, library, matrix):
    (tmp_path / "reports" / "Japan.md").write_text("# Roadmap of Japan\n\nNothing is planned.\n", encoding="utf-8")
    assert run("ingest", tmp_path / "reports", "--library", library, "--embedder", "none").code == 0
    done = on(library, "note", "--from", matrix, "--json", "--strict")
    told = json.loads(done.out)
    assert done.code == 6 and told["dropped"] == 3  # its quote, once under what is due, and the divergence
    assert "2032" not in told["markdown"] and "2030" in told["markdown"]
    assert "no longer has" in done.err


@pytest.mark.parametrize("content", ["", "no JSON", "{}", '{"topics": 3}'])
def test_what_is_no_matrix_is_refused_by_name(tmp_path, library, content):
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    done = on(library, "note", "--from", tmp_path / "other.json")
    assert done.code == 2 and "other.json" in done.message and "is no matrix" in done.message


def test_what_reports_speak_of_and_no_topic_covers_is_suggested(tmp_path, library):
    (tmp_path / "topics.toml").write_text('[[topics]]\nname = "liquid cooling"\n', encoding="utf-8")
    done = on(library, "align", "--topics", tmp_path / "topics.toml", "--suggest-topics", "--json")
    told = json.loads(done.out)
    (found,) = [one for one in told["shared"] if one["name"] == "waste heat"]
    assert (found["reports"], found["regions"], found["first_seen"]) == (2, 2, "2026-02")
    assert "waste heat" in found["citation"]["quote"]
    assert "liquid cooling" not in {one["name"] for one in (*told["shared"], *told["alone"])}
    (tmp_path / "topics.toml").write_text('[[topics]]\nname = "waste heat"\n', encoding="utf-8")
    done = on(library, "align", "--topics", tmp_path / "topics.toml", "--suggest-topics", "--json")
    assert "waste heat" not in {one["name"] for one in json.loads(done.out)["shared"]}
