"""Figures: one value however it is written, what is measured by it, and where reports disagree."""

from decimal import Decimal
from itertools import pairwise

import pytest
from coscribe.core.shapes import Citation, Claim, Locator
from coscribe.language.figures import comparable, figures, qualifiers
from coscribe.tools.answer.disagreement import disagreements
from hypothesis import given
from hypothesis import strategies as some

NARROW, UNBROKEN = "\u202f", "\u00a0"


def read(text):
    return [(figure.value, figure.unit) for figure in figures(text)]


SAME = {
    (7 * 10**9, "EUR"): [
        "EUR 7 billion", "7 Bn EUR", "7 000 M€", "7000 million euros", "€7bn", "7,000 million EUR", "7.0 billion euros",
        f"7{NARROW}000 M€", f"7{UNBROKEN}000 M€", "7 Mrd. Euro", "7 milliards d'euros", "7 milliards d’euros",
        "seven billion euros", "EUR 7,000,000,000", "7.000.000.000 €", "7 000 000 000 €", "7 000 millones de euros",
    ],
    (12 * 10**8, "EUR"): ["1,2 Mrd. Euro", "1.2 billion euros", "1.2 Milliarden Euro", "€ 1,200m", "1 200 million EUR"],
    (12 * 10**6, "USD"): ["12 million dollars", "$12 million", "US$ 12m", "USD 12 mn", "12 millones de dólares"],
    (Decimal("1500000.5"), "EUR"): ["EUR 1,500,000.50", "EUR 1.500.000,50", "1 500 000,50 €"],
    (180_000, "W"): ["180 kW", "0.18 MW", "0,18 MW", "0.180 MW", "180kW", "180-kW", "180 kilowatts", "180 000 W"],
    (2_500_000, "W"): ["2,5 MW", "2.5 MW", "2.50 MW", "2500 kW", "2,500 kW", "2,5 megavatios"],
    (25_000_000, "W"): ["25 MW", "twenty-five MW", "Twenty five megawatts"],
    (200_000_000, "W"): ["200 MW", "two hundred MW", "two-hundred megawatts", "0.2 GW"],
    (10**18, "FLOPS"): ["1 exaflop", "one exaflops", "1000 petaflops", "1,000 PFLOPS", "1 EFLOPS"],
    (30, "%"): ["30 %", "30%", f"30{NARROW}%", "30 percent", "30 per cent", "30 Prozent", "30 pour cent",
                "30 por ciento", "thirty percent", "30.0 %"],
    (1500, "Wh"): ["1.5 kWh", "1,5 kWh", "1500 Wh"],
    (4, ""): ["4 pilots", "four pilots", "cuatro pilotos", "vier Piloten", "quatre pilotes"],
    (112, ""): ["112 posts", "one hundred and twelve posts", "a hundred twelve posts"],
    (3 * 10**6, ""): ["3 million hours", "three million hours", "3 Mio. Stunden"],
    (10_000, "node"): ["10,000 nodes", "10 000 nodes", "10000 nodes", "ten thousand nodes"],
    (2030, "year"): ["by 2030", "in the 2030s", "(2030)", "Ende 2030"],
    (2030, "node"): ["2030 nodes", "2,030 nodes"],
    (2030, ""): ["2,030 users", "2 030 users"],
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "text"), [(wanted, text) for wanted, texts in SAME.items() for text in texts])
def test_a_figure_is_one_value_however_it_is_written(wanted, text):
    assert read(text) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("20-30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("20–30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("20 to 30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("20 MW to 30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("between 20 and 30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("zwischen 20 und 30 MW", [(20 * 10**6, "W"), (30 * 10**6, "W")]),
        ("two to three billion euros", [(2 * 10**9, "EUR"), (3 * 10**9, "EUR")]),
        ("10-15 %", [(10, "%"), (15, "%")]),
        ("2028-2030", [(2028, "year"), (2030, "year")]),
        ("2028 to 30 MW", [(2028, "year"), (30 * 10**6, "W")]),
        ("two sites and 30 MW", [(2, ""), (30 * 10**6, "W")]),
        ("3 pilots to 2030", [(3, ""), (2030, "year")]),
    ],
)
def test_both_ends_of_a_range_have_its_unit(text, wanted):
    assert read(text) == wanted


@pytest.mark.parametrize(
    "text", ["one rack", "no one", "a second site", "H100 boards", "v2.1", "COVID19", "someone", "Mbit", "twentyfold"]
)
def test_what_only_looks_like_a_figure_is_none(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at most 20 MW", "at most"), ("up to 20 MW", "at most"), ("no more than 20 MW", "at most"),
        ("less than 20 MW", "at most"), ("como máximo 20 MW", "at most"), ("not exceeding 20 MW", "at most"),
        ("at least 20 MW", "at least"), ("no less than 20 MW", "at least"), ("not fewer than 20 MW", "at least"),
        ("more than 20 MW", "at least"), ("exceeding 20 MW", "at least"), ("about 20 MW", "about"), ("20 MW", ""),
    ],
)  # fmt: skip
def test_the_words_before_a_figure_bound_it(text, bound):
    (figure,) = figures(f"A site draws {text} of power.")
    assert (figure.bound, figure.said) == (bound, text)


