"""What must always hold, whatever members, copies, acts and clocks come together: random lives of small libraries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from store import rows
from store.act import At
from store.catalogue import copies, stock
from store.circulation import checkouts, holds, losses, recalls, renewals, returns, shelf
from store.circulation.facts import member_facts, read_copy
from store.circulation.loans import open_loan
from store.jobs.running import run_due
from store.library import Library
from store.mail.sending import send_due
from store.members import memberfile
from store.money import closings, ledger, payments
from store.policy import lending, renewing
from store.policy.calendar import Calendar
from store.policy.facts import Asked
from store.policy.verdict import LoanTerms, Reason, Refused, RenewalTerms
from store.results.circulation import CheckedOut, NotLent
from store.results.holds import HoldPlaced
from store.results.money import Closing, Credited
from store.results.returns import NotReturned, Renewed, Returned
from store.scenarios import world
from store.scenarios.fresh import fresh_libraries
from store.scenarios.reading import Scenario
from store.states import PayMethod
from store.upkeep.verifying import broken_rules, verify

START = datetime(2026, 2, 16, 9, 0, tzinfo=UTC)
HOUSE_RULES = {
    "item_unavailable", "already_yours", "not_on_loan", "held_by_other", "term_not_configured",
}  # fmt: skip
"Reasons that may come without a clause: the regulations state none."
PEOPLE = {
    "itu": ("faculty", "graduate", "undergraduate", "retired_staff"),
    "metu": ("full_time_academic", "undergraduate", "masters_student", "admin_staff"),
}
THINGS = {
    "itu": ("book", "book", "book", "course_reserve", "audiovisual", "depot"),
    "metu": ("book", "book", "book", "reserve_a", "cd_vcd", "bound_journal"),
}
WEEK = {"sun": "closed", "sat": "10:00-14:00", "mon": "08:30-22:00"}


def _scenario(name: str) -> Scenario:
    """Four members and six copies, two of one title; Sundays closed, a holiday, a term."""
    policy_people = PEOPLE[name]
    return Scenario(
        id="property",
        title="property",
        clauses=(),
        members={f"m{number}": {"category": category} for number, category in enumerate(policy_people)},
        items={
            f"i{number}": {"type": kind, **({"title": "twice"} if number < 2 else {})}
            for number, kind in enumerate(THINGS[name])
        },
        calendar={"hours": WEEK, "closed": [date(2026, 4, 23)], "holidays": [date(2026, 4, 23)]},
        terms=({"name": "spring", "first": date(2026, 2, 10), "last": date(2026, 6, 12)},),
        steps=(),
    )


class Life(RuleBasedStateMachine):
    """A library in which anything may happen next."""

    policy_name = ""

    def __init__(self) -> None:
        """Open an empty library."""
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.library: Library = self.stack.enter_context(_libraries(self.policy_name))
        self.now = START
        self.world = world.build(self.library, _scenario(self.policy_name), START - timedelta(days=1))
        self.excused: set[int] = set()
        self.taken = self.closed = 0

    def teardown(self) -> None:
        """Leave the library whole, its file and its audit, too."""
        assert verify(self.library.database) == ()
        self.stack.close()

    @initialize(hours=st.integers(0, 100))
    def begin(self, hours: int) -> None:
        """No two lives begin at the same hour."""
        self.now += timedelta(hours=hours)

    @rule(step=st.sampled_from([60, 3600, 7200, 86_400, 3 * 86_400, 8 * 86_400, 20 * 86_400, 40 * 86_400]))
    def time_passes(self, step: int) -> None:
        """The jobs run when they please; run again, they have nothing left to do."""
        self.now += timedelta(seconds=step)
        run_due(self.library, self.now, At("jobs"))
        send_due(self.library, lambda _letter: None, self.now, At("jobs"))
        assert not run_due(self.library, self.now, At("jobs"))

    @rule(member=st.integers(0, 3), item=st.integers(0, 5), channel=st.sampled_from(["kiosk", "desk"]))
    def checkout(self, member: int, item: int, channel: str) -> None:
        """The commit does what the preview said."""
        member_id, barcode = self._member(member), self._barcode(item)
        preview = self._preview_checkout(member_id, barcode, channel)
        answer = checkouts.checkout(self.library, member_id, barcode, self.now, At("t", channel=channel))
        if isinstance(answer, CheckedOut):
            assert isinstance(preview, LoanTerms)
            assert answer.due == preview.due
        else:
            assert isinstance(answer, NotLent)
            assert isinstance(preview, Refused)
            assert [reason.slug for reason in answer.reasons] == list(preview.slugs)
            _check_reasons(answer.reasons)

    @rule(member=st.integers(0, 3), item=st.integers(0, 5), channel=st.sampled_from(["kiosk", "desk", "web"]))
    def renew(self, member: int, item: int, channel: str) -> None:
        """The commit does what the preview said."""
        member_id, barcode = self._member(member), self._barcode(item)
        preview = self._preview_renewal(member_id, item, channel)
        answer = renewals.renew(self.library, member_id, barcode, self.now, At("t", channel=channel))
        if isinstance(answer, Refused):
            _check_reasons(answer.reasons)
            assert preview is None or (isinstance(preview, Refused) and answer.slugs == preview.slugs)
        elif isinstance(answer, Renewed):
            assert isinstance(preview, RenewalTerms)
            assert (answer.due, answer.renewals) == (preview.due, preview.renewals)

    @rule(item=st.integers(0, 5))
    def give_back(self, item: int) -> None:
        """A fine is for open time only, and enters the account once."""
        barcode = self._barcode(item)
        with self.library.database.read.connect() as connection:
            loan = open_loan(connection, copy_id=self.world.copies[f"i{item}"])
            owed = ledger.balance(connection, loan.member_id) if loan else 0
            queue = holds.waiting_holds(connection, self.world.titles[f"i{item}"])
        answer = returns.checkin(self.library, barcode, self.now, At("t"))
        if isinstance(answer, NotReturned):
            _check_reasons(answer.reasons)
            return
        assert isinstance(answer, Returned)
        if loan is not None and not loan.running.lost:
            calendar = self._calendar(loan.running.branch)
            assert answer.fine.amount <= _most(calendar, loan.running.due, self.now, answer.fine.unit)
            with self.library.database.read.connect() as connection:
                assert ledger.balance(connection, loan.member_id) == owed + answer.fine.amount
        if answer.goes_to == "hold_shelf":
            self._check_first_was_served(item, [waiting.hold_id for waiting in queue])

    @rule(member=st.integers(0, 3), item=st.integers(0, 5))
    def hold(self, member: int, item: int) -> None:
        """Whoever holds stands at the end of the queue."""
        title_id = self.world.titles[f"i{item}"]
        answer = holds.place(self.library, self._member(member), title_id, self.now, At("t"))
        if isinstance(answer, HoldPlaced):
            with self.library.database.read.connect() as connection:
                assert answer.position == len(holds.waiting_holds(connection, title_id))
        else:
            _check_reasons(answer.reasons)

    @rule(member=st.integers(0, 3), item=st.integers(0, 5))
    def cancel_hold(self, member: int, item: int) -> None:
        """Whatever stood ready passes on."""
        holds.cancel(self.library, self._member(member), self.world.titles[f"i{item}"], self.now, At("t"))

    @rule(member=st.integers(0, 3), item=st.integers(0, 5), act=st.sampled_from(["lend", "renew", "hold"]))
    def allow(self, member: int, item: int, act: str) -> None:
        """A supervisor sets refusals aside: whoever was displaced by it waits on."""
        member_id, barcode = self._member(member), self._barcode(item)
        at = At("desk", channel="desk", override_reason="thesis")
        if act == "lend":
            checkouts.checkout(self.library, member_id, barcode, self.now, at)
        elif act == "renew":
            renewals.renew(self.library, member_id, barcode, self.now, at)
        else:
            holds.place(self.library, member_id, self.world.titles[f"i{item}"], self.now, at)
        self.excused.add(member_id)

    @rule(item=st.integers(0, 5))
    def recall(self, item: int) -> None:
        """A recall only shortens."""
        with self.library.database.read.connect() as connection:
            loan = open_loan(connection, copy_id=self.world.copies[f"i{item}"])
        answer = recalls.recall(self.library, self._barcode(item), self.now, At("desk", channel="desk"))
        if not isinstance(answer, Refused):
            assert loan is not None
            assert answer.due <= loan.running.due

    @rule(member=st.integers(0, 3), item=st.integers(0, 5))
    def lose(self, member: int, item: int) -> None:
        """A loss is reported, and perhaps settled later."""
        at = At("desk", channel="desk")
        losses.report_lost(self.library, self._member(member), self._barcode(item), self.now, at)

    @rule(item=st.integers(0, 5))
    def close_case(self, item: int) -> None:
        """Staff close a case without a charge."""
        losses.settle(self.library, self._barcode(item), "closed", self.now, At("desk", channel="desk"))

    @rule(
        item=st.integers(0, 5),
        move=st.sampled_from([shelf.handle, shelf.handle, copies.to_repair, copies.from_repair, stock.reinstate]),
    )
    def staff_move(self, item: int, move: Callable[[Library, str, datetime, At], object]) -> None:
        """Staff carry, mend, take into the stock again; what does not fit is refused."""
        move(self.library, self._barcode(item), self.now, At("desk", channel="desk"))

    @rule(item=st.integers(0, 5))
    def withdraw(self, item: int) -> None:
        """Who can't be served any more is told."""
        stock.withdraw(self.library, self._barcode(item), "worn", self.now, At("desk", channel="desk"))

    @rule(item=st.integers(0, 5))
    def damage(self, item: int) -> None:
        """Found after the return; settled together with a loss, or by itself."""
        losses.report_damaged(self.library, self._barcode(item), self.now, At("desk", channel="desk"))

    @rule(
        member=st.integers(0, 3),
        amount=st.sampled_from([None, 0, 1, 50, 500]),
        method=st.sampled_from(["cash", "card"]),
    )
    def pay(self, member: int, amount: int | None, method: str) -> None:
        """What is paid is what the balance falls by; more than is owed is not taken."""
        member_id, desk = self._member(member), At("desk", channel="desk")
        before = self._owed(member_id)
        credited = payments.pay(self.library, member_id, amount, self.now, desk, "", PayMethod(method), "slip")
        if isinstance(credited, Refused):
            assert before == 0 or amount == 0 or (amount or 0) > before
            assert self._owed(member_id) == before
        else:
            self.taken += credited.used
            assert self._owed(member_id) == before - credited.used == credited.owed

    @rule(member=st.integers(0, 3), charge=st.integers(0, 9), amount=st.sampled_from([1, 50, 500]), back=st.booleans())
    def let_go(self, member: int, charge: int, amount: int, back: bool) -> None:
        """A charge is corrected or waived at most to nothing; at most what was paid for it is given back."""
        member_id, desk = self._member(member), At("desk", channel="desk")
        before = self._owed(member_id)
        if back:
            given = payments.refund(self.library, member_id, charge, amount, "mistake", self.now, desk)
            self.taken -= given.used if isinstance(given, Credited) else 0
            assert self._owed(member_id) == before and self.taken >= 0
        else:
            gone = payments.waive(self.library, member_id, amount, "mistake", self.now, desk, charge)
            assert self._owed(member_id) == before - (gone.used if isinstance(gone, Credited) else 0)

    @rule(counted=st.sampled_from([0, 50, 10_000]))
    def close_the_day(self, counted: int) -> None:
        """Closings and what is not closed yet are together what was taken: no money is lost."""
        closed = closings.close_day(self.library, counted, "counted", self.now, At("desk", channel="desk"))
        self.closed += closed.cash_expected + closed.card_expected if isinstance(closed, Closing) else 0
        drawer = closings.drawer(self.library, "desk")
        assert self.taken == self.closed + drawer.cash + drawer.card

    @rule(member=st.integers(0, 3), category=st.integers(0, 3))
    def change_category(self, member: int, category: int) -> None:
        """Running loans keep their due dates; limits are the new category's from now on."""
        member_id = self._member(member)
        self.excused.add(member_id)
        to = PEOPLE[self.policy_name][category]
        memberfile.set_category(self.library, member_id, to, self.now, At("desk", channel="desk"))

    @invariant()
    def nobody_is_over_a_limit(self) -> None:
        """Unless staff moved the member to a category with smaller limits, or allowed more."""
        policy = self.library.policies.at(self.now)
        with self.library.database.read.connect() as connection:
            for member_id in set(self.world.members.values()) - self.excused:
                facts = member_facts(connection, policy, member_id, self.now, lock=False)
                assert all(usage.used <= usage.limit for usage in lending.usage(policy, facts))

    @invariant()
    def no_letter_is_written_twice(self) -> None:
        """Each kind once for each loan and due date."""
        notice = rows.notice
        with self.library.database.read.connect() as connection:
            doubled = connection.execute(
                select(notice.c.kind).where(notice.c.once.is_not(None)).group_by(notice.c.once).having(func.count() > 1)
            ).all()
        assert not doubled

    @invariant()
    def the_library_is_whole(self) -> None:
        """The verifier finds nothing."""
        with self.library.database.read.connect() as connection:
            assert list(broken_rules(connection)) == []

    def _member(self, number: int) -> int:
        return self.world.members[f"m{number}"]

    def _barcode(self, number: int) -> str:
        return self.world.items[f"i{number}"]

    def _calendar(self, branch: str) -> Calendar:
        return self.library.calendars._known.get(branch) or self.library.calendars._common  # type: ignore[return-value]

    def _owed(self, member_id: int) -> int:
        with self.library.database.read.connect() as connection:
            return sum(owed.left for owed in ledger.owed_by(connection, member_id))

    def _preview_checkout(self, member_id: int, barcode: str, channel: str) -> LoanTerms | Refused:
        policy = self.library.policies.at(self.now)
        with self.library.database.read.connect() as connection:
            member = member_facts(connection, policy, member_id, self.now, lock=False)
            copy = read_copy(connection, barcode, member_id, self.now, lock=False)
        assert copy is not None
        asked = Asked(channel)
        return lending.decide(policy, self._fresh_calendar(copy.facts.branch), member, copy.facts, asked, self.now)

    def _preview_renewal(self, member_id: int, item: int, channel: str) -> Any:  # noqa: ANN401 - a verdict of any kind
        policies = self.library.policies
        with self.library.database.read.connect() as connection:
            loan = open_loan(connection, copy_id=self.world.copies[f"i{item}"])
            if loan is None or loan.member_id != member_id:
                return None
            member = member_facts(connection, policies.at(self.now), member_id, self.now, lock=False)
        calendar = self._fresh_calendar(loan.running.branch)
        return renewing.decide(policies, calendar, member, loan.running, channel, self.now)

    def _fresh_calendar(self, branch: str) -> Calendar:
        with self.library.database.read.connect() as connection:
            return self.library.calendars.of(connection, branch)

    def _check_first_was_served(self, item: int, queue: list[int]) -> None:
        hold = rows.hold
        with self.library.database.read.connect() as connection:
            ready = connection.execute(
                select(hold.c.id).where(hold.c.copy_id == self.world.copies[f"i{item}"], hold.c.status == "ready")
            ).scalar_one()
        assert ready == queue[0]


