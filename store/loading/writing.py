"""Writes what was read: one transaction for a whole file, records compared with what is there, nothing done twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select, update

from store import rows
from store.act import At
from store.folding import fold
from store.loading.records import CopyRecord, Damaged, MemberRecord, TitleRecord
from store.loading.seen import Seen
from store.memberships import save_application
from store.policy.model import Policy
from store.policy.verdict import Refused
from store.states import CardStatus, CopyState, MemberStatus
from store.transaction import Transaction, use_case
from store.vocabulary import learn, words_fold

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


@use_case
def load_titles(
    tx: Transaction, records: Iterable[TitleRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Titles with the copies in their records. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    seen = Seen()
    for batch in _batches(records, report, progress, lambda record: record.control_number):
        _write_titles(tx, [record for _, record in batch], now, report)
        copies = [(number, copy) for number, record in batch for copy in record.copies]
        _write_copies(tx, copies, policy, now, report, seen, apart=True)
    return _finish(tx, report, "titles", now, at, dry)


@use_case
def load_copies(
    tx: Transaction, records: Iterable[CopyRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Copies of titles that are in the catalogue. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    seen = Seen()
    for batch in _batches(records, report, progress):
        _write_copies(tx, batch, policy, now, report, seen, apart=False)
    return _finish(tx, report, "copies", now, at, dry)


@use_case
def load_members(
    tx: Transaction, records: Iterable[MemberRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Members and their cards. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    for batch in _batches(records, report, progress, lambda record: record.number):
        _write_members(tx, batch, policy, now, report)
    return _finish(tx, report, "members", now, at, dry)


@use_case
def load_applications(
    tx: Transaction, records: Iterable[MemberRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Applications for membership, each with its deadline from now on (ITU-MEM-5, MEM-6). Raises BrokenFile.

    Who has applied already is left as it is; members and incomplete records are left out.
    """
    report, policy = Report(), tx.library.policies.at(now)
    for batch in _batches(records, report, progress):
        for number, record in batch:
            _apply(tx, number, record, policy, now, at, report)
    return _finish(tx, report, "applications", now, at, dry)


def _apply(
    tx: Transaction, number: int, record: MemberRecord, policy: Policy, now: datetime, at: At, report: Report
) -> None:
    known = _known(tx, rows.member, "number", [record.number]).get(record.number)
    if known is not None and known["status"] == MemberStatus.PENDING:
        report.unchanged += 1
        return
    if record.category not in policy.category_of:
        report.damaged.append(Damaged(number, f"the policy knows no category {record.category!r}"))
        return
    form = {name: getattr(record, name) for name in ("surname", "given_name", "number", "email", "category")}
    answer = save_application(tx, form, now, at)
    if isinstance(answer, Refused):
        report.damaged.append(Damaged(number, ", ".join(answer.slugs)))
    else:
        report.added += 1


def _batches(
    records: Iterable[T | Damaged], report: Report, progress: Progress, key: Callable[[T], str] | None = None
) -> Iterator[list[tuple[int, T]]]:
    """Records with their numbers. Of two with one `key` the first counts: else every import would find changes."""
    numbered = enumerate(records, 1)
    seen = Seen()
    while batch := list(itertools.islice(numbered, _BATCH)):
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
                report.damaged.append(Damaged(number, f"{key(record)} stands in the file twice; the first was taken"))
        yield good
        progress(len(batch))


def _finish(tx: Transaction, report: Report, what: str, now: datetime, at: At, dry: bool) -> Report:
    counts = {"added": report.added, "changed": report.changed, "damaged": len(report.damaged)}
    tx.record("import", "done", now, at, detail={"what": what, **counts})
    if dry:
        raise DryRun(report)
    return report


def _write_titles(tx: Transaction, records: list[TitleRecord], now: datetime, report: Report) -> None:
    known = _known(tx, rows.title, "control_number", [record.control_number for record in records])
    fresh: dict[str, dict[str, Any]] = {}
    for record in records:
        values = _title_values(record)
        if record.control_number not in known:
            fresh[record.control_number] = {**values, "electronic_access": False, "added_at": now}
            report.added += 1
        else:
            _change(tx, rows.title, known[record.control_number], values, report)
    if fresh:
        tx.session.connection().execute(insert(rows.title), list(fresh.values()))
    written = (_title_values(record) for record in records)
    learn(tx.session.connection(), (f"{each['title_fold']} {each['words_fold']}" for each in written))


def _title_values(record: TitleRecord) -> dict[str, Any]:
    return {
        "control_number": record.control_number, "title": record.title, "author": record.author,
        "publisher": record.publisher, "year": record.year, "language": record.language or "und",
        "isbn": record.isbn, "subjects": record.subjects, "shelf_mark": record.shelf_mark,
        "title_fold": fold(record.title),
        "words_fold": words_fold(record.author, record.isbn, record.subjects, record.shelf_mark),
    }  # fmt: skip


