"""`kiosk policy explain`: the verdict on a loan, each rule that was asked, and what would follow from the loan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
from msgspec import Struct
from rich.table import Table

from kiosk.commands.common import config_option, configuration, library
from kiosk.commands.policy import read_policies
from kiosk.commands.policy.wording import dated, printed, table
from screens import words
from screens.periods import period_words
from screens.rulebook.sheets import cited, named, stacked
from screens.widgets import refusal
from screens.words import N_, _, ngettext
from store.circulation.explaining import explain_checkout
from store.policy import explaining
from store.policy.calendar import Calendar
from store.policy.explaining import Checkout, LateStep, Letter, Rule
from store.policy.facts import Asked, CopyFacts, MemberFacts, RunningLoan
from store.policy.model import Policies, Policy
from store.policy.periods import FIRST_YEAR, LAST_YEAR
from store.policy.verdict import FineLine, LoanTerms, Refused

_RULES = {
    "membership_pending": N_("The membership is approved"),
    "membership_cancelled": N_("The membership is in force"),
    "card_blocked": N_("The card is not reported lost"),
    "desk_only": N_("May be asked for here"),
    "not_on_exchange_list": N_("On the term's approved list"),
    "protocol_form_expired": N_("The protocol form is good"),
    "suspended": N_("Not suspended"),
    "overdue_items": N_("Nothing overdue"),
    "lost_item_unsettled": N_("No loss unsettled"),
    "fines_over_limit": N_("Unpaid fines within the limit"),
    "not_for_loan": N_("The copy is lent at all"),
    "category_not_entitled": N_("Lent to this category"),
    "electronic_access_available": N_("Not to be read online"),
    "outside_service_days": N_("A day of this service"),
    "item_unavailable": N_("The copy is there"),
    "held_by_other": N_("Not held for another"),
    "shelf_rest": N_("Rested on the shelf after its last renewal"),
    "limit_reached": N_("Room in the limit of all items"),
    "type_limit_reached": N_("Room in the limit"),
    "term_loan_not_entitled": N_("Entitled to a loan for a term"),
    "term_not_configured": N_("The term has its dates"),
}
_STEPS = {
    "student_system_block": N_("Staff are asked to block the student in the student system"),
    "letter_to_unit": N_("Staff are asked to write to the member's unit"),
}


class Case(Struct, frozen=True):
    """A checkout that is explained."""

    policies: Policies
    policy: Policy
    calendar: Calendar
    member: MemberFacts
    copy: CopyFacts
    asked: Asked
    now: datetime
    checkout: Checkout
    title: str = ""


@click.command()
@click.option("--category", help="A patron category of the policy.")
@click.option("--type", "item_type", help="An item type of the policy.")
@click.option("--branch", help="The copy's branch; else the policy's first.")
@click.option("--member", "card", help="A member's card, with --copy: asks the library of kiosk.toml.")
@click.option("--copy", "barcode", help="A copy's barcode.")
@click.option("--at", "when", help="When, by the library's clock, as 2026-03-02T10:00; else now.")
@click.option("--channel", type=click.Choice(["kiosk", "desk"]), default="kiosk", help="Where it is asked for.")
@click.option("--late", type=click.IntRange(0, 400), default=10, help="Account of so many late days or hours.")
@click.option("--policy", "name", help="A shipped policy or a file; else that of kiosk.toml.")
@config_option
def explain(
    category: str | None,
    item_type: str | None,
    branch: str | None,
    card: str | None,
    barcode: str | None,
    when: str | None,
    channel: str,
    late: int,
    name: str | None,
    config_path: Path | None,
) -> None:
    """Explain a loan: --category and --type by the rules alone, or --member and --copy in the library."""
    asked = Asked(channel)
    if card and barcode and not (category or item_type or branch or name):
        case = _in_library(card, barcode, when, asked, config_path)
    elif category and item_type and not (card or barcode):
        case = _by_rules(read_policies(name, config_path), category, item_type, branch, when, asked)
    else:
        raise click.UsageError(_("Give either --category and --type, or --member and --copy."))
    words.use(words.current().language, case.policy.zone)
    _tell(case, late)


def _in_library(card: str, barcode: str, when: str | None, asked: Asked, config_path: Path | None) -> Case:
    opened = library(configuration(config_path))
    try:
        now = _moment(when, opened.policies)
        found = explain_checkout(opened, card, barcode, now, asked)
    finally:
        opened.close()
    return Case(
        opened.policies, found.policy, found.calendar, found.member, found.copy, asked, now, found.checkout, found.title
    )


def _by_rules(
    policies: Policies, category: str, item_type: str, branch: str | None, when: str | None, asked: Asked
) -> Case:
    now = _moment(when, policies)
    policy = policies.at(now)
    branch = branch or policy.branches[0].slug
    for option, given, known in (
        ("--category", category, policy.category_of),
        ("--type", item_type, policy.item_type_of),
        ("--branch", branch, policy.branch_of),
    ):
        if given not in known:
            text = _("the policy knows no {given}; it has {known}")
            raise click.BadParameter(text.format(given=given, known=", ".join(known)), param_hint=option)
    member, copy = MemberFacts(category), CopyFacts(item_type, branch)
    calendar = Calendar(policy.zone)
    checkout = explaining.checkout(policy, calendar, member, copy, asked, now)
    return Case(policies, policy, calendar, member, copy, asked, now, checkout)


def _moment(when: str | None, policies: Policies) -> datetime:
    zone = policies.latest.zone
    if when is None:
        return datetime.now(UTC).astimezone(zone)
    try:
        given = datetime.fromisoformat(when)
        if not FIRST_YEAR <= given.year <= LAST_YEAR:
            raise ValueError(when)
    except ValueError as wrong:
        raise click.BadParameter(_("write a moment like 2026-03-02T10:00"), param_hint="--at") from wrong
    return given if given.tzinfo is not None else given.replace(tzinfo=zone)


def _tell(case: Case, late: int) -> None:
    policy, verdict = case.policy, case.checkout.verdict
    branch = policy.branch_of.get(case.copy.branch)
    place = named(branch.name) if branch is not None else case.copy.branch
    parts = [named(policy.category(case.member.category).name), named(policy.kind(case.copy.item_type).name), place]
    click.echo(" · ".join([case.title, *parts] if case.title else parts))
    click.echo(f"{dated(case.now)} · {policy.version}\n")
    for line in _refused(verdict) if isinstance(verdict, Refused) else _lent(policy, verdict):
        click.echo(line)
    click.echo()
    printed(_rules(policy, case.checkout.rules))
    if isinstance(verdict, Refused):
        return
    loan = explaining.running(policy, case.member, case.copy, case.asked, verdict)
    _tell_late(case, loan, late)
    planned = explaining.letters(policy, case.calendar, loan)
    if planned:
        click.echo()
        printed(_letters(policy, planned))


def _refused(verdict: Refused) -> Iterator[str]:
    yield "✗ " + _("Not lent.")
    for reason in verdict.reasons:
        told = refusal.explain(reason)
        yield f"  {told.title} ({told.clause})."
        yield f"  {told.text} {told.remedy}"
        if reason.possible_from is not None:
            yield "  " + _("From {moment} on.").format(moment=dated(reason.possible_from))


def _lent(policy: Policy, terms: LoanTerms) -> Iterator[str]:
    yield "✓ " + _("Lent until {moment} ({clause}).").format(moment=dated(terms.due), clause=cited(terms.clause))
    if not terms.renewals_allowed:
        yield "  " + _("It can't be renewed.")
        return
    times = ngettext("It can be renewed {n} time.", "It can be renewed {n} times.", terms.renewals_allowed)
    if terms.opens_at is None or not policy.renewals.opens_after_percent:
        yield f"  {times}"
        return
    first = _("The first from {moment} on ({clause}).")
    yield f"  {times} " + first.format(moment=dated(terms.opens_at), clause=cited(policy.renewals.opens_clause))


def _rules(policy: Policy, rules: tuple[Rule, ...]) -> Table:
    shown = table(_("Rules asked, in order"), "", _("Rule"), _("Facts"), _("Clause"))
    for rule in rules:
        shown.add_row("✓" if rule.holds else "✗", _(_RULES[rule.slug]), _facts(policy, rule), stacked(*rule.clauses))
    return shown


def _facts(policy: Policy, rule: Rule) -> str:
    """The member's own numbers."""
    numbers = rule.numbers
    if "balance" in numbers:
        balance, limit = words.money(int(str(numbers["balance"]))), words.money(int(str(numbers["limit"])))
        return _("{balance}; more than {limit} blocks").format(balance=balance, limit=limit)
    if "limit" in numbers:
        used = _("{count} of {limit}").format(count=numbers["count"], limit=numbers["limit"])
        return " ".join([*_group(policy, str(numbers["group"])), used])
    if "count" in numbers:
        return str(numbers["count"])
    until = numbers.get("until")
    if isinstance(until, datetime):
        return _("until {moment}").format(moment=dated(until))
    if isinstance(until, date):
        return _("until {moment}").format(moment=words.current().long_date(until))
    return ngettext("{n} hour", "{n} hours", int(str(numbers["hours"]))) if "hours" in numbers else ""


