"""`check`: anybody's draft against the samples, sentence by sentence; what is true is never called contradicted."""

import json
from pathlib import Path
from typing import Any

import coscribe
import docx
import openpyxl
import pytest
from doubles.archives import repacked
from doubles.command_line import Done, copy_samples, run
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

STRATEGY = "Strategy for Post-Exascale Sites 2026"
# Each with the label it has to have, and the figure or date that a report gives instead, if one does.
SENTENCES: tuple[tuple[str, str, str, str | None], ...] = (
    ("Power", "This note prepares the visit of the delegation in spring.", "not_checkable", None),
    ("Power", "A European site may draw no more than 20,000 kW of peak electrical power by 2030.", "supported", None),
    ("Power", "A post-exascale site in the United States may draw up to 75 MW of peak electrical power by 2029.",
     "contradicted", "60 MW"),
    ("Power", "The electrical power of one rack is limited to 180 kW in Europe by 2030.", "supported", None),
    ("Power", "Each site has ordered 340 spare transformers.", "not_found", None),
    ("Power", "We propose to meet again before the summer.", "not_checkable", None),
    ("Power", "A European site may draw up to 60 MW of peak electrical power by 2030.", "contradicted", "20 MW"),
    ("Cooling", f"Sites shall use warm water with an inlet temperature of at least 55 °C ({STRATEGY}, p. 1).",
     "contradicted", "40 °C"),
    ("Cooling", "In Europe the heat that is released unused is limited to 60 % from 2029.", "supported", None),
    ("Cooling", "The French site will rely on dry coolers in summer (France Post-Exascale Roadmap 2026, p. 3).",
     "supported", None),
    ("Follow-up", f"Every site shall report to the Council each June ({STRATEGY}, p. 4).", "contradicted", "January"),
    ("Follow-up", "The Council will fund four neuromorphic pilots between 2027 and 2030, and a choir of engineers will "
     "sing at each opening.", "partly", None),
    ("Follow-up", "The Advisory Circle has decided on 15 MW as the ceiling on the peak electrical power of a site.",
     "contradicted", None),
    ("Follow-up", "Whether all partners keep their word remains to be seen.", "not_checkable", None),
)  # fmt: skip


def markdown_of(draft: tuple[tuple[str, str, str, str | None], ...]) -> str:
    sections = dict.fromkeys(section for section, *_ in draft)
    bodies = {name: " ".join(text for section, text, *_ in draft if section == name) for name in sections}
    table = "| Site | Power |\n|---|---|\n| North | 99 MW |\n\nTable 1. Power of the sites, which is no sentence."
    return "\n\n".join(["# A draft", *(f"## {name}\n\n{body}" for name, body in bodies.items()), table]) + "\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("checked")
    coscribe.Library(place / "library").ingest([copy_samples(place / "reports")])
    return place / "library"


