"""One thing, many spellings: powers, units, marks of notes and unseen signs mean the same to figures and to search."""

from decimal import Decimal
from pathlib import Path

import coscribe
import pytest
from coscribe.core.text import says_verbatim
from coscribe.language.figures import figures
from doubles.command_line import run
from hypothesis import given
from hypothesis import strategies as some

POWERS = {
    Decimal("1e18"): [
        "10^18", "10¹⁸", "1e18", "1E18", "1e+18", "10**18", "10 ^ 18", "10^{18}", "1 × 10^18", "1·10¹⁸", "１０＾１８",
        "10 to the power of 18", "10 to the 18th power", "10 hoch 18", "10 puissance 18", "10 elevado a 18", "0.1e19",
    ],
    Decimal("1.5e25"): [
        "1.5×10²⁵", "1,5 · 10^25", "1.5e25", "1.5 x 10^25", "15 × 10²⁴", "1,5 ⋅ 10²⁵", "1.5 * 10**25", "0.15·10²⁶",
    ],
    Decimal("0.005"): ["5 × 10⁻³", "5·10^-3", "5e-3", "5 × 10^−3", "5 x 10^(-3)"],
    Decimal(1000): ["1×10³", "10³ qubits", "10^3", "(×10³ EUR)"],
    Decimal(1024): ["2^10", "2**10"],
}  # fmt: skip


def values(text: str) -> list[Decimal]:
    return [figure.value for figure in figures(text)]


@pytest.mark.parametrize(("value", "text"), [(value, text) for value, texts in POWERS.items() for text in texts])
def test_a_power_is_one_figure_however_it_is_written(value: Decimal, text: str) -> None:
    assert values(text) == [value]
    assert values(f"In all {text}, as planned.") == [value] or text == "10³ qubits"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10¹⁸ FLOP", [(10**18, "FLOPS")]),
        ("10^18 floating-point operations", [(10**18, "FLOPS")]),
        ("1 exaflop/s", [(10**18, "FLOPS")]),
        ("10^26 integer operations", [(10**26, "")]),
        ("EUR 10^6", [(10**6, "EUR")]),
        ("2 × 10³ MW", [(2 * 10**9, "W")]),
        ("5 to 10 × 10^6 Euro", [(5 * 10**6, "EUR"), (10**7, "EUR")]),
        ("5 to 10^6 nodes", [(5, "node"), (10**6, "node")]),
        ("from 10¹⁸ to 10¹⁹ operations", [(10**18, ""), (10**19, "")]),
        ("10の18乗回の計算", [(10**18, "")]),
        ("約10¹⁸回", [(10**18, "")]),
        ("by 2030³ it takes 20 MW²", [(2030, "year"), (20 * 10**6, "W")]),
        ("en 2028¹², 2031 ¹ et 2032¹ ²", [(2028, "year"), (2031, "year"), (2032, "year")]),
        ("EUR 7 billion⁴ for 12 nodes¹", [(7 * 10**9, "EUR"), (12, "node")]),
        ("10³. And 12².", [(10, ""), (12, "")]),
        ("350 m², 20 cm³ und 5 km²", [(350, ""), (20, ""), (5, "")]),
        ("10₂ and C10₂", []),
        ("content/868a-11e7-8bb1", []),
    ],
)
def test_figures_around_raised_and_lowered_signs(text: str, wanted: list[tuple[int, str]]) -> None:
    found = [(figure.value, figure.unit) for figure in figures(text)]
    assert [one for one in found if "868a" not in text or one[0] == 11 * 10**7] == wanted


@pytest.mark.parametrize(
    ("bound", "texts"),
    [
        ("at least", ["greater than 10^25 FLOP", "more than 10²⁵", "> 10²⁵", "≥10^25", "größer als 10²⁵",
                      "supérieur à 10²⁵", "superior a 10^25", "in excess of 1e25", "exceeds 10^25"]),
        ("at most", ["no greater than 10^25", "less than 10²⁵", "< 10²⁵", "≤10^25", "höchstens 10²⁵", "inférieur à 1e9",
                     "menos de 10^25", "not more than 1e25"]),
    ],
)  # fmt: skip
def test_bounds_in_front_of_powers(bound: str, texts: list[str]) -> None:
    assert {text: [figure.bound for figure in figures(text)] for text in texts} == {text: [bound] for text in texts}


@given(some.text(some.sampled_from("0123456789eE^*×·., ⁰¹²³⁹⁺⁻₀₂-+−mMW kn回の乗\u00ad\u200b(){}"), max_size=16))
def test_any_text_of_such_signs_can_be_read(text: str) -> None:
    assert all(0 <= figure.start < figure.end <= len(text) for figure in figures(text))
    assert says_verbatim(text, text) or not any(map(str.isalnum, text))


LAW = "The law applies to models trained with a compute greater than 10²⁵ FLOP."


@pytest.mark.parametrize(
    ("claim", "evidence", "holds"),
    [
        ("The law applies to models trained with more than 10^25 FLOP.", LAW, True),
        ("The law applies to models trained with more than 1e25 FLOP.", LAW, True),
        ("The law applies to models trained with more than 1025 FLOP.", LAW, False),
        ("The law applies to models trained with more than 10^24 FLOP.", LAW, False),
        ("The law applies to models trained with less than 10^25 FLOP.", LAW, False),
        ("The law says “a compute greater than 10^25 FLOP”.", LAW, True),
        ("The law says “a compute greater than 1025 FLOP”.", LAW, False),
        ("The machine retires in 2030.", "The machine retires in 2030³ at the latest.", True),
        ("It says “the machine retires in 2030 at the latest”.", "The machine retires in 2030³ at the latest.", True),
        ("The machine draws 20 MW.", "The machine draws 20 MW² when it is full.", True),
        ("Das Gesetz gilt ab 1,5·10²⁵ Rechenschritten.", "Das Gesetz gilt ab 1,5 × 10^25 Rechenschritten.", True),
        ("Le calcul compte 10¹⁸ opérations.", "Le calcul compte 10¹⁵ opérations.", False),
        ("La sala mide 350 m2.", "La sala mide 350 m².", True),
    ],
)
def test_the_reviewer_reads_all_spellings_alike(claim: str, evidence: str, holds: bool) -> None:
    found = coscribe.support(claim, [evidence])
    assert (found.verdict == "supported") is holds, found.reasons