def _group(policy: Policy, slug: str) -> list[str]:
    names = {group.slug: group.name for group in policy.groups}
    for special, loans in (("term", policy.term_loans), ("project", policy.project_loans)):
        if loans is not None:
            names[special] = loans.name
    return [named(names[slug])] if slug in names else []


def _tell_late(case: Case, loan: RunningLoan, late: int) -> None:
    steps, suspension = explaining.account(case.policies, case.calendar, loan, late)
    click.echo()
    if late and not steps:
        click.echo(_("Lateness costs nothing."))
    if steps:
        printed(_account(steps, hourly=explaining.late_unit(case.policy, loan.item_type) == "hour"))
    if suspension is not None:
        length = period_words(case.policy.suspension_of[suspension.kind].length)
        text = _("With the fine the member is suspended for {period} from the return ({clause}).")
        click.echo(text.format(period=length, clause=suspension.clause))
    if steps and case.calendar.always_open:
        click.echo(_("Reckoned as if the library were open all day, every day."))


def _account(steps: tuple[LateStep, ...], *, hourly: bool) -> Table:
    shown = table(_("If it comes back late"), _("Comes back"), _("Late by"), _("Reckoned"), _("Fine"), _("Clause"))
    for step in steps:
        returned = words.moment(step.at) if hourly else words.date(step.at)
        reckoned = " + ".join(_line(line) for line in step.fine.lines)
        late = str(step.fine.late) if step.open else _("closed")
        clauses = stacked(*(line.clause for line in step.fine.lines)) if step.fine.lines else ""
        shown.add_row(returned, late, reckoned, words.money(step.fine.amount), clauses)
    return shown


def _line(line: FineLine) -> str:
    if line.kind == "forgiven":
        return ngettext("{n} day free", "{n} days free", line.count)
    return f"{line.count} × {words.money(line.rate)}"


def _letters(policy: Policy, planned: tuple[Letter, ...]) -> Table:
    shown = table(_("Letters and steps, if it stays out"), _("When"), _("What"), _("Clause"))
    for each in planned:
        letter = policy.letter_of.get(each.kind)
        what = named(letter.name) if letter is not None else _(_STEPS.get(each.kind, each.kind))
        shown.add_row(dated(each.at), what, cited(each.clause))
    return shown
