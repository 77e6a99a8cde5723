"""One copy for staff: where it is, who had it, what is open about it, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.items import branch_name, by, type_name
from screens.messages import Go
from screens.supervisor.copywords import STATES, case_told, loan_told, period_told, who, whom
from screens.supervisor.frame import Act
from screens.supervisor.reserveacts import ReserveActs
from screens.widgets.button import BigButton
from screens.widgets.columns import in_columns
from screens.widgets.facts import facts
from screens.words import N_, _, ngettext
from store.results.copies import CopyPage


class StaffCopy(ReserveActs):
    """What is known of the copy; a scan shows another."""

    TITLE_WORDS = N_("Copy")
    SECTION = "titles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "title", show=False),
        Binding("f5", "member", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F4 shows everything that can be done with the copy now."),
        N_("F3 opens its title, F5 the record of who has it."),
        N_("Who had it is shown as long as the history is kept."),
    )

    def page(self) -> Iterable[Widget]:
        """The copy, its cases, its loans, the doors."""
        with VerticalScroll(id="page"):
            yield Static(id="about")
            yield Static(id="cases")
            yield Static(id="loans")
        with Horizontal(id="acts"):
            yield BigButton(id="do", key="F4", classes="-main")
            yield BigButton(id="title", key="F3")
            yield BigButton(id="member", key="F5")

    def open(self, about: object) -> None:
        """Show the copy with this barcode."""
        assert isinstance(about, str)
        self.barcode, self.shown = about, None

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        self.relabel()
        self.query_one("#do").focus()
        self.in_background(self.read())

    async def read(self) -> None:
        """Read the copy anew and show it."""
        barcode, now = self.barcode, self.terminal.now()
        page = await self.ask_store(lambda library: store.catalogue.copypages.copy_page(library, barcode, now))
        if self.barcode == barcode:
            self.shown = page
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        page = self.shown
        self.query_one("#do", BigButton).say(_("What can be done"))
        self.query_one("#title", BigButton).say(_("Its title"))
        self.query_one("#member", BigButton).say(_("Who has it"))
        self.query_one("#do").disabled = self.query_one("#title").disabled = page is None
        self.query_one("#member").disabled = self._borrower() is None
        self.query_one("#about", Static).update(_about(page) if page else "")
        cases = [case_told(each) for each in page.cases] if page else []
        self.query_one("#cases", Static).update(Content("\n").join(cases))
        self.query_one("#cases").display = bool(cases)
        self.query_one("#loans", Static).update(_loans(page, wide=self.wide) if page else "")

    def acts(self) -> tuple[Act, ...]:
        """What can be done with it now."""
        page = self.shown
        return () if page is None else (*self.copy_acts(page), *self.reserve_acts(page))

    def _borrower(self) -> int | None:
        page = self.shown
        return page.loan.who.member_id if page is not None and page.loan is not None else None

    def action_title(self) -> None:
        """To its title."""
        if self.shown is not None:
            self.post_message(Go("staff_title", about=self.shown.title_id))

    def action_member(self) -> None:
        """To who has it."""
        member_id = self._borrower()
        if member_id is not None:
            self.post_message(Go("staff_member", about=member_id))

    async def scanned(self, code: str) -> None:
        """Show another copy, or whose card it is."""
        if await self.ask_store(lambda library: store.catalogue.titlepages.title_of(library, code)) is None:
            await super().scanned(code)
        else:
            self.say(code)
            self.open(code)
            await self.read()

    def forget(self) -> None:
        """Who had it goes."""
        self.barcode, self.shown = "", None
        super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"do": self.action_acts, "title": self.action_title, "member": self.action_member}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _about(page: CopyPage) -> Content:
    item, loan = page.item, page.loan
    state = Content.styled(_(STATES[item.state]), "bold $accent")
    if loan is not None:
        due = words.due(loan.due, hourly=loan.hourly)
        told = _("recalled, due {due}") if loan.recalled else _("due {due}")
        state = Content.assemble(state, f" · {who(loan.who)} · {told.format(due=due)}")
    if page.slip is not None:
        until = _("until {date}").format(date=words.date(page.slip.until))
        state = Content.assemble(state, f" · {whom(page.slip)} · {until}")
    waiting = ngettext("{n} reader waits for the title", "{n} readers wait for the title", page.waiting)
    people = ", ".join(f"{each.name} {each.note}".strip() for each in (*page.instructors, *page.managers))
    return Content.assemble(
        (by(item), "bold $primary"), "\n\n",
        facts(
            (
                (_("Barcode"), item.barcode),
                (_("State"), state),
                (_("Place"), f"{branch_name(item)}  {item.shelf_mark}"),
                (_("Kind"), type_name(item) + ("" if page.loanable else " · " + _("not for loan"))),
                (_("Own period"), period_told(page.period)),
                (_("Course"), " · ".join(part for part in (page.course, people) if part) if page.course else ""),
                (_("Project"), " · ".join(part for part in (page.project, people) if part) if page.project else ""),
                (_("Queue"), waiting if page.waiting else ""),
                (_("In the stock since"), words.date(page.received_at)),
            )
        ),
    )  # fmt: skip


def _loans(page: CopyPage, *, wide: bool) -> Content:
    loans = ([page.loan] if page.loan else []) + list(page.history)
    if not loans:
        return Content.styled(_("Never lent."), "$text-muted")
    widths = (44, 16, 0) if wide else (36, 14, 0)
    head = in_columns((_("Who"), _("Lent"), _("Returned")), widths).stylize("$text-muted")
    return Content("\n").join([head, *(in_columns(loan_told(loan), widths) for loan in loans)])
