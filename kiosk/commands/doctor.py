"""`kiosk doctor`: everything that a terminal needs, looked at, with how to mend what is wrong."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click
from msgspec import Struct

from kiosk.commands.common import config_option, configuration, state_of
from kiosk.config import Config
from kiosk.config_file import find_config
from kiosk.journal import ReturnJournal
from kiosk.speaking import told
from kiosk.template_check import TemplateFaults
from kiosk.templates import Templates
from kiosk.unusable import why
from screens.words import _
from store.database import file_of, open_database
from store.errors import ClockWrong, DatabaseDamaged, LibraryError
from store.migrating import SchemaState
from store.opening import policy_text
from store.policy.check import remarks
from store.policy.load import PolicyFaults, load_policy
from store.policy.said import said_of
from store.upkeep.clocks import check_clock as compare_clock
from store.upkeep.verifying import damage

_SIGNS = {"good": "✓", "warn": "!", "bad": "✗"}
_LEAST_FREE = 200 * 1024 * 1024
_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")
_ENCRYPTED = {"require", "verify-ca", "verify-full"}
_HERE = {None, "localhost", "127.0.0.1", "::1"}


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    kind: str
    "`good`, `warn`, `bad`"
    what: str
    mend: str = ""


@click.command()
@config_option
def doctor(config_path: Path | None) -> None:
    """Check what a terminal needs; exit status 1 if something must be mended."""
    config = configuration(config_path)
    findings = [*_readable(find_config(config_path)), *(finding for check in CHECKS for finding in check(config))]
    for finding in findings:
        click.echo(f"{_SIGNS[finding.kind]} {finding.what}")
        if finding.mend:
            click.echo(f"    → {finding.mend}")
    if any(finding.kind == "bad" for finding in findings):
        raise click.exceptions.Exit(1)


def check_database(config: Config) -> Iterator[Finding]:
    """Reachable, and at this program's schema."""
    address = config.store_settings().database
    try:
        state = state_of(address)
        damaged = "" if state is SchemaState.EMPTY else _damage(address)
    except DatabaseDamaged as fault:
        state, damaged = SchemaState.CURRENT, said_of(fault)
    except (LibraryError, OSError) as fault:
        yield Finding("bad", _("The database: {fault}").format(fault=told(fault)), _remedy(fault))
        return
    if damaged:
        text = _("The database: {fault}").format(fault=told(damaged))
        yield Finding(
            "bad", text, _("Run `kiosk database verify`, then `kiosk database restore` with the last backup.")
        )
        return
    answers = {
        SchemaState.CURRENT: Finding("good", _("The database is reachable and up to date.")),
        SchemaState.EMPTY: Finding("bad", _("There is no library in the database."), _("Run `kiosk init`.")),
        SchemaState.OLDER: Finding(
            "bad", _("The database is older than this program."), _("Run `kiosk database upgrade`.")
        ),
        SchemaState.NEWER: Finding(
            "bad", _("The database is newer than this program."), _("Install the newer program.")
        ),
    }
    yield answers[state]


def _damage(address: str) -> str:
    database = open_database(address, patient=True)
    try:
        return damage(database)
    finally:
        database.close()


def _remedy(fault: Exception) -> str:
    return told(getattr(fault, "remedy", "")) or _("Check its address and that it runs.")


def check_policy(config: Config) -> Iterator[Finding]:
    """The policy file can be read and says nothing wrong; what the library has yet to confirm is named."""
    try:
        policy = load_policy(policy_text(config.library.policy), config.library.policy)
    except PolicyFaults as faults:
        for fault in faults.faults:
            yield Finding("bad", _("The policy: {fault}").format(fault=told(fault.said())), _("Mend the policy file."))
        return
    except LibraryError as fault:
        yield Finding("bad", told(fault), told(fault.remedy))
        return
    except UnicodeDecodeError as fault:
        yield Finding("bad", _("The policy: {fault}").format(fault=fault), _("Mend the policy file."))
        return
    yield Finding("good", _("The policy {version} is valid.").format(version=policy.version))
    for remark in remarks(policy):
        yield Finding("warn", told(remark), _("Confirm it or change it in the policy file."))
    known = {branch.slug for branch in policy.branches}
    if config.terminal.branch and config.terminal.branch not in known:
        allowed = ", ".join(sorted(known))
        yield Finding("bad", _("The policy knows no branch {branch}.").format(branch=config.terminal.branch), allowed)


