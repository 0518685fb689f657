"""The free check on contraries, on subjects that were joined, and on what comes first."""

import coscribe
import pytest

HEAT = "The centre is unable to reuse its waste heat."
BOARD = "The board rejected the proposal for a second site."
MEMBERS = "Participation in the survey is voluntary for members."
OSPREY = "Osprey will be dismantled in 2029. Kestrel will be replaced by a Korean system in 2031."
LABS = "The Tampere lab trains 25 engineers a year, the Porto lab 60."
HALDEN = "Halden is the largest centre in Europe."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The centre is able to reuse its waste heat.", HEAT),
        ("Participation in the survey is mandatory for members.", MEMBERS),
        ("The plan funds new buildings.", "The plan excludes funding for new buildings."),
        ("Users pay for electricity.", "Users are exempt from paying for electricity."),
        ("The contract was renewed.", "The contract was cancelled rather than renewed."),
        ("Tape archives are covered by the renewal.", "The renewal covers everything but tape archives."),
        ("Halden is Europe's largest centre.", "Halden is a large European centre."),
        ("Oslo ranks first in efficiency.", "Oslo ranks third in efficiency."),
        ("The unique testbed stands in Turin.", "A testbed stands in Turin."),
        ("Altair is faster than every other system.", "Altair is among the fastest systems."),
        ("No other region spends more on software than Japan.", "Japan spends a good deal on software."),
    ],
)  # fmt: skip
def test_the_contrary_is_noticed(claim, evidence):
    found = coscribe.support(claim, [evidence])
    assert {doubt.kind for doubt in found.doubts} & {"negation", "modality", "rank"} and found.verdict == "doubtful"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The centre cannot reuse its waste heat.", HEAT),
        ("The board did not accept the proposal for a second site.", BOARD),
        ("Members are free to take part in the survey.", MEMBERS),
        ("Access is not allowed without training.", "Access without training is prohibited."),
        ("The ministry approved the plan although the court opposed it.",
         "The court opposed the plan, but the ministry approved it."),
        ("Surveys improve what they cover.", "Surveys improve what they cover and prove what they discover."),
        ("Osprey ends service in 2029.", OSPREY),
        ("The Porto lab trains 60 engineers a year.", LABS),
        ("The Lyon site recycles its heat and the Turin site employs 40 engineers.",
         "The Lyon site recycles its heat. The Turin site employs 40 engineers."),
        ("The site in Tampere opened in 2021 and employs 25 engineers.",
         "The Tampere site opened in 2021. Its staff counts 25 engineers."),
        ("No European centre is larger than Halden.", HALDEN),
        ("Nothing costs more than storage.", "Storage is the most expensive part of the budget."),
        ("Chips are replaced every four years.", "Processors are renewed at intervals of four years."),
        ("Two out of three users come from universities.", "Universities account for 66 % of the users."),
        ("The agency does not support merging the two centres.", "The agency opposes the merger of both centres."),
    ],
)  # fmt: skip
def test_a_paraphrase_with_other_words_is(claim, evidence):
    assert coscribe.support(claim, [evidence]).reasons == []


def test_the_bare_item_of_a_list_is_read_with_its_lead_in():
    found = coscribe.support(
        "Lind was selected for the team that plays in Ghent.",
        ["The Union announces the team that plays in Ghent:", "Lind"],
    )
    assert not [reason for reason in found.reasons if "another" in reason]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The board accepted the proposal for a second site.", BOARD),
        ("The union backs the new fee.", "The union resists the new fee."),
        ("The pilot met its energy target.", "The pilot missed its energy target."),
        ("Reviewers found the schedule realistic.", "Reviewers found the schedule unrealistic."),
        ("The audit found sufficient staff.", "The audit found insufficient staff."),
        ("The comité of Elm rechazó a second reactor.", "The comité of Elm aprobó a second reactor."),
        ("Capella uses immersion cooling and 12 MW.", "Altair uses immersion cooling, while Capella needs 12 MW."),
        ("The queue stands at 30 jobs.", "The queue fell from 30 to 12 jobs."),
        ("The plan has neutrality by 2040.", "Goal of the plan was neutrality by 2040, which it has advanced to 2035."),
        ("With machines of Oak, a team from Elm made a model.", "With machines of Elm, a team from Oak made a model."),
    ],
)  # fmt: skip
def test_what_only_the_sense_of_a_word_settles_is_left_to_a_reader(claim, evidence):
    """Lists of words were wrong here as often as right: the free check says nothing, and must not be taken to."""
    assert coscribe.support(claim, [evidence]).reasons == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("In K-12 schools, the tool works.", "In K-12 schools, the tool works."),
        ("The centre serves all member states.", "The centre, led by a president, serves all member states."),
        ("The machine was built in the United States.",
         "The machine, designed by two engineers, was built in the United States."),
        ("Warm-water cooling removes heat with liquid.",
         "Warm-water cooling (also called hot-water cooling) removes heat with liquid."),
    ],
)  # fmt: skip
def test_states_and_other_names_for_a_thing_are_nobodys_opinion(claim, evidence):
    assert coscribe.support(claim, [evidence]).reasons == []
