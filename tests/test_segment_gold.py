"""Segments begin where a hand said they should, in five languages, from the text of a file to the catalogue."""

from pathlib import Path

import coscribe
import pytest
from coscribe.vectorstore.ingest.segments import cut
from coscribe.vectorstore.reading.read import read
from segment_gold import Judged, Marked, judge, load, totals

LANGUAGES = ("de", "en", "es", "fr", "ja")
COLLECTION = Path(__file__).parents[2] / "shared" / "devpack" / "domain_open"
ENOUGH = 45  # boundaries per language
GOOD = 0.95  # F1
LONG = 350  # characters
READ_AS_TEXT = {
    "1 要旨",
    "2.3 提言",
}  # without capitals, a heading in plain text is told apart by its blank lines alone


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    return [judge(gold, tmp_path_factory.mktemp("gold")) for gold in load()]


def test_the_gold_is_large_enough(judged: list[Judged]) -> None:
    scores = totals(judged)
    assert sorted(scores) == ["all", *LANGUAGES]
    assert all(scores[language][1].gold >= ENOUGH for language in LANGUAGES)  # within blocks, where it is hard
    assert scores["all"][0].gold >= 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_segments_begin_where_the_hand_began_them(judged: list[Judged], language: str) -> None:
    whole, within = totals(judged)[language]
    wrong = [
        f"{'missing' if start in one.gold.starts else 'surplus'}: {one.gold.text[max(0, start - 30) : start]!r} | "
        f"{one.gold.text[start : start + 20]!r}"
        for one in judged
        for start in sorted({item.start for item in one.cuts} ^ set(one.gold.starts))
        if one.gold.language == language
    ]
    assert whole.f1 >= GOOD and within.f1 >= GOOD, wrong


def test_headings_items_and_rows_are_told_from_text(judged: list[Judged]) -> None:
    for one in judged:
        read_as = {
            start: "text" if one.gold.text[start:].partition("\n")[0] in READ_AS_TEXT else kind
            for start, kind in one.gold.kinds.items()
        }
        assert one.kinds == read_as, one.gold.about
        for item in one.cuts:
            begun_by = max(start for start in read_as if start <= item.start)
            assert item.kind == read_as[begun_by]


def test_items_are_led_in_and_rows_have_their_header(judged: list[Judged]) -> None:
    led, headed = 0, 0
    for one in judged:
        said = [one.gold.text[item.start : item.end] for item in one.cuts]
        for item in one.cuts:
            if item.lead_in is not None:
                led += 1
                assert said[item.lead_in].endswith((":", "："))
            if item.header is not None:
                headed += 1
                assert one.cuts[item.header].kind == "row" and not any(map(str.isdigit, said[item.header]))
    rows = sum(item.kind == "row" for one in judged for item in one.cuts)
    assert headed == rows - len(LANGUAGES) > 0  # every row but the header rows themselves, one table per language
    assert led >= 6 * len(LANGUAGES)


def test_the_catalogue_holds_the_very_words_of_the_files(tmp_path: Path) -> None:
    golds = {f"{number}.txt": gold for number, gold in enumerate(load())}
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, gold in golds.items():
        (folder / name).write_text(gold.text, "utf-8", newline="")
    declared = "".join(f'["{name}"]\nlanguage = "{gold.language}"\n' for name, gold in golds.items())
    (folder / "reports.toml").write_text(declared, "utf-8")
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([folder])
    rows = library.reports()
    assert len(rows) == len(golds)
    for row in rows:
        check_words(library, row.report, golds[Path(row.file).name])


def check_words(library: coscribe.Library, report: str, gold: Marked) -> None:
    """A text file has no pages: its segments count from where their paragraph begins."""
    blocks = sorted(gold.kinds)
    segments = library.catalogue.stretch(report, 0, 1_000)
    begun = {blocks[segment.block] + segment.start for segment in segments}
    for segment in segments:
        assert segment.text == gold.text[blocks[segment.block] :][segment.start : segment.end]
    assert "".join("".join(segment.text.split()) for segment in segments) == "".join(gold.text.split())
    assert len(begun ^ set(gold.starts)) <= 1, gold.about


@pytest.mark.skipif(not COLLECTION.is_dir(), reason="the open collection is not beside the checkout")
def test_segments_of_long_reports_stay_short() -> None:
    lengths: list[int] = []
    for file in sorted(COLLECTION.glob("*.pdf")):
        pages = read(file).pages
        for item in cut(pages, "en"):
            said = pages[item.page].text[item.start : item.end]
            assert said and said == said.strip()
            lengths.append(len(said))
    assert len(lengths) > 5_000
    assert sorted(lengths)[int(0.99 * len(lengths))] <= LONG
