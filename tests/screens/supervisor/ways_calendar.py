"""Ways through the calendar's section."""

from __future__ import annotations

from tests.screens.walking import CLERK, OWNER, Way, section, then

_CALENDAR = section(9, "wait:2026 ·", card=OWNER)
# 17 March is the due day of what was lent in the demo on its first day.
_ASKED = then(_CALENDAR, "f3", "wait:09.03.2026", "enter", "type:04.03.2026", "enter", "enter", "type:Kar", "enter")
WAYS: dict[str, Way] = {
    "staff-calendar": _CALENDAR,
    "staff-calendar-clerk": section(9, "wait:2026 ·", card=CLERK),
    "staff-calendar-close": then(_CALENDAR, "f3", "wait:09.03.2026"),
    "staff-calendar-effect": then(_ASKED, "wait:Ne yapılsın"),
    "staff-calendar-entered": then(_ASKED, "wait:Ne yapılsın", "enter", "wait:Girildi"),
    "staff-calendar-refused": then(
        _CALENDAR, "f3", "wait:09.03.2026", "enter", "type:04.03.2026", "enter", "type:01.03.2026", "enter", "enter",
        "wait:sırası", "wait:04.03.2026",
    ),
}  # fmt: skip
PAGES = ("staff-calendar", "staff-calendar-close")
