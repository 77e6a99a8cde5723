"""A group of commands of which each is loaded when it is used: all of them would cost half a second."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from screens.words import _


class LazyGroup(click.Group):
    """`listed`: each command's module, the function in it, and its line of help."""

    def __init__(self, *, listed: Mapping[str, tuple[str, str, str]], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self._listed = listed

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order in which they are listed."""
        return list(self._listed)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load it; None for one that there is not."""
        if cmd_name not in self._listed:
            return None
        module, name, _help = self._listed[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help for all, with none of them loaded."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(help_text)) for name, (_m, _n, help_text) in self._listed.items()])
