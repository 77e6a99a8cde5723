"""The member's holds: what stands ready and until when, what waits and in which place; cancel, or look for more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.member_page import MemberPage
from screens.messages import Go
from screens.terminal import Visit
from screens.title import AboutTitle
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.policy.verdict import Refused
from store.results.titles import MyHold


class Holds(MemberPage):
    """Ready holds first."""

    of_a_visit = True
    TITLE_WORDS = N_("Holds")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "search", show=False),
        Binding("f8", "cancel", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("What stands ready waits for you on the hold shelf; scan it to borrow it."),
        N_("“Cancel” gives the hold on the marked line up; press it twice."),
        N_("“Find a title” leads to the search, where holds are placed."),
    )

    def body(self) -> Iterable[Widget]:
        """The list and the acts."""
        with Vertical(id="list"):
            yield Static(id="prompt", classes="prompt")
            yield Static(id="columns", classes="columns")
            yield Lines(id="holds")
        with Horizontal(id="acts"):
            yield BigButton(id="search", key="F3", classes="-main")
            yield BigButton(id="cancel", key="F8")
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._holds: tuple[MyHold, ...] = ()
        self._known = False
        self._to_cancel: int | None = None

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self._to_cancel = None
        self.query_one(Lines).focus()
        if self.terminal.visit is not None:
            self.in_background(self._read(self.terminal.visit))

    async def _read(self, visit: Visit) -> None:
        now = self.terminal.now()
        holds = await self.terminal.ask(
            lambda library: store.catalogue.titlepages.my_holds(library, visit.member.member_id, now)
        )
        if self.terminal.visit is visit:
            self._holds, self._known = holds, True
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        empty = self._known and not self._holds
        self.query_one("#prompt", Static).update(Content(_("You hold nothing.") if empty else ""))
        self.query_one("#search", BigButton).say(_("Find a title"))
        self.query_one("#home", BigButton).say(_("Home"))
        self.query_one("#cancel").disabled = not self._holds
        sure = self._to_cancel is not None and self._to_cancel == self._current_id()
        self.query_one("#cancel", BigButton).say(_("Yes, cancel it") if sure else _("Cancel"))
        widths = (40, 20, 0) if self.wide else (18, 18, 0)
        head = in_columns((_("Title"), _("State"), _("When")), widths)
        self.query_one("#columns", Static).update(head if self._holds else "")
        lines = [(str(hold.hold_id), in_columns(self._cells(hold), widths)) for hold in self._holds]
        self.query_one(Lines).write(lines)

    def _cells(self, hold: MyHold) -> tuple[Content, ...]:
        title = Content(f"{hold.title} · {hold.author}" if hold.author else hold.title)
        if hold.ready and hold.pickup_until is not None:
            english = words.current().language == "en"
            where = hold.branch_en if english else hold.branch_tr
            until = _("until {date} ({left}) · {branch}")
            left = ngettext("{n} day left", "{n} days left", (hold.pickup_until - self.terminal.now()).days)
            text = until.format(date=words.date(hold.pickup_until), left=left, branch=where)
            return title, Content.styled("★ " + _("ready for you"), "bold $success"), Content.styled(text, "bold")
        place = _("waiting, place {n}").format(n=hold.position)
        when = _("nobody can say when")
        if hold.expected is not None:
            when = _("at the earliest {date}").format(date=words.date(hold.expected))
        return title, Content(place), Content.styled(when, "$text-muted")

    def _current_id(self) -> int | None:
        key = self.query_one(Lines).current
        return int(key) if key else None

    def _current(self) -> MyHold | None:
        key = self._current_id()
        return next((hold for hold in self._holds if hold.hold_id == key), None)

    @on(Lines.OptionHighlighted)
    def _moved(self) -> None:
        if self._to_cancel is not None and self._to_cancel != self._current_id():
            self._to_cancel = None
            self.query_one("#cancel", BigButton).say(_("Cancel"))

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        hold = self._current()
        if hold is not None:
            self.post_message(Go("title", about=AboutTitle(hold.title_id, "holds")))

    def action_cancel(self) -> None:
        """First ask, then give it up."""
        hold, visit = self._current(), self.terminal.visit
        if hold is None or visit is None:
            return
        if self._to_cancel == hold.hold_id:
            self._to_cancel = None
            self.in_background(self._cancel(visit, hold))
            return
        self._to_cancel = hold.hold_id
        self.query_one("#cancel", BigButton).say(_("Yes, cancel it"))
        self.say(_("Give up the hold on {title}? Press again.").format(title=hold.title), "wait")

    async def _cancel(self, visit: Visit, hold: MyHold) -> None:
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.circulation.holds.cancel(library, visit.member.member_id, hold.title_id, now, at)
        )
        if self.terminal.visit is visit:
            if isinstance(answer, Refused):
                self.say(hold.title, "bad")
            else:
                self.say(_("Cancelled: {title}").format(title=hold.title), "good")
            await self._read(visit)

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed: a ready one most likely."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The holds go."""
        if self.is_mounted:
            self._holds, self._known, self._to_cancel = (), False, None
            super().forget()
            self.relabel()

    def action_search(self) -> None:
        """Look for a title to hold."""
        self.go("search")

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"search": self.action_search, "cancel": self.action_cancel, "home": self.action_home}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
