"""The account: limits, fines one by one with their arithmetic, payments, suspensions, letters, history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.fines import outcome, recorded
from screens.member_page import MemberPage
from screens.terminal import Visit
from screens.widgets.button import BigButton
from screens.widgets.columns import in_columns
from screens.widgets.meter import meter
from screens.words import N_, _
from store.results.statement import ChargeLine, Statement
from store.results.visit import Account as AccountView

KINDS = {
    "late_fine": N_("Late fine"),
    "processing_fee": N_("Processing fee"),
    "replacement": N_("Replacement"),
    "damage": N_("Damage"),
    "refund": N_("Refund"),
    "payment": N_("Payment"),
    "waiver": N_("Waived"),
    "correction": N_("Correction"),
}
LETTERS = {
    "membership_approved": N_("Membership approved"),
    "membership_rejected": N_("Application declined"),
    "pin_changed": N_("PIN changed"),
    "checkout_confirmation": N_("Borrowed"),
    "courtesy": N_("Due soon"),
    "overdue_1": N_("Overdue, 1st notice"),
    "overdue_2": N_("Overdue, 2nd notice"),
    "overdue_3": N_("Overdue, 3rd notice"),
    "overdue_4": N_("Overdue, 4th notice"),
    "overdue_5": N_("Overdue, 5th notice"),
    "overdue_6": N_("Overdue, 6th notice"),
    "invoice": N_("Invoice"),
    "hold_available": N_("Hold ready"),
    "hold_cancelled": N_("Hold cancelled"),
    "recall": N_("Recall"),
    "lost": N_("Recorded as lost"),
    "renewal_decided": N_("Renewal decided"),
}
DELIVERIES = {
    "queued": N_("to be sent"),
    "sent": N_("sent"),
    "failed": N_("could not be sent"),
    "bounced": N_("came back"),
}
SUSPENSIONS = {"reserve": N_("late reserve item"), "discipline": N_("disciplinary decision")}


class Account(MemberPage):
    """Four sections, one shown at a time."""

    of_a_visit = True
    TITLE_WORDS = N_("My account")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "section('money')", show=False),
        Binding("f4", "section('limits')", show=False),
        Binding("f5", "section('letters')", show=False),
        Binding("f6", "section('history')", show=False),
        Binding("f7", "settings", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Each fine says what it is for and how it was reckoned, with its clause."),
        N_("Fines are paid at the desk."),
        N_("“Settings” holds PIN, e-mail address, language, receipt and history."),
    )

    def body(self) -> Iterable[Widget]:
        """The sections' buttons and the page."""
        with Horizontal(classes="doors", id="sections"):
            for key, name in (("F3", "money"), ("F4", "limits"), ("F5", "letters"), ("F6", "history")):
                yield BigButton(id=name, key=key)
        with VerticalScroll(id="page"):
            yield Static(id="lines")
        with Horizontal(id="acts"):
            yield BigButton(id="settings", key="F7")
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._statement: Statement | None = None
        self._account: AccountView | None = None
        self._section = "money"

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self.query_one("#page").focus()
        if self.terminal.visit is not None:
            self.in_background(self._read(self.terminal.visit))

    async def _read(self, visit: Visit) -> None:
        now, member_id = self.terminal.now(), visit.member.member_id
        account = await self.terminal.ask(lambda library: store.members.accounts.account(library, member_id, now))
        statement = await self.terminal.ask(lambda library: store.members.statements.statement(library, member_id, now))
        if self.terminal.visit is visit:
            self._account, self._statement = account, statement
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        names = {"money": _("Money"), "limits": _("Limits"), "letters": _("Letters"), "history": _("History")}
        for name, word in names.items():
            button = self.query_one(f"#{name}", BigButton)
            button.say(f"▸ {word}" if name == self._section else word)
            button.set_class(name == self._section, "-main")
        self.query_one("#settings", BigButton).say(_("Settings"))
        self.query_one("#home", BigButton).say(_("Home"))
        lines = Content("\n").join(self._lines()) if self._statement else Content("")
        self.query_one("#lines", Static).update(lines)

    def _lines(self) -> Iterator[Content]:
        statement, account = self._statement, self._account
        if statement is None or account is None:
            return
        sections: dict[str, Callable[[], Iterator[Content]]] = {
            "money": lambda: _money(statement),
            "limits": lambda: _limits(account, statement),
            "letters": lambda: _letters(statement, wide=self.wide),
            "history": lambda: _history(statement, wide=self.wide),
        }
        yield from sections[self._section]()

    def action_section(self, name: str) -> None:
        """Show another section."""
        self._section = name
        self.relabel()
        self.query_one("#page").scroll_home(animate=False)

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The account goes."""
        if self.is_mounted:
            self._statement = self._account = None
            self._section = "money"
            super().forget()
            self.relabel()

    def action_settings(self) -> None:
        """To what the member may set."""
        self.go("settings")

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        name = event.button.id or ""
        if name in ("money", "limits", "letters", "history"):
            event.stop()
            self.action_section(name)
        elif name in ("settings", "home"):
            event.stop()
            self.go(name)


def _money(statement: Statement) -> Iterator[Content]:
    over = statement.fines > statement.fine_limit
    limit = _("Unpaid late fines {amount}; above {limit} nothing is lent")
    text = limit.format(amount=words.money(statement.fines), limit=words.money(statement.fine_limit))
    yield Content.styled(text, "bold $error" if over else "bold")
    if statement.charges:
        yield Content.styled(_("Unpaid charges {amount}").format(amount=words.money(statement.charges)), "bold")
    if not statement.charge_lines:
        yield Content.styled("\n" + _("No fines and no charges."), "$success")
    for line in statement.charge_lines:
        yield from _charge(line)
    if statement.credit_lines:
        yield Content.styled("\n" + _("Paid and let go"), "bold $accent")
    for credit in statement.credit_lines:
        what = f"{words.date(credit.at)}  {_(KINDS[credit.kind])}  {words.money(credit.amount)}"
        receipt = _("receipt {number}").format(number=credit.receipt) if credit.receipt else ""
        yield Content.assemble(what, f"   {receipt}")


def _charge(line: ChargeLine) -> Iterator[Content]:
    what = f"\n{words.date(line.at)}  {_(KINDS[line.kind])} {words.money(line.amount)}"
    style = "$text-muted" if not line.left else "bold $warning"
    yield Content.assemble((what, "bold" if line.left else ""), f"  {line.title}  ", (f"({outcome(line)})", style))
    sums = list(recorded(line.amount, line.account, line.clause))
    for text in sums or [line.clause or _("house rule")]:
        yield Content.styled(f"    {text}", "$text-muted")


def _limits(account: AccountView, statement: Statement) -> Iterator[Content]:
    english = words.current().language == "en"
    category = account.category_en if english else account.category_tr
    yield Content.assemble((category, "bold"), f"   {_('No.')} {statement.number}\n")
    for each in account.meters:
        yield meter(f"{each.label_en if english else each.label_tr:<28}", each.used, each.limit)
    yield Content.styled("\n" + _("Suspensions"), "bold $accent")
    if not statement.suspensions:
        yield Content(_("None"))
    for past in statement.suspensions:
        kind = _(SUSPENSIONS.get(past.kind, past.kind))
        span = f"{words.moment(past.starts)} – {words.moment(past.ends)}"
        yield Content.assemble(f"{kind}   {span}   ", (past.clause, "$text-muted"))


def _letters(statement: Statement, *, wide: bool) -> Iterator[Content]:
    yield Content.styled(_("Sent to {address}").format(address=statement.email or "–"), "bold")
    yield Content.styled(_("Please mind the due dates; letters are a courtesy.") + "\n", "$text-muted")
    if not statement.notices:
        yield Content(_("No letters yet."))
    widths = (18, 24, 36, 0) if wide else (16, 18, 20, 0)
    for line in statement.notices:
        kind, how = _(LETTERS.get(line.kind, line.kind)), _(DELIVERIES[line.status])
        yield in_columns((words.moment(line.at), kind, line.title, Content.styled(how, "$text-muted")), widths)


def _history(statement: Statement, *, wide: bool) -> Iterator[Content]:
    if statement.forget_history:
        yield Content.styled(_("Returned loans are forgotten each night, as you wished.") + "\n", "bold")
    else:
        text = _("Returned loans are forgotten after {n} days. Under “Settings” you can have them forgotten at once.")
        yield Content.styled(text.format(n=statement.retention_days) + "\n", "bold")
    if not statement.history:
        yield Content(_("No returned loans."))
    widths = (44, 14, 14, 0) if wide else (28, 12, 12, 0)
    for line in statement.history:
        title = f"{line.title} · {line.author}" if line.author else line.title
        back = words.date(line.returned_at) if line.returned_at else _("lost")
        yield in_columns((title, words.date(line.lent_at), back, _("with a fine") if line.fined else ""), widths)
