"""One title for staff: its copies and its queue; edit, new copies, a shorter period, merge, delete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.items import branch_name, type_name
from screens.messages import Go
from screens.supervisor.copywords import STATES, chosen_from, period_fields, period_given, period_told, who
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.titleform import data_given, title_fields
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_table
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.copies import CopyOfTitle, InQueue, TitleRecord


class StaffTitle(StaffScreen):
    """What is known of it, and its copies or its queue."""

    TITLE_WORDS = N_("Title")
    SECTION = "titles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "copy", show=False),
        Binding("f5", "turn", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter on a copy opens it; F5 shows who waits for the title."),
        N_("F3 enters a new copy: scan its barcode. The first who waits gets it."),
        N_("F4: edit, a shorter period for all copies, merge with another title, delete."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._title_id: int | None = None
        self._record: TitleRecord | None = None
        self._queue = False

    def page(self) -> Iterable[Widget]:
        """The title, the list, the acts."""
        yield Static(id="about")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="copy", key="F3", classes="-main")
            yield BigButton(id="do", key="F4")
            yield BigButton(id="turn", key="F5")

    def open(self, about: object) -> None:
        """Show this title."""
        assert isinstance(about, int)
        self._title_id, self._record, self._queue = about, None, False

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        self.relabel()
        self.query_one(Lines).focus()
        self.in_background(self._read())

    async def _read(self) -> None:
        title_id, now = self._title_id, self.terminal.now()
        if title_id is None:
            return
        record = await self.ask_store(lambda library: store.catalogue.copypages.title_record(library, title_id, now))
        if self._title_id == title_id:
            self._record = record
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        record = self._record
        self.query_one("#copy", BigButton).say(_("New copy"))
        self.query_one("#copy").disabled = record is None or not self.may(Right.COPIES)
        self.query_one("#do", BigButton).say(_("What can be done"))
        waiting = len(record.queue) if record else 0
        self.query_one("#turn", BigButton).say(_("Copies") if self._queue else _("Queue {n}").format(n=waiting))
        self.query_one("#about", Static).update(_about(record) if record else "")
        if self._queue:
            keys = [str(each.who.member_id) for each in record.queue] if record else []
            table = [(_("Who"), _("Since"), _("State")), *(_waiter(each) for each in (record.queue if record else ()))]
        else:
            keys = [each.item.barcode for each in record.copies] if record else []
            table = [
                (_("Barcode"), _("Library"), _("Shelf mark"), _("Kind"), _("State")),
                *(_copy(each) for each in (record.copies if record else ())),
            ]
        named, *lines = in_table(table, self.width)
        self.query_one("#columns", Static).update(named if lines else "")
        self.query_one(Lines).write(list(zip(keys, lines, strict=True)))

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the title."""
        record, do = self._record, self.in_background
        if record is None:
            return ()
        return (
            Act("edit", _("Edit the title"), Right.COPIES, lambda: do(self._edit(record))),
            Act("copy", _("New copy"), Right.COPIES, lambda: do(self._new_copy(record))),
            Act("period", _("Shorter period for its copies"), Right.PERIODS, lambda: do(self._period(record))),
            Act("merge", _("Merge it into another title"), Right.WITHDRAW, lambda: do(self._merge(record))),
            Act("delete", _("Delete the title"), Right.WITHDRAW, lambda: do(self._delete(record))),
        )

    def action_turn(self) -> None:
        """Copies or queue."""
        self._queue = not self._queue
        self.relabel()
        self.query_one(Lines).focus()

    def action_copy(self) -> None:
        """Enter a new copy."""
        if self._record is not None and self.may(Right.COPIES):
            self.in_background(self._new_copy(self._record))

    async def _edit(self, record: TitleRecord) -> None:
        answer = await self.fill_in(
            AskCard(_("Edit the title"), title_fields(record.data)),
            lambda library, now, at, given: store.catalogue.cataloguing.edit_title(
                library, record.title_id, data_given(given), now, at
            ),
        )
        await self._after(answer, _("Saved."))

    async def _new_copy(self, record: TitleRecord) -> None:
        now = self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        kinds, branches = chosen_from(offered.kinds), chosen_from(offered.branches)
        like = next((each.item for each in record.copies), None)
        form = AskCard(
            _("New copy"),
            (
                Field("barcode", _("Barcode"), "code"),
                Field("kind", _("Kind"), "choice", like.item_type if like else "book", choices=kinds),
                Field("branch", _("Library"), "choice", self.terminal.settings.branch, choices=branches),
                Field("mark", _("Shelf mark"), value=record.data.shelf_mark, required=False),
            ),
            lines=(record.data.title,),
        )
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.catalogue.stock.add_copy(
                library, record.title_id, given.written("barcode"), given.written("kind"), given.written("branch"),
                given.written("mark"), now, at,
            ),
        )  # fmt: skip
        await self._after(answer, _("The copy is entered."))

    async def _period(self, record: TitleRecord) -> None:
        present = next((each.period for each in record.copies if each.period), None)
        told = _("It holds from the next loan or renewal on; running loans keep their due dates.")
        answer = await self.fill_in(
            AskCard(_("Shorter period"), period_fields(present), lines=(told,)),
            lambda library, now, at, given: store.catalogue.copies.set_title_period(
                library, record.title_id, period_given(given), now, at
            ),
        )
        if isinstance(answer, int):
            told = ngettext("The period of {n} copy is set.", "The period of {n} copies is set.", answer)
            await self._after(answer, told)

    async def _merge(self, record: TitleRecord) -> None:
        given = await self.ask_on(
            AskCard(
                _("Merge it into another title"),
                (
                    Field("barcode", _("A copy of the other"), "code", required=False),
                    Field("number", _("or its title number"), "number", required=False),
                ),
                lines=(_("Copies and holds go to the other title; this one is gone."),),
            )
        )
        if given is None:
            return
        barcode, into = str(given["barcode"] or ""), given["number"]
        if barcode:
            into = await self.ask_store(lambda library: store.catalogue.titlepages.title_of(library, barcode))
        now = self.terminal.now()
        other = None
        if isinstance(into, int):
            other = await self.ask_store(lambda library: store.catalogue.copypages.title_record(library, into, now))
        if other is None:
            self.say(_("No such title. Nothing was changed."), "bad")
            return
        lines = (
            _("Gone: {title}").format(title=_named(record)),
            _("Stays: {title}").format(title=_named(other)),
        )
        if await self.ask_on(AskCard(_("Merge two titles"), lines=lines)) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.catalogue.cataloguing.merge_titles(
                library, record.title_id, other.title_id, now, at
            )
        )
        if not isinstance(answer, Refused):
            self.open(other.title_id)
            await self._after(answer, _("{title}: merged.").format(title=other.data.title))

    async def _delete(self, record: TitleRecord) -> None:
        lines = (_named(record), _("Only a title that never had a copy or a hold can be deleted."))
        if await self.ask_on(AskCard(_("Delete the title"), lines=lines)) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.catalogue.cataloguing.delete_title(library, record.title_id, now, at)
        )
        if not isinstance(answer, Refused):
            self.post_message(Go("staff_titles", told=_("{title}: deleted.").format(title=record.data.title)))

    async def _after(self, answer: object, told: str) -> None:
        if not isinstance(answer, Refused):
            self.say(told, "good")
            await self._read()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        page, about = ("staff_member", int(event.option_id or 0)) if self._queue else ("staff_copy", event.option_id)
        self.post_message(Go(page, about=about))

    def forget(self) -> None:
        """Who waits for it goes."""
        self._title_id, self._record, self._queue = None, None, False
        super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"copy": self.action_copy, "do": self.action_acts, "turn": self.action_turn}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _named(record: TitleRecord) -> str:
    return f"{record.data.title} · {record.data.author} ({record.title_id})"


