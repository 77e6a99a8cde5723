"""The tables about services: blocks, fines, renewals, holds, letters, loss, membership, PIN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens import words
from screens.periods import period_words
from screens.rulebook.sheets import Sheet, items_named, named, sheet, stacked
from screens.words import N_, _
from store.policy.model import Policy
from store.policy.services import FixedCharge, NoticeLine, Service, Tariff

Fact = tuple[str, str, str | None]
"What, how much, and the clause."

_SERVICES: tuple[Service, ...] = ("checkout", "renewal", "hold")
_NO_END = 3660  # a span of periods that ends beyond ten years is meant to have no end
_REMEDIES = {
    "replacement_copy": N_("a replacement copy"),
    "current_price": N_("its current price"),
    "commission_value": N_("the value that the commission finds"),
    "fixed_amount": N_("a fixed amount"),
    "closed": N_("closed by staff"),
}


def service_tables(policy: Policy) -> Iterator[Sheet]:
    """Every table, in the order of the regulations."""
    yield _blocks(policy)
    yield _fines(policy)
    yield _facts(_("Renewals"), _renewals(policy))
    yield _facts(_("Holds and recall"), _holds(policy))
    yield _letters(policy)
    yield _facts(_("Loss and damage"), _loss(policy))
    if policy.charges:
        yield _facts(
            _("Charges for lost items"), (fact for charge in policy.charges for fact in _charge(policy, charge))
        )
    yield _facts(_("Membership, card and PIN"), _membership(policy))


def _facts(title: str, facts: Iterable[Fact]) -> Sheet:
    shown = sheet(title, _("What"), _("Rule"), _("Clause"))
    for what, rule, clause in facts:
        shown.add(what, rule, stacked(clause))
    return shown


def _blocks(policy: Policy) -> Sheet:
    blocks = policy.blocks
    services = (_("Checkout"), _("Renewal"), _("Hold"))
    shown = sheet(_("What bars whom"), _("Because of"), *services, whole=services)
    above = _("unpaid fines above {amount}").format(amount=words.money(blocks.fines_above))
    if not blocks.fines_above_confirmed:
        above += " " + _("(to be confirmed by the library)")
    for cause, clauses in ((_("an overdue item"), blocks.overdue), (above, blocks.fines), (_("a loss"), blocks.lost)):
        if clauses:
            shown.add(cause, *(clauses.get(service, "–") for service in _SERVICES))
    for suspension in policy.suspensions:
        what = {"reserve": _("a late reserve item"), "discipline": _("a disciplinary penalty")}
        cause = f"{what.get(suspension.kind, suspension.kind)}: {period_words(suspension.length)}"
        shown.add(cause, *(suspension.clause if service in suspension.bars else "–" for service in _SERVICES))
    return shown


def _fines(policy: Policy) -> Sheet:
    shown = sheet(_("Late fines"), _("Items"), _("Fine"), _("Clause"))
    for tariff in policy.tariffs:
        for number, (fine, clause) in enumerate(_tariff(policy, tariff)):
            shown.add(items_named(policy, tariff.items) if number == 0 else "", fine, stacked(clause))
    return shown


def _tariff(policy: Policy, tariff: Tariff) -> Iterator[tuple[str, str | None]]:
    first = words.money(tariff.first)
    if tariff.unit == "none":
        yield _("none"), tariff.clause
    elif tariff.unit == "hour":
        yield _("{amount} for each full hour").format(amount=first), tariff.clause
    elif tariff.later is None:
        yield _("{amount} a day").format(amount=first), tariff.clause
    else:
        yield _("{amount} a day, days 1 to {n}").format(amount=first, n=tariff.first_days), tariff.clause
        later = _("{amount} a day, from day {n} on").format(amount=words.money(tariff.later), n=tariff.first_days + 1)
        yield later, tariff.later_clause or tariff.clause
    if tariff.held is not None:
        held = _("{amount} on a day on which another's hold waited").format(amount=words.money(tariff.held))
        yield held, tariff.held_clause or tariff.clause
    if tariff.free_days:
        yield _("nothing if returned by late day {n}").format(n=tariff.free_days), tariff.free_clause
    if tariff.suspends is not None:
        suspension = policy.suspension_of[tariff.suspends]
        yield _("and {period} suspended").format(period=period_words(suspension.length)), suspension.clause


def _renewals(policy: Policy) -> Iterator[Fact]:
    renewals = policy.renewals
    channels = {
        "kiosk": _("terminal"),
        "desk": _("desk"),
        "web": _("web"),
        "phone": _("telephone"),
        "email": _("e-mail"),
    }
    if renewals.opens_after_percent:
        share = _("after {n} % of the period").format(n=renewals.opens_after_percent)
        yield _("Earliest"), share, renewals.opens_clause
    yield _("Where"), ", ".join(channels[channel] for channel in renewals.channels), renewals.channels_clause
    yield _("Not if"), _("recalled"), renewals.recalled_clause
    yield _("Not if"), _("another's hold waits for it"), renewals.held_clause
    if policy.shelf_rest is not None:
        rest = _("{n} hours on the shelf before the same member").format(n=policy.shelf_rest.hours)
        yield _("After the last one"), rest, policy.shelf_rest.clause


def _holds(policy: Policy) -> Iterator[Fact]:
    holds = policy.holds
    most = str(holds.most) if holds.most is not None else _("as many as all items of the category")
    yield _("Holds at once"), most, holds.limit_clause
    yield _("Kept for"), _days(holds.pickup_days), holds.pickup_clause
    yield _("Not if"), _("a copy is on the shelf"), holds.on_shelf_clause
    never = [kind.slug for kind in policy.item_types if not kind.holdable]
    if never:
        yield _("Never held"), items_named(policy, never), holds.not_holdable_clause
    own = _("also of one's own cancellation") if holds.own_cancel_notice else _("not of one's own cancellation")
    yield _("Letter of the end"), own, holds.cancelled_clause
    yield _("Recall"), _("due {period} after the notice, if that is earlier").format(
        period=_days(policy.recall.days)
    ), policy.recall.clause  # fmt: skip


def _days(count: int) -> str:
    return period_words(f"{count} days")


def _letters(policy: Policy) -> Sheet:
    shown = sheet(_("Letters"), _("Letter"), _("Daily loans"), _("Hourly loans"), _("Clause"))
    notices = policy.notices
    for letter in policy.letters:
        daily = [line for line in notices.daily if line.kind == letter.kind]
        hourly = [line for line in notices.hourly if line.kind == letter.kind]
        clauses = stacked(letter.clause, *(line.clause for line in (*daily, *hourly)))
        shown.add(named(letter.name), "; ".join(map(_moment, daily)), "; ".join(map(_moment, hourly)), clauses)
    if notices.after_last is not None:
        after = _("{period} after the last overdue notice").format(period=period_words(notices.after_last))
        for what, clause in (
            (_("Block in the student system (staff)"), notices.block_clause),
            (_("Letter to the unit (staff)"), notices.letter_clause),
        ):
            if clause is not None:
                shown.add(what, after, after, clause)
    return shown


def _moment(line: NoticeLine) -> str:
    if line.before is not None:
        told = _("{period} before").format(period=period_words(line.before))
    elif line.after_previous:
        told = _("{period} after the one before").format(period=period_words(line.after or ""))
    else:
        told = _("{period} after").format(period=period_words(line.after or ""))
    if line.for_periods_of is None:
        return told
    shortest, longest = line.for_periods_of
    if longest > _NO_END:
        return _("{when} (periods of {n} days or more)").format(when=told, n=shortest)
    return _("{when} (periods of {shortest} to {longest} days)").format(when=told, shortest=shortest, longest=longest)


def _loss(policy: Policy) -> Iterator[Fact]:
    loss = policy.loss
    if loss.fee:
        yield _("Processing fee"), words.money(loss.fee), loss.fee_clause
    if loss.in_print_days is not None:
        yield (
            _("In print"),
            _("replaced within {period}").format(period=_days(loss.in_print_days)),
            loss.in_print_clause,
        )
    if loss.equivalent_days is not None:
        within = _("equivalent within {period} of its naming").format(period=_days(loss.equivalent_days))
        yield _("Out of print"), within, loss.equivalent_clause
    if loss.declared_after is not None:
        declared = _("{period} after the due date, and {n} reminders").format(
            period=period_words(loss.declared_after), n=loss.declared_after_notices
        )
        yield _("Declared lost"), declared, loss.declared_clause
    if loss.letter_on_intent is not None:
        yield _("Intent"), _("written to the member's unit"), loss.letter_on_intent
    for remedy, clause in loss.remedies.items():
        yield _("Settled by"), _(_REMEDIES[remedy]), clause or None


def _charge(policy: Policy, charge: FixedCharge) -> Iterator[Fact]:
    items = items_named(policy, charge.items)
    if charge.foreign_usd_cents is not None:
        yield items, _("foreign: {amount} USD").format(amount=charge.foreign_usd_cents // 100), charge.foreign_clause
    if charge.turkish is not None:
        yield items, _("Turkish: {amount}").format(amount=words.money(charge.turkish)), charge.turkish_clause
    if charge.fixed is not None:
        yield items, words.money(charge.fixed), charge.fixed_clause
    if charge.price_clause is not None:
        yield items, _("current value"), charge.price_clause


def _membership(policy: Policy) -> Iterator[Fact]:
    membership, pins = policy.membership, policy.pins
    if membership.decision_days is not None:
        within = _("within {n} working days").format(n=membership.decision_days)
        yield _("Application decided"), within, membership.decision_clause
    yield _("Before the approval"), _("no services"), membership.pending_clause
    yield _("After the cancellation"), _("no services"), membership.cancelled_clause
    if membership.form_renewals:
        needs = [category.needs_clause for category in policy.categories if category.needs == "protocol_form"]
        yield _("Forms renewed on"), ", ".join(membership.form_renewals), needs[0] if needs else None
    yield _("Card"), _("only one's own"), policy.identity_clause
    lost = _("desk only, on a document") if policy.lost_card_with_document else _("opens nothing")
    yield _("Lost card"), lost, policy.card_lost_clause
    yield _("PIN"), _("at least {n} letters or digits, no capitals").format(n=pins.length), stacked(
        pins.too_short, pins.bad_character, pins.uppercase
    )  # fmt: skip
    if pins.mailed_code:
        yield _("First or forgotten PIN"), _("with a mailed code"), None
    where = _("anywhere") if policy.returns_at == "anywhere" else _("at the library that lent it")
    yield _("Returns"), where, policy.returns_clause
    if policy.clearance.items_clause or policy.clearance.fines_clause:
        yield _("Leaving"), _("nothing on loan, nothing unpaid"), stacked(
            policy.clearance.items_clause, policy.clearance.fines_clause
        )  # fmt: skip
