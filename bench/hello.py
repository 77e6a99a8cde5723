"""The limit for the terminal: the smallest Textual program that shows a label, takes a letter, opens a screen."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Footer, Input, Label


class Second(Screen[None]):
    """What F2 opens."""

    BINDINGS = [("escape", "app.pop_screen", "Back")]

    def compose(self) -> ComposeResult:
        """A label and the footer."""
        yield Label("SECOND-READY")
        yield Footer()


class Hello(App[None]):
    """A label, an input, a footer."""

    BINDINGS = [("f2", "push_screen('second')", "Second")]
    SCREENS = {"second": Second}

    def compose(self) -> ComposeResult:
        """What the start is timed against."""
        yield Label("HELLO-READY")
        yield Input()
        yield Footer()


if __name__ == "__main__":
    Hello().run()
