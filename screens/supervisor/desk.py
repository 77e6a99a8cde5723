"""The desk: find or scan a member, then lend, renew and hold; without a member an item says what it is.

The field keeps the focus: typing finds, the arrows move through the list beneath, Enter takes the line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens.messages import Go
from screens.supervisor import deskpanel
from screens.supervisor.desklending import DeskLending
from screens.supervisor.frame import Act
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.columns import Lines
from screens.words import N_, _
from store.desk.roles import Right
from store.results.desk import DeskHits, DeskTask
from store.results.loans import PlannedRenewal
from store.results.titles import MyHold


class StaffDesk(DeskLending):
    """Where staff begin."""

    TITLE_WORDS = N_("Desk")
    SECTION = "desk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "renew", show=False),
        Binding("f5", "next", show=False),
        Binding("f6", "returns", show=False),
        Binding("f7", "undo", show=False),
        Binding("f8", "phone", show=False),
        Binding("down", "line(1)", show=False),
        Binding("up", "line(-1)", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan a card: the member stands at the desk. Scan items then: they are lent."),
        N_("Type a name, number, e-mail, barcode or title; the arrows choose a line, Enter takes it."),
        N_("F3 renews the marked loan, F8 by telephone, F4 shows everything else that can be done."),
        N_("F6 takes items back. F5 puts the member away: the desk is free for the next."),
        N_("A refusal shows every reason; a supervisor can allow most of them with a written reason."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._hits = DeskHits()
        self._tasks: tuple[DeskTask, ...] = ()
        self._wanted: object = None

    def page(self) -> Iterable[Widget]:
        """The field, the member, what to do next, the list, the acts."""
        with Horizontal(id="ask", classes="field"):
            yield Static(id="find", classes="label")
            yield Input(id="typed", max_length=100, select_on_focus=False)
        yield Static(id="member")
        yield Static(id="prompt")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="renew", key="F3", classes="-main")
            yield BigButton(id="do", key="F4")
            yield BigButton(id="next", key="F5")
            yield BigButton(id="returns", key="F6")
            yield BigButton(id="undo", key="F7")
            yield BigButton(id="phone", key="F8")

    def on_mount(self) -> None:
        """No cursor blinks: nothing is sent while nothing moves."""
        self.query_one("#typed", Input).cursor_blink = False

    def open(self, about: object) -> None:
        """A member's id: they stand at the desk; a barcode: what is that."""
        self._wanted = about

    def on_screen_resume(self) -> None:
        """What another page has asked for, else as it was, read anew."""
        self.query_one("#typed").focus()
        wanted, self._wanted = self._wanted, None
        self.relabel()
        if self.terminal.duty is None:
            return
        if isinstance(wanted, int):
            self.in_background(self.seat(wanted))
        elif isinstance(wanted, str):
            self.take_scan(wanted)
        else:
            self.in_background(self.read_again())

    async def read_again(self) -> None:
        """The member as the record stands now; without one, what waits at the desk."""
        if self.seated is not None:
            await self._read(self.seated.account.member_id)
            return
        self._tasks = await self.ask_store(store.desk.deskviews.waiting) or ()
        self.relabel()

    async def _read(self, member_id: int) -> None:
        now, at = self.terminal.now(), self.terminal.at_desk()
        found = await self.ask_store(lambda library: store.desk.deskviews.member_at_desk(library, member_id, now, at))
        if found is not None:
            self.seated = found
            self.relabel()

    async def seat(self, member_id: int) -> None:
        """A member comes to the desk."""
        self.lent = frozenset()
        self._clear_field()
        await self._read(member_id)
        if self.seated is not None:
            name = f"{self.seated.account.given_name} {self.seated.account.surname}"
            self.say(name, "bad" if self.seated.against else "good")

    # What is shown --------------------------------------------------------------------------------------------------

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        wide, desk, typed = self.wide, self.seated, self._typed()
        self.query_one("#find", Static).update(Content(_("Find")))
        hint = _("Name, number, e-mail, card; barcode or title")
        self.query_one("#typed", Input).placeholder = hint
        self.query_one("#member", Static).update(deskpanel.facts(desk, wide=wide) if desk else deskpanel.empty())
        self.query_one("#member").display = desk is not None or not typed
        self.query_one("#prompt", Static).update(Content(self._prompt(typed)))
        columns = deskpanel.loan_head(wide=wide) if desk and not typed and (desk.loans or desk.holds) else Content("")
        self.query_one("#columns", Static).update(columns)
        self.query_one(Lines).write(self._lines(typed, wide=wide), of=typed)
        self._relabel_acts()

    def _prompt(self, typed: str) -> str:
        if typed:
            nothing = not (self._hits.members or self._hits.copy or self._hits.titles)
            return _("Nothing was found for “{words}”.").format(words=typed) if nothing else _("Enter takes the line.")
        if self.seated is not None:
            return _("Scan items to lend them. F5: the next member.")
        return _("This waits at the desk:") if self._tasks else ""

    def _lines(self, typed: str, *, wide: bool) -> list[deskpanel.Line]:
        if typed:
            return deskpanel.hit_lines(self._hits, wide=wide)
        if self.seated is not None:
            return deskpanel.lines_of(self.seated, self.lent, wide=wide)
        return deskpanel.task_lines(self._tasks, self.terminal.now(), wide=wide)

    def _relabel_acts(self) -> None:
        labels = {
            "renew": _("Renew"), "do": _("Other acts"), "next": _("Next member"), "returns": _("Take back"),
            "undo": _("Undo"), "phone": _("By telephone"),
        }  # fmt: skip
        for name, label in labels.items():
            self.query_one(f"#{name}", BigButton).say(label)
        lends, seated = self.may(Right.LEND), self.seated is not None
        for name in ("next", "undo"):
            self.query_one(f"#{name}").disabled = not (seated and lends)
        for name in ("renew", "phone"):
            self.query_one(f"#{name}").disabled = not (lends and self._loan() is not None)
        self.query_one("#phone").display = self.wide
        self.query_one("#returns").disabled = not lends

    @on(Lines.OptionHighlighted)
    def _highlighted(self) -> None:
        self._relabel_acts()

    # Finding --------------------------------------------------------------------------------------------------------

    def _typed(self) -> str:
        return self.query_one("#typed", Input).value.strip()

    def _clear_field(self) -> None:
        field = self.query_one("#typed", Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self._hits = DeskHits()

    @on(Input.Changed, "#typed")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @work(group="search", exclusive=True, exit_on_error=True)
    async def _look(self, typed: str) -> None:
        """Ask in a thread; an answer that a later key has overtaken is dropped with its worker."""
        await self.guarded(self._find(typed))

    async def _find(self, typed: str) -> None:
        branch = self.terminal.settings.branch or None
        hits = await self.ask_store(lambda library: store.catalogue.finding.find(library, typed, branch))
        if hits is not None:
            self._hits = hits
            self.relabel()

    def action_line(self, step: int) -> None:
        """Move through the list; the field keeps the focus."""
        lines = self.query_one(Lines)
        if step > 0:
            lines.action_cursor_down()
        else:
            lines.action_cursor_up()

    @on(Input.Submitted, "#typed")
    @on(Lines.OptionSelected)
    def _entered(self, event: Input.Submitted | Lines.OptionSelected) -> None:
        event.stop()
        self.query_one("#typed").focus()
        kind, _colon, key = (self.query_one(Lines).current or "").partition(":")
        if kind in ("loan", "hold"):
            self.action_acts()
        elif kind == "member":
            self.in_background(self.seat(int(key)))
        elif kind == "copy":
            self._clear_field()
            self.take_scan(key)
        elif kind == "title":
            self.in_background(self._title(int(key)))
        elif kind == "task":
            self._take_up(self._tasks[int(key)])

    def _take_up(self, task: DeskTask) -> None:
        if task.slug == "return_check":
            self.go("staff_returns")
        else:
            self.in_background(self.seat(task.member_id))

    async def _title(self, title_id: int) -> None:
        title = next((each.title for each in self._hits.titles if each.title_id == title_id), "")
        if self.seated is not None:
            hold = _("Place a hold for {name}").format(name=self.seated.account.given_name)
            chosen = await self.ask_on(
                ChoiceCard(
                    title, (Choice("hold", hold, enabled=self.may(Right.LEND)), Choice("show", _("Show the title")))
                )
            )
            if chosen == "hold":
                self._clear_field()
                await self.place_hold(title_id, title)
            if chosen != "show":
                return
        self.post_message(Go("staff_title", about=title_id))

    async def scanned(self, code: str) -> None:
        """A card: its member; an item: lent to the member at the desk, else what it is."""
        holder = await self.ask_store(lambda library: store.catalogue.finding.card_holder(library, code))
        if holder is not None and holder.status == "replaced":
            self.say(_("This card was replaced by another and opens nothing any more."), "bad")
        elif holder is not None:
            await self.seat(holder.member_id)
        elif self.seated is not None:
            await self.lend(code)
        else:
            await self.about_copy(code)

    # Acts -----------------------------------------------------------------------------------------------------------

    def _loan(self) -> PlannedRenewal | None:
        key = self.query_one(Lines).current
        return (
            next((loan for loan in self.seated.loans if f"loan:{loan.barcode}" == key), None) if self.seated else None
        )

    def _hold(self) -> MyHold | None:
        key = self.query_one(Lines).current
        return (
            next((hold for hold in self.seated.holds if f"hold:{hold.title_id}" == key), None) if self.seated else None
        )

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the line under the cursor, then for the member, then without one."""
        if self.seated is None:
            return (Act("returns", _("Take items back"), Right.LEND, self.action_returns),)
        return self.acts_for_member(self._loan(), self._hold())

    def mark(self, key: str) -> None:
        """Put the cursor on a line."""
        lines = self.query_one(Lines)
        places = [place for place in range(lines.option_count) if lines.get_option_at_index(place).id == key]
        if places:
            lines.highlighted = places[0]

    def action_renew(self) -> None:
        """Renew the marked loan."""
        self._renew("desk")

    def action_phone(self) -> None:
        """Renew the marked loan for a member on the telephone."""
        self._renew("phone")

    def _renew(self, channel: str) -> None:
        loan = self._loan()
        if loan is not None and self.may(Right.LEND):
            self.in_background(self.renew(loan, channel))

    def action_undo(self) -> None:
        """Take back the last loan to this member."""
        if self.seated is not None and self.may(Right.LEND):
            self.in_background(self.undo())

    def action_next(self) -> None:
        """The member leaves the desk."""
        self.seated, self.lent = None, frozenset()
        self._clear_field()
        self.say("")
        self.in_background(self.read_again())

    def action_returns(self) -> None:
        """Take items back."""
        if self.may(Right.LEND):
            self.go("staff_returns")

    def step_back(self) -> bool:
        """What was typed goes, then the member; nothing lies behind the empty desk."""
        if self._typed():
            self._clear_field()
            self.relabel()
        elif self.seated is not None:
            self.action_next()
        else:
            self.say(_("F10 leaves supervisor mode."))
        return True

    def forget(self) -> None:
        """Whoever was found, shown or lent to goes."""
        self.seated, self.lent = None, frozenset()
        self._hits, self._tasks, self._wanted = DeskHits(), (), None
        if self.is_mounted:
            self._clear_field()
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "renew": self.action_renew, "do": self.action_acts, "next": self.action_next,
            "returns": self.action_returns, "undo": self.action_undo, "phone": self.action_phone,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
