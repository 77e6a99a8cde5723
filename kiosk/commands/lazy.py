"""Commands that are loaded when they are used (all of them would cost half a second), with their help in words."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from copy import copy

import click

from screens.words import _


class LazyGroup(click.Group):
    """`listed`: each command's module, the function in it, and its line of help."""

    def __init__(self, *, listed: Mapping[str, tuple[str, str, str]], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.listed = listed

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order in which they are listed."""
        return list(self.listed)

    def get_command(self, _ctx: click.Context | None, cmd_name: str) -> click.Command | None:
        """Load it; None for one that there is not."""
        if cmd_name not in self.listed:
            return None
        module, name, _help = self.listed[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return in_words(command)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help for all, with none of them loaded."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(help_text)) for name, (_m, _n, help_text) in self.listed.items()])


def in_words(command: click.Command) -> click.Command:
    """The command with its help, and that of its options, in the language spoken now."""
    told = copy(command)
    told.help = _(message(command.help)) if command.help else command.help
    told.params = [_option_in_words(each) for each in command.params]
    if isinstance(told, click.Group) and not isinstance(told, LazyGroup):
        told.commands = {name: in_words(each) for name, each in told.commands.items()}
    return told


def message(text: str) -> str:
    """What the catalogue knows a text of help by: each paragraph in one line."""
    return "\n\n".join(" ".join(each.split()) for each in inspect.cleandoc(text).split("\n\n"))


def _option_in_words(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    told = copy(parameter)
    told.help = _(message(parameter.help))
    return told
