"""The steps of a scenario, each one carried out by the use case that the screens and the desk call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.catalogue import copies
from store.circulation import checkouts, holds, losses, recalls, renewals, returns
from store.library import Library
from store.members import membercards, memberfile, memberpins, memberships, signin
from store.money import payments
from store.policy.verdict import Pending, Refused
from store.results.circulation import NotLent
from store.results.members import CodeSent
from store.results.returns import NotReturned
from store.results.visit import SignInRefused
from store.scenarios.reading import Scenario
from store.scenarios.world import World


class Answer(Struct, frozen=True):
    """What a step was answered: the reasons of a refusal, what it waits for, or neither."""

    refused: tuple[str, ...] = ()
    pending: str | None = None
    possible_from: datetime | None = None


_NO_REASON = "none given"
"Staff must write one; a scenario need not."


class Actor(Struct, frozen=True):
    """Carries out steps in one library."""

    library: Library
    scenario: Scenario
    world: World
    at: At
    codes: dict[tuple[str, ...], tuple[int, str]] = field(default_factory=dict)
    "Codes that were sent and are not used up: purpose and identity -> ticket and code."

    def act(self, step: dict[str, Any], now: datetime) -> Answer:
        """Carry out a step at its instant. Raises whatever the use case raises for what it can't do."""
        verb: Callable[[Actor, dict[str, Any], datetime], Any] = _VERBS[step["do"]]
        return _answer(verb(self, step, now))

    def member(self, step: dict[str, Any]) -> int:
        """The step's member."""
        return self.world.members[step["member"]]

    def barcode(self, step: dict[str, Any]) -> str:
        """The step's item."""
        return self.world.items[step["item"]]

    def desk(self, step: dict[str, Any]) -> At:
        """The step's channel; staff act at the desk."""
        return replace(self.at, channel=step.get("channel", "desk"))

    def local(self, wall: datetime) -> datetime:
        """A wall-clock time as an instant."""
        return wall.replace(tzinfo=self.library.calendars.zone).astimezone(UTC)


def _answer(result: Any) -> Answer:  # noqa: ANN401 - the answers of many use cases
    if isinstance(result, Refused | NotLent | NotReturned):
        moments = [reason.possible_from for reason in result.reasons if reason.possible_from is not None]
        return Answer(tuple(reason.slug for reason in result.reasons), None, max(moments, default=None))
    if isinstance(result, SignInRefused):
        return Answer((result.slug,), None, result.locked_until)
    if isinstance(result, Pending):
        return Answer((), result.slug)
    return Answer()


