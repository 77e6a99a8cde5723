"""What waits for the demo's staff, and the year behind it: letters that came back, tasks, refusals, forgotten loans."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, insert, select
from sqlmodel import Session

from store import rows
from store.act import At
from store.circulation.checkouts import checkout, undo_last
from store.circulation.losses import report_lost
from store.circulation.recalls import recall
from store.library import Library
from store.mail.bounces import record_bounce
from store.mail.sending import send_due
from store.states import LoanState

_AT = At("demo", channel="desk")
_LOANS = 900
_HOURS = (9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 18, 19, 20)
_WEEKDAYS = (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5)
"The hours and days on which people come, as often as they come."
_REFUSED = (("201003", 3), ("201002", 5), ("201004", 4), ("201013", 2), ("201012", 3), ("201009", 2))
"Who asked in vain, and how often."


def add_work(library: Library, members: dict[str, int], spare: list[str], now: datetime) -> None:
    """Play what leaves work behind. `members`: ids by card; `spare`: barcodes that stand on the shelf."""
    _forgotten_loans(library, now)
    for number, (card, times) in enumerate(_REFUSED):
        for time in range(times):
            moment = now - timedelta(days=1 + 3 * time, hours=number)
            checkout(library, members[card], spare[0], moment, _AT)
    _change_of_mind(library, members["201019"], spare[1], now - timedelta(days=2))
    _change_of_mind(library, members["201025"], spare[2], now - timedelta(days=1))
    report_lost(library, members["201018"], _borrowed(library, members["201018"]), now - timedelta(days=4), _AT)
    recall(library, _borrowed(library, members["201024"]), now - timedelta(days=2), _AT)
    _letters(library, members, now)


def _letters(library: Library, members: dict[str, int], now: datetime) -> None:
    """What was due by this morning went; a recall and the reminders of one member came back."""
    sent = now - timedelta(hours=4)
    send_due(library, lambda _letter: None, sent, _AT)
    notice = rows.notice
    came_back = (notice.c.kind == "recall") | (notice.c.member_id == members["201017"])
    with library.database.read.begin() as connection:
        of_a_letter = (
            select(notice.c.sent_as).where(came_back, notice.c.sent_as.is_not(None)).group_by(notice.c.sent_as)
        )
        messages = connection.execute(of_a_letter.order_by(func.min(notice.c.id))).scalars().all()
    for message in messages:
        record_bounce(library, message, "550 5.1.1 no such user", sent + timedelta(minutes=20), _AT)


def _change_of_mind(library: Library, member_id: int, barcode: str, moment: datetime) -> None:
    """Borrowed and taken back within one visit: the copy is to be put back."""
    visit = At("demo", visit=f"demo-{barcode}")
    checkout(library, member_id, barcode, moment, visit)
    undo_last(library, member_id, moment + timedelta(minutes=1), visit)


def _borrowed(library: Library, member_id: int) -> str:
    """The barcode of something that the member has."""
    loan, copy = rows.loan, rows.copy
    with library.database.read.begin() as connection:
        return str(
            connection.execute(
                select(copy.c.barcode)
                .join(loan, loan.c.copy_id == copy.c.id)
                .where(loan.c.member_id == member_id, loan.c.closed_at.is_(None))
                .order_by(copy.c.barcode)
                .limit(1)
            ).scalar_one()
        )


def _forgotten_loans(library: Library, now: datetime) -> None:
    """A year of loans that came back and no longer say whose they were: nobody's history, the reports' figures."""
    chance, zone, version = Random(7), library.calendars.zone, library.policies.latest.version
    with Session(library.database.write) as session:
        copy = rows.copy
        copies = session.execute(select(copy.c.id, copy.c.item_type, copy.c.branch).order_by(copy.c.id)).all()
        values = []
        for _ in range(_LOANS):
            weeks, hour = int(53 * chance.random() ** 1.3), chance.choice(_HOURS)
            monday = now.astimezone(zone) - timedelta(weeks=weeks, days=now.astimezone(zone).weekday())
            day = monday + timedelta(days=chance.choice(_WEEKDAYS))
            lent = day.replace(hour=hour, minute=chance.randrange(60), second=0, microsecond=0)
            back = lent + timedelta(days=chance.randrange(1, 15), hours=chance.randrange(-2, 3))
            found = copies[int(len(copies) * chance.random() ** 3)]
            if back < now - timedelta(hours=1):
                values.append(_forgotten(found.id, found.item_type, found.branch, version, lent, back))
        session.execute(insert(rows.loan), values)
        session.commit()


def _forgotten(
    copy_id: int, item_type: str, branch: str, version: str, lent: datetime, back: datetime
) -> dict[str, object]:
    return {
        "copy_id": copy_id, "member_id": None, "category": "undergraduate", "item_type": item_type, "branch": branch,
        "loan_type": "standard", "hourly": False, "state": LoanState.RETURNED, "lent_at": lent, "period_start": lent,
        "due_at": lent + timedelta(days=15), "renewals": 0, "renewals_allowed": 1, "policy_version": version,
        "terminal": "demo", "returned_at": back, "closed_at": back, "fine_ended_at": back, "to_be_checked": False,
        "fined_late": False, "overridden": False,
    }  # fmt: skip
