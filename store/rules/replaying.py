"""Replays the loans of a library under two policies: what would have come out otherwise. Changes nothing.

Each member's past is gone through in order of time. At every checkout, and at every refusal that the audit remembers,
both policies decide with the loans that were out then, the fines that each would have made, and what was really paid.
Holds of others and suspensions entered by staff are not replayed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from store import rows
from store.library import Library
from store.policy import due, fines, lending, notices
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, LoanFacts, MemberFacts, RunningLoan
from store.policy.model import Policies
from store.policy.verdict import LoanTerms
from store.states import LoanState

_audit = rows.audit_entry


@dataclass(slots=True)
class Side:
    """What one of the policies would have brought."""

    lent: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    "Refusals by their first reason."
    fines: int = 0
    "Kuruş."
    letters: int = 0


@dataclass(slots=True)
class Replayed:
    """What came of the replay: each side, and in how many cases they differ."""

    loans: int = 0
    refusals: int = 0
    "Refusals that the audit remembers, decided again."
    old: Side = field(default_factory=Side)
    new: Side = field(default_factory=Side)
    newly_refused: int = 0
    newly_lent: int = 0
    due_earlier: int = 0
    due_later: int = 0
    other_fines: int = 0
    other_letters: int = 0


class _Person(Struct, frozen=True):
    """What the rules ask about a member that does not change from loan to loan."""

    category: str
    manages: frozenset[str]
    exchange_terms: frozenset[str]
    protocol_form: date | None
    credits: tuple[tuple[datetime, int], ...]


class _Try(Struct, frozen=True):
    """A checkout of the past, lent or refused."""

    at: datetime
    copy: CopyFacts
    category: str
    asked: Asked
    loan: Row[*tuple[Any, ...]] | None


class _Outcome(Struct, frozen=True):
    """A try under one policy; without a due date it is refused."""

    reason: str | None
    due: datetime | None = None
    fine: int = 0
    letters: int = 0


@dataclass(slots=True)
class _Course:
    """A member's past under one policy, as far as it has been gone through."""

    policies: Policies
    out: list[tuple[LoanFacts, datetime]] = field(default_factory=list)
    "Loans, each with the moment at which it really ended."
    fines: list[tuple[datetime, int]] = field(default_factory=list)


