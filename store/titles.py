"""Reads a title as the rules of holding see it."""

from __future__ import annotations

from sqlalchemy import Connection, and_, exists, select

from store import rows
from store.policy.facts import TitleCopy, TitleFacts
from store.states import CopyState, HoldStatus


def title_facts(connection: Connection, title_id: int, member_id: int | None) -> TitleFacts:
    """The title's copies that still belong to the library, and whether it is the member's already."""
    copy, loan, title = rows.copy, rows.loan, rows.title
    found = connection.execute(
        select(
            copy.c.item_type, copy.c.branch, copy.c.state, copy.c.loanable,
            copy.c.shelf_mark, title.c.shelf_mark.label("title_mark"), title.c.electronic_access,
            loan.c.member_id, loan.c.loan_type,
        )
        .join_from(copy, title, title.c.id == copy.c.title_id)
        .join(loan, and_(loan.c.copy_id == copy.c.id, loan.c.closed_at.is_(None)), isouter=True)
        .where(copy.c.title_id == title_id, copy.c.state != CopyState.WITHDRAWN)
        .order_by(copy.c.id)
    ).all()  # fmt: skip
    holds = exists().where(
        and_(
            rows.hold.c.title_id == title_id,
            rows.hold.c.member_id == member_id,
            rows.hold.c.status.in_((HoldStatus.WAITING, HoldStatus.READY)),
        )
    )
    held = bool(connection.execute(select(holds)).scalar())
    return TitleFacts(
        copies=tuple(
            TitleCopy(
                item_type=row.item_type,
                branch=row.branch,
                state=str(row.state),
                loanable=bool(row.loanable),
                shelf=row.shelf_mark or row.title_mark,
                project_loan=row.loan_type == "project",
                electronic_access=bool(row.electronic_access),
            )
            for row in found
        ),
        mine=held or any(row.member_id == member_id and member_id is not None for row in found),
    )
