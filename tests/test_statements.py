"""What code says about the quotes is as true as they are: silence, counts, comparisons, disagreement, change."""

from pathlib import Path

import coscribe
import pytest
from coscribe.core.shapes import Answer, Citation, Claim, Locator
from coscribe.tools.answer.disagreement import changes, disagreements
from doubles.texts import FILLER, shelve


def asking(folder: Path, texts: dict[str, str], manifest: str = "") -> coscribe.Assistant:
    return coscribe.Assistant(shelve(folder, texts, manifest), home=folder)


def of_kind(answer: Answer, kind: str) -> list[Claim]:
    return [claim for claim in answer.claims if claim.kind == kind]


SILENT = [
    "Which reports don't mention heat pumps?", "Which reports say nothing about heat pumps?",
    "Which reports take no position on heat pumps?", "Which reports make no mention of heat pumps?",
    "Which reports are silent on heat pumps?",
]  # fmt: skip
SILENT_ELSEWHERE = [
    "Welche Berichte erwähnen heat pumps nicht?", "Welche Berichte sagen nichts zu heat pumps?",
    "Quels rapports ne disent rien de heat pumps?", "¿Qué informes no dicen nada de heat pumps?",
]  # fmt: skip


@pytest.mark.parametrize("question", SILENT)
async def test_who_does_not_mention_something_is_listed_with_the_search_behind_it(tmp_path, question):
    made = asking(tmp_path, {
        "a.md": f"# Oakmoor plan\n\nThe council will buy heat pumps. {FILLER}",
        "b.md": f"# Elmford plan\n\nThe pumps of the well draw little heat in summer. {FILLER}",
        "c.md": f"# Ashby plan\n\n{FILLER} Nothing was decided.",
    })  # fmt: skip
    answer = await made.ask(question)
    (absent,), (counted,) = of_kind(answer, "absence"), of_kind(answer, "count")
    assert "Ashby plan" in absent.text and "1 of 3 readable reports does not mention “heat pumps”" in absent.text
    assert "Unclear, the words stand apart: Elmford plan." in absent.text
    assert counted.text.startswith("At least 1 of 3 readable reports mention “heat pumps”: Oakmoor plan [1]")


@pytest.mark.parametrize("question", SILENT_ELSEWHERE)
async def test_no_report_in_a_language_that_was_not_searched_is_said_to_be_silent(tmp_path, question):
    made = asking(tmp_path, {
        "a.md": f"# Oakmoor plan\n\nThe council will buy heat pumps. {FILLER}",
        "c.md": f"# Ashby plan\n\n{FILLER} Nothing was decided.",
    })  # fmt: skip
    absent, count = (await made.ask(question)).claims[:2]
    assert absent.text.startswith("0 of 1 readable report do not mention “heat pumps”.")
    assert "Not searched, by language or for want of text: Ashby plan." in absent.text
    assert count.text.startswith("At least 1 of 1 readable report mentions “heat pumps”: Oakmoor plan [1]")


async def test_two_words_side_by_side_are_no_mention_where_they_stand_apart(tmp_path):
    made = asking(tmp_path, {
        "a.md": f"The group uses computing time for quantum chemistry. {FILLER}",
        "b.md": f"The plan funds quantum computing. {FILLER}",
    })  # fmt: skip
    answer = await made.ask("Which reports mention quantum computing?")
    assert {one.file for claim in of_kind(answer, "stated") for one in claim.citations} == {"b.md"}
    (count,) = of_kind(answer, "count")
    assert count.text.startswith("At least 1 of 2 readable reports mention") and "Unclear" in count.text


async def test_a_word_that_may_mean_something_else_is_no_mention(tmp_path):
    made = asking(tmp_path, {
        "a.md": f"Penalties are paid at once. {FILLER}", "b.md": f"The staff fine tunes each model. {FILLER}",
    })  # fmt: skip
    answer = await made.ask("Which reports mention penalties?")
    assert {one.file for claim in of_kind(answer, "stated") for one in claim.citations} == {"a.md"}
    assert "At least 1 of 2 readable reports mention “penalties”" in answer.answer


async def test_who_does_not_do_something_is_not_counted_by_who_does(tmp_path):
    texts = {f"{name}.md": f"The country {name} has an AI strategy since May. {FILLER}" for name in ("Alba", "Bora")}
    answer = await asking(tmp_path, texts).ask("Which countries have no AI strategy?")
    assert of_kind(answer, "count") == of_kind(answer, "absence") == []


async def test_reports_of_one_title_are_counted_each(tmp_path):
    texts = {
        f"{year}.md": f"# Annual report\n\nThe firm filed {number} patents in {year}. {FILLER}"
        for number, year in enumerate(range(2018, 2022), start=3)
    }
    answer = await asking(tmp_path, {**texts, "x.md": FILLER}).ask("How many reports mention patents?")
    (count,) = of_kind(answer, "count")
    assert count.text.startswith("At least 4 of 5 readable reports mention “patents”: ")
    assert all(f"Annual report ({year}.md)" in count.text for year in range(2018, 2022))


