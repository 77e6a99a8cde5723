"""Letters in order: what comes before and after the due moment, and what ends an unreturned loan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.places import Place
from store.policy.said import Said
from store.policy.services import NoticeLine

KINDS = [
    "membership_approved",
    "membership_rejected",
    "pin_code",
    "pin_changed",
    "checkout_confirmation",
    "courtesy",
    "overdue_1",
    "overdue_2",
    "overdue_3",
    "overdue_4",
    "overdue_5",
    "overdue_6",
    "invoice",
    "hold_available",
    "hold_cancelled",
    "recall",
    "lost",
    "renewal_decided",
]
_PLANNED = ("courtesy", "invoice")


def notice_faults(policy: Policy) -> Iterator[tuple[Place, Said]]:
    """Every fault of `notices`, `letters` and the declaration of loss."""
    notices = policy.notices
    for name, lines in (("daily", notices.daily), ("hourly", notices.hourly)):
        yield from _lines(name, lines)
        for index, line in enumerate(lines):
            if line.kind not in policy.letter_of:
                yield ("notices", name, index, "kind"), Said("{kind!r} stands in no entry of letters", kind=line.kind)
    for index, letter in enumerate(policy.letters):
        if letter.kind not in KINDS:
            yield ("letters", index, "kind"), Said("{kind!r} is not a kind of letter", kind=letter.kind)
    yield from _consequences(policy)


def _lines(name: str, lines: Sequence[NoticeLine]) -> Iterator[tuple[Place, Said]]:
    last, number = 0, 0
    ranges: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        place: Place = ("notices", name, index)
        if line.kind not in _PLANNED and not line.kind.startswith("overdue_"):
            yield (*place, "kind"), Said("{kind!r} has no moment of its own", kind=line.kind)
        if (line.before is None) == (line.after is None):
            yield place, Said("must say either 'before' or 'after'")
            continue
        offset = parse_period(line.before or line.after or "")
        if offset.unit not in ("hour", "day", "month") or (offset.unit == "hour" and name == "daily"):
            yield place, Said("{offset} is no distance for this letter", offset=offset)
        if line.before is not None:
            if offset.unit != "day":
                yield (*place, "before"), Said("must be counted in days")
            if name == "hourly":
                yield (*place, "before"), Said("hourly loans have no day before their due day")
            span = line.for_periods_of or (0, 10**6)
            if span[0] > span[1] or any(span[0] <= high and low <= span[1] for low, high in ranges):
                yield (*place, "for_periods_of"), Said("two courtesy notices would go out for one loan")
            ranges.append(span)
            continue
        hours = offset.rough_hours + (last if line.after_previous else 0)
        if hours <= last:
            yield (*place, "after"), Said("is not later than the letter before it")
        last = max(hours, last)
        if line.kind.startswith("overdue_"):
            number += 1
            if line.kind != f"overdue_{number}":
                yield (
                    (*place, "kind"),
                    Said("should be 'overdue_{number}': the numbers follow the order", number=number),
                )


def _consequences(policy: Policy) -> Iterator[tuple[Place, Said]]:
    notices, loss = policy.notices, policy.loss
    overdue = [line for line in notices.daily if line.kind.startswith("overdue_") and line.after is not None]
    if notices.after_last is not None:
        if not overdue:
            yield ("notices", "after_last"), Said("there is no overdue letter")
        if notices.block_clause is None and any(category.student for category in policy.categories):
            yield ("notices", "block_clause"), Said("is missing: some categories are students")
        if notices.letter_clause is None and any(category.unit_letter for category in policy.categories):
            yield ("notices", "letter_clause"), Said("is missing: some categories have unit_letter")
    if loss.declared_after is None:
        return
    if loss.declared_clause is None:
        yield ("loss", "declared_clause"), Said("is missing")
    months = parse_period(loss.declared_after)
    if months.unit not in ("day", "month"):
        yield ("loss", "declared_after"), Said("must be counted in days or months")
    # The shortest three months have 89 days: counted so, the last reminder must still come first.
    shortest = months.count * 24 if months.unit == "day" else (months.count * 30 - 1) * 24
    if overdue and parse_period(overdue[-1].after or "").rough_hours >= shortest:
        yield ("loss", "declared_after"), Said("is over before the last reminder goes out")
    if loss.declared_after_notices > len(overdue):
        yield ("loss", "declared_after_notices"), Said("only {n} reminders are ever sent", n=len(overdue))
    if "lost" not in policy.letter_of:
        yield ("loss", "declared_after"), Said("letters has no entry 'lost' to tell the member")
