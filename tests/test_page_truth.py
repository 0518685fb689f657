"""Every word is found on the page, slide, section and paragraph where it stands: in hits, segments and citations."""

import tempfile
from collections import Counter
from pathlib import Path

import coscribe
from generated import (
    FORMATS,
    FolderPlan,
    PagePlan,
    PdfPlan,
    SectionPlan,
    SlidePlan,
    Written,
    folders,
    misplaced,
    write,
)  # fmt: skip
from hypothesis import HealthCheck, Phase, given, settings
from pypdf import PdfReader


def taken_in(plan: FolderPlan, place: Path) -> tuple[coscribe.Library, Written]:
    """Write the files of a plan and ingest them; empty pages are named, and files without any text are skipped."""
    (place / "reports").mkdir()
    written = write(plan, place / "reports")
    library = coscribe.Library(place / "library", embedder="none")
    told = {file.file: file for file in library.ingest([place / "reports"]).reports}
    bearing = {mark.file for mark in written.marks}
    assert {name for name, file in told.items() if file.state == "indexed"} == bearing
    assert {name for name, file in told.items() if file.state == "skipped"} == told.keys() - bearing
    for name, file in told.items():
        assert name not in bearing or file.pages_without_text == written.empty.get(name, []), name
        left_out = [(gap.page, gap.what) for gap in file.left_out]
        unseen = [(number, ["a hidden slide"]) for number in written.unseen.get(name, [])]
        assert name not in bearing or left_out == unseen, name
    return library, written


def test_every_word_is_found_where_it_stands() -> None:
    seen: Counter[str] = Counter()
    hidden: list[str] = []  # words of hidden slides that are found all the same

    @settings(
        max_examples=6, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(folders())
    def holds(plan: FolderPlan) -> None:
        nonlocal hidden
        with tempfile.TemporaryDirectory() as folder:
            library, written = taken_in(plan, Path(folder))
            assert misplaced(library, written.marks) == []
            hidden += [word for word in written.hidden if any(word in hit.text for hit in library.search(word))]
        seen.update(Path(mark.file).suffix for mark in written.marks)

    holds()
    assert not hidden
    assert min(seen[f".{form}"] for form in FORMATS) >= 40, seen


PLAN = FolderPlan(
    pdf=(PdfPlan(tuple(PagePlan(length, 1, 9 - length // 300) for length in (300, 900, 0, 2_400)), True, "roman"),),
    pptx=(
        (
            SlidePlan(20, (80,), 0, False, False),
            SlidePlan(0, (80,), 200, False, True),
            SlidePlan(9, (80,), 90, True, True),
        ),
    ),
    sections=tuple(
        (form, (SectionPlan(1, (("text", 80), ("item", 300))), SectionPlan(3, (("text", 600), ("text", 2_000)))))
        for form in ("docx", "html", "md")
    ),
)


async def test_what_an_answer_cites_bears_the_true_place(tmp_path: Path) -> None:
    library, written = taken_in(PLAN, tmp_path)
    assistant = coscribe.Assistant(library, model="evidence", home=tmp_path / "home")
    cited: Counter[str] = Counter()
    for mark in written.marks:
        answer = await assistant.ask(f"What is told of {mark.word}?")
        for citation in (one for claim in answer.claims for one in claim.citations if mark.word in one.quote):
            where = citation.locator
            assert (citation.file, where.kind, where.page) == (mark.file, mark.place.kind, mark.place.page), mark
            if mark.place.kind == "section":
                assert (tuple(where.path), where.paragraph) == (mark.place.path, mark.place.paragraph), mark
            else:
                assert where.label == mark.place.label
            cited[Path(mark.file).suffix] += 1
    await assistant.close()
    assert min(cited[f".{form}"] for form in FORMATS) >= 3, cited


def test_the_pages_of_a_file_count_not_what_is_printed_on_them(tmp_path: Path) -> None:
    _, written = taken_in(PLAN, tmp_path)
    labels = [mark.place.label for mark in written.marks if mark.file == "report-0.pdf"]
    assert labels == ["p. 1 (printed: i)", "p. 2 (printed: ii)", *["p. 4 (printed: iv)"] * 2]
    with (tmp_path / "reports" / "report-0.pdf").open("rb") as file:
        reader = PdfReader(file)
        texts = [page.extract_text() for page in reader.pages]
        assert reader.page_labels == ["i", "ii", "iii", "iv"]
    for mark in (mark for mark in written.marks if mark.file == "report-0.pdf"):
        assert [mark.word in text for text in texts] == [number == mark.place.page for number in range(1, 5)]
    assert "Page 8 of 99" in texts[0] and "Page 6 of 99" in texts[1]
