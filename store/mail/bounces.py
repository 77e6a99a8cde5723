"""Letters that came back or were given up: the notices that were in them, and the tasks for staff (ITU-E2, G2b)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from store.act import At
from store.circulation.recalls import undeliver
from store.desk.tasks import raise_task
from store.states import NoticeStatus
from store.tables import Notice
from store.transaction import Transaction, use_case


@use_case
def record_bounce(tx: Transaction, message_id: str, why: str, now: datetime, at: At) -> int:
    """Note that the letter with this Message-ID came back; how many notices it carried, 0 if it is none of ours.

    No date and no fine changes (ITU-G3, METU-2-g.no-excuse), but for a recall whose days count from its delivery.
    A report that is read twice does nothing twice.
    """
    notices = (
        tx.session.execute(
            select(Notice).where(
                (col(Notice.sent_as) == message_id) | (col(Notice.message_id) == message_id),
                col(Notice.status).in_((NoticeStatus.SENT, NoticeStatus.BOUNCED)),
            )
        )
        .scalars()
        .all()
    )
    fresh = [notice for notice in notices if notice.status is not NoticeStatus.BOUNCED]
    for notice in fresh:
        notice.status, notice.trouble = NoticeStatus.BOUNCED, why[:200]
        did_not_arrive(tx, notice, now)
    if fresh:
        detail = {"notices": [notice.id for notice in fresh]}
        tx.record("notice_bounced", "done", now, at, member_id=fresh[0].member_id, detail=detail)
    return len(notices)


def did_not_arrive(tx: Transaction, notice: Notice, now: datetime) -> None:
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
