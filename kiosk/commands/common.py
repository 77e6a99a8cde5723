"""What several commands need: the configuration, and the library it names."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from kiosk.config import Config
from kiosk.config_file import find_config, load_config
from screens.words import N_, _
from store.act import At
from store.errors import LibraryError
from store.library import Library
from store.migrating import SchemaState, schema_state
from store.opening import is_library, open_library
from store.upkeep.clocks import check_clock

config_option = click.option("--config", "config_path", type=click.Path(path_type=Path), help="The kiosk.toml to use.")
AT = At("command line", channel="desk")
NO_CONFIG = N_("There is no kiosk.toml here. Run `kiosk init` first, or name one with --config.")


def configuration(path: Path | None) -> Config:
    """The configuration; a click error that says what is missing."""
    found = find_config(path)
    if found is None:
        raise click.ClickException(_(NO_CONFIG))
    return load_config(found)


def new_file(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """For options that name a file to be written: nothing may stand there yet, and its folder must be writable."""
    if path is None or path.is_char_device() or path.is_fifo():
        return path
    if path.exists() or path.is_symlink():
        raise click.BadParameter(_("{file} is there already; name a new file.").format(file=path))
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)):
        told = _("{file} can't be made: {folder} is no folder that can be written.")
        raise click.BadParameter(told.format(file=path, folder=path.parent))
    return path


def state_of(address: str) -> SchemaState:
    """How a database stands to this program: empty, too, if a set-up was stopped. Raises DatabaseUnreachable."""
    state = schema_state(address)
    return SchemaState.EMPTY if state is SchemaState.CURRENT and not is_library(address) else state


def library(config: Config) -> Library:
    """The library that the configuration names. A command writes an audit chain of its own, beside the terminal's.

    Raises ClockWrong on a machine whose clock can't be trusted.
    """
    settings = config.store_settings()
    opened = open_library(replace(settings, terminal=f"{settings.terminal} {AT.terminal}", patient=True))
    try:
        check_clock(opened.database, datetime.now(UTC))
    except LibraryError:
        opened.close()
        raise
    return opened
