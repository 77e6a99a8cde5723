"""What staff do about letters: read them as they went, send them again, correct addresses, give up; codes excepted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation import checkouts, recalls, returns
from store.desk import staff, worklist
from store.jobs.running import run_due
from store.library import Library
from store.mail import letters
from store.mail.bounces import record_bounce
from store.mail.outbox import Letter, MailTrouble
from store.mail.sending import send_due
from store.members import preferences
from store.members.addresses import is_address
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut
from store.results.letters import LetterLine, SentAgain, View
from store.scenarios.world import World
from store.states import Role
from tests.store.worlds import NOW, library

AT = At("test", "desk")
DUE = NOW + timedelta(days=13)
Made = tuple[Library, World, At]


def _three_books(url: str) -> Made:
    opened, world = library(url, {"ali": {"category": "undergraduate"}}, {f"b{n}": {"type": "book"} for n in range(3)})
    for number in range(3):
        lent = checkouts.checkout(opened, world.members["ali"], world.items[f"b{number}"], NOW, AT)
        assert isinstance(lent, CheckedOut)
    clerk = staff.create_staff(opened, "Ece", "S1", Role.CIRCULATION, "gozetmen01", NOW, AT)
    assert isinstance(clerk, int)
    return opened, world, replace(AT, staff=clerk)


def _post(opened: Library, now: datetime) -> list[Letter]:
    sent: list[Letter] = []
    send_due(opened, sent.append, now, AT)
    return sent


def _in(opened: Library, view: View, **more: Any) -> tuple[LetterLine, ...]:  # noqa: ANN401 - any filter
    asked = {"kind": None, "member_id": None, "page": 0} | more
    return letters.letters(opened, view, asked["kind"], asked["member_id"], asked["page"]).lines


def _bounced(url: str) -> Made:
    """The day's letter came back: three notices in one post."""
    opened, world, desk = _three_books(url)
    run_due(opened, DUE, AT)
    (letter,) = _post(opened, DUE)
    record_bounce(opened, letter.message_id, "550 no such user", DUE, AT)
    return opened, world, desk


def _tasks(opened: Library) -> list[str]:
    return [line.slug for line in worklist.waiting(opened, None, 0, NOW).lines]


def _due(opened: Library, copy_id: int) -> datetime:
    loan = rows.loan
    with opened.database.read.connect() as connection:
        due: datetime = connection.execute(select(loan.c.due_at).where(loan.c.copy_id == copy_id)).scalar_one()
    return due


def test_a_letter_is_read_as_it_went_and_as_it_will_go(database_url: str) -> None:
    """With every notice of its post; before and after."""
    opened, _world, _desk = _three_books(database_url)
    run_due(opened, DUE, AT)
    waiting = _in(opened, "queued")
    assert [line.kind for line in waiting] == ["courtesy"] * 3
    before = letters.letter(opened, waiting[-1].notice_id, DUE)
    (sent,) = _post(opened, DUE)
    after = letters.letter(opened, waiting[0].notice_id, DUE)
    assert isinstance(before, Letter) and isinstance(after, Letter)
    assert (before.items, before.message_id) == (sent.items, sent.message_id)
    assert (after.items, after.name, after.at) == (sent.items, sent.name, sent.at)
    (first, *_others) = _in(opened, "sent")
    assert first.sent_at == DUE
    opened.close()


def test_sent_again_it_is_a_post_of_its_own_and_its_task_is_done(database_url: str) -> None:
    """Under another identity: a late report about the first is none about the second; that one may fail anew."""
    opened, world, desk = _bounced(database_url)
    line = _in(opened, "waits", member_id=world.members["ali"])[0]
    assert len(_in(opened, "waits")) == 3 and line.waits and line.trouble == "550 no such user"
    assert letters.send_again(opened, line.notice_id, DUE + timedelta(hours=1), desk) == SentAgain(None)
    assert len(_in(opened, "waits")) == 2 and len(_tasks(opened)) == 2
    refused = letters.send_again(opened, line.notice_id, DUE, desk)
    assert isinstance(refused, Refused) and refused.slugs == ("letter_waits",)
    (again,) = _post(opened, DUE + timedelta(hours=1))
    assert len(again.items) == 1
    assert _in(opened, "sent")[0].sent_at == DUE, "when it was sent first still counts (METU-2-h.lost)"
    record_bounce(opened, again.message_id, "550 still nobody", DUE + timedelta(hours=2), AT)
    assert len(_tasks(opened)) == 3
    entry = rows.audit_entry
    with opened.database.read.connect() as connection:
        acts = connection.execute(select(entry.c.staff_id, entry.c.outcome).where(entry.c.act == "send_again")).all()
    assert [tuple(act) for act in acts] == [(desk.staff, "done"), (desk.staff, "refused")]
    opened.close()


