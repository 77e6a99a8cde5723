"""A month as a picture: which days are closed, which are holidays, where a term begins and ends, where today is."""

from __future__ import annotations

import calendar as months
from datetime import date

from textual.content import Content

from screens import words
from screens.supervisor.calendar_words import EVERY, WEEK, branch_name
from screens.words import _
from store.results.calendar import CalendarView


def month_of(view: CalendarView, branch: str, month: date, today: date, *, narrow: bool) -> Content:
    """Weeks beneath each other; each day with its sign: ✗ closed, ★ holiday, [ ] today."""
    cell = 4 if narrow else 5
    head = "".join(f"{words.weekday(number, short=True):>{cell}}" for number in WEEK)
    lines = [
        Content.styled(f"{words.month(month)} · {branch_name(view, branch)}", "bold"),
        Content.styled(head, "$text-muted"),
    ]
    for week in months.Calendar().monthdatescalendar(month.year, month.month):
        lines.append(Content("").join(_day(view, branch, day, month, today, cell) for day in week))
    lines.append(Content.styled(_("✗ closed  ★ holiday  [ ] today"), "$text-muted"))
    return Content("\n").join(lines)


def _day(view: CalendarView, branch: str, day: date, month: date, today: date, cell: int) -> Content:
    if day.month != month.month:
        return Content(" " * cell)
    closed = any(line.day == day and line.branch in (EVERY, branch) for line in view.closed) or _never(
        view, branch, day.weekday()
    )
    holiday = any(line.day == day for line in view.holidays)
    sign = "✗" if closed else "★" if holiday else " "
    text = f"[{day.day}]" if day == today else f"{day.day}{sign}"
    colour = "$error" if closed else "$warning" if holiday else ""
    style = f"bold {colour}".strip() if day == today else colour
    return Content.styled(f"{text:>{cell}}", style)


def _never(view: CalendarView, branch: str, weekday: int) -> bool:
    entered = {line.branch: line for line in view.hours if line.weekday == weekday}
    line = entered.get(branch) or entered.get(EVERY)
    return line is not None and line.opens is None
