"""A refusal at the desk: every reason, and what can still be done: allow it anyway with a written reason, or else.

A supervisor allows; a clerk calls one, who signs with card and PIN. What the rulebooks except, nobody allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens.supervisor.frame import StaffScreen
from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.widgets.refusal import RefusalCard, explain
from screens.words import _
from store.act import At
from store.desk.roles import Right
from store.policy.verdict import Reason

ALLOW = "allow"


class Way(Struct, frozen=True):
    """Another way out of a refusal."""

    slug: str
    label: str


class Wayout(Struct, frozen=True):
    """What was chosen: `allow` with the circumstances of the override, or the slug of another way."""

    slug: str
    at: At


class OverrideCard(Card[tuple[str, str] | None]):
    """Gives what was chosen and the written reason, or None.

    The other way has a key that means nothing at the desk: who presses F5 there for the next member takes nothing back.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f10", "leave", show=False),
        Binding("f11", "other", show=False),
        Binding("f7", "allow", show=False),
    ]

    def __init__(
        self,
        what: str,
        reasons: Sequence[Reason],
        never: Sequence[Reason],
        *,
        mine: bool,
        other: Way | None = None,
        why: str = "",
    ) -> None:
        super().__init__()
        self._what, self._reasons, self._never = what, tuple(reasons), tuple(never)
        self._mine, self._other, self._why = mine, other, why

    def compose(self) -> Iterable[Widget]:
        """What it is about, the reasons, who can allow it, the ways out."""
        with Vertical(classes="card"):
            yield Static(Content(self._what), classes="card-title")
            with VerticalScroll(id="told", can_focus=False):
                yield RefusalCard(self._reasons)
            yield Static(Content(self._whose()), id="whose")
            if not self._never:
                with Horizontal(classes="field"):
                    yield Static(Content(_("Reason")), classes="label")
                    hint = _("why it is allowed")
                    field = Input(self._why, placeholder=hint, max_length=200, select_on_focus=False, id="why")
                    field.cursor_blink = False
                    yield field
                yield Static(id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                if not self._never:
                    label = _("Allow anyway") if self._mine else _("A supervisor signs")
                    yield BigButton(label, key="F7", id="allow", classes="-main")
                if self._other is not None:
                    yield BigButton(self._other.label, key="F11", id="other")
                yield BigButton(_("Back"), key="Esc", id="back")

    def _whose(self) -> str:
        if self._never:
            titles = ", ".join(explain(reason).title for reason in self._never)
            return _("The rules let nobody allow this: {reasons}").format(reasons=titles)
        if self._mine:
            return _("You may allow it with a written reason; it stands in the member's record.")
        return _("Only a supervisor may allow it: with a written reason, signed with card and PIN.")

    def on_mount(self) -> None:
        """The reason has the focus: without one nothing is allowed, also not by a stray Enter."""
        self.query_one("#back" if self._never else "#why").focus()

    def action_leave(self) -> None:
        """It stays refused."""
        self.dismiss(None)

    def action_other(self) -> None:
        """The other way."""
        if self._other is not None:
            self.dismiss((self._other.slug, ""))

    @on(Input.Submitted)
    def _written(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_allow()

    def action_allow(self) -> None:
        """Allow it, once the reason is written."""
        if self._never:
            return
        field = self.query_one("#why", Input)
        if field.value.strip():
            self.dismiss((ALLOW, field.value.strip()))
            return
        if field.has_focus:
            self.query_one("#problem", Static).update(Content("✗ " + _("Please write the reason.")))
        field.focus()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        event.stop()
        {"allow": self.action_allow, "other": self.action_other}.get(event.button.id or "", self.action_leave)()


async def way_out(
    page: StaffScreen, what: str, reasons: Sequence[Reason], at: At, other: Way | None = None
) -> Wayout | None:
    """Show the refusal of an act that was tried with `at`, and what was chosen then; None: it stays refused.

    If nobody signs, the refusal is there again with the reason as it was written.
    """
    now, mine, duty = page.terminal.now(), page.may(Right.OVERRIDE), page.terminal.duty
    never = await page.ask_store(lambda library: store.circulation.overrides.standing(library, reasons, now))
    if never is None:
        return None
    why = ""
    while page.terminal.duty is duty:
        chosen = await page.ask_on(OverrideCard(what, reasons, never, mine=mine, other=other, why=why))
        if chosen is None:
            break
        slug, why = chosen
        if slug != ALLOW:
            return Wayout(slug, at)
        allowed = replace(at, override_reason=why)
        if mine:
            return Wayout(ALLOW, allowed)
        titles = (explain(reason).title for reason in reasons)
        lines = (", ".join(titles), f"{_('Reason')}: {why}")
        second = await page.second_signature(f"{_('Allow anyway')}: {what}", lines, (Right.OVERRIDE,))
        if second is not None:
            return Wayout(ALLOW, replace(allowed, second=second.staff_id))
    return None
