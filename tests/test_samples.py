"""The sample reports tell the story that the demo, the README and later tests build on.

They are read here by other means than the product's own: those of `independent`, and the XML inside Word and slide
files by regular expression.
"""

import re
import subprocess
import sys
import tomllib
import unicodedata
import zipfile
from datetime import date
from importlib.resources import files
from pathlib import Path

import independent
import pypdf
import pytest

SAMPLES = Path(str(files("coscribe.samples")))
BUILD = Path(__file__).parents[1] / "examples" / "build_reports.py"
CURRENT = [
    "europe-strategy-2026.pdf",
    "europe-advisory-draft.docx",
    "france-roadmap-2026.pdf",
    "japan-talk-2026.pptx",
    "us-facilities-plan-2026.html",
    "latinoamerica-hoja-de-ruta.md",
]
MANIFEST = tomllib.loads((SAMPLES / "reports.toml").read_text(encoding="utf-8"))
BUILT = sorted(file for file in MANIFEST if not file.endswith((".html", ".md")))
QUESTIONS = tomllib.loads((Path(__file__).parent / "questions" / "samples.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def member(file: str, name: str) -> str:
    with zipfile.ZipFile(SAMPLES / file) as archive:
        return archive.read(name).decode("utf-8")


def word_xml() -> str:
    return member("europe-advisory-draft.docx", "word/document.xml")


def slide_texts(file: str) -> dict[int, str]:
    """Return text and notes of each slide by its number."""
    slides = independent.slides(SAMPLES / file)
    return {number: plain(" ".join((*slide.body, *slide.notes))) for number, slide in enumerate(slides, start=1)}


def sections(file: str) -> dict[str, str]:
    """Return the text below each heading of a Word, HTML or Markdown file, tracked deletions left out."""
    found = independent.sections(SAMPLES / file)
    return {"".join(section.path[-1:]): plain(" ".join(section.paragraphs)) for section in found}


def pages(file: str) -> dict[int | str, str]:
    """Return the text of each place of a file: by page, by slide or by heading."""
    path = SAMPLES / file
    if file.endswith(".pdf"):
        count = independent.page_count(path)
        return {number: plain(independent.page_text(path, number)) for number in range(1, count + 1)}
    return dict(slide_texts(file)) if file.endswith(".pptx") else dict(sections(file))


def whole(file: str) -> str:
    return " ".join(pages(file).values())


def test_the_binary_samples_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-W", "error", str(BUILD), str(tmp_path)], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == BUILT
    for file in BUILT:
        assert (tmp_path / file).read_bytes() == (SAMPLES / file).read_bytes(), file


def test_the_manifest_names_exactly_the_files() -> None:
    present = {path.name for path in SAMPLES.iterdir() if path.suffix not in (".py", ".toml") and path.is_file()}
    assert set(MANIFEST) == present
    assert len(present) == 8
    for entry in MANIFEST.values():
        assert entry.get("supersedes", "france-roadmap-2024.pdf") in present
        assert {"title", "organisation", "region", "date", "kind", "language", "confidentiality"} <= set(entry)
        assert entry["kind"] in ("roadmap", "strategy", "advisory", "technical", "talk")
        assert entry.get("status", "adopted") in ("draft", "adopted", "superseded")
        assert date.fromisoformat(f"{entry['date']}-01"[:10])
    internal = [file for file, entry in MANIFEST.items() if entry["confidentiality"] == "internal"]
    assert internal == ["europe-advisory-draft.docx"]


@pytest.mark.parametrize("file", sorted(set(MANIFEST) - {"annex-scanned.pdf"}))
def test_every_sample_says_first_that_it_is_one(file: str) -> None:
    spanish = "documento de muestra. la institución y todas las cifras son inventadas."
    notice = "sample document. the institution and all figures are invented."
    opening = " ".join(list(pages(file).values())[:2])
    assert (spanish if file.endswith(".md") else notice) in opening


def test_twenty_stands_against_sixty_for_the_same_metric() -> None:
    europe, states = pages("europe-strategy-2026.pdf")[1], sections("us-facilities-plan-2026.html")
    assert "may draw at most 20 mw of peak electrical power by 2030, cooling not included" in europe
    assert "2030 peak electrical power of a site 20 mw" in europe
    power = states["2.1 Electrical power of a site"]
    assert "may draw up to 60 mw of peak electrical power by 2029, cooling not included" in power


def test_forty_is_another_metric_and_only_the_notes_say_so() -> None:
    slide = plain(" ".join(re.findall(r"<a:t>(.*?)</a:t>", member("japan-talk-2026.pptx", "ppt/slides/slide3.xml"))))
    assert "40 mw" in slide
    qualifiers = ("sustained", "peak", "cooling")
    assert not [word for word in qualifiers if word in slide]
    talk = slide_texts("japan-talk-2026.pptx")
    assert "the 40 mw are sustained power, cooling included." in talk[3]
    assert [number for number, text in talk.items() if "sustained" in text] == [3]


def test_one_slide_is_hidden_and_one_has_a_table() -> None:
    slides = {number: member("japan-talk-2026.pptx", f"ppt/slides/slide{number}.xml") for number in range(1, 8)}
    assert [number for number, xml in slides.items() if re.search(r'<p:sld [^>]*show="0"', xml)] == [7]
    assert [number for number, xml in slides.items() if "<a:tbl>" in xml] == [5]


def test_the_draft_inserts_fifteen_and_deletes_eighteen() -> None:
    inserted = "".join(re.findall(r'<w:ins [^>]*w:author="Drafting group".*?</w:ins>', word_xml()))
    deleted = "".join(re.findall(r'<w:del [^>]*w:author="Drafting group".*?</w:del>', word_xml()))
    assert "recommends 15 MW" in inserted
    assert "<w:delText>" in deleted and "18 MW" in deleted
    assert "15 mw" in sections("europe-advisory-draft.docx")["2. Power"]
    assert "18 mw" not in whole("europe-advisory-draft.docx")
    assert "asked for a review" in member("europe-advisory-draft.docx", "word/footnotes.xml")
    assert "<w:tblHeader/>" in word_xml()


def test_the_french_roadmap_moves_its_quantum_partition() -> None:
    old, new = whole("france-roadmap-2024.pdf"), whole("france-roadmap-2026.pdf")
    assert "the quantum partition will open to users in 2028" in old and "up to 24 mw" in old
    assert "the quantum partition will open to users in 2030" in new and "european ceiling of 20 mw" in new
    assert MANIFEST["france-roadmap-2026.pdf"]["supersedes"] == "france-roadmap-2024.pdf"
    assert MANIFEST["france-roadmap-2024.pdf"]["status"] == "superseded"


@pytest.mark.parametrize("file", CURRENT)
def test_all_want_the_energy_of_inference_measured_and_reported(file: str) -> None:
    spanish = r"energía por inferencia se medirá y se publicará"
    english = r"energy of inference\b[^.]{0,20}\bmeasured and reported"
    assert re.search(spanish if file.endswith(".md") else english, whole(file))


def test_the_silences_are_silent() -> None:
    states = (SAMPLES / "us-facilities-plan-2026.html").read_text(encoding="utf-8").lower()
    assert not re.search("neuromorph|brain|spiking|analog", states)
    assert "quantum" in states
    latin = (SAMPLES / "latinoamerica-hoja-de-ruta.md").read_text(encoding="utf-8").lower()
    assert not re.search("cu[aá]ntic|quantum|qubit|cúbit", latin)
    assert not re.search(r"\d+ mw", latin)


def test_the_annex_is_images_only() -> None:
    reader = pypdf.PdfReader(SAMPLES / "annex-scanned.pdf")
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert page.extract_text().strip() == ""
        assert len(page.images) == 1


def test_the_two_column_report_has_running_lines_and_cut_words() -> None:
    texts = [page.extract_text() for page in pypdf.PdfReader(SAMPLES / "europe-strategy-2026.pdf").pages]
    assert len(texts) == 4
    for number, text in enumerate(texts, start=1):
        assert f"Page {number}" in text and "European Post-Exascale Site Council" in text
    cut = re.findall(r"(\w+)-\n(\w+)", "\n".join(texts))
    assert ("post", "exascale") in cut  # a hard hyphen
    assert len(cut) >= 4  # and soft ones


@pytest.mark.parametrize("gold", QUESTIONS["questions"], ids=lambda gold: gold["id"])
def test_the_gold_words_stand_where_the_question_says(gold: dict[str, list[str]]) -> None:
    assert set(gold) <= {"id", "question", "file", "page", "path", "words"}
    places = pages(str(gold["file"]))
    assert any(all(word in places[place] for word in gold["words"]) for place in gold.get("page") or gold["path"])


def test_the_questions_cover_every_readable_report() -> None:
    answerable, unanswerable = QUESTIONS["questions"], QUESTIONS["unanswerable"]
    ids = [entry["id"] for entry in answerable + unanswerable]
    assert len(ids) == len(set(ids))
    assert {entry["file"] for entry in answerable} == set(MANIFEST) - {"annex-scanned.pdf"}
    regions = {entry["region"] for entry in MANIFEST.values()}
    assert {entry["region"] for entry in unanswerable if "region" in entry} <= regions