def check_clock(config: Config) -> Iterator[Finding]:
    """Not before the last audit entry, and with the database server's clock."""
    address = config.store_settings().database
    try:
        if state_of(address) is SchemaState.EMPTY:
            return
        database = open_database(address)
        try:
            compare_clock(database, datetime.now(UTC))
        finally:
            database.close()
    except ClockWrong as fault:
        yield Finding("bad", _("The clock is wrong: {fault}").format(fault=told(fault)), _("Set the clock."))
    except Exception as fault:  # the database's own check has said so already
        yield Finding(
            "warn", _("The clock can't be compared with the library: {fault}").format(fault=type(fault).__name__)
        )
    else:
        yield Finding("good", _("The clock is sane."))


def check_printer(config: Config) -> Iterator[Finding]:
    """Whether the printer answers or its file can be written."""
    table = config.printer
    if table.kind == "none":
        yield Finding("good", _("No printer is set up."))
    elif table.kind == "network":
        yield from _reach(_("printer"), table.host, table.port, table.timeout_seconds)
    else:
        path = Path(table.path)
        # A device that is not there is unplugged; a file is made when it is needed.
        fits = os.access(path if path.exists() or table.kind == "device" else path.parent, os.W_OK)
        what = (
            _("The printer's file {path} can be written.") if fits else _("The printer's file {path} can't be written.")
        )
        yield Finding(
            "good" if fits else "bad", what.format(path=path), "" if fits else _("Check [printer] path and its rights.")
        )


