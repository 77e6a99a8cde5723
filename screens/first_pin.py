"""The first PIN as the regulation describes it (ITU-PIN-1, ITU-PIN-2), and a new one for who forgot theirs (ITU-PIN-6).

Three steps on one page: who are you (the PIN left blank), the code that was mailed, the new PIN twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens.step_form import StepForm
from screens.widgets.button import BigButton
from screens.widgets.contact_line import ContactLine
from screens.widgets.keypad import Keypad
from screens.widgets.pin_field import PinField
from screens.widgets.refusal import explain
from screens.words import N_, _
from store.policy.verdict import Reason, Refused
from store.results.members import CodeSent


class Step(Enum):
    """Where the visitor is."""

    IDENTITY = "identity"
    CODE = "code"
    PIN = "pin"
    DONE = "done"


PROMPTS = {
    Step.IDENTITY: N_("Fill in your name and number and leave the PIN blank."),
    Step.CODE: N_("A code was sent to {address}. Type it here."),
    Step.PIN: N_("Choose your PIN: at least {length} lower-case letters or digits."),
    Step.DONE: N_("Your PIN is set. Scan your card to sign in."),
}


class FirstPin(StepForm[Step]):
    """Nothing that is typed here outlives the page."""

    TITLE_WORDS = N_("First PIN")
    FIELDS: ClassVar[Mapping[Step, tuple[str, ...]]] = {
        Step.IDENTITY: ("surname", "given", "number", "blank"),
        Step.CODE: ("code",),
        Step.PIN: ("pin", "again"),
        Step.DONE: (),
    }
    LABELS: ClassVar[Mapping[str, str]] = {
        "surname": N_("Surname"),
        "given": N_("Given name"),
        "number": N_("Student or staff number"),
        "blank": N_("PIN (leave blank)"),
        "code": N_("Code from the e-mail"),
        "pin": N_("New PIN"),
        "again": N_("New PIN again"),
    }
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Write your surname, given name and number as they stand in the library's record."),
        N_("Leave the PIN blank and send the form. A code comes to your university e-mail address."),
        N_("Then choose a PIN of lower-case letters and digits; Turkish letters are fine."),
    )

    def body(self) -> Iterable[Widget]:
        """All fields; each step shows its own."""
        yield Static(classes="title", id="ask")
        with Vertical(id="form"):
            for name in self.LABELS:
                with Horizontal(classes="field", id=f"row-{name}"):
                    yield Static(classes="label", id=f"label-{name}")
                    yield (
                        PinField(id=name)
                        if name in ("blank", "pin", "again")
                        else Input(id=name, max_length=80, select_on_focus=False)
                    )
            yield Static(id="problem", classes="problem")
            yield ContactLine()
            yield Static(id="mail")
        with Horizontal(classes="doors"):
            yield BigButton(id="send", classes="-main", key="Enter")
        if self.terminal.settings.on_screen_keyboard:
            yield Keypad()

    def on_mount(self) -> None:
        """Begin at the first step."""
        self._forgotten = False
        self.start_anew()

    def begin(self, *, forgotten: bool) -> None:
        """Show the empty form; `forgotten` replaces a PIN rather than making the first."""
        self.forget()
        self._forgotten = forgotten
        self.show_step()

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        title = _("New PIN") if self._forgotten else _("First PIN")
        self.query_one("#place", Static).update(Content(title))
        send = {Step.IDENTITY: _("Send"), Step.CODE: _("Continue"), Step.PIN: _("Save PIN"), Step.DONE: _("Sign in")}
        self.query_one("#send", BigButton).say(send[self.step])
        prompt = _(PROMPTS[self.step]).format(address=self._address, length=self._length)
        self.query_one("#ask", Static).update(Content(prompt))
        self.query_one(ContactLine).tell(self.terminal.contacts)
        self._show_problem()

    def start_anew(self) -> None:
        """Who it is, first."""
        self.step = Step.IDENTITY
        self._ticket = 0
        self._address = ""
        self._length = 6
        self._reasons: tuple[Reason, ...] = ()
        self._hint = ""

    def is_asked(self, name: str) -> bool:
        """A new PIN is asked for without the blank one."""
        return name != "blank" or not self._forgotten

    @on(PinField.Entered)
    def _next_pin(self, event: PinField.Entered) -> None:
        self.advance(event.field.id or "")

    @on(BigButton.Chosen, "#send")
    def _send_chosen(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.send()

    def send(self) -> None:
        """Send the form, the code or the PIN; at last, leave."""
        self._reasons, self._hint = (), ""
        if self.step is Step.IDENTITY:
            self._send_identity()
        elif self.step is Step.CODE:
            self.in_background(self._check_code(self.query_one("#code", Input).value.strip()))
        elif self.step is Step.PIN:
            self._send_pin()
        else:
            self.action_done()

    def _send_identity(self) -> None:
        if self.query_one("#blank", PinField).take():
            self._complain(N_("Leave the PIN blank: it is made in the next step."), "blank")
            return
        for name in ("surname", "given", "number"):
            if not self.query_one(f"#{name}", Input).value.strip():
                self._complain(N_("Please fill in every field but the PIN."), name)
                return
        self.in_background(self._ask_code())

    async def _ask_code(self) -> None:
        surname, given, number = (self.query_one(f"#{name}", Input).value for name in ("surname", "given", "number"))
        now, at, purpose = self.terminal.now(), self.terminal.at(), "reset" if self._forgotten else "first_pin"
        self.say(_("Checking…"), "wait")
        answer = await self.terminal.ask(
            lambda library: store.members.memberpins.ask_code(library, purpose, number, surname, given, now, at)
        )
        if not self.is_current:
            return
        if isinstance(answer, CodeSent):
            self._ticket, self._address, self._length = answer.ticket, answer.address, answer.pin_length
            self._go_to(Step.CODE)
        else:
            self._refuse(answer)

    async def _check_code(self, code: str) -> None:
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.memberpins.check_code(library, self._ticket, code, now, at)
        )
        if not self.is_current:
            return
        if answer is None:
            self._go_to(Step.PIN)
        else:
            self._refuse(answer)

    def _send_pin(self) -> None:
        pin, again = self.query_one("#pin", PinField).peek(), self.query_one("#again", PinField).peek()
        if pin != again:
            self.query_one("#again", PinField).forget()
            self._complain(N_("The two PINs differ. Type the second again."), "again")
        else:
            self.in_background(self._save(pin))

    async def _save(self, pin: str) -> None:
        code, now, at = self.query_one("#code", Input).value.strip(), self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.memberpins.set_pin(library, self._ticket, code, pin, now, at)
        )
        if not self.is_current:
            return
        if answer is None:
            for field in self.query(PinField):
                field.forget()
            self._go_to(Step.DONE)
        else:
            self._refuse(answer)

    @on(PinField.Typed, "#pin")
    def _pin_typed(self) -> None:
        if self.step is Step.PIN:
            self.in_background(self._judge(self.query_one("#pin", PinField).peek()))

    async def _judge(self, pin: str) -> None:
        now = self.terminal.now()
        faults = await self.terminal.ask(lambda library: store.members.memberpins.pin_faults(library, pin, now))
        if self.step is Step.PIN and self.query_one("#pin", PinField).peek() == pin:
            self._reasons = faults if pin else ()
            self._show_problem(good=bool(pin) and not faults)

    def _go_to(self, step: Step) -> None:
        self.step, self._reasons, self._hint = step, (), ""
        self.say("")
        self.show_step()

    def _refuse(self, answer: Refused) -> None:
        self.say("")
        self._reasons = answer.reasons
        self._show_problem()

    def _complain(self, hint: str, field: str) -> None:
        self._hint = hint
        self._show_problem()
        self.query_one(f"#{field}").focus()

    def _show_problem(self, *, good: bool = False) -> None:
        lines = [f"✗ {_(self._hint)}"] if self._hint else []
        for reason in self._reasons:
            told = explain(reason)
            after = _("Try again after {moment}.").format(moment=told.possible_from) if told.possible_from else ""
            lines.append(f"✗ {told.title}: {told.text} {after} → {told.remedy}")
        problem = self.query_one("#problem", Static)
        problem.set_class(good, "good")
        problem.set_class(not good, "problem")
        problem.update(Content("✓ " + _("This PIN is fine.") if good else "\n".join(lines)))
