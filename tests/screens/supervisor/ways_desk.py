"""Ways through the desk: finding, a member with loans, lending, refusals, overrides, taking back."""

from __future__ import annotations

from tests.screens.walking import CLERK, Way, on_duty, then

_DESK = on_duty()
_CLERK = on_duty(CLERK)
_FULL = then(_DESK, "scan:201003", "wait:Zeynep")
_OVERDUE = then(_DESK, "scan:201002", "wait:Mehmet")
_TAKING_BACK = then(_DESK, "f6")
WAYS: dict[str, Way] = {
    "staff-desk": _DESK,
    "staff-desk-found": then(_DESK, "type:kaya", "wait:15201001"),
    "staff-desk-member": _OVERDUE,
    "staff-desk-lent": then(_DESK, "scan:201006", "wait:Gülşah", "scan:300001", "wait:✓"),
    "staff-desk-acts": then(_OVERDUE, "f4"),
    "staff-desk-refused": then(_FULL, "scan:300001", "wait:ITU-B0"),
    "staff-desk-refused-clerk": then(_CLERK, "scan:201003", "wait:Zeynep", "scan:300001", "wait:yalnızca gözetmen"),
    "staff-desk-never": then(_DESK, "scan:201019", "wait:Yağmur", "scan:300731", "wait:kimse"),
    "staff-desk-item": then(_DESK, "scan:300002", "wait:300002 ·"),
    "staff-returns": then(_TAKING_BACK, "scan:999999", "scan:300679", "scan:300008"),
    "staff-returns-set-back": then(_TAKING_BACK, "scan:300679", "f7"),
}
PAGES = ("staff-desk-member", "staff-desk-refused", "staff-returns")
