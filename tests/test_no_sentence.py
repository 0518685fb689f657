"""What a model writes and is no sentence: it is shown to no reader, and the words it was made of are quoted instead."""

import pytest
from doubles.desk import Author, draft
from doubles.texts import shelve
from independent import one_line

POWER = "How much power may a post-exascale site draw in Europe?"
SAID = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
CUT = "it is cut off"


def line(asked, words=SAID):
    return next(line for line in asked.lines if words in line.text)


def shown(answer):
    return [claim.text for claim in answer.claims if claim.verdict == "supported"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("In Europe a site may draw at most 20 MW of peak electrical power by the", CUT),
        ("In Europe a site may draw at most 20 MW of peak electrical power, cooling", None),  # only without a full stop
        ("In Europe a site may draw at most 20 MW of peak elect", CUT),
        ("In Europe a site may draw at most 20 MW (cooling not included", CUT),
        ("In Europe a site may draw at most 20 MW of power, and that is " + "what is said of it " * 14, CUT),
        ("draw at most 20 MW of peak electrical power by 2030.", CUT),
        ("exascale sites may draw at most 20 MW of peak electrical power by 2030.", None),  # small, and yet whole
        ("According to Report: Strategy, a site may draw at most 20 MW.", "it holds 'Report:', which is no word of"),
        ("European Post-Exascale Site Council · Europe: a site may draw 20 MW.", "it holds '·', which is no word of"),
        ("Question: In Europe a site may draw at most 20 MW.", "it holds 'Question:', which is no word of a report"),
        ("In Europe a site may draw at most 20 MW of 电力 by 2030.", "neither the reports nor the question use"),
        ("In Europe a site may draw at most 20 MW of мощность.", "neither the reports nor the question use"),
        ("In Europe a site may draw at most 20 MW at an angle of α.", None),  # a sign
    ],
)
async def test_what_is_no_sentence_gives_way_to_its_quote(shelf, endpoint, assistant, written, why):
    endpoint.reply = author = Author(lambda asked: draft(([line(asked).number], written)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    reasons = [claim.reason for claim in answer.claims if claim.verdict == "unsupported"]
    if why is None:
        assert reasons == [] and written.strip() in shown(answer)
        return
    (reason,) = reasons
    assert reason.startswith(why), reason
    assert [doubt.kind for claim in answer.claims for doubt in claim.doubts] == ["no_sentence"]
    assert not author.judged
    assert any(SAID in one_line(text) for text in shown(answer))


async def test_a_heading_run_into_a_sentence_gives_way_to_that_sentence(shelf, endpoint, assistant):
    """The words are quoted where they stand, whatever the number says."""

    def write(asked):
        said = line(asked)
        heading = asked.lines[asked.lines.index(said) - 1]
        assert len(heading.text.split()) <= 8
        return draft(([heading.number], f"{heading.text} {said.text}"))

    endpoint.reply = author = Author(write)
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(POWER)
    assert not author.judged
    assert any(SAID in one_line(text) for text in shown(answer))
    assert "it holds the heading" in answer.claims[-1].reason


async def test_what_the_report_has_so_is_a_sentence(tmp_path, endpoint, assistant):
    """An item without a full stop, or one that ends on "and", is cited as it stands."""
    items = ["the heat of the site, and", "the power of the site, and", "the water that cools the site."]
    text = "# Plan\n\nA site shall report:\n\n" + "\n".join(f"- {one}" for one in items)
    library = shelve(tmp_path, {"plan.md": text})
    for lead in ("", "A site shall report "):  # worded otherwise, it ends as the item does
        endpoint.reply = Author(lambda asked, lead=lead: draft(
            *(([line(asked, one).number], f"{lead}{one}") for one in items)
        ))  # fmt: skip
        answer = await assistant(library, endpoint.url, rounds=0).ask("What shall a site report?")
        assert {*shown(answer)} >= {f"{lead}{one}" for one in items}
        assert not [claim.reason for claim in answer.claims if claim.verdict == "unsupported"]


@pytest.mark.parametrize("question", ["Wie viel 電力 darf ein post-exascale site in Europe ziehen?", POWER])
async def test_letters_of_the_question_may_be_used(shelf, endpoint, assistant, question):
    written = "In Europe a site may draw at most 20 MW of 電力 by 2030."
    endpoint.reply = Author(lambda asked: draft(([line(asked).number], written)))
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(question)
    assert (written in shown(answer)) == (question != POWER)


async def test_the_drafter_is_told_and_may_write_it_anew(shelf, endpoint, assistant):
    whole = "In Europe a site may draw at most 20 MW of peak electrical power by 2030."
    endpoint.reply = author = Author(
        lambda asked: draft(([line(asked).number], "In Europe a site may draw at most 20 MW of the")),
        lambda asked: draft(([line(asked).number], whole)),
    )
    answer = await assistant(shelf.library, endpoint.url).ask(POWER)
    assert CUT in author.asked[1].problems
    assert shown(answer) == [whole]
