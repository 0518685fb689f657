"""What a model concludes for a note: marked as ours, cited, reviewed, and only where the template allows it."""

import re

import pytest
from coscribe.tools.publish.colophon import Colophon
from coscribe.tools.publish.html.web_page import html_file
from doubles.desk import Author, assert_books, repeat

TOPIC = "energy of inference"
OPTIONS, ADVICE = 5, 6  # sections of the policy note that allow conclusions; only the second allows a recommendation


def sentence(text, kind="inference", section=OPTIONS, cites=(1, 2)):
    return {"section": section, "kind": kind, "cites": list(cites), "text": text}


def concluded(note):
    return [
        claim
        for part in note.sections
        for claim in part.claims
        if claim.judged_by == "model" and claim.kind != "stated"
    ]


@pytest.fixture
def drafted(shelf, endpoint, assistant):
    """Makes a note whose model concludes these sentences; returns it with what the model was asked."""

    async def make(*sentences, judge=lambda claim, cited: True, **options):
        asked = []
        endpoint.reply = Author(
            repeat("inference"), judge=judge, conclude=lambda prompt: asked.append(prompt) or list(sentences)
        )
        note = await assistant(shelf.library, endpoint.url).note(TOPIC, **options)
        assert_books(note, endpoint)
        return note, asked

    return make


async def test_a_conclusion_is_marked_as_ours_and_cites_what_it_rests_on(drafted, shelf):
    advice = sentence("Europe should measure the energy of every service.", "recommendation", ADVICE, [1])
    note, (prompt,) = await drafted(sentence("Several regions measure alike."), advice)
    assert [claim.kind for claim in concluded(note)] == ["inference", "recommendation"]
    first, second = concluded(note)
    assert re.fullmatch(r"Inference: Several regions measure alike\. (\[\d+\])+", first.text)
    assert re.fullmatch(r"Our recommendation: Europe should .* service\. (\[\d+\])+", second.text)
    for claim in concluded(note):
        shelf.assert_verbatim(claim.citations)
        assert claim.text in note.markdown
    kinds = {one.kind for block in note.document.blocks() for one in getattr(block, "sentences", ())}
    assert {"inference", "recommendation"} <= kinds
    page = html_file(note.document, Colophon("T", "en", "", "", carried="")).decode()
    assert page.count("Inference: ") == page.count("Our recommendation: ") == 1  # no tag says it again
    assert "allows: inference, recommendation" in prompt and "[1] " in prompt


@pytest.mark.parametrize(
    "broken",
    [
        sentence("Nothing is cited here.", cites=()),
        sentence("What is cited does not exist.", cites=(900,)),
        sentence("A site will draw 77 MW by 2041."),
        sentence('A report says "we give up on energy for good".'),
        sentence("Sites should do so at once.", "recommendation", OPTIONS),
        sentence("This stands where none may.", section=2),
        sentence("This has no section.", section=40),
        sentence("word " * 60),
    ],
    ids=["no cite", "unknown cite", "new figure", "new quotation", "advice", "section", "no section", "too long"],
)
async def test_what_breaks_a_rule_stands_nowhere(drafted, broken):
    note, _ = await drafted(broken, sentence("Several regions measure alike."))
    assert [claim.text.split(" [")[0] for claim in concluded(note)] == ["Inference: Several regions measure alike."]
    assert broken["text"].strip() not in note.markdown


async def test_what_the_reviewer_does_not_confirm_is_left_out_and_counted(drafted):
    note, _ = await drafted(
        sentence("Several regions measure alike."), sentence("All regions agree on a method."),
        judge=lambda claim, cited: "agree" not in claim,
    )  # fmt: skip
    assert [claim.text.split(" [")[0] for claim in concluded(note)] == ["Inference: Several regions measure alike."]
    assert note.dropped == 1


async def test_a_template_without_leave_asks_for_no_conclusion(drafted):
    note, asked = await drafted(sentence("Several regions measure alike."), template="briefing")
    assert not asked and not concluded(note)


async def test_without_a_model_there_is_no_conclusion(shelf, assistant):
    note = await assistant(shelf.library, "http://127.0.0.1:1/v1", model="evidence").note(TOPIC)
    assert not concluded(note)
