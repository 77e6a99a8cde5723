"""Letters: together for a day, tried again, given up with a task, come back; never two for one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation import checkouts, recalls
from store.jobs.running import run_due
from store.library import Library
from store.mail.bounces import record_bounce
from store.mail.outbox import Letter, MailTrouble
from store.mail.sending import send_due
from store.results.circulation import CheckedOut
from store.scenarios.world import World
from tests.store.worlds import NOW, library

AT = At("test")
Sent = list[Letter]


def _three_books(url: str, policy: str = "itu") -> tuple[Library, World]:
    opened, world = library(
        url, {"ali": {"category": "undergraduate"}}, {f"b{n}": {"type": "book"} for n in range(3)}, policy
    )
    for number in range(3):
        lent = checkouts.checkout(opened, world.members["ali"], world.items[f"b{number}"], NOW, AT)
        assert isinstance(lent, CheckedOut)
    return opened, world


def _states(opened: Library) -> list[tuple[str, str]]:
    notice = rows.notice
    with opened.database.read.connect() as connection:
        found = connection.execute(select(notice.c.kind, notice.c.status).order_by(notice.c.id))
        return [(row.kind, str(row.status)) for row in found]


def _tasks(opened: Library) -> list[str]:
    with opened.database.read.connect() as connection:
        return list(connection.execute(select(rows.task.c.slug).order_by(rows.task.c.id)).scalars())


def _into(sent: Sent) -> Callable[[Letter], None]:
    return sent.append


def _refuse(_letter: Letter) -> None:
    raise MailTrouble("the server is away")


def test_several_items_on_one_day_make_one_letter(database_url: str) -> None:
    """Three courtesy notices, one letter; the next kind makes its own."""
    opened, _world = _three_books(database_url)
    run_due(opened, NOW + timedelta(days=13), AT)
    sent: Sent = []
    round_ = send_due(opened, _into(sent), NOW + timedelta(days=13), AT)
    assert (round_.sent, len(sent), sent[0].kind, len(sent[0].items)) == (1, 1, "courtesy", 3)
    assert {item["title"] for item in sent[0].items} == {"b0", "b1", "b2"}
    assert _states(opened) == [("courtesy", "sent")] * 3
    assert send_due(opened, _into(sent), NOW + timedelta(days=14), AT).sent == 0
    opened.close()


def test_what_fails_is_tried_again_ever_more_seldom_and_then_given_up(database_url: str) -> None:
    """Nothing is lost meanwhile; in the end staff are asked."""
    opened, _world = _three_books(database_url)
    run_due(opened, NOW + timedelta(days=13), AT)
    now, rounds = NOW + timedelta(days=13), 0
    while not any(status == "failed" for _kind, status in _states(opened)):
        tried = send_due(opened, _refuse, now, AT)
        rounds += bool(tried.waiting or tried.failed)
        now += timedelta(minutes=1) if rounds < 3 else timedelta(hours=1)
        assert rounds < 50
    assert rounds == 7
    assert _states(opened) == [("courtesy", "failed")] * 3
    assert _tasks(opened) == ["notice_undelivered"] * 3
    opened.close()


def test_a_server_that_comes_back_gets_each_letter_once(database_url: str) -> None:
    """Refused at first, taken at the next try."""
    opened, _world = _three_books(database_url)
    run_due(opened, NOW + timedelta(days=13), AT)
    assert send_due(opened, _refuse, NOW + timedelta(days=13), AT).waiting == 1
    sent: Sent = []
    assert send_due(opened, _into(sent), NOW + timedelta(days=13, minutes=2), AT).sent == len(sent)
    assert sorted(item["title"] for letter in sent for item in letter.items) == ["b0", "b1", "b2"]
    opened.close()


def test_a_crash_between_sending_and_recording_sends_the_same_letter_again(database_url: str) -> None:
    """With the same Message-ID, by which mail programs know it."""
    opened, _world = _three_books(database_url)
    run_due(opened, NOW + timedelta(days=13), AT)
    ids: list[str] = []

    def crash(letter: Letter) -> None:
        ids.append(letter.message_id)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(opened, crash, NOW + timedelta(days=13), AT)
    sent: Sent = []
    assert send_due(opened, _into(sent), NOW + timedelta(days=13, minutes=2), AT).sent == 0
    send_due(opened, _into(sent), NOW + timedelta(days=13, minutes=5), AT)
    assert sent[0].message_id == ids[0]
    opened.close()


def test_a_slow_server_gets_no_letter_twice(database_url: str) -> None:
    """A round that lasts for minutes, and another terminal's that looks for letters meanwhile."""
    people = {f"m{number}": {"category": "faculty"} for number in range(4)}
    opened, world = library(database_url, people, {f"b{number}": {"type": "book"} for number in range(4)})
    for number in range(4):
        checkouts.checkout(opened, world.members[f"m{number}"], world.items[f"b{number}"], NOW, AT)
    late = NOW + timedelta(days=40)
    run_due(opened, late, AT)
    moments = (late + timedelta(seconds=50 * step) for step in itertools.count())
    sent: Sent = []

    def slowly(letter: Letter) -> None:
        sent.append(letter)
        send_due(opened, _into(sent), next(moments), AT)

    send_due(opened, slowly, late, AT, lambda: next(moments))
    ids = [letter.message_id for letter in sent]
    assert len(ids) == len(set(ids)) >= 4
    opened.close()


def test_what_came_back_is_recorded_once_with_its_tasks(database_url: str) -> None:
    """All notices of the letter; a report that is read twice does nothing twice; others' letters are none of ours."""
    opened, _world = _three_books(database_url)
    run_due(opened, NOW + timedelta(days=13), AT)
    sent: Sent = []
    send_due(opened, _into(sent), NOW + timedelta(days=13), AT)
    for _ in range(2):
        assert record_bounce(opened, sent[0].message_id, "550 no such user", NOW + timedelta(days=14), AT) == 3
    assert _states(opened) == [("courtesy", "bounced")] * 3
    assert _tasks(opened) == ["notice_undelivered"] * 3
    assert record_bounce(opened, "somebody@else", "550", NOW, AT) == 0
    opened.close()


@pytest.mark.parametrize(("policy", "from_delivery"), [("itu", True), ("metu", False)])
def test_a_recall_that_came_back(database_url: str, policy: str, from_delivery: bool) -> None:
    """Where its days count from delivery the former date holds until staff reach the member; else nothing changes."""
    opened, world = _three_books(database_url, policy)
    before = _due(opened, world)
    sent: Sent = []
    send_due(opened, _into(sent), NOW, AT)
    recalls.recall(opened, world.items["b0"], NOW + timedelta(days=1), AT)
    send_due(opened, _into(sent), NOW + timedelta(days=1), AT)
    shortened = _due(opened, world)
    assert shortened < before
    record_bounce(opened, sent[-1].message_id, "550", NOW + timedelta(days=2), AT)
    assert _tasks(opened) == ["recall_undelivered"]
    assert _due(opened, world) == (before if from_delivery else shortened)
    recalls.recall_delivered(opened, world.items["b0"], NOW + timedelta(days=3), NOW + timedelta(days=3), AT)
    assert _due(opened, world) == (shortened + timedelta(days=2) if from_delivery else shortened)
    opened.close()


def _due(opened: Library, world: World) -> datetime:
    loan = rows.loan
    with opened.database.read.connect() as connection:
        due: datetime = connection.execute(
            select(loan.c.due_at).where(loan.c.copy_id == world.copies["b0"])
        ).scalar_one()
        return due
