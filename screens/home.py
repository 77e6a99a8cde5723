"""After sign-in: what needs attention first, how much is used, and the doors to everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from screens.widgets.button import BigButton
from screens.widgets.meter import meter
from screens.words import N_, _, ngettext
from store.results.visit import Account, Meter

DOORS = {
    "borrow": ("F3", "checkout", N_("Borrow")),
    "return": ("F4", "returns", N_("Return")),
    "loans": ("F5", "loans", N_("My loans")),
    "holds": ("F6", "holds", N_("Holds")),
    "search": ("F7", "search", N_("Search")),
    "account": ("F8", "account", N_("My account")),
    "rules": ("F9", "rules", N_("Rules")),
}
"Button -> its key, the page behind it, its word."


class Home(KioskScreen):
    """The member's page."""

    of_a_visit = True
    TITLE_WORDS = N_("Home")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.lower(), f"door('{page}')", show=False) for key, page, _word in DOORS.values()
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan an item to borrow it at once, or choose “Borrow”."),
        N_("What needs your attention stands on top."),
        N_("“Done” signs you out. Nobody sees your page after you."),
    )

    def body(self) -> Iterable[Widget]:
        """Greeting, attention, meters, doors."""
        yield Static(id="greeting", classes="title")
        with VerticalScroll(id="attention"):
            yield Static(id="attention-lines")
        yield Static(id="meters")
        with Horizontal(classes="doors"):
            for name in ("borrow", "return", "loans", "holds"):
                yield BigButton(id=name, key=DOORS[name][0], classes="-main" if name == "borrow" else "")
        with Horizontal(classes="doors"):
            for name in ("search", "account", "rules"):
                yield BigButton(id=name, key=DOORS[name][0])

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._account: Account | None = None

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self.query_one("#borrow").focus()
        if self.terminal.visit is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        visit = self.terminal.visit
        if visit is None:
            return
        now = self.terminal.now()
        account = await self.terminal.ask(
            lambda library: store.members.accounts.account(library, visit.member.member_id, now)
        )
        if self.terminal.visit is visit:
            self._account = account
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        visit = self.terminal.visit
        greeting = _("Hello, {name}").format(name=visit.member.given_name) if visit else ""
        self.query_one("#greeting", Static).update(Content(greeting))
        for name, (_key, _page, word) in DOORS.items():
            self.query_one(f"#{name}", BigButton).say(_(word))
        lines = [line.told() for line in _attention(self._account)] if self._account else []
        self.query_one("#attention-lines", Static).update(Content("\n").join(lines))
        meters = [_meter(each) for each in self._account.meters] if self._account else []
        self.query_one("#meters", Static).update(Content("\n").join(meters))

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The account goes."""
        self._account = None
        if self.is_mounted:
            super().forget()
            self.relabel()

    def action_door(self, page: str) -> None:
        """To another page."""
        self.go(page)

    @on(BigButton.Chosen)
    def _door(self, event: BigButton.Chosen) -> None:
        if event.button.id in DOORS:
            event.stop()
            self.go(DOORS[event.button.id][1])


def _meter(each: Meter) -> Content:
    label = each.label_en if words.current().language == "en" else each.label_tr
    return meter(f"{label:<28}", each.used, each.limit)


class _Line(Struct, frozen=True):
    """Something that the member should know: a sign, the words, a colour."""

    sign: str
    text: str
    style: str = ""

    def told(self) -> Content:
        """As it stands on the page."""
        return Content.styled(f"{self.sign} {self.text}", self.style)


def _attention(account: Account) -> Iterator[_Line]:
    """What matters most comes first."""
    yield from _about_holds(account)
    yield from _about_loans(account)
    yield from _about_money(account)
    yield from _about_membership(account)
    yield from _for_information(account)


def _about_holds(account: Account) -> Iterator[_Line]:
    for hold in account.ready_holds:
        text = _("Waiting for you on the hold shelf: {title}, until {date}")
        yield _Line("★", text.format(title=hold.title, date=words.date(hold.pickup_until)), "bold $success")


def _about_loans(account: Account) -> Iterator[_Line]:
    for loan in account.loans:
        due = words.due(loan.due, hourly=loan.hourly)
        if loan.overdue:
            text = _("Overdue: {title}, was due {due}").format(title=loan.title, due=due)
            yield _Line("!", text, "bold $error")
        elif loan.recalled:
            text = _("Recalled by the library: {title}, due {due}").format(title=loan.title, due=due)
            yield _Line("!", text, "bold $warning")


def _about_money(account: Account) -> Iterator[_Line]:
    if account.fines > account.fine_limit:
        text = _("Unpaid fines {amount}: above the limit of {limit}. Please pay at the desk.")
        text = text.format(amount=words.money(account.fines), limit=words.money(account.fine_limit))
        yield _Line("!", text, "bold $error")
    elif account.fines:
        yield _Line("·", _("Unpaid fines {amount}").format(amount=words.money(account.fines)))
    if account.charges:
        yield _Line("·", _("Unpaid charges {amount}").format(amount=words.money(account.charges)))


def _about_membership(account: Account) -> Iterator[_Line]:
    for suspension in account.suspensions:
        text = _("You may not borrow until {moment} ({clause}).")
        text = text.format(moment=words.moment(suspension.until), clause=suspension.clause)
        yield _Line("!", text, "bold $error")
    if account.status == "pending":
        yield _Line("!", _("membership_pending.text"), "bold $warning")
    if account.status == "cancelled":
        yield _Line("!", _("membership_cancelled.text"), "bold $error")
    if account.external_block:
        text = _("Your record is blocked in the student system; please ask at the desk.")
        yield _Line("!", text, "$warning")


def _for_information(account: Account) -> Iterator[_Line]:
    for title in account.being_checked:
        yield _Line("·", _("Returned and being checked by the staff: {title}").format(title=title))
    if account.waiting_holds:
        yield _Line("·", ngettext("{n} hold is waiting.", "{n} holds are waiting.", account.waiting_holds))
    coming = [loan for loan in account.loans if not loan.overdue]
    if coming:
        soonest = min(coming, key=lambda loan: loan.due)
        due = words.due(soonest.due, hourly=soonest.hourly)
        yield _Line("·", _("Next due: {title}, {due}").format(title=soonest.title, due=due))
