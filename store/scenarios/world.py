"""The world before a scenario's first step, written into a fresh library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from store.calendar.schedule import EVERY_BRANCH, touch
from store.catalogue.folding import fold
from store.library import Library
from store.policy.model import Policy
from store.scenarios.reading import Scenario
from store.states import CardStatus, CopyState, LedgerKind, LoanState, MemberStatus, Purse
from store.tables import (
    Card,
    ClosedDay,
    Copy,
    ExchangeListing,
    Holiday,
    LedgerEntry,
    Loan,
    Member,
    OpeningHours,
    ProjectManager,
    ProtocolForm,
    Teaching,
    Term,
    Title,
)

_OF_THE_TITLE = {"language", "in_print", "electronic_access"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TEN_YEARS = timedelta(days=3653)


@dataclass(slots=True)
class World:
    """Where the scenario's names are found in the library."""

    members: dict[str, int] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    "Name -> barcode."
    titles: dict[str, int] = field(default_factory=dict)
    "Item name -> title."
    copies: dict[str, int] = field(default_factory=dict)


def build(library: Library, scenario: Scenario, start: datetime) -> World:
    """Write calendar, terms, items and members; `start` is the moment before which all of it happened."""
    world, policy = World(), library.policies.at(start)
    with Session(library.database.write) as session:
        _calendar(session, scenario.calendar)
        for term in scenario.terms:
            session.add(Term(name=term["name"], first_day=term["first"], last_day=term["last"]))
        session.flush()
        _items(session, world, scenario, policy, start)
        for number, (name, member) in enumerate(scenario.members.items(), start=1):
            _member(session, library, world, name, number, member, policy, start)
        touch(session.connection())
        session.commit()
    return world


def _calendar(session: Session, calendar: Mapping[str, Any]) -> None:
    for day in dict.fromkeys(calendar.get("holidays", ())):
        session.add(Holiday(day=day))
    for branch, one in ((EVERY_BRANCH, calendar), *calendar.get("branches", {}).items()):
        for day, hours in one.get("hours", {}).items():
            opens, closes = (None, None) if hours == "closed" else (clock.zfill(5) for clock in hours.split("-"))
            row = OpeningHours(branch=branch, weekday=_DAYS.index(day), opens=opens, closes=closes)
            session.add(row)
        for day in dict.fromkeys(one.get("closed", ())):
            session.add(ClosedDay(branch=branch, day=day))


def _items(session: Session, world: World, scenario: Scenario, policy: Policy, start: datetime) -> None:
    titles: dict[str, Title] = {}
    for number, (name, item) in enumerate(scenario.items.items(), start=1):
        key = item.get("title", f"\0{name}")
        title = titles.get(key)
        if title is None:
            title = titles[key] = Title(
                title=item.get("title", name),
                title_fold=fold(item.get("title", name)),
                language="tr",
                added_at=start,
            )
            session.add(title)
        for fact in _OF_THE_TITLE & item.keys():  # whichever of its copies says so
            setattr(title, fact, item[fact])
        session.flush()
        assert title.id is not None
        copy = Copy(
            barcode=f"S{number:05}",
            title_id=title.id,
            item_type=item["type"],
            branch=item.get("branch", policy.branches[0].slug),
            state=CopyState(item.get("status", "on_shelf")),
            course=item.get("course"),
            project=item.get("project"),
            period=item.get("period"),
            received_at=start,
        )
        session.add(copy)
        session.flush()
        assert copy.id is not None
        world.items[name], world.titles[name], world.copies[name] = copy.barcode, title.id, copy.id


def _member(
    session: Session,
    library: Library,
    world: World,
    name: str,
    number: int,
    given: Mapping[str, Any],
    policy: Policy,
    start: datetime,
) -> None:
    surname, given_name = given.get("surname", f"Soyadı{number}"), given.get("given_name", f"Adı{number}")
    member = Member(
        number=given.get("number", f"9900{number:05}"),
        surname=surname,
        given_name=given_name,
        name_fold=fold(f"{surname} {given_name}"),
        email=given.get("email", f"member{number}@library.example"),
        category=given["category"],
        status=MemberStatus(given.get("status", "active")),
        pin_hash=library.hasher.hash(given["pin"]) if "pin" in given else None,
        joined_at=start,
    )
    session.add(member)
    session.flush()
    assert member.id is not None
    card = Card(
        number=f"C{number:05}", member_id=member.id, status=CardStatus(given.get("card", "ok")), registered_at=start
    )
    session.add(card)
    world.members[name], world.cards[name] = member.id, card.number
    for course in given.get("teaches", ()):
        session.add(Teaching(member_id=member.id, course=course))
    for project in given.get("manages", ()):
        session.add(ProjectManager(member_id=member.id, project=project))
    for term in given.get("exchange_list", ()):
        if session.get(Term, term) is not None:  # the list of a term that never is helps nobody
            session.add(ExchangeListing(member_id=member.id, term=term))
    if "protocol_form" in given:
        session.add(ProtocolForm(member_id=member.id, dated=given["protocol_form"]))
    if given.get("balance"):
        fine = LedgerEntry(
            member_id=member.id, kind=LedgerKind.LATE_FINE, purse=Purse.FINE, amount=given["balance"], at=start
        )
        session.add(fine)
    _other_loans(session, member, given.get("loans", {}), policy, start)


def _other_loans(session: Session, member: Member, loans: Mapping[str, int], policy: Policy, start: datetime) -> None:
    assert member.id is not None
    count: defaultdict[str, int] = defaultdict(int)
    for item_type, number in loans.items():
        for _each in range(number):
            count[item_type] += 1
            label = f"{member.id}-{item_type}-{count[item_type]}"
            title = Title(title=label, title_fold=fold(label), added_at=start)
            session.add(title)
            session.flush()
            assert title.id is not None
            copy = Copy(
                barcode=f"L{label}", title_id=title.id, item_type=item_type, branch=policy.branches[0].slug,
                state=CopyState.ON_LOAN, received_at=start,
            )  # fmt: skip
            session.add(copy)
            session.flush()
            assert copy.id is not None
            due = datetime.combine((start + _TEN_YEARS).date(), time(20, 59, 59), start.tzinfo)
            session.add(
                Loan(
                    copy_id=copy.id, member_id=member.id, category=member.category, item_type=item_type,
                    branch=copy.branch, state=LoanState.OPEN, lent_at=start, period_start=start, due_at=due,
                    policy_version=policy.version,
                )
            )  # fmt: skip