def _checkout(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    channel = step.get("channel", "kiosk")
    at = replace(
        actor.at,
        channel=channel,
        loan_type=step.get("loan", "standard"),
        due=actor.local(step["due"]) if "due" in step else None,
        card_document=channel == "desk",
    )
    return checkouts.checkout(actor.library, actor.member(step), actor.barcode(step), now, at)


def _checkin(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    at = replace(actor.at, channel="kiosk", branch=step.get("branch"))
    return returns.checkin(actor.library, actor.barcode(step), now, at)


def _renew(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    at = replace(actor.at, channel=step.get("channel", "kiosk"))
    return renewals.renew(actor.library, actor.member(step), actor.barcode(step), now, at)


def _hold(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    return holds.place(actor.library, actor.member(step), actor.world.titles[step["item"]], now, actor.at)


def _cancel_hold(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    return holds.cancel(actor.library, actor.member(step), actor.world.titles[step["item"]], now, actor.at)


def _settle(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    rate = Decimal(str(step["usd_rate"])) if "usd_rate" in step else None
    return losses.settle(
        actor.library, actor.barcode(step), step["remedy"], now, actor.desk(step),
        amount=step.get("amount"), usd_rate=rate,
    )  # fmt: skip


def _discipline(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    day = step.get("from", step["at"])
    effective = actor.local(datetime.combine(day.date() if isinstance(day, datetime) else day, time(0)))
    return memberfile.discipline(actor.library, actor.member(step), effective, now, actor.desk(step))


def _new_card(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    number = f"{actor.world.cards[step['member']]}N"
    membercards.new_card(actor.library, actor.member(step), number, now, actor.desk(step))
    actor.world.cards[step["member"]] = number
    return None


def _apply(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    member = rows.member
    with actor.library.database.read.begin() as connection:
        row = connection.execute(select(member).where(member.c.id == actor.member(step))).one()
    form = {name: row._mapping[name] for name in ("surname", "given_name", "number", "email", "category")}
    return memberships.apply(actor.library, form, now, actor.at)


def _first_pin(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    identity = (step["number"], step["surname"], step["given_name"])
    return _pin_by_code(actor, "first_pin", identity, step["pin"], now)


def _reset_pin(actor: Actor, step: dict[str, Any], now: datetime) -> object:
    member = rows.member
    with actor.library.database.read.begin() as connection:
        row = connection.execute(select(member).where(member.c.id == actor.member(step))).one()
    return _pin_by_code(actor, "reset", (row.number, row.surname, row.given_name), step["pin"], now)


def _pin_by_code(actor: Actor, purpose: str, identity: tuple[str, str, str], pin: str, now: datetime) -> object:
    """As at a terminal: a code stays good while the member tries one PIN after another."""
    known = actor.codes.get((purpose, *identity))
    if known is None or memberpins.check_code(actor.library, *known, now, actor.at) is not None:
        sent = memberpins.ask_code(actor.library, purpose, *identity, now, actor.at)
        if not isinstance(sent, CodeSent):
            return sent
        known = actor.codes[purpose, *identity] = sent.ticket, _code_in_the_post(actor.library)
    refused = memberpins.set_pin(actor.library, *known, pin, now, actor.at)
    if refused is None:
        del actor.codes[purpose, *identity]
    return refused


def _code_in_the_post(library: Library) -> str:
    notice = rows.notice
    newest = select(notice.c.facts).where(notice.c.kind == "pin_code").order_by(notice.c.id.desc()).limit(1)
    with library.database.read.begin() as connection:
        return str(connection.execute(newest).scalar_one()["code"])


_VERBS: dict[str, Callable[[Actor, dict[str, Any], datetime], Any]] = {
    "checkout": _checkout,
    "checkin": _checkin,
    "found": _checkin,
    "renew": _renew,
    "approve_renewal": lambda a, s, now: renewals.approve_renewal(a.library, a.member(s), a.barcode(s), now, a.desk(s)),
    "reject_renewal": lambda a, s, now: renewals.reject_renewal(a.library, a.member(s), a.barcode(s), now, a.desk(s)),
    "hold": _hold,
    "cancel_hold": _cancel_hold,
    "recall": lambda a, s, now: recalls.recall(a.library, a.barcode(s), now, a.desk(s)),
    "pay": lambda a, s, now: payments.pay(a.library, a.member(s), s.get("amount"), now, a.desk(s)),
    "waive": lambda a, s, now: payments.waive(
        a.library, a.member(s), s.get("amount"), s.get("reason", _NO_REASON), now, a.desk(s)
    ),
    "report_lost": lambda a, s, now: losses.report_lost(a.library, a.member(s), a.barcode(s), now, a.desk(s)),
    "report_damaged": lambda a, s, now: losses.report_damaged(
        a.library, a.barcode(s), now, a.desk(s), intentional=s.get("intentional", False)
    ),
    "settle": _settle,
    "name_equivalent": lambda a, s, now: losses.name_equivalent(a.library, a.barcode(s), now, a.desk(s)),
    "discipline": _discipline,
    "set_category": lambda a, s, now: memberfile.set_category(a.library, a.member(s), s["category"], now, a.desk(s)),
    "set_period": lambda a, s, now: copies.set_period(a.library, a.barcode(s), s["period"], now, a.desk(s)),
    "lose_card": lambda a, s, now: membercards.lose_card(a.library, a.member(s), now, a.desk(s)),
    "new_card": _new_card,
    "cancel_membership": lambda a, s, now: memberships.cancel_membership(a.library, a.member(s), now, a.desk(s)),
    "clearance": lambda a, s, now: memberships.clearance(a.library, a.member(s), now, a.desk(s)),
    "apply": _apply,
    "approve": lambda a, s, now: memberships.approve(a.library, a.member(s), now, a.desk(s)),
    "reject": lambda a, s, now: memberships.reject(a.library, a.member(s), s.get("reason", _NO_REASON), now, a.desk(s)),
    "first_pin": _first_pin,
    "change_pin": lambda a, s, now: memberpins.change_pin(a.library, a.member(s), s["pin"], now, a.at),
    "reset_pin": _reset_pin,
    "sign_in": lambda a, s, now: signin.sign_in(a.library, a.world.cards[s["member"]], s["pin"], now, a.at),
    "wait": lambda _a, _s, _now: None,
}
