"""The end of a visit: the receipt on the screen, by e-mail, on paper, or none; then the terminal forgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens import words
from screens.frame import KioskScreen
from screens.messages import Done
from screens.widgets.button import BigButton
from screens.words import N_, _


class Receipt(KioskScreen):
    """What was lent in this visit, and where its record should go."""

    of_a_visit = True
    TITLE_WORDS = N_("Receipt")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "mail", show=False),
        Binding("f6", "print", show=False),
        Binding("f9", "more", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Choose e-mail or paper, or simply “Done”: the loans stand in your account."),
        N_("“Borrow more” goes back; the visit goes on."),
    )

    def body(self) -> Iterable[Widget]:
        """The paper and the choices."""
        with Horizontal():
            with VerticalScroll(id="paper"):
                yield Static(id="lines")
            with Vertical(id="choices"):
                yield BigButton(id="mail", key="F5")
                yield BigButton(id="print", key="F6")
                yield BigButton(id="more", key="F9")
                yield Static(id="result")

    def on_screen_resume(self) -> None:
        """Write the paper, and send it at once where the member has said so in the settings."""
        self.relabel()
        self.query_one("#done").focus()
        visit = self.terminal.visit
        if visit is not None and visit.member.receipt in ("mail", "print") and not visit.receipt_given:
            visit.receipt_given = True
            {"mail": self.action_mail, "print": self.action_print}[visit.member.receipt]()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        desk, visit = self.terminal.receipts, self.terminal.visit
        self.query_one("#mail", BigButton).say(_("Send by e-mail"))
        self.query_one("#print", BigButton).say(_("Print"))
        self.query_one("#more", BigButton).say(_("Borrow more"))
        self.query_one("#mail").display = desk is not None and desk.can_mail
        self.query_one("#print").display = desk is not None and desk.can_print
        lines: tuple[str, ...] = ()
        if visit is not None and desk is not None:
            lines = desk.lines(visit, self.terminal.now(), words.current().language)
        self.query_one("#lines", Static).update(Content("\n".join(lines)))

    async def scanned(self, code: str) -> None:
        """One more item is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The paper goes."""
        if self.is_mounted:
            super().forget()
            self.query_one("#lines", Static).update("")
            self.query_one("#result", Static).update("")

    def action_more(self) -> None:
        """The visit goes on."""
        self.go("checkout")

    def action_back(self) -> None:
        """The visit goes on."""
        self.go("checkout")

    def action_done(self) -> None:
        """Sign out."""
        self.post_message(Done())

    def action_mail(self) -> None:
        """Send it to the member's address."""
        if self.terminal.receipts is not None and self.terminal.receipts.can_mail:
            self.in_background(self._deliver("mail"))

    def action_print(self) -> None:
        """Print it."""
        if self.terminal.receipts is not None and self.terminal.receipts.can_print:
            self.in_background(self._deliver("print"))

    async def _deliver(self, how: str) -> None:
        desk, visit = self.terminal.receipts, self.terminal.visit
        if desk is None or visit is None:
            return
        now, language = self.terminal.now(), words.current().language
        self._tell(_("Sending…") if how == "mail" else _("Printing…"), "wait")
        send = desk.mail if how == "mail" else desk.print
        good = await self.terminal.ask(lambda _library: send(visit, now, language))
        if self.terminal.visit is not visit:
            return
        if good:
            self._tell(_("Sent to your e-mail address.") if how == "mail" else _("Take your receipt."), "good")
        elif how == "mail":
            self._tell(_("The e-mail could not be sent now. Your loans stand all the same."), "bad")
        else:
            self._tell(_("The printer does not answer. Your loans stand all the same."), "bad")

    def _tell(self, text: str, kind: str) -> None:
        self.say(text, kind)
        self.query_one("#result", Static).update(Content(text))

    @on(BigButton.Chosen)
    def _chosen(self, event: BigButton.Chosen) -> None:
        acts = {"mail": self.action_mail, "print": self.action_print, "more": self.action_more}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
