"""Failures that people met when they asked real questions: each kind once, over a small text, quotes alone.

What code says about the quotes (silence, change, disagreement, "nothing found") has to be as true as they are.
"""

from pathlib import Path

import coscribe
import pytest

FILLER = "The board met in spring and thanked everybody who had taken part in its work over the last year."
MANIFEST = ("title", "organisation", "region", "date", "status", "supersedes")


class Desk:
    """A small collection, and what is answered about it with quotes alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assistant: coscribe.Assistant | None = None

    def holds(self, texts: dict[str, str], told: dict[str, dict[str, str]] | None = None) -> None:
        reports = self._folder / "reports"
        reports.mkdir(parents=True)
        for name, text in texts.items():
            (reports / name).write_text(text, encoding="utf-8")
        lines = [
            f'["{name}"]\n' + "".join(f'{key} = "{entry[key]}"\n' for key in MANIFEST if key in entry)
            for name, entry in (told or {}).items()
        ]
        if lines:
            (reports / "reports.toml").write_text("\n".join(lines), encoding="utf-8")
        library = coscribe.Library(self._folder / "home" / "library", embedder="none")
        library.ingest([reports])
        self._assistant = coscribe.Assistant(library, home=self._folder / "home")

    async def ask(self, question: str) -> coscribe.Answer:
        assert self._assistant is not None
        return await self._assistant.ask(question)


@pytest.fixture
async def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    if made._assistant is not None:
        await made._assistant.close()


def quotes(answer: coscribe.Answer) -> str:
    return " ".join(cite.quote for claim in answer.claims for cite in claim.citations)


def by_code(answer: coscribe.Answer) -> list[str]:
    return [claim.text for claim in answer.claims if claim.kind not in ("stated", "catalogue")]


# What changed, what disagrees.

OLD_ACT = """# Data Act

## Article 12 Fines for providers

Providers that do not keep records are fined up to 10 000 euros.

## Article 13 Retention

Records are kept for 24 months.
"""
NEW_ACT = """# Data Act

## Article 12 Fines for providers

Providers that do not keep records are fined up to 30 000 euros.

## Article 31 Fines for public institutions

Public institutions that do not keep records are fined up to 5 000 euros.

## Article 13 Retention

