"""What an administrator does on the command line. Each command's module loads when the command is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.commands.lazy import LazyGroup, in_words
from kiosk.config import ConfigFaults
from kiosk.config_file import CONFIG_VARIABLE
from kiosk.faults import EXIT_FAULT, kinds, places
from kiosk.speaking import speak, told
from screens.words import N_, _
from store.errors import LibraryError
from store.policy.load import PolicyFaults

COMMANDS = {
    "init": ("kiosk.commands.init", "init", N_("Set up a library: the database and the first supervisor.")),
    "import": ("kiosk.commands.imports", "imports", N_("Load titles, copies and members.")),
    "doctor": ("kiosk.commands.doctor", "doctor", N_("Check what a terminal needs and say how to mend it.")),
    "demo": ("kiosk.commands.demo", "demo", N_("Try the terminal on a made-up library.")),
    "policy": ("kiosk.commands.policy", "policy", N_("Read, check and test the lending rules.")),
    "jobs": ("kiosk.commands.jobs", "jobs", N_("Do what time brings: letters, deadlines, holds that expire.")),
    "mail": ("kiosk.commands.mailing", "mail", N_("Send letters, read them beforehand, record those that came back.")),
    "database": ("kiosk.commands.database", "database", N_("Verify, back up, restore, upgrade, copy the database.")),
}


_STOREYS = tuple(f"{Path(__file__).parents[2] / storey}/" for storey in ("kiosk", "screens", "store"))


@click.group(cls=LazyGroup, listed=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="The kiosk.toml to use.")
@click.version_option(package_name="kiosk", message="%(prog)s %(version)s")
def kiosk(config_path: Path | None) -> None:
    """The library's self-service terminal. Without a command it runs the terminal."""
    if config_path is not None:  # as if it stood after the command
        os.environ[CONFIG_VARIABLE] = str(config_path)


def run(arguments: Sequence[str]) -> int:
    """Run a command and give its exit status: 2 for anything that must be mended first, said in a sentence."""
    speak()
    try:
        return int(in_words(kiosk).main(args=list(arguments), prog_name="kiosk", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        print(_("Stopped. What was done before stays; what was not finished was not written."), file=sys.stderr)
        return 2
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except (LibraryError, ConfigFaults, PolicyFaults, OSError, UnicodeDecodeError) as wrong:
        remedy = told(getattr(wrong, "remedy", ""))
        print(f"{_named(wrong)}\n{remedy}".rstrip(), file=sys.stderr)
        return 2
    except Exception as fault:
        print(_fault(fault), file=sys.stderr)
        return EXIT_FAULT


def _named(wrong: Exception) -> str:
    """A file first, then what is the matter with it."""
    if isinstance(wrong, UnicodeDecodeError):
        return _("A file is not UTF-8 text (byte {place}).").format(place=wrong.start)
    named = isinstance(wrong, OSError) and wrong.filename is not None
    return f"{wrong.filename}: {wrong.strerror}" if named else told(wrong)  # type: ignore[attr-defined]


def _fault(fault: Exception) -> str:
    """A fault of the program itself, by its kinds and the last place in the program."""
    everywhere = places(fault)
    ours = [place for place in everywhere if place.startswith(_STOREYS)] or everywhere
    told = _("This is a fault of the program ({kind} in {where}). What was not finished was not written.")
    return told.format(kind=kinds(fault), where=ours[-1])
