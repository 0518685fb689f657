"""A matrix whose cells a model places: one call drafts, one reviews, and what nobody confirms stays as code read it."""

import re

import pytest
from coscribe.agents.align.matrix_request import MatrixRequest
from coscribe.tools.align.matrix import MatrixTopic
from coscribe.vectorstore.library import Library

COOLING = MatrixTopic(name="liquid cooling", synonyms={"en": ["liquid cooling", "liquid-cooled"]})
CHIPLETS = MatrixTopic(name="chiplets", synonyms={"any": ["chiplet", "chiplets"]})
REPORTS = {
    "europe.md": ("Europe", "All sites shall use liquid cooling by 2030.\n\nChiplets should be preferred."),
    "japan.md": ("Japan", "The institute plans to have liquid cooling in 2032.\n\nIn Europe, chiplets are preferred."),
    "chile.md": ("Chile", "The network grows to three sites."),
}
SENTENCE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


def shelve(tmp_path, reports=REPORTS):
    folder = tmp_path / "reports"
    folder.mkdir(exist_ok=True)
    rows = []
    for name, (region, text) in reports.items():
        (folder / name).write_text(f"# Roadmap of {region}\n\n{text}\n", encoding="utf-8")
        rows.append(f'["{name}"]\nregion = "{region}"\ndate = "2026-02-01"\nlanguage = "en"\nstatus = "adopted"\n')
    (folder / "reports.toml").write_text("\n".join(rows), encoding="utf-8")
    library = Library(tmp_path / "library", embedder="none")
    library.ingest([folder])
    return library


class Placer:
    """Places every cell by its first sentence, and confirms it where `confirms`."""

    def __init__(self, stance="plans", position=None, confirms=True):
        self.stance, self.position, self.confirms = stance, position, confirms
        self.prompts = []

    def __call__(self, request):
        prompt = request["messages"][1]["content"]
        if "ModelVerdicts" in str(request.get("response_format")):
            ruling = "supported" if self.confirms else "not_said"
            verdicts = [{"claim": number, "reason": "as cited", "verdict": ruling} for number in (1, 2)]
            return {"verdicts": verdicts, "answers": "wholly", "missing": []}
        self.prompts.append(prompt)
        return {"cites": [1], "stance": self.stance, "position": self.position or SENTENCE.search(prompt)[2]}


def stances(matrix):
    return {(cell.topic, cell.roadmap): (cell.stance, cell.judged_by) for cell in matrix.cells}


async def test_a_cell_is_placed_by_a_model_and_read_by_another(tmp_path, endpoint, assistant):
    endpoint.reply = author = Placer()
    made = await assistant(shelve(tmp_path), endpoint.url).align(MatrixRequest([COOLING, CHIPLETS]))
    assert stances(made) == {
        ("liquid cooling", "Chile"): ("silent", "code"), ("liquid cooling", "Europe"): ("plans", "model"),
        ("liquid cooling", "Japan"): ("plans", "model"), ("chiplets", "Chile"): ("silent", "code"),
        ("chiplets", "Europe"): ("plans", "model"), ("chiplets", "Japan"): ("plans", "model"),
    }  # fmt: skip
    assert len(author.prompts) == 4 and made.cost.calls == 8 and made.mode == "drafted"
    by_cell = [cell.cost.calls for cell in made.cells]
    assert sum(by_cell) == 8 and max(by_cell) == 2


@pytest.mark.parametrize(
    "author",
    [
        Placer("opposes", confirms=False),  # nobody confirms it
        Placer("opposes", "All sites shall use liquid cooling by 2045."),  # a year that stands nowhere
        Placer("opposes", "liquid cooling " * 60),  # no sentence
    ],
)
async def test_what_nobody_confirms_stays_as_code_read_it(tmp_path, endpoint, assistant, author):
    endpoint.reply = author
    made = await assistant(shelve(tmp_path), endpoint.url).align(MatrixRequest([COOLING]))
    assert stances(made)["liquid cooling", "Europe"] == ("commits", "code")
    assert stances(made)["liquid cooling", "Japan"] == ("plans", "code")
    assert made.mode == "evidence" and author.prompts


async def test_a_lost_endpoint_or_a_reached_cap_leaves_what_code_reads(tmp_path, endpoint, assistant, priced):
    library = shelve(tmp_path)
    made = await assistant(library, "http://127.0.0.1:1/v1", max_retries=0).align(MatrixRequest([COOLING]))
    assert stances(made)["liquid cooling", "Europe"] == ("commits", "code") and made.degraded
    endpoint.reply = Placer()
    made = await assistant(library, endpoint.url, max_cost="0.0000001").align(MatrixRequest([COOLING]))
    assert stances(made)["liquid cooling", "Europe"] == ("commits", "code") and made.degraded
    assert not endpoint.reply.prompts


async def test_again_nothing_is_paid_and_a_new_report_costs_its_own_cells_alone(tmp_path, endpoint, assistant):
    endpoint.reply = author = Placer()
    library = shelve(tmp_path)

    async def align():
        return await assistant(library, endpoint.url, cache_megabytes=9).align(MatrixRequest([COOLING, CHIPLETS]))

    first, again = await align(), await align()
    assert first.cost.calls == 8 and again.cost.calls == 0
    assert stances(first) == stances(again) and len(author.prompts) == 4
    asked = len(author.prompts)
    more = {**REPORTS, "chile.md": ("Chile", "The network shall buy chiplets in 2031.")}
    library = shelve(tmp_path, more)
    third = await align()
    assert [prompt for prompt in author.prompts[asked:] if "Roadmap: Chile" not in prompt] == []
    assert third.cost.calls == 2 and len(author.prompts) == asked + 1


async def test_a_model_is_shown_only_what_speaks_for_the_roadmap(tmp_path, endpoint, assistant):
    endpoint.reply = author = Placer()
    library = shelve(tmp_path)
    draft = tmp_path / "reports" / "draft.md"
    draft.write_text("# Draft of Europe\n\nChiplets must be bought from 2027.\n", encoding="utf-8")
    with (tmp_path / "reports" / "reports.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('["draft.md"]\nregion = "Europe"\nstatus = "draft"\n')
    library.ingest([tmp_path / "reports"])
    made = await assistant(library, endpoint.url).align(MatrixRequest([CHIPLETS]))
    shown = {one for prompt in author.prompts for _, one in SENTENCE.findall(prompt)}
    assert shown == {"Chiplets should be preferred.", "In Europe, chiplets are preferred."}
    europe = made.cell("chiplets", "Europe")
    assert {citation.status for citation in europe.citations} == {"adopted", "draft"}


async def test_a_sample_says_what_all_would_cost(tmp_path, endpoint, assistant):
    endpoint.reply = Placer()
    made = await assistant(shelve(tmp_path), endpoint.url).align(MatrixRequest([COOLING, CHIPLETS], sample=3))
    assert (len(made.cells), made.sampled.cells, made.sampled.of) == (3, 3, 6)
    assert {row.topic for row in made.rows} <= {"liquid cooling", "chiplets"}
