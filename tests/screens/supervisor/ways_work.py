"""Ways through the tasks, the letters and the reports."""

from __future__ import annotations

from tests.screens.walking import Way, section, then

_TASKS = section(4)
_LETTERS = section(5)
_REPORTS = section(7)
WAYS: dict[str, Way] = {
    "staff-tasks": _TASKS,
    "staff-notices": _LETTERS,
    "staff-notices-queue": then(_LETTERS, "f5", "down", "enter"),
    "staff-reports": _REPORTS,
    "staff-reports-hours": then(_REPORTS, "down"),
    "staff-reports-refusals": then(_REPORTS, *(["down"] * 2)),
    "staff-reports-overdue": then(_REPORTS, *(["down"] * 3)),
    "staff-reports-money": then(_REPORTS, *(["down"] * 4)),
    "staff-reports-wanted": then(_REPORTS, *(["down"] * 5)),
    "staff-reports-terminals": then(_REPORTS, *(["down"] * 6)),
}
PAGES = ("staff-tasks", "staff-notices", "staff-reports", "staff-reports-hours")