NUMBERS = some.integers(1, 10**9)


@given(number=NUMBERS, unit=some.sampled_from(["MW", "EUR", "%", "nodes", "qubits"]))
def test_marks_between_thousands_change_nothing(number, unit):
    plain = read(f"{number} {unit}")
    assert len(plain) == 1
    for mark in (",", ".", " ", NARROW, UNBROKEN):
        assert read(f"{number:,} {unit}".replace(",", mark)) == plain


@given(whole=some.integers(0, 999), part=some.integers(0, 99), unit=some.sampled_from(["kW", "MW", "GW", "%", "kWh"]))
def test_either_decimal_mark_means_the_same(whole, part, unit):
    point, comma = (f"{whole}{mark}{part:02} {unit}" for mark in ".,")
    assert read(point) == read(comma)
    assert len(read(point)) == 1


@given(number=NUMBERS)
def test_a_thousand_of_a_unit_is_one_of_the_next(number):
    for small, large in (("W", "kW"), ("kW", "MW"), ("MW", "GW"), ("Wh", "kWh"), ("GB", "TB"), ("PFLOPS", "EFLOPS")):
        assert read(f"{number}000 {small}") == read(f"{number} {large}")
    assert read(f"EUR {number} million") == read(f"{number}000 thousand euros")


@given(text=some.text(alphabet="0123456789., -–€%MWkm\u202ftwoandhuedr'", max_size=40))
def test_any_text_is_read_and_every_figure_stands_in_it(text):
    found = figures(text)
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)
    for one, after in pairwise(found):
        assert one.end <= after.start
    for figure in found:
        assert text[figure.start : figure.end].strip() == figure.text
        assert figure.value >= 0 and figure.key == (figure.value.normalize(), figure.unit)


def test_qualifiers_say_what_is_measured():
    assert qualifiers(["peak electrical power, cooling not included"]) == {"peak", "cooling not included"}
    assert qualifiers(["The 40 MW are sustained power,", "cooling included."]) == {"sustained", "cooling included"}
    assert qualifiers(["the electrical power of one rack"]) == {"per rack"}
    assert qualifiers(["the power of a site"]) == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["peak"], ["peak", "cooling included"], True),
        (["peak"], [], True),
        (["peak"], ["sustained"], False),
        (["peak", "cooling included"], ["peak", "cooling not included"], False),
        (["per rack"], ["per rack"], True),
        (["per rack"], ["per chip"], False),
        (["per rack"], [], False),  # a rack is not a site
        ([], [], True),
    ],
)
def test_figures_compare_unless_they_measure_something_else(one, other, same):
    assert comparable(frozenset(one), frozenset(other)) == comparable(frozenset(other), frozenset(one)) == same


