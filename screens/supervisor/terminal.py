"""The terminal itself: look after it, try what hangs on it, start it anew or end it. Each act is written down first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

import store
from screens.care import Finding, TerminalCare
from screens.messages import BackInService, Restart, StaffDone
from screens.supervisor.frame import StaffScreen
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.verdict import Refused

_DOORS = (
    ("settings", "F3", N_("Settings")),
    ("accounts", "F6", N_("Staff accounts")),
    ("doctor", "F7", N_("Look at everything")),
    ("paper", "F8", N_("Test print")),
    ("letter", "F11", N_("Test letter")),
    ("log", "", N_("Log of faults")),
    ("mended", "F5", N_("Back in service")),
    ("restart", "", N_("Start anew")),
    ("end", "F12", N_("End the program")),
)
_A = TypeVar("_A")
_AWAY = N_("The terminal is away for a few seconds.")
_CLOSED = N_("Members can't use this terminal until it is started.")
_SIGNS = {"good": ("✓", "$success"), "warn": ("!", "$warning"), "bad": ("✗", "$error")}


class StaffTerminal(StaffScreen):
    """Doors above, and beneath them what the last one told."""

    TITLE_WORDS = N_("Terminal")
    SECTION = "terminal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.lower(), f"door('{name}')", show=False) for name, key, _label in _DOORS if key
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("“Look at everything” checks database, rules, clock, printer, mail and files."),
        N_("“Back in service” forgets the faults that were counted against this terminal."),
        N_("“Start anew” ends the program and begins it again, so that changed settings hold."),
        N_("“End the program” closes the terminal; only a supervisor may."),
    )

    def page(self) -> Iterable[Widget]:
        """The doors, three in a row, and the place for what they tell."""
        for row in range(0, len(_DOORS), 3):
            with Horizontal(classes="doors"):
                for name, key, _label in _DOORS[row : row + 3]:
                    yield BigButton(id=name, key=key)
        with VerticalScroll(id="told"):
            yield Static(id="told-text")

    def on_mount(self) -> None:
        """Nothing is told yet."""
        self._telling: Callable[[], Content] = Content

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        for name, _key, label in _DOORS:
            button = self.query_one(f"#{name}", BigButton)
            button.say(_(label))
            button.disabled = not self.may(Right.TERMINAL)
        self.query_one("#told-text", Static).update(self._telling())

    def on_screen_resume(self) -> None:
        """What may be done depends on who is on duty."""
        self.relabel()

    def action_door(self, name: str) -> None:
        """Through one of the doors."""
        if not self.may(Right.TERMINAL):
            return
        if name in ("settings", "accounts"):
            self.go(f"staff_{name}")
            return
        acts: dict[str, Callable[[], Coroutine[None, None, None]]] = {
            "doctor": self._doctor,
            "paper": self._print,
            "letter": self._mail,
            "log": self._log,
            "mended": lambda: self._leave("terminal_mended", BackInService()),
            "restart": lambda: self._leave("terminal_restart", Restart(), _(_AWAY)),
            "end": lambda: self._leave("terminal_end", StaffDone(), _(_CLOSED)),
        }
        self.in_background(acts[name]())

    async def _write_down(self, act: str, detail: Mapping[str, object]) -> bool:
        answer = await self.act(lambda library, now, at: store.desk.terminals.tend(library, act, detail, now, at))
        return not isinstance(answer, Refused)

    async def _leave(self, act: str, message: Message, warning: str = "") -> None:
        """End, start anew, or go back into service: asked first where members would notice."""
        if warning and await self.ask_on(AskCard(_("Are you sure?"), lines=(warning,))) is None:
            return
        if await self._write_down(act, {}):
            self.post_message(message)

    async def _doctor(self) -> None:
        self.say(_("Looking…"), "wait")
        found = await self._ask_care(lambda care: care.doctor())
        if found is not None and await self._write_down("terminal_doctor", {}):
            self.say(*_verdict(found))
            self._tell(lambda: _findings(found))

    async def _print(self) -> None:
        self.say(_("Printing…"), "wait")
        if await self._write_down("terminal_test_print", {}):
            await self._try(lambda care: care.test_print(), _("Printed. Are the Turkish letters right?"))

    async def _mail(self) -> None:
        given = await self.ask_on(AskCard(_("Test letter"), (Field("address", _("E-mail address")),)))
        if given is not None and await self._write_down("terminal_test_mail", {}):
            self.say(_("Sending…"), "wait")
            address = str(given["address"])
            await self._try(lambda care: care.test_mail(address), _("The mail server has taken the letter."))

    async def _log(self) -> None:
        lines = await self._ask_care(lambda care: care.log())
        if lines is not None and await self._write_down("terminal_log", {}):
            self.say("")
            self._tell(lambda: Content("\n".join(lines) or _("No fault is written in the log.")))

    async def _try(self, act: Callable[[TerminalCare], str | None], good: str) -> None:
        trouble = await self._ask_care(act)
        self.say(trouble or good, "bad" if trouble else "good")

    async def _ask_care(self, question: Callable[[TerminalCare], _A]) -> _A | None:
        care = self.terminal.care
        return None if care is None else await self.ask_store(lambda _library: question(care))

    def _tell(self, telling: Callable[[], Content]) -> None:
        self._telling = telling
        self.relabel()
        self.query_one("#told", VerticalScroll).scroll_home(animate=False)

    def forget(self) -> None:
        """What was told goes."""
        if self.is_mounted:
            self._telling = Content
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        if event.button.id in {name for name, _key, _label in _DOORS}:
            event.stop()
            self.action_door(event.button.id or "")


def _verdict(found: Sequence[Finding]) -> tuple[str, str]:
    """The worst of it in a sentence, and of which kind that is."""
    kinds = {finding.kind for finding in found}
    if "bad" in kinds:
        return _("Something must be mended."), "bad"
    return (
        (_("It works; what “!” marks should be looked at."), "plain")
        if "warn" in kinds
        else (_("All is well."), "good")
    )


def _findings(found: Sequence[Finding]) -> Content:
    lines = []
    for finding in found:
        sign, colour = _SIGNS[finding.kind]
        lines.append(Content.assemble((f"{sign} ", f"bold {colour}"), finding.what))
        if finding.mend:
            lines.append(Content.styled(f"    → {finding.mend}", "$accent"))
    return Content("\n").join(lines)
