"""Applying for membership: an address of the institution, the code that was mailed there, the form, the deadline."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.step_form import StepForm
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.contact_line import ContactLine
from screens.widgets.keypad import Keypad
from screens.widgets.refusal import RefusalCard
from screens.words import N_, _
from store.policy.verdict import Refused
from store.results.members import CodeSent
from store.results.rights import CategoryChoice


class Step(Enum):
    """Where the applicant is."""

    ADDRESS = "address"
    CODE = "code"
    FORM = "form"
    DONE = "done"


PROMPTS = {
    Step.ADDRESS: N_("Type your university e-mail address. A code is sent to it."),
    Step.CODE: N_("A code was sent to {address}. Type it here."),
    Step.FORM: N_("Fill in what is missing and save."),
    Step.DONE: N_("Your application is saved. It is decided by {date}; the answer comes by e-mail."),
}


class Application(StepForm[Step]):
    """Nothing that is typed here outlives the page."""

    TITLE_WORDS = N_("Apply for membership")
    FIELDS: ClassVar[Mapping[Step, tuple[str, ...]]] = {
        Step.ADDRESS: ("address",),
        Step.CODE: ("code",),
        Step.FORM: ("surname", "given_name", "number"),
        Step.DONE: (),
    }
    LABELS: ClassVar[Mapping[str, str]] = {
        "address": N_("University e-mail address"),
        "code": N_("Code from the e-mail"),
        "surname": N_("Surname"),
        "given_name": N_("Given name"),
        "number": N_("Student or staff number"),
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "next_category", show=False)]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Who belongs to the university may apply. The code shows that the address is yours."),
        N_("Staff decide within some working days; then you make your first PIN at a terminal."),
        N_("You may apply at home as well, on the library's pages: this page shows their address."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._categories: tuple[CategoryChoice, ...] = ()
        self.start_anew()

    def start_anew(self) -> None:
        """The address, first."""
        self.step = Step.ADDRESS
        self._sent: CodeSent | None = None
        self._chosen = 0
        self._deadline = ""
        self._refused: Refused | None = None

    def body(self) -> Iterable[Widget]:
        """All fields; each step shows its own. Beside them the library's address."""
        yield Static(classes="title", id="ask")
        with Horizontal(id="work"):
            with VerticalScroll(id="form", can_focus=False):
                for name in self.LABELS:
                    with Horizontal(classes="field", id=f"row-{name}"):
                        yield Static(classes="label", id=f"label-{name}")
                        yield Input(id=name, max_length=100, select_on_focus=False)
                yield BigButton(id="category", key="F3")
                yield RefusalCard((), id="why")
                yield ContactLine()
                yield Static(id="mail")
            with Vertical(id="address-card"):
                yield Static(id="qr")
                yield Static(id="web")
        with Horizontal(id="acts"):
            yield BigButton(id="send", classes="-main", key="Enter")
        if self.terminal.settings.on_screen_keyboard:
            yield Keypad()

    def on_mount(self) -> None:
        """The library's address does not change."""
        self.query_one("#address-card").set_class(not self.terminal.settings.web_address, "-unknown")

    def on_screen_resume(self) -> None:
        """An empty form; the categories are the policy's."""
        self.show_step()
        self.in_background(self._read_categories())

    async def _read_categories(self) -> None:
        web, code = self.terminal.settings.web_address, self.query_one("#qr", Static)
        if web and not code.content:
            code.update(Content(await asyncio.to_thread(_qr, web)))
        now = self.terminal.now()
        self._categories = await self.terminal.ask(lambda library: store.members.applications.categories(library, now))
        self.relabel()

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        home = _("You may apply at home, too:")
        self.query_one("#web", Static).update(Content(f"{home}\n{self.terminal.settings.web_address}"))
        says = {Step.ADDRESS: _("Send"), Step.CODE: _("Continue"), Step.FORM: _("Save"), Step.DONE: _("Done")}
        self.query_one("#send", BigButton).say(says[self.step])
        address = self._sent.address if self._sent else ""
        prompt = _(PROMPTS[self.step]).format(address=address, date=self._deadline)
        self.query_one("#ask", Static).update(Content(prompt))
        self.query_one(ContactLine).tell(self.terminal.contacts, membership=True)
        category = self._category()
        name = (category.name_en if words.current().language == "en" else category.name_tr) if category else ""
        self.query_one("#category", BigButton).say(_("Category: {name}").format(name=name))
        why = self.query_one("#why", RefusalCard)
        why.display = self._refused is not None
        why.show(self._refused.reasons if self._refused else ())

    def _category(self) -> CategoryChoice | None:
        return self._categories[self._chosen % len(self._categories)] if self._categories else None

    def show_step(self) -> None:
        """The category belongs to the form."""
        self.query_one("#category").display = self.step is Step.FORM
        super().show_step()

    def send(self) -> None:
        """Send the address, the code or the form; at last, leave."""
        steps = {Step.ADDRESS: self._ask_code, Step.CODE: self._check_code, Step.FORM: self._save}
        if self.step in steps:
            self.say(_("Checking…"), "wait")
            self.in_background(steps[self.step]())
        else:
            self.action_done()

    async def _ask_code(self) -> None:
        claim, language = self.query_one("#address", Input).value, words.current().language
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.applications.ask_proof(library, claim, language, now, at)
        )
        if isinstance(answer, CodeSent):
            self._sent = answer
        self._go_on(answer if isinstance(answer, Refused) else None, Step.CODE)

    async def _check_code(self) -> None:
        code, ticket = self.query_one("#code", Input).value, self._ticket()
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.applications.check_proof(library, ticket, code, now, at)
        )
        self._go_on(answer, Step.FORM)

    async def _save(self) -> None:
        category, code, ticket = self._category(), self.query_one("#code", Input).value, self._ticket()
        form = {name: self.query_one(f"#{name}", Input).value for name in self.FIELDS[Step.FORM]}
        form["category"] = category.slug if category else ""
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.members.applications.apply_proven(library, ticket, code, form, now, at)
        )
        if not isinstance(answer, Refused) and answer.deadline is not None:
            self._deadline = words.date(answer.deadline)
        self._go_on(answer if isinstance(answer, Refused) else None, Step.DONE)

    def _ticket(self) -> int:
        return self._sent.ticket if self._sent else 0

    def _go_on(self, refused: Refused | None, step: Step) -> None:
        """To the next step, or say why not; whoever has left meanwhile is told nothing."""
        if not self.is_current:
            return
        self.say("")
        self._refused = refused
        if refused is None:
            self.step = step
            self.show_step()
        else:
            self.relabel()

    def action_next_category(self) -> None:
        """The next category of the policy."""
        if self.step is Step.FORM:
            self._chosen += 1
            self.relabel()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"send": self.send, "category": self.action_next_category}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _qr(address: str) -> str:
    """The address as a QR code of half blocks, dark on light as cameras want it."""
    import segno  # 2 MB, for those who apply

    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).save(drawn, kind="txt", border=2)
    rows = drawn.getvalue().splitlines()
    rows += ["0" * len(rows[0])] * (len(rows) % 2)
    blocks = {("0", "0"): "█", ("0", "1"): "▀", ("1", "0"): "▄", ("1", "1"): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[upper, lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs)
