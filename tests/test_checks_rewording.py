"""The free checks on reworded claims: a figure, a name or a bound may be written otherwise, but not be another one."""

import coscribe
import pytest


def reasons(claim, *evidence):
    return coscribe.support(claim, evidence).reasons


@pytest.mark.parametrize(
    ("evidence", "right", "wrong"),
    [
        ("The grid of Alder needs EUR 2.5 million.", "The grid of Alder needs two and a half million euros.",
         "The grid of Alder needs three and a half million euros."),
        ("The grid of Alder costs 500,000 euros.", "The grid of Alder costs half a million euros.",
         "The grid of Alder costs half a billion euros."),
        ("Rebuilding Alder would cost between 40 and 55 million Danish kroner.",
         "Rebuilding Alder would cost DKK 40–55 million.", "Rebuilding Alder would cost DKK 45–55 million."),
        ("Heat from Alder replaces 14 GWh of gas.", "Heat from Alder replaces 14 gigawatt hours of gas.",
         "Heat from Alder replaces 14 megawatt hours of gas."),
        ("Le stockage offre 25 MWh au site.", "Le stockage offre 25 mégawattheures au site.",
         "Le stockage offre 52 mégawattheures au site."),
        ("El presupuesto asciende a 2 mil millones de euros.", "El presupuesto es de 2.000 millones de euros.",
         "El presupuesto es de 200 millones de euros."),
        ("Emissions were cut by 3,900 tonnes a year.", "Emissions were cut by 3.9 kilotonnes a year.",
         "Emissions were cut by 39 kilotonnes a year."),
        ("Der Anteil stieg von 9 auf 38 Prozent.", "Der Anteil lag erst bei 9 %, dann bei 38 %.",
         "Der Anteil lag erst bei 8 %, dann bei 38 %."),
        ("Of the maintainers 71 percent are unpaid.", "Seven in ten maintainers are unpaid.",
         "Nine in ten maintainers are unpaid."),
        ("The success rate of Alder was 22 percent.", "Fewer than one in four succeeded at Alder.",
         "Fewer than one in eight succeeded at Alder."),
        ("Alder's error rate is below 0.1 percent.", "At Alder fewer than one operation in a thousand errs.",
         "At Alder fewer than one operation in a million errs."),
        ("The plan of Alder began in 2020 and ends in 2029.", "The plan of Alder runs for nine years, until 2029.",
         "The plan of Alder runs for seven years, until 2029."),
        ("Alder draws 180 MW today and 1.1 GW later.", "Alder will draw six times as much later.",
         "Alder will draw three times as much later."),
        ("Demand at Alder doubled.", "Demand at Alder grew by a factor of two.",
         "Demand at Alder grew by a factor of five."),
        ("Fusion at Alder is expected in the mid-2030s.", "Fusion at Alder is expected around 2035.",
         "Fusion at Alder is expected around 2045."),
        ("The hall of Alder opens in the third quarter of 2027.", "The hall of Alder opens in Q3 2027.",
         "The hall of Alder opens in Q2 2027."),
        ("The programme of Alder ends in 2026/27.", "The programme of Alder ends in 2027.",
         "The programme of Alder ends in 2028."),
        ("Phase II of Alder starts soon.", "Phase 2 of Alder starts soon.", "Phase 3 of Alder starts soon."),
        ("The Alder plan is revised biennially.", "The Alder plan is revised every two years.",
         "The Alder plan is revised every five years."),
        ("需要の30％を占める。", "需要の3割を占める。", "需要の4割を占める。"),
        ("消費電力を12メガワット以下に抑える。", "消費電力は12MW以下だ。", "消費電力は12GW以下だ。"),
        ("4800基の装置を2000人が使う。", "装置は4800基である。", "装置は2000基である。"),
    ],
)  # fmt: skip
def test_a_figure_may_be_written_otherwise_but_not_be_another(evidence, right, wrong):
    assert reasons(right, evidence) == []
    assert reasons(wrong, evidence) != []


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("Dutch centres share the archive.", "Centres in the Netherlands share the archive."),
        ("Les centres danois partagent l'archive.", "Les centres du Danemark partagent l'archive."),
        ("The centres use quantum key distribution.", "The centres use QKD."),
        ("The WEF proposes a charter.", "The World Economic Forum proposes a charter."),
    ],
)
def test_a_name_may_be_another_form_of_it(evidence, claim):
    assert reasons(claim, evidence) == []


