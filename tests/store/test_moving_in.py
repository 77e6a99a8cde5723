"""A library moves in: what was open in another system stands here, once, and time goes on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation import renewals, returns
from store.jobs.running import run_due
from store.library import Library
from store.loading.calendar import load_calendar
from store.loading.fines import load_fines
from store.loading.holds import load_holds
from store.loading.leavers import end_memberships, leavers
from store.loading.loans import load_loans
from store.loading.moving_tables import read_calendar, read_fines, read_holds, read_loans
from store.loading.reporting import DryRun, Report
from store.money import ledger, payments
from store.results.money import Credited
from store.results.returns import Renewed, Returned
from store.scenarios.world import World
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library

AT = At("command line", channel="desk")
DESK = At("desk", channel="desk")
READERS: dict[str, Any] = {
    "loans": (read_loans, load_loans), "holds": (read_holds, load_holds), "fines": (read_fines, load_fines),
    "calendar": (read_calendar, load_calendar),
}  # fmt: skip
MEMBERS = {
    "ali": {"category": "undergraduate", "number": "1"},
    "ece": {"category": "faculty", "number": "2"},
    "new": {"category": "undergraduate", "number": "3", "status": "pending"},
}
ITEMS = {
    "one": {"type": "book", "title": "Aşk"}, "two": {"type": "book", "title": "Aşk"}, "three": {"type": "book"},
    "gone": {"type": "book", "status": "withdrawn"}, "hour": {"type": "course_reserve"},
    "five": {"type": "book"}, "six": {"type": "book"},
}  # fmt: skip
LOANS = """barcode,member,lent,due,renewals
S00001,1,2026-02-20,2026-03-12,0
S00002,2,01.02.2026 10:30,05.03.2026,1
"""


@dataclass
class Place:
    """A library without loans, and a folder for its files."""

    library: Library
    world: World
    folder: Path

    def load(self, kind: str, text: str, now: datetime = NOW, *, dry: bool = False) -> Report:
        """Read and load a file as `kiosk import` does."""
        read, load = READERS[kind]
        path = self.folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        report: Report = load(self.library, read(path, {}, "utf-8"), now, AT, lambda _done: None, dry)
        return report

    def all(self, table: str) -> list[Any]:
        """The rows of a table."""
        found = rows.member.metadata.tables[table]
        with self.library.database.read.connect() as connection:
            return list(connection.execute(select(found).order_by(*found.primary_key.columns)).all())


def _place(url: str, folder: Path, policy: str = "itu") -> Place:
    made, world = library(url, MEMBERS, ITEMS, policy)
    title = rows.title
    with made.database.write.begin() as connection:
        for number, name in enumerate(("one", "three", "gone", "hour"), start=1):
            connection.execute(
                title.update().where(title.c.id == world.titles[name]).values(control_number=f"t{number}")
            )
    return Place(made, world, folder)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """On either database; whatever was loaded, the library is whole."""
    made = _place(database_url, tmp_path)
    yield made
    assert verify(made.library.database) == ()
    made.library.close()


@pytest.fixture
def here(sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    """The same on SQLite alone."""
    made = _place(sqlite_url, tmp_path)
    yield made
    assert verify(made.library.database) == ()
    made.library.close()


def _check(report: Report, wrong: Sequence[tuple[str, str]]) -> None:
    """Each line is named by its number, with words about what is wrong."""
    assert [each.number for each in report.damaged] == list(range(1, len(wrong) + 1))
    for told, (line, words) in zip(report.damaged, wrong, strict=True):
        assert words in told.what, line


def test_loans_keep_their_dates_and_go_on(place: Place) -> None:
    """Due at the end of the day in the file, renewed as often as the file says; the next letter is planned."""
    report = place.load("loans", LOANS)
    assert (report.added, report.damaged) == (2, [])
    first, second = place.all("loan")
    assert first.due_at == datetime(2026, 3, 12, 20, 59, 59, tzinfo=UTC)
    assert first.next_event == "courtesy" and first.next_event_at > NOW
    assert (second.renewals, second.lent_at) == (1, datetime(2026, 2, 1, 7, 30, tzinfo=UTC))
    assert [copy.state for copy in place.all("copy")][:2] == ["on_loan", "on_loan"]
    done = run_due(place.library, first.next_event_at, AT)
    assert done["courtesy"] >= 1
    later = datetime(2026, 3, 5, 9, tzinfo=UTC)
    renewed = renewals.renew(place.library, place.world.members["ece"], "S00002", later, At("kiosk"))
    assert isinstance(renewed, Renewed) and renewed.renewals == 2
    assert isinstance(returns.checkin(place.library, "S00001", later, At("kiosk")), Returned)


def test_loading_loans_again_changes_nothing(place: Place) -> None:
    """Not even after a renewal and a return here: the file is older than the library."""
    place.load("loans", LOANS)
    later = datetime(2026, 3, 5, 9, tzinfo=UTC)
    renewals.renew(place.library, place.world.members["ece"], "S00002", later, At("kiosk"))
    returns.checkin(place.library, "S00001", later, At("kiosk"))
    before = (place.all("loan"), place.all("copy"), place.all("notice"))
    report = place.load("loans", LOANS, later)
    assert (report.added, report.changed, report.unchanged, report.damaged) == (0, 0, 2, [])
    assert (place.all("loan"), place.all("copy"), place.all("notice")) == before


def test_a_dry_run_of_loans_writes_nothing(here: Place) -> None:
    """It tells what would be done."""
    before = here.all("copy")
    with pytest.raises(DryRun) as tried:
        here.load("loans", LOANS, dry=True)
    assert tried.value.report.added == 2
    assert (here.all("loan"), here.all("copy"), here.all("audit_entry")) == ([], before, [])


WRONG_LOANS = (
    ("?,1,2026-02-20,2026-03-12", "import the copies first"),
    ("S00001,9,2026-02-20,2026-03-12", "import the members first"),
    ("S00002,3,2026-02-20,2026-03-12", "decide on the application first"),
    ("S00004,1,2026-02-20,2026-03-12", "is out of the stock here"),
    ("S00006,1,2026-04-20,2026-05-12", "lies in the future"),
    ("S00007,1,2026-02-20,2026-02-12", "due comes before lent"),
    ("S00001,1,20/02/2026,2026-03-12", "write a date as"),
    ("S00001,1,2026-02-30,2026-03-12", "there is no such day"),
    ("S00001,1,2026-02-20 9h,2026-03-12", "write it as 16:30"),
    ("S00001,1,2026-02-20,", "due is empty"),
    ("S00001,1,2026-02-20,2026-03-12,-1", "write a number"),
    ("S00001,1,2026-02-20,2026-03-12,0,forever", "loan_type is 'forever'"),
    ("S00005,1,2026-03-02,2026-03-02", "lent by the hour"),
)


def test_a_line_that_can_not_be_a_loan_is_named_with_its_remedy(here: Place) -> None:
    """The good line beside them is taken, as with the other imports."""
    lines = [line + "," * (5 - line.count(",")) for line, _ in WRONG_LOANS]
    text = "\n".join(("barcode,member,lent,due,renewals,loan_type", *lines, "S00003,1,2026-02-20,2026-03-12,,"))
    report = here.load("loans", text)
    assert report.added == 1 and len(here.all("loan")) == 1
    _check(report, WRONG_LOANS)


def test_an_hourly_loan_keeps_its_hour(here: Place) -> None:
    """Due at a time of day, as the rules of its kind say."""
    report = here.load("loans", "barcode,member,lent,due\nS00005,1,2026-03-02 11:00,2026-03-02 13:30\n")
    assert report.damaged == []
    (loan,) = here.all("loan")
    assert loan.hourly and loan.due_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_reminders_that_were_sent_count_towards_the_declaration_of_loss(sqlite_url: str, tmp_path: Path) -> None:
    """METU-2-h.lost: after the months and so many letters. Without them the library would wait for ever."""
    made, _world = library(
        sqlite_url, {"ali": {"category": "undergraduate", "number": "1"}},
        {"one": {"type": "book"}, "two": {"type": "book"}}, "metu",
    )  # fmt: skip
    place = Place(made, _world, tmp_path)
    lines = "barcode,member,lent,due,reminders\nS00001,1,2025-10-01,2025-11-15,6\nS00002,1,2025-10-01,2025-11-15,0\n"
    assert place.load("loans", lines).damaged == []
    sent = place.all("notice")
    assert len(sent) == 6 and {notice.status for notice in sent} == {"sent"} and sent[0].sent_at < NOW
    run_due(made, NOW + timedelta(days=2), AT)
    assert [loan.state for loan in place.all("loan")] == ["lost", "open"]
    assert verify(made.database) == ()
    made.close()


def test_a_queue_is_served_in_its_order(place: Place) -> None:
    """The earlier moment first, wherever it stands in the file; twice is once, whatever has become of the hold."""
    place.load("loans", "barcode,member,lent,due\nS00003,1,2026-02-20,2026-03-12\n")
    with place.library.database.write.begin() as connection:
        connection.execute(rows.member.update().where(rows.member.c.number == "3").values(status="active"))
    text = "control_number,member,placed\nt2,3,2026-02-26 10:00\nt2,2,2026-02-25\n"
    assert place.load("holds", text).added == 2
    (target,) = [row for row in place.all("hold_target") if row.until_at is None]
    late, early = place.all("hold")
    assert target.hold_id == early.id
    assert isinstance(returns.checkin(place.library, "S00003", NOW, At("kiosk")), Returned)
    assert [hold.status for hold in place.all("hold")] == ["waiting", "ready"]
    again = place.load("holds", text)
    assert (again.added, again.unchanged) == (0, 2)
    assert late.id == place.all("hold")[0].id


def test_a_copy_that_stands_ready_stays_ready(here: Place) -> None:
    """Until the end of the day in the file; then it passes on as any other."""
    report = here.load(
        "holds", "control_number,member,placed,barcode,pickup_until\nt2,1,2026-02-25,S00003,2026-03-04\n"
    )
    assert report.damaged == []
    (hold,) = here.all("hold")
    assert (hold.status, hold.pickup_until) == ("ready", datetime(2026, 3, 4, 20, 59, 59, tzinfo=UTC))
    assert verify(here.library.database) == ()
    run_due(here.library, NOW + timedelta(days=4), AT)
    assert here.all("hold")[0].status == "expired"


WRONG_HOLDS = (
    ("t9,1,2026-02-25,,", "import the titles first"),
    ("t1,9,2026-02-25,,", "import the members first"),
    ("t1,1,2026-02-25,,", "has a copy of it on loan"),
    ("t2,1,2026-02-25,,", "import the loans first"),
    ("t3,1,2026-02-25,,", "can be held"),
    ("t2,1,2026-02-25,S00003,", "go together"),
    ("t2,2,2026-02-25,S00001,2026-03-04", "is no copy of"),
    ("t1,2,2026-02-25,S00001,2026-03-04", "is on loan here"),
    ("t4,1,2026-02-25,S00005,2026-03-01", "pickup_until is over"),
    ("t4,2,2026-12-25,,", "lies in the future"),
)


def test_a_line_that_can_not_be_a_hold_is_named_with_its_remedy(here: Place) -> None:
    """And nothing of it stands."""
    here.load("loans", "barcode,member,lent,due\nS00001,1,2026-02-20,2026-03-12\nS00002,1,2026-02-20,2026-03-12\n")
    lines = [line for line, _ in WRONG_HOLDS]
    report = here.load("holds", "\n".join(("control_number,member,placed,barcode,pickup_until", *lines)))
    assert here.all("hold") == []
    _check(report, WRONG_HOLDS)


def test_fines_are_owed_once(place: Place) -> None:
    """In the purse of their kind, from the day of the file; again after a payment changes nothing."""
    text = 'reference,member,amount,kind,charged,note\nA1,1,"12,50",,2026-01-10,kitap\nA2,1,40,damage,2026-01-11,\n'
    assert place.load("fines", text).added == 2
    ali = place.world.members["ali"]
    with place.library.database.read.connect() as connection:
        assert ledger.balance(connection, ali) == 1250
    paid = payments.pay(place.library, ali, 2000, NOW, DESK)
    assert isinstance(paid, Credited) and paid.used == 2000
    again = place.load("fines", text)
    assert (again.added, again.unchanged) == (0, 2)
    assert [(row.amount, row.purse) for row in place.all("ledger_entry")[:2]] == [(1250, "fine"), (4000, "charge")]


def test_an_amount_that_could_be_misread_is_refused(here: Place) -> None:
    """1.250 may be a lira and a quarter or twelve hundred and fifty."""
    amounts = ("0", "-5", "1.250", "1,234.50", "on iki", "12.505", "99999999")
    lines = [f'A{number},1,"{amount}",2026-01-10' for number, amount in enumerate(amounts)]
    report = here.load("fines", "\n".join(("reference,member,amount,charged", *lines)))
    assert report.added == 0
    _check(report, [(line, "amount is") for line in lines])


def test_a_calendar_is_taken_in_and_moves_due_dates(place: Place) -> None:
    """Hours, closures, holidays and terms; what the file says again is unchanged, what it says anew is changed."""
    text = (
        "kind,branch,day,until,opens,closes,name\n"
        "hours,,sun,,,,\nhours,,mon,,08:30,22:00,\nclosed,,2026-03-20,2026-03-22,,,Bayram\n"
        "holiday,,2026-03-20,,,,Bayram\nterm,,2026-02-10,2026-06-12,,,Bahar\nhours,moon,mon,,08:30,22:00,\n"
    )
    report = place.load("calendar", text)
    assert report.added + report.changed == 5 and "moon" in report.damaged[0].what
    with place.library.database.read.connect() as connection:
        place.library.keep_up(connection)
        calendar = place.library.calendars.of(connection, "mustafa_inan")
    assert not calendar.is_open_day(date(2026, 3, 21)) and not calendar.is_open_day(date(2026, 3, 8))
    assert calendar.term_on(date(2026, 3, 2)) is not None
    again = place.load("calendar", text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 5)
    assert place.load("calendar", text.replace("22:00", "20:00")).changed == 1


WRONG_DAYS = (
    ("open,,mon,,,,", "kind is 'open'"),
    ("hours,,pazar,,,,", "write one of mon"),
    ("hours,,mon,,18:00,08:00,", "opens must come before closes"),
    ("hours,,mon,,8,17:00,", "write it as 16:30"),
    ("closed,,2026-03-20,2026-03-01,,,", "until must come after"),
    ("closed,,2026-03-20,2036-03-01,,,", "not by more than a year"),
    ("term,,2026-02-10,2026-06-12,,,", "name is empty"),
)


def test_a_line_that_is_no_calendar_is_named_with_its_remedy(here: Place) -> None:
    """A closure without end or one that ends before it begins would stop every due date."""
    lines = [line for line, _ in WRONG_DAYS]
    report = here.load("calendar", "\n".join(("kind,branch,day,until,opens,closes,name", *lines)))
    assert report.added == 0
    _check(report, WRONG_DAYS)


def test_who_left_is_told_and_nobody_is_ended_unasked(place: Place) -> None:
    """With what is still open; asked to, only memberships with nothing open end."""
    place.load("loans", "barcode,member,lent,due\nS00003,1,2026-02-20,2026-03-12\n")
    place.load("fines", "reference,member,amount,charged\nA1,1,3,2026-01-10\n")
    assert leavers(place.library, {"1", "2"}) == ()
    gone = leavers(place.library, set())
    assert [(each.number, each.loans, each.holds, each.owed) for each in gone] == [("1", 1, 0, 300), ("2", 0, 0, 0)]
    assert {row.status for row in place.all("member")} == {"active", "pending"}
    ended = end_memberships(place.library, gone, NOW, DESK)
    assert [each.number for each in ended] == ["2"]
    assert [row.status for row in place.all("member")] == ["active", "cancelled", "pending"]