def _about(record: TitleRecord) -> Content:
    data = record.data
    made = ", ".join(part for part in (data.publisher, str(data.year or "")) if part)
    known = {None: "", True: _("in print"), False: _("out of print")}[data.in_print]
    marks = (data.language, f"ISBN {data.isbn}" if data.isbn else "", data.shelf_mark, known)
    net = _("readable on the net") if data.electronic_access else ""
    number = _("title number {n}").format(n=record.title_id)
    control = _("record {number}").format(number=record.control_number) if record.control_number else ""
    more = " · ".join(part for part in (data.author, made) if part)
    rest = " · ".join(part for part in (*marks, net, number, control) if part)
    return Content.assemble((data.title, "bold $primary"), f"\n{more}", (f"\n{rest}", "$text-muted"))


def _copy(each: CopyOfTitle) -> tuple[str, ...]:
    state = _(STATES[each.item.state])
    if each.due is not None:
        state = _("out, due {due}").format(due=words.due(each.due, hourly=each.hourly))
    notes = (period_told(each.period), each.course or "", "" if each.loanable else _("not for loan"))
    told = " · ".join(part for part in (state, *notes) if part)
    return each.item.barcode, branch_name(each.item), each.item.shelf_mark, type_name(each.item), told


def _waiter(each: InQueue) -> tuple[str, ...]:
    state = _("ready until {date}").format(date=words.date(each.until)) if each.until else _("waits")
    return who(each.who), words.date(each.placed_at), state
