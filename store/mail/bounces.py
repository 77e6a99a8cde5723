"""Letters that came back or were given up: the notices that were in them, and the tasks for staff (ITU-E2, G2b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from store import rows
from store.act import At
from store.circulation.recalls import undeliver
from store.desk.tasks import raise_task
from store.states import NoticeStatus
from store.transaction import Transaction, use_case


@use_case
def record_bounce(tx: Transaction, message_id: str, why: str, now: datetime, at: At) -> int:
    """Note that the letter with this Message-ID came back; how many notices it carried, 0 if it is none of ours.

    No date and no fine changes (ITU-G3, METU-2-g.no-excuse), but for a recall whose days count from its delivery.
    A report that is read twice does nothing twice.
    """
    table = rows.notice
    notices = tx.connection.execute(
        select(table)
        .where(
            (table.c.sent_as == message_id) | (table.c.message_id == message_id),
            table.c.status.in_((NoticeStatus.SENT, NoticeStatus.BOUNCED)),
        )
        .order_by(table.c.id)
    ).all()
    fresh = [notice for notice in notices if notice.status is not NoticeStatus.BOUNCED]
    these = table.c.id.in_([notice.id for notice in fresh])
    tx.connection.execute(update(table).where(these).values(status=NoticeStatus.BOUNCED, trouble=why[:200]))
    for notice in fresh:
        did_not_arrive(tx, notice, now)
    if fresh:
        detail = {"notices": [notice.id for notice in fresh]}
        tx.record("notice_bounced", "done", now, at, member_id=fresh[0].member_id, detail=detail)
    return len(notices)


def did_not_arrive(tx: Transaction, notice: Row[*tuple[Any, ...]], now: datetime) -> None:
    """A letter came back or could not be sent: staff reach the member otherwise, or correct the address (ITU-E2, G2b).

    One task for each sending: what is sent again and does not arrive again is a task again.
    """
    slug = "recall_undelivered" if notice.kind == "recall" else "notice_undelivered"
    raise_task(
        tx, slug, now, member_id=notice.member_id, loan_id=notice.loan_id, copy_id=notice.copy_id,
        once=f"{slug}:{notice.message_id}",
    )  # fmt: skip
    if notice.kind == "recall" and notice.loan_id is not None:
        undeliver(tx, notice.loan_id, now)
