"""A matrix as files: what each format holds, whom it can be read by, and what `verify` says of it later."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pypdf
import pytest
from coscribe.core.document import Document
from coscribe.tools.publish.pdf.pdf_file import pdf_file
from coscribe.tools.publish.pdf.pdf_texts import read_pdf
from coscribe.tools.publish.publication import published_again
from coscribe.tools.verify.saved import made_of, parsed
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from doubles.archives import repacked
from doubles.command_line import run
from doubles.desk import Shelf
from doubles.published import problems, run_on
from doubles.texts import shelve
from independent import one_line

TOPICS = ("Energy and sustainability", "Quantum integration", "HPC and AI hybridisation")
ENDINGS = (".md", ".docx", ".pdf", ".html", ".csv", ".xlsx")
CARRYING = ENDINGS[:4]
SHEETS = ["matrix", "cells", "divergences", "actions", "judgements", "searched", "coscribe"]
JUDGED = ["cell", "topic", "roadmap", "ours", "evidence", "editor", "stance", "comment", "date"]
SIGNS = {
    "commits": "● commits", "plans": "◐ plans", "recommends": "○ recommends", "mentions": "· mentions",
    "opposes": "✕ opposes", "mixed": "◈ mixed", "silent": "– silent", "not_assessed": "? not assessed",
}  # fmt: skip
FORMULA = "=cmd|' /C calc'!A0"
HOSTILE = f"""
[[topics]]
name = "{FORMULA}"
synonyms = ["turbine <b>halls</b>", "@turbine halls"]
"""
Json = Any


@pytest.fixture(scope="module")
def made(shelf, tmp_path_factory) -> tuple[Path, Json]:
    """A folder with a matrix of the samples in each format, and the same as JSON."""
    folder = tmp_path_factory.mktemp("matrix")
    files = [part for ending in ENDINGS for part in ("-o", folder / f"m{ending}")]
    done = run_on(shelf, "align", *TOPICS, "--json", *files)
    assert done.code == 0, done.err
    matrix = done.json
    assert matrix["files"] == [str(folder / f"m{ending}") for ending in ENDINGS]
    return folder, matrix


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> tuple[Shelf, Path]:
    """A shelf of sixty reports, each a roadmap, whose quotes are long; their matrix as files."""
    folder = tmp_path_factory.mktemp("many")
    long = "with partners in every country that takes part, for services that are open to all of its institutes, "
    said = f"The centre shall build quantum computers {long * 2}by"
    texts = {f"plan-{at:02}.md": f"# Plan {at:02}\n\n{said} {2030 + at % 9}.\n" for at in range(60)}
    shelf = Shelf(folder / "reports", shelve(folder, texts))
    files = [part for ending in (".docx", ".html", ".pdf") for part in ("-o", folder / f"many{ending}")]
    done = run_on(shelf, "align", *TOPICS, "--by", "report", *files)
    assert done.code == 0, done.err
    return shelf, folder


def sheet(folder: Path, name: str) -> list[list[str]]:
    """The rows of a sheet, every cell of which is text."""
    rows = openpyxl.load_workbook(folder / "m.xlsx")[name]
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    return [[cell.value or "" for cell in row] for row in rows]


def words_of(name: Path) -> str:
    """The text of a page as people see it, without a browser."""
    page = Page()
    page.feed(name.read_text(encoding="utf-8"))
    return one_line(" ".join(page.text))


class Page(HTMLParser):
    """What stands on a page, and what it leads to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.cells: dict[str, tuple[str, str]] = {}  # the address of a cell: its name and what it shows
        self.code: dict[str, str] = {}
        self.loads: list[str] = []
        self.policy = ""
        self._open: list[str] = []
        self._cell: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.loads += [told[name] or "" for name in ("src", "srcset", "action", "data", "poster") if name in told]
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = told["content"] or ""
        if tag == "a":
            self.links.append(told["href"] or "")
            if "opens" in (told.get("class") or ""):
                self._cell = told["href"] or ""
                self.cells[self._cell] = (told["data-title"] or "", "")
        elif tag in ("image", "link"):
            self.loads.append(told.get("href") or "")
        if tag in ("script", "style") and told.get("type") != "application/json":
            self._open.append(tag)
        elif tag == "script":
            self._open.append("carried")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open.pop()
        if tag == "a":
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.code[self._open[-1]] = self.code.get(self._open[-1], "") + data
            return
        self.text.append(data)
        if self._cell:
            name, shown = self.cells[self._cell]
            self.cells[self._cell] = name, f"{shown}{data}"


