"""The command line: declares commands and options, runs one of them, and turns what goes wrong into an exit code.

Those of the library are declared in `commands/declared/`. Bodies stand in `commands/` and are imported when they run:
`--help` answers at once.
"""

import sys
from typing import Any

import click

from .commands.declared import library_commands, shared
from .commands.declared.dispatch import run
from .commands.declared.form_commands import form
from .commands.declared.help_page import PagedCommand
from .core.errors import INTERRUPTED, CoscribeError, UsageError
from .core.system.surroundings import refuse_bytes, set_aside
from .core.text import one_line, without_controls

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT, epilog="Start with:  coscribe demo")
@click.version_option(package_name="coscribe")
@shared.places
@shared.colour
def cli(**_: Any) -> None:
    """Answers questions and drafts policy notes over reports, each sentence sourced, each call priced."""


@cli.command(cls=PagedCommand)
@click.option("--home", metavar="DIR", help="Where the demo keeps its library.")
def demo(**options: Any) -> None:
    """Show the whole job on sample reports; no key, no network.

    Example:  coscribe demo
    """
    run("demo:demo", options)


for command in (
    library_commands.ingest, library_commands.add, library_commands.reports, library_commands.export_library,
    library_commands.import_library, form,
):  # fmt: skip
    cli.add_command(command)


@cli.command(cls=PagedCommand)
@click.argument("query", metavar="WORDS")
@click.option("-k", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many passages.")
@shared.filters
@shared.remote
@shared.common
def search(**options: Any) -> None:
    """Find passages by words and meaning, without any model call.

    Example:  coscribe search "cooling of racks" -k 5 --region Japan
    """
    run("search:search", options)


@cli.command(cls=PagedCommand)
@click.argument("question")
@click.option("--why", is_flag=True, help="Tell all: what was looked for, what was not read, the best passages.")
@shared.written
@shared.strict
@shared.estimate
@shared.filters
@shared.model
@shared.common
def ask(**options: Any) -> None:
    """Answer one question with citations; `-` reads it from standard input.

    Example:  coscribe ask "How much power may a site draw?" --region Europe
    """
    run("publishing.publishing:ask" if options["output"] or options["style"] else "ask:ask", options)


@cli.command(cls=PagedCommand)
@click.option("--continue", "continue_", is_flag=True, help="Go on with the session used last.")
@click.option("--session", metavar="ID", help="Go on with this session; the beginning of its name is enough.")
@shared.filters
@shared.model
@shared.places
@shared.embedder
@shared.colour
def chat(**options: Any) -> None:
    """Ask question after question in the terminal; follow-ups are understood, and sessions can be gone on with.

    Questions may come through a pipe too, one a line.

    Example:  coscribe chat --continue
    """
    run("chat.chat:chat", options)


@cli.command(cls=PagedCommand)
@click.argument("topic", required=False)
@click.option("--template", metavar="NAME|FILE", help="What sections it has; `policy-note` if not given.")
@click.option("--list-templates", is_flag=True, help="Say which templates there are.")
@click.option("--show-template", metavar="NAME", help="Print a template, to be changed and given as a FILE.")
@click.option("--from", "from_matrix", metavar="MATRIX.json", help="Draft it from what `align --json` printed.")
@click.option("--list", is_flag=True, help="Say which notes were begun, and which of them are not finished.")
@click.option("--review", is_flag=True, help="Show its outline first, to be changed, and wait.")
@click.option("--resume", metavar="ID", help="Go on with a note that was cut off; nothing is paid twice.")
@click.option("--revise", metavar="FILE", help="Make anew what --comment asks of a note in a file; keep the rest.")
@click.option("--comment", metavar="TEXT", help="What is to be changed in the note that is revised.")
@click.option("--section", metavar="HEADING", help="The one section that this is about.")
@shared.of_a_note
@shared.written
@shared.strict
@shared.estimate
@shared.filters
@shared.model
@shared.common
def note(**options: Any) -> None:
    """Draft a policy note on a topic, with one numbered list of sources.

    Example:  coscribe note "energy of inference" -o note.docx -o note.md

    Example:  coscribe note --revise note.docx --comment "more about cooling in Japan" -o new.docx
    """
    publishing = ("output", "style", "references", "facts", "pages", "resume", "revise", "comment", "section")
    writes = any(options[name] not in (None, ()) for name in publishing)
    run("publishing.publishing:note" if writes else "note.policy_note:note", options)


@cli.command(cls=PagedCommand)
@click.argument("topic", nargs=-1)
@shared.matrix
@click.option("--suggest-topics", is_flag=True, help="Say what the reports speak of that no topic covers.")
@click.option(
    "--sample", type=click.IntRange(1, 500), metavar="N", help="Make a few cells first, and say the price of all."
)
@click.option("--judgements", multiple=True, metavar="FILE.xlsx…", help="Merge what people decided in these.")
@shared.written_with_sheets
@shared.filters
@shared.model
@shared.common
def align(**options: Any) -> None:
    """Compare roadmaps topic by topic: where they converge, diverge or are silent.

    Example:  coscribe align "liquid cooling" "quantum" -o matrix.html
    """
    writes = options["output"] or options["style"] is not None
    run("align.matrix_order:align" if writes else "align.alignment:align", options)


@cli.command(cls=PagedCommand)
@shared.kept
@shared.common
def snapshot(**options: Any) -> None:
    """Keep how the library and its matrix stand now, under a name, to compare with later.

    Example:  coscribe snapshot spring-2026
    """
    run("align.snapshots:snapshot", {**options, "quotes_only": True})


@cli.command(cls=PagedCommand)
@shared.compared
@shared.common
def changes(**options: Any) -> None:
    """Say what changed from snapshot A to B, or to now; A and B may be two files of answers of `batch`.

    Example:  coscribe changes spring-2026 -o changes.docx
    """
    run("align.changes:changes", {**options, "quotes_only": True})


@cli.command(cls=PagedCommand)
@click.argument("questions", metavar="IN.csv|.jsonl|.xlsx")
@click.option("-o", "--output", required=True, metavar="OUT.jsonl|.csv|.xlsx", help="Where to write the answers.")
@click.option("--each", type=click.Choice(["report", "region"]), help="Put each question to each of these by itself.")
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=8, show_default=True, help="How many calls at a time."
)
@click.option(
    "--processes", type=click.IntRange(1, 16), help="How many processes share the work; else it depends on how much."
)
@click.option(
    "--refresh",
    type=click.Choice(["changed", "failed", "all"]),
    help="Ask again what changed since it was answered, what failed for any reason, or everything.",
)
@shared.strict
@shared.estimate
@shared.filters
@shared.model
@shared.common
def batch(**options: Any) -> None:
    """Answer a file of questions, one a row; a second run finishes what is missing.

    Needs a column `question`; `id`, `report`, `region`, `organisation`, `published_from` and `published_to` are known.

    Example:  coscribe batch questions.csv -o answers.xlsx
    """
    run("batch:batch", options)


