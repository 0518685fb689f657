"""The page of `--help`: what a command alone takes is told in full, what it shares with others is named.

`--help-all` tells all of it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import click


class SharedOption(click.Option):
    """An option that several commands have in common; `group` is the heading it is named under."""

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


def shared_option(group: str) -> Callable[..., Callable[[Any], Any]]:
    """Return what declares options of a group, as `click.option` does."""
    return partial(click.option, cls=SharedOption, group=group)


class PagedCommand(click.Command):
    """A command whose `--help` fits a screen."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, `--help-all` among them where a group of options is only named."""
        params = super().get_params(ctx)
        if any(isinstance(one, SharedOption) for one in params):
            told = "Show this and all that is only named here."
            params.insert(
                -1,
                click.Option(
                    ["--help-all"], is_flag=True, is_eager=True, expose_value=False, callback=_show_all, help=told
                ),
            )
        return params

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options: those of groups by their names alone, unless all was asked for."""
        groups: dict[str, list[click.Parameter]] = {}
        for one in self.get_params(ctx):
            group = one.group if isinstance(one, SharedOption) else "Options"
            groups.setdefault(group, []).append(one)
        named = {} if ctx.meta.get(_ALL) else {name: groups.pop(name) for name in list(groups) if name != "Options"}
        for name, params in groups.items():
            with formatter.section(name):
                formatter.write_dl([told for one in params if (told := one.get_help_record(ctx)) and told[1]])
        if named:
            with formatter.section("Options of other commands, too (--help-all explains them)"):
                rows = [(name, " ".join(one.opts[-1] for one in params)) for name, params in named.items()]
                formatter.write_dl(rows)


_ALL = "coscribe.help_all"


def _show_all(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        ctx.meta[_ALL] = True
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()
