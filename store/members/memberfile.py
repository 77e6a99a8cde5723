"""What staff enter about a member: who it is, category, suspensions, blocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue import codes
from store.catalogue.folding import fold
from store.circulation.loans import category_changed
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import finish_tasks
from store.locks import lock_member
from store.members.addresses import is_address
from store.policy import returning
from store.policy.verdict import Reason, Refused, SuspensionTerms
from store.results.memberrecord import MemberForm
from store.states import MemberStatus
from store.transaction import Transaction, use_case

_member = rows.member
_change = statements.by_id(_member)


@use_case
@needs(Right.REGISTER, "register_member")
def register(tx: Transaction, form: MemberForm, card: str, now: datetime, at: At) -> int | Refused:
    """Make a member whom staff have before them; without a PIN, which the member makes at a terminal. Gives the id.

    Refusals: every fault of the form, `category_unknown`, `card_missing`, `card_taken`.
    """
    faults = _faults(tx, form, None)
    if form.category not in tx.library.policies.at(now).category_of:
        faults.append(Reason("category_unknown", None, "fill_in"))
    if not card.strip():
        faults.append(Reason("card_missing", None, "fill_in"))
    elif codes.is_taken(tx.connection, card.strip()):
        faults.append(Reason("card_taken", None, "use_another_card"))
    if faults:
        return _refuse(tx, "register_member", tuple(faults), None, now, at)
    values = {**_person(form), "category": form.category, "status": MemberStatus.ACTIVE, "joined_at": now}
    member_id = statements.inserted(tx.connection, insert(_member), values)
    tx.connection.execute(insert(rows.card), {"number": card.strip(), "member_id": member_id, "registered_at": now})
    tx.record("register_member", "done", now, at, member_id=member_id, detail={"category": form.category})
    return member_id


@use_case
@needs(Right.REGISTER, "edit_member")
def edit(tx: Transaction, member_id: int, form: MemberForm, now: datetime, at: At) -> Refused | None:
    """Correct name, number and address (the category has an act of its own). Refusals: every fault of the form.

    The audit tells which of them were changed, not to what.
    """
    faults = _faults(tx, form, member_id)
    if faults:
        return _refuse(tx, "edit_member", tuple(faults), member_id, now, at)
    this = select(_member).where(_member.c.id == member_id).with_for_update()
    before, after = tx.connection.execute(this).mappings().one(), _person(form)
    tx.connection.execute(_change, {"this": member_id, **after})
    changed = [name for name, value in after.items() if name != "name_fold" and before[name] != value]
    tx.record("edit_member", "done", now, at, member_id=member_id, detail={"changed": changed})
    return None


@use_case
@needs(Right.STATUS)
def set_category(tx: Transaction, member_id: int, category: str, now: datetime, at: At) -> Refused | None:
    """Move a member to another patron category; running loans keep their due dates (AMB-042).

    What staff will be asked to do about those that are late is that of the new one (ITU-M3).

    Refusal: `category_unknown`.
    """
    if category not in tx.library.policies.at(now).category_of:
        return _refuse(tx, "set_category", (Reason("category_unknown", None, "fill_in"),), member_id, now, at)
    lock_member(tx.connection, member_id)
    tx.connection.execute(_change, {"this": member_id, "category": category})
    category_changed(tx, member_id, now)
    tx.record("set_category", "done", now, at, member_id=member_id, detail={"category": category})
    return None


@use_case
@needs(Right.STATUS)
def discipline(
    tx: Transaction, member_id: int, effective: datetime, now: datetime, at: At, note: str = ""
) -> SuspensionTerms | Refused | None:
    """Enter a decision's suspension from its effective day on (ITU-N7b, N8); None if the policy knows none."""
    policy = tx.library.policies.at(now)
    calendar = tx.library.calendars.of(tx.connection, policy.branches[0].slug)
    terms = returning.discipline(policy, calendar, effective)
    if terms is None:
        return None
    tx.connection.execute(
        insert(rows.suspension).values(
            member_id=member_id, kind=terms.kind, clause=terms.clause, starts_at=terms.starts, ends_at=terms.ends,
            staff_id=at.staff, note=note,
        )
    )  # fmt: skip
    tx.record("discipline", "done", now, at, member_id=member_id, detail={"until": terms.ends.isoformat()})
    return terms


@use_case
@needs(Right.STATUS)
def end_suspension(tx: Transaction, suspension_id: int, reason: str, now: datetime, at: At) -> Refused | None:
    """End a suspension that was entered by mistake, now; one that has not begun never does. The reason stands with it.

    Refusals: `reason_missing`, `suspension_over`.
    """
    connection, table = tx.connection, rows.suspension
    row = connection.execute(select(table).where(table.c.id == suspension_id).with_for_update()).one()
    wrong = None
    if row.ends_at <= now:
        wrong = Reason("suspension_over", None, "see_account")
    elif not reason.strip():
        wrong = Reason("reason_missing", None, "fill_in")
    if wrong is not None:
        return _refuse(tx, "end_suspension", (wrong,), row.member_id, now, at)
    note = f"{row.note} / {reason.strip()}" if row.note else reason.strip()
    values = {"ends_at": max(now, row.starts_at), "note": note}
    connection.execute(update(table).where(table.c.id == suspension_id).values(values))
    detail = {"reason": reason.strip(), "until": row.ends_at.isoformat(), "kind": row.kind}
    tx.record("end_suspension", "done", now, at, member_id=row.member_id, detail=detail)
    return None


@use_case
@needs(Right.STATUS, "external_block")
def set_external_block(tx: Transaction, member_id: int, blocked: bool, now: datetime, at: At) -> Refused | None:
    """Note that the member is blocked in the student system, or is no longer (ITU-M3a); a task that asked for it ends.

    Refusal: `block_stands_so` if it is noted so already.
    """
    this = select(_member.c.external_block).where(_member.c.id == member_id).with_for_update()
    if tx.connection.execute(this).scalar_one() is blocked:
        return _refuse(tx, "external_block", (Reason("block_stands_so", None, "see_account"),), member_id, now, at)
    tx.connection.execute(_change, {"this": member_id, "external_block": blocked})
    if blocked:
        finish_tasks(tx, "student_system_block", now, at.staff, member_id=member_id)
    tx.record("external_block", "done", now, at, member_id=member_id, detail={"blocked": blocked})
    return None


def _person(form: MemberForm) -> dict[str, object]:
    """What the form says of a person, as it is kept."""
    kept: dict[str, object] = {
        name: getattr(form, name).strip() for name in ("surname", "given_name", "number", "email")
    }
    return {**kept, "name_fold": fold(f"{kept['surname']} {kept['given_name']}")}


def _faults(tx: Transaction, form: MemberForm, member_id: int | None) -> list[Reason]:
    faults = []
    if not form.surname.strip() or not form.given_name.strip():
        faults.append(Reason("name_missing", None, "fill_in"))
    number = form.number.strip()
    owner = tx.connection.execute(select(_member.c.id).where(_member.c.number == number)).scalar()
    if not 1 <= len(number) <= 40:
        faults.append(Reason("number_missing", None, "fill_in"))
    elif owner is not None and owner != member_id:
        faults.append(Reason("number_taken", None, "check_number"))
    if form.email.strip() and not is_address(form.email.strip()):
        faults.append(Reason("address_unfit", None, "check_address"))
    return faults


def _refuse(
    tx: Transaction, act: str, reasons: tuple[Reason, ...], member_id: int | None, now: datetime, at: At
) -> Refused:
    tx.record(act, "refused", now, at, member_id=member_id, reasons=reasons)
    return Refused(reasons)
