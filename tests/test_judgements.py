"""What people decide on the cells of a matrix: workbooks are merged or refused by name, and what was said stays."""

import datetime
import io
import json
import math
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from coscribe.tools.align.cell_key import cell_key, evidence_digest
from coscribe.tools.align.judging.cohens_kappa import kappa
from coscribe.tools.align.judging.judgement_sheet import day_of, stance_of_word
from coscribe.tools.align.matrix import AlignmentMatrix
from doubles.archives import repacked
from doubles.command_line import Done, run
from hypothesis import given
from hypothesis import strategies as st

HEADS = ("cell", "topic", "roadmap", "ours", "evidence", "editor", "stance", "comment", "date")
TOPICS = {
    "liquid cooling": "liquid cooling",
    "quantum processors": "quantum processors",
    "sparse meshes": "sparse mesh",
}
REPORTS = {
    "europe.md": ("Europe", "We have decided that all sites will use liquid cooling by 2030.\n\n"
                  "The sites plan quantum processors from 2029 on."),
    "japan.md": ("Japan", "Liquid cooling is planned for the second hall in 2031.\n\n"
                 "We recommend that quantum processors be studied first."),
    "lakeland.md": ("Lakeland", "Liquid cooling is a way to carry heat away.\n\nWe reject quantum processors."),
}  # fmt: skip
COOLED = "liquid cooling | Japan"  # the cells that most tests are about
QUANTUM = "quantum processors | Lakeland"


def topics_file(folder: Path, names: dict[str, str]) -> Path:
    path = folder / "topics.toml"
    path.write_text(
        "".join(f"[[topics]]\nname = '{name}'\nsynonyms.en = ['{word}']\n" for name, word in names.items()),
        encoding="utf-8",
    )
    return path