def _check_reasons(reasons: tuple[Reason, ...]) -> None:
    for reason in reasons:
        assert reason.clause or reason.slug in HOUSE_RULES, reason
        assert reason.remedy


def _most(calendar: Calendar, due: datetime, returned: datetime, unit: str) -> int:
    """The most that open time can cost, counted day by day and minute by minute: no rate is above five lira."""
    if unit == "day":
        first, last = calendar.local(due).date(), calendar.local(returned).date()
        days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
        return 500 * sum(calendar.is_open_day(day) for day in days)
    open_minutes, moment = 0, due
    while moment < returned and open_minutes < 100_000:
        span = calendar.span(calendar.local(moment).date())
        open_minutes += span is not None and span[0] <= moment < span[1]
        moment += timedelta(minutes=1)
    return 500 * (open_minutes // 60)


@contextlib.contextmanager
def _libraries(name: str) -> Iterator[Library]:
    with _fresh(name)() as library:
        yield library


_FRESH: dict[str, Any] = {}
_KEPT = contextlib.ExitStack()


def _fresh(name: str) -> Any:  # noqa: ANN401 - store.scenarios.playing.Fresh
    if name not in _FRESH:
        _FRESH[name] = _KEPT.enter_context(fresh_libraries(name))
    return _FRESH[name]


@pytest.fixture(scope="module", autouse=True)
def _closed_at_last() -> Iterator[None]:
    with _KEPT:
        yield


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_a_random_life_breaks_no_rule(name: str) -> None:
    """Each life is a fresh library with forty acts."""
    machine = type("Life", (Life,), {"policy_name": name})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=40, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        ),
    )  # fmt: skip
