"""Published files of each format: what a hand changed is named, and what nobody touched gives no alarm."""

import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from coscribe.core.document import Document
from coscribe.tools.publish.pdf.pdf_file import pdf_file
from coscribe.tools.publish.pdf.pdf_texts import read_pdf
from coscribe.tools.publish.publication import published_again
from coscribe.tools.verify.saved import made_of, parsed
from doubles.command_line import copy_samples, run

TOPICS = ("energy of inference", "peak electrical power of a site", "quantum software")
WORD = re.compile(rb"(?<=>)([^<>]*?\b)([a-z]{4,})(\b[^<>]*?)(?=</)")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A folder with each topic's note, and one answer, in each format."""
    folder = tmp_path_factory.mktemp("published")
    copy_samples(folder / "reports")
    library = ("--library", folder / "library", "--embedder", "none")
    run("ingest", folder / "reports", *library)
    for number, topic in enumerate(TOPICS):
        files = [part for ending in ("docx", "html", "pdf", "md") for part in ("-o", folder / f"note{number}.{ending}")]
        assert run("note", topic, *files, *library).code == 0
    files = [part for ending in ("docx", "html", "pdf", "md") for part in ("-o", folder / f"answer.{ending}")]
    assert run("ask", "How much power may a site draw in Europe and in Japan?", *files, *library).code == 0
    return folder


def verified(folder: Path, file: Path):
    return run("verify", file, "--library", folder / "library", "--json")


def changes(folder: Path, file: Path) -> list[str]:
    return [one["message"] for one in verified(folder, file).json["problems"]]


@pytest.mark.parametrize("ending", ["docx", "html", "pdf", "md"])
def test_untouched_files_hold(published, ending):
    files = sorted(published.glob(f"*.{ending}"))
    assert len(files) == len(TOPICS) + 1
    for file in files:
        done = verified(published, file)
        assert (done.code, done.json["problems"]) == (0, []), file.name
        assert done.json["kinds"]["quote"]["checked"]


@pytest.mark.parametrize("ending", ["docx", "html"])
def test_every_single_word_that_was_changed_is_named(published, tmp_path, ending):
    """Many words of the text, a file each, in the markup as an office program or an editor would save it."""
    file = published / f"note0.{ending}"
    inner = "word/document.xml" if ending == "docx" else None
    whole = ZipFile(file).read(inner) if inner else file.read_bytes()
    body = whole[whole.index(b"<main") : whole.index(b"</main>")] if inner is None else whole
    places = [match.span(2) for match in WORD.finditer(body)][:: 3 if ending == "docx" else 7]
    assert len(places) >= 12
    for start, end in places:
        changed = body[:start] + b"otherwise" + body[end:]
        target = tmp_path / file.name
        if inner is None:
            target.write_bytes(whole.replace(body, changed, 1))
        else:
            with ZipFile(file) as old, ZipFile(target, "w") as new:
                for name in old.namelist():
                    new.writestr(name, changed if name == inner else old.read(name))
        told = changes(published, target)
        # What the page shows around the words is told from its beginning.
        assert any("otherwise" in one or "added since it was published" in one for one in told), body[start:end]


def test_a_pdf_that_says_something_else_than_it_carries_is_found(published, tmp_path):
    file = published / "note0.pdf"
    carried = read_pdf(file.read_bytes()).carried
    data = parsed(carried.encode())
    made, _ = made_of(data)
    told = published_again(made, data["colophon"], carried)
    assert pdf_file(told.document, told.colophon) == file.read_bytes()
    text = told.document.model_dump_json().replace("measured and reported", "measured and hidden", 1)
    other = tmp_path / "note.pdf"
    other.write_bytes(pdf_file(Document.model_validate_json(text), told.colophon))
    assert any("hidden" in one for one in changes(published, other))


@pytest.mark.parametrize("ending", ["docx", "html"])
def test_a_sentence_that_was_added_or_taken_away_is_named(published, tmp_path, ending):
    file, target = published / f"note0.{ending}", tmp_path / f"note.{ending}"
    extra, mark = (
        ("<w:p><w:r><w:t>Europe has decided.</w:t></w:r></w:p>", "<w:sectPr")
        if ending == "docx"
        else ("<p>Europe has decided.</p>", "</main>")
    )
    if ending == "html":
        target.write_text(file.read_text("utf-8").replace(mark, extra + mark, 1), encoding="utf-8")
    else:
        with ZipFile(file) as old, ZipFile(target, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "word/document.xml":
                    at = content.rindex(mark.encode())
                    content = content[:at] + extra.encode() + content[at:]
                new.writestr(name, content)
    assert any("added since it was published" in one and "decided" in one for one in changes(published, target))


@pytest.mark.parametrize("ending", ["docx", "html", "pdf"])
def test_a_file_that_is_none_of_ours_is_refused_in_a_line(published, tmp_path, ending):
    target = tmp_path / f"other.{ending}"
    target.write_bytes(b"<html><p>plain words</p></html>" if ending == "html" else b"no such thing")
    done = run("verify", target, "--library", published / "library")
    assert done.code == 2 and "was not made by coscribe" in done.err and done.err.count("\n") == 1
    shutil.copy(published / f"note0.{ending}", target)
    target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    assert run("verify", target, "--library", published / "library").code in (1, 2)
