"""Published files of each format: what a hand changed is named, and what nobody touched gives no alarm."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from coscribe.core.document import Document
from coscribe.tools.publish.pdf.pdf_file import pdf_file
from coscribe.tools.publish.pdf.pdf_texts import read_pdf
from coscribe.tools.publish.publication import published_again
from coscribe.tools.verify.saved import made_of, parsed
from doubles.archives import repacked
from doubles.command_line import run
from doubles.published import ENDINGS, READERS, problems, publish

BODY = "word/document.xml"
TOPICS = ("energy of inference", "peak electrical power of a site", "quantum software")
WORD = re.compile(rb"(?<=>)([^<>]*?\b)([a-z]{4,})(\b[^<>]*?)(?=</)")


@pytest.fixture(scope="module")
def published(shelf, tmp_path_factory) -> Path:
    """A folder with each topic's note, and one answer, in each format."""
    folder = tmp_path_factory.mktemp("published")
    for number, topic in enumerate(TOPICS):
        publish(shelf, folder / f"note{number}", "note", topic)
    publish(shelf, folder / "answer", "ask", "How much power may a site draw in Europe and in Japan?")
    return folder


def markup(file: Path) -> bytes:
    """What an office program or an editor would change."""
    return ZipFile(file).read(BODY) if file.suffix == ".docx" else file.read_bytes()


def write_altered(file: Path, text: bytes, target: Path) -> Path:
    """Write a file with another markup."""
    target.write_bytes(repacked(file.read_bytes(), BODY, lambda _: text) if file.suffix == ".docx" else text)
    return target


@pytest.mark.parametrize("ending", ENDINGS)
def test_untouched_files_hold(shelf, published, ending):
    files = sorted(published.glob(f"*{ending}"))
    assert len(files) == len(TOPICS) + 1
    assert {file.name: problems(shelf, file) for file in files} == {file.name: [] for file in files}


@pytest.mark.parametrize(("ending", "begin", "step"), [(".docx", b"<w:body", 3), (".html", b"<main", 7)])
def test_every_single_word_that_was_changed_is_named(shelf, published, tmp_path, ending, begin, step):
    """Many words of the text, a file each."""
    file = published / f"note0{ending}"
    text = markup(file)
    words = list(WORD.finditer(text, text.index(begin), text.index(begin.replace(b"<", b"</"))))[::step]
    assert len(words) >= 12
    for word in words:
        changed = text[: word.start(2)] + b"otherwise" + text[word.end(2) :]
        told = problems(shelf, write_altered(file, changed, tmp_path / file.name))
        # What the page shows around the words is told from its beginning.
        assert any("otherwise" in one or "added since it was published" in one for one in told), word[0]


def test_a_pdf_that_says_something_else_than_it_carries_is_found(shelf, published, tmp_path):
    file = published / "note0.pdf"
    carried = read_pdf(file.read_bytes()).carried
    data = parsed(carried.encode())
    made, _ = made_of(data)
    told = published_again(made, data["colophon"], carried)
    assert pdf_file(told.document, told.colophon) == file.read_bytes()
    text = told.document.model_dump_json().replace("measured and reported", "measured and hidden", 1)
    other = tmp_path / "note.pdf"
    other.write_bytes(pdf_file(Document.model_validate_json(text), told.colophon))
    assert any("hidden" in one for one in problems(shelf, other))


@pytest.mark.parametrize(
    ("ending", "extra", "behind"),
    [
        (".docx", b"<w:p><w:r><w:t>Europe has decided.</w:t></w:r></w:p>", b"<w:sectPr>"),
        (".html", b"<p>Europe has decided.</p>", b"</main>"),
    ],
)
def test_a_sentence_that_was_added_is_named(shelf, published, tmp_path, ending, extra, behind):
    file = published / f"note0{ending}"
    target = write_altered(file, markup(file).replace(behind, extra + behind), tmp_path / file.name)
    assert any("added since it was published" in one and "decided" in one for one in problems(shelf, target))


@pytest.mark.parametrize(("ending", "tag"), [(".docx", rb"w:p"), (".html", rb"p")])
def test_a_sentence_that_was_taken_away_is_named(shelf, published, tmp_path, ending, tag):
    file = published / f"note0{ending}"
    paragraph = rb"<%b\b[^<>]*>(?:(?!</%b>).)*Made of verbatim.*?</%b>" % (tag, tag, tag)
    text, count = re.subn(paragraph, b"", markup(file), count=1, flags=re.DOTALL)
    (told,) = problems(shelf, write_altered(file, text, tmp_path / file.name))
    assert count == 1 and told.startswith("missing since it was published: “Made of verbatim quotes.")


@pytest.mark.parametrize("ending", READERS)
def test_a_file_that_is_none_of_ours_or_is_cut_off_is_refused_in_a_line(shelf, published, tmp_path, ending):
    target = tmp_path / f"other{ending}"
    whole = (published / f"note0{ending}").read_bytes()
    for content in (
        b"<html><p>plain words</p></html>" if ending == ".html" else b"no such thing",
        whole[: len(whole) // 2],
    ):
        target.write_bytes(content)
        done = run("verify", target, "--library", shelf.library.folder)
        assert done.code == 2 and "was not made by coscribe" in done.err and done.err.count("\n") == 1
