"""Whether a title may be held, which loan a waiting hold burdens, and how long a copy waits to be collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from store.policy.calendar import Calendar
from store.policy.facts import Candidate, MemberFacts, TitleCopy, TitleFacts, WaitingHold
from store.policy.lending import may_borrow, not_entitled, not_for_loan
from store.policy.model import Policy
from store.policy.standing import block_reasons, membership_reasons, overridden
from store.policy.verdict import HoldTerms, Reason, Refused

_GONE = ("lost", "withdrawn")


def decide(
    policy: Policy, member: MemberFacts, title: TitleFacts, now: datetime, *, override: bool = False
) -> HoldTerms | Refused:
    """A hold on a title, or every reason against it. A title has at least one copy."""
    reasons = [*membership_reasons(policy, member), *block_reasons(policy, member, "hold", now)]
    lendable = tuple(copy for copy in title.copies if _may_have(policy, member.category, copy))
    if lendable:
        reasons += _title_reasons(policy, member, title, lendable)
    else:
        reasons.append(_right_reason(policy, member, title))
    set_aside = overridden(policy, reasons, override)
    return set_aside if isinstance(set_aside, Refused) else HoldTerms(set_aside)


def targets(policy: Policy, waiting: Sequence[WaitingHold], loans: Sequence[Candidate]) -> dict[int, int]:
    """Which loan each waiting hold burdens: hold id -> loan id (SCENARIOS 5, rule 3; ITU-D6, METU AMB-41).

    In the order of the queue, each hold takes the loan with the earliest due date that no earlier hold has. Project
    loans, lost copies, kinds that can't be held and copies that the member may not borrow are no targets.
    """
    free = sorted(
        (loan for loan in loans if not loan.lost and loan.loan_type != "project"),
        key=lambda loan: (loan.due, loan.lent_at, loan.barcode),
    )
    chosen: dict[int, int] = {}
    for hold in waiting:
        for loan in free:
            if _can_fill(policy, hold.category, loan.item_type, loan.branch):
                chosen[hold.hold_id] = loan.loan_id
                free.remove(loan)
                break
    return chosen


def first_to_fill(policy: Policy, waiting: Sequence[WaitingHold], copy: TitleCopy) -> int | None:
    """Which waiting hold, in the order of the queue, a copy that came back fills; None: it goes to the shelf."""
    for hold in waiting:
        if _can_fill(policy, hold.category, copy.item_type, copy.branch, copy.loanable):
            return hold.hold_id
    return None


def fillable(policy: Policy, category: str, copies: Sequence[TitleCopy]) -> bool:
    """Whether any copy that is not lost could still fill a hold; if none can, the hold is cancelled (`item_lost`)."""
    return any(
        copy.state not in _GONE and _can_fill(policy, category, copy.item_type, copy.branch, copy.loanable)
        for copy in copies
    )


def pickup_until(policy: Policy, calendar: Calendar, ready_at: datetime) -> datetime:
    """The last second to collect: the day of the letter is not counted (ITU-F6, AMB-066; METU AMB-39)."""
    day = calendar.local(ready_at).date() + timedelta(days=policy.holds.pickup_days)
    return calendar.day_end(calendar.open_on_or_after(day))


def expires_at(policy: Policy, calendar: Calendar, until: datetime) -> datetime:
    """When the job passes on a copy that was not collected; the hold itself ends a second after `until`."""
    return calendar.at(calendar.local(until).date() + timedelta(days=1), policy.times.hold_expiry)


def _can_fill(policy: Policy, category: str, item_type: str, branch: str, loanable: bool = True) -> bool:
    return policy.kind(item_type).holdable and may_borrow(policy, category, item_type, branch, loanable)


def _may_have(policy: Policy, category: str, copy: TitleCopy) -> bool:
    return may_borrow(policy, category, copy.item_type, copy.branch, copy.loanable)


def _right_reason(policy: Policy, member: MemberFacts, title: TitleFacts) -> Reason:
    """`not_for_loan` if every copy stays in the library, else `category_not_entitled`: never both."""
    refused = [not_for_loan(policy, copy.item_type, copy.branch, copy.loanable) for copy in title.copies]
    for copy, reason in zip(title.copies, refused, strict=True):
        if reason is None:
            return not_entitled(policy, member.category, copy.item_type)
    stays = refused[0] if refused else None
    return stays or Reason("item_unavailable", policy.holds.unavailable_clause, "ask_desk")


def _title_reasons(
    policy: Policy, member: MemberFacts, title: TitleFacts, lendable: Sequence[TitleCopy]
) -> Iterator[Reason]:
    most = policy.rules.holds_of.get(member.category)
    holdable = [copy for copy in lendable if policy.kind(copy.item_type).holdable]
    if most == 0 or not holdable:
        clause = policy.hold_clause(policy.holds.not_holdable_clause, member.category)
        yield Reason("not_holdable", clause, "ask_desk")
    on_shelf = next((copy for copy in lendable if copy.state == "on_shelf"), None)
    if on_shelf is not None:
        clause = policy.hold_clause(policy.holds.on_shelf_clause, member.category)
        yield Reason(
            "on_shelf_not_holdable",
            clause,
            "take_from_shelf",
            {"shelf": on_shelf.shelf, **policy.branch_names(on_shelf.branch)},
        )
    elif not any(copy.state in ("on_loan", "hold_shelf") for copy in holdable or lendable):
        yield Reason("item_unavailable", policy.holds.unavailable_clause, "ask_desk")
    if title.mine:
        yield Reason("already_yours", policy.holds.already_yours_clause, "see_account")
    if most and member.active_holds >= most:
        clause = policy.hold_clause(policy.holds.limit_clause, member.category)
        yield Reason("hold_limit_reached", clause, "cancel_a_hold", {"count": member.active_holds, "limit": most})
