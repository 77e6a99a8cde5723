"""What staff enter about a member: who it is, category, suspensions, blocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import col

from store import rows
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
from store.tables import Card, Member
from store.transaction import Transaction, use_case


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
    member = Member(
        number=form.number.strip(), surname=form.surname.strip(), given_name=form.given_name.strip(),
        name_fold=fold(f"{form.surname} {form.given_name}"), email=form.email.strip(), category=form.category,
        status=MemberStatus.ACTIVE, joined_at=now,
    )  # fmt: skip
    tx.session.add(member)
    tx.session.flush()
    assert member.id is not None
    tx.session.add(Card(number=card.strip(), member_id=member.id, registered_at=now))
    tx.record("register_member", "done", now, at, member_id=member.id, detail={"category": form.category})
    return member.id


@use_case
@needs(Right.REGISTER, "edit_member")
def edit(tx: Transaction, member_id: int, form: MemberForm, now: datetime, at: At) -> Refused | None:
    """Correct name, number and address (the category has an act of its own). Refusals: every fault of the form.

    The audit tells which of them were changed, not to what.
    """
    faults = _faults(tx, form, member_id)
    if faults:
        return _refuse(tx, "edit_member", tuple(faults), member_id, now, at)
    member = tx.session.get_one(Member, member_id, with_for_update=True)
    changed = []
    for name in ("surname", "given_name", "number", "email"):
        value = getattr(form, name).strip()
        if getattr(member, name) != value:
            setattr(member, name, value)
            changed.append(name)
    member.name_fold = fold(f"{member.surname} {member.given_name}")
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
    lock_member(tx.session.connection(), member_id)
    tx.session.connection().execute(update(rows.member).where(rows.member.c.id == member_id).values(category=category))
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
    calendar = tx.library.calendars.of(tx.session, policy.branches[0].slug)
    terms = returning.discipline(policy, calendar, effective)
    if terms is None:
        return None
    tx.session.connection().execute(
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
    connection, table = tx.session.connection(), rows.suspension
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
    member = tx.session.get_one(Member, member_id, with_for_update=True)
    if member.external_block is blocked:
        return _refuse(tx, "external_block", (Reason("block_stands_so", None, "see_account"),), member_id, now, at)
    member.external_block = blocked
    if blocked:
        finish_tasks(tx, "student_system_block", now, at.staff, member_id=member_id)
    tx.record("external_block", "done", now, at, member_id=member_id, detail={"blocked": blocked})
    return None


def _faults(tx: Transaction, form: MemberForm, member_id: int | None) -> list[Reason]:
    faults = []
    if not form.surname.strip() or not form.given_name.strip():
        faults.append(Reason("name_missing", None, "fill_in"))
    number = form.number.strip()
    owner = tx.session.execute(select(col(Member.id)).where(col(Member.number) == number)).scalar()
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
