"""Exports of reference managers: what they say of files, which files they stand for, and what is written for them."""

import json
import os
from pathlib import Path

import pytest
from doubles.command_line import run

RIS = """TY  - RPRT
AU  - Ministère de l'Énergie
TI  - Stratégie pour les centres de calcul
PY  - 2031
DA  - 2031/03/04/
LA  - fr-FR
M3  - Strategy
L1  - files/12/plan.md
L1  - https://example.org/plan.pdf
ER  -

TY  - STAT
AU  - Smith, Jane
PB  - Office of Halls
TI  - Act on cooling
Y1  - 2030///
L1  - files/13/act.md
ER  -
"""
BIB = r"""@string{office = "Office of Halls"}
@comment{made by hand}
@techreport{a, title = {Strat{\'e}gie pour les centres de {Calcul} \& co},
  author = {{Minist{\`e}re de l'{\'E}nergie} and Smith, Jane}, year = 2031, month = mar, langid = {french},
  type = {Strategy}, file = {Full Text:files/12/plan.md:text/plain;Snapshot:files/12/snap.html:text/html}}
@legislation{b, title = "Act on cooling", institution = office, date = {2030}, file = {files/13/act.md}}
"""
CSL = json.dumps([
    {"id": "a", "type": "report", "title": "Stratégie pour les centres de calcul", "genre": "Strategy",
     "author": [{"literal": "Ministère de l'Énergie"}], "issued": {"date-parts": [[2031, 3, 4]]}, "language": "fr",
     "attachments": [{"path": "files/12/plan.md"}]},
    {"id": "b", "type": "legislation", "title": "Act on cooling", "publisher": "Office of Halls",
     "author": [{"family": "Smith"}], "issued": {"raw": "2030"}, "custom": {"file": "files/13/act.md"}},
])  # fmt: skip
EXPORTS = (("library.ris", RIS), ("library.bib", BIB), ("library.json", CSL))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    for name, words in (("12/plan.md", "The hall"), ("13/act.md", "The act"), ("14/other.md", "Nobody names it")):
        path = tmp_path / "shelf" / "files" / name
        path.parent.mkdir(parents=True)
        path.write_text(f"# {words}\n\nRiver water cools it, and the lake is kept.\n", encoding="utf-8")
    (tmp_path / "shelf" / "files" / "12" / "snap.html").write_text("<h1>Saved</h1><p>A page.</p>", encoding="utf-8")
    return tmp_path / "shelf"


@pytest.fixture
def place(tmp_path: Path) -> list[object]:
    return ["--library", tmp_path / "library", "--embedder", "none"]


def rows(place: list[object]) -> dict[str, dict[str, str | None]]:
    return {Path(row["file"]).name: row for row in run("reports", "list", *place, "--json").json["reports"]}


def facts(row: dict[str, str | None]) -> tuple[str | None, ...]:
    return tuple(row[key] for key in ("organisation", "kind", "language"))


@pytest.mark.parametrize(("name", "text"), EXPORTS)
@pytest.mark.parametrize("way", ["alone", "--manifest", "--manifest elsewhere"])
def test_an_export_says_what_its_files_are(name: str, text: str, way: str, shelf: Path, place: list[object]) -> None:
    export = (shelf.parent / "downloads" if way.endswith("elsewhere") else shelf) / name
    export.parent.mkdir(exist_ok=True)
    export.write_text(text, encoding="utf-8")
    given = (export,) if way == "alone" else (shelf / "files", "--manifest", export)
    done = run("ingest", *given, *place, "--json")
    assert done.code == 0, done.err
    assert done.json["unmatched"] == []
    told = rows(place)
    assert ("other.md" in told) is (way != "alone")
    assert ("snap.html" in told) is (way != "alone")  # a saved page gives way to the work's own file
    plan, act = told["plan.md"], told["act.md"]
    assert facts(plan) == ("Ministère de l'Énergie", "strategy", "fr")
    assert str(plan["title"]).lower().startswith("stratégie pour les centres de calcul")
    assert str(plan["date"]).startswith("2031-03")
    assert (act["title"], act["organisation"], act["date"], act["kind"]) == (
        "Act on cooling", "Office of Halls", "2030", "law",
    )  # fmt: skip
    assert act["file"] == ("files/13/act.md" if way == "alone" else "13/act.md")


@pytest.mark.parametrize("ending", ["ris", "bib", "json"])
def test_a_work_without_attachment_means_the_file_that_bears_its_title(
    ending: str, shelf: Path, place: list[object]
) -> None:
    title = "Roadmap to post-exascale: sites & money"
    (shelf / "Office et al. - 2031 - Roadmap to post-exascale sites & money.md").write_text("# Page 1\n\nLake water.\n")
    export = shelf / f"export.{ending}"
    export.write_text({
        "ris": f"TY  - RPRT\nTI  - {title}\nPB  - Office\nER  -\n\n"
        "TY  - RPRT\nTI  - Something that is not here\nER  -\n",
        "bib": f"@report{{a, title={{{title.replace('&', chr(92) + '&')}}}, institution={{Office}}}}\n"
        "@report{b, title={Something that is not here}}",
        "json": json.dumps([{"type": "report", "title": title, "publisher": "Office"},
                            {"type": "report", "title": "Something that is not here"}]),
    }[ending], encoding="utf-8")  # fmt: skip
    done = run("ingest", shelf / "files", *shelf.glob("*.md"), "--manifest", export, *place, "--json")
    assert (done.code, done.json["unmatched"]) == (0, [])
    told = rows(place)
    assert [row["title"] for row in told.values() if row["organisation"] == "Office"] == [title]


