"""The free checks one by one: what each lets pass, what each refuses, and that a paraphrase may choose its words."""

import coscribe
import pytest
from coscribe.core.shapes import Doubt
from coscribe.tools.review.grounds import VERBATIM, Grounds, carried
from hypothesis import given
from hypothesis import strategies as some

ADVICE = "The panel recommends that operators disclose the water used for each job."
VIEW = "The authors argue that small centres have lost the race for frontier models."
SOME = "Some of the surveyed hubs already offer a browser interface to their users."
RANK = "Larch is one of the largest providers of accelerator hours in the north."
COPPER = "Copper cables cost less per metre than optical links in every configuration studied."
LEASE = "The Meadow Council will not extend the lease of its oldest tape library."
ALLOWED = "Deposited code may be used for training assistants if the authors agree."


def reasons(claim, *evidence):
    return [one.detail for one in coscribe.support(claim, evidence).doubts if one.kind != "unchecked"]


PARAPHRASES = [
    ("Only 90 institutes out of 250 answered Thule.",
     "Ninety of the 250 laboratories contacted by the Thule Observatory returned the questionnaire."),
    ("New cables eat up 15–25 % of what Meadow Grid can invest.",
     "Fibre upgrades will absorb between 15 and 25 percent of the capital budget of Meadow Grid."),
    ("One in five of the 2340 workflows depends on volunteers.",
     "The registry lists 2,340 workflows, a fifth of which are maintained by volunteers."),
    ("The Larch contract runs for two decades.", "Larch is leased for twenty years by a contract with one bank."),
    ("When accepted, Larch attained 2.5 EFlop/s.",
     "Larch delivers 2.5 exaflops, according to the acceptance protocol."),
    ("The air for the greenhouse has 38 degrees Celsius.",
     "Exhaust air of 38 °C is fed into the greenhouse next door."),
    ("External customers pay 4.80 Swiss francs monthly to keep one TB.",
     "A terabyte of cold storage is charged at CHF 4.80 per month to outside users."),
    ("A charity paid US$ 30m to the Prairie partners.",
     "The Prairie Alliance obtained 30 million US dollars from a philanthropic trust."),
    ("Föhrenhof bezieht jährlich 8 Gigawattstunden von der Sonne.",
     "Der Solarpark deckt mit 8 GWh im Jahr ein Drittel des Strombedarfs von Föhrenhof."),
    ("À Combe Noire, on embauchera quelque 1200 personnes.",
     "Le laboratoire de Combe Noire compte recruter 1 200 ingénieurs d'ici cinq ans."),
    ("Manche dänischen Orte heizen mit dem, was Server abgeben.",
     "Einzelne Kommunen in Dänemark beziehen Wärme aus Serverräumen."),
    ("No one was chosen in the March 2024 contest about electronics for cold devices.",
     "The competition for cryogenic control electronics ended in March 2024 without a winner."),
    ("Last year fewer people stayed with Fennel than it had wished.",
     "Fennel did not reach its target for staff retention last year."),
    ("No fewer than 40 teams write their files in the common way.",
     "At least 40 groups have adopted the shared format."),
    ("Copper belongs to the inexpensive choices.", "Copper cables are among the cheapest of the options."),
    ("A single lender gains from the Larch contract, critics say.",
     "Opponents hold that the Larch lease benefits one bank."),
    ("Neuromorphic machines do not occur in the strategy.",
     "The strategy lacks any mention of neuromorphic computing."),
    ("The network may fail in 2 of 6 regions.", "In two of the six regions the network could fail."),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence"), PARAPHRASES)
def test_a_paraphrase_stands_and_is_left_to_a_model(claim, evidence):
    found = coscribe.support(claim, [evidence])
    assert found.reasons == []
    assert 0.0 < found.score < 1.0
    assert coscribe.support(evidence, [evidence]).score == 1.0


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The weather stays fine along the coast.", [LEASE]),
        ("The budget of the harbour doubled.", [COPPER, RANK]),
    ],
)
def test_words_that_have_nothing_in_common_are_noticed(claim, evidence):
    assert reasons(claim, *evidence) == ["the cited words do not say this"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("claim sentence", "evidence sentence"),
        ("The reactor needs 12 million euros for its pool.", "In Quarry, 12 million euros were paid."),
    ],
)
def test_what_has_little_in_common_is_left_to_a_model(claim, evidence):
    found = coscribe.support(claim, [evidence], language="en")
    assert found.reasons == []
    assert 0.0 < found.score < 1.0 and found.verdict != "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The procurement took 18 weeks.", "The procurement took 18 months."),
        ("The tunnel lies 230 kilometres below the hall.", "The tunnel lies 230 metres below the hall."),
        ("Waiting times rose by 6 hours.", "Waiting times rose by 6 percentage points."),
    ],
)
def test_a_figure_keeps_its_measure(claim, evidence):
    (reason,) = reasons(claim, evidence)
    assert reason.endswith("of another measure in evidence")
    assert reasons(evidence, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Each link costs 5 nJ.", "Each link costs 5 pJ."),
        ("The tier holds 250 terabytes.", "The tier holds 250 petabytes."),
        ("Members pay 80,000 Swiss francs.", "Members pay 80,000 euros."),
        ("The programme costs 900 billion euros.", "The programme costs 900 billion won."),
        ("One in four workflows has no owner.", "A fifth of the workflows has no owner."),
    ],
)
def test_a_figure_of_another_unit_is_another_figure(claim, evidence):
    (reason,) = reasons(claim, evidence)
    assert reason.startswith("figure ") and reason.endswith("not in evidence")