class Place:
    """A library of three regions, and workbooks about its matrix."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reports = folder, folder / "reports"
        self.home = folder / "home"
        self.where: list[object] = ["--home", self.home, "--embedder", "none"]
        self.reports.mkdir()
        for name, (region, words) in REPORTS.items():
            self.add(name, region, words)
        self.topics = topics_file(folder, TOPICS)
        self.ingest()

    def add(self, name: str, region: str, words: str) -> None:
        (self.reports / name).write_text(f"# Roadmap of {region}\n\n{words}\n", encoding="utf-8")
        with (self.reports / "reports.toml").open("a", encoding="utf-8") as manifest:
            manifest.write(f"['{name}']\nregion = '{region}'\nstatus = 'adopted'\nlanguage = 'en'\n")

    def ingest(self) -> None:
        assert run("ingest", self.reports, *self.where).code == 0

    def align(self, *arguments: object) -> Done:
        return run("align", "--topics", self.topics, *arguments, *self.where)

    def matrix(self, *arguments: object) -> AlignmentMatrix:
        done = self.align(*arguments, "--json")
        assert done.code == 0, done.err
        return AlignmentMatrix.model_validate(done.json)

    def merge(self, *files: Path) -> AlignmentMatrix:
        return self.matrix("--judgements", *files)

    def kept(self) -> list[dict[str, Any]]:
        files = list((self.home / "state" / "judgements").glob("*.json"))
        return [one for file in files for one in json.loads(file.read_text(encoding="utf-8"))["judgements"]]

    def book(self, name: str, said: dict[str, object], change: Callable[[Any], None] = lambda sheet: None) -> Path:
        """Write the workbook of the matrix as it is, with stances in its cells, or by column what else stands there."""
        book = openpyxl.Workbook()
        book.active.title = "matrix"
        sheet = book.create_sheet("judgements")
        sheet.append(HEADS)
        for cell in self.matrix().cells:
            told = said.get(cell_key(cell), {})
            row = {"editor": name, "stance": told} if isinstance(told, str) else {"editor": name, **told}
            row = {
                "cell": cell_key(cell), "topic": cell.topic, "roadmap": cell.roadmap, "ours": cell.ours,
                "evidence": evidence_digest(cell), **row,
            }  # fmt: skip
            sheet.append([row.get(head) for head in HEADS])
        change(sheet)
        path = self.folder / f"{name}.xlsx"
        book.save(path)
        return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def place(library: Place) -> Iterator[Place]:
    """Return a place that others use too: a test leaves its reports alone, and what it had kept is removed."""
    yield library
    topics_file(library.folder, TOPICS)
    shutil.rmtree(library.home / "state" / "judgements", ignore_errors=True)


@pytest.fixture
def own_place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def cell_of(matrix: AlignmentMatrix, name: str) -> Any:
    return next(one for one in matrix.cells if cell_key(one) == name)


def test_where_all_agree_they_decide_and_ours_stays_below(place: Place) -> None:
    before = cell_of(place.matrix(), QUANTUM)
    ada = place.book("Ada", {QUANTUM: {"stance": "Not assessed", "comment": "a draft", "date": "12 March 2026"}})
    bo = place.book("Bo", {QUANTUM: {"stance": "not_assessed", "date": datetime.date(2026, 4, 2)}})
    matrix = place.merge(ada, bo)
    cell = cell_of(matrix, QUANTUM)
    assert (before.stance, before.judged) == ("opposes", None)
    assert (cell.stance, cell.ours) == ("not_assessed", "opposes")
    judged = cell.judged
    assert (judged.stance, judged.by, judged.date) == ("not_assessed", ("Ada", "Bo"), "2026-04-02")
    assert (judged.comment, judged.ours, judged.conflict, judged.evidence_changed) == (
        "Ada: a draft", "opposes", False, False,
    )  # fmt: skip
    row = next(one for one in matrix.rows if one.topic == "quantum processors")
    assert "Lakeland" in row.sentence and "was not assessed" in row.sentence
    assert all(one.judged is None for one in matrix.cells if cell_key(one) != QUANTUM)
    shown = place.align().out
    assert "not assessed (judged)" in shown and "Judged by people" in shown and "| opposes |" in shown


def test_a_row_is_read_with_the_decided_stances(place: Place) -> None:
    assert next(one for one in place.matrix().rows if one.topic == "sparse meshes").reading == "gap"
    said = {f"sparse meshes | {region}": "Plans" for region in ("Europe", "Japan", "Lakeland")}
    row = next(one for one in place.merge(place.book("Ada", said)).rows if one.topic == "sparse meshes")
    assert row.reading == "converge" and row.sentence == "Europe, Japan, Lakeland plan it."


def test_those_who_oppose_by_decision_diverge_and_what_rests_on_no_quote_is_told_without(
    place: Place, tmp_path: Path
) -> None:
    said = {"sparse meshes | Europe": "plans", "sparse meshes | Japan": "opposes", COOLED: "opposes"}
    matrix = place.merge(place.book("Ada", said))
    for topic in ("sparse meshes", "liquid cooling"):
        row = next(one for one in matrix.rows if one.topic == topic)
        assert row.reading == "diverge" and ("Europe", "Japan") in [one.between for one in row.divergences]
        assert "stance" in {one.type for one in row.divergences}
    page = tmp_path / "m.md"
    matrix = place.matrix("--judgements", place.book("Ada", {"sparse meshes | Japan": "plans"}), "-o", page)
    row = next(one for one in matrix.rows if one.topic == "sparse meshes")
    assert (row.reading, row.sentence) == ("gap", "Europe, Japan plan it; Lakeland is silent.")
    lacks = [one for one in matrix.actions if (one.kind, one.topic) == ("missing_here", "sparse meshes")]
    assert [(one.roadmap, one.citations) for one in lacks] == [("Lakeland", ())]
    assert run("verify", page, "--home", place.home).code == 0
    saved = tmp_path / "matrix.json"
    saved.write_text(place.align("--json").out, encoding="utf-8")
    noted = run("note", "--from", saved, "--home", place.home)
    assert noted.code == 0, noted.err


def test_three_people_in_conflict_leave_ours_and_are_all_shown(place: Place) -> None:
    ours = cell_of(place.matrix(), COOLED).stance
    files = [place.book(name, {COOLED: said}) for name, said in
             (("Ada", "commits"), ("Bo", "Mentions"), ("Chen", "COMMITS"))]  # fmt: skip
    matrix = place.merge(*files)
    cell = cell_of(matrix, COOLED)
    assert (cell.stance, cell.judged.stance, cell.judged.conflict) == (ours, None, True)
    assert cell.judged.by == ("Ada", "Bo", "Chen")
    assert [one.stance for one in cell.judged.votes] == ["commits", "mentions", "commits"]
    assert place.merge(*reversed(files)).cells == matrix.cells  # whichever comes first
    shown = place.align().out
    assert "conflict: Ada commits, Bo mentions, Chen commits" in shown and "people differ" in shown


def test_judgements_stay_over_reruns_and_one_person_adds_to_another(place: Place) -> None:
    place.merge(place.book("Ada", {COOLED: "commits"}))
    assert cell_of(place.matrix(), COOLED).judged.by == ("Ada",)
    place.merge(place.book("Bo", {COOLED: "commits", QUANTUM: "mixed"}))
    matrix = place.matrix()
    assert cell_of(matrix, COOLED).judged.by == ("Ada", "Bo") and cell_of(matrix, QUANTUM).stance == "mixed"
    assert place.matrix("liquid cooling").no_longer_there == ()  # only asked for less
    assert place.matrix("--by", "report").no_longer_there == ()  # nor are its columns regions
    assert not any(one.judged for one in place.matrix("--by", "report").cells)
    assert {(one["editor"], one["cell"]) for one in place.kept()} == {
        ("Ada", COOLED), ("Bo", COOLED), ("Bo", QUANTUM)
    }  # fmt: skip


def test_columns_are_moved_and_added_and_rows_deleted_sorted_and_blank(place: Place) -> None:
    def change(sheet: Any) -> None:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(["Judged in May"])
        sheet.append([])
        sheet.append(["mood", "Stance ", *(head.upper() for head in HEADS if head != "stance"), ""])
        kept = [row for row in rows[1:] if row[0] != "liquid cooling | Europe"]
        for row in sorted(kept, key=lambda one: str(one[0]), reverse=True):
            sheet.append(["fine", row[6], *row[:6], *row[7:], "beside"])
            sheet.append([None, "  "])

    place.merge(place.book("Bo", {"liquid cooling | Europe": "plans"}))
    matrix = place.merge(place.book("Ada", {COOLED: "Recommends", QUANTUM: "● commits"}, change))
    assert cell_of(matrix, COOLED).stance == "recommends" and cell_of(matrix, QUANTUM).stance == "commits"
    assert cell_of(matrix, "liquid cooling | Europe").judged.by == ("Bo",)  # a deleted row takes nothing back


def test_several_people_share_a_file_and_who_gives_no_name_has_that_of_the_file(place: Place) -> None:
    def change(sheet: Any) -> None:
        sheet.append([COOLED, "", "", "", "", " Bo ", "plans"])
        sheet.append([COOLED, "", "", "", "", "", "plan"])
        sheet.append(["", "liquid  cooling", "JAPAN", "", "", "Chen", "plans"])

    matrix = place.merge(place.book("Ada", {COOLED: {"stance": "plans", "editor": "Dee"}}, change))
    assert cell_of(matrix, COOLED).judged.by == ("Ada", "Bo", "Chen", "Dee")


def test_two_files_of_one_name_need_the_names_of_people(place: Place, tmp_path: Path) -> None:
    first = place.book("matrix", {COOLED: {"stance": "plans", "editor": None}})
    second = tmp_path / "second" / "matrix.xlsx"
    second.parent.mkdir()
    second.write_bytes(first.read_bytes())
    assert "column editor" in place.align("--judgements", first, "--judgements", second).message
    assert place.merge(first, first).cells and len(place.kept()) == 1  # the same file twice is that file


def test_a_renamed_topic_and_a_region_that_is_gone_are_kept_and_listed(own_place: Place) -> None:
    place = own_place
    file = place.book("Ada", {COOLED: {"stance": "plans", "comment": "as agreed"}, QUANTUM: "mixed"})
    topics_file(place.folder, {("cooling by liquid" if name.startswith("liq") else name): word
                               for name, word in TOPICS.items()})  # fmt: skip
    matrix = place.merge(file)
    assert [(one.cell, one.editor, one.stance, one.comment) for one in matrix.no_longer_there] == [
        (COOLED, "Ada", "plans", "as agreed")
    ]
    assert cell_of(matrix, QUANTUM).stance == "mixed"
    assert "No longer there" in place.align().out and len(place.matrix().no_longer_there) == 1
    topics_file(place.folder, TOPICS)
    assert cell_of(place.matrix(), COOLED).judged.comment == "as agreed"  # it was never lost
    run("reports", "remove", "lakeland.md", *place.where)
    assert [one.cell for one in place.matrix().no_longer_there] == [QUANTUM]


def test_evidence_that_has_changed_since_is_flagged_until_judged_again(own_place: Place) -> None:
    place = own_place
    place.merge(place.book("Ada", {COOLED: "commits", QUANTUM: "mixed"}))
    assert not cell_of(place.matrix(), COOLED).judged.evidence_changed
    place.add("late.md", "Japan", "Liquid cooling was decided on, and all sites must have it by 2028.")
    place.ingest()
    matrix = place.matrix()
    cell = cell_of(matrix, COOLED)
    assert (cell.judged.evidence_changed, cell.stance, cell.judged.by) == (True, "commits", ("Ada",))
    assert not cell_of(matrix, QUANTUM).judged.evidence_changed
    assert "evidence changed since judged" in place.align().out
    again = cell_of(place.merge(place.book("Ada", {COOLED: "commits"})), COOLED)
    assert not again.judged.evidence_changed
    blank = cell_of(place.merge(place.book("Ada", {COOLED: {"stance": "commits", "evidence": ""}})), COOLED)
    assert blank.judged.evidence_changed  # nobody knows what was judged


def test_the_later_judgement_of_a_person_counts_and_a_dash_takes_it_back(place: Place) -> None:
    old = place.book("Ada", {COOLED: {"stance": "plans", "date": "2026-03-01", "comment": "first"}})
    place.merge(old)
    new = place.book("ada", {COOLED: {"stance": "commits", "date": "2026-04"}})
    done = place.align("--judgements", new)
    assert done.code == 0 and "replaces plans of 2026-03-01" in done.err
    assert "is older than what is kept" in " ".join(place.align("--judgements", old).err.split())
    assert cell_of(place.matrix(), COOLED).stance == "commits"
    place.merge(place.book("Ada", {COOLED: {"comment": "see page 3"}}))
    cell = cell_of(place.matrix(), COOLED)
    assert (cell.stance, cell.judged.comment) == ("commits", "see page 3")  # a remark takes no stance away
    place.merge(place.book("Bo", {QUANTUM: {"comment": "who wrote this?"}}))
    cell = cell_of(place.matrix(), QUANTUM)
    assert (cell.stance, cell.judged.by, cell.judged.stance, cell.judged.comment) == (
        "opposes", (), None, "who wrote this?",
    )  # fmt: skip
    assert "is taken back" in place.align("--judgements", place.book("Ada", {COOLED: "-"})).err
    assert cell_of(place.matrix(), COOLED).judged is None


def without(head: str) -> Callable[[Any], None]:
    return lambda sheet: sheet.delete_cols(HEADS.index(head) + 1)


def put(place: str, value: object) -> Callable[[Any], None]:
    return lambda sheet: sheet.__setitem__(place, value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put("G2", "maybe"), "row 2 of 'Ada.xlsx': 'maybe' is no stance: write one of commits, plans"),
        (put("G2", 7), "row 2 of 'Ada.xlsx': '7' is no stance"),
        (put("G2", "commits?"), "'commits?' is no stance"),
        (put("G2", '=IF(TRUE,"plans")'), "row 2 of 'Ada.xlsx': it has a formula in G2"),
        (put("I2", "=TODAY()"), "it has a formula in I2"),
        (put("I2", "soon"), "row 2 of 'Ada.xlsx': 'soon' is no date"),
        (put("I2", "03/04/2026"), "'03/04/2026' is no date that is understood: write it as 2026-03-12"),
        (put("A2", "cooling"), "'cooling' is no cell: write TOPIC | ROADMAP"),
        (put("A2", QUANTUM), f"its cell is '{QUANTUM}', but topic and roadmap say 'liquid cooling | "),
        (put("F2", "x" * 201), "the editor has 201 characters"),
        (lambda sheet: sheet.append([COOLED, "", "", "", "", "Ada", "opposes"]), "'Ada' says different things of"),
        (lambda sheet: sheet.append(["", "liquid cooling", "", "", "", "Ada", "opposes"]), "it names no cell"),
        (lambda sheet: sheet.merge_cells("F2:F4"), "it has merged cells in F2:F4"),
        (without("stance"), "has no column 'stance'"),
        (without("evidence"), "has no column 'evidence'"),
        (without("cell"), "has no column 'cell'"),
        (put("D1", "Stance"), "has two columns 'stance': rename one"),
        (lambda sheet: setattr(sheet, "title", "mine"), "has no sheet 'judgements', only 'matrix', 'mine'"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_by_name_and_nothing_is_merged(
    change: Callable[[Any], None], says: str, place: Place
) -> None:
    bo = place.book("Bo", {COOLED: "plans"})
    ada = place.book(
        "Ada", dict.fromkeys((COOLED, "liquid cooling | Europe", "liquid cooling | Lakeland"), "plans"), change
    )
    done = place.align("--judgements", bo, ada)
    assert done.code == 2 and says in done.message and done.out == ""
    assert place.kept() == []
    assert cell_of(place.matrix(), COOLED).judged is None


def test_every_problem_of_all_files_has_its_line(place: Place) -> None:
    place.merge(place.book("Dee", {QUANTUM: "plans"}))
    ada = place.book("Ada", {COOLED: "maybe", QUANTUM: {"stance": "plans", "date": "soon"}})
    bo = place.book("Bo", {COOLED: "plans"}, lambda sheet: setattr(sheet, "title", "mine"))
    (place.folder / "Chen.xlsx").write_bytes(b"no archive")
    done = place.align("--judgements", ada, bo, place.folder / "Chen.xlsx", place.folder / "none.xlsx")
    assert done.code == 2 and done.message == (
        "5 things in the workbooks are not understood: no judgement was merged"
    )  # fmt: skip
    lines = " ".join(done.err.split())
    for words in ("'maybe' is no stance", "'soon' is no date", "no sheet 'judgements'", "'Chen.xlsx' is damaged",
                  "none.xlsx' (no such file or directory)"):  # fmt: skip
        assert words in lines
    assert [one["editor"] for one in place.kept()] == ["Dee"]


def macros(data: bytes) -> bytes:
    return repacked(data, "[Content_Types].xml", lambda part: part.replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    ))  # fmt: skip


def with_module(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


def entities(data: bytes) -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa">]>'
    return repacked(data, "xl/workbook.xml", lambda part: declared + part)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data[: len(data) // 2], "damaged"),
        (lambda data: b"", "damaged"),
        (lambda data: repacked(data, "xl/worksheets/sheet2.xml", lambda part: part[: len(part) // 2]), "damaged"),
        (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        (entities, "declares XML entities"),
        (macros, "macros"),
        (with_module, "holds macros: save it as .xlsx without them"),
    ],
)
def test_a_damaged_encrypted_or_macro_file_is_refused_by_name(
    change: Callable[[bytes], bytes], says: str, place: Place
) -> None:
    file = place.book("Ada", {COOLED: "plans"})
    file.write_bytes(change(file.read_bytes()))
    done = place.align("--judgements", file)
    assert done.code == 2 and says in done.message and "Ada.xlsx" in done.message
    assert place.kept() == []


@pytest.mark.parametrize("name", ["Ada.xlsm", "Ada.csv", "Ada.ods"])
def test_another_kind_of_file_is_refused(name: str, place: Place) -> None:
    file = place.book("Ada", {COOLED: "plans"}).rename(place.folder / name)
    assert f"'{name}' is no workbook that is read here" in place.align("--judgements", file).message


def test_no_byte_that_is_changed_makes_it_crash(place: Place) -> None:
    file = place.book("Ada", {COOLED: "plans"})
    whole = file.read_bytes()
    for at in range(7, len(whole), len(whole) // 20):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        done = place.align("sparse meshes", "--judgements", file)
        assert done.code in (0, 2) and (done.code == 0 or done.message)


def test_what_is_kept_is_whole_and_ones_own_and_damage_to_it_is_named(place: Place) -> None:
    place.merge(place.book("Ada", {COOLED: "plans"}))
    (kept,) = (place.home / "state" / "judgements").iterdir()
    assert kept.stat().st_mode & 0o077 == 0 and kept.parent.stat().st_mode & 0o077 == 0
    kept.write_text("{", encoding="utf-8")
    done = place.align()
    assert done.code == 2 and "is damaged" in done.message and kept.name in done.message


def test_agreement_is_told_between_people_and_with_ours_never_without_its_count(place: Place) -> None:
    names = [cell_key(one) for one in place.matrix().cells]
    ada = place.book("Ada", dict(zip(names, ["plans"] * 5 + ["silent"] * 4, strict=True)))
    bo = place.book("Bo", dict(zip(names[:8], ["plans"] * 4 + ["silent"] * 4, strict=True)))
    matrix = place.merge(ada, bo)
    both = next(one for one in matrix.agreement if one.topic is None and one.other == "Bo")
    # 8 cells: 4 plans by both, 1 plans/silent, 3 silent by both; po 7/8, pe (5/8 * 4/8) + (3/8 * 4/8) = 1/2
    assert (both.one, both.n, both.agreed, both.kappa) == ("Ada", 8, 7, 0.75)
    by_topic = {one.topic: one for one in matrix.agreement if one.other == "Bo" and one.topic}
    assert {topic: (one.n, one.agreed) for topic, one in by_topic.items()} == {
        "liquid cooling": (3, 3), "quantum processors": (3, 2), "sparse meshes": (2, 2),
    }  # fmt: skip
    assert by_topic["sparse meshes"].kappa is None  # both said silent of everything
    ours = next(one for one in matrix.agreement if one.topic is None and one.one == "Ada" and one.other is None)
    assert ours.n == 9 and ours.agreed == sum(
        one.ours == next(vote.stance for vote in one.judged.votes if vote.editor == "Ada") for one in matrix.cells
    )
    assert "| all | Ada – Bo | 8 | 7 | 0.75 |" in place.align().out


def test_the_workbook_that_align_writes_is_filled_in_and_given_back(place: Place, tmp_path: Path) -> None:
    for name, stance in (("Ada", "mixed"), ("Bo", "mixed")):  # Bo has his when Ada has decided
        path = tmp_path / f"{name}.xlsx"
        done = place.align("-o", path, "-o", tmp_path / "matrix.html")
        assert done.code == 0, done.err
        book = openpyxl.load_workbook(path)
        sheet = book["judgements"]
        assert tuple(cell.value for cell in sheet[1]) == HEADS
        row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == QUANTUM)
        assert row[3].value == "opposes"  # ours, whoever decided
        row[6].value, row[7].value, row[8].value = stance, "read <again>", datetime.date(2026, 5, 4)
        book.save(path)
        cell = cell_of(place.merge(path), QUANTUM)
        assert (cell.stance, cell.judged.date, cell.judged.evidence_changed) == ("mixed", "2026-05-04", False)
    assert cell.judged.by == ("Ada", "Bo")
    page = tmp_path / "last.html"
    assert place.align("-o", page, "-o", tmp_path / "last.xlsx", "-o", tmp_path / "last.md").code == 0
    told = "mixed by Ada, Bo (2026-05-04); ours: opposes"
    assert told in page.read_text(encoding="utf-8") and "read &lt;again&gt;" in page.read_text(encoding="utf-8")
    cells = openpyxl.load_workbook(tmp_path / "last.xlsx")["cells"]
    assert any(told in str(row[-1]) for row in cells.values)
    for written in (page, tmp_path / "last.md"):
        assert run("verify", written, "--home", place.home).code == 0


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304347826),
        ([[25, 35], [5, 35]], 0.2592592593),
        ([[0, 1], [1, 0]], -1.0),
        ([[1, 1], [1, 1]], 0.0),
        # Cohen's own example has three categories: shares of 200 cases, by hand po .70, pe .41
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.4915254237),
        ([[7, 0], [0, 0]], None),
        ([], None),
    ],
)
def test_kappa_is_that_of_tables_worked_out_by_hand(table: Sequence[Sequence[int]], expected: float | None) -> None:
    pairs = [(row, column) for row, cells in enumerate(table) for column, n in enumerate(cells) for _ in range(n)]
    found = kappa(pairs)
    assert found == expected if expected is None or found is None else math.isclose(found, expected, rel_tol=1e-9)


RATINGS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=60)


@given(RATINGS)
def test_kappa_is_bounded_symmetric_and_blind_to_order(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    assert found is None or -1 <= found <= 1
    assert found == kappa([(other, one) for one, other in pairs]) == kappa(sorted(pairs))
    same = kappa([(one, one) for one, _ in pairs])
    assert same == (1 if len({one for one, _ in pairs}) > 1 else None)


@pytest.mark.parametrize(
    ("text", "stance"),
    [("Commits", "commits"), (" NOT  assessed ", "not_assessed"), ("not-assessed", "not_assessed"), ("plan", "plans"),
     ("oppose", "opposes"), ("✕ opposes", "opposes"), ("mixed", "mixed"), ("silent", "silent"), ("silen", None),
     ("", None), ("commits plans", None), ("✕", None)],
)  # fmt: skip
def test_a_stance_is_known_in_any_case_and_in_words(text: str, stance: str | None) -> None:
    assert stance_of_word(text) == stance


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-03-12", "2026-03-12"), ("2026-03-12 10:30:00", "2026-03-12"), ("2026-03", "2026-03"), ("2026", "2026"),
     ("12.3.2026", "2026-03-12"), ("12 March 2026", "2026-03-12"), ("Mar 12, 2026", "2026-03-12"),
     ("13/04/2026", "2026-04-13"), ("04/13/2026", "2026-04-13"), ("2026/03/12", "2026-03-12")],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str, day: str) -> None:
    assert day_of(text) == day


def test_a_snapshot_keeps_what_was_judged_and_changes_tell_what_became_of_it(own_place: Place) -> None:
    place, europe = own_place, "liquid cooling | Europe"
    paper = place.folder / "paper.md"

    def snapshot(name: str) -> dict[str, Any]:
        assert run("snapshot", name, "--topics", place.topics, *place.where).code == 0
        kept = place.home / "state" / "snapshots" / f"{name}.json"
        return json.loads(kept.read_text(encoding="utf-8"))

    def changes(*names: object) -> dict[str, Any]:
        done = run("changes", *names, "-o", paper, "--json", *place.where)
        assert done.code == 0, done.err
        return done.json

    def told(found: dict[str, Any], kind: str) -> set[tuple[object, ...]]:
        return {(one["cell"], one["editor"], one["before"], one["after"], *one["parts"]) for one in found[kind]}

    place.merge(place.book("Ada", {COOLED: {"stance": "commits", "comment": "secret words"}, QUANTUM: "opposes"}))
    place.merge(place.book("Bo", {europe: "plans", QUANTUM: {"comment": "look again"}}))
    kept = snapshot("first")
    assert {(one["cell"], one["editor"], one["stance"]) for one in kept["judgements"]} == {
        (COOLED, "Ada", "commits"), (QUANTUM, "Ada", "opposes"), (europe, "Bo", "plans"), (QUANTUM, "Bo", None),
    }  # fmt: skip
    assert "secret words" not in json.dumps(kept)
    kinds = ("judged", "judged_otherwise", "withdrawn", "overtaken")
    assert not any(changes("first")[kind] for kind in kinds)

    place.merge(place.book("Chen", {COOLED: "plans"}))
    place.merge(place.book("Ada", {QUANTUM: "recommends"}))
    place.merge(place.book("Bo", {europe: "-", QUANTUM: {"comment": "look once more"}}))
    (place.reports / "japan.md").write_text("# Roadmap of Japan\n\nLiquid cooling is rejected.\n", encoding="utf-8")
    place.ingest()
    second = snapshot("second")
    for found in (changes("first"), changes("first", "second")):
        assert told(found, "judged") == {(COOLED, "Chen", None, "plans")}
        assert told(found, "judged_otherwise") == {
            (QUANTUM, "Ada", "opposes", "recommends", "stance"), (QUANTUM, "Bo", None, None, "comment"),
        }  # fmt: skip
        assert told(found, "withdrawn") == {(europe, "Bo", "plans", None)}
        assert {(one["cell"], one["editor"]) for one in found["overtaken"]} == {(COOLED, "Ada"), (COOLED, "Chen")}
        assert {(one["ours_before"], one["ours_after"]) for one in found["overtaken"]} == {("plans", "opposes")}
    text = paper.read_text(encoding="utf-8")
    for words in ("Judged by people since", "Judged otherwise than before", "Judgements taken back",
                  "Evidence changed since judged", "Chen"):  # fmt: skip
        assert words in text
    assert run("verify", paper, *place.where[:2]).code == 0
    assert not any(changes("second")[kind] for kind in kinds)

    old = place.home / "state" / "snapshots" / "first.json"
    del kept["judgements"]  # as it was kept before
    old.write_text(json.dumps(kept), encoding="utf-8")
    found = changes("first")
    assert not any(found[kind] for kind in kinds) and found["stances"]
    assert any("does not hold what people judged" in remark for remark in found["remarks"])
    assert len(second["judgements"]) == 4
