"""A card with a list to choose one from; what can't be chosen now says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.widgets.button import BigButton
from screens.widgets.card import Card, TakesLetters
from screens.words import _
from store.catalogue.folding import fold


class Choice(Struct, frozen=True):
    """A line of the list."""

    slug: str
    label: str
    hint: str = ""
    enabled: bool = True


class ChoiceCard(Card[str | None], TakesLetters):
    """Gives the slug that was chosen, or None. A letter goes to the next line that begins with it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f10", "leave", show=False)]

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> Iterable[Widget]:
        """A title, the lines, the way back."""
        with Vertical(classes="card"):
            yield Static(Content(self._title), classes="card-title")
            yield OptionList(*(_option(choice) for choice in self._choices), id="choices")
            yield BigButton(_("Back"), key="Esc", id="back")

    def on_mount(self) -> None:
        """The list has the focus, on the first line that can be chosen."""
        choices = self.query_one("#choices", OptionList)
        choices.highlighted = next((place for place, each in enumerate(self._choices) if each.enabled), None)
        choices.focus()

    def letter_typed(self, letter: str) -> None:
        """Go to the next line that begins so and can be chosen; after the last to the first."""
        choices = self.query_one("#choices", OptionList)
        begun = [place for place, each in enumerate(self._choices) if each.enabled and _begins(each, letter)]
        if begun:
            at = -1 if choices.highlighted is None else choices.highlighted
            choices.highlighted = next((place for place in begun if place > at), begun[0])

    def action_leave(self) -> None:
        """Nothing was chosen."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)

    @on(BigButton.Chosen)
    def _back(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.dismiss(None)


def _begins(choice: Choice, letter: str) -> bool:
    return bool(fold(letter)) and fold(choice.label).startswith(fold(letter))


def _option(choice: Choice) -> Option:
    # Content drops control characters that came with a name; `assemble` would still count those of a bare text.
    hint = Content.styled(f"   {choice.hint}", "$text-muted") if choice.hint else Content("")
    told = Content.assemble(Content(choice.label), hint)
    return Option(told, id=choice.slug, disabled=not choice.enabled)