def claim(report, quote, *more, status="adopted", superseded_by=None):
    """A claim on what a report of a region by that name says, in one quote or several."""
    citations = [
        Citation(
            number=number, passage=f"{report}-{number}", report=report, file=f"{report}.pdf", title=report,
            organisation=None, region=f"World/{report}", date="2026", status=status, superseded_by=superseded_by,
            locator=Locator(kind="page", page=1, label="p. 1"), quote=text, start=0, end=len(text),
        )
        for number, text in enumerate((quote, *more), start=ord(report[0]))
    ]  # fmt: skip
    return Claim(text=f"“{quote}”", kind="stated", verdict="supported", citations=citations)


EUROPE = claim("Europe", "A site may draw at most 20 MW of peak power, cooling not included.")
STATES = claim("States", "A site may draw up to 60 MW of peak power by 2029, cooling not included.")
JAPAN = claim("Japan", "A site could draw 40 MW", "The 40 MW are sustained power, cooling included.")
OLD = claim("Gaul", "A site draws 24 MW of peak power.", superseded_by="gaul-2026")
DRAFT = claim("Circle", "The group recommends 15 MW of peak power.", status="draft")


def told(*claims, unit=None):
    return [made.text for made in disagreements(claims, unit=unit)]


def test_different_figures_of_one_measure_disagree():
    (made,) = disagreements([EUROPE, STATES])
    assert made.text == "They disagree: at most 20 MW (Europe [69]); up to 60 MW (States [83])."
    assert (made.kind, made.verdict) == ("inference", "supported")
    assert [citation.report for citation in made.citations] == ["Europe", "States"]


def test_another_measure_is_named_apart():
    assert told(EUROPE, STATES, JAPAN) == [
        "They disagree: at most 20 MW (Europe [69]); up to 60 MW (States [83])."
        " Not the same measure: 40 MW (Japan: sustained, cooling included [74][75])."
    ]
    assert told(EUROPE, JAPAN) == []


def test_agreement_is_no_disagreement_however_it_is_written():
    assert told(EUROPE, claim("Gaul", "The ceiling is 20,000 kW of peak power.")) == []
    assert told(EUROPE) == told() == []
    (text,) = told(EUROPE, STATES, claim("Gaul", "The ceiling is 20,000 kW of peak power."))
    assert "at most 20 MW (Europe [69]; Gaul [71])" in text


def test_editions_that_were_superseded_do_not_count():
    assert told(EUROPE, OLD) == []
    assert told(EUROPE, claim("Gaul", "A site draws 24 MW of peak power.", status="superseded")) == []
    assert told(EUROPE, claim("Gaul", "A site draws 24 MW of peak power.")) != []


def test_drafts_are_marked_as_such():
    assert told(EUROPE, DRAFT) == ["They disagree: at most 20 MW (Europe [69]); 15 MW (Circle, draft [67])."]


def test_years_and_bare_counts_are_never_compared():
    assert told(claim("Europe", "Open in 2028 with 4 pilots."), claim("Japan", "Open in 2030 with 7 pilots.")) == []


def test_a_rack_is_not_set_against_a_site():
    rack = claim("Japan", "The electrical power of one rack is at most 180 kW.")
    assert told(EUROPE, rack) == []
    assert told(rack, claim("States", "The electrical power of one rack is at most 250 kW.")) != []
    # In a row of several figures, "one rack" belongs to one of them only.
    table = claim("Gaul", "Peak power of a site 24 MW 2030 Electrical power of one rack 180 kW")
    assert told(EUROPE, table) == ["They disagree: at most 20 MW (Europe [69]); 24 MW (Gaul [71])."]


def test_one_unit_may_be_asked_for():
    money = [
        claim("Europe", "A site may cost EUR 7 billion to build."),
        claim("Japan", "A site will cost EUR 9 billion to build."),
    ]
    assert told(EUROPE, STATES, *money, unit="EUR") == [
        "They disagree: EUR 7 billion (Europe [69]); EUR 9 billion (Japan [74])."
    ]
    assert len(told(EUROPE, STATES, *money)) == 2


def test_a_year_with_the_number_of_a_note_behind_it_is_a_year():
    (figure,) = figures("at least that by the end of 2020.8")
    assert (figure.value, figure.unit) == (2020, "year")
    assert [one.unit for one in figures("2020.5 MW, 2019.50 euros")] == ["W", "EUR"]
