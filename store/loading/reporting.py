"""What every import shares: records in batches, compared with what is there, each accounted for in a report."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, select, update

from store.act import At
from store.loading.records import Damaged
from store.loading.seen import Seen
from store.policy.said import Said
from store.transaction import Transaction

T = TypeVar("T")
_BATCH = 400


class DryRun(Exception):
    """Nothing was written: it was only tried. Carries the report."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


@dataclass(slots=True)
class Report:
    """What an import did, every record accounted for."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    copies_added: int = 0
    copies_changed: int = 0
    copies_unchanged: int = 0
    damaged: list[Damaged] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Records read."""
        return self.added + self.changed + self.unchanged + len(self.damaged)


Progress = Callable[[int], None]


def batches(
    records: Iterable[T | Damaged], report: Report, progress: Progress, key: Callable[[T], str] | None = None
) -> Iterator[list[tuple[int, T]]]:
    """Records with their numbers. Of two with one `key` the first counts: else every import would find changes."""
    numbered = enumerate(records, 1)
    with Seen() as seen:
        while batch := list(itertools.islice(numbered, _BATCH)):
            yield _good(batch, report, seen, key)
            progress(len(batch))


def _good(
    batch: list[tuple[int, T | Damaged]], report: Report, seen: Seen, key: Callable[[T], str] | None
) -> list[tuple[int, T]]:
    good: list[tuple[int, T]] = []
    for number, record in batch:
        if isinstance(record, Damaged):
            report.damaged.append(record)
            continue
        before = None if key is None else seen.note(key(record), hash(record))
        if key is None or before is None:
            good.append((number, record))
        elif before == hash(record):
            report.unchanged += 1
        else:
            report.damaged.append(
                Damaged(number, Said("{what} stands in the file twice; only the first counts", what=key(record)))
            )
    return good


def finish(tx: Transaction, report: Report, what: str, now: datetime, at: At, dry: bool) -> Report:
    """Enter the import in the audit; raises DryRun, which undoes everything, if it was only to be tried."""
    report.damaged.sort(key=lambda damaged: damaged.number)
    counts = {"added": report.added, "changed": report.changed, "damaged": len(report.damaged)}
    tx.record("import", "done", now, at, detail={"what": what, **counts})
    if dry:
        raise DryRun(report)
    return report


def known_rows(tx: Transaction, table: Table, key: str, wanted: list[str]) -> dict[str, dict[str, Any]]:
    """What is there already of a batch, by its key."""
    found = tx.connection.execute(select(table).where(table.c[key].in_(set(wanted)))).mappings()
    return {row[key]: dict(row) for row in found}


def change(tx: Transaction, table: Table, before: Mapping[str, Any], values: dict[str, Any], report: Report) -> None:
    """Bring a row up to the file, if they differ."""
    if all(before[name] == value for name, value in values.items()):
        report.unchanged += 1
        return
    tx.connection.execute(update(table).where(table.c.id == before["id"]).values(values))
    report.changed += 1
