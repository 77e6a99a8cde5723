"""Guessing PINs and codes, and finding out who is a member: by the answers, and by the work behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update

from store import rows
from store.act import At
from store.desk.staff import create_staff
from store.library import Library
from store.members import membercards, memberpins
from store.members.signin import sign_in
from store.opening import open_library
from store.policy.verdict import Refused
from store.results.members import CodeSent
from store.results.visit import SignedIn, SignInRefused
from store.scenarios.world import World
from store.settings import SignInLimits
from store.states import Role
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library, settings

HERE = At("kiosk-1")
PIN = "çiğdem7"
MEMBERS = {
    "ali": {"category": "undergraduate", "pin": PIN, "number": "1", "surname": "Ak", "given_name": "Ali"},
    "new": {"category": "graduate", "number": "2", "surname": "Öz", "given_name": "Işıl"},
    "lost": {"category": "graduate", "pin": PIN, "card": "lost", "number": "3"},
    "other": {"category": "graduate", "pin": PIN, "number": "4"},
    "applied": {"category": "graduate", "number": "5", "surname": "Ay", "given_name": "Can", "status": "pending"},
}  # fmt: skip
MINUTE = timedelta(minutes=1)


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[tuple[Library, World]]:
    """Members with and without a PIN or a card, and staff."""
    made, world = library(sqlite_url, MEMBERS, {})
    create_staff(made, "Deniz", "S1", Role.SUPERVISOR, "gozetmen01", NOW, HERE)
    yield made, world
    assert verify(made.database) == ()
    made.close()


def _slug(answer: object) -> str:
    if isinstance(answer, SignInRefused):
        return answer.slug
    return answer.slugs[0] if isinstance(answer, Refused) else "in"


# ------------------------------------------------------------------------------------------------ guessing


def _guess_everywhere(made: Library, count: int, now: datetime) -> list[str]:
    """From many terminals, on many cards, so that neither count is reached."""
    return [_slug(sign_in(made, f"Y{n}", PIN, now, At(f"kiosk-{n}"))) for n in range(count)]


def test_while_the_whole_library_is_tried_every_terminal_slows_down(sqlite_url: str) -> None:
    """Each wrong PIN costs its terminal a pause; staff are asked to look, nobody is locked out, and it ends."""
    made, world = library(sqlite_url, MEMBERS, {})
    made.close()
    made = open_library(settings(sqlite_url, sign_in=SignInLimits(library_tries=30)), NOW)
    fresh = At("kiosk-fresh")
    assert set(_guess_everywhere(made, 29, NOW)) == {"pin_incorrect"}
    assert _slug(sign_in(made, "Z1", PIN, NOW, fresh)) == "pin_incorrect"
    assert _slug(sign_in(made, "Z2", PIN, NOW, At("kiosk-next"))) == "pin_incorrect"
    assert _slug(sign_in(made, "Z3", PIN, NOW, At("kiosk-next"))) == "pin_locked", "after one wrong PIN already"
    assert isinstance(sign_in(made, world.cards["ali"], PIN, NOW, At("kiosk-calm")), SignedIn)
    assert isinstance(sign_in(made, world.cards["ali"], PIN, NOW + MINUTE, At("kiosk-next")), SignedIn)
    with made.database.read.connect() as connection:
        tasks = connection.execute(select(rows.task.c.slug)).scalars().all()
    assert tasks == ["pin_guessing"]
    later = NOW + timedelta(hours=1)
    assert [_slug(sign_in(made, f"Z{n}", PIN, later, At("kiosk-next"))) for n in (4, 5)] == ["pin_incorrect"] * 2
    made.close()


def test_wrong_tries_of_one_hour_do_not_add_up_with_those_of_the_next(sqlite_url: str) -> None:
    """A day of honest slips is no attack."""
    made, _world = library(sqlite_url, MEMBERS, {})
    made.close()
    made = open_library(settings(sqlite_url, sign_in=SignInLimits(library_tries=30)), NOW)
    for hour in range(3):
        _guess_everywhere(made, 20, NOW + timedelta(hours=hour))
    with made.database.read.connect() as connection:
        assert connection.execute(select(func.count()).select_from(rows.task)).scalar_one() == 0
    made.close()


def test_a_mailed_code_can_be_tried_five_times(opened: tuple[Library, World]) -> None:
    """Then the right one is worth nothing either."""
    made, _world = opened
    sent = memberpins.ask_code(made, "first_pin", "2", "Öz", "Işıl", NOW, HERE)
    assert isinstance(sent, CodeSent)
    right = _code(made)
    for wrong in range(5):
        guess = f"{(int(right) + 1 + wrong) % 10**6:06}"
        assert _slug(memberpins.check_code(made, sent.ticket, guess, NOW, HERE)) == "code_incorrect"
    assert _slug(memberpins.check_code(made, sent.ticket, right, NOW, HERE)) == "code_expired"


def test_codes_are_not_sent_without_end(opened: tuple[Library, World]) -> None:
    """Neither to guess at one after the other nor to fill a mailbox; a PIN that was made begins the count anew."""
    made, _world = opened

    def ask(now: datetime) -> object:
        return memberpins.ask_code(made, "reset", "1", "Ak", "Ali", now, HERE)

    assert all(isinstance(ask(NOW), CodeSent) for _ in range(5))
    assert _slug(ask(NOW)) == "pin_locked"
    last = ask(NOW + 15 * MINUTE)
    assert isinstance(last, CodeSent)
    assert memberpins.set_pin(made, last.ticket, _code(made), "yenipin2", NOW + 15 * MINUTE, HERE) is None
    assert all(isinstance(ask(NOW + 16 * MINUTE), CodeSent) for _ in range(5))


def _code(made: Library) -> str:
    notice = rows.notice
    statement = select(notice.c.facts).where(notice.c.kind == "pin_code").order_by(notice.c.id.desc()).limit(1)
    with made.database.read.connect() as connection:
        return str(connection.execute(statement).scalar_one()["code"])


# --------------------------------------------------------------------------------------------- enumeration


def _closed(made: Library, world: World) -> dict[str, str]:
    """A card of every kind that its PIN does not open."""
    membercards.new_card(made, world.members["other"], "C9", NOW, HERE)
    create_staff(made, "Selin", "S2", Role.CIRCULATION, "gozetmen02", NOW, HERE)
    with made.database.write.begin() as connection:
        connection.execute(update(rows.staff).where(rows.staff.c.name == "Selin").values(disabled_at=NOW))
    return {
        "wrong PIN": world.cards["ali"], "unknown": "999999", "no PIN yet": world.cards["new"],
        "replaced": world.cards["other"], "staff": "S1", "former staff": "S2", "no text": "", "endless": "9" * 64,
    }  # fmt: skip


def test_the_work_tells_nobody_who_has_a_card(opened: tuple[Library, World], monkeypatch: pytest.MonkeyPatch) -> None:
    """One check of a hash each, the forty milliseconds that could be measured: known card or not, PIN or none."""
    made, world = opened
    cards = {**_closed(made, world), "reported lost": world.cards["lost"]}
    made.hasher.warm_up()
    calls: list[str] = []
    for slow in ("verify_and_update", "dummy_verify", "hash"):
        original = getattr(made.hasher._context, slow)

        def count(*given: str, slow: str = slow, original: Callable[..., object] = original) -> object:
            calls.append(slow)
            return original(*given)

        monkeypatch.setattr(made.hasher._context, slow, count)
    for name, card in cards.items():
        calls.clear()
        sign_in(made, card, "yanlis1", NOW, At(f"at {name}"))
        assert calls in (["verify_and_update"], ["dummy_verify"]), name


WRONG_NAMES = {
    "unknown number": ("999", "Ak", "Ali"), "wrong surname": ("1", "Ok", "Ali"), "wrong name": ("4", "Soyadı4", "Veli"),
    "without PIN, wrong name": ("2", "Ak", "Ali"), "applicant": ("5", "Ay", "Can"), "nothing": ("", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("purpose", ["first_pin", "reset"])
def test_the_form_tells_nobody_who_is_a_member(opened: tuple[Library, World], purpose: str) -> None:
    """One answer for every mismatch, after the same statements; only all three together tell of a PIN."""
    made, _world = opened
    answers, work = [], []
    for name, (number, surname, given) in WRONG_NAMES.items():
        with _statements(made) as told:
            answers.append(memberpins.ask_code(made, purpose, number, surname, given, NOW, At(f"at {name}")))
        work.append([statement.split(" WHERE")[0] for statement in told])
    assert all(isinstance(each, Refused) and each.slugs == ("pin_identity_mismatch",) for each in answers)
    assert len({repr(each) for each in answers}) == 1
    assert all(each == work[-1] for each in work[1:]), "the first counts for the library, too"
    known = memberpins.ask_code(made, "first_pin", "1", "Ak", "Ali", NOW, At("at known"))
    assert isinstance(known, Refused) and known.slugs == ("pin_already_set",)


class _statements:
    """The statements that the store sends meanwhile."""

    def __init__(self, made: Library) -> None:
        self._engine, self._told = made.database.read, list[str]()

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._hear)
        return self._told

    def __exit__(self, *_fault: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        self._told.append(statement)


# ---------------------------------------------------------------------------------------- first-PIN fraud


def test_a_first_pin_needs_the_members_own_mailbox(opened: tuple[Library, World]) -> None:
    """Who knows name and number gets no further: the code goes to the address on record, which is not even shown."""
    made, _world = opened
    sent = memberpins.ask_code(made, "first_pin", "2", "Öz", "Işıl", NOW, HERE)
    assert isinstance(sent, CodeSent)
    with made.database.read.connect() as connection:
        notice = connection.execute(select(rows.notice).where(rows.notice.c.kind == "pin_code")).one()
        address = connection.execute(select(rows.member.c.email).where(rows.member.c.number == "2")).scalar_one()
    assert notice.address == address
    assert address.partition("@")[0] not in str(sent)
    guess = f"{(int(notice.facts['code']) + 1) % 10**6:06}"
    assert _slug(memberpins.set_pin(made, sent.ticket, guess, "yenipin2", NOW, HERE)) == "code_incorrect"


def test_a_code_is_good_once_and_for_half_an_hour(opened: tuple[Library, World]) -> None:
    """A letter found later opens nothing; nor does a ticket that was never given."""
    made, world = opened
    sent = memberpins.ask_code(made, "first_pin", "2", "Öz", "Işıl", NOW, HERE)
    assert isinstance(sent, CodeSent)
    code = _code(made)
    late = NOW + 31 * MINUTE
    assert _slug(memberpins.set_pin(made, sent.ticket, code, "yenipin2", late, HERE)) == "code_expired"
    assert memberpins.set_pin(made, sent.ticket, code, "yenipin2", NOW, HERE) is None
    assert _slug(memberpins.set_pin(made, sent.ticket, code, "baskapin3", NOW, HERE)) == "code_expired"
    assert _slug(memberpins.set_pin(made, 999, code, "baskapin3", NOW, HERE)) == "code_expired"
    assert isinstance(sign_in(made, world.cards["new"], "yenipin2", NOW, HERE), SignedIn)


def test_a_pin_that_is_replaced_is_told_to_its_owner(opened: tuple[Library, World]) -> None:
    """Whoever did it, the member hears of it at the address on record."""
    made, _world = opened
    sent = memberpins.ask_code(made, "reset", "1", "Ak", "Ali", NOW, HERE)
    assert isinstance(sent, CodeSent)
    assert memberpins.set_pin(made, sent.ticket, _code(made), "yenipin2", NOW, HERE) is None
    with made.database.read.connect() as connection:
        kinds = connection.execute(select(rows.notice.c.kind).order_by(rows.notice.c.id)).scalars().all()
    assert kinds == ["pin_code", "pin_changed"]
