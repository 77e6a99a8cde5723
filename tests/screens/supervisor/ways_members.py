"""Ways through the members' section and the cash."""

from __future__ import annotations

from tests.screens.walking import CLERK, Way, section, then

_MEMBERS = section(1, "wait:Onur")
_RECORD = then(_MEMBERS, "scan:201004", "wait:Işıl Öztürk")
_MONEY = then(_RECORD, "f6", "wait:ITU-M5")
_CASH = section(6, "wait:test-1")
_PAID = then(_MONEY, "f3", "wait:Esc", "enter", "enter", "enter", "wait:2026-000001")
_TO_CASH = then(_PAID, "escape", "f9", *(["down"] * 6), "enter")
_COUNTED = then(_TO_CASH, "wait:2026-000001", "f3", "wait:Esc")
WAYS: dict[str, Way] = {
    "staff-members": _MEMBERS,
    "staff-members-found": then(_MEMBERS, "type:kay", "wait:Ayşe"),
    "staff-members-new": then(_MEMBERS, "f3", "wait:Esc"),
    "staff-member": then(_MEMBERS, "scan:201001", "wait:Ayşe Kaya"),
    "staff-member-pending-acts": then(_MEMBERS, "enter", "wait:Onur", "f4", "wait:onayla"),
    "staff-member-clearance-blocked": then(_RECORD, "f4", *(["down"] * 5), "enter", "wait:İlişik"),
    "staff-member-money": _MONEY,
    "staff-member-money-clerk": then(section(1, "scan:201004", "wait:Işıl", "f6", card=CLERK), "f4", "wait:gözetmen"),
    "staff-member-receipt": then(_PAID, "down", "down", "enter", "wait:Kalan borç"),
    "staff-member-standing": then(_MEMBERS, "scan:201009", "wait:Ümit", "f7", "wait:ITU"),
    "staff-member-acts": then(_RECORD, "f12", "wait:300001"),
    "staff-exchange": then(_MEMBERS, "f5", "wait:2026-fall"),
    "staff-money-empty": _CASH,
    "staff-money": then(_TO_CASH, "wait:2026-000001"),
    "staff-money-closing-differs": then(_COUNTED, "type:1", "enter", "enter", "wait:Fark"),
    "staff-closings": then(_COUNTED, "type:16,50", "enter", "enter", "wait:1, test-1", "escape", "f6", "wait:16"),
}
PAGES = (
    "staff-members", "staff-members-new", "staff-member", "staff-member-money", "staff-member-standing",
    "staff-exchange", "staff-money", "staff-closings",
)  # fmt: skip
