"""Search while typing: title, author, ISBN, subject, shelf mark; what can be borrowed here now; signed in or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens.member_page import MemberPage
from screens.messages import Go
from screens.title import AboutTitle
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.widgets.keypad import ENTER, ERASE, SPACE, Key, Keypad
from screens.words import N_, _, ngettext
from store.results.catalogue import Found, Hits

_SHOWN = 50


class Search(MemberPage):
    """Results while typing; the keys never wait for them."""

    TITLE_WORDS = N_("Search")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "show_title", show=False),
        Binding("f4", "here", show=False),
        Binding("down", "to_list", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Type words of the title, author or subject, an ISBN or a shelf mark; the beginnings of words are enough."),
        N_("Capitals and Turkish letters don't matter: isik finds Işık."),
        N_("Enter or a touch on a line shows where its copies stand. F4 shows only what stands here now."),
    )

    def body(self) -> Iterable[Widget]:
        """The field, how much was found, the list, the acts."""
        with Horizontal(classes="field", id="ask"):
            yield Input(id="typed", max_length=100, select_on_focus=False)
            yield BigButton(id="here", key="F4")
        yield Static(id="count")
        with Vertical(id="list"):
            yield Static(id="columns", classes="columns")
            yield Lines(id="hits")
        if self.terminal.settings.on_screen_keyboard:
            yield Keypad()
        with Horizontal(id="acts"):
            yield BigButton(id="show", key="F3", classes="-main")
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing is looked for yet."""
        self._hits = Hits(())
        self._asked = ""
        self._only_here = False

    def on_screen_resume(self) -> None:
        """What was looked for stays until the visit ends; where it stands may have changed."""
        self.query_one("#typed").focus()
        self.query_one("#home").display = self.terminal.visit is not None
        if self._asked:
            self._look(self._asked)
        else:
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew; what was typed and found stays."""
        super().relabel()
        self.query_one("#typed", Input).placeholder = _("Title, author, subject, ISBN or shelf mark")
        box = "☑" if self._only_here else "☐"
        self.query_one("#here", BigButton).say(f"{box} " + _("On the shelf here"))
        self.query_one("#show", BigButton).say(_("Where is it?"))
        self.query_one("#home", BigButton).say(_("Home"))
        self._show_hits()

    def _show_hits(self) -> None:
        self.query_one("#show").disabled = not self._hits.found
        self.query_one("#count", Static).update(self._count())
        widths = (50, 30, 6, 0) if self.wide else (34, 18, 4, 0)
        head = in_columns((_("Title"), _("Author"), _("Year"), _("Copies")), widths)
        self.query_one("#columns", Static).update(head if self._hits.found else "")
        lines = [(str(found.title_id), in_columns(self._cells(found), widths)) for found in self._hits.found]
        self.query_one(Lines).write(lines, of=(self._asked, self._only_here))

    def way_out(self) -> str:
        """Signed in or not, there is something to be done with."""
        return _("Done")

    def _count(self) -> Content:
        if not self._asked:
            return Content.styled(_("Results appear while you type."), "$text-muted")
        if not self._hits.found:
            return Content.styled(_("Nothing was found for “{words}”.").format(words=self._asked), "bold $warning")
        count = len(self._hits.found)
        told = ngettext("{n} title", "{n} titles", count) if count < _SHOWN else _("The {n} best").format(n=_SHOWN)
        if self._hits.corrected:
            text = _("Nothing was found for “{words}”; this is for “{corrected}”: ")
            told = text.format(words=self._asked, corrected=self._hits.corrected) + told
            return Content.styled(told, "bold $warning")
        return Content(told)

    def _cells(self, found: Found) -> tuple[Content, ...]:
        if found.on_shelf_here:
            state = Content.styled("✓ " + _("here: {n}").format(n=found.on_shelf_here), "bold $success")
        elif found.on_shelf:
            state = Content(_("elsewhere: {n}").format(n=found.on_shelf))
        elif found.copies:
            state = Content.styled(_("all out"), "$warning")
        else:
            state = Content.styled(_("no copies"), "$text-muted")
        return Content(found.title), Content(found.author), Content(str(found.year or "")), state

    @on(Input.Changed, "#typed")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @work(group="search", exclusive=True, exit_on_error=True)
    async def _look(self, typed: str) -> None:
        """Ask in a thread; an answer that a later key has overtaken is dropped with its worker."""
        await self.guarded(self._find(typed))

    async def _find(self, typed: str) -> None:
        branch, here = self._branch(), self._only_here
        hits = await self.terminal.ask(
            lambda library: store.catalogue.search.search(library, typed, branch=branch, only_here=here, limit=_SHOWN)
        )
        self._asked, self._hits = typed.strip(), hits
        self._show_hits()

    def _branch(self) -> str | None:
        return self.terminal.settings.branch or None

    def action_here(self) -> None:
        """Only what stands on the shelf of this branch now, or everything again."""
        self._only_here = not self._only_here
        self.relabel()
        self._look(self.query_one("#typed", Input).value)

    def action_to_list(self) -> None:
        """Into the list."""
        self.query_one(Lines).focus()

    @on(Input.Submitted, "#typed")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_show_title()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_show_title()

    def action_show_title(self) -> None:
        """Show the title under the cursor."""
        key = self.query_one(Lines).current
        if key is not None:
            self.post_message(Go("title", about=AboutTitle(int(key), "search")))

    @on(Key.Touched)
    def _key_touched(self, event: Key.Touched) -> None:
        field = self.query_one("#typed", Input)
        if event.letter == ENTER:
            self.action_show_title()
        elif event.letter == ERASE:
            field.action_delete_left()
        else:
            field.insert_text_at_cursor(" " if event.letter == SPACE else event.letter)

    async def scanned(self, code: str) -> None:
        """Signed in, an item scanned here is to be borrowed; else its title is shown."""
        if self.terminal.visit is not None:
            self.go("checkout", code)
            return
        title_id = await self.terminal.ask(lambda library: store.catalogue.titlepages.title_of(library, code))
        if title_id is None:
            self.say(_("Unknown barcode {code}").format(code=code), "bad")
        else:
            self.post_message(Go("title", about=AboutTitle(title_id, "search")))

    def forget(self) -> None:
        """What was looked for goes: it tells about a person."""
        if self.is_mounted:
            field = self.query_one("#typed", Input)
            with field.prevent(Input.Changed):
                field.value = ""
            self._hits, self._asked, self._only_here = Hits(()), "", False
            super().forget()
            self.relabel()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"here": self.action_here, "show": self.action_show_title, "home": self.action_home}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