def check_mail(config: Config) -> Iterator[Finding]:
    """Whether the mail server answers: without mail nobody gets a first PIN."""
    table = config.mail
    if table.kind == "none":
        yield Finding("warn", _("No mail is set up: codes and letters wait in the outbox."), _("Fill in [mail]."))
    elif table.kind == "smtp":
        yield from _reach(_("mail server"), table.host, table.port, table.timeout_seconds)
    elif _can_be_written(Path(table.folder)):
        yield Finding("good", _("Letters are written into {folder}.").format(folder=table.folder))
    else:
        text = _("{folder} can't be written.").format(folder=table.folder)
        yield Finding("bad", text, _("Fill in [mail]."))
    if table.kind == "smtp" and table.password_file:
        try:
            Path(table.password_file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            yield Finding("bad", f"[mail] password_file: {told(why(fault))}", _("Fill in [mail]."))


def check_letters(config: Config) -> Iterator[Finding]:
    """Every template of a letter, the library's own before those that come with the program."""
    try:
        Templates.named(config.mail.templates).check()
    except TemplateFaults as faults:
        for line in str(faults).splitlines():
            yield Finding("bad", line, _("Mend the template."))
    else:
        yield Finding("good", _("The templates of the letters are whole."))


def check_secrets(config: Config) -> Iterator[Finding]:
    """No password in the settings file, which is copied and shown sooner than one of its own; no data in the clear."""
    address = config.store_settings().database
    if _PASSWORD.search(config.library.database):
        yield Finding(
            "bad",
            _("The database's password stands in kiosk.toml."),
            _("Put the address into a file of its own and name it in database_file, or set KIOSK_DATABASE."),
        )
    parts = urlsplit(address)
    if parts.hostname not in _HERE and not _ENCRYPTED & set(parse_qs(parts.query).get("sslmode", ())):
        yield Finding(
            "warn",
            _("The line to the database may not be encrypted."),
            _("Add ?sslmode=verify-full (or require) to its address."),
        )


def check_screen(_config: Config) -> Iterator[Finding]:
    """Size, colours and letters of the terminal that this runs on."""
    if not sys.stdout.isatty():
        yield Finding("warn", _("This is no terminal: its size and colours can't be looked at."))
        return
    columns, rows = shutil.get_terminal_size()
    fits = columns >= 80 and rows >= 24
    size = _("The terminal has {columns} × {rows} characters.").format(columns=columns, rows=rows)
    yield Finding("good" if fits else "bad", size, "" if fits else _("At least 80 × 24 are needed."))
    if os.environ.get("COLORTERM") not in ("truecolor", "24bit"):
        yield Finding(
            "warn", _("The terminal does not say that it has all colours."), _("Set COLORTERM=truecolor if it has.")
        )
    if "UTF-8" not in (sys.stdout.encoding or "").upper():
        yield Finding("bad", _("The terminal's letters are not UTF-8."), _("Set LANG=C.UTF-8."))


def check_files(config: Config) -> Iterator[Finding]:
    """Rights of the files, room on the disk, the folder of the fault log and of returns that wait."""
    path = file_of(config.store_settings().database)
    yield from _private(config, path)
    if path is not None and path.parent.is_dir():
        free = shutil.disk_usage(path.parent).free
        if free < _LEAST_FREE:
            yield Finding(
                "bad", _("The disk is nearly full."), _("Make room: {free} MB are left.").format(free=free // 2**20)
            )
    folder = Path(config.faults.state_folder)
    if not _can_be_written(folder):
        yield Finding(
            "bad",
            _("{folder} can't be written.").format(folder=folder),
            _("Check [faults] state_folder and its rights."),
        )


def _private(config: Config, database: Path | None) -> Iterator[Finding]:
    """Nobody but the kiosk's user reads the library, an address or password in a file, the state, or the reports.

    In a folder that is closed to others every file is.
    """
    folders = [Path(config.faults.state_folder), Path(config.reports.folder)]
    names = [config.library.database_file, config.mail.password_file]
    files = [Path(name) for name in names if name]
    if database is not None and database.name:
        files += [database.with_name(database.name + ending) for ending in ("", "-wal", "-shm")]
    for path in (*files, *folders):
        yield from _readable(path)


def _readable(path: Path | None) -> Iterator[Finding]:
    if path is not None and path.exists() and path.stat().st_mode & 0o077:
        mode = "700" if path.is_dir() else "600"
        shared = path.is_dir() and path.stat().st_mode & stat.S_ISVTX  # like /tmp: others need it as it is
        mend = _("Name a folder of its own in kiosk.toml.") if shared else f"chmod {mode} {path}"
        yield Finding("bad", _("Others can read {path}.").format(path=path), mend)


def check_named_folders(config: Config) -> Iterator[Finding]:
    """Folders that the settings name and somebody else fills: nothing here makes them."""
    named = {"[mail] templates": config.mail.templates, "[library] policy_folder": config.library.policy_folder}
    for key, folder in named.items():
        if folder and not Path(folder).is_dir():
            text = _("{key}: there is no folder {folder}.").format(key=key, folder=folder)
            yield Finding("bad", text, _("Make it, or leave the key empty."))


def check_journal(config: Config) -> Iterator[Finding]:
    """Returns that were taken down without the library and wait to be booked."""
    waiting = ReturnJournal(Path(config.faults.state_folder)).waiting()
    if waiting:
        text = _("{n} returns were taken down while the library was away.").format(n=waiting)
        yield Finding("warn", text, _("They are booked as soon as the terminal runs and reaches the database."))


def _can_be_written(folder: Path) -> bool:
    """Whether files can be put there; a folder that is not there yet is made within the nearest one that is."""
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _reach(what: str, host: str, port: int, timeout: float) -> Iterator[Finding]:
    try:
        socket.create_connection((host, port), timeout).close()
    except (OSError, ValueError) as fault:  # ValueError: a host that can be no name
        text = _("The {what} {host}:{port} does not answer: {fault}")
        found = text.format(what=what, host=host, port=port, fault=told(why(fault)))
        yield Finding("bad", found, _("Check its name, port and cable."))
    else:
        yield Finding("good", _("The {what} {host}:{port} answers.").format(what=what, host=host, port=port))


CHECKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    check_database, check_policy, check_clock, check_printer, check_mail, check_letters, check_screen, check_files,
    check_named_folders, check_secrets, check_journal,
)  # fmt: skip
