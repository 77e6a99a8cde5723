"""`kiosk jobs`: what time brings, done now; for a timer, or by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import AT, config_option, configuration, library
from kiosk.commands.policy.wording import printed, table
from screens import words
from screens.words import N_, _
from store.jobs.foreseeing import foresee
from store.jobs.running import first_moments, next_moment, run_due
from store.jobs.turn import NotOurTurn, holder_until, turn
from store.library import Library

DONE = {
    "courtesy": N_("Courtesy letters"),
    "overdue_1": N_("First overdue letters"),
    "overdue_2": N_("Second overdue letters"),
    "overdue_3": N_("Third overdue letters"),
    "overdue_4": N_("Fourth overdue letters"),
    "overdue_5": N_("Fifth overdue letters"),
    "overdue_6": N_("Sixth overdue letters"),
    "invoice": N_("Invoices"),
    "lost": N_("Loans declared lost"),
    "student_system_block": N_("Tasks: block in the student system"),
    "letter_to_unit": N_("Tasks: letter to the unit"),
    "hold_expired": N_("Holds that were not collected"),
    "membership_decision_overdue": N_("Tasks: application not decided in time"),
    "replacement_overdue": N_("Tasks: replacement not supplied in time"),
    "cancel_membership": N_("Tasks: membership to be cancelled"),
    "history_forgotten": N_("Members whose past loans were forgotten"),
}
NAMES = {
    "loans": N_("Letters and steps of loans"),
    "holds": N_("Holds that nobody collects"),
    "applications": N_("Deadlines of applications"),
    "replacements": N_("Deadlines of replacements"),
    "memberships": N_("Unpaid fines of retired members"),
    "history": N_("Forgetting of returned loans"),
    "heads": N_("Record of the audit's last entries"),
}


@click.group()
def jobs() -> None:
    """Do what time brings: letters, deadlines, holds that expire."""


@jobs.command()
@config_option
@click.option(
    "--until", "when",
    help="Up to this moment by the library's clock, as 2026-03-02T10:00; else until now; later only to try it.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def run(config_path: Path | None, when: str | None, dry_run: bool) -> None:
    """Do everything that is due, in order and once; what was missed is made up."""
    opened = library(configuration(config_path))
    try:
        until = _moment(opened, when) if when else datetime.now(UTC)
        if dry_run:
            _show(_("Would be done"), foresee(opened, until))
            return
        if until > datetime.now(UTC):
            raise click.UsageError(_("What is still to come can only be foretold: add --dry-run."))
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(_("Steps"), total=None)

            def show(_moment: datetime, steps: int) -> None:
                progress.update(bar, completed=steps)

            done = _run(opened, until, show)
        if done is None:
            click.echo(_("Another process is doing the jobs just now: nothing to do here."))
        else:
            _show(_("What was done"), done)
    finally:
        opened.close()


@jobs.command("list")
@config_option
def list_jobs(config_path: Path | None) -> None:
    """Every kind of job and when it will next have something to do."""
    opened = library(configuration(config_path))
    try:
        shown = table(_("Jobs"), _("Job"), _("Next"))
        for job, moment in first_moments(opened):
            shown.add_row(_(NAMES[job.name]), words.moment(moment) if moment else "–")
        printed(shown)
        held = holder_until(opened)
        if held is not None and held > datetime.now(UTC):
            click.echo(_("A process is doing the jobs just now."))
        elif next_moment(opened) is None:
            click.echo(_("Nothing is to come."))
    finally:
        opened.close()


def _run(opened: Library, until: datetime, show: Callable[[datetime, int], None]) -> Counter[str] | None:
    try:
        with turn(opened, lambda: datetime.now(UTC)) as keep:

            def progress(moment: datetime, steps: int) -> None:
                keep()
                show(moment, steps)

            return run_due(opened, until, AT, progress)
    except NotOurTurn:
        return None


def _moment(opened: Library, written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=opened.calendars.zone).astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise click.UsageError(_("write a moment like 2026-03-02T10:00")) from fault


def _show(title: str, done: Counter[str]) -> None:
    if not done:
        click.echo(_("Nothing was due."))
        return
    shown = table(title, _("What"), _("How often"))
    for slug, count in sorted(done.items()):
        shown.add_row(_(DONE.get(slug, slug)), str(count))
    printed(shown)
