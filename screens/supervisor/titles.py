"""Titles and copies: search as typed, a scan opens the copy; loss cases with their deadlines, titles in demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.messages import Go
from screens.supervisor.copywords import CASES
from screens.supervisor.frame import StaffScreen
from screens.supervisor.titleform import data_given, title_fields
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.results.catalogue import Hits
from store.results.copies import CaseLine, DemandLine

_SHOWN = 50
_Line = tuple[str, Content]


class StaffTitles(StaffScreen):
    """A field and a list; with nothing typed, what needs attention."""

    TITLE_WORDS = N_("Titles and copies")
    SECTION = "titles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "new", show=False),
        Binding("f5", "view('cases')", show=False),
        Binding("f6", "view('demand')", show=False),
        Binding("down", "to_list", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Type words of a title, author, ISBN or shelf mark; a scan opens the copy itself."),
        N_("F5 lists losses and damages that are not settled, the soonest deadline first."),
        N_("F6 lists titles that people wait for, the longest queue for each copy first: a shorter period may help."),
    )

    def page(self) -> Iterable[Widget]:
        """The field, how much was found, the list, its kinds."""
        with Horizontal(classes="field", id="ask"):
            yield Input(id="typed", max_length=100, select_on_focus=False)
        yield Static(id="count")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="new", key="F3", classes="-main")
            yield BigButton(id="cases", key="F5")
            yield BigButton(id="demand", key="F6")

    def on_mount(self) -> None:
        """Nothing is looked for yet."""
        self.query_one("#typed", Input).cursor_blink = False
        self._hits = Hits(())
        self._asked = ""
        self._view = "cases"
        self._cases: tuple[CaseLine, ...] = ()
        self._demand: tuple[DemandLine, ...] = ()

    def on_screen_resume(self) -> None:
        """What was typed stays; what needs attention is read anew."""
        self.query_one("#typed").focus()
        self.in_background(self._read())
        self._look_again()

    async def _read(self) -> None:
        now = self.terminal.now()
        found = await self.ask_store(
            lambda library: (
                store.catalogue.copypages.open_cases(library, now),
                store.catalogue.copypages.in_demand(library),
            )
        )
        if found is not None:
            self._cases, self._demand = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew; what was typed and found stays."""
        super().relabel()
        self.query_one("#typed", Input).placeholder = _("Title, author, subject, ISBN or shelf mark")
        self.query_one("#new", BigButton).say(_("New title"))
        self.query_one("#new").disabled = not self.may(Right.COPIES)
        for name, label, count in (
            ("cases", _("Loss cases"), len(self._cases)),
            ("demand", _("In demand"), len(self._demand)),
        ):
            button = self.query_one(f"#{name}", BigButton)
            button.say(f"{label} {count}")
            button.set_class(name == self._view and not self._asked, "-lit")
        wide = self.wide
        head, widths, lines = self._found(wide=wide) if self._asked else self._attention(wide=wide)
        self.query_one("#count", Static).update(self._count())
        self.query_one("#columns", Static).update(in_columns(head, widths) if lines else "")
        self.query_one(Lines).write(lines, of=(self._asked, self._view))

    def _count(self) -> Content:
        if not self._asked:
            empty = _("No loss or damage waits for its settlement.")
            if self._view == "demand":
                empty = _("Nobody waits for a title.")
            shown = self._cases if self._view == "cases" else self._demand
            title = _("Losses and damages that are not settled")
            if self._view == "demand":
                title = _("Titles in demand: the longest queue for each copy first")
            return Content.styled(title if shown else empty, "bold" if shown else "$text-muted")
        count = len(self._hits.found)
        if not count:
            return Content.styled(_("Nothing was found for “{words}”.").format(words=self._asked), "bold $warning")
        told = ngettext("{n} title", "{n} titles", count) if count < _SHOWN else _("The {n} best").format(n=_SHOWN)
        if self._hits.corrected:
            text = _("Nothing was found for “{words}”; this is for “{corrected}”: ")
            return Content(text.format(words=self._asked, corrected=self._hits.corrected) + told)
        return Content(told)

    def _found(self, *, wide: bool) -> tuple[tuple[str, ...], tuple[int, ...], list[_Line]]:
        widths = (52, 28, 6, 0) if wide else (34, 18, 4, 0)
        head = (_("Title"), _("Author"), _("Year"), _("Copies"))
        lines = [
            (
                f"t{found.title_id}",
                in_columns((found.title, found.author, str(found.year or ""), str(found.copies)), widths),
            )
            for found in self._hits.found
        ]
        return head, widths, lines

    def _attention(self, *, wide: bool) -> tuple[tuple[str, ...], tuple[int, ...], list[_Line]]:
        if self._view == "cases":
            widths = (40, 12, 12, 26, 0) if wide else (24, 8, 10, 18, 0)
            head = (_("Title"), _("Barcode"), _("What"), _("Who"), _("Deadline"))
            return head, widths, [(f"c{each.barcode}", _case(each, widths)) for each in self._cases]
        widths = (48, 26, 10, 10, 0) if wide else (30, 16, 6, 6, 0)
        head = (_("Title"), _("Author"), _("Waiting"), _("Copies"), _("Period"))
        return head, widths, [(f"t{each.title_id}", _wanted(each, widths)) for each in self._demand]

    @on(Input.Changed, "#typed")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @work(group="search", exclusive=True, exit_on_error=True)
    async def _look(self, typed: str) -> None:
        """Ask in a thread; an answer that a later key has overtaken is dropped with its worker."""
        await self.guarded(self._find(typed))

    async def _find(self, typed: str) -> None:
        hits = await self.ask_store(lambda library: store.catalogue.search.search(library, typed, limit=_SHOWN))
        if hits is not None and typed == self.query_one("#typed", Input).value:
            self._asked, self._hits = typed.strip(), hits
            self.relabel()

    def _look_again(self) -> None:
        """For what the field holds: letters of a scan were looked for, too, until they were taken out again."""
        self._look(self.query_one("#typed", Input).value)

    def action_view(self, name: str) -> None:
        """What needs attention, of this kind; what was typed goes."""
        self._view, self._asked, self._hits = name, "", Hits(())
        field = self.query_one("#typed", Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self.relabel()
        self.query_one(Lines).focus()

    def action_to_list(self) -> None:
        """Into the list."""
        self.query_one(Lines).focus()

    @on(Input.Submitted, "#typed")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._open(self.query_one(Lines).current)

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self._open(event.option_id)

    def _open(self, key: str | None) -> None:
        if key is not None:
            page, about = ("staff_title", int(key[1:])) if key[0] == "t" else ("staff_copy", key[1:])
            self.post_message(Go(page, about=about))

    async def scanned(self, code: str) -> None:
        """As everywhere; its letters are no search."""
        await super().scanned(code)
        self._look_again()

    def action_new(self) -> None:
        """Enter a title."""
        if self.may(Right.COPIES):
            self.in_background(self._new())

    async def _new(self) -> None:
        answer = await self.fill_in(
            AskCard(_("New title"), title_fields(None)),
            lambda library, now, at, given: store.catalogue.cataloguing.create_title(
                library, data_given(given), now, at
            ),
        )
        if isinstance(answer, int):
            self.post_message(Go("staff_title", about=answer, told=_("Entered. Its copies come next.")))

    def forget(self) -> None:
        """Who lost what, and what was looked for, goes."""
        if self.is_mounted:
            field = self.query_one("#typed", Input)
            with field.prevent(Input.Changed):
                field.value = ""
            self._hits, self._asked, self._view, self._cases, self._demand = Hits(()), "", "cases", (), ()
            super().forget()

    def step_back(self) -> bool:
        """From what was found to what needs attention."""
        if self._asked:
            self.action_view(self._view)
            return True
        return False

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        name = str(event.button.id)
        if name in ("new", "cases", "demand"):
            event.stop()
            if name == "new":
                self.action_new()
            else:
                self.action_view(name)


def _case(each: CaseLine, widths: tuple[int, ...]) -> Content:
    deadline = words.date(each.deadline) if each.deadline is not None else ""
    if each.remedy is not None:
        deadline = _("waits for the payment")
    return in_columns((each.title, each.barcode, _(CASES[each.kind]), each.who.name, deadline), widths)


def _wanted(each: DemandLine, widths: tuple[int, ...]) -> Content:
    short = _("short") if each.shortened else ""
    return in_columns((each.title, each.author, str(each.waiting), str(each.copies), short), widths)