def _write_copies(
    tx: Transaction,
    records: list[tuple[int, CopyRecord]],
    policy: Policy,
    now: datetime,
    report: Report,
    seen: Seen,
    *,
    apart: bool,
) -> None:
    """`seen`: barcodes of this file so far. `apart`: the copies of title records are counted on their own."""
    titles = _known(tx, rows.title, "control_number", [record.title_number for _, record in records])
    known = _known(tx, rows.copy, "barcode", [record.barcode for _, record in records])
    counts = Report()
    fresh: dict[str, dict[str, Any]] = {}
    for number, record in records:
        wrong = _wrong_with_copy(record, policy, titles)
        if wrong is not None:
            report.damaged.append(Damaged(number, wrong))
            continue
        values = {
            "barcode": record.barcode, "title_id": titles[record.title_number]["id"],
            "item_type": record.item_type, "branch": record.branch or policy.branches[0].slug,
            "shelf_mark": record.shelf_mark, "course": record.course, "project": record.project,
        }  # fmt: skip
        if seen.note(record.barcode) is not None:
            report.damaged.append(Damaged(number, f"the barcode {record.barcode} stands in the file twice"))
            continue
        if record.barcode in known:
            _change(tx, rows.copy, known[record.barcode], values, counts)
        else:
            fresh[record.barcode] = {**values, "state": CopyState.ON_SHELF, "loanable": True, "received_at": now}
            counts.added += 1
    if fresh:
        tx.session.connection().execute(insert(rows.copy), list(fresh.values()))
    _add(report, counts, apart=apart)


def _add(report: Report, counts: Report, *, apart: bool) -> None:
    if apart:
        report.copies_added += counts.added
        report.copies_changed += counts.changed
        report.copies_unchanged += counts.unchanged
    else:
        report.added += counts.added
        report.changed += counts.changed
        report.unchanged += counts.unchanged


def _wrong_with_copy(record: CopyRecord, policy: Policy, titles: Mapping[str, Any]) -> str | None:
    if record.title_number not in titles:
        return f"no title has the number {record.title_number}"
    if record.item_type not in policy.item_type_of:
        return f"the policy knows no item type {record.item_type!r}"
    if record.branch and record.branch not in policy.branch_of:
        return f"the policy knows no branch {record.branch!r}"
    if len(record.barcode) > 64:
        return "the barcode is longer than 64 characters"
    return None


def _write_members(
    tx: Transaction, records: list[tuple[int, MemberRecord]], policy: Policy, now: datetime, report: Report
) -> None:
    known = _known(tx, rows.member, "number", [record.number for _, record in records])
    cards = _known(tx, rows.card, "number", [record.card for _, record in records if record.card])
    for number, record in records:
        owner = cards.get(record.card, {}).get("member_id") if record.card in cards else None
        mine = known.get(record.number, {}).get("id")
        if record.category not in policy.category_of:
            report.damaged.append(Damaged(number, f"the policy knows no category {record.category!r}"))
        elif record.card in cards and (owner is None or owner != mine):
            report.damaged.append(Damaged(number, f"the card {record.card} opens another account"))
        else:
            known[record.number] = _write_member(tx, record, known.get(record.number), now, report)
            if record.card and record.card not in cards:
                cards[record.card] = _give_card(tx, known[record.number]["id"], record.card, now)


def _write_member(
    tx: Transaction, record: MemberRecord, before: dict[str, Any] | None, now: datetime, report: Report
) -> dict[str, Any]:
    values = {
        "number": record.number, "surname": record.surname, "given_name": record.given_name,
        "name_fold": fold(f"{record.surname} {record.given_name}"), "category": record.category,
        "email": record.email, "language": record.language,
    }  # fmt: skip
    if before is not None:
        _change(tx, rows.member, before, values, report)
        return {**before, **values}
    fresh = {
        **values,
        "status": MemberStatus.ACTIVE,
        "external_block": False,
        "forget_history": False,
        "joined_at": now,
    }
    inserted = tx.session.connection().execute(insert(rows.member), fresh)
    assert inserted.inserted_primary_key is not None
    report.added += 1
    return {**fresh, "id": inserted.inserted_primary_key[0]}


def _give_card(tx: Transaction, member_id: int, number: str, now: datetime) -> dict[str, Any]:
    values = {"number": number, "member_id": member_id, "status": CardStatus.OK, "registered_at": now, "document": ""}
    tx.session.connection().execute(insert(rows.card), values)
    return values


def _known(tx: Transaction, table: Table, key: str, wanted: list[str]) -> dict[str, dict[str, Any]]:
    """What is there already of a batch, by its key."""
    found = tx.session.connection().execute(select(table).where(table.c[key].in_(set(wanted)))).mappings()
    return {row[key]: dict(row) for row in found}


def _change(tx: Transaction, table: Table, before: Mapping[str, Any], values: dict[str, Any], report: Report) -> None:
    if all(before[name] == value for name, value in values.items()):
        report.unchanged += 1
        return
    tx.session.connection().execute(update(table).where(table.c.id == before["id"]).values(values))
    report.changed += 1