@pytest.mark.parametrize(
    ("page", "quote", "holds"),
    [
        ("above 10¹⁸ FLOP", "10^18 FLOP", True),
        ("above 10^18 FLOP", "10¹⁸ FLOP", True),
        ("above 10¹⁸ FLOP", "1018 FLOP", False),
        ("above 1018 FLOP", "10^18 FLOP", False),
        ("5·10⁻³ W", "5·10^-3 W", True),
        ("5·10⁻³ W", "5·10^3 W", False),
        ("by 2030³.", "by 2030", True),
        ("by 2030³.", "by 20303", False),
        ("10₂ is two", "102 is", False),
        ("350 m² and CO₂", "350 m2 and CO2", True),
        ("the super\u00adcomputer\u200b", "supercomputer", True),
        ("the e\u0301nergie and the ﬁle", "énergie and the file", True),
    ],
)
def test_a_quote_is_verbatim_in_any_spelling_of_its_signs(page: str, quote: str, holds: bool) -> None:
    assert says_verbatim(page, quote) is holds


PAGES = {
    "raised": "The machine of the north reaches 10¹⁸ operations per second.",
    "caret": "Die Maschine im Süden schafft 10^18 Operationen je Sekunde.",
    "letter": "La máquina del este hace 1e18 operaciones por segundo.",
    "other": "The machine of the west made 1018 additions, and 18 more.",
    "gas": "Les émissions de CO₂ de la salle baissent chaque année, sur 500 m².",
    "plain": "La salle émet moins de CO2 que prévu, et mesure 700 m2.",
    "soft": "The super\u00adcomputer of the port\u200bfolio was the \ufb01nal one.",
    "split": "L'e\u0301nergie de\u0301pense\u0301e par le centre a augmenté en 2031³.",
    "wide": "この計算機は２０３２年に１０＾２１回の計算を行う。",
    "marked": "The warranty³ of the racks ends early.¹² See the contract.",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spellings")
    (folder / "in").mkdir()
    for name, text in PAGES.items():
        (folder / "in" / f"{name}.md").write_text(f"# Report {name}\n\n{text}\n", encoding="utf-8")
    assert run("ingest", folder / "in", "--library", folder / "library", "--embedder", "none").code == 0
    return folder / "library"


FOUND = [
    *((words, {"raised", "caret", "letter"}) for words in ("10^18", "10¹⁸", "1e18", "1E18", "10 hoch 18")),
    ("1018", {"other"}),
    *((words, {"gas", "plain"}) for words in ("CO2", "CO₂", "co2", "m2", "m²")),
    *((words, {"soft"}) for words in ("supercomputer", "portfolio", "final", "super\u00adcomputer")),
    *((words, {"split"}) for words in ("énergie dépensée", "e\u0301nergie", "2031")),
    *((words, {"wide"}) for words in ("10^21", "2032")),
    *((words, {"marked"}) for words in ("warranty", "early")),
    *((words, set()) for words in ("warranty3", "20313", "10^3", "10^25")),
]


@pytest.mark.parametrize(("words", "files"), FOUND, ids=[f"{words!a}" for words, _ in FOUND])
def test_search_finds_all_spellings(place: Path, words: str, files: set[str]) -> None:
    library = coscribe.Library(place, embedder="none")
    names = {report.id: report.file.removesuffix(".md") for report in library.catalogue.reports()}
    with library.reading() as ranker:
        found = {names[hit.report] for hit in ranker.words.search(words, None, 20, every=True)}
    assert found == files
    asked = run("ask", f"Which reports mention {words}?", "--library", place, "--embedder", "none", "--json").json
    stated = {cite["file"].removesuffix(".md") for claim in asked["claims"] for cite in claim["citations"]}
    assert files <= stated if files else not stated
    quotes = [cite["quote"] for claim in asked["claims"] for cite in claim["citations"]]
    assert all(any(quote.split()[-1] in text for text in PAGES.values()) for quote in quotes)


def test_a_word_asked_for_is_shown_as_it_was_typed(place: Path) -> None:
    for words in ("10^24", "10²⁴", "1e24"):
        asked = run("ask", f"Does any report mention {words}?", "--library", place, "--embedder", "none", "--json").json
        assert words in asked["answer"] and "0.10" not in str(asked)


def test_the_class_of_a_machine_is_its_power(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# Plan\n\nThe exaFLOPS class is needed.\n", encoding="utf-8")
    (tmp_path / "in" / "b.md").write_text("# Note\n\nIt makes 10¹⁸ operations a second.\n", encoding="utf-8")
    (tmp_path / "in" / "c.md").write_text("# Else\n\nIt holds 10¹⁸ bytes on tape.\n", encoding="utf-8")
    where = ("--library", tmp_path / "library", "--embedder", "none")
    run("ingest", tmp_path / "in", *where)
    for words in ("exascale", "10^18 operations", "1e18 FLOPS"):
        asked = run("ask", f"Which reports mention {words}?", *where, "--json").json
        assert {cite["file"] for claim in asked["claims"] for cite in claim["citations"]} == {"a.md", "b.md"}, words