@cli.command(cls=PagedCommand)
@click.argument("draft", metavar="DRAFT")
@shared.written_of_a_check
@shared.strict_check
@shared.estimate
@shared.filters
@shared.model
@shared.common
def check(**options: Any) -> None:
    """Check anybody's draft against the reports, sentence by sentence: .docx, .md, .html, .pdf or .txt.

    Says of each whether it is supported, contradicted, partly said, not found or not checkable, with the words and the
    page; a Word file comes back with comments. The draft is not taken into the library.

    Example:  coscribe check draft.docx -o checked.docx -o checked.xlsx
    """
    run("check.check:check", options)


@cli.command(cls=PagedCommand)
@click.option(
    "--http", type=click.IntRange(0, 65535), is_flag=False, flag_value=8848, metavar="[PORT]",
    help="Serve on this machine's 127.0.0.1 instead, at 8848 if no port is given.",
)  # fmt: skip
@shared.model
@shared.places
@shared.embedder
@shared.colour
def mcp(**options: Any) -> None:
    """Serve the reports to other programs, over the Model Context Protocol on standard input and output.

    They may search, read pages, ask, check text, draft notes, align topics and see the cost; nothing is changed.
    Reports marked internal are left out, unless the settings trust clients with them. Needs the extra `mcp`.

    Example:  coscribe mcp --quotes-only
    """
    run("mcp.serving:mcp", options)


@cli.command(cls=PagedCommand)
@click.option(
    "--by", type=click.Choice(["agent", "model", "run", "question", "day"]), default="agent", show_default=True,
    help="What to group the calls by.",
)  # fmt: skip
@click.option("--csv", "csv", is_flag=True, help="Print a sheet of the rows.")
@click.option("--bom", is_flag=True, help="Begin it with the mark by which Excel knows UTF-8.")
@shared.places
@shared.colour
@shared.as_json
def cost(**options: Any) -> None:
    """Show what inference cost so far.

    Example:  coscribe cost --by model
    """
    run("cost:cost", options)


@cli.command(cls=PagedCommand)
@click.argument("file", metavar="FILE")
@shared.places
@shared.colour
@shared.as_json
def verify(**options: Any) -> None:
    """Check a saved answer, note or batch again: its quotes, figures, reports and price. No model, no network.

    Takes .json, .jsonl, .csv, .xlsx and .md files. Exit code 1 says that something does not hold.

    Example:  coscribe verify answers.jsonl
    """
    run("verify:verify", options)


@cli.command(cls=PagedCommand)
@click.option("--privacy", is_flag=True, help="Say what could leave this machine, and where to.")
@shared.model
@shared.common
def doctor(**options: Any) -> None:
    """Check home, index, model and prices, and say what to do next.

    Example:  coscribe doctor --privacy
    """
    run("doctor.doctor:doctor", {**options, "ignored": click.get_current_context().obj or ()})


def main() -> None:
    """Run the command line; every failure that is foreseen is one line on stderr and an exit code."""
    ignored = set_aside()
    try:
        refuse_bytes()
        cli.main(prog_name=_program(), standalone_mode=False, obj=ignored)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(UsageError.exit_code)
    except click.UsageError as error:
        _fail(_lower(error.format_message()), UsageError.exit_code, _advice(error))
    except click.ClickException as error:
        _fail(_lower(error.format_message()), UsageError.exit_code)
    except CoscribeError as error:
        _fail(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", INTERRUPTED)


def _program() -> str:
    return "python -m coscribe" if sys.argv[0].endswith("__main__.py") else "coscribe"


def _advice(error: click.UsageError) -> str:
    return f"see `{error.ctx.command_path} --help`" if error.ctx else "see `coscribe --help`"


def _lower(message: str) -> str:
    return (line := " ".join(message.split()).rstrip("."))[:1].lower() + line[1:]


def _fail(message: str, code: int, advice: str = "") -> None:
    said = without_controls(one_line(message))
    click.echo(f"coscribe: {said}{f': {advice}' if advice else ''}", err=True)
    sys.exit(code)
