"""A member's record: who it is above, one of six views beneath, and what can be done in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

import store
from screens.messages import Go
from screens.supervisor import memberpanel
from screens.supervisor.frame import Act
from screens.supervisor.standingacts import StandingActs
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines
from screens.words import N_, _
from store.desk.roles import Right
from store.results.memberrecord import MemberRecord
from store.results.statement import ChargeLine


class ViewTab(Static):
    """A view's name; a touch opens it."""

    @dataclass
    class Opened(Message):
        """The view is wanted."""

        view: str

    def __init__(self, view: str) -> None:
        super().__init__(id=f"view-{view}")
        self.view = view

    def on_click(self) -> None:
        """Open it."""
        self.post_message(self.Opened(self.view))


class StaffMember(StandingActs):
    """The record."""

    TITLE_WORDS = N_("Member's record")
    SECTION = "members"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "main", show=False),
        *(Binding(key.lower(), f"view('{view}')", show=False) for view, (key, _label) in memberpanel.VIEWS.items()),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F5 to F8, F11 and F12 open the views; F4 shows what can be done in the one that is open."),
        N_("F3 takes a payment in “Money” and goes to the desk in the other views."),
        N_("Nothing is ever changed in the account: waivers, corrections and refunds are entered against."),
        N_("Nobody can see a PIN: it can only be cleared, and the member makes another."),
        N_("Scan another member's card to open that record."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._member_id: int | None = None
        self._view = "person"

    def page(self) -> Iterable[Widget]:
        """Who, the views, the list, the acts."""
        yield Static(id="member")
        with Horizontal(id="views"):
            for view in memberpanel.VIEWS:
                yield ViewTab(view)
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="main", key="F3", classes="-main")
            yield BigButton(id="do", key="F4")
            yield BigButton(id="back", key="Esc")

    def open(self, about: object) -> None:
        """A member's id; with a view, `(id, "money")`."""
        view = "person"
        if isinstance(about, tuple):
            about, view = about
        if isinstance(about, int):
            self._member_id, self._view, self.record = about, view, None

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        self.relabel()
        if self._member_id is not None and self.terminal.duty is not None:
            self.in_background(self.read_again())

    async def read_again(self) -> None:
        """The record as it is now."""
        member_id, now = self._member_id, self.terminal.now()
        if member_id is None:
            return
        found = await self.ask_store(lambda library: store.members.memberrecords.record(library, member_id, now))
        if found is not None and self._member_id == member_id:
            self.record = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        record = self.record
        self.query_one("#member", Static).update(memberpanel.head(record) if record is not None else "")
        wide = self.wide
        for tab in self.query(ViewTab):
            key, label = memberpanel.VIEWS[tab.view]
            tab.update(f"{_(label)} {key}" if wide else _(label))
            tab.set_class(tab.view == self._view, "-lit")
        lines = memberpanel.lines(record, self._view, wide=wide) if record is not None else []
        self.query_one(Lines).write(lines, memberpanel.hangs_at(self._view, wide=wide))
        main = _("Take a payment") if self._view == "money" else _("To the desk")
        self.query_one("#main", BigButton).say(main)
        self.query_one("#main", BigButton).disabled = not self.may(
            Right.TAKE_MONEY if self._view == "money" else Right.LOOK
        )
        self.query_one("#do", BigButton).say(_("What can be done"))
        self.query_one("#back", BigButton).say(_("Back"))

    def acts(self) -> tuple[Act, ...]:
        """What can be done in the view that is open."""
        record, key = self.record, self.query_one(Lines).current or ""
        if record is None:
            return ()
        if self._view == "money":
            return self.money_acts(self._charge(record, key), key.removeprefix("receipt:") if "receipt:" in key else "")
        if self._view == "standing":
            return self.standing_acts(record, key)
        task = next((each for each in record.tasks if key == f"task:{each.task_id}"), None)
        return self.person_acts(record, task)

    def _charge(self, record: MemberRecord, key: str) -> ChargeLine | None:
        return next((line for line in record.statement.charge_lines if key == f"charge:{line.entry_id}"), None)

    def action_view(self, view: str) -> None:
        """Open a view."""
        self._view = view
        self.say("")
        self.relabel()
        self.query_one(Lines).highlighted = 0
        self.query_one(Lines).scroll_home(animate=False)

    def action_main(self) -> None:
        """Take a payment, or go on at the desk."""
        if self.record is None:
            return
        if self._view == "money":
            if self.may(Right.TAKE_MONEY):
                self.in_background(self.pay())
        else:
            self.post_message(Go("staff_desk", about=self.record.account.member_id))

    async def scanned(self, code: str) -> None:
        """Another member's card opens that record."""
        member_id = await self.ask_store(lambda library: store.members.memberrecords.holder(library, code))
        if member_id is None:
            await super().scanned(code)
        else:
            self.open(member_id)
            await self.read_again()
            self.say("")

    def forget(self) -> None:
        """The record goes."""
        self.record = self._member_id = None
        self._view = "person"
        if self.is_mounted:
            super().forget()

    @on(ViewTab.Opened)
    def _opened_view(self, event: ViewTab.Opened) -> None:
        event.stop()
        self.action_view(event.view)

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        """Enter: the receipt, the copy, or what can be done with the line."""
        event.stop()
        kind, _colon, name = (event.option_id or "").partition(":")
        if kind == "receipt":
            self.in_background(self.show_receipt(name))
        elif kind == "loan":
            self.post_message(Go("staff_copy", about=name))
        else:
            self.action_acts()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"main": self.action_main, "do": self.action_acts, "back": self.action_back}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
