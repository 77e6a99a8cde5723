"""Payments, waivers, corrections, refunds, receipts and closings: nothing is edited, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlmodel import Session, col, select

from store.act import At
from store.library import Library
from store.money import closings, ledger, payments, receipts
from store.policy.verdict import Refused
from store.results.money import Closing, Credited
from store.states import LedgerKind, PayMethod, Role
from store.tables import AuditEntry, Member, Staff
from store.transaction import Transaction, use_case
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library

AT = At("kasa-1", "desk")


@pytest.fixture
def place(database_url: str) -> Iterator[Library]:
    """A library with two supervisors and a clerk."""
    made, _world = library(database_url, {}, {})
    with Session(made.database.write) as session:
        for name, role in (("boss", Role.SUPERVISOR), ("fellow", Role.SUPERVISOR), ("clerk", Role.CIRCULATION)):
            session.add(Staff(name=name, role=role, pin_hash="$" * 30, created_at=NOW))
        session.commit()
    yield made
    made.close()


def _staff(place: Library, name: str) -> At:
    with Session(place.database.read) as session:
        return replace(AT, staff=session.exec(select(Staff.id).where(Staff.name == name)).one())


def _member(place: Library, number: str = "1") -> int:
    with Session(place.database.write) as session:
        member = Member(number=number, surname="Kaya", given_name="Ayşe", category="undergraduate", joined_at=NOW)
        session.add(member)
        session.commit()
        assert member.id is not None
        return member.id


@use_case
def _charge(tx: Transaction, member_id: int, kind: LedgerKind, amount: int) -> int:
    return ledger.charge(tx, member_id, kind, amount, NOW - timedelta(days=1), AT)


def _owed(place: Library, member_id: int) -> int:
    with place.database.read.connect() as connection:
        return sum(owed.left for owed in ledger.owed_by(connection, member_id))


def _slugs(answer: object) -> tuple[str, ...]:
    assert isinstance(answer, Refused), answer
    return answer.slugs


def _audit(place: Library, act: str) -> list[AuditEntry]:
    with Session(place.database.read) as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.act == act).order_by(col(AuditEntry.id))))


def test_a_payment_goes_to_fines_first_and_has_a_receipt(place: Library) -> None:
    """Oldest first; the receipt says what it went to, by whom, how, and what is still owed."""
    member, clerk = _member(place), _staff(place, "clerk")
    _charge(place, member, LedgerKind.PROCESSING_FEE, 300)
    _charge(place, member, LedgerKind.LATE_FINE, 200)
    paid = payments.pay(place, member, 250, NOW, clerk, "", PayMethod.CARD, "4711")
    assert isinstance(paid, Credited) and (paid.used, paid.balance, paid.owed) == (250, 0, 250)
    read = receipts.receipt(place, paid.receipt)
    assert read is not None and read.owed == 250 and paid.receipt.startswith("2026-")
    assert [(part.kind, part.amount) for part in read.parts] == [("late_fine", 200), ("processing_fee", 50)]
    assert (read.line.reference, read.line.staff, read.line.method) == ("4711", "clerk", "card")
    entry = _audit(place, "payment")[-1]
    assert entry.staff_id == clerk.staff and entry.detail["receipt"] == paid.receipt


def test_what_is_no_payment_is_refused_with_the_numbers(place: Library) -> None:
    """Nothing, less than nothing, more than is owed, a card without its slip."""
    member, clerk = _member(place), _staff(place, "clerk")
    assert _slugs(payments.pay(place, member, 100, NOW, clerk)) == ("nothing_owed",)
    _charge(place, member, LedgerKind.LATE_FINE, 200)
    for amount in (0, -5):
        assert _slugs(payments.pay(place, member, amount, NOW, clerk)) == ("amount_not_positive",)
    above = payments.pay(place, member, 201, NOW, clerk)
    assert _slugs(above) == ("amount_above_owed",) and isinstance(above, Refused)
    assert above.reasons[0].numbers == {"amount": 201, "balance": 200}
    assert _slugs(payments.pay(place, member, 200, NOW, clerk, "", PayMethod.CARD, " ")) == ("reference_missing",)
    assert _owed(place, member) == 200 and receipts.of_member(place, member) == ()


def test_a_large_waiver_takes_two_and_small_ones_of_a_charge_count_together(place: Library) -> None:
    """A waiver of 50 lira alone, above it with a second; split over the day or written as a correction all the same."""
    member, boss, fellow = _member(place), _staff(place, "boss"), _staff(place, "fellow")
    charge = _charge(place, member, LedgerKind.LATE_FINE, 20_000)
    other = _charge(place, member, LedgerKind.LATE_FINE, 5_000)
    assert _slugs(payments.waive(place, member, 5_001, "ill", NOW, boss, charge)) == ("second_person_required",)
    assert isinstance(payments.waive(place, member, 3_000, "ill", NOW, boss, charge), Credited)
    assert _slugs(payments.waive(place, member, 2_001, "ill", NOW, boss, charge)) == ("second_person_required",)
    assert _slugs(payments.correct(place, member, charge, 2_001, "ill", NOW, boss)) == ("second_person_required",)
    assert isinstance(payments.correct(place, member, charge, 2_000, "ill", NOW, boss), Credited)
    assert isinstance(payments.waive(place, member, 5_000, "ill", NOW, boss, other), Credited)
    with_both = replace(boss, second=fellow.staff)
    assert isinstance(payments.waive(place, member, 2_001, "ill", NOW, with_both, charge), Credited)
    assert isinstance(payments.waive(place, member, 5_000, "ill", NOW + timedelta(days=1), boss, charge), Credited)
    entry = _audit(place, "waiver")[-2]
    assert entry.detail["second"] == fellow.staff and entry.detail["reason"] == "ill"


def test_letting_go_needs_a_reason_and_something_left(place: Library) -> None:
    """Of the charge that was meant."""
    member, boss = _member(place), _staff(place, "boss")
    charge = _charge(place, member, LedgerKind.LATE_FINE, 100)
    assert _slugs(payments.waive(place, member, 50, "  ", NOW, boss)) == ("reason_missing",)
    assert _slugs(payments.waive(place, member, 101, "ill", NOW, boss, charge)) == ("amount_above_owed",)
    assert isinstance(payments.correct(place, member, charge, None, "wrong book", NOW, boss), Credited)
    assert _slugs(payments.waive(place, member, 1, "ill", NOW, boss, charge)) == ("charge_settled",)
    with Session(place.database.read) as session:
        kept = session.connection().exec_driver_sql("SELECT amount FROM ledger_entry ORDER BY id").scalars().all()
    assert kept == [100, -100]


def test_at_most_what_was_paid_is_given_back(place: Library) -> None:
    """In parts, too; the account stays even, the drawer is lighter."""
    member, boss = _member(place), _staff(place, "boss")
    charge = _charge(place, member, LedgerKind.REPLACEMENT, 4_000)
    assert _slugs(payments.refund(place, member, charge, 1, "found", NOW, boss)) == ("amount_above_paid",)
    payments.pay(place, member, 3_000, NOW, boss)
    assert isinstance(payments.refund(place, member, charge, 1_000, "found", NOW, boss), Credited)
    assert _slugs(payments.refund(place, member, charge, 2_001, "found", NOW, boss)) == ("amount_above_paid",)
    assert _slugs(payments.refund(place, member, charge, 2_000, "", NOW, boss)) == ("reason_missing",)
    drawer = closings.drawer(place, AT.terminal)
    assert (drawer.cash, drawer.count, _owed(place, member)) == (2_000, 2, 1_000)


def test_the_day_closes_what_was_taken_and_a_difference_takes_a_note(place: Library) -> None:
    """Each terminal its own; a receipt is counted once."""
    member, clerk = _member(place), _staff(place, "clerk")
    _charge(place, member, LedgerKind.LATE_FINE, 900)
    payments.pay(place, member, 300, NOW, clerk)
    payments.pay(place, member, 200, NOW, clerk, "", PayMethod.CARD, "1")
    payments.pay(place, member, 100, NOW, replace(clerk, terminal="kasa-2"))
    assert _slugs(closings.close_day(place, 290, "", NOW, clerk)) == ("difference_unexplained",)
    closed = closings.close_day(place, 290, "ten missing", NOW, clerk)
    assert isinstance(closed, Closing)
    assert (closed.payments, closed.cash_expected, closed.card_expected, closed.difference) == (2, 300, 200, -10)
    assert closed.since is None and closed.staff == "clerk"
    assert _slugs(closings.close_day(place, 0, "", NOW, clerk)) == ("nothing_to_close",)
    payments.pay(place, member, 50, NOW + timedelta(hours=1), clerk)
    again = closings.close_day(place, 50, "", NOW + timedelta(hours=2), clerk)
    assert isinstance(again, Closing) and again.since == NOW and again.difference == 0
    assert [each.closing_id for each in closings.closings(place).closings] == [again.closing_id, closed.closing_id]
    assert closings.drawer(place, "kasa-2").cash == 100
    assert [line.amount for line in closings.receipts_of(place, closed.closing_id)] == [300, 200]
    written = closings.as_csv(place, closed.closing_id)
    assert ",payment,3,3,cash," in written and str(NOW.astimezone(place.calendars.zone)) in written
    assert _audit(place, "cash_closing")[-1].detail["counted"] == 50


_ACTS = st.lists(
    st.tuples(st.sampled_from(["charge", "fee", "cash", "card", "waive", "correct", "refund", "close"]),
              st.integers(-10, 400)),
    min_size=5, max_size=25,
)  # fmt: skip


def test_money_is_never_lost(place: Library) -> None:
    """Whatever is done: the account is what was charged less what was let go and paid, the closings what was taken."""
    boss, numbers = _staff(place, "boss"), iter(range(10, 1000))

    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(_ACTS)
    def life(acts: list[tuple[str, int]]) -> None:
        number = next(numbers)
        member, at = _member(place, str(number)), replace(boss, terminal=f"kasa-{number}")
        owed = taken = closed = 0
        charges: list[int] = []
        for act, amount in acts:
            answer: object = None
            if act in ("charge", "fee") and amount > 0:
                kind = LedgerKind.LATE_FINE if act == "charge" else LedgerKind.PROCESSING_FEE
                charges.append(_charge(place, member, kind, amount))
                owed += amount
            elif act in ("cash", "card"):
                answer = payments.pay(place, member, amount, NOW, at, "", PayMethod(act), "slip")
                assert isinstance(answer, Credited) is (0 < amount <= owed)
                taken += answer.used if isinstance(answer, Credited) else 0
            elif act == "waive":
                answer = payments.waive(place, member, amount, "why", NOW, at)
            elif act == "correct" and charges:
                answer = payments.correct(place, member, charges[amount % len(charges)], None, "why", NOW, at)
            elif act == "refund" and charges:
                back = payments.refund(place, member, charges[amount % len(charges)], amount, "why", NOW, at)
                taken -= back.used if isinstance(back, Credited) else 0
            elif act == "close":
                day = closings.close_day(place, max(0, amount), "counted", NOW, at)
                closed += day.cash_expected + day.card_expected if isinstance(day, Closing) else 0
            owed -= answer.used if isinstance(answer, Credited) else 0
            drawer = closings.drawer(place, at.terminal)
            assert _owed(place, member) == owed
            assert taken == closed + drawer.cash + drawer.card >= 0

    life()
    assert verify(place.database) == ()
