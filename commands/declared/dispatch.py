"""Runs the body of a command: imported here alone so late, so that `--help` and completion answer at once."""

import sys
from importlib import import_module
from typing import Any

import click

from ...core.system.process import loaded


def run(where: str, options: dict[str, Any]) -> None:
    """Run a command body, named "module:function" below `commands`, and end with its exit code."""
    module, function = where.split(":")
    body = getattr(import_module(f"..{module}", __package__), function)
    loaded()
    sys.exit(body(_with_those_before(options)))


def _with_those_before(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a command with those given before its name; one given behind it wins."""
    context = click.get_current_context()
    before = {name: value for name, value in context.find_root().params.items() if value is not None}
    for name in before.keys() - options.keys():
        raise click.UsageError(f"`{context.info_name}` has no --{name}", context)
    return {**options, **{name: value for name, value in before.items() if options[name] is None}}
