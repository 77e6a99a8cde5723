"""The hold shelf: lists of what is to be carried, and for each item in hand the next right thing at one scan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.items import branch_name, by
from screens.messages import Go
from screens.supervisor.copywords import slip_lines, whom
from screens.supervisor.frame import Act, StaffScreen
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_table
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.shelf import Handled, ShelfLine, ShelfLists, Slip

_VIEWS = (
    ("pull", "F5", N_("To pull")),
    ("ready", "F6", N_("Ready")),
    ("clear", "F7", N_("To clear")),
    ("travelling", "F8", N_("On its way")),
)
_EMPTY = {
    "pull": N_("Nothing waits to be put on the hold shelf."),
    "ready": N_("Nothing stands ready for a reader."),
    "clear": N_("Nothing is to be taken off the hold shelf."),
    "travelling": N_("Nothing is on its way between the branches."),
}
_LAST = {"pull": N_("Until"), "ready": N_("Until"), "clear": N_("Since"), "travelling": N_("On its way since")}
_DID = {
    "returned": N_("Returned"),
    "found": N_("It was recorded as lost and is found"),
    "received": N_("Arrived"),
    "pulled": N_("Put on the hold shelf"),
    "ready": N_("It stands on the hold shelf already"),
    "expired": N_("Nobody has come for it in time"),
    "reshelved": N_("Taken off the hold shelf"),
    "travels": N_("It belongs to another branch"),
    "nothing": N_("Nobody waits for it"),
    "in_repair": N_("It is in repair; its own page brings it back"),
    "withdrawn": N_("It was withdrawn"),
}
_GOES = {
    "shelf": N_("to its shelf: {mark}"),
    "hold_shelf": N_("to the hold shelf"),
    "transit": N_("on its way to {branch}"),
    "desk": N_("stays at the desk"),
}


class StaffShelf(StaffScreen):
    """Four lists, and above them what the last scan did."""

    TITLE_WORDS = N_("Hold shelf")
    SECTION = "shelf"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "slip", show=False),
        *(Binding(key.lower(), f"view('{name}')", show=False) for name, key, _label in _VIEWS),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan what you hold in your hand: the next right thing is done, and you are told where it goes."),
        N_("F3 prints the slip that is put into an item on the hold shelf."),
        N_("“To clear” lists what nobody has collected in time and what goes back to its shelf."),
        N_("Without a scanner: choose a line, F4, “I have it in my hand”."),
    )

    def page(self) -> Iterable[Widget]:
        """What was done, the list, its kinds."""
        yield Static(id="told")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="slip", key="F3", classes="-main")
            yield BigButton(id="do", key="F4")
            for name, key, _label in _VIEWS:
                yield BigButton(id=name, key=key)

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._lists = ShelfLists((), (), (), ())
        self._view = "pull"
        self._handled: Handled | Refused | None = None
        self._everywhere = False

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        self.query_one(Lines).focus()
        self.in_background(self._read())

    async def _read(self) -> None:
        now = self.terminal.now()
        branch = None if self._everywhere else self.terminal.settings.branch or None
        found = await self.ask_store(lambda library: store.circulation.shelf.lists(library, branch, now))
        if found is not None:
            self._lists = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#slip", BigButton).say(_("Slip"))
        self.query_one("#slip").disabled = self._slip() is None or not self._can_print()
        self.query_one("#do", BigButton).say(_("More"))
        for name, _key, label in _VIEWS:
            button = self.query_one(f"#{name}", BigButton)
            button.say(_(label), str(len(getattr(self._lists, name))))
            button.set_class(name == self._view, "-lit")
        self.query_one("#told", Static).update(self._told())
        third = _("To") if self._view == "travelling" else _("Shelf mark") if self._view == "clear" else _("Reader")
        head = (_("Title"), _("Barcode"), third, _(_LAST[self._view]))
        named, *lines = in_table((head, *map(self._cells, self._shown())), self.width)
        self.query_one("#columns", Static).update(named if lines else "")
        self.query_one(Lines).write(
            [(each.item.barcode, line) for each, line in zip(self._shown(), lines, strict=True)]
        )

    def _shown(self) -> tuple[ShelfLine, ...]:
        shown: tuple[ShelfLine, ...] = getattr(self._lists, self._view)
        return shown

    def _cells(self, line: ShelfLine) -> tuple[Content | str, ...]:
        expired = self._view == "clear" and line.slip is not None
        moment = line.slip.until if line.slip is not None else line.since
        if self._view == "travelling":
            third = branch_name(line.item)
        else:
            third = whom(line.slip) if line.slip is not None else line.item.shelf_mark
        told = words.date(moment) if moment is not None else ""
        last = Content.styled(_("expired {date}").format(date=told), "$warning") if expired else told
        return line.item.title, line.item.barcode, third, last

    def _told(self) -> Content:
        answer = self._handled
        if answer is None or isinstance(answer, Refused):
            empty = "" if self._shown() else "\n" + _(_EMPTY[self._view])
            return Content.assemble((_("Scan what you hold in your hand."), "bold"), (empty, "$text-muted"))
        mark, branch = answer.item.shelf_mark or answer.item.barcode, branch_name(answer.item)
        goes = _(_GOES[answer.goes_to]).format(mark=mark, branch=branch)
        lines = [
            Content.styled(by(answer.item), "bold"),
            Content.assemble(("✓ " + _(_DID[answer.did]), "$success"), "   ", ("→ " + goes, "bold $accent")),
        ]
        if answer.slip is not None:
            until = _("until {date}").format(date=words.date(answer.slip.until))
            lines.append(Content.assemble("  ", (whom(answer.slip), "bold"), f"   {until}"))
        elif answer.fine:
            lines.append(Content("  " + _("Late fine {amount}").format(amount=words.money(answer.fine))))
        return Content("\n").join(lines)

    async def scanned(self, code: str) -> None:
        """The item is in somebody's hand."""
        answer = await self.act(lambda library, now, at: store.circulation.shelf.handle(library, code, now, at))
        if self.terminal.duty is None:
            return
        self._handled = answer
        if isinstance(answer, Handled):
            self.say(f"{answer.item.title}: {_(_DID[answer.did])}", "good")
        else:
            self.say(code, "bad")
        await self._read()

    def acts(self) -> tuple[Act, ...]:
        """What can be done without a scanner, and where the records are."""
        code = self.query_one(Lines).current
        scope = _("Only this branch") if self._everywhere else _("Every branch")
        everywhere = Act("scope", scope, Right.LOOK, self._change_scope)
        if code is None:
            return (everywhere,)
        return (
            Act("in_hand", _("I have it in my hand: what comes next?"), Right.SHELF, lambda: self.take_scan(code)),
            Act("copy", _("Open the copy"), Right.LOOK, lambda: self._open(code)),
            everywhere,
        )

    def _change_scope(self) -> None:
        self._everywhere = not self._everywhere
        self.in_background(self._read())

    def _open(self, code: str) -> None:
        self.post_message(Go("staff_copy", about=code))

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self._open(str(event.option_id))

    @on(Lines.OptionHighlighted)
    def _highlighted(self, event: Lines.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#slip").disabled = self._slip() is None or not self._can_print()

    def action_view(self, name: str) -> None:
        """Another list."""
        self._view = name
        self._handled = None
        self.relabel()
        self.query_one(Lines).focus()

    def action_slip(self) -> None:
        """Print the slip of what was scanned last, else of the line under the cursor."""
        slip = self._slip()
        if slip is not None and self._can_print():
            self.in_background(self._print(slip))

    def _can_print(self) -> bool:
        return self.terminal.receipts is not None and self.terminal.receipts.can_print

    def _slip(self) -> Slip | None:
        if isinstance(self._handled, Handled):
            return self._handled.slip
        code = self.query_one(Lines).current
        return next((line.slip for line in self._shown() if line.item.barcode == code), None)

    async def _print(self, slip: Slip) -> None:
        desk, duty, lines = self.terminal.receipts, self.terminal.duty, slip_lines(slip)
        assert desk is not None
        self.say(_("Printing…"), "wait")
        good = await self.terminal.ask(lambda _library: desk.print_lines(lines))
        if self.terminal.duty is duty:
            self.say(
                _("The slip is printed.") if good else _("The printer does not answer."), "good" if good else "bad"
            )

    def forget(self) -> None:
        """The names on the slips go."""
        if self.is_mounted:
            self._lists, self._handled = ShelfLists((), (), (), ()), None
            self._view, self._everywhere = "pull", False
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"slip": self.action_slip, "do": self.action_acts}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
        elif event.button.id in {name for name, _key, _label in _VIEWS}:
            event.stop()
            self.action_view(str(event.button.id))
