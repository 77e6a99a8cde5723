"""Due dates for a member's own calendar: an .ics file that goes with the mailed receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from kiosk.letters import BARCODE, RETURN
from screens.words import Translator
from store.results.circulation import CheckedOut

_BEFORE_DAY = timedelta(hours=-15)
"An event of a day begins at midnight: the alarm sounds at nine on the morning before."
_BEFORE_HOUR = timedelta(minutes=-30)
"A loan of hours has no day before."


def due_dates(lent: Iterable[CheckedOut], library: str, speak: Translator, now: datetime) -> bytes:
    """One event for each loan: the due day, or for hourly loans the moment; the UID stays the loan's."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kiosk//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for loan in lent:
        calendar.add_component(_event(loan, library, speak, now))
    written: bytes = calendar.to_ical()
    return written


def _event(loan: CheckedOut, library: str, speak: Translator, now: datetime) -> Event:
    event = Event()
    summary = speak.text(RETURN).format(title=loan.item.title)
    event.add("uid", f"loan-{loan.loan_id}-{loan.item.barcode}@kiosk")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", summary)
    event.add("location", library)
    event.add("description", speak.text(BARCODE).format(barcode=loan.item.barcode))
    event.add("transp", "TRANSPARENT")
    if loan.hourly:
        event.add("dtstart", loan.due.astimezone(UTC))
    else:
        day = loan.due.astimezone(speak.zone).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", _BEFORE_HOUR if loan.hourly else _BEFORE_DAY)
    event.add_component(alarm)
    return event