async def test_issuers_are_counted_only_where_they_are_known(tmp_path):
    texts = {f"{name}.md": f"The {name} works had a cyber incident. {FILLER}" for name in ("a", "b", "c")}
    answer = await asking(tmp_path, texts).ask("How many companies mention a cyber incident?")
    assert of_kind(answer, "count")[0].text.startswith("At least 3 of 3 readable reports mention “cyber incident”")
    table = '["a.md"]\norganisation = "Alder"\n["b.md"]\norganisation = "Birch"\n'
    answer = await asking(tmp_path / "known", texts, table).ask("How many companies mention a cyber incident?")
    text = of_kind(answer, "count")[0].text
    assert (
        text.startswith("At least 2 of 2 organisations") and "Not counted: 1 report of no known organisation." in text
    )


@pytest.mark.parametrize("question", ["What year is the report for?", "When was the report published?"])
async def test_a_question_about_the_report_is_not_answered_with_a_list_of_all(tmp_path, question):
    table = '["a.md"]\ntitle = "Oakmoor plan"\ndate = "2019"\n'
    answer = await asking(tmp_path / "one", {"a.md": FILLER}, table).ask(question)
    (told,) = answer.claims
    assert told.text.startswith("Oakmoor plan · 2019")
    made = asking(tmp_path, {"a.md": FILLER, "b.md": f"{FILLER} Twice."}, f'{table}["b.md"]\ndate = "2022-03"\n')
    (told,) = (await made.ask(question)).claims
    assert told.text == "The library holds 2 reports, of 2019 to 2022: name the one you mean by its title or file."
    assert len((await made.ask("Which reports do you hold?")).claims) == 3


@pytest.mark.parametrize(
    "question", ["What says Jo Ray (Hon) in Plan for Northmere Water?", "Is Jo Ray (Hon)?", "(Hon)"]
)
async def test_a_question_that_ends_within_the_words_of_a_title_is_answered(tmp_path, question):
    titles = ("Plan for Northmere Water", "Plan for Northmere Water and Energy", "Hon")
    table = "".join(f'["{name}.md"]\ntitle = "{title}"\n' for name, title in zip("abc", titles, strict=True))
    made = asking(tmp_path, {f"{name}.md": f"{FILLER} The water of {name} is clean." for name in "abc"}, table)
    assert (await made.ask(question)).status in ("answered", "abstained")


def said(text: str, who: str, *, old: bool = False, heading: str = "", region: str | None = None) -> Claim:
    """A claim that quotes a report of somebody: of the edition that was superseded, or of the current one."""
    report = f"{who}-{'old' if old else 'new'}"
    place = Locator(kind="section", page=None, label="§", path=[heading] if heading else [])
    citation = Citation(
        number=1 if old else 2, passage=report, report=report, file=f"{report}.md", title=report, organisation=who,
        region=region, date="2024" if old else "2026", status="superseded" if old else "adopted", locator=place,
        superseded_by=f"{who}-new" if old else None, quote=text, start=0, end=len(text),
    )  # fmt: skip
    return Claim(text=f"“{text}”", kind="stated", verdict="supported", citations=[citation])


PROVIDERS = "Providers that break the rules shall pay fines of up to EUR 15 million."
INSTITUTIONS = "Institutions that break the rules shall pay fines of up to EUR 1.5 million."


RISEN = "Changed between editions (Council): 2024: up to EUR 15 million [1]; 2026: up to EUR 20 million [2]."


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ((PROVIDERS, "Fines"), (PROVIDERS.replace("15", "20"), "Fines and fees"), [RISEN]),
        ((PROVIDERS, ""), (INSTITUTIONS, ""), []),
        ((PROVIDERS, "Fines for providers"), (PROVIDERS.replace("15", "20"), "Fines for institutions"), []),
        ((PROVIDERS, "Penalties"), (PROVIDERS.replace("15", "20"), "Research"), []),
        (("Providers of models that break the rules pay EUR 15 million.", ""), (INSTITUTIONS, ""), []),
        (("In 2023 the net used 40 GWh of power.", ""), ("In 2025 the net used 50 GWh of power.", ""), []),
        (("The fee for grid access is EUR 40.", ""), ("The fee for grid repairs is EUR 70.", ""), []),
    ],
)
def test_a_change_is_told_of_the_same_provision_only(old, new, changed):
    claims = [said(old[0], "Council", old=True, heading=old[1]), said(new[0], "Council", heading=new[1])]
    assert [claim.text for claim in changes(claims)] == changed


OPERATIONS = "A model counts as large above {} floating point operations of training."


