"""Reads a title as the rules of holding see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Integer, and_, bindparam, exists, or_, select

from store import rows, statements
from store.policy.facts import TitleCopy, TitleFacts
from store.states import CopyState, HoldStatus
from store.types import Instant

_copy, _loan, _title, _hold = rows.copy, rows.loan, rows.title, rows.hold
_statement = (
    select(
        _copy.c.item_type, _copy.c.branch, _copy.c.state, _copy.c.loanable,
        _copy.c.shelf_mark, _title.c.shelf_mark.label("title_mark"), _title.c.electronic_access,
        _loan.c.member_id, _loan.c.loan_type,
        exists()
        .where(
            _hold.c.title_id == _title.c.id,
            _hold.c.member_id == bindparam("member_id", type_=Integer),
            _hold.c.status.in_((statements.word(HoldStatus.WAITING), statements.word(HoldStatus.READY))),
            or_(_hold.c.pickup_until.is_(None), _hold.c.pickup_until >= bindparam("now", type_=Instant)),
        )
        .label("held"),
    )
    .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
    .join(_loan, and_(_loan.c.copy_id == _copy.c.id, _loan.c.closed_at.is_(None)), isouter=True)
    .where(
        _copy.c.title_id == bindparam("title_id", type_=Integer),
        _copy.c.state != statements.word(CopyState.WITHDRAWN),
    )
    .order_by(_copy.c.id)
)  # fmt: skip


def title_facts(connection: Connection, title_id: int, member_id: int | None, now: datetime) -> TitleFacts:
    """The title's copies that still belong to the library, and whether it is the member's already."""
    found = connection.execute(_statement, {"title_id": title_id, "member_id": member_id, "now": now}).all()
    mine = any(row.held or (row.member_id == member_id and member_id is not None) for row in found)
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
        mine=mine,
    )
