"""Staff at the hold shelf: scan after scan, lists, slips."""

from __future__ import annotations

from datetime import timedelta

from store.upkeep.verifying import verify
from tests.screens.conftest import NOW, Place, press, scan, shows
from tests.screens.walking import CLERK, section


async def test_a_round_at_the_shelf(place: Place) -> None:
    """Pulled, returned for the next one with a printed slip, expired, and back to the shelf."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(3, card=CLERK)(pilot)
        await shows(pilot, "300031", "Gülşah D.")
        await press(pilot, "f4", "enter")
        await shows(pilot, "Ayırtma rafına kondu", "→ ayırtma rafına")
        await scan(pilot, "300033")
        await shows(pilot, "İade", "Cem Ü.", "…1023")
        await press(pilot, "f3")
        await shows(pilot, "Fiş yazdırıldı")
        printed = (place.folder / "printed.txt").read_text("utf-8")
        assert "Cem Ü." in printed and "Kürk Mantolu Madonna" in printed and "Ünal" not in printed
        await press(pilot, "f6")
        await shows(pilot, "300031", "300033")
        place.clock.now = NOW + timedelta(days=9)
        await press(pilot, "f7")
        await scan(pilot, "300031")
        await shows(pilot, "Süresinde kimse almadı", "kendi rafına")
        await scan(pilot, "999999")
        await shows(pilot, "Barkod tanınmıyor")
        await press(pilot, "escape")
        assert place.library is not None and verify(place.library.database) == ()
