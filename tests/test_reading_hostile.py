"""Files that are broken, hostile or of the wrong kind: a named failure each, and the others unharmed."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import docx
import pytest
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading import sandbox
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.read import Unsupported, read
from coscribe.vectorstore.reading.sandbox import Readers, read_apart
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def word_file(text: str = "Words of a report.") -> bytes:
    word = docx.Document()
    word.add_paragraph(text)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def pdf_file(**options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    canvas.drawString(60, 700, "Words of a report that can be read.")
    canvas.save()
    return buffer.getvalue()


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file())) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def bomb() -> bytes:
    return repacked(lambda name, data: data + b" " * 40_000_000 if name == "word/document.xml" else data)


def entities() -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa">]>'
    return repacked(lambda name, data: declared + data.split(b"?>", 1)[1] if name == "word/document.xml" else data)


def compound(text: str = "") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + text.encode("utf-16-le")


FAILURES: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.pdf", lambda: b"", "empty"),
    ("a.txt", lambda: b"", "empty"),
    ("a.pdf", lambda: pdf_file(encrypt=StandardEncryption("secret")), "encrypted"),
    ("a.pdf", lambda: pdf_file()[:-200], "cut short"),
    ("a.pdf", lambda: b"%PDF-1.4\nnothing\n%%EOF", "damaged"),
    ("a.pdf", lambda: b"<html><body>Sign in</body></html>", "no pdf document"),
    ("a.docx", lambda: zipped({"a.txt": b"words"}), "no docx document"),
    ("a.docx", lambda: word_file()[:-3000], "damaged or cut short"),
    ("a.docx", lambda: repacked(lambda name, data: data[:-50]), "damaged"),
    ("a.docx", lambda: compound("EncryptedPackage"), "encrypted"),
    ("a.docx", bomb, "zip bomb"),
    ("a.docx", entities, "XML entities"),
    ("a.pptx", lambda: b"words", "no pptx document"),
    ("a.txt", lambda: os.urandom(200).replace(b"%PDF", b"") + b"\0\0\0", "no text"),
]
UNSUPPORTED: list[tuple[str, Callable[[], bytes], str]] = [
    ("x.doc", compound, "'x.doc' is an old Word file: save it as .docx"),
    ("x.docx", compound, "'x.docx' is an old Word file: save it as .docx"),
    ("x.rtf", lambda: b"{\\rtf1 words}", "'x.rtf' is a rich text file: save it as .docx"),
    ("x.png", lambda: b"\x89PNG\r\n", "'x.png' is an image"),
    ("x.xls", compound, "'x.xls' is an old spreadsheet: save it as .xlsx"),
    ("x.csv", lambda: b"a,b\n", "'x.csv' is a table"),
    ("x.zip", lambda: zipped({"a.txt": b"words"}), "'x.zip' is an archive: unpack it and add the files in it"),
    ("x.odt", lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "save it as .docx"),
    ("x.xyz", lambda: b"words", "'x.xyz' is of no kind that is read"),
]


@pytest.mark.parametrize(("name", "make", "reason"), FAILURES)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, make: Callable[[], bytes], reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(ReadFailure) as caught:
        read(path)
    assert reason in str(caught.value) and repr(name) in str(caught.value) and "\n" not in str(caught.value)
    assert not isinstance(caught.value, Unsupported)


@pytest.mark.parametrize(("name", "make", "advice"), UNSUPPORTED)
def test_a_kind_that_is_not_read_says_what_to_do(
    tmp_path: Path, name: str, make: Callable[[], bytes], advice: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(Unsupported) as caught:
        read(path)
    assert advice in str(caught.value)


def test_a_missing_file_and_a_pdf_under_another_name(tmp_path: Path) -> None:
    with pytest.raises(ReadFailure, match="cannot be opened"):
        read(tmp_path / "absent.pdf")
    (tmp_path / "really.txt").write_bytes(pdf_file())
    assert read(tmp_path / "really.txt").pages[0].kind == "page"


def test_deeply_nested_markup_is_named(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div>" * 5_000 + "words" + "</div>" * 5_000)
    with pytest.raises(ReadFailure, match="nested too deeply"):
        read(path)


def test_readers_keep_the_order_and_give_failures_in_place(tmp_path: Path) -> None:
    paths = []
    for number in range(7):
        paths.append(tmp_path / f"{number}.docx")
        paths[-1].write_bytes(word_file(f"Report {number}.") if number != 3 else b"no zip")
    with Readers(children=2) as readers:
        outcomes = list(readers.read_all(paths))
    assert [path for path, _ in outcomes] == paths
    for number, (_, outcome) in enumerate(outcomes):
        if number == 3:
            assert isinstance(outcome, ReadFailure) and "no docx document" in str(outcome)
        else:
            assert isinstance(outcome, FileText) and outcome.pages[0].text == f"Report {number}."


def test_a_child_that_hangs_fails_its_own_file_alone(tmp_path: Path) -> None:
    pipe, fine = tmp_path / "never.txt", tmp_path / "fine.docx"
    os.mkfifo(pipe)  # opening it waits for a writer that never comes
    fine.write_bytes(word_file())
    with Readers(children=1, seconds=6) as readers:
        outcomes = [outcome for _, outcome in readers.read_all([fine, pipe, fine])]
    assert isinstance(outcomes[0], FileText) and isinstance(outcomes[2], FileText)
    assert isinstance(outcomes[1], ReadFailure) and "not read within 6 s" in str(outcomes[1])


def test_a_child_that_dies_fails_its_own_file_alone(tmp_path: Path) -> None:
    pipe, fine = tmp_path / "never.txt", tmp_path / "fine.docx"
    os.mkfifo(pipe)
    fine.write_bytes(word_file())
    with Readers(children=1) as readers:
        assert isinstance(dict(readers.read_all([fine]))[fine], FileText)
        readers._children[0].kill()  # dead while it waits: no file is lost
        readers._children[0]._process.wait()
        assert isinstance(dict(readers.read_all([fine]))[fine], FileText)
        Timer(0.5, readers._children[1].kill).start()  # dead while it reads
        outcome = dict(readers.read_all([pipe]))[pipe]
        assert isinstance(outcome, ReadFailure) and "brought its reader down" in str(outcome)
        assert isinstance(dict(readers.read_all([fine]))[fine], FileText)


def test_an_interrupted_run_waits_for_no_child(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never.txt")
    with Readers(children=1) as readers:
        Timer(0.5, readers.__exit__, (None, None, None)).start()
        ((_, outcome),) = readers.read_all([tmp_path / "never.txt"])
        assert isinstance(outcome, ReadFailure)


def test_the_child_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_file())
    assert read_apart(path).pages[0].text == "Words of a report that can be read."
    path.write_bytes(b"%PDF-1.7 %%EOF")
    with pytest.raises(ReadFailure, match="damaged"):
        read_apart(path, seconds=sandbox.SECONDS, memory_mb=sandbox.MEMORY_MB)
    assert capfd.readouterr() == ("", "")