def replay(
    library: Library,
    old: Policies,
    new: Policies,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Replayed:
    """Go through every member's past until `now`; `progress` hears how many members of how many are done.

    What `progress` raises ends it.
    """
    result = Replayed()
    with library.database.read.begin() as connection:
        library.keep_up(connection)
        members = connection.execute(select(rows.member.c.id).order_by(rows.member.c.id)).scalars().all()
        for number, member_id in enumerate(members, start=1):
            person, courses = _person(connection, member_id), (_Course(old), _Course(new))
            for attempt in _tries(connection, member_id, person.category):
                calendar = library.calendars.of(connection, attempt.copy.branch)
                one, other = (_outcome(course, calendar, person, attempt, now) for course in courses)
                _count(result, attempt, one, other)
            progress(number, len(members))
    return result


def _person(connection: Connection, member_id: int) -> _Person:
    entry, form = rows.ledger_entry, rows.protocol_form
    paid = connection.execute(
        select(entry.c.at, -entry.c.amount).where(entry.c.member_id == member_id, entry.c.amount < 0)
    )
    managed = select(rows.project_manager.c.project).where(rows.project_manager.c.member_id == member_id)
    listed = select(rows.exchange_listing.c.term).where(rows.exchange_listing.c.member_id == member_id)
    return _Person(
        category=connection.execute(select(rows.member.c.category).where(rows.member.c.id == member_id)).scalar_one(),
        manages=frozenset(connection.execute(managed).scalars()),
        exchange_terms=frozenset(connection.execute(listed).scalars()),
        protocol_form=connection.execute(select(func.max(form.c.dated)).where(form.c.member_id == member_id)).scalar(),
        credits=tuple((row[0], int(row[1])) for row in paid),
    )


def _tries(connection: Connection, member_id: int, category: str) -> Sequence[_Try]:
    """The member's loans, and the refused checkouts of copies that still exist, in order of time."""
    loan, copy = rows.loan, rows.copy
    own = (copy.c.course, copy.c.project, copy.c.period, copy.c.loanable)
    lent = connection.execute(
        select(loan, *own)
        .join(copy, copy.c.id == loan.c.copy_id)
        .where(loan.c.member_id == member_id, loan.c.state != LoanState.UNDONE)
    )
    refused = connection.execute(
        select(_audit.c.at, _audit.c.channel, copy.c.item_type, copy.c.branch, *own)
        .join(copy, copy.c.barcode == _audit.c.barcode)
        .join(rows.pseudonym, rows.pseudonym.c.code == _audit.c.who)
        .where(rows.pseudonym.c.member_id == member_id, _audit.c.act == "checkout", _audit.c.outcome == "refused")
    )
    tries = [_Try(row.lent_at, _copy(row), row.category, Asked("desk", row.loan_type, row.due_at), row) for row in lent]
    tries += [_Try(row.at, _copy(row), category, Asked(row.channel), None) for row in refused]
    return sorted(tries, key=lambda each: each.at)


def _copy(row: Row[*tuple[Any, ...]]) -> CopyFacts:
    return CopyFacts(
        item_type=row.item_type, branch=row.branch, loanable=bool(row.loanable), course=row.course,
        project=row.project, period=row.period,
    )  # fmt: skip


def _outcome(course: _Course, calendar: Calendar, person: _Person, attempt: _Try, now: datetime) -> _Outcome:
    policy = course.policies.at(attempt.at)
    verdict = lending.decide(
        policy, calendar, _member(course, person, attempt), attempt.copy, attempt.asked, attempt.at
    )
    if not isinstance(verdict, LoanTerms):
        return _Outcome(verdict.reasons[0].slug)
    row = attempt.loan
    if row is None:
        return _Outcome(None, verdict.due)
    until = _last_due(course.policies, calendar, attempt, verdict, row.renewals)
    ended = row.fine_ended_at or row.closed_at or now
    running = RunningLoan(
        item_type=row.item_type, loan_type=row.loan_type, branch=row.branch, lent_at=row.lent_at,
        period_start=row.lent_at, due=until, hourly=verdict.hourly, policy_version=policy.version,
        recalled=row.recalled_at is not None, period=attempt.copy.period, category=row.category,
    )  # fmt: skip
    over = row.fine_ended_at is not None and ended > until
    fine = fines.reckon(course.policies, calendar, running, ended).amount if over else 0
    letters = sum(each.at < ended for each in notices.plan(policy, calendar, running, row.lent_at))
    course.out.append((LoanFacts(row.id, row.item_type, row.loan_type, until), row.closed_at or now))
    course.fines.append((ended, fine))
    return _Outcome(None, until, fine, letters)


def _member(course: _Course, person: _Person, attempt: _Try) -> MemberFacts:
    """The member at the moment of the try, under the course's policy."""
    owed = sum(amount for at, amount in course.fines if at <= attempt.at)
    paid = sum(amount for at, amount in person.credits if at <= attempt.at)
    taught = {attempt.copy.course} if attempt.asked.loan_type == "term" and attempt.copy.course else ()
    return MemberFacts(
        category=attempt.category,
        balance=max(0, owed - paid),
        loans=tuple(loan for loan, ended in course.out if ended > attempt.at),
        teaches=frozenset(taught),
        manages=person.manages,
        exchange_terms=person.exchange_terms,
        protocol_form=person.protocol_form,
    )


def _last_due(policies: Policies, calendar: Calendar, attempt: _Try, terms: LoanTerms, renewals: int) -> datetime:
    """The due date after as many of the real renewals as this policy allows."""
    policy, until = policies.at(attempt.at), terms.due
    rule = policy.rules.find(attempt.category, attempt.copy.item_type, attempt.asked.loan_type)
    for _each in range(min(renewals, terms.renewals_allowed) if rule is not None else 0):
        assert rule is not None
        until = due.next_due(policy, calendar, rule.period, until) or until
    return until


def _count(result: Replayed, attempt: _Try, one: _Outcome, other: _Outcome) -> None:
    result.loans += attempt.loan is not None
    result.refusals += attempt.loan is None
    for side, outcome in ((result.old, one), (result.new, other)):
        side.lent += outcome.due is not None
        if outcome.reason is not None:
            side.refused[outcome.reason] += 1
        side.fines += outcome.fine
        side.letters += outcome.letters
    if one.due is None or other.due is None:
        result.newly_refused += other.due is None and one.due is not None
        result.newly_lent += one.due is None and other.due is not None
        return
    result.due_earlier += other.due < one.due
    result.due_later += other.due > one.due
    result.other_fines += one.fine != other.fine
    result.other_letters += one.letters != other.letters
