"""The reviewer's free checks: a sentence may say no more than the words it cites."""

import subprocess
import sys

import coscribe
import pytest
from hypothesis import given
from hypothesis import strategies as some

SITE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
GROUP = "The group recommends 15 MW as the ceiling on the peak electrical power of a site, cooling not included."
OFFICE = "The Office will fund three quantum testbeds and will connect each of them to a post-exascale site by 2030."
COOLING = "Cooling may add at most 8 % to the energy of the machines over a year."
STACK = "Quantum processors will not be bought for production before a testbed has shown an advantage."
HEAT = "Heat shall be offered to district networks or to industry."
TOLD = ["Strategy for Post-Exascale Sites 2026", "European Post-Exascale Site Council", "Europe", "2026-03-12"]


def reasons(claim, *evidence, told=()):
    found = coscribe.support(claim, evidence, told=told)
    assert not (found.verdict == "supported" and found.reasons)
    assert found.score < 1.0 or not found.reasons
    return found.reasons


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (SITE, SITE),
        ("A site may draw at most 20 MW by 2030.", SITE),
        ("By 2030, the peak electrical power of a site may be 20,000 kW at most.", SITE),
        ("The group recommends 15 MW as the ceiling of peak power.", GROUP),
        ("The group suggests a ceiling of 15 MW on the peak power of a site.", GROUP),
        ("The Office will fund 3 quantum testbeds.", OFFICE),
        ("The Office will spend EUR 7 billion and 20 MW.", "The Office will spend 7 billion euros and 20 megawatts."),
        ("Quantum processors will not be bought for production.", STACK),
        ("Heat will be offered to industry.", HEAT),  # less binding than "shall"
        ("Cooling may add 8 percent to the energy of the machines.", COOLING),
    ],
)
def test_a_claim_that_says_no_more_stands(claim, evidence):
    assert reasons(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("A site may draw at most 25 MW of peak power by 2030.", SITE, "figure 25 MW not in evidence"),
        ("A site may draw at most 20 kW of peak power by 2030.", SITE, "figure 20 kW not in evidence"),
        ("A site may draw at most 20 MW of peak power by 2029.", SITE, "figure 2029 not in evidence"),
        ("A site may draw at most EUR 20 of peak power by 2030.", SITE, "figure EUR 20 not in evidence"),
        ("A site may draw 15 to 20 MW of peak power by 2030.", SITE, "figure 15 not in evidence"),
        ("The Office will fund four quantum testbeds.", OFFICE, "figure four not in evidence"),
        ("The Office will fund twenty-three quantum testbeds.", OFFICE, "figure twenty-three not in evidence"),
        ("Cooling may add at least 8 % to the energy of the machines.", COOLING, "figure 8 % is at most in evidence"),
        ("Cooling may add more than 8 % to the energy.", COOLING, "figure 8 % is at most in evidence"),
        ("In Atlantis a site may draw 20 MW of power.", SITE, "name Atlantis not in evidence"),
        ("The ESFRI Office will fund three quantum testbeds.", OFFICE, "name ESFRI not in evidence"),
        ("The Office will fund three quantum testbeds by IonQ.", OFFICE, "name IonQ not in evidence"),
    ],
)
def test_a_figure_or_name_of_its_own_is_refused(claim, evidence, reason):
    assert reasons(claim, evidence) == [reason]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The group requires 15 MW as the ceiling on the peak power of a site.", GROUP),
        ("The group decided on 15 MW as the ceiling on the peak power of a site.", GROUP),
        ("The group decided that 15 MW should be the ceiling on the peak power of a site.", GROUP),
        ("The group plans 15 MW as the ceiling on the peak power of a site.", GROUP),
        ("The Office shall fund three quantum testbeds.", OFFICE),
        ("Cooling must add at most 8 % to the energy of the machines.", COOLING),
        ("A site will draw at most 20 MW of peak electrical power by 2030.", SITE),
        (
            "La oficina deberá financiar: it must fund three testbeds, quantum ones.",
            "It could fund three quantum testbeds.",
        ),
    ],
)
def test_advice_is_no_decision_and_a_possibility_no_plan(claim, evidence):
    assert "the claim is more binding than the evidence" in reasons(claim, evidence)


