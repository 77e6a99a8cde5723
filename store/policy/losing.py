"""What loss and damage bring, and what settles them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.fines import reckon
from store.policy.model import Policies, Policy
from store.policy.verdict import Charge, Fine, LossTerms, Reason, Refused


def report(
    policies: Policies,
    calendar: Calendar,
    loan: RunningLoan,
    now: datetime,
    *,
    in_print: bool | None,
    kind: Literal["lost", "declared", "damaged"] = "lost",
) -> LossTerms:
    """A loss that the member reports or the library declares, or damage found after the return (ITU R17, METU-2-h)."""
    loss = policies.at(now).loss
    fine: Fine | None = None
    if kind != "damaged":
        # The day of a report counts, the day of a declaration does not (METU AMB-59).
        fine = reckon(policies, calendar, loan, now, last_day_counts=kind == "lost")
        if loan.fine_ended:
            # Assessed with the invoice already: it no longer grows (ITU R8).
            fine = Fine(0, fine.unit, fine.late, fine.closed, (), fine.clause)
    deadline, deadline_clause = None, None
    # Out of print: the time runs from the day on which the equivalent is named (ITU AMB-090).
    if loss.in_print_days is not None and in_print is not False:
        deadline, deadline_clause = _end_of(calendar, now, loss.in_print_days), loss.in_print_clause
    return LossTerms(
        closes_loan=loss.closes_loan and kind != "damaged",
        fine=fine,
        fine_now=loss.fine_at_report,
        fee=loss.fee,
        fee_clause=loss.fee_clause if loss.fee else None,
        deadline=deadline,
        deadline_clause=deadline_clause,
    )


def equivalent_deadline(policy: Policy, calendar: Calendar, named_at: datetime) -> datetime | None:
    """Until when the named equivalent must be supplied (ITU-N3); None if the policy sets no time."""
    days = policy.loss.equivalent_days
    return _end_of(calendar, named_at, days) if days is not None else None


def remedies(policy: Policy, item_type: str, in_print: bool | None) -> tuple[str, ...]:
    """What staff may choose to settle a case, in the text's order; print status unknown: all of it (METU AMB-66)."""
    offered = policy.loss.remedies
    charge = policy.charge_by_item.get(item_type)
    fitting = {"closed"}
    if charge is not None and charge.price_clause is not None:
        fitting.add("current_price")
    elif charge is not None and charge.fixed is not None:
        fitting.add("fixed_amount")
    else:
        if in_print is not False:
            fitting |= {"replacement_copy", "current_price"}
        if in_print is not True:
            # Where the policy names an equivalent for what is out of print, that is the replacement (ITU-N3).
            fitting |= {"commission_value"}
            fitting |= {"replacement_copy"} if policy.loss.equivalent_days is not None else set()
            fitting |= {"fixed_amount"} if charge is not None else set()
    return tuple(remedy for remedy in offered if remedy in fitting)


def settle(
    policy: Policy,
    item_type: str,
    language: str,
    remedy: str,
    *,
    in_print: bool | None = None,
    amount: int | None = None,
    usd_rate: Decimal | None = None,
) -> Charge | Refused:
    """What closing a case costs. `amount` in kuruş, `usd_rate` in lira for one dollar.

    Refusals: `remedy_not_offered`, `amount_missing`, `rate_missing`.
    """
    if remedy not in remedies(policy, item_type, in_print):
        return Refused((Reason("remedy_not_offered", None, "choose_again"),))
    clause = next((clause for offered, clause in policy.loss.remedies.items() if offered == remedy), None) or None
    if remedy in ("current_price", "commission_value"):
        if amount is None or amount < 0:
            return Refused((Reason("amount_missing", None, "fill_in"),))
        charge = policy.charge_by_item.get(item_type)
        price_clause = charge.price_clause if charge is not None and remedy == "current_price" else None
        return Charge(amount, price_clause or clause, False)
    if remedy == "fixed_amount":
        return _fixed(policy, item_type, language, usd_rate)
    return Charge(0, clause, remedy == "replacement_copy")


def in_dollars(policy: Policy, item_type: str, language: str) -> bool:
    """Whether the fixed amount of a kind is set in dollars for a language, so that the rate of the day is asked."""
    charge = policy.charge_by_item.get(item_type)
    return charge is not None and charge.fixed is None and language != "tr" and charge.foreign_usd_cents is not None


def _fixed(policy: Policy, item_type: str, language: str, usd_rate: Decimal | None) -> Charge | Refused:
    """The tariff's own amount: by language, `tr` or foreign (METU AMB-73)."""
    charge = policy.charge_by_item[item_type]
    if charge.fixed is not None:
        return Charge(charge.fixed, charge.fixed_clause, False)
    if language == "tr" and charge.turkish is not None:
        return Charge(charge.turkish, charge.turkish_clause, False)
    if language == "tr" or charge.foreign_usd_cents is None:
        return Refused((Reason("remedy_not_offered", None, "choose_again"),))
    if usd_rate is None or usd_rate <= 0:
        return Refused((Reason("rate_missing", charge.foreign_clause, "fill_in"),))
    # Cents times lira per dollar are kuruş; converted once, half up (METU AMB-67).
    kurus = (charge.foreign_usd_cents * usd_rate).quantize(Decimal(1), ROUND_HALF_UP)
    return Charge(int(kurus), charge.foreign_clause, False)


def _end_of(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The day itself is not counted; a closed last day moves to the next open one (ITU AMB-023)."""
    return calendar.day_end(calendar.open_on_or_after(calendar.local(start).date() + timedelta(days=days)))
