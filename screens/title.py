"""A title: its copies with branch, shelf mark, state and due date; a hold with an honest estimate, or why not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.frame import KioskScreen
from screens.messages import Go
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.columns import in_table
from screens.widgets.refusal import RefusalCard
from screens.words import N_, _, ngettext
from store.policy.verdict import Refused
from store.results.holds import HoldPlaced
from store.results.titles import CopyLine, TitlePage

STATES = {
    "on_shelf": N_("on the shelf"),
    "hold_shelf": N_("on the hold shelf"),
    "in_transit": N_("on its way"),
    "in_repair": N_("in repair"),
    "lost": N_("lost"),
}


class AboutTitle(Struct, frozen=True):
    """Which title to show, and where the way back leads."""

    title_id: int
    back: str


class Title(KioskScreen):
    """One title, signed in or not."""

    TITLE_WORDS = N_("Title")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "hold", show=False),
        Binding("f9", "back", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Each line is a copy: where it stands, or when it is due back."),
        N_("“Place a hold” puts you in the queue; you get a letter when a copy waits for you."),
        N_("What stands on the shelf is not held: take it from there."),
    )

    def body(self) -> Iterable[Widget]:
        """The title, its copies, the queue, the hold."""
        with VerticalScroll(id="page"):
            yield Static(id="about")
            yield Static(id="copies")
            yield Static(id="queue")
            yield RefusalCard((), id="why")
        with Horizontal(id="acts"):
            yield BigButton(id="hold", key="F3", classes="-main")
            yield BigButton(id="back", key="F9")

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._page: TitlePage | None = None
        self._placed: HoldPlaced | None = None
        self._about: AboutTitle | None = None

    def open(self, about: object) -> None:
        """Show this title."""
        assert isinstance(about, AboutTitle)
        self._about, self._page, self._placed = about, None, None

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self.relabel()
        self.query_one("#back").focus()
        self.in_background(self._read())

    async def _read(self) -> None:
        visit, about, now = self.terminal.visit, self._about, self.terminal.now()
        if about is None:
            return
        member_id = visit.member.member_id if visit else None
        page = await self.terminal.ask(
            lambda library: store.catalogue.titlepages.title_page(library, about.title_id, member_id, now)
        )
        if self._about is about and self.terminal.visit is visit:
            self._page = page
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#back", BigButton).say(_("Back"))
        self.query_one("#hold", BigButton).say(_("Place a hold"))
        page, visit = self._page, self.terminal.visit
        self.query_one("#hold").display = visit is not None
        self.query_one("#hold").disabled = page is None or not page.can_hold
        why = self.query_one("#why", RefusalCard)
        why.display = page is not None and bool(page.reasons) and self._placed is None
        why.show(page.reasons if page else (), _("A hold is not possible now") if page else "")
        self.query_one("#about", Static).update(_about(page) if page else "")
        self.query_one("#copies", Static).update(self._copies(page) if page else "")
        self.query_one("#queue", Static).update(self._queue(page) if page else "")

    def _copies(self, page: TitlePage) -> Content:
        wide = self.wide
        head = (_("Library"), _("Shelf mark"), *((_("Kind"),) if wide else ()), _("State"))
        named, *lines = in_table((head, *(_copy(copy, wide=wide) for copy in page.copies)), self.width)
        return Content("\n").join((named.stylize("$text-muted"), *lines))

    def _queue(self, page: TitlePage) -> Content:
        if self._placed is not None:
            text = _("Your hold stands: place {n} in the queue.").format(n=self._placed.position)
            return Content.styled("✓ " + text, "bold $success")
        lines = []
        if page.waiting:
            lines.append(ngettext("{n} reader waits for it.", "{n} readers wait for it.", page.waiting))
        if page.expected is not None and (page.can_hold or page.waiting):
            lines.append(_("A new hold may come at the earliest {date}.").format(date=words.date(page.expected)))
        if self.terminal.visit is None:
            lines.append(_("Sign in with your card to place a hold."))
        return Content("\n".join(lines))

    def action_hold(self) -> None:
        """Put the member into the queue."""
        if self.terminal.visit is not None and self._page is not None and self._page.can_hold:
            self.in_background(self._hold(self._page))

    async def _hold(self, page: TitlePage) -> None:
        visit, now, at = self.terminal.visit, self.terminal.now(), self.terminal.at()
        if visit is None:
            return
        answer = await self.terminal.ask(
            lambda library: store.circulation.holds.place(library, visit.member.member_id, page.title_id, now, at)
        )
        if self.terminal.visit is not visit:
            return
        if isinstance(answer, Refused):
            self.say(page.title, "bad")
        else:
            visit.held.append((page.title, answer.position))
            self.say(_("{title}: held, place {n}").format(title=page.title, n=answer.position), "good")
            self._placed = answer
        await self._read()

    async def scanned(self, code: str) -> None:
        """Signed in, an item scanned here is to be borrowed; else its title is shown."""
        if self.terminal.visit is not None:
            self.go("checkout", code)
            return
        title_id = await self.terminal.ask(lambda library: store.catalogue.titlepages.title_of(library, code))
        if title_id is None:
            self.say(_("Unknown barcode {code}").format(code=code), "bad")
        elif self._about is not None:
            self.open(AboutTitle(title_id, self._about.back))
            await self._read()

    def forget(self) -> None:
        """Which title it was, and whether it was held, goes."""
        if self.is_mounted:
            self._page = self._about = self._placed = None
            super().forget()
            self.relabel()

    def action_back(self) -> None:
        """To where it was opened from."""
        self.post_message(Go(self._about.back if self._about else "search"))

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"hold": self.action_hold, "back": self.action_back}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _about(page: TitlePage) -> Content:
    made = ", ".join(part for part in (page.publisher, str(page.year or "")) if part)
    more = " · ".join(part for part in (page.author, made, page.isbn and f"ISBN {page.isbn}") if part)
    return Content.assemble((page.title, "bold $primary"), f"\n{more}", (f"\n{page.subjects}", "$text-muted"), "\n")


def _copy(copy: CopyLine, *, wide: bool) -> tuple[Content, ...]:
    english = words.current().language == "en"
    branch, kind = (copy.branch_en, copy.item_type_en) if english else (copy.branch_tr, copy.item_type_tr)
    if copy.due is not None:
        state = Content(_("out, due {due}").format(due=words.due(copy.due, hourly=copy.hourly)))
    elif copy.state == "on_shelf" and copy.stays:
        state = Content(_("here, for use in the library"))
    else:
        good = copy.state == "on_shelf"
        state = Content.styled(("✓ " if good else "") + _(STATES[copy.state]), "$success" if good else "")
    return Content(branch), Content(copy.shelf_mark), *((Content(kind),) if wide else ()), state
