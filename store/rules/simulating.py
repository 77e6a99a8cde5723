"""The simulator: one loan lived through on a library of its own, with the rules and the calendar of the real one.

The use cases and jobs of the store do everything that happens; what is to come is what they would decide. The real
library is read once, for its rules and its calendar, and never written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, select

from store import rows
from store.act import At
from store.circulation import checkouts, foretelling, holds, losses, recalls, renewalplans, renewals, returns
from store.circulation.loans import open_loan
from store.library import Library
from store.money import ledger
from store.policy import returning
from store.policy.explaining import letter_clause
from store.policy.verdict import Pending, Reason, Refused, ReturnTerms
from store.results.circulation import NotLent
from store.results.returns import NotReturned
from store.results.simulation import Case, Event, Standing, Timeline
from store.scenarios import world
from store.scenarios.fresh import libraries_like
from store.scenarios.passing import Passing
from store.scenarios.playing import Fresh
from store.scenarios.reading import Scenario

_AT = At("simulator")
_COURSE, _PROJECT = "SIM101", "SIM"
_DAY = timedelta(days=1)
ACTS = ("renew", "return", "report_lost", "recall", "hold")
"What can be done in it; `hold` is another member's."


class Simulation:
    """One case at a time. Close it: it keeps a file meanwhile."""

    def __init__(self, library: Library, now: datetime) -> None:
        """Copy the rules and the calendar as they are now."""
        self._stack = ExitStack()
        self._fresh: Fresh = self._stack.enter_context(libraries_like(library, now))
        self._library: Library | None = None
        self._case: Case | None = None
        self._now = now
        self._told: list[Event] = []
        self._living = ExitStack()
        self._one_at_a_time = Lock()

    def close(self) -> None:
        """Drop the library of its own, once nothing is done in it any more."""
        with self._one_at_a_time:
            self._living.close()
            self._stack.close()

    def together(self, doing: Callable[[Simulation], Timeline]) -> Timeline:
        """Do something while no other thread does."""
        with self._one_at_a_time:
            return doing(self)

    def begin(self, case: Case) -> Timeline:
        """Begin a case: the loan is made, or refused with every reason."""
        self._living.close()
        self._library = self._living.enter_context(self._fresh())
        self._case, self._now = case, case.at
        self._told.clear()
        self._world = world.build(self._library, _scenario(self._library, case), case.at - _DAY)
        self._passing = Passing(self._library, _AT)
        at = replace(_AT, channel=case.channel, loan_type=case.loan_type, card_document=case.channel == "desk")
        answer = checkouts.checkout(self._library, self._borrower, self._barcode, case.at, at)
        if isinstance(answer, NotLent | Refused):
            self._refused("checkout", answer.reasons)
        else:
            policy = self._library.policies.at(case.at)
            rule = policy.rules.find(case.category, case.item_type, case.loan_type)
            self._tell("lent", rule.clause if rule else None, due=answer.due, renewals=answer.renewals_allowed)
        self._passing.send(case.at)
        return self.timeline()

    def step(self, how: str) -> Timeline:
        """Let an hour or a day pass, or the time until the next event; every job does its work at its moment."""
        if how == "event":
            until = min((event.at for event in self.timeline().ahead if event.at > self._now), default=self._now + _DAY)
        else:
            until = self._now + (_DAY if how == "day" else timedelta(hours=1))
        self._now = until.astimezone(UTC)
        self._passing.until(self._now)
        return self.timeline()

    def act(self, name: str) -> Timeline:
        """Do one of `ACTS` at the simulated moment; a refusal stands in the timeline with every reason."""
        doing: dict[str, Callable[[], None]] = {
            "renew": self._renew, "return": self._return, "report_lost": self._report_lost,
            "recall": self._recall, "hold": self._hold,
        }  # fmt: skip
        doing[name]()
        self._passing.send(self._now)
        return self.timeline()

    def timeline(self) -> Timeline:
        """What happened, what is to come, and how things stand."""
        library = self._opened
        assert self._case is not None
        with library.database.read.begin() as connection:
            library.keep_up(connection)
            written = list(self._written(connection))
            ahead = foretelling.ahead(library, connection, self._barcode, self._borrower, self._now)
            standing = self._standing(connection)
        past = sorted((*self._told, *written), key=lambda event: event.at)
        version = library.policies.at(self._now).version
        return Timeline(self._case, self._now, version, tuple(past), ahead, standing)

    # The acts -------------------------------------------------------------------------------------------------------

    def _renew(self) -> None:
        assert self._case is not None
        at = replace(_AT, channel=self._case.channel)
        answer = renewals.renew(self._opened, self._borrower, self._barcode, self._now, at)
        if isinstance(answer, Refused):
            self._refused("renew", answer.reasons)
        elif isinstance(answer, Pending):
            self._tell("asked", answer.clause)
        else:
            self._tell("renewed", self._period_clause(), due=answer.due, renewals=answer.renewals)

    def _return(self) -> None:
        answer = returns.checkin(self._opened, self._barcode, self._now, _AT)
        if isinstance(answer, NotReturned | Refused):
            self._refused("return", answer.reasons)
        else:
            self._tell("returned", None, late=int(answer.late), goes_to=answer.goes_to)

    def _report_lost(self) -> None:
        answer = losses.report_lost(
            self._opened, self._borrower, self._barcode, self._now, replace(_AT, channel="desk")
        )
        if isinstance(answer, Refused):
            self._refused("report_lost", answer.reasons)
        else:
            loss = self._opened.policies.at(self._now).loss
            until = {} if answer.deadline is None else {"until": answer.deadline}
            self._tell("lost", loss.in_print_clause, **until)

    def _recall(self) -> None:
        answer = recalls.recall(self._opened, self._barcode, self._now, replace(_AT, channel="desk"))
        if isinstance(answer, Refused):
            self._refused("recall", answer.reasons)
        else:
            self._tell("recalled", self._opened.policies.at(self._now).recall.clause, due=answer.due)

    def _hold(self) -> None:
        answer = holds.place(self._opened, self._world.members["other"], self._world.titles["item"], self._now, _AT)
        if isinstance(answer, Refused):
            self._refused("hold", answer.reasons)
        else:
            self._tell("held", self._opened.policies.at(self._now).holds.limit_clause, position=answer.position)

    # What is told ---------------------------------------------------------------------------------------------------

    @property
    def _opened(self) -> Library:
        assert self._library is not None, "no case has begun"
        return self._library

    @property
    def _borrower(self) -> int:
        return self._world.members["borrower"]

    @property
    def _barcode(self) -> str:
        return self._world.items["item"]

    def _tell(self, kind: str, clause: str | None, **numbers: int | str | datetime) -> None:
        self._told.append(Event(self._now, kind, clause, numbers=numbers))

    def _refused(self, act: str, reasons: tuple[Reason, ...]) -> None:
        self._told += [Event(self._now, "refused", reason.clause, act, reason=reason) for reason in reasons]

    def _period_clause(self) -> str | None:
        assert self._case is not None
        case = self._case
        rule = self._opened.policies.at(self._now).rules.find(case.category, case.item_type, case.loan_type)
        return rule.clause if rule else None

    def _written(self, connection: Connection) -> Iterator[Event]:
        """What the store has written: letters, tasks, money, suspensions, the declaration of loss."""
        notice, task, entry = rows.notice, rows.task, rows.ledger_entry
        for row in connection.execute(select(notice).order_by(notice.c.id)):
            yield Event(row.at, "letter", self._clause_of(connection, row.kind, row.at), row.kind)
        for row in connection.execute(select(task).order_by(task.c.id)):
            yield Event(row.raised_at, "task", self._clause_of(connection, row.slug, row.raised_at), row.slug)
        for row in connection.execute(select(entry).order_by(entry.c.id)):
            yield Event(row.at, "charge", row.clause, str(row.kind), {"amount": row.amount})
        for row in connection.execute(select(rows.suspension).order_by(rows.suspension.c.id)):
            yield Event(row.starts_at, "suspended", row.clause, row.kind, {"until": row.ends_at})
        for row in connection.execute(select(rows.loss_case).where(rows.loss_case.c.declared)):
            clause = self._opened.policies.at(row.opened_at).loss.declared_clause
            yield Event(row.opened_at, "declared", clause)

    def _clause_of(self, connection: Connection, kind: str, at: datetime) -> str | None:
        loan = self._last_loan(connection)
        read = open_loan(connection, loan_id=loan.id) if loan is not None else None
        policy = self._opened.policies.at(at)
        if read is not None:
            return letter_clause(policy, read.running, kind)
        letter = policy.letter_of.get(kind)
        return letter.clause if letter is not None else None

    def _last_loan(self, connection: Connection) -> Row[*tuple[Any, ...]] | None:
        return connection.execute(select(rows.loan).order_by(rows.loan.c.id.desc()).limit(1)).first()

    def _standing(self, connection: Connection) -> Standing:
        assert self._case is not None
        library, now = self._opened, self._now
        suspension = rows.suspension
        until = connection.execute(
            select(func.max(suspension.c.ends_at)).where(
                suspension.c.member_id == self._borrower, suspension.c.ends_at > now
            )
        ).scalar()
        state = str(connection.execute(select(rows.copy.c.state)).scalar_one())
        standing = Standing(state, ledger.balance(connection, self._borrower), until)
        at = replace(_AT, channel=self._case.channel)
        planned = renewalplans.renewal_plan(library, self._borrower, now, at)
        loan = open_loan(connection, copy_id=self._world.copies["item"])
        if not planned or loan is None:
            return standing
        plan, running = planned[0], loan.running
        calendar = library.calendars.of(connection, running.branch)
        terms = returning.assess(library.policies, calendar, running, now)
        if isinstance(terms, ReturnTerms):
            standing = replace(
                standing, fine_now=terms.fine.amount, fine_clause=terms.fine.clause if terms.late else None,
                suspended_if_returned=terms.suspended_until,
            )  # fmt: skip
        return replace(
            standing, due=running.due, hourly=running.hourly, renewals=running.renewals,
            renewals_allowed=running.renewals_allowed, opens_at=running.opens_at, new_due=plan.new_due,
            renewal_reasons=plan.reasons, staff_decide=plan.staff_decide,
        )  # fmt: skip


def _scenario(library: Library, case: Case) -> Scenario:
    """A borrower who has whatever the category and the loan need, another member, and one item."""
    policy, zone = library.policies.at(case.at), library.calendars.zone
    day = case.at.astimezone(zone).date()
    with library.database.read.begin() as connection:
        term = library.calendars.of(connection, case.branch).running_list_term(day)
    person: dict[str, Any] = {"category": case.category, "protocol_form": day}
    if policy.category(case.category).needs == "exchange_list" and term is not None:
        person["exchange_list"] = [term.name]
    item: dict[str, Any] = {"type": case.item_type, "branch": case.branch, "language": case.language}
    if case.loan_type == "term":
        person["teaches"], item["course"] = [_COURSE], _COURSE
    elif case.loan_type == "project":
        person["manages"], item["project"] = [_PROJECT], _PROJECT
    members = {"borrower": person, "other": {"category": case.category, "protocol_form": day}}
    return Scenario("simulator", "", (), members, {"item": item}, {}, (), ({"at": case.at.replace(tzinfo=None)},))
