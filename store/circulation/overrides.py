"""What supervisors have allowed against the rules (ITU AMB-018, METU 2.5): what may be allowed, and what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from store import rows
from store.library import Library
from store.policy.standing import stands
from store.policy.verdict import Reason
from store.results.desk import OverrideLine
from store.transaction import Reading, query

_audit = rows.audit_entry
_MOST = 100


def standing(library: Library, reasons: Iterable[Reason], now: datetime) -> tuple[Reason, ...]:
    """Those of the reasons that nobody may set aside."""
    policy = library.policies.at(now)
    return tuple(reason for reason in reasons if stands(policy, reason.slug))


@query
def of_member(reading: Reading, member_id: int) -> tuple[OverrideLine, ...]:
    """What was allowed to the member against the rules, the newest first; nothing once the history is forgotten."""
    connection = reading.connection
    staff = rows.staff
    found = connection.execute(
        select(_audit.c.at, _audit.c.act, _audit.c.barcode, _audit.c.detail, staff.c.name)
        .join_from(_audit, rows.pseudonym, rows.pseudonym.c.code == _audit.c.who)
        .join(staff, staff.c.id == _audit.c.staff_id, isouter=True)
        .where(
            rows.pseudonym.c.member_id == member_id,
            _audit.c.outcome == "done",
            _audit.c.detail["override_reason"].as_string().is_not(None),
        )
        .order_by(_audit.c.at.desc(), _audit.c.id.desc())
        .limit(_MOST)
    ).all()
    barcodes, titles, names = _titles_of_copies(connection, found), _titles_of_holds(connection, found), {}
    seconds = {row.detail["second"] for row in found if "second" in row.detail}
    if seconds:
        named = connection.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(seconds)))
        names = {row.id: row.name for row in named}
    return tuple(
        OverrideLine(
            at=row.at,
            act=row.act,
            barcode=row.barcode or "",
            title=barcodes.get(row.barcode) or titles.get(row.detail.get("title"), ""),
            reasons=tuple(row.detail.get("overridden", ())),
            why=row.detail["override_reason"],
            staff=row.name or "",
            second=names.get(row.detail.get("second"), ""),
        )
        for row in found
    )


def _titles_of_copies(connection: Connection, found: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, str]:
    copy, title = rows.copy, rows.title
    wanted = {row.barcode for row in found if row.barcode}
    statement = select(copy.c.barcode, title.c.title).join(title, title.c.id == copy.c.title_id)
    named = connection.execute(statement.where(copy.c.barcode.in_(wanted))) if wanted else ()
    return {row.barcode: row.title for row in named}


def _titles_of_holds(connection: Connection, found: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, str]:
    wanted = {row.detail["title"] for row in found if "title" in row.detail}
    statement = select(rows.title.c.id, rows.title.c.title).where(rows.title.c.id.in_(wanted))
    named = connection.execute(statement) if wanted else ()
    return {row.id: row.title for row in named}