@pytest.mark.parametrize(
    ("claim", "refused"),
    [
        (ADVICE, False),
        ("The panel advises operators to disclose the water used for each job.", False),
        ("Operators should disclose the water used for each job.", False),
        ("Operators disclose the water used for each job.", True),
        ("Operators must disclose the water used for each job.", True),
        ("It was decided that operators disclose the water used for each job.", True),
    ],
)
def test_advice_is_neither_a_fact_nor_a_duty(claim, refused):
    assert ("the claim is more binding than the evidence" in reasons(claim, ADVICE)) == refused


@pytest.mark.parametrize(
    ("claim", "refused"),
    [
        (VIEW, False),
        ("In the view of the authors, small centres have lost the race for frontier models.", False),
        ("Small centres have lost the race for frontier models, the authors say.", False),
        ("Small centres have lost the race for frontier models.", True),
    ],
)
def test_an_opinion_keeps_its_owner(claim, refused):
    assert (reasons(claim, VIEW) == ["the evidence gives this as an opinion (argue)"]) == refused


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("All surveyed hubs already offer a browser interface to their users.", SOME,
         "the evidence does not say 'all'"),
        ("Larch is the largest provider of accelerator hours in the north.", RANK,
         "the evidence does not say 'the largest'"),
        ("Copper cables cost more per metre than optical links.", COPPER,
         "the claim says 'more' where the evidence says 'less'"),
        ("Copper cables cost less per metre than optical links.", COPPER, None),
        ("A few hubs offer a browser interface to users.", SOME, None),
    ],
)  # fmt: skip
def test_a_claim_reaches_no_further_than_its_evidence(claim, evidence, reason):
    assert reasons(claim, evidence) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("The council will extend the lease of its oldest tape library.", LEASE, "the evidence denies"),
        ("Deposited code may not be used for training assistants.", ALLOWED, "the claim denies"),
        ("The models are not interoperable.",
         "The models are interoperable, as a test without errors showed.", "the claim denies"),
    ],
)  # fmt: skip
def test_what_is_denied_stays_denied(claim, evidence, reason):
    assert any(found.startswith(reason) for found in reasons(claim, evidence))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Argentina hosts the second prototype of the federated platform.",
         "Chile hosts the second prototype of the federated platform."),
        ("Photonic chips are the most promising route to frugal inference.",
         "Neuromorphic chips are the most promising route to frugal inference."),
        ("Das Institut Lindenau betreut die gemeinsame Software der Zentren.",
         "Das Institut Grauberg betreut die gemeinsame Software der Zentren."),
        ("The ERCC runs the help desk of the regional offices.",
         "The NDSC runs the help desk of the regional offices."),
    ],
)  # fmt: skip
def test_somebody_else_is_not_the_subject(claim, evidence):
    assert len(reasons(claim, evidence)) == 1
    assert reasons(evidence, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The NDSC runs the help desk.", "The National Data Service Centre runs the help desk."),
        ("Slovenian centres open at night.", "In Slovenia, centres are open at night."),
        ("GPUs serve the models.", "Accelerators serve the models."),
        ("Die Zentren teilen ihre Rechner.", "Alle Zentren teilen Rechner und Speicher."),  # nouns are not names
    ],
)
def test_a_name_may_be_written_otherwise(claim, evidence):
    assert reasons(claim, evidence) == []


def test_what_words_carry_grows_with_what_is_held_and_shrinks_with_what_is_not():
    assert carried(VERBATIM) == 1.0
    assert carried(Grounds(words=0.0, near=0.0, missing=1.0, against=0.0)) == 0.0


@given(
    words=some.floats(0.1, 1), near=some.floats(0.1, 1), missing=some.floats(0, 3), against=some.floats(0, 5)
)  # fmt: skip
def test_what_words_carry_is_a_share(words, near, missing, against):
    found = carried(Grounds(words, near, missing, against))
    assert 0 < found <= 1
    assert carried(Grounds(words, near, missing + 1, against)) < found
    assert carried(Grounds(words, near, missing, against + 1)) < found


NUMBERS = some.integers(2, 999)


