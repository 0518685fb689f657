"""Options that several commands share, each or several at once, as decorators of a click command."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from .help_page import shared_option

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _stack(*decorators: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    def decorate(command: Decorated) -> Decorated:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


_place, _search, _money = (shared_option(group) for group in ("Places and print", "Filters", "Model and money"))
places = _stack(
    _place("--home", metavar="DIR", help="Where library and state are kept."),
    _place("--library", metavar="DIR", help="Where the library is, if not below the home."),
)
as_json = _place("--json", "json", is_flag=True, help="Print JSON alone on standard output.")
colour = _place("--colour", type=click.Choice(["auto", "always", "never"]), help="Colour on the terminal.")
embedder = _place(
    "--embedder", type=click.Choice(["minilm", "none", "endpoint"]), help="What compares by meaning; or words alone."
)
common = _stack(places, embedder, colour, as_json)
remote = _stack(
    _money("--allow-remote", multiple=True, metavar="HOST", help="Let text go to this host to be embedded."),
    _money("--max-cost", metavar="USD", help="Never spend more than this; checked before each call."),
)
describing = _stack(
    click.option("--describe", is_flag=True, help="Have the model fill in what code is not sure of."),
    click.option("--model", metavar="NAME", help="The model that describes."),
    click.option("--base-url", metavar="URL", help="Its OpenAI-compatible endpoint."),
)
filters = _stack(
    _search("--report", multiple=True, metavar="ID|FILE", help="Only this report; repeatable, as all filters."),
    _search("--region", multiple=True, help="Only reports of this region and what is nested in it."),
    _search("--organisation", multiple=True, help="Only reports of this organisation."),
    _search("--kind", multiple=True, help="Only reports of this kind: roadmap, strategy, advisory, law, talk, …"),
    _search("--status", multiple=True, help="Only reports of this status: draft, adopted, superseded."),
    _search("--published-from", type=int, metavar="YEAR", help="Only reports from this year on."),
    _search("--published-to", type=int, metavar="YEAR", help="Only reports up to this year."),
)
model = _stack(
    _money("--model", metavar="NAME", help="The language model that drafts; `evidence` for none."),
    _money("--base-url", metavar="URL", help="Its OpenAI-compatible endpoint."),
    _money("--quotes-only", is_flag=True, help="No language model: answer with verbatim quotes (the default)."),
    _money("--allow-remote", multiple=True, metavar="HOST", help="Let report text go to this host."),
    _money("--max-cost", metavar="USD", help="Never spend more than this; checked before each call."),
    _money("--depth", type=click.Choice(["auto", "quick", "standard", "deep"]), help="How much a draft reads."),
    _money("--no-cache", "cache_megabytes", flag_value="0", help="Ask the model again, whatever it said before."),
)
_style = click.option("--style", metavar="FILE.docx", help="Give Word files the styles and pages of this one.")


def _output(endings: str) -> Callable[[Decorated], Decorated]:
    return click.option("-o", "--output", multiple=True, metavar="FILE", help=f"Write it: {endings}; repeatable.")


written = _stack(_output(".md, .docx, .html, .pdf"), _style)
written_with_sheets = _stack(_output(".md, .docx, .html, .pdf, .csv, .xlsx"), _style)
written_of_a_check = _output(".docx, .html, .xlsx, .md, .json, .pdf")
matrix = _stack(
    click.option("--topics", metavar="FILE.toml", help="Topics of your own, with their synonyms."),
    click.option(
        "--by", type=click.Choice(["region", "organisation", "report"]), default="region", help="Whose roadmaps."
    ),
)
kept = _stack(
    click.argument("name", required=False, default=""),
    click.option("--replace", is_flag=True, help="Take the place of the snapshot of this name."),
    click.option("--list", is_flag=True, help="Say which snapshots there are."),
    matrix,
    filters,
)
compared = _stack(
    click.argument("before", metavar="A"),
    click.argument("after", metavar="[B]", required=False),
    _output(".docx, .html, .xlsx, .md, .pdf"),
)
exports = _stack(
    click.option("--csv", "csv", is_flag=True, help="Print a sheet to correct and give back as reports.csv."),
    click.option("--bom", is_flag=True, help="Begin it with the mark by which Excel knows UTF-8."),
    click.option("--toml", is_flag=True, help="Print it as reports.toml, with remarks where it is not sure."),
    click.option("--bibtex", is_flag=True, help="Print it for reference managers, as BibTeX."),
    click.option("--ris", is_flag=True, help="The same as RIS."),
    click.option("--csl", is_flag=True, help="The same as CSL-JSON."),
)
strict = click.option("--strict", is_flag=True, help="Exit with 6 if a sentence had to be dropped.")
strict_check = click.option("--strict", is_flag=True, help="Exit with 6 if a sentence is contradicted or not found.")
estimate = click.option("--estimate", is_flag=True, help="Say what it would cost, and send nothing.")
of_a_note = _stack(
    click.option("--words", type=click.IntRange(100, 20_000), help="How long it may be, its sources apart."),
    click.option("--pages", type=click.IntRange(1, 60), help="How many pages it may have, printed with its sources."),
    click.option(
        "--language", type=click.Choice(["en", "fr", "de", "es"]), help="Of all but the quotes, which stay in theirs."
    ),
    click.option("--references", metavar="FILE.ris|.bib|.json", help="Write its sources for reference managers, too."),
    click.option("--facts", metavar="FILE.xlsx", help="Write its sentences with their quotes as a sheet, too."),
)
