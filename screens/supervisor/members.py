"""The members: who waits for a decision, and the one whom staff look for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.messages import Go
from screens.supervisor.deskpanel import STATUSES
from screens.supervisor.frame import StaffScreen
from screens.supervisor.memberform import category_field, form_fields, form_of
from screens.supervisor.memberpanel import Line, spoken
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.desk import MemberFound
from store.results.memberrecord import Waiting, WaitingMembers


class StaffMembers(StaffScreen):
    """The field, and beneath it who was found or who waits."""

    TITLE_WORDS = N_("Members")
    SECTION = "members"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "new", show=False),
        Binding("f5", "lists", show=False),
        Binding("down", "line(1)", show=False),
        Binding("up", "line(-1)", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan a card, or type a name, number or e-mail address; the arrows choose a line, Enter opens the record."),
        N_("Without anything typed the list shows who waits: applications with their three working days first."),
        N_("F3 registers a new member, F5 opens the exchange lists."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._found: tuple[MemberFound, ...] = ()
        self._waiting: WaitingMembers | None = None

    def page(self) -> Iterable[Widget]:
        """The field, the list, the acts."""
        with Horizontal(id="ask", classes="field"):
            yield Static(id="find", classes="label")
            yield Input(id="typed", max_length=100, select_on_focus=False)
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="open", key="Enter", classes="-main")
            yield BigButton(id="new", key="F3")
            yield BigButton(id="lists", key="F5")

    def on_mount(self) -> None:
        """No cursor blinks: nothing is sent while nothing moves."""
        self.query_one("#typed", Input).cursor_blink = False

    def on_screen_resume(self) -> None:
        """Who waits is read anew."""
        super().on_screen_resume()
        self.query_one("#typed").focus()
        if self.terminal.duty is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        now = self.terminal.now()
        found = await self.ask_store(lambda library: store.members.memberrecords.waiting(library, now))
        if found is not None:
            self._waiting = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        self.query_one("#find", Static).update(Content(_("Find")))
        self.query_one("#typed", Input).placeholder = _("name, number, e-mail")
        typed, wide = self.query_one("#typed", Input).value.strip(), self.wide
        # Where there is little room, what waits is worth more than the category.
        widths = (28, 12, 32, 0) if wide else (20, 10, 20 if typed else -1, 0)
        head = (_("Name"), _("Member no."), _("Category"), _("State") if typed else _("What waits"))
        self.query_one("#columns", Static).update(_row(head, widths))
        lines = self._hits(widths) if typed else list(self._waits(widths))
        if not lines:
            nothing = _("Nobody was found.") if typed else _("Nobody waits.")
            lines = [("none", Content.styled(nothing, "$text-muted"))]
        self.query_one(Lines).write(lines, of=typed)
        self.query_one("#open", BigButton).say(_("Open the record"))
        self.query_one("#new", BigButton).say(_("New member"))
        self.query_one("#new", BigButton).disabled = not self.may(Right.REGISTER)
        self.query_one("#lists", BigButton).say(_("Exchange lists"))

    def _hits(self, widths: tuple[int, ...]) -> list[Line]:
        lines = []
        for each in self._found:
            state = _(STATUSES[each.status]) + (" · " + _("card lost") if each.card_lost else "")
            category = spoken(each.category_tr, each.category_en)
            lines.append((f"member:{each.member_id}", _row((each.name, each.number, category, state), widths)))
        return lines

    def _waits(self, widths: tuple[int, ...]) -> Iterator[Line]:
        waiting = self._waiting
        if waiting is None:
            return
        groups = (
            ("application", waiting.applications), ("cancel", waiting.cancellations), ("card", waiting.lost_cards)
        )  # fmt: skip
        for kind, group in groups:
            for each in group:
                category = spoken(each.category_tr, each.category_en)
                cells = (each.name, each.number, category, _wait_words(kind, each))
                yield f"{kind}:{each.member_id}", _row(cells, widths)

    # Finding --------------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#typed")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @work(group="search", exclusive=True, exit_on_error=True)
    async def _look(self, typed: str) -> None:
        """Ask in a thread; an answer that a later key has overtaken is dropped with its worker."""
        await self.guarded(self._find(typed))

    async def _find(self, typed: str) -> None:
        found = await self.ask_store(lambda library: store.catalogue.finding.members(library, typed))
        if found is not None and typed == self.query_one("#typed", Input).value:
            self._found = found
            self.relabel()

    async def scanned(self, code: str) -> None:
        """A card opens its holder's record."""
        member_id = await self.ask_store(lambda library: store.members.memberrecords.holder(library, code))
        if member_id is None:
            await super().scanned(code)
        else:
            self._open(member_id)

    def action_line(self, step: int) -> None:
        """The cursor of the list moves while the field keeps the focus."""
        lines = self.query_one(Lines)
        (lines.action_cursor_down if step > 0 else lines.action_cursor_up)()

    @on(Input.Submitted, "#typed")
    def _taken(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_open()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the record under the cursor."""
        name = (self.query_one(Lines).current or "").partition(":")[2]
        if name:
            self._open(int(name))

    def _open(self, member_id: int) -> None:
        self.say("")
        self.query_one("#typed", Input).value = ""
        self.post_message(Go("staff_member", about=member_id))

    # New members ----------------------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Register a member."""
        if self.may(Right.REGISTER):
            self.in_background(self._new())

    async def _new(self) -> None:
        now = self.terminal.now()
        known = await self.ask_store(lambda library: store.members.memberrecords.categories(library, now))
        if known is None:
            return
        fields = (*form_fields(), Field("card", _("Card"), "code"), category_field(known))
        answer = await self.fill_in(
            AskCard(_("New member"), fields),
            lambda library, now, at, given: store.members.memberfile.register(
                library, form_of(given), given.written("card"), now, at
            ),
        )
        if not isinstance(answer, Refused):
            self.say("")
            self.post_message(Go("staff_member", about=answer))

    def action_lists(self) -> None:
        """The exchange lists of the terms."""
        self.go("staff_exchange")

    def step_back(self) -> bool:
        """What was typed goes."""
        field = self.query_one("#typed", Input)
        typed, field.value = field.value, ""
        return bool(typed)

    def forget(self) -> None:
        """Names and what was typed go."""
        self._found, self._waiting = (), None
        if self.is_mounted:
            self.query_one("#typed", Input).value = ""
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"open": self.action_open, "new": self.action_new, "lists": self.action_lists}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _row(cells: Sequence[Content | str], widths: Sequence[int]) -> Content:
    """A line; a column of less than no width is left out."""
    kept = [(cell, width) for cell, width in zip(cells, widths, strict=True) if width >= 0]
    return in_columns([cell for cell, _width in kept], [width for _cell, width in kept])


def _wait_words(kind: str, each: Waiting) -> Content:
    if kind == "card":
        return Content.styled(_("card lost, no other yet"), "$text-muted")
    if kind == "cancel":
        return Content.styled(_("cancel the membership?"), "$warning")
    if each.until is None or each.days_left is None:
        return Content(_("application of {day}").format(day=words.date(each.since)))
    if each.days_left < 0:
        return Content.styled("! " + _("application, overdue since {day}").format(day=words.date(each.until)), "$error")
    left = ngettext("{n} working day left", "{n} working days left", each.days_left)
    told = _("application, {left} ({day})").format(left=left, day=words.date(each.until))
    return Content.styled(told, "$warning" if each.days_left <= 1 else "")
