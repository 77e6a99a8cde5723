"""The calendar as staff change it: what is taken out is asked about first, and told as that."""

from __future__ import annotations

from screens.widgets.columns import Lines
from tests.screens.conftest import Place, press, shows, text_of
from tests.screens.supervisor.ways_calendar import WAYS


async def test_a_day_is_taken_out_only_after_the_question(place: Place) -> None:
    """Esc leaves it; Enter takes it out, and that is said."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await WAYS["staff-calendar-entered"](pilot)
        entered = app.screen.query_one(Lines)
        entered.focus()
        ids = [entered.get_option_at_index(place).id or "" for place in range(entered.option_count)]
        entered.highlighted = next(place for place, each in enumerate(ids) if each.endswith("2026-03-04"))
        await press(pilot, "f4", *(["down"] * 4), "enter")
        await shows(pilot, "Kaldır: 4 Mar 2026 Çar", "iade tarihleri olduğu gibi kalır")
        await press(pilot, "escape")
        await shows(pilot, "4 Mar 2026 Çar")
        await press(pilot, "f4", *(["down"] * 4), "enter", "enter")
        await shows(pilot, "✓ Kaldırıldı.")
        assert "4 Mar 2026 Çar" not in text_of(app)