Records are kept for 24 months.
"""
EDITIONS = {
    "act_2021.md": {"title": "Data Act", "organisation": "Assembly", "region": "Europe", "date": "2021-03-01"},
    "act_2024.md": {
        "title": "Data Act", "organisation": "Assembly", "region": "Europe", "date": "2024-03-01",
        "supersedes": "act_2021.md",
    },
}  # fmt: skip


async def test_a_fine_for_institutions_is_no_change_of_the_fine_for_providers(desk):
    desk.holds({"act_2021.md": OLD_ACT, "act_2024.md": NEW_ACT.replace("30 000", "10 000")}, EDITIONS)
    for question in ("How did the fines change?", "What fines do public institutions face for missing records?"):
        answer = await desk.ask(question)
        assert not [told for told in by_code(answer) if "Changed" in told or "disagree" in told], question


async def test_the_same_provision_with_another_figure_is_a_change(desk):
    desk.holds({"act_2021.md": OLD_ACT, "act_2024.md": NEW_ACT}, EDITIONS)
    answer = await desk.ask("How did the fines for providers that do not keep records change?")
    changed = [told for told in by_code(answer) if "Changed" in told]
    assert len(changed) == 1 and "10 000" in changed[0] and "30 000" in changed[0] and "5 000" not in changed[0]


async def test_figures_of_different_subjects_do_not_disagree(desk):
    desk.holds(
        {
            "a.md": f"# North\n\nThe grid operator draws 20 MW for its cooling towers.\n\n{FILLER}",
            "b.md": f"# South\n\nThe site draws 12 MW for its pumps and lifts.\n\n{FILLER}",
        },
        {"a.md": {"region": "Japan"}, "b.md": {"region": "France"}},
    )
    answer = await desk.ask("How many MW are drawn for cooling?")
    assert not by_code(answer)


# Comparisons.

THRESHOLDS = {
    "europe.md": (
        "# AI Regulation\n\n## Article 51 Classification\n\nA general-purpose AI model shall be presumed to have high"
        " impact capabilities when the cumulative amount of computation used for its training measured in floating"
        " point operations is greater than 10^25.\n\n" + FILLER
    ),
    "states.md": "\n\n".join((
        "# Order on AI", FILLER, "## Reporting", "Companies report on the following.",
        "The reporting applies to any model that was trained using a quantity of computing power greater than"
        " 10^26 integer or floating-point operations.", FILLER,
    )),
}  # fmt: skip
OF_REGIONS = {"europe.md": {"region": "European Union"}, "states.md": {"region": "United States"}}


async def test_a_comparison_finds_what_each_side_says_in_its_own_words(desk):
    desk.holds(THRESHOLDS, OF_REGIONS)
    for question in (
        "Compare the compute threshold for training models in the EU and the US",
        "Compare the EU and the US on the FLOPs of training above which models are regulated",
    ):
        answer = await desk.ask(question)
        assert "10^25" in quotes(answer) and "10^26" in quotes(answer), question
        assert "no clear statement" not in answer.answer, question


@pytest.mark.parametrize("power", ["10^25", "10²⁵", "10**25", "1e25", "10 to the power of 25"])
async def test_a_power_of_ten_is_found_as_it_is_written_anywhere(desk, power):
    desk.holds(THRESHOLDS, OF_REGIONS)
    answer = await desk.ask(f"What happens above {power} floating-point operations?")
    assert "10^25" in quotes(answer.model_copy(update={"claims": answer.claims[:1]}))


# Scope.


async def test_a_region_and_an_organisation_named_together_widen_the_scope(desk):
    desk.holds(
        {
            "oecd.md": f"# AI Principles\n\nAI systems should be robust, secure and safe.\n\n{FILLER}",
            "eu.md": f"# AI Strategy\n\nAI systems must be safe and respect rights.\n\n{FILLER}",
            "other.md": f"# Fisheries\n\nVessels should be safe.\n\n{FILLER}",
        },
        {
            "oecd.md": {"organisation": "OECD", "region": "International"},
            "eu.md": {"organisation": "European Commission", "region": "European Union"},
            "other.md": {"organisation": "Port Office", "region": "Japan"},
        },
    )
    answer = await desk.ask("What do the OECD and the EU say about the safety of AI systems?")
    assert answer.coverage.reports_searched == 2
    assert "robust" in quotes(answer) and "rights" in quotes(answer)


async def test_demonyms_and_adjectives_name_regions(desk):
    desk.holds(
        {
            "br.md": f"# Plano\n\nThe strategy invests 23 billion reais in supercomputing.\n\n{FILLER}",
            "cl.md": f"# Política\n\nThe strategy invests 26 million dollars in supercomputing.\n\n{FILLER}",
            "jp.md": f"# Plan\n\nThe strategy invests 9 billion yen in supercomputing.\n\n{FILLER}",
        },
        {"br.md": {"region": "Brazil"}, "cl.md": {"region": "Chile"}, "jp.md": {"region": "Japan"}},
    )
    answer = await desk.ask("How much do the Brazilian and Chilean strategies invest in supercomputing?")
    assert "23 billion" in quotes(answer) and "26 million" in quotes(answer) and "yen" not in quotes(answer)


# One generic word must not refuse.

FINES = (
    "# Data Act\n\n## Chapter 1 Purpose\n\nThis act lays down rules on records.\n\n## Article 9 Penalties\n\n"
    "Infringements by Union bodies and institutions are subject to administrative penalties of up to EUR 1 500 000.\n\n"
    "## Article 10 Entry into force\n\nIt applies from March.\n\n" + FILLER
)


@pytest.mark.parametrize(
    "question",
    [
        "What fines do institutions face?", "What is the maximum fine for institutions?",
        "What sanctions can institutions face?", "What is the total penalty that institutions risk?",
    ],
)  # fmt: skip
async def test_words_of_every_question_and_synonyms_do_not_refuse(desk, question):
    desk.holds(
        {
            "act.md": FINES,
            "other.md": f"# Towers\n\nThe face of the tower is brick. Its maximum height is 30 m.\n\n"
            f"Operators face a total risk of delay. The price of a fine brush is low.\n\n{FILLER}",
        }
    )
    answer = await desk.ask(question)
    assert answer.status != "abstained" and "1 500 000" in quotes(answer)


# Typos and forms.


async def test_an_acronym_is_known_by_the_words_it_stands_for(desk):
    desk.holds(
        {
            "one.md": (
                "# Agency\n\nThe Office for Weights and Tides (OWT) reports each year.\n\n"
                f"The Office for Weights and Tides employs 90 people.\n\n{FILLER}"
            ),
            "two.md": f"# Staff\n\nThe harbour employs 12 people.\n\n{FILLER}",
        }
    )
    answer = await desk.ask("How many people does the OWT employ?")
    assert "90 people" in quotes(answer)


# Answer types.


async def test_each_part_of_a_question_may_be_answered_by_one_sentence(desk):
    desk.holds(
        {"site.md": f"# Site\n\nThe machine Borealis was installed in 2021 and draws 15 MW of power.\n\n{FILLER}"}
    )
    answer = await desk.ask("When was Borealis installed, and how much power does it draw?")
    assert "15 MW" in quotes(answer) and "2021" in quotes(answer)
    assert answer.missing == [] and "Nothing found" not in answer.answer and answer.status == "answered"


async def test_a_contents_line_is_no_answer(desk):
    desk.holds(
        {
            "report.md": (
                "# Yearly report\n\nIncident reporting by providers ........................ 12\n\n"
                "Fines for late reporting ........................ 31\n\nCooling of the halls ..... 44\n\n"
                "## Duties\n\nWho offers a system tells the office within 15 days of an incident.\n\n" + FILLER
            )
        }
    )
    answer = await desk.ask("When must providers report an incident?")
    assert "....." not in quotes(answer)


async def test_the_year_of_a_report_is_asked_not_the_list_of_all(desk):
    desk.holds(
        {
            "one.md": f"# Annual report of the harbour 2023\n\nShips came.\n\n{FILLER}",
            "two.md": f"# Annual report of the mine 2021\n\nOre was dug.\n\n{FILLER}",
        },
        {
            "one.md": {"title": "Annual report of the harbour", "date": "2023"},
            "two.md": {"title": "Annual report of the mine", "date": "2021"},
        },
    )
    answer = await desk.ask("What year is the report of the harbour for?")
    assert "2023" in answer.answer and "2021" not in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Who is (Hon) Mary Tull?", "What did the Minister (Hon) say about (", "Is the fee (a) or (b)?", "(Hon)",
        "[Hon] Tull?", "Who is Mary Tull (Hon)?", "* ( ? +",
    ],
)  # fmt: skip
async def test_brackets_in_a_question_are_words_like_others(desk, question):
    desk.holds(
        {
            "a.md": f"# Board\n\nMary Tull (Hon) chairs the board. The fee is low.\n\n{FILLER}",
            "b.md": f"# Council\n\nThe council (Hon) met.\n\n{FILLER}",
        },
        {
            "a.md": {"title": "Board (Hon)", "organisation": "Board (", "region": "Japan"},
            "b.md": {"title": "Council (Hon", "organisation": "(Hon) Council", "region": "France"},
        },
    )
    answer = await desk.ask(question)
    assert answer.error is None


async def test_a_bare_word_is_a_question(desk):
    desk.holds({"site.md": f"# Site\n\nThe site draws 12 MW of power in winter.\n\n{FILLER}"})
    for question in ("power?", "power", "Power"):
        answer = await desk.ask(question)
        assert answer.status == "answered" and "12 MW" in quotes(answer)
