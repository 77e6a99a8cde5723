"""Loan periods of the policy in words."""

from __future__ import annotations

from screens.words import _, ngettext
from store.policy.periods import parse_period


def period_words(text: str) -> str:
    """A period of the policy file in the language spoken now: `15 days`, `1 year`, `until closing`."""
    period = parse_period(text)
    count, days = period.count, period.rough_hours // 24
    if period.unit == "hour" and days > 1 and not count % 24:
        return ngettext("{n} day", "{n} days", days)
    if period.unit == "month" and count % 12 == 0:
        return ngettext("{n} year", "{n} years", count // 12)
    return {
        "hour": ngettext("{n} hour", "{n} hours", count),
        "day": ngettext("{n} day", "{n} days", count),
        "month": ngettext("{n} month", "{n} months", count),
        "term": ngettext("{n} term", "{n} terms", count),
        "closing": _("until closing"),
        "staff": _("as staff enter"),
    }[period.unit]