def test_a_country_is_not_its_neighbour():
    assert reasons("Centres in Denmark share the archive.", "Dutch centres share the archive.") == [
        "name Denmark not in evidence"
    ]


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("Global runs are expected from 2031 onwards.", "Global runs are not expected before 2031."),
        ("This was the driest autumn since 1976.", "Not since 1976 was an autumn so dry."),
        (
            "It was the council, not the ministry, that proposed a register.",
            "The register was proposed by the council.",
        ),
        ("Seven regions have none, twelve have a data strategy.", "Seven regions have no data strategy."),
        ("Alder uses 14 GWh a year.", "Every year Alder uses 14 GWh."),
        ("Alder needs 49 qubits per logical qubit.", "Alder needs 49 qubits for each logical qubit."),
        ("Alder is weighing whether to join the network.", "Whether Alder joins the network is still open."),
    ],
)
def test_a_bound_a_rate_or_an_open_question_may_be_put_otherwise(evidence, claim):
    assert reasons(claim, evidence) == []


def test_line_breaks_of_a_page_do_not_matter():
    said = "Language is the most common barrier for the schools of Alder."
    assert reasons(said, said.replace(" ", "\n")) == []


@pytest.mark.parametrize(
    ("evidence", "claim", "start"),
    [
        ("Goal of the plan was neutrality by 2040, which it has advanced to 2035.", "The plan has neutrality by 2040.",
         "the evidence goes on from 2040 to 2035"),
        ("The plan grants 2.4 million hours; until now the limit was 0.9 million hours.",
         "In future the plan grants 0.9 million hours.", "the evidence says 0.9 million"),
        ("In the baseline fusion contributes from 2045; in the fast scenario of Alder, from 2038.",
         "In the fast scenario of Alder, fusion contributes from 2045.", "the evidence says 2045 of something else"),
        ("Elm Outlook: The institute expects 4,000 cards in 2026. | Oak Strategy: The laboratory expects 9,500 cards.",
         "Elm expects 9,500 cards.", "the evidence says 9,500 of something else"),
        ("The survey was commissioned by the Elm Trust and carried out by Oak Research.",
         "The survey was carried out by the Elm Trust.", "the evidence says this not of Elm Trust but of Oak Research"),
        ("Both Elm and Oak tested the tank; only Oak uses it.", "Only Elm uses the tank.",
         "the evidence says this not of Elm but of Oak"),
        ("One participant called open weights a matter of security.",
         "The participants called open weights a matter of security.", "the evidence says this of one participant"),
        ("Elm is among the ten laboratories most cited on batteries.", "Elm is the most cited laboratory on batteries.",
         "the evidence does not say 'the most cited'"),
        ("The Elm effort is well-funded.", "The Elm effort is the best-funded one.", "the evidence does not say"),
        ("The comité of Elm rechazó a second reactor.", "The comité of Elm aprobó a second reactor.", "the claim says"),
    ],
)  # fmt: skip
def test_what_belongs_to_another_time_place_or_name_is_refused(evidence, claim, start):
    assert any(reason.startswith(start) for reason in reasons(claim, *evidence.split(" | ")))


def test_far_from_the_source_a_superlative_is_left_to_a_model():
    """In other words a text may put something first in ways that no list has; what is left open is no reason."""
    found = coscribe.support("Courses were what people asked for above all.", ["Training topped every list by far."])
    assert "above all" not in " ".join(found.reasons)
