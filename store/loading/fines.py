"""What members owed in another system: each charge once, under that system's own number of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from store import rows
from store.act import At
from store.loading.moving import Here, wrong_with_member, wrong_with_past
from store.loading.records import Damaged, FineRecord
from store.loading.reporting import Progress, Report, batches, finish, known_rows
from store.money import ledger
from store.policy.said import Said
from store.states import LedgerKind
from store.transaction import Transaction, use_case

_REFERENCE = "reference"


@use_case
def load_fines(
    tx: Transaction, records: Iterable[FineRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Charges that are unpaid; one that is known, paid here since or not, is left as it is. Raises BrokenFile."""
    report, here = Report(), Here(tx, now, at)
    known = _known(here)
    for batch in batches(records, report, progress, lambda record: record.reference):
        _write(here, batch, known, report)
    return finish(tx, report, "fines", now, at, dry)


def _write(here: Here, batch: list[tuple[int, FineRecord]], known: dict[str, int], report: Report) -> None:
    members = known_rows(here.tx, rows.member, "number", [record.member for _, record in batch])
    branch = here.policy.branches[0].slug
    for number, record in batch:
        member = members.get(record.member)
        owner = known.get(record.reference)
        if member is not None and member["id"] == owner:
            report.unchanged += 1
            continue
        charged = here.instant(branch, record.charged)
        wrong = wrong_with_member(record.member, member) or wrong_with_past(charged, here.now, "charged")
        if wrong is None and owner is not None:
            wrong = Said(
                "the charge {reference} stands with another member; waive it there and give it a new reference",
                reference=record.reference,
            )
        if wrong is not None or member is None:
            report.damaged.append(Damaged(number, wrong or ""))
            continue
        ledger.charge(
            here.tx, member["id"], LedgerKind(record.kind), record.amount, charged, here.at,
            account={_REFERENCE: record.reference}, note=record.note,
        )  # fmt: skip
        report.added += 1


def _known(here: Here) -> dict[str, int]:
    """Which charges have come from another system, by their number there, and whose they are."""
    entry = rows.ledger_entry
    found = here.tx.connection.execute(select(entry.c.member_id, entry.c.account).where(entry.c.amount > 0))
    return {row.account[_REFERENCE]: row.member_id for row in found if _REFERENCE in row.account}
