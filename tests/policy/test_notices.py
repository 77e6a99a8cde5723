"""When letters go out."""

from __future__ import annotations

import pytest

from store.policy import notices
from tests.policy.world import at, calendar, policy, running


def kinds(name: str, since: str, **loan: object) -> list[tuple[str, str]]:
    """The plan of a loan as kind and wall-clock minute."""
    facts = {"item_type": "book", "due": "2026-03-17 23:59:59", "lent": since} | loan
    planned = notices.plan(policy(name), calendar(), running(**facts), at(since))  # type: ignore[arg-type]
    return [(notice.kind, f"{notice.at:%m-%d %H:%M}") for notice in planned]


def test_the_whole_schedule_of_a_daily_loan() -> None:
    assert kinds("itu", "2026-03-02 10:00") == [
        ("courtesy", "03-14 09:00"),
        ("overdue_1", "03-18 09:00"),
        ("overdue_2", "03-20 09:00"),
        ("overdue_3", "03-24 09:00"),
        ("overdue_4", "04-19 09:00"),
        ("overdue_5", "05-19 09:00"),
        ("student_system_block", "05-20 09:00"),
        ("invoice", "06-19 09:00"),
    ]


def test_the_whole_schedule_of_an_hourly_loan() -> None:
    planned = kinds("itu", "2026-03-02 10:00", item_type="course_reserve", due="2026-03-02 12:00", hourly=True)
    assert planned == [
        ("overdue_1", "03-02 13:00"),
        ("overdue_2", "03-02 15:00"),
        ("overdue_3", "03-03 12:00"),
        ("overdue_4", "03-04 12:00"),
        ("overdue_5", "03-07 12:00"),
        ("student_system_block", "03-08 09:00"),
        ("invoice", "04-07 12:00"),
    ]


def test_keys_bring_neither_invoice_nor_consequences() -> None:
    planned = kinds("itu", "2026-03-02 10:00", item_type="room_key", due="2026-03-02 18:00", hourly=True)
    assert [kind for kind, _ in planned] == [f"overdue_{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("category", "task"),
    [
        ("faculty", "letter_to_unit"),
        ("admin_staff", "letter_to_unit"),
        ("graduate", "student_system_block"),
        ("retired_staff", None),
    ],
)
def test_what_follows_the_fifth_letter(category: str, task: str | None) -> None:
    found = [kind for kind, _ in kinds("itu", "2026-03-02 10:00", category=category)]
    assert {"letter_to_unit", "student_system_block"} & set(found) == ({task} if task else set())


def test_six_reminders_and_the_declaration_of_loss() -> None:
    planned = kinds("metu", "2026-02-15 10:00", due="2026-03-02 23:59:59")
    assert planned == [
        ("courtesy", "02-27 08:00"),
        ("overdue_1", "03-03 08:00"),
        ("overdue_2", "03-17 08:00"),
        ("overdue_3", "04-01 08:00"),
        ("overdue_4", "04-16 08:00"),
        ("overdue_5", "05-01 08:00"),
        ("overdue_6", "05-16 08:00"),
        ("lost", "06-03 00:05"),
    ]


@pytest.mark.parametrize(
    ("due", "declared"),
    [
        ("2026-08-31 23:59:59", "12-01 00:05"),
        ("2026-11-30 23:59:59", "03-01 00:05"),
        ("2026-03-02 13:00", "06-03 00:05"),
    ],
)
def test_three_months_are_cut_to_the_months_end(due: str, declared: str) -> None:
    assert kinds("metu", "2026-02-24 10:00", item_type="bound_journal", due=due)[-1] == ("lost", declared)


def test_a_carrel_is_neither_reminded_of_nor_lost() -> None:
    assert kinds("metu", "2026-03-02 10:00", item_type="carrel", due="2026-03-02 13:00", hourly=True) == []


@pytest.mark.parametrize(
    ("sent", "declared"),
    [
        (["05-16 08:00"], "06-03 00:05"),
        (["06-05 08:00"], "06-06 00:05"),
        (["06-05 00:05"], "06-05 00:05"),
        ([], None),
    ],
)
def test_no_loan_is_declared_lost_before_its_sixth_reminder_is_sent(sent: list[str], declared: str | None) -> None:
    reminders = [
        at(f"2026-{day}") for day in ("03-03 08:00", "03-17 08:00", "04-01 08:00", "04-16 08:00", "05-01 08:00")
    ]
    loan = running("book", "2026-03-02 23:59:59")
    late = [at(f"2026-{day}") for day in sent]
    found = notices.lost_at(policy("metu"), calendar(), loan, reminders + late)
    assert found == (at(f"2026-{declared}") if declared else None)
    assert notices.lost_at(policy("itu"), calendar(), loan, reminders + late) is None


def test_nothing_follows_a_lost_loan() -> None:
    assert kinds("metu", "2026-03-02 10:00", lost=True) == []


@pytest.mark.parametrize(
    ("name", "item_type", "since", "due", "courtesy"),
    [
        # On the third day before: with the loan if the hour has passed, else at the hour.
        ("itu", "audiovisual", "2026-03-02 10:00", "2026-03-05 23:59:59", "03-02 10:00"),
        ("itu", "audiovisual", "2026-03-02 08:00", "2026-03-05 23:59:59", "03-02 09:00"),
        ("itu", "audiovisual", "2026-03-02 09:00", "2026-03-05 23:59:59", "03-02 09:00"),
        ("itu", "course_reserve", "2026-03-02 10:00", "2026-03-03 23:59:59", None),
        ("metu", "book", "2026-03-16 10:00", "2026-03-17 23:59:59", "03-16 10:00"),
        ("metu", "dvd", "2026-03-02 10:00", "2026-03-04 23:59:59", "03-03 08:00"),
        ("metu", "reserve_b", "2026-03-02 10:00", "2026-03-03 23:59:59", None),
        ("metu", "reserve_c", "2026-03-02 10:00", "2026-03-05 23:59:59", "03-04 08:00"),
    ],
)
def test_courtesy_notices(name: str, item_type: str, since: str, due: str, courtesy: str | None) -> None:
    found = dict(kinds(name, since, item_type=item_type, due=due))
    assert found.get("courtesy") == courtesy


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_a_recall_replaces_the_courtesy_notice(name: str) -> None:
    assert "courtesy" not in dict(kinds(name, "2026-03-02 10:00", recalled=True))


def test_a_libraries_letters_are_its_own() -> None:
    assert not notices.sends(policy("itu"), "checkout_confirmation")
    assert notices.sends(policy("metu"), "checkout_confirmation")
    assert not notices.sends(policy("metu"), "invoice")