@pytest.mark.parametrize("written", [
    "../../secret.md", "/SECRET", "file:///SECRET", "files/../../secret.md", "link.md",
    "http://example.org/secret.md", "\\\\host\\secret.md",
])  # fmt: skip
@pytest.mark.parametrize("ending", ["ris", "bib", "json"])
def test_nothing_is_taken_that_does_not_lie_beside_the_export(
    written: str, ending: str, shelf: Path, place: list[object]
) -> None:
    secret = shelf.parent / "secret.md"
    secret.write_text("# Secret\n\nNobody handed this over.\n", encoding="utf-8")
    (shelf / "link.md").symlink_to(secret)
    path = written.replace("/SECRET", str(secret))
    export = shelf / f"export.{ending}"
    export.write_text({
        "ris": f"TY  - RPRT\nTI  - Secret things of the hall\nL1  - {path}\nER  -\n",
        "bib": f"@report{{a, title={{Secret things of the hall}}, file={{{path}}}}}",
        "json": json.dumps([{"type": "report", "title": "Secret things of the hall", "file": path}]),
    }[ending], encoding="utf-8")  # fmt: skip
    done = run("ingest", export, *place)
    assert done.code == 2 and "names no file that lies beside it" in done.message
    assert run("reports", "list", *place).code == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.bib", b"@techreport{a, title = {x"), ("e.bib", b"{" * 100_000), ("e.bib", b"nothing of the kind"),
        ("e.bib", b"@report{a, title={" + b"\\frac{" * 400 + b"}" * 400 + b"}}"),
        ("e.ris", b"nothing of the kind"), ("e.ris", b"\x00\x01\x02\xff" * 100), ("e.ris", b"TY  - RPRT\nTI  - cut"),
        ("e.json", b"{"), ("e.json", b"[" * 100_000), ("e.json", b'{"a": 1}'), ("e.json", b"[1]"),
        ("e.json", b"9" * 9_999),
        ("e.txt", b"TY  - RPRT"), ("e.ris", None), ("e.bib", b"@report{a, title={\\input{/etc/passwd}}}}"),
    ],
)  # fmt: skip
def test_an_export_that_is_broken_ends_with_one_line(
    name: str, content: bytes | None, shelf: Path, place: list[object]
) -> None:
    if content is not None:
        (shelf / name).write_bytes(content)
    done = run("ingest", shelf / "files", "--manifest", shelf / name, *place)
    assert "Traceback" not in done.err
    if b"input" in (content or b""):
        assert "root:" not in done.out + done.err
    else:
        assert done.code == 2 and name in done.message


def test_an_export_that_is_huge_is_refused(shelf: Path, place: list[object]) -> None:
    export = shelf / "export.ris"
    export.touch()
    os.truncate(export, 65_000_000)
    done = run("ingest", export, *place)
    assert done.code == 2 and "larger than 64 MB" in done.message


@pytest.mark.parametrize(("form", "ending"), [("ris", "ris"), ("bibtex", "bib"), ("csl", "json")])
def test_what_is_written_is_read_back_as_it_was(
    form: str, ending: str, shelf: Path, place: list[object], tmp_path: Path
) -> None:
    (shelf / "files" / "reports.toml").write_text(
        "['12/plan.md']\ntitle = 'Énergie {100 %} & co_2 ~ \\ 5 $ #1 ^2'\norganisation = 'Büro & Söhne, Inc'\n"
        "date = '2031-03-04'\n"
        "kind = 'roadmap'\nlanguage = 'de'\nconfidentiality = 'internal'\n"
        "['13/act.md']\ntitle = 'Act'\ndate = '2030'\nkind = 'law'\n['14/other.md']\ntitle = 'Talk'\nkind = 'talk'\n",
        encoding="utf-8",
    )
    run("ingest", shelf / "files", *place)
    keys = ("title", "organisation", "date", "kind", "confidentiality")
    before = {name: {key: row[key] for key in keys} for name, row in rows(place).items()}
    export = tmp_path / f"back.{ending}"
    export.write_text(run("reports", "list", f"--{form}", *place).out, encoding="utf-8")
    (shelf / "files" / "reports.toml").unlink()
    fresh: list[object] = ["--library", tmp_path / "fresh", "--embedder", "none"]
    done = run("ingest", shelf / "files", "--manifest", export, *fresh, "--json")
    assert (done.code, done.json["unmatched"]) == (0, []), done.err
    assert {name: {key: row[key] for key in keys} for name, row in rows(fresh).items()} == before


def test_two_forms_at_once_are_2(shelf: Path, place: list[object]) -> None:
    run("ingest", shelf / "files", *place)
    assert "--toml" in run("reports", "list", "--toml", "--ris", *place).message
