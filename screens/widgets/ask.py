"""A card that asks: fields with their names, each checked as it is given; nothing is done before all are right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens import words
from screens.frame import TakesScans
from screens.messages import Scanned
from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.widgets.choice import Choice
from screens.widgets.pin_field import PinField
from screens.words import _

Answer = str | int | Decimal | date | datetime | None
"Of a field: text, kuruş or a number, a rate, a day, an instant; None for one that was left empty."


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. Labels and hints are in the language spoken now."""

    slug: str
    label: str
    kind: str = "text"
    "`text`, `code` (takes scans), `money` (kuruş), `number`, `rate`, `day`, `moment`, `pin`, `choice`"
    value: str = ""
    required: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()


class AskCard(Card[Mapping[str, Answer] | None], TakesScans):
    """Gives every answer by its field's slug, or None if it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f10", "leave", show=False)]

    def __init__(
        self, title: str, fields: Sequence[Field] = (), *, lines: Sequence[str] = (), confirm: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._lines = tuple(lines)
        self._confirm = confirm

    def compose(self) -> Iterable[Widget]:
        """What it is about, the fields, what is wrong, the two ways out."""
        with Vertical(classes="card"):
            yield Static(Content(self._title), classes="card-title")
            with VerticalScroll(id="ask", can_focus=False):
                for line in self._lines:
                    yield Static(Content(line), classes="line")
                for field in self._fields:
                    yield from _row(field)
            yield Static(id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield BigButton(self._confirm or _("Confirm"), key="Enter", id="confirm", classes="-main")
                yield BigButton(_("Back"), key="Esc", id="back")

    def on_mount(self) -> None:
        """The first field has the focus; without fields, the way on."""
        first = next(iter(self.query("Input, OptionList")), None)
        (first or self.query_one("#confirm")).focus()

    def answers(self) -> dict[str, Answer] | str:
        """Every answer, or a sentence about the first field that is wrong, which gets the focus."""
        given: dict[str, Answer] = {}
        for field in self._fields:
            text = self._text_of(field)
            if not text:
                wrong = _("Please fill in: {field}").format(field=field.label) if field.required else None
                answer: Answer = None
            else:
                answer, wrong = _read(field.kind, text)
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

    def _confirm_all(self) -> None:
        given = self.answers()
        if isinstance(given, str):
            self.query_one("#problem", Static).update(Content(f"✗ {given}"))
            return
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
            options = OptionList(*(Option(Content(each.label), id=each.slug) for each in field.choices), id=name)
            slugs = [each.slug for each in field.choices]
            options.highlighted = slugs.index(field.value) if field.value in slugs else 0 if slugs else None
            yield options
        elif field.kind == "pin":
            yield PinField(id=name)
        else:
            entry = Input(field.value, placeholder=field.hint, max_length=400, select_on_focus=False, id=name)
            entry.cursor_blink = False
            yield entry


def _read(kind: str, text: str) -> tuple[Answer, str | None]:
    """An answer, or what is wrong with it."""
    if kind == "money":
        return _money(text)
    if kind == "number":
        good = text.isascii() and text.isdigit()
        return (int(text), None) if good else (None, _("This is no whole number: {text}").format(text=text))
    if kind == "rate":
        return _rate(text)
    if kind in ("day", "moment"):
        return _moment(text, whole_day=kind == "day")
    return text, None


def _money(text: str) -> tuple[Answer, str | None]:
    """Lira and kuruş with a comma or a point, in whole kuruş."""
    try:
        amount = Decimal(text.replace(",", ".")) * 100
    except InvalidOperation:
        amount = Decimal("0.5")
    if amount != amount.to_integral_value() or not 0 <= amount < 10**11:
        return None, _("This is no amount of money: {text}. Write 12,50").format(text=text)
    return int(amount), None


def _rate(text: str) -> tuple[Answer, str | None]:
    """Lira for one unit of another money, with as many decimals as the bank gives."""
    try:
        rate = Decimal(text.replace(",", "."))
    except InvalidOperation:
        rate = Decimal(0)
    if not 0 < rate < 10**6:
        return None, _("This is no rate: {text}. Write 40,1234").format(text=text)
    return rate, None


def _moment(text: str, *, whole_day: bool) -> tuple[Answer, str | None]:
    """A day (9.3.2026 or 2026-03-09), with a time of day (14:30) for an instant; the library's time zone."""
    day_text, _space, time_text = text.partition(" ")
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(day_text, pattern).date()
            if whole_day:
                if time_text.strip():
                    break
                return day, None
            clock = time.fromisoformat(time_text.strip() or "23:59:59")
        except ValueError:
            continue
        local = datetime.combine(day, clock, words.current().zone)
        return local.astimezone(UTC), None
    example = "09.03.2026" if whole_day else "09.03.2026 14:30"
    return None, _("This is no date: {text}. Write {example}").format(text=text, example=example)