def quotes(cell: Json) -> list[str]:
    return [one_line(one["quote"]) for one in cell["citations"] if one["role"] == "quote"]


def test_a_number_is_that_of_one_report_wherever_it_stands(shelf):
    matrix = run_on(shelf, "align", "--json").json
    cited = [one for cell in matrix["cells"] for one in cell["citations"]]
    near = [cell["searched"]["nearest"] for cell in matrix["cells"] if cell["searched"]["nearest"]]
    told = [one for row in matrix["rows"] for found in row["divergences"] for one in found["citations"]]
    told += [one for each in matrix["actions"] for one in each["citations"]]
    pairs = {(one["number"], one["report"]) for one in (*cited, *near, *told)}
    assert near and len(pairs) == len({number for number, _ in pairs}) == len({report for _, report in pairs})
    assert {one["number"] for one in cited} == set(range(1, len({one["report"] for one in cited}) + 1))


@pytest.mark.parametrize("ending", CARRYING)
def test_an_untouched_file_holds(shelf, made, ending):
    assert problems(shelf, made[0] / f"m{ending}") == []


def test_a_saved_matrix_is_verified_by_its_quotes(shelf, made, tmp_path):
    file = tmp_path / "matrix.json"
    file.write_text(json.dumps(made[1]), encoding="utf-8")
    assert problems(shelf, file) == []
    changed = json.loads(file.read_text(encoding="utf-8"))
    cell = next(one for one in changed["cells"] if one["citations"])
    cell["citations"][0]["quote"] = "Nobody has to report it."
    file.write_text(json.dumps(changed), encoding="utf-8")
    assert any("Nobody has to report it" in one for one in problems(shelf, file))


@pytest.mark.parametrize(("ending", "inside"), [(".md", b""), (".html", rb"(?<=>)[^<>]*"), (".docx", rb"(?<=>)[^<>]*")])
@pytest.mark.parametrize("word", ["commits", "measured", "diverge", "reported"])
def test_a_changed_word_is_named(shelf, made, tmp_path, ending, inside, word):
    """Stances and quotes, wherever a format shows them."""
    file, target, change = made[0] / f"m{ending}", tmp_path / f"m{ending}", re.compile(inside + word.encode())

    def altered(text: bytes) -> bytes:
        told = change.search(text, max(0, text.find(b"<main")))
        return text[: told.end() - len(word)] + b"otherwise" + text[told.end() :]

    if ending == ".docx":
        target.write_bytes(repacked(file.read_bytes(), "word/document.xml", altered))
    else:
        target.write_bytes(altered(file.read_bytes()))
    if ending == ".md":
        shutil.copy(made[0] / "m.md.json", tmp_path)
    assert any("otherwise" in one for one in problems(shelf, target))


def test_a_pdf_that_says_something_else_than_it_carries_is_found(shelf, made, tmp_path):
    file = made[0] / "m.pdf"
    carried = read_pdf(file.read_bytes()).carried
    data = parsed(carried.encode())
    told = published_again(made_of(data)[0], data["colophon"], carried)
    assert pdf_file(told.document, told.colophon) == file.read_bytes()
    text = told.document.model_dump_json().replace("● commits", "✕ opposes", 1)
    other = tmp_path / "m.pdf"
    other.write_bytes(pdf_file(Document.model_validate_json(text), told.colophon))
    assert any("opposes" in one for one in problems(shelf, other))


def alter_stance(data: Json) -> None:
    data["cells"][0]["stance"] = "opposes" if data["cells"][0]["stance"] != "opposes" else "commits"


def alter_sentence(data: Json) -> None:
    data["rows"][0]["sentence"] += " Everybody agrees."


