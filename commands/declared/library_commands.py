"""The commands on the library, as they are declared: `ingest`, which is `add` too, and `reports` with all below it."""

from copy import copy
from typing import Any

import click

from . import shared
from .dispatch import run
from .help_page import PagedCommand


@click.command(cls=PagedCommand)
@click.argument("paths", nargs=-1)
@click.option("--prune", is_flag=True, help="Remove reports whose files are gone from the folders.")
@click.option("--ocr", is_flag=True, help="Recognise the text of PDF pages without any (scans).")
@click.option("--ocr-engine", type=click.Choice(["embedded", "ocrmypdf"]), help="The same, with this engine alone.")
@click.option("--watch", is_flag=True, help="Go on: take in what is new, changed, moved or gone, until Ctrl-C.")
@click.option("--manifest", metavar="FILE", help="What the files are: .toml, .csv, .xlsx, .ris, .bib or .json.")
@shared.describing
@shared.remote
@shared.common
def ingest(**options: Any) -> None:
    """Take reports into the library: PDF, DOCX, PPTX, HTML, Markdown or TXT, as files, folders or globs.

    What is unchanged is skipped; what cannot be read is named, and the rest goes in. An export of a reference manager
    (.ris, .bib, CSL-JSON) stands for the files that lie beside it.

    Example:  coscribe ingest reports/ talks/*.pptx
    """
    run("library:ingest", options)


add = copy(ingest)
add.name, add.hidden = "add", True


@click.group(invoke_without_command=True)
@shared.filters
@shared.common
@click.pass_context
def reports(context: click.Context, /, **options: Any) -> None:
    """List, show, remove or re-index the reports of the library.

    Example:  coscribe reports --region Europe
    """
    if context.invoked_subcommand is None:
        run("listing:list_reports", options)
        return
    given = {name: value for name, value in options.items() if value}
    taken = {option.name for option in reports.commands[context.invoked_subcommand].params}
    for name in given.keys() - taken:
        raise click.UsageError(f"`reports {context.invoked_subcommand}` has no --{name.replace('_', '-')}", context)
    context.default_map = {context.invoked_subcommand: given}


@reports.command("list", cls=PagedCommand)
@shared.exports
@shared.filters
@shared.common
def reports_list(**options: Any) -> None:
    """List the reports.

    Example:  coscribe reports list --csv > reports.csv
    """
    exports = any(options[form] for form in ("csv", "toml", "bibtex", "ris", "csl"))
    run("library:export_reports" if exports else "listing:list_reports", options)


@reports.command("review", cls=PagedCommand)
@click.argument("sheet", metavar="[SHEET]", required=False)
@click.option("--from", "from_", metavar="FILE", help="Take back the corrections of this sheet.")
@click.option("--out", metavar="FILE", help="Write a sheet to correct: .csv, .xlsx or .toml.")
@click.option("--lower", is_flag=True, help="Let the sheet make internal reports public.")
@click.option("--undo", multiple=True, metavar="ID|FILE", help="Take back what was corrected of this report.")
@shared.filters
@shared.common
def reports_review(**options: Any) -> None:
    """Look through what is known of the reports, the least sure first, and correct it.

    In a terminal field by field; else in a sheet that --out writes and that is given back.

    Example:  coscribe reports review --out sheet.xlsx
    """
    run("review.review:review", options)


@reports.command("show", cls=PagedCommand)
@click.argument("name", metavar="ID|FILE")
@shared.common
def reports_show(**options: Any) -> None:
    """Show one report, named by its id or the end of its file name.

    Example:  coscribe reports show roadmap-2026.pdf
    """
    run("listing:show_report", options)


@reports.command("remove", cls=PagedCommand)
@click.argument("name", metavar="ID|FILE")
@click.option("--purge", is_flag=True, help="Also remove what quotes it: records, sessions, answers, snapshots.")
@shared.common
def reports_remove(**options: Any) -> None:
    """Remove a report from the library; the file itself stays.

    Example:  coscribe reports remove old-roadmap.pdf --purge
    """
    run("library:remove_report", options)


@reports.command("rebuild", cls=PagedCommand)
@shared.remote
@shared.common
def reports_rebuild(**options: Any) -> None:
    """Make the index anew from the catalogue; the source files are not needed.

    Example:  coscribe reports rebuild
    """
    run("library:rebuild", options)


@click.command("export", cls=PagedCommand)
@click.argument("file", metavar="FILE.zip")
@click.option("--internal", is_flag=True, help="Take internal reports along; else they stay.")
@shared.filters
@shared.common
def export_library(**options: Any) -> None:
    """Write the library to one file, to hand it over: its reports and their index, nothing personal.

    Example:  coscribe export library.zip --region Europe
    """
    run("handover.handing_over:export", options)


@click.command("import", cls=PagedCommand)
@click.argument("file", metavar="FILE.zip")
@shared.common
def import_library(**options: Any) -> None:
    """Take over a library that `export` wrote, into a place where there is none.

    Example:  coscribe import library.zip --library shared/
    """
    run("handover.taking_over:take_over", options)
