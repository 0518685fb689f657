"""Options that several commands share, each or several at once, as decorators of a click command."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _stack(*decorators: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    def decorate(command: Decorated) -> Decorated:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


places = _stack(
    click.option("--home", metavar="DIR", help="Where library and state are kept."),
    click.option("--library", metavar="DIR", help="Where the library is, if not below the home."),
)
as_json = click.option("--json", "json", is_flag=True, help="Print JSON alone on standard output.")
colour = click.option("--colour", type=click.Choice(["auto", "always", "never"]), help="Colour on the terminal.")
embedder = click.option(
    "--embedder", type=click.Choice(["minilm", "none", "endpoint"]), help="What compares by meaning; or words alone."
)
common = _stack(places, embedder, colour, as_json)
remote = _stack(
    click.option("--allow-remote", multiple=True, metavar="HOST", help="Let text go to this host to be embedded."),
    click.option("--max-cost", metavar="USD", help="Never spend more than this; checked before each call."),
)
describing = _stack(
    click.option("--describe", is_flag=True, help="Have the model fill in what code is not sure of."),
    click.option("--model", metavar="NAME", help="The model that describes."),
    click.option("--base-url", metavar="URL", help="Its OpenAI-compatible endpoint."),
)
filters = _stack(
    click.option("--report", multiple=True, metavar="ID|FILE", help="Only this report; repeatable, as all filters."),
    click.option("--region", multiple=True, help="Only reports of this region and what is nested in it."),
    click.option("--organisation", multiple=True, help="Only reports of this organisation."),
    click.option("--kind", multiple=True, help="Only reports of this kind: roadmap, strategy, advisory, law, talk, …"),
    click.option("--status", multiple=True, help="Only reports of this status: draft, adopted, superseded."),
    click.option("--published-from", type=int, metavar="YEAR", help="Only reports from this year on."),
    click.option("--published-to", type=int, metavar="YEAR", help="Only reports up to this year."),
)
model = _stack(
    click.option("--model", metavar="NAME", help="The language model that drafts; `evidence` for none."),
    click.option("--base-url", metavar="URL", help="Its OpenAI-compatible endpoint."),
    click.option("--quotes-only", is_flag=True, help="No language model: answer with verbatim quotes (the default)."),
    click.option("--allow-remote", multiple=True, metavar="HOST", help="Let report text go to this host."),
    click.option("--max-cost", metavar="USD", help="Never spend more than this; checked before each call."),
    click.option("--depth", type=click.Choice(["auto", "quick", "standard", "deep"]), help="How much a draft reads."),
    click.option("--no-cache", "cache_megabytes", flag_value="0", help="Ask the model again, whatever it said before."),
)
_style = click.option("--style", metavar="FILE.docx", help="Give Word files the styles and pages of this one.")


def _output(endings: str) -> Callable[[Decorated], Decorated]:
    return click.option("-o", "--output", multiple=True, metavar="FILE", help=f"Write it: {endings}; repeatable.")


written = _stack(_output(".md, .docx, .html, .pdf"), _style)
written_with_sheets = _stack(_output(".md, .docx, .html, .pdf, .csv, .xlsx"), _style)
strict = click.option("--strict", is_flag=True, help="Exit with 6 if a sentence had to be dropped.")
estimate = click.option("--estimate", is_flag=True, help="Say what it would cost, and send nothing.")
