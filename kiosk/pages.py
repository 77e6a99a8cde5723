"""Holds every page of the terminal, gives it its colours and styles, and makes it ready before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from textual.app import App
from textual.theme import Theme

from kiosk.catching import CatchesScans
from screens.frame import KioskScreen
from screens.styles.themes import MEMBER, STAFF


class HoldsPages(CatchesScans, inherit_bindings=False):
    """The part of the app that turns from page to page."""

    def __init__(self, scanner_prefix: str | None) -> None:
        super().__init__(scanner_prefix)
        self.register_theme(MEMBER)
        self.register_theme(STAFF)
        self._choose(MEMBER)  # before the first picture: every style is computed from it
        self._pages: dict[str, KioskScreen] = {}

    @property
    def pages(self) -> tuple[KioskScreen, ...]:
        """Every page, shown or not."""
        return tuple(self._pages.values())

    def take_pages(self, pages: Mapping[str, KioskScreen], styles: Path | None = None) -> None:
        """Hold these, too, with the file of their styles."""
        if styles is not None:
            # Here rather than by the pages: Textual would read all styles anew when the first of them is shown.
            self.stylesheet.read(styles)
            self.stylesheet.parse()
        for name, page in pages.items():
            self._pages[name] = page
            self.install_screen(page, name)

    def as_first(self, name: str) -> KioskScreen:
        """The page that the app begins with, instead of an empty one that would have to be drawn before it."""
        page = self._pages[name]
        page._push_result_callback(page, None)  # which a page that is switched away must have; a first one has none
        return page

    async def make_one_ready(self) -> None:
        """Make the parts of a page that was never shown (20 ms and more): its first visitor need not wait."""
        for page in self._pages.values():
            if not page.is_running and not page.for_staff:
                await self.make_ready(page)
                break

    async def make_ready(self, page: KioskScreen) -> None:
        """Make its parts, if they are not made yet, without showing it."""
        if not page.is_running:
            await self._get_screen(page)[1]
            page.drop_earlier_states()

    async def turn_to(self, page: KioskScreen) -> None:
        """Show a page, in its colours."""
        self._wear(STAFF if page.for_staff else MEMBER)
        left = self.page_shown()
        if self.screen is not page:
            await self.switch_screen(page)
            if left is not None:
                self.call_after_refresh(left.drop_drawn_lines)

    def _wear(self, theme: Theme) -> None:
        """Change colours before a page is shown, which then looks its styles up: a watched change would do so again."""
        if self.theme != theme.name:
            self._choose(theme)
            self._invalidate_css()
            self.stylesheet.parse()
            self.stylesheet.apply(self)

    def _choose(self, theme: Theme) -> None:
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
