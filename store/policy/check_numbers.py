"""Numbers in their range: tariffs, charges, suspensions, membership and PIN rules."""

from __future__ import annotations

from collections.abc import Iterator

from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.places import Place
from store.policy.said import Said

Found = tuple[Place, Said]


def number_faults(policy: Policy) -> Iterator[Found]:
    """Every amount, length or day that can't be meant."""
    yield from _money(policy)
    yield from _people(policy)


def _money(policy: Policy) -> Iterator[Found]:
    for index, tariff in enumerate(policy.tariffs):
        place: Place = ("tariffs", index)
        if tariff.unit == "none" and tariff.first:
            yield (*place, "first"), Said("costs something, but the unit is 'none'")
        if tariff.unit != "none" and not tariff.first:
            yield (*place, "first"), Said('costs nothing: write unit = "none"')
        if tariff.unit != "day" and (tariff.later is not None or tariff.held is not None or tariff.free_days):
            yield place, Said("later, held and free_days are for tariffs by the day")
        if tariff.later is not None and not tariff.first_days:
            yield (*place, "first_days"), Said("must be at least 1 where 'later' is given")
        if tariff.suspends is not None and tariff.suspends in policy.suspension_of:
            length = parse_period(policy.suspension_of[tariff.suspends].length)
            if length.unit not in ("hour", "day"):
                yield (*place, "suspends"), Said("a suspension after a fine is counted in hours or days")
    for index, suspension in enumerate(policy.suspensions):
        if not suspension.bars:
            yield ("suspensions", index, "bars"), Said("bars nothing")
        if suspension.kind == "discipline" and parse_period(suspension.length).unit not in ("day", "month"):
            yield ("suspensions", index, "length"), Said("is counted in days or months")
    for index, charge in enumerate(policy.charges):
        amounts = (charge.foreign_usd_cents, charge.turkish, charge.fixed)
        if all(amount is None for amount in amounts) and charge.price_clause is None:
            yield ("charges", index), Said("says no amount")
        if charge.fixed is not None and (charge.turkish is not None or charge.foreign_usd_cents is not None):
            yield ("charges", index, "fixed"), Said("is for every language: leave out the others")
        if charge.fixed is not None and "fixed_amount" not in policy.loss.remedies:
            yield ("charges", index, "fixed"), Said("is never used: loss.remedies has no fixed_amount")
    if policy.loss.fee and policy.loss.fee_clause is None:
        yield ("loss", "fee_clause"), Said("is missing")
    if not policy.loss.remedies:
        yield ("loss", "remedies"), Said("offers nothing, so no case could ever be settled")


def _people(policy: Policy) -> Iterator[Found]:
    membership = policy.membership
    late = any(category.cancelled_when_late for category in policy.categories)
    if late and not (membership.late_returns and membership.unpaid_days and membership.cancel_clause):
        yield (
            ("membership", "late_returns"),
            Said("late_returns, unpaid_days and cancel_clause are needed: a category says so"),
        )
    for index, text in enumerate(membership.form_renewals):
        if not _day_of_year(text):
            yield (
                ("membership", "form_renewals", index),
                Said("{text!r} is no day of the year: write it like '03-01'", text=text),
            )
    for index, category in enumerate(policy.categories):
        if category.needs == "protocol_form" and not membership.form_renewals:
            yield (
                ("categories", index, "needs"),
                Said("membership.form_renewals says no day on which forms are renewed"),
            )
        if category.needs is not None and category.needs_clause is None:
            yield ("categories", index, "needs_clause"), Said("is missing")
        if category.student and category.unit_letter:
            yield ("categories", index), Said("student and unit_letter exclude each other")
    if membership.decision_days is not None and not 1 <= membership.decision_days <= 60:
        yield ("membership", "decision_days"), Said("must lie between 1 and 60 working days")
    for table, days in (("holds", policy.holds.pickup_days), ("recall", policy.recall.days)):
        if days > 60:
            yield (table, "pickup_days" if table == "holds" else "days"), Said("must lie between 1 and 60 days")
    letters = policy.pins.letters
    if any(letter.isupper() or not letter.isalpha() for letter in letters) or len(set(letters)) != len(letters):
        yield ("pins", "letters"), Said("must be lower-case letters, each once")
    if not 2000 <= policy.effective_from.year <= 2100:
        yield ("effective_from",), Said("must lie between 2000 and 2100")


def _day_of_year(text: str) -> bool:
    month, _, day = text.partition("-")
    # Leap days are no yearly dates.
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (len(month) == len(day) == 2 and month.isdigit() and day.isdigit() and 1 <= int(month) <= 12):
        return False
    return 1 <= int(day) <= lengths[int(month) - 1]