@pytest.mark.parametrize(
    ("one", "other", "question", "differ"),
    [
        (OPERATIONS.format("10^25"), OPERATIONS.format("10^26"), "From how many operations is a model large?", True),
        (OPERATIONS.format("10^25"), OPERATIONS.format("10²⁵"), "From how many operations is a model large?", False),
        (OPERATIONS.format("10(^25)"), OPERATIONS.format("10²⁵"), "From how many operations is a model large?", False),
        (PROVIDERS, INSTITUTIONS, "What fines do institutions face?", False),
        (PROVIDERS, PROVIDERS.replace("15", "35"), "What fines do providers pay that break the rules?", True),
        (
            "Cooling takes a share of 10 % of energy.", "Cooling may add at most 8 % to the energy of the machines.",
            "How much energy does cooling take?", False,
        ),
    ],
)  # fmt: skip
async def test_two_regions_disagree_on_the_same_matter_only(one, other, question, differ, tmp_path):
    table = '["a.md"]\nregion = "Norland"\norganisation = "A"\n["b.md"]\nregion = "Sutland"\norganisation = "B"\n'
    answer = await asking(tmp_path, {"a.md": f"{one}\n\n{FILLER}", "b.md": f"{other}\n\n{FILLER}"}, table).ask(question)
    told = [claim.text for claim in of_kind(answer, "inference")]
    assert len(told) == differ and all(text.startswith("They disagree: ") for text in told)
    if differ and "10^" in one:
        assert "10^25 floating point operations" in told[0] and "10^26" in told[0]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A cyber incident in June cost EUR {} million in total.", ("1.8", "8")),
        ("The board proposes a dividend of EUR {} a share.", ("2", "3")),
        ("On 31 March 202{} million was open on the credit line.", ("0 EUR 4", "1 EUR 5")),
    ],
)
def test_what_two_companies_count_of_their_own_is_no_disagreement(text, numbers):
    one, other = map(text.format, numbers)
    assert disagreements([said(one, "Alder"), said(other, "Birch")]) == []
    assert disagreements([said(one, "Alder"), said(other, "Alder", old=True)]) == []


def test_what_two_companies_count_of_a_thing_both_name_may_differ():
    text = "The machine Nimbus at Oakmoor cost EUR {} million in total."
    assert len(disagreements([said(text.format(5), "Alder"), said(text.format(7), "Birch")])) == 1


REGIONS = (
    '["a.md"]\nregion = "Norland"\norganisation = "A"\n["b.md"]\nregion = "Sutland"\norganisation = "B"\n'
    '["c.md"]\norganisation = "C"\n'
)


async def test_a_comparison_has_what_a_report_says_however_unsure_the_search_is(tmp_path):
    made = asking(tmp_path, {
        "a.md": f"# Duties\n\nProviders of large models report their training runs each quarter. {FILLER}",
        "b.md": "\n\n".join([
            *(f"# Chapter {number}\n\nThe models of chapter {number} are described. {FILLER}" for number in range(12)),
            "# Chapter 13\n\nA company that trains large models keeps the office informed of its training runs.",
        ]),
    }, REGIONS)  # fmt: skip
    answer = await made.ask("Compare Norland and Sutland on reports of training runs of large models")
    assert {claim.leg for claim in of_kind(answer, "stated")} == {"Norland", "Sutland"} and answer.missing == []
    assert "keeps the office informed" in answer.answer and "no clear statement" not in answer.answer


async def test_a_row_is_said_to_be_silent_only_where_no_page_holds_the_words(tmp_path):
    made = asking(tmp_path, {
        "a.md": f"# Heat\n\nHeat pumps shall warm each school by 2030. {FILLER}", "b.md": f"# Roads\n\n{FILLER}",
    }, REGIONS)  # fmt: skip
    answer = await made.ask("Compare Norland and Sutland on heat pumps")
    assert answer.missing == ["Sutland (no readable page of 1 report holds “heat”, “pumps”)"]


async def test_a_place_without_a_report_is_looked_for_in_the_reports_of_others(tmp_path):
    made = asking(tmp_path, {
        "a.md": f"# Cooling\n\nNorland cools its sites with sea water. {FILLER}", "b.md": FILLER,
        "c.md": f"# Cooling abroad\n\nChile cools its sites with desert air. {FILLER}",
    }, REGIONS)  # fmt: skip
    answer = await made.ask("Compare Norland and Chile on the cooling of sites")
    told = {claim.leg: claim.citations[0].file for claim in of_kind(answer, "stated")}
    assert told == {"Norland": "a.md", "Chile": "c.md"}
    answer = await made.ask("Compare Norland and Korea on the cooling of sites")
    (missing,) = answer.missing
    assert missing.startswith("Korea (no report in scope speaks for it") and answer.status == "partial"


async def test_what_one_sentence_answers_is_missing_under_neither_question(tmp_path):
    text = f"# Power\n\nFrom 2031 on a site may draw at most 20 MW of power. {FILLER}\n\n# Staff\n\n{FILLER}"
    made = asking(tmp_path, {"a.md": text})
    answer = await made.ask("How much power may a site draw, and when may a site draw power?")
    assert answer.missing == [] and answer.status == "answered" and "Nothing found" not in answer.answer
    parts = answer.answer.split("### ")[1:]
    assert len(parts) == 2 and all("at most 20 MW" in part for part in parts)
