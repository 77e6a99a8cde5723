"""A calendar in words: branches, weekdays with their hours, what staff have entered."""

from __future__ import annotations

from datetime import date

from textual.content import Content

from screens import words
from screens.widgets.choice import Choice
from screens.widgets.columns import in_columns
from screens.words import _
from store.results.calendar import CalendarView

EVERY = "*"
WEEK = range(7)


def branch_name(calendar: CalendarView, slug: str) -> str:
    """A branch in the language spoken now."""
    if slug == EVERY:
        return _("every branch")
    english = words.current().language == "en"
    return next((en if english else tr for each, tr, en in calendar.branches if each == slug), slug)


def branches(calendar: CalendarView) -> tuple[Choice, ...]:
    """Every branch, and all of them at once."""
    slugs = [slug for slug, _tr, _en in calendar.branches]
    return tuple(Choice(slug, branch_name(calendar, slug)) for slug in (*slugs, EVERY))


def weekday_choices() -> tuple[Choice, ...]:
    """The days of the week."""
    return tuple(Choice(str(number), words.weekday(number)) for number in WEEK)


def hours_of(calendar: CalendarView, branch: str, weekday: int) -> str:
    """`08:30–17:30`, closed, or open all day: the branch's own entry before that of every branch."""
    entered = {line.branch: line for line in calendar.hours if line.weekday == weekday}
    line = entered.get(branch) or entered.get(EVERY)
    if line is None:
        return _("open all day")
    return _("closed") if line.opens is None else f"{line.opens}–{line.closes}"


def hours_lines(calendar: CalendarView, branch: str, *, narrow: bool) -> Content:
    """A line for each weekday."""
    width = 10 if narrow else 12
    return Content("\n").join(
        in_columns((words.weekday(number), hours_of(calendar, branch, number)), (width, 0)) for number in WEEK
    )


def told_of(calendar: CalendarView) -> list[tuple[str, Content]]:
    """Closed days, holidays and terms that staff have entered, a line each; the key says what it is."""
    lines = [
        (
            f"closed-{'' if line.branch == EVERY else line.branch}_{line.day}",
            _line("✗", "$error", line.day, line.name, branch_name(calendar, line.branch)),
        )
        for line in calendar.closed
    ]
    lines += [
        (f"holiday-{line.day}", _line("★", "$warning", line.day, line.name, _("public holiday")))
        for line in calendar.holidays
    ]
    for number, term in enumerate(calendar.terms):
        span = f"{words.dated(term.first)} – {words.dated(term.last)}"
        lines.append((f"term-{number}", Content.assemble(("▬ ", "$primary"), f"{term.name}  ", (span, "$text-muted"))))
    return lines


def _line(sign: str, colour: str, day: date, name: str, kind: str) -> Content:
    return Content.assemble(
        (f"{sign} ", colour),
        in_columns((words.dated(day),), (17,)),
        f" {name or '–'}  ",
        (kind, "$text-muted"),
    )