@given(said=NUMBERS, held=NUMBERS, unit=some.sampled_from(["MW", "million euros", "%", "nodes", "months", "sites"]))
def test_another_number_is_never_supported(said, held, unit):
    sentence = "The hall was built for {} {} by the council."
    found = coscribe.support(sentence.format(said, unit), [sentence.format(held, unit)])
    assert (found.verdict == "supported") == (said == held)


@pytest.mark.parametrize(
    ("claim", "evidence", "start"),
    [
        ("The pump moves 40 litres a month.", "The pump moves 40 litres a day.", "the evidence says this per day"),
        ("The ferry is the fastest in the bay.", "The ferry is among the fast ones.", "the evidence does not say"),
        ("Every boat was repainted.", "Most of the boats, but not the tugs, got new paint.",
         "the evidence does not say"),
        ("Ferries have a bright future.", "Critics fear that ferries have a bleak future.", "the evidence gives this"),
        ("New paint is mandatory.", "Owners may get their boats new paint.", "the claim is more binding"),
    ],
)  # fmt: skip
def test_a_commitment_of_a_closed_kind_needs_its_like(claim, evidence, start):
    assert any(reason.startswith(start) for reason in reasons(claim, evidence)), reasons(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("About 60 boats are moored.", "Sixty-two boats are moored."),
        ("Thirty percent of the boats leak.", "Of 60 boats, 18 leak."),
        ("Achtzig Boote liegen fest.", "80 Boote liegen fest."),
        ("The pump is checked every sixty minutes.", "The pump is checked hourly."),
    ],
)
def test_a_figure_may_be_written_otherwise(claim, evidence):
    assert reasons(claim, evidence) == []


def test_a_doubt_says_what_kind_it_is_and_which_words_of_the_claim_it_is_about():
    claim = "In Atlantis the group\nrecommends 25 MW and “a very special ceiling”."
    found = coscribe.support(claim, ["The group recommends 15 MW as the ceiling on the power of a site."])
    line = " ".join(claim.split())
    doubted = {doubt.kind: line[slice(*doubt.span)] for doubt in found.doubts if doubt.span}
    assert doubted == {"quotation": "“a very special ceiling”", "figure": "25 MW", "name": "Atlantis"}
    assert found.reasons == [doubt.detail for doubt in found.doubts]


def test_a_doubt_says_what_it_was_compared_with_and_how_often_such_a_one_is_right():
    evidence = ["The reading room opens at nine.", "The panel recommends that Fennel closes its oldest hall."]
    claim = "The panel decided that Fennel closes its oldest hall for 12 years."
    found = {doubt.kind: doubt for doubt in coscribe.support(claim, evidence).doubts}
    assert found.keys() == {"figure", "modality"}
    assert {claim[slice(*doubt.span)] for doubt in found.values()} == {"12", "decided"}
    assert {doubt.words for doubt in found.values()} == {evidence[1]}
    assert all(0 < doubt.precision < 1 for doubt in found.values())
    assert Doubt.model_validate_json(found["figure"].model_dump_json()) == found["figure"]


def test_a_doubt_that_was_kept_before_it_had_words_is_still_read():
    assert Doubt.model_validate({"kind": "roles", "span": [0, 4], "detail": "so it was"}).precision is None


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The hall of Fennel costs 31 million euros.", "supported"),
        ("The hall of Fennel costs 32 million euros.", "unsupported"),  # code proves it
        ("The hall of Fennel costs “a lot of money”, 31 million euros.", "unsupported"),
        ("The hall of Fennel is the largest and costs 31 million euros.", "doubtful"),  # it may be told in other words
        ("Swimmers enjoy themselves at Fennel.", "doubtful"),
        (
            "Die Halle von Fennel kostet insgesamt 31 Millionen Euro.",
            "doubtful",
        ),  # of two languages code knows too little
    ],
)
def test_what_code_cannot_prove_is_doubtful_at_most(claim, verdict):
    found = coscribe.support(claim, ["The hall of Fennel costs 31 million euros in all."])
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("claim", "evidence", "is_proven"),
    [
        ("The water enters at 104 °F.", "The water enters at 40 °C.", False),
        ("The water enters at 114 °F.", "The water enters at 40 °C.", True),
        ("Larch delivers some 1.01 exaflops.", "Larch delivers 1.012 exaflops.", False),  # no thousand and twelve
        ("Larch delivers some 1.1 exaflops.", "Larch delivers 1.012 exaflops.", True),
    ],
)
def test_a_figure_in_another_scale_or_reading_is_not_proven_wrong(claim, evidence, is_proven):
    assert (coscribe.support(claim, [evidence]).verdict == "unsupported") is is_proven


def test_in_two_languages_figures_alone_are_compared():
    source = "No purchase of analog devices for 12 million euros is planned before 2030, the Office in Rwanda says."
    german = "Vor 2030 sieht das Amt in Ruanda keinen Kauf analoger Geräte für {} Millionen Euro vor."
    assert reasons(german.format(12), source) == []
    assert reasons(german.format(14), source) == ["figure 14 Millionen Euro not in evidence"]
