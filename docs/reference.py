"""Writes docs/reference.md: every command with its options, and every setting, as the code declares them.

Usage: `python docs/reference.py`, or `make rooms`. A test compares the page with the code.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import click
from coscribe.cli import cli
from coscribe.core import setting_sections, settings
from coscribe.core.settings import NAMES

PAGE = Path(__file__).with_name("reference.md")
HEAD = """# Every command and every setting

Written from the code by `make rooms`. What holds for all commands, exit codes and files are told in
[command-line.md](command-line.md).

"""


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands below a group by what is typed, those that are hidden left out."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        typed = f"{context.command_path} {name}"
        yield typed, command
        if isinstance(command, click.Group):
            yield from commands(command, click.Context(command, info_name=name, parent=context))


def options(command: click.Command) -> Iterator[str]:
    """Yield the rows of a table of options."""
    context = click.Context(command, info_name="coscribe")
    for one in command.get_params(context):
        record = one.get_help_record(context) if isinstance(one, click.Option) else None
        if record and "--help" not in one.opts and "--help-all" not in one.opts:
            yield f"| `{_cell(record[0])}` | {_cell(record[1])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def described() -> Iterator[str]:
    """Yield the commands, each with what it does, an example and its options."""
    for typed, command in commands(cli, click.Context(cli, info_name="coscribe")):
        about, _, examples = (command.help or "").partition("Example:")
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        yield f"## `{typed}`\n\n{about.strip()}\n"
        told = [line.strip().removeprefix("Example:").strip() for line in examples.splitlines() if line.strip()]
        yield "\n".join(["```sh", f"# {typed} {usage}", *told, "```", ""])
        rows = list(options(command))
        if rows:
            yield "\n".join(["| option | |", "|---|---|", *rows, ""])


def sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the classes of settings with their keys, each with what is said below it."""
    trees = [
        ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")) for module in (settings, setting_sections)
    ]
    classes = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    used = {name: table for node in classes for table, names in _tables(node) for name in names}
    for node in classes:
        pairs = zip(node.body, node.body[1:], strict=False)
        found = [(key.target.id, _said(text)) for key, text in pairs if isinstance(key, ast.AnnAssign)]
        if found and node.name != "Endpoint":
            about = (ast.get_docstring(node) or node.name).partition("\n")[0].rstrip(".")
            yield f"`[{used[node.name]}]` {about}" if node.name in used else about, found


def _tables(node: ast.ClassDef) -> Iterator[tuple[str, set[str]]]:
    """Yield the keys of a class, each with the names in its annotation: that of its own class is among them."""
    for key in node.body:
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name):
            names = {one.id for one in ast.walk(key.annotation) if isinstance(one, ast.Name)}
            name = key.target.id
            yield (
                {"prices": "prices.MODEL", "limits": "limits.HOST", "drafter": "models.drafter"}.get(name, name),
                names,
            )


def _said(node: ast.stmt) -> str:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return " ".join(str(node.value.value).split()) if is_text else ""


def written() -> str:
    """Return the page as it is now."""
    parts = [HEAD, *described(), "## Settings\n\nKeys of `coscribe.toml`.\n"]
    for about, keys in sections():
        rows = [f"| `{name}` | {_cell(told)} |" for name, told in keys]
        parts.append("\n".join([f"### {about}", "", "| key | |", "|---|---|", *rows, ""]))
    variables = [f"| `COSCRIBE_{name.upper()}` | `{'.'.join(key)}` |" for name, key in NAMES.items()] + [
        "| `COSCRIBE_HOME`, `COSCRIBE_LIBRARY` | `--home`, `--library` |"
    ]
    parts.append("\n".join(["### Variables", "", "| variable | sets |", "|---|---|", *variables, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
