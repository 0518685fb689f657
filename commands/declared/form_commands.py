"""The command `form`, as it is declared: `make` writes forms for partners, `take` reads what comes back."""

from typing import Any

import click

from . import shared
from .dispatch import run
from .help_page import PagedCommand


@click.group()
def form() -> None:
    """Ask partners for their input with Word forms, and take in what comes back.

    Example:  coscribe form make --to partners.csv -o forms/
    """


@form.command(cls=PagedCommand)
@click.option(
    "--template", default="roadmap-refresh", show_default=True, metavar="NAME|FILE.toml", help="What is asked."
)
@click.option("--to", required=True, metavar="PARTNERS.csv|.xlsx", help="Whom: one partner a row.")
@click.option("-o", "--output", required=True, metavar="DIR", help="The folder to write the forms to.")
@click.option("--topic", metavar="TEXT", help="What it is about, for partners whose row says nothing.")
@click.option("--round", metavar="NAME", help="Which round of asking it is; the month if not given.")
@click.option("--until", metavar="DATE", help="Until when it should come back, as it is to be printed.")
@click.option("--replace", is_flag=True, help="Write over files that are there already.")
@shared.remote
@shared.common
def make(**options: Any) -> None:
    """Write one Word form a partner, with what the collection already holds from each.

    The sheet needs a column `organisation`; `region`, `language`, `topic` and `confidentiality` are known.

    Example:  coscribe form make --to partners.csv -o forms/
    """
    run("form.making_forms:make", options)


@form.command(cls=PagedCommand)
@click.argument("paths", nargs=-1, required=True, metavar="RETURNED...")
@click.option("-o", "--output", multiple=True, metavar="FILE.xlsx", help="Write the sheet partners x questions.")
@click.option("--made", multiple=True, metavar="DIR", help="Where the forms were made, if not in this home.")
@shared.remote
@shared.common
def take(**options: Any) -> None:
    """Take returned forms into the library as contributions, and say what is missing or not as it was sent.

    Exit code 1 says that a file could not be taken.

    Example:  coscribe form take returned/ -o round.xlsx
    """
    run("form.taking_forms:take", options)