@pytest.fixture(scope="module")
def made(library: Path) -> dict[str, Any]:
    draft = library.parent / "draft.md"
    draft.write_text(markdown_of(SENTENCES), encoding="utf-8")
    done = check(library, draft, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = done.json
    return found


def check(library: Path, draft: Path, *options: str | Path) -> Done:
    return run("check", draft, "--library", library, *options)


def test_each_sentence_has_its_label(made: dict[str, Any]) -> None:
    assert [one["text"] for one in made["sentences"]] == [text for _, text, *_ in SENTENCES]
    assert [one["section"] for one in made["sentences"]] == [section for section, *_ in SENTENCES]
    assert [(one["text"], one["label"]) for one in made["sentences"]] == [
        (text, label) for _, text, label, _ in SENTENCES
    ]
    assert made["mode"] == "code" and {one["judged_by"] for one in made["sentences"]} == {"code"}
    assert sum(made["summary"].values()) == len(SENTENCES)


def test_what_is_contradicted_has_the_other_value_beside_it(made: dict[str, Any]) -> None:
    wanted = {text: other for _, text, _, other in SENTENCES if other}
    for one in made["sentences"]:
        others = [figure["other"] for figure in one["figures"] if figure["standing"] == "other"]
        assert others == ([wanted[one["text"]]] if one["text"] in wanted else []), one["text"]
        if others:
            assert any(others[0] in " ".join(citation["quote"].split()) for citation in one["citations"])


def test_figures_are_marked_where_they_stand(made: dict[str, Any]) -> None:
    for one in made["sentences"]:
        for figure in one["figures"]:
            assert one["text"][figure["start"] : figure["end"]] == figure["text"]


def test_what_is_supported_has_its_words_and_their_page(made: dict[str, Any]) -> None:
    (power,) = [one for one in made["sentences"] if "20,000 kW" in one["text"]]
    (quote,) = [one for one in power["citations"] if one["role"] == "quote"]
    assert quote["file"] == "europe-strategy-2026.pdf" and quote["locator"]["page"] == 1
    assert "20 MW of peak electrical power" in " ".join(quote["quote"].split())


def test_what_is_not_found_says_what_was_searched_and_what_is_nearest(made: dict[str, Any]) -> None:
    (unfound,) = [one for one in made["sentences"] if one["label"] == "not_found"]
    assert unfound["citations"] == [] and unfound["searched"]["reports"] > 3 and unfound["searched"]["queries"]
    assert all(one["standing"] != "other" for one in unfound["figures"])


def test_references_are_followed(made: dict[str, Any]) -> None:
    found = {reference["text"]: reference for one in made["sentences"] for reference in one["references"]}
    assert found[f"{STRATEGY}, p. 1"]["standing"] == "holds"
    assert found[f"{STRATEGY}, p. 4"]["standing"] == "holds"
    astray = found["France Post-Exascale Roadmap 2026, p. 3"]
    assert astray["standing"] == "elsewhere" and astray["detail"] == "cites p. 3; the words stand on p. 1"


def test_a_part_that_nobody_says_is_named(made: dict[str, Any]) -> None:
    (partly,) = [one for one in made["sentences"] if one["label"] == "partly"]
    assert ["choir" in words for words in partly["unsaid"]] == [True]


def test_strict_is_6_where_something_is_open(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("A European site may draw at most 20 MW of peak electrical power by 2030.\n", encoding="utf-8")
    assert check(library, draft, "--strict").code == 0
    draft.write_text("A European site may draw at most 45 MW of peak electrical power by 2030.\n", encoding="utf-8")
    assert check(library, draft).code == 0
    done = check(library, draft, "--strict")
    assert done.code == 6
    assert done.out.splitlines()[4].startswith("1 sentence: 1 contradicted")


def test_numbered_works_and_unknown_ones(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(
        "# Draft\n\n"
        "A post-exascale site may draw at most 20 MW of peak electrical power by 2030 [1]. "
        "Cooling towers hum in the key of D [2]. "
        "Bread rises best at night (The Baker's Almanac, p. 7).\n\n"
        "## References\n\n"
        f"[1] European Post-Exascale Site Council: {STRATEGY}, 2026, p. 2.\n\n"
        "[2] A. Nobody: On humming. Nowhere Press, 2019.\n",
        encoding="utf-8",
    )
    sentences = check(library, draft, "--json").json["sentences"]
    assert len(sentences) == 3
    first, second, third = (one["references"][0] for one in sentences)
    assert (first["file"], first["standing"]) == ("europe-strategy-2026.pdf", "elsewhere")
    assert first["detail"] == "cites p. 2; the words stand on p. 1"
    assert (second["report"], second["standing"]) == (None, "not_held")
    assert (third["report"], third["standing"]) == (None, "not_held")


def test_the_same_in_every_format(library: Path, tmp_path: Path) -> None:
    text = "A European site may draw at most 45 MW of peak electrical power by 2030."
    (tmp_path / "a.md").write_text(f"# Power\n\n{text}\n", encoding="utf-8")
    (tmp_path / "a.html").write_text(f"<html><body><h1>Power</h1><p>{text}</p></body></html>", encoding="utf-8")
    (tmp_path / "a.txt").write_text(f"{text}\n", encoding="utf-8")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawString(60, 700, text)
    canvas.save()
    for name in ("a.md", "a.html", "a.txt", "a.pdf"):
        (one,) = check(library, tmp_path / name, "--json").json["sentences"]
        assert (one["text"], one["label"]) == (text, "contradicted"), name


def test_files_are_written_for_every_ending(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(markdown_of(SENTENCES), encoding="utf-8")
    names = [tmp_path / f"out{ending}" for ending in (".docx", ".html", ".xlsx", ".md", ".json", ".pdf")]
    done = check(library, draft, *(part for name in names for part in ("-o", name)))
    assert done.code == 0, done.err
    assert all(name.stat().st_size > 500 for name in names)
    summary = done.out.splitlines()[4]
    assert summary.startswith(
        f"{len(SENTENCES)} sentences: 4 supported, 5 contradicted, 1 partly supported, 1 not found"
    )
    assert summary in (tmp_path / "out.md").read_text(encoding="utf-8")
    kept = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [one["label"] for one in kept["sentences"]] == [label for _, _, label, _ in SENTENCES]
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["summary", "sentences", "figures", "references", "coscribe"]  # what `verify` reads
    assert book["sentences"].max_row == len(SENTENCES) + 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("draft.pptx", b"x", "cannot be checked"),
        ("missing.md", None, "there is no file"),
        ("empty.md", b"# Only a title\n", "holds no sentence"),
        ("broken.docx", b"PK\x03\x04 no archive", "damaged"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    name: str, content: bytes | None, said: str, library: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = check(library, tmp_path / name)
    assert done.code in (1, 2) and said in done.message


def test_the_draft_is_not_written_over_and_not_taken_in(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(markdown_of(SENTENCES), encoding="utf-8")
    done = check(library, draft, "-o", draft)
    assert done.code == 2 and "is the draft itself" in done.message
    assert draft.read_text(encoding="utf-8") == markdown_of(SENTENCES)
    assert "draft.md" not in run("reports", "--library", library).out


def test_kinds_of_other_values(library: Path, tmp_path: Path) -> None:
    """The unit word, the year that the report bears, and the figure that farther words have are no support."""
    told = {
        "Each site will sign a contract under which it reduces its load within ten hours when the grid is short.":
            ("contradicted", "ten minutes"),
        "The agency relies on the delivery dates that suppliers announced in 2024.": ("contradicted", "2023"),
        "It binds each site that receives European funds and is reviewed every three years.": ("contradicted", "two"),
        "Sites use warm water with an inlet temperature of no fewer than 40 °C.": ("no alarm", None),
    }  # fmt: skip
    draft = tmp_path / "draft.md"
    draft.write_text("# Draft\n\n" + "\n\n".join(told) + "\n", encoding="utf-8")
    for one in check(library, draft, "--json").json["sentences"]:
        others = [figure["other"] for figure in one["figures"] if figure["other"]]
        label, other = told[one["text"]]
        found = "contradicted" if one["label"] == "contradicted" else "no alarm"
        assert found == label and " ".join(others).startswith(other or ""), one["text"]


def test_verify_checks_what_a_check_has_written(library: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.docx"
    word = docx.Document()
    word.add_paragraph(
        "A European site may draw at most 20 MW of peak electrical power by 2030. The electrical power of one rack is "
        "limited to 150 kW in Europe by 2030."
    )
    word.save(str(draft))
    (tmp_path / "draft.md").write_text(word.paragraphs[0].text, encoding="utf-8")
    names = [tmp_path / name for name in ("paper.docx", "paper.html", "paper.xlsx", "paper.md", "paper.json")]
    assert check(library, tmp_path / "draft.md", *(part for name in names for part in ("-o", name))).code == 0
    assert check(library, draft, "-o", tmp_path / "comments.docx").code == 0
    for name in (*names, tmp_path / "comments.docx"):
        found = run("verify", name, "--library", library, "--json")
        assert found.code == 0 and found.json["kinds"]["quote"]["checked"] > 1, (name, found.out)
    made = json.loads(names[-1].read_text(encoding="utf-8"))
    made["sentences"][0]["citations"][0]["quote"] += " and more"
    made["sentences"][1]["figures"][0]["other"] = "170 kW"
    names[-1].write_text(json.dumps(made), encoding="utf-8")
    found = run("verify", names[-1], "--library", library, "--json")
    assert (found.code, {one["kind"] for one in found.json["problems"]}) == (1, {"quote", "figure"})
    comments = tmp_path / "comments.docx"
    comments.write_bytes(
        repacked(comments.read_bytes(), "word/comments.xml", lambda xml: xml.replace(b"180 kW", b"190 kW"))
    )
    found = run("verify", comments, "--library", library, "--json")
    assert found.code == 1 and "190 kW" in found.json["problems"][0]["message"]
