"""Accounts of the staff: who works here, with which role; new ones, PINs, cards; the last supervisor stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.sections import ROLES
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.verdict import Reason, Refused
from store.results.staff import StaffLine
from store.states import Role

if TYPE_CHECKING:
    from store.act import At
    from store.library import Library

_WIDTHS = (28, 18, 14, 0)


class StaffAccounts(StaffScreen):
    """The list, and the acts on the account under the cursor."""

    TITLE_WORDS = N_("Staff accounts")
    SECTION = "terminal"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "new", show=False)]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F3 makes an account; F4 shows what can be done with the one under the cursor."),
        N_("A staff PIN is longer than a member's. Nobody can see a PIN, only replace it."),
        N_("The last supervisor can't be closed or given another role."),
    )

    def page(self) -> Iterable[Widget]:
        """The list and the acts."""
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="new", key="F3", classes="-main")
            yield BigButton(id="do", key="F4")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._accounts: tuple[StaffLine, ...] = ()

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        self.query_one(Lines).focus()
        self.in_background(self._read())

    async def _read(self) -> None:
        found = await self.ask_store(store.desk.staff.accounts)
        if found is not None:
            self._accounts = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        head = (_("Name"), _("Role"), _("Card"), _("State"))
        self.query_one("#columns", Static).update(in_columns(head, _WIDTHS))
        self.query_one(Lines).write([(str(each.staff_id), _line(each)) for each in self._accounts])
        self.query_one("#new", BigButton).say(_("New account"))
        self.query_one("#do", BigButton).say(_("What can be done"))
        self.query_one("#new", BigButton).disabled = not self.may(Right.STAFF)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the account under the cursor."""
        chosen = self.query_one(Lines).current
        line = next((each for each in self._accounts if str(each.staff_id) == chosen), None)
        if line is None:
            return ()
        do = self.in_background
        open_or_close = (
            Act("enable", _("Open the account again"), Right.STAFF, lambda: do(self._enable(line)))
            if line.disabled_at
            else Act("disable", _("Close the account"), Right.STAFF, lambda: do(self._disable(line)))
        )
        return (
            Act("role", _("Change the role"), Right.STAFF, lambda: do(self._role(line))),
            Act("pin", _("Give another PIN"), Right.STAFF, lambda: do(self._pin(line))),
            Act("card", _("Give another card"), Right.STAFF, lambda: do(self._card(line))),
            open_or_close,
        )

    def action_new(self) -> None:
        """Make an account."""
        if self.may(Right.STAFF):
            self.in_background(self._new())

    async def _new(self) -> None:
        form = AskCard(
            _("New account"),
            (
                Field("name", _("Name")),
                Field("card", _("Card"), "code"),
                Field("role", _("Role"), "choice", choices=_roles()),
                *_pin_fields(_("PIN")),
            ),
        )
        answer = await self.fill_in(form, _create)
        if isinstance(answer, str):
            await self._after(answer, _("{name}: the account is open.").format(name=answer))

    async def _role(self, line: StaffLine) -> None:
        form = AskCard(line.name, (Field("role", _("Role"), "choice", value=line.role.value, choices=_roles()),))
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: (
                store.desk.staff.set_role(library, line.staff_id, Role(given.written("role")), now, at)
                or Role(given.written("role"))
            ),
        )
        if isinstance(answer, Role):
            await self._after(answer, _("{name} is now: {role}").format(name=line.name, role=_(ROLES[answer])))

    async def _pin(self, line: StaffLine) -> None:
        answer = await self.fill_in(
            AskCard(line.name, _pin_fields(_("New PIN"))),
            lambda library, now, at, given: (
                _not_repeated(given)
                or store.desk.staff.reset_staff_pin(library, line.staff_id, given.written("pin"), now, at)
            ),
        )
        await self._after(answer, _("{name} has another PIN.").format(name=line.name))

    async def _card(self, line: StaffLine) -> None:
        answer = await self.fill_in(
            AskCard(line.name, (Field("card", _("Card"), "code"),)),
            lambda library, now, at, given: store.desk.staff.replace_card(
                library, line.staff_id, given.written("card"), now, at
            ),
        )
        await self._after(answer, _("{name} has another card.").format(name=line.name))

    async def _disable(self, line: StaffLine) -> None:
        warning = _("The card and PIN of {name} will open nothing any more.").format(name=line.name)
        if await self.ask_on(AskCard(_("Close the account"), lines=(warning,))) is not None:
            answer = await self.act(lambda library, now, at: store.desk.staff.disable(library, line.staff_id, now, at))
            await self._after(answer, _("{name}: the account is closed.").format(name=line.name))

    async def _enable(self, line: StaffLine) -> None:
        answer = await self.act(lambda library, now, at: store.desk.staff.enable(library, line.staff_id, now, at))
        await self._after(answer, _("{name}: the account is open.").format(name=line.name))

    async def _after(self, answer: object, told: str) -> None:
        if not isinstance(answer, Refused):
            self.say(told, "good")
            await self._read()

    def forget(self) -> None:
        """The names go."""
        if self.is_mounted:
            self._accounts = ()
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"new": self.action_new, "do": self.action_acts}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _pin_fields(label: str) -> tuple[Field, Field]:
    return Field("pin", label, "pin"), Field("again", _("PIN again"), "pin")


def _not_repeated(given: Given) -> Refused | None:
    same = given["pin"] == given["again"]
    return None if same else Refused((Reason("pin_not_repeated", None, "fill_in"),))


def _create(library: Library, now: datetime, at: At, given: Given) -> str | Refused:
    name, card, role, pin = (given.written(slug) for slug in ("name", "card", "role", "pin"))
    refused = _not_repeated(given)
    answer = refused or store.desk.staff.create_staff(library, name, card, Role(role), pin, now, at)
    return answer if isinstance(answer, Refused) else name


def _roles() -> tuple[Choice, ...]:
    return tuple(Choice(role.value, _(label)) for role, label in ROLES.items())


def _line(account: StaffLine) -> Content:
    closed = _("closed since {date}").format(date=words.date(account.disabled_at)) if account.disabled_at else _("open")
    style = "$text-muted" if account.disabled_at else ""
    return in_columns(
        (Content.styled(account.name, style), _(ROLES[account.role]), account.card, Content.styled(closed, style)),
        _WIDTHS,
    )
