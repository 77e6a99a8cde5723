"""`kiosk init`: a library from nothing: the database, the rules, the first supervisor, and a kiosk.toml."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import click

from kiosk.commands.common import AT, config_option, state_of
from kiosk.commands.refusals import refusal_in_words
from kiosk.config import Config
from kiosk.config_file import find_config, load_config
from screens.words import _
from store.database import file_of
from store.desk.staff import any_staff, create_staff, staff_pin_faults
from store.errors import LibraryError, NotALibrary
from store.library import Library
from store.migrating import SchemaState
from store.opening import create_library, open_library
from store.policy.said import Said, at_line
from store.policy.verdict import Refused
from store.settings import StoreSettings
from store.states import Role

_LONGEST_CARD = 64


@click.command()
@config_option
@click.option("--name", help="Name of the first supervisor.")
@click.option("--card", help="Number of the supervisor's card.")
@click.option(
    "--pin-file", type=click.Path(path_type=Path, exists=True), help="A file that holds the supervisor's PIN."
)
def init(config_path: Path | None, name: str | None, card: str | None, pin_file: Path | None) -> None:
    """Set up a library; asks for what is not given and never overwrites one."""
    config = _configuration(config_path)
    settings = config.store_settings()
    unfinished, is_new = _unfinished(settings), not _files(settings)
    name = name or click.prompt(_("Name of the first supervisor"))
    card = card or click.prompt(_("Number of the supervisor's card"))
    if not 1 <= len(str(card)) <= _LONGEST_CARD:
        raise LibraryError(
            Said("a card's number has 1 to {longest_card} letters", longest_card=_LONGEST_CARD),
            Said("give the number that the scanner reads"),
        )
    given = _written_pin(pin_file) if pin_file else None
    library = unfinished
    try:
        library = library or create_library(settings, datetime.now(UTC))
        _first_supervisor(library, str(name), str(card), given)
    except BaseException:
        if library is not None:
            library.close()
        if is_new:
            _remove(settings)  # nothing half made stays; on a server, the next call goes on from here
        raise
    _keep_private(settings)
    library.close()
    click.echo(_("The library is ready. Next: `kiosk import`, then `kiosk doctor`, then `kiosk`."))


def _unfinished(settings: StoreSettings) -> Library | None:
    """A library that nobody supervises yet: an earlier call was stopped there. Raises NotALibrary for any other."""
    if state_of(settings.database) is SchemaState.EMPTY:
        return None
    try:
        library = open_library(settings)
    except NotALibrary:
        return None  # its tables only
    if any_staff(library):
        library.close()
        raise NotALibrary(
            Said("there is a library in this database already"), Said("name another database, or keep this one")
        )
    return library


def _configuration(path: Path | None) -> Config:
    found = find_config(path)
    if found is None or (path is not None and not path.exists()):
        target = path or Path("kiosk.toml")
        target.touch(mode=0o600)
        try:
            target.write_text((files("kiosk") / "default.toml").read_text("utf-8"), "utf-8")
        except OSError:
            target.unlink()  # half a configuration would be taken for a whole one
            raise
        click.echo(_("Wrote {file}. Edit it at any time.").format(file=target))
        found = target
    return load_config(found)


def _first_supervisor(library: Library, name: str, card: str, given: str | None) -> None:
    now = datetime.now(UTC)
    while True:
        pin = given or click.prompt(_("PIN (at least {n} lower-case letters or digits)").format(
            n=library.settings.staff_pin_length
        ), hide_input=True, confirmation_prompt=True)  # fmt: skip
        faults = staff_pin_faults(library, pin, now)
        if faults is None:
            break
        sentence = refusal_in_words(faults.reasons)
        if given is not None:
            raise click.ClickException(sentence)
        click.echo(sentence, err=True)
    made = create_staff(library, name, card, Role.SUPERVISOR, pin, now, AT)
    if isinstance(made, Refused):
        raise click.ClickException(refusal_in_words(made.reasons))


def _written_pin(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except UnicodeDecodeError as fault:
        raise LibraryError(at_line(None, str(path), Said("is not UTF-8 text")), Said("name another file")) from fault


def _keep_private(settings: StoreSettings) -> None:
    for each in _files(settings):
        each.chmod(0o600)


def _remove(settings: StoreSettings) -> None:
    for each in _files(settings):
        each.unlink()


def _files(settings: StoreSettings) -> tuple[Path, ...]:
    path = file_of(settings.database)
    if path is None:
        return ()
    # Not by a pattern: beside library.db a library.db.backup must stay.
    candidates = (path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm", "-journal"))
    return tuple(each for each in candidates if each.exists())
