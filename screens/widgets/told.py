"""A card that tells something: a refusal with every reason, or sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.widgets.refusal import RefusalCard
from screens.words import _

if TYPE_CHECKING:
    from store.policy.verdict import Reason


class ToldCard(Card[None]):
    """Closed by Enter, Esc or a touch."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f10", "leave", show=False)]

    def __init__(self, reasons: Sequence[Reason] = (), *, title: str = "", lines: Sequence[str] = ()) -> None:
        super().__init__()
        self._reasons = tuple(reasons)
        self._title = title
        self._lines = tuple(lines)

    def compose(self) -> Iterable[Widget]:
        """The title, the reasons or the lines, the way back."""
        with Vertical(classes="card"):
            title = self._title or (_("This can't be done") if self._reasons else "")
            yield Static(Content(title), classes="card-title")
            with VerticalScroll(id="told", can_focus=False):
                if self._reasons:
                    yield RefusalCard(self._reasons)
                yield from (Static(Content(line)) for line in self._lines)
            yield BigButton(_("Back"), key="Esc", id="back", classes="-main")

    def on_mount(self) -> None:
        """The way back has the focus."""
        self.query_one("#back").focus()

    def action_leave(self) -> None:
        """It was read."""
        self.dismiss(None)

    @on(BigButton.Chosen)
    def _back(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.dismiss(None)
