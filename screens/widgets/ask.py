"""A card that asks: fields with their names, each checked as it is given; nothing is done before all are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.frame import TakesScans
from screens.messages import Scanned
from screens.widgets.answers import Answer, Field, Given, read
from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.widgets.pin_field import PinField
from screens.widgets.refusal import in_short
from screens.words import _
from store.policy.verdict import Reason


class ChoiceField(OptionList):
    """The lines to choose from; Enter on none of them tells the form that something is missing."""

    class Unchosen(Message):
        """Enter, and no line was chosen."""

    def action_select(self) -> None:
        """Take the line under the cursor."""
        if self.highlighted is None:
            self.post_message(self.Unchosen())
        else:
            super().action_select()


class AskCard(Card[Given | None], TakesScans):
    """Gives every answer by its field's slug, or None if it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f10", "leave", show=False)]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field] = (),
        *,
        lines: Sequence[str] = (),
        confirm: str = "",
        refused: Sequence[Reason] = (),
    ) -> None:
        super().__init__(classes="-refused" if refused else "")
        self.heading = title
        self._fields = tuple(fields)
        self._lines = tuple(lines)
        self._confirm = confirm
        self._refused = tuple(refused)

    def again(self, refused: Sequence[Reason]) -> AskCard:
        """The form as it was filled, PINs apart, with the words of its refusal."""
        return AskCard(self.heading, self._fields, lines=self._lines, confirm=self._confirm, refused=refused)

    def filled(self) -> Iterator[str]:
        """What was given, for others to read: field and answer a line, PINs apart."""
        for field in self._fields:
            if field.value and field.kind != "pin":
                yield f"{field.label}: {field.shown}"

    def compose(self) -> Iterable[Widget]:
        """What it is about, the fields, what is wrong, the two ways out."""
        with Vertical(classes="card"):
            yield Static(Content(self.heading), classes="card-title")
            with VerticalScroll(id="ask", can_focus=False):
                for line in self._lines:
                    yield Static(Content(line), classes="line")
                for field in self._fields:
                    yield from _row(field)
            yield Static(in_short(self._refused), id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield BigButton(self._confirm or _("Confirm"), key="Enter", id="confirm", classes="-main")
                yield BigButton(_("Back"), key="Esc", id="back")

    def on_mount(self) -> None:
        """The field that was refused has the focus, else the first; without fields, the way on."""
        wrong = [field for reason in self._refused for field in self._fields if field.is_wrong_by(reason)]
        first = next(iter(wrong or self._fields), None)
        place = self.query_one(f"#field-{first.slug}" if first else "#confirm").focus()
        self.call_after_refresh(place.scroll_visible, animate=False)  # before it is laid out it can't be scrolled to

    def answers(self) -> Given | str:
        """Every answer, or a sentence about the first field that is wrong, which gets the focus."""
        given = Given()
        for field in self._fields:
            text = self._text_of(field)
            if not text:
                wrong = _("Please fill in: {field}").format(field=field.label) if field.required else None
                answer: Answer = None
            else:
                answer, wrong = read(field.kind, text)
            if wrong is not None:
                self.query_one(f"#field-{field.slug}").focus()
                return wrong
            given[field.slug] = answer
        return given

    def _text_of(self, field: Field) -> str:
        if field.kind == "choice":
            options = self.query_one(f"#field-{field.slug}", OptionList)
            chosen = options.highlighted
            return "" if chosen is None else str(options.get_option_at_index(chosen).id)
        return self.query_one(f"#field-{field.slug}", Input).value.strip()

    def _kept(self, field: Field) -> str:
        return "" if field.kind == "pin" else self._text_of(field)

    def _confirm_all(self) -> None:
        given = self.answers()
        if isinstance(given, str):
            self.query_one("#problem", Static).update(Content(f"✗ {given}"))
            return
        self._fields = tuple(replace(field, value=self._kept(field)) for field in self._fields)
        for pin in self.query(PinField):
            pin.forget()
        self.dismiss(given)

    def action_leave(self) -> None:
        """Nothing is to be done."""
        self.dismiss(None)

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        event.stop()
        wanted = [self.query_one(f"#field-{each.slug}", Input) for each in self._fields if each.kind == "code"]
        if event.readable and wanted:
            focused = next((each for each in wanted if each.has_focus), None)
            # The same code once more means what it meant: it stays where it stands, and so does the focus.
            if not any(each.value == event.code for each in wanted if each is not focused):
                self.fill_in(focused or wanted[0], event.code)
                self._go_on_from(focused or wanted[0])

    def _go_on_from(self, field: Widget) -> None:
        """To the next field; after the last to the way on, never to the way back."""
        places = [*self.query("Input, OptionList"), self.query_one("#confirm")]
        places[places.index(field) + 1].focus()

    @on(ChoiceField.Unchosen)
    def _unchosen(self, event: ChoiceField.Unchosen) -> None:
        event.stop()
        self._confirm_all()

    @on(Input.Submitted)
    @on(PinField.Entered)
    @on(OptionList.OptionSelected)
    def _next(self, event: Input.Submitted | PinField.Entered | OptionList.OptionSelected) -> None:
        event.stop()
        places = list(self.query("Input, OptionList"))
        place = places.index(self.focused) if self.focused in places else len(places)
        if place + 1 < len(places):
            places[place + 1].focus()
        else:
            self._confirm_all()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        event.stop()
        if event.button.id == "confirm":
            self._confirm_all()
        else:
            self.dismiss(None)


def _row(field: Field) -> Iterable[Widget]:
    name = f"field-{field.slug}"
    with Horizontal(classes="field -choice" if field.kind == "choice" else "field"):
        yield Static(Content(field.label), classes="label")
        if field.kind == "choice":
            options = ChoiceField(*(Option(Content(each.label), id=each.slug) for each in field.choices), id=name)
            slugs = [each.slug for each in field.choices]
            first = None if field.by_hand or not slugs else 0
            options.highlighted = slugs.index(field.value) if field.value in slugs else first
            yield options
        elif field.kind == "pin":
            yield PinField(id=name)
        else:
            # A sum that stands there is marked, so that typing writes another in its place.
            marked = field.kind == "money"
            entry = Input(field.value, placeholder=field.hint, max_length=400, select_on_focus=marked, id=name)
            entry.cursor_blink = False
            yield entry
