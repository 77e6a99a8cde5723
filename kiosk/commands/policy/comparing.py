"""`kiosk policy compare`: what a change of the rules would mean, on paper and for the loans of a real library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.commands.common import config_option, configuration, library, speak
from kiosk.commands.policy import read_policies
from kiosk.commands.policy.wording import named, printed, table
from kiosk.config import ConfigFaults
from screens import words
from screens.periods import period_words
from screens.words import _
from store.errors import LibraryError
from store.policy.comparing import RightChange, TextChange, right_changes, text_changes
from store.policy.load import PolicyFaults
from store.policy.model import Policies, Policy
from store.replaying import Replayed, replay

_NOTHING = "–"


@click.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--replay/--no-replay", "replays", default=None, help="Replay the loans of kiosk.toml's library.")
@config_option
def compare_command(old: str, new: str, replays: bool | None, config_path: Path | None) -> None:
    """What differs between policies OLD and NEW, and what would have come of it in the library of kiosk.toml."""
    speak()
    before, after = read_policies(old, config_path), read_policies(new, config_path)
    rights = list(right_changes(before.latest, after.latest))
    others = list(text_changes(before.latest, after.latest))
    if not rights and not others:
        click.echo(_("The two policies say the same."))
    if rights:
        printed(_rights(before.latest, after.latest, rights))
    if others:
        printed(_others(others))
    if replays or (replays is None and _has_library(config_path)):
        _show_replay(before, after, config_path)


def _rights(old: Policy, new: Policy, changes: Iterable[RightChange]) -> Table:
    """One line for each item type and change, with the categories that share it."""
    shown = table(_("Rights that change"), _("Item type"), _("Categories"), _("What"), _("Old"), _("New"))
    lines: defaultdict[tuple[str, str, str | None, str | None, str], list[str]] = defaultdict(list)
    for change in changes:
        lines[change.item_type, change.what, change.old, change.new, change.loan_type].append(change.category)
    for (kind, what, before, after, loan_type), categories in lines.items():
        item = named((new if kind in new.item_type_of else old).kind(kind).name)
        people = ", ".join(named((new if slug in new.category_of else old).category(slug).name) for slug in categories)
        if loan_type != "standard":
            item += f" ({_('term loan') if loan_type == 'term' else _('project loan')})"
        shown.add_row(item, people, _what(new, what), _value(what, before), _value(what, after))
    return shown


def _what(policy: Policy, what: str) -> str:
    plain = {"lent": _("lent"), "period": _("Loan period"), "renewals": _("Renewals"), "total": _("limit: all items")}
    if what in plain:
        return plain[what]
    group = next((group for group in policy.groups if group.slug == what), None)
    return _("limit: {group}").format(group=named(group.name) if group else what)


def _value(what: str, value: str | None) -> str:
    if value is None:
        return _NOTHING
    if what == "period":
        return period_words(value)
    if what == "lent":
        period, _comma, renewals = value.rpartition(", ")
        return _("{period}, {n} renewals").format(period=period_words(period), n=renewals)
    return value


def _others(changes: Iterable[TextChange]) -> Table:
    shown = table(_("Everything else that changes"), _("Key"), _("Old"), _("New"))
    for change in changes:
        shown.add_row(change.place, change.old or _NOTHING, change.new or _NOTHING)
    return shown


def _has_library(config_path: Path | None) -> bool:
    try:
        library(configuration(config_path)).close()
    except (click.ClickException, ConfigFaults, LibraryError, PolicyFaults) as fault:
        click.echo(_("No loans are replayed: {fault}").format(fault=fault), err=True)
        return False
    return True


def _show_replay(old: Policies, new: Policies, config_path: Path | None) -> None:
    opened = library(configuration(config_path))
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(_("Members"), total=None)
            found = replay(
                opened, old, new, datetime.now(UTC),
                lambda done, total: progress.update(bar, completed=done, total=total),
            )  # fmt: skip
    finally:
        opened.close()
    printed(_replayed(found))
    if found.old.refused or found.new.refused:
        printed(_refusals(found))


def _replayed(found: Replayed) -> Table:
    title = _("{loans} loans and {refusals} refused checkouts of the library, decided again").format(
        loans=found.loans, refusals=found.refusals
    )
    shown = table(title, _("What"), _("Old"), _("New"), _("Otherwise"))
    otherwise = [
        (_("refused instead of lent"), found.newly_refused),
        (_("lent instead of refused"), found.newly_lent),
    ]
    shown.add_row(_("Lent"), str(found.old.lent), str(found.new.lent), _told(otherwise))
    due = [(_("due earlier"), found.due_earlier), (_("due later"), found.due_later)]
    shown.add_row(_("Due dates"), "", "", _told(due))
    shown.add_row(
        _("Fines"), words.money(found.old.fines), words.money(found.new.fines), _told([(_("loans"), found.other_fines)])
    )
    letters = [(_("loans"), found.other_letters)]
    shown.add_row(_("Letters"), str(found.old.letters), str(found.new.letters), _told(letters))
    return shown


def _told(counts: Iterable[tuple[str, int]]) -> str:
    return "\n".join(f"{count} {what}" for what, count in counts if count) or _NOTHING


def _refusals(found: Replayed) -> Table:
    shown = table(_("Refusals by their first reason"), _("Reason"), _("Old"), _("New"))
    for slug in sorted({*found.old.refused, *found.new.refused}):
        shown.add_row(slug, str(found.old.refused[slug]), str(found.new.refused[slug]))
    return shown
