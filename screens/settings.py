"""What a member sets: PIN, e-mail address (by a mailed code), language, receipt, whether the history is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.frame import KioskScreen
from screens.messages import LanguageChosen
from screens.terminal import Visit
from screens.widgets.button import BigButton
from screens.widgets.keypad import ENTER, ERASE, SPACE, Key, Keypad
from screens.widgets.pin_field import PinField
from screens.widgets.refusal import RefusalCard
from screens.words import N_, _, ngettext
from store.policy.verdict import Refused
from store.results.members import CodeSent
from store.results.statement import Statement

FORMS = {"pin": ("now", "new", "again"), "address": ("address",), "code": ("code",)}
LABELS = {
    "now": N_("PIN until now"),
    "new": N_("New PIN"),
    "again": N_("New PIN again"),
    "address": N_("New e-mail address"),
    "code": N_("Code from the e-mail"),
}
RECEIPTS = {"none": N_("none"), "mail": N_("by e-mail"), "print": N_("on paper")}
LANGUAGES = {"tr": "Türkçe", "en": "English"}


class Settings(KioskScreen):
    """Each line is set by its key; PIN and address have a small form."""

    of_a_visit = True
    TITLE_WORDS = N_("Settings")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "form('pin')", show=False),
        Binding("f4", "form('address')", show=False),
        Binding("f5", "next_language", show=False),
        Binding("f6", "next_receipt", show=False),
        Binding("f7", "history", show=False),
        Binding("f9", "account", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("For a new PIN enter the one until now and the new one twice."),
        N_("A new e-mail address is taken over when you type the code that is sent to it."),
        N_("Forgetting the history takes your name from loans that you have returned; debts keep what they need."),
    )

    def body(self) -> Iterable[Widget]:
        """The lines, the form, the way back."""
        with Horizontal(classes="doors"):
            for key, name in (("F3", "pin"), ("F4", "address")):
                yield BigButton(id=f"set-{name}", key=key)
            for key, name in (("F5", "language"), ("F6", "receipt"), ("F7", "history")):
                yield BigButton(id=f"set-{name}", key=key)
        yield Static(id="told")
        with Vertical(id="form"):
            for name in LABELS:
                with Horizontal(classes="field", id=f"row-{name}"):
                    yield Static(classes="label", id=f"label-{name}")
                    yield PinField(id=name) if name in FORMS["pin"] else Input(id=name, select_on_focus=False)
            yield Static(id="problem", classes="problem")
            yield RefusalCard((), id="why")
        if self.terminal.settings.on_screen_keyboard:
            yield Keypad()
        with Horizontal(id="acts"):
            yield BigButton(id="account", key="F9")

    def on_mount(self) -> None:
        """No form is open."""
        self._statement: Statement | None = None
        self._form = ""
        self._sent: CodeSent | None = None
        self._sure_to_forget = False
        self._show_form("")

    def on_screen_resume(self) -> None:
        """Read what is set."""
        self._sure_to_forget = False
        self._show_form("")
        self.query_one("#set-pin").focus()
        if self.terminal.visit is not None:
            self.in_background(self._read(self.terminal.visit))

    async def _read(self, visit: Visit) -> None:
        now, member_id = self.terminal.now(), visit.member.member_id
        statement = await self.terminal.ask(lambda library: store.members.statements.statement(library, member_id, now))
        if self.terminal.visit is visit:
            self._statement = statement
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        says = {
            "pin": _("Change PIN"),
            "address": _("E-mail address"),
            "language": _("Language"),
            "receipt": _("Receipt"),
            "history": _("Yes, forget them") if self._sure_to_forget else _("History"),
        }
        for name, word in says.items():
            self.query_one(f"#set-{name}", BigButton).say(word)
        for name, label in LABELS.items():
            self.query_one(f"#label-{name}", Static).update(Content(_(label)))
        self.query_one("#account", BigButton).say(_("My account"))
        self.query_one("#told", Static).update(self._told())

    def _told(self) -> Content:
        set_now = self._statement
        if set_now is None:
            return Content("")
        language = LANGUAGES.get(set_now.language or "", _("as the terminal speaks"))
        receipt = _(RECEIPTS[set_now.receipt]) if set_now.receipt in RECEIPTS else _("ask each time")
        if set_now.forget_history:
            history = _("forgotten each night")
        else:
            history = _("forgotten after {n} days").format(n=set_now.retention_days)
        facts = (
            (_("E-mail address"), set_now.email or "–"),
            (_("Language"), language),
            (_("Receipt"), receipt),
            (_("Returned loans"), history),
        )
        return Content("\n").join(Content.assemble((f"{name}: ", "$text-muted"), value) for name, value in facts)

    def _show_form(self, form: str) -> None:
        self._form = form
        self.query_one("#told").display = not form
        for name in LABELS:
            self.query_one(f"#row-{name}").display = name in FORMS.get(form, ())
            field = self.query_one(f"#{name}", Input)
            with field.prevent(Input.Changed):
                field.value = ""
        self._problem("")
        if form:
            self.query_one(f"#{FORMS[form][0]}").focus()

    def _problem(self, text: str, refused: Refused | None = None) -> None:
        self.query_one("#problem", Static).update(Content(text))
        why = self.query_one("#why", RefusalCard)
        why.display = refused is not None
        why.show(refused.reasons if refused else ())

    def action_form(self, name: str) -> None:
        """Open a form; the same key again closes it."""
        self._show_form("" if name == self._form else name)

    @on(PinField.Entered)
    def _pin_entered(self, event: PinField.Entered) -> None:
        event.stop()
        self._field_done(event.field.id or "")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._field_done(event.input.id or "")

    def _field_done(self, name: str) -> None:
        fields = FORMS.get(self._form, ())
        if name in fields and name != fields[-1]:
            self.query_one(f"#{fields[fields.index(name) + 1]}").focus()
        elif self.terminal.visit is not None:
            steps = {"pin": self._change_pin, "address": self._ask_code, "code": self._confirm}
            self.in_background(steps[self._form](self.terminal.visit))

    async def _change_pin(self, visit: Visit) -> None:
        old, new, again = (self.query_one(f"#{name}", PinField).take() for name in FORMS["pin"])
        if new != again:
            self._show_form("pin")
            self._problem(_("The two new PINs differ. Please type them again."))
            return
        now, at, member_id = self.terminal.now(), self.terminal.at(), visit.member.member_id
        self.say(_("Checking…"), "wait")
        answer = await self.terminal.ask(
            lambda library: store.members.memberpins.change_own_pin(library, member_id, old, new, now, at)
        )
        if self.terminal.visit is not visit:
            return
        self._show_form("pin" if answer else "")
        if answer is not None:
            self._problem("", answer)
            self.say(_("The PIN stays as it was."), "bad")
        else:
            self.say(_("Your PIN is changed."), "good")

    async def _ask_code(self, visit: Visit) -> None:
        address, now, at = self.query_one("#address", Input).value, self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.preferences.ask_address_code(
                library, visit.member.member_id, address, now, at
            )
        )
        if self.terminal.visit is not visit:
            return
        if isinstance(answer, Refused):
            self._problem("", answer)
            return
        self._sent = answer
        self._show_form("code")
        self.say(_("A code was sent to {address}. Type it here.").format(address=answer.address), "good")

    async def _confirm(self, visit: Visit) -> None:
        code, sent = self.query_one("#code", Input).value, self._sent
        now, at = self.terminal.now(), self.terminal.at()
        if sent is None:
            return
        answer = await self.terminal.ask(
            lambda library: store.members.preferences.confirm_address(
                library, visit.member.member_id, sent.ticket, code, now, at
            )
        )
        if self.terminal.visit is not visit:
            return
        if answer is not None:
            self._problem("", answer)
            return
        self._show_form("")
        await self._read(visit)
        if self._statement is not None:
            visit.member = replace(visit.member, email=self._statement.email)
        self.say(_("Letters go to the new address from now on."), "good")

    def action_next_language(self) -> None:
        """Greet this member in the other language from now on, and change to it."""
        visit = self.terminal.visit
        if visit is None or self._statement is None:
            return
        spoken = self._statement.language or words.current().language
        language = words.LANGUAGES[(words.LANGUAGES.index(spoken) + 1) % len(words.LANGUAGES)]
        now, at = self.terminal.now(), self.terminal.at()

        async def change() -> None:
            await self.terminal.ask(
                lambda library: store.members.preferences.set_language(
                    library, visit.member.member_id, language, now, at
                )
            )
            await self._read(visit)
            self.post_message(LanguageChosen(language))

        self.in_background(change())

    def action_next_receipt(self) -> None:
        """The next kind of receipt that this terminal can give."""
        visit, desk = self.terminal.visit, self.terminal.receipts
        if visit is None or self._statement is None:
            return
        kinds = ["none", *(["mail"] if desk and desk.can_mail else []), *(["print"] if desk and desk.can_print else [])]
        place = kinds.index(self._statement.receipt) if self._statement.receipt in kinds else -1
        how, now, at = kinds[(place + 1) % len(kinds)], self.terminal.now(), self.terminal.at()

        async def change() -> None:
            await self.terminal.ask(
                lambda library: store.members.preferences.set_receipt(library, visit.member.member_id, how, now, at)
            )
            visit.member = replace(visit.member, receipt=how)
            await self._read(visit)

        self.in_background(change())

    def action_history(self) -> None:
        """Forget returned loans at once, asked twice; or keep them for the usual time again."""
        visit = self.terminal.visit
        if visit is None or self._statement is None:
            return
        forget = not self._statement.forget_history
        if forget and not self._sure_to_forget:
            self._sure_to_forget = True
            self.say(_("Forget your returned loans now and from now on? It can't be undone. Press again."), "wait")
            self.relabel()
            return
        self._sure_to_forget = False
        self.in_background(self._set_history(visit, forget))

    async def _set_history(self, visit: Visit, forget: bool) -> None:
        now, at, member_id = self.terminal.now(), self.terminal.at(), visit.member.member_id
        count = await self.terminal.ask(
            lambda library: store.members.preferences.set_forgetting(library, member_id, forget, now, at)
        )
        if self.terminal.visit is not visit:
            return
        await self._read(visit)
        if forget:
            self.say(ngettext("{n} loan forgotten.", "{n} loans forgotten.", count), "good")
        else:
            self.say(_("Your history is kept for the usual time again."), "good")

    @on(Key.Touched)
    def _key_touched(self, event: Key.Touched) -> None:
        field = self.focused
        if not isinstance(field, Input):
            return
        if event.letter == ENTER:
            self._field_done(field.id or "")
        elif event.letter == ERASE:
            field.action_delete_left()
        else:
            field.insert_text_at_cursor(" " if event.letter == SPACE else event.letter)

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """What was typed and what is set goes."""
        if self.is_mounted:
            self._statement, self._sent, self._sure_to_forget = None, None, False
            self._show_form("")
            super().forget()
            self.relabel()

    def action_account(self) -> None:
        """Back to the account."""
        self.go("account")

    def action_back(self) -> None:
        """Close the form, else back to the account."""
        if self._form:
            self._show_form("")
        else:
            self.go("account")

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "set-pin": lambda: self.action_form("pin"), "set-address": lambda: self.action_form("address"),
            "set-language": self.action_next_language, "set-receipt": self.action_next_receipt,
            "set-history": self.action_history, "account": self.action_account,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
