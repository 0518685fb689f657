"""Answers in the shape a question asks for, made by code: comparisons in legs, counts, silence, what is held."""

import re

import pytest
from coscribe.core.types import Scope
from coscribe.terminal.console import screen
from coscribe.terminal.views.answer import answer_view
from coscribe.tools.search.form import form_of
from coscribe.tools.search.legs import legs_of
from coscribe.tools.search.question import plan_question
from coscribe.vectorstore.ranking.routing import Route
from doubles.texts import FILLER, shelve
from doubles.views import answer_text


@pytest.fixture
async def ask(shelf, assistant):
    made = assistant(shelf.library, "http://127.0.0.1:9/v1", model="evidence")
    return made.ask


def rows(answer):
    """The rows of the table that an answer begins with, each a list of cells."""
    lines = [line for line in answer.answer.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def of_kind(answer, kind):
    return [claim for claim in answer.claims if claim.kind == kind]


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How much power may a site draw?", "prose"), ("What do the reports say about cooling?", "prose"),
        ("What are the bottlenecks?", "prose"), ("Which sources of energy are used?", "prose"),
        ("Which sites report their energy?", "prose"), ("What does the report say?", "prose"),
        ("Compare Europe and Japan on cooling.", "table"), ("Where do regions disagree on power?", "table"),
        ("How did the ceiling of France change between 2024 and 2026?", "table"),
        ("Vergleiche Europa und Japan bei der Kühlung.", "table"), ("Japan versus Europe on cooling", "table"),
        ("How many reports mention blockchain?", "count"), ("Which regions plan quantum testbeds?", "count"),
        ("Welche Berichte erwähnen Kühlung?", "count"), ("Cuántos informes mencionan la refrigeración?", "count"),
        ("Does any report mention blockchain?", "absence"), ("Is blockchain mentioned anywhere?", "absence"),
        ("Which reports do not mention cooling?", "absence"), ("Who is silent on cooling?", "absence"),
        ("Do the reports say anything about blockchain?", "absence"),
    ],
)  # fmt: skip
def test_the_words_of_a_question_tell_the_shape_of_its_answer(question, form):
    assert form_of(question) == form


