"""What staff change about a copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from store import rows
from store.act import At
from store.policy import lending
from store.policy.model import Policy
from store.policy.periods import parse_period
from store.transaction import Transaction, use_case


class UnfitPeriod(ValueError):
    """The period is none, or longer than the rules' own for some category: staff may only shorten (ITU-C16)."""


@use_case
def set_period(tx: Transaction, barcode: str, period: str | None, now: datetime, at: At) -> None:
    """Shorten a copy's loan period from the next loan or renewal on; None: the rules' own again. Raises UnfitPeriod."""
    copy, policy = rows.copy, tx.library.policies.at(now)
    item_type = (
        tx.session.connection()
        .execute(select(copy.c.item_type).where(copy.c.barcode == barcode).with_for_update())
        .scalar_one_or_none()
    )
    if item_type is None:
        raise UnfitPeriod(f"no copy has the barcode {barcode}")
    if period is not None:
        _check(policy, item_type, period)
    tx.session.connection().execute(update(copy).where(copy.c.barcode == barcode).values(period=period))
    tx.record("set_period", "done", now, at, barcode=barcode, detail={"period": period})


def _check(policy: Policy, item_type: str, written: str) -> None:
    """Shorter than every category's own period, unless the library sets the kind's periods as it likes (ITU-I3)."""
    try:
        special = parse_period(written)
    except ValueError as fault:
        raise UnfitPeriod(str(fault)) from fault
    if policy.kind(item_type).own_periods is not None:
        return
    for (_category, kind), rule in policy.rules.standard.items():
        hours_of_a_day = rule.period.unit == "closing" and special.unit == "hour"
        if kind == item_type and not (hours_of_a_day or lending.shortens(rule.period, special)):
            raise UnfitPeriod(f"{written} is not shorter than the {rule.period} of the rules")
