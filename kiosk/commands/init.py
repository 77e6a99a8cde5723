"""`kiosk init`: a library from nothing: the database, the rules, the first supervisor, and a kiosk.toml."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import click

from kiosk.commands.common import AT, config_option, speak
from kiosk.config import Config, find_config, load_config
from screens.widgets.refusal import explain
from screens.words import _
from store.library import Library
from store.opening import create_library
from store.policy.verdict import Refused
from store.settings import StoreSettings
from store.staff import create_staff, staff_pin_faults
from store.states import Role


@click.command()
@config_option
@click.option("--name", help="Name of the first supervisor.")
@click.option("--card", help="Number of the supervisor's card.")
@click.option(
    "--pin-file", type=click.Path(path_type=Path, exists=True), help="A file that holds the supervisor's PIN."
)
def init(config_path: Path | None, name: str | None, card: str | None, pin_file: Path | None) -> None:
    """Set up a library; asks for what is not given and never overwrites one."""
    speak()
    config = _configuration(config_path)
    settings = config.store_settings()
    name = name or click.prompt(_("Name of the first supervisor"))
    card = card or click.prompt(_("Number of the supervisor's card"))
    given = pin_file.read_text("utf-8").strip() if pin_file else None
    library = create_library(settings, datetime.now(UTC))
    try:
        _first_supervisor(library, str(name), str(card), given)
    except BaseException:
        library.close()
        _remove(settings)  # nothing half made stays
        raise
    _keep_private(settings)
    library.close()
    click.echo(_("The library is ready. Next: `kiosk import`, then `kiosk doctor`, then `kiosk`."))


def _configuration(path: Path | None) -> Config:
    found = find_config(path)
    if found is None or (path is not None and not path.exists()):
        target = path or Path("kiosk.toml")
        target.write_text((files("kiosk") / "default.toml").read_text("utf-8"), "utf-8")
        target.chmod(0o600)
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
        sentence = _sentence(faults)
        if given is not None:
            raise click.ClickException(sentence)
        click.echo(sentence, err=True)
    create_staff(library, name, card, Role.SUPERVISOR, pin, now, AT)


def _sentence(faults: Refused) -> str:
    told = [explain(reason) for reason in faults.reasons]
    return " ".join(f"{each.title}: {each.text}" for each in told)


def _file(settings: StoreSettings) -> Path | None:
    if not settings.database.startswith("sqlite:///"):
        return None
    return Path(settings.database.removeprefix("sqlite:///"))


def _keep_private(settings: StoreSettings) -> None:
    path = _file(settings)
    if path is not None:
        for each in path.parent.glob(f"{path.name}*"):
            each.chmod(0o600)


def _remove(settings: StoreSettings) -> None:
    path = _file(settings)
    if path is not None:
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()
