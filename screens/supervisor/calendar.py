"""The library's calendar: a month with its closed days, the hours of a branch, holidays and terms.

A change that closes a branch shows first what is due then, and asks whether it is to end later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.supervisor.calendar_month import month_of
from screens.supervisor.calendar_words import branches, hours_lines, told_of, weekday_choices
from screens.supervisor.frame import Act, StaffScreen
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice
from screens.widgets.columns import Lines
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.calendar import (
    CalendarView,
    Change,
    Close,
    Effect,
    Moved,
    Open,
    SetHoliday,
    SetHours,
    SetTerm,
)

_ORDER = ("days_out_of_order",)
_SHOWN = 12
"Moved items that are named before the rest are counted."
EVERY = "*"


class StaffCalendar(StaffScreen):
    """A month, and beside it what is entered; acts change it."""

    TITLE_WORDS = N_("Calendar")
    SECTION = "calendar"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "close_days", show=False),
        Binding("f5", "month(-1)", show=False),
        Binding("f6", "month(1)", show=False),
        Binding("f7", "branch", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F3 closes a branch for a day or more; before it is done you see which loans are due then."),
        N_("F5 and F6 turn the months, F7 shows the next branch."),
        N_("F4 shows all that can be done: hours, closed days, holidays, terms."),
        N_("A line under the cursor can be taken out with F4."),
    )

    def page(self) -> Iterable[Widget]:
        """The month and the hours, the list of what is entered, the acts."""
        with Horizontal(id="work"):
            with VerticalScroll(id="side", can_focus=False):
                yield Static(id="month")
                yield Static(id="hours")
            yield Lines(id="entered")
        with Horizontal(id="acts"):
            yield BigButton(id="close", key="F3", classes="-main")
            yield BigButton(id="before", key="F5")
            yield BigButton(id="after", key="F6")
            yield BigButton(id="branch", key="F7")
            yield BigButton(id="do", key="F4")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._calendar: CalendarView | None = None
        self._branch = 0
        self._month = self._today().replace(day=1)

    def on_screen_resume(self) -> None:
        """Read anew each time, on the running month."""
        super().on_screen_resume()
        self._month = self._today().replace(day=1)
        self.query_one("#entered").focus()
        self.in_background(self._read())

    def _today(self) -> date:
        return self.terminal.now().astimezone(words.current().zone).date()

    async def _read(self) -> None:
        now = self.terminal.now()
        found = await self.ask_store(lambda library: store.calendar.opendays.view(library, now))
        if found is not None:
            self._calendar = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        for name, label in (
            ("close", _("Close days")), ("before", _("Earlier")), ("after", _("Later")), ("branch", _("Branch")),
            ("do", _("Acts")),
        ):  # fmt: skip
            self.query_one(f"#{name}", BigButton).say(label)
        self.query_one("#close", BigButton).disabled = not self.may(Right.CALENDAR)
        calendar = self._calendar
        if calendar is None:
            for name in ("#month", "#hours"):
                self.query_one(name, Static).update("")
            self.query_one("#entered", Lines).write([])
            return
        branch = self._branch_slug()
        narrow = not self.wide
        self.query_one("#month", Static).update(month_of(calendar, branch, self._month, self._today(), narrow=narrow))
        self.query_one("#hours", Static).update(hours_lines(calendar, branch, narrow=narrow))
        self.query_one("#entered", Lines).write(told_of(calendar))

    def _branch_slug(self) -> str:
        return self._calendar.branches[self._branch][0] if self._calendar is not None else EVERY

    def action_month(self, ahead: int) -> None:
        """Turn to another month."""
        middle = self._month.replace(day=15) + timedelta(days=30 * ahead)
        self._month = middle.replace(day=1)
        self.relabel()

    def action_branch(self) -> None:
        """Show the next branch."""
        if self._calendar is not None:
            self._branch = (self._branch + 1) % len(self._calendar.branches)
            self.relabel()

    def acts(self) -> tuple[Act, ...]:
        """Everything that changes the calendar; a line under the cursor can be taken out."""
        if self._calendar is None:
            return ()
        do, may = self.in_background, Right.CALENDAR
        acts = [
            Act("close", _("Close days"), may, self.action_close_days),
            Act("hours", _("Change the hours of a weekday"), may, lambda: do(self._ask_hours())),
            Act("holiday", _("Enter a public holiday"), may, lambda: do(self._ask_holiday())),
            Act("term", _("Enter a term or change its days"), may, lambda: do(self._ask_term())),
        ]
        taken = self._under_cursor()
        if taken is not None:
            label = _("Take out: {line}").format(line=taken[0])
            acts.append(Act("remove", label, may, lambda: do(self._take_out(label, taken[1]))))
        return tuple(acts)

    def _under_cursor(self) -> tuple[str, Change] | None:
        """What takes the line under the cursor out of the calendar."""
        kind, _dash, rest = (self.query_one("#entered", Lines).current or "").partition("-")
        if kind == "closed":
            branch, _dash, day = rest.rpartition("_")  # slugs of branches may hold one
            branch = branch or EVERY
            return words.dated(date.fromisoformat(day)), Open(branch, date.fromisoformat(day))
        if kind == "holiday":
            return words.dated(date.fromisoformat(rest)), SetHoliday(date.fromisoformat(rest), None)
        if kind == "term" and self._calendar is not None:
            name = self._calendar.terms[int(rest)].name
            return name, SetTerm(name, None, None)
        return None

    def action_close_days(self) -> None:
        """Close a branch for a day or more."""
        if self.may(Right.CALENDAR) and self._calendar is not None:
            self.in_background(self._ask_close())

    async def _ask_close(self) -> None:
        form = AskCard(
            _("Close days"),
            (
                self._branch_field(),
                Field("first", _("First day"), "day", hint="09.03.2026"),
                Field("last", _("Last day"), "day", required=False, hint=_("the same"), faults=_ORDER),
                Field("name", _("Why"), required=False),
            ),
        )
        await self._change(form, _closure)

    async def _ask_hours(self) -> None:
        how = (Choice("hours", _("from … to …")), Choice("closed", _("closed")), Choice("", _("open all day")))
        form = AskCard(
            _("Change the hours of a weekday"),
            (
                self._branch_field(),
                Field("weekday", _("Weekday"), "choice", choices=weekday_choices()),
                Field("how", _("Open"), "choice", choices=how),
                Field("opens", _("From"), required=False, hint="08:30", faults=("times_out_of_order",)),
                Field("closes", _("To"), required=False, hint=_("17:30, or 24:00")),
            ),
        )
        await self._change(form, _hours)

    async def _ask_holiday(self) -> None:
        fields = (Field("day", _("Day"), "day", hint="23.04.2026"), Field("name", _("Name")))
        await self._change(
            AskCard(_("Enter a public holiday"), fields),
            lambda given: SetHoliday(given.day("day"), given.written("name")),
        )

    async def _ask_term(self) -> None:
        form = AskCard(
            _("Enter a term or change its days"),
            (
                Field("name", _("Name"), hint="2026-spring"),
                Field("first", _("First day"), "day", hint="16.02.2026"),
                Field("last", _("Last day"), "day", hint="12.06.2026", faults=_ORDER),
            ),
        )
        await self._change(form, lambda given: SetTerm(given.written("name"), given.day("first"), given.day("last")))

    async def _change(self, form: AskCard, change_of: Callable[[Given], Change]) -> None:
        """Ask, and enter it; after a refusal the form is there again as it was filled."""
        while (given := await self.ask_on(form)) is not None:
            refused = await self._enter(change_of(given))
            if refused is None:
                return
            form = form.again(refused.reasons)

    def _branch_field(self) -> Field:
        assert self._calendar is not None
        return Field("branch", _("Branch"), "choice", value=self._branch_slug(), choices=branches(self._calendar))

    async def _take_out(self, label: str, change: Change) -> None:
        """Ask first: what is taken out closes no day, so that `_enter` asks nothing."""
        line = _("Due dates that stand stay as they are.")
        if await self.ask_on(AskCard(label, lines=(line,), confirm=_("Take out"))) is not None:
            refused = await self._enter(change, _("Taken out."))
            if refused is not None:
                await self.refuse(refused)

    async def _enter(self, change: Change, told: str = "") -> Refused | None:
        """Show what it does to what is due, ask, and do it; gives a refusal. `told`: what is said if nothing moved."""
        now = self.terminal.now()
        move = False
        if store.calendar.opendays.closes(change):
            self.say(_("Looking what is due then…"), "wait")
            found = await self.ask_store(lambda library: store.calendar.opendays.effect(library, change, now))
            self.say("")
            if isinstance(found, Refused):
                return found
            if found is not None and found.moved:
                answer = await self.ask_on(_effect_card(found))
                if answer is None:
                    return None
                move = answer["move"] == "move"
        done = await self.act(
            lambda library, at_now, at: store.calendar.opendays.enter(library, change, move, at_now, at), tell=False
        )
        if isinstance(done, Refused):
            return done
        self.say(_done(done) if done.moved else told or _("Entered."), "good")
        await self._read()
        return None

    def forget(self) -> None:
        """What was read goes; titles of loans stood only on cards."""
        if self.is_mounted:
            self._calendar = None
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts: dict[str | None, Callable[[], None]] = {
            "close": self.action_close_days, "before": lambda: self.action_month(-1),
            "after": lambda: self.action_month(1), "branch": self.action_branch, "do": self.action_acts,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _closure(given: Given) -> Close:
    first = given.day("first")
    return Close(given.written("branch"), first, given.day("last") if given["last"] else first, given.written("name"))


def _hours(given: Given) -> SetHours:
    branch, weekday, how = given.written("branch"), int(given.written("weekday")), given.written("how")
    if how == "hours":
        # An empty entry is none in order, and is refused as such.
        return SetHours(branch, weekday, given.written("opens") or "?", given.written("closes"))
    return SetHours(branch, weekday, None if how == "closed" else "", None)


def _effect_card(found: Effect) -> AskCard:
    """What would end while the branch is closed, and the question."""
    counts = [ngettext("{n} loan is due then.", "{n} loans are due then.", found.loans)] if found.loans else []
    if found.holds:
        counts.append(ngettext("{n} pick-up ends then.", "{n} pick-ups end then.", found.holds))
    lines = [_moved_line(each) for each in found.moved[:_SHOWN]]
    rest = len(found.moved) - _SHOWN
    if rest > 0:
        lines.append(ngettext("… and {n} more", "… and {n} more", rest))
    choices = (
        Choice("move", _("They end on the next open day instead")),
        Choice("stay", _("They stay as they are")),
    )
    field = Field("move", _("What is to happen"), "choice", choices=choices)
    return AskCard(" ".join(counts), (field,), lines=("\n".join(lines),))


def _moved_line(moved: Moved) -> str:
    old, new = (words.due(each, hourly=moved.hourly) for each in (moved.old, moved.new))
    return f"{moved.barcode}  {moved.title[:36]}  {old} → {new}"


def _done(done: Effect) -> str:
    moved = ngettext("{n} moved to the next open day", "{n} moved to the next open day", len(done.moved))
    return _("Entered; {moved}.").format(moved=moved)
