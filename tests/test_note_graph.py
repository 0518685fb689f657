"""The note graph: sections in the template's order, one list of sources, and silence told from not knowing."""

import re
import tomllib
from importlib.resources import files

import pytest
from coscribe.core.document import Table
from coscribe.core.errors import UsageError
from coscribe.core.types import Scope
from doubles.desk import Author, assert_books, draft, repeat
from independent import one_line

TEMPLATE = tomllib.loads((files("coscribe.prompts") / "templates" / "policy-note.toml").read_text(encoding="utf-8"))
HEADINGS = [section["heading"] for section in TEMPLATE["sections"]]
NOTHING = ("This search found nothing on it in the reports in scope.", "Nothing beyond what is quoted above.")
QUOTING = ["energy of inference", "peak electrical power of a site", "quantum software", "neuromorphic computing"]


@pytest.fixture
async def quoted(shelf, assistant):
    """Makes notes without any model."""
    made = assistant(shelf.library, "http://127.0.0.1:1/v1", model="evidence")
    return made.note


def text_of(note, heading):
    return next(section.text for section in note.sections if section.heading == heading)


def marks(text):
    return {int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", text)}


def stated(note):
    return [claim for section in note.sections for claim in section.claims if claim.kind == "stated"]


def quoted_in(sections):
    return [
        (citation.passage, citation.quote)
        for section in sections
        for claim in section.claims
        for citation in claim.citations
        if citation.role == "quote" and claim.kind == "stated"
    ]


def assert_sound(note, shelf):
    """Sections in order; one list of sources, each mark in it and each source used; every quote in its file."""
    assert [section.heading for section in note.sections] == HEADINGS
    assert re.findall(r"^## (.*)$", note.markdown, re.MULTILINE) == [*HEADINGS, "Sources", "Sign-off"]
    assert [source.number for source in note.sources] == list(range(1, len(note.sources) + 1))
    assert len({source.report for source in note.sources}) == len(note.sources)
    listed = {source.number: source.report for source in note.sources}
    used = [mark for section in note.sections for mark in re.findall(r"(?<!\\)\[(\d+)\]", section.text)]
    assert [int(mark) for mark in dict.fromkeys(used)] == list(listed)  # numbered as a reader meets them
    for section in note.sections:
        assert section.text.strip() and section.text in note.markdown
        assert marks(section.text) == {citation.number for claim in section.claims for citation in claim.citations}
        for claim in section.claims:
            assert claim.verdict == "supported"
            assert {listed[citation.number] for citation in claim.citations} == {
                citation.report for citation in claim.citations
            }
            shelf.assert_verbatim(claim.citations)
    first, rest = note.sections[0], note.sections[1:]
    messages, quotes = quoted_in([first]), quoted_in(rest)
    assert len(quotes) == len(set(quotes)) and (quotes or messages)
    assert 1 <= len(first.claims) <= 4 and (note.left_out or set(messages) <= set(quotes))
    assert note.words == sum(len(section.text.split()) for section in note.sections)
    for source in note.sources:
        assert re.search(rf"^{source.number}\. .*`{re.escape(source.file)}`", note.markdown, re.MULTILINE)


@pytest.mark.parametrize("topic", QUOTING)
async def test_a_note_of_quotes_is_sound(shelf, quoted, topic):
    note = await quoted(topic)
    assert_sound(note, shelf)
    assert (note.mode, note.degraded, note.error, note.cost.calls) == ("evidence", None, None, 0)
    assert note.title == topic[0].upper() + topic[1:]
    assert len(note.sources) >= 3
    for claim in stated(note):
        for citation in claim.citations:
            assert citation.role != "quote" or one_line(citation.quote) in claim.text


async def test_the_positions_stand_side_by_side_one_region_after_the_other(quoted):
    note = await quoted("energy of inference")
    positions = next(section for section in note.sections if section.heading == "What each region says")
    regions = [claim.citations[0].region.split("/")[0] for claim in positions.claims]
    assert set(regions) >= {"Europe", "Japan", "United States"}
    assert regions == sorted(regions, key=list(dict.fromkeys(regions)).index)


async def test_figures_that_differ_are_told_with_their_sources(quoted):
    note = await quoted("peak electrical power of a site")
    said = text_of(note, "Figures and where they differ")
    (told,) = re.findall(r"^\*\*(They disagree: .*)\*\*$", said, re.MULTILINE)
    sentences = [one for block in note.document.blocks() for one in getattr(block, "sentences", ())]
    assert {one.kind for one in sentences if one.text.startswith("They disagree: ")} == {"computed"}
    numbers = {source.file: source.number for source in note.sources}
    assert f"up to 60 MW (United States [{numbers['us-facilities-plan-2026.html']}])" in told
    assert f"15 MW (Europe, draft [{numbers['europe-advisory-draft.docx']}])" in told
    assert re.search(rf"20 MW \(.*Europe \[{numbers['europe-strategy-2026.pdf']}\]", told)
    assert "24 MW" not in told  # an edition that was superseded


@pytest.mark.parametrize(
    ("topic", "silent", "not_assessed"),
    [
        ("quantum software", [], ["Latin America"]),
        ("neuromorphic chips", ["United States"], ["Latin America"]),
    ],
)
async def test_silence_is_told_from_not_knowing(quoted, topic, silent, not_assessed):
    note = await quoted(topic)
    assert note.silent == silent
    said = text_of(note, "Confidence and gaps")
    assert [line for line in said.splitlines() if line.startswith("- Silent")] == [
        f"- Silent on this topic, as far as their readable reports go: {name}." for name in silent
    ]
    assert re.findall(r"^- Not assessed, .*: (.*)\.$", said, re.MULTILINE) == not_assessed
    assert note.coverage.languages_uncovered == ["es"]
    assert [item.file for item in note.coverage.unreadable] == ["annex-scanned.pdf"]


async def test_a_region_that_uses_some_of_the_words_is_not_called_silent(quoted):
    note = await quoted("electrical power of a site")
    assert note.silent == []
    (japan,) = note.unclear
    assert japan == "Japan (never says “electrical”)"  # its talk gives 40 MW all the same
    note = await quoted("neuromorphic computing")
    assert note.silent == [] and note.unclear == ["United States (never says “neuromorphic”)"]
    assert "United States (never says “neuromorphic”)" in text_of(note, "Confidence and gaps")


async def test_asked_in_its_language_a_region_is_assessed(quoted):
    note = await quoted("la energía por inferencia")
    assert "Latin America" not in note.silent
    said = text_of(note, "What each region says")
    assert "La energía por inferencia se medirá y se publicará en todos los sitios regionales desde 2029." in said
    assert "Latin America" not in text_of(note, "Confidence and gaps")


async def test_an_empty_section_says_whether_anything_was_said_before(quoted):
    note = await quoted("quantum software")
    assert text_of(note, "Recommendations") == "Nothing beyond what is quoted above."
    assert text_of(note, "Figures and where they differ") == "This search found nothing on it in the reports in scope."
    note = await quoted("underwater basket weaving")
    assert [section.claims for section in note.sections] == [[]] * len(HEADINGS)
    assert note.sources == [] and "## Sources" not in note.markdown
    assert set(note.silent) == {"Europe", "Japan", "United States"}


async def test_a_scope_narrows_the_whole_note(shelf, quoted):
    note = await quoted("energy of inference", scope=Scope(regions=("Japan",)))
    assert {source.file for source in note.sources} == {"japan-talk-2026.pptx"}
    assert note.coverage.reports_searched == 1
    with pytest.raises(UsageError, match="no report has the region 'Atlantis'"):
        await quoted("energy of inference", scope=Scope(regions=("Atlantis",)))


async def test_a_template_of_ones_own_decides_the_sections(shelf, quoted, tmp_path):
    own = tmp_path / "own.toml"
    sections = '[[sections]]\nheading = "{}"\nquestion = "What of {{topic}}?"\nkind = "{}"\n'
    told = [("Two", "silence"), ("One", "positions"), ("Three", "answer")]
    own.write_text(f'name = "own"\ntitle = "On {{topic}}"\n{"".join(sections.format(*one) for one in told)}', "utf-8")
    note = await quoted("quantum software", template=str(own))
    assert (note.template, note.title) == ("own", "On quantum software")
    assert [section.heading for section in note.sections] == ["Two", "One", "Three"]
    assert text_of(note, "Two").startswith("- Not assessed")
    with pytest.raises(UsageError, match="there is no template 'none'"):
        await quoted("energy of inference", template="none")


async def test_a_drafted_note_is_sound_and_costs_what_the_server_metered(shelf, endpoint, assistant):
    endpoint.reply = author = Author(repeat("inference"))
    note = await assistant(shelf.library, endpoint.url).note("energy of inference")
    assert_sound(note, shelf)
    assert (note.mode, note.degraded, note.error) == ("drafted", None, None)
    assert "*Drafted by m and checked against the reports." in note.markdown
    assert {asked.question for asked in author.asked} == {
        section["question"].replace("{topic}", "energy of inference")
        for section in TEMPLATE["sections"]
        if "question" in section
    }
    assert len(note.sources) >= 3
    assert_books(note, endpoint)
    assert note.cost.calls >= len(HEADINGS)


async def test_each_branch_of_a_drafted_note_is_shown_its_own_region(shelf, endpoint, assistant):
    endpoint.reply = author = Author(repeat("neuromorphic"))
    note = await assistant(shelf.library, endpoint.url).note("neuromorphic computing")
    positions = [asked for asked in author.asked if asked.question.startswith("What is the position")]
    shown = {frozenset(line.report.split(" · ")[2] for line in asked.lines) for asked in positions}
    assert frozenset({"United States"}) in shown and frozenset({"Japan"}) in shown
    assert note.unclear == ["United States (never says “neuromorphic”)"]
    assert "Red Cóndor" in text_of(note, "What each region says")  # it repeats English alone: a quote stands in
    assert "United States" in text_of(note, "Confidence and gaps")
    assert_sound(note, shelf)


async def test_what_the_review_refuses_is_not_in_a_note(shelf, endpoint, assistant):
    def invents(asked):
        lines = [line for line in asked.lines if "inference" in line.text]
        line = max(lines, key=lambda line: len(line.text))  # no heading
        return draft(
            ([line.number], "Inference of every service will cost 777 MW by 2031."), ([line.number], line.text)
        )

    endpoint.reply = Author(invents)
    note = await assistant(shelf.library, endpoint.url).note("energy of inference", scope=Scope(regions=("Japan",)))
    assert note.mode == "drafted" and stated(note)
    assert "777" not in note.model_dump_json()
    assert_sound(note, shelf)


async def test_a_note_falls_back_to_quotes_when_the_endpoint_is_gone(shelf, endpoint, assistant, quoted):
    endpoint.reply = lambda request: "no json"
    note = await assistant(shelf.library, endpoint.url).note("energy of inference")
    assert_sound(note, shelf)
    assert (note.mode, note.error.kind, note.degraded) == ("evidence", "MalformedReply", note.error.message)
    assert "*Made of verbatim quotes." in note.markdown
    assert note.markdown == (await quoted("energy of inference")).markdown
    assert_books(note, endpoint)


async def test_a_note_that_loses_the_endpoint_half_way_says_so(shelf, endpoint, assistant):
    author, replies = Author(repeat("inference")), []

    def tires(request):
        replies.append(request)
        return author(request) if len(replies) < 4 else "no json"

    endpoint.reply = tires
    note = await assistant(shelf.library, endpoint.url).note("energy of inference")
    assert_sound(note, shelf)
    assert (note.mode, note.error.kind) == ("drafted", "MalformedReply")
    assert note.degraded == note.error.message
    assert_books(note, endpoint)


async def test_a_note_stays_below_its_cap(shelf, endpoint, assistant, tmp_path):
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 1\noutput = 1\n", encoding="utf-8")
    endpoint.reply, endpoint.delay = Author(repeat("inference")), 0.05
    note = await assistant(shelf.library, endpoint.url, max_cost="0.009").note("energy of inference")
    assert_sound(note, shelf)
    assert note.error.kind == "BudgetReached" and "usd per run would be passed" in note.degraded
    assert endpoint.meter.requests and float(note.cost.usd) <= 0.012
    assert_books(note, endpoint)


async def test_the_editor_is_heard_at_work(shelf, assistant):
    seen = []
    made = assistant(shelf.library, "http://127.0.0.1:1/v1", model="evidence")
    note = await made.note("energy of inference", on_event=seen.append)
    assert (seen[0].agent, seen[0].kind, seen[0].detail) == ("editor", "planned", "7 sections, 8 searches")
    assert seen[-1].kind == "reviewed"
    checked = sum(len(claim.citations) for section in note.sections for claim in section.claims)
    assert seen[-1].detail == f"{checked} citations checked over 7 sections"


@pytest.mark.parametrize("words", [150, 250, 400])
@pytest.mark.parametrize("topic", QUOTING)
async def test_a_note_keeps_its_length_and_tells_what_it_left_out(shelf, quoted, topic, words):
    whole, short = await quoted(topic), await quoted(topic, words=words)
    assert_sound(short, shelf)
    assert short.words <= words
    told, left = {claim.text for claim in stated(whole)}, [one.text for one in short.left_out]
    kept = {claim.text for claim in stated(short)}
    assert kept <= told and set(left) >= told - kept and not set(left) & kept  # whole sentences, none unnamed
    assert bool(left) == (whole.words > words)


async def test_key_messages_outlast_the_rest_and_a_region_keeps_its_last_word(quoted):
    note = await quoted("energy of inference", words=300)
    positions = next(section for section in note.sections if section.heading == "What each region says")
    assert note.sections[0].claims and len({claim.citations[0].region for claim in positions.claims}) >= 3


async def test_key_messages_rest_on_what_is_in_force_where_anything_is(quoted):
    note = await quoted("energy of inference")
    below = next(section for section in note.sections if section.heading == "Recommendations")
    assert {claim.citations[0].status for claim in below.claims} >= {"draft"}
    assert "draft" not in {claim.citations[0].status for claim in note.sections[0].claims}


@pytest.mark.parametrize("template", ["briefing", "position-comparison", "roadmap-refresh"])
async def test_every_shipped_template_makes_a_note(quoted, template):
    note = await quoted("energy of inference", template=template)
    spec = tomllib.loads((files("coscribe.prompts") / "templates" / f"{template}.toml").read_text(encoding="utf-8"))
    assert [section.heading for section in note.sections] == [section["heading"] for section in spec["sections"]]
    assert note.sources and ("words" not in spec or note.words <= spec["words"])


async def test_positions_compared_stand_in_a_table_with_a_row_for_each_region(quoted):
    note = await quoted("neuromorphic chips", template="position-comparison")
    (table,) = (
        block
        for one in note.document.sections
        if one.role == "text"
        for block in one.blocks
        if isinstance(block, Table)
    )
    rows = {row[0].text: row[2].text for row in table.rows}
    assert {"Europe", "Japan", "United States", "Latin America"} <= set(rows)
    assert rows["United States"] == "no readable page holds a word of it"
    assert rows["Latin America"].startswith("not assessed, for want of readable text or of a search")
