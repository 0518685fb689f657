"""Where a drafted sentence stands: found in other words than those it cites, taken apart, or in none at all."""

import re

from doubles.desk import Author, draft
from independent import one_line

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
RIGHT = "In Europe a post-exascale site may draw at most 20 MW of peak electrical power by 2030."
WRONG = RIGHT.replace("20 MW", "25 MW")


def where(asked):
    return next(line for line in asked.lines if EUROPE in line.text)


def stands(answer):
    return [claim.text for claim in answer.claims if claim.verdict == "supported"]


def dropped(answer):
    return {claim.text: claim.reason for claim in answer.claims if claim.verdict == "unsupported"}


async def test_a_sentence_that_cites_the_wrong_words_is_found_in_those_that_say_it(shelf, endpoint, assistant):
    """Small models mistake the numbers: the check, not the number, decides where a sentence stands."""

    def mistakes(asked):
        other = next(line for line in asked.lines if line.report == where(asked).report and line.text != EUROPE)
        return draft(([other.number], RIGHT))

    endpoint.reply = Author(mistakes)
    events = []
    answer = await assistant(shelf.library, endpoint.url).ask(POWER, on_event=events.append)
    assert (answer.status, stands(answer)) == ("answered", [RIGHT])
    ((citation,),) = [claim.citations for claim in answer.claims]
    assert one_line(citation.quote) == EUROPE
    shelf.assert_verbatim([citation])
    assert [event.detail for event in events if event.kind == "cited anew"] == [
        "1 sentence found in other words than those cited"
    ]
    assert len(endpoint.meter.requests) == 2  # it is no copy: a reader judges it


async def test_what_no_shown_words_say_is_not_found_anywhere(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(([where(asked).number], WRONG)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert WRONG not in stands(answer)
    assert "figure 25 MW not in evidence" in dropped(answer)[WRONG]


async def test_a_sentence_beside_the_question_is_not_looked_for(shelf, endpoint, assistant):
    def wanders(asked):
        report = where(asked).report
        mine = [line for line in asked.lines if line.report == report and line.text.endswith(".")]
        beside = next(line for line in mine if not re.search("power|site|exascale|draw|20", line.text, re.IGNORECASE))
        return draft(([where(asked).number], RIGHT), ([where(asked).number], beside.text))

    endpoint.reply = Author(wanders, judge=lambda claim, _: claim == RIGHT)
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert stands(answer) == [RIGHT]
    assert len(dropped(answer)) == 1


async def test_several_sentences_in_one_are_judged_one_by_one(shelf, endpoint, assistant):
    endpoint.reply = Author(lambda asked: draft(([where(asked).number], f"{RIGHT} {WRONG}")))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert stands(answer) == [RIGHT]
    assert list(dropped(answer)) == [WRONG]


async def test_a_sentence_that_points_back_stays_with_the_one_before(shelf, endpoint, assistant):
    both = f"{RIGHT} This does not include cooling."
    endpoint.reply = author = Author(lambda asked: draft(([where(asked).number], both)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert [*stands(answer), *dropped(answer)] == [both]
    assert [claim for claim, _ in author.judged] in ([], [both])


async def test_a_heading_is_no_answer(shelf, endpoint, assistant):
    def heading(asked):
        return next(line for line in asked.lines if re.fullmatch(r"\d+\. [A-Z][^.]{3,40}", line.text))

    endpoint.reply = Author(
        lambda asked: draft(([where(asked).number], RIGHT), ([heading(asked).number], heading(asked).text))
    )
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert (answer.status, stands(answer), dropped(answer)) == ("answered", [RIGHT], {})
    endpoint.reply = Author(lambda asked: draft(([heading(asked).number], heading(asked).text)))
    alone = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert (alone.mode, alone.degraded.startswith("the model wrote nothing")) == ("evidence", True)