def test_a_corrected_address_holds_for_everything_that_waits(sqlite_url: str) -> None:
    """This letter is sent there at once; the audit does not know the address."""
    opened, world, desk = _bounced(sqlite_url)
    recalls.recall(opened, world.items["b0"], DUE, AT)
    line = _in(opened, "waits")[0]
    wrong = letters.correct_address(opened, line.notice_id, "ali at home", DUE, desk)
    assert isinstance(wrong, Refused) and wrong.slugs == ("address_unfit",)
    assert isinstance(letters.correct_address(opened, line.notice_id, " ali@ev.example ", DUE, desk), SentAgain)
    assert {letter.address for letter in _post(opened, DUE)} == {"ali@ev.example"}
    entry = rows.audit_entry
    with opened.database.read.connect() as connection:
        told = connection.execute(select(entry.c.detail).where(entry.c.act == "correct_address")).scalars().all()
        assert connection.execute(select(rows.member.c.email)).scalar_one() == "ali@ev.example"
    assert "ev.example" not in str(told)
    opened.close()


def test_what_is_true_no_more_is_not_sent_again(sqlite_url: str) -> None:
    """The item is back: the letter is given up, with a note."""
    opened, world, desk = _bounced(sqlite_url)
    line = next(line for line in _in(opened, "waits") if line.barcode == world.items["b1"])
    returns.checkin(opened, world.items["b1"], DUE, AT)
    past = letters.send_again(opened, line.notice_id, DUE, desk)
    assert isinstance(past, Refused) and past.slugs == ("letter_is_past",)
    assert letters.correct_address(opened, line.notice_id, "ali@ev.example", DUE, desk) is None
    empty = letters.give_up(opened, line.notice_id, " ", DUE, desk)
    assert isinstance(empty, Refused) and empty.slugs == ("note_missing",)
    assert letters.give_up(opened, line.notice_id, "is back", DUE, desk) is None
    assert len(_tasks(opened)) == 2
    _post(opened, DUE)
    opened.close()


def test_what_waits_in_vain_can_be_given_up(sqlite_url: str) -> None:
    """It is not tried again; what was sent can't be."""
    opened, _world, desk = _three_books(sqlite_url)
    run_due(opened, DUE, AT)
    for line in _in(opened, "queued"):
        assert letters.give_up(opened, line.notice_id, "told by telephone", DUE, desk) is None
    assert _post(opened, DUE) == []
    line = _in(opened, "failed")[0]
    assert letters.send_again(opened, line.notice_id, DUE, desk) == SentAgain(None)
    _post(opened, DUE)
    sent = letters.give_up(opened, line.notice_id, "?", DUE, desk)
    assert isinstance(sent, Refused) and sent.slugs == ("letter_is_sent",)
    opened.close()


def test_a_recall_sent_again_counts_its_days_anew(database_url: str) -> None:
    """Until it arrives the former due date holds, whether it came back or could not be sent at all (ITU-E2)."""
    opened, world, desk = _three_books(database_url)
    copy = world.copies["b0"]
    before = _due(opened, copy)
    recalls.recall(opened, world.items["b0"], NOW + timedelta(days=1), AT)
    shortened, now = _due(opened, copy), NOW + timedelta(days=1)
    assert shortened < before
    while not _tasks(opened):
        send_due(opened, _refuse, now, AT)
        now += timedelta(hours=12)
    assert _tasks(opened) == ["recall_undelivered"] and _due(opened, copy) == before
    (line,) = _in(opened, "waits", kind="recall")
    again = letters.send_again(opened, line.notice_id, now, desk)
    assert isinstance(again, SentAgain) and again.due is not None
    assert _due(opened, copy) == again.due and _tasks(opened) == []
    (letter,) = _post(opened, now)
    assert letter.items[0]["due"] == again.due.isoformat()
    record_bounce(opened, letter.message_id, "550", now, AT)
    assert _due(opened, copy) == before and _tasks(opened) == ["recall_undelivered"]
    recalls.recall_delivered(opened, world.items["b0"], now, now, desk)
    assert _tasks(opened) == [] and _in(opened, "waits") == ()
    opened.close()


def _refuse(_letter: Letter) -> None:
    raise MailTrouble("the server is away")


def test_codes_are_nobodys_to_read_or_send(sqlite_url: str) -> None:
    """Neither before nor after they were sent; the line says no more than that there is one."""
    opened, world, desk = _three_books(sqlite_url)
    preferences.ask_address_code(opened, world.members["ali"], "ali@ev.example", NOW, AT)
    for sent in (False, True):
        (line,) = _in(opened, "sent" if sent else "queued", kind="pin_code")
        assert line.secret and line.title == ""
        for answer in (
            letters.letter(opened, line.notice_id, NOW),
            letters.send_again(opened, line.notice_id, NOW, desk),
        ):
            assert isinstance(answer, Refused) and answer.slugs == ("letter_is_secret",)
        assert letters.correct_address(opened, line.notice_id, "ali@is.example", NOW, desk) is None
        assert [letter.address for letter in _post(opened, NOW)] == ([] if sent else ["ali@ev.example"])
    opened.close()


@pytest.mark.parametrize(
    ("text", "good"),
    [("a@b.tr", True), ("a.b+c@x.itu.edu.tr", True), ("", False), ("a@b", False), ("a b@c.tr", False), ("@c.tr", False),
     ("a@.tr", False), ("a@b@c.tr", False), ("a@b.tr\nBcc: c@d.tr", False), ("<a@b.tr>", False), ("a@b.", False),
     ("x" * 200 + "@b.tr", False)],
)  # fmt: skip
def test_what_can_be_an_address(text: str, good: bool) -> None:
    """What mail programs could misread is none."""
    assert is_address(text) is good
