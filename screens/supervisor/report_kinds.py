"""The reports: what each asks the store, how it is drawn, and how it stands in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from textual.content import Content

import store
from screens import words
from screens.account import KINDS as MONEY
from screens.supervisor.actwords import name_of
from screens.widgets.plots import Bar, Draw, bars, columns, heat_map
from screens.words import N_, _
from store.results.reports import (
    AgeLine,
    BusyHours,
    Circulation,
    Health,
    MoneyLine,
    RefusalLine,
    Span,
    Step,
    TerminalLine,
    TitleLine,
    Wanted,
)

if TYPE_CHECKING:
    from store.desk.export import Cell
    from store.library import Library

F = TypeVar("F")
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class Asked(Struct, frozen=True):
    """What a report is about."""

    span: Span
    branch: str | None
    now: datetime


class Counted(Struct, frozen=True):
    """What was counted: as a picture, and as rows of a file, in the language spoken when it is asked for."""

    draw: Draw
    rows: Callable[[], Sequence[Sequence[Cell]]]


class Report(Struct, frozen=True):
    """One report."""

    slug: str
    label: str
    header: tuple[str, ...]
    count: Callable[[Library, Asked], Counted]
    by_period: bool
    "False: it says how things stand now."
    by_branch: bool


def _report(
    slug: str,
    label: str,
    ask: Callable[[Library, Asked], F],
    draw: Callable[[F, Asked, int, int], Content],
    header: tuple[str, ...],
    rows: Callable[[F], Sequence[Sequence[Cell]]],
    *,
    by_period: bool = True,
    by_branch: bool = True,
) -> Report:
    def count(library: Library, asked: Asked) -> Counted:
        found = ask(library, asked)
        return Counted(lambda width, height: draw(found, asked, width, height), lambda: rows(found))

    return Report(slug, label, header, count, by_period, by_branch)


def _circulation(found: Circulation, asked: Asked, width: int, height: int) -> Content:
    marks = [_mark(bucket.start, asked.span.step) for bucket in found.buckets]
    rows = max(2, (height - 5) // 2)
    drawn: list[Content] = []
    for label, total, values in (
        (_("Loans"), found.loans, [bucket.loans for bucket in found.buckets]),
        (_("Returns"), found.returns, [bucket.returns for bucket in found.buckets]),
    ):
        style = "$accent" if not drawn else "$primary"
        drawn += [Content.styled(f"{label} {total}", "bold"), columns(values, marks, width, rows, style)]
    return Content("\n").join(drawn)


def _mark(start: datetime, step: Step) -> str:
    return f"{start:%H}" if step == "hour" else f"{start.day}.{start.month}."


def _busy_hours(found: BusyHours, _asked: Asked, width: int, _height: int) -> Content:
    marks = [f"{hour:02}" if not hour % 3 else "" for hour in range(24)]
    days = [(_(name), counts) for name, counts in zip(_DAYS, found.counts, strict=True)]
    return Content("\n\n").join([Content(_("Loans and returns by weekday and hour")), heat_map(days, marks, width)])


def _refusals(found: tuple[RefusalLine, ...], _asked: Asked, width: int, _height: int) -> Content:
    if not found:
        return Content(_("Nothing was refused."))
    return bars([_refused(line) for line in found], width, "$error")


def _refused(line: RefusalLine) -> Bar:
    note = f"{name_of(line.act)} · {line.clause or _('house rule')}"
    return Bar(reason_words(line.slug), line.count, str(line.count), note)


def reason_words(slug: str) -> str:
    """The title of a reason."""
    return _(f"{slug}.title") if words.current().knows(f"{slug}.title") else slug.replace("_", " ")


def _ageing(found: tuple[AgeLine, ...], _asked: Asked, width: int, _height: int) -> Content:
    total = sum(line.count for line in found)
    drawn = bars([Bar(_age(line), line.count, str(line.count)) for line in found], width, "$warning")
    return Content("\n\n").join([Content.styled(_("Late now: {n}").format(n=total), "bold"), drawn])


def _age(line: AgeLine) -> str:
    if line.last is None:
        return _("more than {n} days").format(n=line.first - 1)
    return _("{first} to {last} days").format(first=line.first, last=line.last)


def _money(found: tuple[MoneyLine, ...], _asked: Asked, width: int, _height: int) -> Content:
    def part(lines: list[MoneyLine], style: str) -> Content:
        entered = [_money_bar(line) for line in lines if line.entries]
        return bars(entered, width, style) if entered else Content("–")

    charged = [line for line in found if line.amount >= 0 and line.kind not in _REDUCES]
    reduced = [line for line in found if line.kind in _REDUCES]
    return Content("\n").join(
        [
            Content.styled(_("Charged {amount}").format(amount=words.money(_total(charged))), "bold"),
            part(charged, "$warning"),
            Content(""),
            Content.styled(_("Paid, waived, corrected {amount}").format(amount=words.money(_total(reduced))), "bold"),
            part(reduced, "$success"),
        ]
    )


_REDUCES = ("payment", "waiver", "correction")


def _total(lines: list[MoneyLine]) -> int:
    return abs(sum(line.amount for line in lines))


def _money_bar(line: MoneyLine) -> Bar:
    return Bar(_(MONEY.get(line.kind, line.kind)), line.amount, words.money(abs(line.amount)), f"× {line.entries}")


def _wanted(found: Wanted, _asked: Asked, width: int, height: int) -> Content:
    each = max(3, (height - 3) // 2)

    def part(label: str, lines: tuple[TitleLine, ...], style: str) -> list[Content]:
        drawn = bars([Bar(line.title, line.count, str(line.count)) for line in lines[:each]], width, style)
        return [Content.styled(label, "bold"), drawn if lines else Content("–")]

    held, lent = part(_("Most held"), found.held, "$accent"), part(_("Most lent"), found.lent, "$primary")
    return Content("\n").join([*held, Content(""), *lent])


def _health(found: Health, _asked: Asked, _width: int, _height: int) -> Content:
    lines = [line for terminal in found.terminals for line in _terminal(terminal)]
    stuck = _("Letters that don't get away: {n}").format(n=found.stuck)
    if found.oldest_stuck is not None:
        stuck = _("! {stuck}, the oldest of {moment}").format(stuck=stuck, moment=words.moment(found.oldest_stuck))
    return Content("\n").join([*lines, Content(""), Content.styled(stuck, "$warning" if found.stuck else "$success")])


def _terminal(line: TerminalLine) -> tuple[Content, Content]:
    last = _("last entry {moment}").format(moment=words.moment(line.last_at))
    numbers = ((_("Acts done"), line.acts), (_("Refused"), line.refused), (_("Bad PINs"), line.wrong_pins))
    told = "   ".join(f"{name} {number}" for name, number in numbers)
    faults = f"{_('Faults')} {line.faults}"
    return (
        Content.assemble((line.name, "bold"), f"   {last}"),
        Content.assemble(f"    {told}   ", (f"! {faults}", "bold $error") if line.faults else (faults, "")),
    )


def _lira(kurus: int) -> Decimal:
    return (Decimal(kurus) / 100).quantize(Decimal("0.01"))


REPORTS: tuple[Report, ...] = (
    _report(
        "circulation", N_("Loans and returns"),
        lambda library, asked: store.desk.reports.circulation(library, asked.span, asked.branch), _circulation,
        (N_("From"), N_("Loans"), N_("Returns")),
        lambda found: [(f"{each.start:%Y-%m-%d %H:%M}", each.loans, each.returns) for each in found.buckets],
    ),
    _report(
        "busy_hours", N_("Busiest hours"),
        lambda library, asked: store.desk.reports.busy_hours(library, asked.span, asked.branch), _busy_hours,
        (N_("Weekday"), N_("Hour"), N_("Loans and returns")),
        lambda found: [
            (_(_DAYS[day]), hour, count) for day, counts in enumerate(found.counts) for hour, count in enumerate(counts)
        ],
    ),
    _report(
        "refusals", N_("Refusals"),
        lambda library, asked: store.desk.reports.refusals(library, asked.span, asked.branch), _refusals,
        (N_("Act"), N_("Reason"), N_("Clause"), N_("Number")),
        lambda found: [
            (name_of(line.act), reason_words(line.slug), line.clause, line.count) for line in found
        ],
    ),
    _report(
        "overdue", N_("Overdue, by age"),
        lambda library, asked: store.desk.reports.overdue_ageing(library, asked.branch, asked.now), _ageing,
        (N_("Late days from"), N_("to"), N_("Loans")),
        lambda found: [(line.first, line.last, line.count) for line in found],
        by_period=False,
    ),
    _report(
        "money", N_("Fines and payments"),
        lambda library, asked: store.desk.reports.money(library, asked.span, asked.branch), _money,
        (N_("Kind"), N_("Entries"), N_("Amount (TL)")),
        lambda found: [(_(MONEY.get(line.kind, line.kind)), line.entries, _lira(line.amount)) for line in found],
    ),
    _report(
        "wanted", N_("Most wanted titles"),
        lambda library, asked: store.desk.reports.wanted(library, asked.span, asked.branch), _wanted,
        (N_("Title"), N_("Author"), N_("Holds"), N_("Loans")),
        lambda found: [
            *((line.title, line.author, line.count, None) for line in found.held),
            *((line.title, line.author, None, line.count) for line in found.lent),
        ],
    ),
    _report(
        "terminals", N_("Terminals"),
        lambda library, asked: store.desk.reports.health(library, asked.span, asked.now), _health,
        (N_("Terminal"), N_("Last entry"), N_("Acts done"), N_("Refused"), N_("Bad PINs"), N_("Faults")),
        lambda found: [
            (line.name, f"{line.last_at:%Y-%m-%dT%H:%M:%SZ}", line.acts, line.refused, line.wrong_pins, line.faults)
            for line in found.terminals
        ],
        by_branch=False,
    ),
)  # fmt: skip