def test_the_month_of_may_and_a_power_plant_bind_nobody():
    said = "In May 2026 the Council decided that heat shall be offered to the plant."
    assert reasons("The Council decided that heat shall be offered to the plant.", said) == []
    assert reasons("Heat from the plant should be offered.", "The heat of the plant should be offered.") == []


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("Quantum processors will be bought for production.", STACK, "the evidence denies what the claim asserts"),
        ("The Office will not fund quantum testbeds.", OFFICE, "the claim denies what the evidence does not deny"),
        ("A site may never draw 20 MW of power.", SITE.split(", cooling")[0], "the claim denies what the evidence"),
        ("La red fija un límite de potencia.", "La red no fija un límite de potencia.", "the evidence denies"),
    ],
)
def test_a_claim_keeps_what_is_denied(claim, evidence, reason):
    (found,) = reasons(claim, evidence)
    assert found.startswith(reason)


def test_words_that_are_not_there_carry_nothing():
    assert reasons("The weather stays fine along the coast.", OFFICE) == ["the cited words do not say this"]
    for claim, evidence in (("", [OFFICE]), ("The Office funds testbeds.", []), ("The Office funds testbeds.", [""])):
        found = coscribe.support(claim, evidence)
        assert found.score < 0.1 and found.verdict == "doubtful"


def test_several_sentences_carry_a_claim_together():
    claim = "A site in Japan could draw 40 MW of sustained power, cooling included."
    slide, notes = "A site in Japan could draw 40 MW", "The 40 MW are sustained power, cooling included."
    assert reasons(claim, slide, notes) == []
    assert reasons(claim.replace("40", "50"), slide, notes) == ["figure 50 MW not in evidence"]
    few = coscribe.support("The reactor draws 40 MW for heated swimming pools.", [slide])
    assert few.reasons == [] and 0 < few.score < 1  # a model settles what few words leave open


def test_what_is_known_of_the_source_may_be_said():
    claim = "In 2026 the European Post-Exascale Site Council says that a site may draw 20 MW of power by 2030."
    assert reasons(claim, SITE, told=TOLD) == []
    assert "figure 2026 not in evidence" in reasons(claim, SITE)
    assert any(reason.startswith("name European") for reason in reasons(claim, SITE))
    # A year of the source is no figure of what it says, and its other numbers are not either.
    assert "figure 12 MW not in evidence" in reasons("A site may draw 12 MW of power by 2030.", SITE, told=TOLD)


def test_each_problem_is_told_and_lowers_the_score():
    one = coscribe.support("A site may draw at most 25 MW of peak power by 2030.", [SITE])
    more = coscribe.support("In Atlantis a site must draw at most 25 MW of peak power by 2035.", [SITE])
    assert len(one.reasons) == 1 and len(more.reasons) == 4
    assert 0 <= more.score < one.score < 0.5


SENTENCES = [SITE, GROUP, OFFICE, COOLING, STACK, HEAT]


@given(sentence=some.sampled_from(SENTENCES), others=some.lists(some.sampled_from(SENTENCES), max_size=2))
def test_a_sentence_supports_itself_and_more_evidence_takes_nothing_from_its_figures(sentence, others):
    assert coscribe.support(sentence, [sentence]).score == 1.0
    found = coscribe.support(sentence, [sentence, *others])
    assert not [reason for reason in found.reasons if reason.startswith(("figure", "name"))]


@given(claim=some.text(max_size=80), evidence=some.lists(some.text(max_size=80), max_size=3))
def test_any_text_gets_a_verdict(claim, evidence):
    found = coscribe.support(claim, evidence)
    assert 0 <= found.score <= 1
    assert not (found.verdict == "supported" and (found.reasons or found.score < 0.5))
    assert not (
        found.verdict == "unsupported" and {one.kind for one in found.doubts}.isdisjoint({"figure", "quotation"})
    )


def test_it_calls_no_model_and_loads_none():
    probe = (
        "import sys, coscribe; coscribe.support('a site draws 2 MW', ['a site draws 2 MW']);"
        "print(*{'openai', 'httpx2', 'langgraph', 'chromadb'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
