"""Reasons that concern the member rather than the item: membership, card, conditions, suspensions, blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from store.policy.calendar import Calendar
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.policy.services import Service
from store.policy.verdict import Number, Reason, Refused

_IMPOSSIBLE = ("already_yours", "due_moment_unfit")
"Whoever waits for a title can't wait for it twice; nothing is due before it is lent."


def membership_reasons(policy: Policy, member: MemberFacts) -> Iterator[Reason]:
    """Only a membership in force borrows, renews and holds (ITU-MEM-6, ITU-M4; METU-M3-1)."""
    if member.status == "pending":
        yield Reason("membership_pending", policy.membership.pending_clause, "wait_for_approval")
    elif member.status != "active":
        # A rejected applicant is no member either.
        yield Reason("membership_cancelled", policy.membership.cancelled_clause, "apply_again")


def card_reasons(policy: Policy, member: MemberFacts, channel: str) -> Iterator[Reason]:
    """A card reported lost opens nothing; the desk may lend on a document (ITU-A4a, METU-2-a.lost-card)."""
    on_document = policy.lost_card_with_document and channel == "desk" and member.card_document
    if member.card != "ok" and not on_document:
        yield Reason("card_blocked", policy.card_lost_clause, "ask_desk")


def condition_reasons(policy: Policy, member: MemberFacts, calendar: Calendar, today: date) -> Iterator[Reason]:
    """What some categories must show at each checkout, not at renewal (METU AMB-11)."""
    category = policy.category(member.category)
    if category.needs is None:
        return
    if category.needs == "exchange_list":
        term = calendar.running_list_term(today)
        if term is None or term.name not in member.exchange_terms:
            listed: dict[str, Number] = {"term": term.name} if term else {}
            yield Reason("not_on_exchange_list", category.needs_clause, "ask_desk", listed)
        return
    good_through = form_good_through(policy, member.protocol_form) if member.protocol_form else None
    if good_through is None or good_through < today:
        numbers: dict[str, Number] = {"until": good_through} if good_through else {}
        yield Reason("protocol_form_expired", category.needs_clause, "renew_form", numbers)


def against(policy: Policy, member: MemberFacts, calendar: Calendar, channel: str, now: datetime) -> tuple[Reason, ...]:
    """What refuses the member a checkout whatever the item is (keys aside)."""
    today = calendar.local(now).date()
    return (
        *membership_reasons(policy, member),
        *card_reasons(policy, member, channel),
        *condition_reasons(policy, member, calendar, today),
        *block_reasons(policy, member, "checkout", now),
    )


def form_good_through(policy: Policy, dated: date) -> date | None:
    """The last day of a protocol form: the first renewal date after its own (METU-1-C-e.form-renewal, AMB-10)."""
    days = [
        date(year, int(text[:2]), int(text[3:]))
        for year in (dated.year, dated.year + 1)
        for text in policy.membership.form_renewals
    ]
    return min((day for day in days if day > dated), default=None)


def block_reasons(policy: Policy, member: MemberFacts, service: Service, now: datetime) -> Iterator[Reason]:
    """Suspensions, overdue items, unsettled losses and unpaid late fines, for one service."""
    yield from _suspension(policy, member, service, now)
    blocks = policy.blocks
    if service in blocks.overdue:
        late = [loan for loan in member.loans if loan.due < now]
        overdue = [loan for loan in late if not loan.lost and policy.kind(loan.item_type).blocks]
        if overdue:
            titles = "; ".join(loan.title for loan in overdue if loan.title)
            oldest = min(loan.due for loan in overdue)
            yield Reason(
                "overdue_items",
                blocks.overdue[service],
                "return_overdue",
                {"count": len(overdue), "titles": titles, "since": oldest},
            )
    if service in blocks.lost:
        # A loss blocks from its due date on, as an item that is not back, until its charge is paid (METU AMB-47).
        lost = [loan for loan in member.loans if loan.lost and loan.due < now]
        if lost or member.charges_of_lost:
            titles = "; ".join(loan.title for loan in lost if loan.title)
            count = max(1, len(lost))
            yield Reason(
                "lost_item_unsettled", blocks.lost[service], "settle_at_desk", {"count": count, "titles": titles}
            )
    # "Above the limit": exactly the limit is not above it (ITU AMB-002).
    if service in blocks.fines and member.balance > blocks.fines_above:
        yield Reason(
            "fines_over_limit",
            blocks.fines[service],
            "pay_at_desk",
            {"balance": member.balance, "limit": blocks.fines_above},
        )


def _suspension(policy: Policy, member: MemberFacts, service: Service, now: datetime) -> Iterator[Reason]:
    barring = []
    for suspension in member.suspensions:
        kind = policy.suspension_of.get(suspension.kind)
        if kind is not None and service in kind.bars and suspension.starts <= now < suspension.ends:
            barring.append((suspension.ends, suspension.clause or kind.clause))
    if barring:
        # Ends are not added up: the latest counts, also between kinds (ITU AMB-081, R15).
        ends, clause = max(barring)
        yield Reason("suspended", clause, "wait_until", {"until": ends}, possible_from=ends)


def stands(policy: Policy, slug: str) -> bool:
    """Whether nobody may set a refusal aside: so says the policy, or there is nothing that could be allowed."""
    return slug in policy.not_overridable or slug in _IMPOSSIBLE


def overridden(policy: Policy, reasons: list[Reason], override: bool) -> tuple[str, ...] | Refused:
    """What a supervisor's written reason sets aside, or the refusal that stands (ITU AMB-018, METU 2.5)."""
    slugs = tuple(reason.slug for reason in reasons)
    if reasons and (not override or any(stands(policy, slug) for slug in slugs)):
        return Refused(tuple(reasons))
    return slugs