def alter_position(data: Json) -> None:
    next(one for one in data["cells"] if one["position"])["position"] = "Nothing is planned here."


def alter_figure(data: Json) -> None:
    next(one for one in data["cells"] if one["figures"])["figures"][0]["text"] = "99 MW"


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (alter_stance, "its document is not made of its cells and rows"),
        (alter_sentence, "is not made of its cells"),
        (alter_position, "Nothing is planned here"),
        (alter_figure, "99 MW is not in the words"),
    ],
)
def test_data_that_does_not_fit_together_is_named(shelf, made, tmp_path, alter, told):
    data = json.loads((made[0] / "m.md.json").read_text(encoding="utf-8"))
    alter(data)
    (tmp_path / "m.md.json").write_text(json.dumps(data), encoding="utf-8")
    shutil.copy(made[0] / "m.md", tmp_path)
    assert any(told in one for one in problems(shelf, tmp_path / "m.md"))


def test_a_page_whose_record_is_cut_is_refused(shelf, made, tmp_path):
    text = (made[0] / "m.html").read_text(encoding="utf-8")
    begin, end = text.index('id="carried">') + len('id="carried">'), text.index("</script>")
    data = json.loads(text[begin:end])
    data["document"]["sections"] = []
    (tmp_path / "m.html").write_text(f"{text[:begin]}{json.dumps(data)}{text[end:]}", encoding="utf-8")
    done = run("verify", tmp_path / "m.html", "--library", shelf.library.folder)
    assert done.code == 2
    assert "damaged" in done.message


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("m.txt",), "name a file that ends in .md, .docx, .html, .pdf, .csv, .xlsx"),
        (("good.md", "missing/m.html"), "there is no folder"),
        ((".",), "name a file that ends in"),
        (("good.md", "--style", "house.docx"), "name one, as in"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(shelf, tmp_path, monkeypatch, files, told):
    monkeypatch.chdir(tmp_path)
    given = [
        part for name in files for part in ((name,) if name.startswith("--") or name == "house.docx" else ("-o", name))
    ]
    done = run_on(shelf, "align", *given)
    assert done.code == 2
    assert told in done.message
    assert not done.out
    assert not list(tmp_path.iterdir())


def test_the_workbook_shows_every_cell_with_sign_and_word(made):
    folder, matrix = made
    book = openpyxl.load_workbook(folder / "m.xlsx")
    assert book.sheetnames == SHEETS and book["coscribe"].sheet_state == "veryHidden"
    heads, *rows = sheet(folder, "matrix")
    names = [one["name"] for one in matrix["roadmaps"]]
    assert [head for head in heads if head] == ["topic", *names, "reading"]
    shown = {(row[0], name): text for row in rows[: len(TOPICS)] for name, text in zip(names, row[1:], strict=False)}
    assert {key: text.removesuffix(" (draft)") for key, text in shown.items()} == {
        (one["topic"], one["roadmap"]): SIGNS[one["stance"]] for one in matrix["cells"]
    }
    assert [row[len(names) + 1].split()[-1] for row in rows[: len(TOPICS)]] == [
        one["reading"] for one in matrix["rows"]
    ]
    legend = " ".join(text for row in rows[len(TOPICS) :] for text in row)
    assert all(sign in legend for sign in SIGNS.values())
    assert book["matrix"].freeze_panes == "B2"
    assert len({cell.fill.fgColor.rgb for row in book["matrix"].iter_rows(min_row=2, max_row=4) for cell in row}) > 2


def test_the_sheets_hold_what_the_json_does(made):
    folder, matrix = made
    columns, *rows = sheet(folder, "cells")
    assert len(rows) == len(matrix["cells"])
    for row, cell in zip(rows, matrix["cells"], strict=True):
        told = dict(zip(columns, row, strict=True))
        assert (told["topic"], told["roadmap"], told["stance"]) == (cell["topic"], cell["roadmap"], cell["stance"])
        assert (told["file"], told["position"]) == (cell["file"] or "", cell["position"])
        assert all(quote in told["quotes"] for quote in quotes(cell))
        assert all(one_line(one["text"]) in told["figures"] for one in cell["figures"])
        assert told["counted"] == ("yes" if cell["counted"] else "no")
    found = [(row["topic"], one["type"]) for row in matrix["rows"] for one in row["divergences"]]
    assert [(row[0], row[2]) for row in sheet(folder, "divergences")[1:]] == found
    actions = [(one["kind"], one["roadmap"], one["topic"], str(one["year"] or "")) for one in matrix["actions"]]
    assert [tuple(row[:4]) for row in sheet(folder, "actions")[1:]] == actions
    silent = [one for one in matrix["cells"] if one["stance"] in ("silent", "not_assessed")]
    assert silent
    searched = sheet(folder, "searched")[1:]
    assert [(row[0], row[1], row[5]) for row in searched] == [
        (one["topic"], one["roadmap"], str(one["searched"]["passages"])) for one in silent
    ]
    assert all(row[3].startswith(one["searched"]["queries"][0]) for row, one in zip(searched, silent, strict=True))
    with (folder / "m.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == sheet(folder, "cells")


def test_people_find_a_row_to_judge_for_each_cell(made):
    folder, matrix = made
    columns, *rows = sheet(folder, "judgements")
    assert columns == JUDGED
    for row, cell in zip(rows, matrix["cells"], strict=True):
        ids = sorted(f"{one['passage']}:{one['start']}-{one['end']}" for one in cell["citations"])
        digest = hashlib.sha256("\n".join([*ids, cell["stance"]]).encode()).hexdigest()[:12]
        key = f"{cell['topic']} | {cell['roadmap']}"
        assert row == [key, cell["topic"], cell["roadmap"], cell["stance"], digest, "", "", "", ""]
    (choice,) = openpyxl.load_workbook(folder / "m.xlsx")["judgements"].data_validations.dataValidation
    assert (choice.type, str(choice.sqref)) == ("list", f"G2:G{len(rows) + 1}")
    assert choice.formula1.strip('"').split(",") == list(SIGNS)


def test_the_page_needs_nothing_else_and_says_all_without_its_script(made):
    folder, matrix = made
    page = Page()
    page.feed((folder / "m.html").read_text(encoding="utf-8"))
    assert not [one for one in page.loads if not one.startswith("data:")]
    assert all(one.startswith("#") and one[1:] in page.ids for one in page.links)
    assert len(page.ids) == len(set(page.ids))
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(page.code[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in page.policy
    assert page.policy.startswith("default-src 'none'")
    stances = {(one["topic"], one["roadmap"].replace("/", " → ")): SIGNS[one["stance"]] for one in matrix["cells"]}
    assert {
        (name.partition(", ")[0], name.partition(", ")[2].partition(":")[0]): one_line(shown).removesuffix(" (draft)")
        for name, shown in page.cells.values()
    } == stances
    text = one_line(" ".join(page.text))
    assert all(f"“{quote}”" in text for cell in matrix["cells"] for quote in quotes(cell))
    assert all(one["searched"]["queries"][0] in text for one in matrix["cells"] if one["stance"] == "silent")
    assert re.search(r'<form class="filters" hidden ', (folder / "m.html").read_text(encoding="utf-8"))


def test_paper_lies_on_its_long_side_and_explains_its_signs(made, tmp_path, shelf):
    folder, _ = made
    section = docx.Document(str(folder / "m.docx")).sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    pages = pypdf.PdfReader(folder / "m.pdf").pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    first = one_line(" ".join(page.extract_text() for page in pages[:3]))
    tables = docx.Document(str(folder / "m.docx")).tables
    legend = next(one for one in tables if one.cell(0, 0).text == "Legend")
    told = [row.cells[0].text for row in legend.rows]
    for sign in SIGNS.values():
        assert sign in told
        assert sign.split(" ", 1)[1] in first


def test_a_house_style_is_turned_with_its_margins(shelf, tmp_path):
    house = docx.Document()
    page = house.sections[0]
    page.page_width, page.page_height = Mm(200), Mm(280)
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = Mm(40), Mm(10), Mm(20), Mm(30)
    house.save(str(tmp_path / "house.docx"))
    done = run_on(shelf, "align", TOPICS[1], "-o", tmp_path / "m.docx", "--style", tmp_path / "house.docx")
    assert done.code == 0, done.err
    turned = docx.Document(str(tmp_path / "m.docx")).sections[0]
    assert [round(each.mm) for each in (turned.page_width, turned.page_height)] == [280, 200]
    margins = (turned.top_margin, turned.right_margin, turned.bottom_margin, turned.left_margin)
    assert [round(each.mm) for each in margins] == [10, 20, 30, 40]


@pytest.mark.parametrize("ending", [".docx", ".html", ".pdf"])
def test_many_roadmaps_with_long_quotes_hold(many, ending):
    shelf, folder = many
    assert problems(shelf, folder / f"many{ending}") == []


def test_many_roadmaps_turn_the_overview(many):
    _, folder = many
    overview = docx.Document(str(folder / "many.docx")).tables[0]
    assert [cell.text for cell in overview.rows[0].cells] == ["Roadmap", *TOPICS]
    assert [row.cells[0].text for row in overview.rows[1:]] == ["Reading", *(f"Plan {at:02}" for at in range(60))]
    assert {row.cells[2].text for row in overview.rows[2:]} == {"● commits"}
    pages = [page.extract_text() for page in pypdf.PdfReader(folder / "many.pdf").pages]
    assert sum("Roadmap" in text and "Quantum integration" in text for text in pages) > 1  # heads on each page
    assert "Plan 59" in words_of(folder / "many.html")


def test_nothing_of_a_topic_or_report_acts(tmp_path):
    """A name that is a formula, markup or a link is text in each format."""
    library = shelve(
        tmp_path,
        {"a.md": "# Halls\n\nThe council will build @turbine halls <script>alert(1)</script> [x](http://a.test).\n"},
    )
    shelf = Shelf(tmp_path / "reports", library)
    (tmp_path / "topics.toml").write_text(HOSTILE, encoding="utf-8")
    files = [part for ending in ENDINGS for part in ("-o", tmp_path / f"m{ending}")]
    done = run_on(shelf, "align", "--by", "report", "--topics", tmp_path / "topics.toml", *files)
    assert done.code == 0, done.err
    cells = sheet(tmp_path, "cells")
    assert cells[1][0] == FORMULA
    written = (tmp_path / "m.csv").read_text(encoding="utf-8")
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(written)) for cell in row)
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>" not in page
    with ZipFile(tmp_path / "m.docx") as archive:
        assert "http://a.test" not in archive.read("word/_rels/document.xml.rels").decode()
    for ending in CARRYING:
        assert problems(shelf, tmp_path / f"m{ending}") == []


def test_the_screen_names_the_files(shelf, tmp_path):
    done = run_on(shelf, "align", TOPICS[1], "-o", tmp_path / "m.csv")
    assert done.code == 0
    assert str(tmp_path / "m.csv") in done.out.replace("\n", "")


def test_a_topic_without_words_in_a_language_tells_how_to_give_it_some(shelf, tmp_path):
    page, note, file = tmp_path / "m.html", tmp_path / "m.md", tmp_path / "topics.toml"
    done = run_on(shelf, "align", "prosperity of all", "-o", page, "-o", note)
    assert done.code == 0 and "1 not assessed" in done.out
    line = next(line for line in note.read_text(encoding="utf-8").splitlines() if "--topics" in line)
    told = line.partition("its words: ")[2]
    for shown in (one_line(done.out), words_of(page)):
        assert told in shown and "no words in es" in shown
    file.write_text(told.replace("…", "prosperidad"), encoding="utf-8")
    (topic,) = (done := run_on(shelf, "align", "--topics", file, "--json")).json["topics"]
    assert (topic["name"], topic["synonyms"]) == ("prosperity of all", {"es": ["prosperidad"]})
    assert "not_assessed" not in {cell["stance"] for cell in done.json["cells"]}
    assert run("verify", page, "--library", shelf.library.folder).code == 0