LEGS = [
    ("Compare Europe and Japan on cooling", {"Europe": "Europe on cooling", "Japan": "Japan on cooling"}),
    (
        "How much power may a site draw in Europe, Japan and the US?",
        {
            "Europe": "How much power may a site draw in Europe", "Japan": "How much power may a site draw in Japan",
            "United States": "How much power may a site draw in United States",
        },
    ),
    (
        "How did France's power change between 2024 and 2026?",
        {"2024": "How did France's power change 2024", "2026": "How did France's power change 2026"},
    ),
    (
        "What does Japan plan for cooling, and how is the energy of inference measured in Europe?",
        {
            "What does Japan plan for cooling": "What does Japan plan for cooling",
            "how is the energy of inference measured in Europe": "how is the energy of inference measured in Europe",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "queries"), LEGS)
def test_a_question_is_split_into_legs(question, queries, shelf):
    reports = shelf.library.catalogue.reports()
    legs = legs_of(plan_question(question, reports), reports, Route(question))
    assert {leg.name: leg.plan.queries[0] for leg in legs} == queries
    for leg in legs:  # no leg looks for the words that only name another
        assert not {"japan", "europe", "2024", "2026"} & set(leg.plan.terms)


@pytest.mark.parametrize(
    "question",
    [
        "How much power may a site draw?", "What does Japan plan for cooling?", "What is the ceiling in Europe?",
        "What does Europe recommend and why is it so?", "How much will be spent between 2024 and 2026?",
        "Which regions mention cooling?",
    ],
)  # fmt: skip
def test_a_question_in_one_piece_has_no_legs(question, shelf):
    reports = shelf.library.catalogue.reports()
    assert legs_of(plan_question(question, reports), reports, Route(question)) == ()


async def test_a_comparison_is_a_table_with_marks_in_every_position(shelf, ask):
    answer = await ask("Compare Europe, Japan and the United States on the electrical power that a site may draw")
    assert answer.status == "answered" and answer.missing == []
    table = rows(answer)
    assert {row[0] for row in table} == {"Europe", "Japan", "United States"}
    assert all(re.search(r"“.+” (\[\d+\])+$", row[2]) for row in table)
    claims = of_kind(answer, "stated")
    assert len(claims) == len(table) and [claim.leg for claim in claims] == [row[0] for row in table]
    for claim in claims:
        shelf.assert_verbatim(claim.citations)
        regions = {citation.region.split("/")[0] for citation in claim.citations}
        assert regions == {claim.leg}
    said = " ".join(row[2] for row in table)
    assert all(figure in said for figure in ("at most 20 MW", "40 MW", "up to 60 MW"))
    assert "**They disagree:" in answer.answer
    assert len([query for query in answer.coverage.queries if "may draw" in query]) == 3


async def test_who_differs_from_a_region_is_looked_for_elsewhere(ask):
    answer = await ask("Who disagrees with the United States on the peak electrical power of a site?")
    assert answer.coverage.narrowed_to == [] and len({row[0] for row in rows(answer)}) >= 3
    assert "They disagree: " in answer.answer


async def test_what_changed_between_two_editions_stands_under_their_years(ask):
    answer = await ask("How did France's target for electrical power change between 2024 and 2026?")
    table = rows(answer)
    assert any(row[0] == "2024" and "24 MW" in row[2] for row in table)
    assert any(row[0] == "2026" and "20 MW" in row[2] for row in table)
    (changed,) = of_kind(answer, "inference")
    assert re.fullmatch(
        r"Changed between editions \(France\): 2024: up to 24 MW \[\d\]; 2026: ceiling of 20 MW \[\d\]\.", changed.text
    )


@pytest.mark.parametrize(
    ("place", "why"), [("Korea", "no report in scope speaks for it"), ("Latin America", "its reports are in es")]
)
async def test_a_leg_without_evidence_is_said_to_be_missing(place, why, ask):
    answer = await ask(f"Compare {place} and the United States on quantum testbeds")
    assert answer.status == "partial"
    (missing,) = answer.missing
    assert missing.startswith(place) and why in missing
    assert [place, "", missing.removeprefix(f"{place} (").removesuffix(")")] in rows(answer)
    assert any(row[0] == "United States" and "quantum testbeds" in row[2] for row in rows(answer))
    assert missing in answer_text(answer)


async def test_two_questions_are_answered_under_each_of_them(ask):
    question = "What does the US decide on quantum testbeds, and what is the ceiling on peak power in Europe?"
    answer = await ask(question)
    first, second = (part.split("\n") for part in answer.answer.split("### ")[1:])
    assert first[0] == "What does the US decide on quantum testbeds?" and "testbeds" in "".join(first[1:])
    assert second[0] == "What is the ceiling on peak power in Europe?" and "20 MW" in "".join(second[1:])
    answer = await ask(question.replace("quantum testbeds", "unicorn stables"))
    assert answer.status == "partial" and "unicorn stables" in answer.missing[0]


@pytest.mark.parametrize("width", [80, 40])
async def test_the_table_fits_the_screen(width, ask, monkeypatch, capsys):
    answer = await ask("Compare Europe and Japan on the electrical power that a site may draw")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    screen(False).show(answer_view(answer))
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= width
    assert any(re.match(r"[│ ]*Source +Position", line) for line in shown) == (width == 80)
    words = " ".join(" ".join(shown).replace("│", " ").split())
    assert "40 MW" in words and words.count("Europe ") >= 1 and "|" not in words
    assert "Europe | European Post-Exascale Site Council (Europe, 2026), p. " in str(answer_view(answer))


async def test_a_pipe_in_a_quote_does_not_break_the_table(tmp_path, assistant):
    header = "| System | Power |\n|---|---|\n| Nimbus | 30 MW |\n"
    table = '["a.md"]\nregion = "Japan"\n["b.md"]\nregion = "Chile"\n'
    texts = {"a.md": f"# Power\n\n{header}", "b.md": "# Power\n\nThe power of Nimbus | Cumulus is 12 MW [3] at most.\n"}
    library = shelve(tmp_path, texts, table)
    answer = await assistant(library, "http://127.0.0.1:9/v1", model="evidence").ask(
        "Compare Japan and Chile on the power of Nimbus"
    )
    assert all(len(row) == 3 for row in rows(answer)) and {row[0] for row in rows(answer)} == {"Japan", "Chile"}
    text = answer_text(answer)
    assert "Nimbus | Cumulus is 12 MW [3]" in text and "\\" not in text
    numbers = {citation.number for claim in answer.claims for citation in claim.citations}
    assert set(map(int, re.findall(r"(?<!\\)\[(\d+)\]", answer.answer))) == numbers


async def test_reports_that_mention_something_are_counted_by_code(shelf, ask):
    answer = await ask("How many reports mention photonic links?")
    (count,) = of_kind(answer, "count")
    quoted = {claim.citations[0].file for claim in of_kind(answer, "stated")}
    assert quoted == {"japan-talk-2026.pptx", "us-facilities-plan-2026.html", "europe-strategy-2026.pdf"}
    assert count.text.startswith("At least 3 of 6 readable reports mention “photonic links”: ")
    assert {citation.file for citation in count.citations} == quoted
    assert "annex-scanned.pdf" in count.text  # what could not be read may mention it too
    assert answer.answer.startswith(count.text) and 0.5 < answer.confidence < 1 and answer.strength is None
    for claim in of_kind(answer, "stated"):
        assert re.search(r"photonic|interconnect", claim.citations[-1].quote, re.IGNORECASE)
        shelf.assert_verbatim(claim.citations)


async def test_regions_are_counted_once_however_many_reports_speak_for_them(ask):
    answer = await ask("Which regions mention the energy of inference?")
    (count,) = of_kind(answer, "count")
    told = re.match(r"At least (\d) of (\d) regions mention “energy inference”: (.*?)\.", count.text)
    assert told is not None
    names = [re.sub(r" (\[\d+\])+", "", name) for name in told[3].split("; ")]
    assert len(names) == len(set(names)) == int(told[1]) <= int(told[2])


async def test_what_no_report_mentions_is_said_after_an_exhaustive_search(tmp_path, assistant):
    texts = {
        "far.md": "\n\n".join([*(f"{FILLER} Session {number}." for number in range(400)), "A zephyrine was seen."]),
        "other.md": f"# Council\n\n{FILLER}",
    }
    library = shelve(tmp_path, texts)
    ask = assistant(library, "http://127.0.0.1:9/v1", model="evidence").ask
    found = await ask("Does any report mention a zephyrine?")
    assert [claim.kind for claim in found.claims] == ["count", "stated"]
    assert "At least 1 of 2 readable reports" in found.answer
    none = await ask("Does any report mention a halcyon?")
    (claim,) = none.claims
    assert (claim.kind, claim.citations) == ("absence", [])
    assert claim.text == "None of the 2 reports that were searched mentions “halcyon”."
    assert (none.status, none.confidence, none.strength) == ("answered", 1.0, None)


async def test_words_that_stand_apart_are_neither_a_mention_nor_silence(tmp_path, assistant):
    texts = {"a.md": f"A quantum device was bought. {FILLER} Steel needs annealing.", "b.md": FILLER}
    ask = assistant(shelve(tmp_path, texts), "http://127.0.0.1:9/v1", model="evidence").ask
    (claim,) = (await ask("Does any report mention quantum annealing?")).claims
    assert claim.kind == "absence"
    assert re.search(r"mentions “quantum annealing” in one sentence; the words stand apart in .*\.$", claim.text)


@pytest.mark.parametrize(
    "question",
    ["Which regions finance tortoises?", "Does any report recommend tortoises?", "How many sites hold tortoises?"],
)
async def test_no_silence_is_claimed_where_words_cannot_settle_it(question, ask):
    answer = await ask(question)
    assert (answer.status, answer.claims) == ("abstained", [])
    assert "No readable page in scope holds" in answer.answer or answer.coverage.languages_uncovered


async def test_words_that_are_all_used_but_never_together_are_no_silence(tmp_path, assistant):
    texts = {"a.md": f"A quantum device was bought.\n\n# Steel\n\n{FILLER * 12}\n\nSteel needs annealing."}
    ask = assistant(shelve(tmp_path, texts), "http://127.0.0.1:9/v1", model="evidence").ask
    (claim,) = (await ask("Does any report mention quantum annealing?")).claims
    assert claim.text.endswith("“quantum annealing” in one passage, though each of the words is used.")


async def test_silence_is_never_claimed_of_what_was_not_searched(tmp_path, assistant):
    texts = {
        "en.md": FILLER, "ko.md": "이 보고서는 냉각과 전력에 대하여 설명한다. 위원회는 봄에 만났다.",
        "numbers.md": "12 30 41 77\n\n90 31 22 5",
    }  # fmt: skip
    ask = assistant(shelve(tmp_path, texts), "http://127.0.0.1:9/v1", model="evidence").ask
    answer = await ask("Which reports do not mention unicorns?")
    assert answer.status == "partial" and answer.coverage.languages_uncovered == ["ko", "unknown"]
    (claim,) = answer.claims
    assert claim.kind == "absence" and claim.text.startswith("The one report that was searched does not mention")
    assert "Not searched, by language or for want of text: " in claim.text and answer.confidence < 0.5
    none = await ask("Which reports do not mention unicorns?", scope=Scope(reports=("ko.md",)))
    assert (none.status, none.claims) == ("abstained", [])


async def test_which_reports_are_silent_is_told_with_those_that_are_not(ask):
    answer = await ask("Which reports never mention neuromorphic devices?")
    absent, counted, *quotes = answer.claims
    assert (absent.kind, counted.kind) == ("absence", "count")
    assert "France Post-Exascale Roadmap 2026" in absent.text.split(".")[0]
    assert not any(claim.citations[0].title in absent.text.split(".")[0] for claim in quotes)
    assert quotes and all("euromorphic" in claim.text for claim in quotes)
    assert "Not searched, by language or for want of text: Hoja de ruta" in absent.text


HELD = [
    ("What do you hold from Japan?", {"japan-talk-2026.pptx"}),
    ("Which reports are drafts?", {"europe-advisory-draft.docx"}),
    ("How many talks are in the library?", {"japan-talk-2026.pptx"}),
    ("Which reports are superseded?", {"france-roadmap-2024.pdf"}),
    ("Do you have reports in Spanish?", {"latinoamerica-hoja-de-ruta.md"}),
    ("Which European reports were published before 2025?", {"france-roadmap-2024.pdf"}),
    ("What do you hold from France since 2025?", {"france-roadmap-2026.pdf"}),
    ("Which strategies do you have?", {"europe-strategy-2026.pdf"}),
    ("Which reports are not public?", {"europe-advisory-draft.docx"}),
    ("Do you hold any minutes?", set()),
]  # fmt: skip


@pytest.mark.parametrize(("question", "files"), HELD)
async def test_what_is_held_is_answered_from_the_list_of_reports(question, files, ask):
    answer = await ask(question)
    head, *listed = answer.claims
    assert {claim.kind for claim in answer.claims} == {"catalogue"}
    assert {re.search(r"\(([^()]+)\)$", claim.text)[1] for claim in listed} == files
    assert f"{len(files) or 'no'} report" in head.text and answer.status == "answered"
    assert (answer.evidence, answer.coverage.queries, answer.strength) == ([], [], None)
    assert answer.coverage.languages_uncovered == []
    assert "from the list of reports" in answer_text(answer)


@pytest.mark.parametrize(
    "question", ["What do you hold on cooling?", "Which reports are about cooling?", "What is the French strategy?"]
)
async def test_what_the_reports_say_is_not_answered_from_their_list(question, ask):
    assert not of_kind(await ask(question), "catalogue")


async def test_strength_follows_the_printed_rule(ask):
    answer = await ask("How much power may a post-exascale site draw?")
    strength = answer.strength
    assert (strength.evidence, strength.agreement) == ("robust", "low")
    assert "3 issuers with a current report" in strength.why and "1 draft, 1 talk" in strength.why
    assert f"evidence robust, agreement low ({strength.why})" in answer_text(answer)
    japan = await ask("How much power could a site in Japan draw?")  # a talk is no decision
    assert (japan.strength.evidence, japan.strength.agreement) == ("limited", None)
    draft = await ask("What does the Advisory Circle on European Computing Sites recommend on power?")
    assert draft.strength.evidence == "limited" and "1 draft" in draft.strength.why


@pytest.mark.parametrize(
    ("said", "status", "date", "evidence", "agreement"),
    [
        (("20 MW", "20 MW", "20 MW"), "adopted", "2026", "robust", "high"),
        (("20 MW", "20 MW", "30 MW"), "adopted", "2026", "robust", "low"),
        (("20 MW", "20 MW", "30 MW"), "draft", "2026", "medium", "medium"),
        (("20 MW", "20 MW", "20 MW"), "adopted", "2014", "medium", "high"),
    ],
)
async def test_strength_counts_issuers_status_age_and_figures(
    said, status, date, evidence, agreement, tmp_path, assistant
):
    texts, table = {}, ""
    for number, (who, power) in enumerate(zip(("Altair", "Bellatrix", "Capella"), said, strict=True)):
        texts[f"{who}.md"] = f"# {who}\n\nA lunar site may draw at most {power} of peak electrical power."
        last = number == 2
        table += f'["{who}.md"]\norganisation = "{who} Agency"\ndate = "{date if last else 2026}"\n'
        table += f'status = "{status if last else "adopted"}"\nkind = "roadmap"\n'
    made = assistant(shelve(tmp_path, texts, table), "http://127.0.0.1:9/v1", model="evidence")
    answer = await made.ask("How much peak electrical power may a lunar site draw?")
    assert len(of_kind(answer, "stated")) == 3 or said[1] == said[0]
    assert (answer.strength.evidence, answer.strength.agreement) == (evidence, agreement)


async def test_the_same_words_of_two_issuers_are_quoted_once_with_both_places(tmp_path, assistant):
    said = "A lunar site may draw at most 20 MW of peak electrical power, cooling not included."
    texts = {f"{name}.md": f"# {name}\n\n{said}" for name in ("Altair", "Bellatrix")}
    table = "".join(f'["{name}.md"]\norganisation = "{name} Agency"\n' for name in ("Altair", "Bellatrix"))
    made = assistant(shelve(tmp_path, texts, table), "http://127.0.0.1:9/v1", model="evidence")
    answer = await made.ask("How much peak electrical power may a lunar site draw?")
    (claim,) = of_kind(answer, "stated")
    assert {citation.file for citation in claim.citations} == {"Altair.md", "Bellatrix.md"}
    assert answer.answer.count(said) == 1 and answer.answer.endswith("[1][2]")
    assert "and in the same words" in claim.text


async def test_what_the_question_narrows_the_search_to_is_told(ask):
    answer = await ask("How much power may a site in Japan draw?")
    assert answer.coverage.narrowed_to == ["Japan"] and answer.coverage.reports_searched == 1
    assert "narrowed by the question to Japan" in answer_text(answer)
    assert (await ask("How much power may a site draw?")).coverage.narrowed_to == []
